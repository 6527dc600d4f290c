"""Make the student version of an assignment from its one source, and mark what comes back.

    python coursework/tools.py generate                  # -> _build/coursework/{source,release}
    python coursework/tools.py grade SUBMITTED_DIR       # -> _build/coursework/grading, and a table

An assignment is one MyST notebook ``coursework/<name>.md`` that holds tasks, solutions and tests
with nbgrader's cell metadata. Every run starts from an empty nbgrader course, so it can be repeated
at will; no configuration outside the course is read, nothing outside the output folder is written.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
from pathlib import Path

import marking
from assignment import HERE, CourseworkError, assignments, marks, messages, test_cells

OUTPUT = HERE.parent / "_build" / "coursework"


def grade(submitted: Path, name: str, out: Path) -> list[dict]:
    """Autograde one assignment and write ``grades.csv`` and one comment page per student."""
    course = out / "grading"
    students = marking.collect(submitted, name)
    shutil.rmtree(course, ignore_errors=True)
    course.mkdir(parents=True)
    marking.make_course(course, [name])
    refused = marking.hand_in(course, name, students)
    print(f"marking {len(students) - len(refused)} notebooks ...", flush=True)
    marking.autograde(course, name, sorted(students.keys() - refused.keys()))
    rows = [report(course, name, student, refused.get(student)) for student in students]
    write_grades(course / "grades.csv", rows)
    return rows


def report(course: Path, name: str, student: str, refused: str | None) -> dict:
    """Return points per test and the messages of failed tests, from nbgrader's gradebook."""
    source = json.loads((course / "source" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    worth = {marks(cell)["grade_id"]: marks(cell)["points"] for cell in test_cells(source)}
    path = marking.marked_notebook(course, name, student)
    row = {"student": student, "marked": path.is_file(), "worth": worth}
    if row["marked"]:
        row["points"] = marking.scores(course, name, student)
        row["comments"] = messages(json.loads(path.read_text(encoding="utf-8")))
    else:
        row["points"] = dict.fromkeys(worth, 0)
        row["comments"] = {"not marked": refused or "the notebook could not be run to its end"}
    write_comments(course / "comments" / f"{student}.md", row)
    return row


def total(row: dict) -> float:
    """Return the points of one student."""
    return sum(row["points"].values())


def write_comments(path: Path, row: dict) -> None:
    """Write what a student may read: points per test, and why a test failed."""
    lines = [f"# {row['student']}: {total(row):g} of {sum(row['worth'].values()):g} points", ""]
    for test, worth in row["worth"].items():
        lines.append(f"- {test}: {row['points'][test]:g} of {worth:g}")
    for test, text in row["comments"].items():
        lines += ["", f"## {test}", "", *(f"    {line}" for line in text.splitlines())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_grades(path: Path, rows: list[dict]) -> None:
    """Write one line per student: points per test, total, and the points there are."""
    tests = list(rows[0]["worth"])
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", *tests, "total", "of"])
        for row in rows:
            points = [f"{row['points'][test]:g}" for test in tests]
            whole = sum(row["worth"].values())
            table.writerow([row["student"], *points, f"{total(row):g}", f"{whole:g}"])


def print_grades(rows: list[dict]) -> None:
    """Print the table of points."""
    tests = list(rows[0]["worth"])
    names = [test.removeprefix("test-") for test in tests]
    first = max(len("student"), *(len(row["student"]) for row in rows))
    print("  ".join([f"{'student':{first}}", *names, "total"]))
    for row in rows:
        cells = [f"{row['points'][t]:>{len(n)}g}" for t, n in zip(tests, names, strict=True)]
        note = "" if row["marked"] else f"  NOT MARKED: {row['comments']['not marked']}"
        print("  ".join([f"{row['student']:{first}}", *cells, f"{total(row):5g}"]) + note)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="coursework/tools.py", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("generate", help="make the student version of every assignment")
    make.add_argument("names", nargs="*", metavar="NAME", help="only these assignments")
    mark = commands.add_parser("grade", help="autograde notebooks that students handed in",
                               description=marking.collect.__doc__)  # fmt: skip
    mark.add_argument("submitted", type=Path, metavar="SUBMITTED_DIR")
    mark.add_argument("--assignment", default="discrete", choices=assignments())
    for command in (make, mark):
        command.add_argument("--out", type=Path, default=OUTPUT, help="default: _build/coursework")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    options = parse(arguments)
    try:
        if options.command == "generate":
            marking.generate(options.out.resolve(), options.names or assignments())
            return 0
        rows = grade(options.submitted.resolve(), options.assignment, options.out.resolve())
    except CourseworkError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    print_grades(rows)
    print(f"\npoints and comments: {options.out.resolve() / 'grading'}")
    return 0 if all(row["marked"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
