"""What may be done to a 7×7 kernel: replaced, turned, blurred, multiplied."""

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convlib.discrete import convolve
from convlib.kernels import gaussian

LEARNED = "learned"
HAND_MADE = ("upright edge", "level edge", "spot", "blur", "stroke |", "stroke /", "stroke -",
             "stroke \\", "random")  # fmt: skip
REPLACEMENTS = (LEARNED, *HAND_MADE)
TURNS = (
    "as it is",
    "quarter turn",
    "half turn",
    "three-quarter turn",
    "mirrored left-right",
    "mirrored up-down",
)
SIZE = 7
NEUTRAL = (0, 0, 0.0, 1.0)  # replacement, turn, blur, gain
_TURNED = (
    lambda kernel: kernel,
    lambda kernel: np.rot90(kernel, 1),
    lambda kernel: np.rot90(kernel, 2),
    lambda kernel: np.rot90(kernel, 3),
    np.fliplr,
    np.flipud,
)


@functools.cache
def library() -> NDArray[np.float64]:
    """Return the kernels that may replace a learned one, (n, 7, 7), sum of squares 1."""
    from convlib.networks import hand_made_kernels

    noise = np.random.default_rng(0).normal(size=(SIZE, SIZE))
    return np.concatenate([hand_made_kernels(), noise[None] / np.linalg.norm(noise)])


def tampered(kernel: NDArray[np.float32], recipe: Sequence[float]) -> NDArray[np.float32]:
    """Return a kernel after its recipe: replacement, turn, blur, gain."""
    replacement, turn = (int(number) for number in recipe[:2])
    blur, gain = recipe[2:]
    if replacement:
        kernel = library()[replacement - 1] * np.linalg.norm(kernel)
    kernel = _TURNED[turn](kernel)
    if blur:
        kernel = convolve(kernel, gaussian(blur), mode="same")
    return np.asarray(gain * kernel, dtype=np.float32)
