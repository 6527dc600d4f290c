"""Discrete convolution and cross-correlation, in any number of dimensions.

`convolve` flips the kernel; `correlate` does not. Both first extend the signal as `mode` and
`boundary` ask, and then one of four methods computes the plain sum

    y[n] = sum over k of h[k] x[n + M - 1 - k]

at every place where the kernel of length M fits inside the extended signal. The four methods
differ in cost, not in the answer: see the chapter *fast-convolution*.

Boundary rules (`mode="same"` only), drawn for the signal ``a b c d``::

    constant    0 0 0 0 | a b c d | 0 0 0 0
    edge        a a a a | a b c d | d d d d
    reflect       d c b | a b c d | c b a
    symmetric   d c b a | a b c d | d c b a
    wrap        a b c d | a b c d | a b c d
"""

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.fft import irfftn, next_fast_len, rfftn

from convlib._validate import FloatArray, choice, real_array
from convlib.kernels import factors

__all__ = ["BOUNDARIES", "METHODS", "MODES", "convolve", "correlate"]

MODES = ("full", "same", "valid")
BOUNDARIES = ("constant", "edge", "reflect", "symmetric", "wrap")
METHODS = ("auto", "direct", "separable", "fft", "overlap_add")


def convolve(
    x: ArrayLike,
    h: ArrayLike,
    *,
    mode: str = "full",
    boundary: str = "constant",
    method: str = "auto",
    axes: int | tuple[int, ...] | None = None,
) -> FloatArray:
    """Convolve `x` with `h`: ``y[n] = sum_k h[k] x[n - k]``. The kernel is flipped.

    Parameters
    ----------
    x : array_like of any shape
        Signal. Booleans and integers become float64; float32 stays float32 if `h` is too.
    h : array_like, one dimension per convolved axis
        Kernel (impulse response).
    mode : {"full", "same", "valid"}
        Which part of the answer to return, along each convolved axis of lengths N and M:
        "full" every sum with an overlap (N + M - 1); "same" as long as `x`, where
        ``h[(M - 1) // 2]`` is the centre of the kernel (N); "valid" only sums that lie
        wholly inside `x` (N - M + 1).
    boundary : {"constant", "edge", "reflect", "symmetric", "wrap"}
        How "same" continues `x` beyond its ends, named as in `numpy.pad` and drawn at the top
        of this module; "constant" continues with zeros. The other modes take only "constant".
    method : {"auto", "direct", "separable", "fft", "overlap_add"}
        How to compute it. "auto" picks by estimated cost. "separable" needs a kernel that is
        an outer product.
    axes : int or tuple of int, optional
        Axes of `x` to convolve along, in the order of the axes of `h`; all axes by default.
        The others are carried along, like the colours of a picture.

    Returns
    -------
    ndarray
        Float array with the axes of `x`.

    Raises
    ------
    TypeError
        If an array is complex, text, object or masked, or an option is not text.
    ValueError
        If an array is empty or has the wrong number of dimensions, an option is unknown, `h` is
        longer than `x` in mode "valid", "reflect" would need more samples than there are, or
        `h` is not an outer product in method "separable".

    Notes
    -----
    NaN and infinity propagate: every output whose window holds one becomes NaN or infinite
    ("auto" then keeps to methods that sum directly). With "fft" and "overlap_add" asked for by
    name they spread to everything that shares a transform with them.

    See Also
    --------
    correlate : The same without the flip.

    Examples
    --------
    Each kernel value stamps a shifted copy of the signal:

    >>> convolve([1, 10, 100], [1, 2])
    array([  1.,  12., 120., 200.])
    >>> convolve([1, 10, 100], [1, 2], mode="same")
    array([  1.,  12., 120.])
    >>> convolve([1, 10, 100], [1, 2], mode="valid")
    array([ 12., 120.])
    """
    signal, kernel, kernel_axes = _checked(x, h, mode, boundary, method, axes)
    leading = range(kernel.ndim)
    extended = _extend(np.moveaxis(signal, kernel_axes, leading), kernel.shape, mode, boundary)
    name = _cheapest(extended, kernel) if method == "auto" else method
    return np.moveaxis(_COMPUTE[name](extended, kernel), leading, kernel_axes)


