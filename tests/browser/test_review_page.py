"""Pages about students' work: what a teacher types comes out, and nothing else runs."""

import json
import os

import pytest
from axe import AXE, RUN

from coursework import course as courses
from coursework import exporting, results, reviewing
from coursework.collecting import collect
from coursework.results import Part, Result

EVIL = "</script><script>document.title = 1</script><img src=x onerror=document.title=1>"
TOML = 'name = "Signals"\nroster = "roster.csv"\nseed = "s"\n[assignments.discrete]\n'
PARTS = [Part("test-flip", "The flip", 4), Part("essay", "In your words", 6, by_hand=True)]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """One student, whose name, work and outputs are as bad as can be."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "course.toml").write_text(TOML, encoding="utf-8")
    (folder / "roster.csv").write_text("id;name\n7;Zoë " + EVIL + "\n", encoding="utf-8")
    course = courses.read(folder)
    source = folder / "in" / "7" / "discrete.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text("{}", encoding="utf-8")
    collect(course, "discrete", source.parents[1])
    parts = [Part("test-flip", "The flip", 4, 1, EVIL), PARTS[1]]
    path = results.result_path(folder, "discrete", "7")
    results.write(path, Result("7", "discrete", parts=parts, flags=[EVIL]))
    os.utime(path, (4e9, 4e9))
    outputs = [{"output_type": "stream", "text": EVIL}, {"data": {"text/html": EVIL}}]
    cells = [{"source": f"x = 1 # {EVIL}", "metadata": {}, "outputs": outputs}]
    results.notebook_path(folder, "discrete", "7").write_text(json.dumps({"cells": cells}), "utf-8")
    return course


def opened(browser, path):
    """Open a page from the disk; return it with what it asked for and complained of."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    trouble = []
    asked = trouble.append
    page.on("request", lambda r: asked(r.url) if not r.url.startswith(("file:", "blob:")) else 0)
    page.on("console", lambda m: trouble.append(m.text))
    page.on("pageerror", lambda e: trouble.append(str(e)))
    page.goto(path.as_uri())
    return page, trouble


def test_what_is_typed_is_what_is_entered(browser, course, tmp_path):
    """By keyboard: points with a comma, a comment in two lines that begins like a formula."""
    reviewing.write_page(course, "discrete", reviewing.finals(course, "discrete", PARTS), False)
    page, trouble = opened(browser, course.folder / "review" / "discrete.html")
    page.get_by_label("Points for In your words").fill("4,5")
    page.get_by_label("Comment on In your words").fill('=well "said",\nBob & Ž 卷积')
    page.get_by_label("Comment on the whole").fill("- good")
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Save discrete-review.csv").click()
    loaded.value.save_as(tmp_path / loaded.value.suggested_filename)
    assert page.get_by_text("2 entries saved").is_visible()
    assert not trouble and page.title().startswith("Signals, discrete")
    whole = reviewing.finals(course, "discrete", PARTS)
    assert reviewing.enter(course, "discrete", tmp_path / "discrete-review.csv", whole) == 2
    one = reviewing.finals(course, "discrete", PARTS)["7"]
    assert (one.total, one.comment) == (5.5, "- good")
    assert one.marks[1].comment == '=well "said",\nBob & Ž 卷积'


@pytest.mark.parametrize("which", ["review", "feedback"])
def test_pages_run_nothing_of_students_and_are_for_everyone(browser, course, monkeypatch, which):
    """No request, no script but ours, nothing that axe-core finds, no sideways scrolling."""
    monkeypatch.setattr(exporting, "write_gradebook", lambda *_: None)
    manual = {"parts": {"essay": {"points": 6, "comment": EVIL}}, "comment": EVIL}
    course.manual("7", "discrete").parent.mkdir(parents=True, exist_ok=True)
    course.manual("7", "discrete").write_text(json.dumps(manual), encoding="utf-8")
    os.utime(course.manual("7", "discrete"), (4e9, 4e9))
    whole = reviewing.finals(course, "discrete", PARTS)
    reviewing.write_page(course, "discrete", whole, True)
    exporting.export(course, "discrete", whole)
    paths = {"review": "review/discrete.html", "feedback": "export/discrete/feedback/7.html"}
    page, trouble = opened(browser, course.folder / paths[which])
    assert not trouble and page.title() != "1"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(RUN, None) == []
