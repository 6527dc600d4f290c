"""Method "fft": convolution becomes multiplication of spectra, tile by tile (overlap-save).

The discrete Fourier transform turns a *circular* convolution into a product::

    DFT(y) = DFT(x) DFT(h)

Circular: what goes on beyond the end of a transform is added to its beginning. It is made just long
enough that only sums are spoilt which nobody wants. Large answers are cut into tiles, whose
transforms fit into the cache; each reads the ``m - 1`` samples before it anew.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from convlib._validate import FloatArray, Lengths
from convlib.engine.tiling import TILE_BYTES, box, even_step

Spectrum = NDArray[np.complexfloating]


class Fft:
    """Products with the spectrum of `h`: one, with so many threads, or one for every tile."""

    name = "fft"

    def __init__(
        self, h: FloatArray, samples: Lengths, start: Lengths, shape: Lengths, threads: int = 1
    ) -> None:
        self.h = h
        whole = [  # of the n + m - 1 sums, those before the box may be spoilt
            max(a + s, n + m - 1 - a, n, m)
            for n, m, a, s in zip(samples, h.shape, start, shape, strict=True)
        ]
        self.steps, self.lengths = transform_tiles(shape, whole, h.shape, h.itemsize)
        tiled = self.steps != list(shape)
        self.spectrum = (
            spectrum(h, self.lengths) if tiled else None
        )  # else it waits, without memory
        self.threads = 1 if tiled else threads

    def tile(self, shape: Lengths, most: int) -> Lengths:
        """Return how long a tile is along each axis, which the length of its transform decides."""
        return self.steps

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        y = spectrum(x, self.lengths, self.threads)
        kernel = self.spectrum
        y *= spectrum(self.h, self.lengths, self.threads) if kernel is None else kernel
        return inverse(y, self.lengths, start, shape, self.threads)


def transform_tiles(
    wanted: Lengths, whole: Lengths, kernel: Lengths, itemsize: int
) -> tuple[list[int], list[int]]:
    """Return how many places a tile has whose transform fits the cache, and how long that is.

    One transform of everything would have to be `whole` long.
    """
    fits = (TILE_BYTES // itemsize) ** (1 / len(kernel))
    steps, lengths = [], []
    for n, once, m in zip(wanted, whole, kernel, strict=True):
        step = even_step(n, max(fits, 4 * m) - m + 1)
        lengths.append(next_fast_len(once if step >= n else step + m - 1, real=True))
        steps.append(n if step >= n else lengths[-1] - m + 1)
    return steps, lengths


def spectrum(x: FloatArray, lengths: Lengths, threads: int = 1) -> Spectrum:
    """Transform the last axes, filled up with zeros: the rows first, while they are few."""
    y: Spectrum = scipy.fft.rfft(x, lengths[-1], axis=-1, workers=threads)
    for axis in range(-2, -len(lengths) - 1, -1):
        y = scipy.fft.fft(y, lengths[axis], axis=axis, overwrite_x=True, workers=threads)
    return y


def inverse(
    y: Spectrum, lengths: Lengths, start: Lengths, shape: Lengths, threads: int = 1
) -> FloatArray:
    """Transform back and return the box of `shape` at `start`: rows last, when few are left."""
    for axis in range(-len(lengths), -1):
        y = scipy.fft.ifft(y, axis=axis, overwrite_x=True, workers=threads)
        behind = y.shape[y.ndim + axis + 1 :]
        y = y[box([start[axis], *[0] * len(behind)], [shape[axis], *behind])]
    rows: FloatArray = scipy.fft.irfft(y, lengths[-1], axis=-1, workers=threads)
    return rows[box(start[-1:], shape[-1:])]
