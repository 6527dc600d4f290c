"""The directive for questions: what it makes of a source, and what it says about a wrong one."""

import io
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).resolve().parents[1]
SUM = """
:::{question}
:label: q-sum

What is *one* and $1$?

- [ ] 11

  That puts them side by side.
- [x] 2

  One *and* one.
:::
"""
HALF = """
:::{question}
:label: q-half
:number:

What is 1 / 2?

- [x] 0.5 ± 0.01

  Half.
- [ ] −2

  That is upside down.
- [ ] else

  Cut a cake.
:::
"""


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Return a function that builds a page and returns it with the warnings."""
    monkeypatch.syspath_prepend(ROOT / "_ext")

    def made(text, builder="html", enable=("dollarmath", "tasklist", "colon_fence")):
        (tmp_path / "index.md").write_text(f"# Sums\n\n{text}", encoding="utf-8")
        options = {
            "extensions": ["myst_parser", "questions"],
            "myst_enable_extensions": list(enable),
            "suppress_warnings": ["config.cache"],
        }
        said = io.StringIO()
        out, trees = tmp_path / "out", tmp_path / "trees"
        with docutils_namespace():
            Sphinx(tmp_path, None, out, trees, builder, options, None, said, freshenv=True).build()
        page = out / {"html": "index.html", "text": "index.txt"}[builder]
        return page.read_text(encoding="utf-8"), said.getvalue()

    return made


def test_a_question_is_a_set_of_choices_with_feedback(build):
    """Without the script each choice opens its own feedback; the boxes are gone."""
    html, warnings = build(SUM + HALF)
    page = BeautifulSoup(html, "html.parser")
    assert warnings == ""
    assert [one["id"] for one in page.select(".question")] == ["q-sum", "q-half"]
    wrong, right = page.select("#q-sum > details.question-choice")
    assert "data-right" not in wrong.attrs and "data-right" in right.attrs
    assert wrong.summary.get_text(" ", strip=True) == "a 11"
    assert right.div.get_text().strip() == "Right. One and one."
    assert wrong.div.get_text().strip() == "Not right. That puts them side by side."
    assert not page.select("#q-sum [type=checkbox]")
    values = [one.get("data-value") for one in page.select("#q-half > details")]
    assert values == ["0.5", "-2.0", None]


def test_answers_stand_apart_on_paper(build):
    """Only the right answers, with their explanation, at the end of the page."""
    page = BeautifulSoup(build(SUM + HALF + "\nThe end.\n")[0], "html.parser")
    listed = page.select(".question-answers li")
    assert [" ".join(one.get_text().split()) for one in listed] == [
        "b. One and one.",
        "0.5. Half.",
    ]
    text, _ = build(SUM + HALF + "\nThe end.\n", builder="text")
    before, after = text.split("The end.")
    assert "11" in before and "side by side" not in text
    assert "One *and* one." in after and "One *and* one." not in before


def test_script_and_style_are_loaded_only_where_something_is_asked(build):
    """A page without questions stays as it was."""
    assert "questions.js" in build(SUM)[0]
    assert "questions.js" not in build("Nothing is asked.")[0]


def test_boxes_are_read_without_the_tasklist_extension(build):
    """Plain Markdown leaves the boxes as text."""
    html, warnings = build(SUM, enable=("dollarmath", "colon_fence"))
    assert warnings == "" and "[x]" not in html


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text.replace("[x]", "[ ]"),
            "exactly one of them is right.*got 2, of which 0",
        ),
        (lambda text: text.replace("[ ]", "[x]"), "got 2, of which 2 right"),
        (lambda text: text.replace("[x] ", ""), "begins with a box.*got '2'"),
        (lambda text: text.replace("  One *and* one.", ""), "there is none under '2'"),
        (lambda text: text.replace(":label: q-sum\n", ""), "`:label:` is missing"),
        (lambda text: re.sub(r"- \[.*:::", ":::", text, flags=re.DOTALL), "after it a list"),
        (lambda text: text.replace("What is *one* and $1$?", ""), "a question is text"),
        (lambda text: text.replace(":label: q-sum", ":label: q-sum\n:number:"), "last choice.*'2'"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(build, change, message):
    """The message says what is missing, where."""
    _, warnings = build(change(SUM))
    assert re.search(message, " ".join(warnings.split()))
    assert "index.md:4: " in warnings


def test_numbers_are_numbers(build):
    """A numeric question has numbers as choices."""
    _, warnings = build(HALF.replace("−2", "two"))
    assert "is a number, as `0.7 ± 0.01`, or `else`; got 'two'" in warnings
