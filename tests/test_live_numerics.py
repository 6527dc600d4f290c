"""The numerics of the live figures in JavaScript equal convlib's, on cases made here."""

import numpy as np
import pytest
from javascript import ROOT, assert_says_the_same, case

from convlib import filter_image, to_grey
from convlib.kernels import KERNELS
from convlib.live import ConvArithmetic, DiscreteSlide, FlipAndSlide, KernelLab, StepThrough
from convlib.live.conv_arithmetic import RANGES
from convlib.live.flip_and_slide import CURVES

OPAQUE = np.full((5, 8, 1), 255)
BOUNDARIES = ("edge", "constant", "reflect", "symmetric", "wrap")


def kernel_lab_cases(rng):
    """Every operation and boundary on pictures that are not square, and the bytes they become."""
    for boundary in BOUNDARIES:
        for operation in ("convolution", "cross-correlation"):
            height, width = rng.integers(2, 9, 2)
            plane, kernel = rng.random((height, width)), rng.normal(0, 3, (3, 3))
            turned = kernel if operation == "convolution" else np.flip(kernel)
            settings = {"operation": operation, "boundary": boundary}
            arguments = [plane.ravel(), height, width, kernel.ravel(), settings]
            answer = filter_image(plane, turned, boundary=boundary).ravel()
            yield case("kernel_lab", "filterChannel", arguments, answer)
    rgba = rng.integers(0, 256, (5, 7, 4))
    grey = to_grey(rgba[..., :3] / 255).ravel()
    yield case("kernel_lab", "toPlanes", [rgba.ravel(), True], [grey.tolist()])
    colours = np.moveaxis(rgba[..., :3] / 255, 2, 0).reshape(3, -1)
    yield case("kernel_lab", "toPlanes", [rgba.ravel(), False], colours)
    presets = [[name, values.ravel().tolist()] for name, values in KERNELS.items()]
    for name, values in presets:
        yield case("kernel_lab", "presetName", [values, presets], name)
        noisy = (np.array(values) + 1e-9).tolist()
        yield case("kernel_lab", "presetName", [noisy, presets], name)
    yield case("kernel_lab", "presetName", [[0.1] * 9, presets], "custom")
    code = "np.array([[0.111111111111, 0, -1], [2.5, 0, 0], [0, 0, 1e-7]])"
    yield case("kernel_lab", "asNumpy", [[1 / 9, 0, -1, 2.5, 0, 0, 0, 0, 1e-7]], code)


def bytes_cases(rng):
    """The pixels on the screen are `to_uint8` of what `filter_image` says, within one level."""
    for display in ("clipped", "signed"):
        for colours in ("colour", "grey"):
            for operation in ("convolution", "cross-correlation"):
                pixels = rng.integers(0, 256, (5, 8, 3))
                lab = KernelLab(rng.normal(0, 1, (3, 3)), image=pixels / 255, boundary="reflect")
                lab.display, lab.colours, lab.operation = display, colours, operation
                drawn = lab.drawn if colours == "colour" else lab.drawn[..., np.newaxis]
                expected = np.concatenate([np.broadcast_to(drawn, (5, 8, 3)), OPAQUE], axis=2)
                grey = colours == "grey"
                settings = {"operation": operation, "boundary": "reflect", "display": display}
                rgba = np.concatenate([pixels, OPAQUE], axis=2).ravel()
                arguments = [rgba, 5, 8, lab.kernel.ravel(), {**settings, "grey": grey}]
                yield case("kernel_lab", "filteredBytes", arguments, expected.ravel(), 1)


def step_through_cases(rng):
    """The worked example, and pictures and kernels without any symmetry."""
    for boundary in BOUNDARIES:
        for operation in ("convolution", "cross-correlation"):
            height, width = (int(n) for n in rng.integers(2, 7, 2))
            figure = StepThrough(
                rng.integers(-9, 10, (height, width)),
                rng.normal(0, 3, (3, 3)),
                boundary=boundary,
                operation=operation,
            )
            figure.position = height - 1, width // 2
            place = [figure.pixels, figure.kernel, *figure.position, operation, boundary]
            yield case("step_through", "products", place, figure.products)
            whole = [figure.pixels, figure.kernel, operation, boundary]
            yield case("step_through", "result", whole, figure.result)
    yield case("step_through", "written", [-0.0], "0")
    yield case("step_through", "written", [-2.5], "−2.5")


