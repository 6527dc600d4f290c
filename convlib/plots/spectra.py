"""Figures for the chapter *fourier-view*."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

import convlib
from convlib.plots import COLOURS, SIGNED, bare, figure, style
from convlib.plots.sequences import boxes, stage

__all__ = [
    "blurs",
    "build_up",
    "chirp",
    "costs",
    "deblurred",
    "overlap_add",
    "responses",
    "wiggles",
    "wrapped",
]


@style()
def wiggles(h: ArrayLike, frequencies: Sequence[float], length: int = 33) -> Figure:
    """Cosines of some frequencies (cycles per sample) before and after a kernel of odd length."""
    reach = len(np.asarray(h)) // 2
    fig, panels = figure(len(frequencies), 1, width=6.2, height=4.2, sharex=True, sharey=True)
    for axes, frequency in zip(panels, frequencies, strict=True):
        wave = np.cos(2 * np.pi * frequency * np.arange(-reach, length + reach))
        axes.plot(wave[reach:-reach], ".-", color="#B0B0B0", label="in")
        axes.plot(convlib.convolve(wave, h, mode="valid"), ".-", color=COLOURS["blue"], label="out")
        axes.set_title(f"{frequency:g} cycles per sample", loc="left")
    panels[0].legend(loc="upper right", ncols=2, frameon=True)
    panels[-1].set_xlabel("sample")
    return fig


@style()
def build_up(x: ArrayLike, counts: Sequence[int]) -> Figure:
    """Rebuild a list from its slowest wiggles, so many per panel; two rows of panels."""
    x = np.asarray(x, dtype=float)
    spectrum = np.fft.rfft(x)
    fig, panels = figure(2, len(counts) // 2, width=5.6, height=3.4, sharex=True, sharey=True)
    for axes, count in zip(panels.flat, counts, strict=True):
        slowest = np.where(np.arange(len(spectrum)) < count, spectrum, 0)
        axes.plot(x, ".", color=COLOURS["black"])
        axes.plot(np.fft.irfft(slowest, len(x)), color=COLOURS["blue"])
        axes.set(title=f"{count} wiggle{'s' * (count > 1)}", xticks=[0, len(x) - 1])
    return fig


@style()
def wrapped(x: Sequence[float], h: Sequence[float], length: int) -> Figure:
    """Fold the linear convolution onto a circle of `length` samples: the tail lands in front."""
    linear = [f"{value:.0f}" for value in convlib.convolve(x, h)]
    tail = linear[length:]
    circular = np.fft.irfft(np.fft.rfft(x, length) * np.fft.rfft(h, length), length)
    fig, axes = figure(width=5.6, height=2.4)
    stage(axes, (-3.6, len(linear) - 0.4), (-0.6, 3.0))
    boxes(axes, linear[:length], 0, 0, COLOURS["sky"])
    boxes(axes, tail, length, 0, COLOURS["orange"])
    boxes(axes, tail, 0, 1, COLOURS["orange"])
    boxes(axes, [f"{value:.0f}" for value in circular], 0, 2.4, COLOURS["sky"])
    axes.plot([-0.5, length - 0.5], [1.7, 1.7], color="black", lw=1)
    for row, name in ((0, "linear"), (1, "tail, wrapped"), (2.4, "circular")):
        axes.text(-0.8, row, name, ha="right", va="center")
    return fig


@style()
def responses(curves: Mapping[str, ArrayLike], frequencies: ArrayLike) -> Figure:
    """Frequency responses over 0 to 0.5 cycles per sample."""
    fig, axes = figure(width=6.2, height=2.8)
    axes.axhline(0, color="black", lw=0.8)
    for (name, values), colour in zip(curves.items(), ("red", "blue", "green"), strict=False):
        axes.plot(frequencies, values, label=name, color=COLOURS[colour], lw=2)
    axes.set(xlabel="frequency (cycles per sample)", ylabel="factor")
    axes.legend(frameon=False)
    return fig


@style()
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


@style()
def blurs(versions: Mapping[str, NDArray[np.float64]], crop: tuple[slice, slice]) -> Figure:
    """Show a detail of each picture, what is fast in it, and its spectrum (logarithmic)."""
    limits = np.percentile(list(versions.values())[-1][crop], (0, 100))
    fig, axes = figure(3, len(versions), height=6.4)
    for column, (name, picture) in enumerate(versions.items()):
        waves = np.fft.fft2(picture - picture.mean())
        rows, columns = (np.abs(np.fft.fftfreq(n)) for n in picture.shape)
        fast = np.fft.ifft2(waves * (np.maximum.outer(rows, columns) > 1 / 8)).real
        bare(axes[0, column], name).imshow(picture[crop], "gray", vmin=limits[0], vmax=limits[1])
        bare(axes[1, column]).imshow(fast[crop], cmap=SIGNED, vmin=-0.005, vmax=0.005)
        bare(axes[2, column]).imshow(
            np.log10(np.abs(np.fft.fftshift(waves)) + 1e-3),
            cmap="magma",
            vmin=-2,
            vmax=4,
            aspect="auto",
        )
    axes[1, 0].set_title("only what is fast", loc="left")
    axes[2, 0].set_title("spectra", loc="left")
    return fig


@style()
def costs(lengths: ArrayLike, times: Mapping[str, ArrayLike]) -> Figure:
    """Measured times in seconds against kernel length, both on logarithmic axes."""
    fig, axes = figure(width=6.2, height=2.8)
    for (name, values), colour in zip(times.items(), ("red", "blue"), strict=True):
        axes.loglog(lengths, 1000 * np.asarray(values), ".-", label=name, color=COLOURS[colour])
    axes.set(xlabel="kernel length", ylabel="milliseconds")
    axes.legend(frameon=False)
    return fig


@style()
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


@style()
def deblurred(versions: Mapping[str, NDArray[np.float64]]) -> Figure:
    """Show four pictures, clipped to the range from black to white, in two rows."""
    fig, axes = figure(2, 2, height=5.0)
    for place, (name, picture) in zip(axes.flat, versions.items(), strict=True):
        bare(place, name).imshow(picture, cmap="gray", vmin=0, vmax=1)
    return fig
