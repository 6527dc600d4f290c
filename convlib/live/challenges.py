"""Challenges below a live figure: the page checks the state that the reader has set.

They read the traits of the figure's view and nothing else of it. What a state is worth is decided
in ``scripts/challenges_checks.js``, where each challenge has a function of the same name; Python
can read the verdict. The same script lets words in the text set the figure (`_ext/words.py`) and
keeps a link that restores its state.
"""

import textwrap
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import widget_serialization
from matplotlib.figure import Figure
from traitlets import Bool, Bytes, Dict, Instance, Int, List, Unicode

from convlib import data, plots
from convlib.discrete import convolve
from convlib.images import to_uint8
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import menu
from convlib.live._room import WIDE, between
from convlib.live.slips import SLIPS

__all__ = ["CHALLENGES", "Challenges"]


class Challenge(NamedTuple):
    """What to do, under which name; and the kernel whose picture is to be found, if any."""

    name: str
    title: str
    task: str
    kernel: tuple[tuple[float, ...], ...] | None = None


CHALLENGES = {
    "FlipAndSlide": (
        Challenge(
            "t_of_largest_area",
            "largest area",
            "With box as f and decay as g, move g to where the shaded area is largest.",
        ),
        Challenge(
            "negative_area",
            "deepest point",
            "With box as f and up and down as g, move g to where the lower curve is deepest.",
        ),
    ),
    "EchoRoom": (
        Challenge(
            "one_echo",
            "one echo",
            "Build a room with the direct sound at full strength and one single echo,"
            " half as loud, after half a second.",
        ),
        Challenge("a_tone", "a note", "Turn a click into a note of 200 hertz."),
    ),
    "DiscreteSlide": (
        Challenge(
            "differences",
            "differences",
            "Find the h, two numbers, with which convolution takes from each sample "
            "the one before it.",
        ),
        Challenge(
            "echo_of_two",
            "echo",
            "Find the h, three numbers, with which convolution adds to the signal "
            "twice the signal, two places later.",
        ),
    ),
    "SpectrumView": (
        Challenge(
            "vanish",
            "let one vanish",
            "Make a fast wiggle of 12 cycles vanish and keep the slow one at its height.",
        ),
        Challenge(
            "upside_down",
            "upside down",
            "Turn the fastest wiggle, 24 cycles, upside down at full height, and "
            "leave a flat signal as it is.",
        ),
    ),
    "KernelLab": (
        Challenge(
            "this_picture",
            "this picture",
            "Find the kernel that made this picture of the eye, by convolution. Two "
            "of its numbers are not zero; they are whole and add up to 1.",
            ((2, 0, 0), (0, 0, 0), (0, 0, -1)),
        ),
        Challenge("down", "one down", "Move the picture down by one pixel, by convolution."),
        Challenge(
            "row_blur",
            "along the row",
            "Replace each pixel by the average of itself, its left and its right neighbour.",
        ),
    ),
    "StepThrough": (
        Challenge(
            "corner_of_23",
            "23",
            "Choose the border rule under which the top left corner becomes 23.",
        ),
    ),
    "ScaleSpace": (
        Challenge(
            "middle_spot",
            "the middle spot",
            "With the LoG and the spots, choose σ so that the third spot is the "
            "darkest of the five.",
        ),
        Challenge(
            "slanted",
            "slanted stripes",
            "With a Gabor kernel, choose θ so that the slanted stripes answer most.",
        ),
    ),
    "ConvArithmetic": (
        Challenge(
            "halve",
            "half",
            "With a kernel of 3 and one layer, choose stride and padding so that 14 "
            "inputs become 7 outputs.",
        ),
        Challenge(
            "keep",
            "the same size",
            "With a kernel of 5, stride 1 and one layer, keep the size of the input.",
        ),
        Challenge(
            "see_fifteen",
            "see fifteen",
            "With kernels of 3 and no dilation, let one output see exactly 15 inputs.",
        ),
    ),
    "LearnKernel": (
        Challenge(
            "blind",
            "a blind picture",
            "Choose a picture from which the kernel cannot be learned, though nothing"
            " of the loss is left.",
        ),
    ),
}
"""The challenges of each figure, by the name of its class."""


# in pixels: by width on a telephone, the picture to find, and what brief tasks and verdicts spare
_HEIGHTS = {257: 303, 297: 283, 327: 257, 367: 257, 537: 230}
_TARGET, _BRIEF = 170, 20


