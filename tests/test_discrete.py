"""Convolution in any number of dimensions: every mode, boundary and method, against naive loops."""

import itertools
import warnings

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from each import each
from numpy.testing import assert_allclose, assert_array_equal
from oracles import NDIMAGE, agree, case, impossible, oracle, outer

from convlib import convolve, correlate
from convlib.discrete import BOUNDARIES, METHODS, MODES
from convlib.timing import peak_memory

DIRECTLY = ("auto", "direct", "fft", "overlap_add")  # the methods for every kernel
BORDERS = [(mode, "constant") for mode in MODES] + [("same", name) for name in BOUNDARIES[1:]]
DTYPES = (np.bool_, np.uint8, np.int16, np.float32, np.float64)

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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", DIRECTLY)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_every_mode_and_boundary_equals_the_definition(shapes, method, dtype):
    x, h = case(shapes, dtype)
    for mode, boundary in BORDERS:
        options = dict(mode=mode, boundary=boundary, method=method)
        if impossible(*shapes, mode, boundary):
            with pytest.raises(ValueError, match="reflect|`h` must not be longer than `x`"):
                convolve(x, h, **options)
            continue
        y = convolve(x, h, **options)
        assert y.dtype == dtype
        agree(y, oracle(x, h, mode, boundary), x, h, method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ndim", [1, 2, 3, 4])
def test_lengths_next_to_the_kernel_length(ndim, method):
    """One sample less than the kernel, as many, one more; kernels of length 1, 2, 3 and 5."""
    for m, more in itertools.product((1, 2, 3, 5), (-1, 0, 1)):
        lengths = (max(1, m + more),) + (m,) * (ndim - 1)
        x, *factors = case([lengths] + [(m,)] * ndim, seed=m)
        h = outer(*factors)
        for mode, boundary in BORDERS:
            if not impossible(x.shape, h.shape, mode, boundary):
                y = convolve(x, h, mode=mode, boundary=boundary, method=method)
                agree(y, oracle(x, h, mode, boundary), x, h, method)


LENGTHS = [
    1,
    2,
    3,
    7,
    8,
    9,
    15,
    16,
    17,
    31,
    32,
    33,
    63,
    64,
    65,
    127,
    128,
    129,
    255,
    257,
    1000,
    4099,
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", METHODS)
def test_lengths_around_the_blocks_that_methods_work_in(method, dtype):
    for n, m in itertools.product(LENGTHS, (1, 2, 3, 8, 17, 64, 65)):
        x, h = case([(n,), (m,)], dtype, seed=n)
        expected = np.convolve(x.astype(np.float64), h.astype(np.float64))
        agree(convolve(x, h, method=method), expected, x, h, method)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", METHODS)
def test_heights_and_widths_around_the_blocks(method, dtype):
    for (rows, columns), sizes in itertools.product(
        [(31, 130), (32, 65), (33, 257), (64, 31), (65, 33), (129, 127)],
        [(1, 1), (3, 3), (2, 5), (8, 1), (1, 16), (16, 9), (33, 17)],
    ):
        x, *factors = case([(rows, columns), *[(m,) for m in sizes]], dtype, seed=rows)
        h = outer(*factors).astype(dtype)
        expected = scipy.signal.convolve2d(x.astype(float), h.astype(float), mode="same")
        agree(convolve(x, h, mode="same", method=method), expected, x, h, method)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((300, 517), (67, 67)),
        ((517, 300), (33, 64)),
        ((300, 517), (67, 1)),
        ((130, 1030), (1, 67)),
        ((1025, 70), (5, 4)),
        ((517, 300), (3, 3)),
        ((90, 40, 51), (9, 2, 5)),
        ((300_000,), (25,)),
        ((270_001,), (64,)),
    ],
    ids=str,
)
def test_pictures_larger_than_one_tile(shape, sizes, method, dtype):
    if method == "direct" and np.prod(sizes) > 1000 and dtype == np.float64:
        sizes = (19, 23)  # the same blocks, and less to add
    x, *factors = case([shape, *[(m,) for m in sizes]], dtype)
    h = outer(*factors).astype(dtype)
    wide = [(m // 2, (m - 1) // 2) for m in sizes]
    for boundary in ("symmetric", "wrap"):
        padded = np.pad(x.astype(np.float64), wide, mode=boundary)
        expected = scipy.signal.fftconvolve(padded, h.astype(np.float64), mode="valid")
        y = convolve(x, h, mode="same", boundary=boundary, method=method)
        assert y.dtype == dtype
        limit = np.abs(h).sum() * np.finfo(dtype).eps
        assert_allclose(y, expected, rtol=0, atol=limit * 2 * max(40, h.size**0.5))


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("sizes", [(5, 3), (4, 3), (2, 6), (1, 1)], ids=str)
def test_same_equals_ndimage(sizes, boundary):
    """SciPy names the boundaries otherwise, and its even kernels hang one sample to the left."""
    x, h = case([(12, 9), sizes])
    origin = tuple(-1 if m % 2 == 0 else 0 for m in sizes)
    expected = scipy.ndimage.convolve(x, h, mode=NDIMAGE[boundary], origin=origin)
    agree(convolve(x, h, mode="same", boundary=boundary), expected, x, h)


@pytest.mark.parametrize("method", DIRECTLY)
@pytest.mark.parametrize(("mode", "boundary"), BORDERS)
@pytest.mark.parametrize("shapes", [((8,), (3,)), ((8,), (4,)), ((9, 7), (4, 3))], ids=str)
def test_correlate_is_convolve_with_the_kernel_flipped(shapes, mode, boundary, method):
    x, h = case(shapes)
    options = dict(mode=mode, boundary=boundary, method=method)
    assert_array_equal(correlate(x, h, **options), convolve(x, np.flip(h), **options))


def test_correlate_full_equals_scipy():
    x, h = case([(9, 7), (4, 3)])
    assert_allclose(correlate(x, h), scipy.signal.correlate(x, h), atol=1e-13)


def test_the_probe_that_labels_its_own_inputs():
    """Each digit of an answer names the input it came from; the flip is plain to see."""
    probe, kernel = [1, 10, 100, 1000, 10000], [1, 1, 0]
    assert_array_equal(convolve(probe, kernel, mode="same"), [11, 110, 1100, 11000, 10000])
    assert_array_equal(correlate(probe, kernel, mode="same"), [1, 11, 110, 1100, 11000])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", [(6,), (1,), (5, 4), (1, 7), (2, 5, 4), (3, 1, 2)], ids=str)
def test_separable_equals_the_definition_for_outer_products(sizes, dtype):
    shape = (11, 9, 7)[: len(sizes)]
    x, *factors = case([shape, *[(m,) for m in sizes]], dtype, seed=1)
    h = outer(*factors).astype(dtype)
    for mode, boundary in BORDERS:
        y = convolve(x, h, mode=mode, boundary=boundary, method="separable")
        assert y.dtype == dtype
        agree(y, oracle(x, h, mode, boundary), x, h, "separable")


@pytest.mark.parametrize("mode", ["full", "same"])
def test_separable_refuses_a_kernel_that_is_no_outer_product(mode):
    laplacian = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    with pytest.raises(ValueError, match="`h` must be an outer product"):
        convolve(np.ones((5, 5)), laplacian, mode=mode, method="separable")


def test_separable_with_a_kernel_of_zeros():
    assert_array_equal(convolve(np.ones((4, 4)), np.zeros((2, 3)), method="separable"), 0)


AXES = [axes for k in (1, 2, 3, 4) for axes in itertools.permutations(range(4), k)]


@pytest.mark.parametrize("method", METHODS)
@each("axes", AXES)
def test_axes_in_any_order_leave_the_others_alone(axes, method):
    """The same as a kernel with an axis of length 1 wherever `x` is only carried along."""
    sizes = (2, 3, 1, 4)[: len(axes)]
    x, *factors = case([(5, 6, 4, 7), *[(m,) for m in sizes]], seed=len(axes))
    h = outer(*factors)
    order = np.argsort(axes)
    whole = np.transpose(h, order).reshape(
        [sizes[axes.index(k)] if k in axes else 1 for k in range(4)]
    )
    backwards = tuple(axis - 4 if i % 2 else axis for i, axis in enumerate(axes))
    for mode, boundary in [("full", "constant"), ("same", "edge"), ("valid", "constant")]:
        options = dict(mode=mode, boundary=boundary, method=method, axes=backwards)
        agree(convolve(x, h, **options), oracle(x, whole, mode, boundary), x, h, method, axes)


@pytest.mark.parametrize("method", METHODS)
def test_one_axis_may_be_a_number(method):
    x, h = case([(6, 5), (3,)])
    expected = oracle(x, h[:, np.newaxis], "same", "wrap")
    for axis in (0, -2, np.int8(0), (0,), [0]):
        y = convolve(x, h, axes=axis, mode="same", boundary="wrap", method=method)
        agree(y, expected, x, h, method, (0,))


@pytest.mark.parametrize("method", METHODS)
@each(("first", "second"), list(itertools.product(DTYPES, DTYPES)))
def test_dtypes(first, second, method):
    """Integers do not wrap round: they become float64; float32 with float32 stays float32."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 1 << 8, 40).astype(first)
    h = rng.integers(0, 1 << 8, 7).astype(second)
    y = convolve(x, h, method=method)
    assert y.dtype == (np.float32 if first == second == np.float32 else np.float64)
    expected = np.convolve(x.astype(np.float64), h.astype(np.float64))
    agree(y, expected, x, h, method)


@pytest.mark.parametrize("dtype", ["<f2", ">f4", ">f8", ">i2", "<u8"])
def test_half_precision_becomes_single_and_byte_order_does_not_matter(dtype):
    x = np.array([1, 2, 4], dtype)
    y = convolve(x, x)
    assert y.dtype == (np.float32 if dtype in ("<f2", ">f4") else np.float64)
    assert_array_equal(y, [1, 4, 12, 16, 16])


def layouts(a):
    """Yield the values of `a` in memory that is not one tidy block."""
    yield "Fortran", np.asfortranarray(a)
    yield "transposed", np.ascontiguousarray(a.T).T
    yield "every second", np.repeat(np.repeat(a, 2, 0), 3, 1)[::2, ::3]
    yield "backwards", np.ascontiguousarray(a[::-1, ::-1])[::-1, ::-1]
    yield "inside", np.pad(a, 3)[3:-3, 3:-3]
    yield "unaligned", np.frombuffer(b"x" + a.tobytes(), a.dtype, offset=1).reshape(a.shape)
    yield "list", a.tolist()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_memory_layout_does_not_matter_and_inputs_stay_as_they_are(dtype, method):
    x = np.random.default_rng(0).integers(0, 9, (17, 40)).astype(dtype)
    h = np.outer([1, 2, 1], [1, 3, 3, 1]).astype(dtype)
    expected = oracle(x, h, "same", "wrap")
    for (name, signal), (_, kernel) in zip(layouts(x), layouts(h), strict=True):
        if isinstance(signal, np.ndarray):
            signal.flags.writeable = kernel.flags.writeable = False
        y = convolve(signal, kernel, mode="same", boundary="wrap", method=method)
        agree(y, expected, x, h, method)
        assert y.flags.writeable, name
        assert not np.shares_memory(y, np.asarray(signal))
        assert_array_equal(signal, x, err_msg=name)
        assert_array_equal(kernel, h, err_msg=name)


@pytest.mark.parametrize("method", METHODS)
def test_one_number_repeated_without_memory(method):
    """Arrays made by `numpy.broadcast_to` have strides of zero."""
    x, h = np.broadcast_to(3.0, (9, 8)), np.broadcast_to(0.5, (3, 2))
    y = convolve(x, h, mode="valid", method=method)
    assert_allclose(y, np.full((7, 7), 9.0), rtol=1e-14)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mode", MODES)
def test_the_answer_is_new_memory(mode, method):
    """Also where the kernel is a single one, and the answer could be the signal itself."""
    x = np.arange(12.0).reshape(3, 4)
    y = convolve(x, [[1.0]], mode=mode, method=method)
    assert not np.shares_memory(x, y)
    y[...] = 7
    assert_array_equal(x, np.arange(12.0).reshape(3, 4))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_not_finite_touches_only_the_sums_that_hold_it(dtype, value, method):
    x = np.ones((600, 500), dtype)
    x[300, 200] = value
    h = np.outer(*case([(21,), (20,)], dtype)) + dtype(method != "separable") * np.eye(
        21, 20, dtype=dtype
    )
    y = convolve(x, h, mode="same", method=method)
    touched = np.zeros(x.shape, bool)
    touched[290:311, 191:211] = True
    assert_array_equal(~np.isfinite(y), touched)
    x[300, 200] = 1
    clean = scipy.signal.fftconvolve(x, h.astype(np.float64), mode="same")
    agree(np.where(touched, 0, y), np.where(touched, 0, clean), x, h, method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(4, 5), (1100, 1100)], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_too_large_for_its_type_is_not_finite_and_no_warning(dtype, shape, method):
    """Large pictures may be done by threads, which do not inherit what warnings to ignore."""
    x = np.full(shape, np.finfo(dtype).max)
    y = convolve(x, np.ones((3, 2), dtype), mode="same", boundary="edge", method=method)
    assert not np.isfinite(y).any()


@pytest.mark.parametrize("method", METHODS)
def test_opposite_infinities_are_nan_and_no_warning(method):
    x = np.zeros((1100, 1100))
    x[::7, ::5], x[1::7, ::5] = np.inf, -np.inf
    y = convolve(x, np.ones((3, 2)), mode="valid", method=method)
    assert np.isnan(y[::7, ::5]).all()


@pytest.mark.parametrize("method", DIRECTLY)
def test_a_kernel_that_is_not_finite(method):
    """Zero times infinity is NaN: every sum that uses the value is lost, without a warning."""
    x = np.ones((300, 400))
    x[:, 100] = 0
    y = convolve(x, [[1, np.inf], [1, 2]], mode="valid", method=method)
    assert np.isnan(y[:, 100]).all()
    assert np.isposinf(np.delete(y, 100, axis=1)).all()


@pytest.mark.parametrize("boundary", ["edge", "symmetric", "wrap"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernels_far_longer_than_the_signal(boundary, method, dtype):
    rng = np.random.default_rng(3)
    for shape, kernel in itertools.product(
        [(1, 1), (1, 9), (2, 5), (3, 4)], [(3, 2), (1, 40), (2, 41), (19, 12), (20, 3), (37, 1)]
    ):
        x = rng.normal(size=shape).astype(dtype)
        h = np.outer(rng.normal(size=kernel[0]), rng.normal(size=kernel[1])).astype(dtype)
        if method != "separable":
            h[0, 0] += 1
        expected = oracle(x, h, "same", boundary)
        found = convolve(x, h, mode="same", boundary=boundary, method=method)
        limit = 30 * np.finfo(dtype).eps * np.abs(h).sum() * np.abs(x).max()
        assert found.dtype == dtype
        assert_allclose(found, expected, rtol=0, atol=limit)


@pytest.mark.parametrize("boundary", ["edge", "symmetric", "wrap"])
def test_a_kernel_far_longer_than_the_signal_takes_little_memory(boundary):
    x, h = np.ones((10_000, 2)), np.full((1, 4001), 1 / 4001)
    y = convolve(x, h, mode="same", boundary=boundary)  # once to import
    assert_allclose(y, 1, rtol=1e-12)
    peak = peak_memory(lambda: convolve(x, h, mode="same", boundary=boundary))
    assert peak < 20 * x.nbytes + 2**21


@pytest.mark.parametrize("boundary", ["edge", "symmetric", "wrap"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("m", [3, 4, 10, 11])
def test_infinite_samples_under_a_kernel_far_longer_than_the_signal(boundary, method, m):
    x = np.array([np.inf, 1])
    expected = oracle(x, np.ones(m), "same", boundary)
    found = convolve(x, np.ones(m), mode="same", boundary=boundary, method=method)
    assert_array_equal(found, expected)


@pytest.mark.parametrize("boundary", ["edge", "symmetric", "wrap"])
def test_weights_that_are_too_large_in_sum_and_an_infinite_one(boundary):
    h = [1e308] * 9 + [-np.inf] + [1.0] * 4
    assert np.isneginf(convolve([0.001, 0.001], h, mode="same", boundary=boundary)).all()


def test_weights_whose_sum_is_too_large_stay_apart():
    h, x = np.full(50, 1e308), np.array([1e-3, -1e-3])
    y = convolve(x, h, mode="same", boundary="wrap")
    assert_allclose(y, 0, rtol=0, atol=1e-12 * 50 * 1e305)  # of a sum of 50 products


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
    (dict(x=[1], h=[1], axes=b"\0"), TypeError, "`axes` must be different axes"),
    (dict(x=[1], h=[1], axes=bytearray(1)), TypeError, "`axes` must be different axes"),
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
    x, h = case([(5, 6), (2, 3)])
    for mode, boundary, method in itertools.product(MODES, BOUNDARIES, METHODS):
        options = dict(mode=mode, boundary=boundary, method=method)
        if (boundary != "constant" and mode != "same") or method == "separable":
            with pytest.raises(ValueError, match="`boundary`|`h`"):
                convolve(x, h, **options)
        else:
            assert np.isfinite(convolve(x, h, **options)).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_signalling_nan_warns_of_nothing(method):
    x = np.array([0x3F800000, 0x7F800001, 0x40000000], np.uint32).view(np.float32)
    for signal in (x, x.astype(">f4"), x.byteswap().view(">f4")):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            y = convolve(signal, [1.0], method=method)
        np.testing.assert_array_equal(np.isnan(y), [False, True, False])


@pytest.mark.parametrize("method", METHODS)
def test_infinity_times_zero_is_nan_without_a_warning(method):
    assert np.isnan(convolve([1, np.inf, 1], [1, 0, 2], method=method)[2])


def test_what_numpy_cannot_read_is_named():
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="`x` must be readable by NumPy; got Tensor"):
        convolve(torch.ones(3, requires_grad=True), [1])
    with pytest.raises(ValueError, match="`axes` must be different axes"):
        convolve(np.ones((2, 2)), [1], axes=2**70)
