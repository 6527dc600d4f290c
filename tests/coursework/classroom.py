"""A class that hands in an assignment: right work, changed here and there."""

import json

from coursework import course as courses
from coursework import grading, personal, results
from coursework.assignment import load, visible

SEED = "seed of a course"
NAME = "discrete"


def assignment(name=NAME):
    """Return the assignment as the course has it."""
    return load(name, salt=personal.salt(SEED, name))


def right_cells(student, source=None):
    """Return the cells of right work, as nbformat has them, by nbgrader id in order."""
    cells = []
    for cell in (source or assignment()).cells:
        if cell.for_the_marker:
            continue
        text = visible(cell.text) if cell.is_test else cell.text
        text = text.replace('STUDENT_ID = ""', f"STUDENT_ID = {student!r}")
        cells.append(
            {
                "cell_type": cell.type,
                "metadata": {"nbgrader": {"grade_id": cell.id}} if cell.id else {},
                "source": text,
            }
        )
    return cells


def id_of(cell):
    """Return a cell's nbgrader id."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def code(text, grade_id=None, **metadata):
    """Return a code cell."""
    marks = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": "code", "metadata": marks | metadata, "source": text, "outputs": []}


def with_cells(cells, changes):
    """Return cells in which those of some ids have another text."""
    assert set(changes) <= {id_of(cell) for cell in cells}
    return [
        cell | {"source": changes[id_of(cell)]} if id_of(cell) in changes else cell
        for cell in cells
    ]


def after(cells, grade_id, *new):
    """Return cells with new ones behind one of them."""
    place = [id_of(cell) for cell in cells].index(grade_id) + 1
    return [*cells[:place], *new, *cells[place:]]


def instead(text, *pairs):
    """Return a text in which some parts are replaced by others."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def changed(name, text, *pairs):
    """Return a cell by its id, with some parts of its text replaced."""
    return {name: instead(text, *pairs)}


def packed(cells, **rest):
    """Return the bytes of a notebook."""
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | rest
    return json.dumps(notebook, ensure_ascii=False).encode("utf-8")


def set_up(folder, hand_ins, name=NAME):
    """Write a course in which each student has handed in these bytes; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.toml").write_text(
        f'name = "A"\nroster = "roster.csv"\nseed = "{SEED}"\n[assignments.{name}]\n',
        encoding="utf-8",
    )
    rows = [f"{student},Name of {student},{student}@uni.example,,\n" for student in hand_ins]
    roster = "id,name,email,group,also\n" + "".join(rows)
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    course = courses.read(folder)
    for student, data in hand_ins.items():
        path = course.submitted(student, name)
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return course


def marked(folder, hand_ins, name=NAME, **options):
    """Mark a class in one run; return the exit status and the results by student."""
    course = set_up(folder, hand_ins, name)
    status = grading.grade(course, name, **options)
    return status, results.read_all(course.folder, name)


def lost(result):
    """Return the points that each part has lost, without those that lost none."""
    missing = {p.id: p.max_points - p.points for p in result.parts if not p.by_hand}
    return {part: points for part, points in missing.items() if points}