class _ChallengesView(View):
    _esm = STATIC / "challenges.js"
    _css = STATIC / "challenges.css"

    kind = Unicode("").tag(sync=True)  # the figure's class
    figure = Instance(View).tag(sync=True, **widget_serialization)
    choices: "Dict[str, Any]" = Dict().tag(sync=True)  # what the figure's menus offer, by trait
    tasks: "List[Any]" = List().tag(sync=True)  # of [name, task]
    slips: "Dict[str, str]" = Dict().tag(sync=True)
    target = Bytes(b"").tag(sync=True)  # grey pixels of the picture that is to be found
    target_columns = Int(0).tag(sync=True)
    chosen = Int(0).tag(sync=True)
    done = Bool(False).tag(sync=True)
    words = Unicode("").tag(sync=True)
    solved: "List[str]" = List(Unicode()).tag(sync=True)


def _target(kernel: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the cat's eye as the kernel makes it, in grey bytes."""
    eye = data.cat(grey=True)[60:140, 110:230]
    return to_uint8(convolve(eye, kernel, mode="same", boundary="edge"))


def _choices(figure: LiveFigure) -> dict[str, list[str]]:
    """Return what each menu of a figure offers."""
    menus = getattr(figure, "menus", {})
    return {name: [value for _, value in control.options] for name, control in menus.items()}


class Challenges(LiveFigure):
    """Tasks for a live figure, checked while the reader sets it.

    Parameters
    ----------
    figure : LiveFigure
        One of those in `CHALLENGES`.

    Raises
    ------
    TypeError
        If `figure` is no live figure, or one without challenges.

    Examples
    --------
    >>> from convlib import live
    >>> lab = live.KernelLab()
    >>> challenges = Challenges(lab)
    >>> challenges.names
    ['this_picture', 'down', 'row_blur']
    >>> challenges.solved      # filled by the browser
    []
    """

    def __init__(self, figure: LiveFigure) -> None:
        kind = type(figure).__name__
        if kind not in CHALLENGES:
            raise TypeError(f"`figure` must be one of {', '.join(CHALLENGES)}; got {kind}")
        self._list = CHALLENGES[kind]
        titles = [challenge.title for challenge in self._list]
        self.menus = {"chosen": menu("Challenge", titles, titles[0])}
        view = _ChallengesView(
            kind=kind,
            figure=figure.view,
            choices=_choices(figure),
            tasks=[[challenge.name, challenge.task] for challenge in self._list],
            slips=SLIPS,
            **self._picture_to_find(),
        )
        self.link(self.menus["chosen"], view, "chosen")
        super().__init__(view, [self.row(*self.menus.values())], name="challenges")
        more = _TARGET if view.target_columns else 0
        less = _BRIEF if kind in ("FlipAndSlide", "SpectrumView") else 0
        self.room = (between({WIDE: 215}, more), between(_HEIGHTS, more - less))

    @property
    def alt(self) -> str:  # type: ignore[override]
        """The tasks, for someone who cannot see the still picture."""
        return " ".join(challenge.task for challenge in self._list)

    def _picture_to_find(self) -> dict[str, Any]:
        kernel = next((c.kernel for c in self._list if c.kernel is not None), None)
        if kernel is None:
            return {}
        pixels = _target(kernel)
        return {"target": pixels.tobytes(), "target_columns": pixels.shape[1]}

    @property
    def names(self) -> list[str]:
        """Names of the challenges."""
        return [challenge.name for challenge in self._list]

    @property
    def done(self) -> bool:
        """Whether the figure's present state solves the chosen challenge, as the browser found."""
        return self.view.done

    @property
    def words(self) -> str:
        """What the browser says of the present state: how far it is, and which slip it betrays."""
        return self.view.words

    @property
    def solved(self) -> list[str]:
        """Names of the challenges that have been solved so far."""
        return list(self.view.solved)

    @plots.style()
    def picture(self) -> Figure:
        """Return the tasks as text."""
        lines = [
            textwrap.fill(f"{number}. {challenge.task}", 88, subsequent_indent="    ")
            for number, challenge in enumerate(self._list, 1)
        ]
        text = "\n".join(["Challenges", *lines])
        figure, axes = plots.figure(height=0.25 * (text.count("\n") + 2))
        axes.text(0, 1, text, va="top", transform=axes.transAxes)
        axes.set_axis_off()
        return figure
