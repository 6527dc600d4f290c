"""Rosters, tables, names of files, and numbers that belong to a person."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework import course as courses
from coursework import files, personal, roster, tables
from coursework.assignment import CourseworkError


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return roster.read(path)


ROSTERS = {
    "ours": "id,name,email,group,also\nA1,Zoë Müller,z@x.example,G1,zoe; zed\n",
    "Moodle": "First name,Surname,ID number,Email address,Groups\nZoë,Müller,A1,z@x.example,G1\n",
    "Moodle 4": '"First name","Last name","ID number",Groups\nZoë,Müller,A1,G1\n',
    "Excel": "id;name;email;group\r\nA1;Zoë Müller;z@x.example;G1\r\n",
    "tabs": "ID\tFull name\tE-mail\tGroup\nA1\tZoë Müller\tz@x.example\tG1\n",
    "Canvas": "Student,ID,SIS User ID,SIS Login ID,Section,discrete (9)\n"
    '    Points Possible,,,,,20\n"Müller, Zoë",55,A1,zoe1,G1,\n"Student, Test",66,,x,G1,\n',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("kind", ROSTERS)
def test_rosters_of_platforms_and_spreadsheets_are_read(tmp_path, kind, encoding):
    """Columns under the names that platforms give them, in whatever encoding."""
    [student] = read(tmp_path, ROSTERS[kind], encoding).values()
    assert student.id == "A1" and roster.keys(student.name) >= {"müllerzoë"}
    assert student.group == "G1"


def test_an_id_column_that_is_not_filled_gives_way_to_addresses(tmp_path):
    """Moodle lists ID numbers that nobody entered."""
    students = read(tmp_path, "First name,Surname,ID number,Email address\nA,B,,a@x.example\n")
    assert list(students) == ["a@x.example"]


BAD = {
    "nobody": ("id,name\n", "lists no students"),
    "empty": ("", "is empty"),
    "no id": ("name\nAda\n", "needs a column 'id'"),
    "an id twice": ("id,name\na1,A\nA1,B\n", "stands there already"),
    "a path": ("id,name\n../a,A\n", "must be a name for a folder"),
    "a device": ("id,name\nnul,A\n", "must be a name for a folder"),
    "hidden": ("id,name\n.a,A\n", "must be a name for a folder"),
    "an option": ("id,name\n-rf,A\n", "must be a name for a folder"),
    "a comma": ("id,name\n1,Lovelace, Ada\n", "quotation marks"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_roster_that_would_mix_people_up_is_refused(tmp_path, what):
    """The error names the file, the row and the value."""
    text, said = BAD[what]
    with pytest.raises(CourseworkError, match=said):
        read(tmp_path, text)


def test_tables_survive_a_spreadsheet(tmp_path):
    """Excel sees UTF-8 and no formula; what was written is read again."""
    evil = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "Müller, Zoë",
        'say "hi"',
        "王小明",
        "two\nlines",
        "'quoted",
    ]
    tables.write(tmp_path / "t.csv", ["name", "points"], [[cell, 1.5] for cell in evil])
    data = (tmp_path / "t.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    rows = tables.read(tmp_path / "t.csv")
    assert [row["name"] for row in rows] == evil and {row["points"] for row in rows} == {"1.5"}
    for line in data.decode("utf-8-sig").replace("two\nlines", "").splitlines()[1:]:
        assert not line.lstrip('"').startswith(tables.FORMULA)


@given(st.text(max_size=300))
def test_safe_names_are_safe_and_stay(name):
    """Any text becomes a name that Windows takes, and a safe name is its own."""
    safe = files.safe_name(name)
    assert safe and len(safe.encode("utf-8")) <= files.LONGEST + 20
    assert not set(safe) & (files.FORBIDDEN | {"\0"}) and safe == safe.rstrip(". ")
    assert not files.RESERVED.match(safe) and files.safe_name(safe) == safe
    assert unicodedata.is_normalized("NFC", safe)


def test_numbers_belong_to_a_person_and_an_assignment():
    """The same for the same id however it is typed, others for another id, task or course."""
    salt = personal.salt("seed", "discrete")
    mine = personal.numbers(salt, "José1", 1, 9, 12)
    assert mine == personal.numbers(salt, unicodedata.normalize("NFD", " josé1 "), 1, 9, 12)
    assert set(mine) <= set(range(1, 10)) and mine[:5] == personal.numbers(salt, "José1", 1, 9, 5)
    others = [
        personal.numbers(salt, "Jose1", 1, 9, 12),
        personal.numbers(personal.salt("seed", "other"), "José1", 1, 9, 12),
        personal.numbers(personal.salt("seed2", "discrete"), "José1", 1, 9, 12),
    ]
    assert all(mine != other for other in others) and "seed" not in salt
    every = [n for i in range(100) for n in personal.numbers(salt, f"s{i}", 1, 9, 9)]
    assert min(every.count(n) for n in range(1, 10)) > 60  # 100 each, on average


def test_numbers_stay_as_they_are():
    """A notebook handed out last year still agrees; openssl computes the same."""
    assert personal.numbers("salt", "A1", 1, 9, 6) == [1, 5, 5, 7, 1, 6]


def test_a_new_course_can_be_read(tmp_path):
    """It has a seed of its own, which a second `new` does not touch."""
    courses.new(tmp_path / "c", 'Signals "2027"')
    course = courses.read(tmp_path / "c")
    assert course.name == 'Signals "2027"'
    assert len(course.seed) == 64 and course.assignment("discrete").due.tzinfo
    with pytest.raises(CourseworkError, match="must not change"):
        courses.new(tmp_path / "c", "again")
    with pytest.raises(CourseworkError, match="lists no students"):
        list(course.students)
    with pytest.raises(CourseworkError, match="those that it has: cnn, discrete"):
        course.assignment("fourier")


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "`name` must be"),
        ("name = ", "cannot be read"),
        ('name = "a"\nroster = "r"\nseed = 5', "`seed` must be a text, not 5"),
        ('name = "a"\nroster = "r"\nseed = "s"\n[assignments.d]\ndue = "soon"', "`due` of d"),
        ('name = "a"\nroster = "r"\nseed = "s"\n[assignments.d]\ndue = 2026-11-30', "with a time"),
        ('name = "a"\nroster = "r"\nseed = "s"\n[assignments.d]\nrules = 3', "`rules` of d"),
    ],
)
def test_what_is_wrong_in_a_course_is_said(tmp_path, text, said):
    """The file, the key and the value."""
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseworkError, match=said):
        courses.read(tmp_path)
