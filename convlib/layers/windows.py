"""Windows that slide over pictures: as a view, as columns of matrices, and added up again.

All work on layers is matrix products of kernels, one in each row, with windows, one in each column.
The columns hold every pixel many times, so they are written down for one block at a time: small
enough for the cache, large enough for a fast product.
"""

import math
from collections.abc import Iterator
from itertools import product
from operator import add

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, pair, real_array
from convlib.layers.sizes import Geometry, IntOrPair, Shape, span

__all__ = ["im2col"]

CACHE = 2**22  # bytes of unrolled windows at a time: a processor's cache holds that many
FEWEST = 64  # pixels at a time: fewer are not worth a matrix product


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
    top, left = geometry.padding
    if top or left:
        refuse_zeros(padded_shape(x.shape, geometry), x.size, "`padding`", geometry.padding)
        x = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=fill)
    return slide(x, kernel, geometry)


def slide(
    x: FloatArray, kernel: Shape, geometry: Geometry, *, writeable: bool = False
) -> FloatArray:
    """Return the view of all windows of `x`, which has its padding already; see `windows`."""
    (sh, sw), _, (dh, dw), _ = geometry
    size = span(kernel[0], dh), span(kernel[1], dw)
    view = sliding_window_view(x, size, axis=(2, 3), writeable=writeable)
    return view[:, :, ::sh, ::sw, ::dh, ::dw]


def padded_shape(shape: Shape, geometry: Geometry) -> Shape:
    """Return the shape of pictures together with the padding around them."""
    (n, channels, height, width), (top, left) = shape, geometry.padding
    return n, channels, height + 2 * top, width + 2 * left


def refuse_zeros(shape: Shape, values: int, name: str, got: object) -> None:
    """Raise ValueError if an array of `shape` would be `values` numbers lost among zeros."""
    limit = max(8 * values, 2**24)
    if math.prod(shape) - values > limit:
        raise ValueError(
            f"{name} must add at most {limit} zeros here; got {got}, "
            f"which asks for an array of shape {shape}"
        )


def blocks(shape: Shape, bytes_each: int) -> Iterator[tuple[slice, slice, slice, slice]]:
    """Cut a batch into blocks that the processor's cache can hold.

    Parameters
    ----------
    shape : (int, int, int)
        Number of pictures, rows and columns.
    bytes_each : int
        Memory that the work on one pixel needs.

    Yields
    ------
    pictures, rows, columns, pixels : slice
        One block: whole pictures if they fit, else whole rows of one picture, else a part of one
        row. `pixels` are its places in the picture read row by row.
    """
    n, height, width = shape
    room = max(CACHE // bytes_each, FEWEST)
    steps = [max(1, step) for step in (room // (height * width), room // width, room)]
    for corner in product(*map(range, (0, 0, 0), shape, steps)):
        pictures, rows, columns = map(slice, corner, map(min, map(add, corner, steps), shape))
        first, last = rows.start * width + columns.start, (rows.stop - 1) * width + columns.stop
        yield pictures, rows, columns, slice(first, last)


def columns_of(view: FloatArray, groups: int) -> FloatArray:
    """Write windows as matrices, shape (N, groups, C / groups * kh * kw, H' * W')."""
    n, channels, rows, columns, kh, kw = view.shape
    depth = channels // groups * kh * kw
    # The reshape is the one copy: here each pixel is written down once per window that sees it.
    matrices = view.transpose(0, 1, 4, 5, 2, 3).reshape(n, groups, depth, rows * columns)
    return np.ascontiguousarray(matrices)  # without it a view (of 1 x 1 windows) may stay strided


def columns_in_blocks(view: FloatArray, groups: int) -> Iterator[tuple[slice, slice, FloatArray]]:
    """Yield pictures, pixels (see `blocks`) and the windows there as `columns_of`."""
    n, channels, height, width, kh, kw = view.shape
    bytes_each = channels * kh * kw * view.itemsize
    for pictures, rows, columns, pixels in blocks((n, height, width), bytes_each):
        yield pictures, pixels, columns_of(view[pictures, :, rows, columns], groups)


def add_overlapping(target: FloatArray, shares: FloatArray) -> None:
    """Add `shares` to windows that overlap; both (N, C, kh, kw, H', W')."""
    if math.prod(shares.shape[2:4]) > math.prod(shares.shape[4:]):
        target, shares = (a.transpose(0, 1, 4, 5, 2, 3) for a in (target, shares))
    # The pixels under one tap never meet, nor do the taps of one pixel: each is a plain addition.
    for place in np.ndindex(shares.shape[2:4]):
        target[:, :, *place] += shares[:, :, *place]


def matrices(weight: FloatArray, groups: int) -> FloatArray:
    """Return the kernels as rows of one matrix per group: (groups, F / groups, everything)."""
    return weight.reshape(groups, weight.shape[0] // groups, -1)


def rows_of(y: FloatArray, groups: int) -> FloatArray:
    """Return the view of outputs with one row per channel: (N, groups, F / groups, H' * W')."""
    n, channels, rows, columns = y.shape
    return y.reshape(n, groups, channels // groups, rows * columns)


def spread(y: FloatArray, weight: FloatArray, shape: Shape, geometry: Geometry) -> FloatArray:
    """Apply the transpose of `conv2d`: give each output pixel back to the inputs it looked at."""
    kernels = matrices(weight, geometry.groups).swapaxes(1, 2)
    in_rows = rows_of(y, geometry.groups)
    x = np.zeros(padded_shape(shape, geometry), y.dtype)
    view = slide(x, weight.shape[2:], geometry, writeable=True).transpose(0, 1, 4, 5, 2, 3)
    bytes_each = weight[0].nbytes * geometry.groups
    for pictures, rows, columns, pixels in blocks((len(y), *y.shape[2:]), bytes_each):
        target = view[pictures, ..., rows, columns]
        shares = kernels @ in_rows[pictures, ..., pixels]
        add_overlapping(target, shares.reshape(target.shape))
    (top, left), (height, width) = geometry.padding, shape[2:]
    return np.ascontiguousarray(x[:, :, top : top + height, left : left + width])


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
    view = windows(x, pair(kernel_size, "kernel_size", 1), geometry, "kernel_size")
    columns = columns_of(view, groups=1)[:, 0]
    return columns if columns.flags.writeable else columns.copy()  # 1 x 1 windows need no copy
