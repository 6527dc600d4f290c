"""The drawing pad on the built page: mouse, finger and keyboard in Chromium, against PyTorch."""

import json

import numpy as np
import pytest
import torch
from test_live_figures import put, remove, swipe

from convlib import data, networks
from convlib.live import DrawDigit
from convlib.live._shared import share
from convlib.live.draw_digit import prepare

PAGE = "chapters/training-a-cnn.html"
FIGURE = ".live-stage:has(.live-draw-digit)"


def come_alive(page, address, figure=FIGURE):
    page.goto(address)
    page.locator(f"{figure}.is-live").wait_for()
    return page.locator(figure)


def network_on_page(page):
    """Return the network that the page carries, in PyTorch."""
    weights, shapes = page.evaluate("""() => {
        const models = Object.values(window.__widgets[0].models);
        const view = models.find((model) => model.get('shapes'));
        const id = view.get('network').replace('IPY_MODEL_', '');
        const shared = models.find((model) => model.model_id === id);
        const { buffer, byteOffset, byteLength } = shared.get('content');
        return [[...new Uint8Array(buffer, byteOffset, byteLength)], view.get('shapes')];
    }""")
    numbers = np.frombuffer(bytes(weights), "<f4")
    model = networks.tiny_cnn().eval()
    with torch.no_grad():
        for name, shape in shapes:
            values = torch.tensor(numbers[: np.prod(shape)].reshape(shape))
            numbers = numbers[np.prod(shape) :]
            layer, part = name.split(".")
            layer = getattr(model, layer)
            if part == "scale":
                layer.running_mean.zero_()
                layer.running_var.fill_(1 - layer.eps)
            part = {"scale": "weight", "shift": "bias"}.get(part, part)
            getattr(layer, part).copy_(values)
    return model


