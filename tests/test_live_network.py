"""The network in JavaScript says what PyTorch says, and its numbers reach the page unharmed."""

import json
import subprocess
import zlib

import numpy as np
import pytest
import torch
from javascript import ROOT, node

from convlib import cnn, data
from convlib.live._shared import HeldOut, numbers_of, share, shared_traits

LIVE = ROOT / "convlib" / "live"


def javascript(folder, sources, calls):
    """Return what the functions of a module answer to [name, arguments] each.

    The module consists of several files, one after the other, as the figures put them together.
    """
    module, cases = folder / "module.mjs", folder / "calls.json"
    module.write_text("\n".join((LIVE / name).read_text(encoding="utf-8") for name in sources))
    cases.write_text(json.dumps(calls, default=plain))
    script = f"""
        import {{ readFileSync, writeSync }} from 'node:fs';
        const module = await import({json.dumps(module.as_uri())});
        const answers = [];
        for (const [name, given] of JSON.parse(readFileSync({json.dumps(str(cases))}, 'utf8'))) {{
          answers.push(await module[name](...given));
        }}
        const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
        console.log(JSON.stringify(answers, plain));
    """
    run = subprocess.run(
        [node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def plain(value):
    """Return arrays and bytes as lists, for JSON."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else list(value)


def restless_network(kernels=8, size=7, seed=0):
    """Return an untrained network whose batch normalisation has met some pictures."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = cnn.tiny_cnn(kernels, size=size).train()
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


@pytest.mark.parametrize(("kernels", "size"), [(8, 7), (1, 3), (5, 5), (16, 9)])
def test_probabilities_are_pytorchs(kernels, size, held_out, tmp_path):
    """On all 1,000 held-out digits, for every size of the first layer."""
    model = restless_network(kernels, size)
    expected = cnn.probabilities(model, held_out.images)
    assert expected.max() > 0.9  # else the test would be too easy
    assert len(set(expected.argmax(axis=1))) > 5
    call = ["answersTo", page_data(model, held_out)]
    (found,) = javascript(tmp_path, ["network.js"], [call])
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


def test_a_layer_is_pytorchs(tmp_path):
    """Odd and even numbers of places, of kernels, of rows."""
    rng = np.random.default_rng(3)
    calls, expected = [], []
    for channels, side, filters, size in (
        (1, 5, 1, 3), (3, 6, 4, 3), (2, 4, 7, 2), (2, 7, 6, 5), (3, 4, 3, 4),
    ):  # fmt: skip
        x = rng.normal(size=(channels, side, side))
        weights = rng.normal(size=(filters, channels, size, size))
        given = [x.ravel(), channels, side, weights.ravel(), filters, size]
        calls.append(["conv", given])
        answer = torch.nn.functional.conv2d(torch.from_numpy(x)[None], torch.from_numpy(weights))
        expected.append(answer.numpy().ravel())
    for found, wanted in zip(javascript(tmp_path, ["network.js"], calls), expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_numbers_are_written_for_people(tmp_path):
    calls = [["written", [-0.04]], ["written", [-2.25, 2]], ["percent", [0.99999]],
             ["percent", [1e-9]], ["percent", [0.5]], ["percent", [1]]]  # fmt: skip
    assert javascript(tmp_path, ["network.js"], calls) == [
        "0.0", "−2.25", "over 99.9 %", "under 0.1 %", "50.0 %", "100.0 %"
    ]  # fmt: skip


def test_digits_survive_packing(held_out, tmp_path):
    packed = np.frombuffer(zlib.decompress(held_out.packed()), np.uint8)
    (found,) = javascript(tmp_path, ["network.js"], [["inflate", [held_out.packed()]]])
    np.testing.assert_array_equal(found, packed)
    few = HeldOut(held_out.images[:3], held_out.labels[:3])
    script = (LIVE / "network.js").read_text(encoding="utf-8")
    unpack = "const unpackAll = async (packed) => unpackDigits(await inflate(packed));"
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "one.js").write_text(script + f"\nexport {unpack}")
    (found,) = javascript(extra, [extra / "one.js"], [["unpackAll", [few.packed()]]])
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
    from convlib import architectures

    with pytest.raises(TypeError, match="`model` must be a network from convlib.cnn; got str"):
        numbers_of("model")
    with pytest.raises(ValueError, match=r"`model` must be made by convlib\.cnn\.tiny_cnn"):
        numbers_of(architectures.one_layer_cnn())
