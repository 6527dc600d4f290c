"""Convolution of arrays that do not fit into memory, chunk by chunk, with Dask.

A sum at the edge of a chunk reaches into the next chunk. So every chunk borrows a **halo** from its
neighbours: for a kernel of M samples, ``M // 2`` on the left and ``(M - 1) // 2`` on the right.
With it the answer for a chunk is as long as the chunk was. For M = 4 and three chunks ``a``, ``b``,
``c``::

    signal             | a a a a a | b b b b b | c c c c c |
    read for b                    a a   b b b b b   c
    written for b                  | b b b b b |

Beyond both ends of the signal there is no neighbour. For "constant" nothing is put there: the
chunks at the ends make the sums that reach beyond. For the other rules the ends are extended first.
Dask cuts, lends, orders and spreads the work; the sums are those of `convlib.convolve`, one
convolution for each chunk. No chunk is read before something asks for the answer.

This module needs the package Dask; import it by name: ``from convlib import chunked``.
"""

# mypy: allow-untyped-calls, no-warn-return-any
# (Dask has types in parts only)

from typing import Any

import dask.array as da
import numpy as np
from numpy.typing import ArrayLike

from convlib._validate import FloatArray, real_array
from convlib.discrete import check_arguments, part_of_mode
from convlib.engine import extend, plan

__all__ = ["convolve"]


