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
from dataclasses import dataclass

import numpy as np

from convlib._validate import FloatArray, Lengths
from convlib.engine.tiling import even_step

__all__ = ["BLOCK", "Direct", "along_rows", "banded_matrix", "down_columns", "framed"]

BLOCK = (8, 16)  # sums that one banded matrix makes: down the columns, along the rows
_SMALL_PRODUCT = 1 << 18  # multiplications up to which BLAS starts no threads of its own


@dataclass(frozen=True)
class Direct:
    """Sums of products with every weight of the kernel `h`."""

    h: FloatArray

    def tile(self, shape: Lengths, most: int) -> list[int]:
        """Return how long a tile of at most so many sums is along each axis: nearly square."""
        # of a few long rows much would be frame, so a wide picture is cut into columns as well
        steps = [even_step(shape[-1], most // min(64, math.prod(shape[-2:-1])))]
        for n in shape[-2::-1]:
            block = BLOCK[0] if len(steps) == 1 else 1
            steps.insert(0, even_step(n, most // math.prod(steps), block))
        return steps

    def sums(self, x: FloatArray, start: Lengths, shape: Lengths) -> FloatArray:
        """Return the box of `shape` at `start`."""
        x = framed(x, self.h.shape, start, shape)
        if self.h.ndim == 2:
            return _column_by_column(x, self.h)
        if self.h.ndim > 2:
            return _slice_by_slice(x, self.h)
        y = np.empty((len(x), *shape), x.dtype)
        along_rows(x, self.h, y)
        return y


def framed(x: FloatArray, kernel: Lengths, start: Lengths, shape: Lengths) -> FloatArray:
    """Frame pictures with the zeros beyond their ends that the sums of a box reach.

    Returns
    -------
    ndarray, shape (pictures, *(n + m - 1 for n, m in zip(shape, kernel)))
        Contiguous; the wanted sums are those of mode "valid". It is `x` itself if that needs no
        frame.
    """
    lengths = (len(x), *[n + m - 1 for n, m in zip(shape, kernel, strict=True)])
    if lengths == x.shape:
        return np.ascontiguousarray(x)
    y = np.zeros(lengths, x.dtype)
    before = [m - 1 - a for m, a in zip(kernel, start, strict=True)]
    y[:, *[slice(i, i + n) for i, n in zip(before, x.shape[1:], strict=True)]] = x
    return y


def banded_matrix(weights: FloatArray, n: int) -> FloatArray:
    """Return the matrix that makes n neighbouring sums of n + k - 1 samples.

    Parameters
    ----------
    weights : ndarray, shape (..., k)
        A matrix is made of each line.
    n : int
        Rows.

    Returns
    -------
    ndarray, shape (..., n, n + k - 1)

    Examples
    --------
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


def along_rows(x: FloatArray, weights: FloatArray, out: FloatArray) -> None:
    """Convolve the rows of a picture: windows of some samples, times one matrix.

    Parameters
    ----------
    x, out : ndarray, shapes (height, n + k - 1) and (height, n)
        Contiguous samples, and where the sums of mode "valid" go.
    weights : ndarray, shape (k,)
    """
    height, n = out.shape
    if n * n <= max(x.size, BLOCK[1] ** 2) and n * x.size <= _SMALL_PRODUCT:
        # one matrix for all sums of a row: more products, but a single call
        np.matmul(x, banded_matrix(weights, n).T, out=out)
        return
    matrix = banded_matrix(weights, BLOCK[1]).T.copy()
    reach, block = matrix.shape
    down, right = x.strides
    for first, count in _blocks(n, block):
        seen = _windows(x, first * right, (height, count, reach), (down, block * right, right))
        sums = out[:, first : first + count * block].reshape(height, count, block)
        overlapping = height < BLOCK[0]  # few rows are taken one by one: BLAS wants a copy then
        if not overlapping:
            seen, sums = seen.swapaxes(0, 1), sums.swapaxes(0, 1)
        step = even_step(seen.shape[1], _SMALL_PRODUCT // matrix.size)
        for top in range(0, seen.shape[1], step):
            rows = seen[:, top : top + step]
            np.matmul(rows.copy() if overlapping else rows, matrix, out=sums[:, top : top + step])


def down_columns(x: FloatArray, weights: FloatArray, out: FloatArray) -> None:
    """Convolve the columns of pictures: one matrix, times windows of some rows.

    Parameters
    ----------
    x, out : ndarray, shapes (..., n + k - 1, width) and (..., n, width)
        Contiguous samples, and where the sums of mode "valid" go.
    weights : ndarray, shape (k,)
    """
    n = out.shape[-2]
    at_once = n * n <= max(x.size, BLOCK[1] ** 2) and n * x.size <= _SMALL_PRODUCT  # as in rows
    _times_windows(banded_matrix(weights, n if at_once else BLOCK[0]), x, out)


def _times_windows(matrix: FloatArray, x: FloatArray, out: FloatArray, shift: int = 0) -> None:
    """Multiply a banded matrix with the windows of rows that it fits, from column `shift` on."""
    *lead, n, width = out.shape
    block, reach = matrix.shape
    if block == n:
        np.matmul(matrix, x[..., shift : shift + width], out=out)
        return
    *before, down, right = x.strides
    step = even_step(width, _SMALL_PRODUCT // matrix.size)
    for first, count in _blocks(n, block):
        shape, strides = (*lead, count, reach, width), (*before, block * down, down, right)
        seen = _windows(x, first * down + shift * right, shape, strides)
        sums = out[..., first : first + count * block, :].reshape(*lead, count, block, width)
        for left in range(0, width, step):
            columns = (..., slice(left, left + step))
            np.matmul(matrix, seen[columns], out=sums[columns])


def _slice_by_slice(x: FloatArray, h: FloatArray) -> FloatArray:
    """Add the convolutions with the slices of a kernel, until those have two axes."""
    if h.ndim == 2:
        return _column_by_column(np.ascontiguousarray(x), h)
    slabs = np.moveaxis(x, -h.ndim, 0)
    n = len(slabs) - len(h) + 1
    y = _slice_by_slice(slabs[:n], h[-1])
    for first, part in enumerate(h[-2::-1], 1):
        y += _slice_by_slice(slabs[first : first + n], part)
    return np.moveaxis(y, 0, -h.ndim)


def _column_by_column(x: FloatArray, h: FloatArray) -> FloatArray:
    """Add the convolutions with the columns of a kernel, each of a shifted picture."""
    k, columns = h.shape
    *lead, height, samples = x.shape
    n, width = height - k + 1, samples - columns + 1
    y = np.empty((*lead, n, width), x.dtype)
    product = np.empty_like(y)
    block = n if n <= 2 * BLOCK[0] and n * x.size <= _SMALL_PRODUCT else BLOCK[0]
    for shift, matrix in enumerate(banded_matrix(h.T[::-1], block)):
        _times_windows(matrix, x, product if shift else y, shift)
        if shift:
            y += product
    return y


def _blocks(n: int, block: int) -> list[tuple[int, int]]:
    """Return where blocks begin and how many follow: what is left over, one more block covers.

    That block overlaps the one before, and its first sums are made twice.

    >>> _blocks(30, 8)
    [(0, 3), (22, 1)]
    """
    whole, rest = divmod(n, block)
    return [(0, whole), (n - block, 1)] if rest else [(0, whole)]


def _windows(x: FloatArray, offset: int, shape: Lengths, strides: Lengths) -> FloatArray:
    """Read a contiguous array again from byte `offset` on, in steps of `strides`, with no copy."""
    return np.ndarray(shape, x.dtype, x, offset, strides)
