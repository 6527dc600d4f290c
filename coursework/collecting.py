"""Collect what students handed in: every file is accounted for, and none is lost.

A source is a folder or a zip, as Moodle or Canvas writes it or as people make it by hand. Each file
in it becomes a row of ``collected/NAME.csv``, with what was done and why. The hand-in that counts
lies in ``submitted/ID/NAME``; what it replaced and what nobody owns is kept below ``collected``.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from itertools import count
from pathlib import Path, PurePosixPath

from coursework import files, tables, unpacking
from coursework.assignment import CourseworkError
from coursework.course import Course
from coursework.owners import Label, Owners
from coursework.reading import cells_of
from coursework.roster import Roster, fold
from coursework.unpacking import File, Refused

LONGEST_PATH = 150  # of an extra file; Windows allows 260 with all folders above
MOST_OF_A_STUDENT = 200_000_000  # bytes, in all files of a source

TAKEN, RENAMED, EXTRA, SUPERSEDED = "taken", "renamed", "extra", "superseded"
UNMATCHED, REFUSED, IGNORED, ABSENT = "unmatched", "refused", "ignored", "absent"
COUNTS = (TAKEN, RENAMED)  # the notebook that is marked
NOT_HANDLED = (UNMATCHED, REFUSED)

OF_THE_SYSTEM = re.compile(
    r"(^|/)(__MACOSX|\.git|__pycache__)(/|$)|(^|/)(\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$"
)
NOTEBOOK = re.compile(r"\.ipynb(\.(txt|json|download))?$", re.I)  # browsers add endings
CHECKPOINT = re.compile(r"(^|/)\.ipynb_checkpoints/")
COPY = re.compile(r"[\s_-]*(\((\d+)\)|[-_](?:copy)?(\d+)|(?:- )?(?:copy|kopie|copie|copia))$", re.I)
COPY_OF = re.compile(r"^(copy of|kopie von|copie de|copia de)[\s_]+", re.I)


@dataclass
class Row:
    """One line of the list: a file, or a student from whom nothing came."""

    id: str = ""
    name: str = ""
    group: str = ""
    status: str = ""
    late: str = ""
    file: str = ""
    reason: str = ""
    time: str = ""
    attempt: str = ""
    lms: str = ""
    person: str = ""
    size: str = ""
    sha256: str = ""
    source: str = ""


@dataclass
class Piece:
    """A file of a student with its content, and what becomes of it."""

    file: File
    label: Label
    data: bytes | None = None
    status: str = EXTRA
    reason: str = ""

    @property
    def sha256(self) -> str:
        """The digest of the content, empty where there is none."""
        return "" if self.data is None else hashlib.sha256(self.data).hexdigest()


# The whole ----------------------------------------------------------------------------------------


def collect(course: Course, name: str, source: Path, *, worksheet: Path | None = None) -> list[Row]:
    """Take over the hand-ins of a source; return the whole list, older sources included.

    A repeated run changes nothing, and the next one repairs what an interruption left. Work that is
    collected later replaces what was collected before, unless the platform numbers it as older.

    Raises
    ------
    CourseworkError
        If the source cannot be opened, or `course.toml` does not know the assignment.
    """
    course.assignment(name)
    before = read_list(course, name)
    with unpacking.opened(source) as found:
        tag = unpacking.tag(source)
        owners = Owners(Roster(course.students), name, found, worksheet)
        owned, strays = share_out(found, owners)
        rows = []
        for student, pieces in files.watched(owned.items(), "collecting"):
            rows += taken(course, name, student, pieces, before, tag)
        rows += [stray(course, name, piece) for piece in strays]
    for row in rows:
        row.source = tag
        row.late = row.late or owners.lateness(row.person, row.time, course.assignment(name).due)
    whole = with_absent(course, merged(before, rows, tag))
    write_list(course, name, whole)
    return whole


def share_out(found: Iterable[File], owners: Owners) -> tuple[dict[str, list[Piece]], list[Piece]]:
    """Give every file to its student or students; return what is left with its reason."""
    owned: dict[str, list[Piece]] = defaultdict(list)
    strays = []
    for file in found:
        label = owners.label(file)
        if OF_THE_SYSTEM.search(file.path):
            strays.append(Piece(file, label, None, IGNORED, "written by the system, not a person"))
        elif label.students:
            for student in label.students:
                owned[student].append(Piece(file, label))
        else:
            strays.append(Piece(file, label, None, UNMATCHED, label.reason))
    for student, pieces in list(owned.items()):
        good, why = owners.settle([piece.label for piece in pieces])
        owned[student] = [piece for piece in pieces if piece.label in good]
        bad = [piece for piece in pieces if piece.label not in good]
        strays += [Piece(piece.file, piece.label, None, UNMATCHED, why) for piece in bad]
    return {student: pieces for student, pieces in owned.items() if pieces}, strays


def stray(course: Course, name: str, piece: Piece) -> Row:
    """List a file that nobody owns; keep it where the teacher finds it."""
    if piece.status == UNMATCHED:
        load(piece)
        if piece.data is not None:
            keep(course.collected(name).with_suffix("") / "unmatched", piece)
    return row_of(course, "", piece)


def taken(
    course: Course, name: str, student: str, pieces: list[Piece], before: list[Row], tag: str
) -> list[Row]:
    """Take one student's files; trouble with them is that student's alone."""
    try:
        return take(course, name, student, pieces, before, tag)
    except (OSError, ValueError) as problem:
        for piece in pieces:
            piece.status, piece.reason = REFUSED, f"could not be kept: {problem}"
        return [row_of(course, student, piece) for piece in pieces]


def take(
    course: Course, name: str, student: str, pieces: list[Piece], before: list[Row], tag: str
) -> list[Row]:
    """Put a student's hand-in where the marker looks, unless a later one lies there."""
    room = MOST_OF_A_STUDENT
    for piece in pieces:
        load(piece, room)
        room -= len(piece.data or b"")
    best = choose(pieces, name, handed_out(course, name))
    kept = next((row for row in before if row.id == student and row.status in COUNTS), None)
    if best and (reason := beaten(best, student, kept, before, tag)):
        for piece in pieces:
            if piece.status not in NOT_HANDLED:
                piece.status, piece.reason = SUPERSEDED, reason
    elif best:
        place(course, name, student, best, pieces)
        if kept and (kept.sha256, kept.source) != (best.sha256, tag):
            supersede(before, student, best, tag)
    put_aside(course, name, student, pieces)
    rows = [row_of(course, student, piece) for piece in pieces]
    if not best:
        rows[0:0] = [no_notebook(course, student, pieces)]
    return rows


