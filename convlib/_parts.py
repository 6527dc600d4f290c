"""Parts of an array: how the methods of convolution cut their work.

A method makes a box of the full convolution: along each axis of the kernel, `shape` sums from
`start` on. Beyond its ends a signal is zero, but these zeros are written down for a piece only
(under a kernel of three axes and more, for the whole). The answer is made piece by piece, each from
the samples that reach it, and what a piece lacks at the border is framed with zeros.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from itertools import product
from types import EllipsisType

import numpy as np
from numpy.typing import NDArray

from convlib._validate import FloatArray

__all__ = [
    "Lengths",
    "Work",
    "all_finite",
    "box",
    "even",
    "framed",
    "in_pieces",
    "in_this_thread",
    "windows",
    "workers",
]

Lengths = Sequence[int]
Work = Callable[[FloatArray, Lengths, Lengths], FloatArray]
Mask = NDArray[np.bool]
Box = tuple[EllipsisType | slice, ...]
_LARGE = 1 << 21  # sums
_ALONE = ContextVar("_ALONE", default=False)  # set where the caller runs the threads


def workers(sums: int) -> int:
    """Return how many threads share the work: more than one only where they repay their start."""
    return 1 if sums < _LARGE or _ALONE.get() else os.cpu_count() or 1


@contextmanager
def in_this_thread() -> Iterator[None]:
    """Start no threads, because whoever calls has started as many as there are processors."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)


def all_finite(x: FloatArray) -> bool:
    """Tell whether there is no NaN and no infinity."""
    return bool(np.isfinite(x).all())


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
    work: Work,
    again: Work,
    x: FloatArray,
    kernel: Lengths,
    start: Lengths,
    shape: Lengths,
    steps: Lengths,
) -> FloatArray:
    """Make an answer in steps, a large one on all processors.

    Parameters
    ----------
    work : callable of piece, first, lengths
        Returns a part of the answer: the sums from `first` on of the full convolution of a piece.
        It is made apart and then put in its place, because an answer that does not fit into the
        processor's cache is slow to be written in bits.
    again : callable
        The same, as the definition has it, for a piece with infinities or with sums too large. Zero
        times infinity is NaN, so what is fast carries them further than the kernel does.
    x : ndarray
        Signal; the kernel belongs to its last axes.
    kernel, start, shape : sequence of int
        Lengths of the kernel, and which sums are wanted. They hold every sum
        of mode "valid".
    steps : sequence of int
        Sums of a piece along each axis, at most.
    """

    def make(piece: FloatArray, first: Lengths, lengths: Lengths) -> FloatArray:
        y = work(piece, first, lengths)
        if all_finite(y):
            return y
        lost = np.isnan(piece)  # often a value that is missing: fast, and marked afterwards
        present = np.where(lost, 0, piece)
        if lost.any():
            y = work(present, first, lengths)
        if not all_finite(y):
            y = again(present, first, lengths)
        y[_reached(lost, kernel, first, lengths)] = np.nan
        return y

    if all(step >= n for step, n in zip(steps, shape, strict=True)):
        return make(x, start, shape)
    lead = x.shape[: x.ndim - len(kernel)]
    y = np.empty((*lead, *shape), x.dtype)

    def fill(seen: Box, first: Lengths, corner: Lengths, lengths: Lengths) -> None:
        y[box(corner, lengths)] = make(x[seen], first, lengths)

    places = _places(x.shape[len(lead) :], kernel, start, shape, steps)
    if workers(y.size) > 1:
        here = copy_context()  # in which NumPy keeps what to do about overflow
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


def _reached(lost: Mask, kernel: Lengths, first: Lengths, shape: Lengths) -> Mask:
    """Tell which of the sums from `first` on have a lost sample in their window."""
    for axis, (m, a, n) in enumerate(zip(kernel, first, shape, strict=True), -len(kernel)):
        along = np.moveaxis(lost, axis, 0)
        before = np.concatenate([np.zeros((1, *along.shape[1:]), int), np.cumsum(along, 0)])
        end = np.arange(a + 1, a + 1 + n)  # of the windows
        some = before[np.minimum(end, len(along))] > before[np.clip(end - m, 0, len(along))]
        lost = np.moveaxis(some, 0, axis)
    return lost
