"""The small Sphinx extensions of the book, without building it."""

import doctest
import importlib
import subprocess
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).resolve().parents[1] / "_ext"
REPOSITORY = "https://github.com/someone/some-course"


@pytest.fixture
def extension(monkeypatch):
    """Return a function that imports a module of _ext by name."""
    monkeypatch.syspath_prepend(EXTENSIONS)
    return importlib.import_module


@pytest.mark.parametrize("name", sorted(path.stem for path in EXTENSIONS.glob("*.py")))
def test_examples_in_docstrings(extension, name):
    """The examples of the extensions are true."""
    assert doctest.testmod(extension(name)).failed == 0


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/someone/some-course.git", REPOSITORY),
        ("https://github.com/someone/some-course/", REPOSITORY),
        ("https://user:secret@github.com/someone/some-course", REPOSITORY),
        ("git@github.com:someone/some-course.git", REPOSITORY),
        ("ssh://git@github.com:22/someone/some-course.git", REPOSITORY),
        ("https://gitlab.com/someone/some-course", "https://gitlab.com/someone/some-course"),
        ("https://github.com.example.org/someone/some-course", None),
        ("https://example.org/someone/some-course", None),
        ("file:///srv/some-course.git", None),
        ("../some-course", None),
        ("", None),
    ],
)
def test_address_of_a_remote(extension, remote, expected):
    """Only addresses of public hosts count, and no password gets through."""
    assert extension("repository").address_of_remote(remote) == expected


def git(folder, *arguments):
    """Run git in a folder."""
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_a_fork_gets_its_own_buttons(extension, tmp_path):
    """The origin remote decides where the buttons lead; GitHub's runner knows better."""
    repository = extension("repository")
    git(tmp_path, "init", "--initial-branch=lessons")
    assert repository.find(tmp_path, {}) is None
    git(tmp_path, "remote", "add", "origin", f"{REPOSITORY}.git")
    assert repository.find(tmp_path, {}) == (REPOSITORY, "lessons")
    runner = {"GITHUB_REPOSITORY": "a/b", "GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "main"}
    assert repository.find(tmp_path, runner) == ("https://github.com/a/b", "main")


def test_no_address_means_no_buttons(extension):
    """Without an address nothing links to a repository or starts Binder."""
    options = extension("repository").theme_options(None)
    assert options == {"repository_url": "", "launch_buttons": {}}
    with_address = extension("repository").theme_options((REPOSITORY, "lessons"))
    assert with_address["repository_url"] == REPOSITORY
    assert with_address["launch_buttons"]["notebook_interface"] == "jupyterlab"


def test_formulas_are_rendered_or_refused(extension):
    """A formula becomes HTML and MathML; a wrong one says what is wrong."""
    render = extension("maths").Renderer(EXTENSIONS.parent)
    try:
        html = render(r"f \star g", display=False)
        assert "katex-html" in html and "<math" in html
        assert 'display="block"' in render(r"\int f(a)\,da", display=True)
        with pytest.raises(ValueError, match="KaTeX parse error"):
            render(r"\frac{1}{", display=True)
        assert "katex" in render("a < b", display=False)
    finally:
        render.close()
