"""The room of echoes on the built page: what it draws and what it plays equals convlib."""

import re

import numpy as np
import pytest
from test_live_figures import put, remove

from convlib import data
from convlib.live import EchoRoom

PAGE = "chapters/systems-and-impulses.html"
FIGURE = ".live-stage:has(.live-echo-room)"
LISTEN = """
window.played = []; // rate and samples
window.began = []; // at which second of the sound
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.played.push([this.buffer.sampleRate, Array.from(this.buffer.getChannelData(0))]);
  window.began.push(when[1] ?? 0);
  return start.apply(this, when);
};
"""


@pytest.fixture(params=["http", "file"])
def figure(request, page, site, site_dir):
    """Return the figure's element, alive; once from a server and once from the disk."""
    address = f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()
    yield come_alive(page, address)
    assert page.trouble == []


def come_alive(page, address):
    page.add_init_script(LISTEN)
    page.goto(address)
    page.locator(f"{FIGURE}.is-live").wait_for()
    return page.locator(FIGURE)


def press(page, figure, slider, *keys):
    control = figure.get_by_role("slider", name=slider)
    control.focus()
    for key in keys:
        page.keyboard.press(key)
    return float(control.get_attribute("aria-valuetext"))


def drawn(figure, chart, low, high):
    """Return the values along a chart's path, given those at its bottom and its top."""
    path = figure.locator(f".is-{chart} path.{chart}").first
    path.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    places = re.findall(r"[ML](\S+) ([\d.-]+)", path.get_attribute("d"))
    return high - (high - low) * np.array(places, float)[:, 1] / 100


def envelope(samples, total):
    """Return the outline of a waveform in 500 columns: the highest values, the lowest backwards."""
    padded = np.zeros(total)
    padded[: len(samples)] = samples
    edges = np.arange(501) * total // 500
    parts = [padded[a:b] for a, b in zip(edges[:-1], edges[1:], strict=True)]
    return np.array([part.max() for part in parts] + [part.min() for part in parts[::-1]])


def compare(figure, **settings):
    twin = EchoRoom(**settings)
    heard = twin.heard
    reach = 1.05 * max(1, np.abs(heard).max())
    outline = envelope(heard, len(heard))
    np.testing.assert_allclose(drawn(figure, "y", -reach, reach), outline, atol=1e-4)
    outline = envelope(twin.dry, len(heard))
    np.testing.assert_allclose(drawn(figure, "x", -1.05, 1.05), outline, atol=1e-4)
    tops = re.findall(r"V(\S+?)(?=M|$)", figure.locator(".is-h path.h").first.get_attribute("d"))
    response = twin.impulse_response
    stems = 1.1 - 1.18 * np.array(tops, float) / 100
    np.testing.assert_allclose(stems, response[response != 0], atol=1e-4)


def test_the_first_drawing_is_the_convolution(figure):
    compare(figure)


def test_sliders_moved_by_keyboard_change_the_drawing_as_convlib_says(figure, page):
    before = figure.locator(".is-y path.y").first.get_attribute("d")
    settings = {
        "direct": press(page, figure, "strength of the direct sound", "PageDown", "ArrowLeft"),
        "delay": int(press(page, figure, "delay in milliseconds", "Home", "ArrowRight")),
        "echo": press(page, figure, "strength of the first echo", "End"),
        "decay": press(page, figure, "what is left of each echo in the next", "PageUp"),
    }
    assert settings["delay"] == 10
    assert settings["direct"] < 1
    compare(figure, **settings)
    assert figure.locator(".is-y path.y").first.get_attribute("d") != before


@pytest.mark.parametrize("sound", ["three_notes", "click"])
def test_other_sounds(figure, sound):
    figure.get_by_label("Sound", exact=True).select_option(label=sound.replace("_", " "))
    compare(figure, sound=sound)


def test_nothing_sounds_before_a_button_is_pressed_and_then_the_convolution(figure, page):
    page.wait_for_timeout(300)
    assert page.evaluate("window.played.length") == 0
    figure.get_by_role("button", name="Hear it in the room").focus()
    page.keyboard.press("Enter")
    figure.get_by_role("button", name="Hear it alone").click()
    rates, sounds = zip(*page.evaluate("window.played"), strict=True)
    assert set(rates) == {data.SAMPLE_RATE}
    twin = EchoRoom()
    gain = 0.9 / max(1, np.abs(twin.heard).max())
    np.testing.assert_allclose(sounds[0], gain * twin.heard, atol=1e-6)
    np.testing.assert_allclose(sounds[1], gain * twin.dry, atol=1e-6)


def test_a_second_press_stops_the_sound(figure):
    press_twice = """(button) => {
        button.click();
        const playing = button.textContent;
        button.click();
        return [playing, button.textContent];
    }"""
    button = figure.get_by_role("button", name="Hear it in the room")
    playing, after = button.evaluate(press_twice)
    assert "Stop" in playing
    assert "Hear it in the room" in after


