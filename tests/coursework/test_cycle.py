"""A teacher's whole cycle with a class of thirty, as one types it, with accidents and a stop."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hand_ins import bytes_of_zip, small_course, zipped

from coursework import course as courses
from coursework import exporting, grading, personal, tables
from coursework.__main__ import main
from coursework.assignment import load


@pytest.fixture
def course(tmp_path):
    """A course with nothing collected."""
    return small_course(tmp_path / "course")


ROOT = Path(__file__).parents[2]
FIRST = ["Ada", "Zoë", "José", "अदिति", "Nguyễn", "Łukasz", "Søren", "Анна", "Ελένη", "محمد"]
LAST = ["Müller", "O’Brien", "王"]
NAMES = {f"s{n:02}": f"{FIRST[n % 10]} {LAST[n // 10]}" for n in range(30)}
# A terminal of an old Windows, on a machine whose own language knows no letter beyond ASCII.
OLD = {"LC_ALL": "C", "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def run(capsys):
    """A function that runs a command, here and now, and returns what it says."""

    def run(*words, status=0):
        got = main([str(word) for word in words])
        said = "".join(capsys.readouterr())
        assert got == status, said
        return said

    return run


def started(*words):
    """Start a command on its own, as in that terminal."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    line = [sys.executable, "-X", "warn_default_encoding", "-m", "coursework", *map(str, words)]
    return subprocess.Popen(
        line, cwd=ROOT, env=environment | OLD, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        # a program started in the background ignores Ctrl-C, and so would all that it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def work(release, solution, student, **changes):
    """Return a student's notebook: the version handed out, filled in."""
    notebook = json.loads(json.dumps(release))
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution") or marks.get("grade_id") == "student-id":
            text = solution[marks["grade_id"]]
            cell["source"] = changes.get(marks["grade_id"].replace("-", "_"), text)
        cell["source"] = cell["source"].replace('STUDENT_ID = ""', f'STUDENT_ID = "{student}"')
    return json.dumps(notebook, ensure_ascii=False)


def moodle(i, name="discrete.ipynb"):
    """Return a path as Moodle writes it into its zip."""
    return f"{NAMES[i]}_{7000 + int(i[1:])}_assignsubmission_file_/{name}"


@pytest.fixture
def class_of_thirty(tmp_path, run):
    """A course, its zip from Moodle with five accidents, and right work by mail for one of them."""
    folder = tmp_path / "Kurs ü"
    run("new", folder, "--name", "Signals")
    rows = [[i, name, f"{i}@uni.example", "", ""] for i, name in NAMES.items()]
    tables.write(folder / "roster.csv", ["id", "name", "email", "group", "also"], rows)
    run("release", folder, "discrete")
    course = courses.read(folder)
    release = json.loads(course.release("discrete").read_text(encoding="utf-8"))
    salt = personal.salt(course.seed, "discrete")
    assert course.seed not in json.dumps(release) and salt in json.dumps(release)
    solution = {cell.id: cell.text for cell in load("discrete", salt=salt).cells if cell.id}
    right = {i: work(release, solution, i) for i in NAMES}
    files = {moodle(i): right[i] for i in list(NAMES)[5:29]}
    files[moodle("s00", "discrete (1).ipynb")] = right["s00"]
    files[moodle("s00")] = json.dumps(release)  # 1: the blank version beside the work
    files[moodle("s01", "homework.zip")] = bytes_of_zip({"hw/Discrete.ipynb": right["s01"]})  # 2
    files[moodle("s02")] = right["s02"].encode("utf-16")  # 3: another encoding
    files[moodle("s03", "essay.pdf")] = b"%PDF"  # 4: the wrong file
    slip = "def convolve(x, h):\n    return [\n"
    files[moodle("s04")] = work(release, solution, "s04", convolve=slip)  # 5: does not compile
    zipped(tmp_path / "Signals-discrete-4711.zip", files)
    (tmp_path / "by mail" / "s03").mkdir(parents=True)
    (tmp_path / "by mail" / "s03" / "discrete.ipynb").write_text(right["s03"], encoding="utf-8")
    return folder


def grade_and_stop(folder):
    """Stop the marking with Ctrl-C once some are marked; return these results."""
    running = started("grade", folder, "discrete", "--workers", 2)
    kept, until = folder / "results" / "discrete", time.monotonic() + 120
    while len(list(kept.glob("[!.]*.json"))) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 130 and b"Traceback" not in said, said
    return {path: path.read_bytes() for path in kept.glob("[!.]*.json")}


@pytest.mark.slow
def test_a_class_of_thirty_from_release_to_return(class_of_thirty, run, tmp_path, monkeypatch):
    """Five accidents, one stop, one file by mail; each file and each person is accounted for."""
    monkeypatch.setattr(exporting, "write_gradebook", lambda *_: None)  # the guide's test has one
    folder = class_of_thirty
    source = tmp_path / "Signals-discrete-4711.zip"
    said = run("collect", folder, "discrete", source, status=1)
    assert "26 taken, 2 renamed" in said and "1 absent" in said and "no notebook" in said
    before = grade_and_stop(folder)
    assert 3 <= len(before) < 28
    run("collect", folder, "discrete", tmp_path / "by mail")
    said = run("grade", folder, "discrete")
    assert f"29 hand-ins: {29 - len(before)} looked at now" in said
    assert all(path.read_bytes() == data for path, data in before.items())
    rows = [["s04", "test-flip", "2,5", "=the idea is right"]]
    tables.write(tmp_path / "review.csv", ["student", "part", "points", "comment"], rows)
    run("review", folder, "discrete", "--enter", tmp_path / "review.csv")
    run("grade", folder, "discrete", "--again", "--student", "s04")
    run("export", folder, "discrete")
    everybody_is_in_the_tables(folder / "export" / "discrete")
    feedback_goes_back(folder / "export" / "discrete" / "feedback.zip")


def test_old_terminals_and_languages_take_every_name(course, tmp_path):
    """No letter of a name, and no file's encoding, depends on where the command is typed."""
    names = [student.name for student in course.students.values() if student.name != "Sam Lee"]
    files = {
        f"{name}_7{n}_assignsubmission_file_/discrete.ipynb": b"{}" for n, name in enumerate(names)
    }
    zipped(tmp_path / "z.zip", files | {f"{names[0]}_70_assignsubmission_file_/卷積 ü.txt": b"x"})
    running = started("collect", course.folder, "discrete", tmp_path / "z.zip")
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 0, said
    assert not [line for line in said.splitlines() if b"Warning" in line and b"coursework/" in line]
    for student in course.students.values():
        assert course.submitted(student.id, "discrete").exists() == (student.name != "Sam Lee")
    assert (course.submitted("1001", "discrete").parent / "卷積 ü.txt").read_bytes() == b"x"
    rows = tables.read(course.collected("discrete"))
    assert "王小明" in {row["name"] for row in rows}


def everybody_is_in_the_tables(folder):
    """Full points for right work whatever happened to its file, and nothing for who was absent."""
    rows = {row["id"]: row for row in tables.read(folder / "marks.csv")}
    total = {i: row["total"] for i, row in rows.items()}
    assert list(rows) == list(NAMES)
    assert {i for i in NAMES if total[i] != "100"} == {"s04", "s29"}
    assert rows["s29"]["status"] == "absent" and total["s29"] == ""
    assert float(total["s04"]) < 100 and rows["s04"]["test-flip"] == "2.5"
    data = (folder / "moodle.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    sent = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert [row["Full name"] for row in sent] == [NAMES[i] for i in NAMES if i != "s29"]


def feedback_goes_back(path):
    """Under Moodle's names, with the comment, the slip, and no line of a hidden test."""
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 29
        page = archive.read(moodle("s04", "discrete-feedback.html")).decode("utf-8")
    assert "=the idea is right" in page and "SyntaxError" in page
    texts = [cell.text for cell in load("discrete").cells if "BEGIN HIDDEN TESTS" in cell.text]
    lines = {line.strip() for text in texts for line in text.split("BEGIN HIDDEN")[1].splitlines()}
    hidden = {line for line in lines if len(line) > 30}
    assert len(hidden) > 5 and not [line for line in hidden if line in page]


@pytest.mark.parametrize(
    "words, said",
    [
        (["release", "missing", "discrete"], "course.toml is missing"),
        (["collect", "course", "fourier", "z.zip"], "no section [assignments.fourier]"),
        (["collect", "course", "discrete", "z.zip"], "neither a folder nor a file"),
        (["review", "course", "discrete", "--enter", "none.csv"], "none.csv cannot be read"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(course, tmp_path, monkeypatch, capsys, words, said):
    """One line, exit status 2, nothing written."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert main(words) == 2
    assert said in capsys.readouterr().err and sorted(tmp_path.rglob("*")) == before


def test_grading_gets_what_was_typed(course, monkeypatch):
    """Each option reaches the marker, under its own name."""
    got = {}
    monkeypatch.setattr(grading, "grade", lambda course, name, **options: got.update(options) or 1)
    words = "--student 1001 --student 1002 --again --workers 3 --scheduler tcp://a:1 --seconds 5"
    assert main(["grade", str(course.folder), "discrete", *words.split()]) == 1
    assert got.pop("students") == ["1001", "1002"] and not got.pop("unprotected")
    assert got == {"again": True, "workers": 3, "scheduler": "tcp://a:1", "seconds": 5.0}
