"""Statements in the prose of the chapters on learning, as tests."""

import re
from pathlib import Path

import jupytext
import numpy as np
import pytest
import torch
from scipy.stats import binomtest
from torch.nn import functional

import convlib
from convlib import data, layers, networks
from convlib.kernels import KERNELS, gaussian

ROOT = Path(__file__).resolve().parents[1]


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


def cells(name):
    """Return the code cells of a chapter, in order."""
    notebook = jupytext.read(ROOT / "chapters" / f"{name}.md")
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def defined_in(name, *functions):
    """Run those cells of a chapter that define these functions; return what they define."""
    found = {"np": np, "torch": torch, "functional": functional}
    for source in cells(name):
        if any(f"def {function}(" in source for function in functions):
            exec(source, found)
    return [found[function] for function in functions]


# Two layers


@pytest.mark.parametrize(("picture", "kernel"), [((7, 8), (2, 3)), ((6, 9), (3, 2))])
def test_the_way_back_through_pooling_and_relu(picture, kernel):
    """The winner has all of the gradient, the losers nothing, and ReLU blocks what it blocked."""
    rng = np.random.default_rng(4)
    x, w, b = rng.normal(size=picture), rng.normal(size=kernel), -0.3
    answers = convlib.correlate(x, w, mode="valid") + b
    positive = layers.relu(answers)
    pooled = layers.max_pool2d(positive[None, None], 2)[0, 0]
    v = rng.normal(size=pooled.shape)
    spread = np.kron(v * (np.sum(v * pooled) - 5), np.ones((2, 2)))
    rows, columns = spread.shape
    wide = np.zeros_like(answers)  # an odd last row or column is not pooled
    wide[:rows, :columns] = spread * (positive[:rows, :columns] == np.kron(pooled, np.ones((2, 2))))
    back = np.where(answers > 0, wide, 0)
    assert 0 < np.count_nonzero(back) <= pooled.size
    tw, tb = (torch.tensor(value, requires_grad=True) for value in (w, np.array(b)))
    maps = functional.conv2d(torch.tensor(x)[None, None], tw[None, None], tb[None]).relu()
    score = (torch.tensor(v) * functional.max_pool2d(maps, 2)[0, 0]).sum()
    ((score - 5) ** 2 / 2).backward()
    gradients = layers.conv2d_backward(back[None, None], x[None, None], w[None, None])
    np.testing.assert_allclose(gradients.weight[0, 0], tw.grad, atol=1e-12)
    np.testing.assert_allclose(gradients.bias[0], tb.grad, atol=1e-12)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel)
    won = sum(back[tuple(place)] * windows[tuple(place)] for place in np.argwhere(back))
    np.testing.assert_allclose(won, tw.grad, atol=1e-12)


def test_momentum_and_adam_of_the_chapter_are_those_of_pytorch():
    walk, plain, momentum, adam = defined_in("two-layers", "walk", "plain", "momentum", "adam")
    optimisers = {
        plain: lambda p: torch.optim.SGD(p, lr=0.03),
        momentum: lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.8),
        adam: lambda p: torch.optim.Adam(p, lr=0.03, betas=(0.9, 0.99), eps=0),
    }
    for rule, make in optimisers.items():
        place = torch.tensor([-4.0, 1.0], dtype=torch.float64, requires_grad=True)
        optimiser, path = make([place]), []
        for _ in range(30):
            path.append(place.detach().numpy().copy())
            optimiser.zero_grad()
            (place**2 * torch.tensor([1, 25])).sum().div(2).backward()
            optimiser.step()
        np.testing.assert_allclose(walk(rule, 0.03, steps=30), path, rtol=1e-9, atol=1e-12)


def test_decoupled_decay_shrinks_weights_alike_whatever_their_gradients():
    _, shrink = defined_in("two-layers", "adam", "shrink")
    ends = {decoupled: [path[-1] for path in shrink(decoupled).values()] for decoupled in (0, 1)}
    assert abs(ends[1][0] - ends[1][1]) < 0.1 < ends[0][0] - ends[0][1]


def test_the_slope_of_a_score_is_probability_given_minus_deserved():
    scores = torch.tensor([[0.3, -2.0, 1.1, 0.4]], dtype=torch.float64, requires_grad=True)
    functional.cross_entropy(scores, torch.tensor([2])).backward()
    expected = torch.softmax(scores.detach(), dim=1) - torch.tensor([[0.0, 0, 1, 0]])
    torch.testing.assert_close(scores.grad, expected)


def test_the_loop_keeps_equal_kernels_equal_and_zeros_zero():
    (epoch,) = defined_in("two-layers", "epoch")
    x = torch.rand(64, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    y = torch.arange(64) % 10
    torch.manual_seed(0)
    equal, zeros = networks.one_layer_cnn(3, size=5), networks.one_layer_cnn(3, size=5)
    with torch.no_grad():
        equal.first.weight[:], equal.first.bias[:] = equal.first.weight[0], equal.first.bias[0]
        shares = equal.scores.weight.view(10, 3, -1)
        shares[:] = shares[:, :1].clone()
        for numbers in zeros.parameters():
            numbers.zero_()
    before = networks.first_kernels(equal)
    for model in (equal, zeros):
        epoch(model, x, y)
    after = networks.first_kernels(equal)
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after, np.broadcast_to(after[0], after.shape), atol=1e-6)
    assert not networks.first_kernels(zeros).any() and not zeros.scores.weight.any()


