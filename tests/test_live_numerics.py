"""The numerics of the live figures in JavaScript equal convlib's, on cases made here."""

import numpy as np
import pytest
from javascript import ROOT, SCRIPTS, answers, assert_says_the_same, case

from convlib import filter_image, to_grey, to_uint8
from convlib.kernels import KERNELS
from convlib.live import (
    ConvArithmetic,
    DiscreteSlide,
    FirstLook,
    FlipAndSlide,
    KernelLab,
    StepThrough,
)
from convlib.live._inputs import read_number, read_numbers
from convlib.live.conv_arithmetic import RANGES
from convlib.live.first_look import PRESETS
from convlib.live.flip_and_slide import CURVES
from convlib.plots import signals

OPAQUE = np.full((5, 8, 1), 255)
BOUNDARIES = ("edge", "constant", "reflect", "symmetric", "wrap")


def shared_cases(rng):
    """Places far outside every border, and numbers as they are written."""
    for boundary in BOUNDARIES:
        for n in (1, 2, 5):
            padded = np.pad(np.arange(n) + 1, 12, mode=boundary) - 1  # -1 is a zero
            for i in range(-12, n + 12):
                yield case("shared", "reflectIndex", [i, n, boundary], padded[i + 12])
    for value, text in ((-0.0, "0"), (-0.0004, "0"), (-2.5, "−2.5"), (1 / 3, "0.333"), (12, "12")):
        yield case("shared", "formatted", [value], text)
    for value, text in ((-0.0, "0.00"), (-0.004, "0.00"), (-2.5, "−2.50"), (1e3, "1000.00")):
        yield case("shared", "fixed", [value], text)
    values = rng.normal(0.5, 0.5, 40)
    yield case("shared", "toBytes", [values], to_uint8(values))
    yield case("shared", "toBytes", [values, 0.5, 0.25], to_uint8(0.5 * values + 0.25))
    yield case("shared", "bytesOf", [[0, 7, 255]], [0, 7, 255])
    presets = [[name, values.ravel().tolist()] for name, values in KERNELS.items()]
    for name, values in presets:
        yield case("shared", "presetName", [values, presets], name)
        yield case("shared", "presetName", [(np.array(values) + 1e-9).tolist(), presets], name)
    yield case("shared", "presetName", [[0.1] * 9, presets], "custom")


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
    for plane, kernel, boundary in (
        (rng.random((9, 4)), rng.normal(0, 3, (7, 7)), "wrap"),
        (rng.random((6, 8)), rng.normal(0, 3, (5, 5)) * rng.integers(0, 2, (5, 5)), "constant"),
    ):
        arguments = [plane.ravel(), *plane.shape, kernel.ravel()]
        settings = {"operation": "convolution", "boundary": boundary}
        answer = filter_image(plane, kernel, boundary=boundary).ravel()
        yield case("kernel_lab", "filterChannel", [*arguments, settings], answer)
    planes = rng.normal(0.5, 1, (3, 40))
    for display, shown in (("clipped", planes), ("signed", 0.5 + planes / 2)):
        share = np.mean((shown < 0) | (shown > 1))
        yield case("kernel_lab", "clippedShare", [planes, display], share)
    code = "np.array([[0.111111111111, 0, -1], [2.5, 0, 0], [0, 0, 1e-7]])"
    yield case("kernel_lab", "asNumpy", [[1 / 9, 0, -1, 2.5, 0, 0, 0, 0, 1e-7]], code)


