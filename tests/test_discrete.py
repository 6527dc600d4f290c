"""Convolution in any number of dimensions, against naive loops, SciPy, and the laws."""

import itertools

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from convlib import convolve, correlate
from convlib.discrete import BOUNDARIES, METHODS, MODES

# rounding grows with the number of terms; data are of size 1, so absolute and relative agree
TOLERANCE = {np.float32: 2e-5, np.float64: 1e-12}
DIRECTLY = ("auto", "direct", "fft", "overlap_add")  # the methods for every kernel


def naive_full(x, h):
    """The definition: every kernel value stamps a shifted copy of the signal."""
    y = np.zeros([n + m - 1 for n, m in zip(x.shape, h.shape, strict=True)])
    for k in np.ndindex(h.shape):
        y[tuple(slice(i, i + n) for i, n in zip(k, x.shape, strict=True))] += h[k] * x
    return y


def naive_same(x, h, boundary):
    """One sum per output sample, with `numpy.pad` far enough to every side."""
    padded = np.pad(x, [(m, m) for m in h.shape], mode=boundary)
    y = np.zeros(x.shape)
    for n in np.ndindex(x.shape):
        for k in np.ndindex(h.shape):
            centre = [(m - 1) // 2 for m in h.shape]
            at = [i + m + c - j for i, m, c, j in zip(n, h.shape, centre, k, strict=True)]
            y[n] += h[k] * padded[tuple(at)]
    return y


SHAPES = [
    ((7,), (3,)),
    ((7,), (4,)),
    ((1,), (1,)),
    ((5,), (5,)),
    ((5,), (1,)),
    ((3,), (6,)),
    ((300,), (37,)),
    ((6, 9), (3, 2)),
    ((6, 9), (1, 4)),
    ((9, 4), (4, 5)),
    ((40, 33), (11, 8)),
    ((5, 6, 7), (2, 3, 4)),
    ((3, 4, 3, 5), (2, 1, 3, 2)),
]


def case(shapes, dtype, seed=0):
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(-1, 1, shape).astype(dtype) for shape in shapes)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", DIRECTLY)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_full_equals_the_definition_and_scipy(shapes, method, dtype):
    x, h = case(shapes, dtype)
    y = convolve(x, h, method=method)
    assert y.dtype == dtype
    assert_allclose(y, naive_full(x, h), rtol=0, atol=TOLERANCE[dtype] * h.size)
    assert_allclose(y, scipy.signal.convolve(x, h, method="direct"), rtol=0, atol=1e-4)


