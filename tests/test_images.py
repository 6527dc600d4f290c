"""Filtering pictures: the worked example, colours, borders, 8-bit traps."""

import numpy as np
import pytest
import scipy.ndimage
import skimage.color
from each import each
from numpy.testing import assert_allclose, assert_array_equal
from oracles import NDIMAGE, agree, case

from convlib import filter_image, to_grey, to_uint8
from convlib.discrete import BOUNDARIES, METHODS
from convlib.kernels import KERNELS, factors

DTYPES = [np.bool_, np.uint8, np.int16, np.float32, np.float64]


def test_the_worked_example():
    """Corner 7, 6, 4 with the border repeated: the nine products sum to 9."""
    picture = np.array([[7, 6, 5], [6, 4, 4], [5, 4, 3]])
    around = np.array([[7, 7, 6], [7, 7, 6], [6, 6, 4]])
    products = around * KERNELS["sharpen"]
    assert products.sum() == 9
    assert filter_image(picture, KERNELS["sharpen"])[0, 0] == 9


def test_filtering_is_true_convolution():
    """The asymmetric kernel must be flipped; ndimage.convolve flips too."""
    x = np.random.default_rng(0).normal(size=(9, 14))
    for name in ("emboss", "edge_enhance", "sobel_x"):
        expected = scipy.ndimage.convolve(x, KERNELS[name], mode="nearest")
        assert_allclose(filter_image(x, KERNELS[name]), expected, atol=1e-14)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_each_channel_by_itself(channels):
    x = np.random.default_rng(1).normal(size=(6, 8, channels))
    y = filter_image(x, KERNELS["emboss"], boundary="wrap")
    for c in range(channels):
        alone = filter_image(x[..., c], KERNELS["emboss"], boundary="wrap")
        assert_allclose(y[..., c], alone, atol=1e-14)


@pytest.mark.parametrize("method", METHODS)
@each("boundary", BOUNDARIES)
@each("dtype", DTYPES)
def test_every_type_boundary_and_method_equals_ndimage(dtype, boundary, method):
    x = np.random.default_rng(3).integers(0, 200, (9, 14, 3)).astype(dtype)[:, ::-1]
    x.flags.writeable = False
    before = x.tobytes()
    for h in (np.ones((3, 3)), np.outer([1, 2, 1, 0], [1.0, -1.0]), KERNELS["emboss"]):
        if method == "separable" and factors(h) is None:
            continue
        y = filter_image(x, h, boundary=boundary, method=method)
        assert y.dtype == (np.float32 if dtype == np.float32 else np.float64)
        origin = [-1 if m % 2 == 0 else 0 for m in h.shape]
        for c in range(3):
            plane = x[..., c].astype(np.float64)
            expected = scipy.ndimage.convolve(plane, h, mode=NDIMAGE[boundary], origin=origin)
            agree(y[..., c], expected, plane, h, method)
    assert x.tobytes() == before


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 1), (2, 2, 1), (1, 1, 4)], ids=str)
def test_tiny_pictures_and_large_kernels(shape):
    x, h = case([shape, (6, 9)])
    y = filter_image(x, h)
    planes = x.reshape(*shape[:2], -1)
    for c in range(planes.shape[2]):
        wide = np.pad(planes[..., c], [(20, 20), (20, 20)], mode="edge")
        expected = scipy.ndimage.convolve(wide, h, origin=(-1, 0))[20:-20, 20:-20]
        agree(y.reshape(planes.shape)[..., c], expected, planes, h, axes=(0, 1))


def test_the_kernel_takes_the_precision_of_the_picture():
    assert filter_image(np.ones((3, 3), np.float32), [[1 / 3]]).dtype == np.float32
    with pytest.raises(
        ValueError, match="`kernel` must fit into float32.*got values up to 1e\\+300"
    ):
        filter_image(np.ones((3, 3), np.float32), [[1e300]])
    with pytest.raises(ValueError, match="`kernel` must be an outer product"):
        filter_image(np.ones((3, 3)), KERNELS["sharpen"], method="separable")


def test_integers_do_not_wrap_round_and_nothing_is_clipped():
    step = np.array([[200, 10, 10]] * 3, dtype=np.uint8)
    y = filter_image(step, KERNELS["edge_enhance"])
    assert y.dtype == np.float64
    assert_array_equal(y[1], [190, 0, 0])
    assert filter_image(step[:, ::-1], KERNELS["edge_enhance"])[1].min() == -190


def test_a_float32_picture_stays_float32():
    assert filter_image(np.ones((4, 4), np.float32), KERNELS["sharpen"]).dtype == np.float32


def test_to_grey_weights_and_shapes():
    assert_allclose(to_grey(np.ones((2, 3, 3))), np.ones((2, 3)))
    assert to_grey(np.ones((2, 3, 1))).shape == (2, 3)
    x = np.random.default_rng(2).random((2, 3, 4))
    assert_allclose(to_grey(x), to_grey(x[..., :3]))
    assert to_grey(np.array([[[0.0, 1.0, 0.0]]])) > to_grey(np.array([[[1.0, 0.0, 0.0]]]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_to_grey_equals_scikit_image_up_to_its_weights(dtype):
    """scikit-image rounds one weight otherwise: 0.2125 red, 0.7154 green, 0.0721 blue."""
    x = np.random.default_rng(2).integers(0, 2, (5, 4, 3)).astype(dtype)
    y = to_grey(x[::-1, ::2])
    assert y.dtype == (np.float32 if dtype == np.float32 else np.float64)
    expected = skimage.color.rgb2gray(x[::-1, ::2].astype(np.float64))
    assert_allclose(y, expected, rtol=0, atol=3e-4)


def test_opposite_infinities_have_no_brightness():
    assert np.isnan(to_grey([[[np.inf, -np.inf, 0.0]]])).all()


def test_to_uint8_rounds_and_clips():
    levels = np.arange(256, dtype=np.uint8)
    assert_array_equal(to_uint8(levels / 255), levels)
    assert_array_equal(to_uint8([-1.0, 2.0, np.inf]), [0, 255, 255])


@pytest.mark.parametrize(
    ("image", "kernel", "error", "message"),
    [
        (np.ones((4, 4, 2)), [[1]], ValueError, "`image` must have 1, 3 or 4 channels.*got 2"),
        (np.ones((4, 4, 5)), [[1]], ValueError, "`image` must have 1, 3 or 4 channels.*got 5"),
        (np.ones(4), [[1]], ValueError, r"`image` must be \(H, W\) or"),
        (np.ones((4, 4)), [1], ValueError, r"`kernel` must have 2 dimension.*\(1,\)"),
        (np.ones((4, 4)), [["a"]], TypeError, "`kernel` must hold real numbers"),
        (np.ones((4, 4)) * 1j, [[1]], TypeError, "`image` must hold real numbers"),
        (np.ones((0, 4)), [[1]], ValueError, "`image` must not be empty"),
    ],
)
def test_bad_input_is_named(image, kernel, error, message):
    with pytest.raises(error, match=message):
        filter_image(image, kernel)


def test_nan_has_no_grey_level():
    with pytest.raises(ValueError, match="NaN"):
        to_uint8([np.nan])
