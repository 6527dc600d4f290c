"""Thumbs that scroll, numbers that people type, keys and focus: what hands do to a page."""

import functools
import http.server
import threading

import pytest
from conftest import come_alive

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LAB = "chapters/image-kernels.html"
# What the reader has set: every trait of every control and view on the page, but for bytes.
STATE = """() => JSON.stringify(window.__widgets[0].models
  ? Object.values(window.__widgets[0].models)
      .filter((model) => !/Layout|Style|Link/.test(model.name))
      .map((model) => [model.name, Object.entries(model.attributes).filter(([name, value]) =>
        ["string", "number", "boolean"].includes(typeof value) || name === "recipes")])
  : [])"""
# Where a swipe may begin: on the handle and track of every slider, on every drawing and picture.
TARGETS = """() => [...document.querySelectorAll(`.live-view :is(
    .noUi-handle, .noUi-target, svg, canvas, .live-scene, .live-handle, .live-cell)`)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".live-pad-frame"))
  .map((e, i) => { e.dataset.target = i; return i; })"""


def touch(session, kind, *points):
    """Send one touch event."""
    session.send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
    )


def swipe(page, session, start, end, steps=6):
    """Move a finger from one point to another."""
    touch(session, "touchStart", start)
    for i in range(1, steps + 1):
        at = [a + (b - a) * i / steps for a, b in zip(start, end, strict=True)]
        touch(session, "touchMove", at)
    touch(session, "touchEnd")


def middle_of(page, target):
    """Scroll a target to the middle of the screen; return its middle, or None if it is covered."""
    return page.evaluate(
        """(i) => {
          const e = document.querySelector(`[data-target="${i}"]`);
          e.scrollIntoView({ block: "center" });
          const { left, top, width, height } = e.getBoundingClientRect();
          const point = [left + width / 2, top + height / 2];
          return e.contains(document.elementFromPoint(...point)) ? point : null;
        }""",
        target,
    )


