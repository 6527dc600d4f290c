"""From pixel to answer: every value that is shown is the sum of what is shown to add up to it."""

import numpy as np
import pytest
import torch
from javascript import answers

from convlib import data, networks
from convlib.live._shared import HeldOut, numbers_of, shared_traits

WAY = """
    const [kind, numbers, shapes, pixels] = given;
    const network = kind === 'tiny' ? module.unpackNetwork(numbers, shapes)
      : module.answering(module.oneLayer(numbers));
    const picture = module.pictureOf(pixels, 0);
    const steps = module.way(network, picture);
    const sum = (list) => list.reduce((a, b) => a + b, 0);
    const found = { chances: steps.at(-1).values, wrong: [] };
    found.kinds = steps.map((step) => step.kind);
    found.answer = module.answer(network, module.firstMaps(network, picture));
    steps.forEach(({ kind, channels, side, layer }, step) => {
      if (kind !== 'sums') return;
      const places = [[0, 0, 0], [channels - 1, side - 1, 0], [0, 1, side - 1]];
      for (const [channel, row, column] of places) {
        const place = { step, channel, row, column };
        const parts = module.productsOf(steps, place).map(({ products }) => sum(products));
        const made = sum(parts) + (layer.bias?.[channel] ?? 0);
        if (Math.abs(made - module.valueAt(steps, place)) > 1e-9) found.wrong.push(place);
      }
    });
    const back = [module.answerOf(steps)];
    while (back.at(-1).step > 0) back.push(module.mostFrom(steps, back.at(-1)));
    const on = [back.at(-1)];
    while (on.at(-1).step < steps.length - 1) on.push(module.mostTo(steps, on.at(-1)));
    found.back = back;
    found.on = on;
    found.inside = [...back, ...on].every((place) => Number.isFinite(module.valueAt(steps, place)));
    found.words = back.map((place) => module.madeOf(steps, place));
    found.from = module.sourceOf(steps, { step: 1, channel: 0, row: 2, column: 3 });
    return found;
"""


def tiny():
    torch.manual_seed(3)
    traits = shared_traits(numbers_of(networks.tiny_cnn().eval()), HeldOut())
    return ["tiny", traits["network"].content, traits["shapes"]]


def one_layer():
    torch.manual_seed(4)
    model = networks.one_layer_cnn(3)
    parts = {"first": model.first, "scores": model.scores}
    numbers = {
        name: {"weight": layer.weight.detach().numpy().ravel(), "bias": layer.bias.tolist()}
        for name, layer in parts.items()
    }
    return ["one", numbers, None]


@pytest.mark.parametrize(("network", "steps", "reach"), [(tiny, 11, 2), (one_layer, 5, 1)])
def test_every_value_is_what_it_is_said_to_be_made_of(network, steps, reach, tmp_path):
    pixels = np.round(255 * data.practice_digits().test_images[0]).astype(int)
    modules = ["network", "learning", "through"]
    found = answers(modules, WAY, [*network(), pixels.ravel()], tmp_path)
    np.testing.assert_allclose(found["chances"], found["answer"], atol=1e-9)
    assert found["wrong"] == []
    assert len(found["kinds"]) == steps
    assert found["kinds"][0] == "picture"
    assert [place["step"] for place in found["back"]] == list(range(steps))[::-1]
    assert [place["step"] for place in found["on"]] == list(range(steps))
    assert found["inside"]
    assert found["words"][0].startswith(f"The probability of {np.argmax(found['answer'])}: e to")
    assert found["words"][-1].endswith("from 0 (paper) to 1 (ink).")
    assert found["from"] == {"channel": None, "row": 2 - reach, "column": 3 - reach, "size": 7}
