"""Ask the package index whether every pin has a wheel for every system, and whether all fit.

The index is only asked, nothing is installed: ``uv`` resolves for systems other than this one, as
pip cannot (its ``--platform`` still evaluates the markers of this system). Packages that a system
needs beyond ``constraints.txt`` are named, since they would move by themselves.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SYSTEMS = {
    "Linux, x86-64": "x86_64-manylinux_2_28",
    "Linux, Arm": "aarch64-manylinux_2_28",
    "macOS 14, Arm": "aarch64-apple-darwin",
    "Windows, x86-64": "x86_64-pc-windows-msvc",
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def pinned(lock: str) -> set[str]:
    r"""Return the lines of a lock without comments.

    >>> sorted(pinned("# a lock\nnumpy==2.4.6  # why\n\nscipy==1.17.1\n"))
    ['numpy==2.4.6', 'scipy==1.17.1']
    """
    return {line.split("#")[0].strip() for line in lock.splitlines()} - {""}


def resolve(platform: str, python: str) -> tuple[str, set[str]]:
    """Return an error or nothing, and the exact versions that one system gets."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--no-header",
        "--no-annotate",
    ]
    command += ["--only-binary", ":all:", "--python-platform", platform, "--python-version", python]
    files = ["requirements.txt", "requirements-test.txt", "--constraints", "constraints.txt"]
    done = subprocess.run(
        [*command, *files],
        cwd=ROOT,
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return done.stderr.strip() if done.returncode else "", pinned(done.stdout)


def main() -> None:
    """Print a line for each system and Python; fail if one cannot be served."""
    known = {
        line.lower() for line in pinned((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    }
    pairs, failed = list(product(SYSTEMS, PYTHONS)), False
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda pair: resolve(SYSTEMS[pair[0]], pair[1]), pairs)
        for (system, python), (error, versions) in zip(pairs, answers, strict=True):
            loose = sorted(
                version for version in versions if version.split(" ")[0].lower() not in known
            )
            said = error or f"{len(versions)} wheels" + (
                f", not pinned: {', '.join(loose)}" if loose else ""
            )
            print(f"{system:16} Python {python}: {said}", flush=True)
            failed |= bool(error)
    sys.exit(failed)


if __name__ == "__main__":
    main()
