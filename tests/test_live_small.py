"""The smaller live figures in Python: state that reads and sets, and still pictures."""

import numpy as np
import pytest
from ipywidgets.embed import dependency_state
from javascript import assert_says_the_same, case
from matplotlib import pyplot as plt

import convlib
from convlib.layers import receptive_field
from convlib.live import ConvArithmetic, DiscreteSlide, FlipAndSlide, StepThrough
from convlib.live.flip_and_slide import BY_HAND, NAMES, PLACES


@pytest.fixture
def rng():
    return np.random.default_rng(12)


FIGURES = (ConvArithmetic, DiscreteSlide, FlipAndSlide, StepThrough)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_page_gets_a_widget_and_a_picture(figure):
    before = plt.get_fignums()
    bundle = figure()._repr_mimebundle_()
    assert {"image/png", "application/vnd.jupyter.widget-view+json"} <= bundle.keys()
    assert plt.get_fignums() == before, "the still picture stays open"


def test_the_worked_example_of_the_chapter_gives_9():
    figure = StepThrough()
    assert figure.products.tolist() == [[0, -7, 0], [-7, 35, -6], [0, -6, 0]]
    assert figure.result[0, 0] == 9


def test_step_through_turns_the_kernel_for_convolution():
    kernel = np.arange(9).reshape(3, 3)
    figure = StepThrough(np.eye(4), kernel, boundary="constant")
    figure.position = 1, 2
    correlated = figure.products.sum()
    figure.operation = "convolution"
    filtered = convlib.filter_image(np.eye(4), kernel, boundary="constant")
    np.testing.assert_array_equal(figure.result, filtered)
    assert figure.products.sum() == filtered[1, 2] != correlated
    assert figure.view.step == 6
    assert figure.view.operation == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StepThrough(np.ones((9, 2))), "`picture` must be at most"),
        (lambda: StepThrough(kernel=np.ones((2, 3))), "`kernel` must have shape"),
        (lambda: StepThrough([[np.inf]]), "`picture` must be finite"),
        (lambda: StepThrough(boundary="mirror"), "`boundary` must be one of"),
        (lambda: setattr(StepThrough(), "position", (3, 0)), "`position` must be inside"),
        (lambda: DiscreteSlide([]), "`x` must not be empty"),
        (lambda: DiscreteSlide(h=[1] * 6), "`h` must have at most 5 values"),
        (lambda: DiscreteSlide(mode="all"), "`mode` must be one of"),
        (lambda: setattr(StepThrough(), "position", (1, 2, 3)), "`position` must be one"),
        (lambda: setattr(DiscreteSlide(), "n", 8), "`n` must be 0 to 7"),
        (lambda: FlipAndSlide("circle"), "`f` must be one of"),
        (lambda: FlipAndSlide(t=7.0), "`t` must be -3.0 to 6.0"),
        (lambda: setattr(FlipAndSlide(), "drawn_f", np.zeros(40)), r"`drawn_f` must have shape"),
        (lambda: setattr(FlipAndSlide(), "drawn_g", np.full(41, 1.6)), "`drawn_g` must be -1.5"),
        (lambda: setattr(FlipAndSlide(), "drawn_g", np.full(41, np.nan)), "`drawn_g` must be -1"),
        (lambda: ConvArithmetic(0), "`n` must be 1 to 16"),
        (lambda: ConvArithmetic(4, 2.5), "`k` must be a whole number"),
    ],
)
def test_bad_values_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_places_between_two_outputs_are_refused():
    with pytest.raises(TypeError, match="`n` must be .*; got 1.5"):
        DiscreteSlide().n = 1.5
    with pytest.raises(TypeError, match="`position` must be .*; got 0.5"):
        StepThrough().position = (0.5, 0.5)


def test_discrete_slide_has_as_many_places_as_outputs():
    figure = DiscreteSlide([1, 2, 3, 4], [1, -1])
    assert (figure.view.last, len(figure.result)) == (4, 5)
    figure.n = 4
    figure.mode = "valid"
    assert figure.view.last == 2
    assert figure.n == figure.view.step == 2
    np.testing.assert_array_equal(figure.result, np.convolve([1, 2, 3, 4], [1, -1], "valid"))
    figure.h = [1, 2, 3, 4, 5]
    assert figure.view.last == 0  # no valid place: the page says so


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("operation", ["convolution", "cross-correlation"])
def test_discrete_slides_products_add_up_to_the_result(mode, operation):
    figure = DiscreteSlide([3, 1, 4, 1, 5], [2, 7, 1, 8], mode=mode, operation=operation)
    sums = []
    for n in range(len(figure.result)):
        figure.n = n
        sums.append(figure.products.sum())
    np.testing.assert_array_equal(sums, figure.result)


def test_flip_and_slide_knows_closed_forms():
    assert FlipAndSlide("box", "box", t=0.5).value == pytest.approx(0.5, abs=0.02)
    assert FlipAndSlide("box", "decay", t=2.0).value == pytest.approx(
        np.exp(-1) - np.exp(-2), abs=0.02
    )
    assert FlipAndSlide("bell", "bell", t=1.0).value == pytest.approx(
        np.exp(-np.pi / 2) / np.sqrt(2), abs=1e-4
    )


def zigzag(rng):
    """Return samples that are lopsided, signed, and not zero at the ends."""
    return rng.uniform(-1.5, 1.5, len(PLACES)).round(2)


