"""The smaller live figures in Chromium: driven by keyboard, compared with their Python twins.

Each is put on a page of its own, with the widget state that a saved notebook would hold.
"""

import json
import re

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


def put(page, site, figure):
    """Put a figure on a page of its own, wait until it has drawn itself, and return its element."""
    saved = dependency_state([figure], drop_defaults=False)  # as notebooks save it
    data = embed_data(views=[figure], state=saved)
    body = PAGE.format(state=escaped(data["manager_state"]), view=escaped(data["view_specs"][0]))
    address = f"{site}/one-figure.html"
    page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(address)
    stage = page.locator(".live-stage.is-live")
    stage.wait_for()
    return stage


def trait(page, name):
    """Return a trait of the figure's view."""
    return page.evaluate(
        """(name) => Object.values(window.__widgets[0].models)
            .find((model) => model.get('_esm') && model.get(name) !== undefined).get(name)""",
        name,
    )


def remove(page):
    """Take all widgets off the page, as a notebook does when a cell runs again."""
    page.evaluate("window.__widgets[0].manager.clear_state()")
    page.wait_for_function("!document.querySelector('.live-body')")


def swipe(page, *points):
    """Draw a finger over the page, from point to point."""
    finger = page.context.new_cdp_session(page)
    kinds = ["touchStart", *["touchMove"] * (len(points) - 1)]
    for kind, (x, y) in zip(kinds, points, strict=True):
        touch = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        finger.send("Input.dispatchTouchEvent", touch)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.fixture
def bring_alive(page, site):
    """Return a function that puts a figure on the page and waits until it has drawn itself."""
    yield lambda figure: put(page, site, figure)
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
    ending = f"= {figure.result[0, 2]:g}".replace("-", "\N{MINUS SIGN}")
    stage.get_by_role("status").get_by_text(re.compile(f"row 0, column 2: .*{ending}$")).wait_for()


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
    stage.get_by_role("status").get_by_text("Type numbers with commas between for x.").wait_for()
    stage.get_by_label("x", exact=True).fill("1, 2")
    stage.get_by_label("Outputs kept").select_option(label="valid")
    stage.get_by_role("status").get_by_text("at least as long").wait_for()


def test_flip_and_slide(page, bring_alive):
    figure = live.FlipAndSlide("ramp", "decay", t=1.0)
    stage = bring_alive(figure)
    stage.get_by_label("g, flipped and moved").select_option(label="up and down")
    press(page, stage.get_by_role("slider", name="move g to t ="), "ArrowRight", "PageUp")
    figure.g, figure.t = "up and down", 1.3
    words = f"(f \N{ASTERISK OPERATOR} g)(1.30) = {figure.value:.3f}, the shaded area"
    stage.get_by_role("status").get_by_text(words).wait_for()


DRAWN = 26, 26, 22  # pixels left and right of the drawn axis, and below it


def on_axes(plot, share, height):
    """Return the pixel at a share of a plot's horizontal axis and of the room above its numbers."""
    box = plot.bounding_box()
    left, right, below = DRAWN
    x = box["x"] + left + share * (box["width"] - left - right)
    return x, box["y"] + (1 - height) * (box["height"] - below)


def check_area(page, figure):
    """Wait until the page says the area that Python knows; a last decimal may round otherwise."""
    page.wait_for_function(
        r"""([place, area]) => {
            const words = document.querySelector('[role=status]').textContent.replaceAll('−', '-');
            const found = words.match(/\(([-\d.]+)\) = ([-\d.]+), the shaded area/);
            const [, t, value] = found.map(Number);
            return t === place && Math.abs(value - area) < 0.00051;
        }""",
        arg=[figure.t, figure.value],
    )


def check_drawing(page, name, place):
    """Compare what is drawn and said with convlib, and the curve's numerics to 1e-5."""
    samples = np.array(trait(page, f"drawn_{name}"))
    figure = live.FlipAndSlide("ramp", "up and down", t=place)
    setattr(figure, f"drawn_{name}", samples)
    check_area(page, figure)
    times = np.linspace(-3, 6, 37)
    found = page.evaluate(
        """async (times) => {
            const models = Object.values(window.__widgets[0].models);
            const view = models.find((model) => model.get('drawn_f'));
            const text = new Blob([view.get('_esm')], { type: 'text/javascript' });
            const { convolveAt } = await import(URL.createObjectURL(text));
            const [f, g, drawnF, drawnG] = ['f', 'g', 'drawn_f', 'drawn_g'].map((n) => view.get(n));
            return convolveAt(f, g, times, drawnF, drawnG);
        }""",
        times.tolist(),
    )
    np.testing.assert_allclose(found, figure.at(times), atol=1e-5)
    return samples


def test_a_curve_drawn_with_the_mouse(page, bring_alive):
    stage = bring_alive(live.FlipAndSlide("ramp", "up and down", t=1.0))
    assert stage.get_by_role("application").count() == 0
    stage.get_by_label("f, stays in place").select_option(label="drawn by hand")
    pad = stage.get_by_role("application")
    page.mouse.move(*on_axes(pad, 0.25, 0.9))
    page.mouse.down()
    page.mouse.move(*on_axes(pad, 0.5, 0.2), steps=3)
    page.mouse.move(*on_axes(pad, 1.2, 0.5), steps=2)  # beyond the edge
    page.mouse.up()
    samples = check_drawing(page, "f", 1.0)
    np.testing.assert_allclose(samples[[10, 20, 40]], [1.2, -0.9, 0], atol=0.05)
    assert (np.diff(samples[10:21]) < 0).all()
    page.mouse.move(*on_axes(pad, 0.1, 0.1))  # the pen is up again
    assert trait(page, "drawn_f") == samples.tolist()


