"""Where nothing can move: without JavaScript, on paper and in PDF the pictures stand in."""

import re

import pytest
from conftest import come_alive

# What a reader sees of each live figure: the picture, its text, its caption, the controls.
SEEN = """() => [...document.querySelectorAll(".live-figure")].map((figure) => {
  const visible = (e) => Boolean(e) && e.checkVisibility({ visibilityProperty: true })
    && e.getBoundingClientRect().height > 10;
  const image = figure.querySelector(".live-fallback img");
  const caption = figure.closest("figure")?.querySelector("figcaption");
  return {
    picture: visible(image) && image.complete && image.naturalWidth > 0,
    width: Math.round(image?.getBoundingClientRect().width ?? 0),
    size: [image?.naturalWidth, image?.naturalHeight],
    alt: image?.alt ?? "",
    caption: visible(caption) ? caption.textContent.trim() : "",
    controls: [...figure.querySelectorAll(".live-view")].filter(visible).length,
    empty: figure.getBoundingClientRect().height
      - (image?.getBoundingClientRect().height ?? 0),
  };
})"""
# A media block of a PDF file of Chromium's that holds a picture, with its size.
IMAGE = re.compile(
    rb"/Subtype /Image\s.{0,200}?/Width (\d+)\s+/Height (\d+)|"
    rb"/Width (\d+)\s+/Height (\d+).{0,200}?/Subtype /Image",
    re.DOTALL,
)


def wrong(figures):
    """Return what is missing where only pictures can be shown."""
    found = [] if figures else ["no figure at all"]
    for number, figure in enumerate(figures):
        checks = {
            "the picture is not visible": figure["picture"],
            "the picture is tiny": figure["width"] > 200,
            "the alternative text is short": len(figure["alt"]) > 40,
            "the caption is missing": len(figure["caption"]) > 40,
            "dead controls are visible": figure["controls"] == 0,
            "there is an empty gap": figure["empty"] < 40,
        }
        found += [f"figure {number}: {what}" for what, right in checks.items() if not right]
    return found


def assert_none(trouble):
    assert {name: texts for name, texts in trouble.items() if texts} == {}


@pytest.mark.parametrize("width", [390, 1200])
def test_without_javascript_the_pictures_stand_in(live_names, site, new_page, width):
    viewport = {"width": width, "height": 900}
    trouble = {}
    with new_page(java_script_enabled=False, viewport=viewport) as page:
        for name in live_names:
            page.goto(f"{site}/{name}", wait_until="load")
            trouble[name] = wrong(page.evaluate(SEEN))
        trouble["requests"] = [line for line in page.trouble if "outside" in line]
    assert_none(trouble)


def test_figures_that_have_not_started_are_printed_as_pictures(live_names, site, new_page):
    trouble = {}
    with new_page(lazy=True) as page:
        page.route("**/live/start.js*", lambda route: route.fulfill(body=""))
        for name in live_names:
            page.goto(f"{site}/{name}")
            page.emulate_media(media="print")
            printed = pictures_in(page.pdf())  # printing loads what had not been near yet
            figures = page.evaluate(SEEN)
            trouble[name] = wrong(figures)
            missing = [one["size"] for one in figures if tuple(one["size"]) not in printed]
            trouble[name] += [f"not in the PDF: the picture of {size}" for size in missing]
            page.emulate_media(media="screen")
    assert_none(trouble)


def pictures_in(pdf):
    """Return width and height of the pictures in a PDF file of Chromium's."""
    groups = (match.groups() for match in IMAGE.finditer(pdf))
    return {tuple(int(n) for n in group if n) for group in groups}


def test_after_printing_the_figures_are_alive_again(page, site, live_names):
    come_alive(page, f"{site}/{live_names[0]}")
    for media in ("print", "screen"):
        page.emulate_media(media=media)
    assert page.locator(".live-view").first.is_visible()
    assert page.locator(".live-fallback").first.is_hidden()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_cheat_sheet_is_one_sheet(page, site, paper):
    page.goto(f"{site}/chapters/cheat-sheet.html")
    page.emulate_media(media="print")
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format=paper))) == 1
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