@pytest.mark.parametrize(
    "name", ["image-kernels", "continuous-convolution", "discrete-convolution", "fourier-view"]
)
def test_a_thumb_that_scrolls_changes_nothing(new_page, site, name):
    """Up and down the page moves, wherever on a figure the thumb begins."""
    with new_page(**PHONE) as page:
        come_alive(page, f"{site}/chapters/{name}.html")
        session = page.context.new_cdp_session(page)
        targets = page.evaluate(TARGETS)
        before, stuck = page.evaluate(STATE), []
        chosen = targets[:: max(1, len(targets) // 16)]
        for target in chosen:
            point = middle_of(page, target)
            if point is None:
                continue
            top = page.evaluate("scrollY")
            swipe(page, session, point, (point[0] + 4, point[1] - 120))
            page.wait_for_timeout(30)
            if page.evaluate("scrollY") - top < 60:
                stuck.append(target)
        assert page.evaluate(STATE) == before
        assert stuck == []
        assert len(chosen) > 3


def test_a_thumb_that_goes_sideways_moves_a_slider(new_page, site):
    with new_page(**PHONE) as page:
        come_alive(page, f"{site}/{LAB}")
        session = page.context.new_cdp_session(page)
        slider = page.get_by_role("slider", name="kernel value at row 1, column 1").first
        slider.scroll_into_view_if_needed()
        box, before = slider.bounding_box(), float(slider.get_attribute("aria-valuenow"))
        start = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        swipe(page, session, start, (start[0] - 30, start[1] + 5))
        page.wait_for_function(
            "([e, before]) => Number(e.getAttribute('aria-valuenow')) < before - 1",
            arg=[slider.element_handle(), before],
        )


TYPED = {
    "0,5": 0.5,
    "1/9": 1 / 9,
    "2/3": 2 / 3,
    "−1.05": -1.05,
    "1 000": "is not a number",
    "1;2": "is not a number",
    "0x10": "is not a number",
    "99": "is not between −5.00 and 5.00",
}


@pytest.fixture(scope="module")
def lab(new_page, site):
    """A page with the kernel lab."""
    with new_page() as page:
        come_alive(page, f"{site}/{LAB}")
        yield page


def value(page, trait="k4"):
    """Return a kernel value of the lab."""
    return page.evaluate(
        """(name) => Object.values(window.__widgets[0].models)
          .find((model) => model.get(name) !== undefined).get(name)""",
        trait,
    )


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_number_is_taken_as_it_is_or_refused_in_words(lab, text):
    readout = lab.get_by_role("textbox", name="kernel value at row 1, column 1").first
    before = value(lab)
    readout.click()
    lab.keyboard.press("ControlOrMeta+a")
    lab.keyboard.insert_text(text)
    lab.keyboard.press("Enter")
    expected = TYPED[text]
    if isinstance(expected, str):
        assert expected in lab.get_by_role("alert").filter(has_text=text).inner_text()
        assert value(lab) == before
    else:
        assert value(lab) == pytest.approx(expected, abs=1e-12)
        assert lab.get_by_role("alert").filter(has_text=text).count() == 0


def test_a_number_can_be_edited_where_it_stands_and_left_with_escape(lab):
    """Also a negative one, which is written with a true minus sign."""
    readout = lab.get_by_role("textbox", name="kernel value at row 0, column 1").first
    assert readout.inner_text() == "−1.00"
    readout.click()
    for key in ("End", "Backspace", "5", "Enter"):
        lab.keyboard.press(key)
    assert value(lab, "k1") == pytest.approx(-1.05)
    for key in ("7", "1", "Escape"):  # whoever is on the slider just types
        lab.keyboard.press(key)
    assert (value(lab, "k1"), readout.inner_text()) == (pytest.approx(-1.05), "−1.05")


def test_telephones_offer_a_minus_where_there_are_negative_numbers(lab):
    modes = lab.evaluate("""() => [...document.querySelectorAll(".widget-readout[inputmode]")].map(
      (readout) => [readout.getAttribute("inputmode"),
        Number(readout.parentElement.querySelector("[role=slider]").getAttribute("aria-valuemin"))])""")
    assert {mode for mode, low in modes if low < 0} == {"text"}
    assert {mode for mode, low in modes if low >= 0} <= {"decimal"}


def test_the_first_picture_comes_back_and_the_focus_stays_in_the_figure(lab, tmp_path):
    photo = tmp_path / "dot.svg"
    photo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>')
    lab.locator(".live-own input[type=file]").first.set_input_files(photo)
    back = lab.get_by_role("button", name="First picture").first
    back.wait_for()
    back.focus()
    lab.keyboard.press("Enter")
    assert lab.evaluate("document.activeElement.closest('.live-own') !== null")


HEARD = """() => {
  window.heard = [];
  for (const box of document.querySelectorAll("[role=status]")) {
    new MutationObserver(() => {
      if (box.ariaLive !== "off" && box.textContent) window.heard.push(box.textContent);
    }).observe(box, { subtree: true, childList: true, characterData: true });
  }
}"""


def test_a_play_is_announced_once(new_page, site):
    """When it ends; what the eye reads changes with every step."""
    with new_page() as page:
        page.clock.install()
        come_alive(page, f"{site}/{LAB}")
        figure = page.locator(".live-step")
        figure.scroll_into_view_if_needed()
        page.evaluate(HEARD)
        figure.get_by_role("button", name="play").click()
        texts = set()
        for _ in range(14):
            page.clock.run_for(900)
            texts.add(figure.locator(".live-status").inner_text())
        page.clock.run_for(2000)
        heard = page.evaluate("window.heard")
        assert len(texts) > 8
        assert len(set(heard)) == 1, heard
        assert heard[0] == figure.locator(".live-status").inner_text()


def test_figures_start_when_they_come_near_and_not_before(new_page, site):
    """What a reader never comes near costs nothing: no script, and the picture stays."""
    with new_page(lazy=True, viewport={"width": 1200, "height": 500}) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{site}/{LAB}", wait_until="load")
        page.locator(".live-stage").first.scroll_into_view_if_needed()
        page.locator(".live-stage.is-live").first.wait_for()
        last = page.locator(".live-stage").last
        assert last.get_attribute("data-started") is None
        assert not any("step_through" in url for url in asked)
        last.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelectorAll('.live-stage.is-live').length === 2")
        assert page.trouble == []


class Sandboxed(http.server.SimpleHTTPRequestHandler):
    """A server whose pages may run scripts and keep nothing, as frames of learning platforms."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", "sandbox allow-scripts")
        super().end_headers()

    def log_message(self, *arguments):
        pass


def test_a_page_that_may_keep_nothing_works(browser, site_dir):
    """Menus and themes work, and the figure lives."""
    handler = functools.partial(Sandboxed, directory=str(site_dir))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        page = browser.new_page()
        trouble = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        theme = "document.documentElement.dataset.theme"
        seen = set()
        for _ in range(3):
            page.locator("button.theme-switch-button:visible").click()
            seen.add(page.evaluate(theme))
        assert seen == {"light", "dark"}
        page.locator(".live-stage.is-live").wait_for()
        server.shutdown()
        page.close()
    assert trouble == []


def test_a_digit_of_the_readers_own_begins_on_an_empty_pad(new_page, site):
    """Not on the example, which stands there until then; the pad says what to do."""
    with new_page() as page:
        come_alive(page, f"{site}/chapters/training-a-cnn.html")
        figure = page.locator(".live-stage:has(.live-pad)")
        figure.scroll_into_view_if_needed()
        figure.get_by_label("Digit", exact=False).first.select_option(index=4)
        invitation = figure.get_by_text("draw here")
        invitation.wait_for()
        box = figure.locator(".live-pad").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 4
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + box["height"] / 2, steps=5)
        page.mouse.up()
        invitation.wait_for(state="hidden")
        rows = figure.locator(".live-pad").evaluate("""(pad) => {
          const { data } = pad.getContext("2d").getImageData(0, 0, 28, 28);
          return Array.from({ length: 784 }, (_, i) => data[4 * i]);
        }""")
        columns = {i % 28 for i, value in enumerate(rows) if value}
        assert columns <= set(range(11, 18)), "the example is under the stroke"
        assert figure.locator(".live-pen").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_window_can_be_seen(new_page, site, scheme):
    """Its outline against the cells that it is drawn on: at least 3 to 1."""
    with new_page(color_scheme=scheme) as page:
        come_alive(page, f"{site}/{LAB}")
        ratios = page.evaluate("""() => {
          const light = (colour) => {
            const part = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => part(v / 255));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          return [...document.querySelectorAll(".live-step .is-window")].map((cell) => {
            const style = getComputedStyle(cell);
            const [a, b] = [light(style.boxShadow), light(style.backgroundColor)];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          });
        }""")
        assert len(ratios) == 10
        assert min(ratios) >= 3


def test_numbers_do_not_overlap_on_a_telephone(new_page, site):
    with new_page(**PHONE) as page:
        come_alive(page, f"{site}/chapters/discrete-convolution.html")
        figure = page.locator(".live-stage:has(.live-discrete)")
        figure.get_by_label("x", exact=True).fill("1.25, -2.375, 1000, 3, 0.125, -10.5, 7, 8.875")
        figure.get_by_role("status").get_by_text("y[0]").wait_for()
        wide = figure.evaluate("""(stage) => [
          ...stage.querySelectorAll(".live-cell")].filter((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          return range.getBoundingClientRect().width > cell.getBoundingClientRect().width + 0.5;
        }).map((cell) => cell.textContent)""")
        assert wide == []


def test_the_search_forgives_a_slip_and_finds_the_teaching_chapter_first(new_page, site):
    with new_page() as page:
        page.goto(f"{site}/search.html?q=sharpeen")
        results = page.locator("#search-results ul.search > li > a")
        results.first.wait_for()
        assert "chapters/" in results.first.get_attribute("href")
        page.goto(f"{site}/search.html?q=convolve")
        results.first.wait_for()
        first = results.first.get_attribute("href")
        assert not any(name in first for name in ("api", "glossary", "genindex", "teach"))


def test_pages_that_were_read_to_their_end_are_marked(new_page, site):
    """On this device, for the reader alone."""
    with new_page() as page:
        page.goto(f"{site}/chapters/discrete-convolution.html")
        link = page.locator(".bd-sidebar-primary a", has_text="Convolve lists").first
        assert "is-read" not in (link.get_attribute("class") or "")
        for _ in range(3):  # pictures on the way down load and make the page longer
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            page.wait_for_timeout(200)
        page.wait_for_function("document.querySelector('.bd-sidebar-primary a.is-read')")
        page.goto(f"{site}/index.html")
        page.locator(".bd-sidebar-primary a.is-read").wait_for(state="attached")
