"""Sums of products, as products of matrices: the methods "direct" and "separable".

`x` is an extended signal and `h` a kernel for its last axes; the axes before them are carried
along. Each function returns the "valid" part of the convolution.
"""

import math
from collections.abc import Iterator
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convlib._parts import all_finite, box, valid_shape
from convlib._validate import FloatArray, real_array

__all__ = ["BLOCK", "direct", "factors", "separable"]

BLOCK = (8, 16)  # sums that one banded matrix makes: down the columns, along the rows
_STEP = 1 << 21  # bytes that one step may fill, so that they stay in the processor's cache
_ALONE = 1 << 18  # products up to which BLAS starts no threads of its own, which wait for ours


def factors(kernel: Any) -> list[FloatArray] | None:
    """Split a separable kernel into one list of weights per axis.

    A kernel is separable when it is the outer product of its factors: a matrix of rank 1.
    Filtering with ``k`` short factors costs the sum of their lengths per sample instead of the
    product.

    Parameters
    ----------
    kernel : array_like of any shape
        Real and finite.

    Returns
    -------
    list of 1-D ndarray, one per axis, or None
        Their outer product is `kernel` to rounding; None when there is no such product.

    Raises
    ------
    TypeError, ValueError
        If `kernel` is empty, a scalar, or not real.

    Examples
    --------
    >>> sobel = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    >>> column, row = factors(sobel)
    >>> bool(np.allclose(np.outer(column, row), sobel))
    True
    >>> factors([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]) is None
    True
    """
    kernel = real_array(kernel, "kernel")
    size = np.abs(kernel)
    pivot = np.unravel_index(size.argmax(), kernel.shape)  # the first NaN, if there is one
    peak = kernel[pivot]
    if not np.isfinite(peak):
        return None
    if peak == 0:
        return [np.zeros(n, kernel.dtype) for n in kernel.shape]
    # the lines through the largest value: exact for whole numbers, where an SVD would round
    lines = [kernel[(*pivot[:k], slice(None), *pivot[k + 1 :])] for k in range(kernel.ndim)]
    parts = [lines[0], *(line / peak for line in lines[1:])]
    # in sum, because a large kernel adds up what it leaves out
    tolerance = 4 * kernel.ndim * np.finfo(kernel.dtype).eps * (size / abs(peak)).sum()
    left = np.abs(reduce(np.multiply.outer, parts) - kernel) / abs(peak)
    return parts if left.sum() <= tolerance else None


def _shifted(x: FloatArray, h: FloatArray) -> FloatArray:
    """Add one shifted, scaled copy of the signal per kernel value."""
    y = np.zeros(valid_shape(x, h), x.dtype)
    for start, weight in np.ndenumerate(np.flip(h)):
        y += x[box(start, y.shape[x.ndim - h.ndim :])] * weight
    return y


def _banded(weights: FloatArray, block: int) -> FloatArray:
    """Write (..., k) weights into (..., block, block + k - 1) matrices, row i from column i on."""
    *lead, k = weights.shape
    rows = np.zeros((*lead, block, block + k), weights.dtype)
    rows[..., :k] = weights[..., None, :]
    # read again with rows one shorter, each row begins one step later
    flat = rows.reshape(*lead, -1)[..., : block * (block + k - 1)]
    return flat.reshape(*lead, block, block + k - 1)


def _runs(n: int, block: int, most: int) -> Iterator[tuple[int, int]]:
    """Cut n places into runs (start, blocks); the last block begins early to end in time."""
    whole = n // block
    yield from ((i * block, min(most, whole - i)) for i in range(0, whole, most))
    if n % block:
        yield n - block, 1


