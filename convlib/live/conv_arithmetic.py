"""Sizes of convolutional layers: which inputs feed which output, and how many outputs there are."""

from itertools import pairwise
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Dict, Int

from convlib import plots
from convlib.layers import output_size, receptive_field
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import IntSlider, dialled
from convlib.live._room import measured_room

__all__ = ["ConvArithmetic"]

RANGES = {  # name: lowest, highest, description
    "n": (1, 16, "input size n"),
    "k": (1, 5, "kernel k"),
    "stride": (1, 3, "stride s"),
    "padding": (0, 3, "padding p"),
    "dilation": (1, 3, "dilation d"),
    "layers": (1, 3, "layers"),
}


# What the script says, with {places} for what it fills in. Builds in other languages replace it.
WORDS = {
    "row": "layer {layer}: {size}, receptive field {field}",
    "input": "input: {size}",
    "size": "Size of layer 1: {formula}",
    "sizes": "Sizes from the input up: {sizes}; receptive fields: {fields}",
    "sees": "Output {output} sees inputs {inputs}; receptive field: {field}",
    "none": "none, padding only",
    "no output": "Layer {layer}: {formula}",
    "too wide": "The kernel spans {span}, the padded input only {room}: no output.",
    "layers": "Layers of {sizes} cells.",
}
_HEIGHTS = (660, 640, 619, 599, 579, 465, 445, 445, 445, 445)  # with two layers


class _ArithmeticView(View):
    _esm = STATIC / "conv_arithmetic.js"
    _css = STATIC / "conv_arithmetic.css"

    n, k, stride, padding, dilation, layers, output, last = (
        Int(0).tag(sync=True) for _ in range(8)
    )
    words = Dict(WORDS).tag(sync=True)


class ConvArithmetic(LiveFigure):
    """Set size, kernel, stride, padding and dilation; see which inputs feed the chosen output.

    Parameters
    ----------
    n, k : int
        Length of the input, 1 to 16, and number of taps of the kernel, 1 to 5.
    stride, padding, dilation : int
        Step, 1 to 3; zeros at each end, 0 to 3; distance between taps, 1 to 3.
    layers : int
        How many layers of this kind stand on each other, 1 to 3.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not in its range.

    Examples
    --------
    >>> figure = ConvArithmetic(8, 3, stride=2, layers=2)
    >>> figure.sizes, figure.receptive_field
    ([8, 3, 1], 7)
    """

    alt = (
        "Rows of cells, one per layer, with lines from one output down to the inputs that feed it."
    )

    def __init__(
        self,
        n: int = 8,
        k: int = 3,
        *,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        layers: int = 1,
    ) -> None:
        self.sliders = {
            name: IntSlider(min=low, max=high, description=words)
            for name, (low, high, words) in RANGES.items()
        }
        self.sliders["output"] = IntSlider(min=0, max=0, description="show output")
        self.n, self.k, self.stride, self.padding = n, k, stride, padding
        self.dilation, self.layers = dilation, layers
        view = _ArithmeticView()
        for trait, slider in self.sliders.items():
            self.link(slider, view, trait)
            slider.observe(self._changed, "value")
        self.sliders["output"].tie("max", view, "last")
        controls = widgets.Box(list(self.sliders.values())).add_class("live-dials")
        super().__init__(view, [controls], name="arithmetic")
        self.room = measured_room(_HEIGHTS, 77 * (layers - 2))
        self._fit_slider()

    n = dialled("n", "Length of the input.")
    k = dialled("k", "Number of taps of the kernel.")
    stride = dialled("stride", "Step from one place of the kernel to the next.")
    padding = dialled("padding", "Zeros added at each end.")
    dilation = dialled("dilation", "Distance between taps; 1 is ordinary.")
    layers = dialled("layers", "How many such layers stand on each other.")
    output = dialled("output", "Index of the output whose inputs are shown.")

    def _changed(self, change: Any) -> None:
        if not change["owner"].from_browser:
            self._fit_slider()

    def _fit_slider(self) -> None:
        self.sliders["output"].max = self.view.last = max(self.sizes[-1] - 1, 0)

    @property
    def sizes(self) -> list[int]:
        """Length of the input and of each layer's output; 0 from where the kernel does not fit."""
        sizes = [self.n]
        for _ in range(self.layers):
            room = sizes[-1] + 2 * self.padding
            fits = sizes[-1] > 0 and self.dilation * (self.k - 1) + 1 <= room
            settings = {"padding": self.padding, "dilation": self.dilation, "stride": self.stride}
            sizes.append(output_size(sizes[-1], self.k, **settings) if fits else 0)
        return sizes

    @property
    def receptive_field(self) -> int:
        """How many inputs one output of the last layer reaches over."""
        return receptive_field([(self.k, self.stride, self.dilation)] * self.layers)

    @property
    def _reach(self) -> NDArray[np.int_]:
        return np.arange(self.k) * self.dilation - self.padding

    @property
    def taps(self) -> list[NDArray[np.int_]]:
        """Cells of each layer, from the last output down to the input, that feed the output.

        Negative numbers, and those beyond the layer, are padding.
        """
        cells = [np.array([self.output])]
        for size in self.sizes[:0:-1]:
            real = cells[-1][(cells[-1] >= 0) & (cells[-1] < size)]  # nothing feeds padding
            cells.append(np.unique(real[:, np.newaxis] * self.stride + self._reach))
        return cells

    @property
    def places(self) -> list[tuple[float, float]]:
        """Where each layer's cells stand, in input cells: of cell 0, and from cell to cell."""
        places = [(0.0, 1.0)]
        middle = self.dilation * (self.k - 1) / 2 - self.padding
        for _ in range(self.layers):
            first, jump = places[-1]
            places.append((first + jump * middle, jump * self.stride))
        return places

    def _links(self, axes: Axes, level: int, below: NDArray[Any], above: NDArray[Any]) -> None:
        """Draw the lines from a layer's cells down to the cells that feed them."""
        (low, step), (high, jump) = self.places[level - 1 : level + 1]
        for i in above[(above >= 0) & (above < self.sizes[level])]:
            for j in np.intersect1d(below, i * self.stride + self._reach):
                ends = [high + jump * i, low + step * j], [level, level - 1]
                axes.plot(*ends, color=plots.COLOURS["grey"], lw=1)

    @plots.style()
    def picture(self) -> Figure:
        """Return the layers as rows of cells, with the cells that feed the output filled."""
        figure, axes = plots.figure(height=1.0 + 0.9 * self.layers)
        for level, (below, above) in enumerate(pairwise(self.taps[::-1]), 1):
            self._links(axes, level, below, above)
        rows = zip(self.sizes, self.taps[::-1], self.places, strict=True)
        for level, (size, fed, (first, jump)) in enumerate(rows):
            ring = self.padding if level < self.layers and size else 0
            for i in range(-ring, size + ring):
                colour = plots.COLOURS["orange"] if i in fed else "white"
                edge = plots.COLOURS["black" if 0 <= i < size else "grey"]
                axes.plot(first + jump * i, level, "s", ms=15, mfc=colour, mec=edge, zorder=3)
                label = i if 0 <= i < size else "0"
                axes.text(
                    first + jump * i, level, label, ha="center", va="center", fontsize=8, zorder=4
                )
        names = ["input"]
        for level, size in enumerate(self.sizes[1:], 1):
            field = receptive_field([(self.k, self.stride, self.dilation)] * level)
            names.append(f"layer {level}: {size}\nreceptive field {field}")
        axes.set_yticks(range(self.layers + 1), names)
        axes.set(xticks=[], ylim=(-0.6, self.layers + 0.6))
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        return figure
