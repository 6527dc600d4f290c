"""Thumbs that scroll, numbers that people type, keys and focus: what hands do to a page."""

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
    lab.keyboard.press("End")
    lab.keyboard.press("7")
    lab.keyboard.press("Escape")
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
