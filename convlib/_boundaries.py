"""What lies beyond the ends of a signal, for the boundary rules other than "constant".

The signal is extended by as much as the kernel reaches, and the sums of mode "valid" are left. A
kernel may reach so far that this would take many times the memory of the signal. But far from its
centre it meets equal samples, and such weights can be added up first. Drawn for "edge", the signal
``a b`` and a kernel of seven weights::

    the sum at a meets    a a a | a b | b b
    the sum at b meets      a a | a b | b b b
    with the weights      p q r s t u v
    for which will do     p + q, r, s, t, u + v
"""

from collections.abc import Sequence

import numpy as np

from convlib._parts import all_finite
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
        At most ``2 n + 1`` weights along an axis of n samples. Where it is shorter than `h`, its
        length is odd and its centre is that of `h`.
    """
    short = h
    for axis, n in enumerate(lengths):
        period = {"edge": 2 * n + 1, "wrap": n, "symmetric": 2 * n}.get(boundary, h.size)
        m, reach = h.shape[axis], period // 2
        if m <= 2 * reach + 1:
            continue
        along, before = np.moveaxis(short, axis, -1), (m - 1) // 2 - reach
        if boundary == "edge":
            within = along[..., before + 1 : before + 2 * reach]
            ends = along[..., : before + 1], along[..., before + 2 * reach :]
            first, last = (_sums(end)[..., None] for end in ends)
            along = np.concatenate([first, within, last], -1)
        else:  # after a period, the samples come again
            left = -before % period
            widths = [(0, 0)] * (h.ndim - 1) + [(left, -(left + m) % period)]
            turns = np.pad(along, widths).reshape(*along.shape[:-1], -1, period)
            along = np.zeros((*along.shape[:-1], 2 * reach + 1), h.dtype)
            along[..., :period] = _sums(turns.swapaxes(-1, -2))
        short = np.moveaxis(along, -1, axis)
    # weights of which each is finite, and their sum is not, stay apart
    return short if all_finite(short) or not all_finite(h) else h


@np.errstate(over="ignore", invalid="ignore")
def _sums(x: FloatArray) -> FloatArray:
    """Add up the last axis, if it is contiguous in pairs of pairs, which rounds little."""
    return np.asarray(np.ascontiguousarray(x).sum(-1))
