"""Chapters as notebooks for other places: their text, and the cell that prepares them."""

import base64
import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import jupytext
import nbformat
import pytest
from docutils import nodes

ROOT = Path(__file__).resolve().parents[1]
EXTENSIONS = ROOT / "_ext"
MADE = ROOT / "_build" / "html" / "notebooks"
CHAPTERS = sorted(
    path for path in ROOT.glob("chapters/*.md") if "{code-cell}" in path.read_text("utf-8")
)
# What plain Markdown does not know: directives, roles, keys of citations, references to files.
_LEFT_OVER = re.compile(r"^(:{3,}|`{3,}\{)|\{[a-z:]+\}`|</?(div|span|svg)|\]\(/", re.MULTILINE)


@pytest.fixture(scope="module")
def notebooks():
    """The extension."""
    sys.path.insert(0, str(EXTENSIONS))
    try:
        import notebooks

        yield notebooks
    finally:
        sys.path.remove(str(EXTENSIONS))


@pytest.fixture
def page(notebooks):
    """A page whose address is not known."""
    return notebooks.Page()


# Text


def table(*rows):
    """Return a table of docutils with a first row of headings."""
    made = [
        nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in row))
        for row in rows
    ]
    head, body = nodes.thead("", made[0]), nodes.tbody("", *made[1:])
    return nodes.table("", nodes.tgroup("", head, body, cols=len(rows[0])))


def test_a_bar_does_not_end_a_cell_of_a_table(page):
    """In a formula as in code."""
    text = page.blocks(
        table(
            [[nodes.Text("a")], [nodes.Text("b")]],
            [[nodes.math("", r"|x| + \|y\|")], [nodes.literal("", "a | b")]],
        )
    )
    *_, row = text.splitlines()
    assert row == r"| $\vert x\vert  + \Vert y\Vert $ | `a \| b` |"


def test_text_is_not_taken_for_markup(page):
    """Stars, dollars and the like in a text stay what they are; so does a line that begins so."""
    text = page.blocks(nodes.paragraph("", "2 * 3 costs $4 or a_b, not _this_ <b>"))
    assert text == r"2 \* 3 costs \$4 or a_b, not \_this\_ \<b>"
    assert page.blocks(nodes.paragraph("", "1. is a start")) == r"1\. is a start"
    assert page.blocks(nodes.paragraph("", "- 3 is less")) == r"\- 3 is less"


def test_links_lead_to_the_site_if_its_address_is_known(notebooks, page):
    """Otherwise they are text, for there is nowhere to go."""
    link = nodes.reference("", "the fast one", refuri="fast.html#sec", internal=True)
    here = nodes.reference("", "above", refid="sec-above", internal=True)
    outside = nodes.reference("", "NumPy", refuri="https://numpy.org")
    known = notebooks.Page("https://me.example/course/chapters/slow.html")
    assert page.inline(link) == "the fast one" and page.inline(here) == "above"
    site = "https://me.example/course/chapters"
    assert known.inline(link) == f"[the fast one]({site}/fast.html#sec)"
    assert known.inline(here) == f"[above]({site}/slow.html#sec-above)"
    assert page.inline(outside) == "[NumPy](https://numpy.org)"


def test_lists_and_quotes_keep_what_is_in_them(page):
    """Blocks within an item are indented under it."""
    item = nodes.list_item("", nodes.paragraph("", "first"), nodes.math_block("", "x"))
    inner = nodes.bullet_list("", item, nodes.list_item("", nodes.paragraph("", "second")))
    quoted = nodes.admonition("", nodes.title("", "Note"), inner)
    assert page.blocks(quoted) == (
        "> **Note**\n>\n> - first\n>\n>   $$\n>   x\n>   $$\n>\n> - second"
    )


# The first cell


@pytest.fixture
def first(notebooks):
    """Return a function that makes the first cell and runs its definitions, not more."""

    def make(needed, version="0.1.0", archive=""):
        template = (EXTENSIONS / "first_cell.py").read_text(encoding="utf-8")
        cell = notebooks.first_cell(template, needed, version, archive)
        names = {"__name__": "a cell"}
        exec(compile(cell.source, "first cell", "exec"), names)
        return names

    return make


def calls_of(names, monkeypatch, returncode=0):
    """Have no program started; return the list that commands are written to."""
    calls = []

    def run(command, **options):
        calls.append(command[command.index("install") + 1 :])
        return SimpleNamespace(returncode=returncode)

    monkeypatch.setattr(names["subprocess"], "run", run)
    return calls


def test_nothing_is_installed_where_everything_is(first, monkeypatch, capsys):
    names = first({"numpy": "2", "ipywidgets": "7.7"})
    assert calls_of(names, monkeypatch) == []
    names["prepare"]("")
    assert "Ready" in capsys.readouterr().out


