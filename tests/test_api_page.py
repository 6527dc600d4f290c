"""The reference page names everything public, once, and every entry says what it should."""

import importlib
import inspect
import re
from pathlib import Path

import pytest
from numpydoc.docscrape import FunctionDoc

import convlib

PAGE = Path(__file__).resolve().parents[1] / "chapters" / "api.md"
# What readers import. The other modules hold what these are made of, and the drawing of figures.
MODULES = [
    "discrete", "continuous", "images", "kernels", "layers", "naive", "chunked", "data",
    "networks", "live",
]  # fmt: skip
MATHEMATICS = {"discrete", "continuous", "images", "kernels", "layers", "naive", "chunked"}


def public(module):
    """Return the names a module offers: its `__all__`, or what it defines without underscore."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def entries():
    """Return the (module, name) of everything that the page shows."""
    found = []
    text = PAGE.read_text(encoding="utf-8")
    single = r"^\.\. auto(?:function|class|data):: (convlib[\w.]*)\.(\w+)$"
    found += re.findall(single, text, re.MULTILINE)
    by_hand = re.findall(r"^\.\. py:data:: (\w+)\n {3}:module: (\S+)$", text, re.MULTILINE)
    found += [(module, name) for name, module in by_hand]
    for module, options in re.findall(r"^\.\. automodule:: (\S+)\n((?: {3}:.*\n)*)", text, re.M):
        names = re.search(r":members:(.*)", options)
        given = names.group(1).replace(",", " ").split() if names else []
        found += [
            (module, n) for n in given or (public(importlib.import_module(module)) * bool(names))
        ]
    return found


def identity(module, name):
    """Return where something was defined: a function may be offered by several modules."""
    value = getattr(importlib.import_module(module), name)
    return (getattr(value, "__module__", ""), name) if callable(value) else ("", name)


ENTRIES = entries()
FUNCTIONS = {
    f"{module}.{name}": getattr(importlib.import_module(module), name)
    for module, name in ENTRIES
    if inspect.isfunction(getattr(importlib.import_module(module), name))
}


def test_nothing_is_shown_twice():
    shown = [identity(*entry) for entry in ENTRIES]
    assert len(shown) > 60
    assert [entry for entry in shown if shown.count(entry) > 1] == []


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_is_shown(module):
    module = f"convlib.{module}"
    shown = {identity(*entry) for entry in ENTRIES}
    names = public(importlib.import_module(module))
    assert [name for name in names if identity(module, name) not in shown] == []


def test_every_entry_starts_with_a_sentence():
    for module, name in ENTRIES:
        value = getattr(importlib.import_module(module), name)
        if callable(value):
            assert inspect.getdoc(value).split("\n\n")[0].endswith("."), name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arguments_are_described_all_or_in_the_sentence(name):
    """A list of parameters is complete; only what one sentence can say goes without a list."""
    doc, signature = FunctionDoc(FUNCTIONS[name]), inspect.signature(FUNCTIONS[name])
    described = [arg for entry in doc["Parameters"] for arg in re.split(", ", entry.name)]
    assert described == [arg for arg in signature.parameters if arg in described]
    if described or len(signature.parameters) > 3:
        assert set(described) == set(signature.parameters)


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n.split(".")[1] in MATHEMATICS])
def test_the_mathematics_is_described_in_full(name):
    """Arguments and result of every function, and an example of all but families of kernels."""
    doc, signature = FunctionDoc(FUNCTIONS[name]), inspect.signature(FUNCTIONS[name])
    assert bool(doc["Parameters"]) == bool(signature.parameters)
    assert doc["Returns"]
    assert doc["Examples"] or ".kernels." in name


def test_boundary_rules_are_drawn_alike_wherever_they_are_drawn():
    """The page takes the drawing from the source; no chapter may contradict it."""
    rule = re.compile(r"^ *(\w+ +[0a-d][0a-d ]*\| a b c d \|(?: [0a-d])+)", re.MULTILINE)
    drawing = rule.findall(importlib.import_module("convlib.discrete").__doc__)
    assert [line.split()[0] for line in drawing] == [*convlib.discrete.BOUNDARIES]
    for path in PAGE.parent.glob("*.md"):
        assert set(rule.findall(path.read_text(encoding="utf-8"))) <= set(drawing), path.name
