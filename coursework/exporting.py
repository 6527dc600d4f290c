"""Return marks and feedback: tables for Moodle and Canvas, a page for each student, a gradebook.

Work that could not be marked, or waits for a person, is listed and has no points anywhere: an empty
cell is a question, a zero would be an answer.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from coursework import collecting, files, pages, results, reviewing, tables
from coursework.assignment import CourseworkError
from coursework.collecting import Row
from coursework.course import Course
from coursework.reviewing import Final
from coursework.roster import Student

LATE = {"yes": "handed in late", "perhaps": "perhaps late", "no": "", "": ""}


@dataclass
class Line:
    """One student of the roster: what came, what it earned, what is missing."""

    student: Student
    status: str
    final: Final | None = None
    arrived: Row | None = None

    @property
    def done(self) -> bool:
        """Say whether there are points to return."""
        return self.final is not None and self.final.total is not None


def lines_of(course: Course, name: str, finals: dict[str, Final]) -> list[Line]:
    """Return a line for everybody in the roster."""
    rows = collecting.read_list(course, name)
    arrived = {row.id: row for row in rows if row.status in collecting.COUNTS}
    lost = reviewing.left_over(course, name)
    lines = []
    for student in course.students.values():
        whole = finals.get(student.id)
        if whole is None:
            reason = lost.get(student.id)
            status = f"NOT TAKEN: {reason}" if reason else "absent"
        else:
            status = "; ".join(whole.reasons) or "marked"
        lines.append(Line(student, status, whole, arrived.get(student.id)))
    return lines


def strangers(course: Course, name: str) -> list[str]:
    """Return the ids of those whose work was collected and who have left the roster since."""
    rows = collecting.read_list(course, name)
    counts = {row.id for row in rows if row.status in collecting.COUNTS}
    return sorted(counts - set(course.students))


def export(
    course: Course, name: str, finals: dict[str, Final], worksheet: Path | None = None
) -> tuple[list[Line], list[str]]:
    """Write everything that goes back; return a line for everybody, and what else to say."""
    lines = lines_of(course, name, finals)
    folder = course.folder / "export" / name
    write_marks(folder / "marks.csv", lines)
    write_moodle(folder / "moodle.csv", name, lines)
    write_canvas(folder / "canvas.csv", name, lines)
    said = [f"{student} handed in and is not in the roster" for student in strangers(course, name)]
    if worksheet:
        said += fill_worksheet(worksheet, folder / "moodle-worksheet.csv", lines)
    write_feedback(course, name, folder, [line for line in lines if line.done])
    write_gradebook(course, folder.parent / "gradebook.db")
    return lines, said


# Tables -------------------------------------------------------------------------------------------


def number(points: float | None) -> float | int | str:
    """Return points as a spreadsheet takes them, whole numbers without a point."""
    if points is None:
        return ""
    return int(points) if float(points).is_integer() else round(points, 6)


def write_marks(path: Path, lines: list[Line]) -> None:
    """Write the whole, with everybody in it."""
    parts = list(dict.fromkeys(m.part.id for line in lines if line.final for m in line.final.marks))
    header = ["id", "name", "email", "group", "status", "late", "total", "of", *parts,
              "flags", "comment"]  # fmt: skip
    rows = []
    for line in lines:
        who, whole = line.student, line.final
        points = {m.part.id: m.points for m in whole.marks} if whole else {}
        group = who.group or (line.arrived.group if line.arrived else "")
        rows.append([
            who.id, who.name, who.email, group, line.status,
            line.arrived.late if line.arrived else "",
            number(whole.total) if whole else "", number(whole.of) if whole else "",
            *(number(points.get(part)) for part in parts),
            " | ".join(whole.flags) if whole else "", whole.comment if whole else "",
        ])  # fmt: skip
    tables.write(path, header, rows)


def write_moodle(path: Path, name: str, lines: list[Line]) -> None:
    """Write what *Grades, Import, CSV file* of Moodle takes: one line for each mark."""
    header = ["ID number", "Full name", "Email address", name, f"{name} feedback"]
    rows = [
        [line.student.id, line.student.name, line.student.email, number(line.final.total),
         line.final.comment]
        for line in lines if line.done
    ]  # fmt: skip
    tables.write(path, header, rows)


def write_canvas(path: Path, name: str, lines: list[Line]) -> None:
    """Write what *Import* in the gradebook of Canvas takes.

    A roster that is Canvas's own export knows the assignment's column and everybody's numbers.
    """
    known = [key for line in lines[:1] for key in line.student.row]
    wanted = re.compile(rf"{re.escape(name)}( .*)?\(\d+\)", re.IGNORECASE)
    column = next((key for key in known if wanted.fullmatch(key)), name)
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column]
    most = max((line.final.of for line in lines if line.done), default=0)
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", number(most)]]
    for line in lines:
        if line.done:
            row, who = line.student.row, line.student
            canvas = line.arrived.person if line.arrived and line.arrived.attempt else ""
            rows.append([
                row.get("Student") or who.name, row.get("ID") if "SIS User ID" in row else canvas,
                row.get("SIS User ID") or who.id, row.get("SIS Login ID", ""),
                row.get("Section") or who.group, number(line.final.total),
            ])  # fmt: skip
    tables.write(path, header, rows)


def fill_worksheet(worksheet: Path, path: Path, lines: list[Line]) -> list[str]:
    """Fill in Moodle's grading worksheet, whose numbers are in the names of what it let us load."""
    rows = tables.read(worksheet)
    if not rows or "Grade" not in rows[0]:
        raise CourseworkError(f"{worksheet} is no grading worksheet: it has no column 'Grade'")
    by_person = {line.arrived.person: line for line in lines if line.arrived and line.done}
    for row in rows:
        person = re.search(r"\d+$", next(iter(row.values())))
        if line := by_person.pop(person[0] if person else "", None):
            row["Grade"] = str(number(line.final.total))
            if "Feedback comments" in row and line.final.comment:
                row["Feedback comments"] = line.final.comment
    tables.write(path, list(rows[0]), [list(row.values()) for row in rows])
    return [f"{line.student.name} is not in the worksheet" for line in by_person.values()]


