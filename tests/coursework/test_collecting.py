"""Every file of every hand-in is accounted for; nothing is lost, nothing trusted."""

import os
import stat
import tempfile
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hand_ins import bytes_of_zip, notebook, small_course, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursework import collecting, owners, roster, unpacking
from coursework import course as courses
from coursework.assignment import CourseworkError
from coursework.collecting import collect


@pytest.fixture
def course(tmp_path):
    """A course with nothing collected."""
    return small_course(tmp_path / "course")


MOODLE = "{}_{}_assignsubmission_file_/{}"
ADA = "Ada King Lovelace"


def rows_of(course, entries, tmp_path, name="hand-ins.zip"):
    return collect(course, "discrete", zipped(tmp_path / name, entries))


def taken(course, student):
    path = course.submitted(student, "discrete")
    return path.read_bytes() if path.exists() else None


def by_status(rows, status):
    return [row for row in rows if row.status == status]


WORK = notebook("mine = 1")

# What a source holds, whose it is, how it is listed, and a word of the reason.
ONE_FILE = {
    "Moodle": (MOODLE.format(ADA, 77, "discrete.ipynb"), "1001", "taken", ""),
    "Moodle since 4.1": (f"{ADA}_77_assignsubmission_file/discrete.ipynb", "1001", "taken", ""),
    "Moodle, one folder": (f"{ADA}_77_assignsubmission_file_discrete.ipynb", "1001", "taken", ""),
    "Moodle, group in front": (
        MOODLE.format(f"Group A-{ADA}", 77, "discrete.ipynb"), "1001", "taken", ""),
    "Moodle drops signs": (MOODLE.format("Zoë OBrien", 78, "discrete.ipynb"), "1002", "taken", ""),
    "last name first": (MOODLE.format("Lovelace Ada King", 7, "discrete.ipynb"),
                        "1001", "taken", ""),
    "Devanagari": (MOODLE.format("अदिति राव", 79, "discrete.ipynb"), "1003", "taken", ""),
    "decomposed letters": (
        unicodedata.normalize("NFD", MOODLE.format("Nguyễn Thị Hoa", 8, "discrete.ipynb")),
        "1004", "taken", ""),
    "Chinese": (MOODLE.format("王小明", 80, "discrete.ipynb"), "1005", "taken", ""),
    "hyphen": (MOODLE.format("Anne-Marie Curie", 81, "discrete.ipynb"), "1006", "taken", ""),
    "also": (MOODLE.format("Pepe", 82, "discrete.ipynb"), "1007", "taken", ""),
    "Canvas": ("adakinglovelace_55_9001_discrete.ipynb", "1001", "taken", ""),
    "Canvas, late": ("lovelaceadaking_LATE_55_9001_discrete.ipynb", "1001", "taken", ""),
    "Canvas, again": ("lovelaceadaking_55_9001_discrete-2.ipynb", "1001", "renamed", "-2"),
    "plain": ("1001/discrete/discrete.ipynb", "1001", "taken", ""),
    "plain, short": ("1001/discrete.ipynb", "1001", "taken", ""),
    "plain, file": ("1001.ipynb", "1001", "taken", ""),
    "plain, by name": (f"hand-ins/{ADA}/discrete.ipynb", "1001", "taken", ""),
    "plain, id and name": ("1001_ada/discrete.ipynb", "1001", "taken", ""),
    "plain, in the name": ("discrete_1001.ipynb", "1001", "taken", ""),
    "a second download": (MOODLE.format(ADA, 7, "discrete (1).ipynb"), "1001", "renamed", "(1)"),
    "capital": (MOODLE.format(ADA, 7, "Discrete.ipynb"), "1001", "renamed", "Discrete"),
    "shouting": ("1001.IPYNB", "1001", "renamed", ""),
    "in a folder": (MOODLE.format(ADA, 7, "hw/discrete.ipynb"), "1001", "renamed", "hw"),
    "a browser's ending": (MOODLE.format(ADA, 7, "discrete.ipynb.txt"), "1001", "renamed", ".txt"),
    "no ending": (MOODLE.format(ADA, 7, "discrete"), "1001", "renamed", "discrete"),
    "own name": (MOODLE.format(ADA, 7, "My homework.ipynb"), "1001", "renamed", "My homework"),
    "Windows": (f"{ADA}_7_assignsubmission_file_\\discrete.ipynb", "1001", "taken", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", ONE_FILE)
def test_a_hand_in_is_found_and_said(course, tmp_path, what):
    """Whatever the layout and the name, the work is taken, and what was odd is said."""
    path, student, status, word = ONE_FILE[what]
    rows = rows_of(course, {path: WORK}, tmp_path)
    assert taken(course, student) == WORK
    [row] = [row for row in rows if row.file]
    assert (row.id, row.status) == (student, status) and word in row.reason
    assert len(by_status(rows, "absent")) == len(course.students) - 1
    assert collecting.summary(rows)[1]


NOT_TAKEN = {
    "unknown": (MOODLE.format("Ada Lovelac", 7, "discrete.ipynb"), "unmatched", "nobody"),
    "namesakes": (MOODLE.format("Sam Lee", 7, "discrete.ipynb"), "unmatched", "1008, 1009"),
    "half a name": (MOODLE.format("Marie Curie", 7, "discrete.ipynb"), "unmatched", "nobody"),
    "no owner": ("discrete.ipynb", "unmatched", "nobody"),
    "no notebook": (MOODLE.format(ADA, 7, "essay.pdf"), "unmatched", "no notebook"),
    "empty folder": (f"{ADA}_7_assignsubmission_file_/", "refused", "empty"),
    "leads out": (f"../../{ADA}_7_assignsubmission_file_/discrete.ipynb", "refused", "leads out"),
    "absolute": (f"/tmp/{ADA}_7_assignsubmission_file_/discrete.ipynb", "refused", "leads out"),
    "text typed in": ("adakinglovelace_55_text.html", "unmatched", "no notebook"),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_what_is_not_taken_is_listed_with_its_reason(course, tmp_path, what):
    """Nothing is dropped without a word, and the command says that something is left to do."""
    path, status, word = NOT_TAKEN[what]
    rows = rows_of(course, {path: WORK if path.endswith(".ipynb") else b""}, tmp_path)
    assert any(row.status == status and word in row.reason for row in rows)
    assert not collecting.summary(rows)[1]
    assert taken(course, "1001") is None


def test_work_that_nobody_owns_is_kept_until_the_roster_knows(course, tmp_path):
    """A near miss is suggested; after a word in the roster the same command takes the work."""
    source = {MOODLE.format("Ada Lovelac", 7, "discrete.ipynb"): WORK}
    [row] = by_status(rows_of(course, source, tmp_path), "unmatched")
    assert "Ada King Lovelace (1001)" in row.reason
    kept = course.folder / "collected" / "discrete" / "unmatched"
    assert [path.read_bytes() for path in kept.iterdir()] == [WORK]
    text = course.roster_file.read_text(encoding="utf-8")
    known = text.replace("ada@uni.example,Group A,", "ada@uni.example,Group A,Ada Lovelac")
    course.roster_file.write_text(known, encoding="utf-8")
    again = courses.read(course.folder)
    rows = rows_of(again, source, tmp_path)
    assert taken(again, "1001") == WORK and collecting.summary(rows)[1]


def test_the_blank_copy_never_beats_the_work(course, tmp_path):
    """Two downloads: the later one may be the empty one."""
    blank = notebook("your code here")
    course.release("discrete").parent.mkdir(parents=True)
    course.release("discrete").write_bytes(blank)
    source = {
        MOODLE.format(ADA, 7, "discrete.ipynb"): WORK,
        MOODLE.format(ADA, 7, "discrete (1).ipynb"): blank,
        MOODLE.format(ADA, 7, "discrete (2).ipynb"): b"{ cut off",
    }
    rows = rows_of(course, source, tmp_path)
    assert taken(course, "1001") == WORK
    assert all("empty" in row.reason for row in by_status(rows, "superseded"))
    assert len(by_status(rows, "superseded")) == 2


def test_an_empty_or_broken_notebook_is_taken_when_there_is_no_other(course, tmp_path):
    """Whether it can be marked is the marker's to say."""
    rows_of(course, {MOODLE.format(ADA, 7, "discrete.ipynb"): b"{ cut off"}, tmp_path)
    assert taken(course, "1001") == b"{ cut off"


def test_the_latest_attempt_counts_and_the_others_are_kept(course, tmp_path):
    """Canvas numbers uploads; the order in the zip does not matter."""
    old, new = notebook("old"), notebook("new")
    source = {
        "adakinglovelace_5_90_discrete-1.ipynb": new,
        "adakinglovelace_5_89_discrete.ipynb": old,
    }
    rows = rows_of(course, source, tmp_path)
    assert taken(course, "1001") == new
    [row] = by_status(rows, "superseded")
    assert row.attempt == "89" and "later" in row.reason
    kept = course.folder / "collected" / "discrete" / "superseded" / "1001"
    assert [path.read_bytes() for path in kept.iterdir()] == [old]


def test_extra_files_lie_beside_the_notebook_as_they_did(course, tmp_path):
    """A cell that opens data/signal.csv finds it; a name that Windows forbids is changed."""
    source = {
        MOODLE.format(ADA, 7, "homework/discrete.ipynb"): WORK,
        MOODLE.format(ADA, 7, "homework/data/signal.csv"): b"1,2",
        MOODLE.format(ADA, 7, "notes?.txt"): b"n",
        "__MACOSX/._discrete.ipynb": b"\0",
    }
    rows = rows_of(course, source, tmp_path)
    folder = course.submitted("1001", "discrete").parent
    assert (folder / "data" / "signal.csv").read_bytes() == b"1,2"
    assert (folder / "notes_.txt").read_bytes() == b"n"
    assert len(by_status(rows, "extra")) == 2 and len(by_status(rows, "ignored")) == 1
    assert collecting.summary(rows)[1]


def test_a_students_own_zip_is_opened(course, tmp_path):
    """Many hand in a zip because they were told to hand in one file."""
    inner = bytes_of_zip({"homework/discrete.ipynb": WORK, "homework/x.csv": b"1"})
    rows = rows_of(course, {MOODLE.format(ADA, 7, "all.zip"): inner}, tmp_path)
    assert taken(course, "1001") == WORK
    assert (course.submitted("1001", "discrete").parent / "x.csv").exists()
    assert collecting.summary(rows)[1]
    broken = rows_of(course, {MOODLE.format(ADA, 7, "all.zip"): inner[:60]}, tmp_path, "b.zip")
    assert any("zip" in row.reason for row in by_status(broken, "refused"))


def test_files_and_folders_of_one_name_are_kept_apart(course, tmp_path):
    """A zip is kept beside what was in it; of names that only Linux tells apart, one changes."""
    inner = bytes_of_zip({"discrete.ipynb": WORK, "Data/a.csv": b"1", "data/A.csv": b"2"})
    source = {MOODLE.format(ADA, 7, "all.zip"): inner, MOODLE.format(ADA, 7, "all.zip/b"): b"3"}
    rows = rows_of(course, source, tmp_path)
    folder = course.submitted("1001", "discrete").parent
    kept = {path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert kept == {WORK, inner, b"1", b"2", b"3"} and len(by_status(rows, "extra")) == 4


def test_trouble_with_one_student_is_that_students_alone(course, tmp_path, monkeypatch):
    """A disk that refuses one file costs one hand-in, which is listed."""
    whole = collecting.place

    def place(course, name, student, *rest):
        if student == "1001":
            raise OSError("no room")
        whole(course, name, student, *rest)

    monkeypatch.setattr(collecting, "place", place)
    source = {
        MOODLE.format(n, 7 + i, "discrete.ipynb"): WORK for i, n in enumerate([ADA, "王小明"])
    }
    rows = rows_of(course, source, tmp_path)
    assert "no room" in by_status(rows, "refused")[0].reason and taken(course, "1005") == WORK


def test_the_work_of_a_group_is_everybodys(course, tmp_path):
    """Moodle names the folder of a team after it; a teacher's folders by group hold people."""
    source = {"Group A_3_assignsubmission_file_/discrete.ipynb": WORK}
    rows = rows_of(course, source, tmp_path)
    assert taken(course, "1001") == taken(course, "1002") == WORK
    assert all("group" in row.reason for row in by_status(rows, "taken"))
    sorted_by_group = {f"Group B/{s}/discrete.ipynb": notebook(s) for s in ("1003", "1004")}
    rows_of(course, {**sorted_by_group, "Group C/1006/discrete.ipynb": WORK}, tmp_path, "g.zip")
    assert taken(course, "1003") == notebook("1003") and taken(course, "1004") == notebook("1004")


def test_nobody_takes_anothers_place(course, tmp_path):
    """Files and folders called like somebody else stay with the one who handed them in."""
    bad, good = notebook("forged"), notebook("good")
    source = {
        MOODLE.format("O’Brien Zoë", 8, "discrete.ipynb"): good,
        MOODLE.format(ADA, 7, "O’Brien Zoë_8_assignsubmission_file_/discrete.ipynb"): bad,
        f"{ADA}_7_assignsubmission_file_Zoë O’Brien_8_assignsubmission_file_discrete.ipynb": bad,
        MOODLE.format("Mallory", 9, "1002/discrete.ipynb"): bad,
        "Mallory/1002/discrete.ipynb": bad,
        "Mallory/1002.ipynb": bad,
    }
    rows_of(course, source, tmp_path)
    assert taken(course, "1002") == good


def test_two_people_with_one_name_are_not_mixed(course, tmp_path):
    """Somebody may call himself Ada on the platform: numbers tell people apart."""
    source = {
        MOODLE.format(ADA, 7, "discrete.ipynb"): WORK,
        MOODLE.format(ADA, 8, "discrete.ipynb"): notebook("forged"),
    }
    rows = rows_of(course, source, tmp_path)
    assert taken(course, "1001") is None and len(by_status(rows, "unmatched")) == 2
    assert "participants 7 and 8" in by_status(rows, "unmatched")[0].reason


def test_a_worksheet_says_who_and_when(course, tmp_path):
    """Moodle's grading worksheet settles namesakes, hidden names and lateness."""
    sheet = tmp_path / "Grades.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        'Participant 7,Sam Lee,sam2@uni.example,"Monday, 30 November 2026, 6:01 PM"\n'
        'Participant 8,,am@uni.example,"Monday, 30 November 2026, 5:59 PM"\n',
        encoding="utf-8",
    )
    source = {
        MOODLE.format("Sam Lee", 7, "discrete.ipynb"): WORK,
        MOODLE.format("Participant", 8, "discrete.ipynb"): notebook("2"),
    }
    path = zipped(tmp_path / "m.zip", source)
    rows = collect(course, "discrete", path, worksheet=sheet)
    assert taken(course, "1009") == WORK and taken(course, "1006") == notebook("2")
    assert {row.id: row.late for row in by_status(rows, "taken")} == {"1009": "yes", "1006": "no"}


def test_late_is_a_column(course, tmp_path):
    """Canvas says it in the name; a file's own time makes it possible only."""
    source = tmp_path / "plain"
    (source / "1001").mkdir(parents=True)
    (source / "1001" / "discrete.ipynb").write_bytes(WORK)
    os.utime(source / "1001" / "discrete.ipynb", (2_000_000_000, 2_000_000_000))
    assert by_status(collect(course, "discrete", source), "taken")[0].late == "perhaps"
    rows = rows_of(course, {"zoëobrien_LATE_5_9_discrete.ipynb": WORK}, tmp_path)
    assert {row.id: row.late for row in by_status(rows, "taken")} == {
        "1001": "perhaps",
        "1002": "yes",
    }


# Again, and again ---------------------------------------------------------------------------------


def state(course):
    paths = [p for p in course.folder.rglob("*") if p.is_file()]
    return {str(p.relative_to(course.folder)): p.read_bytes() for p in paths}


def test_collecting_again_changes_nothing(course, tmp_path):
    """The same command twice leaves the same files."""
    source = {MOODLE.format(ADA, 7, "discrete.ipynb"): WORK, MOODLE.format(ADA, 7, "x.csv"): b"1",
              MOODLE.format("Who", 9, "discrete.ipynb"): b"?"}  # fmt: skip
    rows_of(course, source, tmp_path)
    first = state(course)
    rows_of(course, source, tmp_path)
    assert state(course) == first


def test_what_is_collected_later_counts_and_stays(course, tmp_path):
    """A corrected file by mail replaces the one on the platform, and a repeat does not undo it."""
    first = {
        MOODLE.format(ADA, 7, "discrete.ipynb"): b"{ broken",
        MOODLE.format("王小明", 8, "discrete.ipynb"): WORK,
    }
    rows_of(course, first, tmp_path, "platform.zip")
    mail = tmp_path / "by mail"
    (mail / "1001").mkdir(parents=True)
    (mail / "1001" / "discrete.ipynb").write_bytes(WORK)
    rows = collect(course, "discrete", mail)
    assert taken(course, "1001") == WORK == taken(course, "1005")
    [row] = by_status(rows, "superseded")
    assert "by mail" in row.reason
    rows = rows_of(course, first, tmp_path, "platform.zip")
    assert taken(course, "1001") == WORK and len(by_status(rows, "taken")) == 2
    kept = [p.read_bytes() for p in (course.folder / "collected").rglob("*.ipynb")]
    assert b"{ broken" in kept


def test_an_older_attempt_of_canvas_does_not_come_back(course, tmp_path):
    """The zips of two days may be collected in the wrong order."""
    rows_of(course, {"adakinglovelace_5_90_discrete-1.ipynb": WORK}, tmp_path, "tuesday.zip")
    rows = rows_of(course, {"adakinglovelace_5_80_discrete.ipynb": b"old"}, tmp_path, "monday.zip")
    assert taken(course, "1001") == WORK
    assert "later attempt" in by_status(rows, "superseded")[0].reason


@pytest.mark.parametrize("after", range(1, 8))
def test_an_interruption_loses_nothing(course, tmp_path, monkeypatch, after):
    """Stopped at any write, the next run ends as if nothing had happened."""
    source = {MOODLE.format(ADA, 7, "discrete.ipynb"): WORK, MOODLE.format(ADA, 7, "x.csv"): b"1",
              MOODLE.format("王小明", 8, "discrete.ipynb"): notebook("w")}  # fmt: skip
    rows_of(course, {"1001/discrete.ipynb": notebook("earlier")}, tmp_path, "first.zip")
    whole, writes = collecting.files.write, []

    def interrupted(path, data):
        writes.append(path)
        if len(writes) == after:
            raise KeyboardInterrupt
        whole(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(collecting.files, "write", interrupted)
        try:
            rows_of(course, source, tmp_path)
        except KeyboardInterrupt:
            pass
    rows = rows_of(course, source, tmp_path)
    assert taken(course, "1001") == WORK and taken(course, "1005") == notebook("w")
    assert (course.submitted("1001", "discrete").parent / "x.csv").exists()
    assert collecting.summary(rows)[1]
    everything = [p.read_bytes() for p in course.folder.rglob("*.ipynb")]
    assert notebook("earlier") in everything


# What a zip or a folder may hold that is no hand-in -----------------------------------------------


def entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_links_and_devices_in_a_zip_are_named_and_left(course, tmp_path):
    """Nothing follows a link, whatever it points to."""
    path = MOODLE.format(ADA, 7, "discrete.ipynb")
    rows = rows_of(course, [(entry(path, stat.S_IFLNK | 0o777), "/etc/passwd")], tmp_path)
    assert "link" in by_status(rows, "refused")[0].reason and taken(course, "1001") is None


def test_links_pipes_and_devices_in_a_folder_are_named_and_left(course, tmp_path):
    """A link to another's work, a loop, a pipe: listed, never opened."""
    source = tmp_path / "source"
    for student in ("1001", "1002", "1003", "1004"):
        (source / student).mkdir(parents=True)
    (source / "1001" / "discrete.ipynb").write_bytes(WORK)
    (source / "1002" / "discrete.ipynb").symlink_to(source / "1001" / "discrete.ipynb")
    (source / "1003" / "discrete.ipynb").symlink_to(source / "1003", target_is_directory=True)
    os.mkfifo(source / "1004" / "discrete.ipynb")
    (source / "1004" / "sub.ipynb").mkdir()
    rows = collect(course, "discrete", source)
    assert [row.id for row in by_status(rows, "taken")] == ["1001"]
    assert {row.id for row in by_status(rows, "refused")} == {"1002", "1003", "1004"}


def test_bombs_are_refused_while_reading(course, tmp_path, monkeypatch):
    """Sizes are counted, never believed; the others are collected all the same."""
    monkeypatch.setattr(unpacking, "MOST_BYTES", 10_000)
    source = {MOODLE.format(ADA, 7, "discrete.ipynb"): b"0" * 20_000,
              MOODLE.format("王小明", 8, "discrete.ipynb"): WORK}  # fmt: skip
    data = bytearray(bytes_of_zip(source))
    rows = rows_of(course, source, tmp_path)
    assert "larger" in by_status(rows, "refused")[0].reason and taken(course, "1005") == WORK
    for size in ((20_000).to_bytes(4, "little"),):
        data = data.replace(size, (20).to_bytes(4, "little"))  # a header that lies
    (tmp_path / "lies.zip").write_bytes(data)
    rows = collect(course, "discrete", tmp_path / "lies.zip")
    assert by_status(rows, "refused") and taken(course, "1001") is None
    assert taken(course, "1005") == WORK


@pytest.mark.parametrize("limit, said", [(unpacking, "zip bomb"), (collecting, "one student")])
def test_too_much_in_all_ends_the_reading(course, tmp_path, monkeypatch, limit, said):
    """Many small bombs are one; every file is in the list all the same."""
    name = "MOST_READ" if limit is unpacking else "MOST_OF_A_STUDENT"
    monkeypatch.setattr(limit, name, 3_000)
    source = {MOODLE.format(ADA, 7, "discrete.ipynb"): WORK}
    source |= {MOODLE.format(ADA, 7, f"{n}.bin"): bytes(1_000) for n in range(9)}
    rows = rows_of(course, source, tmp_path)
    refused = by_status(rows, "refused")
    assert len(refused) >= 5 and all(said in row.reason for row in refused)
    assert len([row for row in rows if row.file]) == len(source)
    assert taken(course, "1001") == WORK


def test_locked_and_damaged_entries_have_their_reason(course, tmp_path):
    """A password, a flipped bit: one file's fault, one file's loss."""
    two = {MOODLE.format(name, 7, "discrete.ipynb"): WORK for name in (ADA, "王小明")}
    data = bytearray(bytes_of_zip(two))
    start = data.index(b"discrete.ipynb") + len(b"discrete.ipynb")
    data[start + 5] ^= 255
    (tmp_path / "d.zip").write_bytes(data)
    rows = collect(course, "discrete", tmp_path / "d.zip")
    assert "damaged" in by_status(rows, "refused")[0].reason and taken(course, "1005") == WORK
    locked = bytearray(bytes_of_zip({MOODLE.format(ADA, 7, "discrete.ipynb"): WORK}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "l.zip").write_bytes(locked)
    rows = collect(course, "discrete", tmp_path / "l.zip")
    assert any("password" in row.reason for row in by_status(rows, "refused"))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_a_source_that_is_no_zip_is_an_error(course, tmp_path, data):
    """Said at once, with the name of the file; what was collected stays."""
    rows_of(course, {"1001/discrete.ipynb": WORK}, tmp_path)
    (tmp_path / "bad.zip").write_bytes(data)
    with pytest.raises(CourseworkError, match="bad.zip"):
        collect(course, "discrete", tmp_path / "bad.zip")
    with pytest.raises(CourseworkError, match="neither a folder nor a file"):
        collect(course, "discrete", tmp_path / "missing.zip")
    assert taken(course, "1001") == WORK


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "cp850", "cp1252"])
def test_names_in_old_encodings(course, tmp_path, encoding):
    """The zip does not say how its names are written: the roster knows which reading is right."""
    path = MOODLE.format("José Núñez", 7, "discrete.ipynb")
    raw = path.encode(encoding)
    stand_in = "j" * len(raw)
    data = bytes_of_zip({stand_in: WORK}).replace(stand_in.encode(), raw)
    (tmp_path / "old.zip").write_bytes(data)
    collect(course, "discrete", tmp_path / "old.zip")
    assert taken(course, "1007") == WORK


def test_names_in_a_folder_that_are_no_utf8(course, tmp_path):
    """Bytes of a Latin-1 disk are listed, written down and survive the list."""
    source = tmp_path / "source"
    (source / "1001").mkdir(parents=True)
    (source / "1001" / "discrete.ipynb").write_bytes(WORK)
    with open(os.fsencode(source / "1001") + b"/caf\xe9.txt", "wb") as file:
        file.write(b"x")
    rows = collect(course, "discrete", source)
    assert "\\udce9" in by_status(rows, "extra")[0].file
    assert len(collecting.read_list(course, "discrete")) == len(rows)


def test_control_characters_do_not_reach_the_terminal(course, tmp_path):
    """Names are shown, not obeyed."""
    rows = rows_of(course, {"\x1b[2Jevil\u202e/discrete.ipynb": WORK}, tmp_path)
    text = "\n".join(collecting.summary(rows)[0])
    assert "\x1b" not in text and "\u202e" not in text and "evil" in text


NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "M", "N", "P", "Zs")), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=NAMES, form=st.sampled_from(["NFC", "NFD", "NFKC"]))
def test_any_name_is_found_again(name, form):
    """Whatever letters a name has, it is found as written, decomposed, and in Moodle's folders."""
    if not roster.words(name):
        return
    student = roster.Student("x1", name)
    people = owners.Owners(
        roster.Roster({"x1": student, "x2": roster.Student("x2", "Q Q")}), "a", [], None
    )
    asked = (
        unicodedata.normalize("NFC" if form == "NFKC" else form, name)
        .replace("/", "")
        .replace("_", " ")
    )
    label = people.read((f"{asked}_12_assignsubmission_file_", "a.ipynb"))
    if "q" not in roster.words(name):
        assert label.students == ("x1",)


