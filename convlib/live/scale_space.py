"""Families of kernels with a scale, a direction and a wavelength: kernel, spectrum, answer."""

import functools
import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Bytes, Float, Int, List

from convlib import data, kernels, plots
from convlib._validate import finite_number
from convlib.images import filter_image, to_uint8
from convlib.live._base import STATIC, LiveFigure, View
from convlib.live._controls import FloatSlider, chosen, menu
from convlib.live._room import measured_room

__all__ = ["ScaleSpace"]

FAMILIES = ("Gaussian", "LoG", "DoG", "Gabor")
PHASES = ("line", "edge")
IMAGES = ("cat", "spots_and_stripes")
SIZE = 64  # the spectrum is sampled at 64 × 64 frequencies
_SHAPE = 120, 160
_SPOTS = ((26, 20, 2), (26, 42, 3), (26, 70, 4), (26, 104, 6), (26, 142, 8))  # row, column, radius
_STRIPES = ((20, 0, 4), (60, 0, 8), (100, 45, 6), (140, 90, 8))  # column, degrees, wavelength
_HEIGHTS = (687, 722, 728, 743, 775, 365, 378, 388, 393, 403)


class _ScaleView(View):
    _esm = STATIC / "scale_space.js"
    _css = STATIC / "scale_space.css"

    images: "List[Any]" = List().tag(sync=True)  # names, in the order of the pixels
    shape: "List[Any]" = List().tag(sync=True)
    pixels = Bytes(b"").tag(sync=True)
    family = Int(0).tag(sync=True)
    phase = Int(0).tag(sync=True)
    image = Int(0).tag(sync=True)
    sigma = Float(2.0).tag(sync=True)
    theta = Float(0.0).tag(sync=True)  # degrees
    wavelength = Float(6.0).tag(sync=True)


@functools.cache
def _images() -> dict[str, NDArray[np.uint8]]:
    """Return the pictures to filter, with 8 bits, shape (120, 160)."""
    face = data.cat(grey=True)[20:260, 90:410]
    smaller = face.reshape(_SHAPE[0], 2, _SHAPE[1], 2).mean(axis=(1, 3))
    return {"cat": to_uint8(smaller), "spots_and_stripes": to_uint8(_test_picture())}


def _test_picture() -> NDArray[np.float64]:
    """Return five spots of growing radius above four patches of stripes."""
    rows, columns = np.indices(_SHAPE)
    picture = np.full(_SHAPE, 0.25)
    for row, column, radius in _SPOTS:
        picture[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] = 0.9
    for column, degrees, wavelength in _STRIPES:
        right, below = columns - column, rows - 86
        along = right * math.cos(math.radians(degrees)) + below * math.sin(math.radians(degrees))
        patch = (np.abs(right) < 17) & (np.abs(below) < 24)
        waves = 0.5 + 0.4 * np.cos(2 * np.pi * along / wavelength)
        picture[patch] = waves[patch]
    return picture


def _slider(low: float, high: float, step: float, label: str, tooltip: str) -> FloatSlider:
    digits = ".0f" if step >= 1 else ".1f"
    return FloatSlider(
        min=low, max=high, step=step, description=label, tooltip=tooltip, readout_format=digits
    )


def _number(name: str, doc: str) -> property:
    """Return a property that reads and sets ``self.sliders[name]``, and refuses what is beyond."""

    def read(figure: "ScaleSpace") -> float:
        return figure.sliders[name].value

    def write(figure: "ScaleSpace", value: float) -> None:
        number, slider = finite_number(value, name), figure.sliders[name]
        if not slider.min <= number <= slider.max:
            raise ValueError(f"`{name}` must be from {slider.min} to {slider.max}; got {value!r}")
        slider.value = number

    return property(read, write, doc=doc)


