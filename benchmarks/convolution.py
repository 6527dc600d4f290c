"""Measure `convlib.convolve` beside SciPy, PyTorch and OpenCV: `make bench`.

Square pictures and square kernels, mode "same" with zeros around, generic and rank-1 kernels,
float32 and float64. All contenders of a cell take turns in one process; medians count. All cells
are run through several times, minutes apart, so that a slow moment of the machine spoils one race
of a cell and not their median. What would take far longer than the best so far is left out, and so
is what would not fit into memory. Takes about twenty minutes, during which nothing else should run.

With `--beside FOLDER` the convlib of another checkout runs in the same races, as "before". All
contenders have one thread with `taskset -c 0 .venv/bin/python benchmarks/convolution.py`; to that,
`--cores 16` adds what 16 processors would make of it, by a model: what SciPy spends in transforms
is shared out evenly and at no cost, and convlib pays for every thread and waits for the last tile.
"""

import argparse
import importlib
import json
import math
import os
import sys
from itertools import product
from pathlib import Path
from statistics import geometric_mean, median
from unittest.mock import patch

import cv2
import matplotlib.pyplot as plt
import numpy as np
import scipy
import torch
import torch.nn.functional as F

from convlib import plots
from convlib.engine import METHODS, plan
from convlib.timing import SCIPY, convlib_methods, medians, peak_memory, scipy_functions

OUT = Path("_build/benchmarks")
SIZES = (64, 128, 256, 512, 1024, 2048)
KERNELS = (3, 5, 7, 15, 31, 63)
DTYPES = ("float32", "float64")
KINDS = tuple(product(DTYPES, (False, True)))  # type of the numbers, and whether of rank 1
OWN = METHODS[1:]  # all but "auto"
SUMS = ("direct", "ndimage", "convolve2d", "PyTorch")  # whose time grows with the kernel's area
START = 40e-6  # seconds to start a thread and hand it work
PATIENCE = 10  # a contender predicted to take this many times the best is left out,
SHORT = 0.1  # if that is more than so many seconds
UNROLLED = 2e9  # bytes; PyTorch writes every window down, and fails or swaps beyond


def arrays(size, k, dtype, rank1):
    rng = np.random.default_rng(size + k)
    h = np.outer(rng.normal(size=k), rng.normal(size=k)) if rank1 else rng.normal(size=(k, k))
    return rng.random((size, size)).astype(dtype), h.astype(dtype)


def pytorch(x, h):
    picture = torch.from_numpy(x)[None, None]
    weight = torch.from_numpy(np.flip(h).copy())[None, None]
    return lambda: F.conv2d(picture, weight, padding="same")[0, 0].numpy()


def opencv(x, h):
    flipped = np.flip(h).copy()
    return lambda: cv2.filter2D(x, -1, flipped, borderType=cv2.BORDER_CONSTANT)


def other_checkout(folder):
    """Return `convolve` of another checkout, whose package has the same name as this one's."""
    mine = {
        name: sys.modules.pop(name) for name in [*sys.modules] if name.split(".")[0] == "convlib"
    }
    sys.path.insert(0, str(Path(folder).resolve()))
    try:
        package = importlib.import_module("convlib")
        assert Path(package.__file__).is_relative_to(Path(folder).resolve()), package.__file__
        return package.convolve
    finally:
        del sys.path[0]
        for name in [name for name in sys.modules if name.split(".")[0] == "convlib"]:
            del sys.modules[name]
        sys.modules.update(mine)


def contenders(x, h, before=None):
    own = convlib_methods(x, h)
    if before:
        own["before"] = lambda: before(x, h, mode="same")
    return own | scipy_functions(x, h) | {"PyTorch": pytorch(x, h), "OpenCV": opencv(x, h)}


def hopeless(name, x, h, rates, best):
    """Tell whether a contender is left out, judging by its rates in smaller cells."""
    if name == "PyTorch" and x.nbytes * h.size > UNROLLED:
        return True
    return rates.get(name, 0) * x.size * h.size > max(PATIENCE * best * x.size, SHORT)


def race(size, k, dtype, rank1, rates, seconds, before=None):
    """Time all contenders in one cell; `rates` remembers seconds per product between cells."""
    x, h = arrays(size, k, dtype, rank1)
    entrants = contenders(x, h, before)
    best = rates.get("best", math.inf)
    for name in [name for name in SUMS if hopeless(name, x, h, rates, best)]:
        del entrants[name]
    expected = entrants["fftconvolve"]()
    tolerance = 100 * np.finfo(dtype).eps * np.abs(h).sum() * np.abs(x).max()
    for name, work in entrants.items():  # all compute the same, or the race is void
        assert np.abs(work() - expected).max() <= tolerance, name
    times = medians(entrants, rounds=301, seconds=seconds)
    rates.update({name: times[name] / (x.size * h.size) for name in SUMS if name in times})
    rates["best"] = min(times.values()) / x.size
    return times


