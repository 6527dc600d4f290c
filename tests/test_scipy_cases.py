"""The cases that SciPy tests its own convolutions with, asked of convlib.

Case by case what `scipy.signal` (convolve, correlate, fftconvolve, oaconvolve, convolve2d) and
`scipy.ndimage` (convolve, correlate and their one-dimensional versions) promise, with the same
numbers. Where convlib answers differently on purpose, the test says so:

- integers become float64, where SciPy keeps them; complex, empty and scalar input is refused;
- "valid" wants the longer array first, where `scipy.signal` swaps them;
- the kernel has one dimension per convolved axis; there is no broadcasting of the others;
- `boundary` belongs to "same"; for "full" with another border, pad and ask for "valid";
- an even kernel's centre is at ``(M - 1) // 2``, as in `scipy.signal`; `scipy.ndimage.convolve`
  has it one to the right (its ``origin=-1`` is convlib's place), `scipy.ndimage.correlate` has
  the same as convlib; there is no `origin`: pad the kernel with zeros;
- ndimage's "nearest", "mirror" and "reflect" are "edge", "reflect" and "symmetric" here.
"""

import inspect
import itertools

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from numpy.testing import assert_allclose, assert_array_equal
from oracles import agree, case

from convlib import convolve, correlate
from convlib.discrete import METHODS, MODES

EACH = [name for name in METHODS if name != "separable"]
NUMBERS = [np.bool_, *np.typecodes["AllInteger"], "e", "f", "d"]
each_method = pytest.mark.parametrize("method", EACH)

A2, B2 = [[1, 2, 3], [3, 4, 5]], [[2, 3, 4], [4, 5, 6]]
FULL2 = [[2, 7, 16, 17, 12], [10, 30, 62, 58, 38], [12, 31, 58, 49, 30]]
STRIP = [[2, 3, 4, 5, 6, 7, 8], [4, 5, 6, 7, 8, 9, 10]]

# --- scipy.signal: values ------------------------------------------------------------------------

WORKED = [
    # x, h, mode, answer
    ([3, 4, 5, 6, 5, 4], [1, 2, 3], "full", [3, 10, 22, 28, 32, 32, 23, 12]),
    ([3, 4, 5], [1, 2, 3, 4], "same", [10, 22, 34]),
    ([3, 4, 5], [1, 2, 3], "same", [10, 22, 22]),
    ([4967], [3920], "full", [4967 * 3920]),
    ([1, 2, 3], [1, 2, 3], "full", [1, 4, 10, 12, 9]),
    ([2, 3, 4, 5, 3, 4, 2, 2, 1], [1, 2, 3, 6, 5, 3], "valid", [70, 78, 73, 65]),
    ([3, 3, 5, 6, 8, 7, 9, 0, 1], [3, 2, 1], "valid", [24, 31, 41, 43, 49, 25, 12]),
    ([1, 2, 3], [3, 3, 5, 6, 8, 7, 9, 0, 1], "same", [35, 41, 47]),
    ([3, 3, 5, 6, 8, 7, 9, 0, 1], [1, 2, 3], "same", [9, 20, 25, 35, 41, 47, 39, 28, 2]),
    (
        [1, 2, 3, 3, 1, 2],
        [1, 4, 3, 4, 5, 6, 7, 4, 3, 2, 1, 1, 3],
        "same",
        [57, 61, 63, 57, 45, 36],
    ),
    (A2, B2, "full", FULL2),
    ([[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]], "full",
     [[1, 4, 10, 12, 9], [8, 26, 56, 54, 36], [16, 40, 73, 60, 36]]),
    (STRIP, A2, "valid", [[62, 80, 98, 116, 134]]),
    (A2, STRIP, "same", [[22, 28, 34], [80, 98, 116]]),
]  # fmt: skip


@each_method
@pytest.mark.parametrize(("x", "h", "mode", "answer"), WORKED)
def test_worked_by_hand(x, h, mode, answer, method):
    y = convolve(x, h, mode=mode, method=method)
    assert y.dtype == np.float64
    agree(y, np.array(answer), np.array(x), np.array(h), method)


