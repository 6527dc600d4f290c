"""The tiny CNN, its training, and the comparisons: small cases with margins."""

import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from convlib import networks
from convlib.data import Digits, digits
from convlib.layers import conv2d
from convlib.networks import _progress


@pytest.fixture(scope="module")
def data():
    return digits()


def _small(data, n=64):
    return data.train_images[:n], data.train_labels[:n]


# The networks


def test_the_network_has_the_counted_parameters():
    by_hand = (
        8 * 49  # first kernels
        + 2 * 8  # batch normalisation: a scale and a shift per channel
        + 16 * 8 * 9
        + 2 * 16
        + 20 * 16 * 9
        + 2 * 20
        + 20 * 20 * 9
        + 2 * 20
        + 10 * 80
        + 10
    )
    assert networks.parameter_count(networks.tiny_cnn()) == by_hand == 8962


def test_frozen_kernels_are_not_counted_as_trained():
    assert (
        networks.parameter_count(networks.tiny_cnn(frozen=True), trained_only=True) == 8962 - 8 * 49
    )


@pytest.mark.parametrize(
    "network",
    [
        networks.tiny_cnn,
        lambda: networks.tiny_cnn(1, size=3),
        lambda: networks.tiny_cnn(16, size=9),
        lambda: networks.one_layer_cnn(2, size=5),
        networks.dense_network,
        networks.logistic_regression,
        networks.large_cnn,
        networks.shuffled,
    ],
)
def test_every_network_maps_pictures_to_ten_scores(network):
    with torch.no_grad():
        assert network().eval()(torch.rand(3, 1, 28, 28)).shape == (3, 10)


def test_given_first_kernels_are_used_as_they_are():
    kernels = np.random.default_rng(0).normal(size=(8, 7, 7))
    model = networks.tiny_cnn(first=kernels)
    np.testing.assert_allclose(networks.first_kernels(model), kernels, rtol=1e-6)


def test_shuffling_is_fixed_and_loses_nothing():
    image = torch.arange(784.0).reshape(1, 1, 28, 28)
    one, two = networks.Shuffle()(image), networks.Shuffle()(image)
    assert torch.equal(one, two) and not torch.equal(one, image)
    assert torch.equal(one.flatten().sort().values, image.flatten())


# Training


def test_the_loss_at_the_start_is_near_ln_10(data):
    """A network that knows nothing gives each digit a tenth: loss −ln(1/10)."""
    losses = []
    for seed in range(4):
        torch.manual_seed(seed)
        model = networks.tiny_cnn().eval()
        found = networks.probabilities(model, data.test_images)
        losses.append(-np.log(found[np.arange(1000), data.test_labels]).mean())
    assert np.mean(losses) == pytest.approx(math.log(10), abs=0.1)


def test_a_small_batch_can_be_learned_by_heart(data):
    images, labels = _small(data)
    done = networks.train(images, labels, seed=0, epochs=60, augment=False, progress=False)
    assert networks.accuracy(done.model, images, labels) == 1
    assert done.losses[-1] < 0.1 < done.losses[0]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(data, threads):
    images, labels = _small(data, 200)

    def weights(seed):
        done = networks.train(images, labels, seed=seed, epochs=2, threads=threads, progress=False)
        return done.model.state_dict()

    one, again, other = weights(3), weights(3), weights(4)
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not torch.equal(one["first.weight"], other["first.weight"])


def test_training_leaves_threads_random_state_and_data_alone(data):
    images, labels = _small(data)
    kept, threads = images.copy(), torch.get_num_threads()
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    networks.train(images, labels, seed=0, epochs=1, progress=False)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads
    np.testing.assert_array_equal(images, kept)


def test_progress_is_shown_only_where_somebody_watches(monkeypatch, capsys):
    """A notebook run by hand accepts questions from its kernel; a book build does not."""
    steps = range(3)
    assert _progress.progress_bar(steps, "epochs", 3, False) is steps
    for watched in (False, True):
        kernel = SimpleNamespace(_allow_stdin=watched)
        shell = SimpleNamespace(get_ipython=lambda kernel=kernel: SimpleNamespace(kernel=kernel))
        monkeypatch.setitem(sys.modules, "IPython", shell)
        assert _progress.somebody_watches() is watched
    assert list(_progress.progress_bar(steps, "epochs", 3, True)) == [0, 1, 2]
    assert "epochs" in capsys.readouterr().err


def test_frozen_kernels_do_not_move_and_the_others_do(data):
    images, labels = _small(data)
    kernels = networks.hand_made_kernels()
    for frozen in (True, False):
        done = networks.train(
            images,
            labels,
            seed=0,
            network=lambda frozen=frozen: networks.tiny_cnn(first=kernels, frozen=frozen),
            epochs=2,
            progress=False,
        )
        moved = np.abs(networks.first_kernels(done.model) - kernels.astype(np.float32)).max()
        assert moved == 0 if frozen else moved > 1e-4


