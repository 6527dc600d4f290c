"""Read what came from a student, where every file may be anything.

What is read is bounded and plain from here on: regular files of limited size, and of a notebook
its cells' types, texts and nbgrader ids. Outputs, tags and all other metadata are left behind.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from coursework.assignment import Assignment, Cell, CourseworkError, visible

MAX_NOTEBOOK = 20_000_000  # bytes, with all its pictures
MAX_TEXT = 1_000_000  # characters in all cells
MAX_CELLS = 1000
MAX_EXTRA = 10_000_000  # bytes in all files beside the notebook
MAX_EXTRA_FILES = 100


def safe_bytes(path: Path, limit: int, below: Path | None = None) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes; no link is followed.

    Parameters
    ----------
    below : Path, optional
        A folder above the file that is trusted; no link may stand between it and the file.

    Raises
    ------
    CourseworkError
        With the reason, in words that a teacher can pass on.
    """
    folders = path.parents if below is None else path.relative_to(below).parents
    for folder in list(folders)[: -1 if below else 0]:
        if (below / folder).is_symlink():
            raise CourseworkError(f"{folder} is a link; only real folders are read")
    try:  # a pipe or device must not make us wait, hence O_NONBLOCK
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        link = path.is_symlink()
        reason = "it is a link; only real files are read" if link else problem.strerror
        raise CourseworkError(f"{path.name} cannot be read: {reason}") from problem
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise CourseworkError(f"{path.name} is not a file")
        if status.st_size > limit:
            size, most = status.st_size / 1e6, limit / 1e6
            raise CourseworkError(f"{path.name} has {size:.1f} MB; at most {most:g} MB are read")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit)
    finally:
        os.close(handle)


def extra_files(notebook: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the regular files beside a notebook by relative path, and why others were left out."""
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    room = MAX_EXTRA
    for folder, inner, names in os.walk(notebook.parent):
        inner.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path == notebook:
                continue
            if len(files) + len(left_out) >= MAX_EXTRA_FILES:
                return files, [*left_out, f"only {MAX_EXTRA_FILES} files are looked at"]
            relative = path.relative_to(notebook.parent).as_posix()
            try:
                files[relative] = safe_bytes(path, room)
                room -= len(files[relative])
            except CourseworkError as problem:
                left_out.append(str(problem))
    return files, left_out


def cells_of(data: bytes) -> list[Cell]:
    """Return the cells of a notebook file, whatever its encoding.

    Raises
    ------
    CourseworkError
        If it is no notebook, or larger than any honest one.
    """
    if not data.strip():
        raise CourseworkError("not a notebook: the file is empty")
    try:
        notebook = json.loads(decoded(data))
    except RecursionError as problem:
        raise CourseworkError("not a notebook: it is nested too deeply") from problem
    except ValueError as problem:
        raise CourseworkError(f"not a notebook: {short(str(problem))}") from problem
    if isinstance(notebook, dict) and "worksheets" in notebook:
        raise CourseworkError(
            "a notebook of Jupyter's format 3: open it in Jupyter and save it again"
        )
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise CourseworkError("not a notebook: it has no list of cells")
    cells = [plain(cell) for cell in notebook["cells"][: MAX_CELLS + 1]]
    if len(cells) > MAX_CELLS or sum(len(cell.text) for cell in cells) > MAX_TEXT:
        raise CourseworkError(f"more than {MAX_CELLS} cells, or {MAX_TEXT} characters in them")
    return cells


def decoded(data: bytes) -> str:
    """Return the text of a file in UTF-8, -16 or -32, with or without its mark, or in Latin-1."""
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        return data.decode("latin-1")


def plain(cell: object) -> Cell:
    """Return what matters of one cell of a notebook file."""
    if not isinstance(cell, dict):
        raise CourseworkError(f"not a notebook: a cell is {type(cell).__name__}")
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        raise CourseworkError("not a notebook: the text of a cell is no text")
    text = "".join(lines).encode("utf-8", "replace").decode("utf-8")  # no half characters
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return Cell(
        id=grade_id if isinstance(grade_id, str) else "",
        type=str(cell.get("cell_type"))[:20],
        text=text,
    )


def short(text: str, limit: int = 120) -> str:
    """Return a text in one line of bounded length."""
    text = " ".join(text[: 4 * limit].split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


@dataclass(frozen=True)
class Step:
    """One thing to do with a submission: show a text, run a cell, or judge by a test."""

    does: str  # "show", "run" or "judge"
    text: str
    id: str = ""  # the assignment's cell that this is, empty for the student's own


def rebuilt(assignment: Assignment, handed_in: list[Cell]) -> list[Step]:
    """Return what to do, in the order of the student's notebook.

    All that the student wrote runs. The assignment's locked cells and its tests are taken from the
    assignment: where the student left them, and if they are gone, after the cell that they follow.

    Raises
    ------
    CourseworkError
        If the notebook holds none of the assignment's tasks: such work has not been seen.
    """
    known = {c.id: c for c in assignment.cells if c.id and not c.for_the_marker}
    if not any(cell.id in known and known[cell.id].is_task for cell in handed_in):
        raise CourseworkError(
            f"none of the cells of {assignment.name} is in it: is it another notebook, "
            "or has a converter removed the cells' metadata?"
        )
    order = placed(list(known), [cell.id for cell in handed_in])
    steps: list[Step] = []
    for grade_id, position in order:
        ours = known.get(grade_id)
        theirs = handed_in[position] if position is not None else None
        steps += as_steps(ours, theirs)
    return steps


def placed(known: list[str], handed_in: list[str]) -> list[tuple[str, int | None]]:
    """Return (id, position in the hand-in) in order, with each known id exactly once.

    The last copy of a cell counts; the others are the student's own. Where an id is missing, it
    stands with position None behind the one before it.
    """
    last = {grade_id: at for at, grade_id in enumerate(handed_in)}
    order: list[tuple[str, int | None]] = [
        (grade_id if grade_id in known and last[grade_id] == at else "", at)
        for at, grade_id in enumerate(handed_in)
    ]
    place = 0
    for grade_id in known:
        ids = [each for each, _ in order]
        if grade_id in ids:
            place = ids.index(grade_id) + 1
        else:
            order.insert(place, (grade_id, None))
            place += 1
    return order


def as_steps(ours: Cell | None, theirs: Cell | None) -> list[Step]:
    """Return the steps for one cell of the assignment, of the student, or of both."""
    steps = []
    if theirs and (ours is None or not ours.locked):
        code = (
            ours or theirs
        ).type == "code"  # a solution turned to text by mistake runs all the same
        steps.append(Step("run" if code else "show", theirs.text, ours.id if ours else ""))
    elif theirs and theirs.type == "code" and theirs.text.strip() != visible(ours.text).strip():
        steps.append(Step("run", theirs.text))  # what they wrote into a locked cell
    if ours and ours.locked:
        does = "judge" if ours.is_test else "run" if ours.type == "code" else "show"
        steps.append(Step(does, ours.text, ours.id))
    return steps
