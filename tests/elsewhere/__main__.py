"""Run the notebooks of the built site in environments other than the book's.

    python -m tests.elsewhere colab            # all notebooks, as on Colab
    python -m tests.elsewhere newest cat dog   # two of them, in the newest Jupyter

Each environment is made anew below ``_build/elsewhere``. It has what Jupyter itself needs; what a
notebook needs, its first cell has to install.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE = ROOT / "_build" / "html" / "notebooks"
FOLDER = ROOT / "_build" / "elsewhere"
JUPYTER = ["ipykernel", "nbclient", "nbformat"]
RUN = """
import sys, time, nbclient, nbformat
path = sys.argv[1]
notebook = nbformat.read(path, as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
began = time.time()
nbclient.NotebookClient(notebook, timeout=1800, kernel_name="python3").execute()
nbformat.write(notebook, path)
views = sum("application/vnd.jupyter.widget-view+json" in output.get("data", {})
            for cell in notebook.cells for output in cell.get("outputs", []))
print(f"ran in {time.time() - began:.0f} s, {views} live figures")
"""


def lowest() -> list[str]:
    """Return the lowest versions that the project allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["course"]]
    return [re.sub(r">=(\d+)$", r">=\1.0", line).replace(">=", "==") for line in lines]


def locked() -> list[str]:
    """Return what repo2docker's image has before postBuild, as packages of the Python index."""
    lock = files("repo2docker") / "buildpacks" / "conda" / "environment.py-3.11-linux-64.lock"
    found = re.findall(
        r"/((?:jupyter|notebook|ipy)[\w-]*?)-([\d.]+)-[^/]*\.conda", lock.read_text("utf-8")
    )
    return [f"{name}=={version}" for name, version in found if name not in _ONLY_CONDA]


_ONLY_CONDA = {"jupyterhub-base", "jupyterhub-singleuser"}
ENVIRONMENTS = {
    "newest": lambda: ["jupyterlab", *JUPYTER],
    "colab": lambda: ["-r", str(Path(__file__).with_name("colab.txt"))],
    "lowest": lambda: [*lowest(), *JUPYTER],
    "binder": locked,
}
PYTHONS = {"colab": "python3.13", "newest": "python3.13"}  # where there is one; else this one


def environment(name: str) -> Path:
    """Make an environment anew; return its Python."""
    python, folder = shutil.which(PYTHONS.get(name, "")) or sys.executable, FOLDER / name
    if subprocess.run([python, "-c", ""], capture_output=True).returncode:
        python = sys.executable
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    made = folder / "bin" / "python"
    pip = [made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *ENVIRONMENTS[name]()], check=True)
    return made


def run(python: Path, notebook: Path) -> None:
    """Run a copy of a notebook in a folder of its own."""
    place = python.parents[1] / "work"
    place.mkdir(exist_ok=True)
    subprocess.run([python, "-c", RUN, shutil.copy(notebook, place)], check=True, cwd=place)


def main(where: str, *names: str) -> None:
    """Run notebooks in one of the environments."""
    python = environment(where)
    for notebook in sorted(MADE.glob("*.ipynb")):
        if not names or notebook.stem in names:
            print(f"{where}: {notebook.stem} ...", flush=True)
            run(python, notebook)


if __name__ == "__main__":
    main(*sys.argv[1:])
