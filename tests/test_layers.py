"""The layers equal PyTorch, the naive loops and their own numerical derivatives."""

import tracemalloc

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib import layers, naive
from convlib.layers import windows

# x (N, C, H, W), weight (F, C / groups, kh, kw), options; asymmetric and even-sized on purpose
CASES = [
    ((2, 3, 8, 7), (4, 3, 3, 3), {}),
    ((1, 1, 5, 9), (1, 1, 2, 4), {}),
    ((2, 3, 9, 6), (4, 3, 3, 2), {"stride": 2}),
    ((2, 2, 8, 11), (3, 2, 2, 3), {"stride": (2, 3), "padding": (0, 2)}),
    ((1, 2, 9, 10), (4, 2, 3, 2), {"padding": 2, "dilation": (2, 3)}),
    ((2, 4, 7, 9), (6, 2, 3, 2), {"groups": 2, "padding": 1}),
    ((2, 6, 10, 7), (6, 1, 2, 3), {"groups": 6, "stride": 3, "dilation": 2}),
    ((1, 6, 11, 12), (9, 2, 4, 3), {"groups": 3, "stride": (3, 2), "padding": (1, 3)}),
    ((3, 5, 4, 6), (7, 5, 1, 1), {"stride": 2}),
    ((2, 1, 1, 1), (2, 1, 4, 2), {"padding": (2, 1)}),
]
TOLERANCE = {np.float32: 2e-5, np.float64: 1e-12}
DTYPES = [np.float32, np.float64]


def draw(seed, *shapes, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def assert_same(ours, theirs):
    assert ours.dtype == theirs.numpy().dtype
    tolerance = TOLERANCE[ours.dtype.type]
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=tolerance, atol=tolerance * 10)


@pytest.mark.parametrize(("x_shape", "w_shape", "options"), CASES)
def test_conv2d_equals_the_naive_loops(x_shape, w_shape, options):
    x, weight, bias = draw(1, x_shape, w_shape, w_shape[:1])
    expected = naive.conv2d(x, weight, bias, **options)
    np.testing.assert_allclose(layers.conv2d(x, weight, bias, **options), expected, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("x_shape", "w_shape", "options"), CASES)
def test_conv2d_and_its_gradients_equal_pytorch(x_shape, w_shape, options, dtype):
    arrays = draw(2, x_shape, w_shape, w_shape[:1], dtype=dtype)
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = F.conv2d(*tensors, **options)
    assert_same(layers.conv2d(*arrays, **options), y.detach())
    (grad,) = draw(3, tuple(y.shape), dtype=dtype)
    y.backward(torch.tensor(grad))
    gradients = layers.conv2d_backward(grad, *arrays[:2], **options)
    for name, ours, tensor in zip(gradients._fields, gradients, tensors, strict=True):
        assert name in ("x", "weight", "bias")
        assert_same(ours, tensor.grad)


@st.composite
def random_layer(draw):
    """Shapes and options of any layer small enough to be quick."""
    groups = draw(st.integers(1, 3))
    kernel, stride, dilation, padding, spare = (
        draw(st.tuples(st.integers(low, high), st.integers(low, high)))
        for low, high in [(1, 4), (1, 3), (1, 3), (0, 2), (0, 4)]
    )
    depth, multiple, n = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)))
    size = [
        max(1, d * (k - 1) + 1 - 2 * p) + e
        for k, d, p, e in zip(kernel, dilation, padding, spare, strict=True)
    ]
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return (n, groups * depth, *size), (groups * multiple, depth, *kernel), options


@pytest.mark.slow
@given(random_layer(), st.integers(0, 2**32 - 1), st.sampled_from(DTYPES))
@settings(deadline=None, max_examples=200)
def test_any_layer_and_its_gradients_equal_pytorch(layer, seed, dtype):
    x_shape, w_shape, options = layer
    arrays = draw(seed, x_shape, w_shape, w_shape[:1], dtype=dtype)
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = F.conv2d(*tensors, **options)
    assert_same(layers.conv2d(*arrays, **options), y.detach())
    (grad,) = draw(seed, tuple(y.shape), dtype=dtype)
    y.backward(torch.tensor(grad))
    for ours, tensor in zip(
        layers.conv2d_backward(grad, *arrays[:2], **options), tensors, strict=True
    ):
        assert_same(ours, tensor.grad)
    size = [
        layers.output_size(n, k, stride=s, padding=p, dilation=d)
        for n, k, s, p, d in zip(
            x_shape[2:],
            w_shape[2:],
            options["stride"],
            options["padding"],
            options["dilation"],
            strict=True,
        )
    ]
    assert tuple(size) == tuple(y.shape[2:])