def untrained():
    """Return a network whose weights are always the same random ones."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return networks.tiny_cnn().eval()


def settle(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")


def trait(page, name):
    """Return a trait of the view that has it; bytes as a list."""
    return page.evaluate(
        """(name) => {
            const models = Object.values(window.__widgets[0].models);
            const value = models.find((model) => model.get('ink')).get(name);
            if (!value?.buffer) return value;
            return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
        }""",
        name,
    )


def ink(page):
    return np.reshape(trait(page, "ink"), (28, 28)) / 255


def answer_on_screen(figure):
    """Return the ten texts beside the bars, and the width of each bar as a share."""
    widths = figure.locator(".live-bar > span").evaluate_all(
        "bars => bars.map((bar) => parseFloat(bar.style.width) / 100)"
    )
    return figure.locator(".live-bar-text").all_inner_texts(), np.array(widths)


def expected(page):
    return networks.probabilities(network_on_page(page), prepare(ink(page))[None])[0]


def pixels(figure, name):
    """Return the grey levels of a canvas, shape (28, 28)."""
    data = figure.locator(f"{name} canvas, canvas{name}").first.evaluate("""(canvas) => {
        const { width, height } = canvas;
        return [...canvas.getContext('2d').getImageData(0, 0, width, height).data];
    }""")
    return np.reshape(data, (28, 28, 4))[..., 0]


@pytest.fixture(params=["http", "file"])
def address(request, site, site_dir):
    return f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()


def check(page, figure):
    settle(page)
    np.testing.assert_allclose(answer_on_screen(figure)[1], expected(page), atol=1e-4)
    best = expected(page).argmax()
    assert f"The network says {best}" in figure.get_by_role("status").inner_text()
    shown = pixels(figure, ".live-seen") / 255
    np.testing.assert_allclose(shown, prepare(ink(page)), atol=1 / 255)
    assert page.trouble == []


def test_drawing_with_the_mouse(page, address):
    figure = come_alive(page, address)
    pad = figure.locator(".live-pad")
    figure.get_by_role("button", name="Clear the pad").click()
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    settle(page)
    assert (pixels(figure, ".live-pad") == np.round(255 * ink(page))).all()
    assert ink(page)[5:22].max(axis=1).min() == 1
    check(page, figure)
    label = figure.get_by_label("Digit", exact=True).evaluate("m => m.selectedOptions[0].label")
    assert label.replace("\N{NO-BREAK SPACE}", " ") == "my drawing"


def test_drawing_with_a_finger(new_page, site):
    with new_page(has_touch=True, viewport={"width": 360, "height": 800}) as page:
        figure = come_alive(page, f"{site}/{PAGE}")
        figure.get_by_role("button", name="Clear the pad").tap()
        figure.locator(".live-pad").tap(position={"x": 100, "y": 60})
        check(page, figure)
        assert ink(page).max() == 1
        box = figure.locator(".live-pad").bounding_box()
        places = [(box["x"] + 60 + 10 * i, box["y"] + 150 + 8 * i) for i in range(6)]
        above = page.evaluate("scrollY")
        swipe(page, *places)
        check(page, figure)
        row, column = (np.flatnonzero(ink(page)[12:].any(axis=axis)) for axis in (1, 0))
        assert len(row) >= 5
        assert len(column) >= 5
        assert page.evaluate("scrollY") == above, "the finger moved the page, too"


def test_drawing_with_the_keyboard(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    figure.locator(".live-pad").focus()
    page.keyboard.press("Delete")
    settle(page)
    assert ink(page).max() == 0
    assert "The pad is empty" in figure.get_by_role("status").inner_text()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    assert "pen down, row 13, column 8" in figure.inner_text()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    check(page, figure)
    assert (ink(page)[13, 8:15] == 1).all()
    assert ink(page)[16:].max() == 0


def test_choosing_a_digit_by_keyboard(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    before = answer_on_screen(figure)[1]
    figure.get_by_label("Digit", exact=True).select_option(label="7")
    page.locator(f"{FIGURE} [role=slider][aria-label=Example]").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    image = pixels(figure, ".live-pad") / 255
    wanted = networks.probabilities(network_on_page(page), image[None])[0]
    np.testing.assert_allclose(answer_on_screen(figure)[1], wanted, atol=1e-4)
    assert not np.allclose(answer_on_screen(figure)[1], before)
    assert "Somebody wrote it as a 7." in figure.get_by_role("status").inner_text()
    texts = figure.locator(".live-maps .live-caption").all_inner_texts()
    maps = networks.feature_maps(network_on_page(page), image)
    low = [float(text.split(" to ")[0].replace("\N{MINUS SIGN}", "-")) for text in texts]
    np.testing.assert_allclose(low, maps.min(axis=(1, 2)), atol=0.051)


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways_and_the_page_does_not_jump(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = come_alive(page, f"{site}/{PAGE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    alive = figure.locator(".live-view").evaluate("view => view.offsetHeight")
    kept_free = figure.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert alive <= kept_free <= 1.15 * alive


def test_numbers_are_readable_by_machines_too(page, site):
    """Every canvas has a name, and the list of probabilities is text."""
    figure = come_alive(page, f"{site}/{PAGE}")
    assert figure.locator("canvas:not([aria-label])").count() == 0
    assert len(json.dumps(answer_on_screen(figure)[0])) > 10
    assert all(text.endswith("%") for text in answer_on_screen(figure)[0])


def test_feature_maps_are_told_in_words(page, site):
    drawn = DrawDigit(untrained())
    drawn.digit = "7"
    figure = put(page, site, drawn)
    texts = figure.locator(".live-maps canvas").evaluate_all("all => all.map((c) => c.ariaLabel)")
    for k, (text, answers) in enumerate(zip(texts, drawn.feature_maps, strict=True)):
        row, column = np.unravel_index(answers.argmin(), answers.shape)
        low = f"{answers.min():.1f}".replace("-", "\N{MINUS SIGN}")
        assert f"Feature map of kernel {k}: lowest {low} at row {row}, column {column}" in text
    assert page.trouble == []


@pytest.mark.parametrize("part", ["network", "digits"])
def test_damaged_numbers_are_named(page, site, part):
    drawn = DrawDigit(untrained())
    setattr(drawn.view, part, share(b"damaged"))
    words = put(page, site, drawn).get_by_role("alert").inner_text()
    assert "did not arrive whole" in words
    assert page.trouble == []


def test_focus_is_seen_and_nothing_is_left_when_it_goes(page, site):
    figure = put(page, site, DrawDigit(untrained(), *data.digits()[2:]))
    for name in (".live-pad", ".live-digit-pad .live-tool"):
        page.keyboard.press("Tab")  # from here on focus is meant for the keyboard
        control = figure.locator(name)
        control.focus()
        style = control.evaluate(
            "c => getComputedStyle(c).outlineStyle + getComputedStyle(c).boxShadow"
        )
        assert style != "nonenone"
    figure.locator(".live-pad").evaluate("pad => { window.pad = pad; }")
    remove(page)
    page.evaluate("window.pad.dispatchEvent(new KeyboardEvent('keydown', { key: ' ' }))")
    settle(page)
    assert page.trouble == []
