"""The teacher's cycle on the command line: new, release, collect, grade, review, export.

    python -m coursework new COURSE               # course.toml with a private seed, roster.csv
    python -m coursework release COURSE NAME      # the students' version of an assignment
    python -m coursework collect COURSE NAME ZIP  # or a folder: Moodle's, Canvas's, your own
    python -m coursework grade COURSE NAME        # in a sandbox; can be stopped and run again
    python -m coursework review COURSE NAME       # what a person should look at
    python -m coursework export COURSE NAME       # marks and feedback for the platform

Each step says what it did with every file. The exit status is 0 if everything was handled, 1 if
something is left for a person to do, 2 if the command itself was wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from coursework import collecting
from coursework import course as courses
from coursework.assignment import CourseworkError


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
    take = command(collect)
    take.add_argument("source", type=Path, metavar="ZIP_OR_FOLDER")
    take.add_argument("--worksheet", type=Path, help="Moodle's grading worksheet: who, and when")
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
    sys.exit(main())
