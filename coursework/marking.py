"""Run nbgrader on an assignment: derive the student version, autograde what comes back."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from assignment import CourseworkError, leaks, read_source, tidy

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "convolution"
c.CourseDirectory.root = {root!r}
c.ClearSolutions.enforce_metadata = True
c.Execute.timeout = 20  # seconds for one cell
c.LimitOutput.max_lines = 200
"""


def environment(private: Path) -> dict[str, str]:
    """Return the environment in which Jupyter neither reads nor writes the user's own files."""
    folders = {
        "JUPYTER_CONFIG_DIR": private / "config",
        "JUPYTER_DATA_DIR": private / "data",
        "JUPYTER_RUNTIME_DIR": private / "runtime",
        "IPYTHONDIR": private / "ipython",
        "MPLCONFIGDIR": private / "matplotlib",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    private_folders = {name: str(path) for name, path in folders.items()}
    # nbgrader calls `alembic` by name, so the environment's own programs come first.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return os.environ | private_folders | {"PATH": path, "OMP_NUM_THREADS": "1"}


def nbgrader(course: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
    """Run one nbgrader command in a course folder; its log is shown only when it fails.

    This is the one place from which students' code is started.
    """
    (course / "nbgrader_config.py").write_text(CONFIG.format(root=str(course)), encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="coursework-") as private:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=course, env=environment(Path(private)), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if check and done.returncode:
        raise CourseworkError(f"nbgrader {' '.join(arguments)} failed:\n{done.stdout}")
    return done


def make_course(course: Path, names: Iterable[str]) -> None:
    """Write the sources into a course folder and let nbgrader derive the student versions."""
    import nbformat

    for name in names:
        notebook = read_source(name)
        target = course / "source" / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)
        nbgrader(course, "generate_assignment", name)
        release = course / "release" / name / f"{name}.ipynb"
        if found := leaks(notebook, json.loads(release.read_text(encoding="utf-8"))):
            raise CourseworkError(f"{name}: the student version would show: {found}")


def generate(out: Path, names: Iterable[str]) -> None:
    """Make source and student version of each assignment below `out`."""
    for name in names:
        with tempfile.TemporaryDirectory(prefix="coursework-") as folder:
            make_course(Path(folder), [name])
            for kind in ("source", "release"):
                target = out / kind / name
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(Path(folder, kind, name), target)
                print(f"{kind:8} {target / name}.ipynb")


def collect(submitted: Path, name: str) -> dict[str, Path]:
    """Find STUDENT/NAME/NAME.ipynb, STUDENT/NAME.ipynb and STUDENT.ipynb in the folder."""
    nested = [*submitted.glob(f"*/{name}/{name}.ipynb"), *submitted.glob(f"*/{name}.ipynb")]
    found = [(path.relative_to(submitted).parts[0], path) for path in sorted(nested)]
    found += [(path.stem, path) for path in sorted(submitted.glob("*.ipynb"))]
    students: dict[str, Path] = {}
    for student, path in found:
        safe = re.sub(r"[^\w.-]", "_", student)
        if safe in students:
            raise CourseworkError(f"two notebooks for {safe}: {students[safe]} and {path}")
        students[safe] = path
    if not students:
        raise CourseworkError(f"no notebooks in {submitted}: see --help for the places looked at")
    return students


def hand_in(course: Path, name: str, students: dict[str, Path]) -> dict[str, str]:
    """Put tidy notebooks where nbgrader looks; return why some cannot be marked."""
    release = json.loads((course / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    refused = {}
    for student, path in students.items():
        try:
            notebook = tidy(path, release)
        except CourseworkError as problem:
            refused[student] = str(problem)
            continue
        target = course / "submitted" / student / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(notebook), encoding="utf-8")
    return refused


def autograde(course: Path, name: str, students: Iterable[str]) -> None:
    """Mark all students in one go, and one by one those whom that left out."""
    log = nbgrader(course, "autograde", name, check=False).stdout
    for student in students:
        if not marked_notebook(course, name, student).is_file():
            log += nbgrader(course, "autograde", name, f"--student={student}", check=False).stdout
    (course / "autograde.log").write_text(log, encoding="utf-8")


def marked_notebook(course: Path, name: str, student: str) -> Path:
    """Return where nbgrader leaves a marked notebook."""
    return course / "autograded" / student / name / f"{name}.ipynb"


def scores(course: Path, name: str, student: str) -> dict[str, float]:
    """Return the points of each test cell, in no particular order."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "convolution") as book:
        notebook = book.find_submission_notebook(name, name, student)
        return {grade.name: grade.score for grade in notebook.grades}
