"""Notebooks of an assignment: the source, what it hides, and what students hand in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class CourseworkError(Exception):
    """Something the author of an assignment, or the person who marks it, has to put right."""


def assignments() -> list[str]:
    """Return the names of all assignments: the MyST notebooks next to this file."""
    return sorted(
        p.stem
        for p in HERE.glob("*.md")
        if p.read_text(encoding="utf-8").startswith("---\njupytext:")
    )


def read_source(name: str) -> dict:
    """Return the assignment's source as an .ipynb structure with repeatable cell ids."""
    import jupytext
    import nbformat

    notebook = nbformat.from_dict(jupytext.read(HERE / f"{name}.md"))
    # Jupytext's own metadata would pair the student's notebook with a text file; ids are random.
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"text-{number}")
    check_source(notebook, name)
    nbformat.validate(notebook)
    return notebook


def check_source(notebook: dict, name: str) -> None:
    """Refuse a source whose cells nbgrader would mix up, or whose tests carry no points."""
    marked = [cell["metadata"]["nbgrader"] for cell in notebook["cells"] if marks(cell)]
    ids = [mark["grade_id"] for mark in marked]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise CourseworkError(f"{name}.md: grade_id used more than once: {', '.join(twice)}")
    for mark in marked:
        if mark["grade"] and not mark.get("points", 0) > 0:
            raise CourseworkError(f"{name}.md: test cell {mark['grade_id']} is worth no points")


def marks(cell: dict) -> dict:
    """Return nbgrader's metadata of a cell, empty for an ordinary one."""
    return cell["metadata"].get("nbgrader", {})


def test_cells(notebook: dict) -> list[dict]:
    """Return the cells of a notebook that carry points."""
    return [cell for cell in notebook["cells"] if marks(cell).get("grade")]


def text_of(cell: dict) -> str:
    """Return a cell's text, whichever way the notebook file stores it."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def secret_lines(source: dict) -> Iterator[str]:
    """Yield the lines that students must not see: those inside solutions and hidden tests."""
    secret = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
    shown = "\n".join(secret.sub("", text_of(cell)) for cell in source["cells"])
    for cell in source["cells"]:
        for _, region in secret.findall(text_of(cell)):
            lines = (line.strip() for line in region.splitlines())
            yield from (line for line in lines if len(line) > 3 and line not in shown)


def leaks(source: dict, release: dict) -> list[str]:
    """Return secret lines and markers of the source that the student version still contains."""
    public = json.dumps([text_of(cell) for cell in release["cells"]])
    secrets = {*secret_lines(source), "BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS"}
    left = {line for line in secrets if json.dumps(line)[1:-1] in public}
    outputs = ["an output" for cell in release["cells"] if cell.get("outputs")]
    return sorted(left) + outputs


# nbgrader ---------------------------------------------------------------------------------------


def tidy(handed_in: Path, release: dict) -> dict:
    """Read a student's notebook, with each marked cell in it exactly once.

    nbgrader gives up on the whole class when one notebook holds a cell twice, and marks nothing for
    a test that was deleted.
    """
    try:
        notebook = json.loads(handed_in.read_text(encoding="utf-8"))
        cells = [
            cell | {"outputs": []} if "outputs" in cell else cell for cell in notebook["cells"]
        ]
        ids = [marks(cell).get("grade_id") for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise CourseworkError(f"not a notebook: {type(problem).__name__}") from problem
    for position, grade_id in enumerate(ids):
        if grade_id and grade_id in ids[position + 1 :]:  # the last copy is the one that counts
            cells[position]["metadata"].pop("nbgrader")
            ids[position] = None
    place = 0
    for cell in filter(marks, release["cells"]):
        if marks(cell)["grade_id"] in ids:
            place = ids.index(marks(cell)["grade_id"]) + 1
        else:
            cells.insert(place, cell)
            ids.insert(place, marks(cell)["grade_id"])
            place += 1
    return notebook | {"cells": cells}


def messages(notebook: dict) -> dict[str, str]:
    """Return the first error message of each failed test cell of a marked notebook."""
    errors = {}
    for cell in test_cells(notebook):
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                text = output["evalue"].strip() or output["ename"]
                if output["ename"] == "KeyboardInterrupt":
                    text = "stopped, because it ran for too long: is there a loop without an end?"
                errors.setdefault(marks(cell)["grade_id"], text)
    return errors