def lens_cases(rng):
    """The sum under the lens is the brightness of what `filter_image` says, also at the border."""
    for boundary in BOUNDARIES:
        for size in (3, 7):
            image, kernel = rng.random((5, 8, 3)), rng.normal(0, 1, (size, size))
            row, column = (int(rng.integers(0, n)) for n in (5, 8))
            answer = to_grey(filter_image(image, kernel, boundary=boundary))[row, column]
            colours, grey = np.moveaxis(image, 2, 0).reshape(3, -1), to_grey(image)
            for planes in (colours, grey.reshape(1, -1)):
                place = [planes, 5, 8, np.flip(kernel).ravel(), row, column, boundary]
                reach = max(2, size // 2)
                seen = np.pad(grey, reach, mode=boundary)
                seen = seen[row : row + 2 * reach + 1, column : column + 2 * reach + 1].ravel()
                cells = [{"value": value} for value in seen.tolist()]
                expected = {"sum": float(answer), "columns": 2 * reach + 1, "cells": cells}
                yield case("lens", "lensAt", place, expected)
    words = "Row 2, column 5: brightness sum −0.25, drawn red 0, green 7, blue 255"
    yield case("lens", "lensWords", [2, 5, -0.25, [0, 7, 255, 255], False], words)
    words = "Row 2, column 5: sum 1.00, drawn 9"
    yield case("lens", "lensWords", [2, 5, 1, [9], True], words)


def photo_cases(rng):
    """Sizes of readers' own pictures, from one pixel to far too many."""
    for wide, high, part, size in (
        (240, 120, [0, 0, 240, 120], [240, 120]),
        (1, 1, [0, 0, 1, 1], [1, 1]),
        (8000, 8000, [0, 0, 8000, 8000], [512, 512]),
        (4000, 3000, [0, 0, 4000, 3000], [512, 384]),
        (30000, 10, [14985, 0, 30, 10], [30, 10]),
        (200, 9000, [0, 4200, 200, 600], [171, 512]),
    ):
        fit = {"part": part, "size": size}
        yield case("photos", "fitted", [wide, high, 512], fit)
        yield case("photos", "sizeProblem", [wide, high], "")
    for wide, high, problem in (
        (0, 5, "This picture has no pixels. Choose another one."),
        (
            20000,
            5001,
            "This picture is too large: 20000 × 5001 pixels, more than 100 million. "
            "Choose another one.",
        ),
    ):
        yield case("photos", "sizeProblem", [wide, high], problem)


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


LISTS = """1, −2  3.5,|1, two|1,5|1,5; 2|1,2,4|1,-2|0x10|1_000|1/9 2/3|1 / 9||-.5;1e2|1e999
|1/0|٣|+1,|1..2|1,,2|1 000|--1|Infinity|NaN|,5 1""".split("|")
NUMBERS = "−1.00|0,5|1/9| 2 / 3 |1 000|1;2|0x10|1_000||-|1/-2|50 %|1e−3".split("|")


def read_or_none(text):
    """Return the numbers in a list, or None."""
    try:
        return read_numbers(text, "x")
    except ValueError:
        return None


def number_cases(rng):
    """What people type for one number; what is none is null in JavaScript."""
    for text in NUMBERS:
        value = read_number(text)
        expected = None if np.isnan(value) else value
        yield case("numbers", "readNumber", [text], expected)


def first_look_cases(rng):
    """Every kernel at many strengths."""
    for name in PRESETS:
        for strength in (0.0, 0.37, 1.0, 2.0):
            kernel = FirstLook(name, strength=strength).kernel.ravel()
            yield case("first_look", "mixed", [KERNELS[name].ravel(), strength], kernel, 1e-12)
    yield case("first_look", "describe", [0, 0, 0], "Strength 0 %: nothing changes, " + SAME)
    yield case("first_look", "describe", [3, 1, 0.0004], "Edge enhance: " + RIGHT)


SAME = "before and after are the same."
RIGHT = "each pixel minus its right neighbour."


def test_what_the_first_look_says_of_its_kernels_is_so():
    """On pictures without symmetry, away from the border."""
    x = np.random.default_rng(3).normal(0.5, 0.2, (7, 9))
    at = {name: x[1 + row : 6 + row, 1 + column : 8 + column] for name, (row, column) in AROUND}
    four = at["up"] + at["left"] + at["right"] + at["down"]
    said = {
        "blur": (four + at["here"] + sum(at[name] for name in CORNERS)) / 9,
        "sharpen": 5 * at["here"] - four,
        "edge_detect": four - 4 * at["here"],
        "edge_enhance": at["here"] - at["right"],
    }
    for name, expected in said.items():
        np.testing.assert_allclose(filter_image(x, KERNELS[name])[1:-1, 1:-1], expected, atol=1e-12)
    weights = np.flip(KERNELS["emboss"])  # as they lie on the picture
    assert weights[0, 0] > 0 < weights[0, 1] and weights[1, 0] > 0
    assert weights[2, 2] < 0 > weights[1, 2] and weights[2, 1] < 0


CORNERS = ("up left", "up right", "down left", "down right")
AROUND = [("here", (0, 0)), ("up", (-1, 0)), ("left", (0, -1)), ("right", (0, 1)), ("down", (1, 0))]
AROUND += zip(CORNERS, ((-1, -1), (-1, 1), (1, -1), (1, 1)), strict=True)


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
    for text in LISTS:
        yield case("discrete_slide", "parse", [text, "x"], {"values": read_or_none(text)})
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


def test_a_box_has_both_its_ends():
    """In the live figure as in the chapter's drawings and cells."""
    ends = np.array([-1e-9, 0.0, 1.0, 1 + 1e-9])
    assert CURVES["box"](ends).tolist() == signals.box(ends).tolist() == [0, 1, 1, 0]
    assert CURVES["up and down"](np.array([0.0, 1.0, 2.0, 2 + 1e-9])).tolist() == [1, -1, -1, 0]


CASES = {
    "conv_arithmetic": conv_arithmetic_cases,
    "flip_and_slide": flip_and_slide_cases,
    "discrete_slide": discrete_slide_cases,
    "kernel_lab": kernel_lab_cases,
    "kernel_lab_bytes": bytes_cases,
    "kernel_lab_lens": lens_cases,
    "kernel_lab_photos": photo_cases,
    "first_look": first_look_cases,
    "numbers": number_cases,
    "shared": shared_cases,
    "step_through": step_through_cases,
}


@pytest.mark.parametrize("name", list(CASES))
def test_javascript_says_what_convlib_says(name, tmp_path):
    assert_says_the_same(CASES[name](np.random.default_rng(20)), tmp_path)


def test_every_figure_is_compared():
    """Here, or in a test file of its own."""
    scripts = {path.stem for path in SCRIPTS.glob("*.js")}
    figures = {path.stem for path in SCRIPTS.parent.glob("*.py")} & scripts
    here = {one["module"] for make in CASES.values() for one in make(np.random.default_rng(0))}
    elsewhere = {name for name in figures if (ROOT / "tests" / f"test_live_{name}.py").is_file()}
    assert len(figures) > 10
    assert figures - here == elsewhere


def test_the_answer_stays_right_while_sliders_move(tmp_path):
    """One slider at a time, huge values too: what was added up before must never show."""
    rng = np.random.default_rng(3)
    plane, kernel = rng.random((6, 7)), np.zeros((5, 5))
    kernels = []
    for move in range(400):
        kernel.flat[rng.integers(25)] = (
            1e6 if move % 97 == 50 else rng.choice([0, rng.normal(0, 2)])
        )
        if move % 97 == 51:
            kernel = rng.normal(0, 1, (5, 5))
        kernels.append(kernel.copy())
    script = """
        const [plane, kernels] = given;
        const filter = module.makeFilter([plane], 6, 7, 5, 'reflect');
        return kernels.map((kernel) => Array.from(filter(kernel.slice().reverse())[0]));
    """
    given = [plane.ravel().tolist(), [k.ravel().tolist() for k in kernels]]
    for seen, k in zip(answers(["kernel_lab"], script, given, tmp_path), kernels, strict=True):
        wanted = filter_image(plane, k, boundary="reflect").ravel()
        np.testing.assert_allclose(seen, wanted, atol=1e-4 * max(1, np.abs(k).max()))
