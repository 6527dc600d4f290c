"""Parts of an array: how the methods of convolution cut their work.

A method makes a box of the full convolution: along each axis of the kernel, `shape` sums from
`start` on. Beyond its ends a signal is zero, but these zeros are written down for a piece only. The
answer is made piece by piece, each from the samples that reach it, and what a piece lacks at the
border is framed with zeros.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from itertools import product
from types import EllipsisType

import numpy as np

from convlib._validate import FloatArray, Lengths, Method

__all__ = [
    "CACHE",
    "box",
    "cores",
    "even",
    "framed",
    "in_pieces",
    "in_this_thread",
    "windows",
    "workers",
]

Box = tuple[EllipsisType | slice, ...]
CACHE = 1 << 20  # bytes of a piece of work, few enough to stay close to the processor
_LARGE = 1 << 21  # sums
_ALONE = ContextVar("_ALONE", default=False)  # set where the caller runs the threads


def cores() -> int:
    """Return how many processors this process may use, which need not be all there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers(sums: int) -> int:
    """Return how many threads share the work: more than one only where they repay their start."""
    if sums < _LARGE or _ALONE.get():
        return 1
    # when the program has come to its end, Python starts no more threads
    return cores() if threading.main_thread().is_alive() else 1


@contextmanager
def in_this_thread() -> Iterator[None]:
    """Start no threads, because whoever calls has started as many as there are processors."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)


def even(n: int, most: float, block: int = 1) -> int:
    """Cut n places into equal steps of about `most`, in whole blocks; return the step."""
    count = -(-n // max(block, int(most)))
    return -(-n // (count * block)) * block


def box(start: Iterable[int], lengths: Iterable[int]) -> Box:
    """Index a box of the last axes."""
    return (..., *[slice(i, i + n) for i, n in zip(start, lengths, strict=True)])


def windows(x: FloatArray, offset: int, shape: Lengths, strides: Lengths) -> FloatArray:
    """Read a contiguous array again from byte `offset` on, in steps of `strides`, with no copy."""
    return np.ndarray(shape, x.dtype, x, offset, strides)


def framed(x: FloatArray, kernel: Lengths, first: Lengths, shape: Lengths) -> FloatArray:
    """Frame a piece with zeros, so that `shape` sums from `first` on are its "valid" part.

    Returns
    -------
    ndarray
        Contiguous; the piece itself if it needs no frame.
    """
    lead = x.shape[: x.ndim - len(kernel)]
    lengths = (*lead, *[n + m - 1 for n, m in zip(shape, kernel, strict=True)])
    if lengths == x.shape:
        return np.ascontiguousarray(x)
    y = np.zeros(lengths, x.dtype)
    y[box([m - 1 - a for m, a in zip(kernel, first, strict=True)], x.shape[len(lead) :])] = x
    return y


def in_pieces(
    work: Method, x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths, steps: Lengths
) -> FloatArray:
    """Make an answer in steps, a large one on all processors.

    Parameters
    ----------
    work : callable of piece, kernel, first, lengths
        Returns a part of the answer: the sums from `first` on of the full convolution of a piece.
        It is made apart and then put in its place, because an answer that does not fit into the
        processor's cache is slow to be written in bits.
    x, h : ndarray
        Signal, and the kernel, which belongs to its last axes.
    start, shape : sequence of int
        Which sums are wanted. They hold every sum of mode "valid".
    steps : sequence of int
        Sums of a piece along each axis, at most.
    """
    if all(step >= n for step, n in zip(steps, shape, strict=True)):
        return work(x, h, start, shape)
    return _together(work, x, h, start, shape, steps)


def _together(
    work: Method, x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths, steps: Lengths
) -> FloatArray:
    """Put several pieces together, in threads if there are many sums."""
    lead = x.shape[: x.ndim - h.ndim]
    y = np.empty((*lead, *shape), x.dtype)

    def fill(seen: Box, first: Lengths, corner: Lengths, lengths: Lengths) -> None:
        y[box(corner, lengths)] = work(x[seen], h, first, lengths)

    places = _places(x.shape[len(lead) :], h.shape, start, shape, steps)
    if workers(y.size) > 1:
        with in_this_thread():
            here = copy_context()  # in which NumPy, too, keeps what to do about overflow
        with ThreadPoolExecutor(workers(y.size)) as pool:
            for _ in pool.map(lambda place: here.copy().run(fill, *place), places):
                pass
    else:
        for place in places:
            fill(*place)
    return y


def _places(
    samples: Lengths, kernel: Lengths, start: Lengths, shape: Lengths, steps: Lengths
) -> Iterator[tuple[Box, list[int], tuple[int, ...], list[int]]]:
    """Yield the samples of a piece, where its sums begin, their place in the answer, how many."""
    for corner in product(*[range(0, n, step) for n, step in zip(shape, steps, strict=True)]):
        lengths = [min(step, n - i) for i, step, n in zip(corner, steps, shape, strict=True)]
        begin = [a + i for a, i in zip(start, corner, strict=True)]
        low = [max(0, b - m + 1) for b, m in zip(begin, kernel, strict=True)]
        high = [min(n, b + size) for n, b, size in zip(samples, begin, lengths, strict=True)]
        first = [b - i for b, i in zip(begin, low, strict=True)]
        yield (..., *map(slice, low, high)), first, corner, lengths
