"""Hostile callers: whatever comes in, the answer is right or the exception names the argument.

Three ways of asking. Random calls of the convolutions, put together from sound and unsound parts:
if all are sound the answer must equal the naive one, else one of the unsound must be named. Every
argument of every public function, replaced by each of a list of wrong things. And whatever
hypothesis makes up.
"""

import datetime
import decimal
import fractions
import re
import tracemalloc
import warnings

import numpy as np
import pytest
from each import each
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_dtypes, array_shapes, arrays, scalar_dtypes
from oracles import agree, impossible, oracle

from convlib import (
    convolve,
    convolve_functions,
    correlate,
    filter_image,
    kernels,
    layers,
    to_grey,
    to_uint8,
)
from convlib.data import clap, pluck, room
from convlib.discrete import BOUNDARIES, METHODS, MODES


class Raises:
    def __init__(self, error):
        self.error = error

    def __array__(self, *_, **__):
        raise self.error


class Gives:
    def __init__(self, value):
        self.value = value

    def __array__(self, *_, **__):
        return self.value

    def __repr__(self):
        raise ZeroDivisionError


class Items:
    """A sequence as far as NumPy can see, until it is read."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        raise ZeroDivisionError


class Named(np.ndarray):
    """A subclass, as pictures with units are."""


def inside_itself():
    loop = []
    loop += [loop, loop]
    return loop


def junk_arrays():
    """Return a fresh list of what is no non-empty array of real numbers."""
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    return [
        None, ..., NotImplemented, object(), int, len, lambda: 1, "text", b"bytes", "", {},
        {1: 2}, {1, 2}, frozenset({1}), (i for i in [1]), iter([1]), 3, 2.5, True, np.float64(1),
        np.array(2), [], (), [[]], [[], []], np.zeros((0, 3)), np.zeros((3, 0)), range(0),
        [1, None], ["1", "2"],
        [1j], 1j, np.ones(3, np.complex64), np.ones(2, np.longdouble), np.ones(2, object),
        np.array(["1"]), np.array([b"1"]), np.array(["2020-01-01"], "M8[D]"), np.ones(2, "m8[s]"),
        np.zeros(2, [("a", float)]), [datetime.date(2020, 1, 1)], [decimal.Decimal(1)],
        [fractions.Fraction(1, 2)], [10**30], masked, [masked, masked], [[masked], [masked]],
        (np.ma.masked, 1.0), np.ma.masked, [1, [2]], [[1, 2], [3]], [np.ones(2), np.ones(3)],
        [np.ones((2, 2)), 3], Raises(KeyError("no")), Raises(RuntimeError("no")), Gives(3),
        Gives(None), Gives("text"), Items(), [Raises(ValueError("no"))], inside_itself(), slice(3),
        memoryview(b"abc").cast("c"), np.recarray((2,), dtype=[("a", float)]),
    ]  # fmt: skip


JUNK_OPTIONS = [
    None, 1, 0.5, True, "Full", "same ", "", "constant\0", b"full", ["full"], ("same",), {},
    {"full"}, object(), np.array("full"), np.array(["full", "same"]), slice(None), len,
    float("nan"),
]  # fmt: skip
JUNK_AXES = [
    1.5, "0", "", b"0", (0, 0), (0, -9), 99, -99, 2**70, (0.0,), [[0]], (), [None], object(), 1j,
    float("nan"), np.array([0.0]), (0, 1, 2, 3, 4), np.zeros((2, 2), int),
]  # fmt: skip


def call(function, arguments):
    """Return (answer, None) or (None, message); anything but the two documented errors passes."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return function(**arguments), None
        except (TypeError, ValueError) as error:
            return None, str(error)


def names_one_of(message, names):
    assert any(f"`{name}`" in message for name in names), (message, names)
    assert len(message) < 600


# --- random calls, sound and unsound -------------------------------------------------------------


