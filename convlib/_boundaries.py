"""What lies beyond the ends of a signal, for the boundary rules other than "constant".

The signal is extended by as much as the kernel reaches, and the sums of mode "valid" are left. A
kernel may reach so far that this would take many times the memory of the signal. But far from its
centre it meets equal samples, and such weights can be added up first. Drawn for "edge", the signal
``a b`` and a kernel of seven weights::

    the sum at a meets    a a a | a b | b b
    the sum at b meets      a a | a b | b b b
    with the weights      p q r s t u v
    for which will do     p + q, r, s, t, u + v

(Not so for the method "separable", whose factors are those of the whole kernel.)
"""

from collections.abc import Sequence

import numpy as np

from convlib._specials import all_finite
from convlib._validate import FloatArray

__all__ = ["extended", "folded"]


def extended(
    x: FloatArray, lengths: Sequence[int], axes: Sequence[int], boundary: str
) -> FloatArray:
    """Continue `x` along `axes` so that every sum of mode "same" lies inside."""
    widths = [(0, 0)] * x.ndim
    for axis, m in zip(axes, lengths, strict=True):
        n, widths[axis] = x.shape[axis], (m // 2, (m - 1) // 2)  # m - 1 in all
        if boundary == "reflect" and m // 2 > n - 1:
            raise ValueError(
                f"`boundary` 'reflect' can mirror at most {n - 1} sample(s) of an axis of "
                f"length {n}; got a kernel that needs {m // 2}"
            )
    return np.pad(x, widths, mode=boundary)  # type: ignore[call-overload,no-any-return]


def folded(h: FloatArray, lengths: Sequence[int], boundary: str) -> FloatArray:
    """Return a kernel that does the same for signals of these lengths, and is not much longer.

    Parameters
    ----------
    h : ndarray
        Kernel.
    lengths : sequence of int
        Length of the signal along each axis of the kernel.
    boundary : str
        Any but "constant". For "reflect" the kernel comes back, because it may not be long.

    Returns
    -------
    ndarray
        At most ``2 n + 1`` weights along an axis of n samples, with the centre of `h`. Where
        several meet one infinite sample, infinity may come out instead of NaN.
    """
    enough = [
        {"edge": 2 * n + 1, "symmetric": 2 * n, "wrap": n}.get(boundary, m)
        for m, n in zip(h.shape, lengths, strict=True)
    ]
    if all(m <= length for m, length in zip(h.shape, enough, strict=True)):
        return h
    # of a kernel that is not finite only signs matter
    short = h if all_finite(h) else np.where(np.isfinite(h), np.sign(h), h)
    fold = _ends_folded if boundary == "edge" else _turns_folded
    for axis, (m, length) in enumerate(zip(h.shape, enough, strict=True)):
        if m > length:
            before = (m - 1) // 2 - (length - 1) // 2
            along = fold(np.moveaxis(short, axis, -1), before, length)
            short = np.moveaxis(along, -1, axis)
    if all_finite(h) and not all_finite(short):
        return h  # weights that are too large in sum stay apart
    return short


def _ends_folded(h: FloatArray, before: int, length: int) -> FloatArray:
    """Add up what lies outside of a middle part along the last axis, into its first and last."""
    ends = h[..., : before + 1], h[..., before + length - 1 :]
    first, last = (_sums(end)[..., None] for end in ends)
    return np.concatenate([first, h[..., before + 1 : before + length - 1], last], -1)


def _turns_folded(h: FloatArray, before: int, period: int) -> FloatArray:
    """Add up what is a period apart along the last axis, into a part in the middle."""
    left = -before % period
    widths = [(0, 0)] * (h.ndim - 1) + [(left, -(left + h.shape[-1]) % period)]
    turns = np.pad(h, widths).reshape(*h.shape[:-1], -1, period)
    return _sums(turns.swapaxes(-1, -2))


@np.errstate(all="ignore")
def _sums(x: FloatArray) -> FloatArray:
    """Add up the last axis, if it is contiguous in pairs of pairs, which rounds little."""
    return np.asarray(np.ascontiguousarray(x).sum(-1))
