"""Matplotlib figures that the chapters call: one module per topic, one style for all.

The style holds for these figures alone: Matplotlib's settings stay as the reader has them. It is in
force while a function under ``@style()`` makes a figure, and again while the figure is drawn, when
Matplotlib makes the labels of the axes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

__all__ = ["COLOURS", "SIGNED", "bare", "figure", "signed_limits", "style"]

# Okabe and Ito's palette: tellable apart by colour-blind readers
COLOURS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#222222",
    "grey": "#8C8C8C",
}

# colour map for signed values, as in the live figures: blue negative, white zero, orange positive
SIGNED = LinearSegmentedColormap.from_list("signed", [COLOURS["blue"], "white", COLOURS["red"]])

_STYLE: dict[Any, Any] = {
    "figure.dpi": 144,
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=list(COLOURS.values())),
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the course's style: for a while, or in all of a function that this decorates.

    Unlike `matplotlib.rc_context`, put back these settings only. The first figure in a notebook
    switches others on, which must stay on.
    """
    before = {name: plt.rcParams[name] for name in _STYLE}
    plt.rcParams.update(_STYLE)
    try:
        yield
    finally:
        plt.rcParams.update(before)


class StyledFigure(Figure):
    """A figure that is drawn in the course's style, whatever the style of the session."""

    @style()
    def draw(self, renderer: RendererBase) -> None:
        """Draw all parts of the figure."""
        super().draw(renderer)


@style()
def figure(
    rows: int = 1, columns: int = 1, *, width: float = 7.2, height: float = 2.8, **options: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes in the course's style.

    A function that adds more to them than this is decorated with `style()`.

    Parameters
    ----------
    rows, columns : int
        Grid of axes.
    width, height : float
        In inches; 7.2 wide fills a page column.
    **options
        Passed to `matplotlib.pyplot.subplots`.

    Returns
    -------
    figure : Figure
    axes : Axes or ndarray of Axes
        As `matplotlib.pyplot.subplots` returns them.
    """
    return plt.subplots(rows, columns, figsize=(width, height), FigureClass=StyledFigure, **options)


def bare(axes: Axes, title: str = "") -> Axes:
    """Take ticks and frame off an axes that shows a picture, and give it a title."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.set_title(title)
    return axes


def signed_limits(values: Any) -> dict[str, Any]:
    """Return symmetric colour limits, so that zero is always the middle colour."""
    reach = float(abs(values).max()) or 1.0
    return {"vmin": -reach, "vmax": reach}
