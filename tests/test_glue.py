"""Values that a page quotes: named where a program runs the cell, as MyST-NB expects."""

import nbformat
import pytest
from nbclient import NotebookClient

from convlib.glue import glue


def test_outside_of_notebooks_nothing_happens(capsys):
    glue("answer", 42)
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_a_build_finds_the_value_under_its_name():
    """The same output as from `myst_nb.glue`, but for what other formats it offers."""
    both = "glue('share', '98 %', display=False)"
    sources = [f"from {name} import glue\n{both}" for name in ("myst_nb", "convlib.glue")]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    theirs, ours = ([dict(output) for output in cell.outputs] for cell in notebook.cells)
    for output in (*theirs, *ours):
        output.pop("transient", None)
    assert ours == theirs
