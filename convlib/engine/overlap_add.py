"""Method "overlap_add": convolve the signal block by block, and let the tails overlap.

The answer for a block of n samples is ``n + m - 1`` long: its tail falls onto the next answer::

    x   | a a a a | b b b b | c c c c |
    y   [ A A A A A A ]
                  [ B B B B B B ]         y = A + B + C, each by one product of spectra
                            [ C C C C C C ]

It is overlap-save (`convlib.engine.fft`) seen from the signal, and serves signals without an end.
"""

from itertools import product

import numpy as np

from convlib._validate import FloatArray, Lengths
from convlib.engine.fft import inverse, spectrum, transform_tiles
from convlib.engine.tiling import box


class OverlapAdd:
    """Products of spectra, for one block of the signal after the other."""

    name = "overlap_add"

    def __init__(self, h: FloatArray, samples: Lengths) -> None:
        self.h = h
        full = [n + m - 1 for n, m in zip(samples, h.shape, strict=True)]
        self.steps, self.lengths = transform_tiles(samples, full, h.shape, h.itemsize)

    def tile(self, shape: Lengths, most: int) -> Lengths:
        """Return the whole answer: here it is the signal that is cut."""
        return shape

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        y, kernel = np.zeros((len(x), *shape), x.dtype), spectrum(self.h, self.lengths)
        for corner in product(*map(range, [0] * len(shape), x.shape[1:], self.steps)):
            block = x[box(corner, self.steps)]
            # where the answer for the block begins to count, and where that is in the box
            first = [max(0, a - i) for a, i in zip(start, corner, strict=True)]
            place = [i + b - a for i, b, a in zip(corner, first, start, strict=True)]
            sizes = zip(block.shape[1:], self.h.shape, first, shape, place, strict=True)
            # the tail of the block ends, or the box does
            count = [min(n + m - 1 - b, s - p) for n, m, b, s, p in sizes]
            if min(count) > 0:
                product_ = spectrum(block, self.lengths) * kernel
                y[box(place, count)] += inverse(product_, self.lengths, first, count)
        return y
