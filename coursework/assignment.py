"""An assignment: one notebook of tasks, solutions and tests, and what students get of it."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coursework import files
from coursework.results import Part

HERE = Path(__file__).resolve().parent
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECRET = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1\n?", re.DOTALL)
INCLUDE = re.compile(r"^### INCLUDE (\w+\.py)$", re.MULTILINE)
THE_ID, ID_CELL = "STUDENT_ID", "student-id"  # a student's id in the notebook, and its cell
CELL_SECONDS = 20.0
FOR_THE_MARKER = "marking"  # the tag of cells that students never get


class CourseworkError(Exception):
    """Something the author of an assignment, or the person who marks it, has to put right."""


@dataclass(frozen=True)
class Cell:
    """What matters of a cell: nbgrader's id (empty without one), type, text, and role."""

    id: str
    type: str
    text: str
    locked: bool = False
    graded: bool = False
    points: float = 0.0
    for_the_marker: bool = False

    @property
    def is_test(self) -> bool:
        """Say whether the text of this cell decides points."""
        return self.graded and self.locked and self.type == "code"

    @property
    def by_hand(self) -> bool:
        """Say whether a person gives the points of this cell."""
        return self.graded and not self.is_test

    @property
    def for_all_tests(self) -> bool:
        """Say whether tests may use what this code cell defines."""
        given = bool(self.id) and self.locked and not self.graded
        return self.type == "code" and (given or self.for_the_marker)

    @property
    def is_task(self) -> bool:
        """Say whether students work on this cell, or are marked by it."""
        return bool(self.id) and (self.graded or not self.locked) and self.id != ID_CELL


@dataclass(frozen=True)
class Assignment:
    """An assignment as the marker needs it.

    Attributes
    ----------
    cells : tuple of Cell
        All cells of the source, with solutions and hidden tests, in order.
    own_tests : str
        A teacher's own hidden tests (Python), kept outside the repository.
    salt : str
        Decides, with a student's id, the numbers in that student's tasks.
    seconds : float
        The limit for one cell, and for all calls of one test; the source's header may raise it.
    files : dict
        What lies beside the notebook, by name: data that the tasks use.
    """

    name: str
    cells: tuple[Cell, ...]
    own_tests: str = ""
    salt: str = ""
    seconds: float = CELL_SECONDS
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def parts(self) -> list[Part]:
        """Return what can be earned, each with no points yet."""
        parts = []
        title = ""
        for cell in self.cells:
            if cell.type == "markdown" and (bold := re.findall(r"\*\*(.+?) *\(\d", cell.text)):
                title = bold[-1]
            if cell.graded:
                name = title or cell.id.removeprefix("test-")
                parts.append(Part(cell.id, name, cell.points, by_hand=cell.by_hand))
                title = ""
        return parts

    @property
    def digest(self) -> str:
        """Return what changes when anything in the assignment changes."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def assignments() -> list[str]:
    """Return the names of all assignments: the MyST notebooks next to this file."""
    return sorted(
        p.stem
        for p in HERE.glob("*.md")
        if p.read_text(encoding="utf-8").startswith("---\njupytext:")
    )


def load(name: str, *, own_tests: str = "", salt: str = "") -> Assignment:
    """Return an assignment, as the marker needs it."""
    source = read_source(name, salt)
    cells = tuple(as_cell(cell) for cell in source["cells"])
    try:
        functions = {n.name for n in ast.parse(own_tests).body if isinstance(n, ast.FunctionDef)}
    except SyntaxError as problem:
        raise CourseworkError(f"own tests of {name}: {problem}") from problem
    known = {own_test(cell.id) for cell in cells if cell.is_test}
    if strange := {f for f in functions if f.startswith("test")} - known:
        raise CourseworkError(
            f"own tests of {name}: no part belongs to {', '.join(sorted(strange))}"
        )
    seconds = source["metadata"].get("coursework", {}).get("seconds", CELL_SECONDS)
    return Assignment(name, cells, own_tests, salt, seconds, handouts(name))


def handouts(name: str) -> dict[str, bytes]:
    """Return the files that are handed out beside an assignment's notebook."""
    folder = HERE / "handouts" / name
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.*"))}


def own_test(grade_id: str) -> str:
    """Return the name of the function that holds a teacher's own tests for a part."""
    return grade_id.replace("-", "_")


def as_cell(cell: dict) -> Cell:
    """Return what matters of a cell of the source."""
    mark = marks(cell)
    return Cell(
        id=mark.get("grade_id", ""),
        type=cell["cell_type"],
        text=text_of(cell),
        locked=bool(mark.get("locked")),
        graded=mark.get("grade", False) or mark.get("task", False),
        points=float(mark.get("points", 0)),
        for_the_marker=is_for_the_marker(cell),
    )


