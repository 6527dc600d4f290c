"""A pad to draw on, and the network's answer: its first feature maps and ten probabilities."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from ipywidgets import widget_serialization
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Instance, Int, List

from convlib import plots
from convlib._validate import at_least, real_array
from convlib.images import to_uint8
from convlib.live._base import STATIC, LiveFigure
from convlib.live._controls import chosen, dialled, menu
from convlib.live._room import between
from convlib.live._shared import (
    HeldOut,
    NetworkView,
    Shared,
    draw_probabilities,
    numbers_of,
    received,
    share,
    shared_traits,
    slider,
)

__all__ = ["DrawDigit", "prepare"]

DRAWING = "my drawing"
DIGITS = (DRAWING, *"0123456789")
CENTRE = 14  # MNIST puts the centre of mass here, in both directions
BOX = 20  # and the longer side of the ink is this many pixels
# in pixels: by width on a telephone, with the slider of the stages; and what that one takes
_HEIGHTS = {257: 1290, 297: 1341, 327: 1341, 367: 1306, 537: 1433}
_STAGES = 125


def prepare(drawing: ArrayLike) -> NDArray[np.float64]:
    """Return a drawing as the MNIST collection would show it.

    The ink is scaled until its longer side is 20 pixels, and shifted until its centre of mass is
    in the middle of the picture. Both are one linear interpolation, wide enough to smooth where
    the drawing shrinks.

    Parameters
    ----------
    drawing : array_like, shape (28, 28)
        From 0 (paper) to 1 (ink).

    Returns
    -------
    ndarray, shape (28, 28)
        All zeros if there is no ink.

    Examples
    --------
    >>> drawing = np.zeros((28, 28))
    >>> drawing[3:13, 2] = 1
    >>> np.flatnonzero(prepare(drawing).any(axis=1))[[0, -1]].tolist()
    [4, 24]
    """
    drawing = real_array(drawing, "drawing", ndim=2)
    rows, columns = (np.flatnonzero(drawing.any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return np.zeros((28, 28))
    scale = BOX / max(np.ptp(rows) + 1, np.ptp(columns) + 1)
    down, across = (
        _resampling(drawing.sum(axis=axis) @ np.arange(28) / drawing.sum(), scale)
        for axis in (1, 0)
    )
    return down @ drawing @ across.T


def _resampling(middle: float, scale: float) -> NDArray[np.float64]:
    """Return how much of each old line (column) goes into each new one (row), (28, 28)."""
    places = (np.arange(28) - CENTRE) / scale + middle
    lines = np.arange(-28, 56)  # the paper goes on beyond the border
    tents = np.maximum(0, 1 - np.abs(lines - places[:, None]) / max(1, 1 / scale))
    totals = tents.sum(axis=1, keepdims=True)
    return (tents / np.where(totals > 0, totals, 1))[:, 28:56]


def _packed(stages: Sequence[Any], last: dict[str, NDArray[np.float32]]) -> bytes:
    """Return the numbers of networks, one after the other, as float16."""
    found = [numbers_of(model) for model in stages]
    for numbers in found:
        if [array.shape for array in numbers.values()] != [array.shape for array in last.values()]:
            raise ValueError("`stages` must be stages of `model`; got another network")
    arrays = [array for numbers in found for array in numbers.values()]
    return b"".join(array.astype("<f2").tobytes() for array in arrays)


class _DrawView(NetworkView):
    shares: ClassVar[tuple[str, ...]] = (*NetworkView.shares, "stages")
    _esm = STATIC / "draw_digit.js"
    _css = STATIC / "draw_digit.css"

    stages = Instance(Shared).tag(sync=True, **widget_serialization)
    accuracies: "List[Any]" = List().tag(sync=True)  # of the stages, on the held-out digits
    stage = Int(0).tag(sync=True)
    ink = received(bytes(784))
    digit = Int(0).tag(sync=True)
    example = Int(0).tag(sync=True)


class DrawDigit(LiveFigure):
    """Draw a digit, or choose one that the network never saw, and watch the network answer.

    A drawing is scaled and centred first, see `prepare`. A held-out digit is used as it is.

    Parameters
    ----------
    model : torch.nn.Module
        A network made by `convlib.networks.tiny_cnn`, usually trained.
    images, labels : array_like, optional
        Digits to choose from, (n, 28, 28) from 0 to 1 and (n,), at least one of each; kept with
        8 bits. Without them the test digits of `convlib.data.digits`.
    stages : sequence of torch.nn.Module, optional
        The same network before its training and after each epoch, the last one as `model`, see
        `convlib.networks.train`. A slider then goes through them. They are kept with 16 bits.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> from convlib import networks
    >>> figure = DrawDigit(networks.tiny_cnn())
    >>> figure.digit = "7"
    >>> figure.image.shape, figure.feature_maps.shape, figure.probabilities.shape
    ((28, 28), (8, 26, 26), (10,))
    """

    alt = "A digit on a pad, the feature maps of the first layer, and ten bars of probability."
    room = ("calc(474px + 4.6cqi)", between(_HEIGHTS, -_STAGES))

    def __init__(
        self,
        model: Any,
        images: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        *,
        stages: Sequence[Any] = (),
    ) -> None:
        numbers = numbers_of(model)
        self._stages = [*stages[:-1], model]
        self._held_out = HeldOut(images, labels)
        counts = np.bincount(self._held_out.labels, minlength=10)
        if counts.min() == 0:
            raise ValueError(f"`labels` must hold every digit; got {counts.tolist()} of each")
        view = _DrawView(
            **shared_traits(numbers, self._held_out),
            stages=share(_packed(stages[:-1], numbers), on_demand=True),
            accuracies=[self._accuracy(one) for one in stages],
        )
        self.menus = {"digit": menu("Digit", DIGITS, "3")}
        self.sliders = {"example": slider("Example", counts.min())}
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        rows = [self.row(self.menus["digit"], self.sliders["example"])]
        if stages:
            self.sliders["stage"] = slider("Epoch of the training", len(stages))
            self.sliders["stage"].value = len(stages) - 1
            self.link(self.sliders["stage"], view, "stage")
            rows.append(self.row(self.sliders["stage"]))
            self.room = ("calc(539px + 4.6cqi)", between(_HEIGHTS))
        super().__init__(view, rows, name="draw-digit")

    digit = chosen("digit", DIGITS, 'Either "my drawing", or "0" to "9" for a held-out digit.')
    example = dialled("example", "Which held-out example of the digit is shown, from 0.")

    @property
    def stage(self) -> int:
        """After how many epochs the network answers; the last one if no stages were given."""
        return self.sliders["stage"].value if "stage" in self.sliders else 0

    @stage.setter
    def stage(self, epochs: int) -> None:
        number = at_least(epochs, "stage", 0, most=len(self._stages) - 1)
        if "stage" in self.sliders:
            self.sliders["stage"].value = number

    @property
    def _model(self) -> Any:
        return self._stages[self.stage]

    def _accuracy(self, model: Any) -> float:
        from convlib import networks

        return networks.accuracy(model, self._held_out.images, self._held_out.labels)

    @property
    def drawing(self) -> NDArray[np.float64]:
        """What was drawn on the pad, shape (28, 28), 0 to 1 in steps of 1/255."""
        return np.frombuffer(self.view.ink, np.uint8).reshape(28, 28) / 255

    @drawing.setter
    def drawing(self, values: ArrayLike) -> None:
        drawing = real_array(values, "drawing", ndim=2)
        if drawing.shape != (28, 28):
            raise ValueError(f"`drawing` must have shape (28, 28); got {drawing.shape}")
        if not (drawing.min() >= 0 and drawing.max() <= 1):
            raise ValueError(
                f"`drawing` must be between 0 and 1; got {drawing.min():g} to {drawing.max():g}"
            )
        self.view.ink = to_uint8(drawing).tobytes()
        self.digit = DRAWING

    @property
    def image(self) -> NDArray[np.float64]:
        """What the network gets: the prepared drawing, or a held-out digit; (28, 28)."""
        if self.digit == DRAWING:
            return prepare(self.drawing)
        places = np.flatnonzero(self._held_out.labels == int(self.digit))
        return self._held_out.images[places[self.example % len(places)]].astype(np.float64)

    @property
    def feature_maps(self) -> NDArray[np.float32]:
        """The first layer's answers, shape (kernels, 26, 26), by PyTorch."""
        from convlib import networks

        return networks.feature_maps(self._model, self.image)

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """The probability of each digit, shape (10,), by PyTorch."""
        from convlib import networks

        return networks.probabilities(self._model, self.image[None])[0]

    @plots.style()
    def picture(self) -> Figure:
        """Return digit, feature maps and probabilities, drawn by Matplotlib."""
        figure, axes = plots.figure(height=2.6)
        axes.set_axis_off()
        parts: Any = figure.subfigures(1, 3, width_ratios=[2, 4, 2.4])
        digit, maps, chances = parts
        plots.bare(digit.subplots(), "digit").imshow(self.image, cmap="gray", vmin=0, vmax=1)
        answers = self.feature_maps
        grid = maps.subplots(2, -(-len(answers) // 2), squeeze=False)
        for place in grid.flat:
            place.set_axis_off()
        for place, one in zip(grid.flat, answers, strict=False):
            place.imshow(one, cmap=plots.SIGNED, **plots.signed_limits(answers))
        maps.suptitle("feature maps of the first layer", fontsize="medium")
        draw_probabilities(chances.subplots(), self.probabilities)
        return figure
