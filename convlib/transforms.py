"""Products of spectra: the methods "fft" and "overlap_add".

`x` is an extended signal and `h` a kernel for its last axes; the axes before them are carried
along. Each function returns the "valid" part of the convolution.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.fft import fftn, ifftn, irfft, next_fast_len, rfft

from convlib._parts import all_finite, box, full_lengths, valid_lengths, valid_shape
from convlib._validate import FloatArray
from convlib.sums import direct

__all__ = ["fft", "overlap_add", "tile_lengths"]

Spectrum = NDArray[np.complexfloating]
Corner = tuple[int, ...]
_LARGE = 1 << 21  # sums from which on threads repay their start
_TILE = 1 << 19  # bytes of the piece that is transformed: what a core keeps close


def tile_lengths(lengths: Iterable[int], kernel: Sequence[int], itemsize: int) -> list[int]:
    """Return the lengths of the transforms: answers cut into equal tiles that fit the cache.

    Parameters
    ----------
    lengths : iterable of int
        Sums wanted along each axis.
    kernel : sequence of int
        Length of the kernel along each axis.
    itemsize : int
        Bytes of a number.
    """
    fits = (_TILE // itemsize) ** (1 / len(kernel))
    tiles = []
    for n, m in zip(lengths, kernel, strict=True):
        count = -(-n // max(1, int(max(fits, 4 * m)) - m + 1))
        tiles.append(next_fast_len(-(-n // count) + m - 1, real=True))
    return tiles


def fft(x: FloatArray, h: FloatArray) -> FloatArray:
    """Multiply the spectra of overlapping tiles; what wraps round is cut away (overlap-save)."""
    y = np.empty(valid_shape(x, h), x.dtype)
    lead = x.ndim - h.ndim
    lengths = tile_lengths(y.shape[lead:], h.shape, x.itemsize)
    steps = valid_lengths(lengths, h.shape)
    spectrum, start = _spectrum(h, lengths), [m - 1 for m in h.shape]

    def fill(corner: Corner) -> None:
        target = y[box(corner, steps)]
        answer = _spectrum(x[box(corner, lengths)], lengths)
        answer *= spectrum
        target[...] = _signal(answer, lengths, start, target.shape[lead:])
        if not all_finite(target):  # a transform spreads one NaN over everything
            around = full_lengths(target.shape[lead:], h.shape)
            target[...] = direct(x[box(corner, around)], h)

    _each(fill, _corners(y.shape[lead:], steps), y.size)
    return y


def _each(work: Callable[[Corner], None], corners: list[Corner], sums: int) -> None:
    """Call `work` for every corner, in threads if there are `sums` enough.

    SciPy lets other threads run while it is inside a transform.
    """
    workers = min(len(corners), os.cpu_count() or 1) if sums >= _LARGE else 1
    if workers == 1:
        for corner in corners:
            work(corner)
        return
    here = copy_context()  # in which NumPy keeps what to do about overflow
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda corner: here.copy().run(work, corner), corners):
            pass


def _spectrum(x: FloatArray, lengths: list[int]) -> Spectrum:
    """Transform the last axes, filled up with zeros: the rows first, while they are few."""
    rows: Spectrum = rfft(x, lengths[-1], axis=-1)
    if len(lengths) > 1:
        rows = fftn(rows, lengths[:-1], axes=range(-len(lengths), -1), overwrite_x=True)
    return rows


def _signal(
    spectrum: Spectrum, lengths: list[int], start: list[int], shape: Sequence[int]
) -> FloatArray:
    """Transform back and return the box of `shape` at `start`: the rows last, when few are left."""
    if len(lengths) > 1:
        spectrum = ifftn(spectrum, axes=range(-len(lengths), -1), overwrite_x=True)
    spectrum = spectrum[(*box(start[:-1], shape[:-1]), slice(None))]
    rows: FloatArray = irfft(spectrum, lengths[-1], axis=-1)
    return rows[..., start[-1] : start[-1] + shape[-1]]


def _corners(shape: Sequence[int], steps: Sequence[int]) -> list[Corner]:
    return list(product(*(range(0, n, step) for n, step in zip(shape, steps, strict=True))))


def overlap_add(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve the signal piece by piece; the tails of neighbouring answers overlap and add up."""
    lead = x.ndim - h.ndim
    y = np.zeros((*x.shape[:lead], *full_lengths(x.shape[lead:], h.shape)), x.dtype)
    lengths = tile_lengths(x.shape[lead:], h.shape, x.itemsize)
    steps = valid_lengths(lengths, h.shape)
    spectrum, start = _spectrum(h, lengths), [0] * h.ndim
    for corner in _corners(x.shape[lead:], steps):
        target = y[box(corner, lengths)]
        answer = _spectrum(x[box(corner, steps)], lengths) * spectrum
        target += _signal(answer, lengths, start, target.shape[lead:])
    if not all_finite(y):
        return direct(x, h)
    return y[box([m - 1 for m in h.shape], valid_shape(x, h)[lead:])]
