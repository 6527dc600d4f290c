"""The first kernels of a trained network, to be changed, and what becomes of its answers."""

from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from traitlets import Float, Int, List

from convlib import plots
from convlib._validate import at_least, real_array
from convlib.live._base import STATIC, LiveFigure
from convlib.live._controls import FloatSlider, chosen, dialled, menu
from convlib.live._recipes import (
    LEARNED,
    NEUTRAL,
    REPLACEMENTS,
    SIZE,
    TURNS,
    library,
    tampered,
)
from convlib.live._room import between
from convlib.live._shared import (
    HeldOut,
    NetworkView,
    draw_probabilities,
    numbers_of,
    received,
    shared_traits,
    slider,
)

__all__ = ["TamperCNN"]

_HEIGHTS = {257: 1338, 297: 1356, 327: 1360, 367: 1380, 537: 1333}  # by width on a telephone


class _TamperView(NetworkView):
    _esm = STATIC / "tamper_cnn.js"
    _css = STATIC / "tamper_cnn.css"

    base = received(b"")  # float32; empty for the learned kernels
    library: "List[Any]" = List().tag(sync=True)  # what replaces a kernel: 49 values each
    recipes: "List[Any]" = List().tag(sync=True)  # for each kernel, as NEUTRAL
    right: "List[Any]" = List().tag(sync=True)  # of each digit, with the learned kernels
    kernel = Int(0).tag(sync=True)
    replace = Int(0).tag(sync=True)
    turn = Int(0).tag(sync=True)
    blur = Float(0.0).tag(sync=True)
    gain = Float(1.0).tag(sync=True)
    example = Int(0).tag(sync=True)


def _dial(label: str, low: float, high: float, value: float) -> FloatSlider:
    return FloatSlider(
        min=low, max=high, value=value, step=0.1, description=label, readout_format=".1f"
    )


