"""The smaller live figures in Chromium: driven by keyboard, compared with their Python twins.

Each is put on a page of its own, with the widget state that a saved notebook would hold.
"""

import json

import numpy as np
import pytest
from ipywidgets.embed import dependency_state, embed_data

from convlib import live

PAGE = """<!doctype html><html lang="en"><title>One figure</title><body style="margin: 8px">
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<div class="live-stage" style="container-type: inline-size">
<script type="application/vnd.jupyter.widget-view+json">{view}</script></div>
<script src="_static/live/widget-runtime.js" defer></script></body></html>"""


def escaped(data):
    return json.dumps(data).replace("</", r"<\/")


@pytest.fixture
def bring_alive(page, site):
    """Return a function that puts a figure on the page and waits until it has drawn itself."""

    def bring(figure):
        saved = dependency_state([figure], drop_defaults=False)  # as notebooks save it
        data = embed_data(views=[figure], state=saved)
        body = PAGE.format(
            state=escaped(data["manager_state"]), view=escaped(data["view_specs"][0])
        )
        address = f"{site}/one-figure.html"
        page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(address)
        stage = page.locator(".live-stage.is-live")
        stage.wait_for()
        return stage

    yield bring
    assert page.trouble == []


def press(page, control, *keys):
    control.focus()
    for key in keys:
        page.keyboard.press(key)


def minus(text):
    return text.replace("\N{MINUS SIGN}", "-")


def cells(stage, caption):
    """Return the numbers of the table with this caption."""
    texts = stage.locator(f".live-table:has-text('{caption}') .live-cell").all_text_contents()
    return [float(minus(text)) for text in texts]


def test_step_through(page, bring_alive):
    figure = live.StepThrough(
        [[7, 6, 5, 5], [6, 4, 3, 4], [5, 3, 2, 3]], [[0, 1, 2], [3, 4, 5], [6, 7, 9]]
    )
    stage = bring_alive(figure)
    press(page, stage.get_by_role("slider", name="output pixel"), "ArrowRight", "ArrowRight")
    stage.get_by_label("Operation").select_option(label="convolution")
    stage.get_by_label("Boundary").select_option(label="wrap")
    figure.position, figure.operation, figure.boundary = (0, 2), "convolution", "wrap"
    np.testing.assert_allclose(cells(stage, "products"), figure.products.ravel(), atol=1e-5)
    np.testing.assert_allclose(cells(stage, "result"), figure.result.ravel(), atol=1e-5)
    assert minus(stage.get_by_role("status").text_content()).endswith(f"= {figure.result[0, 2]:g}")


def test_step_through_cells_answer_to_pointer_and_keys(page, bring_alive):
    figure = live.StepThrough()
    stage = bring_alive(figure)
    stage.get_by_role("button", name="output at row 1, column 3").hover()
    figure.position = 1, 3
    np.testing.assert_allclose(cells(stage, "products"), figure.products.ravel())
    press(
        page,
        stage.get_by_role("button", name="output at row 1, column 3"),
        "ArrowDown",
        "ArrowLeft",
    )
    figure.position = 2, 2
    np.testing.assert_allclose(cells(stage, "products"), figure.products.ravel())
    slider = stage.get_by_role("slider", name="output pixel")
    assert int(slider.get_attribute("aria-valuetext")) == 10


@pytest.mark.parametrize("figure", [live.StepThrough, live.DiscreteSlide])
def test_play_goes_on_by_itself(page, bring_alive, figure):
    stage = bring_alive(figure())
    stage.get_by_role("button", name="play").click()
    page.wait_for_function("document.querySelector('[role=slider]').ariaValueText > 0")
    stage.get_by_role("button", name="pause").click()


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("operation", ["convolution", "cross-correlation"])
def test_discrete_slide(page, bring_alive, mode, operation):
    figure = live.DiscreteSlide([1, 2, 4, 3], [3, 2])
    stage = bring_alive(figure)
    stage.get_by_label("h", exact=True).fill("3, -1, 2, 5")
    stage.get_by_label("Operation").select_option(label=operation)
    stage.get_by_label("Outputs kept").select_option(label=mode)
    figure.h, figure.operation, figure.mode = [3, -1, 2, 5], operation, mode
    assert cells(stage, f"y ({mode})") == figure.result.tolist()
    press(page, stage.get_by_role("slider", name="output n"), "End")
    figure.n = len(figure.result) - 1
    assert cells(stage, "products") == figure.products.tolist()


def test_discrete_slide_says_what_is_wrong(bring_alive):
    stage = bring_alive(live.DiscreteSlide())
    stage.get_by_label("x", exact=True).fill("1, two")
    assert stage.get_by_role("status").text_content() == "Type numbers with commas between for x."
    stage.get_by_label("x", exact=True).fill("1, 2")
    stage.get_by_label("Outputs kept").select_option(label="valid")
    assert "at least as long" in stage.get_by_role("status").text_content()


def test_flip_and_slide(page, bring_alive):
    figure = live.FlipAndSlide("ramp", "decay", t=1.0)
    stage = bring_alive(figure)
    stage.get_by_label("g, flipped and moved").select_option(label="up and down")
    press(page, stage.get_by_role("slider", name="move g to t ="), "ArrowRight", "PageUp")
    figure.g, figure.t = "up and down", 1.3
    words = f"(f \N{ASTERISK OPERATOR} g)(1.30) = {figure.value:.3f}, the shaded area"
    stage.get_by_role("status").get_by_text(words).wait_for()


def test_conv_arithmetic(page, bring_alive):
    figure = live.ConvArithmetic(11, 3, stride=2, layers=2)
    stage = bring_alive(figure)
    press(page, stage.get_by_role("slider", name="padding p"), "ArrowRight")
    press(page, stage.get_by_role("slider", name="show output"), "ArrowRight")
    figure.padding, figure.output = 1, 1
    sizes = " → ".join(str(size) for size in figure.sizes)
    stage.get_by_role("status").get_by_text(f"Sizes from the input up: {sizes}").wait_for()
    inputs = ", ".join(str(i) for i in figure.taps[-1] if 0 <= i < figure.n)
    words = f"Output 1 sees inputs {inputs}; receptive field: {figure.receptive_field}"
    stage.get_by_role("status").get_by_text(words).wait_for()


PROBE = """(stage, asked) => {
    const probe = document.createElement('div');
    probe.style.height = asked;
    stage.append(probe);
    return probe.offsetHeight;
}"""
FIGURES = (live.ConvArithmetic, live.DiscreteSlide, live.FlipAndSlide, live.StepThrough)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("width", [360, 700])
def test_nothing_is_wider_than_the_page_and_the_room_is_kept(page, bring_alive, figure, width):
    page.set_viewport_size({"width": width, "height": 800})
    made = figure()
    stage = bring_alive(made)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide, narrow = made.room
    asked = wide if width > 560 else narrow
    kept_free = stage.evaluate(PROBE, asked)
    height = stage.locator(".live-view").evaluate("view => view.offsetHeight")
    assert height <= kept_free


@pytest.mark.parametrize("figure", FIGURES)
def test_every_control_has_a_name(page, bring_alive, figure):
    stage = bring_alive(figure())
    for role in ("slider", "combobox", "textbox", "button"):
        for control in stage.get_by_role(role).all():
            assert control.is_hidden() or control.evaluate(
                "c => c.ariaLabel || (c.labels && c.labels[0].textContent) || c.textContent"
            )
