"""What Binder would do with this repository, as far as it can be seen without building an image."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
CHAPTERS = sorted(
    path for path in ROOT.glob("chapters/*.md") if "{code-cell}" in path.read_text("utf-8")
)
CHEAP = "discrete-convolution"


@pytest.fixture(scope="module")
def dockerfile():
    """Return the Dockerfile that repo2docker writes for this repository."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout + done.stderr


def test_repo2docker_uses_the_binder_folder(dockerfile):
    """The environment and the script of binder/ are what the image is made from."""
    assert "binder/environment.yml" in dockerfile
    assert "RUN ./binder/postBuild" in dockerfile


def test_the_image_brings_no_gpu_packages(dockerfile):
    """PyTorch comes from conda-forge's build for processors, and pip is never asked for torch."""
    assert not re.search(r"cuda|nvidia", dockerfile, re.IGNORECASE)
    environment = yaml.safe_load((BINDER / "environment.yml").read_text(encoding="utf-8"))
    assert any(str(package).startswith("pytorch-cpu") for package in environment["dependencies"])
    lock = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not re.search(r"^(nvidia|triton|cuda)", lock, re.MULTILINE)


def test_post_build_installs_everything_but_torch(tmp_path):
    """The list that pip gets is requirements.txt without the torch line."""
    script = (BINDER / "postBuild").read_text(encoding="utf-8")
    wanted = re.search(r"^grep -v '(.+)' requirements.txt", script, re.MULTILINE)[1]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    dropped = [line for line in lines if re.search(wanted, line)]
    assert len(dropped) == 1 and dropped[0].startswith("torch==")
    assert "-c constraints.txt" in script
    assert "--no-deps --editable ." in script


def test_scripts_are_executable_and_parse():
    """Bash can read them and the file mode lets repo2docker run them."""
    for script in (BINDER / "postBuild", ROOT / ".ci" / "run"):
        assert script.stat().st_mode & 0o111
        subprocess.run(["bash", "-n", str(script)], check=True)


def test_a_click_opens_a_chapter_as_a_notebook():
    """JupyterLab's default viewer for Markdown is the notebook."""
    overrides = json.loads((BINDER / "overrides.json").read_text(encoding="utf-8"))
    viewers = overrides["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]
    assert viewers["markdown"] == "Jupytext Notebook"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_jupytext_opens_every_chapter(path):
    """Each chapter is a notebook with a Python kernel, code cells and no leftovers of MyST."""
    notebook = jupytext.read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) > 3
    for cell in code:
        compile(cell, path.name, "exec")


@pytest.mark.slow
def test_a_kernel_runs_a_chapter_from_elsewhere(tmp_path):
    """A chapter neither needs the repository as working directory nor leaves files behind."""
    target = tmp_path / "chapter.ipynb"
    jupytext.write(jupytext.read(ROOT / "chapters" / f"{CHEAP}.md"), target)
    # In a process of its own: the browser tests keep an event loop running in this one.
    command = [Path(sys.executable).with_name("jupyter-execute"), "--inplace", "--timeout=600"]
    done = subprocess.run(
        [*command, target], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    executed = nbformat.read(target, as_version=4)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code if cell.source.strip())
    assert [path.name for path in tmp_path.iterdir()] == ["chapter.ipynb"]
