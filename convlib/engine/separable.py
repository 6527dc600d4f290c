"""Method "separable": one axis after the other, for kernels of rank one.

A kernel that is the outer product of a column and a row is applied in two passes, first the column
to all columns, then the row to all rows::

    h[i, j] = a[i] b[j]     y[n, m] = sum_j b[j] (sum_i a[i] x[n - i, m - j])

A k × k kernel then costs 2 k products a sample instead of k². Each pass multiplies by a banded
matrix, as in `convlib.engine.direct`.
"""

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from convlib._validate import FloatArray, Lengths
from convlib.engine.direct import BLOCK, along_columns, along_rows
from convlib.engine.tiling import even_step


@dataclass(frozen=True)
class Separable:
    """Sums of products with one list of weights per axis."""

    factors: list[FloatArray]
    name = "separable"

    def tile(self, shape: Lengths, most: int) -> Lengths:
        """Return how long a tile of at most so many sums is: strips as wide as the picture."""
        return [even_step(shape[0], most // math.prod(shape[1:]), BLOCK[0]), *shape[1:]]

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        x = np.ascontiguousarray(x)
        for axis, (weights, a, n) in enumerate(zip(self.factors, start, shape, strict=True), 1):
            lead, samples, behind = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
            y = np.empty((*lead, n, *behind), x.dtype)
            if behind:  # what lies behind the axis makes the rows of a picture
                along_columns(x.reshape(*lead, samples, -1), weights, a, y.reshape(*lead, n, -1))
            else:
                along_rows(x.reshape(-1, samples), weights, a, y.reshape(-1, n))
            x = y
        return x


def rank_one_factors(h: FloatArray) -> list[FloatArray] | None:
    """Split a finite kernel into one list of weights per axis, if it is their outer product.

    >>> rank_one_factors(np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0]]))
    [array([1., 2.]), array([ 1.,  0., -1.])]
    """
    *lead, i, j = (n // 2 for n in (1, *h.shape))
    middle = h.reshape(1, *h.shape)[*lead]
    left = float(middle[i - 1, j - 1]) * float(middle[i, j])
    right = float(middle[i - 1, j]) * float(middle[i, j - 1])
    if abs(left - right) > 1e-3 * (abs(left) + abs(right)):  # a determinant far from zero: rank two
        return None
    size = np.abs(h)
    pivot: Any = np.unravel_index(size.argmax(), h.shape)  # the first NaN, if there is one
    peak = size[pivot]
    if not math.isfinite(peak):
        return None
    if peak == 0:
        return [np.zeros(n, h.dtype) for n in h.shape]
    # the lines through the largest value: exact for whole numbers, where an SVD would round
    lines = [h[*pivot[:axis], :, *pivot[axis + 1 :]] for axis in range(h.ndim)]
    factors = [lines[0].copy(), *[line / h[pivot] for line in lines[1:]]]
    # all that is left out counts together, because a large kernel adds it up
    left_out = reduce(np.multiply.outer, factors) - h
    size /= peak
    tolerance = 4 * h.ndim * np.finfo(h.dtype).eps * peak * size.sum()
    return factors if np.abs(left_out, out=left_out).sum() <= tolerance else None