def sound_array(rng, shape, finite=True):
    """Return random numbers of a random type in a random layout."""
    dtype = rng.choice(["?", "u1", "i2", "i8", "u8", "f2", "f4", "f8", ">f4", ">i4"])
    steps = rng.integers(1, 4, len(shape))
    large = rng.integers(0, 100, tuple(n * s for n, s in zip(shape, steps, strict=True)))
    if "f" in dtype:
        large = large / 32 - 1
    a = large.astype(dtype)[tuple(slice(None, None, s) for s in steps)]
    if not finite and "f" in dtype:
        a = a.copy()
        a[tuple(rng.integers(0, n) for n in shape)] = rng.choice([np.nan, np.inf, -np.inf])
    a = a[tuple(slice(None, None, rng.choice([-1, 1])) for _ in shape)]
    a = np.asfortranarray(a) if rng.random() < 0.2 else a
    a.flags.writeable = bool(rng.random() < 0.5)
    return a


def dressed(rng, a):
    """Return the same numbers as something else that NumPy can read."""
    way = rng.integers(8)
    if way == 0 and a.dtype.itemsize > 4:  # lists forget float32
        return a.tolist()
    if way == 1 and a.dtype.isnative and a.dtype != np.float16:
        return memoryview(np.ascontiguousarray(a))
    if way == 2:
        return a.view(Named)
    if way == 3:
        return Gives(a)
    if way == 4:
        return list(a)
    return a


def random_call(rng):
    """Return arguments of `convolve`, the two arrays behind them, and the unsound arguments."""
    ndim = rng.integers(1, 4)
    shape = tuple(int(n) for n in rng.integers(1, 9 if rng.random() < 0.9 else 40, ndim))
    count = int(rng.integers(1, ndim + 1))
    axes = tuple(int(k) for k in rng.permutation(ndim)[:count])
    longest = 6 if rng.random() < 0.9 else 25
    finite = rng.random() < 0.9
    x = sound_array(rng, shape, finite)
    h = sound_array(rng, tuple(int(m) for m in rng.integers(1, longest, count)))
    arguments = dict(
        x=dressed(rng, x), h=dressed(rng, h), mode=str(rng.choice(MODES)),
        boundary=str(rng.choice(BOUNDARIES)), method=rng.choice(METHODS), axes=axes,
    )  # fmt: skip
    if arguments["mode"] != "same" and rng.random() < 0.9:
        arguments["boundary"] = "constant"
    unsound = set()
    for name, junk in dict(
        x=junk_arrays(), h=junk_arrays(), mode=JUNK_OPTIONS, boundary=JUNK_OPTIONS,
        method=JUNK_OPTIONS, axes=JUNK_AXES,
    ).items():  # fmt: skip
        if rng.random() < 0.08:
            arguments[name] = junk[rng.integers(len(junk))]
            unsound.add(name)
    return arguments, x, h, unsound


def side_effects(arguments, unsound):
    """Return what may be blamed first, or instead, when something else is unsound."""
    found = {"h"} if "axes" in unsound else set()
    if not {"mode", "boundary"} & unsound and arguments["mode"] != "same":
        found.add("boundary")
    return found


def refusals(x, h, arguments):
    """Return the arguments that may be named although each by itself is sound."""
    lengths = [x.shape[axis] for axis in arguments["axes"]]
    found = set()
    if arguments["mode"] != "same" and arguments["boundary"] != "constant":
        found.add("boundary")
    elif impossible(lengths, h.shape, arguments["mode"], arguments["boundary"]):
        found.add("h" if arguments["mode"] == "valid" else "boundary")
    if arguments["method"] == "separable" and kernels.factors(h) is None:
        found.add("h")
    return found


def expected_answer(x, h, arguments):
    axes = arguments["axes"]
    order = np.argsort(axes)
    shape = [h.shape[axes.index(k)] if k in axes else 1 for k in range(x.ndim)]
    whole = np.transpose(h.astype(np.float64), order).reshape(shape)
    return oracle(x, whole, arguments["mode"], arguments["boundary"])


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 20))]
)
def test_random_calls_are_right_or_refused(seed):
    rng = np.random.default_rng([20, seed])
    answered = 0
    for _ in range(100):
        arguments, x, h, unsound = random_call(rng)
        before = x.tobytes(), h.tobytes()
        y, message = call(convolve, arguments)
        assert (x.tobytes(), h.tobytes()) == before
        if unsound:
            assert message is not None, arguments
            names_one_of(message, unsound | side_effects(arguments, unsound))
        elif message is not None:
            names_one_of(message, refusals(x, h, arguments))
        else:
            assert not refusals(x, h, arguments)
            answered += 1
            check_answer(y, x, h, arguments)
    assert answered > 20


