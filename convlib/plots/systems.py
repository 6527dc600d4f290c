"""Figures and sound for the chapter on systems: rooms, cameras, waits."""

import html
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

import convlib
from convlib import data
from convlib.plots import COLOURS, bare, figure, style

__all__ = ["copies", "defocus", "player", "sound_in_room", "total_wait"]


def player(sound: ArrayLike, label: str) -> Any:
    """Return an audio player for a page, with its label in words.

    Parameters
    ----------
    sound : array_like, shape (N,)
        Mono samples at `convlib.data.SAMPLE_RATE`; played so that the loudest is full scale.
    label : str
        What is heard; shown, and read out by screen readers.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML, Audio

    source = Audio(np.asarray(sound, dtype=float), rate=data.SAMPLE_RATE).src_attr()
    label = html.escape(label)
    return HTML(
        f'<p>{label}:<br><audio controls preload="metadata" aria-label="{label}" '
        f'src="{source}" style="max-width: 100%"></audio></p>'
    )


@style()
def sound_in_room(sound: ArrayLike, response: ArrayLike, heard: ArrayLike) -> Figure:
    """Draw a dry sound, the room's impulse response and the sound in the room, in seconds."""
    fig, axes = figure(3, 1, width=5.8, height=4.6, sharex=True)
    names = ("dry sound, $x$", "impulse response of the room, $h$", "sound in the room, $x * h$")
    colours = (COLOURS["blue"], COLOURS["red"], COLOURS["black"])
    for ax, samples, name, colour in zip(
        axes, (sound, response, heard), names, colours, strict=True
    ):
        samples = np.asarray(samples)
        ax.plot(np.arange(len(samples)) / data.SAMPLE_RATE, samples, color=colour, linewidth=0.5)
        ax.set_title(name, loc="left")
        ax.set_yticks([0])
    axes[1].set_ylim(-0.25, 1.05)
    axes[2].set_xlabel("time in seconds")
    return fig


def _stems(axes: Axes, at: NDArray[Any], heights: ArrayLike, colour: str) -> None:
    axes.vlines(at, 0, heights, color=colour, linewidth=2)
    axes.plot(at, heights, "o", color=colour, markersize=6)
    for place, height in zip(at, np.asarray(heights), strict=True):
        above = 2 if height >= 0 else -11
        axes.annotate(f"${height:g}$", (place, height), (8, above), textcoords="offset points")
    axes.axhline(0, color=COLOURS["black"], linewidth=0.8)


@style()
def copies(x: ArrayLike, h: ArrayLike) -> Figure:
    """Draw a short signal, the scaled and delayed copy of h that each sample sends, and their sum.

    Parameters
    ----------
    x : array_like, shape (N,)
        Signal; samples that are zero send nothing and get no row.
    h : array_like, shape (M,)
        Impulse response.
    """
    x, h = np.asarray(x, dtype=float), np.asarray(h, dtype=float)
    y = convlib.convolve(x, h)
    n = np.arange(len(y))
    senders = np.flatnonzero(x)
    fig, axes = figure(
        len(senders) + 2, 1, width=5.8, height=1.15 * (len(senders) + 2), sharex=True
    )
    palette = [COLOURS[c] for c in ("blue", "red", "green", "purple", "orange")]
    zeros = np.flatnonzero(x == 0)
    _stems(axes[0], zeros, x[zeros], COLOURS["grey"])
    axes[0].set_title("the signal $x$", loc="left")
    for ax, k, colour in zip(axes[1:], senders, palette, strict=False):
        _stems(axes[0], np.array([k]), x[[k]], colour)
        _stems(ax, k + np.arange(len(h)), x[k] * h, colour)
        ax.set_title(f"${x[k]:g}$ times $h$, from time {k}", loc="left")
    _stems(axes[-1], n, y, COLOURS["black"])
    axes[-1].set_title("the sum of the copies: $x * h$", loc="left")
    axes[-1].set(xlabel="time $n$", xticks=n)
    for ax in axes:
        ax.set_yticks([])
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(bottom=False)
        ax.margins(x=0.08)
    for ax in axes[1:]:  # one scale for the copies and their sum
        ax.set_ylim(1.4 * min(y.min(), np.outer(x, h).min()), 1.2 * np.outer(x, h).max())
    axes[0].set_ylim(1.6 * min(x.min(), 0), 1.3 * x.max())
    return fig


@style()
def defocus(
    points: ArrayLike, blurred_points: ArrayLike, picture: ArrayLike, blurred_picture: ArrayLike
) -> Figure:
    """Draw points of light and a photograph, sharp on the left and defocused on the right.

    Parameters
    ----------
    points, blurred_points, picture, blurred_picture : array_like, shape (H, W)
        Brightness; pictures from 0 to 1, points up to the brightest blurred one.
    """
    fig, axes = figure(2, 2, width=6.2, height=4.4)
    bright = np.max(blurred_points)
    panels = [
        (points, bright, "points of light"),
        (blurred_points, bright, "the same, out of focus"),
        (picture, 1, "a cat"),
        (blurred_picture, 1, "the same, out of focus"),
    ]
    for ax, (values, top, title) in zip(axes.flat, panels, strict=True):
        bare(ax, title).imshow(values, cmap="gray", vmin=0, vmax=top)
    rows, columns = np.nonzero(np.asarray(points))
    axes[0, 0].scatter(columns, rows, s=3, color="white")  # a single pixel is hard to see
    return fig


@style()
def total_wait(
    totals: NDArray[np.float64], t: NDArray[np.float64], density: NDArray[np.float64]
) -> Figure:
    """Draw a histogram of simulated total waits and the density that convolution predicts."""
    fig, ax = figure(width=5.8, height=3)
    ax.hist(
        totals,
        bins=np.arange(0, 6.1, 0.1),
        density=True,
        color=COLOURS["sky"],
        label="simulated waits",
    )
    ax.plot(t, density, color=COLOURS["black"], label="box * decay")
    ax.set(xlabel="total wait", ylabel="density", xlim=(0, 6))
    ax.legend(frameon=False)
    return fig
