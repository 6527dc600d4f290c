"""The spectrum figure: its state in Python, and its numerics in the browser."""

import numpy as np
import pytest
from javascript import assert_says_the_same, case

from convlib import convolve
from convlib.live import SpectrumView
from convlib.live.spectrum_view import PRESETS

ASYMMETRIC = [0.5, -0.25, 0.75, 0.0, -1.0]


def cases(rng):
    """Symmetric kernels and others, and all wiggles that the sliders offer."""
    presets = [[name, values] for name, values in PRESETS.items()]
    for name, kernel in [*presets, ("custom", ASYMMETRIC)]:
        yield case("shared", "presetName", [kernel, presets], name)
        figure = SpectrumView(kernel, slow=int(rng.integers(1, 7)), fast=int(rng.integers(7, 25)))
        x, y, signed = figure.signal, figure.output, figure.symmetric
        yield case("spectrum_view", "testSignal", [figure.slow, figure.fast], x, 1e-12)
        yield case("spectrum_view", "convolveOnCircle", [x, kernel], y, 1e-12)
        yield case("spectrum_view", "isSymmetric", [kernel], signed)
        for samples in (x, y, rng.normal(size=48)):
            heights = figure.spectrum(samples)
            yield case("spectrum_view", "spectrum", [samples, signed], heights, 1e-12)
        for f in rng.uniform(0, 0.5, 3):
            factor = complex(figure.response(np.array([f]))[0])
            yield case("spectrum_view", "response", [kernel, f], [factor.real, factor.imag], 1e-12)
    yield case("spectrum_view", "lateness", [PRESETS["delay"], 0.11], 1.0, 1e-12)
    yield case("spectrum_view", "lateness", [PRESETS["delay"][::-1], 0.11], -1.0, 1e-12)
    box, difference = PRESETS["box_3"], PRESETS["difference"]
    yield case("spectrum_view", "fate", [box, 24, 0.5], "0.5 × −0.33 = −0.17, upside down")
    yield case("spectrum_view", "fate", [box, 16, 0.5], "0.5 × 0 = 0, stopped")
    yield case("spectrum_view", "fate", [difference, 12, 0.5], "0.5 × 1 = 0.5, 1 sample earlier")


def test_javascript_says_what_convlib_says(tmp_path):
    assert_says_the_same(cases(np.random.default_rng(8)), tmp_path)


@pytest.fixture
def figure():
    return SpectrumView()


def test_kernel_and_preset_follow_each_other(figure):
    for name, kernel in PRESETS.items():
        figure.preset = name
        np.testing.assert_array_equal(figure.kernel, kernel)
        np.testing.assert_array_equal([getattr(figure.view, f"k{i}") for i in range(5)], kernel)
    figure.taps[1].value = 0.125
    assert figure.preset == "custom"
    figure.kernel = PRESETS["binomial"]
    assert figure.preset == "binomial"
    assert figure.view.preset == list(PRESETS).index("binomial")


def test_the_output_is_convlibs_and_its_spectrum_the_product(figure):
    figure.kernel = ASYMMETRIC
    figure.slow, figure.fast = 5, 17
    assert (figure.view.slow, figure.view.fast) == (5, 17)
    wanted = convolve(figure.signal, ASYMMETRIC, mode="same", boundary="wrap")
    np.testing.assert_array_equal(figure.output, wanted)
    factors = figure.response(np.arange(25) / 48)
    product = np.fft.rfft(figure.signal) * factors
    np.testing.assert_allclose(np.fft.rfft(figure.output), product, atol=1e-12)
    np.testing.assert_allclose(figure.spectrum(figure.output)[17], 0.5 * abs(factors[17]))


def test_what_the_chapter_says_about_the_figure(figure):
    assert abs(figure.response([1 / 3])[0]) < 1e-12
    assert figure.response([1 / 2])[0].real == pytest.approx(-1 / 3)
    figure.preset = "difference"
    heights = np.abs(figure.response(np.arange(1, 25) / 48))
    assert np.argmax(heights) + 1 == 12
    assert heights[11] == pytest.approx(1)
    assert heights[23] == pytest.approx(0)
    np.testing.assert_allclose(convolve([1, 2, 4, 8], PRESETS["difference"], mode="same")[1], 1.5)


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("kernel", [1, 2, 3], ValueError, r"`kernel` must have shape \(5,\); got \(3,\)"),
        ("kernel", [0, 0, 2, 0, 0], ValueError, "`kernel` must hold values from -1 to 1"),
        ("kernel", [0, 0, np.nan, 0, 0], ValueError, "`kernel` must hold values from -1 to 1"),
        ("kernel", ["a"] * 5, TypeError, "`kernel` must hold real numbers"),
        ("preset", "box", ValueError, "`preset` must be one of"),
        ("slow", 0, ValueError, "`slow` must be 1 to 6; got 0"),
        ("slow", 2.5, ValueError, "`slow` must be a whole number"),
        ("fast", 25, ValueError, "`fast` must be 7 to 24; got 25"),
        ("fast", "9", TypeError, "`fast` must be a real number"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(figure, trait, value, error, message):
    before = figure.kernel, figure.slow, figure.fast, figure.preset
    with pytest.raises(error, match=message):
        setattr(figure, trait, value)
    after = figure.kernel, figure.slow, figure.fast, figure.preset
    np.testing.assert_array_equal(before[0], after[0])
    assert before[1:] == after[1:]


def test_the_picture_draws_the_present_state(figure):
    figure.preset = "delay"
    titles = [axes.get_title(loc="left") for axes in figure.picture().axes]
    assert titles[2:4] == ["kernel h: delay", "response H, height only"]
