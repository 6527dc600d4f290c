"""What lies in a folder or a zip of hand-ins, read without trusting it.

Nothing is unpacked by its own name: a file's bytes are handed over, and who asks decides where they
go. So no path in a zip leads anywhere. Links, devices and folders that claim to be files are named
and left; sizes are counted while reading, never believed.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import stat
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from coursework import files
from coursework.assignment import CourseworkError

MOST_BYTES = 50_000_000  # of one file
MOST_FILES = 100_000  # of one source
MOST_READ = 8_000_000_000  # of one source, in all
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError,
    RuntimeError, NotImplementedError, EOFError, OSError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """One file of a source: its path there, and either a way to read it or why there is none."""

    path: str
    read: Callable[[], bytes]
    size: int = 0
    time: str = ""
    problem: str = ""
    names: tuple[str, ...] = ()  # other readings of a path in an old encoding

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders that lead to the file, and its name."""
        return tuple(part for part in self.path.split("/") if part not in {"", "."})


class Refused(Exception):
    """A file that is not read, and why."""


@contextmanager
def opened(source: Path) -> Iterator[list[File]]:
    """Open a folder or a zip and list its files, those inside students' own zips included."""
    with ExitStack() as stack:
        if source.is_dir():
            found = list(in_folder(source))
        elif source.is_file():
            found = list(in_zip(stack, source, source.name))
        else:
            raise CourseworkError(f"{source} is neither a folder nor a file")
        budget = Budget()
        found = [replace(file, read=budget.counted(file)) for file in found]
        inside = [inner for file in found for inner in in_inner_zip(stack, file)]
        yield found + [replace(file, read=budget.counted(file)) for file in inside]


class Budget:
    """Ends the reading of a source that has grown beyond all measure."""

    def __init__(self) -> None:
        self.left = MOST_READ

    def counted(self, file: File) -> Callable[[], bytes]:
        """Return a way to read the file that counts and turns every fault into its reason."""

        def read() -> bytes:
            if file.problem or self.left < 0:
                raise Refused(file.problem or "too much data in all: is this a zip bomb?")
            try:
                data = file.read()
            except Refused:
                raise
            except DAMAGED as problem:
                raise Refused(f"damaged or not readable: {problem}") from problem
            self.left -= len(data)
            return data

        return read


def in_folder(folder: Path) -> Iterator[File]:
    """Yield the regular files below a folder, and with their reason all others."""
    walk = os.walk(folder, onerror=no_folder)
    for number, (here, inside, names) in enumerate(walk):
        inside.sort()
        if number > MOST_FILES:
            raise CourseworkError(f"{folder} holds more than {MOST_FILES} folders")
        links = [name for name in inside if os.path.islink(os.path.join(here, name))]
        if not names and not inside and Path(here) != folder:
            yield no_file(relative(folder, here) + "/", "an empty folder")
        for name in sorted(names + links):
            yield from_disk(folder, Path(here, name))


def no_folder(problem: OSError) -> None:
    """Let a folder that cannot be listed end the run: silence would lose what is in it."""
    raise CourseworkError(f"{problem.filename} cannot be listed: {problem.strerror}")


def relative(folder: Path, path: str | Path) -> str:
    """Return a path below a folder, parted by slashes, its letters composed."""
    return unicodedata.normalize("NFC", Path(path).relative_to(folder).as_posix())


def from_disk(folder: Path, path: Path) -> File:
    """Return a file of a folder."""
    about = path.lstat()
    name = relative(folder, path)
    if not stat.S_ISREG(about.st_mode):
        link = stat.S_ISLNK(about.st_mode)
        return no_file(name, "a link, not a file" if link else "a device or a pipe, not a file")
    if about.st_size > MOST_BYTES:
        return no_file(name, f"larger than {MOST_BYTES // 1_000_000} MB", about.st_size)
    when = datetime.fromtimestamp(about.st_mtime).astimezone().isoformat(timespec="seconds")
    return File(name, path.read_bytes, about.st_size, when)


