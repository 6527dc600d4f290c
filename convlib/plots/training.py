"""Figures of the chapter on training two layers: gradients on their way back, steps, and loops."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from convlib.plots import COLOURS, SIGNED, bare, figure, signed_limits, style


def _numbers(ax: Axes, values: ArrayLike, title: str) -> None:
    values = np.asarray(values, dtype=float)
    limits = signed_limits(values)
    ax.imshow(values, SIGNED, **limits, alpha=0.6)
    for (row, column), value in np.ndenumerate(values):
        text = f"{value + 0:.0f}".replace("-", "\N{MINUS SIGN}")
        ax.text(column, row, text, ha="center", va="center", fontsize=10)
    bare(ax, title)


@style()
def there_and_back(forward: Mapping[str, ArrayLike], backward: Mapping[str, ArrayLike]) -> Figure:
    """Show small arrays of whole numbers in two columns: the way forward and the way back."""
    rows = len(forward)
    fig, axes = figure(rows, 2, width=4.6, height=1.9 * rows)
    for (left, right), there, back in zip(axes, forward.items(), backward.items(), strict=True):
        _numbers(left, there[1], there[0])
        _numbers(right, back[1], back[0])
    return fig


@style()
def paths(walks: Mapping[str, ArrayLike], steepness: float) -> Figure:
    """Show walks down one valley, (x² + steepness · y²) / 2, each in a panel of its own.

    Parameters
    ----------
    walks : mapping of str to array_like, shape (steps, 2)
        The places that were stepped on.
    steepness : float
        How much steeper the valley is across than along.
    """
    fig, axes = figure(len(walks), 1, width=5.2, height=1.5 * len(walks), sharex=True)
    x, y = np.meshgrid(np.linspace(-4.5, 2, 80), np.linspace(-1.5, 1.5, 60))
    for ax, (name, walk) in zip(axes, walks.items(), strict=True):
        ax.contour(x, y, np.sqrt(x**2 + steepness * y**2), levels=8, colors="0.8", linewidths=0.8)
        ax.plot(*np.transpose(walk), "o-", color=COLOURS["blue"], ms=3, lw=1.2)
        ax.plot(0, 0, "*", color=COLOURS["red"], ms=11)
        bare(ax).set_title(name, loc="left")
    return fig


@style()
def decays(curves: Mapping[str, Mapping[str, ArrayLike]]) -> Figure:
    """Show how weights shrink, step by step; a panel for each kind of decay."""
    fig, axes = figure(1, len(curves), width=6.0, height=2.6, sharey=True)
    for ax, (title, weights) in zip(axes, curves.items(), strict=True):
        for (name, values), dash in zip(weights.items(), ("-", "--"), strict=False):
            ax.plot(values, dash, label=name, lw=2)
        ax.set(xlabel="step", title=title, ylim=(0, 1.1))
    axes[0].set_ylabel("weight")
    axes[0].legend(loc="lower left")
    return fig


@style()
def overfitting(learned: ArrayLike, validation: ArrayLike) -> Figure:
    """Show two losses by epoch, on digits learned from and on others, and where to stop."""
    fig, ax = figure(width=6.0, height=3.0)
    epochs = np.arange(1, np.size(learned) + 1)
    ax.plot(epochs, learned, label="digits it learns from", lw=2)
    ax.plot(epochs, validation, "--", label="validation digits", lw=2)
    best = int(np.argmin(validation))
    ax.plot(
        best + 1, np.asarray(validation)[best], "o", color=COLOURS["red"], ms=8, label="stop here"
    )
    ax.set(xlabel="epoch", ylabel="loss (cross-entropy)", ylim=(0, 2.5))
    ax.legend()
    return fig
