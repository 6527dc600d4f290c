"""Which method is cheapest: steps are counted, and every step has its price.

The prices were fitted to measurements on a machine with two processors by `benchmarks/costs.py`,
which can fit them to another. They need not be right, only in the right proportion to each other.
"""

import math
from collections.abc import Mapping
from operator import mul

from convlib._validate import Lengths
from convlib.engine.direct import BLOCK
from convlib.engine.fft import transform_tiles

Steps = tuple[float, float, float]

# Nanoseconds for a start, for a number fetched and put back, and for a product (in a transform: for
# a number and one halving of its length). All but the start are for float32; float64 takes double.
PRICES: Mapping[str, Steps] = {
    "direct": (29_200.0, 0.15, 0.0226),
    "separable": (45_500.0, 0.21, 0.023),
    "fft": (21_900.0, 0.0, 0.418),
    "overlap_add": (26_500.0, 0.0, 0.465),
}


def steps(shape: Lengths, kernel: Lengths, itemsize: int) -> dict[str, Steps]:
    """Count the starts, numbers moved and products of each method, for an answer of some shape.

    A banded matrix for 8 sums of 3 weights has 10 columns, and there is one for each column of the
    kernel. Besides, every number is framed, checked, and put in its place:

    >>> steps((100, 100), (3, 3), 4)["direct"]
    (1, 60000.0, 300000.0)
    """
    lengths = shape[len(shape) - len(kernel) :]
    scale = math.prod(shape[: len(shape) - len(kernel)]) * itemsize / 4
    sums = scale * math.prod(lengths)
    blocks = [BLOCK[0]] * (len(kernel) - 1) + [BLOCK[1]]
    widths = [m + block - 1 for m, block in zip(kernel, blocks, strict=True)]
    matrices = math.prod(kernel[:-2]) * kernel[-1] if len(kernel) > 1 else 1
    same = [n + m // 2 for n, m in zip(lengths, kernel, strict=True)]
    full = [n + m - 1 for n, m in zip(lengths, kernel, strict=True)]
    return {
        "direct": (1, sums * (matrices + 3), sums * matrices * widths[-2:][0]),
        "separable": (1, sums * (len(kernel) + 2), sums * sum(widths)),
        "fft": _transforms(lengths, same, kernel, itemsize, scale),
        "overlap_add": _transforms(lengths, full, kernel, itemsize, scale),
    }


def _transforms(
    lengths: Lengths, whole: Lengths, kernel: Lengths, itemsize: int, scale: float
) -> Steps:
    tile, transform = transform_tiles(lengths, whole, kernel, itemsize)
    count = math.prod(-(-n // step) for n, step in zip(lengths, tile, strict=True))
    moved = scale * count * math.prod(transform)
    return 1 + count, moved, moved * math.log2(math.prod(transform))


def estimate(
    shape: Lengths, kernel: Lengths, itemsize: int = 8, prices: Mapping[str, Steps] = PRICES
) -> dict[str, float]:
    """Estimate how long each method takes in one thread, in seconds on the machine of the prices.

    >>> small, large = estimate((300, 300), (3, 3)), estimate((300, 300), (61, 61))
    >>> small["direct"] < small["fft"], large["fft"] < large["direct"]
    (True, True)
    """
    counts = steps(shape, kernel, itemsize)
    return {name: 1e-9 * sum(map(mul, prices[name], counts[name])) for name in prices}