PART = st.one_of(
    st.sampled_from([
        ADA, "1001", "1002", "Group A", "Mallory", "..", ".", "", "__MACOSX", "con", "a" * 300,
        f"{ADA}_7_assignsubmission_file_", f"{ADA}_8_assignsubmission_file_x.ipynb",
        "adakinglovelace_LATE_5_9_discrete.ipynb", "discrete.ipynb", "discrete (1).ipynb", "x.zip",
    ]),
    st.text(st.characters(exclude_characters="\0"), max_size=12),
)  # fmt: skip
NAMED = st.lists(PART, min_size=1, max_size=4).map("/".join)
PATHS = NAMED.filter(lambda path: path and not path.endswith("/"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(paths=st.lists(PATHS, min_size=1, max_size=5, unique=True), inner=st.booleans())
def test_whatever_a_zip_holds_every_file_is_in_the_list(paths, inner):
    """No path ends the run, leaves the course, or disappears."""
    with tempfile.TemporaryDirectory() as folder:
        course = small_course(Path(folder, "course"))
        entries = [(path.encode("utf-8", "replace").decode(), WORK) for path in paths]
        if inner:
            entries = [("1003/work.zip", bytes_of_zip(entries))]
        try:
            rows = collect(course, "discrete", zipped(Path(folder, "z.zip"), entries))
        except CourseworkError as problem:
            assert "zip" in str(problem)
            return
        listed = [row for row in rows if row.file]
        assert len(listed) >= len(entries) and all(row.status for row in rows)
        assert sorted(os.listdir(folder)) == ["course", "z.zip"]
        before = state(course)
        collect(course, "discrete", Path(folder, "z.zip"))
        assert state(course) == before
