"""The figure that learns a kernel, driven by keyboard in Chromium and compared with convlib."""

import base64

import numpy as np
import pytest

from convlib.live import LearnKernel

PAGE = "chapters/learning-a-kernel.html"
FIGURE = ".live-stage:has(.live-learn-kernel)"
LEARNED = 2  # of the three canvases


@pytest.fixture(params=["http", "file"])
def address(request, site, site_dir):
    return f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()


def come_alive(page, address):
    page.goto(address)
    page.locator(f"{FIGURE}.is-live").wait_for()
    return page.locator(FIGURE)


def choose(figure, menu, option):
    figure.get_by_label(menu, exact=True).select_option(label=option)


def pixels(figure, canvas):
    """Return what a canvas shows, given its number: (H, W, 3), after the next frame."""
    script = """async (canvas) => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const { width, height } = canvas;
        const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
        const text = Array.from(data, (byte) => String.fromCharCode(byte)).join('');
        return [height, width, btoa(text)];
    }"""
    height, width, data = figure.locator("canvas").nth(canvas).evaluate(script)
    rgba = np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
    assert (rgba[..., 3] == 255).all()
    return rgba[..., :3].astype(np.int16)


def kernel_on_screen(figure, title="learned"):
    table = figure.locator(".live-table").filter(has_text=title)
    texts = [text.replace("−", "-") for text in table.locator(".live-cell").all_inner_texts()]
    return np.array(texts, dtype=float).reshape(3, 3)


def agrees(figure, twin):
    seen = pixels(figure, LEARNED)
    wanted = np.repeat(twin.drawn.astype(np.int16)[..., None], 3, axis=2)
    assert seen.shape == wanted.shape
    assert np.abs(seen - wanted).max() <= 1
    np.testing.assert_allclose(kernel_on_screen(figure), twin.kernel, atol=0.00501)


def test_the_step_moves_by_keyboard_as_convlib_says(page, address):
    figure = come_alive(page, address)
    twin = LearnKernel()
    agrees(figure, twin)
    before = pixels(figure, LEARNED)
    slider = figure.get_by_role("slider", name="Step of training")
    slider.focus()
    page.keyboard.press("Home")
    twin.step = 0
    agrees(figure, twin)
    page.keyboard.press("ArrowRight")
    twin.step = 1
    agrees(figure, twin)
    assert (pixels(figure, LEARNED) != before).any()
    assert slider.get_attribute("aria-valuetext") == "1"
    page.keyboard.press("End")
    twin.step = 1000
    agrees(figure, twin)
    figure.get_by_role("status").get_by_text("Step 1000: loss 2.8e−10").wait_for()
    assert page.trouble == []


def test_momentum_secret_and_picture_train_again(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    twin = LearnKernel()
    momentum = figure.get_by_role("slider", name="Momentum")
    momentum.focus()
    page.keyboard.press("ArrowLeft")
    twin.momentum = 0.97
    agrees(figure, twin)
    for twin.secret in ("sharpen", "sobel_x"):
        choose(figure, "Secret kernel", twin.secret.replace("_", " "))
        agrees(figure, twin)
    for twin.example in ("noise", "stripes", "constant"):
        choose(figure, "Picture to learn from", twin.example)
        agrees(figure, twin)
    assert page.trouble == []


def test_the_button_trains_from_another_random_kernel(new_page, site):
    with new_page(reduced_motion="reduce") as page:
        figure = come_alive(page, f"{site}/{PAGE}")
        figure.get_by_role("button", name="Train again").focus()
        page.keyboard.press("Enter")
        start = figure.get_by_role("slider", name="start kernel")
        page.wait_for_function(
            "handle => Number(handle.getAttribute('aria-valuenow')) > 0", arg=start.element_handle()
        )
        twin = LearnKernel(start=int(float(start.get_attribute("aria-valuenow"))), step=1000)
        agrees(figure, twin)  # without motion the training is shown at its end
        assert page.trouble == []


def test_the_button_shows_the_training_and_a_touch_stops_it(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    figure.get_by_role("button", name="Train again").click()
    slider = figure.get_by_role("slider", name="Step of training")
    told = "(handle) => handle.getAttribute('aria-valuetext')"
    handle = slider.element_handle()
    page.wait_for_function(f"h => /^[1-9][0-9]?$/.test(({told})(h))", arg=handle)
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"h => ({told})(h) === '0'", arg=handle)
    page.wait_for_timeout(500)
    assert slider.get_attribute("aria-valuetext") == "0"
    assert kernel_on_screen(figure).any()  # the random kernel that it starts from
    assert page.trouble == []


def test_every_control_has_a_name(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    for name in ("Momentum", "start kernel", "Step of training"):
        figure.get_by_role("slider", name=name).focus()
        assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    for name in ("Secret kernel", "Picture to learn from"):
        figure.get_by_label(name, exact=True).focus()
        assert page.evaluate("document.activeElement.tagName") == "SELECT"
    assert figure.locator("canvas:not([aria-label]), svg[role=img]:not([aria-label])").count() == 0


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways_and_the_page_does_not_jump(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = come_alive(page, f"{site}/{PAGE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    alive = figure.locator(".live-view").evaluate("view => view.offsetHeight")
    kept_free = figure.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert alive <= kept_free <= 1.15 * alive