@given(random_layer(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=100)
def test_a_layer_is_linear_in_each_argument_and_the_gradients_are_its_adjoints(layer, seed):
    """<conv(x, w) + b, y> = <x, gradient x> + <b, gradient b>, and the same with w for x."""
    x_shape, w_shape, options = layer
    x, weight, bias = draw(seed, x_shape, w_shape, w_shape[:1])
    plain = layers.conv2d(x, weight, **options)
    (y,) = draw(seed + 1, plain.shape)
    gradients = layers.conv2d_backward(y, x, weight, **options)
    assert [g.shape for g in gradients] == [x.shape, weight.shape, bias.shape]
    product = (plain * y).sum()
    size = np.linalg.norm(plain) * np.linalg.norm(y)
    assert abs((gradients.x * x).sum() - product) <= 1e-13 * size
    assert abs((gradients.weight * weight).sum() - product) <= 1e-13 * size
    shift = ((layers.conv2d(x, weight, bias, **options) - plain) * y).sum()
    assert (gradients.bias * bias).sum() == pytest.approx(shift, rel=1e-10, abs=1e-10)


@given(random_layer(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_gradients_of_any_layer_equal_central_differences(layer, seed):
    """A layer is linear in each argument, so the difference is exact but for rounding."""
    x_shape, w_shape, options = layer
    arrays = draw(seed, x_shape, w_shape, w_shape[:1])
    (grad,) = draw(seed + 1, layers.conv2d(*arrays, **options).shape)
    gradients = layers.conv2d_backward(grad, *arrays[:2], **options)
    for i, direction in enumerate(draw(seed + 2, x_shape, w_shape, w_shape[:1])):
        ahead, behind = (
            [a + sign * 1e-2 * direction if i == j else a for j, a in enumerate(arrays)]
            for sign in (1, -1)
        )
        difference = layers.conv2d(*ahead, **options) - layers.conv2d(*behind, **options)
        numerical, ours = (difference * grad).sum() / 2e-2, (gradients[i] * direction).sum()
        size = np.linalg.norm(difference) * np.linalg.norm(grad) / 2e-2
        assert abs(numerical - ours) <= 1e-10 * (size + 1)


@given(random_layer(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=100)
def test_rounding_in_single_precision_stays_within_the_stated_bound(layer, seed):
    """Off by at most K eps times the layer of absolute values, K products in each output."""
    x_shape, w_shape, options = layer
    x, weight = draw(seed, x_shape, w_shape, dtype=np.float32)
    exact = layers.conv2d(np.float64(x), np.float64(weight), **options)
    bound = layers.conv2d(np.abs(x, dtype=np.float64), np.abs(weight), **options)
    bound *= np.prod(w_shape[1:]) * np.finfo(np.float32).eps
    assert (abs(layers.conv2d(x, weight, **options) - exact) <= bound + 1e-30).all()


@given(random_layer(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=150)
def test_transposed_convolution_is_the_adjoint(layer, seed):
    """<conv(x), y> = <x, conv^T(y)> for every x and y."""
    x_shape, w_shape, options = layer
    x, weight = draw(seed, x_shape, w_shape)
    forward = layers.conv2d(x, weight, **options)
    (y,) = draw(seed + 1, forward.shape)
    extra = tuple(
        (n + 2 * p - d * (k - 1) - 1) % s
        for n, k, s, p, d in zip(
            x_shape[2:],
            w_shape[2:],
            options["stride"],
            options["padding"],
            options["dilation"],
            strict=True,
        )
    )
    back = layers.conv_transpose2d(y, weight, output_padding=extra, **options)
    assert back.shape == x.shape
    np.testing.assert_allclose((forward * y).sum(), (x * back).sum(), rtol=1e-10, atol=1e-10)
    np.testing.assert_array_equal(layers.conv2d_backward(y, x, weight, **options).x, back)


TRANSPOSED = [
    ((2, 3, 4, 5), (3, 2, 3, 2), {}),
    ((1, 2, 3, 4), (2, 3, 4, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
    ((1, 4, 3, 2), (4, 2, 2, 3), {"stride": (3, 2), "groups": 2, "output_padding": (2, 0)}),
    ((2, 6, 5, 3), (6, 1, 3, 3), {"groups": 3, "dilation": (2, 3), "padding": (2, 1)}),
    ((1, 1, 2, 2), (1, 1, 2, 2), {"dilation": 3, "output_padding": 2}),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("x_shape", "w_shape", "options"), TRANSPOSED)
def test_conv_transpose2d_equals_pytorch(x_shape, w_shape, options, dtype):
    bias_shape = (w_shape[1] * options.get("groups", 1),)
    arrays = draw(4, x_shape, w_shape, bias_shape, dtype=dtype)
    expected = F.conv_transpose2d(*map(torch.tensor, arrays), **options)
    assert_same(layers.conv_transpose2d(*arrays, **options), expected)


@pytest.mark.parametrize(("x_shape", "w_shape", "options"), CASES[2:8])
def test_gradients_equal_central_differences(x_shape, w_shape, options):
    x, weight, bias = draw(5, x_shape, w_shape, w_shape[:1])
    (grad,) = draw(6, layers.conv2d(x, weight, bias, **options).shape)
    gradients = layers.conv2d_backward(grad, x, weight, **options)
    rng = np.random.default_rng(7)
    for argument, gradient in zip((x, weight, bias), gradients, strict=True):
        direction = rng.normal(size=argument.shape)
        step, losses = 1e-4, []
        for sign in (1, -1):
            argument += sign * step * direction
            losses.append((layers.conv2d(x, weight, bias, **options) * grad).sum())
            argument -= sign * step * direction
        numerical = (losses[0] - losses[1]) / (2 * step)
        assert (gradient * direction).sum() == pytest.approx(numerical, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("options", [{}, {"stride": (2, 1), "padding": (1, 2), "dilation": 2}])
def test_im2col_equals_unfold_and_does_not_share_memory(options):
    (x,) = draw(8, (2, 3, 7, 6))
    for size in [(3, 2), (1, 1)]:
        columns = layers.im2col(x, size, **options)
        expected = F.unfold(torch.tensor(x), size, **options)
        np.testing.assert_array_equal(columns, expected.numpy())
        assert not np.shares_memory(columns, x)
        assert columns.flags.writeable


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("size", "options"),
    [(2, {}), ((2, 3), {"stride": 1}), ((3, 4), {"stride": (2, 3), "padding": (1, 2)})],
)
def test_pooling_equals_pytorch(size, options, dtype):
    (x,) = draw(9, (2, 3, 9, 8), dtype=dtype)
    assert_same(
        layers.max_pool2d(x, size, **options), F.max_pool2d(torch.tensor(x), size, **options)
    )
    assert_same(
        layers.avg_pool2d(x, size, **options), F.avg_pool2d(torch.tensor(x), size, **options)
    )


def test_dilated_max_pooling_equals_pytorch():
    (x,) = draw(10, (1, 2, 9, 8))
    options = {"stride": 2, "padding": 1, "dilation": (2, 1)}
    assert_same(layers.max_pool2d(x, 3, **options), F.max_pool2d(torch.tensor(x), 3, **options))


def test_padding_of_max_pooling_never_wins():
    """Outside there is minus infinity, not zero: a negative picture stays negative."""
    assert layers.max_pool2d(np.full((1, 1, 2, 2), -3), 3, stride=1, padding=1).max() == -3


def test_relu_and_its_dtype():
    assert layers.relu([[-1, 2]]).tolist() == [[0, 2]]
    assert layers.relu(np.float32([-1, 2])).dtype == np.float32
    assert np.isnan(layers.relu([np.nan, 1])[0])


def test_output_size_by_hand():
    assert layers.output_size(7, 3) == 5
    assert layers.output_size(8, 3, stride=2) == layers.output_size(7, 3, stride=2) == 3
    assert layers.output_size(5, 3, padding=1) == 5
    assert layers.output_size(9, 3, dilation=4) == 1
    assert layers.output_size(1, 4, padding=2) == 2


@given(st.lists(st.tuples(*[st.integers(1, 4)] * 3), max_size=4))
@settings(deadline=None)
def test_receptive_field_is_what_a_gradient_reaches(stack):
    """Each stack, applied to a line exactly as long as its receptive field, gives one pixel."""
    field = layers.receptive_field(stack)
    n = field
    for k, stride, dilation in stack:
        n = layers.output_size(n, k, stride=stride, dilation=dilation)
    assert n == 1


def test_receptive_field_by_hand():
    assert layers.receptive_field([]) == 1
    assert layers.receptive_field([(3, 1)] * 3) == 7
    assert layers.receptive_field([(3, 2), (3, 2), (3, 1)]) == 1 + 2 + 4 + 8
    assert layers.receptive_field([[2, 2, 1], (3, 1, 2)]) == 1 + 1 + 8


def test_inputs_are_never_modified_and_integers_become_float64():
    x, weight = np.arange(32).reshape(1, 2, 4, 4), np.arange(8).reshape(1, 2, 2, 2)
    before = x.copy(), weight.copy()
    y = layers.conv2d(x, weight, [1], padding=1)
    layers.conv2d_backward(np.ones_like(y), x, weight, padding=1)
    layers.max_pool2d(x, 2, padding=1), layers.avg_pool2d(x, 2), layers.relu(x)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(weight, before[1])


def test_read_only_and_strided_inputs_are_welcome():
    x, weight = draw(11, (2, 3, 8, 9), (4, 3, 3, 3))
    x.flags.writeable = False
    flipped, contiguous = x[:, ::-1, ::2, ::-1], x[:, ::-1, ::2, ::-1].copy()
    np.testing.assert_array_equal(layers.conv2d(flipped, weight), layers.conv2d(contiguous, weight))


def every_result(grad, x, weight, **options):
    """Return what each public function of layers makes of one set of arrays."""
    transposed = {k: v for k, v in options.items() if k != "groups"}
    return [
        layers.conv2d(x, weight, **options),
        *layers.conv2d_backward(grad, x, weight, **options),
        layers.conv_transpose2d(grad, weight, **options),
        layers.im2col(x, 2, **transposed),
        layers.max_pool2d(x, 2, padding=1),
        layers.avg_pool2d(x, 2, padding=1),
    ]


LAYOUTS = {
    "read-only": lambda a: np.lib.stride_tricks.as_strided(a, writeable=False),
    "Fortran": np.asfortranarray,
    "channels last": lambda a: np.ascontiguousarray(a.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2),
    "backwards": lambda a: np.ascontiguousarray(a[::-1, ::-1, ::-1, ::-1])[::-1, ::-1, ::-1, ::-1],
    "every second": lambda a: np.repeat(a, 2, axis=3)[..., ::2],
    "other bytes": lambda a: a.astype(a.dtype.newbyteorder()),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("x_shape", "w_shape", "options"), CASES[3:9])
def test_order_in_memory_changes_nothing_and_nothing_is_changed(
    x_shape, w_shape, options, dtype, layout
):
    x, weight = draw(12, x_shape, w_shape, dtype=dtype)
    (grad,) = draw(13, layers.conv2d(x, weight, **options).shape, dtype=dtype)
    moved = [LAYOUTS[layout](a) for a in (grad, x, weight)]
    expected, ours = every_result(grad, x, weight, **options), every_result(*moved, **options)
    for a, b in zip(expected, ours, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype == dtype
        assert b.flags.writeable
        assert not any(np.shares_memory(b, array) for array in moved)
    for array, original in zip(moved, (grad, x, weight), strict=True):
        np.testing.assert_array_equal(array, original)


def test_a_kernel_repeated_by_broadcasting_is_welcome():
    x, kernel = draw(14, (2, 3, 6, 5), (1, 1, 3, 2))
    repeated = np.broadcast_to(kernel, (3, 1, 3, 2))
    (grad,) = draw(15, (2, 3, 4, 4))
    for ours, expected in zip(
        every_result(np.broadcast_to(grad[:1], grad.shape), x, repeated, groups=3),
        every_result(np.repeat(grad[:1], 2, 0), x, repeated.copy(), groups=3),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize(("cache", "fewest"), [(1, 1), (1, 5), (900, 1), (5000, 1)])
@pytest.mark.parametrize(("x_shape", "w_shape", "options"), CASES)
def test_the_size_of_blocks_does_not_show(x_shape, w_shape, options, cache, fewest, monkeypatch):
    x, weight = draw(16, x_shape, w_shape)
    (grad,) = draw(17, layers.conv2d(x, weight, **options).shape)
    expected = every_result(grad, x, weight, **options)[:5]
    monkeypatch.setattr(windows, "BLOCK_BYTES", cache)
    monkeypatch.setattr(windows, "FEWEST_PIXELS", fewest)
    for a, b in zip(expected, every_result(grad, x, weight, **options), strict=False):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("padding", [0, 3])
def test_memory_does_not_grow_with_the_kernel(padding):
    """Beyond the answers: padded copies of the pictures, and two blocks of windows at most."""
    x, weight = draw(18, (2, 3, 200, 210), (2, 3, 7, 7), dtype=np.float32)
    y = layers.conv2d(x, weight, padding=padding)
    answers = y.nbytes + x.nbytes + weight.nbytes
    tracemalloc.start()
    layers.conv2d(x, weight, padding=padding)
    layers.conv2d_backward(y, x, weight, padding=padding)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    unrolled = x.nbytes * 49
    assert peak < answers + 2.5 * x.nbytes + 2.1 * windows.BLOCK_BYTES < unrolled


def test_steps_larger_than_the_picture_are_harmless():
    """A stride or a dilation without effect may be as large as it likes."""
    (x,) = draw(22, (1, 1, 3, 4))
    for huge in (5, 10**9, 10**18):
        first = layers.conv2d(x, np.ones((1, 1, 2, 2)), stride=huge)
        np.testing.assert_allclose(first, x[:, :, :2, :2].sum(keepdims=True))
        same = layers.conv2d(x, np.ones((1, 1, 1, 1)), dilation=huge)
        np.testing.assert_array_equal(same, x)
        back = layers.conv2d_backward(first, x, np.ones((1, 1, 2, 2)), stride=huge)
        assert np.count_nonzero(back.x) == 4
        assert layers.max_pool2d(x, 1, stride=huge).shape == (1, 1, 1, 1)


def test_nan_stays_in_the_windows_that_see_it():
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 0, 0] = np.nan
    y = layers.conv2d(x, np.ones((1, 1, 2, 2)))
    assert np.isnan(y[0, 0, 0, 0])
    assert np.isnan(y).sum() == 1


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("x_shape", "w_shape", "options"), CASES[2:8])
def test_nan_and_infinity_reach_what_sees_them_and_nothing_else(x_shape, w_shape, options, wrong):
    """As in PyTorch: the same outputs and gradients are touched, however the work is cut up."""
    x, weight = draw(19, x_shape, w_shape)
    x[0, 0, 3, 2] = weight[-1, 0, 0, 0] = wrong
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, weight)]
    y = F.conv2d(*tensors, **options)
    np.testing.assert_array_equal(np.isfinite(layers.conv2d(x, weight, **options)), y.isfinite())
    (grad,) = draw(20, tuple(y.shape))
    grad[0, 0, 0, 0] = wrong
    y.backward(torch.tensor(grad))
    ours = layers.conv2d_backward(grad, x, weight, **options)
    for gradient, tensor in zip(ours, tensors, strict=False):
        np.testing.assert_array_equal(np.isfinite(gradient), tensor.grad.isfinite())
    assert np.isfinite(ours.bias).sum() == len(weight) - 1


def test_nan_wins_in_a_pool():
    (x,) = draw(21, (1, 1, 6, 6))
    x[0, 0, 1, 1] = np.nan
    for size in (2, 3, 6):
        for pool, theirs in [(layers.max_pool2d, F.max_pool2d), (layers.avg_pool2d, F.avg_pool2d)]:
            expected = theirs(torch.tensor(x), size)
            np.testing.assert_allclose(pool(x, size), expected, rtol=1e-12)


X, W = np.ones((1, 4, 5, 6)), np.ones((2, 4, 3, 3))


@pytest.mark.parametrize(
    ("x", "weight", "options", "error", "message"),
    [
        (X[0], W, {}, ValueError, r"`x` must have 4 dim.*\(4, 5, 6\)"),
        (X, W[0], {}, ValueError, r"`weight` must have 4 dim.*\(4, 3, 3\)"),
        (X[:0], W, {}, ValueError, r"`x` must not be empty.*\(0, 4, 5, 6\)"),
        (X, W[:, :, :0], {}, ValueError, r"`weight` must not be empty"),
        (X + 0j, W, {}, TypeError, r"`x` must hold real numbers.*complex128"),
        ("cat", W, {}, TypeError, r"`x` must hold real numbers.*<U3"),
        (X, W.astype(object), {}, TypeError, r"`weight` must hold real numbers.*object"),
        (X, W[:, :3], {}, ValueError, r"`weight` must have 4 input channels.*\(2, 3, 3, 3\)"),
        (X, W, {"groups": 2}, ValueError, r"`weight` must have 2 input channels per.*2 groups"),
        (X, W, {"groups": 3}, ValueError, r"`groups` must divide the 4 channels of `x`; got 3"),
        (X, W[:, :1], {"groups": 4}, ValueError, r"`groups` must divide the 2 kernels.*got 4"),
        (X, W, {"groups": 0}, ValueError, r"`groups` must be a positive integer; got 0"),
        (X, W, {"groups": 1.0}, TypeError, r"`groups` must be a positive integer; got 1\.0"),
        (X, W, {"stride": 0}, ValueError, r"`stride` must be a positive integer; got 0"),
        (X, W, {"stride": (1, -2)}, ValueError, r"`stride` must be a positive.*got -2"),
        (X, W, {"stride": (1, 2, 3)}, ValueError, r"`stride` must be one integer or a pair"),
        (X, W, {"stride": True}, TypeError, r"`stride` must be a positive integer; got True"),
        (X, W, {"dilation": 0}, ValueError, r"`dilation` must be a positive integer; got 0"),
        (X, W, {"padding": -1}, ValueError, r"`padding` must be an integer .* not neg.*got -1"),
        (X, W, {"padding": 10**9}, ValueError, r"`padding` must add at most 16777216 zeros here"),
        (X, W, {"padding": 10**9, "stride": 10**9}, ValueError, r"`padding` must add .*got \(10"),
        (X, W, {"padding": 10**9, "dilation": 10**9}, ValueError, r"`padding` must add at most"),
        (X, W, {"padding": (0, 10**12)}, ValueError, r"got \(0, 1000000000000\), which asks for"),
        (X, W, {"dilation": 10**9}, ValueError, r"`weight` must fit.*spans 2000000001"),
        (X, W, {"groups": 10**9}, ValueError, r"`groups` must divide the 4 channels"),
        (None, W, {}, TypeError, r"`x` must hold real numbers"),
        (X, {"w": 1}, {}, TypeError, r"`weight` must hold real numbers"),
        (X, W, {"bias": "ab"}, TypeError, r"`bias` must hold real numbers"),
        (X, W, {"padding": None}, TypeError, r"`padding` must be an integer.*got None"),
        (X, W, {"padding": np.nan}, TypeError, r"`padding` must be an integer.*got nan"),
        (X, W, {"padding": "same"}, TypeError, r"`padding` must be an integer.*got 'same'"),
        (X, W, {"padding": 0.5}, TypeError, r"`padding` must be an integer.*got 0\.5"),
        (X, np.ones((2, 4, 6, 3)), {}, ValueError, r"`weight` must fit.* 5 long.*spans 6"),
        (X, W, {"dilation": (1, 3)}, ValueError, r"`weight` must fit.*spans 7 .*dilation 3"),
        (X, W, {"bias": [1, 2, 3]}, ValueError, r"`bias` must have shape \(2,\).*\(3,\)"),
        (X, W, {"bias": np.ones((2, 1))}, ValueError, r"`bias` must have shape .*\(2, 1\)"),
    ],
)
def test_bad_input_of_conv2d_is_named(x, weight, options, error, message):
    with pytest.raises(error, match=message):
        layers.conv2d(x, weight, **options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: layers.conv2d_backward(X, X, W),
            ValueError,
            r"`grad_output` must .*\(1, 2, 3, 4\)",
        ),
        (lambda: layers.conv2d_backward(X[0], X, W), ValueError, r"`grad_output` must have 4"),
        (lambda: layers.conv_transpose2d(X, W), ValueError, r"`weight` must have 4 kernels"),
        (
            lambda: layers.conv_transpose2d(X, np.ones((4, 1, 3, 3)), output_padding=1),
            ValueError,
            r"`output_padding` must be smaller.*\(1, 1\); got 1",
        ),
        (
            lambda: layers.conv_transpose2d(X, np.ones((4, 1, 1, 1)), padding=3),
            ValueError,
            r"`padding` must leave some of the 5 pixels; got 3",
        ),
        (
            lambda: layers.conv_transpose2d(X, np.ones((4, 1, 1, 1)), groups=3),
            ValueError,
            r"`groups` must divide the 4 channels of `x`; got 3",
        ),
        (
            lambda: layers.conv_transpose2d(X, np.ones((4, 1, 3, 3)), stride=10**9),
            ValueError,
            r"`stride` and `dilation` must add at most 16777216 zeros here; got \(\(1000000000, ",
        ),
        (
            lambda: layers.conv_transpose2d(
                X, np.ones((4, 1, 3, 3)), dilation=10**5, padding=10**5 - 1
            ),
            ValueError,
            r"`stride` and `dilation` must add at most",
        ),
        (
            lambda: layers.max_pool2d(X, 10**9, padding=5 * 10**8),
            ValueError,
            r"`padding` must add at most 16777216 zeros",
        ),
        (lambda: layers.im2col(X, 7), ValueError, r"`kernel_size` must fit"),
        (lambda: layers.im2col(X, (1, 0)), ValueError, r"`kernel_size` must be a positive"),
        (lambda: layers.max_pool2d(X, 6), ValueError, r"`kernel_size` must fit"),
        (lambda: layers.max_pool2d(X, 2, padding=2), ValueError, r"`padding` must be at most half"),
        (lambda: layers.avg_pool2d(X, 3, padding=2), ValueError, r"`padding` .* \(3\); got 2"),
        (lambda: layers.avg_pool2d(X[0], 2), ValueError, r"`x` must have 4"),
        (lambda: layers.relu("cat"), TypeError, r"`x` must hold real numbers"),
        (lambda: layers.output_size(2, 3), ValueError, r"`k` must fit .* 2 long.*spans 3"),
        (lambda: layers.output_size(0, 3), ValueError, r"`n` must be a positive integer; got 0"),
        (lambda: layers.output_size(5, 2.5), TypeError, r"`k` must be a positive integer; got 2"),
        (lambda: layers.output_size(5, 3, stride=0), ValueError, r"`stride` must be a pos"),
        (lambda: layers.output_size(5, 3, padding=-1), ValueError, r"`padding` must be an int"),
        (lambda: layers.receptive_field([3, 1]), ValueError, r"`layers` must hold .*got 3"),
        (lambda: layers.receptive_field([(3,)]), ValueError, r"`layers` must hold .*got \(3,\)"),
        (lambda: layers.receptive_field([(3, 0)]), ValueError, r"`layers` must be a positive"),
    ],
)
def test_bad_input_elsewhere_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_infinity_times_zero_is_nan_without_a_warning():
    x = np.full((1, 1, 2, 2), [[np.inf, -np.inf], [1, 1]])
    weight = np.zeros((1, 1, 2, 2))
    assert np.isnan(layers.conv2d(x, weight)).all()
    assert np.isnan(layers.conv_transpose2d(x, weight)).any()
    assert np.isnan(layers.conv2d_backward(x[:, :, :1, :1], x, weight).x).all()
    assert np.isnan(layers.avg_pool2d(x, 2)).all()


@pytest.mark.parametrize("wrong", [None, 3, [iter((3, 1))]])
def test_receptive_field_names_what_holds_no_layers(wrong):
    with pytest.raises((TypeError, ValueError), match=r"`layers` must hold .*; got"):
        layers.receptive_field(wrong)


@pytest.mark.parametrize("wrong", [b"ab", {1, 2}, {1: 1, 2: 2}])
def test_what_has_no_order_or_is_text_is_no_pair(wrong):
    with pytest.raises(TypeError, match="`stride` must be a positive integer"):
        layers.conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 1, 1)), stride=wrong)
