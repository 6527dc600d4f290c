"""Right solutions earn all points, and each slip costs its own price, in every assignment.

Tasks are marked apart, so slips in different cells are handed in together: a notebook with three
slips must lose their three prices. That tests more than a notebook for each slip, in less time.
"""

import pytest

from coursework.assignment import FOR_THE_MARKER, leaks, load, read_source, release
from tests.coursework import (
    prices_cnn,
    prices_discrete,
    prices_fourier_and_speed,
    prices_images,
    prices_layers,
)
from tests.coursework.classroom import (
    after,
    assignment,
    code,
    lost,
    marked,
    packed,
    right_cells,
    with_cells,
)

pytestmark = pytest.mark.slow
PRICES = {
    "discrete": prices_discrete,
    "images": prices_images,
    "fourier-and-speed": prices_fourier_and_speed,
    "layers": prices_layers,
    "cnn": prices_cnn,
}
SLIPS = [(name, slip) for name, prices in PRICES.items() for slip in prices.SLIPS]
ADVICE = [(name, slip) for name, prices in PRICES.items() for slip in prices.ADVICE]


def together(changed):
    """Put changes of different cells into one hand-in; return {names: changes} of each."""
    hand_ins = []
    for name, changes in changed.items():
        room = (each for each in hand_ins if not changes.keys() & each[1].keys() and changes)
        names, cells = next(room, ([], {}))
        if not names:
            hand_ins.append((names, cells))
        names.append(name)
        cells.update(changes)
    return hand_ins


def work(student, changes, source):
    """Return right work in which cells are replaced, or followed by others."""
    cells = right_cells(student, source)
    cells = with_cells(cells, {k: v for k, v in changes.items() if isinstance(v, str)})
    for grade_id, change in changes.items():
        if not isinstance(change, str):
            cells = after(cells, grade_id, code(change[1]))
    return packed(cells)


class Class:
    """All slips and variations of an assignment, marked in one run."""

    def __init__(self, name, folder):
        source, prices = assignment(name), PRICES[name]
        slips = {slip: changes for slip, (changes, _) in prices.SLIPS.items()}
        packs = {
            f"{kind}-{number}": pack
            for kind, changed in (("right", prices.RIGHT), ("slips", slips))
            for number, pack in enumerate(together(changed))
        }
        hand_ins = {s: work(s, changes, source) for s, (_, changes) in packs.items()}
        unsolved = {
            c.id: "raise NotImplementedError()"
            for c in source.cells
            if c.is_task and not c.locked and c.type == "code" and c.id != "setup"
        }
        hand_ins["unsolved"] = work("unsolved", unsolved, source)
        self.status, self.results = marked(folder, hand_ins, name, workers=2)
        self.names = {student: names for student, (names, _) in packs.items()}
        self.of = {slip: s for s, names in self.names.items() if s[0] == "s" for slip in names}


@pytest.fixture(scope="module", params=list(PRICES))
def class_of(request, tmp_path_factory):
    """A class that handed in one assignment."""
    return request.param, Class(request.param, tmp_path_factory.mktemp("slips") / "course")


def test_all_is_marked_and_right_work_earns_all_points(class_of):
    name, students = class_of
    assert students.status == 0
    for student, names in students.names.items():
        found = students.results[student]
        if student.startswith("right"):
            assert lost(found) == {}, (names, [part.message for part in found.parts])
            assert found.flags == [], names


def test_slips_cost_their_prices_and_no_more(class_of):
    name, students = class_of
    for student, names in students.names.items():
        if student.startswith("slips"):
            prices = [PRICES[name].SLIPS[slip][1] for slip in names]
            want = {part: points for price in prices for part, points in price.items()}
            found = students.results[student]
            assert lost(found) == want, (names, [part.message for part in found.parts])


def test_messages_name_the_slip_and_hide_what_is_hidden(class_of):
    name, students = class_of
    for slip, (part, words) in PRICES[name].ADVICE.items():
        messages = {p.id: p.message for p in students.results[students.of[slip]].parts}
        assert words in messages[part], slip
    for found in students.results.values():
        for part in found.parts:
            assert "HIDDEN" not in part.message
            assert len(part.message) < 400 and part.message != "AssertionError"
            assert by_tests(part) or not part.message


def by_tests(part):
    """Say whether a test decides the points of a part."""
    return not part.by_hand


def test_the_unsolved_version_earns_nothing(class_of):
    _, students = class_of
    found = students.results["unsolved"]
    assert found.points == 0 and sum(part.max_points for part in found.parts) == 100


@pytest.mark.parametrize("name", PRICES)
def test_nothing_leaks_into_the_students_version(name):
    notebook = release(name, salt="salt")
    assert leaks(read_source(name), notebook) == []
    assert not any(FOR_THE_MARKER in c["metadata"].get("tags", []) for c in notebook["cells"])
    assert load(name).files.keys() == ({"digits.npz"} if name == "cnn" else set())
