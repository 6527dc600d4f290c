"""Discrete convolution and cross-correlation, in any number of dimensions.

`convolve` flips the kernel; `correlate` does not. Both compute the sums

    y[n] = sum over k of h[k] x[n - k]

by one of four methods (`convlib.engine`). Beyond its ends `x` is zero, unless `boundary` asks for
something else; then it is extended first.

Boundary rules (`mode="same"` only), drawn for the signal ``a b c d``::

    constant    0 0 0 0 | a b c d | 0 0 0 0
    edge        a a a a | a b c d | d d d d
    reflect       d c b | a b c d | c b a
    symmetric   d c b a | a b c d | d c b a
    wrap        a b c d | a b c d | a b c d
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, choice, real_array, shown
from convlib.engine import BOUNDARIES, METHODS, plan

__all__ = ["BOUNDARIES", "METHODS", "MODES", "convolve", "correlate"]

MODES = ("full", "same", "valid")


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
        Signal. Booleans and integers become float64; float32 stays float32 if `h` is too, and
        float16 becomes float32.
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
    NaN and infinity propagate: an output becomes NaN or infinite when its window holds one, or when
    the sum is too large for its type, and no other does, whatever the method. One in the kernel
    takes part in every sum (times zero it is NaN), and no output is finite.

    Rounding: ``|error| <= c * eps * sum(|h|) * max(|x|)``, with eps that of the answer's type and

    ================  ==========================================================
    method            c
    ================  ==========================================================
    direct            K, the number of kernel values
    separable         sum of the factors' lengths + 3 d, for d factors
    fft, overlap_add  2 (1 + log2 L), L samples of ``n + 2 (m - 1)`` per axis
    auto              the largest of these
    ================  ==========================================================

    The first two count roundings. The third is the growth that transforms show in practice. Beside
    numbers too small for all their digits (below 1e-307 in float64, 1e-37 in float32) it may be
    more.

    Whole numbers: "direct" is exact while no sum of sizes, ``sum(|h|) * max(|x|)``, reaches 2**53
    (2**24 in float32). The other methods, one of which "auto" may take, can give 2.9999999999999996
    for 3. Round such answers (`numpy.rint`), do not cut them off (`int`, ``astype(int)``); rounding
    is right while the bound is below 1/2.

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
    signal, kernel, kernel_axes = check_arguments(x, h, mode, boundary, method, axes)
    lengths = [signal.shape[axis] for axis in kernel_axes]
    ends = None  # extended, the signal holds all sums of "same"
    if boundary == "constant":
        ends = [part_of_mode(n, m, mode) for n, m in zip(lengths, kernel.shape, strict=True)]
    planned = plan(
        kernel, signal.shape, axes=kernel_axes, ends=ends, boundary=boundary, method=method
    )
    return planned.apply(signal)


def part_of_mode(n: int, m: int, mode: str) -> tuple[int, int]:
    """Return where in the full answer the part of `mode` begins and ends, along one axis.

    >>> [part_of_mode(5, 4, mode) for mode in MODES]
    [(0, 8), (1, 6), (3, 5)]
    """
    if mode == "full":
        return 0, n + m - 1
    if mode == "same":
        return (m - 1) // 2, (m - 1) // 2 + n
    return m - 1, n


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


def check_arguments(
    x: Any, h: Any, mode: str, boundary: str, method: str, axes: Any
) -> tuple[FloatArray, FloatArray, tuple[int, ...]]:
    """Check the arguments of `convolve`; return signal and kernel of one type, and the axes."""
    choice(mode, "mode", MODES)
    choice(method, "method", METHODS)
    choice(boundary, "boundary", BOUNDARIES)
    if boundary != "constant" and mode != "same":
        raise ValueError(f'`boundary` applies to mode="same" only; got {boundary!r} with {mode!r}')
    signal, kernel = real_array(x, "x"), real_array(h, "h")
    kernel_axes = tuple(range(signal.ndim)) if axes is None else _normalised(axes, signal.ndim)
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
    if signal.dtype != kernel.dtype:  # one is float32
        with np.errstate(invalid="ignore"):  # as in `real_array`
            signal, kernel = signal.astype(float, copy=False), kernel.astype(float, copy=False)
    return signal, kernel, kernel_axes


def _normalised(axes: Any, ndim: int) -> tuple[int, ...]:
    try:
        several = tuple(axes) if isinstance(axes, tuple | list | range | np.ndarray) else (axes,)
        if any(isinstance(axis, bool | np.bool_) for axis in several):
            raise TypeError
        return tuple(np.lib.array_utils.normalize_axis_tuple(several, ndim, "axes"))
    except (TypeError, ValueError, OverflowError) as error:  # AxisError is a ValueError
        kind = TypeError if isinstance(error, TypeError) else ValueError
        message = f"`axes` must be different axes of `x`, which has {ndim}; got {shown(axes)}"
        raise kind(message) from None
