"""Each chapter as a notebook for Jupyter, Colab and VS Code: ``notebooks/*.ipynb`` in the site.

A notebook has the text of the page as plain Markdown (see ``plain_markdown``), with numbers,
citations and references resolved as on the page, and the cells with the outputs that the page
shows. Its first cell, ``first_cell.py``, makes it run anywhere: it carries convlib with it. Pages
offer their notebook for download and, where the repository has an address on GitHub, on Binder and
Colab, which open it from the branch ``notebooks`` that the publishing workflow writes.
"""

import base64
import io
import json
import lzma
import os
import re
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
import repository
from docutils import nodes
from live_figures import BUNDLES, figure_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from plain_markdown import Page, folded, html_of

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "notebooks"
BRANCH = "notebooks"
BINDER, COLAB = "https://mybinder.org/v2/gh", "https://colab.research.google.com/github"
STATE = "application/vnd.jupyter.widget-state+json"
_REQUIREMENT = re.compile(r"([\w-]+)>=([\d.]+)")
_CLOSED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # Jupyter and VS Code; Colab
_HIDING = {"hide-input", "remove-input", "remove-cell", "hide-cell"}


class Code(NamedTuple):
    """The place of a code cell: its number among all cells, and whether it waits to be opened."""

    index: int
    closed: bool = False


def is_code(node: nodes.Node) -> bool:
    """Return whether a node is a cell with code and its outputs."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def parts_of(page: Page, node: nodes.Node, depth: int = 0) -> Iterator[str | Code]:
    """Yield blocks of Markdown and places of code cells, in order."""
    if is_code(node):
        yield Code(node["cell_index"])
        for figure in node.findall(nodes.figure):
            yield from (
                page.caption("figure", figure, text) for text in figure.findall(nodes.caption)
            )
    elif isinstance(node, nodes.section):
        title, *rest = node.children
        yield f"{'#' * (depth + 1)} {page.inline(title)}"
        for child in rest:
            yield from parts_of(page, child, depth + 1)
    elif not any(map(is_code, node.findall(nodes.container))):
        yield page.blocks(node)
    elif type(node).__name__ in ("solution_node", "dropdown_main"):
        yield from _closed(page, node)
    else:
        for child in node.children:
            yield from parts_of(page, child, depth)


def _closed(page: Page, node: nodes.Node) -> Iterator[str | Code]:
    """Yield what is closed until the reader opens it: text folded, cells with their code hidden."""
    title, body = node.children
    summary, texts = html_of(page, title), []
    for part in (part for child in body.children for part in parts_of(page, child)):
        if isinstance(part, str):
            texts.append(part)
            continue
        if texts:
            yield folded(summary, "\n\n".join(texts))
        yield Code(part.index, closed=True)
        summary, texts = f"{html_of(page, title)}, continued", []
    if texts:
        yield folded(summary, "\n\n".join(texts))


def code_cell(cell, *, closed: bool):
    """Return a cell of the executed chapter without what only the book reads."""
    tags = set(cell.metadata.get("tags", []))
    outputs = [output for output in cell.outputs if "scrapbook" not in output.get("metadata", {})]
    for output in outputs:
        output.pop("transient", None)
    metadata = {**_CLOSED} if closed or tags & _HIDING else {}
    if closed:
        metadata["jupyter"] = {**metadata["jupyter"], "outputs_hidden": True}
    return new_code_cell(
        cell.source, outputs=outputs, execution_count=cell.execution_count, metadata=metadata
    )


def cells_of(parts: Iterator[str | Code], executed: list) -> Iterator:
    """Yield cells; those that the page does not show stand where they stood, closed."""
    waiting = [index for index, cell in enumerate(executed) if cell.cell_type == "code"]
    texts: list[str] = []
    for part in [*parts, Code(len(executed))]:
        if isinstance(part, str):
            if part.startswith("#") and texts:
                yield new_markdown_cell("\n\n".join(texts))
                texts = []
            texts += [part] if part else []
            continue
        if texts:
            yield new_markdown_cell("\n\n".join(texts))
            texts = []
        while waiting and waiting[0] <= part.index:
            index = waiting.pop(0)
            yield code_cell(executed[index], closed=part.closed and index == part.index)


def live_state(metadata: dict) -> dict:
    """Return the saved state of widgets with the present scripts of the live figures."""
    state = metadata.get("widgets", {}).get(STATE)
    if state is None:
        return {}
    known = {path.stem: path for path in BUNDLES.glob("*.js")}
    for model in state["state"].values():
        if name := figure_of(model, known):
            for key, path in (("_esm", known[name]), ("_css", known[name].with_suffix(".css"))):
                model["state"][key] = path.read_text(encoding="utf-8")
    return {"widgets": {STATE: state}}


def notebook(page: Page, doctree: nodes.document, executed):
    """Return a page as a notebook without its first cell."""
    parts = (part for child in doctree.children for part in parts_of(page, child))
    cells = list(cells_of(parts, executed.cells))
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"  # the same in every build
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "colab": {"provenance": []},
        **live_state(executed.metadata),
    }
    return new_notebook(cells=cells, metadata=metadata)


def packed(package: Path) -> str:
    """Return the package in base 64: what a wheel holds, the same bytes for the same files."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for path in sorted(package.rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and "scripts" not in path.parts:
                info = tarfile.TarInfo(path.relative_to(package.parent).as_posix())
                info.size = path.stat().st_size
                with path.open("rb") as file:
                    archive.addfile(info, file)
    return base64.b64encode(lzma.compress(raw.getvalue(), preset=9)).decode()


