"""What *discrete-convolution* and *fourier-view* say in words, run as code."""

import numpy as np
import pytest
from oracles import NDIMAGE
from scipy import ndimage, signal

import convlib
from convlib import data, kernels
from convlib.live import DiscreteSlide

PROBE = np.array([1, 10, 100, 1000, 10000])


def response(h, frequency):
    """Frequency response of a symmetric kernel, as the chapter defines it."""
    k = np.arange(len(h)) - len(h) // 2
    return np.cos(2 * np.pi * np.outer(frequency, k)) @ h


# --- discrete-convolution ---------------------------------------------------------------------


def test_probe_tells_convolution_from_correlation():
    convolved = convlib.convolve(PROBE, [1, 1, 0], mode="same")
    correlated = convlib.correlate(PROBE, [1, 1, 0], mode="same")
    assert convolved.tolist() == [11, 110, 1100, 11000, 10000]
    assert correlated.tolist() == [1, 11, 110, 1100, 11000]


@pytest.mark.parametrize("m", range(1, 6))
def test_where_same_starts_in_each_library(m):
    """NumPy, scipy.signal and convlib start at (m - 1) // 2 of `full`, scipy.ndimage at m // 2."""
    h = np.arange(1, m + 1)
    full = np.convolve(PROBE, h)
    for same in (
        np.convolve(PROBE, h, mode="same"),
        signal.convolve(PROBE, h, mode="same"),
        convlib.convolve(PROBE, h, mode="same"),
    ):
        np.testing.assert_array_equal(same, full[(m - 1) // 2 :][:5])
    shifted = np.append(full, 0)[m // 2 :][:5]
    np.testing.assert_array_equal(ndimage.convolve1d(PROBE, h, mode="constant"), shifted)


def test_same_with_a_kernel_longer_than_the_signal():
    """NumPy takes the longer length, whatever the order; convlib and scipy.signal that of x."""
    short, long = [1, 2], [1, 1, 1, 1, 1]
    assert len(np.convolve(short, long, mode="same")) == 5
    assert len(np.convolve(long, short, mode="same")) == 5
    assert len(signal.convolve(short, long, mode="same")) == 2
    assert len(convlib.convolve(short, long, mode="same")) == 2


def test_symmetric_rule_is_drawn_right():
    letters = np.array(list("abcd"))
    drawn = "".join(np.pad(letters, 4, mode="symmetric"))
    assert drawn == "dcba" + "abcd" + "dcba"


@pytest.mark.parametrize("rule", NDIMAGE)
def test_mirrors_keep_grouping_for_symmetric_kernels_and_the_circle_for_every_kernel(rule):
    x = np.random.default_rng(5).normal(size=11)
    how = {"mode": "same", "boundary": rule}

    def kept(a, b):
        twice = convlib.convolve(convlib.convolve(x, a, **how), b, **how)
        return np.allclose(twice, convlib.convolve(x, convlib.convolve(a, b), **how))

    assert kept([1, 4, 1], [1, 2, 3, 2, 1]) == (rule in ("reflect", "symmetric", "wrap"))
    assert kept([1, 2, 3], [4, 1, 1]) == (rule == "wrap")


def test_the_largest_outputs_of_the_live_figure_are_at_two_and_three():
    figure = DiscreteSlide()
    assert np.flatnonzero(figure.result == figure.result.max()).tolist() == [2, 3]
    assert figure.result.max() == 15


def test_position_zero_of_the_probe_is_1_convolved_and_11_correlated():
    convolved, correlated = (f(PROBE, [1, 1, 0]) for f in (convlib.convolve, convlib.correlate))
    assert (round(convolved[0]), round(correlated[2])) == (1, 11)
    assert convolved[1:6] == pytest.approx(convlib.convolve(PROBE, [1, 1, 0], mode="same"))
    assert correlated[1:6] == pytest.approx(convlib.correlate(PROBE, [1, 1, 0], mode="same"))


@pytest.mark.parametrize("rule", NDIMAGE)
def test_names_of_boundary_rules_in_ndimage(rule):
    x, h = np.array([2.0, 7, 1, 8, 3, 5]), np.array([1.0, 2, 4, 8, 16])
    ours = convlib.convolve(x, h, mode="same", boundary=rule)
    np.testing.assert_allclose(ours, ndimage.convolve1d(x, h, mode=NDIMAGE[rule]))


def test_how_far_boundary_rules_are_off_on_a_ramp():
    """Worst the zeros, then `wrap`; a ramp that goes on would answer 5 and 8."""
    worst = {}
    for rule in NDIMAGE:
        y = convlib.convolve([5, 6, 7, 8], np.ones(3) / 3, mode="same", boundary=rule)
        worst[rule] = max(abs(y[0] - 5), abs(y[-1] - 8))
    assert sorted(worst, key=worst.get)[-2:] == ["wrap", "constant"]
    assert min(worst.values()) > 0.3


def test_swapping_arguments_reverses_a_correlation_only():
    a, b = [1, 2, 3, 4], [1, 0, 2]
    ab, ba = convlib.correlate(a, b), convlib.correlate(b, a)
    np.testing.assert_array_equal(ab, ba[::-1])
    assert not np.array_equal(ab, ba)
    np.testing.assert_array_equal(convlib.convolve(a, b), convlib.convolve(b, a))


def test_lag_of_a_full_correlation():
    """Index i of `full` means that the kernel starts at position i - (M - 1) of the signal."""
    x, h = np.array([0, 0, 3, 0, 0, 0]), np.array([1, 0, 0, 0])
    peak = convlib.correlate(x, h).argmax()
    assert peak - (len(h) - 1) == 2


def test_pattern_is_found_by_correlation_not_by_convolution():
    pattern = np.array([1, 1, 1, -1, -1, 1, -1])
    received = np.random.default_rng(3).normal(scale=0.5, size=60)
    received[23:30] += pattern
    match = convlib.correlate(received, pattern, mode="valid")
    flipped = convlib.convolve(received, pattern, mode="valid")
    assert match.argmax() == 23
    assert match.max() > 1.5 * np.sort(match)[-2]
    assert flipped.max() < 1.2 * np.sort(flipped)[-2]


@pytest.mark.parametrize(
    ("boundary", "associative"), [("constant", False), ("edge", False), ("wrap", True)]
)
def test_associativity_of_same(boundary, associative):
    """With zeros outside, the damage is half of the second kernel wide; a circle has none."""
    x = np.random.default_rng(5).normal(size=14)
    a, b = np.ones(5) / 5, np.array([1, 2, 3, 2, 1]) / 9
    how = {"mode": "same", "boundary": boundary}
    twice = convlib.convolve(convlib.convolve(x, a, **how), b, **how)
    once = convlib.convolve(x, convlib.convolve(a, b), **how)
    assert np.allclose(twice, once) == associative
    if boundary == "constant":
        assert np.flatnonzero(~np.isclose(twice, once)).tolist() == [0, 1, 12, 13]


# --- fourier-view -----------------------------------------------------------------------------


def test_average_of_three_turns_the_fastest_wiggle_upside_down():
    fastest = np.array([1.0, -1] * 8)
    y = convlib.convolve(fastest, np.ones(3) / 3, mode="valid")
    np.testing.assert_allclose(y, -fastest[1:-1] / 3)
    np.testing.assert_allclose(response(np.ones(3) / 3, [0, 1 / 4, 1 / 2]), [1, 1 / 3, -1 / 3])


def test_product_of_transforms_wraps_unless_padded():
    def by_fft(length):
        product = np.fft.rfft([1, 2, 3, 4], length) * np.fft.rfft([1, 1, 1], length)
        return np.fft.irfft(product, length)

    np.testing.assert_allclose(by_fft(4), [8, 7, 6, 9])
    np.testing.assert_allclose(by_fft(5), [5, 3, 6, 9, 7])
    np.testing.assert_allclose(by_fft(6), [1, 3, 6, 9, 7, 4])


def test_irfft_without_a_length_supposes_an_even_one():
    assert len(np.fft.irfft(np.fft.rfft(np.ones(7)))) == 6


def test_gaussian_response_stays_down_and_box_response_swings():
    f = np.linspace(0, 0.5, 501)
    gauss = kernels.gaussian(np.sqrt(80 / 12)).sum(axis=0)
    box = np.ones(9) / 9
    variance = (np.arange(9) - 4) ** 2 @ box
    assert variance == pytest.approx(80 / 12)
    assert response(gauss, f).min() > -1e-4
    assert response(box, f).min() == pytest.approx(-0.2266, abs=1e-3)
    assert (response(box, f[(f > 1 / 9 + 1e-9) & (f < 2 / 9)]) < 0).all()
    three = response(box, f) ** 3
    assert abs(three[f > 1 / 9]).max() == pytest.approx(0.0116, abs=1e-3)


def test_gaussian_leaves_far_less_fine_detail_on_the_cat_than_the_box():
    cat = data.cat(grey=True)
    rows, columns = (np.fft.fftfreq(n) for n in cat.shape)
    fast = np.maximum.outer(abs(rows), abs(columns)) > 1 / 8
    energy = []
    for kernel in (kernels.box(15), kernels.gaussian(np.sqrt(224 / 12))):
        picture = convlib.filter_image(cat, kernel, boundary="wrap")
        energy.append((abs(np.fft.fft2(picture)) ** 2)[fast].sum())
    assert energy[0] > 1000 * energy[1]


def test_rounding_ruins_the_inverse_and_wiener_takes_back_a_third():
    cat = data.cat(grey=True)
    g = kernels.gaussian(2.0)
    soft = convlib.filter_image(cat, g, boundary="wrap")
    padded = np.zeros_like(cat)
    padded[: len(g), : len(g)] = g
    spectrum = np.fft.rfft2(np.roll(padded, (-(len(g) // 2), -(len(g) // 2)), axis=(0, 1)))

    def error(picture, factors):
        restored = np.fft.irfft2(np.fft.rfft2(picture) * factors, cat.shape)
        return np.sqrt(np.mean((restored - cat) ** 2))

    stored = convlib.to_uint8(soft) / 255
    assert abs(stored - soft).max() <= 0.5 / 255 + 1e-12
    assert error(soft, 1 / spectrum) < 1e-3
    assert error(stored, 1 / spectrum) > 1e3
    best = min(
        error(stored, spectrum.conj() / (abs(spectrum) ** 2 + q)) for q in 10.0 ** np.arange(-6, 0)
    )
    assert 0.25 < 1 - best / error(soft, 1) < 0.4
    # a blur that does not go round in a circle: ripples from the border outweigh the gain
    honest = convlib.filter_image(cat, g)
    factors = spectrum.conj() / (abs(spectrum) ** 2 + 1e-3)
    assert error(convlib.to_uint8(honest) / 255, factors) > 1.5 * error(honest, 1)
    restored, inside = (
        np.fft.irfft2(np.fft.rfft2(honest) * factors, cat.shape),
        np.s_[30:-30, 30:-30],
    )
    assert np.std((restored - cat)[inside]) < 0.75 * np.std((honest - cat)[inside])


def test_products_of_long_numbers_are_exact_when_floats_are_rounded_and_not_when_they_are_cut():
    """The digits of 2**1500 and 3**1125: the rule for whole numbers in the notes of `convolve`."""
    first, second = 2**1500, 3**1125
    x, h = ([int(digit) for digit in reversed(str(number))] for number in (first, second))
    exact = [0] * (len(x) + len(h) - 1)
    for i, a in enumerate(x):
        for k, b in enumerate(h):
            exact[i + k] += a * b
    assert convlib.convolve(x, h, method="direct").tolist() == exact
    for method in ("auto", "fft", "overlap_add"):
        sums = convlib.convolve(x, h, method=method)
        assert np.rint(sums).tolist() == exact
        assert sum(round(value) * 10**n for n, value in enumerate(sums)) == first * second
    transformed = convlib.convolve(x, h, method="fft")
    assert transformed.astype(int).tolist() != exact


def test_whole_numbers_are_exact_up_to_two_to_the_53():
    x, h = [2.0**52 - 1, 2.0**51 + 1], [1, 1]
    assert convlib.convolve(x, h, method="direct").tolist() == [x[0], 2.0**52 + 2.0**51, x[1]]
    single = np.float32([2**23 - 1, 2**22 + 1])
    answer = convlib.convolve(single, np.float32([1, 1]), method="direct")
    assert answer.tolist() == [2**23 - 1, 2**23 + 2**22, 2**22 + 1]