@pytest.mark.parametrize("method", DIRECTLY)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_same_equals_the_definition_for_every_boundary(shapes, boundary, method):
    x, h = case(shapes, np.float64)
    if boundary == "reflect" and any(m // 2 > n - 1 for n, m in zip(*shapes, strict=True)):
        with pytest.raises(ValueError, match="reflect"):
            convolve(x, h, mode="same", boundary=boundary, method=method)
        return
    y = convolve(x, h, mode="same", boundary=boundary, method=method)
    assert y.shape == x.shape
    assert_allclose(y, naive_same(x, h, boundary), rtol=0, atol=1e-12 * h.size)


@pytest.mark.parametrize("method", DIRECTLY)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_valid_is_the_part_of_full_that_needs_no_border(shapes, method):
    x, h = case(shapes, np.float64)
    if any(m > n for n, m in zip(*shapes, strict=True)):
        with pytest.raises(ValueError, match="`h` must not be longer than `x`"):
            convolve(x, h, mode="valid", method=method)
        return
    inside = tuple(slice(m - 1, n) for n, m in zip(*shapes, strict=True))
    assert_allclose(
        convolve(x, h, mode="valid", method=method), naive_full(x, h)[inside], rtol=0, atol=1e-11
    )


@pytest.mark.parametrize(
    ("boundary", "name"),
    [
        ("constant", "constant"),
        ("edge", "nearest"),
        ("reflect", "mirror"),
        ("symmetric", "reflect"),
        ("wrap", "wrap"),
    ],
)
def test_same_with_odd_kernels_equals_ndimage(boundary, name):
    """SciPy names the boundaries differently; odd kernels have one centre for both."""
    x, h = case([(12, 9), (5, 3)], np.float64)
    expected = scipy.ndimage.convolve(x, h, mode=name)
    assert_allclose(convolve(x, h, mode="same", boundary=boundary), expected, atol=1e-13)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shapes", [((8,), (3,)), ((8,), (4,)), ((9, 7), (4, 3))], ids=str)
def test_correlate_is_convolve_with_the_kernel_flipped(shapes, mode):
    x, h = case(shapes, np.float64)
    assert_array_equal(correlate(x, h, mode=mode), convolve(x, np.flip(h), mode=mode))


def test_correlate_full_equals_scipy():
    x, h = case([(9, 7), (4, 3)], np.float64)
    assert_allclose(correlate(x, h), scipy.signal.correlate(x, h), atol=1e-13)


def test_the_probe_that_labels_its_own_inputs():
    """Each digit of an answer names the input it came from; the flip is plain to see."""
    probe, kernel = [1, 10, 100, 1000, 10000], [1, 1, 0]
    assert_array_equal(convolve(probe, kernel, mode="same"), [11, 110, 1100, 11000, 10000])
    assert_array_equal(correlate(probe, kernel, mode="same"), [1, 11, 110, 1100, 11000])


@pytest.mark.parametrize("mode", MODES)
def test_separable_equals_direct_for_outer_products(mode):
    rng = np.random.default_rng(1)
    h = np.einsum("i,j,k->ijk", *(rng.normal(size=n) for n in (2, 5, 4)))
    x = rng.normal(size=(6, 9, 7))
    separable = convolve(x, h, mode=mode, method="separable")
    assert_allclose(separable, convolve(x, h, mode=mode, method="direct"), atol=1e-12)


def test_separable_refuses_a_kernel_that_is_no_outer_product():
    with pytest.raises(ValueError, match="`h` must be an outer product"):
        convolve(np.ones((5, 5)), [[0, 1, 0], [1, -4, 1], [0, 1, 0]], method="separable")


@pytest.mark.parametrize("method", [m for m in METHODS if m != "separable"])
def test_axes_leave_the_others_alone(method):
    """Convolving along two of three axes equals doing each slice of the third by itself."""
    x, h = case([(8, 3, 9), (4, 2)], np.float64)
    y = convolve(x, h, mode="same", boundary="edge", axes=(2, 0), method=method)
    for k in range(3):
        alone = convolve(x[:, k].T, h, mode="same", boundary="edge").T
        assert_allclose(y[:, k], alone, atol=1e-12)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.float16, np.float32, np.float64])
def test_dtypes(dtype):
    """Integers do not wrap round; only float16 and float32 stay single."""
    x = np.array([1, 0, 1, 1, 1], dtype=dtype) * (200 if dtype == np.uint8 else 1)
    x = x.astype(dtype)
    y = convolve(x, np.array([1, -1], dtype=np.int16 if dtype == np.uint8 else np.float32))
    single = dtype in (np.float16, np.float32)
    assert y.dtype == (np.float32 if single else np.float64)
    assert_array_equal(y, np.convolve(x.astype(float), [1, -1]))


def test_inputs_are_not_modified_and_may_be_read_only_or_strided():
    x = np.arange(80.0).reshape(8, 10)[::2, ::-3]
    h = np.arange(6.0).reshape(2, 3).T
    x.flags.writeable = h.flags.writeable = False
    before = x.copy(), h.copy()
    for method in ("auto", "direct", "fft", "overlap_add"):
        assert_allclose(convolve(x, h, method=method), naive_full(x, h), atol=1e-10)
    assert_array_equal(x, before[0])
    assert_array_equal(h, before[1])


