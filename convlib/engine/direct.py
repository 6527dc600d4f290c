"""Method "direct": the definition, written as products of matrices.

Neighbouring sums need nearly the same samples. Eight of them, ``y[n] ... y[n + 7]``, are the
product of a **banded matrix** with the samples ``x[n - K + 1] ... x[n + 7]``; for K = 3::

    | h2 h1 h0  .  .  . |
    |  . h2 h1 h0  .  . |      every row is the flipped kernel, one sample further on
    |  .  . h2 h1 h0  . |

The matrix is the same wherever the eight sums lie, so one serves the whole signal. BLAS also
multiplies the zeros beside the band, and wins all the same, because it is tuned for such products.
A kernel of two axes is taken column by column, one of three or more slice by slice, and the
convolutions with the parts are added up: ``y = sum_j (column j of h) * (x shifted by j)``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import iadd

import numpy as np

from convlib._validate import FloatArray, Lengths
from convlib.engine.tiling import even_step

BLOCK = (8, 16)  # sums that one banded matrix makes: down the columns, along the rows
_SMALL_PRODUCT = 1 << 18  # multiplications up to which BLAS starts no threads of its own


@dataclass(frozen=True)
class Direct:
    """Sums of products with every weight of the kernel."""

    h: FloatArray
    name = "direct"

    def tile(self, shape: Lengths, most: int) -> Lengths:
        """Return how long a tile of at most so many sums is along each axis: nearly square."""
        # of a few long rows much would be frame, so a wide picture is cut into columns as well
        steps = [even_step(shape[-1], most // min(64, math.prod(shape[-2:-1])))]
        for n in shape[-2::-1]:
            block = BLOCK[0] if len(steps) == 1 else 1
            steps.insert(0, even_step(n, most // math.prod(steps), block))
        return steps

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        if self.h.ndim == 1:
            y = np.empty((len(x), *shape), x.dtype)
            along_rows(np.ascontiguousarray(x), self.h, start[0], y)
            return y
        x = _framed(x, self.h.shape, start, shape)
        return _column_by_column(x, self.h) if self.h.ndim == 2 else _slice_by_slice(x, self.h)


def _framed(x: FloatArray, kernel: Lengths, start: Lengths, shape: Lengths) -> FloatArray:
    """Frame pictures with the zeros beyond their ends, so that the box is that of mode "valid"."""
    lengths = (len(x), *[n + m - 1 for n, m in zip(shape, kernel, strict=True)])
    if lengths == x.shape:
        return np.ascontiguousarray(x)
    y = np.zeros(lengths, x.dtype)
    before = [m - 1 - a for m, a in zip(kernel, start, strict=True)]
    y[:, *[slice(i, i + n) for i, n in zip(before, x.shape[1:], strict=True)]] = x
    return y


def banded_matrix(weights: FloatArray, n: int) -> FloatArray:
    """Return the matrix that makes n sums of n + k - 1 samples; one for each line of weights.

    >>> banded_matrix(np.array([3.0, 2.0, 1.0]), 2)
    array([[1., 2., 3., 0.],
           [0., 1., 2., 3.]])
    """
    *lead, k = weights.shape
    rows = np.zeros((*lead, n, n + k), weights.dtype)
    rows[..., :k] = weights[..., None, ::-1]
    # read in lines that are one number shorter, every row begins one place further right
    numbers = rows.reshape(*lead, -1)[..., : n * (n + k - 1)]
    return numbers.reshape(*lead, n, n + k - 1)


def along_rows(x: FloatArray, weights: FloatArray, start: int, out: FloatArray) -> None:
    """Convolve rows: of contiguous `x` (height, samples), n sums from `start` on go into `out`."""
    (height, samples), n = x.shape, out.shape[1]
    if n * n <= max(x.size, BLOCK[1] ** 2) and n * x.size <= _SMALL_PRODUCT:
        # a single matrix: more products, but one call; no columns for zeros beyond the signal
        beyond = len(weights) - 1 - start
        np.matmul(x, banded_matrix(weights, n)[:, beyond : beyond + samples].T, out=out)
        return
    down, right = x.strides
    few_rows = height < BLOCK[0]  # are taken one by one: the windows overlap, and BLAS wants a copy
    for low, count, first, matrix in _bands(weights, samples, start, n, BLOCK[1]):
        block, reach = matrix.shape
        shape, strides = (height, count, reach), (down, block * right, right)
        seen = np.ndarray(shape, x.dtype, x, first * right, strides)  # windows of the same memory
        sums = out[:, low : low + count * block].reshape(height, count, block)
        if not few_rows:
            seen, sums = seen.swapaxes(0, 1), sums.swapaxes(0, 1)
        transposed, step = matrix.T.copy(), even_step(seen.shape[1], _SMALL_PRODUCT // matrix.size)
        for top in range(0, seen.shape[1], step):
            rows = seen[:, top : top + step]
            np.matmul(rows.copy() if few_rows else rows, transposed, out=sums[:, top : top + step])


def along_columns(x: FloatArray, weights: FloatArray, start: int, out: FloatArray) -> None:
    """Convolve columns as `along_rows` does rows: (..., samples, width) to (..., n, width)."""
    samples, n = x.shape[-2], out.shape[-2]
    if n * n <= x.size and n * x.size <= _SMALL_PRODUCT:
        beyond = len(weights) - 1 - start
        np.matmul(banded_matrix(weights, n)[:, beyond : beyond + samples], x, out=out)
        return
    for low, count, first, matrix in _bands(weights, samples, start, n, BLOCK[0]):
        block, reach = matrix.shape
        windows = _windows(x, first, count, block, reach)
        _multiply(matrix, windows, out[..., low : low + count * block, :])


def _bands(
    weights: FloatArray, samples: int, start: int, n: int, block: int
) -> Iterator[tuple[int, int, int, FloatArray]]:
    """Cut n sums into blocks: where they begin, how many, at which sample, and the matrix for one.

    At the ends the matrix lacks the columns that would meet zeros beyond the signal.
    """
    k, before = len(weights), len(weights) - 1 - start  # sums before those of mode "valid"
    whole = max(0, samples - k + 1) // block
    behind = before + whole * block if whole else 0
    most = min(n, 4 * block)  # at the ends a block is alone, and a larger one saves calls
    matrix = banded_matrix(weights, most)
    if whole:
        yield before, whole, 0, matrix[:block, : block + k - 1]
    for begin, end in (0, before if whole else 0), (behind, n):
        for low in range(begin, end, most):
            high = min(low + most, end)
            first, last = max(0, low - before), min(samples, high - before + k - 1)
            columns = slice(first - low + before, last - low + before)
            yield low, 1, first, matrix[: high - low, columns]


def _windows(x: FloatArray, first: int, count: int, block: int, reach: int) -> FloatArray:
    """Read pictures again as windows of `reach` rows, each `block` rows further, with no copy."""
    *lead, down, right = x.strides
    shape, strides = (*x.shape[:-2], count, reach, x.shape[-1]), (*lead, block * down, down, right)
    return np.ndarray(shape, x.dtype, x, first * down, strides)


def _multiply(matrix: FloatArray, windows: FloatArray, out: FloatArray) -> None:
    """Multiply a matrix with windows, and write their sums below each other."""
    *lead, count, _, width = windows.shape
    sums = out.reshape(*lead, count, len(matrix), width)
    if width * matrix.size <= _SMALL_PRODUCT:
        np.matmul(matrix, windows, out=sums)
        return
    step = even_step(width, _SMALL_PRODUCT // matrix.size)
    for left in range(0, width, step):
        columns = (..., slice(left, left + step))
        np.matmul(matrix, windows[columns], out=sums[columns])


def _column_by_column(x: FloatArray, h: FloatArray) -> FloatArray:
    """Add the convolutions of framed pictures with the columns of a kernel, shifted along."""
    *lead, height, samples = x.shape
    n, width = height - len(h) + 1, samples - len(h[0]) + 1
    y = np.empty((*lead, n, width), x.dtype)
    product, block, reach = np.empty_like(y), min(n, BLOCK[0]), min(n, BLOCK[0]) + len(h) - 1
    whole, rest = n // block, n % block
    windows = _windows(x, 0, whole, block, reach)
    last = _windows(x, n - block, 1, block, reach)  # whose first sums are made twice
    for shift, matrix in enumerate(banded_matrix(h.T[::-1], block)):
        sums, columns = product if shift else y, slice(shift, shift + width)
        _multiply(matrix, windows[..., columns], sums[..., : n - rest, :] if rest else sums)
        if rest:
            _multiply(matrix, last[..., columns], sums[..., n - block :, :])
        if shift:
            y += product
    return y


def _slice_by_slice(x: FloatArray, h: FloatArray) -> FloatArray:
    """Add the convolutions of framed pictures with the slices of a kernel, as more pictures."""
    if h.ndim == 2:
        return _column_by_column(x, h)
    n, behind = x.shape[1] - len(h) + 1, x.shape[2:]
    slabs = (np.ascontiguousarray(x[:, first : first + n]) for first in range(len(h)))
    parts = (
        _slice_by_slice(s.reshape(-1, *behind), k) for s, k in zip(slabs, h[::-1], strict=True)
    )
    y = reduce(iadd, parts)
    return y.reshape(len(x), n, *y.shape[1:])
