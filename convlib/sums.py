"""Sums of products, as products of matrices: the methods "direct" and "separable".

Each returns a box of the full convolution of `x` and `h`: `shape` sums from `start` on, along the
last axes of `x`, to which `h` belongs; the axes before them are carried along.
"""

import math
from collections.abc import Iterator
from functools import partial, reduce
from operator import iadd
from typing import Literal

import numpy as np

from convlib._parts import CACHE, even, framed, in_pieces, windows
from convlib._specials import sums_of
from convlib._validate import FloatArray, Lengths
from convlib.kernels import outer_factors

__all__ = ["BLOCK", "direct", "separable", "split"]

BLOCK = (8, 16)  # sums that one banded matrix makes: down the columns, along the rows
Order = Literal["C", "F"]
_BLAS_ALONE = 1 << 18  # products up to which BLAS starts no threads, which cost more than they gain


def _matrix(weights: FloatArray, n: int, samples: int, first: int) -> FloatArray:
    """Write the matrix whose product with some samples is n sums of their full convolution.

    Parameters
    ----------
    weights : ndarray, shape (..., k)
        A matrix is written for each line.
    n, samples, first : int
        The sums from `first` on, of so many samples.

    Returns
    -------
    ndarray, shape (..., n, samples)
        Row i, column j holds ``weights[first + i - j]``, or zero where there is no such weight: the
        same line in every row, one step further. It is a view, to be copied for BLAS.
    """
    *lead, k = weights.shape
    low = first - samples + 1
    line = np.zeros((*lead, n + samples - 1), weights.dtype)
    line[..., max(0, -low) : k - low] = weights[..., max(0, low) : low + line.shape[-1]]
    strides = (*line.strides, -line.itemsize)
    return windows(line, (samples - 1) * line.itemsize, (*lead, n, samples), strides)


