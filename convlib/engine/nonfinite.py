"""Mends the sums that a method got wrong: those with NaN, infinity, or numbers too large.

Zero times infinity is NaN, so a product with a banded matrix or a spectrum carries NaN and infinity
to sums whose windows hold none. Here they are left out, and what they do is counted, whatever the
method. Of the products ``h[k] x[n - k]`` of one sum,

- if one is NaN, the sum is NaN;
- if c > 0 are infinite and their signs add up to b, it is infinite with the sign of b if
  ``|b| = c``, for then all have one sign; else NaN (``inf - inf``, or ``0 inf``, whose sign is 0);
- else it is the sum of the others. If that is too large for its type on the way to a result that
  is not, all numbers are first divided by powers of two, which does not round.
"""

import math

import numpy as np
from numpy.typing import NDArray

from convlib._validate import FloatArray, Lengths
from convlib.engine.direct import Direct
from convlib.engine.fft import Fft, inverse, spectrum
from convlib.engine.overlap_add import OverlapAdd
from convlib.engine.separable import Separable

Method = Direct | Separable | Fft | OverlapAdd


def mended(
    method: Method, h: FloatArray, x: FloatArray, start: Lengths, shape: Lengths, y: FloatArray
) -> FloatArray:
    """Return the box of `shape` at `start`, of which the method made `y`, not all of it finite."""
    special = _infinite_or_nan(h, x, start, shape)
    if special.all():
        return special.astype(x.dtype)
    finite = np.isfinite(x)
    if not finite.all():
        x = np.where(finite, x, 0)
        y = method.sums(x, start, shape)
    if not np.isfinite(y).all():
        y = _of_smaller_numbers(h, x, start, shape)
    return np.where(special == 0, y, special).astype(x.dtype, copy=False)


def _infinite_or_nan(
    h: FloatArray, x: FloatArray, start: Lengths, shape: Lengths
) -> NDArray[np.float64]:
    """Return NaN and infinity where the sums are, and zero where all products are finite."""
    if np.isnan(h).any():
        return np.full((len(x), *shape), np.nan)
    infinite_x, infinite_h = np.isinf(x), np.isinf(h)
    signs_x, signs_h = np.nan_to_num(np.sign(x)), np.sign(h)
    count, balance = np.full((len(x), *shape), float(infinite_h.sum())), np.zeros(1)
    if infinite_x.any():
        count += _marked_samples(infinite_x, h.shape, start, shape)
        balance = balance + _sums_of_signs(signs_x * infinite_x, signs_h, start, shape)
    if infinite_h.any():
        balance = balance + _sums_of_signs(signs_x, signs_h * infinite_h, start, shape)
    infinite = np.where(np.abs(balance) == count, np.copysign(np.inf, balance), np.nan)
    result = np.where(count > 0, infinite, 0.0)
    if np.isnan(x).any():
        result[_marked_samples(np.isnan(x), h.shape, start, shape) > 0] = np.nan
    return result


def _marked_samples(
    marks: NDArray[np.bool], kernel: Lengths, start: Lengths, shape: Lengths
) -> FloatArray:
    """Count the marked samples in the window of every sum."""
    return Separable([np.ones(m) for m in kernel]).sums(marks.astype(float), start, shape)


def _sums_of_signs(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Convolve signs with signs by one transform; the answer is rounded to whole numbers."""
    lengths = [n + m - 1 for n, m in zip(x.shape[1:], h.shape, strict=True)]
    y = spectrum(x.astype(float), lengths) * spectrum(h.astype(float), lengths)
    return np.rint(inverse(y, lengths, start, shape))


def _of_smaller_numbers(h: FloatArray, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Make sums that are too large on the way, by definition, which rounds the least."""
    y = Direct(h).sums(x, start, shape)
    most = np.finfo(x.dtype).maxexp - 1
    # exponents of two that neither all numbers nor their products reach in sum
    of_h, of_x = (math.frexp(np.abs(a).max())[1] + a.size.bit_length() for a in (h, x))
    less_h = max(0, of_h - most)
    less_x = max(0, of_x + of_h - less_h - most)
    small = Direct(np.ldexp(h, -less_h)).sums(np.ldexp(x, -less_x), start, shape)
    return np.where(np.isfinite(y), y, np.ldexp(small, less_x + less_h))
