"""A pad to draw on, and the network's answer: its first feature maps and ten probabilities."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Int

from convlib import plots
from convlib._validate import real_array
from convlib.images import to_uint8
from convlib.live._base import STATIC, LiveFigure
from convlib.live._controls import chosen, dialled, menu
from convlib.live._shared import (
    HeldOut,
    NetworkView,
    draw_probabilities,
    numbers_of,
    received,
    shared_traits,
    slider,
)

__all__ = ["DrawDigit", "prepare"]

DRAWING = "my drawing"
DIGITS = (DRAWING, *"0123456789")
CENTRE = 14  # MNIST puts the centre of mass here, in both directions
BOX = 20  # and the longer side of the ink is this many pixels


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


class _DrawView(NetworkView):
    _esm = STATIC / "draw_digit.js"
    _css = STATIC / "draw_digit.css"

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
    room = ("calc(345px + 21cqi)", "calc(955px + 70cqi)")

    def __init__(
        self, model: Any, images: ArrayLike | None = None, labels: ArrayLike | None = None
    ) -> None:
        numbers = numbers_of(model)
        self._model = model
        self._held_out = HeldOut(images, labels)
        counts = np.bincount(self._held_out.labels, minlength=10)
        if counts.min() == 0:
            raise ValueError(f"`labels` must hold every digit; got {counts.tolist()} of each")
        view = _DrawView(**shared_traits(numbers, self._held_out))
        self.menus = {"digit": menu("Digit", DIGITS, "3")}
        self.sliders = {"example": slider("Example", counts.min())}
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        row = self.row(self.menus["digit"], self.sliders["example"])
        super().__init__(view, [row], name="draw-digit")

    digit = chosen("digit", DIGITS, 'Either "my drawing", or "0" to "9" for a held-out digit.')
    example = dialled("example", "Which held-out example of the digit is shown, from 0.")

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
