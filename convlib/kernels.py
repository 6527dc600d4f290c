"""Kernels that people made by hand: the classic matrices and the families with a parameter.

Every kernel is written for **true convolution**, the operation of `convlib.filter_image`:
``sobel_x`` answers with positive numbers where the picture gets brighter to the right, and
``sobel_y`` where it gets brighter downwards. The same matrix under cross-correlation answers
with the opposite sign. Index order is row, column; rows count downwards. No family makes a kernel
of more than 4096 rows: that is more than any picture needs, and already 134 megabytes.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import at_least
from convlib.bells import (
    MOST_ROWS,
    Kernel,
    difference_of_gaussians,
    gabor,
    gaussian,
    laplacian_of_gaussian,
)
from convlib.sums import factors

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
