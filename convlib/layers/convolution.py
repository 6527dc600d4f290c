"""The convolutional layer, its gradients, and its transpose: three matrix products.

Write the kernels as the rows of a matrix K, and as the columns of a matrix X the windows of the
pictures: what each output pixel looks at (`convlib.layers.windows`). Then the layer is ``Y = K X``,

    y[n, f, i, j] = sum over c, a, b of w[f, c, a, b] * x[n, c, i * s + a * d, j * s + b * d]

with stride s and dilation d. If G is the gradient of the loss with respect to Y, the gradient for K
is ``G Xᵀ``, and the one for X is ``Kᵀ G``, added up where windows overlap. The latter, used as a
layer of its own, is the transposed convolution.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, real_array
from convlib.layers.sizes import Geometry, IntOrPair, Shape
from convlib.layers.windows import (
    add_columns,
    blocks,
    crop,
    refuse_zeros,
    sliding_windows,
    to_columns,
    view_windows,
)

__all__ = ["Gradients", "conv2d", "conv2d_backward", "conv_transpose2d"]


class Gradients(NamedTuple):
    """Gradients of a loss with respect to what `conv2d` was given."""

    x: FloatArray
    """Shape (N, C, H, W)."""
    weight: FloatArray
    """Shape (F, C // groups, kh, kw)."""
    bias: FloatArray
    """Shape (F,)."""


@np.errstate(all="ignore")  # overflow gives infinity, zero times infinity NaN, as documented
def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: IntOrPair = 1,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
) -> FloatArray:
    """Apply a convolutional layer: every kernel correlated with every picture.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Pictures.
    weight : array_like, shape (F, C // groups, kh, kw)
        One kernel per output channel; each spans all input channels of its group.
    bias : array_like, shape (F,), optional
        Added to every pixel of its output channel.
    stride, padding, dilation : int or (int, int)
        Step from window to window, zeros added on each side, distance between taps. For an odd
        kernel, padding by ``dilation * (k - 1) // 2`` keeps the size.
    groups : int
        Parts into which input and output channels are divided; part sees part.

    Returns
    -------
    ndarray, shape (N, F, H', W')
        Sizes by `output_size`.

    Raises
    ------
    TypeError, ValueError
        When an argument breaks its rule; the message names it and gives the value.

    Notes
    -----
    Rounding moves an output by at most K eps times what the same layer makes of the absolute
    values: K is ``C // groups * kh * kw``, eps 1.2e-7 in single and 2.2e-16 in double precision.

    Examples
    --------
    >>> conv2d([[[[1, 2, 4], [8, 16, 32]]]], [[[[1, -1]]]])
    array([[[[ -1.,  -2.],
             [ -8., -16.]]]])
    """
    x, weight = _batches(x=x, weight=weight)
    geometry = Geometry.checked(stride, padding, dilation, groups)
    shape = geometry.output_shape(x.shape, weight.shape)
    windows = sliding_windows(x, weight.shape[2:], geometry, "weight")
    kernels, y = _kernel_rows(weight, groups), np.empty(shape, x.dtype)
    for block in blocks(windows.shape, windows.itemsize):
        columns = to_columns(windows[block], groups)
        np.matmul(kernels, columns, out=_channel_rows(y[block], groups))
    return y if bias is None else _add_bias(y, bias)


@np.errstate(all="ignore")  # overflow gives infinity, zero times infinity NaN, as documented
def conv2d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    *,
    stride: IntOrPair = 1,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
) -> Gradients:
    """Carry the gradient of a loss back through `conv2d`.

    Parameters
    ----------
    grad_output : array_like, shape (N, F, H', W')
        Derivative of the loss with respect to each output of the layer.
    x, weight : array_like
        What the layer was given.
    stride, padding, dilation, groups
        As they were in the call of `conv2d`.

    Returns
    -------
    Gradients
        Named tuple ``x, weight, bias``; shapes (N, C, H, W), (F, C // groups, kh, kw), (F,).

    Raises
    ------
    TypeError, ValueError
        When an argument breaks its rule; the message names it and gives the value.

    Examples
    --------
    >>> conv2d_backward([[[[1, 10]]]], [[[[1, 2, 3]]]], [[[[5, 7]]]]).weight
    array([[[[21., 32.]]]])
    """
    grad, x, weight = _batches(grad_output=grad_output, x=x, weight=weight)
    geometry = Geometry.checked(stride, padding, dilation, groups)
    shape = geometry.output_shape(x.shape, weight.shape)
    if grad.shape != shape:
        raise ValueError(f"`grad_output` must have the output's shape {shape}; got {grad.shape}")
    windows = sliding_windows(x, weight.shape[2:], geometry, "weight")
    sums = np.zeros_like(_kernel_rows(weight, groups).swapaxes(1, 2))  # X Gᵀ is faster than G Xᵀ
    for block in blocks(windows.shape, windows.itemsize):
        columns = to_columns(windows[block], groups)
        sums += (columns @ _channel_rows(grad[block], groups).swapaxes(2, 3)).sum(axis=0)
    grad_weight = sums.swapaxes(1, 2).reshape(weight.shape)
    grad_x = _transpose(grad, weight, x.shape, geometry)
    return Gradients(grad_x, grad_weight, grad.sum(axis=(0, 2, 3)))