# One student --------------------------------------------------------------------------------------


def load(piece: Piece, room: int = MOST_OF_A_STUDENT) -> None:
    """Read a file, or say why not."""
    try:
        if piece.file.size > room:
            raise Refused(f"more than {MOST_OF_A_STUDENT // 1_000_000} MB from one student")
        piece.data = piece.file.read()
    except Refused as problem:
        if piece.status != UNMATCHED:
            piece.status = REFUSED
        piece.reason = f"{piece.reason}; {problem}" if piece.reason else str(problem)


def choose(pieces: list[Piece], name: str, blank: list[str]) -> Piece | None:
    """Mark which notebook counts, which ones it supersedes, and say where names differ."""
    there = [piece for piece in pieces if piece.data is not None]
    notebooks = [piece for piece in there if NOTEBOOK.search(piece.file.path)]
    alike = [piece for piece in notebooks if stem(piece) == without_gaps(name)]
    pool = alike or notebooks or [piece for piece in there if sources(piece.data or b"")]
    if not pool:
        return None
    best = max(pool, key=lambda piece: rank(piece, name, blank))
    for piece in pool:
        if piece is not best:
            why = advantage(best, piece, name, blank)
            piece.status = SUPERSEDED if alike or CHECKPOINT.search(piece.file.path) else EXTRA
            piece.reason = f"{PurePosixPath(best.label.rest).name!r} counts: {why}"
    usual = {f"{name}.ipynb", f"{name}/{name}.ipynb"}
    best.status = TAKEN if best.label.rest in usual else RENAMED
    best.reason = best.label.reason
    if best.status == RENAMED:
        found_as = f"found as {best.label.rest!r}"
        best.reason = f"{found_as}; {best.reason}" if best.reason else found_as
    return best


def rank(piece: Piece, name: str, blank: list[str]) -> tuple:
    """Return what makes a notebook the one that counts, the weightiest first."""
    copy = COPY.search(PurePosixPath(piece.label.rest).stem)
    number = next((int(n) for n in copy.groups()[1:] if n), 1) if copy else 0
    return (
        has_work(piece, blank),
        not CHECKPOINT.search(piece.file.path),
        piece.label.attempt,
        piece.file.time,
        number,
        piece.file.path,
    )


