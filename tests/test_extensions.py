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


def test_pages_lose_the_icon_script_and_wait_for_no_other(extension):
    """Scripts run after the page is parsed, except the settings that inline scripts need."""
    lighten = extension("lean_pages").lighten
    page = (
        '<script defer src="_static/scripts/fontawesome.js?digest=1"></script>\n'
        '<script src="_static/documentation_options.js?v=1"></script>\n'
        '<script src="_static/doctools.js?v=2"></script>\n'
        "<script>DOCUMENTATION_OPTIONS.pagename = 'index';</script>"
    )
    once = lighten(page)
    assert "fontawesome" not in once
    assert '<script src="_static/documentation_options.js?v=1">' in once
    assert '<script defer src="_static/doctools.js?v=2">' in once
    assert lighten(once) == once


def test_only_used_icons_stay_in_the_style_sheet(extension):
    """Rules of icons that no page names go, aliases included."""
    lean_pages = extension("lean_pages")
    style = (
        '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.fa-cat:before{content:"\\f6be"}'
        'html{--pst-icon-bell:"\uf0f3"}'
    )
    trimmed = lean_pages.trim_style(style, {"fa-bars"})
    assert trimmed == '.fa-bars:before{content:"\\f0c9"}html{--pst-icon-bell:"\uf0f3"}'
    assert lean_pages.glyphs_in(trimmed) == {0xF0C9, 0xF0F3}


def test_style_sheets_lose_the_rules_that_nothing_can_use(extension, tmp_path):
    """Classes of no page and no script go; states, fonts and what scripts set stay."""
    (tmp_path / "index.html").write_text('<main class="seen"><a href="https://a.org">a</a></main>')
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "some.js").write_text('main.classList.add("set")')
    kept = (
        '@charset "UTF-8";@font-face{src:url(f)}@keyframes k{0%{top:0}}.seen:not(.unseen){top:0}'
        ".set a:is(:hover,:focus){top:0}:focus-visible{top:0}[data-theme=dark] a{top:0}"
        'a[href^="https://"]{top:0}@media print{.seen{top:0}}'
    )
    sheet = tmp_path / "_static" / "some.css"
    sheet.write_text(f"/* a comment */{kept}.unseen{{top:0}}@media print{{.seen .unseen{{top:0}}}}")
    extension("lean_pages").purge_styles(EXTENSIONS.parent, tmp_path)
    assert sheet.read_text().strip() == kept
