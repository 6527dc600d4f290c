"""The course in other forms than pages: archive, paper, plain Sphinx, and what GitHub runs."""

import os
import re
import runpy
import shlex
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from jupyter_book.config import get_final_config

from publishing import archive, compare, pdf

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture
def build(tmp_path):
    """Return a build folder with two pages, a notebook, a printed book, and leftovers."""
    for name in (
        "html/index.html",
        "html/chapters/a.html",
        "html/.buildinfo",
        "html/notebooks/a.ipynb",
        "convolution-course.pdf",
        "executed/a/1.ipynb",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path


def test_the_archive_holds_what_a_reader_needs(build):
    archive.main(build)
    with zipfile.ZipFile(build / "convolution-course.zip") as packed:
        assert packed.namelist() == [
            f"convolution-course/{name}"
            for name in (
                "READ-ME-FIRST.txt",
                "chapters/a.html",
                "convolution-course.pdf",
                "index.html",
                "notebooks/a.ipynb",
            )
        ]
        assert packed.read("convolution-course/chapters/a.html") == b"html/chapters/a.html"
        assert not packed.testzip()


def test_the_same_files_make_the_same_archive(build, tmp_path):
    """Neither when files were written nor in which order, nor who may read them, is seen."""
    files = archive.contents(build)
    archive.pack(files, tmp_path / "one.zip")
    for path in files.values():
        path.touch()
        path.chmod(0o600)
    archive.pack(dict(reversed(files.items())), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_without_pages_there_is_no_archive(tmp_path):
    with pytest.raises(SystemExit, match="build the book first"):
        archive.main(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (r"Missing character: There is no ⋆ (U+22C6) in font DejaVu!", "no font"),
        (r"Overfull \hbox (14.2pt too wide) in paragraph at lines 3--4", "sticks out"),
        (r"Overfull \hbox (0.3pt too wide) in paragraph at lines 3--4", ""),
        (r"LaTeX Warning: Reference `fig-a' on page 3 undefined on input line 9.", "leads nowhere"),
        (r"LaTeX Warning: Label `a' multiply defined.", "given twice"),
        (r"Underfull \hbox (badness 10000) in paragraph at lines 3--4", ""),
    ],
)
def test_faults_of_the_printed_book_are_found_in_the_log(line, seen):
    found = pdf.faults(f"This is XeTeX\n{line}\n[1]\n")
    assert len(found) == bool(seen) and all(seen in fault for fault in found)


def kept_run(build, outputs, *, tags=()):
    """Keep the run of a chapter with one cell, as `_ext/run_chapters.py` does."""
    cell = nbformat.v4.new_code_cell("f(x)", outputs=outputs, metadata={"tags": list(tags)})
    folder = build / "executed" / "a"
    folder.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "1.ipynb")
    (folder / "1.json").write_text("{}", encoding="utf-8")


def printed(text):
    """Return what a cell prints."""
    return [nbformat.v4.new_output("stream", text=text)]


@pytest.mark.parametrize(
    ("one", "other", "tags", "differ"),
    [
        ("0.5\n", "0.5\n", [], 0),
        ("0.5\n", "0.6\n", [], 1),
        ("0.5 s\n", "0.6 s\n", ["measured"], 0),
        ("<object at 0x7f00aa11>\n", "<object at 0x7f00bb22>\n", [], 0),
    ],
)
def test_two_builds_are_compared_by_what_is_seen(tmp_path, capsys, one, other, tags, differ):
    kept_run(tmp_path / "1", printed(one), tags=tags)
    kept_run(tmp_path / "2", printed(other), tags=tags)
    with pytest.raises(SystemExit) as ended:
        compare.main(tmp_path / "1", tmp_path / "2")
    assert ended.value.code == bool(differ)
    assert f"a: {differ} cells differ" in capsys.readouterr().out


