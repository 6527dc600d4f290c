"""Marks by hand survive, tables open rightly, feedback shows no secrets and runs nothing."""

import base64
import csv
import io
import json
import os
import zipfile
from html.parser import HTMLParser

import pytest
from hand_ins import notebook, small_course, zipped

from coursework import course as courses
from coursework import exporting, pages, results, reviewing, tables
from coursework.assignment import CourseworkError
from coursework.collecting import collect
from coursework.results import Part, Result


@pytest.fixture
def course(tmp_path):
    """A course with nothing collected."""
    return small_course(tmp_path / "course")


PARTS = [Part("test-flip", "The flip", 4), Part("essay", "In your words", 6, by_hand=True)]
EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"
PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c"
        "6360000002000100ffff03000006000557bfabd40000000049454e44ae426082"
    )
).decode()


def result(course, student, points=4.0, message="", flags=(), status="marked", reason=""):
    """Write what the marker would have written."""
    parts = [Part("test-flip", "The flip", 4, points, message), PARTS[1]]
    path = results.result_path(course.folder, "discrete", student)
    kept = Result(
        student, "discrete", status, reason, parts if status == "marked" else [], list(flags)
    )
    results.write(path, kept)
    os.utime(path, (4e9, 4e9))


def executed(course, student, *cells):
    """Write the notebook that ran."""
    path = results.notebook_path(course.folder, "discrete", student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")


def cell(source, outputs=(), tags=(), **marks):
    metadata = {"tags": list(tags), "nbgrader": marks} if marks else {"tags": list(tags)}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": list(outputs)}


def finals(course):
    return reviewing.finals(course, "discrete", PARTS)


def enter(course, tmp_path, *rows):
    """Enter points and comments as a teacher's file."""
    path = tmp_path / "review.csv"
    tables.write(path, ["student", "part", "points", "comment"], rows)
    return reviewing.enter(course, "discrete", path, finals(course))


@pytest.fixture
def marked(course, tmp_path):
    """Two are marked, one could not be, one has no notebook, the rest are absent."""
    source = {
        "Ada King Lovelace_71_assignsubmission_file_/discrete.ipynb": notebook("a"),
        "zoëobrien_LATE_55_9001_discrete.ipynb": notebook("z"),
        "1003/discrete.ipynb": b"{ broken",
        "1004/essay.pdf": b"%PDF",
    }
    collect(course, "discrete", zipped(tmp_path / "z.zip", source))
    result(course, "1001")
    result(course, "1002", 3.0, "this is without the flip", ["reads files"])
    result(course, "1003", status="not marked", reason="not a notebook")
    return course


def test_a_part_for_people_keeps_the_total_open(marked, tmp_path):
    """No total is returned before a person has looked; a zero would be an answer."""
    whole = finals(marked)
    assert whole["1001"].total is None and "In your words" in whole["1001"].reasons[0]
    assert enter(marked, tmp_path, ["1001", "essay", 5.5, "well said"]) == 1
    assert finals(marked)["1001"].total == 9.5 and finals(marked)["1001"].of == 10


def test_marks_by_hand_survive_marking_again(marked, tmp_path):
    """They lie apart, and the marker's new points count where a person gave none."""
    enter(marked, tmp_path, ["1002", "essay", 6, ""], ["1002", "test-flip", "3,5", "half"])
    result(marked, "1002", 0.0)
    whole = finals(marked)["1002"]
    assert whole.total == 9.5 and whole.marks[0].comment == "half"
    enter(marked, tmp_path, ["1002", "test-flip", "auto", ""])
    assert finals(marked)["1002"].total == 6.0


def test_a_spreadsheet_may_drop_zeros_and_part_cells_by_semicolons(course, tmp_path):
    """What Excel makes of the table in Germany: numbers for ids, commas in numbers."""
    course.roster_file.write_text("id;name\n007;Zoë\n17;Ann\n", encoding="utf-8")
    source = {"007/discrete.ipynb": notebook("b"), "17/discrete.ipynb": notebook("c")}
    collect(course, "discrete", zipped(tmp_path / "z.zip", source))
    result(course, "007")
    saved = "student;name;part;points;comment\r\n7;Zoë;essay;2,5;schön\r\n"
    (tmp_path / "saved.csv").write_bytes(saved.encode("cp1252"))
    assert reviewing.enter(course, "discrete", tmp_path / "saved.csv", finals(course)) == 1
    one = finals(course)["007"]
    assert (one.total, one.marks[1].comment) == (6.5, "schön")


def test_work_that_tests_cannot_mark_a_person_can(marked, tmp_path):
    """Every part by hand, and the total stands."""
    rows = [["1003", "test-flip", 1, "read on paper"], ["1003", "essay", 0, ""]]
    enter(marked, tmp_path, *rows)
    assert finals(marked)["1003"].total == 1.0


@pytest.mark.parametrize(
    "row, said",
    [
        (["9999", "essay", 1, ""], "no work was collected from '9999'"),
        (["1001", "esay", 1, ""], "there is no part 'esay'; there are test-flip, essay"),
        (["1001", "essay", 7, ""], "from 0 to 6, not 7"),
        (["1001", "essay", "nan", ""], "from 0 to 6, not nan"),
        (["1001", "essay", "many", ""], "must be a number, not 'many'"),
        (["1001", "", 3, ""], "points belong to a part"),
    ],
)
def test_a_slip_in_the_table_enters_nothing(marked, tmp_path, row, said):
    """The row is named, and no earlier row of the same file is taken over."""
    with pytest.raises(CourseworkError, match=said):
        enter(marked, tmp_path, ["1001", "essay", 1, "fine"], row)
    assert finals(marked)["1001"].total is None


def test_work_handed_in_again_waits_for_marking(marked, tmp_path):
    """Points of an older hand-in are not returned for a newer one."""
    enter(marked, tmp_path, ["1001", "essay", 5, ""])
    again = marked.submitted("1001", "discrete")
    os.utime(again, (5e9, 5e9))
    assert finals(marked)["1001"].total is None
    assert "again" in finals(marked)["1001"].reasons[0]
    os.utime(results.result_path(marked.folder, "discrete", "1001"), (6e9, 6e9))
    assert finals(marked)["1001"].total == 9.0
    assert any("earlier hand-in" in flag for flag in finals(marked)["1001"].flags)


@pytest.fixture(autouse=True)
def no_database(request, monkeypatch):
    """nbgrader takes a second to make one: only the test of it does."""
    if "gradebook" not in request.node.name:
        monkeypatch.setattr(exporting, "write_gradebook", lambda *_: None)


def exported(course, worksheet=None):
    lines, said = exporting.export(course, "discrete", finals(course), worksheet)
    return lines, said, course.folder / "export" / "discrete"


def test_everybody_is_in_the_table_and_nobody_gets_a_silent_zero(marked, tmp_path):
    """Absent, not taken, not marked, waiting: said in words, without points."""
    enter(marked, tmp_path, ["1001", "essay", 5, "=HYPERLINK(1)"])
    lines, _, folder = exported(marked)
    rows = {row["id"]: row for row in tables.read(folder / "marks.csv")}
    assert list(rows) == list(marked.students)
    assert (rows["1001"]["total"], rows["1001"]["status"]) == ("9", "marked")
    assert rows["1002"]["status"].startswith("to be marked by hand") and not rows["1002"]["total"]
    assert rows["1002"]["late"] == "yes" and rows["1002"]["flags"] == "reads files"
    assert rows["1003"]["status"] == "not marked: not a notebook"
    assert "no notebook" in rows["1004"]["status"] and rows["1005"]["status"] == "absent"
    assert not exporting.summary(lines, folder)[1]
    for name in ("moodle.csv", "canvas.csv"):
        text = (folder / name).read_bytes().decode("utf-8-sig")
        assert "1001" in text and not any(i in text for i in ("1002", "1003", "1004", "1005"))


def test_who_has_left_the_roster_is_not_forgotten(marked):
    """Work without a name in the list is said, and the command ends with something left to do."""
    text = marked.roster_file.read_text(encoding="utf-8").replace("1001,Ada", "1010,Ada")
    marked.roster_file.write_text(text, encoding="utf-8")
    _, said, _ = exported(courses.read(marked.folder))
    assert said == ["1001 handed in and is not in the roster"]


def test_names_with_commas_and_formulas_open_rightly(marked, tmp_path):
    """As Excel reads it: UTF-8 by its mark, one cell for a name, no cell that computes."""
    enter(marked, tmp_path, ["1002", "essay", 5, ""], ["1002", "", "", "=cmd|' /C calc'!A0"])
    _, _, folder = exported(marked)
    data = (folder / "moodle.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    [row] = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert row["Full name"] == "O’Brien, Zoë" and row["discrete"] == "8"
    assert row["discrete feedback"].startswith("'=")


def test_canvas_gets_its_own_columns_and_numbers(marked, tmp_path):
    """The number in front of the file, the points there are, and the column of its own export."""
    enter(marked, tmp_path, ["1002", "essay", 5, ""])
    _, _, folder = exported(marked)
    points, zoe = tables.read(folder / "canvas.csv")
    assert points["discrete"] == "10" and points["Student"] == "Points Possible"
    assert (zoe["ID"], zoe["SIS User ID"], zoe["discrete"]) == ("55", "1002", "8")


def test_a_canvas_roster_names_the_column(course, tmp_path):
    """The gradebook that Canvas exported knows which assignment it is."""
    text = 'Student,ID,SIS User ID,SIS Login ID,Section,Discrete (44)\n"B, A",5,1001,ab,S1,\n'
    course.roster_file.write_text(text, encoding="utf-8")
    collect(
        course, "discrete", zipped(tmp_path / "c.zip", {"ba_5_9_discrete.ipynb": notebook("a")})
    )
    result(course, "1001")
    enter(course, tmp_path, ["1001", "essay", 5, ""])
    _, _, folder = exported(course)
    row = tables.read(folder / "canvas.csv")[1]
    assert (row["Student"], row["ID"], row["Section"], row["Discrete (44)"]) == (
        "B, A",
        "5",
        "S1",
        "9",
    )


def test_moodles_worksheet_is_filled_in(marked, tmp_path):
    """By the number in the folder's name; its other cells stay."""
    enter(marked, tmp_path, ["1001", "essay", 5, ""], ["1001", "", "", "good"])
    sheet = tmp_path / "w.csv"
    sheet.write_text(
        "Identifier,Full name,Grade,Last modified (grade),Feedback comments\n"
        'Participant 71,Ada,,"Friday, 1 May 2026",\nParticipant 72,Bob,,-,\n',
        encoding="utf-8",
    )
    _, said, folder = exported(marked, sheet)
    ada, bob = tables.read(folder / "moodle-worksheet.csv")
    assert (ada["Grade"], ada["Feedback comments"], bob["Grade"]) == ("9", "good", "") and not said
    assert ada["Last modified (grade)"] == "Friday, 1 May 2026"


def test_feedback_finds_its_way_back(marked, tmp_path):
    """Under the names that Moodle and Canvas gave to what was handed in."""
    for student in ("1001", "1002"):
        enter(marked, tmp_path, [student, "essay", 5, ""])
    _, _, folder = exported(marked)
    first = (folder / "feedback.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == [
            "Ada King Lovelace_71_assignsubmission_file_/discrete-feedback.html",
            "zoëobrien_LATE_55_9001_discrete-feedback.html",
        ]
    exported(marked)
    assert (folder / "feedback.zip").read_bytes() == first


class Tags(HTMLParser):
    """The elements of a page, with their attributes, and all its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


def test_feedback_shows_work_as_text_and_no_tests(marked, tmp_path):
    """Names, code, outputs, messages and comments are all text; pictures are PNG or nothing."""
    roster = marked.roster_file.read_text(encoding="utf-8")
    evil = roster.replace("Ada King Lovelace", f"Ada {EVIL}")
    marked.roster_file.write_text(evil, encoding="utf-8")
    marked.__dict__.pop("students", None)
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": f"\x1b[31mred\x1b[0m {EVIL}\x07"},
        {"output_type": "display_data", "data": {"text/html": EVIL, "text/plain": "plain"}},
        {"output_type": "display_data", "data": {"image/svg+xml": EVIL, "image/png": PIXEL}},
        {
            "output_type": "display_data",
            "data": {"image/png": "PHNjcmlwdD4="},
        },
        {"output_type": "display_data", "data": {"application/javascript": "alert(3)"}},
        {"output_type": "error", "ename": "E", "evalue": EVIL, "traceback": ["secret"]},
        {"output_type": "stream", "text": "x" * 50_000},
    ]
    executed(
        marked, "1001", cell(f"mine = 1 # {EVIL}", outputs),
        cell("essay text", grade=True, solution=True, locked=False),
        cell("as handed out"), cell("hidden = 42", grade=True, locked=True),
        cell("helper = 43", tags=["marking"]),
    )  # fmt: skip
    marked.release("discrete").parent.mkdir(parents=True)
    marked.release("discrete").write_bytes(notebook("as handed out"))
    result(marked, "1001", 2.0, EVIL)
    enter(marked, tmp_path, ["1001", "essay", 5, f"comment {EVIL}"], ["1001", "", "", EVIL])
    _, _, folder = exported(marked)
    text = (folder / "feedback" / "1001.html").read_text(encoding="utf-8")
    page = Tags(text)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "object", "link", "base", "form", "svg"}
    assert [a["src"] for t, a in page.tags if t == "img"] == [f"data:image/png;base64,{PIXEL}"]
    assert not any(key.startswith("on") for _, attrs in page.tags for key in attrs)
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv"))
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert (
        "as handed out" not in text
        and "hidden = 42" not in text
        and "helper = 43" not in text
        and "secret" not in text
    )
    for shown in (
        "mine = 1",
        "essay text",
        "plain",
        "red ",
        "{{ 7*7 }}",
        "more characters",
    ):
        assert shown in page.words
    assert "\x1b" not in text and "\x07" not in text and len(text) < 60_000
    assert "7 of 10 points" in page.words


def test_a_correction_by_hand_replaces_the_markers_message(marked, tmp_path):
    """A student reads what counts, not what was overruled; old pages without points go."""
    enter(marked, tmp_path, ["1002", "essay", 6, ""], ["1002", "test-flip", 4, "you are right"])
    _, _, folder = exported(marked)
    text = (folder / "feedback" / "1002.html").read_text(encoding="utf-8")
    assert "you are right" in text and "without the flip" not in text and "handed in late" in text
    os.utime(marked.submitted("1002", "discrete"), (5e9, 5e9))
    exported(marked)
    assert not (folder / "feedback" / "1002.html").exists()


@pytest.mark.slow
def test_the_gradebook_opens_in_nbgrader(marked, tmp_path):
    """Points by tests and by hand, comments, dates, people."""
    from nbgrader.api import Gradebook

    enter(marked, tmp_path, ["1002", "essay", 5, "nice"], ["1002", "test-flip", 3.5, ""])
    exported(marked)
    path = marked.folder / "export" / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as book:
        assert len(book.students) == len(marked.students)
        assert book.find_student("1003").last_name == "राव"
        zoe, ada = (book.find_submission("discrete", s) for s in ("1002", "1001"))
        assert (zoe.score, zoe.max_score) == (8.5, 10) and not zoe.needs_manual_grade
        assert ada.needs_manual_grade
        grades = {grade.name: grade for grade in zoe.notebooks[0].grades}
        assert (grades["test-flip"].auto_score, grades["test-flip"].manual_score) == (3, 3.5)
        comments = {c.name: c for c in zoe.notebooks[0].comments}
        assert comments["essay"].comment == "nice"
        assert comments["test-flip"].auto_comment == "this is without the flip"
        assert book.find_assignment("discrete").duedate.hour == 18


def test_the_page_for_review_shows_who_needs_a_look(marked, tmp_path):
    """Flags, parts for people, work that is not marked; one script of ours, named by its digest."""
    executed(marked, "1002", cell(f"answer {EVIL}"))
    whole = finals(marked)
    assert reviewing.write_page(marked, "discrete", whole, False) == ["1001", "1002", "1003"]
    enter(marked, tmp_path, ["1001", "essay", 5, f"so {EVIL}"])
    assert reviewing.write_page(marked, "discrete", finals(marked), False) == ["1002", "1003"]
    assert len(reviewing.write_page(marked, "discrete", finals(marked), True)) == 3
    page = Tags((marked.folder / "review" / "discrete.html").read_text(encoding="utf-8"))
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [a for _, a in page.tags if any(key.startswith("on") for key in a)]
    for words in ("reads files", "not a notebook", "answer", "without the flip"):
        assert words in page.words
    table = marked.folder / "review" / "discrete.csv"
    assert reviewing.enter(marked, "discrete", table, finals(marked)) == 1  # unchanged


def test_a_picture_is_a_picture(tmp_path):
    """Only what is a PNG by its first bytes, and not a huge one."""
    assert pages.picture(PIXEL) == PIXEL and pages.picture([PIXEL[:40], "\n", PIXEL[40:]]) == PIXEL
    huge = base64.b64encode(pages.PNG + bytes(3_000_000)).decode()
    for other in (None, 7, {"a": 1}, "no base64!", "PHN2Zz4=", huge):
        assert pages.picture(other) == ""


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', '{"cells": [7]}', "[" * 100_000])
def test_a_broken_notebook_leaves_an_empty_page(tmp_path, text):
    """Whatever lies there, the page of the next student is made."""
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    assert pages.cells(tmp_path / "n.ipynb", []) == []
    assert pages.cells(tmp_path / "missing.ipynb", []) == []