# Feedback -----------------------------------------------------------------------------------------


def write_feedback(course: Course, name: str, folder: Path, lines: list[Line]) -> None:
    """Write a page for each student, and a zip with the names under which platforms return it."""
    packed = io.BytesIO()
    names: set[str] = set()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for line in files.watched(lines, "feedback"):
            text = feedback(course, name, line)
            files.write(folder / "feedback" / f"{line.student.id}.html", text)
            path = way_back(line, name)
            path = f"{line.student.id}/{name}-feedback.html" if path in names else path
            names.add(path)
            entry = zipfile.ZipInfo(path)  # no time of now: the same marks give the same zip
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    files.write(folder / "feedback.zip", packed.getvalue())
    done = {line.student.id for line in lines}
    for old in (folder / "feedback").glob("*.html"):
        if old.stem not in done:  # points that no longer hold
            old.unlink()


def way_back(line: Line, name: str) -> str:
    """Return the path by which a platform knows whose feedback this is."""
    lms = line.arrived.lms if line.arrived else ""
    if "_assignsubmission_" in lms and line.arrived.person:
        return f"{lms}/{name}-feedback.html"
    if lms and line.arrived.attempt:
        return f"{lms}{name}-feedback.html"
    return f"{line.student.id}/{name}-feedback.html"


def feedback(course: Course, name: str, line: Line) -> str:
    """Return a student's page: points, what to look at, and the student's own work."""
    whole = line.final
    marks = [reviewing.as_row(mark) for mark in whole.marks]
    for row, mark in zip(marks, whole.marks, strict=True):
        changed = mark.manual is not None and not mark.part.by_hand
        said = ["" if changed else mark.part.message, mark.comment]
        row["message"] = "\n".join(text for text in said if text)
    return pages.page(
        "feedback.html",
        course=course.name,
        assignment=name,
        name=line.student.name,
        total=f"{whole.total:g}",
        of=f"{whole.of:g}",
        late=LATE.get(line.arrived.late if line.arrived else "", ""),
        comment=whole.comment,
        marks=marks,
        cells=pages.cells(
            results.notebook_path(course.folder, name, line.student.id),
            collecting.handed_out(course, name),
        ),
    )


# nbgrader's gradebook -----------------------------------------------------------------------------


def write_gradebook(course: Course, path: Path) -> None:
    """Write all marked assignments into a database that nbgrader's own programs read."""
    from nbgrader.api import Gradebook

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=".", suffix=".partial", dir=path.parent)
    os.close(handle)
    try:
        with own_programs_first(), Gradebook(f"sqlite:///{partial}", course_id="") as book:
            for student in course.students.values():
                first, _, last = student.name.rpartition(" ")
                book.add_student(
                    student.id, first_name=first, last_name=last, email=student.email or None
                )
            for name in course.assignments:
                if found := results.read_all(course.folder, name):
                    add_assignment(book, course, name, found)
        os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)


@contextmanager
def own_programs_first() -> Iterator[None]:
    """Let nbgrader, which calls `alembic` by name, find the one of its own environment.

    And keep to ourselves what SQLAlchemy says of how nbgrader adds a submission.
    """
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.environ["PATH"] = before


def add_assignment(book, course: Course, name: str, found: dict[str, results.Result]) -> None:
    """Add an assignment with everybody's points and comments."""
    due = course.assignment(name).due
    parts = next((result.parts for result in found.values() if result.parts), [])
    book.add_assignment(name, duedate=due and due.astimezone(UTC).replace(tzinfo=None))
    book.add_notebook(name, name)
    for part in parts:
        book.add_grade_cell(part.id, name, name, max_score=part.max_points, cell_type="code")
        book.add_solution_cell(part.id, name, name)
    for student, whole in reviewing.finals(course, name, parts).items():
        if whole.marks:
            notebook = book.add_submission(name, student).notebooks[0]
            marks = {mark.part.id: mark for mark in whole.marks}
            fill(notebook, marks)
    book.db.commit()


def fill(notebook, marks: dict[str, reviewing.Mark]) -> None:
    """Enter points and comments; what waits for a person is marked as such."""
    for grade in notebook.grades:
        mark = marks[grade.name]
        grade.auto_score = None if mark.part.by_hand else mark.part.points
        grade.manual_score = mark.manual
        grade.needs_manual_grade = mark.points is None
    for comment in notebook.comments:
        mark = marks[comment.name]
        comment.auto_comment = mark.part.message or None
        comment.manual_comment = mark.comment or None


def summary(lines: list[Line], folder: Path) -> tuple[list[str], bool]:
    """Return what to print, and whether everybody who handed in has points."""
    done = sum(line.done for line in lines)
    absent = [line for line in lines if line.status == "absent"]
    waiting = [line for line in lines if not line.done and line.status != "absent"]
    said = [f"{line.student.id} {line.student.name}: {line.status}" for line in waiting]
    said.append(f"{done} returned, {len(waiting)} not, {len(absent)} absent, of {len(lines)}")
    said.append(f"marks, feedback and tables for the platform: {folder}")
    return said, not waiting
