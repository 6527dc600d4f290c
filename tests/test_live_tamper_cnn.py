"""Tampering with the first kernels: state in Python, and the counting in both languages."""

import numpy as np
import pytest
import torch
from javascript import answers, called
from test_live_network import page_data

from convlib import data, networks
from convlib.live import DrawDigit, TamperCNN
from convlib.live._recipes import REPLACEMENTS, TURNS, library, tampered
from convlib.live._shared import HeldOut

# The counts for several sets of kernels, one after the other.
COUNT = """
    const [[weights, shapes, packed], sets] = given;
    const network = module.unpackNetwork(weights, shapes);
    const count = module.makeCounter(network, module.unpackDigits(await module.inflate(packed)));
    return sets.map((kernels) => count(Float64Array.from(kernels)));
"""
DIGITS = data.digits().test_images[:150], data.digits().test_labels[:150]


@pytest.fixture(scope="module")
def model():
    return networks.train(*(part[:1000] for part in data.digits()[:2]), seed=0, epochs=2).model


@pytest.fixture
def tamper(model):
    return TamperCNN(model, *DIGITS)


def test_untouched_it_is_the_network_itself(tamper, model):
    np.testing.assert_array_equal(tamper.kernels, networks.first_kernels(model))
    assert tamper.accuracy == networks.accuracy(model, *DIGITS)
    assert sum(tamper.view.right) == round(150 * tamper.accuracy)


def test_an_untrained_network_starts_with_what_it_reads_rightly():
    """Though it is in training mode, in which batch normalisation compares pictures."""
    model = networks.tiny_cnn()
    tamper = TamperCNN(model)
    images, labels = data.digits()[2:]
    model.eval()
    with torch.no_grad():
        found = model(torch.tensor(images)[:, None]).argmax(dim=1).numpy()
    right = np.bincount(labels[found == labels], minlength=10)
    np.testing.assert_array_equal(tamper.view.right, right)


def test_each_kernel_keeps_its_recipe(tamper):
    tamper.gain, tamper.turn = -0.5, "half turn"
    tamper.kernel = 2
    assert (tamper.gain, tamper.turn) == (1, "as it is")
    tamper.blur = 0.8
    tamper.kernel = 0
    assert (tamper.gain, tamper.turn, tamper.blur) == (-0.5, "half turn", 0)
    kernels = tamper.kernels
    np.testing.assert_allclose(kernels[0], -0.5 * np.rot90(tamper.learned[0], 2), atol=1e-6)
    np.testing.assert_array_equal(kernels[1], tamper.learned[1])
    assert np.abs(kernels[2]).sum() < np.abs(tamper.learned[2]).sum()
    assert tamper.view.recipes[2] == [0, 0, 0.8, 1.0]


def test_single_values_can_be_set(tamper, model):
    tamper.gain = 2
    kernels = tamper.learned.copy()
    kernels[3, 1, 2] = 9.5
    tamper.kernels = kernels
    np.testing.assert_array_equal(tamper.kernels, kernels)
    assert tamper.gain == 1
    np.testing.assert_array_equal(networks.first_kernels(tamper.tampered_model), kernels)
    np.testing.assert_array_equal(networks.first_kernels(model), tamper.learned)


def test_the_browser_may_set_all_kernels_back(tamper):
    tamper.kernels = tamper.learned[:, ::-1]
    tamper.view.set_state({"base": memoryview(b"")})
    np.testing.assert_array_equal(tamper.kernels, tamper.learned)


def test_a_replacement_is_as_strong_as_the_original(tamper):
    for name in REPLACEMENTS[1:]:
        tamper.replace = name
        strength = np.linalg.norm(tamper.kernels[0])
        assert strength == pytest.approx(np.linalg.norm(tamper.learned[0]), rel=1e-6)


