"""What the outputs of a chapter are made from, and whether it is still as it was.

A finished run says itself which modules it loaded: those of convlib, wherever and however late they
were imported, and the packages. Together with the cells, the data files beside those modules and
the version of Python that is all that its outputs can depend on. Comments and docstrings are
left out, because they change no output.
"""

import ast
import functools
import hashlib
import platform
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "convolution-course"
CELLS = "its cells"
PYTHON = "Python"
# A chapter that shows source or docstrings depends on every letter of them.
_SHOWS_SOURCE = re.compile(r"getsource|__doc__|\bhelp\(|\?\?")
_RUNNING_TAGS = {"raises-exception", "skip-execution"}  # the tags that Jupyter's executor knows
_NOT_READ = {".py", ".pyc", ".pyi", ".typed", ".md"}  # by a module that is executed


def hashed(text: str | bytes) -> str:
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]


def digest(root: Path, patterns: Iterable[str]) -> str:
    """Return one hash over names and contents of all files that match."""
    paths = sorted({p for pattern in patterns for p in root.glob(pattern) if p.is_file()})
    return hashed(repr([(p.relative_to(root).as_posix(), hashed(p.read_bytes())) for p in paths]))


class _OnlyWhatRuns(ast.NodeTransformer):
    def visit_Expr(self, node):
        """Drop docstrings, and other strings that stand alone."""
        text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if text else node


@functools.cache
def what_runs(source: str) -> str:
    r"""Return Python code in a form that neither layout nor comments nor docstrings change.

    >>> what_runs('def f(x):\n  "Double."\n  return 2*x') == what_runs("def f(x): return 2 * x")
    True
    """
    return ast.dump(_OnlyWhatRuns().visit(ast.parse(source)))


def _cell(cell) -> tuple[str, list[str]]:
    source = cell.source
    try:
        # IPython has commands that are not Python, and a semicolon at the end hides a result.
        source = source if ";" in source else what_runs(source)
    except SyntaxError:
        pass
    return source, sorted(_RUNNING_TAGS & set(cell.metadata.get("tags", [])))


@functools.cache
def course_packages() -> frozenset[str]:
    """Return the names of all distributions that convlib and the course need, in turn."""
    found, waiting = set(), [(PROJECT, "course")]
    while waiting:
        name, extra = waiting.pop()
        for line in metadata.requires(name) or []:
            need = Requirement(line)
            known = need.name.lower().replace("_", "-")
            if known not in found and (not need.marker or need.marker.evaluate({"extra": extra})):
                found.add(known)
                waiting.append((need.name, ""))
    return frozenset(found)


@functools.cache
def _distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())


def _edited(path: Path, since: float) -> bool:
    return not path.exists() or path.stat().st_mtime > since


class Sources:
    """The present state of all that chapters can depend on.

    Parameters
    ----------
    root : pathlib.Path
        The folder that holds the package.
    notebook : NotebookNode
        The chapter as its source file has it now.
    """

    def __init__(self, root: Path, notebook) -> None:
        self.root = root
        self.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        self.as_written = any(_SHOWS_SOURCE.search(cell.source) for cell in self.cells)

    def now(self, name: str) -> str:
        """Return the present version or digest of one thing that outputs are made from."""
        if name == CELLS:
            return hashed(repr([_cell(cell) for cell in self.cells]))
        if name == PYTHON:
            return platform.python_version()
        if "/" in name:
            return self._file(self.root / name)
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return "missing"

    def _file(self, path: Path) -> str:
        if not path.is_file():
            return "missing"
        if path.suffix != ".py" or self.as_written:
            return hashed(path.read_bytes())
        return hashed(what_runs(path.read_text(encoding="utf-8")))

    def of_run(
        self, files: Iterable[str], packages: Iterable[str], *, since: float
    ) -> dict[str, str]:
        """Return the present state of all that a run depends on.

        Parameters
        ----------
        files : iterable of str
            Paths of the modules of convlib that the run loaded.
        packages : iterable of str
            Names of all packages that it loaded, as they are imported.
        since : float
            When it began. A file edited later counts as changed: the run may not have seen that.
        """
        modules = [Path(file).relative_to(self.root) for file in files]
        beside = {
            path.relative_to(self.root)
            for folder in {module.parent for module in modules}
            for path in (self.root / folder).glob("*")
            if path.is_file() and path.suffix not in _NOT_READ
        }
        loaded = {
            dist.lower().replace("_", "-")
            for name in packages
            for dist in _distributions().get(name, [])
        }
        paths = sorted({*modules, *beside})
        names = [CELLS, PYTHON, *(path.as_posix() for path in paths)]
        states = {name: self.now(name) for name in [*names, *sorted(loaded & course_packages())]}
        edited = [path for path in paths if _edited(self.root / path, since)]
        return states | {path.as_posix(): "edited during the run" for path in edited}

    def changed(self, made_from: dict[str, str]) -> list[str]:
        """Return what differs from the state that a run was made from."""
        return [name for name, state in made_from.items() if self.now(name) != state]
