"""The kernel lab: nine sliders, and the cat as the kernel sees it."""

import functools
import io
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from traitlets import Bytes, Float, Int, List

from convlib import data, plots
from convlib._validate import choice, real_array
from convlib.images import filter_image, to_grey, to_uint8
from convlib.kernels import KERNELS
from convlib.live._base import LiveFigure, View, chosen, menu, set_by_browser, source

__all__ = ["KernelLab"]

CUSTOM = "custom"
PRESETS = (*KERNELS, CUSTOM)
OPERATIONS = ("convolution", "cross-correlation")
BOUNDARIES = ("edge", "constant", "reflect", "symmetric", "wrap")
DISPLAYS = ("clipped", "signed")
COLOURS = ("colour", "grey")

_REACH = 5.0  # the sliders go this far to either side, further if a kernel needs it
_FACE = np.s_[16:256, 100:340]  # the part of the photograph that shows the cat's face


class _KernelView(View):
    _esm = source("kernel_lab.js")

    photo = Bytes(b"").tag(sync=True)
    presets = List().tag(sync=True)  # of [name, nine values]: saved notebooks sort dictionaries
    preset = Int(0).tag(sync=True)
    operation = Int(0).tag(sync=True)
    boundary = Int(0).tag(sync=True)
    display = Int(0).tag(sync=True)
    colours = Int(0).tag(sync=True)
    k0, k1, k2, k3, k4, k5, k6, k7, k8 = (Float(0.0).tag(sync=True) for _ in range(9))


def _photo(image: NDArray[np.floating]) -> tuple[NDArray[np.uint8], bytes]:
    """Return a picture with 8 bits, and as a file that keeps them all: a quarter below PNG."""
    pixels, buffer = to_uint8(image), io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="webp", lossless=True, method=6)
    return pixels, buffer.getvalue()


@functools.cache
def _cat() -> tuple[NDArray[np.uint8], bytes]:
    return _photo(data.cat()[_FACE])


def _slider(position: int) -> widgets.FloatSlider:
    row, column = divmod(position, 3)
    return widgets.FloatSlider(
        min=-_REACH,
        max=_REACH,
        step=None,  # a step would round 1/9 in the browser
        description=f"[{row},{column}]",
        tooltip=f"kernel value at row {row}, column {column}",
        readout_format=".2f",
    )


