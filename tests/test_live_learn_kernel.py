"""The figure that learns a kernel: its state in Python, and its numerics in the browser."""

import numpy as np
import pytest
from javascript import assert_says_the_same, case

from convlib import correlate, to_uint8
from convlib.kernels import KERNELS
from convlib.live import LearnKernel
from convlib.live.learn_kernel import SECRETS


def recipe(before, after, start, steps, momentum, rate=0.5):
    """Gradient descent as the chapter writes it: nothing but correlations of whole pictures."""
    w, step = np.array(start), np.zeros((3, 3))
    history, losses = [w], []
    for _ in range(steps):
        error = correlate(before, w, mode="valid") - after
        losses.append(np.mean(error**2) / 2)
        step = momentum * step - rate * correlate(before, error / after.size, mode="valid")
        w = w + step
        history.append(w)
    return np.array(history[:-1]), np.array(losses)


def products(picture):
    """Return the mean product of each two pixels of a window, shape (81,)."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    return (windows.T @ windows / len(windows)).ravel()


def cases(rng):
    """Pictures that are not square, every secret kernel, with and without momentum."""
    for secret, momentum in zip(SECRETS, (0, 0.5, 0.9, 0.98, 0.99), strict=True):
        before, start = rng.random((9, 14)), rng.normal(size=(3, 3))
        after = correlate(before, KERNELS[secret], mode="valid")
        kernels, losses = recipe(before, after, start, 41, momentum)
        yield case("learn_kernel", "meanProducts", [before.ravel(), 9, 14], products(before), 1e-12)
        arguments = [products(before), KERNELS[secret].ravel(), start.ravel(), momentum, 40]
        expected = {"kernels": kernels.ravel().tolist(), "losses": losses.tolist()}
        yield case("learn_kernel", "descend", arguments, expected, 1e-9)
        arguments = [before.ravel(), 9, 14, KERNELS[secret].ravel()]
        yield case("learn_kernel", "correlateValid", arguments, after.ravel(), 1e-12)
        for signed, shown in ((False, after), (True, 0.5 + after / 2)):
            answer = to_uint8(shown).ravel()
            yield case("learn_kernel", "drawn", [after.ravel(), signed], answer, 0)
        summed = bool(KERNELS[secret].sum() < 0.5)
        yield case("learn_kernel", "isSigned", [KERNELS[secret].ravel()], summed)
    figure = LearnKernel()
    arguments = [products(figure.before), KERNELS["emboss"].ravel(), [0] * 9, 0.98, 1000]
    expected = {
        "kernels": figure.history.ravel().tolist(),
        "losses": figure.losses.tolist(),
    }
    yield case("learn_kernel", "descend", arguments, expected, 1e-9)
    yield case("learn_kernel", "brief", [0.0000123], "1.2e−5")


def test_javascript_says_what_convlib_says(tmp_path):
    assert_says_the_same(cases(np.random.default_rng(7)), tmp_path)


@pytest.mark.parametrize("example", ["cat", "noise", "stripes", "constant"])
@pytest.mark.parametrize("momentum", [0, 0.98])
def test_the_history_is_the_chapters_descent(example, momentum):
    figure = LearnKernel(example=example, momentum=momentum, start=5)
    after = correlate(figure.before, KERNELS["emboss"], mode="valid")
    history, losses = recipe(figure.before, after, figure.history[0], 30, momentum)
    np.testing.assert_allclose(figure.history[:30], history, atol=1e-10)
    np.testing.assert_allclose(figure.losses[:30], losses, atol=1e-12)


def test_the_controls_reach_the_view():
    figure = LearnKernel(secret="sobel_x", step=0)
    figure.momentum, figure.start, figure.step, figure.example = 0.5, 7, 60, "noise"
    view = figure.view
    assert (view.secret, view.momentum, view.start, view.example) == (3, 0.5, 7, 1)
    assert view.steps[view.step] == figure.step == 60
    assert (figure.history[0] == np.reshape(view.starts[7], (3, 3))).all()
    np.testing.assert_array_equal(figure.kernel, figure.history[60])


def test_the_answer_is_convlibs_and_drawn_in_eight_bits():
    figure = LearnKernel(secret="sobel_x", step=30)
    expected = correlate(figure.before, figure.kernel, mode="valid")
    np.testing.assert_array_equal(figure.result, expected)
    np.testing.assert_array_equal(figure.drawn, to_uint8(0.5 + expected / 2))
    figure.secret = "emboss"
    np.testing.assert_array_equal(figure.drawn, to_uint8(figure.result))


@pytest.mark.parametrize("secret", SECRETS)
def test_cat_and_noise_reveal_the_kernel_but_stripes_and_a_constant_do_not(secret):
    figure = LearnKernel(secret=secret, step=1000, start=3)
    for figure.example in ("cat", "noise"):
        assert figure.mistake < 0.01
    for figure.example in ("stripes", "constant"):
        assert figure.losses[-1] < 1e-6
        assert figure.mistake > 0.2
    figure.example = "stripes"
    sums = figure.kernel.sum(axis=0)
    np.testing.assert_allclose(sums, KERNELS[secret].sum(axis=0), atol=1e-3)


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("momentum", 1.0, ValueError, "`momentum` must be from 0 to 0.99; got 1.0"),
        ("momentum", -0.1, ValueError, "`momentum` must be from 0"),
        ("momentum", "much", TypeError, "`momentum` must be"),
        ("start", 40, ValueError, "`start` must be one of"),
        ("start", 1.5, TypeError, "`start` must be a whole number; got 1.5"),
        ("step", 11, ValueError, "`step` must be one of .* got 11"),
        ("secret", "gabor", ValueError, "`secret` must be one of"),
        ("example", "dog", ValueError, "`example` must be one of"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(trait, value, error, message):
    figure = LearnKernel()
    before = getattr(figure, trait)
    with pytest.raises(error, match=message):
        setattr(figure, trait, value)
    assert getattr(figure, trait) == before


def test_the_picture_shows_the_step():
    titles = [axes.get_title() for axes in LearnKernel(step=20).picture().axes]
    assert titles == ["before", "after: the goal", "learned, step 20", "learned", "secret", "loss"]
