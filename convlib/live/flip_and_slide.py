"""Two curves, one flipped and moved: the area under their product, and the curve that it traces."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Float, Int, List

from convlib import plots
from convlib._validate import choice, real_array
from convlib.continuous import convolve_functions
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import FloatSlider, chosen, dialled, menu
from convlib.live._room import measured_room
from convlib.plots import signals

__all__ = ["FlipAndSlide"]

Curve = Callable[[NDArray[np.float64]], NDArray[np.floating]]

CURVES: dict[str, Curve] = {
    "box": signals.box,
    "ramp": signals.ramp,
    "triangle": lambda u: np.maximum(0, 1 - np.abs(u)),
    "decay": lambda u: np.exp(-np.maximum(u, 0)) * (u >= 0),
    "bell": lambda u: np.exp(-np.pi * u**2),
    "two-sided decay": lambda u: np.exp(-2 * np.abs(u)),
    "up and down": lambda u: 1.0 * ((u >= 0) & (u < 1)) - ((u >= 1) & (u <= 2)),
}
BY_HAND = "drawn by hand"
NAMES = (*CURVES, BY_HAND)
PLACES = np.linspace(-1, 3, 41)  # of the samples of a drawn curve
TALLEST = 1.5  # of a drawn curve
HILL = np.round(np.maximum(0, 1 - (PLACES - 1) ** 2), 2)  # until somebody draws
SUPPORT, STEP = (-4.0, 8.0), 0.01  # of the Riemann sum: no curve reaches beyond 0.0004 outside
FIRST, LAST = -3.0, 6.0  # of t
_HEIGHTS = (664, 623, 623, 601, 543, 543, 543, 543, 543, 543)


class _FlipView(View):
    _esm = STATIC / "flip_and_slide.js"
    _css = STATIC / "flip_and_slide.css"

    f = Int(0).tag(sync=True)
    g = Int(0).tag(sync=True)
    t = Float(0.0).tag(sync=True)
    drawn_f = List(Float(), HILL.tolist()).tag(sync=True)
    drawn_g = List(Float(), HILL.tolist()).tag(sync=True)


def _drawn(name: str) -> property:
    """Return a property that reads and sets the samples of a drawn curve."""

    def read(figure: "FlipAndSlide") -> NDArray[np.float64]:
        return np.array(getattr(figure.view, f"drawn_{name}"))

    def write(figure: "FlipAndSlide", values: ArrayLike) -> None:
        samples = real_array(values, f"drawn_{name}", ndim=1)
        if samples.shape != PLACES.shape:
            raise ValueError(f"`drawn_{name}` must have shape (41,); got {samples.shape}")
        if not np.abs(samples).max() <= TALLEST:
            raise ValueError(f"`drawn_{name}` must be -1.5 to 1.5; got {samples.tolist()}")
        setattr(figure.view, f"drawn_{name}", samples.tolist())
        setattr(figure, name, BY_HAND)

    words = f"41 samples of {name} at -1, -0.9, ..., 3; assign them to show that curve."
    return property(read, write, doc=words)


class FlipAndSlide(LiveFigure):
    """Choose or draw two curves, drag t, and watch the area under the product trace f * g.

    Parameters
    ----------
    f, g : {"box", "ramp", "triangle", "decay", "bell", "two-sided decay", "up and down", \
"drawn by hand"}
        The curve that stays and the one that is flipped and moved. A drawn curve consists of the
        straight lines between 41 samples from -1 to 3, see `drawn_f`, and is zero elsewhere.
    t : float
        Where the flipped curve is moved to, from -3 to 6.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = FlipAndSlide("box", "box", t=1.0)
    >>> round(figure.value, 2)
    1.0
    >>> figure.drawn_f = 2 * figure.drawn_f / 3
    >>> figure.f
    'drawn by hand'
    """

    alt = "Top: two curves and the shaded area under their product. Bottom: the area for every t."
    room = measured_room(_HEIGHTS)

    def __init__(self, f: str = "box", g: str = "decay", *, t: float = 0.6) -> None:
        self.menus = {
            "f": menu("f, stays in place", NAMES, choice(f, "f", NAMES)),
            "g": menu("g, flipped and moved", NAMES, choice(g, "g", NAMES)),
        }
        self.sliders = {
            "t": FloatSlider(min=FIRST, max=LAST, step=0.05, description="move g to t =")
        }
        self.t = t
        view = _FlipView()
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        controls = self.row(*self.menus.values(), *self.sliders.values())
        super().__init__(view, [controls], name="flip")
        pads = 245 * [f, g].count(BY_HAND)
        self.room = measured_room(_HEIGHTS, pads)

    f = chosen("f", NAMES, "Name of the curve that stays in place.")
    g = chosen("g", NAMES, "Name of the curve that is flipped and moved.")
    drawn_f, drawn_g = _drawn("f"), _drawn("g")
    t = dialled("t", "Where the flipped curve is moved to.")

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``(f * g)`` at these times, by `convlib.convolve_functions`."""
        f, g = self._curve("f"), self._curve("g")
        return convolve_functions(f, g, times, support=SUPPORT, dt=STEP)

    def _curve(self, name: str) -> Curve:
        if getattr(self, name) != BY_HAND:
            return CURVES[getattr(self, name)]
        samples = getattr(self, f"drawn_{name}")
        return lambda u: np.interp(u, PLACES, samples, left=0, right=0)

    @property
    def value(self) -> float:
        """The shaded area: ``(f * g)(t)``."""
        return float(self.at(np.array([self.t]))[0])

    @plots.style()
    def picture(self) -> Figure:
        """Return both curves with the shaded product, and the convolution below."""
        figure, (upper, lower) = plots.figure(2, 1, height=4.2, sharex=True)
        a = np.linspace(FIRST, LAST, 1801)
        first, second = self._curve("f")(a), self._curve("g")(self.t - a)
        upper.fill_between(a, first * second, color=plots.COLOURS["green"], alpha=0.45)
        upper.plot(a, first, color=plots.COLOURS["blue"], label="$f(a)$")
        upper.plot(a, second, "--", color=plots.COLOURS["red"], label="$g(t - a)$")
        upper.legend(loc="upper right")
        answer = self.at(a[::6])
        lower.plot(a[::6], answer, ":", color=plots.COLOURS["grey"])
        done = a[::6] <= self.t
        lower.plot(a[::6][done], answer[done], color=plots.COLOURS["black"])
        lower.plot(self.t, self.value, "o", color=plots.COLOURS["green"])
        lower.set_title(f"$(f * g)({self.t:g}) = {self.value:.3f}$, the shaded area", loc="left")
        return figure
