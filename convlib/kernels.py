"""Kernels that people made by hand: the classic matrices and the families with a parameter.

Every kernel is written for **true convolution**, the operation of `convlib.filter_image`:
``sobel_x`` answers with positive numbers where the picture gets brighter to the right, and
``sobel_y`` where it gets brighter downwards. The same matrix under cross-correlation answers
with the opposite sign. Index order is row, column; rows count downwards. No family makes a kernel
of more than 4096 rows: that is more than any picture needs, and already 134 megabytes.
"""

import math
from collections.abc import Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, at_least, real_array
from convlib.bells import (
    MOST_ROWS,
    Kernel,
    difference_of_gaussians,
    gabor,
    gaussian,
    laplacian_of_gaussian,
)

__all__ = ["KERNELS", "binomial", "box", "difference_of_gaussians", "factors", "gabor", "gaussian"]
__all__ += ["laplacian_of_gaussian"]


def _read_only(rows: ArrayLike) -> Kernel:
    kernel = np.array(rows, dtype=np.float64)
    kernel.flags.writeable = False
    return kernel


_SMOOTH = np.array([1.0, 2.0, 1.0])
_DIFFERENCE = np.array([1.0, 0.0, -1.0])  # flipped by convolution: next minus previous

KERNELS: Mapping[str, Kernel] = MappingProxyType(
    {
        "identity": _read_only([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "blur": _read_only(np.ones((3, 3)) / 9),
        "gaussian": _read_only(np.outer(_SMOOTH, _SMOOTH) / 16),
        "sharpen": _read_only([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edge_enhance": _read_only([[0, 0, 0], [-1, 1, 0], [0, 0, 0]]),
        "edge_detect": _read_only([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        "emboss": _read_only([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
        "sobel_x": _read_only(np.outer(_SMOOTH, _DIFFERENCE)),
        "sobel_y": _read_only(np.outer(_DIFFERENCE, _SMOOTH)),
    }
)
"""The 3×3 classics, name to read-only array of shape (3, 3), rows by columns."""


def box(size: int) -> Kernel:
    """Return the moving average: equal weights that sum to 1.

    Parameters
    ----------
    size : int
        Rows and columns, in pixels; 1 to 4096.

    Returns
    -------
    kernel : (size, size) ndarray

    Raises
    ------
    TypeError, ValueError
        If `size` is not a whole number from 1 to 4096.

    Examples
    --------
    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    size = at_least(size, "size", 1, MOST_ROWS)
    return np.full((size, size), 1 / size**2)


def binomial(size: int) -> Kernel:
    """Return row ``size - 1`` of Pascal's triangle, times itself as a column, summing to 1.

    Parameters
    ----------
    size : int
        As in `box`.

    Returns
    -------
    kernel : (size, size) ndarray
        Variance ``(size - 1) / 4`` along each axis.

    Raises
    ------
    TypeError, ValueError
        As `box`.

    Examples
    --------
    >>> 16 * binomial(3)
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    size = at_least(size, "size", 1, MOST_ROWS)
    row = np.array([math.comb(size - 1, k) / 2 ** (size - 1) for k in range(size)])
    return np.outer(row, row)


def factors(kernel: Any) -> list[FloatArray] | None:
    """Split a separable kernel into one list of weights per axis.

    A kernel is separable when it is the outer product of its factors: a matrix of rank 1.
    Filtering with ``k`` short factors costs the sum of their lengths per sample instead of the
    product.

    Parameters
    ----------
    kernel : array_like of any shape
        Real; there is no answer for a kernel with NaN or infinity.

    Returns
    -------
    list of 1-D ndarray, one per axis, or None
        Their outer product is `kernel` to rounding; None when there is no such product.

    Raises
    ------
    TypeError, ValueError
        If `kernel` is empty, a scalar, or not real.

    Examples
    --------
    >>> sobel = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    >>> column, row = factors(sobel)
    >>> bool(np.allclose(np.outer(column, row), sobel))
    True
    >>> factors([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]) is None
    True
    """
    with np.errstate(all="ignore"):  # near the limit of its type
        return outer_factors(real_array(kernel, "kernel"))


def outer_factors(kernel: FloatArray) -> list[FloatArray] | None:
    """Do the work of `factors`, for an array that was checked."""
    size = np.abs(kernel)
    pivot = np.unravel_index(size.argmax(), kernel.shape)  # the first NaN, if there is one
    peak = kernel[pivot]
    if not math.isfinite(peak):
        return None
    if peak == 0:
        return [np.zeros(n, kernel.dtype) for n in kernel.shape]
    parts: list[FloatArray] = []
    for axis in range(kernel.ndim):
        # the line through the largest value: exact for whole numbers, where an SVD would round
        place: tuple[Any, ...] = (*pivot[:axis], slice(None), *pivot[axis + 1 :])
        line = kernel[place]
        parts.append(line / peak if axis else line.copy())
    tolerance = 4 * kernel.ndim * np.finfo(kernel.dtype).eps * abs(peak)
    # in sum, because a large kernel adds up what it leaves out
    left = reduce(lambda some, line: some[..., None] @ line[None], parts) - kernel
    size /= abs(peak)
    return parts if np.abs(left, out=left).sum() <= tolerance * size.sum() else None
