"""Kernels that people made by hand: the classic matrices and the families with a parameter.

Every kernel is written for **true convolution**, the operation of `convlib.filter_image`:
``sobel_x`` answers with positive numbers where the picture gets brighter to the right, and
``sobel_y`` where it gets brighter downwards. The same matrix under cross-correlation answers
with the opposite sign. Index order is row, column; rows count downwards. No family makes a kernel
of more than 4096 rows: that is more than any picture needs, and already 134 megabytes.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convlib._validate import FloatArray, at_least, finite_number, positive_number, real_array
from convlib.engine import rank_one_factors

__all__ = [
    "KERNELS",
    "binomial",
    "box",
    "difference_of_gaussians",
    "factors",
    "gabor",
    "gaussian",
    "laplacian_of_gaussian",
]

Kernel = NDArray[np.float64]

MOST_ROWS = 4096  # of any family: more than a picture needs, and already 134 megabytes


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
        Rows and columns, in pixels; 1 to 4096.

    Returns
    -------
    kernel : (size, size) ndarray

    Raises
    ------
    TypeError, ValueError
        If `size` is not a whole number from 1 to 4096.

    Examples
    --------
    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    size = at_least(size, "size", 1, MOST_ROWS)
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
    size = at_least(size, "size", 1, MOST_ROWS)
    row = np.array([math.comb(size - 1, k) / 2 ** (size - 1) for k in range(size)])
    return np.outer(row, row)


def _grid(sigma: float, truncate: float) -> list[Kernel]:
    """Row and column offsets from the centre, out to `truncate` standard deviations."""
    if not 2 * truncate * sigma < MOST_ROWS - 1:
        raise ValueError(
            f"`sigma`, `truncate` and `aspect` must give at most {MOST_ROWS} rows; "
            f"got a bell {sigma:g} pixels wide that reaches {truncate:g} times as far"
        )
    radius = max(1, int(truncate * sigma + 0.5))
    offsets = np.arange(-radius, radius + 1, dtype=np.float64)
    return list(np.meshgrid(offsets, offsets, indexing="ij"))


def _square(offsets: Kernel, sigma: float) -> Kernel:
    """Return ``(offsets / sigma)**2``; large where `sigma` vanishes, but not infinite."""
    scaled: Kernel = offsets / max(sigma, 1e-100)
    return scaled**2


def _refuse_vanished(kernel: Kernel, message: str) -> Kernel:
    """Refuse a kernel that should be of size 1 and of which sampling left only rounding."""
    if not np.abs(kernel).sum() > 1e-9:
        raise ValueError(message)
    return kernel


def gaussian(sigma: float, *, truncate: float = 4.0) -> Kernel:
    """Return a sampled Gaussian bell that sums to 1.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels, the same along rows and columns; above zero. Much below
        a pixel the bell is the identity.
    truncate : float, default 4.0
        The kernel reaches this many standard deviations from its centre.

    Returns
    -------
    kernel : (2r + 1, 2r + 1) ndarray
        With ``r = int(truncate * sigma + 0.5)``, at least 1.

    Raises
    ------
    TypeError, ValueError
        If `sigma` or `truncate` is not a finite number above zero, or the kernel too large.

    Examples
    --------
    >>> gaussian(1.0).shape
    (9, 9)
    """
    sigma, truncate = positive_number(sigma, "sigma"), positive_number(truncate, "truncate")
    rows, columns = _grid(sigma, truncate)
    bell: Kernel = np.exp(-(_square(rows, sigma) + _square(columns, sigma)) / 2)
    return bell / float(bell.sum())


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
        As `gaussian`, and if `sigma` is so far below a pixel (0.14) that nothing is left.

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
    curvature = bell * (_square(rows, sigma) + _square(columns, sigma) - 2)
    message = (
        "`sigma` and `truncate` must show the bell's bend, from a sigma of about 0.14 on; "
        f"got {sigma:g} and {float(truncate):g}"
    )
    return _refuse_vanished(curvature - curvature.sum() * bell, message) / sigma**2


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
        If `sigma` is not above zero or `ratio` not above 1, or they leave nothing or too much.

    Examples
    --------
    >>> kernel = difference_of_gaussians(1.0)
    >>> middle = len(kernel) // 2
    >>> bool(kernel[middle, middle] < 0 < kernel[middle, middle + 3])
    True
    """
    ratio = positive_number(ratio, "ratio")
    if ratio <= 1:
        raise ValueError(f"`ratio` must be above 1; got {ratio!r}")
    wide, narrow = gaussian(ratio * positive_number(sigma, "sigma")), gaussian(sigma)
    message = (
        "`sigma` and `ratio` must make bells that differ at whole pixels; "
        f"got {float(sigma):g} and {ratio:g}"
    )
    return _refuse_vanished(wide - np.pad(narrow, (len(wide) - len(narrow)) // 2), message)


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
        If a number is not finite, `sigma`, `wavelength` or `aspect` not above zero, the kernel
        too large, or the wave zero at every pixel, as a sine of wavelength 2 is.

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
    bell = np.exp(-(_square(along, sigma) + _square(across, sigma / aspect)) / 2)
    bell /= bell.sum()
    wave = bell * np.cos(2 * math.pi * along / max(wavelength, 1e-100) + phase)
    wave -= bell * wave.sum()  # flat areas must answer zero
    message = (
        "`sigma`, `wavelength` and `phase` must leave a wave at whole pixels; "
        f"got {sigma:g}, {wavelength:g} and {phase:g}"
    )
    return _refuse_vanished(wave, message) / float(np.abs(wave).sum())


def factors(kernel: Any) -> list[FloatArray] | None:
    """Split a separable kernel into one list of weights per axis.

    A kernel is separable when it is the outer product of its factors: a matrix of rank 1.
    Filtering with ``k`` short factors costs the sum of their lengths per sample instead of the
    product.

    Parameters
    ----------
    kernel : array_like of any shape
        Real; there is no answer for a kernel with NaN or infinity.

    Returns
    -------
    list of 1-D ndarray, one per axis, or None
        Their outer product is `kernel` to rounding; None when there is no such product.

    Raises
    ------
    TypeError, ValueError
        If `kernel` is empty, a scalar, or not real.

    Examples
    --------
    >>> sobel = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    >>> column, row = factors(sobel)
    >>> bool(np.allclose(np.outer(column, row), sobel))
    True
    >>> factors([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]) is None
    True
    """
    with np.errstate(all="ignore"):  # near the limit of its type
        return rank_one_factors(real_array(kernel, "kernel"))
