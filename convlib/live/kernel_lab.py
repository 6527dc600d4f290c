"""The kernel lab: a slider for each kernel value, and the cat as the kernel sees it."""

from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Bool, Bytes, Float, Int, List

from convlib import plots
from convlib._validate import choice, pair
from convlib.images import filter_image, to_grey, to_uint8
from convlib.kernels import KERNELS
from convlib.live._base import STATIC, LiveFigure, View, draw_kernel
from convlib.live._controls import FloatSlider, ToggleButton, chosen, dialled, menu
from convlib.live._inputs import photo, square_kernel
from convlib.live._room import measured_room

__all__ = ["KernelLab"]

CUSTOM = "custom"
PRESETS = (*KERNELS, CUSTOM)
OPERATIONS = ("convolution", "cross-correlation")
BOUNDARIES = ("edge", "constant", "reflect", "symmetric", "wrap")
DISPLAYS = ("clipped", "signed")
COLOURS = ("colour", "grey")
COMPARISONS = ("side by side", "divider")
SIZES = (3, 5, 7)

_REACH = 5.0  # the sliders go this far to either side, further if a kernel needs it
_NOWHERE = (-1, -1)  # row and column of a lens that nobody has put anywhere
_HEIGHTS = {  # by the size of the kernel, as `measured_room` takes them
    3: (968, 1012, 995, 1016, 1221, 740, 740, 757, 779, 826),
    5: (1306, 1362, 1383, 1423, 1723, 897, 948, 993, 1015, 1062),
    7: (1540, 1577, 1578, 1598, 1877, 1050, 1083, 1125, 1147, 1194),
}


class _KernelView(View):
    _esm = STATIC / "kernel_lab.js"
    _css = STATIC / "kernel_lab.css"

    photo = Bytes(b"").tag(sync=True)
    presets: "List[Any]" = List().tag(sync=True)  # pairs: saved notebooks sort dictionaries
    preset = Int(0).tag(sync=True)
    operation = Int(0).tag(sync=True)
    boundary = Int(0).tag(sync=True)
    display = Int(0).tag(sync=True)
    colours = Int(0).tag(sync=True)
    compare = Int(0).tag(sync=True)
    divider = Float(0.5).tag(sync=True)
    row = Int(_NOWHERE[0]).tag(sync=True)
    column = Int(_NOWHERE[1]).tag(sync=True)
    size = Int(3).tag(sync=True)
    more = Bool(False).tag(sync=True)
    locals().update({f"k{i}": Float(0.0).tag(sync=True) for i in range(max(SIZES) ** 2)})


def _slider(position: int, size: int) -> FloatSlider:
    row, column = divmod(position, size)
    return FloatSlider(
        min=-_REACH,
        max=_REACH,
        step=FloatSlider.STEPLESS,  # a step would round 1/9 in the browser
        description=f"[{row},{column}]",
        tooltip=f"kernel value at row {row}, column {column}",
        readout_format=".2f",
    )


