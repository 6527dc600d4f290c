"""What comes from students is read safely and put in order, or refused with its reason."""

import json
import os
import re

import pytest

from coursework import reading
from coursework.assignment import (
    CourseworkError,
    as_cell,
    assignments,
    check_source,
    leaks,
    load,
    marks,
    read_source,
    release,
    secret_lines,
    text_of,
    visible,
)
from coursework.guide import marking_guide, read_advice
from coursework.reading import cells_of, extra_files, rebuilt, safe_bytes
from tests.coursework.classroom import after, assignment, code, id_of, packed, right_cells


@pytest.fixture(scope="module")
def source():
    return read_source("discrete")


@pytest.fixture(scope="module")
def handed_out():
    return release("discrete", due="Monday", rules="Work on your own.", salt="abc")


def test_students_see_no_solution_and_no_hidden_test(source, handed_out):
    assert len(set(secret_lines(source))) > 60
    assert leaks(source, handed_out) == []
    assert "### BEGIN" not in json.dumps(handed_out)


def test_the_leak_check_sees_a_leak(source, handed_out):
    assert "BEGIN SOLUTION" in leaks(source, source)
    doctored = json.loads(json.dumps(handed_out))
    doctored["cells"][0]["source"] = "result[k + j] += value * weight"
    assert leaks(source, doctored) == ["result[k + j] += value * weight"]


def test_what_is_handed_out_has_its_date_rules_and_salt(handed_out):
    text = "\n".join(text_of(cell) for cell in handed_out["cells"])
    assert "**Due:** Monday" in text and "Work on your own." in text
    assert "SALT = 'abc'" in text and '"""' in text and "{{" not in text
    without = "\n".join(text_of(cell) for cell in release("discrete")["cells"])
    assert "Due" not in without and "{{" not in without


def test_the_marker_restores_what_was_handed_out(handed_out):
    """nbgrader's own step and the marker agree on what of a test is visible."""
    for cell in map(as_cell, read_source("discrete", "abc")["cells"]):
        if cell.locked and cell.id and not cell.for_the_marker:
            (given,) = [c for c in handed_out["cells"] if marks(c).get("grade_id") == cell.id]
            assert text_of(given).strip() == visible(cell.text).strip()


@pytest.mark.parametrize("name", assignments())
def test_the_marking_guide_has_each_solution_part_and_slip(name):
    whole = assignment(name)
    text = marking_guide(whole)
    for part in whole.parts:
        assert f"**{part.title}, {part.max_points:g} points" in text
    assert [slip for slip, advice in read_advice(whole).items() if advice not in text] == []
    assert text.count("```python") == sum("BEGIN SOLUTION" in cell.text for cell in whole.cells)
    assert "### BEGIN" not in text


def test_metadata_are_nbgraders(handed_out):
    marked = [marks(cell) for cell in handed_out["cells"] if marks(cell)]
    assert len({mark["grade_id"] for mark in marked}) == len(marked)
    assert all(mark["schema_version"] == 3 for mark in marked)
    assert all("checksum" in mark for mark in marked if mark["grade"] or mark["solution"])
    assert "jupytext" not in handed_out["metadata"]


@pytest.mark.parametrize("name", assignments())
def test_points_in_the_text_are_those_of_the_tests(name):
    """The table of tasks, the points in each line of it, and those above the tests."""
    whole = assignment(name)
    lines = [line for line in whole.cells[0].text.splitlines() if re.match(r"\| \d", line)]
    promised = [int(line.rstrip(" |").split()[-1]) for line in lines]
    assert sum(part.max_points for part in whole.parts) == sum(promised) == 100
    texts = "\n".join(cell.text for cell in whole.cells if cell.type == "markdown")
    said = re.findall(r"\*\*(.+?) \((\d+) points?\)\.\*\*", texts)
    assert [(part.title, f"{part.max_points:.0f}") for part in whole.parts] == said


def test_a_source_with_the_same_id_twice_is_refused(source):
    twice = {"cells": source["cells"] * 2}
    with pytest.raises(CourseworkError, match="more than once"):
        check_source(twice, "discrete")
    with pytest.raises(CourseworkError, match="there is no assignment 'x'; there are: .*discrete"):
        load("x")


