"""One convolution: planned for a kernel and the size of a signal, then applied to signals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.fft import set_workers

from convlib._validate import FloatArray, Lengths
from convlib.engine.boundaries import extend, fold
from convlib.engine.choosing import cheapest
from convlib.engine.direct import BLOCK, Direct
from convlib.engine.fft import Fft
from convlib.engine.nonfinite import Method, mended
from convlib.engine.overlap_add import OverlapAdd
from convlib.engine.separable import Separable, rank_one_factors, required_factors
from convlib.engine.tiling import TILE_BYTES, Tile, even_step, share, tiles, worth_threads

__all__ = ["METHODS", "MODES", "Plan", "part_of_mode", "plan"]

MODES = ("full", "same", "valid")
METHODS = ("auto", "direct", "separable", "fft", "overlap_add")
_FEW_PRODUCTS = 1 << 13  # so little work that to estimate it would take longer
_LEAST_TILE = 1 << 14  # sums


@dataclass(frozen=True)
class Plan:
    """All that is known of a convolution before its signal; made by `plan`."""

    method: Method
    kernel: FloatArray
    axes: tuple[int, ...]
    """Axes of the signal that belong to those of the kernel."""
    boundary: str
    start: tuple[int, ...]
    """Where the wanted box begins in the full convolution of the (extended) signal."""
    shape: tuple[int, ...]
    """How many sums it has along each axis of the kernel."""
    tile: tuple[int, ...]
    """How many pictures, and sums along each axis, are computed at a time."""
    threads: int
    whole: FloatArray | None
    """Kernel before it was folded, for signals that hold infinity."""

    @np.errstate(all="ignore")  # answers are infinite or NaN, as documented
    def apply(self, x: FloatArray) -> FloatArray:
        """Convolve a signal of the planned shape and type."""
        if self.whole is not None and np.isinf(x).any():
            x = extend(x, self.whole.shape, self.axes, self.boundary)
            return plan(self.whole, x.shape, axes=self.axes, mode="valid").apply(x)
        if self.boundary != "constant":
            x = extend(x, self.kernel.shape, self.axes, self.boundary)
        last = tuple(range(x.ndim - len(self.axes), x.ndim))
        x = np.moveaxis(x, self.axes, last)
        lead, samples = x.shape[: last[0]], x.shape[last[0] :]
        x = x.reshape(-1, *samples)
        if self.tile == (len(x), *self.shape):
            with set_workers(self.threads):
                y = self.method.sums(x, self.start, self.shape)
            if not np.isfinite(y).all():
                y = mended(self.method, self.kernel, x, self.start, self.shape, y)
        else:
            y = self._tile_by_tile(x)
        return np.moveaxis(y.reshape(*lead, *self.shape), last, self.axes)

    def _tile_by_tile(self, x: FloatArray) -> FloatArray:
        y = np.empty((len(x), *self.shape), x.dtype)

        @np.errstate(all="ignore")  # which other threads do not know of
        def fill(tile: Tile) -> None:
            seen, start, shape = x[tile.samples], tile.start[1:], tile.shape[1:]
            sums = self.method.sums(seen, start, shape)
            if not np.isfinite(sums).all():
                sums = mended(self.method, self.kernel, seen, start, shape, sums)
            y[tile.place] = sums

        kernel, start = (1, *self.kernel.shape), (0, *self.start)
        share(fill, tiles(x.shape, kernel, start, y.shape, self.tile), self.threads)
        return y


def part_of_mode(n: int, m: int, mode: str) -> tuple[int, int]:
    """Return where in the full answer the part of `mode` begins and ends, along one axis.

    >>> [part_of_mode(5, 4, mode) for mode in MODES]
    [(0, 8), (1, 6), (3, 5)]
    """
    if mode == "full":
        return 0, n + m - 1
    if mode == "same":
        return (m - 1) // 2, (m - 1) // 2 + n
    return m - 1, n


def plan(
    h: FloatArray,
    shape: Lengths,
    *,
    axes: Sequence[int],
    mode: str | Sequence[tuple[int, int]],
    boundary: str = "constant",
    method: str = "auto",
) -> Plan:
    """Plan a convolution. All arguments must have been checked.

    Parameters
    ----------
    h : ndarray
        Kernel, of the type of the answer.
    shape : sequence of int
        Shape of the signal.
    axes : sequence of int
        Axes of the signal that belong to those of `h`; not negative.
    mode : str, or sequence of (int, int)
        One of `MODES`; or for each axis of `h` where in the full answer the wanted part begins and
        ends. It must hold every sum of mode "valid".
    boundary, method : str
        From `convlib.engine.BOUNDARIES` and `METHODS`.

    Raises
    ------
    ValueError
        If `method` is "separable" and `h` no outer product.

    Examples
    --------
    >>> average = plan(np.array([0.5, 0.5]), (4,), axes=(0,), mode="valid")
    >>> average.apply(np.array([1.0, 3.0, 5.0, 7.0]))
    array([2., 4., 6.])
    """
    kernel, samples = h, [shape[axis] for axis in axes]
    factors = required_factors(h) if method == "separable" else None
    if boundary != "constant":
        if factors is None and any(m > n for m, n in zip(h.shape, samples, strict=True)):
            kernel = fold(h, samples, boundary)
        samples = [n + m - 1 for n, m in zip(samples, kernel.shape, strict=True)]
        mode = "valid"
    if isinstance(mode, str):
        mode = [part_of_mode(n, m, mode) for n, m in zip(samples, kernel.shape, strict=True)]
    # rows should be long: short ones make small products of matrices
    order = list(range(kernel.ndim))
    if samples[-1] < BLOCK[0] < max(samples):
        order.sort(key=samples.__getitem__)
    samples, ends = [samples[i] for i in order], [mode[i] for i in order]
    # of a kernel longer than the signal, only what reaches a sample takes part
    used = [slice(max(0, a - n + 1), b) for n, (a, b) in zip(samples, ends, strict=True)]
    start = tuple(a - part.start for part, (a, _) in zip(used, ends, strict=True))
    sums = tuple(b - a for a, b in ends)
    whole = None if kernel is h else h.transpose(order)
    kernel = kernel.transpose(order)[*used]
    if factors:
        factors = [factors[i][part] for i, part in zip(order, used, strict=True)]
    axes = tuple(axes[i] for i in order)

    pictures = math.prod(shape) // math.prod(shape[axis] for axis in axes)
    way: Method = Direct(kernel)
    tile, threads = (pictures, *sums), 1
    if method != "auto" or pictures * math.prod(sums) * kernel.size > _FEW_PRODUCTS:
        way, tile, threads = _choose(method, kernel, factors, pictures, samples, start, sums)
    return Plan(way, kernel, axes, boundary, start, sums, tile, threads, whole)


def _choose(
    name: str,
    kernel: FloatArray,
    factors: list[FloatArray] | None,
    pictures: int,
    samples: Lengths,
    start: Lengths,
    sums: Lengths,
) -> tuple[Method, tuple[int, ...], int]:
    """Return a method, what it computes at a time, and in how many threads."""
    most = TILE_BYTES // kernel.itemsize
    together = even_step(pictures, most // math.prod(sums))
    costs = cheapest((together, *sums), kernel.shape, kernel.itemsize)
    if name == "auto":
        name, second, *_ = (n for n in costs if n != "separable" or kernel.ndim > 1)
        if name == "separable":
            factors = rank_one_factors(kernel)
            name = name if factors else second
    method: Method
    if name == "separable" and factors:
        method = Separable(factors)
    elif name == "fft":
        method = Fft(kernel, samples, start, sums)
    elif name == "overlap_add":
        method = OverlapAdd(kernel, samples)
    else:
        method = Direct(kernel)
    threads = worth_threads(costs[name] * pictures / together)
    if threads > 1:  # no thread stands idle
        most = min(most, max(_LEAST_TILE, pictures * math.prod(sums) // threads))
        together = even_step(pictures, most // math.prod(sums))
    return method, (together, *method.tile(sums, max(1, most // together))), threads
