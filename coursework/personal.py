"""Numbers of one's own: each student's differ, and the marker knows them.

Copied numbers and public solutions then answer somebody else's task. Whoever knows the course's
seed knows everybody's numbers, so the seed stays in `course.toml`; a notebook that is handed out
carries only what is derived from it for that assignment.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata


def salt(seed: str, assignment: str) -> str:
    """Return what an assignment's notebook carries instead of the seed."""
    return hmac.new(seed.encode(), f"salt {assignment}".encode(), hashlib.sha256).hexdigest()


def numbers(salt: str, student_id: str, low: int, high: int, count: int) -> list[int]:
    """Return `count` whole numbers from `low` to `high` that belong to a student of the roster.

    Notebooks define the same function, word for word. It needs the standard library only, and
    gives the same numbers in every version of Python, which `random` does not promise.

    >>> numbers("salt", "A1", 1, 9, 5) == numbers("salt", " a1 ", 1, 9, 5)
    True
    """
    name = unicodedata.normalize("NFC", str(student_id).strip().casefold())
    drawn = (hmac.new(salt.encode(), f"{n} {name}".encode(), hashlib.sha256) for n in range(count))
    return [low + int(one.hexdigest(), 16) % (high - low + 1) for one in drawn]
