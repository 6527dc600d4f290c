"""Four ways to the same sums, and the estimate that chooses between them.

The work of a method is counted in steps of three kinds, and `PRICES` says what a step takes. The
counts follow from the algorithms in `convlib.sums` and `convlib.transforms`; the prices were fitted
to measurements on a two-core machine by `benchmarks/costs.py`, which can fit them to another.
"""

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from operator import mul

import numpy as np

from convlib._parts import CACHE
from convlib._specials import all_finite, with_special_kernel
from convlib._validate import FloatArray, Lengths, Method
from convlib.kernels import outer_factors
from convlib.sums import BLOCK, direct, separable, split
from convlib.transforms import fft, overlap_add, tiles

__all__ = ["COMPUTE", "PRICES", "cheapest", "compute", "estimate", "steps"]

COMPUTE: dict[str, Method] = {
    "direct": direct,
    "separable": separable,
    "fft": fft,
    "overlap_add": overlap_add,
}

# Nanoseconds for a start, for a number fetched and put back, and for a product (in a transform: for
# a number and one halving of its length). All but the start are for float32; float64 takes double.
PRICES = {
    "direct": (29_200.0, 0.15, 0.0226),
    "separable": (45_500.0, 0.21, 0.023),
    "fft": (21_900.0, 0.0, 0.418),
    "overlap_add": (26_500.0, 0.0, 0.465),
}


