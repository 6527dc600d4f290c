"""What every public function of the mathematics promises, and no function may forget.

`CALLS` has a row for each of them, so that a new function without one fails.
"""

import inspect
import warnings

import dask.array
import numpy as np
import pytest
from each import each

import convlib
from convlib import chunked, discrete, kernels, layers, naive

IDENTITY = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
RNG = np.random.default_rng(20)


def draw(*shape):
    return RNG.normal(size=shape)


def ways(function, *arrays, **options):
    """Return one call of `function` for each method of `convolve`."""
    calls = [(function, arrays, options | {"method": m}) for m in discrete.METHODS]
    return [(function, arrays, options), *calls]


# Calls whose answer could be one of the arrays given, or a view of it: nothing is to be done.
CALLS = [
    *ways(convlib.convolve, draw(6), np.ones(1)),
    *ways(convlib.convolve, draw(4, 5), np.ones((1, 1))),
    *ways(convlib.convolve, draw(4, 5), IDENTITY, mode="same", boundary="edge"),
    *ways(convlib.convolve, np.ones(1), draw(6)),
    *ways(convlib.convolve, draw(1, 7), draw(1), axes=0),
    *ways(convlib.correlate, draw(6), np.ones(1)),
    *ways(convlib.correlate, np.ones(1), draw(6)),
    (convlib.convolve_functions, (lambda a: a, lambda u: u, draw(3)), dict(support=(0, 1), dt=1)),
    *ways(convlib.filter_image, draw(4, 5), IDENTITY),
    *ways(convlib.filter_image, draw(4, 5, 3), np.ones((1, 1))),
    *[(convlib.to_grey, (draw(4, 5, *channels),), {}) for channels in [(), (1,), (3,), (4,)]],
    (convlib.to_uint8, (np.arange(9, dtype=np.uint8),), {}),
    *[(kernels.factors, (draw(*shape),), {}) for shape in [(5,), (1, 5), (1, 1), (1, 5, 1)]],
    (layers.conv2d, (draw(2, 1, 3, 4), np.ones((1, 1, 1, 1))), {}),
    (layers.conv2d, (draw(2, 1, 3, 4), np.ones((1, 1, 1, 1)), np.zeros(1)), {}),
    (layers.conv2d_backward, (draw(2, 1, 3, 4), draw(2, 1, 3, 4), np.ones((1, 1, 1, 1))), {}),
    (layers.conv2d_backward, (draw(1, 1, 1, 1), draw(1, 1, 1, 1), np.ones((1, 1, 1, 1))), {}),
    (layers.conv_transpose2d, (draw(2, 1, 3, 4), np.ones((1, 1, 1, 1))), {}),
    *[(layers.im2col, (draw(*shape), 1), {}) for shape in [(1, 1, 1, 1), (2, 3, 4, 5)]],
    (layers.im2col, (draw(2, 3, 4, 5), (4, 5)), {}),
    *[(pool, (draw(2, 3, 4, 5), 1), {}) for pool in (layers.max_pool2d, layers.avg_pool2d)],
    *[(pool, (draw(2, 3, 1, 1), 1), {}) for pool in (layers.max_pool2d, layers.avg_pool2d)],
    (layers.relu, (np.arange(4.0),), {}),
    (naive.convolve, (draw(6), np.ones(1)), {}),
    (naive.convolve_functions, (lambda a: a, lambda u: u, 0.5, 0, 1), {"dt": 0.1}),
    *[(two, (draw(4, 5), np.ones((1, 1))), {}) for two in (naive.convolve2d, naive.correlate2d)],
    (naive.correlate_picture, (draw(4, 5), IDENTITY), {}),
    (naive.conv2d, (draw(2, 1, 3, 4), np.ones((1, 1, 1, 1))), {}),
    (naive.max_pool2d, (draw(2, 3, 4, 5), 1), {}),
]  # fmt: skip
WITHOUT_ARRAYS = {
    kernels.binomial, kernels.box, kernels.difference_of_gaussians, kernels.gabor,
    kernels.gaussian, kernels.laplacian_of_gaussian, layers.output_size, layers.receptive_field,
}  # fmt: skip

