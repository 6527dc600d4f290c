"""The descents behind `LearnKernel`: pictures, starting kernels, and every step between."""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlib import data
from convlib.images import to_uint8
from convlib.kernels import KERNELS

EXAMPLES = ("cat", "noise", "stripes", "constant")
# Learning is quick at first and slow later, so the slider takes ever larger strides.
_DECADE = (10, 12, 14, 16, 18, *range(20, 100, 10))
STEPS = (*range(10), *_DECADE, *(10 * n for n in _DECADE), 1000)
RATE = 0.5
STARTS = 40  # start 0 is nine zeros, the others are random


@functools.cache
def examples() -> dict[str, NDArray[np.uint8]]:
    """Return the pictures to learn from, with 8 bits."""
    rng = np.random.default_rng(2)
    pictures = {
        "cat": data.cat(grey=True)[60:180, 120:280],
        "noise": rng.random((40, 60)),
        "stripes": np.tile(rng.random(60), (40, 1)),
        "constant": np.full((40, 60), 0.5),
    }
    return {name: to_uint8(pictures[name]) for name in EXAMPLES}


@functools.cache
def starts() -> NDArray[np.float64]:
    """Return the kernels to start from, shape (40, 3, 3): zeros, then random ones."""
    rng = np.random.default_rng(3)
    kernels = rng.normal(size=(STARTS, 3, 3)).round(2)
    kernels[0] = 0
    return kernels


@functools.lru_cache(maxsize=32)
def descend(example: str, secret: str, momentum: float, start: int) -> tuple[Any, Any]:
    """Return all kernels on the way, shape (1001, 3, 3), and their losses, shape (1001,).

    The error of a guess w is the picture, correlated with w - secret. Its mean square therefore
    needs of the picture only the mean products of the nine pixels of a window.
    """
    picture = examples()[example] / 255
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    products = windows.T @ windows / len(windows)
    w, step = starts()[start].ravel(), np.zeros(9)
    history, losses = [], []
    for _ in range(STEPS[-1] + 1):
        off = w - KERNELS[secret].ravel()
        history.append(w.reshape(3, 3))
        losses.append(max(off @ products @ off / 2, 0.0))  # rounding may take it below
        step = momentum * step - RATE * (products @ off)
        w = w + step
    return np.array(history), np.array(losses)