def convolve(
    x: da.Array,
    h: ArrayLike,
    *,
    mode: str = "same",
    boundary: str = "constant",
    method: str = "auto",
    axes: int | tuple[int, ...] | None = None,
) -> da.Array:
    """Convolve a Dask array with a kernel, lazily. The kernel is flipped.

    Equals `convlib.convolve` on the same array in memory, up to rounding. Note that here `mode`
    is "same" by default.

    Parameters
    ----------
    x : dask.array.Array of any shape and chunks
        Signal. The lengths of its chunks must be known.
    h : array_like, one dimension per convolved axis
        Kernel, an ordinary array in memory.
    mode : {"same", "full", "valid"}
        Which part of the answer to return, as in `convlib.convolve`.
    boundary : {"constant", "edge", "reflect", "symmetric", "wrap"}
        How "same" continues `x` beyond its ends, as in `convlib.convolve`. The ends are those of
        the whole array, not of a chunk.
    method : {"auto", "direct", "separable", "fft", "overlap_add"}
        How each chunk is computed, as in `convlib.convolve`.
    axes : int or tuple of int, optional
        Axes of `x` to convolve along, in the order of the axes of `h`; all axes by default. The
        others, such as the colours of a picture, are carried along in the chunks that they have
        (but for empty ones).

    Returns
    -------
    dask.array.Array
        The axes of `x`, float32 if `x` and `h` are, else float64. In mode "same" its chunks are
        those of `x`, unless some are not longer than the halo: these grow.

    Raises
    ------
    TypeError
        If `x` is not a Dask array, `h` is one, or for another reason of `convlib.convolve`.
    ValueError
        If the lengths of the chunks are unknown, or for a reason of `convlib.convolve`. All
        errors are raised by the call; nothing is computed for it.

    Notes
    -----
    Memory holds the chunks that are computed at the moment, with what `convlib.convolve` needs for
    them, and those that wait for a neighbour. Cut into strips along one axis, a few wait, however
    large `x` is. Cut into a grid, several rows of chunks wait. A chunk of r samples is read as
    r + M - 1: chunks much longer than the kernel waste little.

    NaN and infinity stay where the kernel carries them, as in memory.

    See Also
    --------
    convlib.discrete.convolve : The same in memory.

    Examples
    --------
    >>> import dask.array as da
    >>> x = da.from_array([1.0, 10.0, 100.0, 1000.0], chunks=2)
    >>> y = convolve(x, [1, 2, 3], boundary="edge")
    >>> y.chunks, y.dtype
    (((2, 2),), dtype('float64'))
    >>> y.compute()
    array([  15.,  123., 1230., 3300.])
    """
    kernel, kernel_axes = _checked_lazily(x, h, mode, boundary, method, axes)
    x = x.rechunk(tuple(tuple(n for n in lengths if n) for lengths in x.chunks))  # none is empty
    halo = {}
    for axis, m in zip(kernel_axes, kernel.shape, strict=True):
        if boundary != "constant":
            x = _extended(x, axis, m, boundary)
        x = x.rechunk({axis: _long_enough(x.chunks[axis], m // 2)})
        halo[axis] = (m // 2, (m - 1) // 2) if x.numblocks[axis] > 1 else (0, 0)
    mode = mode if boundary == "constant" else "valid"
    chunks = list(x.chunks)
    for axis, m in zip(kernel_axes, kernel.shape, strict=True):
        chunks[axis] = _written(chunks[axis], m, mode)
    return da.map_overlap(
        _convolve_chunk,
        x,
        depth=halo,
        boundary="none",
        trim=False,  # the answer has no halo left
        allow_rechunk=False,
        chunks=tuple(chunks),
        meta=np.empty((0,) * x.ndim, kernel.dtype),
        h=kernel,
        mode=mode,
        method=method,
        axes=kernel_axes,
        blocks=x.numblocks,
    )


def _convolve_chunk(
    x: FloatArray,
    h: FloatArray,
    mode: str,
    method: str,
    axes: tuple[int, ...],
    blocks: tuple[int, ...],
    block_id: tuple[int, ...],
) -> FloatArray:
    """Convolve a chunk with its halo: at an end of the array as `mode` asks, "valid" elsewhere."""
    ends = []
    for axis, m in zip(axes, h.shape, strict=True):
        (start, _), (_, end) = (
            part_of_mode(x.shape[axis], m, mode if is_outer else "valid")
            for is_outer in (block_id[axis] == 0, block_id[axis] == blocks[axis] - 1)
        )
        ends.append((start, end))
    # one thread, because Dask keeps the other processors busy with other chunks
    planned = plan(h, x.shape, axes=axes, ends=ends, method=method, threads=1)
    return planned.apply(real_array(x, "x").astype(h.dtype, copy=False))


def _checked_lazily(
    x: Any, h: Any, mode: str, boundary: str, method: str, axes: Any
) -> tuple[FloatArray, tuple[int, ...]]:
    """Check all arguments without computing; return the kernel and its axes.

    The kernel comes back in the type of the answer.
    """
    if not isinstance(x, da.Array):
        raise TypeError(f"`x` must be a Dask array; got {type(x).__name__}")
    if isinstance(h, da.Array):
        raise TypeError(f"`h` must be an array in memory (call compute()); got {h!r}")
    if np.isnan(x.shape).any():
        raise ValueError(
            f"`x` must have chunks of known lengths (call compute_chunk_sizes()); got {x.chunks}"
        )
    sample = np.zeros_like(x._meta, shape=(1,))  # of the type of x, masked arrays included
    dtype = np.result_type(real_array(sample, "x"), real_array(h, "h"))
    stand_in = np.broadcast_to(np.zeros((), dtype), x.shape)  # one number, whatever the shape
    _, kernel, kernel_axes = check_arguments(stand_in, h, mode, boundary, method, axes)
    if method == "separable":
        plan(kernel, kernel.shape, axes=range(kernel.ndim), method=method)  # raises if it is none
    return kernel.copy(), kernel_axes  # who called may change it before the answer is computed


def _extended(x: da.Array, axis: int, length: int, boundary: str) -> da.Array:
    """Continue `x` at both ends of an axis, as for a kernel of `length`, in the same chunks."""
    n = x.shape[axis]
    near = np.union1d(np.arange(min(length, n)), np.arange(max(n - length, 0), n))
    # near the ends: where each sample of the continued signal comes from
    places = extend(near, (length,), (0,), boundary).astype(np.intp)
    before, after = length // 2, (length - 1) // 2
    left, right = places[:before], places[len(places) - after :]
    ends = [da.take(x, left, axis=axis), x, da.take(x, right, axis=axis)]
    chunks = list(x.chunks[axis])
    chunks[0] += before
    chunks[-1] += after
    return da.concatenate(ends, axis=axis).rechunk({axis: tuple(chunks)})


def _long_enough(chunks: tuple[int, ...], halo: int) -> tuple[int, ...]:
    """Lengthen chunks that could not lend a halo, or that would have nothing left to write."""
    if sum(chunks) <= halo:
        return (sum(chunks),)
    return da.overlap.ensure_minimum_chunksize(halo + 1, chunks)


def _written(chunks: tuple[int, ...], m: int, mode: str) -> tuple[int, ...]:
    """Lengths of the answer's chunks: longer or shorter at the ends of the array."""
    written = list(chunks)
    start, end = part_of_mode(sum(chunks), m, mode)
    usual_start, usual_end = part_of_mode(sum(chunks), m, "same")
    written[0] += usual_start - start
    written[-1] += end - usual_end
    return tuple(written)
