"""The small Sphinx extensions of the book, without building it."""

import doctest
import importlib
import io
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

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


def test_a_pull_request_leads_to_its_target(extension, tmp_path):
    """GitHub calls what it builds for a pull request "12/merge"; Binder cannot open that."""
    runner = {
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_REF_NAME": "12/merge",
    }
    found = extension("repository").find(tmp_path, runner | {"GITHUB_BASE_REF": "lessons"})
    assert found == ("https://github.com/a/b", "lessons")


def test_no_address_means_no_buttons(extension):
    """Without an address nothing links to a repository or starts Binder."""
    options = extension("repository").theme_options(None)
    assert options == {"repository_url": ""}
    assert extension("notebooks").buttons(None, "cat") == []
    with_address = extension("repository").theme_options((REPOSITORY, "lessons"))
    assert with_address["repository_url"] == REPOSITORY
    assert with_address["use_edit_page_button"] and with_address["use_issues_button"]
    binder, colab = extension("notebooks").buttons(REPOSITORY, "cat")
    slug = REPOSITORY.removeprefix("https://github.com/")
    assert slug in binder["url"] and slug in colab["url"]


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


THEMED = """
import sys
sys.path.append({extensions!r})
extensions = ["sphinx_book_theme", "served"]
html_theme = "sphinx_book_theme"
"""


def build_small_site(folder, monkeypatch, address):
    """Build two pages in the book's theme as the publishing workflow does; return the site."""
    from sphinx.application import Sphinx

    (folder / "deep").mkdir()
    (folder / "conf.py").write_text(THEMED.format(extensions=str(EXTENSIONS)), encoding="utf-8")
    (folder / "index.rst").write_text("First\n=====\n\n.. toctree:: deep/page\n", encoding="utf-8")
    (folder / "deep" / "page.rst").write_text("Second\n======\n", encoding="utf-8")
    monkeypatch.setenv("SITE_URL", address)
    out = folder / "out"
    with docutils_namespace():  # what is registered here is nobody else's business
        Sphinx(folder, folder, out, folder / "doctrees", "html", status=None, warning=None).build()
    return out


@pytest.mark.slow
def test_a_wrong_address_leads_to_a_page_that_finds_its_way(tmp_path, monkeypatch):
    """Its links and style sheets start at the site, not at the address that was asked for."""
    site = build_small_site(tmp_path, monkeypatch, "https://someone.github.io/some-course")
    page = BeautifulSoup((site / "404.html").read_text(encoding="utf-8"), "html.parser")
    base = page.find("base")
    assert base["href"] == "https://someone.github.io/some-course/"
    for link in page.select("link[href], script[src], a[href]"):
        assert not link.get("href", "").startswith("/")
        assert base.sourceline <= link.sourceline
    assert page.select_one('article a[href="index.html"]')
    assert (site / ".nojekyll").is_file()
    second = BeautifulSoup((site / "deep" / "page.html").read_text(encoding="utf-8"), "html.parser")
    canonical = second.select_one("link[rel=canonical]")["href"]
    assert canonical == "https://someone.github.io/some-course/deep/page.html"


@pytest.mark.slow
def test_a_site_without_address_has_no_page_for_wrong_ones(tmp_path, monkeypatch):
    site = build_small_site(tmp_path, monkeypatch, "")
    assert not (site / "404.html").exists()
    assert "canonical" not in (site / "index.html").read_text(encoding="utf-8")


PAGE = """# A kernel in a title

A `kernel` and two Kernels, and a kernel. The impulse response of a box.

| kernel |
| --- |
| impulse |

An *impulse*, and then an impulse.
"""
WORDS = """# Words

```{glossary}
kernel
  Numbers.

impulse
  One.

impulse response
  The answer to an impulse.

box
  Even.
```
"""


def test_the_first_use_of_a_term_leads_to_the_glossary(extension, tmp_path):
    """Once on a page, in running text only, the longest term first, no everyday words."""
    extension("terms")
    (tmp_path / "index.md").write_text(f"{PAGE}\n```{{toctree}}\nwords\n```\n", encoding="utf-8")
    (tmp_path / "words.md").write_text(WORDS, encoding="utf-8")
    options = {"extensions": ["myst_parser", "terms"], "terms_not_linked": ["box"]}
    said = io.StringIO()
    with docutils_namespace():
        folders = (tmp_path, None, tmp_path / "out", tmp_path / "trees")
        Sphinx(
            *folders, "html", {**options, "suppress_warnings": ["config.cache"]}, None, said
        ).build()
    assert ".md:" not in said.getvalue()
    page = BeautifulSoup(
        (tmp_path / "out" / "index.html").read_text(encoding="utf-8"), "html.parser"
    )
    links = page.select("a:has(.term-link)")
    assert [link.get_text() for link in links] == ["Kernels", "impulse response", "impulse"]
    assert links[0]["href"] == "words.html#term-kernel"
    words = BeautifulSoup(
        (tmp_path / "out" / "words.html").read_text(encoding="utf-8"), "html.parser"
    )
    assert not words.select(".term-link")