def test_nan_touches_only_the_sums_that_hold_it():
    x = np.ones((600, 500))
    x[300, 200] = np.nan
    y = convolve(x, np.random.default_rng(0).normal(size=(21, 21)), mode="same")
    assert np.isnan(y).sum() == 21 * 21
    assert np.isnan(y[290:311, 190:211]).all()


# --- laws --------------------------------------------------------------------------------------

numbers = st.floats(-100, 100, width=64).map(lambda v: round(v, 3))


def signals(ndim, longest=8):
    sizes = st.tuples(*[st.integers(1, longest)] * ndim)
    return sizes.flatmap(lambda shape: arrays(np.float64, shape, elements=numbers))


pairs = st.integers(1, 3).flatmap(lambda d: st.tuples(signals(d, 6), signals(d, 4)))
triples = st.integers(1, 2).flatmap(lambda d: st.tuples(*[signals(d, 5)] * 3))
law = settings(deadline=None, max_examples=60)


def close(a, b):
    assert_allclose(a, b, rtol=1e-9, atol=1e-6)


@law
@given(pairs)
def test_commutative(pair):
    x, h = pair
    close(convolve(x, h), convolve(h, x))


@law
@given(triples)
def test_associative(triple):
    x, g, h = triple
    close(convolve(convolve(x, g), h), convolve(x, convolve(g, h)))


@law
@given(pairs, numbers, st.sampled_from(MODES), st.sampled_from(DIRECTLY))
def test_linear(pair, factor, mode, method):
    x, h = pair
    if mode == "valid" and any(m > n for n, m in zip(x.shape, h.shape, strict=True)):
        mode = "full"
    z = np.flip(x) + 1
    together = convolve(factor * x + z, h, mode=mode, method=method)
    apart = factor * convolve(x, h, mode=mode, method=method) + convolve(z, h, mode=mode)
    assert_allclose(together, apart, rtol=1e-9, atol=1e-4)


@law
@given(pairs, st.data())
def test_a_shifted_signal_gives_a_shifted_answer(pair, data):
    """With wrap-around borders the law holds at every sample."""
    x, h = pair
    shift = tuple(data.draw(st.integers(-3, 3)) for _ in x.shape)
    axes = tuple(range(x.ndim))

    def answer(signal):
        return convolve(signal, h, mode="same", boundary="wrap")

    close(answer(np.roll(x, shift, axes)), np.roll(answer(x), shift, axes))


@law
@given(pairs)
def test_sums_multiply(pair):
    x, h = pair
    assert convolve(x, h).sum() == pytest.approx(x.sum() * h.sum(), rel=1e-9, abs=1e-4)


@law
@given(pairs)
def test_correlation_is_the_adjoint_of_convolution(pair):
    """<x * h, y> = <x, y star h>: what backpropagation rests on."""
    x, h = pair
    y = np.cos(np.arange(naive_full(x, h).size)).reshape(naive_full(x, h).shape)
    left = np.vdot(convolve(x, h), y)
    right = np.vdot(x, correlate(y, h, mode="valid"))
    assert left == pytest.approx(right, rel=1e-9, abs=1e-5)


@law
@given(pairs)
def test_the_impulse_is_the_identity(pair):
    x, _ = pair
    assert_array_equal(convolve(x, np.ones((1,) * x.ndim)), x)


@law
@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=9).map(lambda v: np.array(v) + 0.5),
    st.lists(st.integers(0, 50), min_size=1, max_size=9).map(lambda v: np.array(v) + 0.5),
)
def test_means_and_variances_add(p, q):
    """For weights that sum to 1: the distribution of a sum of two independent numbers."""
    p, q = p / p.sum(), q / q.sum()

    def moments(w):
        n = np.arange(len(w))
        mean = n @ w
        return mean, (n - mean) ** 2 @ w

    (mean_p, var_p), (mean_q, var_q) = moments(p), moments(q)
    assert_allclose(moments(convolve(p, q)), (mean_p + mean_q, var_p + var_q), rtol=1e-9)


