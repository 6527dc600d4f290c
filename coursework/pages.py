"""Pages about students' work: what they wrote is text, and nothing of theirs is loaded or run."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Collection
from pathlib import Path

import jinja2
from markupsafe import Markup

from coursework import files

HERE = Path(__file__).parent / "templates"
LONGEST_TEXT = 20_000  # characters of a cell or an output
LARGEST_PICTURE = 2_000_000  # bytes
PNG = b"\x89PNG\r\n\x1a\n"
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE, encoding="utf-8"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def page(template: str, script: str = "", **names: object) -> str:
    """Return a page that may show pictures of its own, and run the given script and no other."""
    code = (HERE / script).read_text(encoding="utf-8") if script else ""
    digest = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"
    policy += f"; script-src 'sha256-{digest}'" if script else ""
    names = {"file": "", **names, "policy": policy, "script": Markup(code)}
    return TEMPLATES.get_template(template).render(names)


def cells(path: Path, handed_out: Collection[str]) -> list[dict]:
    """Return the student's own of a marked notebook: texts, and outputs as text or as pictures.

    Parameters
    ----------
    handed_out : collection of str
        The texts of the cells that were handed out; a cell that still is one of them is left out,
        and so are tests.
    """
    try:
        notebook = json.loads(path.read_bytes())
        own = [cell for cell in notebook["cells"] if not is_test(cell)]
        return [shown(cell) for cell in own if "".join(cell["source"]) not in handed_out]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def is_test(cell: dict) -> bool:
    """Say whether a cell is a test or a helper of tests, and not the student's own."""
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("locked")) or "marking" in cell["metadata"].get("tags", [])


def shown(cell: dict) -> dict:
    """Return one cell."""
    outputs = [output_of(output) for output in cell.get("outputs", [])]
    return {
        "text": text_of(cell["source"]),
        "id": cell["metadata"].get("nbgrader", {}).get("grade_id", ""),
        "outputs": [output for output in outputs if output["text"] or output["image"]],
    }


def output_of(output: dict) -> dict:
    """Return an output as a picture if it is a PNG, else as text, else as nothing."""
    data = output.get("data", {})
    if image := picture(data.get("image/png")):
        return {"image": image, "text": ""}
    said = output.get("text") or data.get("text/plain") or ""
    if output.get("output_type") == "error":
        said = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    return {"image": "", "text": text_of(said)}


def picture(data: object) -> str:
    """Return a PNG in base64 if it is one, of bounded size."""
    text = "".join(data) if isinstance(data, list) else data
    if not isinstance(text, str) or len(text) > LARGEST_PICTURE * 4 / 3:
        return ""
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        return ""
    return base64.b64encode(raw).decode("ascii") if raw.startswith(PNG) else ""


def text_of(said: object) -> str:
    """Return text of bounded length, without colours and control characters."""
    text = "".join(map(str, said)) if isinstance(said, list) else str(said)
    cut = f"\n... {len(text) - LONGEST_TEXT} more characters" if len(text) > LONGEST_TEXT else ""
    lines = COLOURS.sub("", text[:LONGEST_TEXT]).expandtabs().split("\n")
    return "\n".join(map(files.shown, lines)) + cut
