"""Pack the course into one archive that is alive from a folder: no server, no network, no Python.

The pages with the notebooks and, where they have been made, the printed book and the printed
chapters. The same content gives the same bytes: files are in the order of their names, and all
have the same time.
"""

import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
NAME = "convolution-course"
LIMIT = 40_000_000  # bytes, so that it fits where mail and learning platforms draw their lines
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that the format can say
WELCOME = """\
Unpack this archive first: a browser cannot follow links inside it. Then open index.html.

Nothing has to be installed, and no network is needed. Sliders move, formulas and search work, from
a memory stick as well as from a web server. More than pages, as far as it was packed:

  notebooks/                the chapters as Jupyter notebooks
  convolution-course.pdf    the printed book
  chapters-on-paper/        each chapter as a PDF file that a screen reader can use
"""
_LEFT_OUT = {".buildinfo", ".made", ".lock"}  # what only the next build reads


def contents(build: Path) -> dict[str, Path]:
    """Return the files to pack: where they are in the archive, and where they are now."""
    site, found = build / "html", {}
    for folder, place in ((site, ""), (build / "chapters-on-paper", "chapters-on-paper/")):
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in _LEFT_OUT:
                found[place + path.relative_to(folder).as_posix()] = path
    if (book := build / f"{NAME}.pdf").is_file():
        found[book.name] = book
    return found


def entries(files: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents in order, first the word of welcome."""
    yield "READ-ME-FIRST.txt", WELCOME.encode()
    for name in sorted(files):
        yield name, files[name].read_bytes()


def pack(files: Mapping[str, Path], target: Path) -> int:
    """Write an archive with everything in one folder; return its size in bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries(files):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            entry.create_system = 3  # or the archive would say which system packed it
            archive.writestr(entry, content)
    return target.stat().st_size


def main(build: Path = BUILD) -> None:
    """Pack what has been built."""
    files = contents(build)
    if "index.html" not in files:
        sys.exit(f"There are no pages in {build / 'html'}: build the book first (make book).")
    target = build / f"{NAME}.zip"
    size = pack(files, target)
    if size > LIMIT:
        sys.exit(f"{target} has {size / 1e6:.1f} MB; {LIMIT / 1e6:.0f} MB are the limit.")
    print(f"The course in one archive, {len(files)} files, {size / 1e6:.1f} MB: {target}")


if __name__ == "__main__":
    main()
