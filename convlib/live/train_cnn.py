"""A network with one convolutional layer that learns digits in the reader's browser."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import widget_serialization
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Bool, Float, Instance, Int, List

from convlib import data, plots
from convlib.live._base import STATIC, LiveFigure
from convlib.live._controls import (
    FloatSlider,
    IntSlider,
    SelectionSlider,
    ToggleButton,
    chosen,
    dialled,
    menu,
)
from convlib.live._shared import HeldOut, Shared, SharingView, received, share

__all__ = ["Run", "TrainCNN"]

LAYERS = (1, 4)
NETWORKS = ("one layer", "four layers")
COUNTS = (1, 2, 4, 8, 16)
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
EPOCHS = 6
SEEDS = 20
SIZE = 7


class Run(NamedTuple):
    """A run that `TrainCNN` keeps for comparison."""

    layers: int
    """Number of convolutional layers, 1 or 4."""
    kernels: int
    """Number of kernels in the first of them."""
    rate: float
    """Largest learning rate."""
    seed: int
    """Seed of the random start and of the order of the digits."""
    epochs: float
    """How far it came, at most 6."""
    accuracy: float | None
    """Share of the held-out digits read rightly when they were read last, 0 to 1."""


def random_numbers(seed: int, count: int) -> NDArray[np.float64]:
    """Return random numbers from 0 to below 1, the same as in the browser, shape (count,).

    The generator is "mulberry32" by Tommy Ettinger, in the public domain.

    Examples
    --------
    >>> random_numbers(0, 2).round(4).tolist()
    [0.2664, 0.0003]
    """
    state = (seed + 0x6D2B79F5 * np.arange(1, count + 1, dtype=np.uint64)) & 0xFFFFFFFF
    mixed = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
    mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 14)) / 2**32


def starting_kernels(count: int, seed: int) -> NDArray[np.float32]:
    """Return the random kernels that a run starts from, shape (count, 7, 7)."""
    numbers = (2 * random_numbers(seed, SIZE**2 * count) - 1) / SIZE
    return numbers.astype(np.float32).reshape(count, SIZE, SIZE)


class _TrainView(SharingView):
    _esm = STATIC / "train_cnn.js"
    _css = STATIC / "train_cnn.css"

    digits = Instance(Shared).tag(sync=True, **widget_serialization)
    learned_from = Int(0).tag(sync=True)
    held_out = Int(0).tag(sync=True)
    counts: "List[Any]" = List(list(COUNTS)).tag(sync=True)
    rates: "List[Any]" = List(list(RATES)).tag(sync=True)
    network = Int(0).tag(sync=True)
    count = Int(0).tag(sync=True)
    rate = Int(0).tag(sync=True)
    seed = Int(0).tag(sync=True)
    running = Bool(False).tag(sync=True)
    epoch = Float(0.0).tag(sync=True)
    points: "List[Any]" = List().tag(sync=True)  # of [step, loss, accuracy]
    runs: "List[Any]" = List().tag(sync=True)  # of what a Run holds
    shown = received(b"")  # float32: the kernels that are shown; empty before any training


class TrainCNN(LiveFigure):
    """Train a network on handwritten digits in the browser, and watch its first kernels form.

    One convolutional layer: kernels of 7×7 with padding 1, the largest of each 4×4 answers, ReLU,
    and one weighted sum for each digit, as `convlib.networks.one_layer_cnn`. Or four of them, as
    `convlib.networks.tiny_cnn`. Adam in batches of 32, for 6 epochs. The learning rate rises during
    the first fifth of the steps, and then falls to nothing. Nothing is said to the kernels about
    smoothness, and no picture is distorted.

    What is learned comes from the browser: without one, `history` stays empty. Runs stay for
    comparison until the figure is closed.

    Parameters
    ----------
    layers : {1, 4}
        Number of convolutional layers.
    count : {1, 2, 4, 8, 16}
        Number of kernels in the first of them.
    rate : {0.0003, 0.001, 0.003, 0.01, 0.03, 0.1}
        Largest learning rate.
    seed : int, default 0
        Random start and order of the digits, 0 to 20.
    digits : tuple, optional
        Pictures to learn from and their labels, held-out pictures and theirs, which only measure
        accuracy; (n, 28, 28) from 0 to 1 and (n,), kept with 8 bits. Without them
        `convlib.data.practice_digits`, none of which is a test digit.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = TrainCNN(count=4)
    >>> figure.kernels.shape, figure.history.shape, figure.runs
    ((4, 7, 7), (0, 3), [])
    """

    alt = "The kernels of a network before its training, and empty charts of loss and accuracy."
    # kernels beside the charts, or above them; more where menu and sliders need two lines
    room = (
        "calc(375px + min(304px, 40cqi - 8px))",
        "calc(366px + min(304px, 100cqi) + min(444px, 92.57cqi)"
        " + clamp(0px, 99 * (516px - 100cqi), 60px))",
    )

    def __init__(
        self,
        *,
        layers: int = 1,
        count: int = 8,
        rate: float = 0.01,
        seed: int = 0,
        digits: Sequence[ArrayLike] | None = None,
    ) -> None:
        parts = data.practice_digits() if digits is None else digits
        learned_from, held_out, packed = _packed(parts)
        view = _TrainView(
            digits=share(packed, on_demand=True), learned_from=learned_from, held_out=held_out
        )
        self._build()
        self.layers, self.count, self.rate, self.seed = layers, count, rate, seed
        controls = {**self.menus, **self.sliders, "running": self._running}
        for trait, control in controls.items():
            self.link(control, view, trait)
        settings = self.row(*self.menus.values(), self.sliders["rate"], self.sliders["seed"])
        super().__init__(
            view, [settings, self.row(self._running, self.sliders["epoch"])], name="train"
        )

    def _build(self) -> None:
        self.menus = {
            "network": menu("Network", NETWORKS, NETWORKS[0]),
            "count": menu("First kernels", [str(n) for n in COUNTS], "8"),
        }
        self.sliders = {
            "rate": SelectionSlider(options=RATES, description="Learning rate"),
            "seed": IntSlider(max=SEEDS, description="Random start"),
            "epoch": FloatSlider(
                max=EPOCHS,
                step=0.1,
                description="Epoch",
                tooltip="look back: epoch",
                readout_format=".1f",
            ),
        }
        self._running = ToggleButton(description="Train", tooltip="train, or pause")

    seed = dialled("seed", "Which random start and order of the digits, 0 to 20.")
    epoch = dialled("epoch", "Which moment of the present run is shown, 0 to 6.")
    _count = chosen("count", [str(n) for n in COUNTS], "")

    @property
    def layers(self) -> int:
        """Number of convolutional layers of the present run, 1 or 4."""
        return LAYERS[self.menus["network"].index]

    @layers.setter
    def layers(self, value: int) -> None:
        self.menus["network"].index = LAYERS.index(_one_of(value, "layers", LAYERS))

    @property
    def count(self) -> int:
        """Number of kernels in the first layer of the present run."""
        return int(self._count)

    @count.setter
    def count(self, value: int) -> None:
        self._count = str(_one_of(value, "count", COUNTS))

    @property
    def rate(self) -> float:
        """Largest learning rate of the present run."""
        return self.sliders["rate"].value

    @rate.setter
    def rate(self, value: float) -> None:
        self.sliders["rate"].value = _one_of(value, "rate", RATES)

    @property
    def running(self) -> bool:
        """Whether it trains just now; assign to start and to pause."""
        return self._running.value

    @running.setter
    def running(self, value: bool) -> None:
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"`running` must be True or False; got {value!r}")
        self._running.value = bool(value)

    @property
    def kernels(self) -> NDArray[np.float32]:
        """The kernels that are shown, shape (count, 7, 7)."""
        shown = np.frombuffer(self.view.shown, "<f4").astype(np.float32)
        if len(shown) != self.count * SIZE**2:  # nothing was trained with these settings
            return starting_kernels(self.count, self.seed)
        return shown.reshape(-1, SIZE, SIZE)

    @property
    def history(self) -> NDArray[np.float64]:
        """The present run, shape (n, 3): step, mean loss since the row before, and accuracy.

        The accuracy is the share of the held-out digits read rightly, NaN where it was not
        measured; so is the loss before the first step.
        """
        rows = np.array(self.view.points, dtype=np.float64)
        return rows.reshape(-1, 3)

    @property
    def runs(self) -> list[Run]:
        """All runs since the figure was made, the present one last."""
        return [Run(*run) for run in self.view.runs]

    @plots.style()
    def picture(self) -> Figure:
        """Return kernels, losses and accuracies drawn by Matplotlib."""
        figure, axes = plots.figure(height=3.2)
        axes.set_axis_off()
        parts: Any = figure.subfigures(1, 2, width_ratios=[2, 3])
        left, right = parts
        side = int(np.ceil(np.sqrt(self.count)))
        grid = left.subplots(side, side, squeeze=False)
        for place in grid.flat:
            place.set_axis_off()
        for place, kernel in zip(grid.flat, self.kernels, strict=False):
            place.imshow(kernel, cmap=plots.SIGNED, **plots.signed_limits(kernel))
        left.suptitle(f"kernels at epoch {self.epoch:g}", fontsize="medium")
        loss, rightly = right.subplots(2, 1, sharex=True)
        batches = -(-self.view.learned_from // 32)
        step, losses, accuracies = self.history.T
        loss.semilogy(step / batches, losses)
        measured = np.isfinite(accuracies)
        rightly.plot((step / batches)[measured], accuracies[measured])
        loss.set(title="loss", ylim=(0.01, 3))
        rightly.set(title="share of held-out digits read rightly", ylim=(0.6, 1), xlim=(0, EPOCHS))
        rightly.set_xlabel("epoch")
        return figure


def _packed(digits: Sequence[ArrayLike]) -> tuple[int, int, bytes]:
    """Return how many digits are learned from, how many are held out, and all of them packed."""
    if len(digits) != 4:
        raise ValueError(
            f"`digits` must be images, labels, and the held-out ones; got {len(digits)} parts"
        )
    learned, held_out = HeldOut(*digits[:2]), HeldOut(*digits[2:])
    images = np.concatenate([learned.images, held_out.images])
    labels = np.concatenate([learned.labels, held_out.labels])
    return len(learned.labels), len(held_out.labels), HeldOut(images, labels).packed()


def _one_of(value: Any, name: str, allowed: tuple[Any, ...]) -> Any:
    if isinstance(value, bool) or value not in allowed:
        raise ValueError(f"`{name}` must be one of {list(allowed)}; got {value!r}")
    return allowed[allowed.index(value)]