def lowest_versions(project: dict) -> dict[str, str]:
    """Return the lowest versions that the project allows, by package.

    >>> lowest_versions({"dependencies": ["numpy>=2"], "optional-dependencies": {"course": []}})
    {'numpy': '2'}
    """
    lines = [*project["dependencies"], *project["optional-dependencies"]["course"]]
    return dict(_REQUIREMENT.fullmatch(line).groups() for line in lines)


def first_cell(template: str, needed: dict[str, str], version: str, archive: str):
    """Return the cell that makes a notebook ready, from the text of ``first_cell.py``."""
    values = {
        'NEEDED = {"numpy": "2"}': f"NEEDED = {json.dumps(needed)}",
        'CONVLIB = "0"': f'CONVLIB = "{version}"',
        "ARCHIVE": archive,
    }
    for old, new in values.items():
        template = template.replace(old, new)
    cell = new_code_cell(template.rstrip())
    cell["id"] = "first"
    return cell


def make(app, doctree, name):
    """Make the notebook of a page that is being written."""
    chapter = getattr(app, "chapters", {}).get(name)
    if app.builder.name != "html" or chapter is None:
        return
    base = app.config.html_baseurl
    page = Page(
        base and base + app.builder.get_target_uri(name),
        app.env.toc_fignumbers.get(name, {}),
        {**app.config.numfig_format, "exercise": "Exercise %s"},
    )
    executed = nbformat.read(chapter.run.notebook, as_version=4)
    app.notebooks[name] = notebook(page, doctree, executed)


def needed_by(chapter, lowest: dict[str, str]) -> dict[str, str]:
    """Return the packages, with their lowest versions, that the run of a chapter loaded."""
    loaded = set(chapter.run.made_from())
    if "torch" in loaded:
        loaded.add("tqdm")  # loaded only where somebody watches
    return {package: version for package, version in lowest.items() if package in loaded}


def finish(app, exception):
    """Write the notebooks, all of them with the present convlib."""
    if exception is not None or app.builder.name != "html" or not app.chapters:
        return
    root, target = Path(app.srcdir), Path(app.outdir) / FOLDER
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    template = Path(__file__).with_name("first_cell.py").read_text(encoding="utf-8")
    archive, lowest = packed(root / "convlib"), lowest_versions(project)
    target.mkdir(exist_ok=True)
    for name, chapter in app.chapters.items():
        path = target / f"{chapter.name}.ipynb"
        if name not in app.notebooks and not path.is_file():
            app.env.get_and_resolve_doctree(name, app.builder)  # which makes it
        made = app.notebooks.get(name)
        if made is None:  # its page was written earlier
            made = nbformat.read(path, as_version=4)
            del made.cells[0]
        needed = needed_by(chapter, lowest)
        made.cells.insert(0, first_cell(template, needed, project["version"], archive))
        nbformat.write(made, path)
    for path in target.glob("*.ipynb"):
        if path.stem not in {chapter.name for chapter in app.chapters.values()}:
            path.unlink()


def buttons(address: str | None, chapter: str) -> list[dict]:
    """Return the launch buttons of a chapter; none without an address on GitHub.

    >>> binder, colab = buttons("https://github.com/me/course", "cat")
    >>> binder["url"]
    'https://mybinder.org/v2/gh/me/course/notebooks?urlpath=lab/tree/notebooks/cat.ipynb'
    >>> colab["url"]
    'https://colab.research.google.com/github/me/course/blob/notebooks/notebooks/cat.ipynb'
    >>> buttons("https://gitlab.com/me/course", "cat"), buttons(None, "cat")
    ([], [])
    """
    slug = (address or "").removeprefix("https://github.com/")
    if slug == (address or ""):
        return []
    file = f"{FOLDER}/{chapter}.ipynb"
    places = {
        "Binder": (f"{BINDER}/{slug}/{BRANCH}?urlpath=lab/tree/{file}", "logo_binder.svg"),
        "Colab": (f"{COLAB}/{slug}/blob/{BRANCH}/{file}", "logo_colab.png"),
    }
    return [
        {
            "type": "link",
            "text": name,
            "tooltip": f"Run this chapter on {name}",
            "icon": f"_static/images/{icon}",
            "url": url,
        }
        for name, (url, icon) in places.items()
    ]


def add_buttons(app, pagename, templatename, context, doctree):
    """Offer the notebook of a chapter: to download always, to launch where that is possible."""
    chapter = getattr(app, "chapters", {}).get(pagename)
    if chapter is None:
        return
    groups = {group["label"]: group for group in context["header_buttons"]}
    download = {
        "type": "link",
        "text": ".ipynb",
        "tooltip": "Download this chapter as a notebook",
        "icon": "fas fa-code",
        "label": "download-notebook-button",
        "url": context["pathto"](f"{FOLDER}/{chapter.name}.ipynb", 1),
    }
    groups["download-buttons"]["buttons"].insert(0, download)
    found = repository.find(Path(app.srcdir), os.environ)
    if launch := buttons(found and found[0], chapter.name):
        group = {"type": "group", "label": "launch-buttons", "icon": "fas fa-rocket"}
        tooltip = "Run this chapter"
        context["header_buttons"].insert(0, {**group, "tooltip": tooltip, "buttons": launch})


def start(app):
    """Begin without notebooks."""
    app.notebooks = {}


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", start)
    app.connect("doctree-resolved", make)
    app.connect("html-page-context", add_buttons, priority=502)  # after the theme's own
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
