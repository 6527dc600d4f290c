"""The shapes and options that PyTorch tries its own layers on, tried on ours.

Translated from the sample inputs, the wrong inputs and the module tests of `conv2d`,
`conv_transpose2d`, `max_pool2d` and `avg_pool2d` in PyTorch's test suite. Where convlib differs on
purpose, the test says so and shows how to write the same here.
"""

from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from each import each

from convlib import layers

# x (N, C, H, W), weight (F, C / groups, kh, kw), with a bias?, options
CONV = [
    ((1, 3, 4, 4), (3, 3, 3, 3), True, {"stride": (2, 2), "padding": 2}),
    ((2, 4, 8, 8), (2, 2, 3, 3), True,
     {"stride": (3, 2), "padding": (2, 1), "groups": 2, "dilation": (4, 4)}),
    ((1, 4, 5, 5), (1, 4, 2, 3), True, {"stride": 2, "padding": 1, "dilation": (2, 3)}),
    ((1, 2, 4, 3), (4, 2, 3, 4), False, {"stride": 2, "padding": 1}),
    ((1, 4, 5, 5), (3, 4, 3, 3), False, {}),
    ((2, 4, 6, 6), (4, 1, 3, 3), True, {"groups": 4}),
    ((2, 4, 6, 6), (8, 1, 3, 3), True, {"groups": 4}),
    ((2, 4, 6, 6), (8, 1, 3, 3), False, {"groups": 4}),
    ((2, 4, 6, 6), (4, 1, 3, 3), True, {"groups": 4, "stride": (2, 2)}),
    ((2, 4, 6, 6), (4, 1, 3, 3), True, {"groups": 4, "stride": (3, 2)}),
    ((2, 4, 6, 6), (4, 1, 3, 3), True, {"groups": 4, "padding": (1, 1)}),
    ((2, 4, 5, 5), (4, 1, 2, 2), True, {"groups": 4, "dilation": (2, 2)}),
    ((2, 4, 6, 5), (6, 2, 3, 2), True, {"groups": 2}),
    ((2, 3, 7, 5), (4, 3, 3, 2), True, {}),
    ((2, 3, 6, 6), (4, 3, 3, 3), True, {"stride": (2, 2)}),
    ((2, 3, 6, 6), (4, 3, 3, 3), True, {"stride": (2, 2), "padding": (1, 1)}),
    ((2, 3, 8, 8), (2, 3, 3, 3), True, {"stride": (2, 2), "padding": (1, 1), "dilation": (2, 2)}),
    ((2, 3, 6, 5), (4, 3, 3, 2), False, {}),
]  # fmt: skip

# PyTorch pads these by name; total padding d (k - 1), of an odd total one more at the end
NAMED = [
    ((1, 4, 5, 5), (1, 4, 2, 3), "valid", {"stride": 2}),
    ((1, 4, 5, 5), (1, 4, 2, 3), "same", {"dilation": 3}),
    ((2, 2, 6, 5), (4, 2, 3, 4), "valid", {}),
    ((2, 2, 6, 5), (4, 2, 3, 4), "same", {}),
    ((2, 2, 6, 5), (4, 2, 3, 4), "same", {"dilation": 2}),
    ((2, 4, 3, 4), (5, 4, 3, 3), "same", {}),
]

# x (N, C, H, W), weight (C, F / groups, kh, kw), with a bias?, options
TRANSPOSED = [
    ((1, 3, 4, 4), (3, 3, 3, 3), True, {"stride": (2, 2), "padding": 2, "output_padding": (1, 1)}),
    ((2, 2, 4, 4), (2, 2, 4, 5), True,
     {"stride": (3, 2), "padding": (1, 2), "output_padding": (2, 3), "groups": 2,
      "dilation": (4, 4)}),
    ((1, 1, 4, 5), (1, 1, 4, 3), True,
     {"stride": 2, "padding": 1, "output_padding": 1, "dilation": (2, 3)}),
    ((1, 1, 4, 3), (1, 2, 3, 4), False, {"stride": 2, "padding": 1, "output_padding": 1}),
    ((2, 4, 4, 4), (4, 1, 3, 3), False, {"groups": 4}),
    ((1, 2, 5, 5), (2, 4, 3, 3), False, {}),
    ((1, 3, 7, 6), (3, 4, 3, 3), True, {"stride": (3, 2), "padding": 1, "output_padding": (1, 1)}),
    ((1, 3, 6, 7), (3, 4, 3, 3), False,
     {"stride": (2, 3), "padding": 1, "output_padding": (1, 1), "dilation": (2, 2)}),
    ((1, 3, 6, 7), (3, 4, 3, 3), False, {"stride": (2, 3), "padding": 1, "output_padding": (1, 1)}),
    ((1, 2, 4, 5), (2, 2, 2, 3), True, {"groups": 2}),
]  # fmt: skip

