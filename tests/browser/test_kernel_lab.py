"""The kernel lab on the built page: driven by keyboard in Chromium, compared with convlib."""

import base64
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from convlib.images import to_grey, to_uint8
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


def more(lab):
    """Unfold the settings that few readers need."""
    button = lab.get_by_role("button", name="More settings")
    if button.get_attribute("aria-pressed") == "false":
        button.click()


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
    for key in ("ArrowUp", "ArrowUp", "PageUp"):
        page.keyboard.press(key)
    kernel = kernel_on_screen(lab)
    seen = pixels(lab)
    assert kernel[0, 2] == pytest.approx(1.2)
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
    more(lab)
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
    status = lab.get_by_role("status")
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


def png(width, height):
    """Return a black picture as a file; one bit a pixel, so that large ones are made quickly."""

    def chunk(kind, data):
        size, check = struct.pack(">I", len(data)), struct.pack(">I", zlib.crc32(kind + data))
        return size + kind + data + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes(height * (1 + -(-width // 8))), 1)
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"></svg>'
NO_PICTURE = "This file is not a picture that the browser can read. Choose another one."
BAD_FILES = {
    "empty.png": (lambda: b"", "This file is empty. Choose another one."),
    "words.png": (lambda: b"not a picture", NO_PICTURE),
    "cut.png": (lambda: png(64, 64)[:40], NO_PICTURE),
    "notes.txt": (lambda: b"Dear diary", NO_PICTURE),
    "nothing.svg": (lambda: SVG.format(0, 0).encode(), "This picture has no pixels."),
    "huge.png": (lambda: png(30_000, 3_400), "too large: 30000 × 3400 pixels"),
}


@pytest.mark.parametrize("name", list(BAD_FILES))
def test_a_bad_file_gets_a_plain_message_and_the_lab_goes_on(page, site, name):
    make, message = BAD_FILES[name]
    lab = come_alive(page, f"{site}/{PAGE}")
    first = pixels(lab)
    lab.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "", "buffer": make()}
    )
    lab.get_by_role("status").get_by_text(message).wait_for()
    assert (pixels(lab) == first).all()
    assert lab.get_by_role("button", name="First picture").is_hidden()
    choose(lab, "Preset", "emboss")
    assert same(pixels(lab), expected(preset="emboss"))
    assert page.trouble == []


@pytest.mark.parametrize(
    ("wide", "high", "shown", "message"),
    [
        (8000, 8000, (512, 512), "made smaller: 512 × 512 pixels instead of 8000 × 8000"),
        (30_000, 10, (10, 30), "made smaller: its middle, 30 × 10 pixels instead of 30000 × 10"),
        (1, 1, (1, 1), "Your photograph is shown."),
    ],
)
def test_a_picture_of_an_odd_size_is_shown_and_the_lab_goes_on(
    page, site, wide, high, shown, message
):
    lab = come_alive(page, f"{site}/{PAGE}")
    chosen_file = {"name": "odd.png", "mimeType": "image/png", "buffer": png(wide, high)}
    lab.locator("input[type=file]").set_input_files(chosen_file)
    lab.get_by_role("status").get_by_text(message).wait_for()
    assert pixels(lab, "before").shape == (*shown, 3)
    assert not pixels(lab).any()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lab.get_by_role("button", name="First picture").click()
    assert same(pixels(lab), expected())
    assert page.trouble == []


def test_a_dropped_photograph_is_shown(page, site, photograph):
    path, own = photograph
    lab = come_alive(page, f"{site}/{PAGE}")
    drop = """(pictures, text) => {
        const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], 'own.png', { type: 'image/png' }));
        pictures.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
    }"""
    text = base64.b64encode(path.read_bytes()).decode()
    lab.locator(".live-pictures").evaluate(drop, text)
    lab.get_by_text("Your photograph is shown").wait_for()
    assert (pixels(lab, "before") == own).all()


RECORD_STREAMS = """
window.streams = [];
const media = navigator.mediaDevices;
const open = media.getUserMedia.bind(media);
media.getUserMedia = async (wishes) => {
    const stream = await open(wishes);
    window.streams.push(stream);
    return stream;
};
"""
ALL_ENDED = """window.streams.length && window.streams.every(
    (stream) => stream.getTracks().every((track) => track.readyState === 'ended'))"""
SWITCH_OFF = {
    "button": """[...document.querySelectorAll('button')].find(
        (button) => button.textContent === 'Stop camera').click()""",
    "file": None,
    "another tab": """Object.defineProperty(document, 'hidden', { value: true });
        document.dispatchEvent(new Event('visibilitychange'))""",
    "folded away": "document.querySelector('.live-stage').style.display = 'none'",
    "removed": """window.__widgets.forEach(
        ({ manager }) => manager._shown.forEach((view) => view.remove()))""",
}


def film(page, site):
    """Open the lab and switch its camera on."""
    page.add_init_script(RECORD_STREAMS)
    lab = come_alive(page, f"{site}/{PAGE}")
    lab.get_by_role("button", name="Camera").click()
    lab.get_by_text("The camera is on").wait_for()
    return lab


def test_the_camera_is_filtered_as_convlib_says(page_with_camera, site):
    page = page_with_camera(allowed=True)
    lab = film(page, site)
    choose(lab, "Preset", "blur")
    page.wait_for_function(
        "() => document.querySelector('.live-scene canvas').width !== 240"  # the cat's
    )
    seen = lab.evaluate("""(stage) => [...stage.querySelectorAll('.live-scene canvas')].slice(0, 2)
        .map((canvas) => [canvas.height, canvas.width, btoa(Array.from(canvas.getContext('2d')
            .getImageData(0, 0, canvas.width, canvas.height).data,
        (byte) => String.fromCharCode(byte)).join(''))])""")
    before, after = (
        np.frombuffer(base64.b64decode(data), np.uint8).reshape(high, wide, 4)[..., :3]
        for high, wide, data in seen
    )
    assert np.ptp(before) > 100
    twin = KernelLab(preset="blur", image=before / 255)
    assert same(after.astype(np.int16), twin.drawn.astype(np.int16))
    assert page.trouble == []


@pytest.mark.parametrize("how", list(SWITCH_OFF))
def test_the_camera_is_off_when_nobody_sees_it(page_with_camera, site, how, photograph):
    page = page_with_camera(allowed=True)
    lab = film(page, site)
    assert not page.evaluate(ALL_ENDED)
    if how == "file":
        lab.locator("input[type=file]").set_input_files(photograph[0])
    else:
        page.evaluate(SWITCH_OFF[how])
    page.wait_for_function(ALL_ENDED)
    assert page.trouble == []


def test_a_refused_camera_gets_a_message(page_with_camera, site):
    page = page_with_camera(allowed=False)
    lab = come_alive(page, f"{site}/{PAGE}")
    lab.get_by_role("button", name="Camera").click()
    lab.get_by_text("The camera was refused. Everything else goes on working.").wait_for()
    choose(lab, "Preset", "emboss")
    assert same(pixels(lab), expected(preset="emboss"))
    assert page.trouble == []


@pytest.mark.parametrize(
    ("devices", "message"),
    [
        (
            "{ getUserMedia: () => Promise.reject(new DOMException('', 'NotFoundError')) }",
            "There is no camera.",
        ),
        ("undefined", "A camera cannot be used on this page."),
    ],
)
def test_a_missing_camera_gets_a_message(page, site, devices, message):
    page.add_init_script(
        f"Object.defineProperty(navigator, 'mediaDevices', {{ value: {devices} }})"
    )
    lab = come_alive(page, f"{site}/{PAGE}")
    lab.get_by_role("button", name="Camera").click()
    lab.get_by_text(f"{message} Everything else goes on working.").wait_for()
    assert page.trouble == []


def lens_numbers(lab):
    """Return pixels, kernel values and products in the window, row by row."""
    texts = lab.locator(".live-window-cell").evaluate_all(
        "cells => cells.map((cell) => [...cell.childNodes].map((part) => part.textContent))"
    )
    numbers = [[float(t.replace("\N{MINUS SIGN}", "-").lstrip("× ")) for t in row] for row in texts]
    side = int(len(texts) ** 0.5)
    return np.array(numbers).T.reshape(3, side, side)


def lens_place(lab):
    """Return row and column that the lens tells, once it has come to rest."""
    lab.page.wait_for_timeout(300)
    words = lab.locator(".live-panel").get_by_role("status").get_by_text("Row").text_content()
    row, column = re.match(r"Row (\d+), column (\d+)", words).groups()
    return int(row), int(column)


def lens_says(lab, twin, row, column):
    """Wait until the lens tells this pixel, and compare its numbers with convlib."""
    sum_ = to_grey(twin.result)[row, column]
    text = f"Row {row}, column {column}: brightness sum {sum_:.2f}".replace("-", "\N{MINUS SIGN}")
    lab.locator(".live-panel").get_by_role("status").get_by_text(text).wait_for()
    seen, weights, products = lens_numbers(lab)
    around = np.pad(to_grey(twin.image), 1, mode=twin.boundary)[row : row + 3, column : column + 3]
    np.testing.assert_allclose(seen, around, atol=0.0051)
    np.testing.assert_allclose(weights, np.flip(twin.kernel), atol=0.0051)
    np.testing.assert_allclose(products, around * np.flip(twin.kernel), atol=0.0051)


def test_the_mark_moves_by_keyboard_and_the_window_says_what_convlib_says(page, site):
    lab, twin = come_alive(page, f"{site}/{PAGE}"), KernelLab()
    lens_says(lab, twin, 120, 120)
    lab.get_by_role("application", name="Point at a pixel").focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    lens_says(lab, twin, 129, 122)
    choose(lab, "Preset", "edge detect")
    twin.preset = "edge_detect"
    lens_says(lab, twin, 129, 122)
    lab.get_by_role("application", name="Point at a pixel").focus()
    page.keyboard.press("Escape")
    lens_says(lab, twin, 120, 120)
    assert page.trouble == []


def test_the_window_follows_the_mouse_and_stays_where_it_is_clicked(page, site):
    lab, twin = come_alive(page, f"{site}/{PAGE}"), KernelLab()
    picture = lab.locator(".live-scene").nth(1)
    size = picture.bounding_box()["width"]
    picture.hover(position={"x": size / 4, "y": size / 2})
    row, column = lens_place(lab)
    assert max(abs(row - 120), abs(column - 60)) <= 2
    lens_says(lab, twin, row, column)
    picture.click(position={"x": size - 1, "y": size - 1})
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    corner = lens_place(lab)
    assert min(corner) >= 237
    more(lab)
    choose(lab, "Boundary", "wrap")
    twin.boundary = "wrap"
    lens_says(lab, twin, *corner)


def test_a_kernel_value_is_tied_to_the_pixel_that_it_lies_on(page, site):
    """Convolution turns the kernel, so the last value lies on the first pixel."""
    lab = come_alive(page, f"{site}/{PAGE}")
    tied = "cells => cells.map((cell) => cell.matches('.is-tied'))"
    slider(lab, 2, 2).focus()
    assert lab.locator(".live-window-cell").evaluate_all(tied).index(True) == 0
    more(lab)
    choose(lab, "Operation", "cross-correlation")
    slider(lab, 2, 2).focus()
    assert lab.locator(".live-window-cell").evaluate_all(tied).index(True) == 8


def test_the_kernel_is_one_stop_of_the_tab_key(page, site):
    """Left and right go along it; and the whole figure takes at most twelve."""
    lab = come_alive(page, f"{site}/{PAGE}")
    stops = lab.evaluate("""(stage) => [...stage.querySelectorAll(
        "button, input, select, [tabindex], [contenteditable]")].filter(
      (e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true })).length""")
    assert stops <= 12
    slider(lab, 0, 0).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "kernel value at row 1, column 2"
    page.keyboard.press("Tab")
    assert "kernel value" not in (page.evaluate(focused) or "")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "kernel value at row 1, column 2"


def test_the_picture_is_large(page, site):
    """At least 480 pixels of 1280, and all of the column on a telephone."""
    for width, least in ((1280, 480), (360, 290)):
        page.set_viewport_size({"width": width, "height": 800})
        lab = come_alive(page, f"{site}/{PAGE}")
        assert lab.locator(".live-scene").nth(1).bounding_box()["width"] >= least
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_divider_moves_by_keyboard_and_by_mouse(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    assert lab.locator(".live-scene").first.is_hidden()
    over, handle = lab.locator(".live-over"), lab.locator(".live-handle")
    control = lab.get_by_role("slider", name="Divider")
    assert control.get_attribute("aria-valuetext") == "0.5"
    assert over.evaluate("canvas => canvas.style.clipPath") == "inset(0px 50% 0px 0px)"
    control.focus()
    page.keyboard.press("ArrowLeft")
    assert control.get_attribute("aria-valuetext") == "0.49"
    lab.locator(".live-scene").nth(1).scroll_into_view_if_needed()
    box = lab.locator(".live-scene").nth(1).bounding_box()
    grip = handle.bounding_box()
    assert grip["x"] + grip["width"] / 2 == pytest.approx(box["x"] + 0.49 * box["width"], abs=1.5)
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], grip["y"] + 40, steps=4)
    page.mouse.up()
    assert float(control.get_attribute("aria-valuetext")) == pytest.approx(0.2, abs=0.015)
    assert same(pixels(lab), expected())
    assert page.trouble == []


