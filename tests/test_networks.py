"""The tiny CNN, its training, and the comparisons: small cases with margins."""

import math
import sys
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from convlib import _watched, networks
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


@pytest.mark.slow
def test_the_loss_at_the_start_is_near_ln_10(data):
    """A network that knows nothing gives each digit a tenth: loss −ln(1/10)."""
    losses = []
    for seed in range(4):
        torch.manual_seed(seed)
        model = networks.tiny_cnn().eval()
        found = networks.probabilities(model, data.test_images)
        losses.append(-np.log(found[np.arange(1000), data.test_labels]).mean())
    assert np.mean(losses) == pytest.approx(math.log(10), abs=0.1)


@pytest.mark.slow
def test_a_small_batch_can_be_learned_by_heart(data):
    images, labels = _small(data)
    done = networks.train(images, labels, seed=0, epochs=60, augment=False, progress=False)
    assert networks.accuracy(done.model, images, labels) == 1
    assert done.losses[-1] < 0.1 < done.losses[0]


@pytest.mark.slow
@pytest.mark.parametrize("epochs", [1, 2, 4, 5, 6])
def test_a_training_may_have_any_number_of_steps(data, epochs):
    """One batch an epoch; five steps once ended in a division by zero."""
    dense = networks.logistic_regression
    done = networks.train(*_small(data, 40), seed=0, network=dense, epochs=epochs, progress=False)
    assert done.losses.shape == (epochs,) and np.isfinite(done.losses).all()


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(data):
    """Also when PyTorch may use another number of threads."""
    images, labels = _small(data, 200)

    def weights(seed):
        done = networks.train(images, labels, seed=seed, epochs=2, progress=False)
        return done.model.state_dict()

    one, other = weights(3), weights(4)
    threads = torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    try:
        again = weights(3)
    finally:
        torch.set_num_threads(threads)
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
        assert _watched.somebody_watches() is watched
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


@pytest.mark.slow
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


@pytest.mark.slow
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


# Looking at a network never changes it, nor depends on its mode


@pytest.fixture
def in_training(data):
    """A network whose batch normalisation has met pictures, and that nobody has set to eval."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = networks.tiny_cnn().train()
        with torch.no_grad():
            model(torch.tensor(data.train_images[:200])[:, None])
    model.norm2.eval()  # one layer apart from the others
    return model


LOOKS = {
    "probabilities": lambda model, x, y: networks.probabilities(model, x),
    "predict": lambda model, x, y: networks.predict(model, x),
    "accuracy": networks.accuracy,
    "feature_maps": lambda model, x, y: networks.feature_maps(model, x[0], "relu4"),
    "occlusion_map": lambda model, x, y: networks.occlusion_map(model, x[0], y[0]),
    "first_kernels": lambda model, x, y: networks.first_kernels(model),
    "export": lambda model, x, y: np.concatenate(
        [value.ravel() for value in networks.export(model).values()]
    ),
    "with_first_kernels": lambda model, x, y: networks.predict(
        networks.with_first_kernels(model, np.ones((8, 7, 7))), x
    ),
    "is_tiny_cnn": lambda model, x, y: networks.is_tiny_cnn(model),
    "parameter_count": lambda model, x, y: networks.parameter_count(model),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_looking_leaves_the_network_as_it_is(look, in_training, data):
    """Every number, the mode of every layer, and PyTorch's random stream."""
    kept = {name: value.clone() for name, value in in_training.state_dict().items()}
    modes = [layer.training for layer in in_training.modules()]
    stream = torch.get_rng_state()
    look(in_training, data.test_images[:20], data.test_labels[:20])
    assert all(torch.equal(kept[name], now) for name, now in in_training.state_dict().items())
    assert modes == [layer.training for layer in in_training.modules()]
    assert torch.equal(stream, torch.get_rng_state())
    assert all(p.grad is None and p.requires_grad for p in in_training.parameters())


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_is_seen_does_not_depend_on_the_mode(look, in_training, data):
    given = data.test_images[:20], data.test_labels[:20]
    seen = look(in_training, *given)
    np.testing.assert_array_equal(seen, look(in_training.eval(), *given))


def test_a_picture_is_read_alike_alone_and_among_others(in_training, data):
    together = networks.predict(in_training, data.test_images[:100])
    few = networks.predict(in_training, data.test_images[:10])
    np.testing.assert_array_equal(few, together[:10])


