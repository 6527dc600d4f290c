"""Tiles: how a large answer is cut into parts that stay close to the processor.

Under a kernel of m weights, a tile of the answer needs ``m - 1`` more samples along each axis::

    signal          | . . . . . . . . . . . . . . . |
    read for tile 2        [h h h a a a a a]
    sums of tile 2               [a a a a a]

Neighbours know nothing of each other, so threads can share them. Each tile is computed apart and
then put in its place: an answer that does not fit into the cache is slow to be written bit by bit.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from types import EllipsisType

from convlib._processors import usable
from convlib._validate import Lengths

TILE_BYTES = 1 << 20  # of a tile's answer
_REPAID = (8e-3, 1e-3)  # seconds that repay threads: with few processors they are hardly free
_LEAST_SHARE = 0.5e-3  # seconds of work for each of them

Box = tuple[EllipsisType | slice, ...]
Tile = tuple[Box, list[int], list[int], Box]  # samples, start, shape, and place in the answer


def box(start: Iterable[int], shape: Iterable[int]) -> Box:
    """Return the index of a box of the last axes."""
    return (..., *[slice(i, i + n) for i, n in zip(start, shape, strict=True)])


def even_step(n: int, most: float, block: int = 1) -> int:
    """Return the step that cuts n places into equal parts of about `most`, in whole blocks.

    >>> even_step(1000, 400), even_step(1000, 400, block=8)
    (334, 336)
    """
    count = -(-n // max(block, int(most)))
    return -(-n // (count * block)) * block


def tiles(
    samples: Lengths, kernel: Lengths, start: Lengths, shape: Lengths, steps: Lengths
) -> Iterator[Tile]:
    """Cut a box of the full convolution into tiles of `steps` sums along each axis.

    >>> for tile in tiles([9], [3], [1], [9], [5]):
    ...     print(*tile)
    (Ellipsis, slice(0, 6, None)) [1] [5] (Ellipsis, slice(0, 5, None))
    (Ellipsis, slice(4, 9, None)) [2] [4] (Ellipsis, slice(5, 9, None))
    """
    for corner in product(*[range(0, n, step) for n, step in zip(shape, steps, strict=True)]):
        sums = [min(step, n - i) for i, step, n in zip(corner, steps, shape, strict=True)]
        begin = [a + i for a, i in zip(start, corner, strict=True)]
        low = [max(0, b - m + 1) for b, m in zip(begin, kernel, strict=True)]
        high = [min(n, b + count) for n, b, count in zip(samples, begin, sums, strict=True)]
        first = [b - i for b, i in zip(begin, low, strict=True)]
        yield (..., *map(slice, low, high)), first, sums, box(corner, sums)


def share(work: Callable[..., None], parts: Iterable[Tile], threads: int) -> None:
    """Call `work` with every tile, in so many threads."""
    if threads == 1:
        for part in parts:
            work(*part)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, *part) for part in parts]:
            done.result()  # or what it has raised


def worth_threads(seconds: float) -> int:
    """Return how many threads repay their start for work that takes one thread `seconds`."""
    # when the program has come to its end, Python starts no more threads
    if seconds < _REPAID[usable() > 3] or not threading.main_thread().is_alive():
        return 1
    return min(usable(), int(seconds / _LEAST_SHARE))
