"""The Riemann sum against integrals that can be done by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from convlib import convolve_functions


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
    ],
)
def test_bad_input_is_named(change, error, message):
    arguments = dict(f=box, g=box, t=[0.5], support=(0, 1), dt=0.1) | change
    with pytest.raises(error, match=message):
        convolve_functions(**arguments)
