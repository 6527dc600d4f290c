"""Whose file is it? What Moodle, Canvas and people write into the names of files and folders."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dateutil import parser as dates

from coursework import tables
from coursework.roster import Roster
from coursework.unpacking import File

# Platforms put their own part in front, so the first match is theirs, whatever a student's file is
# called: names hold no "_" there.
OWNER = r"(?P<name>.+?)_(?P<late>LATE_)?(?P<person>\d+)_"
PATTERNS = [
    re.compile(r"(?P<name>.+?)_(?P<person>\d+)_assign(submission|feedback)_[a-z]+(_(?P<rest>.*))?"),
    re.compile(OWNER + r"(?P<attempt>\d+)_(?P<rest>.+)"),  # Canvas: the number of an upload
    re.compile(OWNER + r"(?P<rest>(text|link)\.html)"),  # Canvas: typed in, nothing uploaded
    re.compile(r"(?P<name>.+?)_assignsubmission_[a-z]+(_(?P<rest>.*))?"),  # Moodle: no group
]


@dataclass(frozen=True)
class Label:
    """What a path says of its owner; `rest` is the path below the owner's own part of it."""

    students: tuple[str, ...] = ()
    name: str = ""
    rest: str = ""
    depth: int = 0
    lms: str = ""  # the platform's own part, by which feedback finds its way back
    person: str = ""  # the platform's number for the person
    attempt: int = 0
    late: str = ""
    group: str = ""
    reason: str = ""


class Owners:
    """Reads owners from paths, for one source."""

    def __init__(
        self, roster: Roster, assignment: str, found: Sequence[File], worksheet: Path | None
    ) -> None:
        self.roster = roster
        self.assignment = assignment
        folders = [file.parts[:-1] for file in found if not file.path.endswith("/")]
        self.common = len(os.path.commonprefix(folders)) if folders else 0
        self.persons: dict[str, set[str]] = {}
        self.times: dict[str, str] = {}
        if worksheet:
            self.read_worksheet(worksheet)

    def read_worksheet(self, path: Path) -> None:
        """Learn from Moodle's grading worksheet who its numbers are, and when they handed in."""
        for row in tables.read(path):
            person = re.search(r"\d+$", next(iter(row.values())))
            cells = {tables.letters(key): row[key] for key in row}
            labels = (cells.get(key, "") for key in ("idnumber", "emailaddress", "fullname"))
            found = (self.roster.called(label) for label in labels if label)
            if person:
                self.persons[person[0]] = next((ids for ids in found if len(ids) == 1), set())
                self.times[person[0]] = cells.get("lastmodifiedsubmission", "")

    def lateness(self, person: str, time: str, due: datetime | None) -> str:
        """Say whether work came late: by the worksheet surely, by a file's time perhaps."""
        if not due:
            return ""
        try:
            if said := self.times.get(person):
                when = dates.parse(said)
                when = when if when.tzinfo else when.replace(tzinfo=due.tzinfo)
                return "yes" if when > due else "no"
            return "perhaps" if time and not person and datetime.fromisoformat(time) > due else ""
        except (ValueError, OverflowError):
            return ""

    def label(self, file: File) -> Label:
        """Return what the path says, in the reading of its encoding that the roster knows."""
        paths = file.names or (file.path,)
        labels = [self.read(tuple(p for p in path.split("/") if p)) for path in paths]
        return next((label for label in labels if label.students), labels[0])

    def read(self, parts: tuple[str, ...]) -> Label:
        """Return what one reading of a path says: a platform's mark first, else a known name."""
        for depth, part in enumerate(parts):
            if marked := self.platform(part):
                below = [marked.rest, *parts[depth + 1 :]]
                rest = "/".join(piece for piece in below if piece)
                return self.matched(replace(marked, rest=rest, depth=depth))
            if named := self.plain(parts, depth):
                return named
        first = parts[min(self.common, len(parts) - 1)] if parts else ""
        return self.matched(Label(name=without_suffix(first), rest="/".join(parts)))

    def platform(self, part: str) -> Label | None:
        """Return what Moodle or Canvas wrote into a name, if one of them did."""
        for pattern in PATTERNS:
            if match := pattern.fullmatch(part):
                said = match.groupdict()
                rest = said["rest"] or ""
                return Label(
                    name=said["name"],
                    rest=rest,
                    lms=part[: len(part) - len(rest)] if rest else part,
                    person=said.get("person") or "",
                    attempt=int(said.get("attempt") or 0),
                    late="yes" if said.get("late") else "no" if "attempt" in said else "",
                )
        return None

    def plain(self, parts: tuple[str, ...], depth: int) -> Label | None:
        """Return whose folder, zip or notebook this is, in a source that people made."""
        file = depth == len(parts) - 1
        if file and depth > self.common:
            return None  # in a folder that nobody owns, a file's name says nothing of its owner
        name = without_suffix(parts[depth])
        if file:
            name = self.without_assignment(name)
        ids, group = self.roster.find(name)
        if not ids or (group and not file and self.somebody_below(parts, depth)):
            return None
        if file:
            rest = self.assignment + os.path.splitext(parts[depth])[1]
        else:
            rest = "/".join(parts[depth + 1 :])
        return self.matched(Label(name=name, rest=rest, depth=depth))

    def somebody_below(self, parts: tuple[str, ...], depth: int) -> bool:
        """Say whether a folder named like a group holds folders named like students."""
        return any(self.roster.called(without_suffix(part)) for part in parts[depth + 1 :])

    def without_assignment(self, name: str) -> str:
        """Return the name of a file without that of the assignment."""
        rest = re.sub(rf"(?i)(^|[\s_-]){re.escape(self.assignment)}($|[\s_-])", " ", name)
        return rest.strip(" _-") or name

    def matched(self, label: Label) -> Label:
        """Return the label with its students, or with the reason why it has none."""
        ids, group = self.persons.get(label.person) or set(), ""
        if not ids:
            ids, group = self.roster.find(label.name)
        if not ids and label.person:
            ids, group = self.roster.find(f"{label.name} {label.person}")
        if len(ids) == 1 or group:
            reason = f"the work of group {group!r}" if group else ""
            return replace(label, students=tuple(sorted(ids)), group=group, reason=reason)
        if ids:
            people = ", ".join(sorted(ids))
            reason = f"the roster has {len(ids)} people called {label.name!r}: {people}"
        else:
            reason = f"nobody in the roster is called {label.name!r}{self.roster.near(label.name)}"
        return replace(label, reason=f"{reason}; names can be added in its column 'also'")

    def settle(self, labels: Sequence[Label]) -> tuple[set[Label], str]:
        """Return which of the labels that name one student are trusted, and why not the others.

        A name is what people call themselves on a platform; its numbers tell them apart. And a
        folder deep in somebody else's may be called like anybody.
        """
        persons = sorted({label.person for label in labels if label.person and not label.group})
        if len(persons) > 1:
            both = " and ".join(persons)
            who = f"participants {both} both go by the name of {labels[0].name!r}"
            return set(), f"{who}: say in the roster's column 'also' which one is who"
        top = min(label.depth for label in labels)
        good = {label for label in labels if label.depth == top}
        return good, f"lies in another folder than the work of {labels[0].name!r} does"


def without_suffix(part: str) -> str:
    """Return a name without the endings of notebooks and zips."""
    return re.sub(r"(?i)(\.ipynb(\..*)?|\.zip)$", "", part)
