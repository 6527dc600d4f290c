"""Kernels that people made by hand: the classic matrices and the families with a parameter.

Every kernel is written for **true convolution**, the operation of `convlib.filter_image`:
``sobel_x`` answers with positive numbers where the picture gets brighter to the right, and
``sobel_y`` where it gets brighter downwards. The same matrix under cross-correlation answers
with the opposite sign. Index order is row, column; rows count downwards.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convlib._validate import finite_number, positive_int, positive_number
from convlib.methods import factors

__all__ = ["KERNELS", "binomial", "box", "difference_of_gaussians", "factors", "gabor", "gaussian"]
__all__ += ["laplacian_of_gaussian"]

Kernel = NDArray[np.float64]


def _read_only(rows: ArrayLike) -> Kernel:
    kernel = np.array(rows, dtype=np.float64)
    kernel.flags.writeable = False
    return kernel


_SMOOTH = np.array([1.0, 2.0, 1.0])
_DIFFERENCE = np.array([1.0, 0.0, -1.0])  # flipped by convolution: next minus previous

KERNELS: Mapping[str, Kernel] = MappingProxyType(
    {
        "identity": _read_only([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "blur": _read_only(np.ones((3, 3)) / 9),
        "gaussian": _read_only(np.outer(_SMOOTH, _SMOOTH) / 16),
        "sharpen": _read_only([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edge_enhance": _read_only([[0, 0, 0], [-1, 1, 0], [0, 0, 0]]),
        "edge_detect": _read_only([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        "emboss": _read_only([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
        "sobel_x": _read_only(np.outer(_SMOOTH, _DIFFERENCE)),
        "sobel_y": _read_only(np.outer(_DIFFERENCE, _SMOOTH)),
    }
)
"""The 3×3 classics, name to read-only array of shape (3, 3), rows by columns."""


def box(size: int) -> Kernel:
    """Return the moving average: equal weights that sum to 1.

    Parameters
    ----------
    size : int
        Rows and columns, in pixels; 1 or more.

    Returns
    -------
    kernel : (size, size) ndarray

    Raises
    ------
    TypeError, ValueError
        If `size` is not a whole number of 1 or more.

    Examples
    --------
    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    size = positive_int(size, "size")
    return np.full((size, size), 1 / size**2)


