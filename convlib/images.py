"""Pictures: filtering, grey levels, and the way back to 8 bits."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convlib._validate import FloatArray, choice, real_array
from convlib.discrete import part_of_mode
from convlib.engine import BOUNDARIES, METHODS, plan, rank_one_factors

__all__ = ["filter_image", "to_grey", "to_uint8"]

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709, shares of red, green, blue


def _picture(image: Any) -> FloatArray:
    picture = real_array(image, "image")
    if picture.ndim not in (2, 3):
        raise ValueError(f"`image` must be (H, W) or (H, W, C); got shape {picture.shape}")
    if picture.ndim == 3 and picture.shape[2] not in (1, 3, 4):
        raise ValueError(
            "`image` must have 1, 3 or 4 channels on its last axis; "
            f"got {picture.shape[2]} (shape {picture.shape})"
        )
    return picture


def filter_image(
    image: ArrayLike, kernel: ArrayLike, *, boundary: str = "edge", method: str = "auto"
) -> FloatArray:
    """Convolve each channel of a picture with a kernel (true convolution: the kernel is flipped).

    Parameters
    ----------
    image : array_like, shape (H, W) or (H, W, C)
        Rows, columns, and 1, 3 or 4 channels. Any range; not rescaled.
    kernel : array_like, shape (kh, kw)
        Its centre is the value at ``((kh - 1) // 2, (kw - 1) // 2)``.
    boundary : {"edge", "constant", "reflect", "symmetric", "wrap"}
        How the picture continues beyond its border, as in `convlib.convolve`.
    method : str
        As in `convlib.convolve`.

    Returns
    -------
    ndarray, shape of `image`
        Floats (float32 for a float32 picture, float64 for integers), never clipped: sharpening
        overshoots the old range and differences are negative.

    Raises
    ------
    TypeError, ValueError
        As `convlib.convolve`; also for a picture of other dimensions or with 2, 5 or more
        channels, for a kernel that is not 2-D, and for method "separable" with a kernel that is
        no outer product.

    Examples
    --------
    A step that gets brighter to the right answers positive:

    >>> from convlib.kernels import KERNELS
    >>> filter_image([[0, 0, 1, 1]] * 3, KERNELS["sobel_x"])[1]
    array([0., 4., 4., 0.])
    """
    choice(boundary, "boundary", BOUNDARIES)
    choice(method, "method", METHODS)
    picture, given = _picture(image), real_array(kernel, "kernel", ndim=2)
    with np.errstate(all="ignore"):  # what is lost is told below
        weights = given.astype(picture.dtype, copy=False)
    if weights is not given and np.isinf(weights).sum() > np.isinf(given).sum():
        raise ValueError(
            f"`kernel` must fit into {picture.dtype}, the type of the picture; "
            f"got values up to {np.abs(given).max():g}"
        )
    if method == "separable" and rank_one_factors(weights) is None:
        raise ValueError(
            '`kernel` must be an outer product (rank 1) for method="separable"; '
            f"got shape {weights.shape} that is not"
        )
    ends = None  # extended, the picture holds all sums of "same"
    if boundary == "constant":
        sizes = zip(picture.shape[:2], weights.shape, strict=True)
        ends = [part_of_mode(n, m, "same") for n, m in sizes]
    planned = plan(weights, picture.shape, axes=(0, 1), ends=ends, boundary=boundary, method=method)
    return planned.apply(picture)


@np.errstate(all="ignore")  # opposite infinities add up to NaN, and large values may overflow
def to_grey(image: ArrayLike) -> FloatArray:
    """Return the brightness of a colour picture; a grey one is only copied.

    Parameters
    ----------
    image : array_like, shape (H, W) or (H, W, C)
        With C of 1, 3 (red, green, blue) or 4 (and opacity, which is left out).

    Returns
    -------
    ndarray, shape (H, W)
        0.2126 red + 0.7152 green + 0.0722 blue (ITU-R BT.709).

    Raises
    ------
    TypeError, ValueError
        If `image` is not such a picture.

    Examples
    --------
    >>> to_grey([[[1.0, 1.0, 1.0], [0.0, 1.0, 0.0]]]).round(4)
    array([[1.    , 0.7152]])
    """
    picture = _picture(image)
    if picture.ndim == 2:
        return picture.copy()
    if picture.shape[2] == 1:
        return picture[..., 0].copy()
    grey: FloatArray = picture[..., :3] @ _LUMINANCE.astype(picture.dtype)
    return grey


def to_uint8(image: ArrayLike) -> NDArray[np.uint8]:
    """Clip to [0, 1], scale by 255 and round: the 8-bit picture a screen can show.

    Parameters
    ----------
    image : array_like of any shape
        Brightness, 0 for black and 1 for white.

    Returns
    -------
    ndarray of uint8, shape of `image`

    Raises
    ------
    TypeError, ValueError
        If `image` is not real, is empty, or holds NaN.

    Examples
    --------
    >>> to_uint8([-0.5, 0.0, 0.5, 2.0])
    array([  0,   0, 128, 255], dtype=uint8)
    """
    values = real_array(image, "image")
    if np.isnan(values).any():
        raise ValueError("`image` must not hold NaN: it has no grey level; got NaN")
    levels = np.floor(np.clip(values, 0, 1) * 255 + 0.5)
    return np.asarray(levels, dtype=np.uint8)
