"""Two curves, one flipped and moved: the area under their product, and the curve that it traces."""

from collections.abc import Callable

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Float, Int

from convlib import plots
from convlib._validate import choice
from convlib.continuous import convolve_functions
from convlib.live._base import LiveFigure, View, chosen, dialled, menu, source

__all__ = ["FlipAndSlide"]

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]

CURVES: dict[str, Curve] = {
    "box": lambda u: 1.0 * ((u >= 0) & (u < 1)),
    "ramp": lambda u: (1 - u / 2) * ((u >= 0) & (u < 2)),
    "triangle": lambda u: np.maximum(0, 1 - np.abs(u)),
    "decay": lambda u: np.exp(-np.maximum(u, 0)) * (u >= 0),
    "bell": lambda u: np.exp(-np.pi * u**2),
    "two-sided decay": lambda u: np.exp(-2 * np.abs(u)),
    "up and down": lambda u: 1.0 * ((u >= 0) & (u < 1)) - ((u >= 1) & (u < 2)),
}
SUPPORT, STEP = (-4.0, 8.0), 0.01  # of the Riemann sum: no curve reaches beyond 0.0004 outside
FIRST, LAST = -3.0, 6.0  # of t


class _FlipView(View):
    _esm = source("flip_and_slide.js")

    f = Int(0).tag(sync=True)
    g = Int(0).tag(sync=True)
    t = Float(0.0).tag(sync=True)


class FlipAndSlide(LiveFigure):
    """Choose two curves, drag t, and watch the area under the product trace the convolution.

    Parameters
    ----------
    f, g : {"box", "ramp", "triangle", "decay", "bell", "two-sided decay", "up and down"}
        The curve that stays and the one that is flipped and moved.
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
    """

    alt = "Top: two curves and the shaded area under their product. Bottom: the area for every t."
    room = ("508px", "590px")

    def __init__(self, f: str = "box", g: str = "decay", *, t: float = 0.6) -> None:
        names = tuple(CURVES)
        self.menus = {
            "f": menu("f, stays in place", names, choice(f, "f", names)),
            "g": menu("g, flipped and moved", names, choice(g, "g", names)),
        }
        self.sliders = {
            "t": widgets.FloatSlider(min=FIRST, max=LAST, step=0.05, description="move g to t =")
        }
        self.t = t
        view = _FlipView()
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        controls = self.row(*self.menus.values(), *self.sliders.values())
        super().__init__(view, [controls], name="flip")

    f = chosen("f", tuple(CURVES), "Name of the curve that stays in place.")
    g = chosen("g", tuple(CURVES), "Name of the curve that is flipped and moved.")
    t = dialled("t", "Where the flipped curve is moved to.")

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``(f * g)`` at these times, by `convlib.convolve_functions`."""
        f, g = CURVES[self.f], CURVES[self.g]
        return convolve_functions(f, g, times, support=SUPPORT, dt=STEP)

    @property
    def value(self) -> float:
        """The shaded area: ``(f * g)(t)``."""
        return float(self.at(np.array([self.t]))[0])

    def picture(self) -> Figure:
        """Return both curves with the shaded product, and the convolution below."""
        figure, (upper, lower) = plots.figure(2, 1, height=4.2, sharex=True)
        a = np.linspace(FIRST, LAST, 1801)
        first, second = CURVES[self.f](a), CURVES[self.g](self.t - a)
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