def binomial(size: int) -> Kernel:
    """Return row ``size - 1`` of Pascal's triangle, times itself as a column, summing to 1.

    Parameters
    ----------
    size : int
        As in `box`.

    Returns
    -------
    kernel : (size, size) ndarray
        Variance ``(size - 1) / 4`` along each axis.

    Raises
    ------
    TypeError, ValueError
        As `box`.

    Examples
    --------
    >>> 16 * binomial(3)
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    size = positive_int(size, "size")
    row = np.array([math.comb(size - 1, k) / 2 ** (size - 1) for k in range(size)])
    return np.outer(row, row)


def _grid(sigma: float, truncate: float) -> list[Kernel]:
    """Row and column offsets from the centre, out to `truncate` standard deviations."""
    radius = max(1, int(truncate * sigma + 0.5))
    offsets = np.arange(-radius, radius + 1, dtype=np.float64)
    return np.meshgrid(offsets, offsets, indexing="ij")


def gaussian(sigma: float, *, truncate: float = 4.0) -> Kernel:
    """Return a sampled Gaussian bell that sums to 1.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels, the same along rows and columns; above zero.
    truncate : float, default 4.0
        The kernel reaches this many standard deviations from its centre.

    Returns
    -------
    kernel : (2r + 1, 2r + 1) ndarray
        With ``r = int(truncate * sigma + 0.5)``, at least 1.

    Raises
    ------
    TypeError, ValueError
        If `sigma` or `truncate` is not a finite number above zero.

    Examples
    --------
    >>> gaussian(1.0).shape
    (9, 9)
    """
    sigma, truncate = positive_number(sigma, "sigma"), positive_number(truncate, "truncate")
    rows, columns = _grid(sigma, truncate)
    bell = np.exp(-(rows**2 + columns**2) / (2 * sigma**2))
    return bell / bell.sum()


def laplacian_of_gaussian(sigma: float, *, truncate: float = 4.0) -> Kernel:
    """Return the Laplacian of a Gaussian: negative centre, positive ring, sum zero.

    Parameters
    ----------
    sigma, truncate : float
        As in `gaussian`.

    Returns
    -------
    kernel : (2r + 1, 2r + 1) ndarray
        Sampled at whole pixels [1]_. Sampling leaves a small sum, which is taken off in
        proportion to the bell, so that flat areas answer zero.

    Raises
    ------
    TypeError, ValueError
        As `gaussian`.

    References
    ----------
    .. [1] D. Marr and E. Hildreth, "Theory of edge detection", Proc. R. Soc. B 207, 1980.

    Examples
    --------
    >>> bool(laplacian_of_gaussian(1.0)[4, 4] < 0)
    True
    """
    bell = gaussian(sigma, truncate=truncate)
    rows, columns = _grid(sigma := float(sigma), float(truncate))  # powers of int8 overflow
    curvature = bell * (rows**2 + columns**2 - 2 * sigma**2) / sigma**4
    return curvature - curvature.sum() * bell


def difference_of_gaussians(sigma: float, ratio: float = 1.6) -> Kernel:
    """Return the wider bell minus the narrower one: nearly a scaled Laplacian of Gaussian.

    Parameters
    ----------
    sigma : float
        Standard deviation of the narrower Gaussian in pixels; above zero.
    ratio : float, default 1.6
        How many times wider the other one is; above 1.

    Returns
    -------
    kernel : (2r + 1, 2r + 1) ndarray
        Negative centre, positive ring, sum zero.

    Raises
    ------
    TypeError, ValueError
        If `sigma` is not above zero or `ratio` not above 1.
    """
    ratio = positive_number(ratio, "ratio")
    if ratio <= 1:
        raise ValueError(f"`ratio` must be above 1; got {ratio!r}")
    wide, narrow = gaussian(ratio * positive_number(sigma, "sigma")), gaussian(sigma)
    return wide - np.pad(narrow, (len(wide) - len(narrow)) // 2)


def gabor(
    sigma: float, theta: float, wavelength: float, *, phase: float = 0.0, aspect: float = 1.0
) -> Kernel:
    """Return a wave under a bell: it answers to stripes of one direction and one width.

    Parameters
    ----------
    sigma : float
        Standard deviation of the bell along the wave, in pixels; above zero.
    theta : float
        Direction in which the wave travels, in radians: 0 points along a row to the right,
        pi/2 down a column. Stripes lie across it.
    wavelength : float
        From crest to crest, in pixels; above zero.
    phase : float, default 0.0
        0 gives a symmetric kernel (a line), pi/2 an antisymmetric one (an edge), in radians.
    aspect : float, default 1.0
        Bell along the wave divided by bell along the stripes; below 1 gives longer stripes.

    Returns
    -------
    kernel : (2r + 1, 2r + 1) ndarray
        Sum zero; absolute values sum to 1.

    Raises
    ------
    TypeError, ValueError
        If a number is not finite, or `sigma`, `wavelength` or `aspect` not above zero.

    Examples
    --------
    >>> upright = gabor(2.0, theta=0.0, wavelength=4.0)
    >>> bool(np.allclose(upright, upright[::-1, :]))   # the same upside down
    True
    """
    sigma, aspect = positive_number(sigma, "sigma"), positive_number(aspect, "aspect")
    wavelength = positive_number(wavelength, "wavelength")
    theta, phase = finite_number(theta, "theta"), finite_number(phase, "phase")
    rows, columns = _grid(sigma * max(1.0, 1 / aspect), truncate=3.0)
    along = columns * math.cos(theta) + rows * math.sin(theta)
    across = rows * math.cos(theta) - columns * math.sin(theta)
    bell = np.exp(-(along**2 + (aspect * across) ** 2) / (2 * sigma**2))
    wave = bell * np.cos(2 * math.pi * along / wavelength + phase)
    wave -= bell * wave.sum() / bell.sum()  # flat areas must answer zero
    return wave / np.abs(wave).sum()
