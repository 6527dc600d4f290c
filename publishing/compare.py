"""Compare two builds of the book: what a reader sees must be the same in both.

    python -m publishing.compare FIRST/_build SECOND/_build

Outputs of cells are compared as text, numbers and pictures. Only what a cell has measured may
differ, times and memory, and such a cell says so: it has the tag ``measured``.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat

TAG = "measured"
# Made anew for each widget and each object, and seen by nobody
_UNSEEN = re.compile(r"\b[0-9a-f]{32}\b|\b0x[0-9a-f]{6,}\b")


def last_run(folder: Path):
    """Return the notebook of the run of a chapter that was used last."""
    notes = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    return nbformat.read(notes[-1].with_suffix(".ipynb"), as_version=4)


def seen(cell) -> str:
    """Return the outputs of a cell without what nobody sees."""
    parts = [
        output.get("text") or output.get("data") or output.get("evalue") for output in cell.outputs
    ]
    return _UNSEEN.sub("*", json.dumps(parts, sort_keys=True))


def differences(one, other) -> Iterator[str]:
    """Yield the last lines of the cells of a chapter whose outputs differ, and may not."""
    pairs = zip(one.cells, other.cells, strict=True)
    for mine, yours in pairs:
        if mine.cell_type != "code" or TAG in mine.metadata.get("tags", []):
            continue
        if mine.source != yours.source:
            yield f"{mine.source.splitlines()[-1]}  (the cells themselves differ)"
        elif seen(mine) != seen(yours):
            yield mine.source.splitlines()[-1]


def main(first: Path, second: Path) -> None:
    """Compare all chapters; fail if a difference is not marked."""
    failed = False
    chapters = [sorted(path.name for path in (b / "executed").iterdir()) for b in (first, second)]
    if chapters[0] != chapters[1]:
        sys.exit(f"The builds have different chapters: {chapters[0]} and {chapters[1]}")
    for name in chapters[0]:
        runs = [last_run(build / "executed" / name) for build in (first, second)]
        found = list(differences(*runs))
        failed |= bool(found)
        print(f"{name}: {len(found)} cells differ", *found, sep="\n  ")
    sys.exit(failed)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
