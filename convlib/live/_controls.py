"""The controls of live figures: ipywidgets that know whom they obey and what belongs to them."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from convlib._validate import choice, finite_number


class Control(widgets.Widget):
    """What the controls below add to the widgets of the same name in ipywidgets."""

    from_browser = False
    """Whether the present change was made by the reader, in the browser.

    The browser has then moved everything that depends on it, too. Repeating that in Python would
    send it old values while the reader still drags the slider.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._ties: list[widgets.Widget] = []
        super().__init__(*args, **kwargs)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the browser sends; ipywidgets calls this for every such message."""
        self.from_browser = True
        try:
            super().set_state(sync_data)
        finally:
            self.from_browser = False

    def tie(self, name: str, other: widgets.Widget, trait: str) -> None:
        """Tie a trait to one of another widget, in the browser."""
        self._ties.append(widgets.jslink((self, name), (other, trait)))

    def close(self) -> None:
        """Close the widget and its ties."""
        for tie in self._ties:
            tie.close()
        super().close()


class Dropdown(Control, widgets.Dropdown):
    """A menu."""


class FloatSlider(Control, widgets.FloatSlider):
    """A slider of numbers."""

    STEPLESS = None if widgets.FloatSlider.step.allow_none else 0.01
    """The step of a slider that must not round 1/3 in the browser; ipywidgets 7 needs a number."""


class IntSlider(Control, widgets.IntSlider):
    """A slider of whole numbers."""


class SelectionSlider(Control, widgets.SelectionSlider):
    """A slider over a list."""


class Play(Control, widgets.Play):
    """A button that counts."""

    PLAYING = "playing" if "playing" in widgets.Play.class_trait_names() else "_playing"
    """The trait that says whether it counts; in ipywidgets 7 its name begins with an underscore."""


class ToggleButtons(Control, widgets.ToggleButtons):
    """A row of buttons of which one is pressed."""


class ToggleButton(Control, widgets.ToggleButton):
    """A button that stays down until it is pressed again."""


class Text(Control, widgets.Text):
    """A line to type into."""


def link(control: Control, view: widgets.Widget, trait: str) -> None:
    """Tie a trait of a view, or of another control, to a control.

    They are tied in the browser, and in Python for as long as there is no browser. Menus are tied
    by the index of the chosen option, which is what the browser knows of.
    """
    name = "index" if hasattr(control, "index") else "value"
    setattr(view, trait, getattr(control, name))
    control.tie(name, view, trait)

    def follow(change: Any) -> None:
        if not control.from_browser:
            setattr(view, trait, change["new"])

    control.observe(follow, name)


def menu(label: str, options: Sequence[str], value: str) -> Dropdown:
    """Return a drop-down menu that shows ``edge_detect`` as "edge detect"."""
    pairs = [(name.replace("_", " "), name) for name in options]
    return Dropdown(options=pairs, value=value, description=label)


def chosen(name: str, options: Sequence[str], doc: str) -> property:
    """Return a property that reads and sets ``self.menus[name]``, with a check."""

    def read(figure: Any) -> str:
        return figure.menus[name].value

    def write(figure: Any, value: str) -> None:
        figure.menus[name].value = choice(value, name, options)

    return property(read, write, doc=doc)


def dialled(name: str, doc: str, shelf: str = "sliders") -> property:
    """Return a property that reads and sets ``self.sliders[name]``, or of another dictionary.

    What lies beyond the ends is refused, and so is a fraction on a slider of whole numbers: the
    slider alone would move such a value without a word.
    """

    def read(figure: Any) -> float:
        return getattr(figure, shelf)[name].value

    def write(figure: Any, value: float) -> None:
        slider = getattr(figure, shelf)[name]
        number = finite_number(value, name)
        if isinstance(slider, IntSlider) and number != int(number):
            raise ValueError(f"`{name}` must be a whole number; got {value}")
        if not slider.min <= number <= slider.max:
            raise ValueError(f"`{name}` must be {slider.min} to {slider.max}; got {value}")
        slider.value = number

    return property(read, write, doc=doc)


def player(count: int, label: str) -> tuple[Play, IntSlider]:
    """Return a play button and a slider over 0 to ``count - 1`` that move together."""
    slider = IntSlider(min=0, max=count - 1, description=label)
    play = Play(min=0, max=count - 1, interval=900, show_repeat=False, tooltip=label)
    link(slider, play, "value")
    return play, slider