# --- bad input ---------------------------------------------------------------------------------

BAD = [
    (dict(x=[], h=[1]), ValueError, "`x` must not be empty"),
    (dict(x=[1], h=[]), ValueError, "`h` must not be empty"),
    (dict(x=np.ones((3, 0)), h=[[1]]), ValueError, r"`x` must not be empty; got shape \(3, 0\)"),
    (dict(x=3, h=[1]), ValueError, "`x` must have at least one dimension"),
    (dict(x=[1j], h=[1]), TypeError, "`x` must hold real numbers.*complex128"),
    (dict(x=[1], h=["a"]), TypeError, "`h` must hold real numbers"),
    (dict(x=[None, 1], h=[1]), TypeError, "`x` must hold real numbers.*object"),
    (dict(x=[[1, 2], [3]], h=[[1]]), ValueError, "`x` must be rectangular"),
    (dict(x=np.ma.masked_equal([1, 2], 2), h=[1]), TypeError, "masked"),
    (dict(x=np.ones(3, np.longdouble), h=[1]), TypeError, "up to float64"),
    (dict(x=[1, 2], h=[[1]]), ValueError, "`h` must have one dimension per convolved axis"),
    (dict(x=[1, 2], h=[1, 2, 3], mode="valid"), ValueError, "must not be longer than `x`"),
    (dict(x=[1], h=[1], mode="sane"), ValueError, "`mode` must be one of 'full'.*got 'sane'"),
    (dict(x=[1], h=[1], mode=None), TypeError, "`mode` must be one of.*got None"),
    (dict(x=[1], h=[1], mode="same", boundary="zero"), ValueError, "`boundary`.*got 'zero'"),
    (dict(x=[1], h=[1], boundary="edge"), ValueError, '`boundary` applies to mode="same" only'),
    (dict(x=[1], h=[1], method="fast"), ValueError, "`method` must be one of.*got 'fast'"),
    (dict(x=[1], h=[1], axes=1), ValueError, "`axes` must be different axes.*got 1"),
    (dict(x=[[1]], h=[[1]], axes=(0, 0)), ValueError, "`axes` must be different axes"),
    (dict(x=[1], h=[1], axes="0"), TypeError, "`axes` must be different axes.*got '0'"),
    (
        dict(x=[1, 2, 3], h=np.ones(9), mode="same", boundary="reflect"),
        ValueError,
        "'reflect' can mirror at most 2.*length 3; got a kernel that needs 4",
    ),
]


@pytest.mark.parametrize("function", [convolve, correlate])
@pytest.mark.parametrize(("arguments", "error", "message"), BAD)
def test_bad_input_is_named(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(**arguments)


def test_every_combination_is_an_answer_or_a_documented_error():
    x, h = case([(5, 6), (2, 3)], np.float64)
    for mode, boundary, method in itertools.product(MODES, BOUNDARIES, METHODS):
        options = dict(mode=mode, boundary=boundary, method=method)
        if (boundary != "constant" and mode != "same") or method == "separable":
            with pytest.raises(ValueError, match="`boundary`|`h`"):
                convolve(x, h, **options)
        else:
            assert np.isfinite(convolve(x, h, **options)).all()


@pytest.mark.parametrize("method", METHODS)
def test_infinity_times_zero_is_nan_without_a_warning(method):
    assert np.isnan(convolve([1, np.inf, 1], [1, 0, 2], method=method)[2])


def test_what_numpy_cannot_read_is_named():
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="`x` must be readable by NumPy; got Tensor"):
        convolve(torch.ones(3, requires_grad=True), [1])
    with pytest.raises(ValueError, match="`axes` must be different axes"):
        convolve(np.ones((2, 2)), [1], axes=2**70)
