"""Hand-made kernels: sums, symmetry, signs and ranks that the chapters rely on."""

import warnings

import numpy as np
import pytest
import scipy.ndimage
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from convlib import convolve, filter_image
from convlib.kernels import (
    KERNELS,
    binomial,
    box,
    difference_of_gaussians,
    factors,
    gabor,
    gaussian,
    laplacian_of_gaussian,
)

RAMP_RIGHT = np.tile(np.arange(7.0), (5, 1))
RAMP_DOWN = RAMP_RIGHT.T


def test_the_photo_editor_matrices_are_the_classic_ones():
    assert KERNELS["edge_enhance"].tolist() == [[0, 0, 0], [-1, 1, 0], [0, 0, 0]]
    assert KERNELS["edge_detect"].tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    assert KERNELS["sharpen"].tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert KERNELS["emboss"].tolist() == [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    assert_allclose(9 * KERNELS["blur"], np.ones((3, 3)))


def test_the_classics_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        KERNELS["blur"][0, 0] = 1
    with pytest.raises(TypeError):
        KERNELS["blur"] = np.ones((3, 3))


def test_sobel_is_positive_where_the_picture_gets_brighter_right_or_down():
    assert filter_image(RAMP_RIGHT, KERNELS["sobel_x"])[2, 3] == 8
    assert filter_image(RAMP_DOWN, KERNELS["sobel_y"])[3, 2] == 8
    assert filter_image(RAMP_DOWN, KERNELS["sobel_x"])[3, 2] == 0


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("identity", 1),
        ("blur", 1),
        ("gaussian", 1),
        ("sharpen", 1),
        ("emboss", 1),
        ("edge_enhance", 0),
        ("edge_detect", 0),
        ("sobel_x", 0),
        ("sobel_y", 0),
    ],
)
def test_kernel_sum_is_the_answer_to_a_flat_area(name, total):
    assert KERNELS[name].sum() == pytest.approx(total)
    assert_allclose(filter_image(np.full((4, 5), 0.3), KERNELS[name]), 0.3 * total, atol=1e-15)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
def test_gaussian_equals_ndimage(sigma):
    x = np.random.default_rng(0).normal(size=(40, 31))
    expected = scipy.ndimage.gaussian_filter(x, sigma, mode="nearest")
    if int(4 * sigma + 0.5) >= 1:
        assert_allclose(filter_image(x, gaussian(sigma)), expected, atol=1e-12)


def test_variances_of_gaussians_add():
    wide = convolve(gaussian(1.5, truncate=6), gaussian(2.0, truncate=6))
    radius = len(wide) // 2
    offsets = np.arange(-radius, radius + 1)
    assert offsets**2 @ wide.sum(axis=0) == pytest.approx(1.5**2 + 2.0**2, rel=1e-4)


def test_binomial_is_repeated_averaging_of_neighbours():
    pair = np.full((2, 2), 0.25)
    assert_allclose(binomial(4), convolve(convolve(pair, pair), pair))
    assert_allclose(16 * binomial(3), [[1, 2, 1], [2, 4, 2], [1, 2, 1]])


def test_box_sums_to_one():
    assert box(4).shape == (4, 4)
    assert box(4).sum() == 1


@pytest.mark.parametrize("make", [laplacian_of_gaussian, difference_of_gaussians])
def test_blob_kernels_sum_to_zero_with_a_negative_centre(make):
    kernel = make(1.7)
    centre = len(kernel) // 2
    assert kernel.sum() == pytest.approx(0, abs=1e-12)
    assert kernel[centre, centre] < 0 < kernel[centre, centre + 4]


def test_laplacian_of_gaussian_measures_curvature():
    """On x² the Laplacian is 2 everywhere, after any blur."""
    columns = np.tile(np.arange(60.0) ** 2, (60, 1))
    assert filter_image(columns, laplacian_of_gaussian(1.5, truncate=6))[30, 30] == pytest.approx(
        2, rel=1e-6
    )


