"""Chapters run again exactly when something that their outputs are made from has changed.

A small book with a small package named convlib is built by Sphinx, edited and built again.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

EXTENSIONS = Path(__file__).resolve().parents[1] / "_ext"
CONF = """
extensions = ["myst_nb", "run_chapters", "measured"]
exclude_patterns = ["_build"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
"""
TOP = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
FIRST = """# First

```{code-cell} ipython3
from convlib import used  # a comment
used.late()
```
"""
SECOND = """# Second

```{code-cell} ipython3
:tags: [measured]

import convlib
for word in ["8.0 ", "3.0", "\\n", "end"]:
    print(word, end="", flush=True)
    import time; time.sleep(0.3)
```
"""


class Book:
    """A book in a folder, and what its last build said."""

    def __init__(self, folder):
        self.folder = folder
        self.write("conf.py", CONF)
        self.write("index.md", "# Book\n\n```{toctree}\nfirst\nsecond\n```\n")
        self.write("first.md", TOP + FIRST)
        self.write("second.md", TOP + SECOND)
        self.write("convlib/__init__.py", "")
        self.write(
            "convlib/used.py", "def late():\n    from convlib import lazy\n    print(lazy.x)"
        )
        self.write("convlib/lazy.py", "x = 'one'")
        self.write("convlib/unused.py", "x = 1")
        self.write("convlib/data.txt", "1")

    def write(self, name, text):
        """Write a file of the book."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name):
        """Return the text of a file of the book."""
        return (self.folder / name).read_text(encoding="utf-8")

    def build(self):
        """Build the book; return which chapters ran, and why."""
        places = os.pathsep.join([str(self.folder), str(EXTENSIONS)])
        home = str(self.folder / "conf.py" / "home")  # below a file nobody can write
        self.done = subprocess.run(
            [sys.executable, "-m", "sphinx", "--color", "-W", "-b", "html", ".", "_build/html"],
            cwd=self.folder, env=os.environ | {"PYTHONPATH": places, "HOME": home},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.log = re.sub(r"\x1b\[[\d;]*m", "", self.done.stdout + self.done.stderr)
        return dict(re.findall(r"(\w+) runs: (.*)", self.log))

    def page(self, name):
        """Return the text of a built page, without tags."""
        return re.sub(r"<[^>]*>", "", self.read(f"_build/html/{name}.html"))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Return a book that has been built once."""
    made = Book(tmp_path_factory.mktemp("book"))
    assert set(made.build()) == {"first", "second"}
    assert made.done.returncode == 0, made.log
    return made


def test_the_pages_show_what_the_cells_print(book):
    """Also where it arrived in pieces."""
    assert "one\n" in book.page("first")
    assert "8.0 3.0\nend" in book.page("second")


def test_a_page_says_what_was_measured(book):
    """Under the output of a cell with that tag, and nowhere else."""
    assert book.page("second").count("Measured when this page was made") == 1
    assert "Measured" not in book.page("first")


def test_neither_the_home_folder_nor_its_settings_count(book):
    """Matplotlib and IPython keep what they need with the build."""
    for name in ("matplotlib", "ipython"):
        assert (book.folder / "_build" / "settings" / name).is_dir()
    assert "writable" not in book.page("first") + book.page("second")


def test_nothing_changed_nothing_runs(book):
    assert book.build() == {}
    assert "0 added, 0 changed, 0 removed" in book.log


def test_what_changes_no_output_runs_nothing(book):
    """Comments, docstrings, prose, how a cell is shown, modules that nobody imports."""
    before = {name: book.read(name) for name in ("first.md", "convlib/lazy.py")}
    book.write("convlib/lazy.py", '"""A docstring."""\nx = "one"  # a comment')
    book.write("convlib/unused.py", "x = 2")
    book.write("convlib/new.py", "x = 3")
    first = FIRST.replace("# First", "# The first page").replace("a comment", "another remark")
    book.write("first.md", TOP + first.replace("ipython3", "ipython3\n:tags: [hide-input]"))
    assert book.build() == {}
    assert book.done.returncode == 0, book.log
    for text in ("The first page", "another remark", "one\n", "Show code cell"):
        assert text in book.page("first")
    for name, text in before.items():
        book.write(name, text)


def test_what_outputs_are_made_from_runs_who_uses_it(book):
    """Also modules that are imported late; undoing the edits costs nothing."""
    before = {name: book.read(name) for name in ("second.md", "convlib/lazy.py")}
    book.write("convlib/lazy.py", "x = 'two'")
    book.write("second.md", TOP + SECOND.replace('"end"', '"THE END"'))
    assert book.build() == {"first": "convlib/lazy.py changed", "second": "its cells changed"}
    assert book.done.returncode == 0, book.log
    assert "two\n" in book.page("first") and "THE END" in book.page("second")
    for name, text in before.items():
        book.write(name, text)
    assert book.build() == {}
    assert "one\n" in book.page("first") and "THE END" not in book.page("second")


def test_data_beside_a_module_count(book):
    book.write("convlib/data.txt", "2")
    assert book.build() == dict.fromkeys(("first", "second"), "convlib/data.txt changed")


def test_a_failing_cell_stops_the_build_and_is_shown(book):
    """The cell and the error; the chapter beside it is not lost."""
    book.write("second.md", TOP + SECOND.replace("import convlib", "import convlib\n1 / 0"))
    assert set(book.build()) == {"second"}
    assert book.done.returncode != 0
    assert "second.md" in book.log and "1 / 0" in book.log and "ZeroDivisionError" in book.log
    book.write("second.md", TOP + SECOND)
    assert book.build() == {}
    assert book.done.returncode == 0
