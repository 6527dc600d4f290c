"""Mark one submission: run the student's cells in a sandbox, and judge by our tests outside of it.

A test's text runs here, in the marker's own process. The student's functions are stand-ins in it,
which send their arguments into the sandbox and bring plain data back. So nothing decides a mark but
the values that the student's functions give for the arguments of the tests.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import re
import threading
import warnings
from dataclasses import dataclass, field

from coursework.assignment import (
    ID_CELL,
    NOTEBOOK_METADATA,
    THE_ID,
    Assignment,
    Cell,
    CourseworkError,
    own_test,
    visible,
)
from coursework.definitions import names_bound, names_read
from coursework.program import (
    NoAnswer,
    Program,
    StandIn,
    StudentError,
    error_output,
)
from coursework.reading import Step, cells_of, rebuilt, short
from coursework.results import NOT_MARKED, Part, Result
from coursework.roster import fold

ALONE = threading.Lock()  # the tests' texts own their process, also in a cluster's threads
MAX_MESSAGE = 600  # characters that a student reads about one part


@dataclass(frozen=True)
class Submission:
    """What one student handed in: the notebook's bytes, and the files beside it."""

    student: str
    data: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # why files were left out

    def digest(self, assignment: Assignment) -> str:
        """Return what changes when anything changes that decides the mark."""
        content = [self.student.encode(), self.data, assignment.digest.encode()]
        for name in sorted(self.files):
            content += [name.encode("utf-8", "replace"), self.files[name]]
        return hashlib.sha256(b"".join(hashlib.sha256(c).digest() for c in content)).hexdigest()


def mark(
    submission: Submission, assignment: Assignment, kind: str, seconds: float | None = None
) -> tuple[Result, dict | None]:
    """Return the result of a submission, and the notebook as it was executed.

    Whatever a submission is or does, the answer is a result: marked, or not marked with the reason.
    """
    result = Result(submission.student, assignment.name, digest=submission.digest(assignment))
    result.parts = assignment.parts
    try:
        steps = rebuilt(assignment, cells_of(submission.data))
        given = {THE_ID: submission.student}
        beside = submission.files | assignment.files
        with ALONE, Program(kind, beside, given, seconds or assignment.seconds) as program:
            cells = Marking(assignment, program, result).follow(steps)
        result.flags += [*submission.notes, *program.flags]
        return result, as_notebook(cells)
    except CourseworkError as problem:
        reason = short(str(problem), 400)
    except Exception as problem:
        reason = f"the marker failed: {type(problem).__name__}: {short(str(problem), 300)}"
    return unmarked(submission.student, assignment, reason, result.digest), None


def unmarked(student: str, assignment: Assignment, reason: str, digest: str = "") -> Result:
    """Return the result of work that could not be marked."""
    return Result(student, assignment.name, NOT_MARKED, reason, assignment.parts, digest=digest)


