"""Figures of the chapters on learning: kernels being learned, and networks being judged."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from convlib.plots import COLOURS, SIGNED, bare, figure, signed_limits, style


def _picture(axes: Axes, values: ArrayLike, title: str = "", **options: Any) -> Axes:
    settings: dict[str, Any] = {"cmap": "grey", "vmin": 0, "vmax": 1} | options
    axes.imshow(values, **settings)
    return bare(axes, title)


def _kernel(axes: Axes, values: ArrayLike, title: str = "", *, digits: int | None = None) -> Axes:
    values = np.asarray(values, dtype=float)
    limits = signed_limits(values)
    axes.imshow(values, SIGNED, vmin=limits["vmin"], vmax=limits["vmax"])
    if digits is not None:
        for (row, column), value in np.ndenumerate(values):
            colour = "white" if abs(value) > 0.6 * limits["vmax"] else COLOURS["black"]
            text = f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)
    return bare(axes, title)


def _hide_frames(grid: Any) -> None:
    for axes in np.ravel(grid):
        axes.set_axis_off()


# Learning a kernel


@style()
def before_after(before: ArrayLike, after: ArrayLike) -> Figure:
    """Show a picture, an unknown kernel as a question mark, and the filtered picture."""
    fig, axes = figure(1, 3, height=2.3, width_ratios=[4, 1.2, 4])
    _picture(axes[0], before, "before: x")
    axes[1].text(0.5, 0.5, "⋆ ?  =", ha="center", va="center", fontsize=20)
    axes[1].set_axis_off()
    _picture(axes[2], after, "after: y")
    return fig


@style()
def kernel_steps(kernels: Sequence[ArrayLike], steps: Sequence[int], target: ArrayLike) -> Figure:
    """Show a kernel after some steps of learning, beside the one to be found.

    Parameters
    ----------
    kernels : sequence of array_like, shape (rows, columns)
        The kernel after 0, 1, 2, ... steps.
    steps : sequence of int
        Which of them to show.
    target : array_like, shape (rows, columns)
        The kernel that made the data.
    """
    fig, axes = figure(1, len(steps) + 1, height=1.9)
    for ax, step in zip(axes, steps, strict=False):
        _kernel(ax, kernels[step], f"step {step}", digits=1)
    _kernel(axes[-1], target, "the secret", digits=1)
    return fig


@style()
def descents(losses: Mapping[str, ArrayLike]) -> Figure:
    """Show the loss at each step of several descents, on logarithmic axes."""
    fig, ax = figure(height=2.9)
    for (name, values), dash in zip(losses.items(), ("-", "--", ":"), strict=False):
        ax.loglog(np.arange(1, np.size(values) + 1), values, dash, label=name, lw=2)
    ax.set(xlabel="step", ylabel="loss")
    ax.legend()
    return fig


@style()
def pictures_and_spectra(pictures: Mapping[str, ArrayLike], size: int = 3) -> Figure:
    """Show pictures above the singular values of their windows of `size` × `size` pixels."""
    fig, axes = figure(2, len(pictures), height=3.6, height_ratios=[1.2, 1])
    for (top, bottom), (name, picture) in zip(axes.T, pictures.items(), strict=True):
        _picture(top, picture, name)
        windows = np.lib.stride_tricks.sliding_window_view(np.asarray(picture), (size, size))
        values = np.linalg.svd(windows.reshape(-1, size * size), compute_uv=False)
        heights = np.maximum(values / values[0], 1e-6)
        certain = values / values[0] > 1e-10
        colours = np.where(certain, COLOURS["blue"], COLOURS["grey"])
        bottom.bar(np.arange(1, size * size + 1), heights, bottom=0, color=colours)
        bottom.set(yscale="log", ylim=(1e-5, 2), xticks=[1, 3, 5, 7, 9])
        bottom.set_xlabel(f"{certain.sum()} of {size * size} directions")
    for ax in axes[1, 1:]:
        ax.set_yticklabels([])
    axes[1, 0].set_ylabel("strength")
    return fig


@style()
def detector(image: ArrayLike, kernel: ArrayLike, scores: ArrayLike, output: ArrayLike) -> Figure:
    """Show a picture, a kernel, its correlation, and what is left after bias and ReLU."""
    fig, axes = figure(1, 4, height=2.2, width_ratios=[3, 1.5, 3, 3])
    _picture(axes[0], image, "picture x")
    _kernel(axes[1], kernel, "kernel w")
    axes[2].imshow(scores, cmap=SIGNED, **signed_limits(np.asarray(scores)))
    bare(axes[2], "x ⋆ w")
    _picture(axes[3], output, "ReLU(x ⋆ w + b)", vmax=max(float(np.max(output)), 1))
    return fig


# Training a network


@style()
def digits_row(images: ArrayLike, titles: Sequence[Any], *, per_row: int = 10) -> Figure:
    """Show digits in rows, each below its title."""
    images = np.asarray(images)
    rows = -(-len(images) // per_row)
    fig, axes = figure(rows, per_row, height=0.95 * rows + 0.1, squeeze=False)
    _hide_frames(axes)
    for ax, image, title in zip(axes.flat, images, titles, strict=False):
        _picture(ax, image)
        ax.set_title(str(title), fontsize=9)
    return fig


@style()
def training(losses: ArrayLike, start: float) -> Figure:
    """Show the loss of each epoch of one training, with the loss of pure guessing."""
    fig, ax = figure(height=2.6)
    ax.semilogy(np.arange(1, len(np.asarray(losses)) + 1), losses, color=COLOURS["blue"], lw=2)
    ax.axhline(start, color=COLOURS["grey"], ls="--")
    place = {"xytext": (0, -4), "textcoords": "offset points", "ha": "right", "va": "top"}
    ax.annotate("guessing: ln 10", (len(np.asarray(losses)), start), **place)
    ax.set(xlabel="epoch", ylabel="loss (cross-entropy)")
    ax.xaxis.get_major_locator().set_params(integer=True)
    return fig


@style()
def kernels_side_by_side(rows: Mapping[str, ArrayLike]) -> Figure:
    """Show sets of kernels, one set per row, each kernel on its own symmetric scale."""
    most = max(len(np.asarray(kernels)) for kernels in rows.values())
    fig, axes = figure(len(rows), most, height=1.15 * len(rows) + 0.35, squeeze=False)
    # The first title needs room that the layout does not know of.
    height = fig.get_size_inches()[1]
    fig.set_layout_engine("constrained", h_pad=0.13, rect=(0, 0, 1, 1 - 0.15 / height))
    _hide_frames(axes)
    for line, (name, kernels) in zip(axes, rows.items(), strict=True):
        # A long title must not widen the first column.
        label = line[0].text(0, 1.08, name, transform=line[0].transAxes, fontsize=10)
        label.set_in_layout(False)
        for ax, kernel in zip(line, np.asarray(kernels), strict=False):
            _kernel(ax, kernel)
    return fig


@style()
def feature_maps(image: ArrayLike, kernels: ArrayLike, maps: ArrayLike) -> Figure:
    """Show a digit, the first-layer kernels, and the answer of each to the digit."""
    kernels, maps = np.asarray(kernels), np.asarray(maps)
    fig, axes = figure(2, len(maps) + 1, height=2.2)
    _hide_frames(axes)
    _picture(axes[1, 0], image, "digit")
    for top, bottom, kernel, answer in zip(axes[0, 1:], axes[1, 1:], kernels, maps, strict=True):
        _kernel(top, kernel)
        bottom.imshow(answer, cmap=SIGNED, **signed_limits(answer))
    return fig


@style()
def confusion(table: ArrayLike) -> Figure:
    """Show how often each digit is called each digit; the right answers are greyed out."""
    table = np.asarray(table)
    mistakes = table * (1 - np.eye(10, dtype=int))
    fig, ax = figure(width=4.6, height=4.2)
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(4, mistakes.max()))
    for (row, column), count in np.ndenumerate(table):
        colour = COLOURS["grey"] if row == column else COLOURS["black"]
        if count:
            ax.text(column, row, count, ha="center", va="center", fontsize=9, color=colour)
    ax.set(xticks=range(10), yticks=range(10), xlabel="the network says", ylabel="the digit is")
    return fig


@style()
def occlusion(image: ArrayLike, probability: ArrayLike, digit: int) -> Figure:
    """Show a digit and where hiding a patch of it lowers the network's confidence."""
    fig, axes = figure(1, 2, width=5.4, height=2.5)
    _picture(axes[0], image, f"a {digit}")
    heatmap = axes[1].imshow(probability, cmap="viridis", vmin=0, vmax=1)
    axes[1].contour(image, levels=[0.5], colors="white", linewidths=1)
    bare(axes[1], f"P({digit}) with a patch here")
    fig.colorbar(heatmap, ax=axes[1])
    return fig


@style()
def breaking(examples: ArrayLike, names: Sequence[str], scores: Sequence[float]) -> Figure:
    """Show one digit under each change, with the accuracy under that change."""
    titles = [f"{name}\n{100 * s:.1f} %" for name, s in zip(names, scores, strict=True)]
    fig, axes = figure(2, -(-len(titles) // 2), width=5.4, height=4.2)
    _hide_frames(axes)
    for ax, image, title in zip(axes.flat, np.asarray(examples), titles, strict=True):
        _picture(ax, image)
        ax.set_title(title, fontsize=9)
    return fig
