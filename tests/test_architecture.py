"""What may depend on what, and what a file may contain."""

import contextlib
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import convlib

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "convlib"
# Everything that draws, trains, shows progress, talks to a notebook or spreads work.
HEAVY = {"matplotlib", "torch", "ipywidgets", "anywidget", "IPython", "skimage", "mlxtend", "tqdm",
         "dask"}  # fmt: skip


def test_of_scipy_only_the_fft():
    """What import-linter, which knows packages as a whole, does not see (see pyproject.toml)."""
    graph = grimp.build_graph("convlib", include_external_packages=True)
    users = graph.find_modules_that_directly_import("scipy") - {"convlib.timing"}
    lines = {
        detail["line_contents"]
        for user in users
        for detail in graph.get_import_details(importer=user, imported="scipy")
    }
    assert (
        lines
        and {line for line in lines if not re.search(r"scipy(\.| import )fft\b", line)} == set()
    )


def test_importing_convlib_is_light():
    """Neither PyTorch nor Matplotlib nor widgets are loaded by `import convlib`."""
    code = "import sys, convlib; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & HEAVY == set()


def test_convlib_is_this_project(tmp_path):
    """Another package on the index has the same name; what is imported must be this one."""
    assert Path(convlib.__file__).parent == PACKAGE
    code = "import convlib; print(convlib.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert Path(done.stdout.strip()).parent == PACKAGE


def test_everything_public_is_named_and_exists():
    """`__all__` of the package lists what it offers."""
    assert convlib.__all__ == sorted(set(convlib.__all__), key=convlib.__all__.index)
    assert [name for name in convlib.__all__ if not hasattr(convlib, name)] == []


def tracked_texts():
    """Yield (name, text) of all text files under version control."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_no_file_names_a_machine():
    """No absolute path of somebody's home or of the folder that this copy lives in.

    Nobody lives in ``/home/student``: that is where a submission works in the marker's sandbox.
    """
    personal = re.compile(
        r"(?<![\w.])/(?:root|home(?!/student\b)|Users)/[\w.-]+|[A-Z]:\\\\Users\\\\"
    )
    found = {}
    for name, text in tracked_texts():
        hits = personal.findall(text) + [str(ROOT)] * (f"{ROOT}/" in text)
        if hits:
            found[name] = hits
    assert found == {}


def test_style_sheets_close_what_they_open():
    """Half a rule, as a merge can leave it, takes the rest of the sheet along."""
    sheets = {name: text for name, text in tracked_texts() if name.endswith(".css")}
    plain = {
        name: re.sub(r"/\*.*?\*/|\"[^\"\n]*\"", "", text, flags=re.S)
        for name, text in sheets.items()
    }
    assert len(sheets) > 10
    assert [name for name, text in plain.items() if text.count("{") != text.count("}")] == []


def test_no_notebooks_or_built_files_are_committed():
    """Notebooks and the site are generated; their sources are what is kept."""
    listing = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    bad = re.compile(r"\.ipynb$|^_build/|^node_modules/|\.whl$")
    assert [name for name in listing.stdout.splitlines() if bad.search(name)] == []


def test_versions_are_locked_without_addresses():
    """Requirements are exact and install from whatever index the machine uses."""
    for name in ("requirements.txt", "requirements-test.txt", "constraints.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith("#")]
        assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_every_pin_runs_on_the_lowest_python():
    """Debian 12 has Python 3.11.2; a pin for 3.11.5 makes pip blame another package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lowest = project["requires-python"].removeprefix(">=") + ".0"
    pins = re.findall(
        r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    asked = {}
    for pin in pins:
        with contextlib.suppress(metadata.PackageNotFoundError):  # what this system does not need
            asked[pin] = metadata.distribution(pin).metadata.get("Requires-Python", "")
    assert len(asked) > 100
    assert {p: spec for p, spec in asked.items() if lowest not in SpecifierSet(spec)} == {}


def test_constraints_agree_with_the_requirements():
    """Every direct pin is in the lock, with the same version."""

    def pins(name):
        return set(
            re.findall(r"^[\w.-]+==.*$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        )

    def plain(lines):
        return {line.lower().replace("_", "-") for line in lines}

    wanted = pins("requirements.txt") | pins("requirements-test.txt")
    assert plain(wanted) - plain(pins("constraints.txt")) == set()


@pytest.mark.parametrize(
    "system",
    [
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
        {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
    ],
    ids=lambda system: system["platform_system"],
)
def test_what_only_another_system_needs_is_pinned_too(system):
    """Otherwise the same commit installs other packages there every week."""
    lock = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {canonicalize_name(pin) for pin in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    missing = {}
    for pin in pinned:
        with contextlib.suppress(metadata.PackageNotFoundError):
            for line in metadata.requires(pin) or []:
                need = Requirement(line)
                asked = need.marker is None or need.marker.evaluate({"extra": "", **system})
                if asked and canonicalize_name(need.name) not in pinned:
                    missing[need.name] = pin
    assert missing == {}
