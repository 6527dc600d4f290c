"""Figures for the chapters *discrete-convolution* and *fourier-view*."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

import convlib
from convlib.plots import COLOURS, bare, figure

__all__ = [
    "blurs",
    "build_up",
    "chirp",
    "costs",
    "deblurred",
    "modes",
    "overlap_add",
    "queue",
    "responses",
    "search",
    "table",
    "toeplitz",
    "wiggles",
    "wrapped",
]


def _boxes(
    axes: Axes, values: Sequence[object], left: float, row: float, colour: str, ink: str = "black"
) -> None:
    """Draw one box per value, the first at column `left`, centred on `row` (which grows down)."""
    for column, value in enumerate(values, start=0):
        corner = (left + column - 0.46, row - 0.42)
        axes.add_patch(Rectangle(corner, 0.92, 0.84, facecolor=colour, edgecolor="white"))
        axes.text(left + column, row, str(value), ha="center", va="center", color=ink)


def _stage(axes: Axes, columns: tuple[float, float], rows: tuple[float, float]) -> Axes:
    """Empty axes with unit boxes; rows grow downwards."""
    axes.set(xlim=columns, ylim=rows[::-1], aspect="equal")
    return bare(axes)


# --- discrete-convolution ---------------------------------------------------------------------


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
    shown = np.arange(2, len(counts) + 2)
    right.bar(shown, counts, color=COLOURS["blue"])
    right.set(xlabel="total", ylabel="ways", xticks=shown)
    return fig


def _ink(value: float, largest: float) -> str:
    """Text colour that is readable on the cividis colour map."""
    return "white" if value < 0.6 * largest else "black"


def queue(x: Sequence[int], h: Sequence[int], weeks: Sequence[int]) -> Figure:
    """Arrivals `x`, in reverse, walking past the plan `h`: one panel per week."""
    fig, panels = figure(len(weeks), 1, width=5.0, height=1.3 * len(weeks))
    answer = convlib.convolve(x, h)
    for axes, week in zip(panels, weeks, strict=True):
        _stage(axes, (-4.0, len(h) + len(x) - 0.4), (-0.6, 2.4))
        _boxes(axes, h, 0, 1, COLOURS["sky"])
        meeting = [k for k in range(len(h)) if 0 <= week - k < len(x)]
        for place, size in enumerate(x):
            faded = 0 <= week - place < len(h)
            colour = COLOURS["orange"] if faded else "#F7E3BA"
            _boxes(axes, [size], week - place, 0, colour)
        products = " + ".join(f"{x[week - k]}·{h[k]}" for k in meeting)
        axes.text(-0.4, 2, f"{products} = {answer[week]:.0f}", va="center", weight="bold")
        axes.text(-4.0, 1, f"week {week}", va="center")
    return fig


def modes(n: int, m: int) -> Figure:
    """All positions of a kernel of length `m` on a signal of length `n`, and what modes keep."""
    rows = n + m - 1
    fig, axes = figure(width=5.2, height=3.2)
    _stage(axes, (-m, n + m + 3.4), (-1.1, rows - 0.3))
    axes.add_patch(Rectangle((-0.5, -0.6), n, rows + 0.2, facecolor="#E4E4E4"))
    axes.text((n - 1) / 2, -0.85, f"signal, {n} samples", ha="center", va="center")
    inside = range(m - 1, n)
    for row in range(rows):
        colour = COLOURS["blue"] if row in inside else COLOURS["sky"]
        _boxes(axes, [""] * m, row - m + 1, row, colour)
    starts = {"full": (0, rows), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}
    for place, (name, (start, count)) in enumerate(starts.items()):
        column = n + m - 0.9 + 1.5 * place
        axes.plot([column] * 2, [start - 0.4, start + count - 0.6], color="black", lw=2)
        middle = start + (count - 1) / 2
        axes.text(column + 0.2, middle, f"{name} {count}", rotation=90, va="center")
    return fig


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


def toeplitz(matrix: ArrayLike) -> Figure:
    """Show a small matrix with its numbers, zeros faint."""
    matrix = np.asarray(matrix)
    fig, axes = figure(width=3.4, height=3.9)
    _stage(axes, (-0.6, matrix.shape[1] - 0.4), (-0.6, matrix.shape[0] - 0.4))
    shades = ["#F2F2F2", COLOURS["yellow"], COLOURS["sky"], COLOURS["orange"]]
    kernel = list(np.unique(matrix))
    for row, values in enumerate(matrix):
        for column, value in enumerate(values):
            ink = "#8A8A8A" if value == 0 else "black"
            _boxes(axes, [f"{value:.0f}"], column, row, shades[kernel.index(value)], ink)
    return fig


# --- fourier-view -----------------------------------------------------------------------------


def wiggles(h: ArrayLike, frequencies: Sequence[float], length: int = 33) -> Figure:
    """Cosines of some frequencies (cycles per sample) before and after a kernel of odd length."""
    reach = len(np.asarray(h)) // 2
    fig, panels = figure(len(frequencies), 1, width=6.2, height=4.2, sharex=True, sharey=True)
    for axes, frequency in zip(panels, frequencies, strict=True):
        longer = np.cos(2 * np.pi * frequency * np.arange(-reach, length + reach))
        axes.plot(longer[reach:-reach], ".-", color="#B0B0B0", label="in")
        axes.plot(
            convlib.convolve(longer, h, mode="valid"), ".-", color=COLOURS["blue"], label="out"
        )
        axes.set_title(f"{frequency:g} cycles per sample", loc="left")
    panels[0].legend(loc="upper right", ncols=2, frameon=True)
    panels[-1].set_xlabel("sample")
    return fig


def build_up(x: ArrayLike, counts: Sequence[int]) -> Figure:
    """Rebuild a list from its slowest wiggles, so many per panel; two rows of panels."""
    x = np.asarray(x, dtype=float)
    spectrum = np.fft.rfft(x)
    fig, panels = figure(2, len(counts) // 2, width=5.6, height=3.4, sharex=True, sharey=True)
    for axes, count in zip(panels.flat, counts, strict=True):
        kept = np.where(np.arange(len(spectrum)) < count, spectrum, 0)
        axes.plot(x, ".", color=COLOURS["black"])
        axes.plot(np.fft.irfft(kept, len(x)), color=COLOURS["blue"])
        axes.set(title=f"{count} wiggle{'s' * (count > 1)}", xticks=[0, len(x) - 1])
    return fig


def wrapped(x: Sequence[float], h: Sequence[float], length: int) -> Figure:
    """Fold the linear convolution onto a circle of `length` samples: the tail lands in front."""
    linear = [f"{value:.0f}" for value in convlib.convolve(x, h)]
    tail = linear[length:]
    circular = np.fft.irfft(np.fft.rfft(x, length) * np.fft.rfft(h, length), length)
    fig, axes = figure(width=5.6, height=2.4)
    _stage(axes, (-3.6, len(linear) - 0.4), (-0.6, 3.0))
    _boxes(axes, linear[:length], 0, 0, COLOURS["sky"])
    _boxes(axes, tail, length, 0, COLOURS["orange"])
    _boxes(axes, tail, 0, 1, COLOURS["orange"])
    _boxes(axes, [f"{value:.0f}" for value in circular], 0, 2.4, COLOURS["sky"])
    axes.plot([-0.5, length - 0.5], [1.7, 1.7], color="black", lw=1)
    for row, name in ((0, "linear"), (1, "tail, wrapped"), (2.4, "circular")):
        axes.text(-0.8, row, name, ha="right", va="center")
    return fig


def responses(curves: Mapping[str, ArrayLike], frequencies: ArrayLike) -> Figure:
    """Frequency responses over 0 to 0.5 cycles per sample."""
    fig, axes = figure(width=6.2, height=2.8)
    axes.axhline(0, color="black", lw=0.8)
    for (name, values), colour in zip(curves.items(), ("red", "blue", "green"), strict=False):
        axes.plot(frequencies, values, label=name, color=COLOURS[colour], lw=2)
    axes.set(xlabel="frequency (cycles per sample)", ylabel="factor")
    axes.legend(frameon=False)
    return fig


def chirp(
    kernels: Mapping[str, ArrayLike],
    negative: tuple[float, float],
    length: int = 301,
    fastest: float = 0.25,
) -> Figure:
    """Show a wiggle that gets faster, and what each kernel (1-D, odd length) makes of it.

    The frequencies between the two of `negative`, where the first kernel turns wiggles upside
    down, are shaded.
    """
    n = np.arange(length)
    wave = np.cos(np.pi * fastest * n**2 / length)
    fig, panels = figure(1 + len(kernels), 1, width=6.2, height=4.4, sharex=True, sharey=True)
    rows = {"in": wave} | {
        name: convlib.convolve(wave, h, mode="same", boundary="symmetric")
        for name, h in kernels.items()
    }
    for axes, (name, y), colour in zip(panels, rows.items(), ("grey", "red", "blue"), strict=True):
        axes.plot(n / length * fastest, y, color=COLOURS[colour], lw=1.2)
        axes.set_title(name, loc="left")
    panels[1].axvspan(*negative, color="#EEEEEE", zorder=0)
    panels[1].text(sum(negative) / 2, 0.7, "upside down", ha="center", va="center")
    panels[-1].set_xlabel("frequency reached (cycles per sample)")
    return fig


def blurs(versions: Mapping[str, NDArray[np.float64]], crop: tuple[slice, slice]) -> Figure:
    """Show a detail of each picture, contrast stretched, above its spectrum (logarithmic)."""
    limits = np.percentile(list(versions.values())[-1][crop], (0, 100))
    fig, axes = figure(2, len(versions), height=4.4)
    for column, (name, picture) in enumerate(versions.items()):
        size = np.abs(np.fft.fftshift(np.fft.fft2(picture - picture.mean())))
        bare(axes[0, column], name).imshow(picture[crop], "gray", vmin=limits[0], vmax=limits[1])
        bare(axes[1, column]).imshow(
            np.log10(size + 1e-3), cmap="magma", vmin=-2, vmax=4, aspect="auto"
        )
    axes[1, 0].set_title("spectra", loc="left")
    return fig


def costs(lengths: ArrayLike, times: Mapping[str, ArrayLike]) -> Figure:
    """Measured times in seconds against kernel length, both on logarithmic axes."""
    fig, axes = figure(width=6.2, height=2.8)
    for (name, values), colour in zip(times.items(), ("red", "blue"), strict=True):
        axes.loglog(lengths, 1000 * np.asarray(values), ".-", label=name, color=COLOURS[colour])
    axes.set(xlabel="kernel length", ylabel="milliseconds")
    axes.legend(frameon=False)
    return fig


def overlap_add(x: ArrayLike, h: ArrayLike, block: int) -> Figure:
    """Answers of successive blocks of a signal, whose tails overlap, and their sum."""
    x = np.asarray(x, dtype=float)
    total = np.zeros(len(x) + len(np.asarray(h)) - 1)
    starts = range(0, len(x), block)
    fig, panels = figure(len(starts) + 1, 1, width=6.2, height=4.0, sharex=True, sharey=True)
    for axes, start, colour in zip(
        panels, starts, ("sky", "orange", "green", "purple"), strict=False
    ):
        piece = convlib.convolve(x[start : start + block], h)
        at = np.arange(start, start + len(piece))
        axes.bar(at, piece, color=COLOURS[colour])
        axes.axvspan(start - 0.5, start + block - 0.5, color="#EEEEEE", zorder=0)
        total[at] += piece
    panels[-1].bar(np.arange(len(total)), total, color=COLOURS["blue"])
    panels[-1].set_xlabel("sample")
    for place, axes in enumerate(panels):
        axes.set_title(f"block {place}" if place < len(starts) else "sum", loc="left")
    return fig


def deblurred(versions: Mapping[str, NDArray[np.float64]]) -> Figure:
    """Show four pictures, clipped to the range from black to white, in two rows."""
    fig, axes = figure(2, 2, height=5.0)
    for place, (name, picture) in zip(axes.flat, versions.items(), strict=True):
        bare(place, name).imshow(picture, cmap="gray", vmin=0, vmax=1)
    return fig