@each_method
def test_a_kernel_along_one_axis_of_three(method):
    x = np.arange(27).reshape(3, 3, 3)
    for axis in range(3):
        shape = [3 if k == axis else 1 for k in range(3)]
        whole = convolve(x, np.arange(3).reshape(shape), method=method)
        assert_allclose(whole, convolve(x, np.arange(3), axes=axis, method=method), atol=1e-12)
        direct = convolve(x, np.arange(3).reshape(shape), method="direct")
        assert_allclose(whole, direct, rtol=0, atol=1e-12)


@each_method
def test_small_with_big_and_big_with_small(method):
    """SciPy's case is complex: real and imaginary part are two real convolutions here.

    Its "valid" swaps arrays that come in the wrong order; convlib wants the longer one first.
    """
    small, ramp = np.arange(8).reshape(2, 2, 2), np.arange(27)
    up, down = ramp.reshape(3, 3, 3), ramp[::-1].reshape(3, 3, 3)
    real = convolve(small, down, method=method)
    imaginary = convolve(small, up, method=method)
    corner = [[0, 26, 25, 24], [52, 151, 145, 93], [46, 133, 127, 81], [40, 98, 93, 54]]
    assert_allclose(real[0], corner, rtol=0, atol=1e-10)
    last = [[72, 166, 175, 100], [192, 433, 455, 255], [222, 499, 521, 291], [144, 318, 331, 182]]
    assert_allclose(imaginary[3], last, rtol=0, atol=1e-10)
    assert_allclose(convolve(down, small, method=method), real, rtol=0, atol=1e-10)
    middle, first = (slice(1, 3),) * 3, (slice(0, 3),) * 3
    for signal, kernel, mode, part in [
        (small, down, "same", middle),
        (down, small, "same", first),
        (down, small, "valid", middle),
    ]:
        y = convolve(signal, kernel, mode=mode, method=method)
        assert_allclose(y, real[part], rtol=0, atol=1e-10)
    with pytest.raises(ValueError, match="`h` must not be longer than `x`"):
        convolve(small, down, mode="valid", method=method)


@pytest.mark.parametrize("convolving", [convolve, correlate])
def test_neither_array_is_the_longer_one_everywhere(convolving):
    a, b = np.arange(1, 7).reshape(2, 3), np.arange(-6, 0).reshape(3, 2)
    for x, h in [(a, b), (b, a)]:
        with pytest.raises(ValueError, match="`h` must not be longer than `x` on any axis"):
            convolving(x, h, mode="valid")


@pytest.mark.parametrize("convolving", [convolve, correlate])
@pytest.mark.parametrize(
    ("options", "name"),
    [
        (dict(mode="spam"), "mode"),
        (dict(mode="eggs", method="fft"), "mode"),
        (dict(mode="ham", method="direct"), "mode"),
        (dict(mode="full", method="bacon"), "method"),
        (dict(mode="same", method="bacon"), "method"),
        (dict(axes=[]), "h"),
        (dict(axes=[1]), "axes"),
        (dict(axes=[-2]), "axes"),
        (dict(axes=[0, 0]), "axes"),
    ],
)
def test_options_that_do_not_exist(options, name, convolving):
    with pytest.raises(ValueError, match=f"`{name}`"):
        convolving([3, 4, 5], [1, 2, 3], **options)


@pytest.mark.parametrize("convolving", [convolve, correlate])
@pytest.mark.parametrize("axes", [[[1, 2], [3, 4]], [1.0, 2.0, 3.0, 4.0]])
def test_axes_that_are_no_whole_numbers(axes, convolving):
    """A ValueError in SciPy; not being integers is a matter of type here."""
    with pytest.raises(TypeError, match="`axes` must be different axes"):
        convolving([1], [2], axes=axes)