@np.errstate(all="ignore")  # overflow gives infinity, zero times infinity NaN, as documented
def conv_transpose2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: IntOrPair = 1,
    padding: IntOrPair = 0,
    output_padding: IntOrPair = 0,
    groups: int = 1,
    dilation: IntOrPair = 1,
) -> FloatArray:
    """Stamp the kernel, weighted by each pixel, every `stride` pixels.

    It is the gradient of `conv2d` with respect to its input, used as a layer in its own right. It
    is not an inverse: it brings back the shape, not the values.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Pictures; they play the role of the output of `conv2d`.
    weight : array_like, shape (C, F // groups, kh, kw)
        The weight of that `conv2d`: input channels of this layer come first.
    bias : array_like, shape (F,), optional
        Added to every pixel of its output channel.
    stride, padding : int or (int, int)
        Those of that `conv2d`: padding is cut off here.
    output_padding : int or (int, int)
        Rows and columns to add at the end, because with a stride several input sizes share one
        output size; smaller than the stride or the dilation.
    groups : int
        Parts into which the channels are divided.
    dilation : int or (int, int)
        That of that `conv2d`.

    Returns
    -------
    ndarray, shape (N, F, H', W')
        ``H' = (H - 1) * stride - 2 * padding + dilation * (kh - 1) + output_padding + 1``.

    Raises
    ------
    TypeError, ValueError
        When an argument breaks its rule; the message names it and gives the value.

    Examples
    --------
    >>> conv_transpose2d([[[[1, 10]]]], [[[[1, 2, 3]]]], stride=2)
    array([[[[ 1.,  2., 13., 20., 30.]]]])
    """
    x, weight = _batches(x=x, weight=weight)
    geometry = Geometry.checked(stride, padding, dilation, groups)
    shape = geometry.transposed_shape(x.shape, weight.shape, output_padding)
    products, steps = x.size * weight[0].size, (geometry.stride, geometry.dilation)
    refuse_zeros(geometry.padded_shape(shape), products, "`stride` and `dilation`", steps)
    y = _transpose(x, weight, shape, geometry)
    return y if bias is None else _add_bias(y, bias)


def _transpose(y: FloatArray, weight: FloatArray, shape: Shape, geometry: Geometry) -> FloatArray:
    """Stamp the kernels, weighted by the pixels of `y`, on empty pictures of `shape`."""
    x = np.zeros(geometry.padded_shape(shape), y.dtype)
    windows = view_windows(x, weight.shape[2:], geometry)
    windows = windows[:, :, : y.shape[2], : y.shape[3]]  # output_padding may have room for more
    kernels = _kernel_rows(weight, geometry.groups).swapaxes(1, 2)
    for block in blocks(windows.shape, windows.itemsize):
        add_columns(kernels @ _channel_rows(y[block], geometry.groups), windows[block])
    return crop(x, geometry)


def _kernel_rows(weight: FloatArray, groups: int) -> FloatArray:
    """Write each kernel as a row, shape (groups, F / groups, C / groups * kh * kw)."""
    return weight.reshape(groups, weight.shape[0] // groups, -1)


def _channel_rows(y: FloatArray, groups: int) -> FloatArray:
    """View the channels of `y` or a block of it as rows: (N, groups, F / groups, H' * W')."""
    return y.reshape(len(y), groups, y.shape[1] // groups, -1)


def _batches(**arrays: ArrayLike) -> list[FloatArray]:
    """Check that arrays have four axes; return them contiguous and in one common dtype."""
    checked = [real_array(value, name, ndim=4) for name, value in arrays.items()]
    dtype = np.result_type(*checked)
    return [np.ascontiguousarray(array, dtype) for array in checked]


def _add_bias(y: FloatArray, bias: ArrayLike) -> FloatArray:
    bias = real_array(bias, "bias")
    if bias.shape != (y.shape[1],):
        raise ValueError(
            f"`bias` must have shape ({y.shape[1]},), one number for each output channel; "
            f"got shape {bias.shape}"
        )
    if np.can_cast(bias.dtype, y.dtype):
        y += bias[:, None, None]
        return y
    return y + bias[:, None, None]
