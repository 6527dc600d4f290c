"""A class is marked in parallel, can be stopped and resumed, and every hand-in is accounted for."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coursework import grading, results
from coursework.assignment import Assignment, Cell, CourseworkError
from coursework.marking import Submission, mark
from coursework.results import MARKED, Part, Result
from tests.coursework.classroom import NAME, after, code, lost, marked, packed, right_cells, set_up

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def test_results_are_kept_whole(tmp_path):
    path = results.result_path(tmp_path, NAME, "अदिति")
    result = Result(
        "अदिति",
        NAME,
        MARKED,
        parts=[Part("a", "A", 2.0, 1.5, "é"), Part("b", "B", 3.0, by_hand=True)],
    )
    results.write(path, result)
    assert results.read_all(tmp_path, NAME) == {"अदिति": result}
    assert result.points == 1.5 and result.max_points == 5 and result.marked


@pytest.mark.parametrize(
    "student", ["", ".", "..", "a/b", "a\\b", ".a", "-a", "a:b", "a\n", "a ", "e\u0301", "x" * 81]
)
def test_ids_that_cannot_name_a_file_are_refused(student):
    with pytest.raises(ValueError, match="student"):
        results.check_id(student)


def test_marking_resumes_and_marks_only_what_has_changed(tmp_path, capsys):
    hand_ins = {name: packed(right_cells(name)) for name in ("ada", "bob", "cyd")}
    course = set_up(tmp_path / "course", hand_ins)
    assert grading.grade(course, NAME, students=["ada"], workers=1) == 0
    assert set(results.read_all(course.folder, NAME)) == {"ada"}
    kept = results.result_path(course.folder, NAME, "ada")
    before = kept.stat().st_mtime_ns
    course.submitted("cyd", NAME).write_bytes(packed(right_cells("cyd")[:-30]))
    assert grading.grade(course, NAME, workers=2) == 0
    assert "3 hand-ins: 2 looked at now" in capsys.readouterr().out
    assert kept.stat().st_mtime_ns == before
    course.submitted("bob", NAME).write_bytes(b"{")
    assert grading.grade(course, NAME, workers=1) == 1
    said = capsys.readouterr()
    assert "bob  NOT MARKED: not a notebook" in said.out and "1 NOT MARKED" in said.err
    assert results.read_all(course.folder, NAME)["bob"].points == 0
    with pytest.raises(CourseworkError, match="no hand-in of discrete by dan"):
        grading.grade(course, NAME, students=["dan"])


def test_stopped_at_any_moment_nothing_is_lost(tmp_path):
    """The marker is killed; what it had kept stays, the rest is marked by the next run."""
    hand_ins = {f"s{n:02}": packed(right_cells(f"s{n:02}")) for n in range(8)}
    course = set_up(tmp_path / "course", hand_ins)
    program = (
        "import sys; from coursework import course, grading\n"
        "if __name__ == '__main__': grading.grade(course.read(sys.argv[1]), 'discrete', workers=2)"
    )
    script = tmp_path / "grade.py"
    script.write_text(program, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, script, course.folder],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    while not process.stdout.readline().startswith("[3/8]"):
        pass
    process.kill()
    process.wait()
    process.stdout.close()
    kept = results.read_all(course.folder, NAME)
    assert 3 <= len(kept) < 8 and all(lost(result) == {} for result in kept.values())
    assert grading.grade(course, NAME, workers=2) == 0
    assert {r.points for r in results.read_all(course.folder, NAME).values()} == {100.0}
    until = time.monotonic() + 20
    while workers_of(process.pid) and time.monotonic() < until:
        time.sleep(0.2)
    assert not workers_of(process.pid)


def workers_of(parent):
    """Return workers that a killed marker has left behind."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path] if f"parent_pid={parent}".encode() in path.read_bytes() else []
        except OSError:
            continue
    return found


def dies(submission, assignment, kind, seconds):
    """Mark, but let one student's work kill the worker."""
    if submission.student == "bob":
        os._exit(1)
    return mark(submission, assignment, kind, seconds)


