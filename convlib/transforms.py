"""Products of spectra: the methods "fft" and "overlap_add".

Each returns a box of the full convolution of `x` and `h`: `shape` sums from `start` on, along the
last axes of `x`, to which `h` belongs; the axes before them are carried along.
"""

from functools import partial
from itertools import product as corners

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from convlib._parts import CACHE, box, even, in_pieces
from convlib._specials import all_finite, sums_of
from convlib._validate import FloatArray, Lengths
from convlib.sums import direct

__all__ = ["fft", "overlap_add", "tiles"]

Spectrum = NDArray[np.complexfloating]


def tiles(
    wanted: Lengths, whole: Lengths, kernel: Lengths, itemsize: int
) -> tuple[list[int], list[int]]:
    """Cut places into equal tiles whose transforms fit the cache.

    Parameters
    ----------
    wanted : sequence of int
        Places along each axis.
    whole : sequence of int
        Least length of a transform that does them all, along each axis.
    kernel : sequence of int
        Length of the kernel along each axis.
    itemsize : int
        Bytes of a number.

    Returns
    -------
    steps, lengths : list of int
        Places in a tile, and the length of its transforms, along each axis.
    """
    fits = (CACHE // itemsize) ** (1 / len(kernel))
    steps, lengths = [], []
    for n, once, m in zip(wanted, whole, kernel, strict=True):
        step = even(n, max(fits, 4 * m) - m + 1)
        lengths.append(next_fast_len(once if step >= n else step + m - 1, real=True))
        steps.append(n if step >= n else lengths[-1] - m + 1)
    return steps, lengths


def fft(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Multiply the spectra of overlapping tiles; what wraps round is cut away (overlap-save)."""
    # what goes on beyond a transform is added to its beginning; it may be shorter than the full
    # answer by as much as is cut away there
    whole = [
        max(a + s, n + m - 1 - a, n, m)
        for n, m, a, s in zip(x.shape[x.ndim - h.ndim :], h.shape, start, shape, strict=True)
    ]
    steps, lengths = tiles(shape, whole, h.shape, x.itemsize)
    once = steps == list(shape)  # then the spectrum of `h` need not be kept
    spectrum = None if once else _spectrum(h, lengths)

    def work(piece: FloatArray, k: FloatArray, first: Lengths, inner: Lengths) -> FloatArray:
        product = _spectrum(piece, lengths)
        product *= spectrum if k is h and spectrum is not None else _spectrum(k, lengths)
        return _signal(product, lengths, first, inner)

    # transformed, even smaller numbers would round all sums by as much as the largest of them
    safe = partial(sums_of, work, direct)
    return np.ascontiguousarray(in_pieces(safe, x, h, start, shape, steps))


def _spectrum(x: FloatArray, lengths: list[int]) -> Spectrum:
    """Transform the last axes, filled up with zeros: the rows first, while they are few."""
    spectrum: Spectrum = rfft(x, lengths[-1], axis=-1)
    for axis in range(-2, -len(lengths) - 1, -1):
        spectrum = scipy.fft.fft(spectrum, lengths[axis], axis=axis, overwrite_x=True)
    return spectrum


def _signal(spectrum: Spectrum, lengths: list[int], start: Lengths, shape: Lengths) -> FloatArray:
    """Transform back and return the box of `shape` at `start`: the rows last, when few are left."""
    for axis in range(-len(lengths), -1):
        spectrum = scipy.fft.ifft(spectrum, axis=axis, overwrite_x=True)
        behind = spectrum.shape[spectrum.ndim + axis + 1 :]
        spectrum = spectrum[box([start[axis], *[0] * len(behind)], [shape[axis], *behind])]
    rows: FloatArray = irfft(spectrum, lengths[-1], axis=-1)
    return rows[box(start[-1:], shape[-1:])]


def overlap_add(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Convolve the signal piece by piece; the tails of neighbouring answers overlap and add up."""
    lead = x.ndim - h.ndim
    samples = x.shape[lead:]
    whole = [n + m - 1 for n, m in zip(samples, h.shape, strict=True)]
    steps, lengths = tiles(samples, whole, h.shape, x.itemsize)
    y, spectrum = np.zeros((*x.shape[:lead], *shape), x.dtype), _spectrum(h, lengths)
    for corner in corners(*map(range, [0] * h.ndim, samples, steps)):
        piece = x[box(corner, steps)]
        first = [max(0, a - i) for a, i in zip(start, corner, strict=True)]
        place = [i + b - a for i, b, a in zip(corner, first, start, strict=True)]
        # the tail of the piece ends, or the wanted sums do
        inner = [
            min(n + m - 1 - b, s - p)
            for n, m, b, s, p in zip(piece.shape[lead:], h.shape, first, shape, place, strict=True)
        ]
        if min(inner) > 0:
            product = _spectrum(piece, lengths)
            product *= spectrum
            y[box(place, inner)] += _signal(product, lengths, first, inner)
    # NaN and infinity have filled whole tiles
    return y if all_finite(y) else fft(x, h, start, shape)
