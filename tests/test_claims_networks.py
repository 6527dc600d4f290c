"""Statements in the prose of the chapters on learning, as tests."""

import numpy as np
import pytest
import torch

import convlib
from convlib import data, networks
from convlib.kernels import KERNELS


def _windows(picture, size=3):
    views = np.lib.stride_tricks.sliding_window_view(picture, (size, size))
    return views.reshape(-1, size * size)


def _loss(x, w, y):
    return np.mean((convlib.correlate(x, w, mode="valid") - y) ** 2) / 2


@pytest.mark.parametrize(
    ("picture", "kernel"), [((5, 8), (2, 3)), ((6, 4), (3, 2)), ((7, 5), (4, 1))]
)
def test_going_forward_correlates_and_going_backward_convolves(picture, kernel):
    """Checked along a random direction, with even and non-square kernels."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=picture), rng.normal(size=kernel)
    y = rng.normal(size=convlib.correlate(x, w, mode="valid").shape)
    error = (convlib.correlate(x, w, mode="valid") - y) / y.size
    along_w, along_x = rng.normal(size=kernel), rng.normal(size=picture)
    slope_w = (_loss(x, w + 1e-5 * along_w, y) - _loss(x, w - 1e-5 * along_w, y)) / 2e-5
    slope_x = (_loss(x + 1e-5 * along_x, w, y) - _loss(x - 1e-5 * along_x, w, y)) / 2e-5
    grad_w = convlib.correlate(x, error, mode="valid")
    grad_x = convlib.convolve(error, w, mode="full")
    assert np.sum(grad_w * along_w) == pytest.approx(slope_w, rel=1e-6)
    assert np.sum(grad_x * along_x) == pytest.approx(slope_x, rel=1e-6)
    wrong = convlib.correlate(error, w, mode="full")
    assert np.sum(wrong * along_x) != pytest.approx(slope_x, rel=1e-3)


def test_four_samples_and_two_taps_written_out_by_hand():
    """The sums of the chapter, term by term, with the flip where it says so."""
    x, w, y = np.array([2.0, -1, 3, 7]), np.array([5.0, -2]), np.array([1.0, 4, -6])
    e0, e1, e2 = error = convlib.correlate(x, w, mode="valid") - y
    slopes = [e0 * x[0] + e1 * x[1] + e2 * x[2], e0 * x[1] + e1 * x[2] + e2 * x[3]]
    np.testing.assert_allclose(convlib.correlate(x, error, mode="valid"), slopes)
    back = [e0 * w[0], e0 * w[1] + e1 * w[0], e1 * w[1] + e2 * w[0], e2 * w[1]]
    np.testing.assert_allclose(convlib.convolve(error, w, mode="full"), back)
    for i, nudge in enumerate(1e-6 * np.eye(4)):
        slope = (_loss(x + nudge, w, y) - _loss(x - nudge, w, y)) / 2e-6
        assert back[i] / 3 == pytest.approx(slope, rel=1e-6)
    for i, nudge in enumerate(1e-6 * np.eye(2)):
        slope = (_loss(x, w + nudge, y) - _loss(x, w - nudge, y)) / 2e-6
        assert slopes[i] / 3 == pytest.approx(slope, rel=1e-6)


def test_a_photograph_speaks_loudest_about_the_sum_and_softest_about_a_checkerboard():
    picture = data.cat(grey=True)[60:180, 120:280]
    strengths, directions = np.linalg.svd(_windows(picture), full_matrices=False)[1:]
    np.testing.assert_allclose(abs(directions[0]), 1 / 3, atol=0.01)
    assert np.unique(np.sign(directions[0])).size == 1
    steps = np.sign(directions[-1].reshape(3, 3))
    assert (steps[1:] == -steps[:-1]).all() and (steps[:, 1:] == -steps[:, :-1]).all()
    noise = np.linalg.svd(_windows(np.random.default_rng(2).random((40, 60))), compute_uv=False)
    assert noise[0] / noise[1] > 4 and noise[1] / noise[-1] < 1.2


def test_how_much_a_picture_can_tell_about_nine_values():
    rng = np.random.default_rng(1)
    a, b = rng.random((20, 1)), rng.random((1, 31))
    ranks = {
        "constant": (np.ones((20, 31)), 1),
        "vertical stripes": (np.ones((20, 1)) * b, 3),
        "horizontal stripes": (a * np.ones((1, 31)), 3),
        "sum of stripes": (a + b, 5),
        "product of stripes": (a * b, 9),
        "noise": (rng.random((20, 31)), 9),
    }
    for name, (picture, rank) in ranks.items():
        assert np.linalg.matrix_rank(_windows(picture)) == rank, name


def test_stripes_reveal_the_sum_of_each_column_and_descent_shares_it_equally():
    """Descent from zeros ends at the smallest kernel that explains the stripes."""
    secret = KERNELS["emboss"]
    picture = np.tile(np.random.default_rng(2).random(25), (9, 1))
    y = convlib.correlate(picture, secret, mode="valid")
    w = np.zeros((3, 3))
    for _ in range(2000):
        error = (convlib.correlate(picture, w, mode="valid") - y) / y.size
        w -= 0.3 * convlib.correlate(picture, error, mode="valid")
    assert _loss(picture, w, y) < 1e-9
    np.testing.assert_allclose(w, np.tile(secret.sum(axis=0) / 3, (3, 1)), atol=1e-3)
    assert np.abs(w - secret).max() > 1


def test_a_linear_filter_answers_a_grey_cross_with_half_the_score():
    cross = (np.eye(5) + np.fliplr(np.eye(5)) > 0) * 1.0
    weight = np.where(cross > 0, 1.0, -1.0)
    full, half = (convlib.correlate(ink * cross, weight, mode="valid")[0, 0] for ink in (1, 0.5))
    assert full == 9 and half == 4.5
    assert max(full - 8, 0) == 1 and max(half - 8, 0) == 0


def test_every_other_five_by_five_drawing_scores_at_most_eight():
    cross = np.eye(5) + np.fliplr(np.eye(5)) > 0
    weight = np.where(cross, 1, -1)
    flips = 1 - 2 * np.eye(25, dtype=int)
    for flip in flips:  # change any one of the 25 pixels: the score falls by one
        drawing = np.where(flip.reshape(5, 5) < 0, ~cross, cross)
        assert np.sum(weight * drawing) == 8


def test_a_dense_network_can_undo_shuffled_pixels():
    """Put the columns of its first matrix into the same order, and nothing has changed."""
    shuffle = networks.Shuffle()
    plain, other = networks.logistic_regression(), networks.logistic_regression()
    with torch.no_grad():
        other[1].weight[:] = plain[1].weight[:, shuffle.order]
        other[1].bias[:] = plain[1].bias
        x = torch.rand(4, 1, 28, 28)
        torch.testing.assert_close(other(shuffle(x)), plain(x))


def test_a_thousand_digits_leave_a_third_of_a_point():
    assert networks.sampling_error(0.988, 1000) == pytest.approx(0.0034, abs=1e-4)


def test_the_larger_network_is_130_times_larger():
    large = networks.parameter_count(networks.large_cnn())
    tiny = networks.parameter_count(networks.tiny_cnn())
    dense = networks.parameter_count(networks.dense_network())
    assert 130 < large / tiny < 135
    assert 1 < dense / tiny < 1.1
