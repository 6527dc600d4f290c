"""The epochs of a training at a slider: stages that are kept, and what a page does with them."""

import numpy as np
import pytest
from javascript import answers, called

from convlib import data, networks
from convlib.live import DrawDigit

MOMENTS = """
    const [packed, shapes, count] = given;
    const numbers = module.fromHalf(packed);
    const each = numbers.length / count;
    return Array.from({ length: count }, (_, i) => {
      const bytes = new Uint8Array(numbers.slice(i * each, (i + 1) * each).buffer);
      return module.unpackNetwork(bytes, shapes).first.weight;
    });
"""


@pytest.fixture(scope="module")
def held_out():
    """Two digits of each kind."""
    images, labels = data.practice_digits()[2:]
    places = np.concatenate([np.flatnonzero(labels == digit)[:2] for digit in range(10)])
    return images[places], labels[places]


@pytest.fixture(scope="module")
def training():
    images, labels = data.practice_digits()[:2]
    return networks.train(images[:130], labels[:130], seed=0, epochs=2, keep=True)


def test_a_training_keeps_its_stages_when_asked(training):
    assert len(training.stages) == 3
    kernels = [networks.first_kernels(stage) for stage in training.stages]
    assert (kernels[0] != kernels[1]).all()
    np.testing.assert_array_equal(kernels[-1], networks.first_kernels(training.model))
    assert not any(stage.training for stage in training.stages)
    images, labels = data.practice_digits()[:2]
    again = networks.train(images[:130], labels[:130], seed=0, epochs=2)
    assert again.stages == ()
    np.testing.assert_array_equal(networks.first_kernels(again.model), kernels[-1])


def test_the_slider_goes_through_the_stages(training, held_out):
    figure = DrawDigit(training.model, *held_out, stages=training.stages)
    assert figure.stage == figure.view.stage == 2
    for figure.stage in range(3):
        assert figure.view.stage == figure.stage
        model = training.stages[figure.stage]
        np.testing.assert_allclose(
            figure.probabilities, networks.probabilities(model, figure.image[None])[0]
        )
        accuracy = networks.accuracy(model, *held_out)
        assert figure.view.accuracies[figure.stage] == accuracy
    assert figure.view.stages.on_demand
    for bad in (3, -1):
        with pytest.raises(ValueError, match="`stage` must be"):
            figure.stage = bad


def test_the_page_has_all_stages_but_the_last_in_16_bits(training, held_out, tmp_path):
    figure = DrawDigit(training.model, *held_out, stages=training.stages)
    view = figure.view
    found = answers(["network"], MOMENTS, [view.stages.content, view.shapes, 2], tmp_path)
    for weights, stage in zip(found, training.stages, strict=False):
        wanted = networks.first_kernels(stage).astype(np.float16).ravel()
        np.testing.assert_array_equal(weights, wanted)


def test_halves_are_numpys(tmp_path):
    values = np.array([0, -0.0, 1, -2.5, 65504, 6e-8, -3e-5, 0.1], np.float16)
    (found,) = called("network", [["fromHalf", [list(values.tobytes())]]], tmp_path)
    np.testing.assert_array_equal(found, values)


def test_without_stages_there_is_no_slider(training, held_out):
    figure = DrawDigit(training.model, *held_out)
    assert "stage" not in figure.sliders
    assert (figure.stage, figure.view.accuracies) == (0, [])


def test_stages_of_another_network_are_refused(training, held_out):
    others = (networks.tiny_cnn(4), training.model)
    with pytest.raises(ValueError, match="`stages` must be stages of `model`"):
        DrawDigit(training.model, *held_out, stages=others)


def test_what_is_said_of_a_stage(tmp_path):
    calls = [["stageInWords", [stage, [0.1, 0.95, 0.98]]] for stage in (0, 1)]
    found = called("draw_digit", [*calls, ["stageInWords", [0, []]]], tmp_path)
    assert found == [
        "Before its training this chapter's network reads 10.0 % of the held-out digits rightly.",
        "After 1 of 2 epochs this chapter's network reads 95.0 % of the held-out digits rightly.",
        "",
    ]