def check_answer(y, x, h, arguments):
    single = {x.dtype.str[1:], h.dtype.str[1:]} <= {"f2", "f4"}
    assert y.dtype == (np.float32 if single else np.float64)
    with np.errstate(invalid="ignore"):
        expected = expected_answer(x, h, arguments)
    assert y.shape == expected.shape
    good = np.isfinite(expected)
    if good.all():
        agree(y, expected, x, h, arguments["method"], arguments["axes"])
    else:
        assert (np.isfinite(y) == good).all()
        largest = np.abs(x[np.isfinite(x)], dtype=np.float64).max(initial=0)
        scale = np.abs(h, dtype=np.float64).sum() * largest
        assert np.abs(y[good] - expected[good]).max(initial=0) <= 60 * np.finfo(y.dtype).eps * scale


@pytest.mark.parametrize("axes", [True, (False,), [False, 1], {0}, {0, 1}, {0: 1, 1: 0}], ids=str)
def test_axes_without_an_order_and_booleans_are_refused(axes):
    """NumPy reads True as 1, and a set in whatever order it comes."""
    h = np.ones((2,) * np.size(axes if isinstance(axes, bool | tuple | list) else list(axes)))
    y, message = call(convolve, dict(x=np.ones((4, 4)), h=h, axes=axes))
    assert message is not None, y
    names_one_of(message, ["axes"])


# --- every argument of every public function -----------------------------------------------------

ARRAY, NUMBER, WHOLE, CHOICE = "array", "number", "whole number", "choice"
FUNCTION, INTERVAL = "function", "interval"
NUMBERS = [
    None, "1", b"1", [1.0], (1, 2), {1}, {}, object(), 1j, np.array([1.0, 2.0]), np.bool_(True),
    True, float("nan"), float("inf"), -float("inf"), 10**400, decimal.Decimal(1), np.array(["a"]),
    len,    np.datetime64("2020-01-01"), np.timedelta64(1, "s"), slice(2), inside_itself(),
]  # fmt: skip
WHOLES = [
    0.5, 1.0, float("nan"), "1", b"1", None, [1], {1}, {}, object(), 1j, True, np.bool_(True), -1,
    -(10**30), 10**30, 10**5000, -(10**5000), np.float64(3), decimal.Decimal(3), np.array([[1]]),
]  # fmt: skip
NO_FUNCTIONS = [None, 1, 0.5, "half", b"half", [1.0], {}, np.ones(3), object(), slice(3)]
NO_INTERVALS = [
    None, 1, 0.5, "01", b"01", {0, 1}, {0: 1, 1: 2}, (1,), (0, 1, 2), (1, 0), (0, 0),
    [0, float("nan")], (0, float("inf")), (-1e308, 1e308), ("0", "1"), (None, 1), (0, 1j),
    iter([0, 1]), np.array(1.0),
    np.array([[0, 1], [0, 1]]), [[0], [1]], (True, 2), np.array(["0", "1"]), len,
]  # fmt: skip
PICTURE, X4 = np.ones((6, 7)), np.ones((1, 2, 6, 7))


def half(t):
    return np.where(t > 0, 0.5, 0.0)