# What the kernels learned


def test_smoothing_alone_makes_noise_like_a_gabor_kernel_but_gives_it_no_direction():
    """Why the chapter measures coherence: likeness is satisfied by any smooth noise."""
    rng, family = np.random.default_rng(0), networks.gabor_family()
    blur = gaussian(2.0)
    noise = [convlib.convolve(rng.normal(size=(23, 23)), blur, mode="valid") for _ in range(200)]
    noise = np.array(noise)[:, :7, :7]
    noise -= noise.mean(axis=(1, 2), keepdims=True)
    assert networks.likeness(noise, family).mean() > 0.75  # as much as learned kernels have
    strokes = networks.hand_made_kernels()[4:]
    matched = networks.matched_noise(strokes, seed=0, draws=50).reshape(-1, 7, 7)
    assert networks.coherence(strokes).min() > 0.7 > 2 * networks.coherence(matched).mean()


def test_a_moved_digit_is_carried_faithfully_by_the_layers_if_it_moves_by_a_multiple_of_four():
    """The last matrix, laid one place further, gives the same scores; after a shift by two not."""
    torch.manual_seed(0)
    model = networks.tiny_cnn().eval()
    images = data.practice_digits().test_images[:20]

    def scores(shift, place):
        canvas = np.pad(images, ((0, 0), (shift, 8 - shift), (shift, 8 - shift)))
        with torch.no_grad():
            maps = model[:-2](torch.tensor(canvas)[:, None])
            return model.scores(maps[:, :, place : place + 2, place : place + 2].flatten(1))

    with torch.no_grad():
        torch.testing.assert_close(scores(0, 0), model(torch.tensor(images)[:, None]))
    for place in (1, 2):
        torch.testing.assert_close(scores(4 * place, place), scores(0, 0), atol=1e-5, rtol=0)
        assert not torch.allclose(scores(4 * place, 0), scores(0, 0), atol=1e-3)
        assert not torch.allclose(scores(2, place - 1), scores(0, 0), atol=1e-3)


def test_a_shift_cuts_off_ink_so_that_a_control_is_needed():
    images = data.practice_digits().test_images
    kept = images[:, :23, :23].sum() / images.sum()  # what a shift by five leaves
    assert 0.03 < 1 - kept < 0.1


# How they are judged


def test_the_paired_difference_of_two_networks_is_that_of_mcnemar():
    """For one pair: the digits on which they disagree decide, as in the toss of a coin."""
    first = np.repeat([True, True, False, False], [930, 40, 15, 15])
    second = np.repeat([True, False, True, False], [930, 40, 15, 15])
    gap = networks.paired_difference([first, first], [second, second])  # seeds that do not differ
    assert gap.mean == pytest.approx(0.025)
    assert gap.mean / gap.error == pytest.approx((40 - 15) / np.sqrt(40 + 15), rel=0.01)
    assert binomtest(40, 55).pvalue < 0.01  # told apart
    unpaired = np.hypot(*(networks.sampling_error(a.mean(), 1000) for a in (first, second)))
    assert gap.mean < 3 * unpaired < 1.5 * 3 * gap.error * 2


BEHIND = {
    # what a control refuted: a sentence that said it, and where it stood
    "relatives of the Gabor kernels": "equally smooth noise is as like them",
    "relatives of those made by hand": "the same",
    "they only judge": "choices had been made by the test digits",
    "Size is not the point": "at equal time, or at equal numbers: say which",
    "nothing can be told apart with": "the same digits: paired differences count",
    "shift by two pixels does little harm": "several times the errors",
    "do at least as well": "cannot be told apart",
    "aliasing: the map changes by": "a rough map changes as much without a stride",
    "it learns the kernels that people used to write": "only if examples ask for them",
}


@pytest.mark.parametrize("sentence", BEHIND)
def test_no_page_says_what_a_control_refuted(sentence):
    pages = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
    said = [p.stem for p in pages if sentence in re.sub(r"[\s*]+", " ", p.read_text("utf-8"))]
    assert said == [], BEHIND[sentence]


def test_test_digits_are_looked_at_once_and_decide_nothing():
    """One page opens them, behind all choices, and no assertion on that page follows from them."""
    for page in sorted((ROOT / "chapters").glob("*.md")):
        text = page.read_text("utf-8")
        cell_of = "\n".join(cells(page.stem)) if "{code-cell}" in text else ""
        opened = re.findall(r"data\.digits\(|split_digits|[Dd]rawDigit\(model\)", cell_of)
        assert len(opened) == (page.stem == "comparing-networks"), page.stem
    sources = cells("comparing-networks")
    first = next(i for i, source in enumerate(sources) if "data.digits()" in source)
    assert not any("compare(" in source or "assert" in source for source in sources[first:])
