"""The first look: a photograph with a divider, five kernels, and how strongly they act."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Bytes, Float, Int, List

from convlib import plots
from convlib._validate import choice
from convlib.images import filter_image, to_uint8
from convlib.kernels import KERNELS
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import FloatSlider, ToggleButtons, chosen, dialled
from convlib.live._inputs import photo
from convlib.live._room import measured_room

__all__ = ["FirstLook"]

PRESETS = ("blur", "sharpen", "edge_detect", "edge_enhance", "emboss")
_HEIGHTS = (645, 641, 647, 687, 795, 634, 634, 595, 595, 538)


class _FirstView(View):
    _esm = STATIC / "first_look.js"
    _css = STATIC / "first_look.css"

    photo = Bytes(b"").tag(sync=True)
    kernels: "List[Any]" = List().tag(sync=True)
    preset = Int(0).tag(sync=True)
    strength = Float(1.0).tag(sync=True)
    divider = Float(0.5).tag(sync=True)


class FirstLook(LiveFigure):
    """See what five kernels do to a photograph: one picture, before and after, with a divider.

    Parameters
    ----------
    preset : {"blur", "sharpen", "edge_detect", "edge_enhance", "emboss"}
        A name in `convlib.kernels.KERNELS`.
    strength : float
        From 0, which changes nothing, over 1, the kernel itself, to 2.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = FirstLook("sharpen", strength=0.5)
    >>> figure.kernel.tolist()
    [[0.0, -0.5, 0.0], [-0.5, 3.0, -0.5], [0.0, -0.5, 0.0]]
    """

    alt = "The face of a cat, on the left as it was photographed, on the right with sharp hairs."
    room = measured_room(_HEIGHTS)

    def __init__(self, preset: str = "sharpen", *, strength: float = 1.0) -> None:
        pixels, file = photo(None)
        self._image = pixels / 255
        choice(preset, "preset", PRESETS)
        pairs = [(name.replace("_", " "), name) for name in PRESETS]
        buttons = ToggleButtons(options=pairs, value=preset, tooltip="Kernel")
        self.menus = {"preset": buttons}
        percent: dict[str, Any] = {"step": 0.01, "readout_format": ".0%"}
        self.sliders = {
            "strength": FloatSlider(1.0, max=2, description="Strength", **percent),
            "divider": FloatSlider(0.5, max=1, description="Divider", **percent),
        }
        self.strength = strength
        view = _FirstView(photo=file, kernels=[KERNELS[name].ravel().tolist() for name in PRESETS])
        for trait, control in {"preset": buttons, **self.sliders}.items():
            self.link(control, view, trait)
        dials = self.row(*self.sliders.values())
        super().__init__(view, [buttons, dials], name="first-look")

    preset = chosen("preset", PRESETS, "A name in `convlib.kernels.KERNELS`.")
    strength = dialled("strength", "0 changes nothing, 1 is the kernel itself, 2 goes beyond.")
    divider = dialled("divider", "Share of the width that shows the picture before.")

    @property
    def kernel(self) -> NDArray[np.float64]:
        """The kernel that acts: so much of the preset, and the rest of the identity."""
        return (1 - self.strength) * KERNELS["identity"] + self.strength * KERNELS[self.preset]

    @property
    def result(self) -> NDArray[np.floating]:
        """The photograph after filtering, by `convlib.filter_image`; not clipped."""
        return filter_image(self._image, self.kernel)

    @plots.style()
    def picture(self) -> Figure:
        """Return the photograph, before and after on either side of the divider."""
        figure, axes = plots.figure(width=5, height=5)
        column = round(self.divider * self._image.shape[1])
        parts = [to_uint8(self._image)[:, :column], to_uint8(self.result)[:, column:]]
        plots.bare(axes).imshow(np.concatenate(parts, axis=1))
        axes.axvline(column - 0.5, color="white", lw=2)
        return figure