def no_file(path: str, problem: str, size: int = 0) -> File:
    """Return something that is listed and not read."""
    return File(path, bytes, size, problem=problem)


def in_zip(stack: ExitStack, source: Path | io.BytesIO, name: str) -> Iterator[File]:
    """Yield the entries of a zip."""
    try:
        archive = stack.enter_context(zipfile.ZipFile(source))
    except DAMAGED as problem:
        raise CourseworkError(f"{name} cannot be opened as a zip: {problem}") from problem
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise CourseworkError(f"{name} holds {len(entries)} entries, more than {MOST_FILES}")
    paths = [readings(entry)[0] for entry in entries]
    filled = {path[: at + 1] for path in paths for at, c in enumerate(path[:-1]) if c == "/"}
    for entry, path in zip(entries, paths, strict=True):
        if not entry.is_dir():
            yield from_zip(archive, entry, path)
        elif path not in filled:
            yield no_file(path, "an empty folder")


def from_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> File:
    """Return an entry of a zip."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and not stat.S_ISREG(kind):
        return no_file(path, "a link or a device, not a file")
    if ".." in path.split("/") or path.startswith("/") or path[1:2] == ":":
        return no_file(path, "its path leads out of the zip")
    if entry.flag_bits & 1:
        return no_file(path, "locked by a password")
    if entry.file_size > MOST_BYTES:
        return no_file(path, f"larger than {MOST_BYTES // 1_000_000} MB", entry.file_size)

    def read() -> bytes:
        with archive.open(entry) as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise Refused(f"larger than {MOST_BYTES // 1_000_000} MB, whatever its header says")
        return data

    return File(path, read, entry.file_size, when_of(entry), names=tuple(readings(entry)))


def when_of(entry: zipfile.ZipInfo) -> str:
    """Return the local time that a zip gives, if it is one."""
    try:
        return datetime(*entry.date_time).astimezone().isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""


def readings(entry: zipfile.ZipInfo) -> list[str]:
    """Return the name of an entry, and other readings where the zip does not say its encoding.

    Without the mark for UTF-8 a name is in the code of the machine that packed it, and Python reads
    it as that of the first PCs. It often is UTF-8 all the same.
    """
    name = unicodedata.normalize("NFC", entry.filename).replace("\\", "/")
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return [name]
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return [name]
    found = []
    for encoding in ("utf-8", "cp437", "cp850", "cp1252", "cp932", "gbk", "cp866", "euc-kr"):
        try:
            found.append(unicodedata.normalize("NFC", raw.decode(encoding)))
        except UnicodeDecodeError:
            continue
    return list(dict.fromkeys(name.replace("\\", "/") for name in found))


def in_inner_zip(stack: ExitStack, file: File) -> Iterator[File]:
    """Yield what is in a student's own zip; a zip inside that one stays closed."""
    if file.problem or not file.path.casefold().endswith(".zip"):
        return
    try:
        for inner in in_zip(stack, io.BytesIO(file.read()), file.path):
            when = max(inner.time, file.time)
            yield replace(inner, path=f"{file.path}/{inner.path}", time=when, names=())
    except (CourseworkError, Refused, *DAMAGED) as problem:
        yield no_file(f"{file.path}/", str(problem))


def tag(source: Path) -> str:
    """Return a name for a source that changes when its content does."""
    mark = hashlib.sha256()
    if source.is_dir():
        for file in in_folder(source):
            mark.update(f"{file.path} {file.size} {file.time}\n".encode("utf-8", "surrogateescape"))
    else:
        with source.open("rb") as stream:
            while block := stream.read(1 << 20):
                mark.update(block)
    return f"{files.shown(source.name)} {mark.hexdigest()[:8]}"


def now() -> str:
    """Return the present time as it is written into lists."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