def result(size, k, dtype, rank1, races):
    """Sum up the races of a cell, and measure the memory."""
    x, h = arrays(size, k, dtype, rank1)
    names = dict.fromkeys(name for times in races for name in times)
    times = {name: median(times[name] for times in races if name in times) for name in names}
    best = min((times[name], name) for name in SCIPY if name in times)[1]
    entrants = contenders(x, h)
    own, other = (peak_memory(entrants[name]) / x.nbytes for name in ("auto", best))
    cell = {"size": size, "kernel": k, "dtype": dtype, "rank1": rank1, "times": times}
    cell["chosen"] = plan(h, x.shape, axes=(0, 1), ends=same(size, k)).method.name
    return cell | {"peak": own, "scipy": best, "scipy_peak": other}


def same(size, k):
    """Return where the sums of mode "same" lie in the full answer."""
    return [((k - 1) // 2, (k - 1) // 2 + size)] * 2


def ratio(row, *names):
    """Return the time of "auto" divided by the best time of the named ones that were measured."""
    measured = [row["times"][name] for name in names if name in row["times"]]
    return row["times"]["auto"] / min(measured) if measured else None


def loss(row):
    """Compare the method that "auto" takes with the fastest; then the size and the kernel.

    "auto" and its method are one computation that was measured twice: the mean counts.
    """
    times = dict(row["times"])
    taken = times[row["chosen"]] = (times["auto"] + times[row["chosen"]]) / 2
    best = min(times[name] for name in OWN if name in times)
    return taken / best, row["size"], row["kernel"]


def line(row):
    kind = "rank 1" if row["rank1"] else "generic"
    ratios = (ratio(row, *SCIPY), ratio(row, "PyTorch"), ratio(row, "OpenCV"), ratio(row, *OWN))
    shown = " ".join("      -" if r is None else f"{r:7.2f}" for r in ratios)
    return (
        f"{row['size']:5} {row['kernel']:4} {row['dtype']} {kind:8}"
        f"{1e3 * row['times']['auto']:10.3f} {shown} "
        f"{row['peak']:7.1f} {row['scipy_peak']:7.1f}  {row['scipy']}"
    )


def goals(rows):
    """Yield what was aimed at, what was measured, and whether that is met."""
    large = [row for row in rows if row["size"] >= 256]
    generic = [row for row in rows if not row["rank1"]]
    rank1 = [row for row in rows if row["rank1"] and row["kernel"] >= 7]

    def mean(chosen, *names):
        found = [r for row in chosen if (r := ratio(row, *names)) is not None]
        return geometric_mean(found) if found else None

    def worst(chosen, *names):
        found = ((ratio(row, *names), row["size"], row["kernel"]) for row in chosen)
        return max(found, default=None)

    yield "against the best of SciPy, 256² and more, slowest cell", worst(large, *SCIPY), 1.1
    yield "against the best of SciPy, generic kernels, mean", mean(generic, *SCIPY), 0.6
    yield "against the best of SciPy, rank 1 from 7 × 7, mean", mean(rank1, *SCIPY), 0.25
    yield "against OpenCV, mean", mean(rows, "OpenCV"), 2.0
    yield "against PyTorch, mean", mean(rows, "PyTorch"), 0.6
    yield "auto against the best of its methods, slowest cell", worst(rows, *OWN), 1.15
    yield "the method that auto takes against the best, slowest cell", max(map(loss, rows)), 1.15
    peak = max((row["peak"], row["size"], row["kernel"]) for row in rows)
    if any("before" in row["times"] for row in rows):
        yield "against the other checkout, mean", mean(rows, "before"), 1.05
        yield "against the other checkout, slowest cell", worst(rows, "before"), 1.2
    yield "peak memory beyond the picture, in pictures", peak, 4.0


def in_transforms(size, k, dtype):
    """Return the seconds that `fftconvolve` spends in its transforms."""
    x, h = arrays(size, k, dtype, False)
    lengths = [scipy.fft.next_fast_len(size + k - 1, real=True)] * 2
    spectrum = scipy.fft.rfft2(x, lengths)
    work = {
        "x": lambda: scipy.fft.rfft2(x, lengths),
        "h": lambda: scipy.fft.rfft2(h, lengths),
        "y": lambda: scipy.fft.irfft2(spectrum, lengths),
    }
    return sum(medians(work, rounds=7, seconds=0.3).values())


def simulated(row, cores):
    """Return the ratio to the best of SciPy on so many processors, from times in one thread."""
    size, k, times = row["size"], row["kernel"], dict(row["times"])
    h = arrays(size, k, row["dtype"], row["rank1"])[1]
    with patch("os.sched_getaffinity", lambda _: range(cores)):
        planned = plan(h, (size, size), axes=(0, 1), ends=same(size, k))
    tiles = math.prod(-(-n // t) for n, t in zip(planned.shape, planned.tile[1:], strict=True))
    rounds = math.ceil(tiles / planned.threads) / tiles
    if tiles == 1 and planned.method.name == "fft":  # a single transform is shared out inside
        rounds = 1 / planned.threads
    shared = min(1, in_transforms(size, k, row["dtype"]) / times["fftconvolve"])
    for name in {"fftconvolve", "oaconvolve"} & set(times):
        times[name] *= 1 - shared + shared / cores
    own = times["auto"] * rounds + START * (planned.threads - 1)
    return own / min(times[name] for name in SCIPY if name in times)


def report(rows):
    print("\nGoals (ratios of times: below 1, convlib is faster; means are geometric)")
    for text, found, goal in goals(rows):
        if found is None:  # no such cell among those asked for
            continue
        value, *cell = found if isinstance(found, tuple) else (found,)
        where = f" at {cell[0]}², {cell[1]} × {cell[1]}" if cell else ""
        verdict = "met" if value <= goal else "NOT MET"
        print(f"  {text}: {value:.2f}{where}; goal {goal}: {verdict}")


@plots.style()
def plot(rows):
    """Draw the ratio to the best of SciPy over the size of the picture, a line for each kernel."""
    fig, axes = plots.figure(2, 2, height=6.0, sharex=True, sharey=True)
    for ax, (dtype, rank1) in zip(
        axes.flat, ((d, r) for r in (False, True) for d in DTYPES), strict=True
    ):
        for k in sorted({row["kernel"] for row in rows}):
            mine = [r for r in rows if (r["kernel"], r["dtype"], r["rank1"]) == (k, dtype, rank1)]
            sizes = [row["size"] for row in mine]
            ax.loglog(sizes, [ratio(row, *SCIPY) for row in mine], marker="o", label=f"{k} × {k}")
        ax.axhline(1, color="black", lw=1)
        ax.set_title(f"{'rank 1' if rank1 else 'generic'}, {dtype}")
        ax.set_xticks(sizes, [str(size) for size in sizes])
    fig.supxlabel("side of the picture (pixels)")
    fig.supylabel("time of convlib / time of the best of SciPy")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside right center")
    fig.savefig(OUT / "convolution.png", dpi=120)
    plt.close(fig)


def run_through(options):
    """Race in all cells, several times; return the times of each cell."""
    before = other_checkout(options.beside) if options.beside else None
    cells = [(n, k, *kind) for n, k, kind in product(options.sizes, options.kernels, KINDS)]
    races = {cell: [] for cell in cells}
    share = options.seconds / options.runs
    for run in range(options.runs):
        print(f"Run {run + 1} of {options.runs}", flush=True)
        rates = {kind: {} for kind in KINDS}
        for cell in cells:
            seconds = share * max(1, cell[0] / 512)  # what takes longer needs turns as well
            races[cell].append(race(*cell, rates[cell[2:]], seconds, before))
    return races


def tell_simulated(rows, cores):
    large = [row for row in rows if row["size"] >= 256]
    large = sorted((simulated(r, cores), r["size"], r["kernel"]) for r in large)
    mean, slower = geometric_mean(r for r, *_ in large), sum(r > 1 for r, *_ in large)
    print(f"\nSimulated on {cores} processors, 256² and more, against the best of SciPy:")
    print(f"  mean {mean:.2f}, {slower} of {len(large)} cells slower; the worst {large[-3:]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--kernels", type=int, nargs="+", default=KERNELS)
    parser.add_argument("--seconds", type=float, default=3.0, help="for a cell, longer from 1024²")
    parser.add_argument("--runs", type=int, default=3, help="through all cells")
    parser.add_argument("--beside", metavar="FOLDER", help="another checkout, to race against")
    parser.add_argument("--cores", type=int, help="tell what so many would make of one thread")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, NumPy {np.__version__}, SciPy {scipy.__version__}, ", end="")
    print(f"PyTorch {torch.__version__}, OpenCV {cv2.__version__}; ratios are convlib / other\n")
    rows = [result(*cell, races) for cell, races in run_through(options).items()]
    print(f"\n{'':36}time, as a ratio to{'':13}peak, in pictures")
    print(" size    k   dtype kind            ms   SciPy PyTorch  OpenCV  itself     own   SciPy")
    print(*map(line, rows), sep="\n")
    report(rows)
    if options.cores:
        tell_simulated(rows, options.cores)
    (OUT / "convolution.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    plot(rows)
    print(f"\nWritten: {OUT}/convolution.json and {OUT}/convolution.png")


if __name__ == "__main__":
    main()
