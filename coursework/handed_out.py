"""What every notebook carries: numbers of one's own, and checks that say what is wrong.

A line ``### INCLUDE handed_out.py`` in a source stands for the text below the next line.
"""

# ---------------------------------------------------------------------------------- handed out
import hashlib
import hmac
import unicodedata

import numpy as np

ADVICE: dict[str, str] = {}  # what to say to those who made a slip that we know


def numbers(salt: str, student_id: str, low: int, high: int, count: int) -> list[int]:
    """Return `count` whole numbers from `low` to `high` that belong to a student of the roster.

    It needs the standard library only, and gives the same numbers in every version of Python,
    which `random` does not promise.

    >>> numbers("salt", "A1", 1, 9, 5) == numbers("salt", " a1 ", 1, 9, 5)
    True
    """
    name = unicodedata.normalize("NFC", str(student_id).strip().casefold())
    drawn = (hmac.new(salt.encode(), f"{n} {name}".encode(), hashlib.sha256) for n in range(count))
    return [low + int(one.hexdigest(), 16) % (high - low + 1) for one in drawn]


def as_numbers(answer, what, kind=float):
    """Return an answer as an array of floats, or of complex numbers."""
    assert answer is not None, f"{what} returns nothing: does it end with `return`?"
    try:
        return np.asarray(answer, dtype=kind)
    except (TypeError, ValueError):
        raise AssertionError(f"{what} should give numbers, and gives {answer!r:.80}") from None


def call(function, *arguments, **options):
    """Return what a function answers to copies of its arguments, as an array of floats."""
    copies = [np.array(each) if isinstance(each, np.ndarray) else each for each in arguments]
    return as_numbers(function(*copies, **options), getattr(function, "__name__", "the function"))


def agree(got, want):
    """Say whether two arrays have one shape and the same values, to six digits."""
    return np.shape(got) == np.shape(want) and np.allclose(got, want, rtol=1e-6, atol=1e-6)


def check(got, want, case="", **slips):
    """Compare an answer with what is wanted; name the slip if it is one that we know."""
    got, want = np.asarray(got), np.asarray(want)
    if agree(got, want):
        return
    for advice, wrong in slips.items():
        assert not agree(got, wrong), ADVICE[advice]
    where = f"{case}: " if case else ""
    assert got.shape == want.shape, (
        f"{where}the shape should be {want.shape}, and it is {got.shape}"
    )
    place = [int(i) for i in np.argwhere(~np.isclose(got, want, rtol=1e-6, atol=1e-6))[0]]
    value, right = got[tuple(place)], want[tuple(place)]
    at = f"the value at {place}" if place else "the value"
    # What hidden tests want stays hidden: they have no case to show.
    should = f" should be {right:.6g}, and it" if case else ""
    raise AssertionError(
        f"{where}{at}{should} is {value:.6g}" + ("" if case else ", which is wrong")
    )
