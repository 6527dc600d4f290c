"""Figures of the chapters on layers and on speed: windows, matrices, maps, costs and chunks."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from convlib.layers import output_size
from convlib.plots import COLOURS, SIGNED, bare, figure, signed_limits, style

_CYCLE = [COLOURS[name] for name in ("blue", "orange", "green", "red", "purple", "sky")]
_MARKERS = "osD^vX"


def _cell(ax: Axes, x: float, y: float, colour: str, dashed: bool = False) -> None:
    line = "--" if dashed else "-"
    box = Rectangle((x - 0.42, y - 0.42), 0.84, 0.84, fc=colour, ec="#555555", ls=line)
    ax.add_patch(box)


@style()
def arithmetic(n: int, settings: Sequence[Mapping[str, int]]) -> Figure:
    """Draw, for each layer, a line of `n` pixels and the taps of each output pixel above it.

    Parameters
    ----------
    n : int
        Pixels of the input.
    settings : sequence of mapping
        Arguments ``k, stride, padding, dilation`` of `convlib.layers.output_size`.
    """
    fig, axes = figure(len(settings), 1, height=1.9 * len(settings), squeeze=False)
    for ax, options in zip(axes[:, 0], settings, strict=True):
        _layer(ax, n, **options)
    return fig


def _layer(ax: Axes, n: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> None:
    size = output_size(n, k, stride=stride, padding=padding, dilation=dilation)
    pixels = {i * stride + j * dilation - padding for i in range(size) for j in range(k)}
    for place in range(-padding, n + padding):
        inside = 0 <= place < n
        colour = "#FFFFFF" if not inside else COLOURS["sky"] if place in pixels else "#CCCCCC"
        _cell(ax, place, 0, colour, dashed=not inside)
        ax.text(place, 0, str(place) if inside else "0", ha="center", va="center", size=9)
    for i in range(size):
        taps = [i * stride + j * dilation - padding for j in range(k)]
        middle, colour = (taps[0] + taps[-1]) / 2, _CYCLE[i % 4]
        _cell(ax, middle, 2, colour)
        for tap in taps:
            ax.plot([middle, tap], [1.58, 0.42], color=colour, lw=1.6, alpha=0.8)
    title = f"kernel {k}, stride {stride}, padding {padding}, dilation {dilation}"
    ax.set_title(f"{title}: {n} pixels become {size}", loc="left", size=10)
    ax.set(xlim=(-padding - 0.6, n + padding - 0.4), ylim=(-0.6, 2.6), aspect="equal")
    ax.set_axis_off()


@style()
def weight_matrices(
    matrices: Mapping[str, ArrayLike],
    *,
    labels: Sequence[tuple[str, str]] | None = None,
) -> Figure:
    """Show matrices in signed colours; `labels` name (columns, rows), input and output if None."""
    fig, axes = figure(1, len(matrices), height=2.9)
    labels = labels or [("input pixel", "output pixel")] * len(matrices)
    for ax, (title, matrix), (below, beside) in zip(axes, matrices.items(), labels, strict=True):
        matrix = np.asarray(matrix)
        ax.imshow(matrix, cmap=SIGNED, interpolation="nearest", **signed_limits(matrix))
        ax.set(xticks=[], yticks=[], xlabel=below, ylabel=beside, title=title)
        ax.spines[:].set_visible(True)
    return fig


@style()
def maps(pictures: Mapping[str, ArrayLike], *, height: float = 2.2, signed: bool = True) -> Figure:
    """Show colour pictures as they are and single maps in signed colours or grey."""
    fig, axes = figure(1, len(pictures), height=height)
    for ax, (title, picture) in zip(np.atleast_1d(axes), pictures.items(), strict=True):
        picture = np.asarray(picture)
        if picture.ndim == 3:
            ax.imshow(picture.clip(0, 1))
        elif signed:
            limit = float(np.percentile(abs(picture), 99.5)) or 1.0
            ax.imshow(picture, cmap=SIGNED, vmin=-limit, vmax=limit)
        else:
            ax.imshow(picture, cmap="gray", vmin=0, vmax=max(1.0, float(picture.max())))
        bare(ax, title)
    return fig


@style()
def receptive_fields(gradients: Mapping[str, ArrayLike]) -> Figure:
    """Show how much each input pixel counts for one output pixel; grey pixels do not count."""
    fig, axes = figure(1, len(gradients), height=2.7)
    for ax, (title, gradient) in zip(axes, gradients.items(), strict=True):
        seen = np.ma.masked_equal(np.asarray(gradient), 0)
        ax.set_facecolor("#CCCCCC")
        image = ax.imshow(seen, cmap="viridis", vmin=0)
        fig.colorbar(image, ax=ax, shrink=0.7)
        ax.set(xticks=[], yticks=[], title=title)
    return fig


@style()
def numbers(tables: Mapping[str, ArrayLike], *, height: float = 2.6, top: float = 0.0) -> Figure:
    """Show small tables as cells with their numbers, all on one grey scale from 0."""
    fig, axes = figure(1, len(tables), height=height)
    top = top or max(float(np.max(table)) for table in tables.values())
    for ax, (title, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        table = np.asarray(table, dtype=float)
        ax.imshow(table, cmap="gray", vmin=0, vmax=top)
        for (i, j), value in np.ndenumerate(table):
            ink = "black" if value > 0.5 * top else "white"
            ax.text(j, i, f"{value:.3g}", ha="center", va="center", color=ink, size=8.5)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, size=10)
        ax.spines[:].set(visible=True, color=COLOURS["grey"])
    return fig


@style()
def cost_curves(
    sizes: ArrayLike,
    left: Mapping[str, ArrayLike],
    right: Mapping[str, ArrayLike],
    labels: Sequence[str],
) -> Figure:
    """Compare predicted and measured cost over the kernel size, both axes logarithmic.

    Parameters
    ----------
    sizes : (K,) array_like
        Sides of the kernels.
    left, right : mapping of name to (K,) array_like
        Costs per method; NaN where there is none. The same names.
    labels : pair of str
        Titles of the two panels; each becomes the unit on the vertical axis after a comma.
    """
    fig, axes = figure(1, 2, height=3.4, sharex=True)
    for ax, curves, label in zip(axes, (left, right), labels, strict=True):
        for i, (name, costs) in enumerate(curves.items()):
            ax.loglog(sizes, costs, color=_CYCLE[i], marker=_MARKERS[i], ms=5, label=name)
        title, unit = label.split(", ")
        ax.set(title=title, xlabel="side of the kernel (pixels)", ylabel=unit)
        ax.set_xticks(np.asarray(sizes), [str(size) for size in np.asarray(sizes)])
        ax.minorticks_off()
        ax.grid(alpha=0.3)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return fig


@style()
def bars(values: Mapping[str, float], xlabel: str) -> Figure:
    """Compare one number per method on a logarithmic axis, written at the end of its bar."""
    fig, ax = figure(height=0.42 * len(values) + 0.9)
    ax.barh(list(values), list(values.values()), color=_CYCLE[: len(values)])
    for i, value in enumerate(values.values()):
        ax.text(value * 1.06, i, f"{value:.3g}", va="center")
    ax.set(xscale="log", xlabel=xlabel)
    ax.set_xlim(right=2.2 * max(values.values()))
    ax.invert_yaxis()
    return fig


@style()
def seams(errors: Mapping[str, ArrayLike], *, floor: float = 1e-9) -> Figure:
    """Show where a picture computed in chunks differs from the whole; black is no difference."""
    fig, axes = figure(1, len(errors), height=2.1)
    top = max(float(np.max(error)) for error in errors.values())
    for ax, (title, error) in zip(axes, errors.items(), strict=True):
        scaled = np.log10(np.maximum(error, floor) / floor) / np.log10(max(top / floor, 10))
        ax.imshow(scaled, cmap="magma", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        bare(ax, title)
    return fig