def test_gabor_answers_to_its_own_stripes_only():
    wave = np.tile(np.cos(2 * np.pi * np.arange(60) / 6), (60, 1))  # travels along a row
    own = np.abs(filter_image(wave, gabor(3, 0.0, 6))[30]).max()
    crossed = np.abs(filter_image(wave, gabor(3, np.pi / 2, 6))[30]).max()
    assert own > 20 * crossed
    assert gabor(3, 0.4, 6).sum() == pytest.approx(0, abs=1e-12)
    assert np.abs(gabor(3, 0.4, 6)).sum() == pytest.approx(1)


def test_gabor_turns_from_rightwards_to_downwards():
    assert_allclose(gabor(2, np.pi / 2, 5, phase=0.3), gabor(2, 0.0, 5, phase=0.3).T, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "rank_one"),
    [
        ("blur", True),
        ("gaussian", True),
        ("sobel_x", True),
        ("sobel_y", True),
        ("identity", True),
        ("edge_enhance", True),
        ("sharpen", False),
        ("edge_detect", False),
        ("emboss", False),
    ],
)
def test_which_classics_are_separable(name, rank_one):
    found = factors(KERNELS[name])
    assert (found is not None) == rank_one == (np.linalg.matrix_rank(KERNELS[name]) == 1)
    if found:
        assert_allclose(np.outer(*found), KERNELS[name], atol=1e-15)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.integers(0, 1000),
    st.sampled_from([np.float32, np.float64]),
)
def test_factors_multiply_back(shape, seed, dtype):
    rng = np.random.default_rng(seed)
    kernel = np.ones(())
    for n in shape:
        kernel = np.multiply.outer(kernel, rng.normal(size=n))
    found = factors(kernel.astype(dtype))
    again = np.ones(())
    for factor in found:
        again = np.multiply.outer(again, factor)
    tolerance = 50 * np.finfo(dtype).eps * np.abs(kernel).max()
    assert_allclose(again, kernel, rtol=0, atol=tolerance)


def test_factors_of_zeros_and_of_nan():
    assert all((part == 0).all() for part in factors(np.zeros((2, 3)))[:1])
    assert_allclose(np.outer(*factors(np.zeros((2, 3)))), 0)
    assert factors([[np.nan, 1], [1, 1]]) is None


def test_factors_are_nobody_elses():
    kernel = np.arange(1.0, 5)
    factors(kernel)[0][0] = 99
    assert kernel[0] == 1
    assert all(part.flags.writeable for part in factors(KERNELS["blur"]))


