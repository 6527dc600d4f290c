"""What stands between convolutional layers: pooling and the rectifier.

Pooling looks through the same windows as a layer does, one channel at a time, and keeps one number
of each: the largest or the mean. The rectifier keeps what is positive.

    max_pool2d(x)[n, c, i, j] = maximum over a, b of x[n, c, i * stride + a, j * stride + b]
    relu(x)                   = max(x, 0)
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, pair, real_array
from convlib.layers.sizes import Geometry, IntOrPair, effective_size
from convlib.layers.windows import sliding_windows

__all__ = ["avg_pool2d", "max_pool2d", "relu"]


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
    return _reduce(np.maximum, _pool_windows(x, kernel_size, stride, padding, dilation, -np.inf))


@np.errstate(all="ignore")  # too large a sum is infinite, opposite infinities sum to NaN
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
    windows = _pool_windows(x, kernel_size, stride, padding, 1, 0.0)
    total = _reduce(np.add, windows)
    total /= math.prod(windows.shape[4:])
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


def _pool_windows(
    x: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, fill: float
) -> FloatArray:
    """Check the options of a pool and return its windows, shape (N, C, H', W', kh, kw)."""
    x = real_array(x, "x", ndim=4)
    kernel = pair(kernel_size, "kernel_size", 1)
    geometry = Geometry.checked(kernel if stride is None else stride, padding, dilation)
    for p, k, d in zip(geometry.padding, kernel, geometry.dilation, strict=True):
        span = effective_size(k, d)
        if 2 * p > span:
            raise ValueError(
                f"`padding` must be at most half of what the window spans ({span}); got {p}"
            )
    return sliding_windows(x, kernel, geometry, "kernel_size", fill)


def _reduce(function: np.ufunc, windows: FloatArray) -> FloatArray:
    """Reduce every window to one number, by a function of two numbers."""
    height, width, kh, kw = windows.shape[2:]
    if kh * kw > height * width:
        return np.asarray(function.reduce(windows, axis=(4, 5)))
    # NumPy is faster at a few large operations: one for each tap, on all windows at once
    result = windows[..., 0, 0].copy()
    for a, b in list(np.ndindex(kh, kw))[1:]:
        function(result, windows[..., a, b], out=result)
    return result