def advantage(best: Piece, other: Piece, name: str, blank: list[str]) -> str:
    """Say in words why one notebook counts and another does not."""
    words = ("this one is empty, as handed out, or cannot be read", "this one was kept by Jupyter")
    pairs = zip(rank(best, name, blank), rank(other, name, blank), strict=True)
    first = next((at for at, (one, two) in enumerate(pairs) if one != two), 5)
    return words[first] if first < len(words) else "it is the later one"


def has_work(piece: Piece, blank: list[str]) -> int:
    """Return 2 for a notebook with work in it, 1 for one as handed out, 0 if it cannot be read."""
    cells = sources(piece.data or b"")
    if cells is None:
        return 0
    return 1 if cells == blank else 2


def sources(data: bytes) -> list[str] | None:
    """Return the texts of a notebook's cells, or None if it is not one."""
    try:
        return [cell.text for cell in cells_of(data)]
    except CourseworkError:
        return None


def handed_out(course: Course, name: str) -> list[str]:
    """Return the texts of the cells that were handed out, none if that is not known."""
    path = course.release(name)
    return (sources(path.read_bytes()) or []) if path.is_file() else []


def stem(piece: Piece) -> str:
    """Return a notebook's name without what copies and browsers add."""
    text = PurePosixPath(piece.label.rest).name.casefold().split(".ipynb")[0]
    return without_gaps(COPY.sub("", COPY_OF.sub("", text)))


def without_gaps(name: str) -> str:
    """Return the name of a file in the form in which such names are compared."""
    return fold(name).replace(" ", "_")


def beaten(best: Piece, student: str, kept: Row | None, before: list[Row], tag: str) -> str:
    """Say why the hand-in that lies there already stays, if it does."""
    if kept is None or kept.sha256 == best.sha256:
        return ""
    for row in before:
        same = (row.id, row.source, row.sha256) == (student, tag, best.sha256)
        if same and row.status == SUPERSEDED:
            return row.reason
    if kept.attempt and best.label.attempt and int(kept.attempt) > best.label.attempt:
        return f"{kept.file!r} of {kept.source!r} counts: it is the later attempt"
    return ""


def supersede(before: list[Row], student: str, best: Piece, tag: str) -> None:
    """Write down that what was collected before no longer counts."""
    for row in before:
        if row.id == student and row.status in (*COUNTS, EXTRA):
            row.status = SUPERSEDED
            row.reason = f"{best.file.path!r} of {tag!r} counts: it was collected later"


# Files --------------------------------------------------------------------------------------------


