"""Figures for the chapter on continuous convolution: splitting, flipping, sliding, bells."""

import functools
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import convlib
from convlib.plots import COLOURS, figure, style

__all__ = [
    "box_with_box",
    "box_with_decay",
    "dice",
    "flip_and_slide",
    "narrowing_box",
    "repeated",
    "slide",
]

Function = Callable[[NDArray[np.float64]], NDArray[np.floating]]

_FIRST, _SECOND, _AREA, _OUTPUT = (COLOURS[c] for c in ("blue", "red", "green", "black"))


def box(a: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 from 0 to 1, both ends included as in the chapters, and 0 elsewhere."""
    return np.where((0 <= a) & (a <= 1), 1.0, 0.0)


def ramp(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what falls in a straight line from 1 at 0 to 0 at 2, and 0 elsewhere."""
    return (1 - u / 2) * ((0 <= u) & (u <= 2))


def _drip(a: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.75 * box(a)


def _decay(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-u) * (u >= 0)


def _clean(axes: Axes, xlim: tuple[float, float], top: float) -> None:
    axes.set_xlim(xlim)
    axes.set_ylim(0, 1.2 * top)
    axes.axhline(0, color=COLOURS["black"], linewidth=0.8)


def _product(axes: Axes, f: Function, g: Function, t: float, a: NDArray[np.float64]) -> None:
    """Draw f(a), g(t - a) and the area under their product."""
    axes.fill_between(a, f(a) * g(t - a), color=_AREA, alpha=0.45, linewidth=0)
    axes.plot(a, f(a), color=_FIRST)
    axes.plot(a, g(t - a), color=_SECOND, linestyle="--")


def _snapshots(
    f: Function,
    g: Function,
    times: Sequence[float],
    *,
    support: tuple[float, float],
    xlim: tuple[float, float],
    captions: Sequence[str],
) -> Figure:
    """Draw g slid past f at four times (top) and the curve that the areas trace (bottom)."""
    fig, axes = figure(3, 2, width=5.6, height=5.6, height_ratios=[1, 1, 1.3])
    a = np.linspace(*xlim, 2001)
    y = convlib.convolve_functions(f, g, a, support=support, dt=0.005)
    values = convlib.convolve_functions(f, g, times, support=support, dt=0.005)
    for ax, t, value, caption in zip(axes[:-1].flat, times, values, captions, strict=True):
        _product(ax, f, g, t, a)
        _clean(ax, xlim, 1.15)
        ax.set_title(f"$t = {t}$: {caption}", fontsize=10)
        ax.text(0.98, 0.86, f"area {value:.2f}", transform=ax.transAxes, ha="right", color=_AREA)
    for ax in axes[1]:
        ax.set_xlabel("$a$")
    axes[2, 1].remove()
    axes[2, 0].set_subplotspec(axes[2, 0].get_gridspec()[2, :])
    _trace(axes[2, 0], a, y, times, values, xlim)
    first = axes[0, 0]
    fig.legend(
        handles=[*first.lines[:2], first.collections[0]],
        labels=["$f(a)$", "$g(t - a)$", "their product"],
        loc="outside upper center",
        ncols=3,
        frameon=False,
    )
    return fig


def _trace(
    axes: Axes,
    t: NDArray[np.float64],
    y: NDArray[np.float64],
    times: Sequence[float],
    values: NDArray[np.float64],
    xlim: tuple[float, float],
) -> None:
    """Draw the output curve with the points that the snapshots made."""
    axes.plot(t, y, color=_OUTPUT)
    axes.plot(times, values, "o", color=_AREA, markersize=8, clip_on=False, zorder=3)
    axes.vlines(times, 0, values, color=_AREA, linestyle=":")
    _clean(axes, xlim, y.max())
    axes.set(xlabel="$t$", ylabel=r"$(f * g)(t)$")


@style()
def slide() -> Figure:
    """Draw a ramp sliding past a box, and the areas traced as a curve."""
    return _snapshots(
        box,
        ramp,
        [-0.3, 0.6, 1.5, 2.6],
        support=(0, 1),
        xlim=(-1, 3.5),
        captions=["no overlap", "entering", "all of the box", "leaving"],
    )


@style()
def box_with_box() -> Figure:
    """Draw a box sliding past an equal box, and the triangle it traces."""
    return _snapshots(
        box,
        box,
        [-0.4, 0.5, 1.3, 2.4],
        support=(0, 1),
        xlim=(-1.5, 2.7),
        captions=["no overlap", "entering", "leaving", "no overlap"],
    )


@style()
def box_with_decay() -> Figure:
    """Draw a decay sliding past a box of height 3/4, and the curve it traces."""
    return _snapshots(
        _drip,
        _decay,
        [-0.5, 0.6, 1.0, 1.8],
        support=(0, 1),
        xlim=(-1.5, 4),
        captions=["no overlap", "partial overlap", "full overlap begins", "full overlap"],
    )


@style()
def dice(total: int) -> Figure:
    """Draw the 36 throws of two dice with one total marked, and the number of ways per total."""
    fig, (left, right) = figure(1, 2, width=6.6, height=3.2)
    faces = np.arange(1, 7)
    sums = faces[:, None] + faces
    left.imshow(sums == total, origin="lower", extent=(0.5, 6.5, 0.5, 6.5), cmap="Greens", vmax=2)
    for (row, column), value in np.ndenumerate(sums):
        weight = "bold" if value == total else "normal"
        left.text(column + 1, row + 1, value, ha="center", va="center", weight=weight)
    left.set(xlabel="first die, $a$", ylabel="second die, $b$", title="total of each throw")
    left.set(xticks=faces, yticks=faces)
    totals, ways = np.unique(sums, return_counts=True)
    colours = np.where(totals == total, _AREA, COLOURS["grey"])
    right.bar(totals, ways, color=colours)
    right.set(xlabel="total, $t$", title="number of ways", xticks=totals[::2])
    return fig


@style()
def flip_and_slide(f: Function, g: Function, *, t: float) -> Figure:
    """Draw the five steps from f and g to one point of f * g, for f on [0, 1].

    Parameters
    ----------
    f, g : callable
        Vectorised functions; f is zero outside [0, 1].
    t : float
        The total whose point is made.
    """
    fig, axes = figure(5, 1, width=5.8, height=7.4, sharex=True)
    a = np.linspace(-1.5, 3.5, 2001)
    y = convlib.convolve_functions(f, g, a, support=(0, 1), dt=0.002)
    value = float(convlib.convolve_functions(f, g, [t], support=(0, 1), dt=0.002)[0])
    top = max(f(a).max(), g(a).max())
    axes[0].plot(a, f(a), color=_FIRST)
    axes[1].plot(a, g(a), color=_SECOND)
    axes[2].plot(a, g(t - a), color=_SECOND, linestyle="--")
    _product(axes[3], f, g, t, a)
    axes[4].plot(a, y, color=COLOURS["grey"], linestyle=":")
    axes[4].plot(a[a <= t], y[a <= t], color=_OUTPUT)
    axes[4].plot(t, value, "o", color=_AREA, markersize=8)
    titles = [
        "1.  the first function, $f(a)$",
        "2.  the second function, $g(u)$",
        f"3.  flipped and moved to $t = {t}$: $g(t - a)$",
        f"4.  the area under the product: {value:.3f}",
        f"5.  one point of $f * g$: height {value:.3f} at $t = {t}$",
    ]
    for ax, title in zip(axes, titles, strict=True):
        _clean(ax, (a[0], a[-1]), top)
        ax.set_title(title, loc="left")
    axes[4].set_ylim(0, 1.2 * y.max())
    for ax in axes[2:]:
        ax.axvline(t, color=COLOURS["grey"], linewidth=0.8)
    axes[4].set_xlabel("$a$ above, $t$ in the last plot")
    return fig


@style()
def narrowing_box(f: Function) -> Figure:
    """Draw f beside its convolutions with ever narrower boxes of area 1."""
    fig, axes = figure(1, 3, width=6.6, height=2.5, sharey=True)
    t = np.linspace(-0.8, 4, 481)
    for ax, w in zip(axes, (1, 0.3, 0.05), strict=True):
        box = functools.partial(np.full_like, fill_value=1 / w)
        y = convlib.convolve_functions(box, f, t, support=(-w / 2, w / 2), dt=w / 100)
        ax.plot(t, f(t), color=COLOURS["grey"], linewidth=3, alpha=0.6, label="$g$")
        ax.plot(t, y, color=_OUTPUT, label="box * $g$")
        ax.set(title=f"box of width {w}", xlabel="$t$")
    axes[0].legend(loc="upper right", fontsize=9, frameon=False)
    return fig


def _bell(t: NDArray[np.float64], mean: float, variance: float) -> NDArray[np.float64]:
    return np.asarray(np.exp(-((t - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance))


def _summed(density: NDArray[np.floating], copies: int, dt: float) -> NDArray[np.floating]:
    total = density
    for _ in range(copies - 1):
        total = convlib.convolve(total, density) * dt
    return total


@style()
def repeated() -> Figure:
    """Draw sums of boxes and sums of decays beside the bells they approach."""
    fig, axes = figure(2, 4, width=6.8, height=3.9)
    dt = 0.01
    # name, samples in the middle of each step, mean, variance, numbers of copies
    middles = np.arange(0, 12, dt) + dt / 2
    rows = [
        ("box", np.ones(100), 1 / 2, 1 / 12, (1, 2, 3, 4)),
        ("decay", np.exp(-middles), 1.0, 1.0, (1, 2, 4, 16)),
    ]
    for row, (name, density, mean, variance, numbers) in zip(axes, rows, strict=True):
        for ax, n in zip(row, numbers, strict=True):
            y = _summed(density, n, dt)
            t = (np.arange(len(y)) + n / 2) * dt
            reach = 4 * np.sqrt(n * variance)
            near = np.abs(t - n * mean) < reach
            bell_t = np.linspace(n * mean - reach, n * mean + reach, 200)
            # a zero at both ends draws the jump of the box and of the decay
            ax.plot(np.r_[t[0], t[near], t[near][-1]], np.r_[0, y[near], 0], color=_OUTPUT)
            ax.plot(bell_t, _bell(bell_t, n * mean, n * variance), "--", color=_SECOND)
            ax.set_title(f"{n} × {name}")
            ax.set_yticks([])
    return fig