class ScaleSpace(LiveFigure):
    """Choose a family of kernels and its parameters; see kernel, spectrum and answer.

    Parameters
    ----------
    family : {"Gaussian", "LoG", "DoG", "Gabor"}
        As made by `convlib.kernels`: `gaussian`, `laplacian_of_gaussian`,
        `difference_of_gaussians` and `gabor`.
    sigma : float, default 2
        Scale in pixels, 0.5 to 4.
    theta : float, default 0
        Direction of a Gabor kernel's wave in degrees, 0 to 180: 0 travels along a row to the
        right, 90 down a column.
    wavelength : float, default 6
        From crest to crest of a Gabor kernel's wave, in pixels, 2.5 to 16: a sine of wavelength 2
        is zero at every pixel.
    phase : {"line", "edge"}
        A Gabor kernel's wave is a cosine, symmetric, or a quarter turn ahead, antisymmetric.
    image : {"cat", "spots_and_stripes"}
        The picture to filter, 120×160 pixels, grey.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a value assigned to a property later, is not as described.

    Examples
    --------
    >>> figure = ScaleSpace("LoG", sigma=1)
    >>> figure.kernel.shape, bool(figure.kernel[4, 4] < 0)
    ((9, 9), True)
    """

    alt = (
        "Three pictures: a kernel with its positive and negative parts, the magnitude of its "
        "spectrum, and the answer of a small grey picture."
    )
    room = measured_room(_HEIGHTS)

    def __init__(
        self,
        family: str = "Gaussian",
        *,
        sigma: float = 2.0,
        theta: float = 0.0,
        wavelength: float = 6.0,
        phase: str = "line",
        image: str = "cat",
    ) -> None:
        pixels = b"".join(picture.tobytes() for picture in _images().values())
        view = _ScaleView(images=list(IMAGES), shape=list(_SHAPE), pixels=pixels)
        self.menus = {
            "family": menu("Family", FAMILIES, FAMILIES[0]),
            "phase": menu("Gabor: phase", PHASES, PHASES[0]),
            "image": menu("Picture", IMAGES, IMAGES[0]),
        }
        self.sliders = {
            "sigma": _slider(0.5, 4, 0.1, "Scale σ", "scale sigma, in pixels"),
            "theta": _slider(0, 180, 5, "Gabor: angle θ", "direction theta, in degrees"),
            "wavelength": _slider(2.5, 16, 0.5, "Gabor: wavelength", "wavelength, in pixels"),
        }
        self.family, self.phase, self.image = family, phase, image
        self.sigma, self.theta, self.wavelength = sigma, theta, wavelength
        for trait, control in {**self.menus, **self.sliders}.items():
            self.link(control, view, trait)
        choices = self.row(*(self.menus[name] for name in ("family", "image", "phase")))
        super().__init__(view, [choices, self.row(*self.sliders.values())], name="scale-space")

    family = chosen("family", FAMILIES, "The family of kernels.")
    phase = chosen("phase", PHASES, 'Either "line" or "edge"; only Gabor kernels have it.')
    image = chosen("image", IMAGES, "The name of the picture to filter.")
    sigma = _number("sigma", "Scale, in pixels.")
    theta = _number("theta", "Direction of the wave, in degrees.")
    wavelength = _number("wavelength", "From crest to crest, in pixels.")

    @property
    def kernel(self) -> NDArray[np.float64]:
        """The kernel, by `convlib.kernels`, shape (2r + 1, 2r + 1)."""
        if self.family == "Gabor":
            angle, phase = math.radians(self.theta), PHASES.index(self.phase) * math.pi / 2
            return kernels.gabor(self.sigma, angle, self.wavelength, phase=phase)
        makers = (
            kernels.gaussian,
            kernels.laplacian_of_gaussian,
            kernels.difference_of_gaussians,
        )
        return makers[FAMILIES.index(self.family)](self.sigma)

    @property
    def spectrum(self) -> NDArray[np.float64]:
        """Magnitude at 64×64 frequencies, frequency 0 at row 32, column 32."""
        return np.abs(np.fft.fftshift(np.fft.fft2(self.kernel, (SIZE, SIZE))))

    @property
    def before(self) -> NDArray[np.float64]:
        """The picture to filter, brightness from 0 to 1, shape (120, 160)."""
        return _images()[self.image] / 255

    @property
    def result(self) -> NDArray[np.floating]:
        """The answer, by `convlib.filter_image`; not clipped."""
        return filter_image(self.before, self.kernel)

    @property
    def drawn(self) -> NDArray[np.uint8]:
        """The answer as on the screen: of its largest size, with 0 as middle grey.

        A Gaussian's answer is a picture like the one before and drawn as it is.
        """
        answer = self.result
        if self.family == "Gaussian":
            return to_uint8(answer)
        return to_uint8(0.5 + answer / (2 * max(float(np.abs(answer).max()), 1e-9)))

    @plots.style()
    def picture(self) -> Figure:
        """Return kernel, spectrum and answer drawn by Matplotlib."""
        figure, (left, middle, right) = plots.figure(1, 3, height=2.4, width_ratios=[3, 3, 4])
        kernel, spectrum = self.kernel, self.spectrum
        plots.bare(left, f"{self.family}, σ = {self.sigma:g}")
        left.imshow(kernel, cmap=plots.SIGNED, **plots.signed_limits(kernel))
        plots.bare(middle, "spectrum").imshow(spectrum, cmap="gray", vmin=0)
        plots.bare(right, "answer").imshow(self.drawn, cmap="gray", vmin=0, vmax=255)
        return figure