class TamperCNN(LiveFigure):
    """Change the first kernels of a network and watch its answers and its accuracy.

    Each kernel has a recipe: what it is replaced by, how it is turned, blurred and multiplied,
    in this order. The controls show and change the recipe of the chosen kernel. A replacement is
    made as strong (the same root of the sum of squares) as the kernel that it replaces.

    Parameters
    ----------
    model : torch.nn.Module
        A network made by `convlib.networks.tiny_cnn` with kernels of 7×7, usually trained.
    images, labels : array_like, optional
        Digits to be judged on, (n, 28, 28) from 0 to 1 and (n,); kept with 8 bits. Without them
        the test digits of `convlib.data.digits`.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> from convlib import networks
    >>> tamper = TamperCNN(networks.tiny_cnn())
    >>> tamper.kernel = 3
    >>> tamper.gain = 0
    >>> bool(tamper.kernels[3].any()), bool(tamper.kernels[2].any())
    (False, True)
    """

    alt = "The eight first kernels, a digit and a feature map, the probabilities and the accuracy."
    room = ("calc(448px + 32cqi)", between(_HEIGHTS))

    def __init__(
        self, model: Any, images: ArrayLike | None = None, labels: ArrayLike | None = None
    ) -> None:
        numbers = numbers_of(model)
        self.learned = numbers["first.weight"][:, 0].copy()
        if self.learned.shape[1:] != (SIZE, SIZE):
            raise ValueError(f"`model` must have 7×7 kernels; got {self.learned.shape[1:]}")
        self._model = model
        self._held_out = HeldOut(images, labels)
        view = _TamperView(
            **shared_traits(numbers, self._held_out),
            library=library().reshape(-1, SIZE * SIZE).tolist(),
            recipes=[list(NEUTRAL) for _ in self.learned],
            right=self._right(),
        )
        names = [f"kernel {k}" for k in range(len(self.learned))]
        self.menus = {
            "kernel": menu("Kernel", names, names[0]),
            "replace": menu("Replaced by", REPLACEMENTS, LEARNED),
            "turn": menu("Turned", TURNS, TURNS[0]),
        }
        self.sliders = {
            "gain": _dial("Gain", -2, 2, 1),
            "blur": _dial("Blur", 0, 2, 0),
            "example": slider("Held-out digit", len(self._held_out.labels)),
        }
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        super().__init__(view, self._rows(), name="tamper")
        self.menus["kernel"].observe(self._kernel_chosen, "index")
        for name in ("replace", "turn", "gain", "blur"):
            control = {**self.menus, **self.sliders}[name]
            control.observe(self._control_moved, "index" if name in self.menus else "value")

    def _rows(self) -> list[widgets.Box]:
        return [self.row(*self.menus.values()), self.row(*self.sliders.values())]

    def _kernel_chosen(self, change: Any) -> None:
        if not change["owner"].from_browser:
            self._show(self.view.recipes[change["new"]])

    def _control_moved(self, change: Any) -> None:
        if change["owner"].from_browser or self._showing:
            return
        recipes = [list(recipe) for recipe in self.view.recipes]
        recipes[self.menus["kernel"].index] = self._recipe()
        self.view.recipes = recipes

    _showing = False

    def _show(self, recipe: Any) -> None:
        """Set the controls to the recipe of the chosen kernel."""
        self._showing = True
        try:
            self.menus["replace"].index, self.menus["turn"].index = recipe[:2]
            self.sliders["blur"].value, self.sliders["gain"].value = recipe[2:]
        finally:
            self._showing = False

    def _recipe(self) -> list[float]:
        menus, sliders = self.menus, self.sliders
        return [menus["replace"].index, menus["turn"].index,
                sliders["blur"].value, sliders["gain"].value]  # fmt: skip

    replace = chosen("replace", REPLACEMENTS, 'What stands in for the chosen kernel, or "learned".')
    turn = chosen("turn", TURNS, "How the chosen kernel is turned, counter-clockwise.")
    gain = dialled("gain", "The chosen kernel is multiplied by this, -2 to 2.")
    blur = dialled("blur", "Standard deviation of a bell that blurs the chosen kernel, 0 to 2.")
    example = dialled("example", "Which held-out digit is shown, from 0.")

    @property
    def kernel(self) -> int:
        """Which kernel the controls change, from 0."""
        return self.menus["kernel"].index

    @kernel.setter
    def kernel(self, k: int) -> None:
        number = at_least(k, "kernel", 0)
        if number >= len(self.learned):
            raise ValueError(f"`kernel` must be 0 to {len(self.learned) - 1}; got {k!r}")
        self.menus["kernel"].index = number

    @property
    def kernels(self) -> NDArray[np.float32]:
        """All first kernels after their recipes, shape (kernels, 7, 7).

        Assign an array of that shape to change single values; all recipes then start anew.
        """
        base = np.frombuffer(self.view.base, "<f4").reshape(-1, SIZE, SIZE)
        pairs = zip(base if len(base) else self.learned, self.view.recipes, strict=True)
        return np.stack([tampered(kernel, recipe) for kernel, recipe in pairs])

    @kernels.setter
    def kernels(self, values: ArrayLike) -> None:
        kernels = real_array(values, "kernels", ndim=3)
        if kernels.shape != self.learned.shape:
            raise ValueError(f"`kernels` must have shape {self.learned.shape}; got {kernels.shape}")
        if not np.isfinite(kernels).all():
            raise ValueError("`kernels` must be finite; got NaN or infinity")
        self.view.base = kernels.astype("<f4").tobytes()
        self.view.recipes = [list(NEUTRAL) for _ in self.learned]
        self._show(NEUTRAL)

    @property
    def tampered_model(self) -> Any:
        """A copy of the network with the changed kernels, in evaluation mode (PyTorch)."""
        from convlib import networks

        return networks.with_first_kernels(self._model, self.kernels)

    @property
    def image(self) -> NDArray[np.float32]:
        """The held-out digit that is shown, shape (28, 28)."""
        return self._held_out.images[self.example]

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """What the changed network thinks of that digit, shape (10,), by PyTorch."""
        from convlib import networks

        return networks.probabilities(self.tampered_model, self.image[None])[0]

    @property
    def accuracy(self) -> float:
        """Share of the held-out digits that the changed network names, 0 to 1, by PyTorch."""
        return sum(self._right()) / len(self._held_out.labels)

    def _right(self) -> list[int]:
        from convlib import networks

        model = self.tampered_model if hasattr(self, "view") else self._model
        labels = self._held_out.labels
        found = networks.predict(model, self._held_out.images)
        return np.bincount(labels[found == labels], minlength=10).tolist()

    @plots.style()
    def picture(self) -> Figure:
        """Return kernels, a digit, its map, probabilities and accuracy, by Matplotlib."""
        from convlib import networks

        figure, axes = plots.figure(height=3.4)
        axes.set_axis_off()
        parts: Any = figure.subfigures(2, 1, height_ratios=[1, 2])
        top, bottom = parts
        row = top.subplots(1, len(self.learned), squeeze=False)[0]
        for k, (place, kernel) in enumerate(zip(row, self.kernels, strict=True)):
            plots.bare(place, f"[{k}]" if k == self.kernel else f"{k}")
            place.imshow(kernel, cmap=plots.SIGNED, **plots.signed_limits(kernel))
        digit, seen, chances = bottom.subplots(1, 3)
        plots.bare(digit, f"accuracy {self.accuracy:.1%}").imshow(self.image, cmap="gray")
        maps = networks.feature_maps(self.tampered_model, self.image)
        plots.bare(seen, f"map of kernel {self.kernel}")
        seen.imshow(maps[self.kernel], cmap=plots.SIGNED, **plots.signed_limits(maps))
        draw_probabilities(chances, self.probabilities)
        return figure
