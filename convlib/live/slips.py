"""Slips that people make with kernels and sequences, and how to recognise one from its result.

One list for the challenges below the live figures. The page has the same function in
``scripts/slips.js``; a test holds the two together. The coursework, which is marked without
convlib, has advice of its own in each assignment.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convlib._validate import real_array

__all__ = ["SLIPS", "slip"]

SLIPS = {
    "turned": "It is turned by 180°: the same numbers, read from the other end.",
    "sign": "All signs are the other way round.",
    "scale": "The shape is right and the size is not: what should the numbers add up to?",
    "shifted": "It is off by one place.",
    "transposed": "Rows and columns are exchanged.",
}
"""What each slip is called, and what to say to someone who made it."""


def slip(given: ArrayLike, wanted: ArrayLike, *, tolerance: float = 0.01) -> str | None:
    """Return the name of the slip that turns the wanted numbers into the given ones, if any.

    Parameters
    ----------
    given, wanted : array_like, shape (n,) or (rows, columns)
        What somebody made, and what it should have been; of one shape.
    tolerance : float
        How far two numbers that count as equal may lie apart.

    Returns
    -------
    str or None
        A key of `SLIPS`; None where `given` is right, or wrong in another way.

    Raises
    ------
    TypeError, ValueError
        If the two are not numbers, or not of one shape.

    Examples
    --------
    >>> slip([0, 1, 2], [2, 1, 0]), slip([2, 1, 0], [2, 1, 0])
    ('turned', None)
    >>> print(SLIPS[slip([1, 1, 1], [1/3, 1/3, 1/3])])
    The shape is right and the size is not: what should the numbers add up to?
    """
    given, wanted = real_array(given, "given"), real_array(wanted, "wanted")
    if given.shape != wanted.shape:
        raise ValueError(
            f"`given` and `wanted` must have one shape; got {given.shape} and {wanted.shape}"
        )

    def same(other: NDArray[np.floating]) -> bool:
        return bool(other.shape == given.shape and np.abs(given - other).max() <= tolerance)

    if same(wanted):
        return None
    square = wanted.ndim == 2 and wanted.shape[0] == wanted.shape[1]
    tried: dict[str, list[NDArray[np.floating]]] = {
        "turned": [np.flip(wanted)],
        "sign": [-wanted],
        "transposed": [wanted.T] if square else [],
        "shifted": _moved(wanted),
        "scale": _scaled(given, wanted),
    }
    return next((name for name, others in tried.items() if any(same(o) for o in others)), None)


def _moved(wanted: NDArray[np.floating]) -> list[NDArray[np.floating]]:
    """Return the numbers moved by one place along each axis, zeros coming in."""
    padded = np.pad(wanted, 1)
    inside = (slice(1, -1),) * wanted.ndim
    return [
        np.roll(padded, step, axis=axis)[inside] for axis in range(wanted.ndim) for step in (1, -1)
    ]


def _scaled(
    given: NDArray[np.floating], wanted: NDArray[np.floating]
) -> list[NDArray[np.floating]]:
    """Return the multiple of the wanted numbers that is closest, unless it is nearly nothing."""
    energy = float((wanted**2).sum())
    factor = float((given * wanted).sum()) / energy if energy else 0.0
    return [factor * wanted] if abs(factor) > 0.05 else []
