"""Fit `convlib.engine.PRICES` to this machine: run it when nothing else runs, and copy the answer.

Every method is timed on a grid of pictures and kernels, in one thread, because more threads shorten
all of them by much the same factor. Least squares on relative errors, with no negative price, give
what a step takes. What fits all times best need not part two methods where they are nearly equal,
so each price is then turned a little if that makes the choices of `method="auto"` better.
"""

from functools import partial
from itertools import product

import numpy as np
from scipy.optimize import nnls

from convlib.engine import PRICES, estimate, plan, steps
from convlib.timing import medians

SIZES = (64, 128, 256, 512, 1024, 2048)
KERNELS = (3, 5, 7, 11, 15, 23, 31, 63)
TURNS = (1, 0.95, 1.05, 0.9, 1.1, 0.8, 1.25)  # of equals the first


def measure():
    """Yield shape, kernel shape, itemsize and seconds of each method."""
    rng = np.random.default_rng(0)
    for size in SIZES:
        for k in KERNELS:
            for dtype in (np.float32, np.float64):
                x = rng.random((size, size)).astype(dtype)
                h = np.outer(rng.normal(size=k), rng.normal(size=k)).astype(dtype)
                same = [((k - 1) // 2, (k - 1) // 2 + size)] * 2
                estimated = estimate(x.shape, h.shape, x.itemsize)
                worth = [n for n in PRICES if estimated[n] < 20 * min(estimated.values())]
                plans = {
                    name: plan(h, x.shape, axes=(0, 1), ends=same, method=name, threads=1)
                    for name in worth
                }
                work = {name: partial(planned.apply, x) for name, planned in plans.items()}
                yield x.shape, h.shape, x.itemsize, medians(work, rounds=15, seconds=0.5)


def calmest(runs):
    """Keep the least of several measurements of each cell: a machine has slow minutes."""
    for cells in zip(*runs, strict=True):
        times = [cell[3] for cell in cells]
        yield *cells[0][:3], {name: min(found[name] for found in times) for name in times[0]}


def fit(rows):
    """Return nanoseconds a step of each method."""
    prices = {}
    for name in PRICES:
        seen = [(steps(*row[:3])[name], row[3][name]) for row in rows if name in row[3]]
        counts, times = (np.array(column, float) for column in zip(*seen, strict=True))
        if name in ("fft", "overlap_add"):  # n and n log n grow too much alike to be told apart
            counts[:, 1] = 0
        solution, _ = nnls(counts / times[:, None], np.full(len(times), 1e9))
        prices[name] = tuple(solution)
    return prices


def losses(rows, prices):
    """Return how much longer the chosen method takes than the fastest, for each row and kind."""
    lost = []
    for shape, kernel, itemsize, times in rows:
        estimated = estimate(shape, kernel, itemsize, prices)
        for possible in (set(times), set(times) - {"separable"}):
            chosen = min(possible, key=estimated.__getitem__)
            loss = times[chosen] / min(times[n] for n in possible) - 1
            lost.append((loss, shape, kernel, chosen))
    return sorted(lost, key=lambda row: row[0])


def turned(prices, rows):
    """Turn one price after the other to where the choices lose least, and round all of them."""
    for name, which in product(prices, range(3)):
        tried = []
        for turn in TURNS:
            price = list(prices[name])
            price[which] = float(f"{turn * price[which]:.3g}")
            tried.append(prices | {name: tuple(price)})
        prices = min(tried, key=lambda one: round(sum(row[0] for row in losses(rows, one)), 3))
    return prices


def main():
    rows = list(calmest([list(measure()) for _ in range(3)]))
    prices = turned(fit(rows), rows)
    print("PRICES = {")
    for name, price in prices.items():
        print(f'    "{name}": {price},')
    print("}")
    for which, table in ("present", PRICES), ("fitted", prices):
        lost = losses(rows, table)
        within = np.mean([row[0] <= 0.15 for row in lost])
        print(f"{which} prices: {within:.0%} of choices within 15 % of the fastest; the worst:")
        for loss, shape, kernel, chosen in lost[-5:]:
            print(f"  {loss:+.0%}  {shape} {kernel} {chosen}")


if __name__ == "__main__":
    main()
