"""Method "fft": convolution becomes multiplication of spectra, tile by tile (overlap-save).

The discrete Fourier transform turns a *circular* convolution into a product::

    DFT(y) = DFT(x) DFT(h)

Circular means that what goes on beyond the end of a transform is added to its beginning. So the
transform is made long enough that only sums are spoilt which are not wanted: they are cut away.
Large answers are cut into tiles, whose transforms fit into the cache; every tile reads the
``m - 1`` samples before it anew, and the spoilt beginning of each transform is dropped.
"""

from functools import cached_property

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from convlib._validate import FloatArray, Lengths
from convlib.engine.tiling import TILE_BYTES, box, even_step

__all__ = ["Fft", "inverse", "spectrum", "transform_tiles"]

Spectrum = NDArray[np.complexfloating]


class Fft:
    """Products with the spectrum of the kernel `h`.

    Parameters
    ----------
    h : ndarray
        Kernel.
    samples, start, shape : sequence of int
        Length of the signal along each axis of the kernel, and the box that is wanted.
    """

    def __init__(self, h: FloatArray, samples: Lengths, start: Lengths, shape: Lengths) -> None:
        self.h = h
        whole = [
            # of the full answer of n + m - 1 sums, what lies before the box may be spoilt
            max(a + s, n + m - 1 - a, n, m)
            for n, m, a, s in zip(samples, h.shape, start, shape, strict=True)
        ]
        self.steps, self.lengths = transform_tiles(shape, whole, h.shape, h.itemsize)
        self.tiled = self.steps != list(shape)

    def tile(self, shape: Lengths, most: int) -> list[int]:
        """Return how long a tile is along each axis, which the length of its transform decides."""
        return self.steps

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        product = spectrum(x, self.lengths)
        product *= self.kernel_spectrum if self.tiled else spectrum(self.h, self.lengths)
        return inverse(product, self.lengths, start, shape)

    @cached_property
    def kernel_spectrum(self) -> Spectrum:
        """Spectrum of the kernel, kept because every tile needs it."""
        return spectrum(self.h, self.lengths)


def transform_tiles(
    wanted: Lengths, whole: Lengths, kernel: Lengths, itemsize: int
) -> tuple[list[int], list[int]]:
    """Cut places into equal tiles whose transforms fit into the cache.

    Parameters
    ----------
    wanted : sequence of int
        Places along each axis.
    whole : sequence of int
        Least length of one transform for all of them, along each axis.
    kernel : sequence of int
        Length of the kernel along each axis.
    itemsize : int
        Bytes of a number.

    Returns
    -------
    steps, lengths : list of int
        Places in a tile, and the length of its transform, along each axis.
    """
    fits = (TILE_BYTES // itemsize) ** (1 / len(kernel))
    steps, lengths = [], []
    for n, once, m in zip(wanted, whole, kernel, strict=True):
        step = even_step(n, max(fits, 4 * m) - m + 1)
        lengths.append(next_fast_len(once if step >= n else step + m - 1, real=True))
        steps.append(n if step >= n else lengths[-1] - m + 1)
    return steps, lengths


def spectrum(x: FloatArray, lengths: Lengths) -> Spectrum:
    """Transform the last axes, filled up with zeros: the rows first, while they are few."""
    transformed: Spectrum = rfft(x, lengths[-1], axis=-1)
    for axis in range(-2, -len(lengths) - 1, -1):
        transformed = scipy.fft.fft(transformed, lengths[axis], axis=axis, overwrite_x=True)
    return transformed


def inverse(product: Spectrum, lengths: Lengths, start: Lengths, shape: Lengths) -> FloatArray:
    """Transform back and return the box of `shape` at `start`: rows last, when few are left."""
    for axis in range(-len(lengths), -1):
        product = scipy.fft.ifft(product, axis=axis, overwrite_x=True)
        behind = product.shape[product.ndim + axis + 1 :]
        product = product[box([start[axis], *[0] * len(behind)], [shape[axis], *behind])]
    rows: FloatArray = irfft(product, lengths[-1], axis=-1)
    return rows[box(start[-1:], shape[-1:])]
