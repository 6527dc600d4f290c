"""Challenges below the figures: which states solve them, and which slips are named."""

import numpy as np
import pytest
from javascript import assert_says_the_same, called, case

from convlib import convolve, live
from convlib.live import challenges, slips
from convlib.live.slips import SLIPS, slip

LOPSIDED = np.array([[1.0, 2, 3], [4, 5, 7], [8, 10, 13]])
WRONG = {
    "turned": np.flip(LOPSIDED),
    "sign": -LOPSIDED,
    "scale": LOPSIDED / 4,
    "transposed": LOPSIDED.T,
    "shifted": np.array([[0, 0, 0], [1.0, 2, 3], [4, 5, 7]]),
}


@pytest.mark.parametrize("name", SLIPS)
def test_each_slip_is_recognised(name):
    assert slip(WRONG[name], LOPSIDED) == name
    assert slip(WRONG[name] + 0.3 * np.eye(3)[1], LOPSIDED) is None


def test_right_is_no_slip_and_neither_is_anything_else():
    assert slip(LOPSIDED + 0.005, LOPSIDED) is None
    assert slip(np.zeros((3, 3)), LOPSIDED) is None
    assert slip([1, 2], [0, 0]) is None
    assert slip([0, 1, 2], [1, 2, 0]) == "shifted"
    assert slip(np.ones((2, 3)), np.full((2, 3), 1 / 6)) == "scale"


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"one shape; got \(2,\) and \(3,\)"):
        slip([1, 2], [1, 2, 3])


def test_slips_are_named_alike_in_the_browser(tmp_path):
    rng = np.random.default_rng(2)
    given = [*WRONG.values(), LOPSIDED, np.zeros((3, 3)), rng.normal(size=(3, 3))]
    cases = [
        case("challenges_slips", "slipOf", [one.ravel(), LOPSIDED.ravel(), 3], slip(one, LOPSIDED))
        for one in given
    ]
    row = np.array([1.0, 0, 2])
    for one in ([2, 0, 1], [0, 1, 0], [-1, 0, -2], [3, 0, 6], [1, 1, 1]):
        expected = slip(one, row)
        cases.append(case("challenges_slips", "slipOf", [one, row, 3], expected))
    assert_says_the_same(cases, tmp_path)


def lab(kernel, operation="convolution"):
    values = {f"k{i}": float(v) for i, v in enumerate(np.ravel(kernel))}
    return {"size": 3, "operation": operation, **values}


def wiggles(kernel, slow=2, fast=16):
    return {"slow": slow, "fast": fast, **{f"k{i}": float(v) for i, v in enumerate(kernel)}}


def layer(**settings):
    return {"n": 14, "k": 3, "stride": 1, "padding": 0, "dilation": 1, "layers": 1, **settings}