def test_drawn_curves_are_state(rng):
    figure = FlipAndSlide("box", "decay", t=0.5)
    samples = zigzag(rng)
    figure.drawn_g = samples
    assert (figure.f, figure.g) == ("box", BY_HAND)
    np.testing.assert_array_equal(figure.drawn_g, samples)
    assert figure.drawn_g.dtype == float
    # the box is 1 from 0 to 1: at t = 0.5 the area under g from -0.5 to 0.5
    fine = np.linspace(-0.5, 0.5, 100_001)
    area = np.trapezoid(np.interp(fine, PLACES, samples), fine)
    assert figure.value == pytest.approx(area, abs=0.01)
    plt.close(figure.picture())


def test_drawn_curves_are_saved_with_the_notebook(rng):
    figure = FlipAndSlide()
    figure.drawn_f = samples = zigzag(rng)
    saved = dependency_state([figure], drop_defaults=False)
    (view,) = (one["state"] for one in saved.values() if "drawn_f" in one["state"])
    assert view["drawn_f"] == samples.tolist()
    assert view["f"] == NAMES.index(BY_HAND)


def test_the_browser_may_draw():
    figure = FlipAndSlide(BY_HAND)
    figure.view.set_state({"drawn_f": [0] * 20 + [1.25] + [0] * 20})
    assert figure.drawn_f[20] == 1.25
    assert figure.drawn_f.sum() == 1.25


def test_wrong_kinds_of_drawings_are_refused():
    with pytest.raises(TypeError, match="`drawn_f`"):
        FlipAndSlide().drawn_f = ["high"] * 41


def drawn_cases(rng):
    """Curves drawn by hand on either side and on both; strokes of the pen."""
    places, times = np.linspace(-1.6, 3.4, 257), np.linspace(-3, 6, 91)
    for f, g in ((BY_HAND, "decay"), ("up and down", BY_HAND), (BY_HAND, BY_HAND)):
        figure = FlipAndSlide(f, g)
        figure.drawn_f, figure.drawn_g = drawn = zigzag(rng), zigzag(rng)
        figure.f, figure.g = f, g
        numbers = [NAMES.index(f), NAMES.index(g), times, *drawn]
        yield case("flip_and_slide", "convolveAt", numbers, figure.at(times), 1e-5)
    lines = np.interp(places, PLACES, drawn[0], left=0, right=0)
    yield case("flip_and_slide", "curveAt", [7, places, drawn[0]], lines, 1e-9)
    strokes = [([0, 0], [4, 1], [0, 0.25, 0.5, 0.75, 1, 0]), ([3, 9], [3, 2], [0, 0, 0, 1.5, 0, 0]),
               ([5, -1], [3, 0], [0, 0, 0, 0, -0.5, -1])]  # fmt: skip
    for start, end, expected in strokes:
        yield case("flip_and_slide", "withStroke", [[0] * 6, start, end], expected, 1e-12)


def layer_cases():
    """Receptive fields layer by layer, and the whole text."""
    for k, stride, dilation in ((3, 2, 1), (4, 1, 3), (1, 3, 2), (5, 3, 3)):
        wanted = [receptive_field([(k, stride, dilation)] * depth) for depth in range(1, 4)]
        yield case("conv_arithmetic", "receptiveFields", [k, stride, dilation, 3], [1, *wanted], 0)
    figure = ConvArithmetic(11, 3, stride=2, padding=1, layers=2)
    sentences = [
        "Size of layer 1: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 "
        "= ⌊(11 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 6",
        "Sizes from the input up: 11 → 6 → 3; receptive fields: 1 → 3 → 7",
        "Output 0 sees inputs 0, 1, 2, 3; receptive field: 7",
    ]  # fmt: skip
    assert (figure.sizes, figure.receptive_field) == ([11, 6, 3], 7)
    words = figure.view.words
    yield case("conv_arithmetic", "describe", [words, 0, 11, 3, 2, 1, 1, 2], sentences)
    too_wide = ["Layer 1: The kernel spans 5, the padded input only 3: no output."]
    yield case("conv_arithmetic", "describe", [words, 0, 3, 5, 1, 0, 1, 2], too_wide)
    other = words | {"sees": "{inputs} → {output}"}
    yield case("conv_arithmetic", "describe", [other, 0, 8, 3, 1, 0, 1, 1], [
        "Size of layer 1: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 "
        "= ⌊(8 + 2·0 − 1·(3 − 1) − 1) / 1⌋ + 1 = 6", "", "0, 1, 2 → 0"])  # fmt: skip


def test_javascript_says_what_convlib_says(rng, tmp_path):
    assert_says_the_same([*drawn_cases(rng), *layer_cases()], tmp_path)


def test_conv_arithmetic_counts_as_the_layers_do():
    figure = ConvArithmetic(11, 3, stride=2, padding=1, layers=2)
    assert figure.sizes == [11, 6, 3]
    assert figure.view.last == 2
    figure.output = 1
    assert figure.taps[0].tolist() == [1]
    assert figure.taps[1].tolist() == [1, 2, 3]
    assert figure.taps[2].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert len(figure.taps[2]) == figure.receptive_field == 7


def test_conv_arithmetic_says_when_nothing_fits():
    figure = ConvArithmetic(3, 5, layers=2)
    assert figure.sizes == [3, 0, 0]
    plt.close(figure.picture())