class KernelLab(LiveFigure):
    """Change a kernel with sliders and watch what it does to a photograph.

    Parameters
    ----------
    kernel : array_like, shape (3, 3), (5, 5) or (7, 7), optional
        The kernel to start with, whose shape is kept; without one, the one that `preset` names.
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
    >>> lab.lens = 20, 30   # shows the window around row 20, column 30
    """

    alt = "The photograph of a cat before and after filtering, with the nine kernel values between."

    def __init__(
        self,
        kernel: ArrayLike | None = None,
        *,
        preset: str = "sharpen",
        boundary: str = "edge",
        image: ArrayLike | None = None,
    ) -> None:
        pixels, file = photo(image)
        choice(preset, "preset", tuple(KERNELS))
        choice(boundary, "boundary", BOUNDARIES)
        values = KERNELS[preset] if kernel is None else square_kernel(kernel, SIZES)
        size = len(values)
        self._image = pixels / 255
        ring = (size - 3) // 2  # zeros around the presets
        self._presets = {name: np.pad(known, ring) for name, known in KERNELS.items()}
        self.room = measured_room(_HEIGHTS[size])
        listed = [[name, known.ravel().tolist()] for name, known in self._presets.items()]
        view = _KernelView(photo=file, presets=listed, size=size)
        self._controls(size, preset, boundary)
        self._moving = False
        self.kernel = values
        self._connect(view)
        grid = widgets.GridBox(self.sliders).add_class("live-kernel").add_class(f"is-{size}")
        preset, *settings = self.menus.values()
        menus = widgets.Box([preset, self.more]).add_class("live-menus")
        comparison = widgets.Box([self.dials["divider"]]).add_class("live-compare")
        more = widgets.Box(settings).add_class("live-menus").add_class("live-more")
        super().__init__(view, [menus, grid, comparison, more], name="kernel-lab")

    def _controls(self, size: int, preset: str, boundary: str) -> None:
        self.sliders = [_slider(position, size) for position in range(size**2)]
        self.menus = {
            "preset": menu("Preset", PRESETS, preset),
            "operation": menu("Operation", OPERATIONS, OPERATIONS[0]),
            "boundary": menu("Boundary", BOUNDARIES, boundary),
            "display": menu("Display", DISPLAYS, DISPLAYS[0]),
            "colours": menu("Picture", COLOURS, COLOURS[0]),
            "compare": menu("Compare", COMPARISONS, "divider"),
        }
        self.more = ToggleButton(description="More settings")
        percent = {"step": 0.01, "readout_format": ".0%"}
        self.dials = {"divider": FloatSlider(0.5, max=1, description="Divider", **percent)}

    def _connect(self, view: _KernelView) -> None:
        for position, slider in enumerate(self.sliders):
            self.link(slider, view, f"k{position}")
            slider.observe(self._slider_moved, "value")
        for trait, control in {**self.menus, **self.dials}.items():
            self.link(control, view, trait)
        self.link(self.more, view, "more")
        self.menus["preset"].observe(self._preset_chosen, "value")

    def _slider_moved(self, change: Any) -> None:
        if not self._moving and not change["owner"].from_browser:
            self._name_the_kernel()

    def _preset_chosen(self, change: Any) -> None:
        if change["new"] in KERNELS and not change["owner"].from_browser:
            self._move(self._presets[change["new"]])

    def _name_the_kernel(self) -> None:
        kernel = self.kernel
        names = (name for name, known in self._presets.items() if np.allclose(kernel, known))
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
        """The kernel on the sliders, rows by columns; its shape stays as it was at the start."""
        side = len(self.sliders) ** 0.5
        return np.array([slider.value for slider in self.sliders]).reshape(int(side), -1)

    @kernel.setter
    def kernel(self, values: ArrayLike) -> None:
        self._move(square_kernel(values, [int(len(self.sliders) ** 0.5)]))
        self._name_the_kernel()

    preset = chosen("preset", PRESETS, 'A name in `convlib.kernels.KERNELS`, or "custom".')
    operation = chosen(
        "operation", OPERATIONS, "Convolution turns the kernel, correlation does not."
    )
    boundary = chosen("boundary", BOUNDARIES, "How the photograph continues beyond its border.")
    display = chosen("display", DISPLAYS, 'Either "clipped" to 0...1, or "signed": 0.5 + y/2.')
    colours = chosen("colours", COLOURS, 'Either "colour" or "grey".')
    compare = chosen("compare", COMPARISONS, '"side by side", or one picture with a "divider".')
    divider = dialled("divider", "Share of the width that shows the picture before.", "dials")

    @property
    def lens(self) -> tuple[int, int] | None:
        """Row and column of the pixel whose window is shown, or None for the one in the middle.

        The browser may have put it elsewhere, or on a photograph of the reader's own.
        """
        place = (self.view.row, self.view.column)
        return None if place == _NOWHERE else place

    @lens.setter
    def lens(self, place: tuple[int, int] | None) -> None:
        height, width = self._image.shape[:2]
        row, column = _NOWHERE if place is None else pair(place, "lens", 0)
        if row >= height or column >= width:
            raise ValueError(f"`lens` must be inside {height} × {width} pixels; got {place}")
        self.view.row, self.view.column = row, column

    @property
    def image(self) -> NDArray[np.floating]:
        """The photograph before filtering: (H, W, 3), or (H, W) when it is grey; 0 to 1."""
        return to_grey(self._image) if self.colours == "grey" else self._image

    @property
    def result(self) -> NDArray[np.floating]:
        """The photograph after filtering, by `convlib.filter_image`; not clipped."""
        kernel = self.kernel if self.operation == "convolution" else np.flip(self.kernel)
        return filter_image(self.image, kernel, boundary=self.boundary)

    @property
    def drawn(self) -> NDArray[np.uint8]:
        """The pixels on the screen: the result with 8 bits, as `display` says."""
        return to_uint8(self.result if self.display == "clipped" else 0.5 + self.result / 2)

    @plots.style()
    def picture(self) -> Figure:
        """Return photograph, kernel and result side by side, drawn by Matplotlib."""
        figure, (before, middle, after) = plots.figure(1, 3, height=2.6)
        for axes, pixels, title in (
            (before, to_uint8(self.image), "before"),
            (after, self.drawn, f"after: {self.preset.replace('_', ' ')}"),
        ):
            plots.bare(axes, title).imshow(pixels, cmap="gray", vmin=0, vmax=255)
        draw_kernel(middle, self.kernel, f"kernel, sum {self.kernel.sum():.3g}", ".3g")
        return figure
