"""The sources of the book keep the promises that CONTRIBUTING.md makes about them."""

import importlib
import re
from pathlib import Path

import jupytext
import pytest
import yaml
from bs4 import BeautifulSoup

from convlib import live

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
    assert len(CHAPTERS) == 12


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


BOLD = re.compile(r"\*\*([^*]+)\*\*")
PREDICTION = re.compile(r"[Pp]redict|[Bb]efore you|[Bb]efore.*\?", re.DOTALL)
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.MULTILINE | re.DOTALL)
SETTLES = re.compile(rf"{CELL.pattern}|^:::\{{dropdown\}}", re.MULTILINE | re.DOTALL)


def settled(after):
    """Say whether a cell that is seen and does more than import, or a dropdown, follows."""
    section = re.split(r"^#+ ", after, maxsplit=1, flags=re.MULTILINE)[0]
    for found in SETTLES.findall(section):
        if found.startswith(":::"):
            return True
        lines = found.splitlines()[1:-1]
        works = [line for line in lines if line and not re.match(r"(import|from|:tags:) ?", line)]
        if works and "remove-cell" not in found:
            return True
    return False


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_prediction_is_settled(name):
    """After a bold question with "predict" or "before" comes a cell or dropdown that answers it."""
    text = CELL.sub(lambda cell: cell[0].replace("**", "^"), source(name))  # powers are not bold
    asked = [bold for bold in BOLD.finditer(text) if PREDICTION.search(bold[1])]
    assert asked
    assert [found[1] for found in asked if not settled(text[found.end() :])] == []


def test_an_unsettled_prediction_is_noticed():
    """The rule sees imports, hidden cells and the next section for what they are."""
    cell = "```{code-cell} ipython3\n%s\n```\n"
    assert settled("\ntext\n" + cell % "f(1)")
    assert settled("\n:::{dropdown} Why\nBecause.\n:::\n")
    for after in (cell % "import numpy as np", cell % ":tags: [remove-cell]\nf(1)", "\n## Next\n"):
        assert not settled(after + "\n## Next\n" + cell % "f(1)")


# What NumPy, Matplotlib and Python show of an object that nobody formatted.
RAW = re.compile(r"np\.\w+\(|<Figure|<Axes|<[\w.]+ object at 0x|\bat 0x[0-9a-f]{6}")


@pytest.mark.book
@pytest.mark.parametrize("name", CHAPTERS)
def test_no_page_shows_a_raw_representation(name):
    """Neither in a sentence nor in an output; an array is shown where a cell ends with one."""
    html = (ROOT / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser").article
    for part in page.select(".cell_input, script, .katex, p code, li code, td code"):
        part.decompose()
    for sentence in page.select("p, figcaption, td, li"):
        if not sentence.code:
            assert "array(" not in sentence.get_text(), sentence.get_text()
    assert RAW.findall(page.get_text()) == []


def test_words_that_set_a_figure_name_what_it_has(monkeypatch):
    """A figure with challenges, whose script listens; traits, menus and ranges that it has."""
    monkeypatch.syspath_prepend(ROOT / "_ext")
    words = importlib.import_module("words")
    found = [
        (name, *words.parse(text)[1:])
        for name in ENTRIES
        for text in re.findall(r"\{set\}`([^`]+)`", source(name))
    ]
    assert len(found) >= 12
    for name, kind, traits in found:
        assert f"live.{kind}(" in source(name) and "live.Challenges(" in source(name)
        figure = getattr(live, kind)()
        for trait, value in traits.items():
            if trait in getattr(figure, "menus", {}):
                offered = [option.replace("_", " ") for _, option in figure.menus[trait].options]
                assert str(value).replace("_", " ") in offered, (name, trait, value)
            else:
                assert isinstance(getattr(figure.view, trait), int | float), (name, trait)