class KernelLab(LiveFigure):
    """Change a 3×3 kernel with sliders and watch what it does to a photograph.

    Parameters
    ----------
    kernel : array_like, shape (3, 3), optional
        The kernel to start with; without one, the one that `preset` names.
    preset : str, default "sharpen"
        A name in `convlib.kernels.KERNELS`.
    boundary : {"edge", "constant", "reflect", "symmetric", "wrap"}
        How the photograph continues beyond its border, as in `convlib.filter_image`.
    image : array_like, shape (H, W, 3) or (H, W), optional
        Brightness from 0 to 1, at most 1024 pixels a side; kept with 8 bits. Without one, the
        face of the cat of `convlib.data.cat`, 240×240 pixels.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> lab = KernelLab(preset="blur")
    >>> lab.kernel = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    >>> lab.preset
    'edge_detect'
    """

    alt = "The photograph of a cat before and after filtering, with the nine kernel values between."
    room = ("calc(214px + 32cqi)", "calc(660px + 34cqi)")

    def __init__(
        self,
        kernel: ArrayLike | None = None,
        *,
        preset: str = "sharpen",
        boundary: str = "edge",
        image: ArrayLike | None = None,
    ) -> None:
        pixels, photo = _cat() if image is None else _photo(_picture(image))
        choice(preset, "preset", tuple(KERNELS))
        choice(boundary, "boundary", BOUNDARIES)
        self._image = pixels / 255
        view = _KernelView(
            photo=photo,
            presets=[[name, values.ravel().tolist()] for name, values in KERNELS.items()],
        )
        self.sliders = [_slider(position) for position in range(9)]
        self.menus = {
            "preset": menu("Preset", PRESETS, preset),
            "operation": menu("Operation", OPERATIONS, OPERATIONS[0]),
            "boundary": menu("Boundary", BOUNDARIES, boundary),
            "display": menu("Display", DISPLAYS, DISPLAYS[0]),
            "colours": menu("Picture", COLOURS, COLOURS[0]),
        }
        self._moving = False
        self.kernel = KERNELS[preset] if kernel is None else kernel
        self._connect(view)
        grid = widgets.GridBox(self.sliders).add_class("live-kernel")
        menus = widgets.Box(list(self.menus.values())).add_class("live-menus")
        super().__init__(view, [menus, grid], name="kernel-lab")

    def _connect(self, view: _KernelView) -> None:
        for position, slider in enumerate(self.sliders):
            self.link(slider, view, f"k{position}")
            slider.observe(self._slider_moved, "value")
        for trait, control in self.menus.items():
            self.link(control, view, trait)
        self.menus["preset"].observe(self._preset_chosen, "value")

    def _slider_moved(self, change: Any) -> None:
        if not self._moving and not set_by_browser(change["owner"]):
            self._name_the_kernel()

    def _preset_chosen(self, change: Any) -> None:
        if change["new"] in KERNELS and not set_by_browser(change["owner"]):
            self._move(KERNELS[change["new"]])

    def _name_the_kernel(self) -> None:
        kernel = self.kernel
        names = (name for name, values in KERNELS.items() if np.allclose(kernel, values))
        self.menus["preset"].value = next(names, CUSTOM)

    def _move(self, kernel: NDArray[np.floating]) -> None:
        """Set all sliders, and name the result only when the last one is in place."""
        reach = max(_REACH, float(np.ceil(np.abs(kernel).max())))
        self._moving = True
        try:
            for slider, value in zip(self.sliders, kernel.flat, strict=True):
                slider.min, slider.max = -reach, reach
                slider.value = float(value)
        finally:
            self._moving = False

    @property
    def kernel(self) -> NDArray[np.float64]:
        """The kernel on the sliders, shape (3, 3), rows by columns."""
        return np.array([slider.value for slider in self.sliders]).reshape(3, 3)

    @kernel.setter
    def kernel(self, values: ArrayLike) -> None:
        kernel = real_array(values, "kernel", ndim=2)
        if kernel.shape != (3, 3):
            raise ValueError(f"`kernel` must have shape (3, 3); got {kernel.shape}")
        if not np.isfinite(kernel).all():
            raise ValueError(f"`kernel` must be finite; got {kernel.tolist()}")
        self._move(kernel)
        self._name_the_kernel()

    preset = chosen("preset", PRESETS, 'A name in `convlib.kernels.KERNELS`, or "custom".')
    operation = chosen(
        "operation", OPERATIONS, "Convolution turns the kernel, correlation does not."
    )
    boundary = chosen("boundary", BOUNDARIES, "How the photograph continues beyond its border.")
    display = chosen("display", DISPLAYS, 'Either "clipped" to 0...1, or "signed": 0.5 + y/2.')
    colours = chosen("colours", COLOURS, 'Either "colour" or "grey".')

    @property
    def image(self) -> NDArray[np.float64]:
        """The photograph before filtering: (H, W, 3), or (H, W) when it is grey; 0 to 1."""
        return to_grey(self._image) if self.colours == "grey" else self._image

    @property
    def result(self) -> NDArray[np.float64]:
        """The photograph after filtering, by `convlib.filter_image`; not clipped."""
        kernel = self.kernel if self.operation == "convolution" else np.flip(self.kernel)
        return filter_image(self.image, kernel, boundary=self.boundary)

    @property
    def drawn(self) -> NDArray[np.uint8]:
        """The pixels on the screen: the result with 8 bits, as `display` says."""
        return to_uint8(self.result if self.display == "clipped" else 0.5 + self.result / 2)

    def picture(self) -> Figure:
        """Return photograph, kernel and result side by side, drawn by Matplotlib."""
        figure, (before, middle, after) = plots.figure(1, 3, height=2.6)
        for axes, pixels, title in (
            (before, to_uint8(self.image), "before"),
            (after, self.drawn, f"after: {self.preset.replace('_', ' ')}"),
        ):
            plots.bare(axes, title).imshow(pixels, cmap="gray", vmin=0, vmax=255)
        kernel = self.kernel
        middle.imshow(kernel, cmap=plots.SIGNED, alpha=0.6, **plots.signed_limits(kernel))
        for (row, column), value in np.ndenumerate(kernel):
            middle.text(column, row, f"{value:.3g}", ha="center", va="center")
        plots.bare(middle, f"kernel, sum {kernel.sum():.3g}")
        return figure


def _picture(image: ArrayLike) -> NDArray[np.floating]:
    picture = real_array(image, "image")
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] != 3):
        raise ValueError(f"`image` must be (H, W) or (H, W, 3); got shape {picture.shape}")
    if max(picture.shape[:2]) > 1024:
        raise ValueError(f"`image` must be at most 1024 pixels a side; got {picture.shape[:2]}")
    return picture
