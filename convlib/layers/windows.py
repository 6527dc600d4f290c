"""Windows that slide over pictures, and matrices that hold them as columns.

A window is what one output pixel looks at: kh × kw pixels of each channel, `dilation` apart. One
output pixel further, the window is `stride` pixels further. Written as columns (im2col),

    columns[n, (c, a, b), (i, j)] = x[n, c, i * stride + a * dilation, j * stride + b * dilation]

they turn a layer into a matrix product. Where windows overlap, the columns hold a pixel many times,
so they are written down for one block of output pixels at a time. The transpose (col2im) adds each
column to the pixels that it stands for.
"""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, pair, real_array
from convlib.layers.sizes import Geometry, IntOrPair, Shape, effective_size

__all__ = ["im2col"]

BLOCK_BYTES = 2**22  # of columns at a time, which a processor's cache can hold
FEWEST_PIXELS = 64  # of a block: fewer are not worth a matrix product

Block = tuple[slice, slice, slice, slice]  # pictures, all channels, rows, columns


def sliding_windows(
    x: FloatArray, kernel: Shape, geometry: Geometry, name: str, fill: float = 0.0
) -> FloatArray:
    """Pad pictures and return the view of all their windows.

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
        Value of the padding.

    Returns
    -------
    ndarray, shape (N, C, H', W', kh, kw)
        ``[n, c, i, j]`` is the window that output pixel (i, j) looks at.
    """
    geometry.output_size(x.shape[2:], kernel, name)
    top, left = geometry.padding
    if top or left:
        refuse_zeros(geometry.padded_shape(x.shape), x.size, "`padding`", geometry.padding)
        x = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=fill)
    return view_windows(x, kernel, geometry)


def view_windows(x: FloatArray, kernel: Shape, geometry: Geometry) -> FloatArray:
    """Return all windows of padded pictures; what is added to one is added to the pictures."""
    (sh, sw), _, (dh, dw), _ = geometry
    size = effective_size(kernel[0], dh), effective_size(kernel[1], dw)
    windows = sliding_window_view(x, size, axis=(2, 3), writeable=x.flags.writeable)
    return windows[:, :, ::sh, ::sw, ::dh, ::dw]


def crop(x: FloatArray, geometry: Geometry) -> FloatArray:
    """Cut the padding off."""
    (top, left), (height, width) = geometry.padding, x.shape[2:]
    return np.ascontiguousarray(x[:, :, top : height - top, left : width - left])


def refuse_zeros(shape: Shape, values: int, name: str, got: object) -> None:
    """Raise ValueError if an array of `shape` would be `values` numbers lost among zeros."""
    limit = max(8 * values, 2**24)
    if math.prod(shape) - values > limit:
        raise ValueError(
            f"{name} must add at most {limit} zeros here; got {got}, "
            f"which asks for an array of shape {shape}"
        )


def blocks(shape: Shape, itemsize: int) -> Iterator[Block]:
    """Cut the output pixels into blocks whose columns a processor's cache can hold.

    A block is some whole pictures if they fit, else some whole rows of one picture, else a part of
    one row. So its pixels, read row by row, can be viewed as one axis.

    Parameters
    ----------
    shape : tuple of int
        Shape of the windows, (N, C, H', W', kh, kw).
    itemsize : int
        Bytes of a number.

    Yields
    ------
    tuple of slice
        Index of the block in the windows and in the output.
    """
    n, channels, height, width, kh, kw = shape
    pixels = max(FEWEST_PIXELS, BLOCK_BYTES // (channels * kh * kw * itemsize))
    pictures = max(1, pixels // (height * width))
    rows, columns = max(1, pixels // width), pixels
    corners = product(range(0, n, pictures), range(0, height, rows), range(0, width, columns))
    for m, i, j in corners:
        yield slice(m, m + pictures), slice(None), slice(i, i + rows), slice(j, j + columns)


def to_columns(windows: FloatArray, groups: int) -> FloatArray:
    """Write windows as columns, shape (N, groups, C / groups * kh * kw, H' * W')."""
    n, channels, height, width, kh, kw = windows.shape
    shape = n, groups, channels // groups * kh * kw, height * width
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(shape)  # copies, unless kh = kw = 1
    return np.ascontiguousarray(columns)


def add_columns(columns: FloatArray, windows: FloatArray) -> None:
    """Add columns, shape as from `to_columns`, to the windows that they belong to."""
    n, channels, height, width, kh, kw = windows.shape
    shares = columns.reshape(n, channels, kh, kw, height, width)
    # Pixel (a, b) of one window is never pixel (a, b) of another, and no window has a pixel twice.
    # So each statement adds to different pixels; take the loop with fewer of them.
    if kh * kw <= height * width:
        for a, b in np.ndindex(kh, kw):
            windows[..., a, b] += shares[:, :, a, b]
    else:
        for i, j in np.ndindex(height, width):
            windows[:, :, i, j] += shares[..., i, j]


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
    geometry = Geometry.checked(stride, padding, dilation)
    windows = sliding_windows(x, pair(kernel_size, "kernel_size", 1), geometry, "kernel_size")
    columns = to_columns(windows, groups=1)[:, 0]
    return columns.copy() if np.may_share_memory(columns, x) else columns
