"""Filtering pictures: the worked example, colours, borders, 8-bit traps."""

import numpy as np
import pytest
import scipy.ndimage
from numpy.testing import assert_allclose, assert_array_equal

from convlib import filter_image, to_grey, to_uint8
from convlib.kernels import KERNELS


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
