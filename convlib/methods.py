"""Four ways to the same sums, and the estimate that chooses between them.

Each method takes an extended signal `x` and a kernel `h` for its leading axes (the other axes are
carried along) and returns the "valid" part of their convolution. They differ in cost only; the
chapter *fast-convolution* measures it.
"""

import math
from collections.abc import Callable, Iterator
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfftn, next_fast_len, rfftn

from convlib._validate import FloatArray, real_array

__all__ = ["COMPUTE", "cheapest", "factors"]


def factors(kernel: Any) -> list[NDArray[np.floating]] | None:
    """Split a separable kernel into one list of weights per axis.

    A kernel is separable when it is the outer product of its factors: a matrix of rank 1.
    Filtering with ``k`` short factors costs the sum of their lengths per sample instead of the
    product.

    Parameters
    ----------
    kernel : array_like of any shape
        Real and finite.

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
    kernel = real_array(kernel, "kernel")
    pivot = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    peak = kernel[pivot]
    if not np.isfinite(kernel).all():
        return None
    if peak == 0:
        return [np.zeros(n, kernel.dtype) for n in kernel.shape]
    # the lines through the largest value: exact for whole numbers, where an SVD would round
    lines = [kernel[(*pivot[:k], slice(None), *pivot[k + 1 :])] for k in range(kernel.ndim)]
    parts = [lines[0], *(line / peak for line in lines[1:])]
    tolerance = 4 * kernel.ndim * np.finfo(kernel.dtype).eps * abs(peak)
    again = reduce(np.multiply.outer, parts)
    return parts if np.abs(again - kernel).max() <= tolerance else None


def _valid_shape(x: FloatArray, h: FloatArray) -> tuple[int, ...]:
    inner = tuple(n - m + 1 for n, m in zip(x.shape, h.shape, strict=False))
    return inner + x.shape[h.ndim :]


def _window(start: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(i, i + n) for i, n in zip(start, lengths, strict=False))


_CACHE_BYTES = 1 << 17  # of output at a time, so that a block and its product stay in cache


def _direct(x: FloatArray, h: FloatArray) -> FloatArray:
    """Add one shifted, scaled copy of the signal per kernel value, a block of rows at a time."""
    y = np.zeros(_valid_shape(x, h), dtype=x.dtype)
    rows = max(1, _CACHE_BYTES * len(y) // y.nbytes)
    for top in range(0, len(y), rows):
        block = y[top : top + rows]
        copy = np.empty_like(block)
        for start, weight in np.ndenumerate(np.flip(h)):
            shifted = (start[0] + top, *start[1:])
            block += np.multiply(x[_window(shifted, block.shape[: h.ndim])], weight, out=copy)
    return y


def _separable(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve along one axis after the other with the factors of the kernel."""
    parts = factors(h)
    if parts is None:
        raise ValueError(
            f'`h` must be an outer product (rank 1) for method="separable"; got shape {h.shape} '
            "that is not"
        )
    for axis, part in enumerate(parts):
        x = _direct(x, part.reshape([-1 if k == axis else 1 for k in range(h.ndim)]))
    return x


def _multiply_spectra(x: FloatArray, h: FloatArray, lengths: list[int]) -> FloatArray:
    """Circular convolution of period `lengths` along the leading axes."""
    axes = range(h.ndim)
    kernel = h.reshape(h.shape + (1,) * (x.ndim - h.ndim))
    spectrum = rfftn(x, lengths, axes=axes) * rfftn(kernel, lengths, axes=axes)
    return irfftn(spectrum, lengths, axes=axes, overwrite_x=True)  # type: ignore[no-any-return]


def _fft(x: FloatArray, h: FloatArray) -> FloatArray:
    """Multiply the spectra. What wraps round lands only in the part that is cut away."""
    lengths = [next_fast_len(n, real=True) for n in x.shape[: h.ndim]]
    start = tuple(m - 1 for m in h.shape)
    wanted = _window(start, _valid_shape(x, h)[: h.ndim])
    return np.ascontiguousarray(_multiply_spectra(x, h, lengths)[wanted])


def _overlap_add(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve block by block with small transforms; the tails of neighbouring blocks add up."""
    full = tuple(n + m - 1 for n, m in zip(x.shape, h.shape, strict=False))
    y = np.zeros(full + x.shape[h.ndim :], dtype=x.dtype)
    lengths = _transform_lengths(x, h)
    steps = tuple(length - m + 1 for length, m in zip(lengths, h.shape, strict=True))
    for corner in _corners(x.shape, steps):
        piece = _multiply_spectra(x[_window(corner, steps)], h, lengths)
        target = y[_window(corner, tuple(lengths))]
        target += piece[_window((0,) * h.ndim, target.shape[: h.ndim])]
    start = tuple(m - 1 for m in h.shape)
    return np.ascontiguousarray(y[_window(start, _valid_shape(x, h)[: h.ndim])])


def _transform_lengths(x: FloatArray, h: FloatArray) -> list[int]:
    """Fast lengths of about four kernels, where little of each transform is overlap."""
    pairs = zip(x.shape, h.shape, strict=False)
    return [next_fast_len(min(n + m - 1, max(4 * m, 128)), real=True) for n, m in pairs]


def _corners(shape: tuple[int, ...], steps: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return product(*(range(0, n, step) for n, step in zip(shape, steps, strict=False)))


COMPUTE: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "direct": _direct,
    "separable": _separable,
    "fft": _fft,
    "overlap_add": _overlap_add,
}


def cheapest(x: FloatArray, h: FloatArray) -> str:
    """Estimate the work of each method and name the least."""
    work = {"direct": _sum_work(x, h.size)}
    if h.ndim > 1 and factors(h) is not None:
        work["separable"] = _sum_work(x, sum(h.shape))
    work["fft"] = _transform_work(x.size)
    blocks = list(zip(x.shape, _transform_lengths(x, h), h.shape, strict=False))
    count = math.prod(-(-n // (length - m + 1)) for n, length, m in blocks)
    batch = x.size // math.prod(n for n, _, _ in blocks)
    work["overlap_add"] = count * _transform_work(batch * math.prod(size for _, size, _ in blocks))
    name = min(work, key=work.__getitem__)
    if name in ("fft", "overlap_add") and not (np.isfinite(x).all() and np.isfinite(h).all()):
        return "direct"  # a transform would spread one NaN over the whole answer
    return name


# Work is counted in multiply-adds of a large array; the constants are what starting a NumPy
# operation or a transform costs in that unit, as measured on a two-core machine.


def _sum_work(x: FloatArray, taps: int) -> float:
    return taps * (x.size + 5_000.0)


def _transform_work(size: int) -> float:
    return 2.0 * size * math.log2(size + 1) + 300_000.0
