"""The room of echoes on the built page: what it draws and what it plays equals convlib."""

import re

import numpy as np
import pytest

from convlib import data
from convlib.live import EchoRoom

PAGE = "chapters/systems-and-impulses.html"
FIGURE = ".live-stage:has(.live-echo-room)"
LISTEN = """
window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.played.push([this.buffer.sampleRate, Array.from(this.buffer.getChannelData(0))]);
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