def discrete_slide_cases(rng):
    """Short and long, even and odd sequences, every mode, and the texts that are typed."""
    for mode in ("full", "same", "valid"):
        for operation in ("convolution", "cross-correlation"):
            for length in (1, 2, 3, 4, 5):
                x, h = rng.integers(-9, 10, rng.integers(length, 9)), rng.normal(0, 3, length)
                figure = DiscreteSlide(x, h.round(3), mode=mode, operation=operation)
                figure.n = int(rng.integers(0, len(figure.result)))
                where = [figure.x, figure.h, operation, mode]
                yield case("discrete_slide", "answer", where, figure.result)
                yield case("discrete_slide", "productsAt", [*where, figure.n], figure.products)
    yield case("discrete_slide", "parse", ["1, −2  3.5,", "x"], {"values": [1, -2, 3.5]})
    yield case("discrete_slide", "parse", ["1, two", "h"], {"values": None})
    yield case("discrete_slide", "outputs", [3, 4, "valid"], 0)


def flip_and_slide_cases(rng):
    """Every pair of curves, at times between and on the steps of the slider."""
    names = list(CURVES)
    for i, f in enumerate(names):
        u = np.concatenate([np.arange(-3, 4), rng.uniform(-3, 6, 20)])
        yield case("flip_and_slide", "curveAt", [i, u], CURVES[f](u), 1e-12)
        for j, g in enumerate(names):
            times = np.concatenate([rng.uniform(-3, 6, 3), [0.0, 1.0]])
            figure = FlipAndSlide(f, g)
            # half a step of slack: a jump may fall on either side of a midpoint
            yield case("flip_and_slide", "convolveAt", [i, j, times], figure.at(times), 1e-5)


def conv_arithmetic_cases(rng):
    """Settings all over the ranges, also those at which the kernel does not fit."""
    for _ in range(60):
        n, k, stride, padding, dilation, layers = (
            int(rng.integers(low, high + 1)) for low, high, _ in RANGES.values()
        )
        settings = {"stride": stride, "padding": padding, "dilation": dilation, "layers": layers}
        figure = ConvArithmetic(n, k, **settings)
        numbers = [n, k, stride, padding, dilation, layers]
        yield case("conv_arithmetic", "sizes", numbers, figure.sizes)
        field = [k, stride, dilation, layers]
        yield case("conv_arithmetic", "receptiveField", field, figure.receptive_field)
        yield case(
            "conv_arithmetic", "places", [k, stride, padding, dilation, layers], figure.places
        )
        if figure.sizes[-1]:
            figure.output = figure.sizes[-1] // 2
            feeding = [cells.tolist() for cells in figure.taps]
            yield case("conv_arithmetic", "taps", [figure.output, *numbers], feeding)


CASES = {
    "conv_arithmetic": conv_arithmetic_cases,
    "flip_and_slide": flip_and_slide_cases,
    "discrete_slide": discrete_slide_cases,
    "kernel_lab": kernel_lab_cases,
    "kernel_lab_bytes": bytes_cases,
    "step_through": step_through_cases,
}


@pytest.mark.parametrize("name", list(CASES))
def test_javascript_says_what_convlib_says(name, tmp_path):
    assert_says_the_same(CASES[name](np.random.default_rng(20)), tmp_path)


def test_every_figure_is_compared():
    """Here, or in a test file of its own."""
    figures = {path.stem for path in (ROOT / "convlib" / "live").glob("*.js")}
    here = {one["figure"] for make in CASES.values() for one in make(np.random.default_rng(0))}
    elsewhere = {name for name in figures if (ROOT / "tests" / f"test_live_{name}.py").is_file()}
    assert figures - here == elsewhere
