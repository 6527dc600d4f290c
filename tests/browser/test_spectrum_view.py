"""The spectrum figure on the built page: driven by keyboard in Chromium, compared with convlib."""

import re

import numpy as np
import pytest

from convlib.live import SpectrumView
from convlib.live.spectrum_view import PRESETS

PAGE = "chapters/fourier-view.html"
FIGURE = ".live-stage:has(.live-spectrum)"
MIDDLE, HALF = (6 + 124 - 18) / 2, (124 - 18 - 6) / 2  # of a chart, in its own units


@pytest.fixture(params=["http", "file"])
def figure(request, page, site, site_dir):
    """Return the figure's element, alive; once from a server and once from the disk."""
    address = f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()
    yield come_alive(page, address)
    assert page.trouble == []


def come_alive(page, address):
    page.goto(address)
    page.locator(f"{FIGURE}.is-live").wait_for()
    return page.locator(FIGURE)


def kernel_on_screen(figure):
    names = (f"kernel value h[{k}]".replace("-", "\N{MINUS SIGN}") for k in range(-2, 3))
    sliders = (figure.get_by_role("slider", name=name) for name in names)
    return np.array([float(one.get_attribute("aria-valuetext")) for one in sliders])


def dots(figure, chart, reach):
    """Return the values drawn by a chart's dots; `reach` is the largest that it makes room for."""
    path = figure.locator(f".is-{chart} .dots")
    path.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    heights = re.findall(r"M\S+ (\S+)h0", path.get_attribute("d"))
    return (MIDDLE - np.array(heights, float)) / HALF * 1.1 * max(1, reach)


def compare(figure, **settings):
    twin = SpectrumView(**settings)
    x, y = twin.signal, twin.output
    reach = max(np.abs(x).max(), np.abs(y).max())
    np.testing.assert_allclose(dots(figure, "x", np.abs(x).max()), x, atol=2e-3)
    np.testing.assert_allclose(dots(figure, "y", reach), y, atol=2e-3)
    heights = twin.spectrum(y)
    np.testing.assert_allclose(dots(figure, "Y", np.abs(heights).max()), heights, atol=2e-3)
    fine = np.abs(twin.response(np.arange(145) / 288)).max()
    ends = twin.drawn(twin.response(np.array([twin.slow, twin.fast]) / 48))
    np.testing.assert_allclose(dots(figure, "H", fine), ends, atol=2e-3)


def test_the_first_drawing_is_convlibs(figure):
    np.testing.assert_allclose(kernel_on_screen(figure), PRESETS["box_3"])
    compare(figure)


def test_a_kernel_value_moved_by_keyboard_changes_the_drawing_as_convlib_says(figure, page):
    before = figure.locator(".is-y .dots").get_attribute("d")
    figure.get_by_role("slider", name="kernel value h[1]").focus()
    for key in ("ArrowUp", "ArrowUp", "PageUp"):
        page.keyboard.press(key)
    kernel = kernel_on_screen(figure)
    assert kernel[3] > 1 / 3
    assert not np.isclose(kernel[3], kernel[1])
    compare(figure, kernel=kernel)
    assert figure.locator(".is-y .dots").get_attribute("d") != before
    assert figure.get_by_label("Kernel", exact=True).evaluate("m => m.value") == "custom"


def test_presets_and_wiggles(figure, page):
    figure.get_by_role("slider", name="fast wiggle").focus()
    page.keyboard.press("End")
    figure.get_by_role("slider", name="slow wiggle").focus()
    page.keyboard.press("ArrowRight")
    for preset in PRESETS:
        figure.get_by_label("Kernel", exact=True).select_option(label=preset.replace("_", " "))
        compare(figure, preset=preset, slow=3, fast=24)
        np.testing.assert_allclose(kernel_on_screen(figure), PRESETS[preset], atol=1e-12)


def test_the_products_are_told_in_words(figure, page):
    figure.get_by_role("slider", name="fast wiggle").focus()
    page.keyboard.press("End")
    status = figure.get_by_role("status")
    status.get_by_text("Fast wiggle, 24 in 48 samples: 0.5 × −0.33 = −0.17, upside down").wait_for()
    assert figure.locator("svg[role=img]:not([aria-label])").count() == 0
    assert figure.get_by_role("slider").count() == 7


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways_and_the_page_does_not_jump(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = come_alive(page, f"{site}/{PAGE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    alive = figure.locator(".live-view").evaluate("view => view.offsetHeight")
    kept_free = figure.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert alive <= kept_free <= 1.15 * alive
