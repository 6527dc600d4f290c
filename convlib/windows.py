"""Windows that slide over pictures, as views and as the columns of one matrix."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, real_array
from convlib.sizes import Geometry, IntOrPair, Shape, pair, span

__all__ = ["im2col"]


def windows(
    x: FloatArray, kernel: Shape, geometry: Geometry, name: str, fill: float = 0.0
) -> FloatArray:
    """Return the read-only view of all windows of `x`.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
        Pictures.
    kernel : (int, int)
        Rows and columns of the window.
    geometry : Geometry
        Stride, padding and dilation.
    name : str
        The argument to blame when the kernel does not fit.
    fill : float
        Value outside the picture.

    Returns
    -------
    ndarray, shape (N, C, H', W', kh, kw)
        ``[n, c, i, j]`` is the window that output pixel (i, j) looks at.
    """
    geometry.output_size(x.shape[2:], kernel, name)
    (sh, sw), (top, left), (dh, dw), _ = geometry
    if top or left:
        x = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=fill)
    view = sliding_window_view(x, (span(kernel[0], dh), span(kernel[1], dw)), axis=(2, 3))
    return view[:, :, ::sh, ::sw, ::dh, ::dw]


def columns_of(x: FloatArray, kernel: Shape, geometry: Geometry, name: str) -> FloatArray:
    """Return the windows as matrices, shape (N, groups, C / groups * kh * kw, H' * W')."""
    view = windows(x, kernel, geometry, name)
    n, channels, rows, columns, kh, kw = view.shape
    depth = channels // geometry.groups * kh * kw
    # The reshape is the one copy: here each pixel is written down once per window that sees it.
    return view.transpose(0, 1, 4, 5, 2, 3).reshape(n, geometry.groups, depth, rows * columns)


def im2col(
    x: ArrayLike,
    kernel_size: IntOrPair,
    *,
    stride: IntOrPair = 1,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
) -> FloatArray:
    """Write every window as one column of a matrix (PyTorch's ``unfold``).

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Pictures.
    kernel_size, stride, padding, dilation : int or (int, int)
        As in `conv2d`.

    Returns
    -------
    ndarray, shape (N, C * kh * kw, H' * W')
        One column per output pixel, row by row; down a column: channel, then row, then column.

    Raises
    ------
    TypeError, ValueError
        When an argument breaks its rule; the message names it.

    Examples
    --------
    >>> im2col([[[[1, 2, 3], [4, 5, 6]]]], 2)
    array([[[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]]])
    """
    x = real_array(x, "x", ndim=4)
    geometry = Geometry.check(stride, padding, dilation)
    columns = columns_of(x, pair(kernel_size, "kernel_size", 1), geometry, "kernel_size")[:, 0]
    return columns if columns.flags.writeable else columns.copy()  # 1 x 1 windows need no copy
