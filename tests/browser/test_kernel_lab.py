"""The kernel lab on the built page: driven by keyboard in Chromium, compared with convlib."""

import base64

import numpy as np
import pytest
from PIL import Image

from convlib.images import to_uint8
from convlib.kernels import KERNELS
from convlib.live import KernelLab

PAGE = "chapters/image-kernels.html"
FIGURE = ".live-stage:has(.live-kernel-lab)"


@pytest.fixture(params=["http", "file"])
def address(request, site, site_dir):
    """Return the chapter's address, once from a server and once from the disk."""
    return f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()


@pytest.fixture
def lab(page, address):
    """Return the lab's element, alive."""
    return come_alive(page, address)


def come_alive(page, address):
    page.goto(address)
    page.locator(f"{FIGURE}.is-live").wait_for()
    return page.locator(FIGURE)


def slider(lab, row, column):
    return lab.get_by_role("slider", name=f"kernel value at row {row}, column {column}")


def kernel_on_screen(lab):
    texts = [slider(lab, i // 3, i % 3).get_attribute("aria-valuetext") for i in range(9)]
    return np.array(texts, dtype=float).reshape(3, 3)


def choose(lab, menu, option):
    lab.get_by_label(menu, exact=True).select_option(label=option)


def chosen(lab, menu):
    label = lab.get_by_label(menu, exact=True).evaluate("m => m.selectedOptions[0].label")
    return label.replace("\N{NO-BREAK SPACE}", " ")


def pixels(lab, which="after"):
    """Return what the canvas shows: (H, W, 3) bytes, after the next frame has been drawn."""
    script = """async (canvas) => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const { width, height } = canvas;
        const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
        const text = Array.from(data, (byte) => String.fromCharCode(byte)).join('');
        return [height, width, btoa(text)];
    }"""
    canvas = lab.locator("canvas").nth(["before", "after"].index(which))
    height, width, data = canvas.evaluate(script)
    rgba = np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
    assert (rgba[..., 3] == 255).all()
    return rgba[..., :3].astype(np.int16)


def expected(**settings):
    twin = KernelLab()
    for name, value in settings.items():
        setattr(twin, name, value)
    drawn = twin.drawn.astype(np.int16)
    return drawn if drawn.ndim == 3 else np.repeat(drawn[..., None], 3, axis=2)


def same(seen, wanted):
    return int(np.abs(seen - wanted).max()) <= 1


def test_the_first_picture_is_the_kernel_on_the_sliders(lab, page):
    assert (pixels(lab, "before") == to_uint8(KernelLab().image)).all()
    assert same(pixels(lab), expected(kernel=kernel_on_screen(lab)))
    assert page.trouble == []


def test_a_slider_moved_by_keyboard_changes_the_picture_as_convlib_says(lab, page):
    before = pixels(lab)
    slider(lab, 0, 2).focus()
    for key in ("ArrowRight", "ArrowRight", "PageUp"):
        page.keyboard.press(key)
    kernel = kernel_on_screen(lab)
    seen = pixels(lab)
    assert kernel[0, 2] == pytest.approx(0.7)
    assert (seen != before).any()
    assert same(seen, expected(kernel=kernel))
    assert chosen(lab, "Preset") == "custom"


@pytest.mark.parametrize("name", list(KERNELS))
def test_sliders_and_picture_follow_a_preset(page, site, name):
    lab = come_alive(page, f"{site}/{PAGE}")
    choose(lab, "Preset", name.replace("_", " "))
    np.testing.assert_allclose(kernel_on_screen(lab), KERNELS[name], atol=1e-12)
    assert same(pixels(lab), expected(preset=name))
    assert chosen(lab, "Preset") == name.replace("_", " ")


def test_operation_boundary_display_and_colours(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    settings = {"preset": "emboss", "operation": "cross-correlation"}
    choose(lab, "Preset", "emboss")
    choose(lab, "Operation", "cross-correlation")
    for boundary in ("constant", "reflect", "symmetric", "wrap", "edge"):
        choose(lab, "Boundary", boundary)
        assert same(pixels(lab), expected(boundary=boundary, **settings)), boundary
    choose(lab, "Display", "signed")
    choose(lab, "Picture", "grey")
    assert same(pixels(lab), expected(display="signed", colours="grey", **settings))


def test_the_kernel_is_told_in_words(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    choose(lab, "Preset", "edge detect")
    status = lab.get_by_role("status").first
    status.get_by_text("Kernel: 0, 1, 0; 1, −4, 1; 0, 1, 0").wait_for()
    status.get_by_text("Kernel sum: 0 (flat areas become black)").wait_for()


def test_a_number_can_be_typed(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    lab.get_by_role("textbox", name="kernel value at row 2, column 0").fill("-1.25")
    page.keyboard.press("Enter")
    assert kernel_on_screen(lab)[2, 0] == -1.25
    assert same(pixels(lab), expected(kernel=kernel_on_screen(lab)))


@pytest.fixture
def photograph(tmp_path):
    """Return the path of a small picture that is not square, and its pixels."""
    pixels = np.random.default_rng(5).integers(0, 256, (30, 47, 3), dtype=np.uint8)
    path = tmp_path / "photograph.png"
    Image.fromarray(pixels).save(path)
    return path, pixels


def test_a_photograph_of_the_readers_own_is_filtered_in_the_page(page, site, photograph):
    path, own = photograph
    lab = come_alive(page, f"{site}/{PAGE}")
    first = pixels(lab)
    lab.locator("input[type=file]").set_input_files(path)
    lab.get_by_text("Your photograph is shown").wait_for()
    assert (pixels(lab, "before") == own).all()
    twin = KernelLab(kernel_on_screen(lab), image=own / 255)
    assert same(pixels(lab), twin.drawn.astype(np.int16))
    lab.get_by_role("button", name="First picture").click()
    assert (pixels(lab) == first).all()


def test_a_file_that_is_no_picture_gets_a_message(page, site, tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"not a picture")
    lab = come_alive(page, f"{site}/{PAGE}")
    first = pixels(lab)
    lab.locator("input[type=file]").set_input_files(path)
    lab.get_by_text("This file is not a picture").wait_for()
    assert (pixels(lab) == first).all()
    assert page.trouble == []


def test_a_refused_camera_gets_a_message(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    lab.get_by_role("button", name="Camera").click()
    lab.get_by_text("The camera was refused or there is none").wait_for()
    assert page.trouble == []


def test_the_kernel_is_given_as_code(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    choose(lab, "Preset", "sobel x")
    lab.get_by_role("button", name="Copy as NumPy").click()
    lab.get_by_text("np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])").wait_for()


def test_every_control_has_a_name_and_takes_the_focus(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    assert lab.get_by_role("slider").count() == 9
    for menu in ("Preset", "Operation", "Boundary", "Display", "Picture"):
        lab.get_by_label(menu, exact=True).focus()
        assert page.evaluate("document.activeElement.tagName") == "SELECT"
    assert lab.locator("canvas:not([aria-label])").count() == 0


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways_and_the_page_does_not_jump(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    lab = come_alive(page, f"{site}/{PAGE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    alive = lab.locator(".live-view").evaluate("view => view.offsetHeight")
    kept_free = lab.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert alive <= kept_free <= 1.15 * alive


def test_the_picture_stands_in_without_javascript(new_page, site):
    with new_page(java_script_enabled=False) as page:
        page.goto(f"{site}/{PAGE}")
        image = page.locator(".live-fallback img").first
        assert image.is_visible()
        assert len(image.get_attribute("alt")) > 20
        assert image.bounding_box()["width"] > 300
        assert not [line for line in page.trouble if "outside" in line]


def test_the_picture_stands_in_when_printed(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    assert lab.locator(".live-fallback").is_hidden()
    page.emulate_media(media="print")
    assert lab.locator(".live-fallback img").is_visible()
    assert lab.locator(".live-view").is_hidden()
