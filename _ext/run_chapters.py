"""Run a chapter again exactly when something that its outputs are made from has changed.

The outputs of a run are kept under the digest of what they were made from (see ``made_from``), so
that undoing an edit costs nothing. Before Sphinx reads anything, each chapter finds a run that
is still true, or runs, two chapters at a time; those that measure times run alone, as the
line ``execution: {alone: true}`` at their top says. myst-nb then finds all outputs in its own
cache and runs nothing itself. Sphinx reads again the pages whose outputs are others than before.
"""

import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from made_from import Sources, digest, hashed
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from sphinx.errors import ExtensionError
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
AT_A_TIME = 2
KEPT = 10  # runs of one chapter
RENDERING = ("_ext/*", "package-lock.json")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_LOADED = """
import json, sys
_ours = [module for name, module in sys.modules.items() if name.split(".")[0] == "convlib"]
_files = sorted(filter(None, (getattr(module, "__file__", None) for module in _ours)))
print(json.dumps([_files, sorted({name.split(".")[0] for name in sys.modules})]))
"""


class Run(NamedTuple):
    """One run of a chapter that is kept: a notebook, and beside it what it was made from."""

    folder: Path
    digest: str

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.folder / f"{self.digest}.ipynb"

    @property
    def note(self) -> Path:
        """The states of all that the outputs were made from, by name."""
        return self.folder / f"{self.digest}.json"

    def made_from(self) -> dict[str, str]:
        """Return what the outputs were made from."""
        return json.loads(self.note.read_text(encoding="utf-8"))


def kept_runs(folder: Path) -> list[Run]:
    """Return the runs in a folder, the one that was used last first."""
    notes = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [Run(folder, path.stem) for path in notes]


def find_run(folder: Path, sources: Sources) -> tuple[Run | None, str]:
    """Return a run that is still true, or None and the reason why the last one is not."""
    runs = kept_runs(folder)
    for run in runs:
        if not sources.changed(run.made_from()):
            run.note.touch()
            return run, ""
    if not runs:
        return None, "no earlier run is kept"
    names = sources.changed(runs[0].made_from())
    return None, f"{', '.join(names[:3])}{' and more' * (len(names) > 3)} changed"


def merge_streams(outputs: list) -> list:
    """Join what a cell prints: it comes in chunks, which may end in the middle of a line."""
    merged: list = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream" == last.get("output_type"):
            if output["name"] == last["name"]:
                last["text"] += output["text"]
                continue
        merged.append(output)
    return merged


def environment(build: Path, *, alone: bool) -> dict[str, str]:
    """Return the variables that a chapter runs with; without `alone` it has one thread.

    The reader's own settings of Matplotlib and IPython change no figure, and where the home folder
    cannot be written, neither complains into the outputs.
    """
    own = {"MPLCONFIGDIR": "matplotlib", "IPYTHONDIR": "ipython"}
    for name in own.values():
        (build / "settings" / name).mkdir(parents=True, exist_ok=True)
    settings = {key: str(build / "settings" / name) for key, name in own.items()}
    return os.environ | settings | ({} if alone else dict.fromkeys(_THREADS, "1"))


def execute(notebook, folder: Path, *, timeout: int, env: dict) -> tuple[list[str], list[str]]:
    """Execute a notebook in place; return the files of convlib and the packages that it loaded.

    Parameters
    ----------
    notebook : NotebookNode
        The chapter.
    folder : pathlib.Path
        Where it runs.
    timeout : int
        Seconds that one cell may take.
    env : dict
        Its environment variables.
    """
    notebook.cells.append(nbformat.v4.new_code_cell(_LOADED))
    client = NotebookClient(
        notebook, timeout=timeout, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=env)
    loaded = merge_streams(notebook.cells.pop().outputs)[-1]["text"]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
    return json.loads(loaded.splitlines()[-1])


def keep(folder: Path, notebook, made_from: dict[str, str]) -> Run:
    """Keep a run under the digest of what it was made from, and drop the oldest."""
    folder.mkdir(parents=True, exist_ok=True)
    names = json.dumps(made_from, indent=1)
    run = Run(folder, hashed(names))
    nbformat.write(notebook, run.notebook)
    run.note.write_text(names, encoding="utf-8")  # last: a run without it does not count
    for old in kept_runs(folder)[KEPT:]:
        old.note.unlink()
        old.notebook.unlink(missing_ok=True)
    return run


