"""The style of the course's figures: always the same, and nobody else's."""

import inspect
import io
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import matplotlib
import pytest

matplotlib.use("agg")

from matplotlib import pyplot as plt

from convlib import live, networks, plots

MODULES = [import_module(f"convlib.plots.{module.name}") for module in iter_modules(plots.__path__)]
MAKERS = {
    f"{module.__name__}.{name}": function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
    and inspect.signature(function).return_annotation in ("Figure", plt.Figure)
}  # fmt: skip


NETWORK = networks.tiny_cnn()


def live_figure(name):
    make = getattr(live, name)
    return make(NETWORK) if "model" in inspect.signature(make).parameters else make()


EXAMPLES = {
    "signals.dice": lambda: import_module("convlib.plots.signals").dice(7),
    "sequences.modes": lambda: import_module("convlib.plots.sequences").modes(5, 3),
    "layers.bars": lambda: import_module("convlib.plots.layers").bars({"a": 1.0, "b": 20.0}, "ms"),
    "learning.descents": lambda: import_module("convlib.plots.learning").descents({"a": [3, 2, 1]}),
    **{name: lambda name=name: live_figure(name).picture() for name in live.__all__},
}
ODD = {
    "font.size": 23, "axes.titlesize": 40, "axes.spines.top": True, "figure.dpi": 50,
    "legend.frameon": True, "figure.constrained_layout.use": False,
}  # fmt: skip


def pixels(make):
    figure, file = make(), io.BytesIO()
    figure.savefig(file, format="png", dpi=60)
    plt.close(figure)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_figure_looks_the_same_in_every_session(name):
    plain = pixels(EXAMPLES[name])
    with plt.rc_context(ODD):
        assert pixels(EXAMPLES[name]) == plain


def test_all_that_make_figures_do_so_in_the_style():
    assert len(MAKERS) > 50
    assert [name for name, function in MAKERS.items() if not hasattr(function, "__wrapped__")] == []


SESSION = """
import importlib, io, pkgutil
import matplotlib
matplotlib.use("agg")
before = matplotlib.rcParams.copy()
from convlib import live, plots
for module in pkgutil.iter_modules(plots.__path__):
    importlib.import_module(f"convlib.plots.{module.name}")
assert matplotlib.rcParams == before, "importing"
plots.signals.dice(7).savefig(io.BytesIO())
live.KernelLab().picture()
assert matplotlib.rcParams == before, "drawing"
try:
    plots.signals.dice("seven", 3)
except TypeError:
    assert matplotlib.rcParams == before, "failing"
"""


@pytest.mark.slow
def test_the_settings_of_matplotlib_stay_the_readers():
    done = subprocess.run([sys.executable, "-c", SESSION], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


NOTEBOOK = """
import matplotlib
matplotlib.use("module://matplotlib_inline.backend_inline")
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
from matplotlib import pyplot as plt
from convlib.plots import signals
signals.dice(7)
assert plt.isinteractive(), "later figures of the notebook would not be shown"
"""


@pytest.mark.slow
def test_later_figures_of_a_notebook_are_shown():
    """The first figure switches on what shows all others, and that outlives the style."""
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
