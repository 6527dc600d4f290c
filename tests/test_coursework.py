"""The assignment marks what it says it marks: right work, no work, and one slip at a time."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "coursework" / "tools.py"
sys.path.insert(0, str(TOOLS.parent))  # the tool is a program next to its modules, not a package

import assignment  # noqa: E402
import marking  # noqa: E402

LOOPS = """\
result = np.zeros(len(x) + len(h) - 1)
for k in range(len(x)):
    for j in range(len(h)):
        """
SWAPPED_BOXES = {
    box: ({"convolution": "correlation", "correlation": "convolution"}[kind], border)
    for box, (kind, border) in {
        "A": ("convolution", "zero"),
        "B": ("correlation", "zero"),
        "C": ("correlation", "wrap"),
        "D": ("convolution", "edge"),
    }.items()
}

# Each student changes the right work in one place: name -> ({cell: new body}, {test: points lost}).
SLIPS = {
    "no-flip": (
        {"convolve": LOOPS + "result[k + len(h) - 1 - j] += x[k] * h[j]\nreturn result"},
        {"test-flip": 4},
    ),
    "no-flip-numpy-style": (
        {
            "convolve": "padded = np.concatenate([np.zeros(len(h) - 1), x, np.zeros(len(h) - 1)])\n"
            "return np.array([np.dot(padded[n : n + len(h)], h)\n"
            "                 for n in range(len(x) + len(h) - 1)])",
            "correlate": "return convolve(x, h)",
        },
        {"test-flip": 4},
    ),
    "no-flip-and-trusted": (
        {
            "convolve": LOOPS + "result[k + len(h) - 1 - j] += x[k] * h[j]\nreturn result",
            "boxes": f"boxes = {SWAPPED_BOXES}",
        },
        {"test-flip": 4},
    ),
    "truncated": (
        {"convolve": LOOPS + "result[k + j] += x[k] * h[j]\nreturn result[:len(x)]"},
        {"test-every-position": 2},
    ),
    "stops-early": (
        {
            "convolve": "result = np.zeros(len(x) + len(h) - 1)\n"
            "for n in range(len(x)):\n    for k in range(n + 1):\n"
            "        if n - k < len(h):\n            result[n] += x[k] * h[n - k]\nreturn result"
        },
        {"test-every-position": 2},
    ),
    "changes-its-input": (
        {"convolve": LOOPS + "result[k + j] += x[k] * h[j]\n    x[k] = 0\nreturn result"},
        {"test-manners": 1},
    ),
    "integers": (
        {
            "convolve": LOOPS.replace(" - 1)", " - 1, dtype=np.asarray(x).dtype)")
            + "result[k + j] += x[k] * h[j]\nreturn result"
        },
        {"test-manners": 1},
    ),
    "numpy-instead": (
        {"convolve": "return np.convolve(x, h)"},
        {"test-every-position": 2, "test-values": 3, "test-flip": 4},
    ),
    "crop-off-by-one": (
        {"centre": "return full[m // 2 : m // 2 + len(full) - m + 1]"},
        {"test-centre-even": 3},
    ),
    "crop-both-ends": (
        {"centre": "s = (m - 1) // 2\nreturn full[s:-s]"},
        {"test-centre-odd": 2, "test-centre-even": 3},
    ),
    "correlate-is-convolve": (
        {"correlate": "return convolve(x, h)"},
        {"test-correlate": 2},
    ),
    "boxes-exchanged": (
        {"boxes": f"boxes = {SWAPPED_BOXES}"},
        {"test-boxes": 3},
    ),
    "task-1-left-out": (
        {"convolve": "raise NotImplementedError()"},
        {
            "test-every-position": 2,
            "test-values": 3,
            "test-flip": 4,
            "test-manners": 1,
            "test-correlate": 2,
        },
    ),
}
ADVICE = {
    "no-flip": ("test-flip", "without the flip"),
    "crop-off-by-one": ("test-centre-even", "(m - 1) // 2"),
    "correlate-is-convolve": ("test-correlate", "this is convolution again"),
    "changes-its-input": ("test-manners", "changed its first argument"),
    "integers": ("test-manners", "array of integers"),
    "numpy-instead": ("test-values", "write the sum yourself"),
}


def run(*arguments):
    return subprocess.run(
        [sys.executable, str(TOOLS), *map(str, arguments)], capture_output=True, text=True
    )


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def set_solution(notebook, cell_id, body):
    """Put a student's work where the stub was."""
    cell = next(c for c in notebook["cells"] if assignment.marks(c).get("grade_id") == cell_id)
    stub = re.search(
        r"( *)# YOUR CODE HERE\n\s*raise NotImplementedError\(\)", assignment.text_of(cell)
    )
    indented = "\n".join(stub[1] + line for line in body.splitlines())
    cell["source"] = assignment.text_of(cell).replace(stub[0], indented)


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """Return a folder with the source and the student version, made by the command."""
    out = tmp_path_factory.mktemp("coursework")
    done = run("generate", "discrete", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def source(generated):
    return read(generated / "source" / "discrete" / "discrete.ipynb")


@pytest.fixture(scope="session")
def release(generated):
    return read(generated / "release" / "discrete" / "discrete.ipynb")


@pytest.fixture(scope="session")
def solutions(source):
    """Return the body of each solution of the source, without its indentation."""
    bodies = {}
    for cell in source["cells"]:
        region = re.compile(r"( *)### BEGIN SOLUTION\n(.*?) *### END SOLUTION", re.S)
        if found := region.search(assignment.text_of(cell)):
            lines = found[2].splitlines()
            bodies[assignment.marks(cell)["grade_id"]] = "\n".join(
                x[len(found[1]) :] for x in lines
            )
    return bodies


@pytest.fixture(scope="session")
def marked(generated, release, source, solutions, tmp_path_factory):
    """Return the grading folder after one run over all students."""
    submitted = tmp_path_factory.mktemp("submitted")
    (submitted / "empty").mkdir()
    (submitted / "empty" / "discrete.ipynb").write_text(json.dumps(release), encoding="utf-8")
    (submitted / "source.ipynb").write_text(json.dumps(source), encoding="utf-8")
    for student, changes in {"right": {}, **{name: c for name, (c, _) in SLIPS.items()}}.items():
        notebook = json.loads(json.dumps(release))
        for cell_id, body in {**solutions, **changes}.items():
            set_solution(notebook, cell_id, body)
        path = submitted / student / "discrete" / "discrete.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    done = run("grade", submitted, "--out", generated)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no-flip" in done.stdout
    return generated / "grading"


@pytest.fixture(scope="session")
def grades(marked):
    """Return {student: {test: points}}."""
    with (marked / "grades.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row.pop("student"): {test: float(n) for test, n in row.items()} for row in rows}


def worth(source):
    return {
        assignment.marks(c)["grade_id"]: assignment.marks(c)["points"]
        for c in assignment.test_cells(source)
    }


def test_student_version_shows_no_solution_and_no_hidden_test(source, release):
    """Nothing between the secret markers, nor the markers, nor an output reaches students."""
    assert len(set(assignment.secret_lines(source))) > 30
    assert assignment.leaks(source, release) == []


def test_leak_check_sees_a_leak(source, release):
    """The check itself fails on the source, and on one line of a solution."""
    assert "BEGIN SOLUTION" in assignment.leaks(source, source)
    doctored = json.loads(json.dumps(release))
    doctored["cells"][0]["source"] = "result[k + j] += value * weight"
    assert assignment.leaks(source, doctored) == ["result[k + j] += value * weight"]


def test_cell_ids_are_unique_and_metadata_is_nbgraders(release):
    """Every marked cell has its own id and schema 3; tests and tools are locked."""
    marked = [assignment.marks(cell) for cell in release["cells"] if assignment.marks(cell)]
    assert len({mark["grade_id"] for mark in marked}) == len(marked)
    assert len({cell["id"] for cell in release["cells"]}) == len(release["cells"])
    assert all(mark["schema_version"] == 3 for mark in marked)
    assert all(mark["locked"] for mark in marked if not mark["solution"])
    assert "jupytext" not in release["metadata"]


def test_twice_the_same_id_is_refused(source):
    """A copied cell is reported by name before nbgrader sees it."""
    doctored = {"cells": [*source["cells"], next(iter(assignment.test_cells(source)))]}
    with pytest.raises(assignment.CourseworkError, match="more than once: test-every-position"):
        assignment.check_source(doctored, "discrete")


def test_points_in_the_text_are_those_of_the_tests(source):
    """The promised twenty points, task by task, are what the test cells carry."""
    text = assignment.text_of(source["cells"][0])
    per_task = [int(n) for n in re.findall(r"^\| \d \| .* \| (\d+) \|$", text, re.M)]
    points = worth(source)
    per_test = re.findall(r"\((\d) points?\)", "".join(map(assignment.text_of, source["cells"])))
    assert [int(n) for n in per_test] == list(points.values())
    assert sum(per_task) == sum(points.values()) == 20


def test_each_solution_stub_is_left_to_the_student(release, solutions):
    """The student version has one stub for each solution of the source."""
    stubs = [c for c in release["cells"] if "raise NotImplementedError()" in assignment.text_of(c)]
    with_code = [c for c in stubs if assignment.marks(c)]
    assert [assignment.marks(c)["grade_id"] for c in with_code] == list(solutions)


def test_generating_again_gives_the_same_notebook(generated, marked):
    """Marking makes the student version afresh; it equals the one handed out."""
    for kind in ("source", "release"):
        path = Path(kind, "discrete", "discrete.ipynb")
        assert (generated / path).read_bytes() == (marked / path).read_bytes()


@pytest.mark.parametrize("student", ["right", "source"])
def test_the_right_work_gets_all_points(grades, student):
    """The solution earns full marks, handed in as student version or as source."""
    assert grades[student]["total"] == grades[student]["of"] == 20


def test_the_empty_version_gets_nothing(grades):
    """No point for handing in what was handed out."""
    assert set(grades["empty"].values()) == {0.0, 20.0}
    assert grades["empty"]["total"] == 0


@pytest.mark.parametrize("student", SLIPS)
def test_a_slip_loses_its_own_points_and_no_others(grades, source, student):
    """One mistake, one price."""
    lost = {test: points - grades[student][test] for test, points in worth(source).items()}
    assert {test: points for test, points in lost.items() if points} == SLIPS[student][1]


@pytest.mark.parametrize("student", ADVICE)
def test_the_message_names_the_slip(marked, student):
    """What a student reads says what went wrong, and shows nothing of the hidden tests."""
    test, words = ADVICE[student]
    comments = (marked / "comments" / f"{student}.md").read_text(encoding="utf-8")
    assert words in comments.split(f"## {test}\n")[1]
    assert "HIDDEN" not in comments and "rng" not in comments


def test_marking_complains_about_missing_and_double_notebooks(tmp_path):
    """No notebook, or two from one student, is an error and not a silent zero."""
    with pytest.raises(assignment.CourseworkError, match="no notebooks"):
        marking.collect(tmp_path, "discrete")
    (tmp_path / "ada").mkdir()
    for path in (tmp_path / "ada" / "discrete.ipynb", tmp_path / "ada.ipynb"):
        path.write_text("{}", encoding="utf-8")
    with pytest.raises(assignment.CourseworkError, match="two notebooks for ada"):
        marking.collect(tmp_path, "discrete")


def test_jupyter_folders_of_the_user_stay_out(tmp_path):
    """The processes that nbgrader runs in know only private Jupyter folders."""
    variables = marking.environment(tmp_path)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        assert Path(variables[name]).is_relative_to(tmp_path)


def marked_ids(notebook):
    return [assignment.marks(c)["grade_id"] for c in notebook["cells"] if assignment.marks(c)]


def test_copied_and_deleted_cells_are_put_right_before_marking(release, tmp_path):
    """A copied cell counts once, a deleted test comes back, the student's own cells stay."""
    cells = json.loads(json.dumps(release["cells"]))
    at = next(i for i, c in enumerate(cells) if assignment.marks(c).get("grade_id") == "test-flip")
    own = {"cell_type": "code", "metadata": {}, "source": "mine = 1", "outputs": []}
    handed_in = [*cells[:at], own, *cells[at + 1 :], cells[at - 2]]
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps({**release, "cells": handed_in}), encoding="utf-8")
    tidied = assignment.tidy(path, release)
    assert sorted(marked_ids(tidied)) == sorted(marked_ids(release))
    assert own in tidied["cells"]


@pytest.mark.parametrize("text", ["", "{not json", "[]", '{"cells": 3}', '{"cells": [{}]}'])
def test_a_file_that_is_no_notebook_is_refused(release, tmp_path, text):
    """One broken file is reported and does not stop the marking of the others."""
    path = tmp_path / "ada.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(assignment.CourseworkError, match="not a notebook"):
        assignment.tidy(path, release)
