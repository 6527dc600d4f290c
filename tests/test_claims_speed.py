"""Statements of the chapter `fast-convolution`, on its own functions."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import lfilter

import convlib
from convlib import kernels

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "chapters" / "fast-convolution.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chapter():
    """Functions as the chapter defines them."""
    names = {"np": np, "lfilter": lfilter}
    for function in ("banded", "by_bands", "box_sums", "recursive_blur", "three_boxes"):
        source = re.search(rf"^def {function}\(.*?(?=\n\S|\n\n\n|^```)", TEXT, re.M | re.S)[0]
        exec(source, names)
    return names


@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_running_sums_are_box_sums(chapter, k):
    x = np.random.default_rng(k).normal(size=(9, 13))
    expected = convlib.convolve(x, np.ones((k, k)), mode="valid")
    np.testing.assert_allclose(chapter["box_sums"](x, k), expected, atol=1e-12)


@pytest.mark.parametrize("shape", [(1, 1), (3, 4), (4, 3), (7, 2)])
def test_bands_convolve(chapter, shape):
    rng = np.random.default_rng(1)
    x, h = rng.normal(size=(71, 23)), rng.normal(size=shape)
    expected = convlib.convolve(x, h, mode="valid")
    np.testing.assert_allclose(chapter["by_bands"](x, h), expected, atol=1e-12)


def variance(kernel):
    rows = np.arange(len(kernel)) - len(kernel) // 2
    return kernel.sum(axis=1) @ rows**2


@pytest.mark.parametrize("sigma", [1.0, 4.0, 9.0])
def test_recursive_rounds_have_the_variance_they_promise(chapter, sigma):
    impulse = np.zeros((401, 401))
    impulse[200, 200] = 1
    for rounds in (1, 3):
        answer = chapter["recursive_blur"](impulse, sigma, rounds=rounds)
        assert np.isclose(answer.sum(), 1, rtol=1e-4)
        assert np.isclose(variance(answer), sigma**2, rtol=1e-3)
        assert np.allclose(answer, np.flip(answer), atol=1e-12)


def test_more_rounds_are_more_like_a_bell(chapter):
    impulse = np.zeros((101, 101))
    impulse[50, 50] = 1
    sigma = np.sqrt(20)
    bell = kernels.gaussian(sigma, truncate=50 / sigma)
    peaks = [
        chapter["recursive_blur"](impulse, sigma, rounds=n).max() / bell.max() for n in (3, 12)
    ]
    assert peaks[0] > 1.2 and 1 < peaks[1] < 1.12  # far too pointed, a little too pointed
    boxes = chapter["three_boxes"](impulse, 9)
    assert np.isclose(variance(boxes), 20) and boxes.max() < bell.max()
