"""Marks by hand: what a person should look at, and the points and comments that a person gives.

They lie apart from the marker's results, so that marking again never touches them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from coursework import collecting, files, pages, results, tables
from coursework.assignment import CourseworkError
from coursework.course import Course
from coursework.results import Part, Result

TAKEN_BACK = "auto"
AGAIN = "handed in again since it was marked: run `grade`"
OF_BEFORE = "the points or comments by hand were given for an earlier hand-in"


@dataclass
class Mark:
    """A part with the points that count: those by hand before those by tests."""

    part: Part
    points: float | None  # None: nobody has given them yet
    comment: str = ""
    manual: float | None = None


@dataclass
class Final:
    """What a student gets, once tests and people are put together."""

    student: str
    marks: list[Mark] = field(default_factory=list)
    comment: str = ""
    reasons: list[str] = field(default_factory=list)  # why there is no total yet
    flags: list[str] = field(default_factory=list)
    waits: bool = False  # the points are those of an earlier hand-in

    @property
    def total(self) -> float | None:
        """The points, or None as long as some are not known."""
        if self.waits:
            return None
        points = [mark.points for mark in self.marks]
        known = [value for value in points if value is not None]
        return sum(known) if points and len(known) == len(points) else None

    @property
    def of(self) -> float:
        """The points that there are."""
        return sum(mark.part.max_points for mark in self.marks)


def final(student: str, result: Result | None, manual: dict, parts: list[Part]) -> Final:
    """Put a result and the marks by hand together.

    Parameters
    ----------
    result : Result or None
        None if the work has not been marked.
    manual : dict
        What `read_manual` returns.
    parts : list of Part
        The parts of the assignment, for work that tests could not mark and a person can.
    """
    marked = result is not None and result.marked
    given = manual.get("parts", {})
    whole = Final(student, comment=manual.get("comment", ""))
    for part in result.parts if marked else parts:
        by_hand = given.get(part.id, {})
        points = by_hand.get("points")
        tested = part.points if marked and not part.by_hand else None
        whole.marks.append(
            Mark(part, tested if points is None else points, by_hand.get("comment", ""), points)
        )
    if whole.total is None:
        whole.reasons = [why_not(result)] if not marked else open_parts(whole)
    whole.flags = list(result.flags) if result else []
    return whole


def why_not(result: Result | None) -> str:
    """Say why work has no points by tests."""
    return f"not marked: {result.reason}" if result else "not marked yet: run `grade`"


def open_parts(whole: Final) -> list[str]:
    """Name the parts that wait for a person."""
    waiting = [mark.part.title or mark.part.id for mark in whole.marks if mark.points is None]
    return [f"to be marked by hand: {', '.join(waiting)}"]


def finals(course: Course, name: str, parts: list[Part]) -> dict[str, Final]:
    """Return everybody's marks whose work was collected, in the roster's order."""
    found = results.read_all(course.folder, name)
    whole = {}
    for student in course.students:
        work = course.submitted(student, name)
        if work.exists() or student in found:
            manual = read_manual(course, name, student)
            one = whole[student] = final(student, found.get(student), manual, parts)
            if newer(work, results.result_path(course.folder, name, student)):
                one.waits, one.reasons = True, [AGAIN]
            if newer(work, course.manual(student, name)):
                one.flags.append(OF_BEFORE)
    return whole


def newer(work: Path, other: Path) -> bool:
    """Say whether a hand-in is newer than what was said of it."""
    return work.exists() and other.exists() and work.stat().st_mtime > other.stat().st_mtime


# The page -----------------------------------------------------------------------------------------


def write_page(course: Course, name: str, whole: dict[str, Final], everybody: bool) -> list[str]:
    """Write one page, and one table, of all the work to look at; return whose it is."""
    chosen = {s: f for s, f in whole.items() if everybody or f.reasons or f.flags}
    command = f"python -m coursework review {course.folder.name} {name} --enter {name}-review.csv"
    text = pages.page(
        "review.html",
        script="review.js",
        file=f"{name}-review.csv",
        course=course.name,
        assignment=name,
        command=command,
        students=[section(course, name, one) for one in chosen.values()],
    )
    files.write(course.folder / "review" / f"{name}.html", text)
    write_table(course, name, chosen)
    return list(chosen)


def section(course: Course, name: str, whole: Final) -> dict:
    """Return what the page says of one student."""
    notebook = results.notebook_path(course.folder, name, whole.student)
    path = notebook if notebook.exists() else course.submitted(whole.student, name)
    return {
        "id": whole.student,
        "name": course.students[whole.student].name,
        "reasons": whole.reasons + whole.flags,
        "marks": [as_row(mark) for mark in whole.marks],
        "comment": whole.comment,
        "open": bool(whole.reasons),
        "cells": pages.cells(path, collecting.handed_out(course, name)),
    }


def as_row(mark: Mark) -> dict:
    """Return what pages show of a part."""
    return {
        "id": mark.part.id,
        "title": mark.part.title or mark.part.id,
        "shown": "–" if mark.points is None else f"{mark.points:g}",
        "of": f"{mark.part.max_points:g}",
        "message": mark.part.message,
        "comment": mark.comment,
        "manual": "" if mark.manual is None else f"{mark.manual:g}",
    }


def write_table(course: Course, name: str, chosen: dict[str, Final]) -> None:
    """Write the same as a table, for those who would rather fill in that."""
    header = ["student", "name", "part", "title", "now", "of", "points", "comment"]
    rows = []
    for whole in chosen.values():
        who = course.students[whole.student].name
        for row in map(as_row, whole.marks):
            now = row["shown"] if row["shown"] != "–" else ""
            rows.append([whole.student, who, row["id"], row["title"], now, row["of"],
                         row["manual"], row["comment"]])  # fmt: skip
        rows.append([whole.student, who, "", "the whole", "", "", "", whole.comment])
    tables.write(course.folder / "review" / f"{name}.csv", header, rows)


# What a person gives ------------------------------------------------------------------------------


def read_manual(course: Course, name: str, student: str) -> dict:
    """Return the points and comments that were given by hand to a student."""
    path = course.manual(student, name)
    if not path.is_file():
        return {}
    try:
        manual = json.loads(path.read_text(encoding="utf-8"))
        assert isinstance(manual, dict) and isinstance(manual.get("parts", {}), dict)
    except (ValueError, AssertionError) as problem:
        raise CourseworkError(f"{path} cannot be read: {problem}") from problem
    return manual


def enter(course: Course, name: str, path: Path, whole: dict[str, Final]) -> int:
    """Take points and comments from a table; return how many entries it had.

    Everything is checked before anything is written.

    Raises
    ------
    CourseworkError
        For a student or part that does not exist, or points that are none or out of range.
    """
    entries = []
    for number, row in enumerate(tables.read(path), start=2):
        if missing := {"student", "part", "points", "comment"} - set(row):
            raise CourseworkError(f"{path} has no column {', '.join(sorted(missing))}")
        if row["points"] or row["comment"]:
            entries.append(entry(f"{path}, row {number}", row, whole))
    changed: dict[str, dict] = {}
    for student, part, points, comment in entries:
        manual = changed.setdefault(student, read_manual(course, name, student))
        give(manual, part, points, comment)
    for student, manual in changed.items():
        text = json.dumps(manual, ensure_ascii=False, indent=1)
        files.write(course.manual(student, name), text + "\n")
    return len(entries)


def entry(where: str, row: dict[str, str], whole: dict[str, Final]) -> tuple:
    """Return what one row of the table says."""
    student, part, text = row["student"], row["part"], row["points"].replace(",", ".")
    if student not in whole:  # a spreadsheet takes 007 for the number 7
        alike = [one for one in whole if one.lstrip("0") == student]
        student = alike[0] if len(alike) == 1 else student
    if student not in whole:
        raise CourseworkError(f"{where}: no work was collected from {student!r}")
    most = {mark.part.id: mark.part.max_points for mark in whole[student].marks}
    if part and part not in most:
        known = ", ".join(most)
        raise CourseworkError(f"{where}: there is no part {part!r}; there are {known}")
    if text and not part:
        raise CourseworkError(f"{where}: points belong to a part; the whole takes a comment only")
    if not text or text == TAKEN_BACK:
        return student, part, text, row["comment"]
    try:
        points = float(text)
    except ValueError as problem:
        raise CourseworkError(f"{where}: points must be a number, not {text!r}") from problem
    if not 0 <= points <= most[part]:
        limit = f"{most[part]:g}"
        raise CourseworkError(f"{where}: points must be from 0 to {limit}, not {text}")
    return student, part, points, row["comment"]


def give(manual: dict, part: str, points: float | str, comment: str) -> None:
    """Change what was given by hand by one entry."""
    if not part:
        manual["comment"] = comment
        return
    given = manual.setdefault("parts", {}).setdefault(part, {})
    if points == TAKEN_BACK:
        given.pop("points", None)
    elif points != "":
        given["points"] = points
    if comment:
        given["comment"] = comment


def left_over(course: Course, name: str) -> dict[str, str]:
    """Return the students of whom files came and no work could be taken, and why."""
    rows = collecting.read_list(course, name)
    counts = {row.id for row in rows if row.status in collecting.COUNTS}
    return {
        row.id: row.reason
        for row in rows
        if row.id and row.id not in counts and row.status in collecting.NOT_HANDLED
    }