def test_a_worker_that_is_killed_costs_nobody_else(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "mark_in_time", dies)
    hand_ins = {name: packed(right_cells(name)) for name in ("ada", "bob", "cyd")}
    status, found = marked(tmp_path / "course", hand_ins, workers=2)
    assert status == 1
    assert "was killed while it marked this" in found["bob"].reason
    assert lost(found["ada"]) == lost(found["cyd"]) == {}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"workers": 0}, "must be positive: None, 0"),
        ({"seconds": -1}, "must be positive: -1, None"),
        ({"scheduler": "nonsense://x"}, "no Dask scheduler answers at nonsense"),
    ],
)
def test_wrong_options_are_refused(tmp_path, options, reason):
    course = set_up(tmp_path / "course", {"ada": packed(right_cells("ada"))})
    with pytest.raises(CourseworkError, match=reason):
        grading.grade(course, NAME, **options)


def test_own_tests_are_added_and_must_fit_the_solution(tmp_path):
    course = set_up(tmp_path / "course", {"ada": packed(right_cells("ada"))})
    own = course.folder / "tests" / "discrete.py"
    own.parent.mkdir()
    own.write_text(
        "def test_flip():\n    assert len(ask(convolve, [1], [2])) == 1\n    flag('seen')\n",
        encoding="utf-8",
    )
    assert grading.grade(course, NAME, workers=1) == 0
    assert results.read_all(course.folder, NAME)["ada"].flags == ["seen"]
    own.write_text(
        "def test_flip():\n    assert len(ask(convolve, [1], [2])) == 2, 'no'\n", encoding="utf-8"
    )
    with pytest.raises(CourseworkError, match="its own solution does not pass test-flip: no"):
        grading.grade(course, NAME, workers=1)
    own.write_text("import no_such_module\n", encoding="utf-8")
    with pytest.raises(CourseworkError, match="own tests fails in the marker"):
        grading.grade(course, NAME, workers=1)


def test_files_handed_in_beside_the_notebook_are_there(tmp_path):
    reads = code("import helper\nassert helper.seven == 7 and open('data/x.csv').read() == '1,2'")
    course = set_up(tmp_path / "course", {"ada": packed([*right_cells("ada"), reads])})
    folder = course.submitted("ada", NAME).parent
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("1,2", encoding="utf-8")
    (folder / "helper.py").write_text("seven = 7", encoding="utf-8")
    (folder / "secret").symlink_to("/etc/passwd")
    assert grading.grade(course, NAME, workers=1) == 0
    (flag,) = results.read_all(course.folder, NAME)["ada"].flags
    assert "secret cannot be read: it is a link" in flag
    notebook = json.loads(
        results.notebook_path(course.folder, NAME, "ada").read_text(encoding="utf-8")
    )
    assert notebook["cells"][-1]["outputs"] == []


def test_rubrics_are_left_to_people():
    cells = (
        Cell("task", "code", "def f(x): return x + 1"),
        Cell("test-f", "code", "assert f([1][0]) == 2", locked=True, graded=True, points=2),
        Cell("essay", "markdown", "Write.", graded=True, points=5),
    )
    small = Assignment("small", cells)
    work = packed(
        [
            code("def f(x): return x + 1", grade_id="task"),
            {
                "cell_type": "markdown",
                "metadata": {"nbgrader": {"grade_id": "essay"}},
                "source": "My text",
            },
        ]
    )
    result, notebook = mark(Submission("ada", work), small, "bubblewrap")
    assert [(p.id, p.points, p.by_hand) for p in result.parts] == [
        ("test-f", 2, False),
        ("essay", 0, True),
    ]
    assert notebook["cells"][-1]["source"] == "My text"


def test_a_cluster_marks_by_the_same_code(tmp_path):
    from distributed import LocalCluster

    hand_ins = {name: packed(right_cells(name)) for name in ("ada", "bob")}
    hand_ins["eve"] = packed(
        after(right_cells("eve"), "convolve", code("import os\nos.kill(os.getppid(), 9)"))
    )
    with LocalCluster(
        n_workers=1, threads_per_worker=2, dashboard_address=None, protocol="tcp://"
    ) as cluster:
        status, found = marked(tmp_path / "far", hand_ins, scheduler=cluster.scheduler_address)
    assert status == 0 and all(lost(result) == {} for result in found.values())
