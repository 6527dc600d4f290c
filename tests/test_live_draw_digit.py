"""The drawing pad: state in Python, and the preparation of drawings in both languages."""

import numpy as np
import pytest
from javascript import called
from test_live_network import restless_network

from convlib import data, networks
from convlib.live import DrawDigit
from convlib.live.draw_digit import DRAWING, prepare


@pytest.fixture(scope="module")
def model():
    return restless_network()


@pytest.fixture
def figure(model):
    return DrawDigit(model)


def bar():
    """Return a drawing that is not square, not centred and not symmetric."""
    drawing = np.zeros((28, 28))
    drawing[2:9, 20:23] = 1
    drawing[2, 16:20] = 102 / 255
    return drawing


def test_a_held_out_digit_is_used_as_it_is(figure, model):
    digits = data.digits()
    figure.digit, figure.example = "7", 3
    image = digits.test_images[np.flatnonzero(digits.test_labels == 7)[3]]
    np.testing.assert_allclose(figure.image, image, atol=1e-7)
    np.testing.assert_allclose(
        figure.probabilities, networks.probabilities(model, image[None])[0], atol=1e-6
    )
    assert (figure.view.digit, figure.view.example) == (8, 3)


def test_a_drawing_is_prepared(figure):
    figure.drawing = bar()
    assert figure.digit == DRAWING
    assert figure.view.digit == 0
    np.testing.assert_array_equal(figure.drawing, bar())
    np.testing.assert_array_equal(figure.image, prepare(bar()))
    assert figure.feature_maps.shape == (8, 26, 26)
    assert figure.probabilities.sum() == pytest.approx(1)


def test_the_browser_may_set_the_drawing(figure):
    figure.view.set_state({"ink": memoryview(bytes([255] + 783 * [0])), "digit": 0})
    figure.menus["digit"].set_state({"index": 0})
    assert figure.drawing[0, 0] == 1
    assert figure.digit == DRAWING


def test_preparation_scales_and_centres():
    prepared = prepare(bar())
    rows, columns = (np.flatnonzero(prepared.any(axis=axis)) for axis in (1, 0))
    assert 20 <= np.ptp(rows) + 1 <= 24
    assert np.ptp(columns) < np.ptp(rows) + 3
    weights = prepared / prepared.sum()
    centre = [weights.sum(axis=axis) @ np.arange(28) for axis in (1, 0)]
    np.testing.assert_allclose(centre, 14, atol=0.1)
    assert prepared.max() <= 1


def test_preparation_knows_the_edges():
    assert not prepare(np.zeros((28, 28))).any()
    np.testing.assert_allclose(prepare(np.ones((28, 28)))[14, 14], 1)
    one = np.zeros((28, 28))
    one[27, 0] = 1
    assert prepare(one)[14, 14] == 1


def test_preparation_hardly_changes_what_is_prepared_already():
    """MNIST's own digits are scaled and centred like this, to half a pixel."""
    images = data.digits().test_images[:200]
    prepared = np.array([prepare(image) for image in images])
    assert np.abs(prepared - images).mean() < 0.03


def test_preparation_is_the_same_in_javascript(tmp_path):
    rng = np.random.default_rng(1)
    drawings = [np.zeros((28, 28)), bar(), np.ones((28, 28)), rng.random((28, 28)).round(1)]
    for _ in range(12):
        top, left, height, width = rng.integers(0, 14, 4)
        one = np.zeros((28, 28))
        one[top : top + height + 1, left : left + width + 1] = rng.random((height + 1, width + 1))
        drawings.append(one)
    drawings = [np.round(255 * one).astype(np.uint8) for one in drawings]
    found = called("draw_digit", [["prepare", [one.ravel()]] for one in drawings], tmp_path)
    for answer, drawing in zip(found, drawings, strict=True):
        np.testing.assert_allclose(answer, prepare(drawing / 255).ravel(), atol=1e-6)


def test_a_stroke_is_soft_and_leaves_what_is_there(tmp_path):
    blank = [0] * 784
    full = [255] * 784
    calls = [["stroke", [ink, [5, 3], [5, 10]]] for ink in (blank, full)]
    line, kept = (np.reshape(one, (28, 28)) for one in called("draw_digit", calls, tmp_path))
    assert line[5, 3:11].tolist() == [255] * 8
    assert line[4, 5] == line[6, 5] == pytest.approx(0.7 * 255, abs=1)
    assert not line[:4].any() and not line[:, 12:].any()
    assert (kept == 255).all()


def test_examples_and_sentences(tmp_path):
    calls = [
        ["exampleOf", [[3, 1, 3, 2, 3], 3, 1]],
        ["exampleOf", [[3, 1, 3, 2, 3], 3, 3]],
        ["sentence", [[0, 0, 0, 0, 0, 0, 0.25, 0, 0.75, 0], 6]],
    ]
    second, again, sentence = called("draw_digit", calls, tmp_path)
    assert (second, again) == (2, 0)
    assert sentence.startswith("The network says 8 (75.0 %); its second choice is 6 (25.0 %).")


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("drawing", np.zeros((28, 27)), ValueError, "`drawing` must have shape"),
        ("drawing", np.full((28, 28), 1.5), ValueError, "`drawing` must be between 0 and 1"),
        ("drawing", np.full((28, 28), np.nan), ValueError, "`drawing` must be between 0 and 1"),
        ("digit", "ten", ValueError, "`digit` must be one of"),
        ("example", 100, ValueError, "`example` must be 0 to 99"),
        ("example", 1.5, ValueError, "`example` must be a whole number"),
    ],
)
def test_bad_values_are_refused(figure, trait, value, error, message):
    with pytest.raises(error, match=message):
        setattr(figure, trait, value)
    assert figure.digit == "3"


def test_every_digit_must_be_there(model):
    with pytest.raises(ValueError, match="`labels` must hold every digit"):
        DrawDigit(model, np.zeros((3, 28, 28)), [0, 1, 2])


def test_a_page_gets_a_widget_and_a_picture(figure):
    bundle = figure._repr_mimebundle_()
    assert len(bundle["image/png"]) < 40_000
    assert len(bundle["application/vnd.jupyter.widget-view+json"]["live"]["alt"]) > 20