FUNCTIONS = [
    (convolve, dict(x=PICTURE, h=np.ones((2, 2))), dict(x=ARRAY, h=ARRAY, mode=CHOICE)),
    (correlate, dict(x=PICTURE, h=np.ones((2, 2))),
     dict(x=ARRAY, h=ARRAY, mode=CHOICE, boundary=CHOICE, method=CHOICE)),
    (filter_image, dict(image=PICTURE, kernel=np.ones((2, 2))),
     dict(image=ARRAY, kernel=ARRAY, boundary=CHOICE, method=CHOICE)),
    (to_grey, dict(image=PICTURE), dict(image=ARRAY)),
    (to_uint8, dict(image=PICTURE), dict(image=ARRAY)),
    (kernels.factors, dict(kernel=PICTURE), dict(kernel=ARRAY)),
    (kernels.box, {}, dict(size=WHOLE)),
    (kernels.binomial, {}, dict(size=WHOLE)),
    (kernels.gaussian, dict(sigma=1.0), dict(sigma=NUMBER, truncate=NUMBER)),
    (kernels.laplacian_of_gaussian, dict(sigma=1.0), dict(sigma=NUMBER, truncate=NUMBER)),
    (kernels.difference_of_gaussians, dict(sigma=1.0), dict(sigma=NUMBER, ratio=NUMBER)),
    (kernels.gabor, dict(sigma=1.0, theta=0.3, wavelength=4.0),
     dict(sigma=NUMBER, theta=NUMBER, wavelength=NUMBER, phase=NUMBER, aspect=NUMBER)),
    (convolve_functions, dict(f=half, g=half, t=[0.5], support=(0, 1), dt=0.1),
     dict(t=ARRAY, dt=NUMBER, support=INTERVAL, f=FUNCTION, g=FUNCTION)),
    (pluck, {}, dict(frequency=NUMBER, duration=NUMBER)),
    (clap, {}, dict(duration=NUMBER, seed=WHOLE)),
    (room, {}, dict(decay=NUMBER, level=NUMBER, seed=WHOLE)),
    (layers.relu, {}, dict(x=ARRAY)),
    (layers.max_pool2d, dict(x=X4, kernel_size=2),
     dict(x=ARRAY, kernel_size=WHOLE, padding=WHOLE, dilation=WHOLE)),
    (layers.avg_pool2d, dict(x=X4, kernel_size=2), dict(x=ARRAY, kernel_size=WHOLE)),
    (layers.im2col, dict(x=X4, kernel_size=2), dict(x=ARRAY, kernel_size=WHOLE, stride=WHOLE)),
    (layers.output_size, dict(n=9, k=3),
     dict(n=WHOLE, k=WHOLE, stride=WHOLE, padding=WHOLE, dilation=WHOLE)),
    (layers.receptive_field, {}, dict(layers=NUMBER)),
]  # fmt: skip
PLACES = [
    pytest.param(function, good, name, kind, id=f"{function.__name__}-{name}")
    for function, good, kinds in FUNCTIONS
    for name, kind in kinds.items()
]


def junk_for(kind):
    lists = {NUMBER: NUMBERS, WHOLE: WHOLES, CHOICE: JUNK_OPTIONS, FUNCTION: NO_FUNCTIONS}
    return junk_arrays() if kind == ARRAY else {**lists, INTERVAL: NO_INTERVALS}[kind]


@pytest.mark.parametrize(("function", "good", "name", "kind"), PLACES)
def test_wrong_things_in_every_place_are_named(function, good, name, kind):
    for wrong in junk_for(kind):
        if name == "t" and isinstance(wrong, int | float | np.generic | np.ndarray):
            continue  # one time is as good as many
        y, message = call(function, {**good, name: wrong})
        assert message is not None, (wrong, y)
        names_one_of(message, [name])


@each("value", [5e-324, 1e-300, 1e-154, 1e-9, 0.49, 1e3, 1e9, 1e154, 1e300, 1.7e308, 2**1023])
@pytest.mark.parametrize(
    ("function", "good", "name", "kind"), [p for p in PLACES if p.values[3] is NUMBER]
)
def test_numbers_of_any_size_give_a_finite_answer_or_are_refused(function, good, name, kind, value):
    """No overflow, no division by zero, nothing that fills the memory."""
    y, message = call(function, {**good, name: value})
    if message is None:
        assert np.isfinite(y).all()
        assert y.size < 2**25
    else:
        found = set(re.findall(r"`(\w+)`", message))
        assert found and found <= {*good, name, "ratio", "truncate", "aspect", "phase"}


