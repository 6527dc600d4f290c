"""Two short sequences: the window that slides, the products under it, and their sum."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Bool, Int, Unicode

from convlib import plots
from convlib._validate import at_least, choice, real_array
from convlib.discrete import convolve, correlate
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import Text, chosen, menu, player
from convlib.live._inputs import read_numbers
from convlib.live._room import measured_room

__all__ = ["DiscreteSlide"]

OPERATIONS = ("convolution", "cross-correlation")
MODES = ("full", "same", "valid")
LONGEST = {"x": 8, "h": 5}
_HEIGHTS = (464, 445, 457, 473, 443, 443, 443, 443, 443, 443)


class _SlideView(View):
    _esm = STATIC / "discrete_slide.js"
    _css = STATIC / "discrete_slide.css"

    x = Unicode("").tag(sync=True)
    h = Unicode("").tag(sync=True)
    operation = Int(0).tag(sync=True)
    mode = Int(0).tag(sync=True)
    step = Int(0).tag(sync=True)
    playing = Bool(False).tag(sync=True)
    last = Int(0).tag(sync=True)


class DiscreteSlide(LiveFigure):
    """Slide one sequence along another and see which products make each output.

    Parameters
    ----------
    x, h : array_like, shape (n,) and (m,)
        The sequences: at most 8 and 5 numbers.
    mode : {"full", "same", "valid"}
        Which outputs are kept, as in `convlib.convolve`.
    operation : {"convolution", "cross-correlation"}
        Whether `h` is turned round before it slides.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = DiscreteSlide([1, 2, 3], [2, 1])
    >>> figure.n = 1
    >>> figure.products.tolist(), figure.result.tolist()
    ([1.0, 4.0], [2.0, 5.0, 8.0, 3.0])
    """

    alt = "Four rows of cells: a sequence, the other one turned round below it, products, and sums."
    room = measured_room(_HEIGHTS)

    def __init__(
        self,
        x: ArrayLike = (1, 2, 4, 3, 0, 1),
        h: ArrayLike = (3, 2, -1),
        *,
        mode: str = "full",
        operation: str = "convolution",
    ) -> None:
        self._texts = {name: Text(description=name) for name in ("x", "h")}
        self.menus = {
            "operation": menu("Operation", OPERATIONS, choice(operation, "operation", OPERATIONS)),
            "mode": menu("Outputs kept", MODES, choice(mode, "mode", MODES)),
        }
        self._play, self._slider = player(1, "output n")
        self.x, self.h = x, h
        view = _SlideView()
        for name, control in {**self._texts, **self.menus}.items():
            self.link(control, view, name)
            control.observe(self._sequences_changed, "value")
        self.link(self._slider, view, "step")
        self._play.tie(self._play.PLAYING, view, "playing")
        self._slider.tie("max", view, "last")
        self._slider.tie("max", self._play, "max")
        super().__init__(
            view,
            [
                self.row(*self._texts.values(), *self.menus.values()),
                self.row(self._play, self._slider),
            ],
            name="discrete",
        )
        self._fit_slider()

    operation = chosen(
        "operation", OPERATIONS, "Convolution turns `h` round, correlation does not."
    )
    mode = chosen("mode", MODES, "Which outputs are kept.")

    def _sequences_changed(self, change: Any) -> None:
        if not change["owner"].from_browser:
            self._fit_slider()

    def _fit_slider(self) -> None:
        """Give the slider as many positions as there are outputs."""
        try:
            last = len(self.result) - 1
        except ValueError:  # the page says what is wrong; nothing to slide over
            last = 0
        self._slider.max = self._play.max = self.view.last = last

    @property
    def x(self) -> NDArray[np.float64]:
        """The sequence that stays in place."""
        return _numbers(self._texts["x"].value, "x")

    @x.setter
    def x(self, values: ArrayLike) -> None:
        self._texts["x"].value = _written(values, "x")

    @property
    def h(self) -> NDArray[np.float64]:
        """The sequence that slides."""
        return _numbers(self._texts["h"].value, "h")

    @h.setter
    def h(self, values: ArrayLike) -> None:
        self._texts["h"].value = _written(values, "h")

    @property
    def n(self) -> int:
        """Index of the output that is shown, from 0, among those that are kept."""
        return self._slider.value

    @n.setter
    def n(self, index: int) -> None:
        number = at_least(index, "n", 0)
        if number > self._slider.max:
            raise ValueError(f"`n` must be 0 to {self._slider.max}; got {index}")
        self._slider.value = number

    @property
    def window(self) -> NDArray[np.float64]:
        """`h` as it lies below `x`: turned round for convolution."""
        return self.h[::-1] if self.operation == "convolution" else self.h

    @property
    def start(self) -> int:
        """Index of `x` above the first cell of the window; negative outside on the left."""
        dropped = {"full": 0, "same": (len(self.h) - 1) // 2, "valid": len(self.h) - 1}[self.mode]
        return self.n + dropped - len(self.h) + 1

    @property
    def products(self) -> NDArray[np.float64]:
        """The products at output `n`, where the window lies over `x`, from left to right."""
        inside = [i for i in range(len(self.h)) if 0 <= self.start + i < len(self.x)]
        return self.window[inside] * self.x[[self.start + i for i in inside]]

    @property
    def result(self) -> NDArray[np.floating]:
        """All outputs that are kept, by `convlib.convolve` or `convlib.correlate`."""
        operation = convolve if self.operation == "convolution" else correlate
        return operation(self.x, self.h, mode=self.mode, method="direct")

    @plots.style()
    def picture(self) -> Figure:
        """Return the four rows at the present position, or what is wrong with the sequences."""
        figure, axes = plots.figure(height=2.4)
        try:
            self._draw_rows(axes)
        except ValueError as problem:  # a reader may have typed anything
            plots.bare(axes).text(0.5, 0.5, str(problem), ha="center", wrap=True)
        return figure

    def _draw_rows(self, axes: Axes) -> None:
        below = "h turned round" if self.operation == "convolution" else "h"
        place = self.start + len(self.h) - 1  # of the output
        inside = max(self.start, 0)
        rows: dict[str, tuple[int, Any, str]] = {
            "x": (0, self.x, "sky"),
            below: (self.start, self.window, "orange"),
            "products": (inside, self.products, "grey"),
            "sum": (place, [self.products.sum()], "green"),
        }
        for row, (first, values, colour) in enumerate(rows.values()):
            for column, value in enumerate(values, first):
                box = {"boxstyle": "square,pad=0.5", "alpha": 0.4, "color": plots.COLOURS[colour]}
                axes.text(column, -row, f"{value:g}", ha="center", va="center", bbox=box)
        axes.set(xlim=(-len(self.h), len(self.x) + len(self.h)), ylim=(-3.6, 0.6), xticks=[])
        axes.set_yticks(range(0, -4, -1), rows)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)


def _numbers(text: str, name: str) -> NDArray[np.float64]:
    return _sequence(read_numbers(text, name), name)


def _sequence(values: ArrayLike, name: str) -> NDArray[np.float64]:
    sequence = real_array(values, name, ndim=1).astype(np.float64)
    if len(sequence) > LONGEST[name]:
        raise ValueError(f"`{name}` must have at most {LONGEST[name]} values; got {len(sequence)}")
    if not np.isfinite(sequence).all():
        raise ValueError(f"`{name}` must be finite; got {sequence.tolist()}")
    return sequence


def _written(values: ArrayLike, name: str) -> str:
    return ", ".join(f"{value:.12g}" for value in _sequence(values, name))
