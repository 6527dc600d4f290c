"""The room of echoes: its state in Python, and its numerics in the browser."""

import numpy as np
import pytest
from javascript import assert_says_the_same, case

from convlib import convolve, data
from convlib.live import EchoRoom
from convlib.live.echo_room import SOUNDS


def columns(samples, total, count):
    """Return smallest and largest value in each of `count` columns over `total` samples."""
    padded = np.zeros(total)
    padded[: len(samples)] = samples
    edges = np.arange(count + 1) * total // count
    parts = [padded[a:b] for a, b in zip(edges[:-1], edges[1:], strict=True)]
    return np.array([(part.min(), part.max()) for part in parts])


def cases(rng):
    """Rooms all over the ranges, and every sound."""
    for sound in SOUNDS:
        yield case("echo_room", "drySound", [sound], EchoRoom(sound=sound).dry, 1e-12)
    yield case("echo_room", "pluck", [1000, 0.1], data.pluck(1000, 0.1), 1e-12)  # few harmonics
    for room in (
        EchoRoom(),
        EchoRoom(delay=5, echo=0.9, decay=0.95),
        EchoRoom(direct=0, delay=595, echo=1, decay=0),
        EchoRoom(delay=500, decay=0.95),  # the third echo would come just after the end
        EchoRoom(echo=0),
    ):
        settings = {name: getattr(room, name) for name in ("direct", "delay", "echo", "decay")}
        response = room.impulse_response
        yield case("echo_room", "impulseResponse", [settings], response, 0)
        places = np.flatnonzero(response)
        copies = [[int(n), float(response[n])] for n in places]
        yield case("echo_room", "echoes", [settings], copies, 0)
        x = rng.normal(size=50)
        answer = convolve(x, response)
        yield case("echo_room", "addCopies", [x, copies, len(response)], answer, 1e-9)
    samples = rng.normal(size=997)
    for total, count in ((997, 20), (1500, 31), (3000, 7)):
        wanted = columns(samples, total, count)
        yield case("echo_room", "envelope", [samples, total, count], wanted, 0)


def test_javascript_says_what_convlib_says(tmp_path):
    assert_says_the_same(cases(np.random.default_rng(9)), tmp_path)


@pytest.fixture
def room():
    return EchoRoom()


def test_sliders_view_and_properties_agree(room):
    room.direct, room.delay, room.echo, room.decay = 0.5, 400, 0.25, 0.0
    room.sound = "click"
    assert [room.sliders[n].value for n in ("direct", "delay", "echo", "decay")] == [
        0.5, 400, 0.25, 0.0
    ]  # fmt: skip
    assert (room.view.direct, room.view.delay, room.view.echo) == (0.5, 400, 0.25)
    assert room.view.sound == SOUNDS.index("click")


def test_a_click_is_answered_by_the_impulse_response(room):
    room.sound = "click"
    np.testing.assert_allclose(room.heard, room.impulse_response, atol=1e-12)


@pytest.mark.parametrize("sound", SOUNDS)
def test_what_is_heard_is_the_convolution(sound):
    room = EchoRoom(sound=sound, delay=300, echo=0.5, decay=0.5)
    assert len(room.heard) == len(room.dry) + len(room.impulse_response) - 1
    copies = np.zeros_like(room.heard)
    for k, strength in enumerate((1, 0.5, 0.25, 0.125, 0.0625)):
        copies[k * 4800 : k * 4800 + len(room.dry)] += strength * room.dry
    np.testing.assert_allclose(room.heard, copies, atol=1e-9)


def test_without_decay_there_is_one_echo(room):
    room.decay = 0
    assert np.flatnonzero(room.impulse_response).tolist() == [0, 4000]


def test_the_experiment_of_the_chapter_has_dozens_of_echoes():
    response = EchoRoom(sound="click", delay=10, echo=0.9, decay=0.9).impulse_response
    at = np.flatnonzero(response)
    assert 48 < len(at) < 100
    assert set(np.diff(at)) == {160}  # a hundred in each second


@pytest.mark.parametrize(
    ("trait", "value", "error", "message"),
    [
        ("direct", 1.5, ValueError, "`direct` must be 0.0 to 1.0; got 1.5"),
        ("delay", 0, ValueError, "`delay` must be 5 to 600; got 0"),
        ("delay", "5", TypeError, "`delay` must be a real number"),
        ("delay", 7, ValueError, "`delay` must be a multiple of 5; got 7"),
        ("echo", np.nan, ValueError, "`echo` must be finite"),
        ("decay", 1.0, ValueError, "`decay` must be 0.0 to 0.95; got 1.0"),
        ("echo", "loud", TypeError, "`echo` must be a real number"),
        ("sound", "bang", ValueError, "`sound` must be one of"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(room, trait, value, error, message):
    before = getattr(room, trait)
    with pytest.raises(error, match=message):
        setattr(room, trait, value)
    assert getattr(room, trait) == before


def test_the_picture_draws_every_sound(room):
    for room.sound in SOUNDS:
        assert len(room.picture().axes) == 3