LARGEST = np.finfo(float).max
SINGLE = np.finfo(np.float32).max


def named(call):
    return f"{call[0].__module__.removeprefix('convlib.')}.{call[0].__name__}"


def arrays_in(value):
    """Return all arrays of an answer, which may be a list of them or a named tuple."""
    if isinstance(value, list | tuple):
        return [array for item in value for array in arrays_in(item)]
    return [value] if isinstance(value, np.ndarray) else []


def test_every_public_function_has_a_row():
    public = {
        value
        for module in (convlib, kernels, layers, naive)
        for value in (getattr(module, name) for name in module.__all__)
        if inspect.isfunction(value)
    }
    assert {function for function, _, _ in CALLS} | WITHOUT_ARRAYS == public


@pytest.mark.parametrize("call", CALLS, ids=named)
@each("dtype", [np.float64, np.float32])
def test_an_answer_shares_no_memory_with_an_argument(call, dtype):
    function, arguments, options = call
    arrays = [a.astype(dtype) if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        answer = arrays_in(function(*arrays, **options))
    except ValueError as error:
        assert options.get("method") == "separable", error
        return
    for given in filter(lambda a: isinstance(a, np.ndarray), arrays):
        assert not any(np.shares_memory(given, array) for array in answer)
    assert all(array.flags.writeable for array in answer)


@pytest.mark.parametrize("chunks", [-1, (3, 4)])
def test_an_answer_in_chunks_shares_no_memory_either(chunks):
    x = draw(6, 4)
    answer = chunked.convolve(dask.array.from_array(x, chunks), np.ones((1, 1))).compute()
    np.testing.assert_array_equal(answer, x)
    assert not np.shares_memory(answer, x)


def full(shape, *values, dtype=np.float64):
    return np.resize(np.array(values, dtype), shape)


# What NumPy's arithmetic gives near the limits of a type, and it warns nobody.
LIMITS = {
    "conv2d": (
        lambda: layers.conv2d(full((1, 1, 2, 2), 1e200), full((2, 1, 2, 2), *[1e200] * 4, -1e200)),
        [[[[np.inf]], [[np.nan]]]],
    ),
    "conv2d in single precision": (
        lambda: layers.conv2d(
            full((1, 1, 1, 2), SINGLE, dtype=np.float32), np.float32([[[[1, 1]]]])
        ),
        [[[[np.inf]]]],
    ),
    "conv2d, bias": (
        lambda: layers.conv2d(full((1, 1, 1, 1), LARGEST), [[[[1]]]], [LARGEST]),
        [[[[np.inf]]]],
    ),
    "conv2d, infinity times zero": (
        lambda: layers.conv2d([[[[np.inf, 1]]]], [[[[0, 1]]]]),
        [[[[np.nan]]]],
    ),
    "conv2d_backward, x": (
        lambda: layers.conv2d_backward([[[[1e200]]]], [[[[1.0]]]], [[[[-1e200]]]]).x,
        [[[[-np.inf]]]],
    ),
    "conv2d_backward, weight": (
        lambda: layers.conv2d_backward([[[[1e200]]]], [[[[1e200]]]], [[[[1.0]]]]).weight,
        [[[[np.inf]]]],
    ),
    "conv2d_backward, bias": (
        lambda: (
            layers.conv2d_backward(
                full((2, 1, 1, 1), -LARGEST), full((2, 1, 1, 1), 1), full((1, 1, 1, 1), 1)
            ).bias
        ),
        [-np.inf],
    ),
    "conv_transpose2d": (
        lambda: layers.conv_transpose2d([[[[LARGEST, LARGEST]]]], [[[[1, 1]]]]),
        [[[[LARGEST, np.inf, LARGEST]]]],
    ),
    "avg_pool2d": (
        lambda: layers.avg_pool2d([[[[LARGEST, LARGEST], [np.inf, -np.inf]]]], (1, 2)),
        [[[[np.inf], [np.nan]]]],
    ),
    "avg_pool2d, many taps": (
        lambda: layers.avg_pool2d(full((1, 1, 3, 3), -1e308), 3),
        [[[[-np.inf]]]],
    ),
    "max_pool2d": (
        lambda: layers.max_pool2d([[[[-LARGEST, -np.inf], [np.inf, np.nan]]]], (1, 2)),
        [[[[-LARGEST], [np.nan]]]],
    ),
    "im2col": (
        lambda: layers.im2col([[[[np.inf, LARGEST]]]], (1, 2), padding=(0, 1)),
        [[[0, np.inf, LARGEST], [np.inf, LARGEST, 0]]],
    ),
    "relu": (lambda: layers.relu([-np.inf, -LARGEST, 5e-324, np.nan]), [0, 0, 5e-324, np.nan]),
    "to_grey": (
        lambda: convlib.to_grey([[[np.inf, -np.inf, 0], [np.inf, LARGEST, 1], [0, np.nan, 0]]]),
        [[np.nan, np.inf, np.nan]],
    ),
    "to_uint8": (lambda: convlib.to_uint8([-np.inf, -LARGEST, LARGEST, np.inf]), [0, 0, 255, 255]),
    "filter_image": (
        lambda: convlib.filter_image(full((2, 2), LARGEST), np.ones((2, 2))),
        np.full((2, 2), np.inf),
    ),
    "filter_image in single precision": (
        lambda: convlib.filter_image(full((2, 2), 1, dtype=np.float32), [[1e-300]]),
        np.zeros((2, 2)),
    ),
    "convolve": (lambda: convlib.convolve([1e200, np.nan], [1e200]), [np.inf, np.nan]),
    "correlate": (lambda: convlib.correlate([1e200, np.nan], [1e200]), [np.inf, np.nan]),
    "convolve_functions": (
        lambda: convlib.convolve_functions(
            lambda a: LARGEST, lambda u: 2.0, [0, np.inf, np.nan], support=(0, 1), dt=0.5
        ),
        [np.inf] * 3,
    ),
    "convolve_functions, times": (
        lambda: convlib.convolve_functions(
            lambda a: 1.0, lambda u: u, [-LARGEST, 0], support=(1.7e308, 1.75e308), dt=1e308
        ),
        [-np.inf, -np.inf],
    ),
    "factors": (lambda: np.outer(*kernels.factors(full((2, 2), LARGEST))), full((2, 2), LARGEST)),
    "factors of infinity": (lambda: kernels.factors([[1, np.inf]]) is None, True),
    "gaussian": (lambda: kernels.gaussian(5e-324), IDENTITY),
    "laplacian_of_gaussian": (lambda: kernels.laplacian_of_gaussian(400, truncate=1e-3).sum(), 0),
    "difference_of_gaussians": (
        lambda: kernels.difference_of_gaussians(0.2, 1e3).shape,
        (1601, 1601),
    ),
    "gabor": (lambda: abs(kernels.gabor(2, LARGEST, 4)).sum(), 1),
}


@pytest.mark.parametrize("name", LIMITS)
def test_near_the_limits_of_a_type_nothing_warns(name):
    call, expected = LIMITS[name]
    with np.errstate(divide="warn", over="warn", invalid="warn"), warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = call()
    np.testing.assert_allclose(answer, expected, rtol=1e-15, atol=1e-18)


SIZES = [0.0, -0.0, 5e-324, 1e-310, 1e-200, -1.0, 1e154, 1e200, LARGEST, -LARGEST]
SIZES += [np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_numbers_of_all_sizes_warn_nobody(dtype, seed):
    """Warnings are errors here."""
    rng = np.random.default_rng([21, seed])

    def numbers(*shape):
        with np.errstate(over="ignore"):
            return rng.choice(SIZES, shape).astype(dtype)

    x, weight = numbers(1, 2, 4, 5), numbers(2, 2, 2, 2)
    layers.conv2d(x, weight, numbers(2))
    layers.conv_transpose2d(x, weight, numbers(2), stride=2)
    layers.conv2d_backward(numbers(1, 2, 3, 4), x, weight)
    for pool in (layers.max_pool2d, layers.avg_pool2d):
        pool(x, 2), pool(x, 4, padding=2)
    layers.relu(x), layers.im2col(x, 2, padding=1)
    picture, kernel = numbers(5, 4, 3), numbers(3, 2)
    convlib.to_grey(picture), convlib.to_uint8(np.nan_to_num(picture)), kernels.factors(kernel)
    for method in ("auto", "direct", "fft", "overlap_add"):
        convlib.filter_image(picture, kernel, method=method)
        convlib.convolve(picture[..., 0], kernel, method=method)
    first, second = numbers(2)
    convlib.convolve_functions(
        lambda a: first, lambda u: second, numbers(3), support=(-1e308, 0.7e308), dt=1e306
    )


SIGNALLING = np.array([[0x7FF0000000000001, 0x3FF0000000000000]], np.uint64).view(np.float64)
SIGNALLING_SINGLE = np.array([[0x7F800001, 0x3F800000]], np.uint32).view(np.float32)


@pytest.mark.parametrize(
    "call",
    [
        lambda: convlib.filter_image(np.float32([[1, 2], [3, 4]]), SIGNALLING),
        lambda: convlib.convolve_functions(
            lambda a: 1, lambda u: u, SIGNALLING_SINGLE[0], support=(0, 1), dt=0.5
        )[0],
        lambda: layers.conv2d(SIGNALLING_SINGLE[None, None], [[[[1.0]]]])[..., 0],
        lambda: convlib.convolve(SIGNALLING_SINGLE, [[1.0]])[0, 0],
        lambda: layers.relu(SIGNALLING)[0, 0],
    ],
)
def test_a_signalling_nan_is_a_nan_like_any_other(call):
    """Files may hold them; NumPy warns when it converts one."""
    assert np.isnan(call()).all()


ANY_DIMENSIONS = {
    "x": [lambda a: convlib.convolve(a, [1.0]), lambda a: convlib.correlate(a, [1.0]), layers.relu],
    "h": [lambda a: convlib.convolve([1.0], a), lambda a: convlib.correlate([1.0], a)],
    "t": [lambda a: convlib.convolve_functions(np.cos, np.cos, a, support=(0, 1), dt=0.5)],
    "image": [convlib.to_uint8],
    "kernel": [kernels.factors],
}


@pytest.mark.parametrize(
    ("name", "function"), [(name, f) for name, fs in ANY_DIMENSIONS.items() for f in fs]
)
def test_arrays_of_too_many_dimensions_are_named(name, function):
    for dimensions in (61, 64):
        message = f"`{name}` must have at most 60 dimensions; got {dimensions}"
        with pytest.raises(ValueError, match=message):
            function(np.ones((1,) * dimensions))
    for nested, depth in [(1.0, 65), (np.ones((1,) * 40), 30), (np.ones((1,) * 64), 1)]:
        for _ in range(depth):
            nested = [nested]
        with pytest.raises(ValueError, match=f"`{name}` must have at most 60 dimensions"):
            function(nested)


@pytest.mark.parametrize("method", discrete.METHODS)
def test_arrays_of_sixty_dimensions_are_convolved(method):
    x, h = draw(5, 4), np.outer(draw(3), draw(2))
    wide, kernel = (a.reshape(*a.shape, *[1] * 58) for a in (x, h))
    expected = naive.convolve2d(np.pad(x, ((2, 2), (1, 1))), h)
    answer = convlib.convolve(wide, kernel, method=method)
    np.testing.assert_allclose(answer.reshape(expected.shape), expected, atol=1e-13)
    column, row, *others = kernels.factors(kernel)
    np.testing.assert_allclose(np.outer(column, row) * np.prod(others), h, atol=1e-15)
    assert layers.relu(wide).ndim == convlib.to_uint8(wide).ndim == 60


def test_chunks_of_too_many_dimensions_are_named():
    for dimensions in (61, 64):
        with pytest.raises(ValueError, match="`x` must have at most 60 dimensions"):
            chunked.convolve(dask.array.ones((1,) * dimensions), [1.0], axes=0)
        with pytest.raises(ValueError, match="`h` must have at most 60 dimensions"):
            chunked.convolve(dask.array.ones(5), np.ones((1,) * dimensions))
