"""The figure of kernel families: its state in Python, and its numerics in the browser."""

import numpy as np
import pytest
from javascript import assert_says_the_same, case

from convlib import convolve, filter_image, kernels, to_uint8
from convlib.live import ScaleSpace
from convlib.live.scale_space import FAMILIES

SIGMAS = (0.5, 0.6, 1.3, 2.0, 4.0)  # 0.5 and 2.0 sit where the radius is rounded


def settings(figure):
    """Return what the browser computes from."""
    phase = ("line", "edge").index(figure.phase)
    return [figure.family, figure.sigma, figure.theta, figure.wavelength, phase]


def cases(rng):
    """Every family at several scales, Gabors in every quadrant and both phases."""
    figures = [ScaleSpace(family, sigma=sigma) for family in FAMILIES for sigma in SIGMAS]
    for theta in (0, 25, 90, 135, 180):
        for phase in ("line", "edge"):
            figures.append(ScaleSpace("Gabor", theta=theta, phase=phase, wavelength=5.5))
    for figure in figures:
        picture, kernel = rng.random((7, 12)), figure.kernel
        expected = {
            "kernel": kernel.ravel().tolist(),
            "magnitudes": figure.spectrum.ravel().tolist(),
            "answer": filter_image(picture, kernel).ravel().tolist(),
        }
        arguments = [picture.ravel(), 7, 12, *settings(figure)]
        yield case("scale_space", "compute", arguments, expected, 1e-9)
    kernel = rng.normal(size=(5, 5))  # nothing symmetric about it: a forgotten flip would show
    u, s, v = np.linalg.svd(kernel)
    terms = [[(u[:, i] * s[i]).tolist(), v[i].tolist()] for i in range(5)]
    answer = filter_image(picture, kernel)
    yield case("scale_space", "filter", [picture.ravel(), 7, 12, terms], answer.ravel(), 1e-9)
    signed = to_uint8(0.5 + answer / (2 * np.abs(answer).max()))
    yield case("scale_space", "drawn", [answer.ravel(), True], signed.ravel(), 0)
    yield case("scale_space", "drawn", [answer.ravel(), False], to_uint8(answer).ravel(), 0)
    yield case("scale_space", "strongest", [ScaleSpace("Gaussian").spectrum.ravel()], 0)


def test_javascript_says_what_convlib_says(tmp_path):
    assert_says_the_same(cases(np.random.default_rng(8)), tmp_path)


@pytest.mark.parametrize(
    ("family", "kernel"),
    [
        ("Gaussian", kernels.gaussian(1.5)),
        ("LoG", kernels.laplacian_of_gaussian(1.5)),
        ("DoG", kernels.difference_of_gaussians(1.5)),
        ("Gabor", kernels.gabor(1.5, np.pi / 6, 4.0)),
    ],
)
def test_the_kernel_and_the_answer_are_convlibs(family, kernel):
    figure = ScaleSpace(family, sigma=1.5, theta=30, wavelength=4)
    np.testing.assert_allclose(figure.kernel, kernel, rtol=0, atol=1e-15)
    expected = convolve(figure.before, kernel, mode="same", boundary="edge")
    np.testing.assert_allclose(figure.result, expected, atol=1e-12)
    assert figure.drawn.dtype == np.uint8


def test_the_sliders_reach_the_view():
    figure = ScaleSpace()
    figure.sliders["sigma"].value = 3.1
    figure.theta, figure.wavelength = 45, 7.5
    figure.family, figure.phase, figure.image = "Gabor", "edge", "spots_and_stripes"
    view = figure.view
    assert (view.sigma, view.theta, view.wavelength) == (3.1, 45, 7.5)
    assert (view.family, view.phase, view.image) == (3, 1, 1)
    assert figure.sigma == 3.1


def test_a_spot_answers_most_when_its_radius_is_sigma_times_the_root_of_two():
    """Of the five spots, those of radius 4 are loudest near σ = 4/√2, weighted by σ²."""
    sigmas = np.arange(5, 41) / 10
    figure = ScaleSpace("LoG", image="spots_and_stripes")
    loudness = []
    for figure.sigma in sigmas:
        loudness.append(-(figure.sigma**2) * figure.result[26, 70])
    assert abs(sigmas[np.argmax(loudness)] - 4 / np.sqrt(2)) < 0.3


@pytest.mark.parametrize(("sigma", "column"), [(2.1, 42), (2.8, 70), (4.0, 104)])
def test_each_scale_has_its_spot(sigma, column):
    """Of all five spots, the one of radius √2 σ is the darkest in the answer, at its centre."""
    spots = ScaleSpace("LoG", sigma=sigma, image="spots_and_stripes").result[:50]
    assert np.unravel_index(np.argmin(spots), spots.shape) == (26, column)


def test_stripes_answer_to_their_own_direction_and_wavelength():
    """The patch of slanted stripes: 45 degrees and 6 pixels, not 135 degrees."""
    figure = ScaleSpace("Gabor", image="spots_and_stripes", sigma=4, theta=45, wavelength=6)
    patch = np.s_[70:102, 90:110]
    own = np.abs(figure.result[patch]).max()
    figure.theta = 135
    assert np.abs(figure.result[patch]).max() < 0.2 * own
    figure.theta, figure.wavelength = 45, 16
    assert np.abs(figure.result[patch]).max() < 0.5 * own


def test_at_45_degrees_the_slanted_stripes_answer_most_of_all():
    figure = ScaleSpace("Gabor", image="spots_and_stripes", theta=45)
    row, column = np.unravel_index(np.argmax(np.abs(figure.result)), (120, 160))
    assert abs(column - 100) < 18
    assert row > 60


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("sigma", 0.2, ValueError, "`sigma` must be from 0.5 to 4"),
        ("sigma", float("nan"), ValueError, "`sigma` must be"),
        ("sigma", "wide", TypeError, "`sigma` must be"),
        ("theta", 181, ValueError, "`theta` must be from 0"),
        ("wavelength", 1, ValueError, "`wavelength` must be from 2"),
        ("family", "gauss", ValueError, "`family` must be one of"),
        ("phase", "sine", ValueError, "`phase` must be one of"),
        ("image", "dog", ValueError, "`image` must be one of"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(trait, value, error, message):
    figure = ScaleSpace()
    before = getattr(figure, trait)
    with pytest.raises(error, match=message):
        setattr(figure, trait, value)
    assert getattr(figure, trait) == before


def test_the_picture_names_the_family():
    titles = [axes.get_title() for axes in ScaleSpace("DoG", sigma=1.2).picture().axes]
    assert titles == ["DoG, σ = 1.2", "spectrum", "answer"]