def test_own_tests_must_belong_to_a_part():
    own = "def test_flip(): pass\ndef test_flop(): pass\ndef helper(): pass\n"
    with pytest.raises(CourseworkError, match="no part belongs to test_flop"):
        load("discrete", own_tests=own)
    with pytest.raises(CourseworkError, match="own tests of discrete: .*line 1"):
        load("discrete", own_tests="def test_flip(")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{not json", "not a notebook"),
        (b"[]", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b'{"cells": ["x"]}', "a cell is str"),
        (b'{"cells": [{"source": [1]}]}', "no text"),
        (b'{"worksheets": []}', "format 3"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "not a notebook"),
        (b"\x80\x81\x82", "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_reason(data, reason):
    with pytest.raises(CourseworkError, match=reason):
        cells_of(data)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"]
)
def test_any_encoding_is_read(encoding):
    (cell,) = cells_of('{"cells": [{"cell_type": "code", "source": "x = \'é\'"}]}'.encode(encoding))
    assert cell.text == "x = 'é'"


def test_half_characters_and_strange_ids_do_no_harm():
    cell = {"cell_type": 3, "source": "\ud800", "metadata": {"nbgrader": {"grade_id": [1]}}}
    (cell,) = cells_of(json.dumps({"cells": [cell]}).encode())
    assert cell.text == "?" and cell.id == "" and cell.type == "3"


def test_only_real_files_inside_the_course_are_read(tmp_path):
    (tmp_path / "work").mkdir()
    real = tmp_path / "work" / "a.ipynb"
    real.write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "work")
    assert safe_bytes(real, 5, tmp_path) == b"12345"
    with pytest.raises(CourseworkError, match="0.0 MB; at most 4e-06 MB"):
        safe_bytes(real, 4, tmp_path)
    with pytest.raises(CourseworkError, match="link is a link"):
        safe_bytes(tmp_path / "link" / "a.ipynb", 99, tmp_path)


def test_extra_files_are_kept_and_links_left_out(tmp_path, monkeypatch):
    notebook = tmp_path / "a.ipynb"
    notebook.write_bytes(b"{}")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_bytes(b"1,2")
    (tmp_path / "secret").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").symlink_to("/etc")
    files, left_out = extra_files(notebook)
    assert files == {"data/x.csv": b"1,2"}
    assert len(left_out) == 2 and "secret" in " ".join(left_out) and "pipe" in " ".join(left_out)
    monkeypatch.setattr(reading, "MAX_EXTRA", 2)
    assert extra_files(notebook)[0] == {}


def ids(steps):
    """Return the assignment's cells among some steps, in order."""
    return [step.id for step in steps if step.id]


def rebuilt_from(cells):
    """Return the steps for a notebook of these cells."""
    return rebuilt(assignment(), cells_of(packed(cells)))


def test_deleted_and_copied_cells_are_put_right():
    cells = right_cells("ada")
    whole = ids(rebuilt_from(cells))
    deleted = [cell for cell in cells if id_of(cell) not in ("test-flip", "tools", "test-box-d")]
    assert ids(rebuilt_from(deleted)) == whole
    assert sorted(ids(rebuilt_from([*cells, *cells]))) == sorted(whole)


def test_all_that_students_wrote_runs_and_only_ours_judges():
    cells = right_cells("ada")
    cells = after(cells, "test-flip", code("mine = 1"), code("points = 20", grade_id="test-values"))
    cells = [c | {"source": "changed = 1"} if id_of(c) == "test-flip" else c for c in cells]
    steps = rebuilt_from(cells)
    assert {"mine = 1", "changed = 1", "points = 20"} <= {s.text for s in steps if s.does == "run"}
    judged = {s.id: s.text for s in steps if s.does == "judge"}
    assert judged == {c.id: c.text for c in assignment().cells if c.is_test}
    assert not any("look_for_shortcuts(function)" in step.text for step in steps)


def test_a_notebook_without_our_cells_has_not_been_seen():
    for cells in ([], [code("x")], [code("x", grade_id="student-id"), code("x", grade_id="other")]):
        with pytest.raises(CourseworkError, match="none of the cells of discrete"):
            rebuilt_from(cells)
