"""The figure of kernel families, driven by keyboard in Chromium and compared with convlib."""

import numpy as np
import pytest
from test_learn_kernel import choose, pixels

from convlib.live import ScaleSpace

PAGE = "chapters/designing-kernels.html"
FIGURE = ".live-stage:has(.live-scale-space)"
KERNEL, SPECTRUM, BEFORE, ANSWER = range(4)


@pytest.fixture(params=["http", "file"])
def address(request, site, site_dir):
    return f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()


def come_alive(page, address):
    page.goto(address)
    page.locator(f"{FIGURE}.is-live").wait_for()
    return page.locator(FIGURE)


def agrees(figure, twin):
    spectrum = np.rint(255 * twin.spectrum / twin.spectrum.max())
    before = np.rint(255 * twin.before)
    for canvas, wanted in ((SPECTRUM, spectrum), (BEFORE, before), (ANSWER, twin.drawn)):
        seen = pixels(figure, canvas)
        assert seen.shape == (*wanted.shape, 3)
        assert np.abs(seen - wanted[..., None].astype(float)).max() <= 1
    signs(figure, twin.kernel)


def signs(figure, kernel):
    """The middle of each value's square: orange above 0, blue below, as far as it is drawn."""
    seen = pixels(figure, KERNEL)[2::5, 2::5]
    radius, field = len(kernel) // 2, len(seen) // 2
    inner = kernel[max(radius - field, 0) :, max(radius - field, 0) :][: len(seen), : len(seen)]
    gap = max(field - radius, 0)
    drawn = seen[gap:, gap:][: len(inner), : len(inner)]
    strong = np.abs(inner) > 0.02 * np.abs(kernel).max()
    redness = drawn[..., 0] - drawn[..., 2]
    assert (np.sign(redness) == np.sign(inner))[strong].all()


def test_sigma_moves_by_keyboard_as_convlib_says(page, address):
    figure = come_alive(page, address)
    twin = ScaleSpace("LoG")
    agrees(figure, twin)
    before = pixels(figure, ANSWER)
    figure.get_by_role("slider", name="scale sigma").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    twin.sigma = 2.3
    agrees(figure, twin)
    assert (pixels(figure, ANSWER) != before).any()
    figure.get_by_role("status").get_by_text("Kernel: 19×19").wait_for()
    page.keyboard.press("End")
    twin.sigma = 4
    agrees(figure, twin)
    assert page.trouble == []


@pytest.mark.parametrize("family", ["Gaussian", "LoG", "DoG", "Gabor"])
def test_every_family_is_convlibs(page, site, family):
    figure = come_alive(page, f"{site}/{PAGE}")
    choose(figure, "Family", family)
    agrees(figure, ScaleSpace(family))
    choose(figure, "Picture", "spots and stripes")
    agrees(figure, ScaleSpace(family, image="spots_and_stripes"))
    assert page.trouble == []


def test_direction_wavelength_and_phase_of_a_gabor(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    twin = ScaleSpace("Gabor")
    choose(figure, "Family", "Gabor")
    figure.get_by_role("slider", name="direction theta").focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    figure.get_by_role("slider", name="wavelength").focus()
    page.keyboard.press("ArrowRight")
    twin.theta, twin.wavelength = 35, 6.5
    agrees(figure, twin)
    choose(figure, "Gabor: phase", "edge")  # not symmetric: a forgotten flip would show
    twin.phase = "edge"
    agrees(figure, twin)
    assert page.trouble == []


def test_every_control_has_a_name(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    for name in ("scale sigma", "direction theta", "wavelength"):
        figure.get_by_role("slider", name=name).focus()
        assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    for name in ("Family", "Picture", "Gabor: phase"):
        figure.get_by_label(name, exact=True).focus()
        assert page.evaluate("document.activeElement.tagName") == "SELECT"
    assert figure.locator("canvas:not([aria-label])").count() == 0


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways_and_the_page_does_not_jump(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = come_alive(page, f"{site}/{PAGE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    alive = figure.locator(".live-view").evaluate("view => view.offsetHeight")
    kept_free = figure.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert alive <= kept_free <= 1.15 * alive
