"""The live figures in Python: state that reads and sets, and what they hand to a page."""

import base64
import json
from pathlib import Path

import ipywidgets
import numpy as np
import pytest
from traitlets import TraitError

from convlib import filter_image, live
from convlib.kernels import KERNELS
from convlib.live import KernelLab

ROOT = Path(__file__).resolve().parents[1]
SOBEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]


@pytest.fixture
def lab():
    return KernelLab()


def view_kernel(lab):
    return np.array([getattr(lab.view, f"k{i}") for i in range(9)]).reshape(3, 3)


def test_it_is_made_of_genuine_widgets(lab):
    assert isinstance(lab, ipywidgets.VBox)
    assert len(lab.sliders) == 9
    assert all(isinstance(slider, ipywidgets.FloatSlider) for slider in lab.sliders)


def test_the_kernel_reads_and_sets(lab):
    kernel = np.arange(9).reshape(3, 3) / 7 - 0.5
    lab.kernel = kernel
    np.testing.assert_array_equal(lab.kernel, kernel)
    np.testing.assert_array_equal(view_kernel(lab), kernel)
    assert lab.kernel.dtype == np.float64
    assert lab.preset == "custom"


def test_a_slider_sets_the_kernel(lab):
    lab.sliders[5].value = 1.5  # row 1, column 2
    assert lab.kernel[1, 2] == 1.5
    assert view_kernel(lab)[1, 2] == 1.5
    assert lab.preset == "custom"
    assert lab.view.preset == len(KERNELS)


@pytest.mark.parametrize("name", list(KERNELS))
def test_a_preset_moves_the_sliders_and_a_kernel_finds_its_name(lab, name):
    lab.preset = name
    np.testing.assert_array_equal(lab.kernel, KERNELS[name])
    np.testing.assert_array_equal(view_kernel(lab), KERNELS[name])
    lab.kernel = KERNELS[name] + 0.25
    assert lab.preset == "custom"
    lab.kernel = KERNELS[name]
    assert lab.preset == name
    assert lab.view.preset == list(KERNELS).index(name)


def test_the_sliders_make_room_for_large_values(lab):
    lab.kernel = np.full((3, 3), -12.5)
    np.testing.assert_array_equal(lab.kernel, np.full((3, 3), -12.5))
    lab.preset = "blur"
    assert lab.sliders[0].max == 5


@pytest.mark.parametrize("operation", ["convolution", "cross-correlation"])
@pytest.mark.parametrize("boundary", ["edge", "constant", "reflect", "symmetric", "wrap"])
def test_the_result_is_convlibs(operation, boundary):
    image = np.round(255 * np.random.default_rng(1).random((7, 11, 3))) / 255
    lab = KernelLab(SOBEL, image=image, boundary=boundary)
    lab.operation = operation
    kernel = np.array(SOBEL) if operation == "convolution" else np.flip(SOBEL)
    np.testing.assert_array_equal(lab.result, filter_image(image, kernel, boundary=boundary))


def test_the_display_clips_or_shows_the_sign(lab):
    lab.preset = "sobel_x"
    assert lab.result.min() < 0
    assert lab.drawn.dtype == np.uint8
    lab.display = "signed"
    middle = np.abs(lab.result) < 1e-12
    assert set(np.unique(lab.drawn[middle])) <= {127, 128}
    lab.colours = "grey"
    assert lab.result.ndim == 2


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("kernel", np.ones((3, 2)), ValueError, r"`kernel` must have shape \(3, 3\); got \(3, 2\)"),
        ("kernel", np.ones(9), ValueError, "`kernel` must have 2 dimension"),
        ("kernel", np.full((3, 3), -2e5), ValueError, "`kernel` must be within ±100,000"),
        ("kernel", np.ones((5, 5)), ValueError, r"`kernel` must have shape \(3, 3\); got \(5, 5\)"),
        ("compare", "beside", ValueError, "`compare` must be one of"),
        ("divider", 1.5, ValueError, "`divider` must be 0.0 to 1.0; got 1.5"),
        ("divider", "half", TypeError, "`divider`"),
        ("lens", (240, 0), ValueError, "`lens` must be inside 240 × 240 pixels"),
        ("lens", (0, -1), ValueError, "`lens`"),
        ("lens", (1, 2, 3), ValueError, "`lens` must be"),
        ("kernel", [[0, 0, 0], [0, np.nan, 0], [0, 0, 0]], ValueError, "`kernel` must be finite"),
        ("kernel", [["a"] * 3] * 3, TypeError, "`kernel` must hold real numbers"),
        ("preset", "sharp", ValueError, "`preset` must be one of"),
        ("boundary", "mirror", ValueError, "`boundary` must be one of"),
        ("operation", None, TypeError, "`operation` must be one of"),
        ("display", "raw", ValueError, "`display` must be one of"),
        ("colours", "sepia", ValueError, "`colours` must be one of"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(lab, trait, value, error, message):
    before = lab.kernel
    with pytest.raises(error, match=message):
        setattr(lab, trait, value)
    np.testing.assert_array_equal(lab.kernel, before)


@pytest.mark.parametrize("size", [5, 7])
def test_larger_kernels_keep_their_shape_and_the_presets_in_their_middle(size):
    kernel = np.random.default_rng(2).normal(0, 0.1, (size, size))
    lab = KernelLab(kernel, boundary="wrap")
    np.testing.assert_array_equal(lab.kernel, kernel)
    assert len(lab.sliders) == size**2
    assert (lab.preset, lab.view.size) == ("custom", size)
    np.testing.assert_array_equal(lab.result, filter_image(lab.image, kernel, boundary="wrap"))
    lab.preset = "emboss"
    ring = (size - 3) // 2
    np.testing.assert_array_equal(lab.kernel, np.pad(KERNELS["emboss"], ring))
    lab.kernel = np.pad(KERNELS["blur"], ring)
    assert lab.preset == "blur"


@pytest.mark.parametrize("shape", [(4, 4), (9, 9), (3, 5)])
def test_a_kernel_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="`kernel` must have shape"):
        KernelLab(np.ones(shape))


