"""Two wiggles through a kernel of five: convolve the samples, or multiply the spectra."""

from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Float, Int, List

from convlib import plots
from convlib._validate import choice, real_array
from convlib.discrete import convolve
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import FloatSlider, IntSlider, chosen, dialled, menu
from convlib.live._room import measured_room

__all__ = ["SpectrumView"]

PRESETS: dict[str, list[float]] = {
    "identity": [0, 0, 1, 0, 0],
    "box_3": [0, 1 / 3, 1 / 3, 1 / 3, 0],
    "box_5": [1 / 5] * 5,
    "binomial": [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16],
    "detail": [0, -1 / 4, 1 / 2, -1 / 4, 0],
    "difference": [0, 1 / 2, 0, -1 / 2, 0],
    "delay": [0, 0, 0, 1, 0],
}
CUSTOM = "custom"
SAMPLES = 48
SLOW_HEIGHT, FAST_HEIGHT = 1.0, 0.5

_REACH = 1.0  # the sliders go this far to either side
_OFFSETS = np.arange(5) - 2  # 0 at the centre of the kernel
_FINE = np.linspace(0, 0.5, 241)
_HEIGHTS = (1193, 1251, 1288, 1325, 1358, 660, 684, 702, 711, 729)


class _SpectrumView(View):
    _esm = STATIC / "spectrum_view.js"
    _css = STATIC / "spectrum_view.css"

    presets: "List[Any]" = List().tag(sync=True)  # of [name, five values]
    preset = Int(0).tag(sync=True)
    slow = Int(0).tag(sync=True)
    fast = Int(0).tag(sync=True)
    k0, k1, k2, k3, k4 = (Float(0.0).tag(sync=True) for _ in range(5))


def _slider(position: int) -> FloatSlider:
    name = f"h[{position - 2}]".replace("-", "\N{MINUS SIGN}")
    return FloatSlider(
        min=-_REACH,
        max=_REACH,
        step=FloatSlider.STEPLESS,  # a step would round 1/3 in the browser
        orientation="vertical",
        description=name,
        tooltip=f"kernel value {name}",
        readout_format=".2f",
    )