def read_source(name: str, salt: str = "") -> dict:
    """Return the assignment's source as an .ipynb structure with repeatable cell ids."""
    import jupytext
    import nbformat

    if name not in assignments():
        raise CourseworkError(
            f"there is no assignment {name!r}; there are: {', '.join(assignments())}"
        )
    notebook = nbformat.from_dict(jupytext.read(HERE / f"{name}.md"))
    # Jupytext's own metadata would pair the student's notebook with a text file; ids are random.
    ours = {key: value for key, value in notebook.metadata.items() if key == "coursework"}
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA | ours)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = marks(cell).get("grade_id", f"text-{number}")
        text = INCLUDE.sub(lambda found: handed_out(found[1]), text_of(cell))
        cell["source"] = re.sub(r'^SALT = ""', f"SALT = {salt!r}", text, flags=re.M)
    check_source(notebook, name)
    nbformat.validate(notebook)
    return notebook


def handed_out(name: str) -> str:
    """Return the text of a file that several notebooks carry, from below its dashed line."""
    _, _, text = (HERE / name).read_text(encoding="utf-8").partition(" handed out\n")
    return text.strip()


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


def release(name: str, *, due: str = "", rules: str = "", salt: str = "") -> dict:
    """Return the students' version, in nbgrader's format: without solutions and hidden tests.

    `due` and `rules` fill the placeholders ``{{due}}`` and ``{{rules}}`` of the text.
    """
    from nbgrader import preprocessors

    notebook = read_source(name, salt)
    notebook["cells"] = [cell for cell in notebook["cells"] if not is_for_the_marker(cell)]
    for cell in notebook["cells"]:
        for placeholder, text in (("{{due}}", due), ("{{rules}}", rules)):
            if not text:  # nothing to say: the whole line goes
                cell["source"] = re.sub(rf"^.*{placeholder}.*\n\n?", "", cell["source"], flags=re.M)
            cell["source"] = cell["source"].replace(placeholder, text)
    for step in (
        "LockCells",
        "ClearSolutions",
        "ClearOutput",
        "ClearHiddenTests",
        "ComputeChecksums",
    ):
        notebook, _ = getattr(preprocessors, step)().preprocess(notebook, {})
    if found := leaks(read_source(name, salt), notebook):
        raise CourseworkError(f"{name}: the student version would show: {found}")
    return notebook


def marks(cell: dict) -> dict:
    """Return nbgrader's metadata of a cell, empty for an ordinary one."""
    return cell["metadata"].get("nbgrader", {})


def is_for_the_marker(cell: dict) -> bool:
    """Say whether a cell of the source holds helpers for hidden tests only."""
    return FOR_THE_MARKER in cell["metadata"].get("tags", [])


def text_of(cell: dict) -> str:
    """Return a cell's text, whichever way the notebook file stores it."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def visible(text: str) -> str:
    """Return the text of a cell without what stands between the secret markers."""
    return SECRET.sub("", text).rstrip()


def secret_lines(source: dict) -> Iterator[str]:
    """Yield the lines that students must not see: solutions, hidden tests, the marker's cells."""
    shown = "\n".join(
        visible(text_of(cell)) for cell in source["cells"] if not is_for_the_marker(cell)
    )
    for cell in source["cells"]:
        text = text_of(cell)
        regions = (
            [text] if is_for_the_marker(cell) else [found[1] for found in SECRET.findall(text)]
        )
        for region in regions:
            lines = (line.strip() for line in region.splitlines())
            yield from (line for line in lines if len(line) > 3 and line not in shown)


def leaks(source: dict, release: dict) -> list[str]:
    """Return secret lines and markers of the source that the student version still contains."""
    public = json.dumps([text_of(cell) for cell in release["cells"]])
    secrets = {*secret_lines(source), "BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS"}
    left = {line for line in secrets if json.dumps(line)[1:-1] in public}
    outputs = ["an output" for cell in release["cells"] if cell.get("outputs")]
    return sorted(left) + outputs


def generate(folder: Path = HERE.parent / "_build" / "coursework") -> list[Path]:
    """Write the students' version of every assignment, for a look at it; return where they are."""
    import nbformat

    paths = []
    for name in assignments():
        paths.append(folder / name / f"{name}.ipynb")
        files.write(paths[-1], nbformat.writes(release(name)))
        for beside, data in handouts(name).items():
            files.write(paths[-1].with_name(beside), data)
    return paths
