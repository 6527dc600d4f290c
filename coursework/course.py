"""A course: the folder of a teacher, outside the repository, with `course.toml` at its top."""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from coursework import files, roster
from coursework.assignment import CourseworkError
from coursework.assignment import assignments as known_assignments

TEMPLATE = """\
# The course. This file is private: from the seed come the numbers in everybody's tasks.
name = {name}
roster = "roster.csv"
seed = "{seed}"
"""
SECTION = """
[assignments.{name}]
due = "{due}"
rules = '''
Work on your own; talk about ideas, and write your own lines.
Say in a sentence which help you had, from people and from programs.
'''
"""
EMPTY_ROSTER = "id,name,email,group,also\r\n"


@dataclass(frozen=True)
class Assignment:
    """What a course says about an assignment."""

    name: str
    due: datetime | None
    rules: str

    @property
    def due_text(self) -> str:
        """The date as people write it, with its time zone."""
        return f"{self.due:%A, %d %B %Y, %H:%M (UTC%z)}" if self.due else ""


@dataclass(frozen=True)
class Course:
    """A course that has been read."""

    folder: Path
    name: str
    seed: str
    roster_file: Path
    assignments: dict[str, Assignment]

    @cached_property
    def students(self) -> dict[str, roster.Student]:
        """The students of the roster by id, in its order."""
        return roster.read(self.roster_file)

    def assignment(self, name: str) -> Assignment:
        """Return what `course.toml` says about an assignment."""
        if name not in self.assignments:
            known = ", ".join(self.assignments) or "none"
            raise CourseworkError(
                f"{self.folder / 'course.toml'} has no section [assignments.{name}]; "
                f"those that it has: {known}"
            )
        return self.assignments[name]

    def release(self, name: str) -> Path:
        """Return where the students' version lies."""
        return self.folder / "release" / name / f"{name}.ipynb"

    def submitted(self, student: str, name: str) -> Path:
        """Return where a student's notebook lies once it has been collected."""
        return self.folder / "submitted" / student / name / f"{name}.ipynb"

    def collected(self, name: str) -> Path:
        """Return the list of all files that arrived."""
        return self.folder / "collected" / f"{name}.csv"

    def manual(self, student: str, name: str) -> Path:
        """Return where points and comments given by hand lie."""
        return self.folder / "manual" / name / f"{student}.json"


def read(folder: Path | str) -> Course:
    """Read `course.toml`.

    Raises
    ------
    CourseworkError
        If there is none, or something in it is missing or not what it should be.
    """
    folder = Path(folder).resolve()
    path = folder / "course.toml"
    if not path.is_file():
        raise CourseworkError(
            f"{path} is missing: `python -m coursework new {folder}` begins a course"
        )
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as problem:
        raise CourseworkError(f"{path} cannot be read: {problem}") from problem
    for key in ("name", "roster", "seed"):
        if not isinstance(said.get(key), str) or not said[key]:
            raise CourseworkError(f"{path}: `{key}` must be a text, not {said.get(key)!r}")
    assignments = {
        name: assignment(path, name, about) for name, about in said.get("assignments", {}).items()
    }
    return Course(folder, said["name"], said["seed"], folder / said["roster"], assignments)


def assignment(path: Path, name: str, about: object) -> Assignment:
    """Return one section of the file."""
    if not isinstance(about, dict):
        raise CourseworkError(f"{path}: [assignments.{name}] must be a section, not {about!r}")
    due, rules = about.get("due"), about.get("rules", "")
    try:
        due = datetime.fromisoformat(due) if isinstance(due, str) else due
    except ValueError as problem:
        raise CourseworkError(f"{path}: `due` of {name}: {problem}") from problem
    if due is not None and not isinstance(due, datetime):
        raise CourseworkError(f"{path}: `due` of {name} must be a date with a time, not {due!r}")
    if not isinstance(rules, str):
        raise CourseworkError(f"{path}: `rules` of {name} must be a text, not {rules!r}")
    return Assignment(name, due if due is None or due.tzinfo else due.astimezone(), rules.strip())


def new(folder: Path, name: str) -> list[Path]:
    """Begin a course: write `course.toml` with a seed of its own, and an empty roster."""
    path = folder / "course.toml"
    if path.exists():
        raise CourseworkError(f"{path} exists already, and its seed must not change")
    due = (datetime.now() + timedelta(days=14)).replace(hour=18, minute=0).astimezone()
    text = TEMPLATE.format(name=json.dumps(name, ensure_ascii=False), seed=secrets.token_hex(32))
    for one in known_assignments():
        text += SECTION.format(name=one, due=due.isoformat(timespec="minutes"))
    files.write(path, text)
    os.chmod(folder, 0o700)
    if not (folder / "roster.csv").exists():
        files.write(folder / "roster.csv", EMPTY_ROSTER)
    return [path, folder / "roster.csv"]
