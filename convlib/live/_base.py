"""What all live figures share: the box of controls and view, their links, and the still picture."""

import base64
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from convlib import plots
from convlib.live._controls import Dropdown, link

STATIC = Path(__file__).parent / "static"
"""The bundled scripts and style sheets of the figures; their sources are in ``scripts``."""
_VIEW = "application/vnd.jupyter.widget-view+json"


def draw_kernel(axes: Axes, kernel: NDArray[np.floating], title: str, form: str = ".2f") -> None:
    """Draw a kernel as a table of numbers, with their signs in colour."""
    axes.imshow(kernel, cmap=plots.SIGNED, alpha=0.6, **plots.signed_limits(kernel))
    size = min(10, 36 / len(kernel))
    for (row, column), value in np.ndenumerate(kernel):
        axes.text(column, row, f"{value:{form}}", ha="center", va="center", fontsize=size)
    plots.bare(axes, title)


def encode_png(figure: Figure, *, dpi: int = 100, colours: int = 96) -> bytes:
    """Return a figure as a small PNG file: a palette is enough for a still picture."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, facecolor="white")
    small = io.BytesIO()
    Image.open(buffer).convert("RGB").quantize(colours).save(small, format="png", optimize=True)
    return small.getvalue()


class View(anywidget.AnyWidget):
    """The half of a live figure that computes and draws in the browser.

    A subclass names its script and its style sheet in `STATIC`, and declares one trait for each
    thing that a control sets.
    """

    _esm: ClassVar[Any] = "export default { render() {} };"
    _css: ClassVar[Any] = ""

    def close(self) -> None:
        """Close the view and its layout."""
        self.layout.close()
        super().close()


class LiveFigure(widgets.VBox):
    """Controls and a view, with a still picture for every place where no script runs.

    A subclass builds its controls and its view, links them with `link`, passes them to
    `__init__`, and draws its present state in `picture`.
    """

    alt: ClassVar[str] = "Still picture of a live figure."
    """What the still picture shows, for someone who cannot see it."""

    room: tuple[str, str] = ("400px", "600px")
    """CSS heights that a page keeps free, in a wide column and on a phone; 100cqi is its width."""

    menus: dict[str, Dropdown]
    sliders: Any  # by name, or in a row

    def __init__(self, view: View, controls: Sequence[widgets.Widget], *, name: str) -> None:
        self.view = view
        body = widgets.Box([*controls, view]).add_class("live-body").add_class(f"live-{name}")
        super().__init__([body])
        self.add_class("live-root")

    @staticmethod
    def row(*controls: widgets.Widget) -> widgets.Box:
        """Return controls side by side, as many as fit."""
        return widgets.Box(list(controls)).add_class("live-row")

    link = staticmethod(link)

    def close(self) -> None:
        """Close the figure with its controls, its view and all that belongs to them."""
        for part in _parts(self):
            part.close()
        super().close()

    def picture(self) -> Figure:
        """Return the present state drawn by Matplotlib."""
        raise NotImplementedError

    _ipython_display_ = None  # with which ipywidgets 7 would show no picture

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {
            "text/plain": type(self).__name__,
            _VIEW: {"version_major": 2, "version_minor": 0, "model_id": self.model_id},
        }
        figure = self.picture()
        bundle["image/png"] = base64.b64encode(encode_png(figure)).decode("ascii")
        plt.close(figure)
        wide, narrow = self.room
        bundle[_VIEW]["live"] = {"wide": wide, "narrow": narrow, "alt": self.alt}
        return bundle


def _parts(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    """Yield what is in a widget, at every depth, and their layouts and styles."""
    for child in getattr(widget, "children", ()):
        yield from _parts(child)
        yield child
    for name in ("layout", "style"):
        if hasattr(widget, name):
            yield getattr(widget, name)
