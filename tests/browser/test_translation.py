"""Two pages of the book in Arabic, from right to left: text, directions, words of a figure."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import come_alive, open_page

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "language": "ar",
    "locale_dirs": "tests/locales",
    "external_toc_path": "tests/locales/_toc.yml",
}


@pytest.fixture(scope="module")
def arabic(tmp_path_factory):
    """Build the pages from the outputs of the book; references to the other pages are left open."""
    notes = tmp_path_factory.mktemp("arabic")
    settings = SETTINGS | {"nb_execution_cache_path": str(notes / "cache")}
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", str(notes / "doctrees")]
    command += [f"-D{name}={value}" for name, value in settings.items()]
    out = ROOT / "_build" / "arabic"  # beside the outputs that the book has kept
    subprocess.run([*command, str(ROOT), str(out)], check=True, capture_output=True, timeout=300)
    return out


@pytest.fixture
def page(browser, site, arabic):
    """Give the chapter as a watched page."""
    with open_page(browser, site, arabic) as opened:
        come_alive(opened, (arabic / "chapters" / "convolutional-layers.html").as_uri())
        yield opened


def test_a_translated_page_lives_from_right_to_left(page):
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "ابنِ طبقة التفافية" in page.locator("article h1").first.inner_text()
    assert page.get_by_text("A neural network has to find").is_visible()  # what is not translated
    assert "امسح إجاباتي" in page.content()  # what the script of the questions says
    stride = page.get_by_role("slider", name="الخطوة s")
    said = page.locator(".live-arithmetic .live-status")
    assert "المخرج 0 يرى المداخل 0, 1, 2, 3, 4؛ حقل الاستقبال: 5" in said.inner_text()
    handle = page.get_by_role("slider", name="padding p").bounding_box()
    track = page.locator(".noUi-target", has=page.get_by_role("slider", name="padding p"))
    assert handle["x"] < track.bounding_box()["x"] + 15, "padding 0 is not at the left end"
    stride.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("حقل الاستقبال 7").wait_for()
    said.get_by_text("حقل الاستقبال: 7").wait_for()  # told a little later than drawn
    said.get_by_text("حقول الاستقبال: 1 → 3 → 7").wait_for()
    assert "receptive" not in said.inner_text()
    for selector in (".cell_input pre", ".math", ".live-stage"):
        part = page.locator(selector).first
        assert part.evaluate("(one) => getComputedStyle(one).direction") == "ltr", selector
