"""NaN, infinity, and sums too large for their type: what fast methods would get wrong.

Zero times infinity is NaN, so that a matrix product or a transform carries NaN and infinity further
than the kernel does. They are left out, and what they do to the sums is found by counting: a sum is
NaN if its window holds a NaN, and infinite if it holds infinities whose products have one sign.
"""

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from convlib._validate import FloatArray, Lengths, Method

__all__ = ["all_finite", "sums_of", "with_special_kernel"]


def all_finite(x: FloatArray) -> bool:
    """Tell whether there is no NaN and no infinity."""
    if x.size < 1 << 13 and math.isfinite(np.vdot(x, x)):  # quick, and BLAS starts no threads
        return True
    return bool(np.isfinite(x).all())


def sums_of(
    work: Method,
    again: Method | None,
    x: FloatArray,
    h: FloatArray,
    start: Lengths,
    shape: Lengths,
) -> FloatArray:
    """Convolve a signal that may hold NaN and infinity, and whose sums may be too large.

    Parameters
    ----------
    work : callable
        Method that is right where neither is the case. It is also asked for other signals and
        kernels of the same shapes.
    again : callable or None
        Method for sums that are too large; if there is none, `work`, for smaller numbers.
    x, h, start, shape
        What `work` takes; the kernel is finite.

    Returns
    -------
    ndarray
    """
    y = work(x, h, start, shape)
    if all_finite(y):
        return y
    lost, endless = np.isnan(x), np.isinf(x)
    left_out = lost | endless
    finite = np.where(left_out, 0, x)
    if left_out.any():
        y = work(finite, h, start, shape)
    if not all_finite(y):
        y = (again or partial(_smaller, work))(finite, h, start, shape)
    if endless.any():
        met = _count(endless, h.shape, start, shape)
        signs = np.where(endless, np.sign(x), 0).astype(float)
        balance = work(signs, np.sign(h).astype(float), start, shape)
        y[met > 0] = _infinite(balance, met)[met > 0]
    if lost.any():
        y[_count(lost, h.shape, start, shape) > 0] = np.nan
    return y


def _smaller(
    work: Method, x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths
) -> FloatArray:
    """Make sums of which some are too large, or their parts are, of smaller numbers.

    They are divided by powers of two, which does not round.
    """
    most = np.finfo(x.dtype).maxexp - 1
    # exponents of two that neither all numbers nor their products reach in sum
    of_h, of_x = (math.frexp(abs(a).max())[1] + a.size.bit_length() for a in (h, x))
    less_h = max(0, of_h - most)
    less_x = max(0, of_x + of_h - less_h - most)
    y = work(np.ldexp(x, -less_x), np.ldexp(h, -less_h) if less_h else h, start, shape)
    return np.ldexp(y, less_x + less_h)


def with_special_kernel(
    work: Method, x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths
) -> FloatArray:
    """Convolve with a kernel that holds NaN or infinity, which takes part in every sum.

    The other arguments are as in `sums_of`.
    """
    if np.isnan(h).any():
        return np.full((*x.shape[: x.ndim - h.ndim], *shape), np.nan, x.dtype)
    endless = np.isinf(h)
    signs = np.where(endless, np.sign(h), 0).astype(float)
    balance = work(np.sign(x).astype(float), signs, start, shape)
    y = _infinite(balance, endless.sum())
    y += work(np.where(np.isfinite(x), 0, x), np.sign(h), start, shape)  # those of x
    return y.astype(x.dtype)


def _infinite(balance: FloatArray, count: int | NDArray[np.integer]) -> FloatArray:
    """Return infinity for sums whose infinite products, `count` of them, have one sign, else NaN.

    `balance` is the sum of these signs, as a method has rounded it.
    """
    balance = np.rint(balance)
    return np.where(abs(balance) == count, np.copysign(np.inf, balance), np.nan)


def _count(
    some: NDArray[np.bool], kernel: Lengths, first: Lengths, shape: Lengths
) -> NDArray[np.integer]:
    """Count the marked samples in the windows of the sums from `first` on."""
    count = some.astype(np.int32)
    for axis, (m, a, n) in enumerate(zip(kernel, first, shape, strict=True), -len(kernel)):
        along = np.moveaxis(count, axis, 0)
        before = np.zeros((len(along) + 1, *along.shape[1:]), np.int32)
        np.cumsum(along, 0, out=before[1:])
        end = np.arange(a + 1, a + 1 + n)  # of the windows
        held = before[np.minimum(end, len(along))] - before[np.clip(end - m, 0, len(along))]
        count = np.moveaxis(held, 0, axis)
    return count