def test_only_what_is_missing_is_installed(first, monkeypatch):
    """Colab keeps the ipywidgets it has; PyTorch comes without what graphics cards need."""
    names = first({"ipywidgets": "7.7", "torch": "2.4", "tqdm": "4.60"})
    known = names["version_of"]
    monkeypatch.setitem(
        names, "version_of", lambda name: None if name in ("torch", "tqdm") else known(name)
    )
    calls = calls_of(names, monkeypatch)
    monkeypatch.setattr(sys, "platform", "linux")
    names["prepare"]("")
    lean, rest = calls
    assert lean[-1] == "torch" and "--index-url=https://download.pytorch.org/whl/cpu" in lean
    assert rest[-2:] == ["torch>=2.4", "tqdm>=4.60"] and "ipywidgets" not in str(calls)
    assert "convlib" not in str(calls)  # that name on the package index is another project's


def test_without_a_connection_it_says_what_to_install(first, monkeypatch):
    names = first({"no-such-package": "1.5"})
    calls_of(names, monkeypatch, returncode=1)
    with pytest.raises(RuntimeError, match="no-such-package>=1.5"):
        names["prepare"]("")


def test_what_is_too_old_is_not_replaced_but_named(first):
    with pytest.raises(RuntimeError, match=r"numpy .* too old .* needs 99 or newer"):
        first({"numpy": "99"})["prepare"]("")


def test_the_cell_brings_convlib(notebooks, tmp_path):
    """A program with this cell alone finds the package that it carries, and its data."""
    template = (EXTENSIONS / "first_cell.py").read_text(encoding="utf-8")
    archive = notebooks.packed(ROOT / "convlib")
    cell = notebooks.first_cell(template, {"numpy": "2"}, "999", archive)
    ask = "\nimport convlib, convlib.live\nprint(convlib.__file__, convlib.live.KernelLab())"
    program = tmp_path / "cell.py"
    program.write_text(cell.source + ask, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "convlib-" in done.stdout.splitlines()[-1]
    assert str(ROOT) not in done.stdout


def test_what_is_packed_is_the_package_and_always_the_same(notebooks):
    """As in a wheel: modules, scripts for browsers, data; not what these are made from."""
    first = notebooks.packed(ROOT / "convlib")
    assert first == notebooks.packed(ROOT / "convlib")
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(first))) as archive:
        names = set(archive.getnames())
    assert {"convlib/__init__.py", "convlib/data/digit_split.txt"} <= names
    assert "convlib/live/static/kernel_lab.js" in names
    assert not any("scripts" in name or name.endswith(".pyc") for name in names)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_no_cell_needs_what_only_builds_the_book(chapter):
    """Outside of the book nobody has it."""
    code = [cell.source for cell in jupytext.read(chapter).cells if cell.cell_type == "code"]
    loaded = set(re.findall(r"^\s*(?:import|from) (\w+)", "\n".join(code), re.MULTILINE))
    assert not loaded & {"myst_nb", "jupyter_book", "sphinx", "jupytext"}


# The notebooks of the built book


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def made(request):
    """A chapter's source, and its notebook in the built site."""
    path = MADE / f"{request.param.stem}.ipynb"
    return request.param, nbformat.read(path, as_version=4)


@pytest.mark.book
def test_a_notebook_is_valid_and_plain(made):
    """Nothing is left that only the book understands."""
    _, notebook = made
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL)
            assert not (found := _LEFT_OVER.search(prose)), f"{found} in {cell.source}"
        assert "myst_nb" not in cell.source
        assert "scrapbook" not in json.dumps(cell.get("outputs", []))


@pytest.mark.book
def test_a_notebook_has_all_cells_and_their_outputs(made):
    """The cells of the chapter in their order, behind the one that prepares them."""
    chapter, notebook = made
    source = [cell for cell in jupytext.read(chapter).cells if cell.cell_type == "code"]
    first, *code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert "Run this cell first" in first.source
    assert [cell.source for cell in code] == [cell.source for cell in source]
    figures = [cell for cell, other in zip(code, source, strict=True) if "mystnb" in other.metadata]
    assert figures and all(cell.outputs for cell in figures)
    captions = sum(
        len(re.findall(r"^\*\*Figure \d+(?:\.\d+)?\.\*\* ", cell.source, re.MULTILINE))
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    )
    assert captions == sum("figure" in cell.metadata.get("mystnb", {}) for cell in source)


@pytest.mark.book
def test_solutions_wait_until_they_are_opened(made):
    """Their text is folded, and the code below is hidden with its output."""
    chapter, notebook = made
    count = chapter.read_text(encoding="utf-8").count("{solution-start}")
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert len(re.findall("<summary>Solution", text)) >= count
    if chapter.stem == "where-next":  # a page to read on, without exercises
        return
    assert count > 0
    hidden = [c for c in notebook.cells if c.metadata.get("jupyter", {}).get("outputs_hidden")]
    assert hidden and all(cell.metadata["cellView"] == "form" for cell in hidden)


@pytest.mark.book
def test_a_page_offers_its_notebook(made):
    chapter, _ = made
    html = (MADE.parent / "chapters" / f"{chapter.stem}.html").read_text(encoding="utf-8")
    assert f'href="../notebooks/{chapter.stem}.ipynb"' in html


@pytest.mark.book
def test_all_notebooks_carry_the_present_package(made, notebooks):
    """Also those whose pages did not change when convlib did."""
    _, notebook = made
    assert notebooks.packed(ROOT / "convlib") in notebook.cells[0].source