ROW = np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]]) / 3
DOWN = np.eye(9)[7].reshape(3, 3)
LIGHT = np.array([[2, 0, 0], [0, 0, 0], [0, 0, -1]])
SPOTS = {"family": "LoG", "image": "spots_and_stripes"}
GABOR = {"family": "Gabor", "image": "spots_and_stripes"}
ROOM = {"direct": 1, "delay": 500, "echo": 0.5, "decay": 0, "sound": "pluck"}
TONE = {"sound": "click", "direct": 1, "delay": 5, "echo": 0.9, "decay": 0.9}
BOXES = {"f": "box", "g": "decay"}
PAIR = {"operation": "convolution"}
SOLVED = {
    "t_of_largest_area": {**BOXES, "t": 1.0},
    "negative_area": {"f": "box", "g": "up and down", "t": 2.0},
    "one_echo": ROOM,
    "a_tone": TONE,
    "differences": {**PAIR, "h": "1, -1"},
    "echo_of_two": {**PAIR, "h": "1, 0, 2"},
    "vanish": wiggles([1 / 8, 1 / 4, 1 / 4, 1 / 4, 1 / 8], fast=12),
    "upside_down": wiggles([0, 0.5, 0, 0.5, 0], fast=24),
    "this_picture": lab(LIGHT),
    "down": lab(DOWN),
    "row_blur": lab(ROW),
    "corner_of_23": {"boundary": "constant"},
    "middle_spot": {**SPOTS, "sigma": 3.0},
    "slanted": {**GABOR, "theta": 45},
    "halve": layer(stride=2, padding=1),
    "keep": layer(k=5, padding=2),
    "see_fifteen": layer(n=15, stride=2, layers=3),
    "blind": {"example": "stripes"},
}
NOT_YET = [
    ("t_of_largest_area", {**BOXES, "t": 1.8}, "0.80 too large"),
    ("t_of_largest_area", {**BOXES, "t": 0.6}, "0.40 too small"),
    ("t_of_largest_area", {"f": "box", "g": "box", "t": 1.0}, "Choose box as f and decay"),
    ("negative_area", {"f": "box", "g": "up and down", "t": 1.2}, "still covers more"),
    ("one_echo", {**ROOM, "delay": 250}, "250 too early"),
    ("one_echo", {**ROOM, "decay": 0.5}, "more than one arrives"),
    ("one_echo", {**ROOM, "echo": 0.9}, "0.90, not half"),
    ("a_tone", {**TONE, "delay": 100}, "still heard one by one"),
    ("a_tone", {**TONE, "delay": 10}, "note of 100 hertz"),
    ("differences", {**PAIR, "h": "-1, 1"}, SLIPS["turned"]),
    ("differences", {"operation": "cross-correlation", "h": "1, -1"}, SLIPS["turned"]),
    ("differences", {**PAIR, "h": "2, -2"}, SLIPS["scale"]),
    ("differences", {**PAIR, "h": "1, -1, 0"}, "h has 3 numbers"),
    ("differences", {**PAIR, "h": "1, x"}, "not a list of numbers"),
    ("echo_of_two", {**PAIR, "h": "2 0 1"}, SLIPS["turned"]),
    ("echo_of_two", {**PAIR, "h": "0, 1, 0"}, SLIPS["shifted"]),
    ("vanish", wiggles([0.5, 1, 1, 1, 0.5], fast=12), "of its height: what should"),
    ("vanish", wiggles([0, 0, 1, 0, 0], fast=12), "keeps 100 %"),
    ("vanish", wiggles([0, 1 / 3, 1 / 3, 1 / 3, 0]), "to 12 cycles"),
    ("vanish", wiggles([-1 / 8, -1 / 4, -1 / 4, -1 / 4, -1 / 8], fast=12), "slow one is upside"),
    ("upside_down", wiggles([0, 1 / 3, 1 / 3, 1 / 3, 0], fast=24), "multiplied by −0.33"),
    ("upside_down", wiggles([0, 1, 0, 1, 0], fast=24), "adds up to 2.00"),
    ("this_picture", lab(np.flip(LIGHT)), "light comes from the other side"),
    ("this_picture", lab(LIGHT, "cross-correlation"), "turned by 180°"),
    ("this_picture", lab(-LIGHT), SLIPS["sign"]),
    ("down", lab(np.eye(9)[1]), "moves the picture up"),
    ("down", lab(np.eye(9)[4]), SLIPS["shifted"]),
    ("down", lab(np.eye(9)[5]), "sideways"),
    ("row_blur", lab(3 * ROW), "add up to 1"),
    ("row_blur", lab(ROW.T), "averages a column"),
    ("row_blur", lab(np.zeros(9)), "3 of 9 numbers are not right"),
    ("corner_of_23", {"boundary": "edge"}, "two copies of the 7"),
    ("middle_spot", {**SPOTS, "sigma": 1.0}, "too narrow"),
    ("middle_spot", {**SPOTS, "sigma": 4.0}, "too wide"),
    ("slanted", {**GABOR, "theta": 135}, "90 degrees off"),
    ("slanted", {**GABOR, "theta": 60}, "15 degrees off"),
    ("halve", layer(stride=2), "off by one"),
    ("halve", layer(), "12 outputs"),
    ("keep", layer(k=5, padding=1), "14 become 12: 2 too few"),
    ("see_fifteen", layer(layers=3), "sees 7 inputs"),
    ("see_fifteen", layer(stride=2, layers=3), "too short"),
    ("blind", {"example": "noise"}, "From the noise all nine"),
]  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """What the page says of all states above, in one run of Node."""
    states = [*SOLVED.items(), *[(name, state) for name, state, _ in NOT_YET]]
    given = [[name, state, SLIPS] for name, state in states]
    folder = tmp_path_factory.mktemp("judged")
    calls = [["judge", arguments] for arguments in given]
    return called("challenges_checks", calls, folder)


def test_every_challenge_can_be_solved(judged):
    """There is a state that solves it, and the page says why it does."""
    verdicts = dict(zip(SOLVED, judged, strict=False))
    assert [name for name, (done, words) in verdicts.items() if not done or not words] == []


def test_no_figure_begins_with_a_challenge_solved(tmp_path):
    """Neither by default nor as the chapters show it."""
    calls = []
    figures = [getattr(live, kind)() for kind in challenges.CHALLENGES]
    figures += [live.FlipAndSlide("box", "decay"), live.ScaleSpace("LoG")]
    for figure in [*figures, live.ConvArithmetic(8, 3, layers=2)]:
        traits = figure.view.get_state()
        plain = {k: v for k, v in traits.items() if isinstance(v, int | float | str)}
        plain |= {
            name: options[traits[name]] for name, options in challenges._choices(figure).items()
        }
        for challenge in challenges.CHALLENGES[type(figure).__name__]:
            calls.append(["judge", [challenge.name, plain, SLIPS]])
    assert [done for done, _ in called("challenges_checks", calls, tmp_path)] == [False] * len(
        calls
    )