def steps(shape: Lengths, kernel: Lengths, itemsize: int) -> dict[str, tuple[float, float, float]]:
    """Count the steps of each method, in the order of `PRICES`.

    Parameters
    ----------
    shape : sequence of int
        Shape of the answer; the kernel belongs to its last axes. The count is meant for an answer
        of the size of a signal that is longer than the kernel.
    kernel : sequence of int
        Shape of the kernel.
    itemsize : int
        Bytes of a number: 4 or 8.

    Returns
    -------
    dict of method to (starts, numbers moved, products)

    Examples
    --------
    A banded matrix for 8 sums of 3 weights has 10 columns; there is one for each kernel column.
    Besides, all numbers are framed, checked for NaN, and put in their place:

    >>> steps((100, 100), (3, 3), 4)["direct"]
    (1, 60000.0, 300000.0)
    """
    lead = len(shape) - len(kernel)
    lengths = shape[lead:]
    scale = math.prod(shape[:lead]) * itemsize / 4
    sums = scale * math.prod(lengths)
    beside = [BLOCK[0] - 1] * (len(kernel) - 1) + [BLOCK[1] - 1]  # zeros beside the bands
    widths = [m + zeros for m, zeros in zip(kernel, beside, strict=True)]
    shifts = math.prod(kernel[:-2]) * kernel[-1] if len(kernel) > 1 else 1
    half = [n + m // 2 for n, m in zip(lengths, kernel, strict=True)]
    full = [n + m - 1 for n, m in zip(lengths, kernel, strict=True)]
    return {
        "direct": (1, sums * (shifts + 3), sums * shifts * widths[-2:][0]),
        "separable": (1, sums * (len(kernel) + 2), sums * sum(widths)),
        "fft": _transforms(lengths, half, kernel, itemsize, scale),
        "overlap_add": _transforms(lengths, full, kernel, itemsize, scale),
    }


def _transforms(
    lengths: Lengths, whole: Lengths, kernel: Lengths, itemsize: int, scale: float
) -> tuple[float, float, float]:
    some, long = tiles(lengths, whole, kernel, itemsize)
    count = math.prod(-(-n // step) for n, step in zip(lengths, some, strict=True))
    moved = scale * count * math.prod(long)
    return 1 + count, moved, moved * math.log2(math.prod(long))


def estimate(shape: Lengths, kernel: Lengths, itemsize: int = 8) -> dict[str, float]:
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


def cheapest(shape: Lengths, h: FloatArray) -> tuple[str, Method]:
    """Choose the method with the least estimate that can compute this convolution.

    Parameters
    ----------
    shape : sequence of int
        Shape of the answer; the kernel belongs to its last axes.
    h : ndarray
        Kernel, of the type of the answer.

    Returns
    -------
    name : str
        "separable" only for a kernel of rank 1.
    method : callable
        From `COMPUTE`; if it is "separable", it knows the factors.

    Examples
    --------
    >>> import numpy as np
    >>> cheapest((300, 300), np.ones((31, 31)))[0]
    'separable'
    """
    first, second = _cheapest_two(tuple(shape), h.shape, h.itemsize)
    if first != "separable":
        return first, COMPUTE[first]
    parts = None if _is_no_product(h) else outer_factors(h)
    return (second, COMPUTE[second]) if parts is None else (first, partial(separable, parts=parts))


def _is_no_product(h: FloatArray) -> bool:
    """Look at four values in the middle, whose determinant is zero in an outer product."""
    *lead, i, j = (n // 2 for n in h.shape)
    middle = h[*lead]
    left = float(middle[i - 1, j - 1]) * float(middle[i, j])
    right = float(middle[i - 1, j]) * float(middle[i, j - 1])
    # the bound is far above rounding; what stays below may yet be no product
    return abs(left - right) > 1e-3 * (abs(left) + abs(right))


@lru_cache  # a film has many pictures of one size
def _cheapest_two(
    shape: tuple[int, ...], kernel: tuple[int, ...], itemsize: int
) -> tuple[str, str]:
    costs = estimate(shape, kernel, itemsize)
    if len(kernel) == 1:  # there is but one factor
        del costs["separable"]
    first, second, *_ = sorted(costs, key=costs.__getitem__)
    return first, second


@np.errstate(all="ignore")  # answers are infinite or NaN, as documented
def compute(
    x: FloatArray,
    h: FloatArray,
    axes: tuple[int, ...],
    ends: Sequence[tuple[int, int]],
    method: str,
) -> FloatArray:
    """Compute a box of the full convolution by a method or by the cheapest one.

    Parameters
    ----------
    x, h : ndarray
        Signal and kernel, of one type.
    axes : tuple of int
        Axes of `x` that belong to those of `h`; not negative.
    ends : sequence of (int, int)
        Where in the full answer the box begins and ends along each of them. It holds every sum of
        mode "valid".
    method : str
        "auto" or from `COMPUTE`.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> import numpy as np
    >>> compute(np.array([1.0, 10.0, 100.0]), np.array([1.0, 2.0]), (0,), [(0, 3)], "auto")
    array([  1.,  12., 120.])
    """
    last = tuple(range(x.ndim - h.ndim, x.ndim))
    parts = split(h) if method == "separable" else None
    if x.shape[axes[-1]] < BLOCK[0] < max(x.shape[i] for i in axes):
        # short rows make small products
        longest = max(range(h.ndim), key=lambda i: x.shape[axes[i]])
        order = [*(i for i in range(h.ndim) if i != longest), longest]
        h, axes, ends = h.transpose(order), tuple(axes[i] for i in order), [ends[i] for i in order]
        parts = parts and [parts[i] for i in order]
    if axes != last:
        x = np.moveaxis(x, axes, last)
    start, shape = [a for a, _ in ends], [b - a for a, b in ends]
    work = None if method == "auto" else COMPUTE[method]
    if all_finite(h):
        y = _finite(x, h, start, shape, work, parts)
    else:
        y = with_special_kernel(partial(_finite, work=work), x, h, start, shape)
    return y if axes == last else np.moveaxis(y, last, axes)


def _finite(
    x: FloatArray,
    h: FloatArray,
    start: Lengths,
    shape: Lengths,
    work: Method | None,
    parts: list[FloatArray] | None = None,
) -> FloatArray:
    """Convolve with a finite kernel; of a long one only what reaches a sample."""
    samples = x.shape[x.ndim - h.ndim :]
    if max(h.shape) > min(samples):
        low = [max(0, a - n + 1) for a, n in zip(start, samples, strict=True)]
        used = [slice(i, a + n) for i, a, n in zip(low, start, shape, strict=True)]
        start = [a - i for a, i in zip(start, low, strict=True)]
        h = h[tuple(used)]
        parts = parts and [part[some] for part, some in zip(parts, used, strict=True)]
    return _stack(x, h, start, shape, work if parts is None else partial(separable, parts=parts))


def _stack(
    x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths, work: Method | None
) -> FloatArray:
    """Make the box for so many pictures at a time that they stay in the processor's cache."""
    lead = x.shape[: x.ndim - h.ndim]
    pictures, some = math.prod(lead), max(1, CACHE // (math.prod(shape) * x.itemsize))
    answer = (*lead, *shape) if pictures <= some else (some, *shape)
    work = cheapest(answer, h)[1] if work is None else work
    if pictures <= some:
        return work(x, h, start, shape)
    flat, y = x.reshape(-1, *x.shape[len(lead) :]), np.empty((pictures, *shape), x.dtype)
    for i in range(0, pictures, some):
        y[i : i + some] = work(flat[i : i + some], h, start, shape)
    return y.reshape(*lead, *shape)
