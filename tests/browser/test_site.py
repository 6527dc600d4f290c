"""Every page of the built site, opened in Chromium without any network."""

import posixpath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

FACTS = """() => ({
  links: [...document.querySelectorAll("a[href], img[src], audio[src]")]
    .map((e) => e.getAttribute("href") ?? e.getAttribute("src")),
  ids: [...document.querySelectorAll("[id], a[name]")].flatMap((e) => [e.id, e.name || ""]),
  plainImages: [...document.querySelectorAll("img")]
    .filter((i) => !/\\s/.test((i.alt || "").trim()) && i.closest("article"))
    .map((i) => i.getAttribute("src")),
  namelessImages: [...document.querySelectorAll("img:not([alt])")].map((i) => i.src),
  emptyIcons: [...document.querySelectorAll("i[class*=fa-], span[class*=fa-]")]
    .filter((i) => ["none", "normal"].includes(getComputedStyle(i, "::before").content))
    .map((i) => i.className),
})"""
WIDEST = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return null;
  const wide = [...document.querySelectorAll("article *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1);
  return document.documentElement.scrollWidth + " px: "
    + wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ");
}"""


def look_at(page, address):
    """Load an address and return the trouble that it made."""
    page.trouble.clear()
    page.goto(address, wait_until="load")
    page.wait_for_timeout(200)
    return list(page.trouble)


@pytest.fixture(scope="module")
def facts(names, site, new_page):
    """What each page contains and what went wrong on it, by name."""
    found = {}
    with new_page() as page:
        for name in names:
            page.set_viewport_size({"width": 1200, "height": 800})
            trouble = look_at(page, f"{site}/{name}")
            found[name] = page.evaluate(FACTS) | {"trouble": trouble}
            page.set_viewport_size({"width": 360, "height": 740})
            page.wait_for_timeout(100)
            found[name]["wide"] = page.evaluate(WIDEST)
    return found


def test_no_page_reports_trouble_or_asks_outside(facts):
    """No outside request, missing file or error in the console."""
    assert {name: f["trouble"] for name, f in facts.items() if f["trouble"]} == {}


def test_all_internal_links_and_anchors_lead_somewhere(facts, site, site_dir):
    """Links, pictures and sounds name files that exist, and ids that these files have."""
    broken = []
    for name, fact in facts.items():
        for link in fact["links"]:
            target, anchor = urldefrag(urljoin(f"{site}/{name}", link))
            if not target.startswith(site):
                continue
            path = posixpath.normpath(unquote(urlsplit(target).path).lstrip("/") or "index.html")
            known = facts.get(path)
            missing = not (site_dir / path).is_file()
            if missing or (anchor and known and unquote(anchor) not in known["ids"]):
                broken.append(f"{name} -> {link}")
    assert broken == []


def test_every_picture_is_described(facts):
    """Pictures in the text have an alternative text of more than one word."""
    found = {n: f["plainImages"] + f["namelessImages"] for n, f in facts.items()}
    assert {name: images for name, images in found.items() if images} == {}


def test_every_icon_is_drawn(facts):
    """Trimming the icon fonts has left no icon without its glyph."""
    assert {name: f["emptyIcons"] for name, f in facts.items() if f["emptyIcons"]} == {}


def test_no_page_scrolls_sideways_on_a_phone(facts):
    """At 360 pixels everything fits or scrolls inside its own box."""
    assert {name: f["wide"] for name, f in facts.items() if f["wide"]} == {}


def test_every_page_opens_from_the_file_system(names, site_dir, new_page):
    """Without a server the pages work as well."""
    with new_page() as page:
        found = {name: look_at(page, (site_dir / name).as_uri()) for name in names}
    assert {name: trouble for name, trouble in found.items() if trouble} == {}


def test_formulas_are_there_without_scripts(site, new_page):
    """With JavaScript turned off the formulas are typeset all the same."""
    with new_page(java_script_enabled=False) as page:
        page.goto(f"{site}/chapters/discrete-convolution.html")
        assert page.locator(".katex-html").count() > 2
        assert page.locator("math").count() == page.locator(".katex-html").count()
        box = page.locator(".katex-display").first.bounding_box()
        assert box["height"] > 20


def test_pages_are_light(site_dir):
    """The theme's icon script is gone and the icon fonts hold only what is used."""
    assert not list(site_dir.rglob("fontawesome.js"))
    icons = list((site_dir / "_static" / "vendor" / "fontawesome" / "webfonts").iterdir())
    assert len(icons) == 3
    letters = list((site_dir / "_static" / "katex" / "fonts").iterdir())
    assert max(font.stat().st_size for font in [*icons, *letters]) < 12_000
    assert not list((site_dir / "_images").glob("*.png"))


def test_colour_theme_can_be_switched(page, site):
    """The button at the top switches between light and dark."""
    page.goto(f"{site}/index.html")
    seen = set()
    for _ in range(3):
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
        page.locator(".theme-switch-button:visible").first.click()
    assert seen == {"light", "dark"}
    assert page.trouble == []


def test_search_finds_a_chapter_offline(page, site):
    """The search page works from its own index."""
    page.goto(f"{site}/search.html?q=kernel")
    page.locator("#search-results li a").first.wait_for()
    assert page.trouble == []