MAX = [
    ((n, 2, rows, columns), kernel, {"stride": stride, "padding": padding, "dilation": dilation})
    for n, rows, columns, kernel, stride, padding, dilation in product(
        (1, 2), (3, 6), (6,), (3, (3, 2)), (2, None, (2, 1)), (0, 1, (1, 1)), (1, (1, 2))
    )
]


def random_arrays(*shapes):
    rng = np.random.default_rng(20)
    return [rng.uniform(-9, 9, shape) for shape in shapes]


def assert_same(ours, theirs):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-12, atol=1e-11)


def gradients(function, arrays, options):
    """Return PyTorch's answer, a gradient at it, and the gradients at the arrays."""
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    y = function(*tensors, **options)
    (grad,) = random_arrays(tuple(y.shape))
    y.backward(torch.tensor(grad))
    return y, grad, [tensor.grad for tensor in tensors]


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "biased", "options"),
    CONV[:4] + [pytest.param(*case, marks=pytest.mark.slow) for case in CONV[4:]],
)
def test_conv2d_and_gradients(x_shape, w_shape, biased, options):
    arrays = random_arrays(x_shape, w_shape, *[w_shape[:1]] * biased)
    y, grad, expected = gradients(F.conv2d, arrays, options)
    assert_same(layers.conv2d(*arrays, **options), y)
    ours = layers.conv2d_backward(grad, *arrays[:2], **options)
    for gradient, theirs in zip(ours, expected, strict=False):  # without a bias only two
        assert_same(gradient, theirs)


@pytest.mark.parametrize(("x_shape", "w_shape", "biased", "options"), TRANSPOSED)
def test_conv_transpose2d(x_shape, w_shape, biased, options):
    bias_shape = (w_shape[1] * options.get("groups", 1),)
    arrays = random_arrays(x_shape, w_shape, *[bias_shape] * biased)
    expected = F.conv_transpose2d(*map(torch.tensor, arrays), **options)
    assert_same(layers.conv_transpose2d(*arrays, **options), expected)


