"""Tables as CSV files: read what spreadsheets and platforms write, write what they open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from coursework import files
from coursework.assignment import CourseworkError

# A spreadsheet runs a cell that begins like this; an apostrophe in front makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def text_of(path: Path) -> str:
    """Return the text of a file in UTF-8 or UTF-16 with a mark, UTF-8, or the old Windows code."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise CourseworkError(f"{path} cannot be read: {problem.strerror}") from problem
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file whose columns are parted by commas, semicolons or tabs.

    Raises
    ------
    CourseworkError
        If the file cannot be read, has no header, or a row has more cells than the header.
    """
    text = text_of(path)
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    table = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    try:
        rows = [[cell.strip() for cell in row] for row in table]
    except csv.Error as problem:
        raise CourseworkError(f"{path} is not a table: {problem}") from problem
    if not rows:
        raise CourseworkError(f"{path} is empty: a line of column names was expected")
    header = rows[0]
    for number, row in enumerate(rows[1:], start=2):
        if any(row[len(header) :]):
            raise CourseworkError(
                f"{path}, row {number} has {len(row)} cells, the header {len(header)}: "
                "a cell with a comma in it needs quotation marks"
            )
    return [
        dict(zip(header, [plain(cell) for cell in row] + [""] * len(header), strict=False))
        for row in rows[1:]
        if any(row)
    ]


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table that Excel opens in UTF-8 and in which no text is a formula."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(header)
    table.writerows([[neutral(cell) for cell in row] for row in rows])
    files.write(path, "\ufeff" + text.getvalue())


def neutral(cell: object) -> object:
    """Return a cell that a spreadsheet takes as it stands; numbers are left alone.

    >>> neutral("=1+1"), neutral("Ada"), neutral(-1.5), neutral(None)
    ("'=1+1", 'Ada', -1.5, '')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        cell = files.shown(cell.replace("\r", "")) if "\n" not in cell else one_line_each(cell)
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return cell


def one_line_each(text: str) -> str:
    """Return text of several lines, each without control characters."""
    return "\n".join(map(files.shown, text.splitlines()))


def letters(heading: str) -> str:
    """Return the name of a column in the form in which such names are compared.

    >>> letters("Last modified (submission)")
    'lastmodifiedsubmission'
    """
    return "".join(filter(str.isalpha, heading.casefold()))


def plain(cell: str) -> str:
    """Return a cell without the apostrophe that `neutral` put in front."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
