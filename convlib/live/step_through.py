"""A small picture filtered pixel by pixel: the nine products behind every output."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Bool, Int, List

from convlib import plots
from convlib._validate import pair, real_array
from convlib.images import filter_image
from convlib.kernels import KERNELS
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import chosen, menu, player
from convlib.live._room import measured_room

__all__ = ["StepThrough"]

OPERATIONS = ("cross-correlation", "convolution")
BOUNDARIES = ("edge", "constant", "reflect", "symmetric", "wrap")
CORNER = ((7, 6, 5, 5), (6, 4, 3, 4), (5, 3, 2, 3))
_HEIGHTS = (517, 471, 492, 521, 590, 298, 314, 325, 331, 343)


class _StepView(View):
    _esm = STATIC / "step_through.js"
    _css = STATIC / "step_through.css"

    picture: "List[Any]" = List().tag(sync=True)
    kernel: "List[Any]" = List().tag(sync=True)
    step = Int(0).tag(sync=True)
    playing = Bool(False).tag(sync=True)
    operation = Int(0).tag(sync=True)
    boundary = Int(0).tag(sync=True)


class StepThrough(LiveFigure):
    """Step a 3×3 kernel over a small picture of numbers and see the nine products of each output.

    Parameters
    ----------
    picture : array_like, shape (H, W), optional
        The numbers to filter, at most 8 rows and 8 columns. Without one, three rows of four with
        7, 6, 4 in the corner.
    kernel : array_like, shape (3, 3), optional
        Without one, the sharpen kernel.
    boundary : {"edge", "constant", "reflect", "symmetric", "wrap"}
        How the picture continues beyond its border, as in `convlib.filter_image`.
    operation : {"cross-correlation", "convolution"}
        Each kernel value times the pixel under it, or the same after half a turn of the kernel.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = StepThrough()
    >>> figure.products.astype(int).tolist(), int(figure.result[0, 0])
    ([[0, -7, 0], [-7, 35, -6], [0, -6, 0]], 9)
    """

    alt = (
        "A table of pixels with its border, the kernel, the nine products, and the results so far."
    )
    room = measured_room(_HEIGHTS)

    def __init__(
        self,
        picture: ArrayLike = CORNER,
        kernel: ArrayLike = KERNELS["sharpen"],
        *,
        boundary: str = "edge",
        operation: str = "cross-correlation",
    ) -> None:
        self.pixels = _table(picture, "picture", (8, 8))
        self.kernel = _table(kernel, "kernel", (3, 3))
        if self.kernel.shape != (3, 3):
            raise ValueError(f"`kernel` must have shape (3, 3); got {self.kernel.shape}")
        view = _StepView(picture=self.pixels.tolist(), kernel=self.kernel.tolist())
        self.menus = {
            "operation": menu("Operation", OPERATIONS, OPERATIONS[0]),
            "boundary": menu("Boundary", BOUNDARIES, BOUNDARIES[0]),
        }
        self.operation, self.boundary = operation, boundary
        self._play, self._slider = player(self.pixels.size, "output pixel")
        for trait, control in {**self.menus, "step": self._slider}.items():
            self.link(control, view, trait)
        self._play.tie(self._play.PLAYING, view, "playing")
        super().__init__(
            view, [self.row(*self.menus.values(), self._play, self._slider)], name="step"
        )

    operation = chosen(
        "operation", OPERATIONS, "Convolution turns the kernel, correlation does not."
    )
    boundary = chosen("boundary", BOUNDARIES, "How the picture continues beyond its border.")

    @property
    def position(self) -> tuple[int, int]:
        """Row and column of the output pixel that is shown."""
        row, column = divmod(self._slider.value, self.pixels.shape[1])
        return row, column

    @position.setter
    def position(self, place: tuple[int, int]) -> None:
        (row, column), (height, width) = pair(place, "position", 0), self.pixels.shape
        if row >= height or column >= width:
            raise ValueError(f"`position` must be inside {height} × {width} pixels; got {place}")
        self._slider.value = row * width + column

    @property
    def applied(self) -> NDArray[np.float64]:
        """The kernel as it lies on the picture: turned by half a turn for convolution."""
        return np.flip(self.kernel) if self.operation == "convolution" else self.kernel

    @property
    def padded(self) -> NDArray[np.float64]:
        """The picture with one more row and column on every side, by the boundary rule."""
        return np.pad(self.pixels, 1, mode=self.boundary)

    @property
    def products(self) -> NDArray[np.float64]:
        """The nine products at `position`, shape (3, 3)."""
        row, column = self.position
        return self.applied * self.padded[row : row + 3, column : column + 3]

    @property
    def result(self) -> NDArray[np.floating]:
        """All outputs, by `convlib.filter_image`."""
        return filter_image(self.pixels, np.flip(self.applied), boundary=self.boundary)

    @plots.style()
    def picture(self) -> Figure:
        """Return picture, kernel, products and result as four tables."""
        figure, axes = plots.figure(1, 4, height=2.4)
        row, column = self.position
        seen = np.arange(self.pixels.size).reshape(self.pixels.shape) <= self._slider.value
        total = self.products.sum()
        _draw(axes[0], self.padded, "picture and border")
        _frame(axes[0], column, row, 3)
        _draw(axes[1], self.applied, "kernel")
        _draw(axes[2], self.products, f"products, sum {total:g}")
        _draw(axes[3], np.where(seen, self.result, np.nan), "result")
        _frame(axes[3], column, row, 1)
        return figure


def _table(values: Any, name: str, largest: tuple[int, int]) -> NDArray[np.float64]:
    table = real_array(values, name, ndim=2).astype(np.float64)
    if any(have > most for have, most in zip(table.shape, largest, strict=True)):
        raise ValueError(f"`{name}` must be at most {largest} in shape; got {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError(f"`{name}` must be finite; got {table.tolist()}")
    return table


def _draw(axes: Axes, values: NDArray[np.floating], title: str) -> None:
    limits = plots.signed_limits(np.nan_to_num(values))
    axes.imshow(values, cmap=plots.SIGNED, alpha=0.5, **limits)
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            axes.text(column, row, f"{value:g}", ha="center", va="center", fontsize=9)
    plots.bare(axes, title)


def _frame(axes: Axes, column: int, row: int, size: int) -> None:
    corners = np.array([[0, 0], [0, size], [size, size], [size, 0], [0, 0]]) - 0.5
    axes.plot(corners[:, 0] + column, corners[:, 1] + row, color=plots.COLOURS["black"], lw=2)
