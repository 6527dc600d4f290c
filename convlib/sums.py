"""Sums of products, as products of matrices: the methods "direct" and "separable".

Each returns a box of the full convolution of `x` and `h`: `shape` sums from `start` on, along the
last axes of `x`, to which `h` belongs; the axes before them are carried along.
"""

import math
from collections.abc import Iterator
from functools import reduce
from operator import iadd

import numpy as np

from convlib._parts import Lengths, all_finite, box, even, framed, in_pieces, windows
from convlib._validate import FloatArray
from convlib.kernels import factors

__all__ = ["BLOCK", "direct", "separable"]

BLOCK = (8, 16)  # sums that one banded matrix makes: down the columns, along the rows
_PIECE = 1 << 20  # bytes of a piece of the answer, few enough to stay in the processor's cache
_BLAS_ALONE = 1 << 18  # products up to which BLAS starts no threads, which cost more than they gain


def _banded(weights: FloatArray, block: int) -> FloatArray:
    """Write (..., k) weights into (..., block, block + k - 1) matrices, row i from column i on."""
    *lead, k = weights.shape
    rows = np.zeros((*lead, block, block + k), weights.dtype)
    rows[..., :k] = weights[..., None, :]
    # read again with rows one shorter, each row begins one step later
    flat = rows.reshape(*lead, -1)[..., : block * (block + k - 1)]
    return flat.reshape(*lead, block, block + k - 1)


def _shifted(x: FloatArray, h: FloatArray, first: Lengths, out: FloatArray) -> None:
    """Add one shifted, scaled copy of a piece for each kernel value: slow, and never wrong."""
    shape = out.shape[out.ndim - h.ndim :]
    x = framed(x, h.shape, first, shape)
    out[...] = 0
    for start, weight in np.ndenumerate(np.flip(h)):
        out += x[box(start, shape)] * weight


