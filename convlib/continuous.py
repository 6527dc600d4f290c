"""Convolution of functions, by the sum that the integral is the limit of."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convlib._validate import FloatArray, finite_number, positive_number, real_array, shown

__all__ = ["convolve_functions"]

Function = Callable[[NDArray[np.float64]], ArrayLike]

_CELLS = 1 << 20  # values of g held at a time
_MOST_STEPS = 10_000_000  # values of f, all held at once


def convolve_functions(
    f: Function, g: Function, t: ArrayLike, *, support: tuple[float, float], dt: float
) -> NDArray[np.float64]:
    r"""Approximate ``(f * g)(t)``, the integral of ``f(a) g(t - a)`` over `support`.

    Parameters
    ----------
    f, g : callable
        Take an array of times and return their values, in the same shape or as one constant.
    t : array_like of any shape, or float
        Times at which the result is wanted, in the unit of `dt`.
    support : (float, float)
        Start and end of the interval outside which `f` is zero.
    dt : float
        Longest step of the sum; the step used divides the interval evenly, into ten million
        parts at most.

    Returns
    -------
    ndarray of float64, shape of `t`

    Raises
    ------
    TypeError
        If `f` or `g` is not callable, or a number is not real.
    ValueError
        If `support` is not an interval, `dt` is not above zero or too small, `t` is empty, or a
        function returns another shape than it was given.

    Notes
    -----
    Midpoint Riemann sum: with :math:`a_k` in the middle of step :math:`k`,
    :math:`\sum_k f(a_k)\, g(t - a_k)\, \Delta`. The error falls with the square of the step where
    the product is smooth, and at least in proportion to the step where it jumps. NaN and infinity
    propagate to every time whose sum holds one.

    Examples
    --------
    Two boxes of width 1 make a triangle with its peak of 1 at t = 1:

    >>> box = lambda t: (t >= 0) & (t <= 1)
    >>> convolve_functions(box, box, [0.5, 1.0, 1.5], support=(0, 1), dt=0.001).round(3)
    array([0.5, 1. , 0.5])
    """
    for name, function in (("f", f), ("g", g)):
        if not callable(function):
            raise TypeError(f"`{name}` must be callable; got {shown(function)}")
    start, end = _interval(support)
    steps = _step_count(end - start, dt)
    width = (end - start) / steps
    middles = start + width * (np.arange(steps, dtype=np.float64) + 0.5)
    weights = _product(_values(f, "f", middles.copy()), width)  # f may overwrite what it is given
    times: NDArray[np.float64] = _double(real_array(_listed(t), "t"))
    flat, chunk = times.ravel(), max(1, _CELLS // steps)
    starts = range(0, flat.size, chunk)
    sums = [
        _product(_values(g, "g", _differences(flat[i : i + chunk], middles)), weights)
        for i in starts
    ]
    return np.concatenate(sums).reshape(times.shape if np.iterable(t) else ())


@np.errstate(all="ignore")  # times near the largest float may overflow, as NumPy's do
def _differences(times: NDArray[np.float64], middles: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.subtract.outer(times, middles)
    return result


@np.errstate(all="ignore")  # infinities and NaN pass through, as documented
def _product(values: NDArray[np.float64], weights: Any) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.dot(values, weights)
    return result


@np.errstate(all="ignore")  # files may hold NaNs that warn when they are converted
def _double(values: FloatArray) -> NDArray[np.float64]:
    return values.astype(np.float64, copy=False)


def _listed(value: Any) -> Any:
    return value if np.iterable(value) or isinstance(value, np.ma.MaskedArray) else [value]


def _interval(support: Any) -> tuple[float, float]:
    bounds = support.tolist() if isinstance(support, np.ndarray) else support
    if not isinstance(bounds, tuple | list) or len(bounds) != 2:
        raise ValueError(f"`support` must be a pair (start, end); got {shown(support)}")
    start, end = (finite_number(bound, "support") for bound in bounds)
    if start >= end:
        raise ValueError(f"`support` must start before it ends; got {shown(support)}")
    if not math.isfinite(end - start):
        raise ValueError(f"`support` must have a finite length; got {shown(support)}")
    return start, end


def _step_count(length: float, dt: float) -> int:
    steps = length / positive_number(dt, "dt")
    if steps > _MOST_STEPS:
        raise ValueError(
            f"`dt` must give at most {_MOST_STEPS} steps over `support`; got {shown(dt)}"
        )
    return max(1, math.ceil(steps))  # a vanishing quotient rounds to zero


def _values(function: Function, name: str, at: NDArray[np.float64]) -> NDArray[np.float64]:
    result = function(at)
    values = real_array(_listed(result), name)
    values = values if np.iterable(result) else values[0]
    if values.shape not in ((), at.shape):
        raise ValueError(
            f"`{name}` must return as many values as it is given; got shape {values.shape} "
            f"for times of shape {at.shape}"
        )
    return np.broadcast_to(_double(values), at.shape)
