"""What the chapters on layers and on speed say in prose, on small asymmetric cases."""

import numpy as np
import pytest
from scipy.fft import next_fast_len

import convlib
from convlib import engine, layers
from convlib.engine.direct import banded_matrix
from convlib.kernels import KERNELS


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def test_two_layers_without_relu_are_one_with_the_convolved_kernel(rng):
    """(x corr a) corr b = x corr (a * b), also for kernels that are neither square nor odd."""
    x, a, b = (rng.normal(size=(1, 1, *size)) for size in [(9, 8), (2, 3), (3, 4)])
    both = convlib.convolve(a[0, 0], b[0, 0])[None, None]
    assert both.shape == (1, 1, 4, 6)
    twice = layers.conv2d(layers.conv2d(x, a), b)
    np.testing.assert_allclose(twice, layers.conv2d(x, both), atol=1e-12)


def test_an_editor_and_a_layer_correlate_and_filter_image_convolves(rng):
    """One group per channel is the editor, with the kernel as it stands; ours wants it flipped."""
    picture, kernel = rng.normal(size=(7, 6, 3)), rng.normal(size=(3, 5))
    edited = np.zeros((5, 2, 3))
    for row, column, channel in np.ndindex(edited.shape):  # what GIMP's manual describes
        seen = picture[row : row + 3, column : column + 5, channel]
        edited[row, column, channel] = (seen * kernel).sum()
    weight = np.broadcast_to(kernel, (3, 1, 3, 5))
    layer = layers.conv2d(picture.transpose(2, 0, 1)[None], weight, groups=3)[0]
    np.testing.assert_allclose(layer.transpose(1, 2, 0), edited, atol=1e-12)
    correlated = convlib.correlate(picture, kernel[..., None], mode="valid")
    np.testing.assert_allclose(correlated, edited, atol=1e-12)
    flipped = convlib.filter_image(picture, np.flip(kernel))[1:-1, 2:-2]
    np.testing.assert_allclose(flipped, edited, atol=1e-12)
    assert not np.allclose(convlib.filter_image(picture, kernel)[1:-1, 2:-2], edited)


def test_a_rough_map_changes_as_much_without_a_stride_as_with_one(rng):
    """In place, a shift measures the roughness; after moving back, it measures the stride."""
    x = rng.normal(size=(1, 1, 30, 801))
    for width, low, high in [(3, 0.9, 1.5), (14, 0.0, 0.15)]:
        weight = np.hanning(width).reshape(1, 1, 1, -1)  # of 3 weights, two are zero
        a, b = (layers.conv2d(x[..., i : i + 800], weight) for i in (0, 1))
        np.testing.assert_allclose(a[..., 1:], b[..., :-1], atol=1e-12)  # equivariant
        without = np.linalg.norm(a - b) / np.linalg.norm(b)
        a, b = a[..., ::2], b[..., ::2]
        np.testing.assert_allclose(np.linalg.norm(a - b) / np.linalg.norm(b), without, rtol=0.05)
        halfway = (a[..., 1:] + a[..., :-1]) / 2
        left = np.linalg.norm(halfway - b[..., :-1]) / np.linalg.norm(b[..., :-1])
        assert low < left < high


def test_the_colour_edge_answers_positive_where_red_gains_to_the_right():
    weight = np.zeros((1, 3, 3, 3))
    weight[0, 0], weight[0, 2] = np.flip(KERNELS["sobel_x"]), -np.flip(KERNELS["sobel_x"])
    x = np.zeros((1, 3, 3, 4))
    x[0, 0, :, 2:], x[0, 2, :, :2] = 1, 1  # blue on the left, red on the right
    assert (layers.conv2d(x, weight) > 0).all()
    x[0] = [[0, 0, 1, 1]]  # an edge that is merely bright
    assert not layers.conv2d(x, weight).any()


def test_on_eight_pixels_kernel_three_with_stride_two_never_sees_the_last():
    x = np.zeros((1, 1, 1, 8))
    grad = np.ones((1, 1, 1, 3))
    gradient = layers.conv2d_backward(grad, x, np.ones((1, 1, 1, 3)), stride=2).x
    assert (gradient.ravel() > 0).tolist() == [True] * 7 + [False]


def test_shift_by_the_stride_is_passed_on_and_shift_by_one_is_not(rng):
    x, weight = rng.normal(size=(1, 1, 5, 12)), rng.normal(size=(2, 1, 2, 3))
    at = [layers.conv2d(x[..., i : i + 9], weight, stride=2) for i in range(3)]
    np.testing.assert_allclose(at[0][..., 1:], at[2][..., :-1], atol=1e-12)
    assert not np.allclose(at[0], at[1])
    assert not np.allclose(at[0][..., 1:], at[1][..., :-1])


def test_zero_padding_marks_corners_borders_and_inside():
    blank, mean = np.ones((1, 1, 6, 7)), np.full((1, 1, 3, 3), 1 / 9)
    once = layers.conv2d(blank, mean, padding=1)[0, 0]
    np.testing.assert_allclose([once[0, 0], once[0, 3], once[3, 3]], [4 / 9, 6 / 9, 1])


def test_kernel_four_with_stride_two_stamps_evenly_and_kernel_three_does_not():
    ones = np.ones((1, 1, 5, 6))
    even = layers.conv_transpose2d(ones, np.ones((1, 1, 4, 4)), stride=2)[0, 0, 2:-2, 2:-2]
    uneven = layers.conv_transpose2d(ones, np.ones((1, 1, 3, 3)), stride=2)[0, 0, 2:-2, 2:-2]
    assert np.unique(even).tolist() == [4]
    assert np.unique(uneven).tolist() == [1, 2, 4]


