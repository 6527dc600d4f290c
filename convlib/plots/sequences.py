"""Figures for the chapter *discrete-convolution*."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

import convlib
from convlib.plots import COLOURS, bare, figure, style

__all__ = ["modes", "queue", "search", "table", "toeplitz"]


def boxes(
    axes: Axes, values: Sequence[object], left: float, row: float, colour: str, ink: str = "black"
) -> None:
    """Draw one box per value, the first at column `left`, centred on `row` (which grows down)."""
    for column, value in enumerate(values, start=0):
        corner = (left + column - 0.46, row - 0.42)
        axes.add_patch(Rectangle(corner, 0.92, 0.84, facecolor=colour, edgecolor="white"))
        axes.text(left + column, row, str(value), ha="center", va="center", color=ink)


def stage(axes: Axes, columns: tuple[float, float], rows: tuple[float, float]) -> Axes:
    """Empty axes with unit boxes; rows grow downwards."""
    axes.set(xlim=columns, ylim=rows[::-1], aspect="equal")
    return bare(axes)


@style()
def table(f: ArrayLike, g: ArrayLike) -> Figure:
    """Totals of two dice as a table with coloured diagonals, and their counts as bars."""
    f, g = np.asarray(f), np.asarray(g)
    totals = np.add.outer(np.arange(1, len(f) + 1), np.arange(1, len(g) + 1))
    counts = convlib.convolve(f, g)
    fig, (left, right) = figure(1, 2, height=2.6, width_ratios=(1.1, 1))
    left.imshow(totals, cmap="cividis", alpha=0.85)
    for (row, column), total in np.ndenumerate(totals):
        left.text(column, row, total, ha="center", va="center", color=_ink(total, totals.max()))
    left.set_xticks(range(len(g)), range(1, len(g) + 1))
    left.set_yticks(range(len(f)), range(1, len(f) + 1))
    left.set(xlabel="six-sided die", ylabel="four-sided die")
    outcomes = np.arange(2, len(counts) + 2)
    right.bar(outcomes, counts, color=COLOURS["blue"])
    right.set(xlabel="total", ylabel="ways", xticks=outcomes)
    return fig


def _ink(value: float, largest: float) -> str:
    """Text colour that is readable on the cividis colour map."""
    return "white" if value < 0.6 * largest else "black"


@style()
def queue(x: Sequence[int], h: Sequence[int], weeks: Sequence[int]) -> Figure:
    """Arrivals `x`, in reverse, walking past the plan `h`: one panel per week."""
    fig, panels = figure(len(weeks), 1, width=5.0, height=1.3 * len(weeks))
    answer = convlib.convolve(x, h)
    for axes, week in zip(panels, weeks, strict=True):
        stage(axes, (-4.0, len(h) + len(x) - 0.4), (-0.6, 2.4))
        boxes(axes, h, 0, 1, COLOURS["sky"])
        meeting = [k for k in range(len(h)) if 0 <= week - k < len(x)]
        for place, size in enumerate(x):
            attending = 0 <= week - place < len(h)
            colour = COLOURS["orange"] if attending else "#F7E3BA"
            boxes(axes, [size], week - place, 0, colour)
        products = " + ".join(f"{x[week - k]}·{h[k]}" for k in meeting)
        axes.text(-0.4, 2, f"{products} = {answer[week]:.0f}", va="center", weight="bold")
        axes.text(-4.0, 1, f"week {week}", va="center")
    return fig


@style()
def modes(n: int, m: int) -> Figure:
    """All positions of a kernel of length `m` on a signal of length `n`, and what modes keep."""
    rows = n + m - 1
    fig, axes = figure(width=5.2, height=3.2)
    stage(axes, (-m, n + m + 3.4), (-1.1, rows - 0.3))
    axes.add_patch(Rectangle((-0.5, -0.6), n, rows + 0.2, facecolor="#E4E4E4"))
    axes.text((n - 1) / 2, -0.85, f"signal, {n} samples", ha="center", va="center")
    valid = range(m - 1, n)
    for row in range(rows):
        colour = COLOURS["blue"] if row in valid else COLOURS["sky"]
        boxes(axes, [""] * m, row - m + 1, row, colour)
    starts = {"full": (0, rows), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}
    for place, (name, (start, count)) in enumerate(starts.items()):
        column = n + m - 0.9 + 1.5 * place
        axes.plot([column] * 2, [start - 0.4, start + count - 0.6], color="black", lw=2)
        middle = start + (count - 1) / 2
        axes.text(column + 0.2, middle, f"{name} {count}", rotation=90, va="center")
    return fig


@style()
def search(received: ArrayLike, pattern: ArrayLike, start: int) -> Figure:
    """Show a noisy signal, and its cross-correlation and convolution with a pattern."""
    received = np.asarray(received)
    fig, panels = figure(3, 1, width=6.2, height=4.2, sharex=True)
    answers = {
        "received": received,
        "cross-correlation": convlib.correlate(received, pattern, mode="valid"),
        "convolution": convlib.convolve(received, pattern, mode="valid"),
    }
    for axes, (name, values), colour in zip(
        panels, answers.items(), ("grey", "blue", "red"), strict=True
    ):
        axes.vlines(np.arange(len(values)), 0, values, color=COLOURS[colour], lw=2)
        axes.axhline(0, color="black", lw=0.8)
        axes.axvline(start, color="black", ls=":", lw=1)
        axes.set_title(name, loc="left")
    for axes in panels[1:]:
        axes.set_ylim(-5, 7)
    panels[-1].set_xlabel("position")
    return fig


@style()
def toeplitz(matrix: ArrayLike) -> Figure:
    """Show a small matrix with its numbers, zeros faint."""
    matrix = np.asarray(matrix)
    fig, axes = figure(width=3.4, height=3.9)
    stage(axes, (-0.6, matrix.shape[1] - 0.4), (-0.6, matrix.shape[0] - 0.4))
    shades = ["#F2F2F2", COLOURS["yellow"], COLOURS["sky"], COLOURS["orange"]]
    kernel = list(np.unique(matrix))
    for row, values in enumerate(matrix):
        for column, value in enumerate(values):
            ink = "#8A8A8A" if value == 0 else "black"
            boxes(axes, [f"{value:.0f}"], column, row, shades[kernel.index(value)], ink)
    return fig
