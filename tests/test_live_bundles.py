"""The scripts that the figures send to the browser are made of their sources."""

import subprocess

import pytest
from javascript import ROOT, node

from convlib import live
from convlib.live._base import STATIC, View

COMMAND = "npm ci && npm run figures"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Bundle all figures anew; return the folder."""
    folder = tmp_path_factory.mktemp("static")
    if not (ROOT / "node_modules" / "esbuild").is_dir():
        pytest.fail(
            f"the packages of package-lock.json are missing: run `{COMMAND}`", pytrace=False
        )
    subprocess.run([node(), str(ROOT / "runtime" / "figures.mjs"), str(folder)], check=True)
    return folder


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_bundles_are_those_of_their_sources(fresh):
    made, kept = texts(fresh), texts(STATIC)
    old = [name for name in {**made, **kept} if made.get(name) != kept.get(name)]
    assert not old, f"older than their sources: {sorted(old)}; run `{COMMAND}` and commit them"


def views(kind=View):
    return [view for child in kind.__subclasses__() for view in (child, *views(child))]


def texts_of(view):
    """Return script and styles; a view that has been made keeps them in traits."""
    return view._esm, view._css


def test_every_figure_has_its_own_script_and_styles():
    """Named as its module, which is how a page finds them by the name of the class."""
    assert all(hasattr(live, name) for name in [*live.__all__, "Challenges"])  # imports them
    stems = {path.stem for path in STATIC.iterdir()}
    found = {}
    for view in views():
        stem = view.__module__.split(".")[-1]
        if stem in stems:
            found[stem] = [str(getattr(text, "default_value", text)) for text in texts_of(view)]
    assert len(found) == len(stems) == len(live.__all__) + 1  # the challenges
    for stem, (script, styles) in found.items():
        assert script == (STATIC / f"{stem}.js").read_text(encoding="utf-8")
        assert styles == (STATIC / f"{stem}.css").read_text(encoding="utf-8")
