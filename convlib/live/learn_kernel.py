"""Learning a kernel from a picture before and after: every step of the descent, at a slider."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Bytes, Float, Int, List

from convlib import plots
from convlib._validate import finite_number
from convlib.discrete import correlate
from convlib.images import to_uint8
from convlib.kernels import KERNELS
from convlib.live._base import STATIC, LiveFigure, View, draw_kernel
from convlib.live._controls import FloatSlider, IntSlider, Play, SelectionSlider, chosen, menu
from convlib.live._descent import EXAMPLES, STARTS, STEPS, descend, examples, starts
from convlib.live._room import measured_room

__all__ = ["LearnKernel"]

SECRETS = ("emboss", "sharpen", "edge_detect", "sobel_x", "blur")
_HEIGHTS = (1001, 976, 819, 850, 860, 603, 632, 667, 684, 702)


class _LearnView(View):
    _esm = STATIC / "learn_kernel.js"
    _css = STATIC / "learn_kernel.css"

    secrets: "List[Any]" = List().tag(sync=True)  # of [name, nine values]
    starts: "List[Any]" = List().tag(sync=True)  # of nine values
    examples: "List[Any]" = List().tag(sync=True)  # of [name, rows, columns], as the pixels
    pixels = Bytes(b"").tag(sync=True)
    steps: "List[Any]" = List().tag(sync=True)
    secret = Int(0).tag(sync=True)
    example = Int(0).tag(sync=True)
    momentum = Float(0.0).tag(sync=True)
    start = Int(0).tag(sync=True)
    step = Int(0).tag(sync=True)


class LearnKernel(LiveFigure):
    """Watch gradient descent find a 3×3 kernel from a picture before and after it.

    The descent takes 1000 steps with learning rate 0.5, as in the chapter on learning a kernel,
    and runs again in the browser whenever a control other than the step is moved.

    Parameters
    ----------
    secret : {"emboss", "sharpen", "edge_detect", "sobel_x", "blur"}
        The kernel to be found, from `convlib.kernels.KERNELS`, applied by cross-correlation.
    example : {"cat", "noise", "stripes", "constant"}
        The picture before.
    momentum : float, default 0.98
        Share of the step before that each step keeps, from 0 to 0.99.
    start : int, default 0
        Which kernel the descent starts from: 0 is nine zeros, 1 to 39 are random.
    step : int, default 100
        The step that is shown, one of those in `steps`.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = LearnKernel(secret="sharpen", step=1000)
    >>> figure.kernel.round(1) + 0
    array([[ 0., -1.,  0.],
           [-1.,  5., -1.],
           [ 0., -1.,  0.]])
    >>> figure.example = "stripes"   # nothing lost, and yet the wrong kernel
    >>> bool(figure.losses[-1] < 1e-6), bool(figure.mistake > 1)
    (True, True)
    """

    alt = (
        "A picture before, after a secret kernel and after the learned kernel; the nine values of "
        "both kernels; and the loss falling over a thousand steps."
    )
    room = measured_room(_HEIGHTS)
    steps = STEPS

    def __init__(
        self,
        *,
        secret: str = "emboss",
        example: str = "cat",
        momentum: float = 0.98,
        start: int = 0,
        step: int = 100,
    ) -> None:
        pictures = examples()
        view = _LearnView(
            secrets=[[name, KERNELS[name].ravel().tolist()] for name in SECRETS],
            starts=starts().reshape(STARTS, 9).tolist(),
            examples=[[name, *picture.shape] for name, picture in pictures.items()],
            pixels=b"".join(picture.tobytes() for picture in pictures.values()),
            steps=list(STEPS),
        )
        self.menus = {
            "secret": menu("Secret kernel", SECRETS, SECRETS[0]),
            "example": menu("Picture to learn from", EXAMPLES, EXAMPLES[0]),
        }
        self._build()
        self.secret, self.example, self.momentum = secret, example, momentum
        self.start, self.step = start, step
        traits = {"momentum": self._momentum, "start": self._start, "step": self._step}
        for trait, control in {**self.menus, **traits}.items():
            self.link(control, view, trait)
        settings = self.row(*self.menus.values(), self._momentum, self._start)
        super().__init__(view, [settings, self.row(self._play, self._step)], name="learn-kernel")

    def _build(self) -> None:
        self._momentum = FloatSlider(min=0, max=0.99, step=0.01, description="Momentum")
        self._start = IntSlider(
            max=STARTS - 1,
            description="Start (0: zeros)",
            tooltip="start kernel: 0 is nine zeros, the others are random",
        )
        self._step = SelectionSlider(options=STEPS, description="Step of training")
        last = len(STEPS) - 1
        self._play = Play(
            min=0, max=last, interval=250, show_repeat=False, tooltip="play the training"
        )
        self._step.tie("index", self._play, "value")

    secret = chosen("secret", SECRETS, "The kernel to be found.")
    example = chosen("example", EXAMPLES, "The picture before.")

    @property
    def momentum(self) -> float:
        """Share of the step before that each step keeps."""
        return self._momentum.value

    @momentum.setter
    def momentum(self, value: float) -> None:
        number = finite_number(value, "momentum")
        if not 0 <= number <= 0.99:
            raise ValueError(f"`momentum` must be from 0 to 0.99; got {value!r}")
        self._momentum.value = number

    @property
    def start(self) -> int:
        """Number of the kernel that the descent starts from; 0 is nine zeros."""
        return self._start.value

    @start.setter
    def start(self, value: int) -> None:
        self._start.value = _one_of(value, "start", range(STARTS))

    @property
    def step(self) -> int:
        """The step of training that is shown."""
        return self._step.value

    @step.setter
    def step(self, value: int) -> None:
        self._step.value = _one_of(value, "step", STEPS)

    @property
    def history(self) -> NDArray[np.float64]:
        """The kernel after 0 to 1000 steps, shape (1001, 3, 3)."""
        return descend(self.example, self.secret, self.momentum, self.start)[0].copy()

    @property
    def losses(self) -> NDArray[np.float64]:
        """Half the mean squared error after 0 to 1000 steps, shape (1001,)."""
        return descend(self.example, self.secret, self.momentum, self.start)[1].copy()

    @property
    def kernel(self) -> NDArray[np.float64]:
        """The kernel after `step` steps, shape (3, 3)."""
        return self.history[self.step]

    @property
    def mistake(self) -> float:
        """Largest difference between a value of `kernel` and of the secret one."""
        return float(np.abs(self.kernel - KERNELS[self.secret]).max())

    @property
    def before(self) -> NDArray[np.float64]:
        """The picture to learn from, brightness from 0 to 1, shape (H, W)."""
        return examples()[self.example] / 255

    @property
    def result(self) -> NDArray[np.floating]:
        """The picture before, correlated with `kernel`, shape (H - 2, W - 2); not clipped."""
        return correlate(self.before, self.kernel, mode="valid")

    @property
    def drawn(self) -> NDArray[np.uint8]:
        """The result as on the screen; 0 is middle grey where the secret kernel sums to 0."""
        return self._bytes(self.result)

    def _bytes(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        return to_uint8(values if KERNELS[self.secret].sum() > 0.5 else 0.5 + values / 2)

    @plots.style()
    def picture(self) -> Figure:
        """Return pictures, kernels and losses drawn by Matplotlib."""
        figure, axes = plots.figure(2, 3, height=4.2)
        secret = KERNELS[self.secret]
        goal = self._bytes(correlate(self.before, secret, mode="valid"))
        for ax, pixels, title in zip(
            axes[0],
            (to_uint8(self.before), goal, self.drawn),
            ("before", "after: the goal", f"learned, step {self.step}"),
            strict=True,
        ):
            plots.bare(ax, title).imshow(pixels, cmap="gray", vmin=0, vmax=255)
        kernels = {"learned": self.kernel, "secret": secret}
        for ax, (title, kernel) in zip(axes[1], kernels.items(), strict=False):
            draw_kernel(ax, kernel, title)
        axes[1, 2].loglog(np.arange(1, len(self.losses) + 1), self.losses)
        axes[1, 2].plot(self.step + 1, self.losses[self.step], "o", color=plots.COLOURS["red"])
        axes[1, 2].set(title="loss", xlabel="step + 1")
        return figure


def _one_of(value: Any, name: str, allowed: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"`{name}` must be a whole number; got {value!r}")
    if value not in allowed:
        raise ValueError(f"`{name}` must be one of {list(allowed)}; got {value!r}")
    return int(value)
