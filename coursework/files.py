"""Files that are whole or not there, names that are valid everywhere, text that is safe to show."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

FORBIDDEN = frozenset('<>:"/\\|?*')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # by Windows
ODD = re.compile(  # control characters, halves of characters, marks that turn text round
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
LONGEST = 120  # bytes of a name; most systems allow 255, a path of Windows 260 in all


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, whatever interrupts; text is UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{os.getpid()}.partial")
    partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    os.replace(partial, path)


def safe_name(name: str) -> str:
    """Return a name that is valid on Linux, macOS and Windows and stays as near as can be.

    >>> safe_name("../a:b"), safe_name("Zoë.ipynb"), safe_name("nul.txt"), safe_name("end. ")
    ('.._a_b', 'Zoë.ipynb', '_nul.txt', 'end')
    """
    text = unicodedata.normalize("NFC", shown(name))
    text = "".join("_" if c in FORBIDDEN else c for c in text).rstrip(". ").lstrip(" ")
    if not text or RESERVED.match(text):
        text = f"_{text}"
    if len(text.encode("utf-8")) > LONGEST:
        stem, suffix = os.path.splitext(text)
        mark = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
        short = stem.encode("utf-8")[: LONGEST - 30].decode("utf-8", "ignore")
        text = f"{short}-{mark}{suffix[:10]}"
    return text


def shown(text: str) -> str:
    r"""Return text without what could steer a terminal or cannot be written as UTF-8.

    >>> shown("a\x1b[2Jb"), shown("caf\udce9"), shown("می\u200cخواهم") == "می\u200cخواهم"
    ('a\\x1b[2Jb', 'caf\\udce9', True)
    """
    return ODD.sub(lambda odd: odd[0].encode("unicode_escape").decode("ascii"), text)


def watched(items: Iterable[T], doing: str) -> Iterator[T]:
    """Yield the items, and say on a terminal how many are done."""
    items = list(items)
    for number, item in enumerate(items, start=1):
        if sys.stderr.isatty():
            end = "\n" if number == len(items) else ""
            print(f"\r{doing} {number}/{len(items)}", end=end, file=sys.stderr, flush=True)
        yield item