def test_factors_near_the_limit_of_a_type_warn_of_nothing():
    most = np.finfo(float).max
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert factors([[most, most], [most, -most]]) is None
        column, row = factors([[most, most / 2], [-most, -most / 2]])
    assert_allclose(np.outer(column, row), [[most, most / 2], [-most, -most / 2]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: box(0), ValueError, "`size` must be a positive integer; got 0"),
        (lambda: box(2.5), TypeError, "`size` must be a positive integer; got 2.5"),
        (lambda: box(True), TypeError, "`size` must be a positive integer; got True"),
        (lambda: binomial(-1), ValueError, "`size` must be a positive integer"),
        (lambda: box(4097), ValueError, "`size` must be at most 4096; got 4097"),
        (lambda: binomial(10**30), ValueError, "`size` must be at most 4096"),
        (lambda: gaussian(512), ValueError, "`sigma`.*must give at most 4096 rows; got a bell 512"),
        (
            lambda: laplacian_of_gaussian(0.1),
            ValueError,
            "`sigma` and `truncate` must show.*got 0.1 and 4",
        ),
        (lambda: difference_of_gaussians(1e-3), ValueError, "`sigma` and `ratio` must make bells"),
        (lambda: gabor(2, 0, 2, phase=np.pi / 2), ValueError, "`wavelength`.*must leave a wave"),
        (lambda: gabor(2, 0, 1), ValueError, "`wavelength` and `phase` must leave.*got 2, 1 and 0"),
        (lambda: gabor(2, 0, 5, aspect=1e-9), ValueError, "`aspect` must give at most 4096 rows"),
        (lambda: gaussian(0), ValueError, "`sigma` must be above zero; got 0"),
        (lambda: gaussian(float("nan")), ValueError, "`sigma` must be finite"),
        (lambda: gaussian(10**400), ValueError, "`sigma` must fit into a float"),
        (lambda: gaussian("wide"), TypeError, "`sigma` must be a real number; got 'wide'"),
        (lambda: gaussian(1, truncate=-1), ValueError, "`truncate` must be above zero"),
        (lambda: laplacian_of_gaussian(-1), ValueError, "`sigma` must be above zero"),
        (lambda: difference_of_gaussians(1, 0.5), ValueError, "`ratio` must be above 1; got 0.5"),
        (lambda: gabor(1, 0, 0), ValueError, "`wavelength` must be above zero"),
        (lambda: gabor(1, np.inf, 2), ValueError, "`theta` must be finite"),
        (lambda: factors("abc"), TypeError, "`kernel` must hold real numbers"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("sigma", [5e-324, 1e-200, 1e-154, 1e-9, 0.02])
def test_a_vanishing_bell_is_the_identity(sigma):
    assert gaussian(sigma).tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("sigma", [0.15, 0.2, 0.4, 1.0, 3.7])
@pytest.mark.parametrize("make", [laplacian_of_gaussian, difference_of_gaussians])
def test_narrow_blob_kernels_keep_their_shape(make, sigma):
    """Negative in the middle, nothing negative beside it that rounding could have made."""
    kernel = make(sigma)
    centre = len(kernel) // 2
    assert kernel.sum() == pytest.approx(0, abs=1e-13)
    assert kernel[centre, centre] == kernel.min() < 0 < kernel.max()


@pytest.mark.parametrize("sigma", [0.4, 1.0, 2.3])
def test_laplacian_of_gaussian_equals_ndimage(sigma):
    """ndimage differentiates the bell twice, axis by axis, and takes off no sum."""
    impulse = np.zeros((41, 41))
    impulse[20, 20] = 1
    expected = scipy.ndimage.gaussian_laplace(impulse, sigma, truncate=6)
    kernel = laplacian_of_gaussian(sigma, truncate=6)
    margin = (41 - len(kernel)) // 2
    inside = expected[margin : 41 - margin, margin : 41 - margin]
    assert_allclose(kernel, inside - inside.sum() * gaussian(sigma, truncate=6), atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_box_and_binomial_equal_scipy(size):
    x = np.random.default_rng(1).normal(size=(12, 13))
    averaged = scipy.ndimage.uniform_filter(x, size, mode="nearest")
    assert_allclose(filter_image(x, box(size)), averaged, atol=1e-13)
    row = scipy.special.comb(size - 1, np.arange(size)) / 2.0 ** (size - 1)
    assert_allclose(binomial(size), np.outer(row, row), rtol=1e-13)


@pytest.mark.parametrize("noise", [0, 1e-3])
@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int16, np.float32, np.float64])
def test_factors_of_every_type_agree_with_the_rank(dtype, noise):
    kernel = np.outer([1, 2, 3], [3, 0, 1]).astype(dtype)
    kernel = kernel + np.eye(3) * noise if noise else np.asfortranarray(kernel)[::-1]
    rank = np.linalg.matrix_rank(kernel.astype(np.float64))
    found = factors(kernel)
    assert (found is not None) == (rank == 1)
    if found:
        assert {part.dtype.name for part in found} <= {"float32", "float64"}
        assert_allclose(np.outer(*found), kernel, rtol=1e-6)


@pytest.mark.parametrize("sigma", [np.int8(4), np.uint8(16), np.float16(20)])
@pytest.mark.parametrize("family", [gaussian, laplacian_of_gaussian, difference_of_gaussians])
def test_small_numpy_numbers_do_not_overflow(family, sigma):
    assert_allclose(family(sigma), family(float(sigma)), atol=1e-15)