@pytest.mark.parametrize("convolving", [convolve, correlate])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("x", "h"), [([1], 2), (1, [2]), ([1], [[2]]), ([3], 2), (1289, 4567)])
def test_different_numbers_of_dimensions(x, h, method, convolving):
    """SciPy multiplies two scalars; convlib takes arrays only."""
    with pytest.raises(ValueError, match="`[xh]` must have"):
        convolving(x, h, method=method)


@pytest.mark.parametrize(("x", "h"), [([], []), ([5, 6], []), ([], [7])])
def test_empty_is_refused(x, h):
    """SciPy gives back an empty array."""
    with pytest.raises(ValueError, match="`[xh]` must not be empty"):
        convolve(x, h)


@pytest.mark.parametrize("convolving", [convolve, correlate])
def test_complex_and_extended_precision_are_refused(convolving):
    """SciPy computes with both."""
    for wide in (np.complex64, np.complex128, np.longdouble, np.clongdouble):
        with pytest.raises(TypeError, match="`x` must hold real numbers.*got dtype"):
            convolving(np.ones((27, 27), wide), np.ones((4, 4)))


@pytest.mark.parametrize("first", NUMBERS, ids=str)
def test_all_real_types_give_the_same_by_transform_and_by_sums(first):
    rng = np.random.default_rng(42)
    values = {True: rng.normal(size=100), False: rng.integers(0, 2, 100)}
    for second, mode in itertools.product(NUMBERS, MODES):
        x, h = (values[np.dtype(t).kind == "f"].astype(t) for t in (first, second))
        by_sums = convolve(x, h, mode=mode, method="direct")
        by_transform = convolve(x, h, mode=mode, method="fft")
        single = {np.dtype(first).char, np.dtype(second).char} <= {"e", "f"}
        assert by_sums.dtype == by_transform.dtype == (np.float32 if single else np.float64)
        agree(by_transform, by_sums, x, h, "fft")


@each_method
@pytest.mark.parametrize("power", [10, 20, 50, 51, 52, 53, 54, 60, 62])
def test_large_integers(power, method):
    """A power of two is exact in float64, which is what integers become; no overflow to wrap."""
    y = convolve(np.array([2**power]), np.array([2**power]), method=method)
    assert_allclose(y, [2.0 ** (2 * power)], rtol=1e-14)


@pytest.mark.parametrize("mode", MODES)
def test_numpy_and_scipy_agree_with_us(mode):
    x, h = np.arange(5), np.array([3.2, 1.4, 3.0])
    y = convolve(x, h, mode=mode)
    assert_allclose(y, np.convolve(x, h, mode=mode))
    assert_allclose(y, scipy.signal.convolve(x, h, mode=mode))
    assert_allclose(y, convolve([x], [h], mode=mode)[0])
    assert_allclose(correlate(x, h, mode=mode), np.correlate(x, h, mode=mode))
    assert_allclose(correlate(x, h, mode=mode), scipy.signal.correlate(x, h, mode=mode))
    assert_allclose(correlate(x, h, mode=mode), correlate([x], [h], mode=mode)[0])


# --- scipy.signal.convolve2d: borders ------------------------------------------------------------


@pytest.mark.parametrize(
    ("border", "answer"),
    [
        (
            dict(mode="constant", constant_values=1),
            [[24, 26, 31, 34, 32], [28, 40, 62, 64, 52], [32, 46, 67, 62, 48]],
        ),
        (
            dict(mode="wrap"),
            [[80, 80, 74, 80, 80], [68, 68, 62, 68, 68], [80, 80, 74, 80, 80]],
        ),
        (
            dict(mode="symmetric"),
            [[34, 30, 44, 62, 66], [52, 48, 62, 80, 84], [82, 78, 92, 110, 114]],
        ),
    ],
)
def test_full_with_a_border_is_valid_after_padding(border, answer):
    """convolve2d has `boundary` for "full" too, and any fill value; here one pads by oneself."""
    around = np.pad(A2, [(1, 1), (2, 2)], **border)
    assert_array_equal(convolve(around, B2, mode="valid", method="direct"), answer)
    if border["mode"] != "constant":
        with pytest.raises(ValueError, match='`boundary` applies to mode="same" only'):
            convolve(A2, B2, mode="full", boundary=border["mode"])


