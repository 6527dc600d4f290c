"""Photographs that scikit-image ships."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from convlib.images import to_grey


@cache
def _picture(name: str) -> NDArray[np.float64]:
    import skimage.data  # optional dependency, and slow to import

    picture: NDArray[np.float64] = getattr(skimage.data, name)() / 255.0
    return picture


def _in_colour_or_grey(name: str, grey: bool) -> NDArray[np.float64]:
    picture = _picture(name)
    return np.float64(1) * to_grey(picture) if grey else picture.copy()


def cat(*, grey: bool = False) -> NDArray[np.float64]:
    """Return a photograph of a cat.

    Parameters
    ----------
    grey : bool, default False
        Give brightness (see `convlib.images.to_grey`) instead of colour.

    Returns
    -------
    ndarray, shape (300, 451, 3) or (300, 451)
        Rows, columns and red-green-blue, float64 from 0 (black) to 1.

    Examples
    --------
    >>> cat().shape, cat(grey=True).shape
    ((300, 451, 3), (300, 451))
    """
    return _in_colour_or_grey("chelsea", grey)


def coffee(*, grey: bool = False) -> NDArray[np.float64]:
    """Return a photograph of a cup of coffee.

    Parameters
    ----------
    grey : bool, default False
        Give brightness instead of colour.

    Returns
    -------
    ndarray, shape (400, 600, 3) or (400, 600)
        As from `cat`.

    Examples
    --------
    >>> coffee(grey=True).shape
    (400, 600)
    """
    return _in_colour_or_grey("coffee", grey)


def camera() -> NDArray[np.float64]:
    """Return a grey photograph of a man with a camera on a tripod.

    Returns
    -------
    ndarray, shape (512, 512)
        Rows and columns, float64 from 0 (black) to 1.

    Examples
    --------
    >>> camera().shape
    (512, 512)
    """
    return _picture("camera").copy()
