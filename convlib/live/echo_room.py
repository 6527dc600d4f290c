"""A room made of echoes: its impulse response by sliders, to see and to hear."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Float, Int

from convlib import data, plots
from convlib._validate import finite_number
from convlib.discrete import convolve
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import FloatSlider, IntSlider, chosen, dialled, menu
from convlib.live._room import measured_room

__all__ = ["EchoRoom"]

SOUNDS = ("pluck", "three_notes", "click")
SECONDS = 1.5  # length of the impulse response; later echoes are left out
FAINT = 0.001  # weaker echoes (60 decibels down) are left out

_NOTES = (262.0, 330.0, 392.0)  # hertz: C, E, G
_HEIGHTS = (753, 724, 704, 685, 664, 547, 527, 527, 527, 527)


class _EchoView(View):
    _esm = STATIC / "echo_room.js"
    _css = STATIC / "echo_room.css"

    sound = Int(0).tag(sync=True)
    direct, echo, decay = (Float(0.0).tag(sync=True) for _ in range(3))
    delay = Int(1).tag(sync=True)


def _note(frequency: float) -> NDArray[np.float64]:
    """Return a string of 0.8 seconds; the last twentieth of a second fades, lest it click."""
    note = data.pluck(frequency, 0.8)
    return note * np.minimum(np.arange(len(note), 0, -1) / 800, 1)


def _strength(label: str, tooltip: str, largest: float = 1.0) -> FloatSlider:
    return FloatSlider(
        min=0.0, max=largest, step=0.01, description=label, tooltip=tooltip, readout_format=".2f"
    )


class EchoRoom(LiveFigure):
    """Build a room's impulse response by sliders, see it, and hear a sound in that room.

    The room answers a click with the click itself, an echo, and the echoes of the echo: at
    ``k * delay`` the strength is ``echo * decay**(k - 1)``, for k = 1, 2, ...

    Parameters
    ----------
    direct : float, default 1
        Strength of the sound that comes straight to the ear, 0 to 1.
    delay : int, default 250
        Milliseconds until the first echo, and from each echo to the next; 5 to 600
        in steps of 5.
    echo : float, default 0.6
        Strength of the first echo, 0 to 1.
    decay : float, default 0.5
        What is left of each echo in the next, 0 to 0.95; with 0 there is a single echo.
    sound : {"pluck", "three_notes", "click"}
        What is played in the room: a string, three strings one after the other, or an impulse.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> room = EchoRoom(delay=500, echo=0.5, decay=0.5)
    >>> at = np.flatnonzero(room.impulse_response)
    >>> (at / 16000).tolist(), room.impulse_response[at].tolist()
    ([0.0, 0.5, 1.0], [1.0, 0.5, 0.25])
    """

    alt = (
        "Three charts over the same seconds: the waveform of a plucked string, the impulse "
        "response of a room as stems that get shorter, and the string as it sounds in the room."
    )
    room = measured_room(_HEIGHTS)

    def __init__(
        self,
        *,
        direct: float = 1.0,
        delay: int = 250,
        echo: float = 0.6,
        decay: float = 0.5,
        sound: str = "pluck",
    ) -> None:
        view = _EchoView()
        self.menus = {"sound": menu("Sound", SOUNDS, SOUNDS[0])}
        self.sliders = {
            "direct": _strength("direct", "strength of the direct sound"),
            "delay": IntSlider(
                min=5, max=600, step=5, description="delay, ms", tooltip="delay in milliseconds"
            ),
            "echo": _strength("echo", "strength of the first echo"),
            "decay": _strength("next echo", "what is left of each echo in the next", 0.95),
        }
        self.sound = sound
        self.direct, self.delay, self.echo, self.decay = direct, delay, echo, decay
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        row = self.row(*self.menus.values(), *self.sliders.values())
        super().__init__(view, [row], name="echo-room")

    sound = chosen("sound", SOUNDS, "What is played in the room.")
    direct = dialled("direct", "Strength of the direct sound, 0 to 1.")
    _delay = dialled("delay", "")
    echo = dialled("echo", "Strength of the first echo, 0 to 1.")
    decay = dialled("decay", "What is left of each echo in the next, 0 to 0.95.")

    @property
    def delay(self) -> int:
        """Milliseconds from each echo to the next, 5 to 600 in steps of 5."""
        return self._delay

    @delay.setter
    def delay(self, milliseconds: int) -> None:
        if finite_number(milliseconds, "delay") % 5:  # the slider would show another number
            raise ValueError(f"`delay` must be a multiple of 5; got {milliseconds}")
        self._delay = milliseconds

    @property
    def dry(self) -> NDArray[np.float64]:
        """The sound with no room around it, at `convlib.data.SAMPLE_RATE`."""
        if self.sound == "click":
            return np.array([1.0])
        if self.sound == "pluck":
            return _note(220.0)
        notes = [_note(frequency) for frequency in _NOTES]
        gap, length = round(0.25 * data.SAMPLE_RATE), len(notes[0])
        sound = np.zeros(2 * gap + length)
        for k, note in enumerate(notes):
            sound[k * gap : k * gap + length] += note
        return 0.9 * sound / np.abs(sound).max()

    @property
    def impulse_response(self) -> NDArray[np.float64]:
        """The room's answer to a click: 1.5 seconds, at `convlib.data.SAMPLE_RATE`."""
        response = np.zeros(round(SECONDS * data.SAMPLE_RATE))
        response[0] = self.direct
        step = self.delay * data.SAMPLE_RATE // 1000
        strength = self.echo
        for at in range(step, len(response), step):
            if strength < FAINT:
                break
            response[at] = strength
            strength *= self.decay
        return response

    @property
    def heard(self) -> NDArray[np.floating]:
        """The sound in the room: `dry` and `impulse_response` convolved by `convlib.convolve`."""
        return convolve(self.dry, self.impulse_response)

    @plots.style()
    def picture(self) -> Figure:
        """Return the dry sound, the impulse response and the sound in the room, over seconds."""
        figure, axes = plots.figure(3, 1, height=4.2, sharex=True)
        names = ("the sound, x", "impulse response of the room, h", "the sound in the room, x * h")
        response = self.impulse_response
        echoes = np.flatnonzero(response)
        for ax, samples, colour in ((axes[0], self.dry, "blue"), (axes[2], self.heard, "black")):
            seconds = np.arange(len(samples)) / data.SAMPLE_RATE
            draw = ax.vlines if len(samples) == 1 else ax.plot
            values = (0, samples) if len(samples) == 1 else (samples,)
            draw(seconds, *values, color=plots.COLOURS[colour], linewidth=0.6)
        axes[1].vlines(echoes / data.SAMPLE_RATE, 0, response[echoes], color=plots.COLOURS["red"])
        axes[1].plot(
            echoes / data.SAMPLE_RATE, response[echoes], "o", color=plots.COLOURS["red"], ms=4
        )
        axes[1].set_ylim(-0.05, 1.1)
        axes[2].set_xlabel("time in seconds")
        for ax, name in zip(axes, names, strict=True):
            ax.set_title(name, loc="left")
            ax.axhline(0, color=plots.COLOURS["grey"], linewidth=0.6)
        return figure