def touch(page, *points):
    """Put a finger down at the first point, move it over the others, and lift it."""
    session = page.context.new_cdp_session(page)
    for kind, place in zip(("touchStart", *["touchMove"] * (len(points) - 1)), points, strict=True):
        where = [{"x": place[0], "y": place[1]}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_everything_works_by_touch_on_a_phone(new_page, site):
    phone = {"has_touch": True, "is_mobile": True, "viewport": {"width": 360, "height": 800}}
    with new_page(**phone) as page:
        lab, twin = come_alive(page, f"{site}/{PAGE}"), KernelLab()
        handle = slider(lab, 1, 1)
        handle.scroll_into_view_if_needed()
        grip = handle.bounding_box()
        x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
        touch(page, (x, y), (x - 10, y), (x - 20, y))
        twin.kernel = kernel_on_screen(lab)
        assert twin.kernel[1, 1] < 5
        assert same(pixels(lab), twin.drawn.astype(np.int16))
        picture = lab.locator(".live-scene").nth(1)
        picture.scroll_into_view_if_needed()
        picture.tap(position={"x": 80, "y": 60})
        scale = 240 / picture.bounding_box()["width"]
        row, column = lens_place(lab)
        assert max(abs(row - 60 * scale), abs(column - 80 * scale)) <= 2
        lens_says(lab, twin, row, column)
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 30
        touch(page, (x, y), (x + 30, y), (box["x"] + 0.75 * box["width"], y))
        told = lab.get_by_role("slider", name="Divider").get_attribute("aria-valuetext")
        assert float(told) == pytest.approx(0.75, abs=0.03)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.trouble == []


def test_the_kernel_is_given_as_code(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    choose(lab, "Preset", "sobel x")
    lab.get_by_role("button", name="Copy as NumPy").click()
    lab.get_by_text("np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])").wait_for()


def test_every_control_has_a_name_and_takes_the_focus(page, site):
    lab = come_alive(page, f"{site}/{PAGE}")
    assert lab.get_by_role("slider").count() == 10
    more(lab)
    for menu in ("Preset", "Operation", "Boundary", "Display", "Picture", "Compare"):
        lab.get_by_label(menu, exact=True).focus()
        assert page.evaluate("document.activeElement.tagName") == "SELECT"
    assert lab.locator("canvas:not([aria-label], [aria-hidden])").count() == 0


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


def test_what_the_reader_has_set_is_printed_in_the_light_theme(page, site):
    """And the answers to questions stand open; on the screen all is as it was before."""
    page.emulate_media(color_scheme="dark")
    lab = come_alive(page, f"{site}/{PAGE}")
    choose(lab, "Preset", "emboss")
    theme = "document.documentElement.dataset.theme"
    shut = "document.querySelectorAll('article details:not([open])').length"
    before = page.evaluate(shut)
    page.emulate_media(media="print")
    assert same(pixels(lab), expected(preset="emboss"))
    assert lab.locator("canvas").nth(1).is_visible()
    assert lab.locator(".live-fallback img").is_hidden()
    page.wait_for_function(f"{theme} === 'light' && {shut} === 0")
    page.emulate_media(media="screen")
    page.wait_for_function(f"{theme} === 'dark' && {shut} === {before}")
    assert before > 0
