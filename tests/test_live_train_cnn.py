"""The figure that trains a network: gradients as PyTorch's and convlib's, runs to be repeated."""

import numpy as np
import pytest
import torch
from javascript import answers, called
from torch.nn import functional

from convlib import data, layers, networks
from convlib.live import TrainCNN
from convlib.live._shared import HeldOut
from convlib.live.train_cnn import COUNTS, RATES, Run, random_numbers, starting_kernels

LAYER = """
    return given.map(([options, numbers, x, g]) => {
      const layer = module.convolution(options, numbers);
      const n = x.length / (options.side ** 2 * numbers.shape[1]);
      layer.forward(new Float32Array(x.length).fill(9), n); // leaves nothing behind
      const out = Array.from(layer.forward(Float32Array.from(x), n));
      const back = Array.from(layer.backward(Float32Array.from(g), n));
      const { weight, bias } = layer.parameters;
      return [out, back, weight.gradient, bias ? bias.gradient : []];
    });
"""
GRADIENTS = """
    const [numbers, pictures, labels] = given;
    const layers = module.oneLayer(numbers);
    module.gradients(layers, Float32Array.from(pictures), labels); // gradients do not pile up
    const { loss, right } = module.gradients(layers, Float32Array.from(pictures), labels);
    const [first, scores] = [layers.first.parameters, layers.scores.parameters];
    const both = ({ weight, bias }) => [weight.gradient, bias.gradient];
    return [loss, right, ...both(first), ...both(scores)];
"""
RUN = """
    const [packed, heldOut, settings] = given;
    const digits = { ...module.unpackDigits(await module.inflate(packed)), heldOut };
    const run = module.makeRun(settings, digits);
    const losses = Array.from({ length: run.steps }, () => run.step());
    return [losses, run.kernels(), run.accuracy()];
"""
# filters, channels, size, side, padding, pool, bias; with rows and columns that pooling leaves out
SHAPES = [
    (3, 1, 7, 11, 1, 2, True),
    (2, 1, 7, 28, 1, 4, True),
    (4, 1, 7, 28, 2, 2, False),
    (5, 3, 3, 7, 0, 1, False),
    (3, 2, 3, 9, 0, 2, True),
    (1, 4, 3, 4, 0, 1, False),
]


def random_layer(rng, filters, channels, size, side, has_bias):
    """Return pictures that are mostly paper, kernels, and thresholds or None."""
    x = rng.normal(size=(3, channels, side, side))
    x *= rng.random(x.shape) < 0.3
    x[1, :, : side // 2] = 0
    weight = rng.normal(size=(filters, channels, size, size))
    return x, weight, rng.normal(size=filters) if has_bias else None


def by_pytorch(x, weight, bias, padding, pool, rng):
    """Return a gradient of the answers, the answers, and the gradients that follow from it."""
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, weight, bias) if a is not None]
    out = functional.max_pool2d(functional.conv2d(*tensors, padding=padding), pool)
    g = rng.normal(size=out.shape) * (rng.random(out.shape) < 0.8)
    out.backward(torch.tensor(g))
    return g, [out.detach().numpy(), *[tensor.grad.numpy() for tensor in tensors]]


