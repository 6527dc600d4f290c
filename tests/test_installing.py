"""What gets installed, from where: PyTorch by make, packages on Binder, notebooks by lab."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from publishing import lab

ROOT = Path(__file__).resolve().parents[1]
LEAN = "--index-url https://download.pytorch.org/whl/cpu torch"
PYTHON = """#!/bin/sh
echo "$@" >> "$LOG"
case "$*" in *whl/cpu*) exit "$LEAN_FAILS";; esac
"""


@pytest.fixture
def install(tmp_path):
    """Return a function that has make install into an environment that only takes notes."""
    for name in ("Makefile", "requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    (programs / "python").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "uname").write_text('#!/bin/sh\necho "$SYSTEM"\n', encoding="utf-8")
    for program in (programs / "python", tmp_path / "uname"):
        program.chmod(0o755)

    def run(*arguments, system="Linux", lean_fails=0):
        log = tmp_path / "log"
        log.unlink(missing_ok=True)
        (tmp_path / ".venv" / ".installed").unlink(missing_ok=True)
        own = {"LOG": str(log), "SYSTEM": system, "LEAN_FAILS": str(lean_fails)}
        environ = {**os.environ, **own, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        command = ["make", "-C", tmp_path, ".venv/.installed", *arguments]
        subprocess.run(command, env=environ, check=True, capture_output=True)
        return log.read_text(encoding="utf-8").splitlines()

    return run


def test_on_linux_pytorch_comes_without_what_graphics_cards_need(install):
    """Unasked, and first, so that the rest finds it there."""
    first, second, third = install()
    assert first.endswith(LEAN) and "--no-deps -c constraints.txt" in first
    assert second.endswith("-r requirements.txt -c constraints.txt")
    assert third.endswith("--no-deps --editable .")


@pytest.mark.parametrize(
    ("arguments", "system"), [(["TORCH=gpu"], "Linux"), ([], "Darwin"), ([], "MINGW64_NT-10.0")]
)
def test_who_asks_for_it_or_has_another_system_gets_the_ordinary_one(install, arguments, system):
    calls = install(*arguments, system=system)
    assert len(calls) == 2 and not any("whl/cpu" in call for call in calls)


def test_where_its_index_cannot_be_reached_pytorch_comes_from_the_other(install):
    assert len(install(lean_fails=1)) == 3


def test_the_readme_says_the_same_command():
    """A line for those without make, before the one that would bring the other build."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lean = text.index("https://download.pytorch.org/whl/cpu")
    assert text.index("python3 -m venv .venv") < lean < text.index("install -r requirements.txt")


# Notebooks handed out


def test_a_notebook_that_somebody_works_on_is_never_overwritten(tmp_path):
    made, mine = tmp_path / "made", tmp_path / "mine"
    made.mkdir()
    (made / "a.ipynb").write_text("1", encoding="utf-8")
    (made / "b.ipynb").write_text("1", encoding="utf-8")
    assert lab.hand_out(made, mine) == []
    (mine / "a.ipynb").write_text("my work", encoding="utf-8")
    for name in "ab":
        (made / f"{name}.ipynb").write_text("2", encoding="utf-8")
    assert lab.hand_out(made, mine) == ["a.ipynb"]
    assert (mine / "a.ipynb").read_text(encoding="utf-8") == "my work"
    assert (mine / "b.ipynb").read_text(encoding="utf-8") == "2"
    (mine / "a.ipynb").unlink()  # who wants the new one
    assert lab.hand_out(made, mine) == []
    assert (mine / "a.ipynb").read_text(encoding="utf-8") == "2"


# Binder


def lines(name):
    """Return the requirements in a file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_chapters_run_elsewhere_in_the_versions_of_the_book():
    """What the extra asks for is pinned, once, for the book and for Binder."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["course"]]
    pinned = dict(line.split("==") for line in lines("constraints.txt"))
    for line in lines("requirements.txt") + lines("requirements-lab.txt"):
        name, _, version = line.split(";")[0].strip().partition("==")
        assert pinned[name] == version
    assert {re.split("[>=]", line)[0] for line in needed} <= set(pinned)