def test_the_room_is_told_in_words(figure, page):
    status = figure.get_by_role("status")
    status.get_by_text("Impulse response: 1 at 0 ms; 0.6 at 250 ms; 0.3 at 500 ms;").wait_for()
    press(page, figure, "what is left of each echo in the next", "Home")
    status.get_by_text("The output is the sum of 2 copies of the sound.").wait_for()
    assert figure.locator("svg[role=img]:not([aria-label])").count() == 0


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways_and_the_page_does_not_jump(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = come_alive(page, f"{site}/{PAGE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    alive = figure.locator(".live-view").evaluate("view => view.offsetHeight")
    kept_free = figure.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert alive <= kept_free <= 1.15 * alive


CLOCK = """
window.clock = 1;
window.contexts = [];
Object.defineProperty(BaseAudioContext.prototype, 'currentTime', { get: () => window.clock });
window.AudioContext = class extends AudioContext {
  constructor(...given) { super(...given); window.contexts.push(this); }
  createBufferSource() { // which never ends by itself: the true clock goes on
    return Object.assign(super.createBufferSource(), { loop: true });
  }
};
"""
NEEDLE = """() => [...document.querySelectorAll('.echo-needle')]
    .map((needle) => (needle.hidden ? null : parseFloat(needle.style.left)))"""


@pytest.fixture
def timed(page, site):
    """Return a room of echoes on a page whose audio clock stands still until it is set."""
    page.add_init_script(CLOCK + LISTEN)
    yield put(page, site, EchoRoom())
    assert page.trouble == []


def advance(page, seconds):
    page.evaluate("(seconds) => { window.clock += seconds; }", seconds)
    page.evaluate("() => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); })")


def test_a_line_goes_with_the_sound(timed, page):
    length = len(EchoRoom().heard) / data.SAMPLE_RATE
    timed.get_by_role("button", name="Hear it in the room").click()
    for second in (0.5, 1.25):
        advance(page, second - page.evaluate("window.clock - 1"))
        x, h, y = page.evaluate(NEEDLE)
        assert (x, h) == (None, None)
        assert y == pytest.approx(100 * second / length, abs=0.1)
    timed.get_by_role("button", name="Hear it alone").click()
    advance(page, 0.25)
    x, h, y = page.evaluate(NEEDLE)
    assert (h, y) == (None, None)
    assert x == pytest.approx(25 / length, abs=0.1)
    timed.get_by_role("button", name="Stop").click()
    advance(page, 0)
    assert page.evaluate(NEEDLE) == [None] * 3


def test_nothing_moves_for_those_who_want_no_motion(new_page, site):
    with new_page(reduced_motion="reduce") as page:
        page.add_init_script(CLOCK + LISTEN)
        room = put(page, site, EchoRoom())
        room.get_by_role("button", name="Hear it in the room").click()
        advance(page, 0.5)
        assert page.evaluate(NEEDLE) == [None] * 3
        assert len(page.evaluate("window.played")) == 1
        assert page.trouble == []


def test_a_slider_changes_the_sound_while_it_plays(timed, page):
    """It goes on at the same moment; the sound alone does not depend on the room."""
    timed.get_by_role("button", name="Hear it in the room").click()
    advance(page, 0.75)
    press(page, timed, "what is left of each echo in the next", "Home")
    page.wait_for_function("window.played.length === 2")
    assert page.evaluate("window.began") == [0, 0.75]
    twin = EchoRoom(decay=0)
    gain = 0.9 / max(1, np.abs(twin.heard).max())
    (_, samples) = page.evaluate("window.played[1]")
    np.testing.assert_allclose(samples, gain * twin.heard, atol=1e-6)
    timed.get_by_role("button", name="Hear it alone").click()
    press(page, timed, "strength of the first echo", "Home")
    page.wait_for_timeout(400)
    assert len(page.evaluate("window.began")) == 3


def test_another_sound_ends_the_one_that_plays(timed, page):
    timed.get_by_role("button", name="Hear it in the room").click()
    timed.get_by_label("Sound", exact=True).select_option(label="click")
    timed.get_by_role("button", name="Hear it in the room").wait_for()
    assert timed.get_by_role("button", name="Stop").count() == 0
    assert len(page.evaluate("window.began")) == 1


def test_a_removed_room_is_silent(timed, page):
    button = timed.get_by_role("button").first
    for _ in range(3):
        button.click()
    remove(page)
    page.wait_for_function("window.contexts.map((one) => one.state).join() === 'closed'")


@pytest.mark.parametrize(
    "broken",
    ["delete window.AudioContext;", "window.AudioContext = class { constructor() { throw 1; } };"],
)
def test_without_audio_it_says_so(page, site, broken):
    page.add_init_script(broken)
    room = put(page, site, EchoRoom())
    room.get_by_role("button", name="Hear it in the room").click()
    room.get_by_role("status").get_by_text("This browser cannot play sound here.").wait_for()
    assert room.get_by_role("button", name="Stop").count() == 0
    press(page, room, "what is left of each echo in the next", "Home")
    room.get_by_role("status").get_by_text("The output is the sum of 2 copies").wait_for()
    assert page.trouble == []


def test_a_clock_that_stands_still_means_no_sound(timed):
    timed.get_by_role("button", name="Hear it in the room").click()
    timed.get_by_role("status").get_by_text("This browser cannot play sound here.").wait_for()
    assert timed.get_by_role("button", name="Stop").count() == 0


def test_the_buttons_work_by_touch(new_page, site):
    with new_page(has_touch=True, viewport={"width": 360, "height": 800}) as page:
        page.add_init_script(CLOCK + LISTEN)
        room = put(page, site, EchoRoom())
        room.get_by_role("button", name="Hear it alone").tap()
        room.get_by_role("button", name="Stop").tap()
        assert len(page.evaluate("window.played")) == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.trouble == []
