"""The convolutional layer, its gradients, and its transpose."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, real_array
from convlib.layers.sizes import Geometry, IntOrPair
from convlib.layers.windows import (
    columns_in_blocks,
    matrices,
    padded_shape,
    refuse_zeros,
    rows_of,
    spread,
    windows,
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


@np.errstate(invalid="ignore")  # infinity times zero is NaN, as documented
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
    geometry = Geometry.check(stride, padding, dilation, groups)
    shape = geometry.output_shape(x.shape, weight.shape)
    view = windows(x, weight.shape[2:], geometry, "weight")
    y = np.empty(shape, x.dtype)
    kernels, in_rows = matrices(weight, groups), rows_of(y, groups)
    for pictures, pixels, columns in columns_in_blocks(view, groups):
        np.matmul(kernels, columns, out=in_rows[pictures, ..., pixels])
    return y if bias is None else _add_bias(y, bias)


@np.errstate(invalid="ignore")  # infinity times zero is NaN, as documented
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
    geometry = Geometry.check(stride, padding, dilation, groups)
    shape = geometry.output_shape(x.shape, weight.shape)
    if grad.shape != shape:
        raise ValueError(f"`grad_output` must have the output's shape {shape}; got {grad.shape}")
    view, in_rows = windows(x, weight.shape[2:], geometry, "weight"), rows_of(grad, groups)
    products = np.zeros_like(matrices(weight, groups).swapaxes(1, 2))
    for pictures, pixels, columns in columns_in_blocks(view, groups):
        products += (columns @ in_rows[pictures, ..., pixels].swapaxes(2, 3)).sum(axis=0)
    grad_weight = products.swapaxes(1, 2).reshape(weight.shape)
    return Gradients(spread(grad, weight, x.shape, geometry), grad_weight, grad.sum((0, 2, 3)))


@np.errstate(invalid="ignore")  # infinity times zero is NaN, as documented
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
    geometry = Geometry.check(stride, padding, dilation, groups)
    shape = geometry.transposed_shape(x.shape, weight.shape, output_padding)
    stamped = x.size * weight[0].size
    refuse_zeros(padded_shape(shape, geometry), stamped, "`stride` and `dilation`", geometry[::2])
    y = spread(x, weight, shape, geometry)
    return y if bias is None else _add_bias(y, bias)


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