def test_dropout_does_not_roll_dice_while_somebody_looks(data):
    model = networks.large_cnn().train()
    one, two = (networks.probabilities(model, data.test_images[:5]) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_a_network_is_left_as_it_was_when_looking_fails():
    model = networks.tiny_cnn().train()
    with pytest.raises(RuntimeError, match="on purpose"), networks.looking(model):
        assert not any(layer.training for layer in model.modules())
        raise RuntimeError("on purpose")
    assert all(layer.training for layer in model.modules())


def test_changing_what_was_exported_changes_no_network(trained):
    before = networks.first_kernels(trained)
    for array in networks.export(trained).values():
        array[:] = 0
    networks.first_kernels(trained)[:] = 0
    np.testing.assert_array_equal(networks.first_kernels(trained), before)


def test_batch_normalisation_of_a_dense_network_is_exported_as_it_is_used(data):
    images, labels = _small(data)
    model = networks.train(
        images, labels, seed=0, network=networks.dense_network, epochs=2, progress=False
    ).model
    p = networks.export(model)
    x = images.reshape(len(images), 784) @ p["1.weight"].T
    x = np.maximum(x * p["2.scale"] + p["2.shift"], 0)
    scores = x @ p["4.weight"].T + p["4.bias"]
    np.testing.assert_array_equal(scores.argmax(axis=1), networks.predict(model, images))


def test_the_order_of_shuffled_pixels_is_exported():
    model = networks.shuffled()
    np.testing.assert_array_equal(networks.export(model)["shuffle.order"], model.shuffle.order)


def test_one_picture_too_many_for_a_batch_does_not_stand_alone(data):
    """Batch normalisation has nothing to compare a single picture with."""
    images, labels = _small(data, 129)
    done = networks.train(
        images, labels, seed=0, network=networks.dense_network, epochs=1, progress=False
    )
    assert np.isfinite(done.losses).all()


def test_kernels_of_zeros_do_not_turn_a_network_into_nan(data):
    zeros = partial(networks.tiny_cnn, first=np.zeros((8, 7, 7)))
    assert networks.smoothness(torch.zeros(2, 1, 3, 3)).item() == 0
    done = networks.train(*_small(data), seed=0, network=zeros, epochs=2, progress=False)
    assert np.isfinite(done.losses).all() and np.isfinite(networks.first_kernels(done.model)).all()


# Comparisons


@pytest.mark.slow
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


def seven_scores():
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 7))


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
            lambda: networks.feature_maps(networks.tiny_cnn(), IMAGES[0], "tenth"),
            ValueError,
            "`layer` must be one of 'first', .*; got 'tenth'",
        ),
        (
            lambda: networks.one_layer_cnn(size=28),
            ValueError,
            "`size` must be at most 27; got 28",
        ),
        (
            lambda: networks.tiny_cnn(first=np.full((8, 7, 7), np.nan)),
            ValueError,
            "`first` must be finite; got NaN or infinity",
        ),
        (
            lambda: networks.Shuffle(-1),
            ValueError,
            "`seed` must be an integer that is not negative; got -1",
        ),
        (
            lambda: networks.shuffled(networks.tiny_cnn()),
            TypeError,
            "`network` must be a function that builds a network; got Sequential",
        ),
        (
            lambda: networks.parameter_count(networks.tiny_cnn),
            TypeError,
            "`model` must be a PyTorch network .*; got function",
        ),
        (
            lambda: networks.train(IMAGES[:1], LABELS[:1], seed=0),
            ValueError,
            "`images` must hold at least two pictures; got 1",
        ),
        (
            lambda: networks.train(IMAGES * np.nan, LABELS, seed=0),
            ValueError,
            "`images` must be finite; got NaN or infinity",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=-1),
            ValueError,
            "`seed` must be an integer that is not negative; got -1",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=0, smooth=-1),
            ValueError,
            "`smooth` must not be negative; got -1",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=0, network=networks.tiny_cnn()),
            TypeError,
            "`network` must be a function that builds a network; got Sequential",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=0, network=lambda: 3),
            TypeError,
            r"`network\(\)` must be a PyTorch network .*; got int",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=0, network=torch.nn.Flatten),
            ValueError,
            "`network` must have numbers to train; got none",
        ),
        (
            lambda: networks.train(IMAGES, LABELS, seed=0, network=seven_scores),
            ValueError,
            r"`network` must give 10 scores for each picture; got shape \(2, 7\) for 2",
        ),
        (
            lambda: networks.smoothness(np.ones((1, 1, 3, 3))),
            TypeError,
            "`kernels` must be a PyTorch tensor; got ndarray",
        ),
        (
            lambda: networks.smoothness(torch.ones(3, 3)),
            ValueError,
            r"`kernels` must have shape \(F, C, rows, columns\); got \(3, 3\)",
        ),
        (
            lambda: networks.random_affine(torch.ones(2, 1, 28, 20)),
            ValueError,
            r"`images` must be square; got shape \(2, 1, 28, 20\)",
        ),
        (
            lambda: networks.predict("model", IMAGES),
            TypeError,
            "`model` must be a PyTorch network .*; got str",
        ),
        (
            lambda: networks.predict(networks.tiny_cnn(), IMAGES[0]),
            ValueError,
            r"`images` must have shape \(n, 28, 28\); got \(28, 28\)",
        ),
        (
            lambda: networks.accuracy(networks.tiny_cnn(), IMAGES[:0], LABELS[:0]),
            ValueError,
            r"`images` must not be empty; got shape \(0, 28, 28\)",
        ),
        (
            lambda: networks.accuracy(networks.tiny_cnn(), 3, LABELS),
            ValueError,
            "`images` must have at least one dimension; got 3",
        ),
        (
            lambda: networks.confusion([4, -1], [4, 4]),
            ValueError,
            "`labels` must be 0 to 9; got -1 to 4",
        ),
        (
            lambda: networks.confusion([4, 4], [4]),
            ValueError,
            r"`predictions` must have shape \(2,\), one for each picture; got \(1,\)",
        ),
        (
            lambda: networks.confusion([], []),
            TypeError,
            "`labels` must be integers; got dtype float64",
        ),
        (
            lambda: networks.first_kernels(networks.dense_network()),
            ValueError,
            "`model` must have a convolutional layer named 'first'; got",
        ),
        (
            lambda: networks.with_first_kernels(networks.tiny_cnn(), np.ones((8, 5, 5))),
            ValueError,
            r"`kernels` must have shape \(8, 7, 7\); got \(8, 5, 5\)",
        ),
        (
            lambda: networks.feature_maps(networks.Shuffle(), IMAGES[0]),
            TypeError,
            "`model` must be sequential .*; got Shuffle",
        ),
        (
            lambda: networks.feature_maps(networks.tiny_cnn(), IMAGES),
            ValueError,
            r"`image` must have shape \(28, 28\); got \(4, 28, 28\)",
        ),
        (
            lambda: networks.occlusion_map(networks.tiny_cnn(), IMAGES[0], 10),
            ValueError,
            "`digit` must be 0 to 9; got 10",
        ),
        (
            lambda: networks.occlusion_map(networks.tiny_cnn(), IMAGES[0], 3, patch=4),
            ValueError,
            "`patch` must be odd, so that it has a centre; got 4",
        ),
        (
            lambda: networks.likeness(np.ones((2, 3, 3)), np.ones((2, 5, 5))),
            ValueError,
            r"`kernels` and `family` must be of one size; got \(3, 3\) and \(5, 5\)",
        ),
        (
            lambda: networks.likeness(np.zeros((1, 3, 3)), np.ones((2, 3, 3))),
            ValueError,
            "`kernels` must hold no kernel of zeros only",
        ),
        (
            lambda: networks.compare({}, digits()),
            ValueError,
            r"`experiments` must name at least one experiment; got \{\}",
        ),
        (
            lambda: networks.compare({"a": networks.tiny_cnn}, digits()),
            TypeError,
            r"`experiments\['a'\]` must be an Experiment; got function",
        ),
        (
            lambda: networks.compare({"a": networks.Experiment(seeds=[])}, digits()),
            ValueError,
            r"`seeds` of 'a' must be at least one, and all different; got \[\]",
        ),
        (
            lambda: networks.compare({"a": networks.Experiment(seeds=[1, 1])}, digits()),
            ValueError,
            r"`seeds` of 'a' must be at least one, and all different; got \[1, 1\]",
        ),
        (
            lambda: networks.compare({"a": networks.Experiment(lambda: None)}, digits()),
            TypeError,
            "`network` of 'a' must be a function of a module, or a functools.partial of one; got",
        ),
        (
            lambda: networks.compare({"a": networks.Experiment()}, (IMAGES, LABELS)),
            TypeError,
            "`digits` must be Digits; got tuple",
        ),
        (
            lambda: networks.sampling_error(math.nan, 10),
            ValueError,
            "`share` must be finite; got nan",
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


# Controls


def test_matched_noise_is_as_rough_and_as_strong_as_its_kernel():
    kernels = 3 * networks.hand_made_kernels()[[0, 2, 3, 5]]
    noise = networks.matched_noise(kernels, seed=1, draws=3)
    assert noise.shape == (3, 4, 7, 7)
    for one in noise:
        np.testing.assert_allclose(networks.roughness(one), networks.roughness(kernels), rtol=1e-3)
        np.testing.assert_allclose(np.sum(one**2, axis=(1, 2)), 9)
    assert not np.allclose(noise[0], noise[1])
    np.testing.assert_array_equal(noise, networks.matched_noise(kernels, seed=1, draws=3))
    wide = networks.matched_noise(np.ones((1, 4, 6)) + np.eye(4, 6), seed=0)
    assert wide.shape == (1, 1, 4, 6)


def test_roughness_is_the_smoothness_term_of_each_kernel():
    kernels = np.random.default_rng(0).normal(size=(5, 3, 6)).astype(np.float32)
    term = networks.smoothness(torch.tensor(kernels)[:, None]).item()
    assert networks.roughness(kernels).sum() == pytest.approx(term, rel=1e-5)


def test_coherence_does_not_mind_direction_strength_or_mean():
    rows, columns = np.mgrid[:9, :7]
    for angle in (0.0, 0.4, 1.3, 2.9):
        wave = np.cos(0.9 * (rows * np.sin(angle) + columns * np.cos(angle)))
        assert networks.coherence([wave])[0] > 0.98
    kernels = np.random.default_rng(0).normal(size=(4, 5, 7))
    plain = networks.coherence(kernels)
    np.testing.assert_allclose(networks.coherence(3 - 2 * kernels), plain)
    np.testing.assert_allclose(networks.coherence(kernels.transpose(0, 2, 1)), plain)
    np.testing.assert_allclose(networks.coherence(kernels[:, ::-1]), plain)
    assert ((plain > 0) & (plain < 1)).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: networks.coherence(np.ones((2, 3, 3))), "`kernels` must hold no constant"),
        (lambda: networks.roughness(np.zeros((2, 3, 3))), "`kernels` must hold no kernel of zeros"),
        (lambda: networks.matched_noise(np.ones((1, 7, 7)), seed=0), "as rough as blurred noise"),
        (lambda: networks.matched_noise(np.ones((7, 7)), seed=0), "`kernels` must have 3"),
        (lambda: networks.matched_noise(np.eye(7)[None], seed=-1), "`seed` must be an integer"),
        (lambda: networks.matched_noise(np.eye(7)[None], seed=0, draws=0), "`draws` must be"),
        (lambda: networks.paired_difference([[True] * 3] * 2, [[True] * 4] * 2), "one shape"),
        (lambda: networks.paired_difference([[True] * 3], [[True] * 3]), "at least 2 of each"),
        (lambda: networks.paired_difference([[1, 0]] * 2, [[1, 0]] * 2), "truth values"),
    ],
)
def test_controls_refuse_what_they_cannot_use(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_paired_differences_add_the_errors_of_digits_and_of_seeds():
    rng = np.random.default_rng(0)
    first, second = rng.random((5, 400)) < 0.9, rng.random((5, 400)) < 0.8
    gap = networks.paired_difference(first, second)
    d = first.astype(float) - second
    by_digit, by_seed = d.mean(axis=0), d.mean(axis=1)
    errors = by_digit.std(ddof=1) / np.sqrt(400), by_seed.std(ddof=1) / np.sqrt(5)
    assert gap == pytest.approx((d.mean(), np.hypot(*errors)))
    back = networks.paired_difference(second, first)
    assert back == pytest.approx((-gap.mean, gap.error))
