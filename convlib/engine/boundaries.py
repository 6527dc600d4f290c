"""What lies beyond the ends of a signal.

Drawn for ``a b c d``::

    constant    0 0 0 0 | a b c d | 0 0 0 0
    edge        a a a a | a b c d | d d d d
    reflect       d c b | a b c d | c b a
    symmetric   d c b a | a b c d | d c b a
    wrap        a b c d | a b c d | a b c d

"constant" needs nothing written down. For the others the signal is **extended** by as much as the
kernel reaches, and the sums of mode "valid" are left. A kernel much longer than the signal is
**folded** first: weights that would only meet the same sample again are added up. For "edge", the
signal ``a b`` and seven weights::

    the sum at a meets    a a a | a b | b b
    the sum at b meets      a a | a b | b b b
    with the weights      p q r s t u v
    for which will do     p + q, r, s, t, u + v
"""

import numpy as np

from convlib._validate import FloatArray, Lengths

BOUNDARIES = ("constant", "edge", "reflect", "symmetric", "wrap")


def extend(x: FloatArray, kernel: Lengths, axes: Lengths, boundary: str) -> FloatArray:
    """Continue `x` along `axes`: for m weights by ``m // 2`` before and ``(m - 1) // 2`` behind."""
    widths = [(0, 0)] * x.ndim
    for axis, m in zip(axes, kernel, strict=True):
        widths[axis] = m // 2, (m - 1) // 2
        if boundary == "reflect" and m // 2 >= (n := x.shape[axis]):
            rule = f"can mirror at most {n - 1} sample(s) of an axis of length {n}"
            raise ValueError(f"`boundary` 'reflect' {rule}; got a kernel that needs {m // 2}")
    return np.pad(x, widths, mode=boundary)  # type: ignore[call-overload,no-any-return]


@np.errstate(all="ignore")
def fold(h: FloatArray, lengths: Lengths, boundary: str) -> FloatArray:
    """Return a kernel that does the same to finite signals of these lengths, and is not long.

    Infinity tells a folded kernel from the whole: ``inf - inf`` is NaN, ``(1 - 1) inf`` is not.

    >>> fold(np.array([1.0, 2, 3, 4, 5, 6, 7]), [2], "edge")
    array([ 3.,  3.,  4.,  5., 13.])
    """
    folded = h
    for axis, (m, n) in enumerate(zip(h.shape, lengths, strict=True)):
        enough = {"edge": 2 * n + 1, "symmetric": 2 * n, "wrap": n}.get(boundary, m)
        if m <= enough:
            continue
        before = (m - 1) // 2 - (enough - 1) // 2  # the middle stays the middle
        lines = np.moveaxis(folded, axis, -1)
        if boundary == "edge":  # what lies outside goes into the first and the last
            middle = lines[..., before + 1 : before + enough - 1]
            ends = lines[..., : before + 1], lines[..., before + enough - 1 :]
            first, last = (np.ascontiguousarray(end).sum(-1, keepdims=True) for end in ends)
            lines = np.concatenate([first, middle, last], -1)
        else:  # what is a period apart comes together
            left = -before % enough
            lines = np.pad(lines, [(0, 0)] * (h.ndim - 1) + [(left, -(left + m) % enough)])
            turns = lines.reshape(*lines.shape[:-1], -1, enough).swapaxes(-1, -2)
            lines = np.ascontiguousarray(turns).sum(-1)  # contiguous: in pairs, which rounds little
        folded = np.moveaxis(lines, -1, axis)
    # weights that are too large in sum, or not finite, stay apart
    return folded if np.isfinite(folded).all() else h