def correlate(
    x: ArrayLike,
    h: ArrayLike,
    *,
    mode: str = "full",
    boundary: str = "constant",
    method: str = "auto",
    axes: int | tuple[int, ...] | None = None,
) -> FloatArray:
    """Cross-correlate `x` with `h`: slide `h` over `x` without flipping it.

    Equals ``convolve(x, np.flip(h), ...)`` in every mode. Parameters, errors and notes are those
    of `convolve`; in mode "same" the centre is ``(M - 1) // 2`` counted in the flipped kernel.

    Parameters
    ----------
    x, h, mode, boundary, method, axes
        As in `convolve`.

    Returns
    -------
    ndarray
        Float array with the axes of `x`.

    Raises
    ------
    TypeError, ValueError
        As `convolve`.

    Examples
    --------
    >>> correlate([1, 10, 100], [1, 2])
    array([  2.,  21., 210., 100.])
    """
    flipped = np.flip(real_array(h, "h"))
    return convolve(x, flipped, mode=mode, boundary=boundary, method=method, axes=axes)


def _checked(
    x: Any, h: Any, mode: str, boundary: str, method: str, axes: Any
) -> tuple[FloatArray, FloatArray, tuple[int, ...]]:
    choice(mode, "mode", MODES)
    choice(method, "method", METHODS)
    choice(boundary, "boundary", BOUNDARIES)
    if boundary != "constant" and mode != "same":
        raise ValueError(f'`boundary` applies to mode="same" only; got {boundary!r} with {mode!r}')
    signal, kernel = real_array(x, "x"), real_array(h, "h")
    kernel_axes = _normalised_axes(axes, signal.ndim)
    if kernel.ndim != len(kernel_axes):
        raise ValueError(
            f"`h` must have one dimension per convolved axis of `x` ({len(kernel_axes)}); "
            f"got shape {kernel.shape} for x of shape {signal.shape}"
        )
    lengths = [signal.shape[axis] for axis in kernel_axes]
    if mode == "valid" and any(m > n for m, n in zip(kernel.shape, lengths, strict=True)):
        raise ValueError(
            f'`h` must not be longer than `x` on any axis in mode="valid"; '
            f"got shape {kernel.shape} for x of shape {signal.shape}"
        )
    dtype = np.result_type(signal, kernel)
    return signal.astype(dtype, copy=False), kernel.astype(dtype, copy=False), kernel_axes


def _normalised_axes(axes: Any, ndim: int) -> tuple[int, ...]:
    if axes is None:
        return tuple(range(ndim))
    try:
        return tuple(np.lib.array_utils.normalize_axis_tuple(axes, ndim, "axes"))
    except (TypeError, ValueError) as error:  # AxisError is a ValueError
        kind = TypeError if isinstance(error, TypeError) else ValueError
        message = f"`axes` must be different axes of `x`, which has {ndim}; got {axes!r}"
        raise kind(message) from None


def _extend(x: FloatArray, lengths: tuple[int, ...], mode: str, boundary: str) -> FloatArray:
    """Continue `x` along its leading axes so that every wanted sum lies inside."""
    if mode == "full":
        widths = [(m - 1, m - 1) for m in lengths]
    elif mode == "same":
        widths = [(m // 2, (m - 1) // 2) for m in lengths]  # m - 1 in all, the centre at (m-1)//2
    else:
        return x
    if boundary == "reflect":
        for n, width in zip(x.shape, widths, strict=False):
            if max(width) > n - 1:
                raise ValueError(
                    f"`boundary` 'reflect' can mirror at most {n - 1} sample(s) of an axis of "
                    f"length {n}; got a kernel that needs {max(width)}"
                )
    widths += [(0, 0)] * (x.ndim - len(widths))
    return np.pad(x, widths, mode=boundary)  # type: ignore[call-overload,no-any-return]


# --- four ways to the same sums: (extended signal, kernel) -> the "valid" part ---------------


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


_COMPUTE = {
    "direct": _direct,
    "separable": _separable,
    "fft": _fft,
    "overlap_add": _overlap_add,
}


def _cheapest(x: FloatArray, h: FloatArray) -> str:
    """Estimate the work of each method in multiply-adds and name the least."""
    sums = math.prod(_valid_shape(x, h))
    work = {"direct": float(sums * h.size)}
    if h.ndim > 1 and factors(h) is not None:
        work["separable"] = float(x.size * sum(h.shape))
    work["fft"] = _transform_work(x.size)
    blocks = list(zip(x.shape, _transform_lengths(x, h), h.shape, strict=False))
    count = math.prod(-(-n // (length - m + 1)) for n, length, m in blocks)
    batch = x.size // math.prod(n for n, _, _ in blocks)
    work["overlap_add"] = count * _transform_work(batch * math.prod(size for _, size, _ in blocks))
    name = min(work, key=work.__getitem__)
    if name in ("fft", "overlap_add") and not (np.isfinite(x).all() and np.isfinite(h).all()):
        return "direct"  # a transform would spread one NaN over the whole answer
    return name


def _transform_work(size: int) -> float:
    """Work of two transforms and a product, with a constant for starting them."""
    return 2.0 * size * math.log2(size + 1) + 50_000.0