def test_a_short_training_already_reads_digits(data):
    """Mean of two seeds; six epochs on a quarter of the data give about 0.93."""
    scores = []
    for seed in range(2):
        done = networks.train(
            data.train_images[:1000], data.train_labels[:1000], seed=seed, epochs=6, progress=False
        )
        scores.append(networks.accuracy(done.model, data.test_images, data.test_labels))
    assert np.mean(scores) > 0.85


def test_smoothness_by_hand():
    # Down: 0 and 0; across: -3 and -3; squares 18, over 1 + 4 + 1 + 4 = 10.
    kernel = torch.tensor([[[[1.0, -2.0], [1.0, -2.0]]]])
    assert networks.smoothness(kernel).item() == pytest.approx(1.8)
    assert networks.smoothness(torch.ones(2, 1, 3, 3)).item() == 0
    both = torch.cat([kernel, 5 * kernel])
    assert networks.smoothness(both).item() == pytest.approx(3.6)  # scale does not matter


def test_the_smoothness_term_makes_kernels_smoother(data):
    images, labels = _small(data, 500)

    def roughness(smooth):
        done = networks.train(images, labels, seed=0, epochs=8, smooth=smooth, progress=False)
        return networks.smoothness(done.model.first.weight).item()

    assert roughness(0.02) < 0.8 * roughness(0.0)


def test_distortions_are_small_random_and_keep_the_ink_inside(data):
    images = torch.tensor(data.train_images[:100])[:, None]
    torch.manual_seed(0)
    seen = networks.random_affine(images)
    assert seen.shape == images.shape
    assert 0 <= seen.min() and seen.max() <= 1 + 1e-6
    change = (seen - images).square().sum() / images.square().sum()
    assert 0.05 < change < 1
    assert seen.mean() == pytest.approx(images.mean().item(), rel=0.1)


def test_distortions_stay_within_their_limits():
    """A dot near the corner, 9 pixels off the centre both ways, ends where it may."""
    dot = torch.zeros(500, 1, 29, 29)
    dot[:, :, 5, 5] = 1
    torch.manual_seed(1)
    seen = networks.random_affine(dot)[:, 0]
    ink = seen.sum(dim=(1, 2))
    rows = (seen.sum(dim=2) * torch.arange(29)).sum(dim=1) / ink - 14
    columns = (seen.sum(dim=1) * torch.arange(29)).sum(dim=1) / ink - 14
    radius = torch.hypot(rows, columns)
    # Radius 12.7: scale and shear 0.1 each and a shift of up to 1.5 pixels both ways.
    assert radius.min() > 12.7 / 1.25 - 3 and radius.max() < 12.7 * 1.25 + 3
    assert radius.std() > 0.5


# Use


@pytest.fixture(scope="module")
def trained(data):
    return networks.train(*_small(data, 600), seed=0, epochs=5, progress=False).model


def test_probabilities_sum_to_one_and_the_largest_is_predicted(trained, data):
    found = networks.probabilities(trained, data.test_images[:50])
    assert found.shape == (50, 10)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(
        found.argmax(axis=1), networks.predict(trained, data.test_images[:50])
    )


def test_turned_views_of_pictures_are_read_as_they_look(trained, data):
    turned = data.test_images[:5, ::-1, ::-1]
    np.testing.assert_array_equal(
        networks.predict(trained, turned), networks.predict(trained, turned.copy())
    )


def test_feature_maps_are_the_correlations_of_this_course(trained, data):
    image = data.test_images[3]
    expected = conv2d(
        image[None, None], trained.first.weight.detach().contiguous().numpy(), padding=2
    )[0]
    np.testing.assert_allclose(networks.feature_maps(trained, image), expected, atol=1e-4)
    assert networks.feature_maps(trained, image, "relu4").shape == (20, 2, 2)


