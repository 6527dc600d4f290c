"""The mark of one submission: what the marker decides, and the file that keeps it.

A result holds no time and no duration, so that the same work always leaves the same bytes.
"""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from coursework import files

MARKED = "marked"
NOT_MARKED = "not marked"


@dataclass
class Part:
    """One test cell or rubric, and what it earned."""

    id: str
    title: str
    max_points: float
    points: float = 0.0
    message: str = ""  # one short teaching text; empty if all is right
    by_hand: bool = False  # a person gives these points, never the marker


@dataclass
class Result:
    """What one student earned in one assignment, or why that could not be found out.

    Attributes
    ----------
    status : str
        ``"marked"`` or ``"not marked"``. Points count only if marked.
    reason : str
        Why the work is not marked, in one line for the teacher.
    flags : list of str
        What the teacher should look at. Flags cost no points.
    digest : str
        Stands for all that decides the mark: the submission, the assignment, the teacher's tests
        and the student's numbers. Work with the same digest need not be marked again.
    """

    student: str
    assignment: str
    status: str = MARKED
    reason: str = ""
    parts: list[Part] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    digest: str = ""

    @property
    def marked(self) -> bool:
        """Say whether the points of this result count."""
        return self.status == MARKED

    @property
    def points(self) -> float:
        """Return the points given by tests; those given by hand are kept elsewhere."""
        return sum(part.points for part in self.parts)

    @property
    def max_points(self) -> float:
        """Return the points that there are, by tests and by hand."""
        return sum(part.max_points for part in self.parts)


def check_id(student: str) -> str:
    """Return a student's id if it can name a file on every system.

    Raises
    ------
    ValueError
        If it is empty, starts with a dot or a hyphen, or holds separators or invisible characters.
    """
    bad = student.startswith((".", "-")) or student != student.strip() or len(student) > 80
    if not student or bad or any(c in '/\\:*?"<>|' or not c.isprintable() for c in student):
        raise ValueError(f"`student` must be an id that can name a file, not {student!r}")
    if student != unicodedata.normalize("NFC", student):
        raise ValueError(f"`student` must be in Unicode's form NFC: {student!r}")
    return student


def result_path(course: Path, assignment: str, student: str) -> Path:
    """Return where a student's result is kept below the course folder."""
    return course / "results" / assignment / f"{check_id(student)}.json"


def notebook_path(course: Path, assignment: str, student: str) -> Path:
    """Return where the executed notebook of a student is kept, for review and feedback."""
    return result_path(course, assignment, student).with_suffix(".ipynb")


def write(path: Path, result: Result) -> None:
    """Keep a result; a reader sees the old file or the new one, never half of it."""
    text = json.dumps(dataclasses.asdict(result), ensure_ascii=False, indent=1)
    files.write(path, text + "\n")


def read(path: Path) -> Result:
    """Return the result that a file keeps."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Result(**kept | {"parts": [Part(**part) for part in kept["parts"]]})


def read_all(course: Path, assignment: str) -> dict[str, Result]:
    """Return all kept results of an assignment by student id, in the order of the ids."""
    paths = (course / "results" / assignment).glob("[!.]*.json")
    return {path.stem: read(path) for path in sorted(paths, key=lambda path: path.stem)}