@each_method
@pytest.mark.parametrize("convolving", [convolve, correlate])
@pytest.mark.parametrize(
    ("boundary", "answer"),
    [("symmetric", [[37, 42, 44, 45]]), ("wrap", [[43, 44, 42, 39]])],
)
def test_a_kernel_five_times_as_long_as_the_picture(boundary, answer, convolving, method):
    """The picture is continued more than once to either side."""
    x, h = [[2.0, -1.0, 3.0, 4.0]], np.ones((1, 21))
    y = convolving(x, h, mode="same", boundary=boundary, method=method)
    agree(y, np.array(answer), np.array(x), h, method)


@each_method
def test_wrapping_around_a_narrow_picture(method):
    x = np.arange(1.0, 31).reshape(10, 3)
    h = np.arange(1.0, 101).reshape(10, 10)
    y = convolve(x, h, mode="same", boundary="wrap", method=method)
    agree(y, scipy.ndimage.convolve(x, h, mode="wrap", origin=(-1, -1)), x, h, method)


# --- scipy.signal.fftconvolve and oaconvolve -----------------------------------------------------


@each_method
@pytest.mark.parametrize("axes", [None, 0, [0], -1, [-1]])
def test_axes_of_a_list(axes, method):
    y = convolve([1, 2, 3], [1, 2, 3], axes=axes, method=method)
    assert_allclose(y, [1, 4, 10, 12, 9], rtol=0, atol=1e-13)


@each_method
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("axes", [1, [1], -1, [-1]])
def test_rows_by_themselves(axes, mode, method):
    """SciPy's kernel has the row twice; convlib's has one dimension and serves every row."""
    x, h = [3, 3, 5, 6, 8, 7, 9, 0, 1], [3, 2, 1]
    y = convolve(np.tile(x, (2, 1)), h, mode=mode, axes=axes, method=method)
    assert_allclose(y, np.tile(np.convolve(x, h, mode), (2, 1)), rtol=0, atol=1e-12)


@each_method
@pytest.mark.parametrize("axes", list(itertools.product((1, -2), (2, -1))), ids=str)
def test_slices_by_themselves(axes, method):
    x = np.array([[1, 2, 3], [4, 5, 6]])
    expected = np.array([[1, 4, 10, 12, 9], [8, 26, 56, 54, 36], [16, 40, 73, 60, 36]])
    y = convolve(np.tile(x, (2, 1, 1)), x, axes=axes, method=method)
    assert_allclose(y, np.tile(expected, (2, 1, 1)), rtol=0, atol=1e-12)
    swapped = convolve(np.tile(x, (2, 1, 1)), x.T, axes=axes[::-1], method=method)
    assert_allclose(swapped, y, rtol=0, atol=1e-12)


@each_method
def test_two_of_five_axes(method):
    x, h = case([(3, 23, 2, 3, 22), (32, 11)], seed=1234)
    y = convolve(x, h, axes=(1, 4), method=method)
    expected = scipy.signal.convolve2d(x[1, :, 0, 2, :], h)
    assert y.shape == (3, 54, 2, 3, 32)
    agree(y[1, :, 0, 2, :], expected, x, h, method, (1, 4))


@each_method
def test_long_random_signals(method):
    x, h = case([(1233,), (1321,)], seed=1234)
    agree(convolve(x, h, method=method), np.convolve(x, h), x, h, method)


@each_method
def test_every_length_up_to_a_hundred(method):
    for n in [*range(1, 100), *range(1000, 1500, 61), 1999, 2003, 4999]:
        (x,) = case([(n,)], seed=n)
        agree(convolve(x, x, method=method), np.convolve(x, x), x, x, method)