def place(course: Course, name: str, student: str, best: Piece, pieces: list[Piece]) -> None:
    """Put the notebook and its extra files into the student's folder, in one step."""
    target = course.submitted(student, name).parent
    wanted = {f"{name}.ipynb": best.data or b""}
    for piece in pieces:
        if piece.status == EXTRA and piece.data is not None:
            path = beside(piece, best)
            while any(collide(path, other) for other in wanted):
                path = files.safe_name(f"{piece.sha256[:8]}-{path.replace('/', '-')}")
            wanted[path] = piece.data
    if target.is_dir() and content(target) == wanted:
        return
    partial = target.with_name(f".{name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for path, data in wanted.items():
        files.write(partial / path, data)
    if target.exists():
        earlier = course.collected(name).with_suffix("") / "earlier" / student
        earlier.mkdir(parents=True, exist_ok=True)
        target.replace(next(path for n in count(1) if not (path := earlier / f"{n}").exists()))
    partial.replace(target)


def collide(one: str, other: str) -> bool:
    """Say whether two paths cannot be files side by side on every system."""
    first, second = f"{one}/".casefold(), f"{other}/".casefold()
    return first.startswith(second) or second.startswith(first)


def beside(piece: Piece, best: Piece) -> str:
    """Return where an extra file goes: as it lay beside the notebook, under a safe name."""
    path, folder = PurePosixPath(piece.label.rest), PurePosixPath(best.label.rest).parent
    if path.is_relative_to(folder):
        path = path.relative_to(folder)
    parts = [files.safe_name(part) for part in path.parts]
    whole = "/".join(parts) or "file"
    return whole if len(whole) < LONGEST_PATH else files.safe_name("-".join(parts))


def content(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder that we wrote."""
    found = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    paths = [path for path in found if ".ipynb_checkpoints" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def put_aside(course: Course, name: str, student: str, pieces: list[Piece]) -> None:
    """Keep what does not count."""
    for piece in pieces:
        if piece.status == SUPERSEDED and piece.data is not None:
            keep(course.collected(name).with_suffix("") / "superseded" / student, piece)


def keep(folder: Path, piece: Piece) -> None:
    """Keep a file under a name that its content makes its own."""
    path = folder / f"{piece.sha256[:8]}-{files.safe_name(piece.file.path.replace('/', '-'))}"
    if not path.exists():
        files.write(path, piece.data or b"")


# The list -----------------------------------------------------------------------------------------


def row_of(course: Course, student: str, piece: Piece) -> Row:
    """Return the line of a file."""
    who = course.students.get(student)
    return Row(
        id=student,
        name=who.name if who else piece.label.name,
        group=(who.group if who else "") or piece.label.group,
        status=piece.status,
        late=piece.label.late,
        file=files.shown(piece.file.path),
        reason=files.shown(piece.reason),
        time=piece.file.time,
        attempt=str(piece.label.attempt or ""),
        lms=piece.label.lms,
        person=piece.label.person,
        size=str(piece.file.size if piece.data is None else len(piece.data)),
        sha256=piece.sha256,
    )


def no_notebook(course: Course, student: str, pieces: list[Piece]) -> Row:
    """Return the line of a student from whom files came, and no notebook that can be read."""
    row = row_of(course, student, pieces[0])
    names = ", ".join(sorted({repr(piece.label.rest or piece.file.path) for piece in pieces})[:5])
    return replace(row, status=UNMATCHED, sha256="", size="", reason=f"no notebook, only: {names}")


def merged(before: list[Row], now: list[Row], tag: str) -> list[Row]:
    """Return the lines of earlier sources that still hold, and those of this one."""
    arrived = {(row.id, row.sha256) for row in now if row.sha256}
    owned = {row.sha256 for row in now if row.id}
    old = [
        row
        for row in before
        if row.source != tag
        and row.status != ABSENT
        and (row.id, row.sha256) not in arrived
        and not (row.status == UNMATCHED and row.sha256 in owned - {""})
    ]
    settled = {row.id for row in now if row.status in COUNTS}
    old = [row for row in old if row.sha256 or row.id not in settled]
    return old + now


def with_absent(course: Course, rows: list[Row]) -> list[Row]:
    """Add a line for everybody from whom nothing came, and put all in the roster's order."""
    there = {row.id for row in rows}
    absent = [s for s in course.students.values() if s.id not in there]
    rows = rows + [Row(id=s.id, name=s.name, group=s.group, status=ABSENT) for s in absent]
    place = {student: number for number, student in enumerate(course.students)}
    return sorted(rows, key=lambda row: place.get(row.id, len(place)))


def read_list(course: Course, name: str) -> list[Row]:
    """Return the lines of earlier runs."""
    path = course.collected(name)
    if not path.is_file():
        return []
    known = {one.name for one in fields(Row)}
    return [Row(**{k: v for k, v in row.items() if k in known}) for row in tables.read(path)]


def write_list(course: Course, name: str, rows: list[Row]) -> None:
    """Write the list of everything that arrived."""
    header = [one.name for one in fields(Row)]
    tables.write(course.collected(name), header, [[getattr(r, h) for h in header] for r in rows])


def summary(rows: list[Row]) -> tuple[list[str], bool]:
    """Return what to print, and whether everything was handled."""
    count: dict[str, int] = defaultdict(int)
    for row in rows:
        count[row.status] += 1
    lines = []
    for status in (UNMATCHED, REFUSED, RENAMED, SUPERSEDED):
        for row in rows:
            if row.status == status:
                whose = f"{row.id} " if row.id else ""
                lines.append(f"{status:10} {whose}{row.file!r}: {row.reason}")
    absent = [f"{row.name} ({row.id})" for row in rows if row.status == ABSENT]
    if absent:
        lines.append(f"{ABSENT:10} {', '.join(absent)}")
    late = sum(row.late == "yes" for row in rows if row.status in COUNTS)
    order = (TAKEN, RENAMED, EXTRA, SUPERSEDED, IGNORED, ABSENT, UNMATCHED, REFUSED)
    lines.append(", ".join(f"{count[s]} {s}" for s in order if count[s]) + f"; {late} late")
    return lines, not any(count[status] for status in NOT_HANDLED)
