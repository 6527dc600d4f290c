"""Four ways to the same sums, and the estimate that chooses between them.

The work of a method is counted in steps of three kinds, and `PRICES` says what a step takes. The
counts follow from the algorithms in `convlib.sums` and `convlib.transforms`; the prices were fitted
to measurements on a two-core machine by `benchmarks/costs.py`, which can fit them to another.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import mul

from convlib._parts import valid_lengths
from convlib._validate import FloatArray
from convlib.sums import BLOCK, direct, factors, separable
from convlib.transforms import fft, overlap_add, tile_lengths

__all__ = ["COMPUTE", "PRICES", "cheapest", "estimate", "steps"]

COMPUTE: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "direct": direct,
    "separable": separable,
    "fft": fft,
    "overlap_add": overlap_add,
}

# Nanoseconds for a start, for a number fetched and put back, and for a product (in a transform: for
# a number and one halving of its length). All but the start are for float32; float64 takes double.
PRICES = {
    "direct": (37_900.0, 0.459, 0.0187),
    "separable": (111_000.0, 0.772, 0.0352),
    "fft": (47_000.0, 0.0, 0.515),
    "overlap_add": (41_500.0, 0.0, 0.625),
}


def steps(
    shape: Sequence[int], kernel: Sequence[int], itemsize: int
) -> dict[str, tuple[float, float, float]]:
    """Count the steps of each method, in the order of `PRICES`.

    Parameters
    ----------
    shape : sequence of int
        Shape of the extended signal; the kernel belongs to its last axes.
    kernel : sequence of int
        Shape of the kernel.
    itemsize : int
        Bytes of a number: 4 or 8.

    Returns
    -------
    dict of method to (starts, numbers moved, products)

    Examples
    --------
    A banded matrix for 8 sums of 3 weights has 10 columns; there is one for each kernel column:

    >>> steps((102, 102), (3, 3), 4)["direct"]
    (1, 30000.0, 300000.0)
    """
    lead = len(shape) - len(kernel)
    around, lengths = shape[lead:], valid_lengths(shape[lead:], kernel)
    scale = math.prod(shape[:lead]) * itemsize / 4
    sums = scale * math.prod(lengths)
    beside = [BLOCK[0] - 1] * (len(kernel) - 1) + [BLOCK[1] - 1]  # zeros beside the bands
    widths = [m + zeros for m, zeros in zip(kernel, beside, strict=True)]
    shifts = math.prod(kernel[:-2]) * kernel[-1] if len(kernel) > 1 else 1
    return {
        "direct": (1, sums * shifts, sums * shifts * widths[-2:][0]),
        "separable": (1, sums * len(kernel), sums * sum(widths)),
        "fft": _transforms(lengths, kernel, itemsize, scale),
        "overlap_add": _transforms(around, kernel, itemsize, scale),
    }


def _transforms(
    lengths: Sequence[int], kernel: Sequence[int], itemsize: int, scale: float
) -> tuple[float, float, float]:
    tiles = tile_lengths(lengths, kernel, itemsize)
    pairs = zip(lengths, valid_lengths(tiles, kernel), strict=True)
    count = math.prod(-(-n // step) for n, step in pairs)
    moved = scale * count * math.prod(tiles)
    return 1 + count, moved, moved * math.log2(math.prod(tiles))


def estimate(shape: Sequence[int], kernel: Sequence[int], itemsize: int = 8) -> dict[str, float]:
    """Estimate how long each method takes, in seconds on the machine of `PRICES`.

    Parameters
    ----------
    shape, kernel, itemsize
        As in `steps`.

    Returns
    -------
    dict of method to seconds

    Examples
    --------
    >>> small, large = estimate((300, 300), (3, 3)), estimate((300, 300), (61, 61))
    >>> small["direct"] < small["fft"], large["fft"] < large["direct"]
    (True, True)
    """
    counts = steps(shape, kernel, itemsize)
    return {name: 1e-9 * sum(map(mul, PRICES[name], counts[name])) for name in PRICES}


def cheapest(x: FloatArray, h: FloatArray) -> str:
    """Name the method with the least estimate that can compute this convolution.

    Parameters
    ----------
    x : ndarray
        Extended signal; the kernel belongs to its last axes.
    h : ndarray
        Kernel.

    Returns
    -------
    str
        "separable" only for a kernel of rank 1.

    Examples
    --------
    >>> import numpy as np
    >>> cheapest(np.ones((300, 300)), np.ones((31, 31)))
    'separable'
    """
    first, second = _cheapest_two(x.shape, h.shape, x.itemsize)
    return second if first == "separable" and factors(h) is None else first


@lru_cache  # a film has many pictures of one size
def _cheapest_two(
    shape: tuple[int, ...], kernel: tuple[int, ...], itemsize: int
) -> tuple[str, str]:
    costs = estimate(shape, kernel, itemsize)
    if len(kernel) == 1:  # there is but one factor
        del costs["separable"]
    first, second, *_ = sorted(costs, key=costs.__getitem__)
    return first, second
