"""What Binder would do with this repository, as far as it can be seen without building an image."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

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


def commands():
    """Return the commands of postBuild, each on one line."""
    script = (BINDER / "postBuild").read_text(encoding="utf-8")
    return [line for line in script.replace("\\\n", " ").splitlines() if line[:1] not in ("#", "")]


def test_the_image_brings_no_gpu_packages(dockerfile):
    """PyTorch comes first and from its makers' index, in the build for processors."""
    assert not re.search(r"cuda|nvidia", dockerfile, re.IGNORECASE)
    lean, rest = (number for number, line in enumerate(commands()) if line.startswith("$pip"))
    assert lean < rest and "https://download.pytorch.org/whl/cpu torch" in commands()[lean]
    lock = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not re.search(r"^(nvidia|triton|cuda)", lock, re.MULTILINE)


def test_the_image_has_what_chapters_need_and_no_more():
    """In the versions of the book, but neither Jupyter Book nor Node."""
    script = "\n".join(commands())
    assert "--constraint constraints.txt" in script and "'.[course]'" in script
    assert "requirements.txt" not in script
    chosen = (ROOT / "requirements-lab.txt").read_text(encoding="utf-8")
    assert not re.search("^(jupyter-book|myst-nb|nodejs)", chosen, re.MULTILINE)


def test_scripts_are_executable_and_parse():
    """Bash can read them and the file mode lets repo2docker run them."""
    for script in (BINDER / "postBuild", BINDER / "start", ROOT / ".ci" / "run"):
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