def test_a_curve_drawn_with_a_finger_and_t_dragged(new_page, site):
    with new_page(has_touch=True, viewport={"width": 360, "height": 900}) as page:
        figure = live.FlipAndSlide("ramp", "drawn by hand", t=1.0)
        stage = put(page, site, figure)
        pad = stage.get_by_role("application")
        swipe(page, on_axes(pad, 0, 0.25), on_axes(pad, 0.1, 0.25), on_axes(pad, 0.2, 0.8))
        samples = check_drawing(page, "g", 1.0)
        np.testing.assert_allclose(samples[[0, 4, 8]], [-0.75, -0.75, 0.9], atol=0.05)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        lower = stage.get_by_role("img").nth(1)
        swipe(page, on_axes(lower, 0.3, 0.5), on_axes(lower, 0.4, 0.5), on_axes(lower, 0.5, 0.5))
        check_drawing(page, "g", 1.5)
        assert page.trouble == []


def test_a_curve_drawn_by_keyboard(page, bring_alive):
    figure = live.FlipAndSlide("ramp", "drawn by hand", t=1.0)
    stage = bring_alive(figure)
    pad = stage.get_by_role("application")
    press(page, stage.get_by_role("button", name="Clear g"), "Enter")
    stage.get_by_role("status").get_by_text("= 0.000,").wait_for()
    press(page, pad, "ArrowRight", "ArrowRight", "PageUp", "ArrowUp")
    stage.get_by_text("g(0.2) = 0.55").wait_for()
    press(page, pad, "Shift+ArrowRight", "Shift+ArrowRight", "ArrowRight", "ArrowDown")
    expected = np.zeros(41)
    expected[12:16] = 0.55, 0.55, 0.55, -0.05
    np.testing.assert_allclose(check_drawing(page, "g", 1.0), expected, atol=1e-9)
    outline = pad.evaluate("pad => getComputedStyle(pad).outlineStyle")
    assert outline == "solid", "the focus is not to be seen"
    live_text = stage.get_by_text("g(0.5) = \N{MINUS SIGN}0.05")
    assert live_text.get_attribute("aria-live") == "polite"


def test_t_follows_the_mouse_on_both_plots(page, bring_alive):
    stage = bring_alive(live.FlipAndSlide("ramp", "up and down"))
    for nth, (start, end, place) in enumerate([(0.1, 0.5, 1.5), (0.9, 0.4, 0.6)]):
        plot = stage.get_by_role("img").nth(nth)
        page.mouse.move(*on_axes(plot, start, 0.5))
        page.mouse.down()
        page.mouse.move(*on_axes(plot, end, 0.5), steps=4)
        page.mouse.up()
        assert trait(page, "t") == pytest.approx(place)
        check_area(page, live.FlipAndSlide("ramp", "up and down", t=place))


def test_flip_and_slide_is_told_in_words(page, bring_alive):
    stage = bring_alive(live.FlipAndSlide("box", "up and down"))
    told = minus(stage.get_by_role("img").nth(1).get_attribute("aria-label"))
    times = np.linspace(-3, 6, 301)
    answer = live.FlipAndSlide("box", "up and down").at(times)
    for value in (answer.min(), answer.max()):
        place = times[np.isclose(answer, value, atol=1e-9).argmax()]
        assert f"{value:.2f}, near t = {place:.1f}" in told


def test_conv_arithmetic_at_a_touch(new_page, site):
    with new_page(has_touch=True, viewport={"width": 360, "height": 900}) as page:
        figure = live.ConvArithmetic(16, 3, padding=3, dilation=2, layers=3)
        stage = put(page, site, figure)
        figure.output = 5
        stage.locator(".live-target").nth(5).tap()
        inputs = ", ".join(str(i) for i in figure.taps[-1] if 0 <= i < figure.n)
        stage.get_by_role("status").get_by_text(f"Output 5 sees inputs {inputs};").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        rows = stage.locator(".live-row-name").all_text_contents()
        fields = [1, *(live.ConvArithmetic(16, dilation=2, layers=n).receptive_field
                       for n in (1, 2, 3))]  # fmt: skip
        for n, row in enumerate(rows[1:], 1):
            assert row == f"layer {n}: {figure.sizes[n]}, receptive field {fields[n]}"
        assert page.trouble == []


def test_conv_arithmetic_says_when_the_kernel_does_not_fit(page, bring_alive):
    stage = bring_alive(live.ConvArithmetic(5, 3, layers=2))
    press(page, stage.get_by_role("slider", name="input size n"), "Home")
    words = "Layer 1: The kernel spans 3, the padded input only 1: no output."
    stage.get_by_role("status").get_by_text(words).wait_for()


@pytest.mark.parametrize(("make", "name", "value"), [
    (live.FlipAndSlide, "t", 2.0), (live.ConvArithmetic, "n", 12),
])  # fmt: skip
def test_a_removed_figure_draws_no_more(page, bring_alive, make, name, value):
    stage = bring_alive(make())
    stage.evaluate("""(stage, name) => {
        const models = Object.values(window.__widgets[0].models);
        window.left = models.find((model) => model.get('_esm') && model.get(name) !== undefined);
        window.plot = stage.querySelector('svg');
    }""", name)  # fmt: skip
    remove(page)
    same = page.evaluate("""async ([name, value]) => {
        const before = window.plot.innerHTML;
        window.left.set(name, value);
        await new Promise((done) => { setTimeout(done, 200); });
        return window.plot.innerHTML === before && !window.plot.isConnected;
    }""", [name, value])  # fmt: skip
    assert same


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
                "c => c.ariaLabel || c.labels?.[0]?.textContent || c.textContent"
            )
