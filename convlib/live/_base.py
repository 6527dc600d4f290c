"""What all live figures share: the box of controls and view, their links, and the still picture."""

import base64
import io
import re
from collections.abc import Sequence
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
from convlib._validate import choice, finite_number

_HERE = Path(__file__).parent
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/)[ \t]*\n", re.MULTILINE | re.DOTALL)
_VIEW = "application/vnd.jupyter.widget-view+json"


def source(*names: str) -> str:
    """Return the text of files beside this module, one after the other, without comment lines.

    A script in the browser cannot import another one; what several figures need stands before it.
    The text goes into every notebook and page that shows the figure, hence without comments.
    """
    return "\n".join(_COMMENT.sub("", (_HERE / name).read_text(encoding="utf-8")) for name in names)


def menu(label: str, options: Sequence[str], value: str) -> widgets.Dropdown:
    """Return a drop-down menu that shows ``edge_detect`` as "edge detect"."""
    pairs = [(name.replace("_", " "), name) for name in options]
    return widgets.Dropdown(options=pairs, value=value, description=label)


def chosen(name: str, options: Sequence[str], doc: str) -> property:
    """Return a property that reads and sets ``self.menus[name]``, with a check."""

    def read(figure: "LiveFigure") -> str:
        return figure.menus[name].value

    def write(figure: "LiveFigure", value: str) -> None:
        figure.menus[name].value = choice(value, name, options)

    return property(read, write, doc=doc)


def dialled(name: str, doc: str, shelf: str = "sliders") -> property:
    """Return a property that reads and sets ``self.sliders[name]``, or of another dictionary.

    What lies beyond the ends is refused, and so is a fraction on a slider of whole numbers: the
    slider alone would move such a value without a word.
    """

    def read(figure: "LiveFigure") -> float:
        return getattr(figure, shelf)[name].value

    def write(figure: "LiveFigure", value: float) -> None:
        slider = getattr(figure, shelf)[name]
        number = finite_number(value, name)
        if isinstance(slider, widgets.IntSlider) and number != int(number):
            raise ValueError(f"`{name}` must be a whole number; got {value}")
        if not slider.min <= number <= slider.max:
            raise ValueError(f"`{name}` must be {slider.min} to {slider.max}; got {value}")
        slider.value = number

    return property(read, write, doc=doc)


def player(count: int, label: str) -> tuple[widgets.Play, widgets.IntSlider]:
    """Return a play button and a slider over 0 to ``count - 1`` that move together."""
    slider = widgets.IntSlider(min=0, max=count - 1, description=label)
    play = widgets.Play(min=0, max=count - 1, interval=900, show_repeat=False, tooltip=label)
    LiveFigure.link(slider, play, "value")
    return play, slider


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

    A subclass sets ``_esm`` and declares one trait for each thing that a control sets.
    """

    _esm = "export default { render() {} };"
    _css = source("live.css")


class LiveFigure(widgets.VBox):
    """Controls and a view, with a still picture for every place where no script runs.

    A subclass builds its controls and its view, links them with `link`, passes them to
    `__init__`, and draws its present state in `picture`.
    """

    alt: ClassVar[str] = "Still picture of a live figure."
    """What the still picture shows, for someone who cannot see it."""

    room: tuple[str, str] = ("400px", "600px")
    """CSS heights that a page keeps free, in a wide column and on a phone; 100cqi is its width."""

    menus: dict[str, widgets.Dropdown]
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

    @staticmethod
    def link(control: widgets.Widget, view: widgets.Widget, trait: str) -> None:
        """Tie a trait of the view, or of another control, to a control.

        They are tied in the browser, and in Python for as long as there is no browser.
        Menus are tied by the index of the chosen option, which is what the browser knows of.
        """
        name = "index" if hasattr(control, "index") else "value"
        setattr(view, trait, getattr(control, name))
        widgets.jslink((control, name), (view, trait))

        def follow(change: Any) -> None:
            if not set_by_browser(control):
                setattr(view, trait, change["new"])

        control.observe(follow, name)

    def picture(self) -> Figure:
        """Return the present state drawn by Matplotlib."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        figure = self.picture()
        bundle["image/png"] = base64.b64encode(encode_png(figure)).decode("ascii")
        plt.close(figure)
        wide, narrow = self.room
        bundle[_VIEW]["live"] = {"wide": wide, "narrow": narrow, "alt": self.alt}
        return bundle


def set_by_browser(control: widgets.Widget) -> bool:
    """Say whether a control is just being set by a message from the browser.

    The browser has then moved everything that depends on it, too. Repeating that here would send
    it old values while the reader still drags the slider.
    """
    return bool(getattr(control, "_property_lock", None))
