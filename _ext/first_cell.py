# Run this cell first. It looks whether the packages named here are installed, installs what is
# missing and nothing else, and unpacks convlib, the package of the course, which it carries with
# it. Where the packages are, no connection is needed.
import atexit
import base64
import importlib.metadata
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

NEEDED = {"numpy": "2"}  # with the lowest versions
CONVLIB = "0"  # its version; the package itself is the long line at the end


def version_of(package):
    """Return the installed version as numbers, or None."""
    try:
        return numbers(importlib.metadata.version(package))
    except importlib.metadata.PackageNotFoundError:
        return None


def numbers(version):
    """Return a version as numbers: "2.13.0+cpu" as [2, 13, 0]."""
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def install(packages):
    """Install packages; PyTorch on Linux without gigabytes for graphics cards, where that goes."""
    wanted = [f"{package}>={NEEDED[package]}" for package in packages]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lean = ["--retries=1", "--timeout=10", "--index-url=https://download.pytorch.org/whl/cpu"]
    if "torch" in packages and sys.platform == "linux":
        subprocess.run([*pip, *lean, "torch"], stderr=subprocess.DEVNULL, check=False)
    if subprocess.run([*pip, *wanted], check=False).returncode:
        raise RuntimeError(f"Install this first, and start again: {' '.join(wanted)}")
    if {"anywidget", "ipywidgets"} & set(packages):
        print(
            "If a live figure does not appear, reload this page in the browser and run all again."
        )


def prepare(archive):
    """Make this notebook ready to run."""
    found = {package: version_of(package) for package in NEEDED}
    for package, version in found.items():
        if version is not None and version < numbers(NEEDED[package]):
            raise RuntimeError(
                f"{package} {'.'.join(map(str, version))} is too old for this notebook, which "
                f"needs {NEEDED[package]} or newer. Upgrade it, and start the kernel again."
            )
    if missing := [package for package, version in found.items() if version is None]:
        print("Installing", ", ".join(missing), "...")
        install(missing)
    if version_of("convolution-course") != numbers(CONVLIB):
        folder = tempfile.mkdtemp(prefix="convlib-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        with tarfile.open(fileobj=io.BytesIO(base64.b64decode(archive))) as unpacked:
            unpacked.extractall(folder, filter="data")
        sys.path.insert(0, folder)
    print("Ready: this notebook can run.")


if __name__ == "__main__":
    prepare("ARCHIVE")