class Marking:
    """Follows the steps of one submission and fills in its result."""

    def __init__(self, assignment: Assignment, program: Program, result: Result) -> None:
        self.assignment, self.program, self.result = assignment, program, result
        self.parts: dict[str, Part] = {part.id: part for part in result.parts}
        self.sources: dict[str, Cell] = {cell.id: cell for cell in assignment.cells if cell.id}
        self.functions, self.values = student_names(assignment)
        self.hint = ""

    def follow(self, steps: list[Step]) -> list[dict]:
        """Run, show and judge; return the cells of the executed notebook."""
        cells = []
        for step in steps:
            text, outputs = step.text, []
            if step.does == "run":
                outputs = self.program.cell(step.text)
            elif step.does == "judge":
                text, outputs = visible(step.text), self.judge(step)
            if step.id == ID_CELL:
                self.compare_id(step.text)
            cells.append(as_cell(step, text, outputs, self.sources.get(step.id)))
        return cells

    def compare_id(self, text: str) -> None:
        """Flag an id that is not the roster's; the roster's is what counts."""
        typed = re.search(rf"""^{THE_ID}\s*=\s*(["'])(.*?)\1""", text, re.M)
        typed_id = typed[2] if typed else ""
        if self.assignment.salt and fold(typed_id) != fold(self.result.student):
            self.flag(f"the notebook says {THE_ID} = {typed_id!r}")
            self.hint = (
                f" (Your notebook says {THE_ID} = {typed_id!r}, but you are "
                f"{self.result.student!r}, and the numbers in your tasks follow from that.)"
            )

    def judge(self, step: Step) -> list[dict]:
        """Run a test; give its points if it passes, and else say why not."""
        part = self.parts[step.id]
        message = self.failure(step)
        if not message:
            part.points, part.message = part.max_points, ""
            return []
        part.message = message
        return [error_output("AssertionError", message, message)]

    def failure(self, step: Step) -> str:
        """Return why a test fails, or an empty text."""
        quiet = contextlib.redirect_stdout(io.StringIO())
        try:
            with self.program.test(), warnings.catch_warnings(), quiet:
                warnings.simplefilter("ignore")
                names = self.names_for(step)
                exec(compile(step.text, f"<{step.id}>", "exec", dont_inherit=True), names)
                if own := names.get(own_test(step.id)):
                    own()
        except CourseworkError:
            raise
        except (StudentError, NoAnswer, AssertionError) as problem:
            message = str(problem).strip() or "this is not what was asked for"
        except Exception as problem:
            message = f"{type(problem).__name__}: {problem}"
        else:
            return ""
        concerned = names_read(step.text) & personal_names(self.assignment)
        return short(message, MAX_MESSAGE) + (self.hint if concerned else "")

    def names_for(self, step: Step) -> dict[str, object]:
        """Return the names that a test sees: ours, and stand-ins for the student's."""
        names: dict[str, object] = {"__name__": "marker", "flag": self.flag}
        names |= {THE_ID: self.result.student, "handed_out": self.assignment.files}
        names |= {name: StandIn(self.program, name) for name in self.functions}
        for cell in self.assignment.cells:
            if cell.for_all_tests:
                run_ours(cell.text, f"cell {cell.id or 'tagged marking'}", names)
        run_ours(self.assignment.own_tests, "own tests", names)
        read = names_read(step.text) | names_read(self.assignment.own_tests, own_test(step.id))
        # A value is fetched when a test needs it; a function is there even if the student's is not.
        names |= {name: self.program.value(name)[0] for name in sorted(read & self.values)}
        return names

    def flag(self, text: str) -> None:
        """Let a test point out something that a person should look at."""
        if text not in self.result.flags:
            self.result.flags.append(short(str(text), 300))


def run_ours(text: str, where: str, names: dict[str, object]) -> None:
    """Run a text of the assignment's that is no test; if it fails, that is nobody's mark."""
    try:
        exec(compile(text, f"<{where}>", "exec", dont_inherit=True), names)
    except Exception as problem:
        raise CourseworkError(
            f"{where} fails in the marker: {type(problem).__name__}: {problem}"
        ) from problem


def student_names(assignment: Assignment) -> tuple[set[str], set[str]]:
    """Return the names of functions and of values that students define, as the solution does."""
    functions, values = set(), set()
    for cell in assignment.cells:
        if cell.type == "code" and cell.id and not cell.locked:
            for statement in ast.parse(cell.text).body:
                if isinstance(statement, ast.FunctionDef):
                    functions.add(statement.name)
                elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
                    values |= names_bound(statement)
    return functions, values - functions - {THE_ID}


def personal_names(assignment: Assignment) -> set[str]:
    """Return the names of ours that depend on the student's id."""
    given = [cell for cell in assignment.cells if cell.for_all_tests and THE_ID in cell.text]
    return {
        name for cell in given for part in ast.parse(cell.text).body for name in names_bound(part)
    }


def as_cell(step: Step, text: str, outputs: list[dict], source: Cell | None) -> dict:
    """Return one cell of the executed notebook, in nbgrader's format."""
    metadata = {}
    if step.id and source:
        metadata["nbgrader"] = {
            "grade_id": source.id, "grade": source.graded, "solution": not source.locked,
            "locked": source.locked, "task": False, "schema_version": 3, "cell_type": source.type,
        }  # fmt: skip
        if source.graded:
            metadata["nbgrader"]["points"] = source.points
    if step.does == "show":
        return {"cell_type": "markdown", "metadata": metadata, "source": text}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": outputs,
        "source": text,
    }


def as_notebook(cells: list[dict]) -> dict:
    """Return cells as a notebook."""
    numbered = [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells)]
    return {"cells": numbered, "metadata": NOTEBOOK_METADATA, "nbformat": 4, "nbformat_minor": 5}
