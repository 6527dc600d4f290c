"""The teacher's cycle on the command line.

    python -m coursework new COURSE               # course.toml with a private seed, roster.csv
    python -m coursework release COURSE NAME      # the students' version of an assignment
    python -m coursework guide COURSE NAME        # solutions, points, slips and what to say to them
    python -m coursework collect COURSE NAME ZIP  # or a folder: Moodle's, Canvas's, your own
    python -m coursework grade COURSE NAME        # in a sandbox; can be stopped and run again
    python -m coursework review COURSE NAME       # what a person should look at
    python -m coursework export COURSE NAME       # marks and feedback for the platform

Each step says what it did with every file. The exit status is 0 if everything was handled, 1 if
something is left for a person to do, 2 if the command itself was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from coursework import assignment, collecting, exporting, files, personal, reviewing
from coursework import course as courses
from coursework.assignment import CourseworkError
from coursework.guide import marking_guide
from coursework.results import Part


def new(options: argparse.Namespace) -> int:
    """Begin a course."""
    for path in courses.new(options.course, options.name):
        print(f"wrote {path}")
    print("Fill in the roster, dates and rules; keep course.toml to yourself: it holds the seed.")
    return 0


def collect(options: argparse.Namespace) -> int:
    """Take over hand-ins."""
    course = courses.read(options.course)
    rows = collecting.collect(course, options.name, options.source, worksheet=options.worksheet)
    lines, handled = collecting.summary(rows)
    print("\n".join(lines))
    print(f"every file, with what was done: {course.collected(options.name)}")
    return 0 if handled else 1


def release(options: argparse.Namespace) -> int:
    """Write the students' version of an assignment."""
    course = courses.read(options.course)
    about, name = course.assignment(options.name), options.name
    notebook = assignment.release(
        name, due=about.due_text, rules=about.rules, salt=personal.salt(course.seed, name)
    )
    files.write(course.release(name), json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    for beside, data in assignment.handouts(name).items():
        files.write(course.release(name).with_name(beside), data)
    print(f"for your students, all of it: {course.release(name).parent}")
    print(f"due: {about.due_text or 'no date given in course.toml'}")
    return 0


def guide(options: argparse.Namespace) -> int:
    """Write the marking guide of an assignment."""
    course, name = courses.read(options.course), options.name
    path = course.folder / "guide" / f"{name}.md"
    loaded = assignment.load(name, salt=personal.salt(course.seed, name))
    files.write(path, marking_guide(loaded))
    print(f"for those who mark: {path}")
    return 0


def grade(options: argparse.Namespace) -> int:
    """Mark hand-ins in a sandbox."""
    from coursework import grading

    course = courses.read(options.course)
    course.assignment(options.name)
    return grading.grade(
        course, options.name, students=options.student, again=options.again,
        workers=options.workers, scheduler=options.scheduler, unprotected=options.unprotected,
        seconds=options.seconds,
    )  # fmt: skip


def parts_of(course: courses.Course, name: str) -> list[Part]:
    """Return the parts of an assignment that the course knows."""
    from coursework import grading

    course.assignment(name)
    return grading.read_assignment(course, name).parts


def review(options: argparse.Namespace) -> int:
    """Show what a person should look at, or enter what a person gave."""
    course, name = courses.read(options.course), options.name
    parts = parts_of(course, name)
    whole = reviewing.finals(course, name, parts)
    if options.enter:
        count = reviewing.enter(course, name, options.enter, whole)
        whole = reviewing.finals(course, name, parts)
        print(f"{count} entries taken over from {options.enter}")
    chosen = reviewing.write_page(course, name, whole, options.all)
    print(f"{len(chosen)} of {len(whole)} to look at: {course.folder / 'review' / name}.html")
    waiting = {student: one.reasons for student, one in whole.items() if one.reasons}
    for student, reasons in waiting.items():
        print(f"waiting    {student}: {'; '.join(reasons)}")
    return 1 if waiting else 0


def export(options: argparse.Namespace) -> int:
    """Write marks and feedback for the platform."""
    course, name = courses.read(options.course), options.name
    whole = reviewing.finals(course, name, parts_of(course, name))
    lines, said = exporting.export(course, name, whole, options.worksheet)
    last, handled = exporting.summary(lines, course.folder / "export" / name)
    print("\n".join(said + last))
    return 0 if handled and not said else 1


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m coursework",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(function, *, assignment: bool = True) -> argparse.ArgumentParser:
        one = commands.add_parser(function.__name__, help=function.__doc__)
        one.set_defaults(function=function)
        one.add_argument("course", type=Path, metavar="COURSE", help="the folder of the course")
        if assignment:
            one.add_argument("name", metavar="NAME", help="the assignment, for example discrete")
        return one

    begin = command(new, assignment=False)
    begin.add_argument("--name", default="A course", help="its name, for people")
    command(release)
    command(guide)
    take = command(collect)
    take.add_argument("source", type=Path, metavar="ZIP_OR_FOLDER")
    take.add_argument("--worksheet", type=Path, help="Moodle's grading worksheet: who, and when")
    mark = command(grade)
    mark.add_argument("--student", action="append", metavar="ID", help="only this one; repeatable")
    mark.add_argument("--again", action="store_true", help="also what has been marked already")
    mark.add_argument("--workers", type=int, help="how many at a time; as many as processors")
    mark.add_argument(
        "--seconds",
        type=float,
        help="for one cell or test, else what the assignment says; a notebook has six times that",
    )
    mark.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster")
    mark.add_argument(
        "--unprotected",
        action="store_true",
        help="without a sandbox: students' code may do anything",
    )
    look = command(review)
    look.add_argument("--enter", type=Path, metavar="CSV", help="points and comments to take over")
    look.add_argument("--all", action="store_true", help="everybody, not only what stands out")
    give = command(export)
    give.add_argument("--worksheet", type=Path, help="Moodle's grading worksheet, to be filled in")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    for stream in (sys.stdout, sys.stderr):  # names of any script on a terminal of any encoding
        stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        return options.function(options)
    except CourseworkError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        return 130


if __name__ == "__main__":
    if sys.getfilesystemencoding() != "utf-8":  # files may be called by names of any script
        flags = ["-X", "utf8", "-m", "coursework"]
        os.execv(sys.executable, [sys.executable, *flags, *sys.argv[1:]])
    sys.exit(main())
