"""The Riemann sum against integrals that can be done by hand."""

import numpy as np
import pytest
import scipy.integrate
from numpy.testing import assert_allclose

from convlib import convolve_functions, naive


def box(t):
    return ((t >= 0) & (t < 1)).astype(float)


def decay(t):
    return np.where(t >= 0, np.exp(-np.maximum(t, 0)), 0.0)


def bell(variance):
    return lambda t: np.exp(-(t**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


def test_box_with_box_is_a_triangle():
    t = np.linspace(-0.5, 2.5, 31)
    triangle = np.maximum(0, 1 - np.abs(t - 1))
    assert_allclose(convolve_functions(box, box, t, support=(0, 1), dt=1e-4), triangle, atol=2e-4)


def test_box_with_decay_piece_by_piece():
    t = np.array([-0.5, 0.25, 1.0, 2.0])
    by_hand = 0.75 * np.array([0, 1 - np.exp(-0.25), 1 - np.exp(-1), np.exp(-2) * (np.e - 1)])
    y = convolve_functions(lambda a: 0.75 * box(a), decay, t, support=(0, 1), dt=1e-4)
    assert_allclose(y, by_hand, atol=1e-4)


def test_variances_of_bells_add():
    t = np.linspace(-6, 6, 25)
    y = convolve_functions(bell(1.0), bell(0.5), t, support=(-8, 8), dt=0.05)
    assert_allclose(y, bell(1.5)(t), atol=1e-12)


@pytest.mark.parametrize("t", [-1.0, 0.2, 0.9, 1.7, 4.0])
def test_equals_scipy_quadrature(t):
    """Functions without a closed form, by adaptive integration."""

    def f(a):
        return np.sqrt(1 + a) * np.cos(3 * a)

    def g(b):
        return np.exp(-(np.sin(b) ** 2))

    expected, _ = scipy.integrate.quad(lambda a: f(a) * g(t - a), -0.5, 2.0)
    y = convolve_functions(f, g, t, support=(-0.5, 2.0), dt=1e-3)
    assert float(y) == pytest.approx(expected, abs=1e-6)


def test_the_sum_is_the_midpoint_sum_of_a_naive_loop():
    t = [0.3, 1.1]
    y = convolve_functions(np.cos, np.sin, t, support=(-0.5, 1.5), dt=2.0 / 6.5)  # 7 even steps
    loops = [naive.convolve_functions(np.cos, np.sin, v, -0.5, 1.5, 2.0 / 7) for v in t]
    assert_allclose(y, loops, rtol=1e-13)


def test_commutative():
    t = np.array([0.3, 0.9, 1.7])
    one = convolve_functions(box, decay, t, support=(0, 1), dt=1e-4)
    other = convolve_functions(decay, box, t, support=(0, 3), dt=1e-4)
    assert_allclose(one, other, atol=2e-4)


def test_error_falls_with_the_square_of_the_step_where_functions_are_smooth():
    t, exact = np.array([0.7]), np.exp(-0.7) * np.sin(1)

    def error(dt):
        y = convolve_functions(
            lambda a: np.exp(-a) * np.cos(a), lambda b: np.exp(-b), t, support=(0, 1), dt=dt
        )
        return abs(y[0] - exact)

    assert error(0.05) / error(0.1) == pytest.approx(1 / 4, rel=0.02)


def test_shape_of_t_is_kept_and_many_times_are_done_in_parts():
    t = np.linspace(0, 2, 6).reshape(2, 3)
    assert convolve_functions(box, box, t, support=(0, 1), dt=0.01).shape == (2, 3)
    assert convolve_functions(box, box, 0.5, support=(0, 1), dt=0.01).shape == ()
    fine = convolve_functions(box, box, np.linspace(0, 2, 500), support=(0, 1), dt=1e-4)
    assert fine.max() == pytest.approx(1, abs=5e-3)


def test_a_constant_function_may_return_one_number():
    y = convolve_functions(lambda a: 1.0, lambda b: 2.0, [0.0], support=(-1, 2), dt=0.1)
    assert_allclose(y, [6.0])


def test_a_function_may_overwrite_what_it_is_given():
    def greedy(a):
        a *= 0
        return a + 1

    t = np.array([0.25, 0.5])
    y = convolve_functions(greedy, lambda b: b, t, support=(0, 1), dt=0.1)
    assert_allclose(y, t - 0.5, rtol=0, atol=1e-15)
    assert t.tolist() == [0.25, 0.5]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_passed_on_without_a_warning(value):
    y = convolve_functions(lambda a: 0 * a, lambda b: value, [0.5], support=(0, 1), dt=0.1)
    assert np.isnan(y).all()
    y = convolve_functions(box, lambda b: value, [0.5, np.inf], support=(0, 1), dt=0.1)
    assert not np.isfinite(y).any()


@pytest.mark.parametrize("t", [0.5, np.float32(0.5), np.array(0.5), 1, True])
def test_one_time_gives_one_number(t):
    y = convolve_functions(box, box, t, support=(0, 1), dt=0.01)
    assert y.shape == () and y.dtype == np.float64
    assert float(y) == pytest.approx(float(t), abs=0.01)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (dict(f=3), TypeError, "`f` must be callable; got 3"),
        (dict(g=None), TypeError, "`g` must be callable"),
        (dict(t=[]), ValueError, "`t` must not be empty"),
        (dict(t=[1j]), TypeError, "`t` must hold real numbers"),
        (dict(dt=0), ValueError, "`dt` must be above zero; got 0"),
        (dict(dt="a"), TypeError, "`dt` must be a real number"),
        (dict(support=(1, 0)), ValueError, r"`support` must start before it ends; got \(1, 0\)"),
        (dict(support=(0, np.inf)), ValueError, "`support` must be finite"),
        (dict(support=3), ValueError, "`support` must be a pair"),
        (dict(g=lambda b: np.ones(3)), ValueError, "`g` must return as many values"),
        (dict(f=lambda a: None), TypeError, "`f` must hold real numbers"),
        (dict(g=lambda b: 1j * b), TypeError, "`g` must hold real numbers"),
        (dict(t=np.ma.masked), TypeError, "`t` must be a plain array"),
        (dict(t=[[1], [1, 2]]), ValueError, "`t` must be rectangular"),
        (dict(dt=10**400), ValueError, "`dt` must fit into a float"),
        (dict(dt=1e-9), ValueError, "`dt` must give at most 10000000 steps.*got 1e-09"),
        (dict(dt=5e-324), ValueError, "`dt` must give at most"),
        (dict(support={0, 1}), ValueError, "`support` must be a pair"),
        (dict(support="01"), ValueError, "`support` must be a pair.*got '01'"),
        (dict(support=(-1e308, 1e308)), ValueError, "`support` must have a finite length"),
    ],
)
def test_bad_input_is_named(change, error, message):
    arguments = dict(f=box, g=box, t=[0.5], support=(0, 1), dt=0.1) | change
    with pytest.raises(error, match=message):
        convolve_functions(**arguments)
