"""The definitions, written as loops: what chapters show and what tests compare with.

Each function says, as plainly as it goes, what another one of convlib computes fast. None of them
checks its arguments, and all are slow.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray

__all__ = [
    "conv2d",
    "convolve",
    "convolve2d",
    "convolve_functions",
    "correlate2d",
    "correlate_picture",
    "max_pool2d",
]


def convolve(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve two lists: each pair of values sends its product to the sum of their places.

    Parameters
    ----------
    x, h : sequence of float, lengths N and M
        Signal and kernel.

    Returns
    -------
    ndarray, shape (N + M - 1,)
        As `convlib.convolve` in mode "full".

    Examples
    --------
    >>> convolve([1, 10, 100], [1, 2])
    array([  1.,  12., 120., 200.])
    """
    y = np.zeros(len(x) + len(h) - 1)
    for i in range(len(x)):
        for k in range(len(h)):
            y[i + k] += x[i] * h[k]
    return y


def convolve_functions(
    f: Callable[[float], float],
    g: Callable[[float], float],
    t: float,
    start: float,
    end: float,
    dt: float,
) -> float:
    """Approximate the integral of ``f(a) g(t - a)`` from `start` to `end` by a sum of strips.

    Parameters
    ----------
    f, g : callable
        Take one time and return one value.
    t : float
        The time at which the result is wanted.
    start, end : float
        The interval outside which `f` is zero.
    dt : float
        Width of a strip.

    Returns
    -------
    float
        As `convlib.convolve_functions`, when `dt` divides the interval.

    Examples
    --------
    >>> round(convolve_functions(lambda a: 1, lambda u: u, 3, 0, 2, dt=0.5), 12)
    4.0
    """
    total = 0.0
    for i in range(round((end - start) / dt)):
        a = start + (i + 0.5) * dt  # the middle of strip i
        total += f(a) * g(t - a) * dt
    return total


def convolve2d(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve a picture with a kernel, where the kernel lies wholly inside: it is flipped.

    Parameters
    ----------
    x : ndarray, shape (H, W)
        Picture.
    h : ndarray, shape (kh, kw)
        Kernel.

    Returns
    -------
    ndarray, shape (H - kh + 1, W - kw + 1)
        As `convlib.convolve` in mode "valid".

    Examples
    --------
    >>> convolve2d(np.array([[1, 10, 100]]), np.array([[1, 2]]))
    array([[ 12., 120.]])
    """
    (H, W), (kh, kw) = x.shape, h.shape
    y = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for a in range(kh):
                for b in range(kw):
                    y[i, j] += h[a, b] * x[i + kh - 1 - a, j + kw - 1 - b]
    return y


def correlate2d(picture: FloatArray, kernel: FloatArray) -> FloatArray:
    """Slide a kernel over a picture, wherever it lies wholly inside; it is not flipped.

    Parameters
    ----------
    picture : ndarray, shape (H, W)
    kernel : ndarray, shape (kh, kw)

    Returns
    -------
    ndarray, shape (H - kh + 1, W - kw + 1)
        As `convlib.correlate` in mode "valid".

    Examples
    --------
    >>> correlate2d(np.array([[1, 10, 100]]), np.array([[1, 2]]))
    array([[ 21., 210.]])
    """
    rows, columns = (np.array(picture.shape) - kernel.shape) + 1
    answer = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = picture[i:, j:][: kernel.shape[0], : kernel.shape[1]]
            answer[i, j] = (window * kernel).sum()
    return answer


def correlate_picture(picture: FloatArray, kernel: FloatArray) -> FloatArray:
    """Slide a 3×3 kernel over a whole picture, which continues as its border pixels do.

    Parameters
    ----------
    picture : ndarray, shape (H, W)
    kernel : ndarray, shape (3, 3)
        Its centre stands on the pixel that is computed; it is not flipped.

    Returns
    -------
    ndarray, shape (H, W)
        As `convlib.filter_image` with the kernel turned upside down and left to right.

    Examples
    --------
    >>> correlate_picture(np.array([[1, 10, 100]]), np.array([[0, 0, 0], [0, 1, 2], [0, 0, 0]]))
    array([[ 21., 210., 300.]])
    """
    padded = np.pad(picture, 1, mode="edge")
    result = np.empty(picture.shape)
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            window = padded[row : row + 3, column : column + 3]
            result[row, column] = np.sum(kernel * window)
    return result


def conv2d(
    x: FloatArray,
    weight: FloatArray,
    bias: FloatArray | None = None,
    *,
    stride: ArrayLike = 1,
    padding: ArrayLike = 0,
    dilation: ArrayLike = 1,
    groups: int = 1,
) -> FloatArray:
    """Apply a convolutional layer: every output pixel is one sum over channels and taps.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
        Pictures.
    weight : ndarray, shape (F, C // groups, kh, kw)
        One kernel per output channel.
    bias : ndarray, shape (F,), optional
        Added to every pixel of its output channel.
    stride, padding, dilation : int or (int, int)
        As in `convlib.layers.conv2d`.
    groups : int
        Parts into which input and output channels are divided.

    Returns
    -------
    ndarray, shape (N, F, H', W')
        As `convlib.layers.conv2d`.

    Examples
    --------
    >>> conv2d(np.array([[[[1, 2, 4], [8, 16, 32]]]]), np.array([[[[1, -1]]]]))
    array([[[[ -1.,  -2.],
             [ -8., -16.]]]])
    """
    (sh, sw), (ph, pw), (dh, dw) = (np.broadcast_to(v, 2) for v in (stride, padding, dilation))
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    filters, depth, kh, kw = weight.shape
    rows = (x.shape[2] - dh * (kh - 1) - 1) // sh + 1
    columns = (x.shape[3] - dw * (kw - 1) - 1) // sw + 1
    y = np.zeros((len(x), filters, rows, columns))
    for n, f, i, j in np.ndindex(y.shape):
        first = f // (filters // groups) * depth  # channel of the group
        for c, a, b in np.ndindex(depth, kh, kw):
            y[n, f, i, j] += weight[f, c, a, b] * x[n, first + c, i * sh + a * dh, j * sw + b * dw]
    return y if bias is None else y + bias[:, None, None]


def max_pool2d(x: FloatArray, kernel_size: int, stride: int | None = None) -> FloatArray:
    """Keep the largest value of each window.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
        Pictures.
    kernel_size : int
        Rows and columns of the window.
    stride : int, optional
        Step from window to window; the size of the window when left out.

    Returns
    -------
    ndarray, shape (N, C, H', W')
        As `convlib.layers.max_pool2d`.

    Examples
    --------
    >>> max_pool2d(np.array([[[[1, 2, 5, 0], [3, 4, 0, 7]]]]), 2)
    array([[[[4., 7.]]]])
    """
    stride = stride or kernel_size
    rows, columns = ((n - kernel_size) // stride + 1 for n in x.shape[2:])
    y = np.zeros((*x.shape[:2], rows, columns))
    for n, c, i, j in np.ndindex(y.shape):
        window = x[n, c, i * stride :, j * stride :][:kernel_size, :kernel_size]
        y[n, c, i, j] = window.max()
    return y