def test_exported_numbers_are_enough_to_read_a_digit_with_numpy_alone(trained, data):
    """The whole network again, from plain arrays and convlib's own layers."""
    p = networks.export(trained)
    assert all(type(value) is np.ndarray and value.flags.c_contiguous for value in p.values())

    def pool(x):
        n, c, rows, columns = x.shape
        x = x[:, :, : rows // 2 * 2, : columns // 2 * 2]
        return x.reshape(n, c, rows // 2, 2, columns // 2, 2).max(axis=(3, 5))

    def norm_relu(x, name):
        scale, shift = p[f"{name}.scale"], p[f"{name}.shift"]
        return np.maximum(scale[:, None, None] * x + shift[:, None, None], 0)

    images = data.test_images[:20]
    x = norm_relu(pool(conv2d(images[:, None], p["first.weight"], padding=2)), "norm1")
    x = norm_relu(conv2d(x, p["second.weight"]), "norm2")
    x = norm_relu(pool(conv2d(x, p["third.weight"])), "norm3")
    x = norm_relu(conv2d(x, p["fourth.weight"]), "norm4")
    scores = x.reshape(20, 80) @ p["scores.weight"].T + p["scores.bias"]
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(chances, networks.probabilities(trained, images), atol=1e-4)


# Comparisons


def test_compare_gives_the_same_as_training_here(data):
    few = Digits(
        data.train_images[:150],
        data.train_labels[:150],
        data.test_images[:100],
        data.test_labels[:100],
    )
    jobs = {
        "tiny": networks.Experiment(seeds=[0, 1], epochs=1),
        "dense": networks.Experiment(networks.dense_network, seeds=[5], epochs=1),
    }
    found = networks.compare(jobs, few, workers=2, progress=False)
    assert [len(runs) for runs in found.values()] == [2, 1]
    here = networks.train(few.train_images, few.train_labels, seed=1, epochs=1, progress=False)
    there = found["tiny"][1]
    np.testing.assert_allclose(
        networks.first_kernels(there.model), networks.first_kernels(here.model), atol=1e-6
    )
    assert there.accuracy == networks.accuracy(there.model, few.test_images, few.test_labels)


def test_sampling_error_by_hand():
    assert networks.sampling_error(0.5, 100) == pytest.approx(0.05)
    assert networks.sampling_error(0.988, 1000) == pytest.approx(0.00344, abs=1e-5)


def test_hand_made_kernels_have_unit_energy_and_differ():
    kernels = networks.hand_made_kernels()
    assert kernels.shape == (8, 7, 7)
    likeness = np.abs(kernels.reshape(8, 49) @ kernels.reshape(8, 49).T)
    np.testing.assert_allclose(np.diag(likeness), 1)
    assert np.max(likeness - np.eye(8)) < 0.95


def test_confusion_has_truth_in_rows():
    table = networks.confusion([4, 4, 9], [9, 4, 9])
    assert table[4, 9] == table[4, 4] == table[9, 9] == 1 and table.sum() == 3


def test_hiding_empty_paper_changes_nothing(trained, data):
    image = data.test_images[0]
    empty = image.copy()
    empty[:6, :6] = 0
    found = networks.occlusion_map(trained, empty, int(data.test_labels[0]), patch=5)
    plain = networks.probabilities(trained, empty[None])[0, data.test_labels[0]]
    assert found.shape == (28, 28)
    assert found[0, 0] == pytest.approx(plain, abs=1e-5)
    assert np.ptp(found) > 0


# Bad input

IMAGES, LABELS = np.zeros((4, 28, 28)), np.zeros(4, dtype=int)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: networks.tiny_cnn(0),
            ValueError,
            "`first_kernels` must be a positive integer; got 0",
        ),
        (lambda: networks.tiny_cnn(size=4), ValueError, "`size` must be 3, 5, 7 or 9; got 4"),
        (
            lambda: networks.tiny_cnn(first=np.zeros((8, 5, 5))),
            ValueError,
            r"`first` must have shape \(8, 7, 7\); got \(8, 5, 5\)",
        ),
        (
            lambda: networks.train(np.zeros((4, 28, 27)), LABELS, seed=0),
            ValueError,
            r"`images` must have shape .*; got \(4, 28, 27\)",
        ),
        (
            lambda: networks.train(IMAGES, LABELS[:3], seed=0),
            ValueError,
            r"`labels` must have shape \(4,\).*; got \(3,\)",
        ),
        (
            lambda: networks.train(IMAGES, LABELS + 0.5, seed=0),
            TypeError,
            "`labels` must be integers; got dtype float64",
        ),
        (
            lambda: networks.train(IMAGES, LABELS + 10, seed=0),
            ValueError,
            "`labels` must be 0 to 9; got 10 to 10",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=0, epochs=0),
            ValueError,
            "`epochs` must be a positive integer; got 0",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=0, threads=0),
            ValueError,
            "`threads` must be a positive integer; got 0",
        ),
        (
            lambda: networks.feature_maps(networks.tiny_cnn(), IMAGES[0], "tenth"),
            ValueError,
            "`layer` must be one of 'first', .*; got 'tenth'",
        ),
        (
            lambda: networks.sampling_error(1.2, 10),
            ValueError,
            "`share` must be between 0 and 1; got 1.2",
        ),
    ],
)
def test_bad_inputs_name_the_argument_and_the_value(call, error, message):
    with pytest.raises(error, match=message):
        call()