def test_strides_and_dilations_1_2_4_give_the_same_receptive_field():
    assert layers.receptive_field([(3, 2)] * 3) == 15
    assert layers.receptive_field([(3, 1, 1), (3, 1, 2), (3, 1, 4)]) == 15


@pytest.mark.parametrize("kernel_shape", [(3, 3), (4, 3), (2, 5), (1, 1)])
@pytest.mark.parametrize("rows", [1, 3, 4, 100])
def test_chunks_with_a_halo_equal_the_whole(rng, kernel_shape, rows):
    """A chunk needs kh - 1 more rows than it gives; then nothing shows where it was cut."""
    picture, kernel = rng.normal(size=(11, 8)), rng.normal(size=kernel_shape)
    whole = convlib.convolve(picture, kernel, mode="valid", method="direct")
    halo = kernel_shape[0] - 1
    parts = [
        convlib.convolve(picture[top : top + rows + halo], kernel, mode="valid", method="direct")
        for top in range(0, len(whole), rows)
    ]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=1e-13)


def test_halos_of_two_filters_add_up(rng):
    picture = rng.normal(size=(12, 7))
    a, b = rng.normal(size=(3, 2)), rng.normal(size=(4, 2))

    def both(rows):
        once = convlib.convolve(rows, a, mode="valid", method="direct")
        return convlib.convolve(once, b, mode="valid", method="direct")

    whole, halo = both(picture), (3 - 1) + (4 - 1)
    parts = [both(picture[top : top + 2 + halo]) for top in range(0, len(whole), 2)]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=1e-13)


@pytest.mark.parametrize("method", ["direct", "separable", "fft", "overlap_add", "auto"])
def test_every_method_gives_the_same_answer(rng, method):
    picture = rng.normal(size=(31, 26))
    kernel = np.outer(rng.normal(size=4), rng.normal(size=7))
    expected = convlib.convolve(picture, kernel, method="direct")
    np.testing.assert_allclose(
        convlib.convolve(picture, kernel, method=method), expected, atol=1e-10
    )


@pytest.mark.parametrize(
    ("size", "kernel"), [((9, 6), (4, 3)), ((7, 11), (2, 5)), ((5, 5), (5, 1))]
)
def test_for_valid_a_transform_need_only_be_as_long_as_the_picture(rng, size, kernel):
    """What wraps round falls on the rows and columns before those of mode "valid"."""
    x, h = rng.normal(size=size), rng.normal(size=kernel)
    circular = np.fft.irfft2(np.fft.rfft2(x) * np.fft.rfft2(h, size), size)
    first = [m - 1 for m in kernel]
    valid = convlib.convolve(x, h, mode="valid", method="direct")
    np.testing.assert_allclose(circular[first[0] :, first[1] :], valid, atol=1e-12)
    same_place = convlib.convolve(x, h, method="direct")[: size[0], : size[1]]
    assert not np.allclose(circular, same_place)  # before it, something has wrapped


def planned(rng, shape, kernel):
    """Plan mode "valid", as the chapter on speed does, and estimate it in one thread."""
    h = rng.normal(size=kernel)
    valid = [(m - 1, n) for m, n in zip(kernel, shape, strict=True)]
    plan = engine.plan(h, shape, axes=(0, 1), ends=valid)
    return plan, engine.estimate(plan.shape, kernel)


@pytest.mark.parametrize(("processors", "milliseconds"), [(2, 8), (16, 1)])
def test_threads_share_the_tiles_where_they_repay_their_start(
    rng, monkeypatch, processors, milliseconds
):
    """From so many milliseconds of estimated work on; a tile holds a megabyte at most."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(processors), raising=False)
    for shape, kernel in ((2000, 1500), (31, 29)), ((150, 131), (3, 5)), ((500, 400), (7, 7)):
        plan, estimate = planned(rng, shape, kernel)
        seconds = estimate[plan.method.name]
        assert (plan.threads > 1) == (seconds >= milliseconds / 1000)
        assert plan.threads <= max(1, min(processors, seconds / 0.5e-3))
        assert np.prod(plan.tile) * 8 <= 2**20


@pytest.mark.parametrize(("k", "block"), [(3, 8), (7, 8), (5, 2)])
def test_bands_take_k_plus_b_minus_1_products_for_each_sum_and_column(rng, k, block):
    """Zeros included; only k of them are with weights."""
    weights = rng.normal(size=k)
    matrix = banded_matrix(weights, block)
    assert matrix.size / block == k + block - 1
    assert np.count_nonzero(matrix) / block == k
    x = rng.normal(size=k + block - 1)
    np.testing.assert_allclose(matrix @ x, np.convolve(x, weights, "valid"), atol=1e-12)


def test_a_prime_is_an_unlucky_length():
    assert next_fast_len(1021, real=True) == 1024


def test_two_layers_with_stride_two_leave_one_of_eight_that_sees_seven():
    assert layers.output_size(layers.output_size(8, 3), 3) == 4
    assert layers.output_size(layers.output_size(8, 3, stride=2), 3, stride=2) == 1
    assert layers.receptive_field([(3, 1)] * 2) == 5
    assert layers.receptive_field([(3, 2)] * 2) == 7
