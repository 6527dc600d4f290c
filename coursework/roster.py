"""The roster: who is in the class, and whose work it is that arrives under a name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from coursework import files, tables
from coursework.assignment import CourseworkError

# Names of columns, letters only; Moodle's lists of participants and Canvas's gradebook are known.
COLUMNS = {
    "id": ["sisuserid", "id", "studentid", "idnumber", "studentnumber", "matriculationnumber",
           "matrikelnummer", "username", "sisloginid", "loginid", "email", "emailaddress"],
    "name": ["name", "fullname", "student", "studentname"],
    "first": ["firstname", "givenname", "vorname"],
    "last": ["lastname", "surname", "familyname", "nachname"],
    "email": ["email", "emailaddress"],
    "group": ["group", "groups", "section", "team"],
    "also": ["also"],
}  # fmt: skip


@dataclass(frozen=True)
class Student:
    """One row of the roster; `also` holds other names under which work arrives."""

    id: str
    name: str
    email: str = ""
    group: str = ""
    also: tuple[str, ...] = ()
    row: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


def read(path: Path) -> dict[str, Student]:
    """Return the students of a roster by id, in its order.

    Raises
    ------
    CourseworkError
        If there is no column for ids, or an id is missing, used twice, or no safe name of a file.
    """
    rows = [row for row in tables.read(path) if not is_of_the_gradebook(row)]
    if not rows:
        raise CourseworkError(f"{path} lists no students: one line each, below the column names")
    which = columns(path, rows)
    students: dict[str, Student] = {}
    folders: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        student = student_of(row, which)
        check_id(path, number, student.id)
        twin = folders.setdefault(student.id.casefold(), student.id)
        if twin in students:
            raise CourseworkError(
                f"{path}, row {number}: the id {student.id!r} stands there already, as {twin!r}"
            )
        students[student.id] = student
    return students


def is_of_the_gradebook(row: dict[str, str]) -> bool:
    """Say whether a row is one of those below the header of Canvas's gradebook."""
    return row.get("Student", "?") in {"", "Points Possible", "Student, Test"}


def columns(path: Path, rows: list[dict[str, str]]) -> dict[str, str]:
    """Return which column of the table holds what; ids are in the first one that is filled."""
    known = {tables.letters(name): name for name in rows[0]}
    which = {}
    for what, names in COLUMNS.items():
        there = [known[name] for name in names if name in known]
        if what == "id":
            there = [name for name in there if all(row[name] for row in rows)]
        if there:
            which[what] = there[0]
    if "id" not in which:
        raise CourseworkError(
            f"{path} needs a column 'id' that is filled for everybody; its columns are "
            + ", ".join(map(repr, rows[0]))
        )
    return which


def student_of(row: dict[str, str], which: dict[str, str]) -> Student:
    """Return the student of a row."""
    cell = {what: unicodedata.normalize("NFC", row[column]) for what, column in which.items()}
    name = cell.get("name") or f"{cell.get('first', '')} {cell.get('last', '')}".strip()
    also = [part.strip() for part in cell.get("also", "").split(";") if part.strip()]
    if "SIS User ID" in row and row.get("ID"):  # Canvas: its own number stands in front of files
        also.append(row["ID"])
    email, group = cell.get("email", ""), cell.get("group", "")
    return Student(cell["id"], name or cell["id"], email, group, tuple(also), row)


def check_id(path: Path, number: int, identity: str) -> None:
    """Refuse an id that cannot be the name of a folder on every system."""
    odd = files.safe_name(identity) != identity or identity.startswith((".", "-"))
    if odd or len(identity) > 80:
        raise CourseworkError(
            f"{path}, row {number}: the id {identity!r} must be a name for a folder: no "
            '< > : " / \\ | ? *, no dot or hyphen in front, no dot at the end, at most 80 '
            "characters, and not a name that Windows keeps for itself"
        )


def words(name: str) -> list[str]:
    """Return the words of a name in any script, folded; marks belong to their letters.

    >>> words("O’Brien, Zoë"), words("अदिति राव")
    (['o', 'brien', 'zoë'], ['अदिति', 'राव'])
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    parts = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    return parts.split()


def keys(name: str) -> set[str]:
    """Return the ways to write a name without gaps: first names first, or last names first.

    >>> sorted(keys("Ada King Lovelace"))
    ['adakinglovelace', 'kinglovelaceada', 'lovelaceadaking']
    """
    parts = words(name)
    return {"".join(parts[at:] + parts[:at]) for at in range(len(parts))}


class Roster:
    """Finds the students that a name belongs to."""

    def __init__(self, students: dict[str, Student]) -> None:
        self.students = students
        self.exact: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.groups: dict[str, set[str]] = defaultdict(set)
        for student in students.values():
            for text in (student.id, student.email, *student.also):
                self.exact[fold(text)].add(student.id)
            for text in (student.name, *student.also):
                for key in keys(text):
                    self.names[key].add(student.id)
            if student.group:
                self.groups["".join(words(student.group))].add(student.id)
        self.exact.pop("", None)

    def called(self, label: str) -> set[str]:
        """Return the ids of those whose id, address or name this is: none, one, or namesakes."""
        return self.exact.get(fold(label)) or self.names.get("".join(words(label))) or set()

    def find(self, label: str) -> tuple[set[str], str]:
        """Return the ids that a name as platforms write it belongs to, and the group if it is one.

        Moodle puts a group in front (``Group A-Ada Lovelace``), people write ids beside names
        (``12345_ada``), and what is named like a group is the work of all its members.
        """
        if found := self.called(label):
            return found, ""
        for cut in re.finditer(r"[-_]", label):
            front, found = label[: cut.start()], self.called(label[cut.end() :])
            if found and ("".join(words(front)) in self.groups or self.called(front) == found):
                return found, ""
        ids = {fold(part) for part in re.split(r"[\s_-]+", label) if len(part) > 3}
        if len(found := set().union(*(self.exact.get(part, set()) for part in ids))) == 1:
            return found, ""
        found = self.groups.get("".join(words(label)), set())
        return found, label if found else ""

    def near(self, label: str) -> str:
        """Return a sentence that helps with a name that is not in the roster."""
        close = difflib.get_close_matches("".join(words(label)), self.names, n=1, cutoff=0.7)
        guess = [self.students[i] for i in sorted(self.names[close[0]])] if close else []
        hint = " or ".join(f"{student.name} ({student.id})" for student in guess)
        return f"; is it {hint}?" if hint else ""


def fold(text: str) -> str:
    """Return a text in the form in which names, ids and addresses are compared."""
    return unicodedata.normalize("NFC", text.strip().casefold())
