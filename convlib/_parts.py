"""Parts of an array, worked on one after the other or at the same time."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import EllipsisType
from typing import TypeVar

import numpy as np

from convlib._validate import FloatArray

__all__ = ["all_finite", "box", "each", "valid_shape"]

LARGE = 1 << 20  # sums from which on threads repay their start
Place = TypeVar("Place")


def all_finite(x: FloatArray) -> bool:
    """Tell whether there is no NaN and no infinity: by the sum where that will do."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(x.sum()) or np.isfinite(x).all())


def valid_shape(x: FloatArray, h: FloatArray) -> tuple[int, ...]:
    """Return the shape of the "valid" part, when `h` belongs to the last axes of `x`."""
    lead = x.ndim - h.ndim
    inner = (n - m + 1 for n, m in zip(x.shape[lead:], h.shape, strict=True))
    return (*x.shape[:lead], *inner)


def box(start: Iterable[int], lengths: Iterable[int]) -> tuple[EllipsisType | slice, ...]:
    """Index a box of the last axes."""
    return (..., *(slice(i, i + n) for i, n in zip(start, lengths, strict=True)))


def each(work: Callable[[Place], None], places: list[Place], sums: int) -> None:
    """Call `work` for every place, in threads if there are `sums` enough.

    NumPy and SciPy let other threads run while they are inside one large operation.
    """
    workers = min(len(places), os.cpu_count() or 1) if sums >= LARGE else 1
    if workers == 1:
        for place in places:
            work(place)
        return
    here = copy_context()  # in which NumPy keeps what to do about overflow
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda place: here.copy().run(work, place), places):
            pass