@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")  # PyTorch's, about speed
@pytest.mark.parametrize(("x_shape", "w_shape", "padding", "options"), NAMED)
def test_padding_is_a_number_here_and_never_a_name(x_shape, w_shape, padding, options):
    """For "valid" write 0; for "same" half of ``dilation * (k - 1)``, or `numpy.pad` if odd."""
    x, weight = random_arrays(x_shape, w_shape)
    with pytest.raises(TypeError, match=f"`padding` must be an integer.*; got '{padding}'"):
        layers.conv2d(x, weight, padding=padding, **options)
    total = [options.get("dilation", 1) * (k - 1) * (padding == "same") for k in w_shape[2:]]
    around = [(0, 0), (0, 0), *((t // 2, t - t // 2) for t in total)]
    expected = F.conv2d(torch.tensor(x), torch.tensor(weight), padding=padding, **options)
    assert_same(layers.conv2d(np.pad(x, around), weight, **options), expected)
    if not any(t % 2 for t in total):
        half = [t // 2 for t in total]
        assert_same(layers.conv2d(x, weight, padding=half, **options), expected)


@pytest.mark.parametrize(("x_shape", "w_shape", "biased", "options"), CONV)
def test_one_picture_needs_its_axis(x_shape, w_shape, biased, options):
    """PyTorch also takes (C, H, W). Here a layer takes a batch: write ``x[None]``."""
    x, weight, bias = random_arrays(x_shape[1:], w_shape, w_shape[:1])
    with pytest.raises(ValueError, match="`x` must have 4 dimension"):
        layers.conv2d(x, weight, bias, **options)
    expected = F.conv2d(*map(torch.tensor, (x, weight, bias)), **options)
    assert_same(layers.conv2d(x[None], weight, bias, **options)[0], expected)


def test_an_empty_batch_is_refused():
    """PyTorch answers with an empty batch. Here empty arrays are mistakes, as everywhere."""
    x, weight = np.zeros((0, 3, 7, 5)), np.ones((4, 3, 3, 2))
    assert F.conv2d(torch.tensor(x), torch.tensor(weight)).shape == (0, 4, 5, 4)
    with pytest.raises(ValueError, match=r"`x` must not be empty; got shape \(0, 3, 7, 5\)"):
        layers.conv2d(x, weight)


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "options", "error", "message"),
    [
        ((1, 1, 4, 4), (1, 2, 2, 3), {"stride": (-1,)}, ValueError, "`stride` must be one integer"),
        ((1, 1, 4, 4), (1, 1, 2, 3), {"stride": -1}, ValueError, "`stride` must be a positive"),
        ((1, 1, 4, 3), (1, 1, 2, 2), {"padding": -1}, ValueError, "`padding` must be an integer"),
        ((1, 1, 4, 2), (1, 1, 2, 5), {"dilation": -1}, ValueError, "`dilation` must be a positive"),
        ((1, 1, 4, 3), (1, 2, 2), {}, ValueError, "`weight` must have 4 dimension"),
        ((2, 2, 4, 3), (2, 2, 1, 3), {"groups": 3}, ValueError, "`groups` must divide the 2"),
        ((2, 2, 4, 5), (2, 2, 1, 4), {"groups": -1}, ValueError, "`groups` must be a positive"),
        ((2, 2, 4, 3), (2, 2, 4, 3), {"groups": 0}, ValueError, "`groups` must be a positive"),
        ((1, 1, 4, 4), (1, 1, 3, 2), {"bias": np.ones(2)}, ValueError, "`bias` must have shape"),
        ((1, 2, 4, 4), (3, 2, 3, 3), {"bias": np.ones(3) + 0j}, TypeError, "`bias` must hold real"),
    ],
)
def test_what_pytorch_refuses_is_refused_here(x_shape, w_shape, options, error, message):
    x, weight = random_arrays(x_shape, w_shape)
    with pytest.raises(error, match=message):
        layers.conv2d(x, weight, **options)


def test_different_types_of_numbers_meet_in_the_wider_one():
    """PyTorch refuses integers with floats, and single with double. NumPy's rule holds here."""
    x, weight = random_arrays((1, 2, 4, 4), (3, 2, 3, 3))
    single = layers.conv2d(x.astype(np.float32), weight, np.float32([1, 2, 3]))
    assert single.dtype == np.float64
    whole = np.round(x).astype(np.int64)
    expected = F.conv2d(torch.tensor(np.round(x)), torch.tensor(weight))
    assert_same(layers.conv2d(whole, weight), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each("channels_last", [False, True])
@each(("shape", "kernel", "options"), MAX)
def test_max_pool2d(shape, kernel, options, channels_last, dtype):
    (x,) = random_arrays(shape)
    x = x.astype(dtype)
    if channels_last:  # another order in memory, the same array
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    try:
        expected = F.max_pool2d(torch.tensor(x), kernel, **options)
    except RuntimeError:  # both refuse a window larger than the padded picture
        with pytest.raises(ValueError, match="`kernel_size` must fit"):
            layers.max_pool2d(x, kernel, **options)
    else:
        np.testing.assert_array_equal(layers.max_pool2d(x, kernel, **options), expected.numpy())


@pytest.mark.parametrize(
    ("shape", "kernel", "options"),
    [
        ((1, 3, 9, 9), 3, {"stride": 1, "padding": 1}),
        ((1, 3, 9, 9), (4, 4), {"stride": (2, 3), "padding": 1}),
        ((1, 3, 9, 9), (6, 6), {"stride": (3, 3), "padding": (2, 3)}),
        ((1, 1, 4, 4), (2, 2), {}),
        ((1, 2, 6, 6), (4, 4), {"stride": (2, 2), "padding": 2}),
        ((1, 3, 9, 9), (3, 3), {}),
    ],
)
def test_avg_pool2d(shape, kernel, options):
    """Rounding sizes up, other divisors and leaving out the padding are not offered here."""
    (x,) = random_arrays(shape)
    assert_same(
        layers.avg_pool2d(x, kernel, **options), F.avg_pool2d(torch.tensor(x), kernel, **options)
    )
    for extra in ("ceil_mode", "count_include_pad", "divisor_override"):
        with pytest.raises(TypeError, match=extra):
            layers.avg_pool2d(x, kernel, **{extra: 1})


@pytest.mark.parametrize("pool", [layers.max_pool2d, layers.avg_pool2d])
@pytest.mark.parametrize(
    ("shape", "kernel", "options", "message"),
    [
        ((1, 1, 9, 10), 2, {"stride": 9, "padding": -1}, "`padding` must be an integer"),
        ((1, 1, 9, 10), (3, 2), {"stride": 9, "padding": -1}, "`padding` must be an integer"),
        ((1, 1, 9, 10), 2, {"stride": 9, "padding": 4}, "`padding` must be at most half"),
        ((1, 1, 9, 10), (3, 2), {"stride": 9, "padding": 4}, "`padding` must be at most half"),
        ((2, 1, 10, 0), 1, {}, "`x` must not be empty"),
        ((1, 4, 4), 2, {}, "`x` must have 4 dimension"),
        ((1, 1, 1, 4), 2, {}, "`kernel_size` must fit"),
    ],
)
def test_what_pooling_refuses(pool, shape, kernel, options, message):
    with pytest.raises(ValueError, match=message):
        pool(np.ones(shape), kernel, **options)
