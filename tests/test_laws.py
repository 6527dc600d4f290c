"""The laws of convolution on random inputs: what the chapters prove must hold for the code."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from oracles import impossible, outer, wanted

from convlib import convolve, correlate
from convlib.discrete import BOUNDARIES, METHODS, MODES

numbers = st.floats(-100, 100, width=64).map(lambda v: round(v, 3))
law = settings(deadline=None, max_examples=50)
methods = st.sampled_from([name for name in METHODS if name != "separable"])
borders = st.sampled_from(
    [(mode, "constant") for mode in MODES] + [("same", name) for name in BOUNDARIES[1:]]
)


def signals(ndim, longest=8):
    sizes = st.tuples(*[st.integers(1, longest)] * ndim)
    return sizes.flatmap(lambda shape: arrays(np.float64, shape, elements=numbers))


pairs = st.integers(1, 3).flatmap(lambda d: st.tuples(signals(d, 6), signals(d, 4)))
triples = st.integers(1, 2).flatmap(lambda d: st.tuples(*[signals(d, 5)] * 3))


def close(a, b, atol=1e-6):
    """Samples and kernel values are up to 100, so sums of 100 products are up to a million."""
    assert_allclose(a, b, rtol=1e-9, atol=atol)


@law
@given(pairs, methods)
def test_commutative(pair, method):
    x, h = pair
    close(convolve(x, h, method=method), convolve(h, x, method=method))


@law
@given(triples, methods)
def test_associative(triple, method):
    x, g, h = triple
    left = convolve(convolve(x, g, method=method), h, method=method)
    close(left, convolve(x, convolve(g, h)), atol=1e-4)


@law
@given(pairs, numbers, borders, methods)
def test_linear_in_the_signal(pair, factor, border, method):
    x, h = pair
    mode, boundary = border
    assume(not impossible(x.shape, h.shape, mode, boundary))
    options = dict(mode=mode, boundary=boundary, method=method)
    z = np.flip(x) + 1
    together = convolve(factor * x + z, h, **options)
    apart = factor * convolve(x, h, **options) + convolve(z, h, **options)
    close(together, apart, atol=1e-4)


@law
@given(pairs, numbers, borders, methods)
def test_linear_in_the_kernel(pair, factor, border, method):
    x, h = pair
    mode, boundary = border
    assume(not impossible(x.shape, h.shape, mode, boundary))
    options = dict(mode=mode, boundary=boundary, method=method)
    g = np.flip(h) - 2
    apart = factor * convolve(x, h, **options) + convolve(x, g, **options)
    close(convolve(x, factor * h + g, **options), apart, atol=1e-4)


@law
@given(pairs, methods, st.data())
def test_a_shifted_signal_gives_a_shifted_answer(pair, method, data):
    """With wrap-around borders the law holds at every sample."""
    x, h = pair
    shift = tuple(data.draw(st.integers(-3, 3)) for _ in x.shape)
    axes = tuple(range(x.ndim))

    def answer(signal):
        return convolve(signal, h, mode="same", boundary="wrap", method=method)

    close(answer(np.roll(x, shift, axes)), np.roll(answer(x), shift, axes))


@law
@given(pairs, methods, st.data())
def test_zeros_before_the_signal_are_zeros_before_the_answer(pair, method, data):
    x, h = pair
    before = [(data.draw(st.integers(0, 3)), 0) for _ in x.shape]
    close(
        convolve(np.pad(x, before), h, method=method),
        np.pad(convolve(x, h, method=method), before),
    )


@law
@given(pairs, methods)
def test_sums_multiply(pair, method):
    x, h = pair
    product = math.fsum(x.flat) * math.fsum(h.flat)
    assert convolve(x, h, method=method).sum() == pytest.approx(product, rel=1e-9, abs=1e-4)


@law
@given(pairs, methods)
def test_the_adjoint_of_full_is_valid_correlation(pair, method):
    """<x * h, y> = <x, y correlated with h>: what backpropagation rests on."""
    x, h = pair
    forward = convolve(x, h, method=method)
    y = np.cos(np.arange(forward.size)).reshape(forward.shape)
    right = np.vdot(x, correlate(y, h, mode="valid", method=method))
    assert np.vdot(forward, y) == pytest.approx(right, rel=1e-9, abs=1e-5)


@law
@given(pairs, methods)
def test_the_adjoint_of_valid_is_full_correlation(pair, method):
    x, h = pair
    assume(not impossible(x.shape, h.shape, "valid", "constant"))
    forward = convolve(x, h, mode="valid", method=method)
    y = np.cos(np.arange(forward.size)).reshape(forward.shape)
    right = np.vdot(x, correlate(y, h, method=method))
    assert np.vdot(forward, y) == pytest.approx(right, rel=1e-9, abs=1e-5)


@law
@given(pairs, st.sampled_from(["constant", "wrap"]), methods)
def test_the_adjoint_of_same_is_same_with_the_flipped_kernel(pair, boundary, method):
    """An even kernel has its centre left of the middle, flipped right of it: a zero makes it odd.

    With zeros or wrapping outside; the other boundaries count samples near the border twice.
    """
    x, h = pair
    odd = np.pad(h, [(1 - m % 2, 0) for m in h.shape])
    options = dict(mode="same", boundary=boundary, method=method)
    y = np.cos(np.arange(x.size)).reshape(x.shape)
    close(convolve(x, odd, **options), convolve(x, h, **options))
    left = np.vdot(convolve(x, h, **options), y)
    right = np.vdot(x, convolve(y, np.flip(odd), **options))
    assert left == pytest.approx(right, rel=1e-9, abs=1e-5)


@law
@given(pairs, methods)
def test_wrapping_is_multiplying_spectra(pair, method):
    """Circular convolution: NumPy's FFT of signal and kernel, the kernel's centre at 0."""
    x, h = pair
    axes = tuple(range(x.ndim))
    wrapped = np.zeros(x.shape)
    for k in np.ndindex(h.shape):
        place = [(i - (m - 1) // 2) % n for i, m, n in zip(k, h.shape, x.shape, strict=True)]
        wrapped[tuple(place)] += h[k]
    expected = np.fft.ifftn(np.fft.fftn(x) * np.fft.fftn(wrapped), axes=axes).real
    close(convolve(x, h, mode="same", boundary="wrap", method=method), expected)


@law
@given(pairs, methods)
def test_the_spectrum_of_the_answer_is_the_product_of_the_spectra(pair, method):
    x, h = pair
    y = convolve(x, h, method=method)
    axes = tuple(range(x.ndim))
    product = np.fft.fftn(x, y.shape, axes) * np.fft.fftn(h, y.shape, axes)
    close(np.fft.fftn(y), product, atol=1e-4)


@law
@given(pairs, methods)
def test_parseval(pair, method):
    """The autocorrelation at lag zero is the energy, and the energy of the spectrum."""
    x, _ = pair
    middle = tuple(n - 1 for n in x.shape)
    energy = correlate(x, x, method=method)[middle]
    spectrum = np.fft.fftn(x)
    assert energy == pytest.approx(np.sum(x**2), rel=1e-9, abs=1e-6)
    assert energy == pytest.approx(np.mean(np.abs(spectrum) ** 2), rel=1e-9, abs=1e-6)


@law
@given(pairs, borders, methods)
def test_correlate_is_convolve_with_the_flipped_kernel(pair, border, method):
    x, h = pair
    mode, boundary = border
    assume(not impossible(x.shape, h.shape, mode, boundary))
    options = dict(mode=mode, boundary=boundary, method=method)
    assert_array_equal(correlate(x, h, **options), convolve(x, np.flip(h), **options))


@law
@given(st.integers(1, 3).flatmap(lambda d: st.tuples(signals(d, 6), *[signals(1, 5)] * d)), borders)
def test_separable_is_direct(drawn, border):
    x, *factors = drawn
    h = outer(*factors) / 100 ** (len(factors) - 1)
    mode, boundary = border
    assume(not impossible(x.shape, h.shape, mode, boundary))
    options = dict(mode=mode, boundary=boundary)
    direct = convolve(x, h, method="direct", **options)
    close(convolve(x, h, method="separable", **options), direct)


@law
@given(pairs, methods)
def test_modes_are_parts_of_one_answer(pair, method):
    x, h = pair
    full = convolve(x, h, method=method)
    for mode in MODES:
        if not impossible(x.shape, h.shape, mode, "constant"):
            part = full[wanted(x.shape, h.shape, mode)]
            close(convolve(x, h, mode=mode, method=method), part)


@law
@given(pairs, borders, methods)
def test_a_flat_signal_stays_flat_away_from_zeros(pair, border, method):
    """Every sum is the sum of the kernel, unless zeros have been let in."""
    x, h = pair
    mode, boundary = border
    flat = mode == "valid" or boundary != "constant"
    assume(flat and not impossible(x.shape, h.shape, mode, boundary))
    y = convolve(np.full(x.shape, 3.0), h, mode=mode, boundary=boundary, method=method)
    close(y, np.full(y.shape, 3 * math.fsum(h.flat)))


@law
@given(pairs, st.sampled_from(METHODS))
def test_the_impulse_is_the_identity(pair, method):
    x, _ = pair
    close(convolve(x, np.ones((1,) * x.ndim), method=method), x, atol=1e-10)
    centred = np.zeros((3,) * x.ndim)
    centred[(1,) * x.ndim] = 1
    close(convolve(x, centred, mode="same", boundary="edge", method=method), x, atol=1e-10)


densities = st.lists(st.integers(0, 50), min_size=1, max_size=9).map(lambda v: np.array(v) + 0.5)


@law
@given(densities, densities, methods)
def test_means_and_variances_add(p, q, method):
    """For weights that sum to 1: the distribution of a sum of two independent numbers."""
    p, q = p / p.sum(), q / q.sum()

    def moments(w):
        n = np.arange(len(w))
        mean = n @ w
        return mean, (n - mean) ** 2 @ w

    (mean_p, var_p), (mean_q, var_q) = moments(p), moments(q)
    added = moments(convolve(p, q, method=method))
    assert_allclose(added, (mean_p + mean_q, var_p + var_q), rtol=1e-9, atol=1e-12)


@law
@given(signals(1, 9), signals(1, 9), methods)
def test_polynomials_multiply(p, q, method):
    """Coefficients of the product, by `numpy.polynomial`."""
    product = np.polynomial.polynomial.polymul(p, q)
    y = convolve(p, q, method=method)
    close(y[: len(product)], product)  # NumPy drops zeros at the end
    close(y[len(product) :], np.zeros(len(y) - len(product)))
