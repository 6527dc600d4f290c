"""Tiles: how a large answer is cut into parts that stay close to the processor.

A tile of the answer needs the samples under it and ``m - 1`` more along each axis, for a kernel of
m weights::

    signal          | . . . . . . . . . . . . . . . |
    read for tile 2        [h h h a a a a a]
    sums of tile 2               [a a a a a]

so neighbours read some samples twice, and otherwise know nothing of each other: threads can share
them. Each tile is computed apart and then put in its place, because an answer that does not fit
into the processor's cache is slow to be written bit by bit.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import product
from types import EllipsisType
from typing import NamedTuple

from convlib._validate import Lengths

__all__ = ["TILE_BYTES", "Tile", "box", "cores", "even_step", "in_this_thread", "share", "tiles"]
__all__ += ["worth_threads"]

TILE_BYTES = 1 << 20  # of a tile's answer
_THREAD_START = 0.5e-3  # seconds of work that repay the start of one more thread
_ALONE = ContextVar("_ALONE", default=False)  # set where the caller runs the threads

Box = tuple[EllipsisType | slice, ...]


class Tile(NamedTuple):
    """Where one part of an answer comes from, and where it goes."""

    samples: Box
    """What of the signal reaches its sums."""
    start: Lengths
    """Where its sums begin in the full convolution of these samples."""
    shape: Lengths
    """How many there are."""
    place: Box
    """Where they go in the answer."""


def box(start: Iterable[int], shape: Iterable[int]) -> Box:
    """Return the index of a box of the last axes.

    >>> box([3, 0], [2, 4])
    (Ellipsis, slice(3, 5, None), slice(0, 4, None))
    """
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

    Examples
    --------
    >>> for tile in tiles([9], [3], [1], [9], [5]):
    ...     print(tile.samples[1:], tile.start, tile.shape, tile.place[1:])
    (slice(0, 6, None),) [1] [5] (slice(0, 5, None),)
    (slice(4, 9, None),) [2] [4] (slice(5, 9, None),)
    """
    for corner in product(*[range(0, n, step) for n, step in zip(shape, steps, strict=True)]):
        lengths = [min(step, n - i) for i, step, n in zip(corner, steps, shape, strict=True)]
        begin = [a + i for a, i in zip(start, corner, strict=True)]
        low = [max(0, b - m + 1) for b, m in zip(begin, kernel, strict=True)]
        high = [min(n, b + length) for n, b, length in zip(samples, begin, lengths, strict=True)]
        first = [b - i for b, i in zip(begin, low, strict=True)]
        yield Tile((..., *map(slice, low, high)), first, lengths, box(corner, lengths))


def share(work: Callable[[Tile], None], parts: Iterable[Tile], threads: int) -> None:
    """Do the work for every tile, in so many threads."""
    if threads == 1:
        for tile in parts:
            work(tile)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, parts):  # raises what a thread has raised
            pass


def worth_threads(seconds: float) -> int:
    """Return how many threads repay their start for work that takes one thread `seconds`."""
    # when the program has come to its end, Python starts no more threads
    if seconds < 2 * _THREAD_START or _ALONE.get() or not threading.main_thread().is_alive():
        return 1
    return min(cores(), int(seconds / _THREAD_START))


def cores() -> int:
    """Return how many processors this process may use, which need not be all there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def in_this_thread() -> Iterator[None]:
    """Start no threads, because whoever calls has started as many as there are processors."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)