def _runs(
    n: int, samples: int, shape: tuple[int, ...], first: int
) -> Iterator[tuple[int, int, int, int, slice]]:
    """Cut the n sums from `first` on into blocks, as a banded matrix of `shape` makes them.

    Yields
    ------
    start, count, size : int
        So many blocks of so many sums. More than one only where all their windows lie inside.
    begin : int
        First sample that the first block sees.
    part : slice
        Which places of its window hold a sample: the columns of the matrix to use.
    """
    block, reach = shape
    kernel = reach - block + 1
    start = 0
    while start < n:
        low = start + first - kernel + 1
        count = max(1, (min(n, samples - first) - start) // block) if low >= 0 else 1
        size = min(block, n - start)
        begin, end = max(0, low), min(samples, low + size + kernel - 1)
        yield start, count, size, begin, slice(begin - low, end - low)
        start += count * size


def _columns(x: FloatArray, matrix: FloatArray, first: int, out: FloatArray) -> None:
    """Convolve the columns of contiguous pictures: one matrix, times windows of some rows."""
    *lead, samples, width = x.shape
    *more, down, right = x.strides
    for start, count, size, begin, part in _runs(out.shape[-2], samples, matrix.shape, first):
        step = even(width, _BLAS_ALONE // (size * (part.stop - part.start)))
        shape = (*lead, count, part.stop - part.start, width)
        seen = windows(x, begin * down, shape, (*more, size * down, down, right))
        sums = out[..., start : start + count * size, :].reshape(*lead, count, size, width)
        for left in range(0, width, step):
            some = (..., slice(left, left + step))
            np.matmul(matrix[:size, part], seen[some], out=sums[some])


def _rows(x: FloatArray, matrix: FloatArray, first: int, out: FloatArray) -> None:
    """Convolve the rows of contiguous pictures: windows of some samples, times one matrix."""
    *lead, height, samples = x.shape
    *more, down, right = x.strides
    weights = np.ascontiguousarray(matrix.T)
    for start, count, size, begin, part in _runs(out.shape[-1], samples, matrix.shape, first):
        shape = (*lead, height, count, part.stop - part.start)
        seen = windows(x, begin * right, shape, (*more, down, size * right, right))
        sums = out[..., start : start + count * size].reshape(*lead, height, count, size)
        few = height < BLOCK[0]  # then row by row: the windows overlap, and BLAS wants a copy
        if not few:
            seen, sums = seen.swapaxes(-2, -3), sums.swapaxes(-2, -3)
        step = even(seen.shape[-2], _BLAS_ALONE // (size * (part.stop - part.start)))
        for top in range(0, seen.shape[-2], step):
            some = (..., slice(top, top + step), slice(None))
            rows = seen[some].copy() if few else seen[some]
            np.matmul(rows, weights[part, :size], out=sums[some])


def _tables(x: FloatArray, matrices: FloatArray, first: Lengths, out: FloatArray) -> None:
    """Convolve pictures: for each column of the kernel one matrix, times windows of some rows."""
    *lead, n, width = out.shape
    shifts, block, reach = matrices.shape
    x = framed(x, (reach - block + 1, shifts), first, (n, width))
    *more, down, right = x.strides
    another = np.empty_like(out)
    for start, count, size in (0, n // block, block), (n - n % block, 1, n % block):
        if not count * size:
            continue
        shape = (*lead, count, size + reach - block, width)
        strides = (*more, size * down, down, right)
        rows = (..., slice(start, start + count * size), slice(None))
        sums, added = (y[rows].reshape(*lead, count, size, width) for y in (out, another))
        for shift, matrix in enumerate(matrices[:, :size, : shape[-2]]):
            seen = windows(x, start * down + shift * right, shape, strides)
            np.matmul(matrix, seen, out=added if shift else sums)
            if shift:
                sums += added


def by_definition(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Multiply and add as the definition says, zeros included: for kernels with NaN or infinity."""
    y = np.empty((*x.shape[: x.ndim - h.ndim], *shape), x.dtype)
    _shifted(x, h, start, y)
    return y


def direct(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Multiply windows of the signal by matrices that hold the kernel on a band.

    The product also multiplies the zeros beside the band, and wins all the same, because BLAS is
    tuned for such products.
    """
    if h.ndim == 1:
        return separable(x, h, start, shape, [h])
    if h.ndim > 2:
        return _slices(x, h, start, shape)
    matrices = _banded(np.flip(h).T, BLOCK[0])

    def work(piece: FloatArray, first: Lengths, target: FloatArray) -> None:
        _tables(piece, matrices, first, target)

    def again(piece: FloatArray, first: Lengths, target: FloatArray) -> None:
        _shifted(piece, h, first, target)

    most = _PIECE // (x.itemsize * math.prod(x.shape[:-2]))
    wide = even(shape[1], min(most // BLOCK[0], _BLAS_ALONE // matrices[0].size))
    steps = [even(shape[0], most // wide, BLOCK[0]), wide]
    return in_pieces(work, again, x, h.shape, start, shape, steps)


def _slices(x: FloatArray, h: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
    """Add the convolutions with the slices of a kernel of three axes and more."""
    slabs = np.moveaxis(framed(x, h.shape, start, shape), -h.ndim, 0)
    inner = [m - 1 for m in h.shape[1:]], shape[1:]
    parts = (direct(slabs[i : i + shape[0]], part, *inner) for i, part in enumerate(np.flip(h, 0)))
    return np.moveaxis(reduce(iadd, parts), 0, -h.ndim)


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
    parts = factors(h) if parts is None else parts
    if parts is None:
        raise ValueError(
            f'`h` must be an outer product (rank 1) for method="separable"; got shape {h.shape} '
            "that is not"
        )
    blocks = [BLOCK[0]] * (h.ndim - 1) + [BLOCK[1]]
    matrices = [_banded(np.flip(part), block) for part, block in zip(parts, blocks, strict=True)]

    def work(piece: FloatArray, first: Lengths, target: FloatArray) -> None:
        y = np.ascontiguousarray(piece)
        for axis, matrix in enumerate(matrices[:-1], -h.ndim):
            # what lies beyond the axis makes the rows of a picture
            lead, behind = y.shape[:axis], y.shape[y.ndim + axis + 1 :]
            flat = y.reshape(*lead, y.shape[axis], -1)
            y = np.empty((*lead, target.shape[axis], *behind), x.dtype)
            _columns(flat, matrix, first[axis], y.reshape(*lead, target.shape[axis], -1))
        if y.ndim == 1:
            y, target = y[None], target[None]
        _rows(y, matrices[-1], first[-1], target)

    def again(piece: FloatArray, first: Lengths, target: FloatArray) -> None:
        if all_finite(piece):  # then sums along one axis were too large, which all together are not
            _shifted(piece, h, first, target)
            return
        y = piece
        for axis, part in enumerate(parts, -h.ndim):
            weights = part.reshape(-1, *[1] * (-1 - axis))
            behind = y.shape[y.ndim + axis + 1 :]
            sums = np.empty((*y.shape[:axis], target.shape[axis], *behind), x.dtype)
            _shifted(y, weights, (first[axis], *[0] * len(behind)), sums)
            y = sums
        target[...] = y

    each = x.itemsize * math.prod(x.shape[: x.ndim - h.ndim]) * math.prod(shape[1:])
    steps = [even(shape[0], _PIECE // each, blocks[0]), *shape[1:]]
    return in_pieces(work, again, x, h.shape, start, shape, steps)
