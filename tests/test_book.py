"""The sources of the book keep the promises that CONTRIBUTING.md makes about them."""

import re
from pathlib import Path

import jupytext
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
ENTRIES = {c["file"]: "numbered" in part for part in TOC["parts"] for c in part["chapters"]}
CHAPTERS = [name for name, numbered in ENTRIES.items() if numbered]
FRONT_MATTER = {
    "jupytext": {"text_representation": {"extension": ".md", "format_name": "myst"}},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
}
LABEL = re.compile(
    r"^\(([^)\n]+)\)=\s*$"  # before a heading
    r"|^\s*:(?:label|name): *(\S+)"  # in a directive
    r"|^\s+name: *(\S+)"  # of a figure made by a cell
    r"|^\$\$ *\(([^)\n]+)\)\s*$",  # after a formula
    re.MULTILINE,
)
NETWORK = re.compile(
    r"https?://|pip install|urlopen|requests\.|urllib|wget |curl |download|hf_hub|fetch_"
)


def source(name):
    """Text of a page."""
    return (ROOT / f"{name}.md").read_text(encoding="utf-8")


def code_cells(name):
    """Code cells of a page, as Jupyter would open them."""
    notebook = jupytext.reads(source(name), fmt="md:myst")
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def labels(name):
    """Labels that a page defines; the front matter defines none."""
    text = source(name).split("\n---\n", 1)[-1]
    return [next(filter(None, groups)) for groups in LABEL.findall(text)]


def test_table_of_contents_and_folder_agree():
    """Every page of the folder is in the table of contents and the other way round."""
    found = {p.relative_to(ROOT).with_suffix("").as_posix() for p in ROOT.glob("chapters/*.md")}
    assert found == set(ENTRIES)
    assert len(CHAPTERS) == 10


def test_labels_are_unique_and_kebab_case():
    """A label is defined once in the whole book and reads kind-chapter-name."""
    found = [label for name in ENTRIES for label in labels(name)]
    assert [label for label in sorted(set(found)) if found.count(label) > 1] == []
    assert [label for label in found if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", label)] == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_starts_like_the_template(name):
    """Front matter, label and title are where tools look for them."""
    text = source(name)
    _, front, body = text.split("---\n", 2)
    settings = yaml.safe_load(front)
    assert settings.pop("execution", {"alone": True}) == {"alone": True}
    assert settings == FRONT_MATTER
    assert body.lstrip().startswith(f"(ch-{name.removeprefix('chapters/')})=\n# ")


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_has_all_its_parts(name):
    """Promises, mistakes, quiz, exercise with solution, summary and further reading."""
    text = source(name)
    assert ":class: tip" in text and "**What you need:**" in text
    promises = text.split("What you will learn")[1].split("**What you need:**")[0]
    assert 3 <= len(re.findall(r"^- ", promises, re.MULTILINE)) <= 5
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert "{admonition} Common mistakes" in text
    for heading in ("Check yourself", "Exercises", "Summary", "Further reading"):
        assert heading in headings
    assert text.count(":::{question}") >= 5


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_exercise_has_a_collapsed_executed_solution(name):
    """Each solution names its exercise, starts closed and contains code that the build runs."""
    text = source(name)
    exercises = re.findall(r"\{exercise-start\}.*\n:label: (\S+)", text)
    solutions = re.findall(r"\{solution-start\} (\S+)\n(.*?)\{solution-end\}", text, re.DOTALL)
    assert exercises
    assert [target for target, _ in solutions] == exercises
    for _, body in solutions:
        assert ":class: dropdown" in body
        assert "{code-cell}" in body


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_have_caption_and_description(name):
    """Every figure that a cell makes says what it shows, twice: for readers and for listeners."""
    settings = [cell.metadata.get("mystnb", {}) for cell in code_cells(name)]
    figures = [s for s in settings if "figure" in s]
    assert figures
    for setting in figures:
        assert setting["figure"]["name"].startswith("fig-")
        assert len(setting["figure"]["caption"].split()) >= 5
        described = setting.get("image", setting.get("live", {})).get("alt", "")
        assert len(described.split()) >= 5, setting["figure"]["name"]


@pytest.mark.parametrize("name", CHAPTERS)
def test_cells_are_short_and_self_contained(name):
    """At most 20 lines, no outputs in the source, nothing from the network."""
    for cell in code_cells(name):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 20, cell.source
        assert not cell.outputs
        assert not NETWORK.search(cell.source), cell.source


@pytest.mark.parametrize("name", ENTRIES)
def test_prose_has_no_unfinished_places(name):
    """No placeholder is left in a page that readers see."""
    assert not re.search(r"\b(TODO|FIXME|XXX|TBD|lorem ipsum)\b", source(name), re.IGNORECASE)
