"""Kernels that were made, not learned, and how like them the learned ones are."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convlib.discrete import convolve
from convlib.kernels import KERNELS, gabor, gaussian, laplacian_of_gaussian
from convlib.networks._checks import as_kernels


def _centre(kernel: NDArray[Any], size: int) -> NDArray[np.float64]:
    margin = (len(kernel) - size) // 2
    cropped = kernel[margin : margin + size, margin : margin + size] if margin > 0 else kernel
    return np.pad(cropped, (size - len(cropped)) // 2)


def hand_made_kernels() -> NDArray[np.float64]:
    """Return eight kernels made without any digit: two edges, a spot, a blur, four strokes.

    Returns
    -------
    ndarray, shape (8, 7, 7)
        Sobel in two directions on a Gaussian, Laplacian of Gaussian, Gaussian, and Gabor
        kernels at 0, 45, 90 and 135 degrees; each with sum of squares 1.
    """
    blur = gaussian(1.0, truncate=2.0)
    kernels = [convolve(blur, KERNELS[name]) for name in ("sobel_x", "sobel_y")]
    kernels += [-laplacian_of_gaussian(1.0), gaussian(1.0)]
    kernels += [gabor(1.5, np.pi * k / 4, 6.0) for k in range(4)]
    stack = np.stack([_centre(kernel, 7) for kernel in kernels])
    return np.asarray(stack / np.sqrt(np.sum(stack**2, axis=(1, 2), keepdims=True)))


def gabor_family() -> NDArray[np.float64]:
    """Return Gabor kernels of 7 × 7 pixels in twelve directions, three widths, eight phases.

    Returns
    -------
    ndarray, shape (n, 7, 7)
        Each with sum of squares 1.
    """
    stack = [
        _centre(gabor(sigma, np.pi * k / 12, wavelength, phase=np.pi * phase / 4), 7)
        for sigma in (1.0, 1.5, 2.5)
        for wavelength in (4.0, 6.0, 9.0)
        for k in range(12)
        for phase in range(8)
    ]
    lengths = np.sqrt(np.sum(np.square(stack), axis=(1, 2), keepdims=True))
    return np.asarray(np.stack(stack) / lengths)


def likeness(kernels: ArrayLike, family: ArrayLike) -> NDArray[np.float64]:
    """Return for each kernel its largest absolute cosine with a member of a family, 0 to 1.

    Parameters
    ----------
    kernels : array_like, shape (n, rows, columns)
        None of zeros only.
    family : array_like, shape (m, rows, columns)
        None of zeros only.

    Returns
    -------
    ndarray, shape (n,)
        1 for the shape, or the exact negative, of a member.

    Raises
    ------
    TypeError, ValueError
        If the kernels differ in size, are not finite, or one holds zeros only.

    Examples
    --------
    >>> likeness([[[0, -3], [0, 0]]], [[[0, 1], [0, 0]], [[1, 0], [0, 0]]])
    array([1.])
    """
    a, b = _directions(kernels, "kernels"), _directions(family, "family")
    if a.shape[1:] != b.shape[1:]:
        raise ValueError(
            f"`kernels` and `family` must be of one size; got {a.shape[1:]} and {b.shape[1:]}"
        )
    cosines = np.einsum("irc,jrc->ij", a, b)
    return np.asarray(np.abs(cosines).max(axis=1))


def _directions(kernels: ArrayLike, name: str) -> NDArray[np.float64]:
    array = as_kernels(kernels, name).astype(np.float64)
    lengths = np.sqrt(np.sum(array**2, axis=(1, 2), keepdims=True))
    if not lengths.all():
        raise ValueError(f"`{name}` must hold no kernel of zeros only, which is like nothing")
    return np.asarray(array / lengths)