def test_sizes_without_measure_need_no_memory():
    """Refused before anything is made."""
    tracemalloc.start()
    try:
        for ask in (
            lambda: kernels.box(10**30),
            lambda: kernels.box(4097),
            lambda: kernels.binomial(10**30),
            lambda: kernels.gaussian(1e9),
            lambda: kernels.gaussian(1.0, truncate=1e300),
            lambda: kernels.laplacian_of_gaussian(600.0),
            lambda: kernels.difference_of_gaussians(1.0, 1e6),
            lambda: kernels.gabor(1.0, 0.0, 4.0, aspect=1e-9),
            lambda: convolve_functions(half, half, 0.0, support=(0, 1), dt=1e-12),
            lambda: clap(1e9),
            lambda: pluck(440.0, 61.0),
            lambda: room(1e300),
        ):
            with pytest.raises(ValueError, match=r"^`\w+`.*; got .*"):
                ask()
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


# --- memory --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("shape", "sizes"),
    [((700, 700), (9, 9)), ((400_000,), (25,)), ((60, 90, 80), (3, 3, 3))],
    ids=str,
)
def test_memory_stays_within_a_small_multiple_of_the_signal(shape, sizes, method):
    x, h = np.ones(shape), np.ones(sizes)
    tracemalloc.start()
    try:
        convolve(x, h, mode="same", boundary="wrap", method=method)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 8 * x.nbytes + 2**22


def test_a_kernel_a_hundred_thousand_times_as_long_as_the_signal():
    h = np.arange(200_000.0)
    y = convolve([1.0, 0.0, 2.0], h, mode="same")
    middle = (len(h) - 1) // 2
    expected = [h[n] + 2 * h[n - 2] for n in range(middle, middle + 3)]
    assert np.allclose(y, expected, rtol=1e-9)
    with pytest.raises(ValueError, match="`h` must not be longer than `x`"):
        convolve([1.0, 2.0], h, mode="valid")


# --- whatever hypothesis makes up ----------------------------------------------------------------

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(max_size=3),
    st.binary(max_size=3), st.decimals(), st.fractions(), st.dates(),
)  # fmt: skip
shapes = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
anything = st.one_of(
    scalars,
    st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=6),
    st.dictionaries(st.integers(), st.integers(), max_size=2),
    st.lists(st.lists(st.integers(-9, 9), max_size=3), max_size=3),
    arrays(st.one_of(scalar_dtypes(), array_dtypes()), shapes),
    arrays(st.sampled_from(["f2", "f4", "f8", "i1", "u8"]), shapes),
)
made_up = settings(
    deadline=None, max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck)
)
ONE_ARRAY = [
    (to_grey, "image"),
    (to_uint8, "image"),
    (kernels.factors, "kernel"),
    (layers.relu, "x"),
]


@pytest.mark.slow
@made_up
@given(anything, anything, st.sampled_from(METHODS))
def test_made_up_signals_and_kernels(x, h, method):
    y, message = call(convolve, dict(x=x, h=h, method=method))
    if message is not None:
        names_one_of(message, ["x", "h"])
    elif np.isfinite(np.asarray(x, float)).all() and np.isfinite(np.asarray(h, float)).all():
        x, h = np.asarray(x), np.asarray(h)
        exact = oracle(x, h.astype(float))
        if np.abs(exact).max() < 1e30:
            agree(y, exact, x, h, method)


@pytest.mark.slow
@made_up
@given(anything, st.sampled_from(ONE_ARRAY))
def test_made_up_arrays(value, place):
    function, name = place
    y, message = call(function, {name: value})
    if message is None:
        assert y is None or np.size(y)
    else:
        names_one_of(message, [name])


@pytest.mark.slow
@made_up
@given(anything, st.sampled_from([p for p in PLACES if p.values[3] is not ARRAY]))
def test_made_up_options(value, place):
    function, good, name, _ = place.values
    _, message = call(function, {**good, name: value})
    if message is not None:
        names_one_of(message, {name, *good})