def test_what_is_wrong_is_named(judged):
    """How far it is, or which slip it is."""
    for (name, state, said), (done, words) in zip(NOT_YET, judged[len(SOLVED) :], strict=True):
        assert not done, (name, state)
        assert said in words, (name, state, words)


def test_the_states_above_do_what_is_asked():
    """The numbers behind the verdicts, computed by convlib."""
    lines = live.ConvArithmetic(14, 3, stride=2, padding=1)
    assert lines.sizes == [14, 7]
    assert live.ConvArithmetic(15, 3, stride=2, layers=3).receptive_field == 15
    assert live.ConvArithmetic(14, 5, padding=2).sizes == [14, 14]
    spectrum = live.SpectrumView([1 / 8, 1 / 4, 1 / 4, 1 / 4, 1 / 8])
    assert abs(spectrum.response([12 / 48])[0]) < 1e-12
    spectrum = live.SpectrumView([0, 0.5, 0, 0.5, 0])
    np.testing.assert_allclose(spectrum.response([0, 0.5]).real, [1, -1])
    assert live.StepThrough(boundary="constant").result[0, 0] == 23
    curves = live.FlipAndSlide("box", "decay")
    areas = {}
    for t in (0.9, 1.0, 1.1):
        curves.t = t
        areas[t] = curves.value
    assert max(areas, key=areas.get) == 1.0
    dot = np.zeros((5, 5))
    dot[2, 2] = 1
    assert convolve(dot, DOWN, mode="same")[3, 2] == 1


def test_every_challenge_belongs_to_a_figure():
    """Twelve at least, each with a check of its own, and a name that occurs once."""
    names = [c.name for each in challenges.CHALLENGES.values() for c in each]
    assert sorted(names) == sorted(set(names)) == sorted(SOLVED)
    assert len(names) >= 12
    for kind in challenges.CHALLENGES:
        made = live.Challenges(getattr(live, kind)())
        assert made.names == [c.name for c in challenges.CHALLENGES[kind]]
        assert all(c.task in made.alt for c in challenges.CHALLENGES[kind])
        assert made.view.figure.comm is not None
        made.close()


def test_what_menus_offer_is_known_by_name():
    made = live.Challenges(live.KernelLab())
    assert made.view.choices["operation"] == ["convolution", "cross-correlation"]
    assert len(made.view.target) == 80 * made.view.target_columns
    assert made.solved == [] and not made.done and made.words == ""


def test_only_figures_with_challenges():
    with pytest.raises(TypeError, match="`figure` must be one of FlipAndSlide, .*; got list"):
        live.Challenges([1])


def test_tasks_are_drawn_for_paper():
    assert (
        "1. Find the kernel"
        in live.Challenges(live.KernelLab()).picture().axes[0].texts[0].get_text()
    )


def test_slips_have_words_for_whoever_made_them():
    assert set(slips.SLIPS) == {"turned", "sign", "scale", "transposed", "shifted"}
    assert all(words.endswith((".", "?")) for words in slips.SLIPS.values())


MENUS = {"boundary": ["edge", "constant"], "g": ["box", "up and down"]}
TRAITS = {"k4": 5.0, "boundary": 0, "g": 0, "h": "1, 2", "_model": "x", "photo": {}}


@pytest.mark.parametrize(
    ("asked", "set_to"),
    [
        ({"k4": "4", "boundary": "constant"}, {"k4": 4, "boundary": 1}),
        ({"g": "up_and_down", "h": "3, 1"}, {"g": 1, "h": "3, 1"}),
        ({"k4": "much", "boundary": "none", "other": 1, "_model": "y", "photo": "z"}, {}),
        ({"k4": "1e9", "h": "9" * 200}, {}),
    ],
)
def test_only_what_a_figure_has_can_be_set(tmp_path, asked, set_to):
    """From a link comes what anybody may have written."""
    calls = [["traitsOf", [asked, TRAITS, MENUS]]]
    assert called("challenges_states", calls, tmp_path) == [set_to]


def test_a_link_holds_what_has_changed_and_gives_it_back(tmp_path):
    now = {**TRAITS, "k4": 0.25, "boundary": 1, "h": "4, 4"}
    query = "Lab.k4=0.25&Lab.boundary=constant&Lab.h=4%2C+4"
    calls = [
        ["queryOf", ["Lab", TRAITS, now, MENUS]],
        ["stateIn", [f"?{query}&Other.k4=1", "Lab"]],
    ]
    state = {"k4": "0.25", "boundary": "constant", "h": "4, 4"}
    assert called("challenges_states", calls, tmp_path) == [query, state]
