"""The smaller live figures in Python: state that reads and sets, and still pictures."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

import convlib
from convlib.live import ConvArithmetic, DiscreteSlide, FlipAndSlide, StepThrough

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