class SpectrumView(LiveFigure):
    """Change a kernel of five numbers and watch what it does to a slow and to a fast wiggle.

    The test signal has 48 samples on a circle: ``cos(2π slow n / 48) + 0.5 cos(2π fast n / 48)``.

    Parameters
    ----------
    kernel : array_like, shape (5,), optional
        The kernel to start with, its centre at index 2, each value from -1 to 1; without one,
        the one that `preset` names.
    preset : {"identity", "box_3", "box_5", "binomial", "detail", "difference", "delay"}
        A kernel with a name.
    slow, fast : int
        How often the two wiggles go up and down within the 48 samples: 1 to 6 and 7 to 24 times.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = SpectrumView(preset="box_3", fast=24)
    >>> figure.response([0, 1 / 2]).real.round(3).tolist()  # the fastest comes out upside down
    [1.0, -0.333]
    """

    alt = (
        "Left, a signal, a kernel and their convolution; right, the spectrum of the signal, the "
        "frequency response of the kernel, and their product, the spectrum of the convolution."
    )
    room = measured_room(_HEIGHTS)

    def __init__(
        self,
        kernel: ArrayLike | None = None,
        *,
        preset: str = "box_3",
        slow: int = 2,
        fast: int = 16,
    ) -> None:
        choice(preset, "preset", tuple(PRESETS))
        view = _SpectrumView(presets=[[name, values] for name, values in PRESETS.items()])
        self.taps = [_slider(position) for position in range(5)]
        self.sliders = {
            "slow": IntSlider(min=1, max=6, description="slow wiggle"),
            "fast": IntSlider(min=7, max=24, description="fast wiggle"),
        }
        self.menus = {"preset": menu("Kernel", (*PRESETS, CUSTOM), preset)}
        self._moving = False
        self.kernel = PRESETS[preset] if kernel is None else kernel
        self.slow, self.fast = slow, fast
        self._connect(view)
        row = self.row(*self.menus.values(), *self.sliders.values())
        taps = widgets.Box(self.taps).add_class("live-taps")
        super().__init__(view, [row, taps], name="spectrum")

    def _connect(self, view: _SpectrumView) -> None:
        for position, slider in enumerate(self.taps):
            self.link(slider, view, f"k{position}")
            slider.observe(self._tap_moved, "value")
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        self.menus["preset"].observe(self._preset_chosen, "value")

    def _tap_moved(self, change: Any) -> None:
        if not self._moving and not change["owner"].from_browser:
            self._name_the_kernel()

    def _preset_chosen(self, change: Any) -> None:
        if change["new"] in PRESETS and not change["owner"].from_browser:
            self._move(PRESETS[change["new"]])

    def _name_the_kernel(self) -> None:
        names = (name for name, values in PRESETS.items() if np.allclose(self.kernel, values))
        self.menus["preset"].value = next(names, CUSTOM)

    def _move(self, kernel: ArrayLike) -> None:
        """Set all sliders, and name the result only when the last one is in place."""
        self._moving = True
        try:
            for slider, value in zip(self.taps, np.asarray(kernel, dtype=float), strict=True):
                slider.value = float(value)
        finally:
            self._moving = False

    @property
    def kernel(self) -> NDArray[np.float64]:
        """The kernel on the sliders, shape (5,), centre at index 2."""
        return np.array([slider.value for slider in self.taps])

    @kernel.setter
    def kernel(self, values: ArrayLike) -> None:
        kernel = real_array(values, "kernel", ndim=1)
        if kernel.shape != (5,):
            raise ValueError(f"`kernel` must have shape (5,); got {kernel.shape}")
        if not np.all(np.abs(kernel) <= _REACH):
            raise ValueError(f"`kernel` must hold values from -1 to 1; got {kernel.tolist()}")
        self._move(kernel)
        self._name_the_kernel()

    preset = chosen("preset", (*PRESETS, CUSTOM), 'A name of a kernel, or "custom".')
    slow = dialled("slow", "Cycles of the slow wiggle within the 48 samples, 1 to 6.")
    fast = dialled("fast", "Cycles of the fast wiggle within the 48 samples, 7 to 24.")

    @property
    def signal(self) -> NDArray[np.float64]:
        """The test signal, shape (48,): a slow wiggle of height 1 and a fast one of height 0.5."""
        turn = 2 * np.pi * np.arange(SAMPLES) / SAMPLES
        return SLOW_HEIGHT * np.cos(self.slow * turn) + FAST_HEIGHT * np.cos(self.fast * turn)

    @property
    def output(self) -> NDArray[np.floating]:
        """Signal and kernel convolved on the circle by `convlib.convolve`, shape (48,)."""
        return convolve(self.signal, self.kernel, mode="same", boundary="wrap")

    def response(self, frequencies: ArrayLike) -> NDArray[np.complex128]:
        """Return the kernel's factor at each frequency, in cycles per sample."""
        f = real_array(frequencies, "frequencies")
        return np.asarray(np.exp(-2j * np.pi * np.multiply.outer(f, _OFFSETS)) @ self.kernel)

    @property
    def symmetric(self) -> bool:
        """Whether the kernel reads the same from both ends: its factors are then real."""
        return bool(np.allclose(self.kernel, self.kernel[::-1], rtol=0, atol=1e-9))

    def drawn(self, factors: ArrayLike) -> NDArray[np.float64]:
        """Return what is drawn of complex factors: the signed number, or the height alone."""
        return np.real(factors) if self.symmetric else np.abs(factors)

    def spectrum(self, samples: ArrayLike) -> NDArray[np.float64]:
        """Return the heights of the 25 wiggles in 48 samples; signed for a symmetric kernel."""
        heights = np.fft.rfft(real_array(samples, "samples", ndim=1)) / (SAMPLES / 2)
        heights[[0, -1]] /= 2  # the flat wiggle and the fastest have no partner
        return self.drawn(heights)

    @plots.style()
    def picture(self) -> Figure:
        """Return the two columns: samples that are convolved, spectra that are multiplied."""
        figure, axes = plots.figure(3, 2, height=5.2)
        n, k = np.arange(SAMPLES), np.arange(SAMPLES // 2 + 1) / SAMPLES
        _stems(axes[0, 0], n, self.signal, "blue", "signal x")
        _stems(axes[1, 0], _OFFSETS, self.kernel, "green", f"kernel h: {self.preset}")
        _stems(axes[2, 0], n, self.output, "red", "output x * h")
        _stems(axes[0, 1], k, self.spectrum(self.signal), "blue", "spectrum of x")
        _stems(axes[2, 1], k, self.spectrum(self.output), "red", "spectrum of the output")
        sign = "" if self.symmetric else ", height only"
        ends = np.array([self.slow, self.fast]) / SAMPLES
        _stems(axes[1, 1], ends, self.drawn(self.response(ends)), "green", f"response H{sign}")
        axes[1, 1].plot(_FINE, self.drawn(self.response(_FINE)), color=plots.COLOURS["green"])
        axes[2, 0].set_xlabel("sample n")
        axes[2, 1].set_xlabel("cycles per sample")
        return figure


def _stems(axes: Axes, at: NDArray[Any], values: NDArray[Any], colour: str, title: str) -> None:
    ink = plots.COLOURS[colour]
    axes.vlines(at, 0, values, color=ink)
    axes.plot(at, values, "o", color=ink, markersize=3)
    axes.axhline(0, color=plots.COLOURS["grey"], linewidth=0.8)
    reach = max(1.1, 1.1 * float(np.abs(values).max()))
    axes.set_ylim(-reach, reach)
    axes.set_title(title, loc="left")