def test_the_names_of_the_strokes_and_edges_are_right():
    """A stroke of that direction is what each of them answers to most."""
    named = dict(zip(REPLACEMENTS[1:], library(), strict=True))
    lines = {"stroke |": np.eye(7)[[3] * 7], "stroke -": np.eye(7)[[3] * 7].T,
             "stroke \\": np.eye(7), "stroke /": np.fliplr(np.eye(7))}  # fmt: skip
    for name, kernel in named.items():
        if name.startswith("stroke"):
            assert max(lines, key=lambda line: np.sum(kernel * lines[line])) == name
    step = np.tile(np.arange(7) > 3, (7, 1))
    for name, right, other in (("upright edge", step, step.T), ("level edge", step.T, step)):
        assert abs(np.sum(named[name] * right)) > 10 * abs(np.sum(named[name] * other))


def test_recipes_are_the_same_in_javascript(tmp_path):
    rng = np.random.default_rng(5)
    kernels = rng.normal(size=(len(REPLACEMENTS) * 3, 7, 7)).astype(np.float32)
    recipes = [
        [i % len(REPLACEMENTS), i % len(TURNS), float(rng.choice([0, 0.1, 0.7, 2])), gain]
        for i, gain in enumerate(rng.uniform(-2, 2, len(kernels)))
    ]
    call = ["allTampered", [kernels.ravel(), recipes, library().reshape(-1, 49)]]
    (found,) = called("recipes", [call], tmp_path)
    expected = [tampered(kernel, recipe) for kernel, recipe in zip(kernels, recipes, strict=True)]
    np.testing.assert_allclose(found, np.ravel(expected), atol=1e-6)


def test_the_counts_are_pytorchs(model, tmp_path):
    """Also when one kernel is changed twice, then another, then all, then none."""
    tamper = TamperCNN(model, *DIGITS)
    sets, expected = [], []

    def remember():
        sets.append(tamper.kernels.ravel())
        expected.append(tamper._right())

    remember()
    for k, gain in ((1, 0), (1, -1), (4, 0.3), (4, 0.4), (0, 0)):
        tamper.kernel = k
        tamper.gain = gain
        remember()
    tamper.kernels = tamper.learned[:, ::-1]
    remember()
    remember()
    rng = np.random.default_rng(7)
    for _ in range(10):  # rounding must not pile up
        tamper.kernel, tamper.gain = int(rng.integers(8)), round(rng.uniform(-2, 2), 1)
        remember()
    tamper.kernels = tamper.learned
    remember()
    given = [page_data(model, HeldOut(*DIGITS)), sets]
    found = answers(["network", "counting"], COUNT, given, tmp_path)
    assert found == expected
    assert found[-1] == found[0]
    assert len({sum(one) for one in expected}) > 3  # the changes matter


def test_two_figures_share_network_and_digits(model):
    draw, tamper = DrawDigit(model), TamperCNN(model)
    assert draw.view.network is tamper.view.network
    assert draw.view.digits is tamper.view.digits


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("kernels", np.zeros((8, 7, 6)), ValueError, r"`kernels` must have shape \(8, 7, 7\)"),
        ("kernels", np.full((8, 7, 7), np.nan), ValueError, "`kernels` must be finite"),
        ("kernel", 8, ValueError, "`kernel` must be 0 to 7; got 8"),
        ("kernel", np.array([1, 2]), TypeError, "`kernel` must be an integer"),
        ("replace", "nothing", ValueError, "`replace` must be one of"),
        ("turn", "a bit", ValueError, "`turn` must be one of"),
        ("gain", 3, ValueError, "`gain` must be -2"),
        ("blur", -0.1, ValueError, "`blur` must be 0"),
        ("example", 150, ValueError, "`example` must be 0 to 149"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(tamper, trait, value, error, message):
    with pytest.raises(error, match=message):
        setattr(tamper, trait, value)
    np.testing.assert_array_equal(tamper.kernels, tamper.learned)


def test_other_kernel_sizes_are_refused():
    with pytest.raises(ValueError, match="`model` must have 7×7 kernels"):
        TamperCNN(networks.tiny_cnn(size=5), *DIGITS)


def test_a_page_gets_a_widget_and_a_picture(tamper):
    bundle = tamper._repr_mimebundle_()
    assert len(bundle["image/png"]) < 60_000
    assert len(bundle["application/vnd.jupyter.widget-view+json"]["live"]["alt"]) > 20