@pytest.mark.parametrize("mode", MODES)
@each_method
def test_one_long_and_one_short(method, mode):
    """The lengths that oaconvolve is tried with: far apart, either one first."""
    lengths = [(a, b) for a, b in itertools.product([50, 47, 6, 4, 1], repeat=2) if abs(a - b) > 3]
    for n, m in lengths:
        if mode == "valid" and m > n:
            continue
        x, h = case([(n,), (m,)], seed=n)
        y = convolve(x, h, mode=mode, method=method)
        agree(y, scipy.signal.fftconvolve(x, h, mode=mode), x, h, method)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("axes", [(0, 1), (0, 2), (1, 2)], ids=str)
@each_method
def test_two_long_and_two_short(method, axes, mode):
    for (rows, columns), (kh, kw), more in itertools.product(
        [(50, 47), (6, 50), (47, 6)], [(4, 6), (6, 4), (1, 4), (50, 4)], [1, 3]
    ):
        if mode == "valid" and (kh > rows or kw > columns):
            continue
        x, h = case([(rows, columns, more), (kh, kw)], seed=more)
        expected = scipy.signal.fftconvolve(x, h[:, :, np.newaxis], mode=mode, axes=(0, 1))
        rest = next(k for k in range(3) if k not in axes)
        y = convolve(np.moveaxis(x, 2, rest), h, mode=mode, axes=axes, method=method)
        agree(np.moveaxis(y, rest, 2), expected, x, h, method, (0, 1))


@each_method
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stays_in_its_window(value, method):
    """SciPy's transforms spread it over the whole answer, and warn."""
    (x,) = case([(1000,)], seed=43876432987)
    x[100] = value
    y = convolve(x, scipy.signal.firwin(200, 0.2), mode="same", method=method)
    touched = np.isin(np.arange(1000), np.arange(1, 201))  # where one of 200 values meets x[100]
    assert_array_equal(~np.isfinite(y), touched)


# --- scipy.signal.correlate ----------------------------------------------------------------------

SHORT = [
    ([0, 1, 2, 3], [1, 2], dict(full=[0, 2, 5, 8, 3], same=[0, 2, 5, 8], valid=[2, 5, 8])),
    ([1, 2, 3], [4, 5], dict(same=[5, 14, 23])),
    ([1, 2, 3], [4, 5, 6], dict(full=[6, 17, 32, 23, 12], same=[17, 32, 23], valid=[32])),
]


@each_method
@pytest.mark.parametrize(("x", "h", "answers"), SHORT)
def test_correlate_short_lists(x, h, answers, method):
    for mode, answer in answers.items():
        y = correlate(x, h, mode=mode, method=method)
        assert_allclose(y, answer, rtol=0, atol=1e-13)


SOLID = [
    [[0, 184, 504, 912, 1360, 888, 472, 160],
     [46, 432, 1062, 1840, 2672, 1698, 864, 266],
     [134, 736, 1662, 2768, 3920, 2418, 1168, 314],
     [260, 952, 1932, 3056, 4208, 2580, 1240, 332],
     [202, 664, 1290, 1984, 2688, 1590, 712, 150],
     [114, 344, 642, 960, 1280, 726, 296, 38]],
    [[23, 400, 1035, 1832, 2696, 1737, 904, 293],
     [134, 920, 2166, 3680, 5280, 3306, 1640, 474],
     [325, 1544, 3369, 5512, 7720, 4683, 2192, 535],
     [571, 1964, 3891, 6064, 8272, 4989, 2324, 565],
     [434, 1360, 2586, 3920, 5264, 3054, 1312, 230],
     [241, 700, 1281, 1888, 2496, 1383, 532, 39]],
    [[22, 214, 528, 916, 1332, 846, 430, 132],
     [86, 484, 1098, 1832, 2600, 1602, 772, 206],
     [188, 802, 1698, 2732, 3788, 2256, 1018, 218],
     [308, 1006, 1950, 2996, 4052, 2400, 1078, 230],
     [230, 692, 1290, 1928, 2568, 1458, 596, 78],
     [126, 354, 636, 924, 1212, 654, 234, 0]],
]  # fmt: skip


