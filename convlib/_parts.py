"""Parts of an array: what the methods of convolution need to cut their work."""

from collections.abc import Iterable, Sequence
from types import EllipsisType

import numpy as np

from convlib._validate import FloatArray

__all__ = ["all_finite", "box", "full_lengths", "valid_lengths", "valid_shape"]


def all_finite(x: FloatArray) -> bool:
    """Tell whether there is no NaN and no infinity: by the sum where that will do."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(x.sum()) or np.isfinite(x).all())


def full_lengths(lengths: Sequence[int], kernel: Sequence[int]) -> list[int]:
    """Return how many sums see a sample at all, along each axis."""
    return [n + m - 1 for n, m in zip(lengths, kernel, strict=True)]


def valid_lengths(lengths: Sequence[int], kernel: Sequence[int]) -> list[int]:
    """Return how many sums see samples only, along each axis: the inverse of `full_lengths`."""
    return [n - m + 1 for n, m in zip(lengths, kernel, strict=True)]


def valid_shape(x: FloatArray, h: FloatArray) -> tuple[int, ...]:
    """Return the shape of the "valid" part, when `h` belongs to the last axes of `x`."""
    lead = x.ndim - h.ndim
    return (*x.shape[:lead], *valid_lengths(x.shape[lead:], h.shape))


def box(start: Iterable[int], lengths: Iterable[int]) -> tuple[EllipsisType | slice, ...]:
    """Index a box of the last axes."""
    return (..., *(slice(i, i + n) for i, n in zip(start, lengths, strict=True)))
