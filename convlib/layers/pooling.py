"""What stands between convolutional layers: pooling and the rectifier."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, pair, real_array
from convlib.layers.sizes import Geometry, IntOrPair, span
from convlib.layers.windows import windows

__all__ = ["avg_pool2d", "max_pool2d", "relu"]


def _pool_windows(
    x: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, fill: float
) -> FloatArray:
    x = real_array(x, "x", ndim=4)
    kernel = pair(kernel_size, "kernel_size", 1)
    stride = kernel if stride is None else stride
    geometry = Geometry.check(stride, padding, dilation)
    for p, k, d in zip(geometry.padding, kernel, geometry.dilation, strict=True):
        if 2 * p > span(k, d):
            raise ValueError(
                f"`padding` must be at most half of what the window spans ({span(k, d)}); got {p}"
            )
    return windows(x, kernel, geometry, "kernel_size", fill)


def _combine(combine: np.ufunc, view: FloatArray) -> FloatArray:
    """Reduce every window to one number, by a function of two numbers."""
    if math.prod(view.shape[4:]) > math.prod(view.shape[2:4]):
        return np.asarray(combine.reduce(view, axis=(4, 5)))
    first, *others = np.ndindex(view.shape[4:])
    answer = view[..., *first].copy()
    for tap in others:  # few large operations are faster than many small ones
        combine(answer, view[..., *tap], out=answer)
    return answer


def max_pool2d(
    x: ArrayLike,
    kernel_size: IntOrPair,
    *,
    stride: IntOrPair | None = None,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
) -> FloatArray:
    """Keep the largest value of each window; outside the picture there is minus infinity.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Pictures; channels are pooled one by one.
    kernel_size : int or (int, int)
        Rows and columns of the window.
    stride : int or (int, int), optional
        Step from window to window; the size of the window when left out.
    padding : int or (int, int)
        Pixels added on each side, at most half of what the window spans.
    dilation : int or (int, int)
        Distance between neighbours in the window; 1 is ordinary.

    Returns
    -------
    ndarray, shape (N, C, H', W')
        Sizes by `convlib.layers.output_size`.

    Raises
    ------
    TypeError, ValueError
        When an argument breaks its rule; the message names it.

    Examples
    --------
    >>> max_pool2d([[[[1, 2, 5, 0], [3, 4, 0, 7]]]], 2)
    array([[[[4., 7.]]]])
    """
    view = _pool_windows(x, kernel_size, stride, padding, dilation, -np.inf)
    return _combine(np.maximum, view)


@np.errstate(invalid="ignore")  # opposite infinities average to NaN
def avg_pool2d(
    x: ArrayLike,
    kernel_size: IntOrPair,
    *,
    stride: IntOrPair | None = None,
    padding: IntOrPair = 0,
) -> FloatArray:
    """Average each window; added zeros count as pixels, as they do in PyTorch.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Pictures; channels are pooled one by one.
    kernel_size : int or (int, int)
        Rows and columns of the window.
    stride : int or (int, int), optional
        Step from window to window; the size of the window when left out.
    padding : int or (int, int)
        Zeros added on each side, at most half of the window.

    Returns
    -------
    ndarray, shape (N, C, H', W')
        Sizes by `convlib.layers.output_size`.

    Raises
    ------
    TypeError, ValueError
        When an argument breaks its rule; the message names it.

    Examples
    --------
    >>> avg_pool2d([[[[1, 2, 5, 0], [3, 4, 0, 7]]]], 2)
    array([[[[2.5, 3. ]]]])
    """
    view = _pool_windows(x, kernel_size, stride, padding, 1, 0.0)
    total = _combine(np.add, view)
    total /= math.prod(view.shape[4:])
    return total


def relu(x: ArrayLike) -> FloatArray:
    """Replace negative values by zero.

    Parameters
    ----------
    x : array_like
        Numbers of any shape.

    Returns
    -------
    ndarray
        Same shape; a new array.

    Examples
    --------
    >>> relu([-2, 0, 3])
    array([0., 0., 3.])
    """
    x = real_array(x, "x")
    return np.maximum(x, x.dtype.type(0))