def test_the_divider_and_the_lens_read_and_set(lab):
    assert (lab.compare, lab.divider, lab.lens) == ("divider", 0.5, None)
    lab.compare, lab.divider, lab.lens = "divider", 0.25, (17, 239)
    assert (lab.view.compare, lab.view.divider) == (1, 0.25)
    assert (lab.view.row, lab.view.column) == lab.lens == (17, 239)
    lab.view.set_state({"row": 3, "column": 4})  # as a message from the browser does
    assert lab.lens == (3, 4)
    lab.lens = None
    assert lab.lens is None


@pytest.mark.parametrize("shape", [(4,), (4, 4, 2), (1025, 3)])
def test_a_picture_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="`image` must be"):
        KernelLab(image=np.zeros(shape))


def test_a_control_knows_whose_change_it_is(lab):
    """Also after the browser has sent what is refused."""
    slider, seen = lab.sliders[0], []
    slider.observe(lambda change: seen.append(change["owner"].from_browser), "value")
    slider.value = 0.5
    slider.set_state({"value": 1.5})
    with pytest.raises(TraitError):
        slider.set_state({"value": "much"})
    slider.value = 2.5
    assert seen == [False, True, False]


def test_what_the_browser_sets_is_not_sent_back_to_it(lab):
    """The browser moves the view itself; old values must not follow while a slider is dragged."""
    before = lab.view.k0
    lab.sliders[0].set_state({"value": 2.5})  # as a message from the browser does
    assert lab.kernel[0, 0] == 2.5
    assert lab.view.k0 == before


def open_widgets():
    """Return the ids of all widgets that exist."""
    return set(ipywidgets.Widget.get_manager_state()["state"])


@pytest.mark.slow
@pytest.mark.parametrize("name", live.__all__)
def test_a_closed_figure_leaves_no_widget(name):
    """Its controls, their links, layouts and styles, its view, and bytes that it alone holds."""
    from convlib import networks

    before = open_widgets()
    needs_network = name in ("DrawDigit", "TamperCNN")
    figure = getattr(live, name)(*([networks.tiny_cnn()] if needs_network else []))
    assert len(open_widgets() - before) > 10
    figure.close()
    assert not open_widgets() - before
    figure.close()  # twice is no mistake


def test_shared_bytes_stay_open_for_another_figure():
    from convlib import networks

    before, model = open_widgets(), networks.tiny_cnn()
    one, other = live.DrawDigit(model), live.TamperCNN(model)
    held = {other.view.network.model_id, other.view.digits.model_id}
    one.close()
    assert held <= open_widgets()
    other.close()
    assert not open_widgets() - before


def test_a_page_gets_a_widget_and_a_picture(lab):
    bundle = lab._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    wishes = bundle["application/vnd.jupyter.widget-view+json"]["live"]
    assert len(wishes["alt"]) > 20
    assert "cqi" in wishes["wide"]


def test_the_picture_draws_the_present_state(lab):
    lab.preset = "edge_detect"
    titles = [axes.get_title() for axes in lab.picture().axes]
    assert titles == ["before", "kernel, sum 0", "after: edge detect"]


def test_two_labs_do_not_share_state():
    one, other = KernelLab(preset="blur"), KernelLab(preset="sharpen")
    one.kernel = SOBEL
    np.testing.assert_array_equal(other.kernel, KERNELS["sharpen"])


def test_the_photograph_is_kept_exactly(lab):
    from io import BytesIO

    from PIL import Image

    decoded = np.asarray(Image.open(BytesIO(lab.view.photo)))
    np.testing.assert_array_equal(decoded / 255, lab.image)


def test_the_lock_names_no_host():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [name for name, one in packages.items() if "resolved" in one]
    assert all("integrity" in one for name, one in packages.items() if name)


@pytest.mark.book
def test_the_runtime_is_light():
    """At most 100 kB on the wire; skipped before the first build of the book."""
    import gzip

    script = ROOT / "_build" / "assets" / "live" / "widget-runtime.js"
    if not script.is_file():
        pytest.skip("the browser assets have not been built")
    assert len(gzip.compress(script.read_bytes(), 9)) <= 100_000