def _rows(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve the last axis: windows of some rows, times one banded matrix."""
    table = x.reshape(-1, x.shape[-1])
    n = x.shape[-1] - len(h) + 1
    y = np.empty((len(table), n), x.dtype)
    block = min(BLOCK[1], n)
    matrix = np.ascontiguousarray(_banded(np.flip(h), block).T)
    windows = sliding_window_view(table, len(matrix), axis=1)
    some = max(1, _ALONE // matrix.size)
    for top in range(0, len(table), some):
        rows = slice(top, top + some)
        for start, count in _runs(n, block, n):
            seen = windows[rows, start : start + count * block : block]
            out = y[rows, start : start + count * block].reshape(-1, count, block)
            np.matmul(seen.swapaxes(0, 1), matrix, out=out.swapaxes(0, 1))
        if not all_finite(y[rows]):
            y[rows] = _shifted(table[rows], h)
    return y.reshape(*x.shape[:-1], n)


def _pictures(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve the last two axes: windows of some rows, shifted by each column, times matrices.

    A stack of pictures counts as one tall picture; the sums that straddle two are cut off.
    """
    tall = x.reshape(-1, x.shape[-1])
    n, width = x.shape[-2] - h.shape[0] + 1, x.shape[-1] - h.shape[1] + 1
    y = np.empty((len(tall), width), x.dtype)
    height = len(tall) - h.shape[0] + 1
    block = min(BLOCK[0], height)
    matrices = _banded(np.flip(h).T, block)
    columns, _, reach = matrices.shape
    pieces = -(-width // max(64, _ALONE // (block * reach)))
    wide = -(-width // pieces)
    step = min(_STEP, max(_STEP // 16, y.nbytes))  # less for a small picture, to spare memory
    most = max(1, step // (columns * block * wide * x.itemsize))
    windows = sliding_window_view(tall, (reach, wide))
    lefts = [*range(0, width - wide, wide), width - wide]
    for (top, count), left in product(_runs(height, block, most), lefts):
        seen = windows[top : top + count * block : block, left : left + columns]
        part = y[top : top + count * block, left : left + wide]
        out = part.reshape(count, block, wide)
        if columns == 1:
            np.matmul(matrices[0], seen[:, 0], out=out)
        else:
            np.matmul(matrices, seen).sum(axis=1, out=out)
        if not all_finite(part):
            last = box((top, left), (len(part) + len(h) - 1, wide + columns - 1))
            part[...] = _shifted(tall[last], h)
    return y.reshape(*x.shape[:-1], width)[..., :n, :]


def direct(x: FloatArray, h: FloatArray) -> FloatArray:
    """Multiply windows of the signal by matrices that hold the kernel on a band.

    The product also multiplies the zeros beside the band, and wins all the same: nothing is tuned
    as carefully. Zero times infinity is NaN, so a part whose sums are not all finite is computed
    again by shifted sums.
    """
    x = np.ascontiguousarray(x)
    if h.ndim == 1:
        return _rows(x, h)
    if h.ndim == 2:
        return _pictures(x, h)
    depth = x.shape[-h.ndim] - len(h) + 1  # one slice of the kernel after the other
    slices = (np.moveaxis(x, -h.ndim, 0)[i : i + depth] for i in range(len(h)))
    return np.moveaxis(reduce(np.add, map(direct, slices, np.flip(h, 0))), 0, -h.ndim)


def _along(x: FloatArray, h: FloatArray, axis: int) -> FloatArray:
    """Convolve one axis with a list of weights."""
    if axis == x.ndim - 1:
        return direct(x, h)
    # what lies beyond the axis makes the rows of a picture, and the weights are a column
    y = direct(x.reshape(-1, x.shape[axis], math.prod(x.shape[axis + 1 :])), h[:, None])
    return y.reshape(*x.shape[:axis], -1, *x.shape[axis + 1 :])


def separable(x: FloatArray, h: FloatArray) -> FloatArray:
    """Convolve along one axis after the other with the factors of the kernel, a band at a time."""
    parts = factors(h)
    if parts is None:
        raise ValueError(
            f'`h` must be an outer product (rank 1) for method="separable"; got shape {h.shape} '
            "that is not"
        )
    y = np.empty(valid_shape(x, h), x.dtype)
    first = x.ndim - h.ndim
    n = y.shape[first]
    block = BLOCK[0] * max(1, _STEP // 2 // (x.nbytes // x.shape[first] * BLOCK[0]))

    for top in range(0, n, block):
        place = (slice(None),) * first + (slice(top, top + block),)
        band = x[(*place[:-1], slice(top, top + block + len(h) - 1))]
        for axis, part in enumerate(parts, first):
            band = _along(band, part, axis)
        y[place] = band
    return y