class Chapter:
    """A page with cells to execute.

    Parameters
    ----------
    app : Sphinx
        The running build.
    name : str
        Sphinx's name of the page.
    text : str
        Its source.
    """

    def __init__(self, app, name: str, text: str) -> None:
        self.path = Path(app.env.doc2path(name))
        self.notebook = read_myst_markdown_notebook(
            text, config=app.env.myst_config, add_source_map=True, path=self.path
        )
        self.name = self.path.stem
        self.sources = Sources(Path(app.srcdir), self.notebook)
        self.folder = Path(app.outdir).parent / "executed" / self.name
        self.timeout = app.config.nb_execution_timeout
        self.run, self.reason = find_run(self.folder, self.sources)
        self.failure = ""

    @property
    def alone(self) -> bool:
        """Whether nothing else may run beside it."""
        return bool(self.notebook.metadata.get("execution", {}).get("alone"))

    def execute(self) -> tuple | None:
        """Run all cells; return the notebook, what it loaded, and when it began."""
        LOGGER.info("%s runs: %s", self.name, self.reason)
        started, ran = time.time(), nbformat.from_dict(self.notebook)
        try:
            env = environment(self.folder.parents[1].resolve(), alone=self.alone)
            loaded = execute(ran, self.path.parent, timeout=self.timeout, env=env)
        except (CellControlSignal, DeadKernelError) as error:
            self.failure = f"{self.path}: {type(error).__name__}\n{error}"
            return None
        LOGGER.info("%s ran in %.1f s", self.name, time.time() - started)
        return ran, loaded, started

    def keep(self, done: tuple | None) -> None:
        """Keep the outputs of a run under the digest of what they were made from."""
        if done is not None:
            ran, loaded, started = done
            self.run = keep(self.folder, ran, self.sources.of_run(*loaded, since=started))

    def hand_over(self, cache) -> None:
        """Put the outputs where myst-nb looks for them, with the cells as they are written now."""
        ran = nbformat.read(self.run.notebook, as_version=4)
        outputs = [cell for cell in ran.cells if cell.cell_type == "code"]
        for cell, done in zip(self.sources.cells, outputs, strict=True):
            cell.outputs, cell.execution_count = done.outputs, done.execution_count
        self.notebook.metadata |= {
            key: ran.metadata[key] for key in ("language_info", "widgets") if key in ran.metadata
        }
        bundle = CacheBundleIn(self.notebook, str(self.path))
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def run_all(chapters: list[Chapter]) -> None:
    """Run chapters, those that measure times before the others and one by one."""
    for chapter in chapters:
        if chapter.alone:
            chapter.keep(chapter.execute())
    others = [chapter for chapter in chapters if not chapter.alone]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        # Digests are made in this thread: Python 3.11 parses in one thread at a time.
        for chapter, done in zip(others, pool.map(Chapter.execute, others), strict=True):
            chapter.keep(done)
    if failures := [chapter.failure for chapter in chapters if chapter.failure]:
        raise ExtensionError("\n\n".join(failures))


def bring_up_to_date(app, env, added, changed, removed) -> list[str]:
    """Run what must run; return the pages that Sphinx must read again."""
    texts = {name: Path(env.doc2path(name)).read_text("utf-8") for name in sorted(env.found_docs)}
    chapters = {
        name: Chapter(app, name, text)
        for name, text in texts.items()
        if is_myst_markdown_notebook(text)
    }
    run_all([chapter for chapter in chapters.values() if chapter.run is None])
    app.chapters = chapters  # for who makes notebooks of them
    cache = app.config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache"
    shutil.rmtree(cache, ignore_errors=True)
    for chapter in chapters.values():
        chapter.hand_over(get_cache(cache))
    before = getattr(env, "outputs", {}), getattr(env, "rendered_by", None)
    # Kept with the environment, which Sphinx saves only after all pages were read.
    env.outputs = {name: chapter.run.digest for name, chapter in chapters.items()}
    env.rendered_by = digest(Path(app.srcdir), RENDERING)
    if before[1] != env.rendered_by:
        return sorted(env.found_docs)
    return [name for name, made in env.outputs.items() if before[0].get(name) != made]


def setup(app):
    """Register with Sphinx."""
    app.connect("env-get-outdated", bring_up_to_date)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
