"""Measure side by side: `convolve` and others on one picture, in turn, in one process.

A single timing says little: the machine does other things as well, and the clock of the processor
changes. So contenders take turns in a new order each round, run once to warm up and once to be
timed, and the median counts. The time is shared out evenly, so that a slow one does not take the
turns of the others. `benchmarks/` and the chapter *fast-convolution* measure with this.
"""

import time
import tracemalloc
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
from scipy import ndimage, signal

from convlib._validate import FloatArray
from convlib.discrete import METHODS, convolve
from convlib.kernels import factors

__all__ = ["SCIPY", "convlib_methods", "medians", "peak_memory", "scipy_functions"]

SCIPY = ("ndimage", "convolve2d", "fftconvolve", "oaconvolve")
Work = Callable[[], object]
Name = TypeVar("Name")


def medians(
    contenders: Mapping[Name, Work], *, rounds: int = 15, seconds: float = 1.0
) -> dict[Name, float]:
    """Let contenders take turns, and return the median time of each.

    Parameters
    ----------
    contenders : mapping of name to callable without arguments
        What to time.
    rounds : int
        Turns for each, at most.
    seconds : float
        For all of them. Who has used up an equal part of it stands aside, after three turns.

    Returns
    -------
    dict of name to float
        Median time of one call in seconds.

    Examples
    --------
    >>> times = medians({"small": lambda: sum(range(10)), "large": lambda: sum(range(100_000))})
    >>> times["small"] < times["large"]
    True
    """
    times: dict[Name, list[float]] = {name: [] for name in contenders}
    left = dict.fromkeys(contenders, seconds / max(1, len(contenders)))
    shuffle = np.random.default_rng(0)
    for turn in range(rounds):
        names = [name for name in contenders if turn < 3 or left[name] > 0]
        for name in (names[i] for i in shuffle.permutation(len(names))):
            begin = time.perf_counter()
            contenders[name]()  # takes cache and processor back from the one before
            start = time.perf_counter()
            contenders[name]()
            end = time.perf_counter()
            times[name].append(end - start)
            left[name] -= end - begin
    return {name: float(np.median(values)) for name, values in times.items()}


def peak_memory(work: Work) -> int:
    """Return the bytes that `work` had asked for at most, over what there was before.

    Examples
    --------
    >>> peak_memory(lambda: np.zeros(1000)) >= 8000
    True
    """
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def scipy_functions(x: FloatArray, h: FloatArray) -> dict[str, Work]:
    """Return SciPy's ways to the convolution of a picture, zeros around it, size of `x`.

    Parameters
    ----------
    x, h : ndarray, shapes (H, W) and (kh, kw)
        Picture and kernel.

    Returns
    -------
    dict of name to callable without arguments
        ``ndimage``, ``convolve2d``, ``fftconvolve``, ``oaconvolve``.

    Examples
    --------
    >>> ways = scipy_functions(np.eye(5), np.ones((3, 3)))
    >>> all(np.allclose(way(), convolve(np.eye(5), np.ones((3, 3)), mode="same"))
    ...     for way in ways.values())
    True
    """
    origin = [(m % 2) - 1 for m in h.shape]  # ndimage takes the other middle of an even kernel
    return {
        "ndimage": lambda: ndimage.convolve(x, h, mode="constant", origin=origin),
        "convolve2d": lambda: signal.convolve2d(x, h, mode="same"),
        "fftconvolve": lambda: signal.fftconvolve(x, h, mode="same"),
        "oaconvolve": lambda: signal.oaconvolve(x, h, mode="same"),
    }


def convlib_methods(x: FloatArray, h: FloatArray) -> dict[str, Work]:
    """Return the methods of `convolve` that can compute this convolution.

    Parameters
    ----------
    x, h : ndarray, shapes (H, W) and (kh, kw)
        Picture and kernel.

    Returns
    -------
    dict of name to callable without arguments
        "auto" first; "separable" only if the kernel is.

    Examples
    --------
    >>> list(convlib_methods(np.eye(5), np.eye(3)))
    ['auto', 'direct', 'fft', 'overlap_add']
    """
    skipped = {"separable"} if factors(h) is None else set()

    def way(method: str) -> Work:
        return lambda: convolve(x, h, mode="same", method=method)

    return {method: way(method) for method in METHODS if method not in skipped}
