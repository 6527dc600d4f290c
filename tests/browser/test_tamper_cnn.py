"""Tampering on the built page: kernels, prediction and accuracy in Chromium, against PyTorch."""

import numpy as np
import pytest
import torch
from test_draw_digit import PAGE, answer_on_screen, come_alive, network_on_page, settle

from convlib import cnn, data
from convlib.live._recipes import library

FIGURE = ".live-stage:has(.live-tamper)"


@pytest.fixture(params=["http", "file"])
def address(request, site, site_dir):
    return f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()


def right_on_screen(figure):
    """Return the number of digits read rightly, when the counting has ended."""
    figure.locator(".live-score[data-settled=true]").wait_for()
    return int(figure.locator(".live-score").get_attribute("data-right"))


def counted(model):
    digits = data.digits()
    return round(1000 * cnn.accuracy(model, digits.test_images, digits.test_labels))


def changed(model, k, kernel):
    with torch.no_grad():
        model.first.weight[k, 0] = torch.tensor(np.array(kernel))
    return model


def test_gain_by_keyboard(page, address):
    figure = come_alive(page, address, FIGURE)
    learned = network_on_page(page)
    figure.scroll_into_view_if_needed()
    assert right_on_screen(figure) == counted(learned)
    figure.get_by_role("slider", name="Gain").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    settle(page)
    silenced = changed(learned, 0, np.zeros((7, 7)))
    assert right_on_screen(figure) == counted(silenced)
    image = data.digits().test_images[:1]
    shares = answer_on_screen(figure)[1]
    np.testing.assert_allclose(shares[:10], cnn.probabilities(silenced, image)[0], atol=1e-4)
    assert f"({counted(silenced)} of 1000" in figure.locator(".live-score").inner_text()
    assert page.trouble == []


def test_kernels_keep_their_recipes_and_come_back(page, site):
    figure = come_alive(page, f"{site}/{PAGE}", FIGURE)
    model = network_on_page(page)
    kernels = cnn.first_kernels(model)
    figure.scroll_into_view_if_needed()
    before = right_on_screen(figure)
    figure.get_by_label("Turned").select_option(label="quarter turn")
    figure.get_by_label("Kernel", exact=True).select_option(index=5)
    assert figure.get_by_label("Turned").evaluate("menu => menu.selectedIndex") == 0
    figure.get_by_label("Replaced by").select_option(label="spot")
    settle(page)
    changed(model, 0, np.rot90(kernels[0]).copy())
    changed(model, 5, library()[2] * np.linalg.norm(kernels[5]))
    assert right_on_screen(figure) == counted(model)
    figure.get_by_label("Kernel", exact=True).select_option(index=0)
    assert figure.get_by_label("Turned").evaluate("menu => menu.selectedIndex") == 1
    figure.get_by_role("button", name="All kernels as learned").click()
    settle(page)
    assert right_on_screen(figure) == before
    assert figure.get_by_label("Turned").evaluate("menu => menu.selectedIndex") == 0
    assert page.trouble == []


def test_it_counts_without_workers(new_page, site):
    """Where a page may not start workers the digits are counted in slices."""
    with new_page() as page:
        page.add_init_script("window.Worker = class { constructor() { throw new Error('no'); } };")
        figure = come_alive(page, f"{site}/{PAGE}", FIGURE)
        figure.scroll_into_view_if_needed()
        figure.get_by_role("slider", name="Gain").focus()
        page.keyboard.press("Home")
        settle(page)
        model = network_on_page(page)
        changed(model, 0, -2 * cnn.first_kernels(model)[0])
        assert right_on_screen(figure) == counted(model)
        assert page.trouble == []


def test_another_digit(page, site):
    figure = come_alive(page, f"{site}/{PAGE}", FIGURE)
    figure.get_by_role("slider", name="Held-out digit").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settle(page)
    digits = data.digits()
    wanted = cnn.probabilities(network_on_page(page), digits.test_images[4:5])[0]
    np.testing.assert_allclose(answer_on_screen(figure)[1][:10], wanted, atol=1e-4)
    assert f"written as a {digits.test_labels[4]}" in figure.get_by_role("status").inner_text()


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways_and_the_page_does_not_jump(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = come_alive(page, f"{site}/{PAGE}", FIGURE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    alive = figure.locator(".live-view").evaluate("view => view.offsetHeight")
    kept_free = figure.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert alive <= kept_free <= 1.15 * alive
    assert figure.locator("canvas:not([aria-label])").count() == 0
