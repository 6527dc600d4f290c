"""Figures of the chapter that compares networks: spreads, differences, kernels against noise."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from convlib.plots import COLOURS, bare, figure, style


def _one_row(ax: Axes, position: float, scores: np.ndarray, colour: str) -> None:
    spread = np.linspace(-0.12, 0.12, len(scores)) if len(scores) > 1 else np.zeros(1)
    ax.plot(scores, position + spread, "o", color=colour, ms=5, alpha=0.8, mec="white", mew=0.5)
    ax.plot([scores.mean()] * 2, [position - 0.3, position + 0.3], color=COLOURS["black"], lw=2)


def _named_rows(ax: Axes, names: list[str], label: str) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlabel(label)
    ax.grid(axis="x", color="0.9")
    ax.set_axisbelow(True)


@style()
def comparison(scores: Mapping[str, ArrayLike]) -> Figure:
    """Show the accuracy of every run in per cent, one row per network, with the mean of each.

    Parameters
    ----------
    scores : mapping of str to array_like
        Accuracies from 0 to 1, one per run.
    """
    fig, ax = figure(width=6.0, height=0.34 * len(scores) + 0.9)
    for position, values in enumerate(scores.values()):
        _one_row(ax, position, 100 * np.asarray(values), COLOURS["blue"])
    _named_rows(ax, list(scores), "accuracy in %")
    return fig


@style()
def differences(found: Mapping[str, tuple[float, float]]) -> Figure:
    """Show paired differences in points with twice their error; none where the bar meets zero.

    Parameters
    ----------
    found : mapping of str to (float, float)
        Mean difference of two shares, and its standard error.
    """
    fig, ax = figure(width=6.0, height=0.42 * len(found) + 0.9)
    for position, (mean, error) in enumerate(found.values()):
        apart = abs(mean) > 2 * error
        colour = COLOURS["blue"] if apart else COLOURS["grey"]
        bar = {"fmt": "o" if apart else "s", "capsize": 3, "lw": 2}
        ax.errorbar(100 * mean, position, xerr=200 * error, color=colour, **bar)
    ax.axvline(0, color=COLOURS["black"], lw=1)
    _named_rows(ax, list(found), "difference in points")
    return fig


@style()
def against_noise(rows: Mapping[str, tuple[ArrayLike, ArrayLike]], label: str) -> Figure:
    """Show a measure of single kernels above the same measure of the noise that matches them.

    Parameters
    ----------
    rows : mapping of str to (array_like, array_like)
        Values of the kernels, and of their noise.
    label : str
        What is measured.
    """
    fig, ax = figure(width=6.0, height=0.8 * len(rows) + 0.9)
    rng = np.random.default_rng(0)
    for position, pair in enumerate(rows.values()):
        for values, lift, name in zip(pair, (-0.2, 0.2), ("blue", "grey"), strict=True):
            values = np.ravel(values)
            places = position + lift + rng.uniform(-0.1, 0.1, len(values))
            size = 4 if name == "blue" else 2
            ax.plot(values, places, "o", color=COLOURS[name], ms=size, alpha=0.6, mew=0)
            ends = [position + lift - 0.17, position + lift + 0.17]
            ax.plot([values.mean()] * 2, ends, color=COLOURS["black"], lw=2)
    _named_rows(ax, list(rows), label)
    return fig


@style()
def kernel_counts(curves: Mapping[str, Mapping[int, ArrayLike]]) -> Figure:
    """Show accuracy against the number of first kernels; a dot per run, a line of means."""
    fig, ax = figure(width=6.0, height=3.0)
    marks = zip(curves.items(), ("blue", "red"), ("o", "s"), ("-", "--"), strict=False)
    for (name, by_count), colour, mark, line in marks:
        counts = list(by_count)
        means = [100 * np.mean(np.asarray(by_count[count])) for count in counts]
        ax.plot(counts, means, line, color=COLOURS[colour], label=name, lw=2)
        for count in counts:
            runs = 100 * np.asarray(by_count[count])
            ax.plot([count] * len(runs), runs, mark, color=COLOURS[colour], ms=5, alpha=0.7)
    most = max(curves.values(), key=len)
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(most), [str(count) for count in most])
    ax.set(xlabel="kernels in the first layer", ylabel="accuracy in %")
    ax.legend()
    return fig


@style()
def line(picture: ArrayLike, probabilities: ArrayLike) -> Figure:
    """Show a line of digits above the probability of each digit at each place along it."""
    fig, axes = figure(2, 1, width=6.0, height=3.4, height_ratios=[1, 1.3])
    bare(axes[0].imshow(picture, cmap="grey", aspect="auto").axes)
    axes[1].imshow(probabilities, cmap="viridis", vmin=0, vmax=1, aspect="auto")
    axes[1].set(xlabel="place", ylabel="digit", yticks=range(10))
    return fig
