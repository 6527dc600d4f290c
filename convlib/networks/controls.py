"""Noise that kernels must differ from before anything can be said about their shape."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convlib import _validate
from convlib.discrete import convolve
from convlib.networks._checks import as_kernels

_MARGIN = 12  # pixels around a patch of noise that its blur takes from
_WIDEST = 3.0  # blur, as a standard deviation in pixels


def roughness(kernels: ArrayLike) -> NDArray[np.float64]:
    """Return how rough each kernel is: ‖∇w‖² / ‖w‖², which `smoothness` sums over a layer.

    Parameters
    ----------
    kernels : array_like, shape (n, rows, columns)
        None of zeros only. ∇w holds the differences of neighbours, down and across.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> roughness([[[1, -1], [1, -1]]])
    array([2.])
    """
    array = _not_zero(kernels)
    down, across = np.diff(array, axis=1), np.diff(array, axis=2)
    return np.asarray((_energy(down) + _energy(across)) / _energy(array))


def coherence(kernels: ArrayLike) -> NDArray[np.float64]:
    """Return how far each kernel changes in one direction only, from 0 to 1.

    The slopes at all places of a kernel are points in a plane; the products of their two parts,
    summed, are the structure tensor. With eigenvalues a ≥ b it gives (a − b) / (a + b)
    [1]_. Neither the kernel's mean nor its strength matters.

    Parameters
    ----------
    kernels : array_like, shape (n, rows, columns)
        None constant.

    Returns
    -------
    ndarray, shape (n,)
        1 for a straight stroke or edge in any direction, 0 for a round spot.

    References
    ----------
    .. [1] J. Bigün and G. H. Granlund, "Optimal orientation detection of linear symmetry",
       Proc. First International Conference on Computer Vision, 1987, 433-438.

    Examples
    --------
    >>> stroke, spot = np.zeros((2, 5, 5))
    >>> stroke[:, 2] = spot[2, 2] = 1
    >>> coherence([stroke, spot])
    array([1., 0.])
    """
    array = as_kernels(kernels, "kernels").astype(np.float64)
    # Both slopes at the centres of squares of four pixels, so that they belong to one place.
    down = np.diff((array[..., 1:] + array[..., :-1]) / 2, axis=1)
    across = np.diff((array[:, 1:] + array[:, :-1]) / 2, axis=2)
    total = _energy(down) + _energy(across)
    if not total.all():
        raise ValueError("`kernels` must hold no constant kernel, which has no direction")
    mixed = np.sum(down * across, axis=(1, 2))
    return np.asarray(np.hypot(_energy(down) - _energy(across), 2 * mixed) / total)


def matched_noise(kernels: ArrayLike, *, seed: int, draws: int = 1) -> NDArray[np.float64]:
    """Return random patches that are exactly as rough as given kernels, and nothing else.

    White noise under a Gaussian blur of the width that makes the `roughness` equal: a control for
    all that smoothness alone can explain.

    Parameters
    ----------
    kernels : array_like, shape (n, rows, columns)
        None of zeros only, smoother than a blur of three pixels can make noise, or rougher than
        white noise.
    seed : int
        Not negative.
    draws : int, default 1
        Patches for each kernel.

    Returns
    -------
    ndarray, shape (draws, n, rows, columns)
        Each with the roughness (to 0.1 %) and the sum of squares of its kernel.

    Raises
    ------
    TypeError, ValueError
        If `kernels` are not as described, `seed` is negative or `draws` is not positive.
    """
    array = _not_zero(kernels)
    rng = np.random.default_rng(_validate.at_least(seed, "seed", 0))
    draws = _validate.at_least(draws, "draws")
    lengths = np.sqrt(_energy(array))
    noise = [
        length * _patch(kernel.shape, wanted, rng)
        for _ in range(draws)
        for kernel, wanted, length in zip(array, roughness(array), lengths, strict=True)
    ]
    return np.reshape(noise, (draws, *array.shape))


def _patch(shape: tuple[int, ...], wanted: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return one patch of length 1; narrow and wide blurs close in on the roughness wanted."""
    for _ in range(1000):
        field = rng.normal(size=[side + 2 * _MARGIN for side in shape])
        narrow, wide = 0.1, _WIDEST
        if not _rough(_blurred(field, wide)) < wanted < _rough(_blurred(field, narrow)):
            continue  # this noise is smoother or rougher than wanted under every blur
        while wide - narrow > 1e-4:
            width = (narrow + wide) / 2
            patch = _blurred(field, width)
            narrow, wide = (width, wide) if _rough(patch) > wanted else (narrow, width)
        return patch
    raise ValueError(f"`kernels` must be as rough as blurred noise can be; got {wanted:.3g}")


def _blurred(field: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    bell = np.exp(-(np.arange(-_MARGIN, _MARGIN + 1) ** 2) / (2 * width**2))
    patch = convolve(convolve(field, bell[:, None], mode="valid"), bell[None], mode="valid")
    return np.asarray(patch / np.sqrt(np.sum(patch**2)))


def _rough(patch: NDArray[np.float64]) -> float:
    return float(np.sum(np.diff(patch, axis=0) ** 2) + np.sum(np.diff(patch, axis=1) ** 2))


def _energy(array: NDArray[np.float64]) -> Any:
    return np.sum(array**2, axis=(1, 2))


def _not_zero(kernels: ArrayLike) -> NDArray[np.float64]:
    array = as_kernels(kernels, "kernels").astype(np.float64)
    if not _energy(array).all():
        raise ValueError("`kernels` must hold no kernel of zeros only, which is like nothing")
    return array