def by_convlib(x, weight, bias, padding, pool, g):
    """Return answers and gradients; the winners of the pooling get all of `g`."""
    maps = layers.conv2d(x, weight, bias, padding=padding)
    out = layers.max_pool2d(maps, pool)
    n, filters, rows, columns = out.shape
    squares = maps[..., : rows * pool, : columns * pool]
    squares = squares.reshape(n, filters, rows, pool, columns, pool).swapaxes(3, 4)
    winners = squares.reshape(*out.shape, -1).argmax(axis=-1)
    picture, filter_, row, column = np.indices(out.shape)
    passed = np.zeros_like(maps)
    passed[picture, filter_, row * pool + winners // pool, column * pool + winners % pool] = g
    found = layers.conv2d_backward(passed, x, weight, padding=padding)
    return [out, found.x, found.weight, *([] if bias is None else [found.bias])]


def test_a_layer_and_its_gradients_are_convlibs_and_pytorchs(tmp_path):
    rng = np.random.default_rng(0)
    given, wanted = [], []
    for filters, channels, size, side, padding, pool, has_bias in SHAPES:
        x, weight, bias = random_layer(rng, filters, channels, size, side, has_bias)
        g, torchs = by_pytorch(x, weight, bias, padding, pool, rng)
        ours = by_convlib(x, weight, bias, padding, pool, g)
        for one, other in zip(ours, torchs, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-11)
        options = {"side": side, "padding": padding, "pool": pool}
        numbers = {"weight": weight.ravel(), "bias": bias, "shape": weight.shape}
        given.append([options, numbers, x.ravel(), g.ravel()])
        wanted.append(ours)
    results = answers(["learning_layers"], LAYER, given, tmp_path)
    for found, expected in zip(results, wanted, strict=True):
        for one, other in zip(found, expected, strict=False):
            np.testing.assert_allclose(one, other.ravel(), rtol=1e-5, atol=1e-5)


def test_loss_and_gradients_of_a_network_are_pytorchs(tmp_path):
    """Of the chapter's network with one convolutional layer, on real digits."""
    torch.manual_seed(0)
    model = networks.one_layer_cnn(3).double()
    images, labels = (part[:20] for part in data.practice_digits()[:2])
    scores = model(torch.from_numpy(images[:, None]).double())
    loss = functional.cross_entropy(scores, torch.from_numpy(labels))
    loss.backward()
    numbers = {
        name: {"weight": layer.weight.detach().numpy().ravel(), "bias": layer.bias.tolist()}
        for name, layer in (("first", model.first), ("scores", model.scores))
    }
    found = answers(["learning"], GRADIENTS, [numbers, images.ravel(), labels], tmp_path)
    assert found[0] == pytest.approx(loss.item(), abs=1e-5)
    assert found[1] == (scores.argmax(dim=1).numpy() == labels).sum()
    for one, parameter in zip(found[2:], model.parameters(), strict=True):
        np.testing.assert_allclose(one, parameter.grad.numpy().ravel(), atol=1e-5)


def test_figures_that_run_a_network_answer_for_a_readers_own(tmp_path):
    """Maps, probabilities and counts of a network with one convolutional layer are PyTorch's."""
    torch.manual_seed(2)
    model = networks.one_layer_cnn(5).eval()
    images, labels = (part[:60] for part in data.practice_digits()[2:])
    numbers = {
        name: {"weight": layer.weight.detach().numpy().ravel(), "bias": layer.bias.tolist()}
        for name, layer in (("first", model.first), ("scores", model.scores))
    }
    script = """
        const [numbers, images, labels] = given;
        const network = module.answering(module.oneLayer(numbers));
        const maps = labels.map((_, i) => module.firstMaps(network, module.pictureOf(images, i)));
        const count = module.makeCounter(network, { images, labels });
        const right = count(network.first.weight);
        return [maps[0], maps.map((each) => module.answer(network, each)), right,
          count(network.first.weight.map(() => 0))];
    """
    pixels = HeldOut(images, labels).pixels
    given = [numbers, pixels.ravel(), labels]
    found = answers(["learning", "network", "counting"], script, given, tmp_path)
    with torch.no_grad():
        maps = model.first(torch.from_numpy(images[:1, None]))
    np.testing.assert_allclose(found[0], maps.numpy().ravel(), atol=1e-5)
    chances = networks.probabilities(model, images)
    np.testing.assert_allclose(found[1], chances, atol=1e-5)
    right = labels[chances.argmax(axis=1) == labels]
    assert found[2] == np.bincount(right, minlength=10).tolist()
    model.first.weight.data.zero_()
    same = networks.predict(model, images)  # without kernels it says the same of every digit
    assert found[3] == np.bincount(labels[same == labels], minlength=10).tolist()


def test_the_whole_networks_gradients_and_answers_are_pytorchs(tmp_path):
    """With four convolutional layers; afterwards its answers are those that a page computes."""
    torch.manual_seed(1)
    model = networks.tiny_cnn(4).double().train()
    for layer in model:
        if isinstance(layer, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(layer.weight, 0.5, 2)
            torch.nn.init.normal_(layer.bias)
    images, labels = (part[:16] for part in data.practice_digits()[:2])
    loss = functional.cross_entropy(
        model(torch.from_numpy(images[:, None]).double()), torch.from_numpy(labels)
    )
    loss.backward()
    own = {"weight": "weight", "bias": "bias"}, {"weight": "scale", "bias": "shift"}
    numbers, gradients = {}, [tensor.grad.numpy().ravel() for tensor in model.parameters()]
    for name, tensor in model.named_parameters():
        layer, part = name.split(".")
        held = numbers.setdefault(layer, {})
        held[own[layer.startswith("norm")][part]] = tensor.detach().numpy().ravel()
    script = """
        const [numbers, pictures, labels] = given;
        const layers = module.tinyCNN(numbers);
        const { loss } = module.gradients(layers, Float32Array.from(pictures), labels);
        const all = Object.values(layers).flatMap((layer) => Object.values(layer.parameters));
        const scores = Object.values(layers)
          .reduce((x, layer) => layer.forward(x, 16, false), Float32Array.from(pictures));
        const page = module.answering(layers);
        const chances = labels.map((_, i) => {
          const picture = Float64Array.from(pictures.slice(784 * i, 784 * (i + 1)));
          return module.answer(page, module.firstMaps(page, picture));
        });
        return [loss, all.map(({ gradient }) => gradient), scores, chances];
    """
    given = [numbers, images.ravel(), labels]
    found = answers(["learning", "network"], script, given, tmp_path)
    assert found[0] == pytest.approx(loss.item(), abs=1e-5)
    for one, gradient in zip(found[1], gradients, strict=True):
        np.testing.assert_allclose(one, gradient, atol=1e-5)
    with torch.no_grad():
        scores = model.eval()(torch.from_numpy(images[:, None]).double())
    np.testing.assert_allclose(found[2], scores.numpy().ravel(), atol=1e-4)
    np.testing.assert_allclose(found[3], scores.softmax(dim=1).numpy(), atol=1e-4)


def test_adams_steps_are_pytorchs(tmp_path):
    rng = np.random.default_rng(1)
    start, gradients = rng.normal(size=5), rng.normal(size=(7, 5)) * [1, 10, 1e-3, 0, 1]
    rates = [0.1, 0.02, 0.3, 0.05, 0.0, 0.01, 0.02]
    weights = torch.tensor(start, requires_grad=True)
    optimiser = torch.optim.Adam([weights])
    for rate, gradient in zip(rates, gradients, strict=True):
        optimiser.param_groups[0]["lr"] = rate
        weights.grad = torch.tensor(gradient)
        optimiser.step()
    script = """
        const [start, gradients, rates] = given;
        const weight = { value: Float32Array.from(start), gradient: new Float32Array(5) };
        const step = module.adam({ only: { parameters: { weight } } });
        gradients.forEach((gradient, i) => { weight.gradient.set(gradient); step(rates[i]); });
        return weight.value;
    """
    found = answers(["learning"], script, [start, gradients, rates], tmp_path)
    np.testing.assert_allclose(found, weights.detach().numpy(), atol=1e-5)


def test_the_rate_is_that_of_a_cycle(tmp_path):
    parts = [0, 0.1, 0.2, 0.6, 1]
    found = called("learning", [["cycle", [part]] for part in parts], tmp_path)
    np.testing.assert_allclose(found, [0, 0.5, 1, 0.5, 0], atol=1e-12)


def test_python_knows_the_kernels_that_the_browser_starts_from(tmp_path):
    script = """
        const three = (next) => [next(), next(), next()];
        const few = given.map(([seed]) => three(module.randomNumbers(seed)));
        return [few, given.map(([seed, kernels]) => module.startingKernels(kernels, seed))];
    """
    seeds = [[0, 8], [1, 1], [20, 16]]
    numbers, kernels = answers(["learning", "runs"], script, seeds, tmp_path)
    for (seed, count), few, start in zip(seeds, numbers, kernels, strict=True):
        np.testing.assert_array_equal(few, random_numbers(seed, 3))
        np.testing.assert_array_equal(start, starting_kernels(count, seed).ravel())
    assert np.abs(starting_kernels(16, 0)).max() < 1 / 7
    assert abs(random_numbers(3, 10_000).mean() - 0.5) < 0.01


def test_a_run_learns_and_never_from_held_out_digits(tmp_path):
    images, labels, others, other_labels = data.practice_digits()
    settings = {"kernels": 4, "rate": 0.02, "seed": 3}

    def run(held_out, held_labels, **changed):
        digits = HeldOut(
            np.concatenate([images[:480], held_out]), np.append(labels[:480], held_labels)
        )
        given = [digits.packed(), len(held_out), {**settings, **changed}]
        return answers(["learning", "network"], RUN, given, tmp_path)

    losses, kernels, accuracy = run(others[:100], other_labels[:100])
    assert len(losses) == 6 * 15
    assert losses[0] == pytest.approx(np.log(10), abs=0.2)
    assert np.mean(losses[-15:]) < 0.5
    assert accuracy > 0.7
    same = run(others[100:150], (other_labels[100:150] + 1) % 10)
    assert same[:2] == [losses, kernels]
    assert same[2] < 0.3  # wrong labels are not read rightly
    assert run(others[:100], other_labels[:100], seed=4)[1] != kernels


@pytest.mark.slow
def test_each_doubling_of_the_kernels_helps_less_than_the_one_before(tmp_path):
    """As the caption in the chapter says of a single layer, on the validation digits."""
    images, labels, others, other_labels = data.practice_digits()
    packed = HeldOut(np.concatenate([images, others]), np.append(labels, other_labels)).packed()
    script = f"""
        const found = [];
        for (const kernels of [1, 2, 4]) {{
          given[2].kernels = kernels;
          found.push(await (async () => {{ {RUN} }})());
        }}
        return found.map(([, , accuracy]) => accuracy);
    """
    settings = {"rate": 0.01, "seed": 0}
    one, two, four = answers(["learning", "network"], script, [packed, 800, settings], tmp_path)
    assert two - one > 0.03
    assert 0 < four - two < two - one


def test_what_is_shown_at_a_moment(tmp_path):
    points = [[0, None, 0.1], [1, 2.3, None], [10, 2.2, 0.3], [20, 1.5, None]]
    about = {"count": 1, "perEpoch": 100, "heldOut": 800}
    runs = [
        [1, 8, 0.01, 0, 6, 0.95],
        [1, 8, 0.01, 1, 6, 0.97],
        [1, 8, 0.01, 2, 3.5, 0.9],
        [1, 1, 0.01, 0, 6, 0.85],
        [4, 8, 0.01, 0, 6, 0.99],
    ]
    calls = [
        ["pointAt", [points, 0]], ["pointAt", [points, 9]],
        ["pointAt", [points, 10]], ["pointAt", [points, 600]],
        ["measuredAt", [points, 3]], ["measuredAt", [points[1:2], 0]],
        ["describe", [points, 1, about]], ["describe", [points, 3, {**about, "count": 4}]],
        ["describe", [[[0, None, None]], 0, about]],
        ["summary", [runs, [1, 2, 8], 1]],
    ]  # fmt: skip
    read = "of 800 held-out digits read rightly"
    assert called("runs", calls, tmp_path) == [
        0, 1, 2, 3,
        {"step": 10, "accuracy": 0.3}, None,
        f"1 kernel. Step 1, loss 2.300; 10.0 % {read} (after epoch 0.0).",
        f"4 kernels. Epoch 0.2 of 6, loss 1.500; 30.0 % {read} (after epoch 0.1).",
        "",
        [{"runs": 1, "mean": 0.85}, {"runs": 0, "mean": None}, {"runs": 2, "mean": 0.96}],
    ]  # fmt: skip


@pytest.fixture(scope="module")
def few():
    """Forty digits to learn and twenty held out."""
    images, labels, others, other_labels = data.practice_digits()
    return images[:40], labels[:40], others[:20], other_labels[:20]


def test_the_controls_reach_the_view(few):
    figure = TrainCNN(layers=4, count=2, rate=0.03, seed=7, digits=few)
    view = figure.view
    assert (figure.layers, view.network) == (4, 1)
    figure.layers = 1
    assert view.network == 0
    assert (view.counts[view.count], view.rates[view.rate], view.seed) == (2, 0.03, 7)
    assert (view.learned_from, view.held_out) == (40, 20)
    figure.count, figure.rate, figure.seed, figure.running, figure.epoch = 16, 0.1, 20, True, 1.5
    assert (view.counts[view.count], view.rates[view.rate], view.seed) == (16, 0.1, 20)
    assert (view.running, view.epoch) == (True, 1.5)
    assert figure.kernels.shape == (16, 7, 7)


def test_what_the_browser_learned_is_read_in_python(few):
    figure = TrainCNN(count=2, digits=few)
    np.testing.assert_array_equal(figure.kernels, starting_kernels(2, 0))
    assert figure.history.shape == (0, 3)
    kernels = np.arange(98, dtype=np.float32)
    figure.view.set_state({
        "points": [[0, None, 0.1], [10, 1.5, None]], "runs": [[4, 2, 0.01, 0, 5, 0.1]],
        "shown": memoryview(kernels.tobytes()),
    })  # fmt: skip
    np.testing.assert_array_equal(figure.kernels.ravel(), kernels)
    np.testing.assert_array_equal(figure.history, [[0, np.nan, 0.1], [10, 1.5, np.nan]])
    assert figure.runs == [Run(layers=4, kernels=2, rate=0.01, seed=0, epochs=5, accuracy=0.1)]
    assert len(figure.picture().axes) > 3


def test_the_digits_wait_for_the_reader_and_hold_no_test_digit():
    figure = TrainCNN()
    shared = figure.view.digits
    assert shared.on_demand
    assert len(shared.content) * 4 / 3 < 900_000
    practice = data.practice_digits()
    together = HeldOut(
        np.concatenate([practice.train_images, practice.test_images]),
        np.append(practice.train_labels, practice.test_labels),
    )
    assert shared.content == together.packed()
    tests = {image.tobytes() for image in data.digits().test_images}
    assert not tests & {image.tobytes() for image in practice.test_images}


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("layers", 2, ValueError, r"`layers` must be one of \[1, 4\]; got 2"),
        ("count", 3, ValueError, r"`count` must be one of \[1, 2, 4, 8, 16\]; got 3"),
        ("count", True, ValueError, "`count` must be one of"),
        ("count", "8", ValueError, "`count` must be one of .* got '8'"),
        ("rate", 0.02, ValueError, "`rate` must be one of .* got 0.02"),
        ("seed", 21, ValueError, "`seed` must be 0 to 20; got 21"),
        ("seed", 1.5, ValueError, "`seed` must be a whole number"),
        ("running", 1, TypeError, "`running` must be True or False; got 1"),
        ("epoch", 6.1, ValueError, "`epoch` must be 0.0 to 6.0; got 6.1"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(few, trait, value, error, message):
    figure = TrainCNN(digits=few)
    before = getattr(figure, trait)
    with pytest.raises(error, match=message):
        setattr(figure, trait, value)
    assert getattr(figure, trait) == before


def test_other_digits_are_refused(few):
    with pytest.raises(ValueError, match="`digits` must be images, labels, and the held-out ones"):
        TrainCNN(digits=few[:2])
    with pytest.raises(ValueError, match="`labels` must be 40 digits"):
        TrainCNN(digits=(few[0], few[1][:3], *few[2:]))


def test_every_choice_is_offered(few):
    figure = TrainCNN(digits=few)
    for figure.count in COUNTS:
        assert len(figure.kernels) == figure.count
    for figure.rate in RATES:
        assert figure.view.rates[figure.view.rate] == figure.rate
