"""What lies beyond the ends of a signal, drawn for ``a b c d``::

    constant    0 0 0 0 | a b c d | 0 0 0 0
    edge        a a a a | a b c d | d d d d
    reflect       d c b | a b c d | c b a
    symmetric   d c b a | a b c d | d c b a
    wrap        a b c d | a b c d | a b c d

"constant" needs nothing written down. For the others the signal is **extended** by as much as the
kernel reaches, and the sums of mode "valid" are left. A kernel much longer than the signal would
need a long extension, which only repeats the signal: such a kernel is **folded** instead. Weights
that meet the same sample are added up first. For "edge", the signal ``a b`` and seven weights::

    the sum at a meets    a a a | a b | b b
    the sum at b meets      a a | a b | b b b
    with the weights      p q r s t u v
    for which will do     p + q, r, s, t, u + v
"""

from collections.abc import Sequence

import numpy as np

from convlib._validate import FloatArray, Lengths

__all__ = ["BOUNDARIES", "extend", "fold"]

BOUNDARIES = ("constant", "edge", "reflect", "symmetric", "wrap")


def extend(x: FloatArray, lengths: Lengths, axes: Sequence[int], boundary: str) -> FloatArray:
    """Continue `x` along `axes`, so that every sum of mode "same" lies inside.

    Parameters
    ----------
    x : ndarray
        Signal.
    lengths : sequence of int
        Length m of the kernel along each of `axes`: ``m // 2`` samples are added before and
        ``(m - 1) // 2`` behind.
    axes : sequence of int
    boundary : str
        Any of `BOUNDARIES`.

    Raises
    ------
    ValueError
        If "reflect" would need more samples than there are.
    """
    widths = [(0, 0)] * x.ndim
    for axis, m in zip(axes, lengths, strict=True):
        widths[axis] = m // 2, (m - 1) // 2
        if boundary == "reflect" and m // 2 > x.shape[axis] - 1:
            raise ValueError(
                f"`boundary` 'reflect' can mirror at most {x.shape[axis] - 1} sample(s) of an axis "
                f"of length {x.shape[axis]}; got a kernel that needs {m // 2}"
            )
    return np.pad(x, widths, mode=boundary)  # type: ignore[call-overload,no-any-return]


def fold(h: FloatArray, lengths: Lengths, boundary: str) -> FloatArray:
    """Return a kernel that does the same to finite signals of these lengths, and is not much longer.

    Infinity tells a folded kernel from the whole: ``inf - inf`` is NaN, ``(1 - 1) inf`` is not.

    Examples
    --------
    >>> fold(np.array([1.0, 2, 3, 4, 5, 6, 7]), [2], "edge")
    array([ 3.,  3.,  4.,  5., 13.])
    """
    folded = h
    for axis, (m, n) in enumerate(zip(h.shape, lengths, strict=True)):
        enough = {"edge": 2 * n + 1, "symmetric": 2 * n, "wrap": n}.get(boundary, m)
        if m > enough:
            before = (m - 1) // 2 - (enough - 1) // 2  # the middle stays the middle
            add_up = _add_up_ends if boundary == "edge" else _add_up_periods
            along = add_up(np.moveaxis(folded, axis, -1), before, enough)
            folded = np.moveaxis(along, -1, axis)
    # weights that are too large in sum, or not finite, stay apart
    return folded if np.isfinite(folded).all() else h


def _add_up_ends(h: FloatArray, before: int, length: int) -> FloatArray:
    """Add up what lies outside of a middle part along the last axis, into its first and last."""
    ends = h[..., : before + 1], h[..., before + length - 1 :]
    first, last = (_sums(end)[..., None] for end in ends)
    return np.concatenate([first, h[..., before + 1 : before + length - 1], last], -1)


def _add_up_periods(h: FloatArray, before: int, period: int) -> FloatArray:
    """Add up what is a period apart along the last axis, into a part in the middle."""
    left = -before % period
    widths = [(0, 0)] * (h.ndim - 1) + [(left, -(left + h.shape[-1]) % period)]
    turns = np.pad(h, widths).reshape(*h.shape[:-1], -1, period)
    return _sums(turns.swapaxes(-1, -2))


@np.errstate(all="ignore")
def _sums(x: FloatArray) -> FloatArray:
    """Add up the last axis, contiguous: in pairs of pairs, which rounds little."""
    return np.asarray(np.ascontiguousarray(x).sum(-1))
