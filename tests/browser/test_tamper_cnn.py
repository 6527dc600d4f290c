"""Tampering on the built page: kernels, prediction and accuracy in Chromium, against PyTorch."""

import numpy as np
import pytest
import torch
from test_draw_digit import (
    PAGE,
    answer_on_screen,
    come_alive,
    network_on_page,
    settle,
    untrained,
)
from test_live_figures import put, remove

from convlib import data, networks
from convlib.live import TamperCNN
from convlib.live._recipes import library
from convlib.live._shared import share

FIGURE = ".live-stage:has(.live-tamper)"


@pytest.fixture(params=["http", "file"])
def address(request, site, site_dir):
    return f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()


def right_on_screen(figure):
    """Return the number of digits read rightly, when the counting has ended."""
    figure.locator(".live-score[data-settled=true]").wait_for()
    return int(figure.locator(".live-score").get_attribute("data-right"))


def counted(model, digits=None):
    """Return how many digits PyTorch reads rightly: of the page's own, if none are given."""
    images, labels = digits or data.practice_digits()[2:]
    return round(len(labels) * networks.accuracy(model, images, labels))


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
    image = data.practice_digits().test_images[:1]
    shares = answer_on_screen(figure)[1]
    np.testing.assert_allclose(shares[:10], networks.probabilities(silenced, image)[0], atol=1e-4)
    assert f"({counted(silenced)} of 800" in figure.locator(".live-score").inner_text()
    assert page.trouble == []


def test_kernels_keep_their_recipes_and_come_back(page, site):
    figure = come_alive(page, f"{site}/{PAGE}", FIGURE)
    model = network_on_page(page)
    kernels = networks.first_kernels(model)
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
        changed(model, 0, -2 * networks.first_kernels(model)[0])
        assert right_on_screen(figure) == counted(model)
        assert page.trouble == []


def test_another_digit(page, site):
    figure = come_alive(page, f"{site}/{PAGE}", FIGURE)
    figure.get_by_role("slider", name="Held-out digit").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settle(page)
    digits = data.practice_digits()
    wanted = networks.probabilities(network_on_page(page), digits.test_images[4:5])[0]
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


def test_what_is_drawn_is_told_in_words(page, site):
    digits = data.digits()[2:]
    tamper = TamperCNN(untrained(), *digits)
    tamper.kernel, tamper.gain, tamper.blur = 3, -2, 0.5
    figure = put(page, site, tamper)
    figure.scroll_into_view_if_needed()
    right = right_on_screen(figure)
    assert right == counted(tamper.tampered_model, digits)
    figure.get_by_role("status").get_by_text(f"({right} of 1000 held-out digits").wait_for()
    figure.get_by_text("The numbers of kernel 3; their sum is").click()
    lines = figure.locator("pre").inner_text().replace("\N{MINUS SIGN}", "-").splitlines()
    found = np.array([[float(number) for number in line.split()] for line in lines])
    np.testing.assert_allclose(found, tamper.kernels[3], atol=0.0051)
    map_words = figure.locator(".live-before-after canvas").nth(1).get_attribute("aria-label")
    answers = networks.feature_maps(tamper.tampered_model, tamper.image)[3]
    row, column = np.unravel_index(answers.argmax(), answers.shape)
    assert f"at row {row}, column {column}" in map_words.split("highest")[1]
    assert page.trouble == []


def colours(canvas, points):
    """Return the colours of a canvas as squares of points: (rows, columns, points, points, 3)."""
    data = canvas.evaluate("""(canvas) => [...canvas.getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height).data]""")
    side = round((len(data) / 4) ** 0.5)
    cells = np.reshape(data, (side // points, points, side // points, points, 4))
    return cells.swapaxes(1, 2)[..., :3]


def test_negative_numbers_are_striped(page, site):
    """So that the sign can be told without colours; zero is white."""
    tamper = TamperCNN(untrained(), *data.digits()[2:])
    kernels = np.zeros((8, 7, 7))
    kernels[0, 0, :3] = -1, 1, -0.5
    tamper.kernels = kernels
    cells = colours(put(page, site, tamper).locator(".live-kernel-row canvas").first, 8)
    shades = [len(np.unique(cell.reshape(-1, 3), axis=0)) for cell in cells[0, :4]]
    assert shades == [2, 1, 2, 1]
    assert (cells[0, 3] == 255).all()


COUNT = """
window.alive = { workers: 0, addresses: 0 };
window.Worker = class extends Worker {
  constructor(...given) { super(...given); window.alive.workers += 1; }
  terminate() { window.alive.workers -= 1; super.terminate(); }
};
const { createObjectURL, revokeObjectURL } = URL;
URL.createObjectURL = (blob) => { window.alive.addresses += 1; return createObjectURL(blob); };
URL.revokeObjectURL = (url) => { window.alive.addresses -= 1; revokeObjectURL(url); };
"""


def test_a_removed_figure_leaves_no_workers(page, site):
    page.add_init_script(COUNT)
    tamper = TamperCNN(untrained(), *data.digits()[2:])
    figure = put(page, site, tamper)
    figure.scroll_into_view_if_needed()
    right_on_screen(figure)
    page.wait_for_function("window.alive.workers > 0")
    before = page.evaluate("window.alive.addresses - window.alive.workers")
    figure.get_by_role("slider", name="Gain").focus()
    page.keyboard.press("Home")  # and away while it counts
    remove(page)
    page.wait_for_function("window.alive.workers === 0")
    assert page.evaluate("window.alive.addresses") == before
    page.wait_for_timeout(300)
    assert page.trouble == []


def test_maps_and_answer_do_not_wait_for_the_counting(page, site):
    """Here the workers never answer."""
    page.add_init_script("window.Worker = class { postMessage() {} terminate() {} };")
    tamper = TamperCNN(untrained(), *data.digits()[2:])
    figure = put(page, site, tamper)
    figure.scroll_into_view_if_needed()
    figure.get_by_role("slider", name="Gain").focus()
    page.keyboard.press("Home")
    settle(page)
    assert figure.locator(".live-score").get_attribute("data-settled") == "false"
    tamper.gain = -2
    np.testing.assert_allclose(answer_on_screen(figure)[1][:10], tamper.probabilities, atol=1e-4)
    assert page.trouble == []


@pytest.mark.parametrize("part", ["network", "digits"])
def test_damaged_numbers_are_named(page, site, part):
    tamper = TamperCNN(untrained(), *data.digits()[2:])
    setattr(tamper.view, part, share(b"damaged"))
    words = put(page, site, tamper).get_by_role("alert").inner_text()
    assert "did not arrive whole" in words
    assert page.trouble == []


def test_controls_by_touch(new_page, site):
    with new_page(has_touch=True, viewport={"width": 360, "height": 800}) as page:
        tamper = TamperCNN(untrained(), *data.digits()[2:])
        tamper.gain = -1
        figure = put(page, site, tamper)
        figure.get_by_role("button", name="All kernels as learned").tap()
        page.wait_for_function("document.querySelector('[role=slider]').ariaValueText == 1")
        figure.get_by_text("The numbers of kernel 0").tap()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.trouble == []
