"""One convolution: planned for a kernel and the size of a signal, then applied to signals."""

import math
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convlib._validate import FloatArray, Lengths
from convlib.engine.boundaries import extend, fold
from convlib.engine.choosing import estimate
from convlib.engine.direct import BLOCK, Direct
from convlib.engine.fft import Fft
from convlib.engine.nonfinite import Method, mended
from convlib.engine.overlap_add import OverlapAdd
from convlib.engine.separable import Separable, rank_one_factors
from convlib.engine.tiling import TILE_BYTES, Box, even_step, share, tiles, worth_threads

METHODS = ("auto", "direct", "separable", "fft", "overlap_add")
_FEW_PRODUCTS = 1 << 16  # so little work that to estimate it would take longer
_LEAST_TILE = 1 << 14  # sums
_estimate = lru_cache(estimate)  # a film has many pictures of one size


class Plan(NamedTuple):
    """All that is known of a convolution before its signal; made by `plan`."""

    kernel: FloatArray
    axes: tuple[int, ...]  # of the signal, that belong to those of the kernel
    boundary: str
    start: Lengths  # of the box, in the full convolution of the (extended) signal
    shape: tuple[int, ...]  # of the box
    whole: FloatArray | None  # kernel before it was folded, for signals that hold infinity
    method: Method
    tile: tuple[int, ...]  # pictures, and sums along each axis, that are computed at a time
    threads: int

    def apply(self, x: FloatArray) -> FloatArray:
        """Convolve a signal of the planned shape and type."""
        if self.whole is not None and np.isinf(x).any():
            x = extend(x, self.whole.shape, self.axes, self.boundary)
            return plan(self.whole, x.shape, axes=self.axes).apply(x)
        if self.boundary != "constant":
            x = extend(x, self.kernel.shape, self.axes, self.boundary)
        last = tuple(range(x.ndim - len(self.axes), x.ndim))
        x = x if self.axes == last else np.moveaxis(x, self.axes, last)
        lead, samples = x.shape[: last[0]], x.shape[last[0] :]
        x = x.reshape(-1, *samples)
        with np.errstate(all="ignore"):  # answers are infinite or NaN, as documented
            if self.tile == (len(x), *self.shape):
                y = np.ascontiguousarray(self.method.sums(x, self.start, self.shape))
                if not np.isfinite(y).all():
                    y = mended(self.method, self.kernel, x, self.start, self.shape, y)
            else:
                y = self._tile_by_tile(x)
        y = y.reshape(*lead, *self.shape)
        return y if self.axes == last else np.moveaxis(y, last, self.axes)

    def _tile_by_tile(self, x: FloatArray) -> FloatArray:
        y = np.empty((len(x), *self.shape), x.dtype)

        @np.errstate(all="ignore")  # which other threads do not know of
        def fill(samples: Box, start: Lengths, shape: Lengths, place: Box) -> None:
            seen, start, shape = x[samples], start[1:], shape[1:]  # without the axis of pictures
            sums = self.method.sums(seen, start, shape)
            if not np.isfinite(sums).all():
                sums = mended(self.method, self.kernel, seen, start, shape, sums)
            y[place] = sums

        kernel, start = (1, *self.kernel.shape), (0, *self.start)
        share(fill, tiles(x.shape, kernel, start, y.shape, self.tile), self.threads)
        return y


def plan(
    h: FloatArray,
    shape: Lengths,
    *,
    axes: Lengths,
    ends: Sequence[tuple[int, int]] | None = None,
    boundary: str = "constant",
    method: str = "auto",
    threads: int = sys.maxsize,
) -> Plan:
    """Plan the convolution of signals of a shape. All arguments must have been checked.

    `ends` say where in the full answer the wanted part begins and ends, along each of the `axes`,
    and must hold every sum of mode "valid". These are the default, and all that there is for a
    `boundary` other than "constant", where the signal is extended first.

    >>> average = plan(np.array([0.5, 0.5]), (4,), axes=(0,))
    >>> average.apply(np.array([1.0, 3.0, 5.0, 7.0]))
    array([2., 4., 6.])
    """
    factors = rank_one_factors(h) if method == "separable" else None
    if method == "separable" and factors is None:
        rule = '`h` must be an outer product (rank 1) for method="separable"'
        raise ValueError(f"{rule}; got shape {h.shape} that is not")
    samples = [shape[axis] for axis in axes]
    if samples[-1] < BLOCK[0] < max(samples):
        # short rows would make small products of matrices: the longest axis comes last
        order = sorted(range(h.ndim), key=samples.__getitem__)
        ends = ends and [ends[i] for i in order]
        axes, samples = [axes[i] for i in order], [samples[i] for i in order]
        h, factors = h.transpose(order), factors and [factors[i] for i in order]
    kernel = h
    if boundary != "constant":
        if factors is None and any(m > n for m, n in zip(h.shape, samples, strict=True)):
            kernel = fold(h, samples, boundary)
        samples = [n + m - 1 for n, m in zip(samples, kernel.shape, strict=True)]
    whole = None if kernel is h else h
    ends = ends or [(m - 1, n) for n, m in zip(samples, kernel.shape, strict=True)]
    start, sums = [a for a, _ in ends], tuple([b - a for a, b in ends])
    if not (math.isfinite(np.vdot(kernel, kernel)) or np.isfinite(kernel).all()):
        # all sums with these are NaN, and so are mended
        method, factors = "separable", [np.full(m, np.nan, h.dtype) for m in kernel.shape]
    elif max(kernel.shape) > min(samples):  # only what reaches a sample takes part
        used = [slice(max(0, a - n + 1), b) for n, (a, b) in zip(samples, ends, strict=True)]
        start = [a - part.start for a, part in zip(start, used, strict=True)]
        kernel = kernel[*used]
        factors = factors and [f[part] for f, part in zip(factors, used, strict=True)]

    answer = math.prod(shape) // math.prod([shape[axis] for axis in axes]), *sums
    chosen: tuple[Method, tuple[int, ...], int] = Direct(kernel), answer, 1
    if method != "auto" or math.prod(answer) * kernel.size > _FEW_PRODUCTS:
        chosen = _choose(method, kernel, factors, samples, start, answer, threads)
    return Plan(kernel, tuple(axes), boundary, start, sums, whole, *chosen)


def _choose(
    name: str,
    kernel: FloatArray,
    factors: list[FloatArray] | None,
    samples: Lengths,
    start: Lengths,
    answer: tuple[int, ...],
    threads: int,
) -> tuple[Method, tuple[int, ...], int]:
    """Return a method, the tile that it computes at a time, and in how many threads."""
    (pictures, *sums), most = answer, TILE_BYTES // kernel.itemsize
    together = even_step(pictures, most // math.prod(sums))
    costs = _estimate((together, *sums), kernel.shape, kernel.itemsize)
    if name == "auto":
        name = min(costs, key=costs.__getitem__)
        if name == "separable":
            factors = rank_one_factors(kernel) if kernel.ndim > 1 else None
            name = name if factors else min(costs.keys() - {name}, key=costs.__getitem__)
    threads = min(threads, worth_threads(costs[name] * pictures / together))
    if threads > 1:  # none of them stands idle
        most = min(most, max(_LEAST_TILE, math.prod(answer) // threads))
        together = even_step(pictures, most // math.prod(sums))
    method: Method = Direct(kernel)
    if name == "separable" and factors:
        method = Separable(factors)
    elif name == "fft":
        method = Fft(kernel, samples, start, sums, threads)
    elif name == "overlap_add":
        method = OverlapAdd(kernel, samples)
    return method, (together, *method.tile(sums, max(1, most // together))), threads