def _runs(
    weights: FloatArray, n: int, samples: int, first: int, block: int, order: Order
) -> Iterator[tuple[int, int, int, FloatArray]]:
    """Cut the n sums from `first` on into blocks that one matrix makes.

    Yields
    ------
    start, count : int
        So many blocks from there on. More than one only where all their windows lie inside.
    begin : int
        First sample that the first block sees.
    matrix : ndarray, shape (sums of a block, samples that it sees)
        In memory by rows (`order` "C") or by columns ("F").
    """
    k = weights.size
    # at the border windows are cut off, and a block is alone: a larger one saves calls
    most = 4 * block if k < 32 * block else block
    outer = _matrix(weights, most, most + k - 1, k - 1).copy(order)
    inner = outer[:block, : block + k - 1]
    start = 0
    while start < n:
        low = start + first - k + 1
        count = (min(n, samples - first) - start) // block if low >= 0 else 0
        if count > 0:
            yield start, count, low, inner
            start += count * block
            continue
        # in front no further than to the first windows that lie inside
        size = min(most, n - start, -(low // block) * block if low < 0 else n)
        begin, end = max(0, low), min(samples, low + size + k - 1)
        yield start, 1, begin, outer[:size, begin - low : end - low]
        start += size


def _at_once(x: FloatArray, samples: int, n: int) -> bool:
    """Tell whether one matrix makes the n sums of every line: more products, but a single call."""
    return samples**2 <= x.size and n * x.size <= _BLAS_ALONE


def _columns(x: FloatArray, weights: FloatArray, first: int, out: FloatArray) -> None:
    """Convolve the columns of contiguous pictures: one matrix, times windows of some rows."""
    *lead, samples, width = x.shape
    n = out.shape[-2]
    if _at_once(x, samples, n):
        np.matmul(_matrix(weights, n, samples, first).copy(), x, out=out)
        return
    *more, down, right = x.strides
    for start, count, begin, matrix in _runs(weights, n, samples, first, BLOCK[0], "C"):
        size, reach = matrix.shape
        shape = (*lead, count, reach, width)
        seen = windows(x, begin * down, shape, (*more, size * down, down, right))
        sums = out[..., start : start + count * size, :].reshape(*lead, count, size, width)
        step = even(width, _BLAS_ALONE // matrix.size)
        for i in range(0, width, step):
            np.matmul(matrix, seen[..., i : i + step], out=sums[..., i : i + step])


def _rows(x: FloatArray, weights: FloatArray, first: int, out: FloatArray) -> None:
    """Convolve the rows of a contiguous picture: windows of some samples, times one matrix."""
    height, samples = x.shape
    n = out.shape[-1]
    if _at_once(x, samples, n):
        np.matmul(x, _matrix(weights, n, samples, first).T.copy(), out=out)
        return
    down, right = x.strides
    for start, count, begin, matrix in _runs(weights, n, samples, first, BLOCK[1], "F"):
        size, reach = matrix.shape
        seen = windows(x, begin * right, (height, count, reach), (down, size * right, right))
        sums = out[:, start : start + count * size].reshape(height, count, size)
        few = height < BLOCK[0]  # then row by row: the windows overlap, and BLAS wants a copy
        if not few:
            seen, sums = seen.swapaxes(0, 1), sums.swapaxes(0, 1)
        step = even(seen.shape[1], _BLAS_ALONE // matrix.size)
        for top in range(0, seen.shape[1], step):
            rows = seen[:, top : top + step]
            np.matmul(rows.copy() if few else rows, matrix.T, out=sums[:, top : top + step])


def _tables(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Convolve pictures: for each column of the kernel one matrix, times windows of some rows."""
    (n, width), k, block = shape, len(h), BLOCK[0]
    x = framed(x, h.shape, start, shape)
    *lead, _, _ = x.shape
    *more, down, right = x.strides
    y = np.empty((*lead, n, width), x.dtype)
    another, products = np.empty_like(y), []
    whole, rest = divmod(n, block)
    for top, count, size in (0, whole, block), (n - rest, 1, rest):
        if not count * size:
            continue
        step = even(width, _BLAS_ALONE // (size * (size + k - 1)))
        for left in range(0, width, step):
            wide = min(step, width - left)
            some = (..., slice(top, top + count * size), slice(left, left + wide))
            sums = [out[some].reshape(*lead, count, size, wide) for out in (y, another)]
            seen = (*lead, count, size + k - 1, wide), (*more, size * down, down, right)
            products.append((top * down + left * right, seen, sums))
    for shift, matrix in enumerate(_matrix(h.T[::-1], block, block + k - 1, k - 1)):
        for offset, seen, (target, added) in products:
            band = matrix[: target.shape[-2], : seen[0][-2]].copy()
            table = windows(x, offset + shift * right, *seen)
            np.matmul(band, table, out=added if shift else target)
        if shift:
            y += another
    return y


def direct(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Multiply windows of the signal by matrices that hold the kernel on a band.

    The product also multiplies the zeros beside the band, and wins all the same, because BLAS is
    tuned for such products.
    """
    if h.ndim == 1:
        return separable(x, h, start, shape, [h])
    most = CACHE // (x.itemsize * math.prod(x.shape[: x.ndim - h.ndim]))
    # a wide picture is cut into columns, too: of a few long rows much would be the frame
    wide = even(shape[-1], most // min(64, shape[-2]))
    steps = [even(shape[-2], most // wide, BLOCK[0]), wide]
    for n in shape[-3::-1]:
        steps.insert(0, even(n, most // math.prod(steps)))
    return in_pieces(partial(sums_of, _slices, None), x, h, start, shape, steps)


def _slices(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Add the convolutions with the slices of a kernel of three axes and more."""
    if h.ndim == 2:
        return _tables(x, h, start, shape)
    slabs = np.moveaxis(framed(x, h.shape, start, shape), -h.ndim, 0)
    inner = [m - 1 for m in h.shape[1:]], shape[1:]
    parts = (_slices(slabs[i : i + shape[0]], part, *inner) for i, part in enumerate(np.flip(h, 0)))
    return np.moveaxis(reduce(iadd, parts), 0, -h.ndim)


def split(h: FloatArray) -> list[FloatArray]:
    """Return the factors of a kernel that must have some."""
    parts = outer_factors(h)
    if parts is None:
        raise ValueError(
            f'`h` must be an outer product (rank 1) for method="separable"; got shape {h.shape} '
            "that is not"
        )
    return parts


def separable(
    x: FloatArray,
    h: FloatArray,
    start: Lengths,
    shape: Lengths,
    parts: list[FloatArray] | None = None,
) -> FloatArray:
    """Convolve along one axis after the other with the factors of the kernel, a band at a time.

    Whoever has the factors already hands them over as `parts`.
    """
    parts = split(h) if parts is None else parts

    def work(piece: FloatArray, k: FloatArray, first: Lengths, lengths: Lengths) -> FloatArray:
        if k is not h:  # nobody knows the factors of another
            return direct(piece, k, first, lengths)
        y = np.ascontiguousarray(piece)
        for axis, part in enumerate(parts, -h.ndim):
            # what lies beyond the axis makes the rows of a picture
            lead, behind = y.shape[:axis], y.shape[y.ndim + axis + 1 :]
            sums = np.empty((*lead, lengths[axis], *behind), piece.dtype)
            if behind:
                flat = y.reshape(*lead, y.shape[axis], -1)
                _columns(flat, part, first[axis], sums.reshape(*lead, lengths[axis], -1))
            else:
                rows = y.reshape(-1, y.shape[-1])
                _rows(rows, part, first[axis], sums.reshape(len(rows), -1))
            y = sums
        return y

    each = x.itemsize * math.prod(x.shape[: x.ndim - h.ndim]) * math.prod(shape[1:])
    steps = [even(shape[0], CACHE // each, BLOCK[0]), *shape[1:]]
    # between two axes sums may be too large that in the end are not
    safe = partial(sums_of, work, direct if h.ndim > 1 else None)
    return in_pieces(safe, x, h, start, shape, steps)
