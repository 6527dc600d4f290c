"""What the figures with a network share: its numbers and the digits, once on a page."""

import functools
import zlib
from typing import Any, ClassVar
from weakref import WeakSet

import numpy as np
from ipywidgets import widget_serialization
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from traitlets import Bool, Bytes, Instance, List, Unicode

from convlib import data, plots
from convlib._validate import real_array
from convlib.images import to_uint8
from convlib.live._base import View
from convlib.live._controls import IntSlider


class Shared(View):
    """Bytes that several figures refer to: a page then holds them once."""

    content = Bytes(b"").tag(sync=True)
    on_demand = Bool(False).tag(sync=True)  # a page loads them when the reader asks for them
    address = Unicode("").tag(sync=True)  # of the file that then holds them, which the page knows


_known: dict[tuple[bytes, bool], Shared] = {}


def share(content: bytes, *, on_demand: bool = False) -> Shared:
    """Return the widget that holds these bytes: the same one for the same bytes."""
    key = content, on_demand
    found = _known.get(key)
    if found is None or found.comm is None:  # closed together with all other widgets
        found = _known[key] = Shared(content=content, on_demand=on_demand)
    return found


def received(default: bytes) -> Bytes:
    """Return a trait of bytes that the browser sets, too: it sends them in another form."""
    return Bytes(default).tag(sync=True, from_json=lambda value, widget: bytes(value))


class SharingView(View):
    """The half in the browser of a figure that refers to shared bytes."""

    shares: ClassVar[tuple[str, ...]] = ("digits",)
    """Names of the traits that refer to them."""
    _open: ClassVar[WeakSet[Any]] = WeakSet()

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._open.add(self)

    def held(self) -> set[Shared]:
        """Return the shared bytes that it refers to."""
        return {getattr(self, name) for name in self.shares}

    def close(self) -> None:
        """Close the view, and the shared bytes that no other open view refers to."""
        self._open.discard(self)
        for shared in self.held().difference(*[view.held() for view in self._open]):
            shared.close()
        super().close()


class NetworkView(SharingView):
    """The half in the browser of a figure that runs a network on digits."""

    shares: ClassVar[tuple[str, ...]] = ("network", "digits")
    network = Instance(Shared).tag(sync=True, **widget_serialization)
    digits = Instance(Shared).tag(sync=True, **widget_serialization)
    shapes: "List[Any]" = List().tag(sync=True)  # of [name, shape], in the order of the numbers


class HeldOut:
    """Labelled pictures with 8 bits, none of which the network has learned from.

    Parameters
    ----------
    images : array_like, shape (n, 28, 28), optional
        From 0 (paper) to 1 (ink), at most 10,000; without them the test digits of
        `convlib.data.digits`.
    labels : array_like of int, shape (n,), optional
        The digits 0 to 9.

    Raises
    ------
    TypeError, ValueError
        If `images` or `labels` are not as described, or only one of them is given.
    """

    def __init__(self, images: ArrayLike | None = None, labels: ArrayLike | None = None) -> None:
        if (images is None) != (labels is None):
            raise ValueError("`images` and `labels` must be given together; got only one")
        if images is None:
            images, labels = data.digits()[2:]
        self.pixels = _pixels(images)
        self.labels = _labels(labels, len(self.pixels))

    @functools.cached_property
    def images(self) -> NDArray[np.float32]:
        """The pictures as the network sees them, shape (n, 28, 28), 0 to 1."""
        return self.pixels.astype(np.float32) / np.float32(255)

    def packed(self) -> bytes:
        """Return all in few bytes; smaller than PNG, and read without a canvas.

        Deflated: the number (two bytes, low one first), the labels, one bit for each pixel that
        has ink, and the values of those pixels. The values are sorted by how much ink is around:
        the borders of strokes are pale and their insides black, and alike values deflate better.
        """
        ink = self.pixels > 0
        framed = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
        around = np.lib.stride_tricks.sliding_window_view(framed, (3, 3), (1, 2)).sum((-2, -1))
        order = np.argsort(around[ink], kind="stable")
        parts = (
            len(self.pixels).to_bytes(2, "little"),
            self.labels.astype(np.uint8).tobytes(),
            np.packbits(ink).tobytes(),
            self.pixels[ink][order].tobytes(),
        )
        return zlib.compress(b"".join(parts), 9)


def _pixels(images: ArrayLike) -> NDArray[np.uint8]:
    images = real_array(images, "images", ndim=3)
    if images.shape[1:] != (28, 28) or len(images) > 10_000:
        raise ValueError(
            f"`images` must have shape (n, 28, 28), n at most 10,000; got {images.shape}"
        )
    if not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(
            f"`images` must be between 0 and 1; got {images.min():g} to {images.max():g}"
        )
    return to_uint8(images)


def _labels(labels: Any, count: int) -> NDArray[np.int64]:
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"`labels` must be integers; got dtype {labels.dtype}")
    if labels.shape != (count,) or labels.min() < 0 or labels.max() > 9:
        raise ValueError(f"`labels` must be {count} digits 0 to 9; got shape {labels.shape}")
    return labels.astype(np.int64)


def numbers_of(model: Any) -> dict[str, NDArray[np.float32]]:
    """Return the numbers of a network made by `convlib.networks.tiny_cnn`, by name.

    Raises
    ------
    TypeError, ValueError
        If `model` is no PyTorch network, or another one.
    """
    from convlib import networks  # slow to import, and only needed by these figures

    if not networks.is_tiny_cnn(model):
        layers = [name for name, _ in model.named_children()]
        raise ValueError(f"`model` must be made by convlib.networks.tiny_cnn; got layers {layers}")
    return networks.export(model)


def shared_traits(numbers: dict[str, NDArray[np.float32]], held_out: HeldOut) -> dict[str, Any]:
    """Return the traits of a `NetworkView` for a network and digits."""
    weights = b"".join(array.astype("<f4").tobytes() for array in numbers.values())
    return {
        "network": share(weights),
        "digits": share(held_out.packed()),
        "shapes": [[name, list(array.shape)] for name, array in numbers.items()],
    }


def slider(label: str, count: int) -> IntSlider:
    """Return a slider over 0 to ``count - 1``; the browser hears of every step."""
    return IntSlider(min=0, max=int(count) - 1, description=label, tooltip=label)


def draw_probabilities(axes: Axes, probabilities: NDArray[np.floating]) -> None:
    """Draw ten bars, the longest in another colour and marked by its number."""
    best = int(probabilities.argmax())
    colours = [plots.COLOURS["orange" if digit == best else "sky"] for digit in range(10)]
    axes.barh(range(10), probabilities, color=colours)
    axes.set(yticks=range(10), xlim=(0, 1), xticks=[0, 1])
    axes.set_ylim(9.5, -0.5)
    axes.set_title(f"says {best}: {min(probabilities[best], 0.999):.1%}", fontsize="medium")
