"""Method "overlap_add": convolve the signal block by block, and let the tails overlap.

Convolution is linear, so a signal cut into blocks gives answers that add up. The answer for a block
of n samples is ``n + m - 1`` long, and its tail falls onto the answer for the next block::

    x   | a a a a | b b b b | c c c c |
    y   [ A A A A A A ]
                  [ B B B B B B ]         y = A + B + C, each by one product of spectra
                            [ C C C C C C ]

It is overlap-save (`convlib.engine.fft`) seen from the signal instead of from the answer, and the
way to convolve a signal that has no end yet.
"""

from itertools import product

import numpy as np

from convlib._validate import FloatArray, Lengths
from convlib.engine.fft import inverse, spectrum, transform_tiles
from convlib.engine.tiling import box

__all__ = ["OverlapAdd"]


class OverlapAdd:
    """Products of spectra, for one block of the signal after the other.

    Parameters
    ----------
    h : ndarray
        Kernel.
    samples : sequence of int
        Length of the signal along each axis of the kernel.
    """

    def __init__(self, h: FloatArray, samples: Lengths) -> None:
        self.h, self.samples = h, samples
        full = [n + m - 1 for n, m in zip(samples, h.shape, strict=True)]
        self.steps, self.lengths = transform_tiles(samples, full, h.shape, h.itemsize)

    def tile(self, shape: Lengths, most: int) -> list[int]:
        """Return the whole answer: it is the signal that is cut, below."""
        return list(shape)

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        y = np.zeros((len(x), *shape), x.dtype)
        kernel = spectrum(self.h, self.lengths)
        for corner in product(*map(range, [0] * len(shape), self.samples, self.steps)):
            block = x[box(corner, self.steps)]
            first = [max(0, a - i) for a, i in zip(start, corner, strict=True)]
            place = [i + b - a for i, b, a in zip(corner, first, start, strict=True)]
            tail = [n + m - 1 - b for n, m, b in zip(block.shape[1:], self.h.shape, first,
                                                     strict=True)]  # fmt: skip
            length = [min(n, s - p) for n, s, p in zip(tail, shape, place, strict=True)]
            if min(length) > 0:
                transformed = spectrum(block, self.lengths)
                transformed *= kernel
                y[box(place, length)] += inverse(transformed, self.lengths, first, length)
        return y
