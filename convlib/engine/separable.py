"""Method "separable": one axis after the other, for kernels of rank one.

A kernel that is the outer product of a column and a row is applied in two passes, first the column
to all columns, then the row to all rows::

    h[i, j] = a[i] b[j]     y[n, m] = sum_i a[i] (sum_j b[j] x[n - i, m - j])

A k × k kernel then costs 2 k products a sample instead of k². The same holds for any number of
axes. Each pass multiplies by a banded matrix, as in `convlib.engine.direct`.
"""

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from convlib._validate import FloatArray, Lengths
from convlib.engine.direct import BLOCK, along_rows, down_columns, framed
from convlib.engine.tiling import even_step

__all__ = ["Separable", "rank_one_factors", "required_factors"]


@dataclass(frozen=True)
class Separable:
    """Sums of products with one list of weights per axis."""

    factors: list[FloatArray]

    def tile(self, shape: Lengths, most: int) -> list[int]:
        """Return how long a tile of at most so many sums is: strips as wide as the picture."""
        return [even_step(shape[0], most // math.prod(shape[1:]), BLOCK[0]), *shape[1:]]

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        first = len(self.factors[0]), *(1 for _ in shape[1:])
        x = framed(x, first, (start[0], *(0 for _ in shape[1:])), (shape[0], *x.shape[2:]))
        for axis, (weights, n) in enumerate(zip(self.factors, shape, strict=True), 1):
            lead = x.shape[:axis]
            if axis == len(shape):
                y = np.empty((*lead, n), x.dtype)
                along_rows(x.reshape(-1, x.shape[-1]), weights, y.reshape(-1, n))
            else:  # written into the frame that the next axis needs
                reach = len(self.factors[axis]) - 1
                wide = shape[axis] + reach, reach - start[axis]
                y, inside = _frame_along(axis + 1, (*lead, n, *x.shape[axis + 1 :]), wide, x.dtype)
                columns = x.reshape(*lead, x.shape[axis], -1)
                down_columns(columns, weights, inside.reshape(*lead, n, -1))
            x = y
        return x


def _frame_along(
    axis: int, shape: Lengths, wide: tuple[int, int], dtype: np.dtype[Any]
) -> tuple[FloatArray, FloatArray]:
    """Return an array with zeros at both ends of an axis, and the empty inside of that `shape`.

    `wide` is its length along the axis, and how many of the zeros stand before.
    """
    length, before = wide
    y = np.empty((*shape[:axis], length, *shape[axis + 1 :]), dtype)
    along = np.moveaxis(y, axis, 0)
    along[:before] = 0
    along[before + shape[axis] :] = 0
    return y, np.moveaxis(along[before : before + shape[axis]], 0, axis)


def rank_one_factors(h: FloatArray) -> list[FloatArray] | None:
    """Split a kernel into one list of weights per axis, if it is their outer product.

    Parameters
    ----------
    h : ndarray of any shape
        Floats.

    Returns
    -------
    list of 1-D ndarray, one per axis, or None
        None if `h` is no outer product to rounding, or holds NaN or infinity.

    Examples
    --------
    >>> rank_one_factors(np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0]]))
    [array([1., 2.]), array([ 1.,  0., -1.])]
    """
    if _determinant_differs(h):
        return None
    size = np.abs(h)
    pivot = np.unravel_index(size.argmax(), h.shape)  # the first NaN, if there is one
    peak = h[pivot]
    if not math.isfinite(peak):
        return None
    if peak == 0:
        return [np.zeros(n, h.dtype) for n in h.shape]
    factors: list[FloatArray] = []
    for axis in range(h.ndim):
        # the line through the largest value: exact for whole numbers, where an SVD would round
        through: tuple[Any, ...] = (*pivot[:axis], slice(None), *pivot[axis + 1 :])
        factors.append(h[through] / peak if axis else h[through].copy())
    # all that is left out counts together, because a large kernel adds it up
    left_out = reduce(np.multiply.outer, factors) - h
    tolerance = 4 * h.ndim * np.finfo(h.dtype).eps * abs(peak) * (size / abs(peak)).sum()
    return factors if np.abs(left_out, out=left_out).sum() <= tolerance else None


def required_factors(h: FloatArray) -> list[FloatArray]:
    """Return the factors of a kernel that must have some."""
    factors = rank_one_factors(h)
    if factors is None:
        raise ValueError(
            f'`h` must be an outer product (rank 1) for method="separable"; got shape {h.shape} '
            "that is not"
        )
    return factors


def _determinant_differs(h: FloatArray) -> bool:
    """Tell by four values in the middle that a kernel is no outer product: nearly all are none."""
    *lead, i, j = (n // 2 for n in (1, *h.shape))
    middle = h.reshape(1, *h.shape)[*lead]
    left = float(middle[i - 1, j - 1]) * float(middle[i, j])
    right = float(middle[i - 1, j]) * float(middle[i, j - 1])
    # the bound is far above rounding; what stays below it is looked at in whole
    return abs(left - right) > 1e-3 * (abs(left) + abs(right))