@each_method
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float16, np.float32, float])
def test_correlate_solids(dtype, method):
    """Counting numbers in Fortran's order; SciPy answers in `dtype`, convlib in floats."""
    x = np.arange(40).reshape((2, 4, 5), order="F").astype(dtype)
    h = np.arange(24).reshape((2, 3, 4), order="F").astype(dtype)
    full = np.array(SOLID)
    y = correlate(x, h, method=method)
    assert y.dtype == (np.float32 if dtype in (np.float16, np.float32) else np.float64)
    agree(y, full, x, h, method)
    for mode, part in [("same", np.s_[:-1, 1:-1, 1:-2]), ("valid", np.s_[1:2, 2:4, 3:5])]:
        agree(correlate(x, h, mode=mode, method=method), full[part], x, h, method)


# --- scipy.ndimage -------------------------------------------------------------------------------

NDIMAGE = [
    # x, h, correlated, convolved with origin 0, by ndimage's default border
    ([1, 2], [2], [2, 4], [2, 4]),
    ([1, 2, 3], [1], [1, 2, 3], [1, 2, 3]),
    ([1], [1, 1], [2], [2]),
    ([1, 2], [1, 1], [2, 3], [3, 4]),
    ([1, 2, 3], [1, 1], [2, 3, 5], [3, 5, 6]),
    ([1, 2, 3], [1, 2, 3], [9, 14, 17], [7, 10, 15]),
    ([1, 2, 3], [1, 2, 1], [5, 8, 11], [5, 8, 11]),
    ([1, 2, 3], [1, 2, -1], [1, 2, 5], [3, 6, 7]),
    ([[1, 2, 3], [4, 5, 6]], [[1, 1], [1, 1]], [[4, 6, 10], [10, 12, 16]],
     [[12, 16, 18], [18, 22, 24]]),
    ([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]], [[2, 3, 5], [5, 6, 8]], [[6, 8, 9], [9, 11, 12]]),
    ([[1, 2, 3], [4, 5, 6]], [[0.5, 0], [0, 0.5]], [[1, 1.5, 2.5], [2.5, 3, 4]],
     [[3, 4, 4.5], [4.5, 5.5, 6]]),
]  # fmt: skip


def moved(h, steps):
    """Move the centre of a kernel: zeros on one side do what SciPy's `origin` does."""
    h = np.asarray(h)
    return np.pad(h, [(2 * s, 0) if s > 0 else (0, -2 * s) for s in steps])


def even(h):
    return tuple(1 - m % 2 for m in np.shape(h))


@each_method
@pytest.mark.parametrize(("x", "h", "correlated", "convolved"), NDIMAGE)
def test_ndimage_small_cases(x, h, correlated, convolved, method):
    """ndimage hangs an even kernel one further right when it convolves: one zero moves it there."""
    options = dict(mode="same", boundary="symmetric", method=method)
    assert_allclose(correlate(x, h, **options), correlated, rtol=0, atol=1e-13)
    right = np.pad(h, [(0, e) for e in even(h)])
    assert_allclose(convolve(x, right, **options), convolved, rtol=0, atol=1e-13)


@pytest.mark.parametrize("dtype", [np.bool_, *np.typecodes["AllInteger"], "e", "f", "d"], ids=str)
def test_ndimage_every_type_of_picture(dtype):
    """ndimage writes into any output type; convlib has one rule."""
    x = np.array([[1, 2, 3], [4, 5, 6]]).astype(dtype)
    y = correlate(x, np.eye(2, dtype=np.float32), mode="same", boundary="symmetric")
    assert y.dtype == (np.float32 if np.dtype(dtype).kind == "f" and dtype != "d" else np.float64)
    if dtype != np.bool_:
        assert_allclose(y, [[2, 3, 5], [5, 6, 8]])


