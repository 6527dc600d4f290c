"""What the guide for teachers and the glossary say about the other pages."""

import importlib
import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).parent.parent / "chapters"
GUIDE = (CHAPTERS / "teach.md").read_text(encoding="utf-8")
TIMES = {
    slug: int(minutes)
    for slug, minutes in re.findall(r"^\| \{doc\}`/chapters/([\w-]+)` \| (\d+) \|", GUIDE, re.M)
}
CONTENTS = (CHAPTERS.parent / "_toc.yml").read_text(encoding="utf-8")
BOOK = re.findall(r"file: chapters/([\w-]+)", CONTENTS.split("Back matter")[0])


def test_the_table_of_times_has_every_chapter_in_order():
    """All chapters of the book, none forgotten."""
    assert list(TIMES) == BOOK


@pytest.mark.parametrize("slug", BOOK)
def test_reading_times_are_those_of_the_chapters(slug):
    """The guide and the chapter promise the same."""
    said = re.search(r"About (\d+) minutes", (CHAPTERS / f"{slug}.md").read_text(encoding="utf-8"))
    assert TIMES[slug] == int(said[1])


def test_reading_times_are_honest(monkeypatch):
    """Within five minutes of the count; `python docs/pacing.py --write` writes them."""
    monkeypatch.syspath_prepend(CHAPTERS.parent / "docs")
    pacing = importlib.import_module("pacing")
    counted = {
        path.stem: pacing.pace(path.read_text(encoding="utf-8")) for path in pacing.chapters()
    }
    assert {s: n for s, n in TIMES.items() if abs(n - counted[s].minutes) > 5} == {}


@pytest.mark.parametrize("weeks", ["Four", "Eight"])
def test_longer_schedules_reach_every_chapter(weeks):
    """Nothing is left out in four or in eight weeks."""
    schedule = re.split(r"\n\*\*(?=\w+ weeks)|\n## ", GUIDE.split(f"**{weeks} weeks")[1])[0]
    assert set(re.findall(r"/chapters/([\w-]+)", schedule)) == set(BOOK)


def test_glossary_is_complete_and_leads_to_pages_that_exist():
    """About forty terms or more, each once, each link to a chapter of the book."""
    glossary = (CHAPTERS / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^([A-Za-z][^\n]*)\n  \S", glossary, re.M)
    assert len(terms) == len(set(terms)) >= 40
    assert set(re.findall(r"/chapters/([\w-]+)", glossary)) <= set(BOOK)
