"""Figures of the chapters on pictures: pixels as numbers, kernels, galleries, profiles."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

import convlib
from convlib import plots

GREY = "gray"
WIDTH = 5.8  # inches; narrower than the page, so that a phone shows the lettering larger
NARROW = 5.2  # for figures full of numbers


def _panels(
    count: int, columns: int, ratio: float, width: float = WIDTH
) -> tuple[Figure, list[Axes]]:
    """Return a figure and `count` titled axes in rows of `columns`; `ratio` is height / width."""
    columns = min(columns, count)
    rows = -(-count // columns)
    height = rows * (ratio * width / columns + 0.3)
    figure, axes = plots.figure(rows, columns, width=width, height=height, squeeze=False)
    for ax in list(axes.flat)[count:]:
        ax.set_visible(False)
    return figure, list(axes.flat)[:count]


def _bare(ax: Axes, title: str = "") -> None:
    """Take the ticks off, but keep the frame: white cells need an edge."""
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set(visible=True, color=plots.COLOURS["grey"])


def _show(ax: Axes, picture: ArrayLike, signed: bool = False, limit: float | None = None) -> None:
    """Draw grey and colour pictures from 0 to 1, signed ones symmetrically about 0."""
    picture = np.asarray(picture, dtype=float)
    if not signed:
        ax.imshow(np.clip(picture, 0, 1), cmap=GREY, vmin=0, vmax=1, interpolation="nearest")
        return
    limit = limit or float(np.percentile(np.abs(picture), 99)) or 1.0
    ax.imshow(picture, cmap=plots.SIGNED, vmin=-limit, vmax=limit, interpolation="nearest")


def _text(number: float) -> str:
    """Write a number briefly: whole numbers without a point, others with two decimals."""
    return f"{number:.0f}" if abs(number - round(number)) < 1e-9 else f"{number:.2f}"


def _write(ax: Axes, table: np.ndarray, size: float = 12, dark: ArrayLike | None = None) -> None:
    """Write every entry of `table` on its cell, in white where `dark` is true."""
    dark = np.zeros(table.shape, bool) if dark is None else np.asarray(dark)
    for (row, column), value in np.ndenumerate(table):
        colour = "white" if dark[row, column] else "black"
        text = _text(value).replace("-", "−")
        ax.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)


def _table(
    ax: Axes,
    table: ArrayLike,
    title: str,
    size: float = 12,
    signed: bool = True,
    top: float | None = None,
) -> None:
    """Draw a small matrix as coloured cells with its numbers on them; `top` has the full colour."""
    table = np.asarray(table, dtype=float)
    top = top or float(np.abs(table).max()) or 1.0
    if signed:
        _show(ax, table, signed=True, limit=top)
        _write(ax, table, size, table < -0.7 * top)  # white on the blue, black on all else
    else:
        ax.imshow(table, cmap=GREY, vmin=-0.4 * top, vmax=top)
        _write(ax, table, size)
    _bare(ax, title)


@plots.style()
def gallery(
    pictures: Mapping[str, ArrayLike],
    *,
    signed: Collection[str] = (),
    columns: int = 3,
    limit: float | None = None,
) -> Figure:
    """Show pictures under their names; those in `signed` in two colours about 0."""
    shape = np.shape(next(iter(pictures.values())))
    figure, axes = _panels(len(pictures), columns, shape[0] / shape[1])
    for ax, (name, picture) in zip(axes, pictures.items(), strict=True):
        _show(ax, picture, name in signed, limit)
        _bare(ax, name)
    return figure


@plots.style()
def as_matrix(image: ArrayLike, row: int, column: int, size: int = 8) -> Figure:
    """Show a grey picture with a marked window, and that window as numbers in percent."""
    image = np.asarray(image, dtype=float)
    window = np.round(100 * image[row : row + size, column : column + size])
    figure, (left, right) = plots.figure(1, 2, width=WIDTH, height=2.5, width_ratios=[1.3, 1])
    _show(left, image)
    left.add_patch(
        Rectangle((column - 0.5, row - 0.5), size, size, fill=False, edgecolor="yellow", lw=2)
    )
    left.set(xlabel="column", ylabel="row")
    right.imshow(window, cmap=GREY, vmin=0, vmax=100)
    _write(right, window, 9, window < 45)
    right.set(xticks=range(size), xticklabels=range(column, column + size))
    right.set(yticks=range(size), yticklabels=range(row, row + size))
    right.tick_params(length=0, labelsize=8)
    right.tick_params(axis="x", rotation=90)
    return figure


@plots.style()
def nine_products(window: ArrayLike, kernel: ArrayLike) -> Figure:
    """Show the window, the kernel, their products cell by cell, and the sum."""
    window, kernel = np.asarray(window), np.asarray(kernel)
    products = window * kernel
    figure, axes = _panels(4, 4, 1, NARROW)
    _table(axes[0], window, "pixels", signed=False)
    _table(axes[1], kernel, "× kernel")
    _table(axes[2], products, "= products")
    _table(axes[3], [[products.sum()]], "sum", size=22, signed=False)
    axes[0].add_patch(Rectangle((0.5, 0.5), 2, 2, fill=False, edgecolor="black", lw=2.5))
    return figure


@plots.style()
def scan(picture: ArrayLike, kernel: ArrayLike, result: ArrayLike, *, steps: int = 6) -> Figure:
    """Show the first windows, left to right and top to bottom, with the sum each gives."""
    picture, result = np.asarray(picture), np.asarray(result)
    padded = np.pad(picture, 1, mode="edge")
    reach = len(np.asarray(kernel))
    figure, axes = _panels(steps, 3, 5 / 6, NARROW)
    height, width = picture.shape
    for step, ax in enumerate(axes):
        row, column = divmod(step, width)
        ax.imshow(padded, cmap=GREY, vmin=-0.4 * padded.max(), vmax=padded.max())
        _write(ax, padded, 10)
        ax.add_patch(Rectangle((0.5, 0.5), width, height, fill=False, edgecolor="black", lw=1.2))
        frame = Rectangle((column - 0.46, row - 0.46), reach - 0.08, reach - 0.08, fill=False, lw=3)
        frame.set_edgecolor(plots.COLOURS["red"])
        ax.add_patch(frame)
        _bare(ax, f"[{row}, {column}] → {_text(result[row, column]).replace('-', '−')}")
    return figure


@plots.style()
def kernel_tables(
    kernels: Mapping[str, ArrayLike], *, columns: int = 4, size: float = 11
) -> Figure:
    """Draw kernels as small signed tables, blue below 0, red above, all to one scale."""
    figure, axes = _panels(len(kernels), columns, 1, NARROW)
    top = max(float(np.abs(kernel).max()) for kernel in kernels.values())
    for ax, (name, kernel) in zip(axes, kernels.items(), strict=True):
        _table(ax, kernel, name, size, top=top)
    return figure


@plots.style()
def kernel_pictures(kernels: Mapping[str, ArrayLike], *, columns: int = 4) -> Figure:
    """Draw large kernels as signed pictures, each to its own symmetric scale."""
    figure, axes = _panels(len(kernels), columns, 1)
    for ax, (name, kernel) in zip(axes, kernels.items(), strict=True):
        kernel = np.asarray(kernel, dtype=float)
        _show(ax, kernel, signed=True, limit=float(np.abs(kernel).max()))
        _bare(ax, name)
    return figure


@plots.style()
def kernel_cards(kernels: Mapping[str, ArrayLike], image: ArrayLike) -> Figure:
    """Show for each kernel: the kernel, its spectrum, and the picture it makes of `image`."""
    figure, axes = _panels(3 * len(kernels), len(kernels), 0.9)
    rows = [axes[start : start + len(kernels)] for start in range(0, len(axes), len(kernels))]
    for (name, kernel), top, middle, bottom in zip(kernels.items(), *rows, strict=True):
        kernel = np.asarray(kernel, dtype=float)
        _show(top, kernel, signed=True, limit=float(np.abs(kernel).max()))
        spectrum = np.abs(np.fft.fftshift(np.fft.fft2(kernel, (64, 64))))
        _show(middle, spectrum / spectrum.max())
        blurs = abs(kernel.sum()) > 0.5
        _show(bottom, convlib.filter_image(image, kernel), signed=not blurs)
        _bare(top, name)
        _bare(middle)
        _bare(bottom)
    for row, label in zip(rows, ("kernel", "spectrum", "cat"), strict=True):
        row[0].set_ylabel(label)
    return figure


@plots.style()
def found(scene: ArrayLike, spots: Mapping[str, tuple[int, int]], shape: tuple[int, int]) -> Figure:
    """Mark on a grey picture windows of `shape`, given by name and top left corner."""
    figure, ax = plots.figure(width=WIDTH, height=0.67 * WIDTH)
    _show(ax, scene)
    _bare(ax)
    colours = [plots.COLOURS[name] for name in ("yellow", "sky", "orange")]
    for (name, (row, column)), colour in zip(spots.items(), colours, strict=False):
        frame = Rectangle((column - 0.5, row - 0.5), shape[1], shape[0], fill=False, lw=2.5)
        frame.set_edgecolor(colour)
        ax.add_patch(frame)
        ax.text(
            column + shape[1] + 4, row + shape[0] / 2, name, color=colour, va="center",
            fontsize=12, fontweight="bold", bbox={"facecolor": "black", "alpha": 0.6, "lw": 0},
        )  # fmt: skip
    return figure


@plots.style()
def profiles(curves: Mapping[str, ArrayLike], *, xlabel: str, ylabel: str) -> Figure:
    """Draw several rows of numbers as lines, each with its own colour, dash and marker."""
    figure, ax = plots.figure(width=WIDTH, height=2.7)
    colours = [plots.COLOURS[name] for name in ("blue", "red", "green", "purple")]
    looks = zip(curves.items(), colours, ("-", "--", "-.", ":"), "os^d", strict=False)
    for (name, values), colour, dash, marker in looks:
        values = np.asarray(values)
        index = np.arange(len(values))
        ax.plot(index, values, dash, color=colour, marker=marker, markersize=4, label=name)
    ax.axhline(0, color="0.6", lw=0.8)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
    return figure