@each_method
@pytest.mark.parametrize(
    ("x", "h", "origin", "correlated", "convolved"),
    [
        ([1, 2, 3], [1, 1], (-1,), [3, 5, 6], [2, 3, 5]),
        ([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]], (-1, -1), [[6, 8, 9], [9, 11, 12]],
         [[2, 3, 5], [5, 6, 8]]),
        ([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]], (-1, 0), [[5, 6, 8], [8, 9, 11]],
         [[3, 5, 6], [6, 8, 9]]),
        ([[1, 2, 3], [2, 4, 6]], [[1], [2], [1]], (-1, 0), [[7, 14, 21], [8, 16, 24]],
         [[4, 8, 12], [5, 10, 15]]),
        ([[1, 2, 3], [2, 4, 6]], [[1], [2], [1]], (1, 0), [[4, 8, 12], [5, 10, 15]],
         [[7, 14, 21], [8, 16, 24]]),
    ],
)  # fmt: skip
def test_ndimage_origin_is_zeros_beside_the_kernel(x, h, origin, correlated, convolved, method):
    """A negative origin looks further right when correlating, further left when convolving."""
    options = dict(mode="same", boundary="edge", method=method)
    answer = correlate(x, moved(h, [-s for s in origin]), **options)
    assert_allclose(answer, correlated, rtol=0, atol=1e-12)
    right = np.pad(h, [(0, e) for e in even(h)])
    answer = convolve(x, moved(right, [-s for s in origin]), **options)
    assert_allclose(answer, convolved, rtol=0, atol=1e-12)


@each_method
@pytest.mark.parametrize(
    ("boundary", "answer"),
    [
        ("symmetric", [[5, 10, 15], [7, 14, 21]]),
        ("wrap", [[6, 12, 18], [6, 12, 18]]),
        ("edge", [[5, 10, 15], [7, 14, 21]]),
    ],
)
@pytest.mark.parametrize("convolving", [convolve, correlate])
def test_ndimage_down_the_columns(convolving, boundary, answer, method):
    x = [[1, 2, 3], [2, 4, 6]]
    options = dict(mode="same", boundary=boundary, method=method, axes=0)
    assert_allclose(convolving(x, [1, 2, 1], **options), answer, rtol=0, atol=1e-13)


def test_ndimage_mirrors_a_single_sample():
    """ndimage repeats it; convlib says that there is nothing to mirror, and "symmetric" repeats."""
    with pytest.raises(ValueError, match="'reflect' can mirror at most 0"):
        convolve([1.0], np.ones(5), mode="same", boundary="reflect")
    assert_array_equal(convolve([1.0], np.ones(5), mode="same", boundary="symmetric"), [5])


@pytest.mark.skipif(
    "axes" not in inspect.signature(scipy.ndimage.convolve).parameters,
    reason="this SciPy has no such argument",
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("axes", list(itertools.combinations(range(-3, 3), 2)), ids=str)
def test_ndimage_two_of_three_axes(axes, dtype):
    x = np.arange(6 * 8 * 12, dtype=dtype).reshape(6, 8, 12)
    h = np.arange(15, dtype=dtype).reshape(3, 5)
    options = dict(mode="same", boundary="symmetric", axes=axes)
    if axes[0] % 3 == axes[1] % 3:
        with pytest.raises(ValueError, match="`axes` must be different axes"):
            convolve(x, h, **options)
        return
    places = tuple(axis % 3 for axis in axes)
    # ndimage sorts the axes; in convlib the kernel's first axis lies along the first one named
    sorted_h = h if places == tuple(sorted(places)) else h.T
    scipy_options = dict(mode="reflect", axes=tuple(sorted(places)))
    for ours, theirs in [
        (convolve, scipy.ndimage.convolve),
        (correlate, scipy.ndimage.correlate),
    ]:
        expected = theirs(x.astype(np.float64), sorted_h, **scipy_options)
        agree(ours(x, h, **options), expected, x, h, "auto", axes)