@pytest.mark.parametrize("path", sorted(ROOT.glob("chapters/*.md")), ids=lambda path: path.stem)
def test_cells_that_print_times_say_that_they_were_measured(path):
    """The page tells readers, and `publishing.compare` leaves them out."""
    cells = re.findall(r"```{code-cell} ipython3\n(.*?)\n```\n", path.read_text("utf-8"), re.DOTALL)
    timed = [cell for cell in cells if "timing." in cell and "print(" in cell]
    assert [
        cell for cell in timed if not re.search(r"^:?tags: \[measured", cell, re.MULTILINE)
    ] == []


def test_plain_sphinx_has_the_settings_of_jupyter_book():
    """What `_config.yml` says reaches Sphinx in the same way with Jupyter Book and without."""
    command_line = {"latex_individualpages": False}
    theirs, _ = get_final_config(
        user_yaml=ROOT / "_config.yml", cli_config=command_line, sourcedir=ROOT
    )
    tags = SimpleNamespace(has=lambda name: False)
    ours = runpy.run_path(str(ROOT / "conf.py"), {"tags": tags})
    defaults = {"comments_config", "html_baseurl", "latex_engine", "use_jupyterbook_latex"}
    defaults |= {"nb_execution_allow_errors", "nb_execution_cache_path", "nb_execution_in_temp"}
    defaults |= {"nb_execution_excludepatterns", "nb_output_stderr", "use_multitoc_numbering"}
    compared = {"extensions", "exclude_patterns", "html_theme_options"}
    for name in theirs.keys() - defaults - compared:
        assert ours[name] == theirs[name], name
    assert set(ours["exclude_patterns"]) >= set(theirs["exclude_patterns"]) - {
        "Thumbs.db",
        ".DS_Store",
    }
    assert ours["html_theme_options"].items() <= theirs["html_theme_options"].items()
    left_out = {"jupyter_book", "sphinx_comments", "sphinx_jupyterbook_latex"}
    assert ours["extensions"] == [name for name in theirs["extensions"] if name not in left_out]


def steps(workflow):
    """Return all steps of a workflow."""
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_workflows_run_what_there_is():
    """Every `make` and every module and test file that a workflow names exists."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    commands = [step["run"] for workflow in WORKFLOWS for step in steps(workflow) if "run" in step]
    made = {
        word
        for run in commands
        for words in re.findall(r"\bmake ([a-z -]+)", run)
        for word in words.split()
    }
    assert len(made) > 4 and made <= targets
    for module in re.findall(r"python -m (publishing\.\w+)", "\n".join(commands)):
        assert (ROOT / module.replace(".", "/")).with_suffix(".py").is_file()


def test_only_publishing_may_write():
    """Jobs may read by default; each right to write stands at the one job that needs it."""
    granted = {}
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert workflow["permissions"] == {"contents": "read"} and workflow["concurrency"]
        for name, job in workflow["jobs"].items():
            assert job["timeout-minutes"] <= 60
            if rights := [
                key for key, value in job.get("permissions", {}).items() if value == "write"
            ]:
                granted[name] = rights
    assert granted == {
        "publish": ["pages", "id-token"],
        "notebooks": ["contents"],
        "tell": ["issues"],
        "files": ["contents"],
    }


@pytest.mark.skipif(not shutil.which("make"), reason="this system has no make")
def test_the_readme_says_what_make_does():
    """Whoever has no make types the same commands."""
    table = re.findall(
        r"^\| `make ([a-z-]+)` \| `(.+?)`", (ROOT / "README.md").read_text("utf-8"), re.M
    )
    assert len(table) > 5
    for target, command in table:
        dry = ["make", "--dry-run", "--always-make", "--no-print-directory", target]
        own = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        done = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True, env=own)
        recipe = shlex.split(done.stdout.splitlines()[-1].replace("\\", ""))
        assert set(shlex.split(command)) <= set(recipe), target


def test_notebooks_are_published_where_the_buttons_lead():
    """The branch, and the folder in it, that Binder and Colab open."""
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    extension = (ROOT / "_ext" / "notebooks.py").read_text(encoding="utf-8")
    assert 'FOLDER = "notebooks"' in extension and 'BRANCH = "notebooks"' in extension
    assert "git push --force origin notebooks" in text and "git add --force notebooks" in text
