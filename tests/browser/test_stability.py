"""Nothing jumps: neither while a page loads nor when its figures come to life."""

import pytest
from conftest import come_alive

# Chromium's own measure (the share of the screen that moved, times how far), summed up. From 0.1 on
# it counts as poor; what is left here is a fallback font that gives way to a font of formulas.
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.shifts.push({
  value: entry.value,
  what: entry.sources.map((s) => s.node?.outerHTML?.slice(0, 100) || s.node?.nodeName).join(" | "),
}))).observe({ type: "layout-shift", buffered: true });
"""
LIMIT = 0.02
# Where headings, captions and figures stand, in pixels from the top of the page: with the figures
# alive, and as they were before, when their pictures stood in.
PLACES = """() => {
  const places = () => [...document.querySelectorAll("article :is(h1, h2, h3, figcaption, figure)")]
    .filter((e) => e.checkVisibility()).map((e) => Math.round(e.getBoundingClientRect().top));
  const stages = document.querySelectorAll(".live-stage");
  const alive = places();
  stages.forEach((stage) => stage.classList.remove("is-live"));
  const still = places();
  stages.forEach((stage) => stage.classList.add("is-live"));
  return [still, alive];
}"""
# Each figure, how high it is, and how high the room is that the page keeps for it.
HEIGHTS = """() => [...document.querySelectorAll(".live-stage:has(.live-body)")].map((stage) => [
  stage.querySelector(".live-body").className,
  stage.querySelector(".live-view").getBoundingClientRect().height,
  parseFloat(getComputedStyle(stage).minHeight)])"""
# Fonts of formulas that the browser asked for only when it met their first text.
LATE = """() => performance.getEntriesByType("resource")
  .filter((e) => e.initiatorType === "css" && e.name.includes("KaTeX_")).map((e) => e.name)"""
WIDTHS = (390, 1200)


@pytest.fixture(scope="module", params=WIDTHS)
def seen(request, names, site, new_page):
    """Return what moved on each page and where its parts stand, at one width."""
    found = {}
    with new_page(viewport={"width": request.param, "height": 800}) as page:
        page.add_init_script(WATCH)
        for name in names:
            come_alive(page, f"{site}/{name}")
            page.wait_for_timeout(300)
            shifts = page.evaluate("window.shifts")
            found[name] = {"shifts": shifts, "places": page.evaluate(PLACES)}
            found[name]["late"] = page.evaluate(LATE)
            found[name]["heights"] = page.evaluate(HEIGHTS)
    return found


def test_nothing_shifts_while_a_page_loads(seen):
    moved = {name: one["shifts"] for name, one in seen.items()}
    sums = {name: sum(shift["value"] for shift in shifts) for name, shifts in moved.items()}
    assert {name: moved[name] for name, total in sums.items() if total > LIMIT} == {}


def test_fonts_of_formulas_are_asked_for_at_once(seen):
    assert {name: one["late"] for name, one in seen.items() if one["late"]} == {}


def test_the_page_is_laid_out_alike_before_and_after(seen, live_names):
    """Headings, captions and figures stand where they stood while the pictures were shown."""
    jumps = {}
    for name in live_names:
        still, alive = seen[name]["places"]
        assert len(still) == len(alive) > 5
        jumps[name] = max(abs(a - b) for a, b in zip(still, alive, strict=True))
    assert {name: jump for name, jump in jumps.items() if jump > 2} == {}


def test_figures_are_as_high_as_the_room_that_is_kept(seen, live_names):
    """No blank band and no jump; up to two lines of text may be shorter than foreseen."""
    wrong = {
        (name, kind): (high, kept)
        for name in live_names
        for kind, high, kept in seen[name]["heights"]
        if not -2 <= kept - high <= 40
    }
    assert wrong == {}


def test_no_box_of_controls_scrolls(site, new_page):
    """Browsers without a screen hide scroll bars, so that no picture shows them."""
    scrolls = """() => [...document.querySelectorAll(".live-root, .live-root .jupyter-widgets")]
      .filter((box) => ["auto", "scroll"].includes(getComputedStyle(box).overflowY))
      .map((box) => box.className)"""
    with new_page() as page:
        for name in ("image-kernels", "designing-kernels", "learning-a-kernel"):
            come_alive(page, f"{site}/chapters/{name}.html")
            assert page.evaluate(scrolls) == [], name
