"""The network in JavaScript says what PyTorch says, and its numbers reach the page unharmed."""

import zlib

import numpy as np
import pytest
import torch
from javascript import answers, called

from convlib import data, networks
from convlib.live._shared import HeldOut, numbers_of, share, shared_traits

# The probabilities for all digits, as the page and the workers compute them.
PREDICT = """
    const [weights, shapes, packed] = given;
    const network = module.unpackNetwork(weights, shapes);
    const { count, images } = module.unpackDigits(await module.inflate(packed));
    const pictures = Array.from({ length: count }, (_, i) => module.pictureOf(images, i));
    return pictures.map((picture) => module.answer(network, module.firstMaps(network, picture)));
"""


def restless_network(kernels=8, size=7, seed=0):
    """Return an untrained network whose batch normalisation has met some pictures."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = networks.tiny_cnn(kernels, size=size).train()
        for layer in model:
            if isinstance(layer, torch.nn.BatchNorm2d):
                torch.nn.init.uniform_(layer.weight, 0.5, 3)
                torch.nn.init.normal_(layer.bias)
        pictures = torch.from_numpy(data.digits().train_images[:200])[:, None]
        with torch.no_grad():
            for part in pictures.split(20):
                model(part)
            scores = model.eval()(pictures)
            mean, spread = scores.mean(dim=0), scores.std(dim=0)
            # bold answers of all kinds
            model.scores.weight *= 5 / spread[:, None]
            model.scores.bias.mul_(5 / spread).sub_(5 * mean / spread)
    return model


def page_data(model, held_out):
    """Return what a page holds: weights, names and shapes, packed digits."""
    traits = shared_traits(numbers_of(model), held_out)
    return traits["network"].content, traits["shapes"], traits["digits"].content


@pytest.fixture(scope="module")
def held_out():
    return HeldOut()


@pytest.mark.slow
@pytest.mark.parametrize(("kernels", "size"), [(8, 7), (1, 3), (5, 5), (16, 9)])
def test_probabilities_are_pytorchs(kernels, size, held_out, tmp_path):
    """On all 1,000 held-out digits, for every size of the first layer."""
    model = restless_network(kernels, size)
    expected = networks.probabilities(model, held_out.images)
    assert expected.max() > 0.9  # else the test would be too easy
    assert len(set(expected.argmax(axis=1))) > 5
    found = answers(["network"], PREDICT, page_data(model, held_out), tmp_path)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


def test_a_layer_is_pytorchs(tmp_path):
    """Whatever its numbers of filters and channels, and the size of the maps."""
    rng = np.random.default_rng(3)
    script = """
        return given.map(([x, weight, shape]) => (
          module.conv(Float64Array.from(x), { weight: Float64Array.from(weight), shape })));
    """
    layers, expected = [], []
    for channels, side, filters in ((1, 4, 4), (3, 7, 5), (16, 11, 20), (2, 3, 1)):
        x = rng.normal(size=(channels, side, side))
        weights = rng.normal(size=(filters, channels, 3, 3))
        layers.append([x.ravel(), weights.ravel(), weights.shape])
        answer = torch.nn.functional.conv2d(torch.from_numpy(x)[None], torch.from_numpy(weights))
        expected.append(answer.numpy().ravel())
    for found, wanted in zip(answers(["network"], script, layers, tmp_path), expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_what_one_kernel_adds_to_the_second_layer_is_pytorchs(tmp_path):
    """Also the difference to an earlier input, which has negative values."""
    rng = np.random.default_rng(4)
    script = """
        const [weight, shape, x, k] = given;
        const sums = new Float64Array(shape[0] * 121).fill(0.5);
        module.addChannel(sums, Float64Array.from(x), { weight, shape }, k);
        return sums;
    """
    weights, x = rng.normal(size=(16, 5, 3, 3)), rng.normal(size=(13, 13))
    given = [weights.ravel(), weights.shape, x.ravel(), 3]
    alone = torch.from_numpy(weights[:, 3:4])
    wanted = torch.nn.functional.conv2d(torch.from_numpy(x)[None, None], alone)
    found = answers(["network"], script, given, tmp_path)
    np.testing.assert_allclose(found, 0.5 + wanted.numpy().ravel(), atol=1e-12)


def test_numbers_are_written_for_people(tmp_path):
    spot = np.zeros(16)
    spot[[1, 14]] = -0.5, 2
    calls = [["percent", [0.99999]], ["percent", [1e-9]], ["percent", [0.5]], ["percent", [1]],
             ["mapInWords", [spot]]]  # fmt: skip
    assert called("network_view", calls, tmp_path) == [
        "over 99.9 %", "under 0.1 %", "50.0 %", "100.0 %",
        "lowest −0.5 at row 0, column 1; highest 2.0 at row 3, column 2",
    ]  # fmt: skip


def test_numbers_that_end_too_early_are_noticed(held_out, tmp_path):
    weights, shapes, _ = page_data(restless_network(), held_out)
    script = """
        try { module.unpackNetwork(...given); } catch (error) { return error.message; }
    """
    assert "numbers" in answers(["network"], script, [weights[:-400], shapes], tmp_path)


def test_digits_survive_packing(held_out, tmp_path):
    packed = np.frombuffer(zlib.decompress(held_out.packed()), np.uint8)
    (found,) = called("network", [["inflate", [held_out.packed()]]], tmp_path)
    np.testing.assert_array_equal(found, packed)
    few = HeldOut(held_out.images[:3], held_out.labels[:3])
    script = "return module.unpackDigits(await module.inflate(given));"
    found = answers(["network"], script, list(few.packed()), tmp_path)
    assert found["count"] == 3
    np.testing.assert_array_equal(found["labels"], few.labels)
    np.testing.assert_array_equal(found["images"], few.pixels.ravel())


def test_the_held_out_digits_keep_all_their_grey_levels(held_out):
    np.testing.assert_allclose(held_out.images, data.digits().test_images, atol=1e-7)


def test_the_same_bytes_are_shared():
    assert share(b"one") is share(b"one")
    assert share(b"one") is not share(b"two")
    first = share(b"three")
    first.close()
    assert share(b"three") is not first


@pytest.mark.parametrize(
    ("images", "labels", "error", "message"),
    [
        (np.zeros((2, 28, 28)), None, ValueError, "`images` and `labels` must be given together"),
        (np.zeros((2, 28, 27)), [0, 1], ValueError, "`images` must have shape"),
        (np.full((1, 28, 28), 2.0), [0], ValueError, "`images` must be between 0 and 1"),
        (np.full((1, 28, 28), np.nan), [0], ValueError, "`images` must be between 0 and 1"),
        (np.zeros((2, 28, 28)), [0.0, 1.0], TypeError, "`labels` must be integers"),
        (np.zeros((2, 28, 28)), [0], ValueError, "`labels` must be 2 digits"),
        (np.zeros((2, 28, 28)), [0, 10], ValueError, "`labels` must be 2 digits"),
    ],
)
def test_other_digits_are_refused(images, labels, error, message):
    with pytest.raises(error, match=message):
        HeldOut(images, labels)


def test_other_networks_are_refused():
    from convlib import networks

    with pytest.raises(TypeError, match="`model` must be a PyTorch network.*; got str"):
        numbers_of("model")
    smoother = networks.tiny_cnn()
    smoother.relu1 = torch.nn.Softplus()
    wider = networks.tiny_cnn()
    wider.second, wider.norm2 = torch.nn.Conv2d(8, 24, 3, bias=False), torch.nn.BatchNorm2d(24)
    wider.third = torch.nn.Conv2d(24, 20, 3, bias=False)
    for other in (networks.one_layer_cnn(), networks.shuffled(), smoother, wider):
        with pytest.raises(ValueError, match=r"`model` must be made by convlib\.networks"):
            numbers_of(other)
