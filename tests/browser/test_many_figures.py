"""Twenty live figures on one page: all come to life, and nothing of them stays when they go."""

import functools
import json

import pytest
from ipywidgets.embed import dependency_state, embed_data

from convlib import live, networks

COUNT = 20
PAGE = """<!doctype html><html lang="en"><title>Many figures</title><body>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
{stages}
<script src="_static/live/widget-runtime.js" defer></script></body></html>"""
STAGE = """<div class="live-stage" style="container-type: inline-size">
<script type="application/vnd.jupyter.widget-view+json">{view}</script></div>"""
# Counts what goes on in the page by itself: frames asked for, timers that are still set.
COUNTERS = """
window.frames_asked = 0;
window.timers = new Set();
const [frame, start, stop] = [requestAnimationFrame, setInterval, clearInterval];
window.requestAnimationFrame = (f) => { window.frames_asked += 1; return frame(f); };
window.setInterval = (...all) => { const id = start(...all); window.timers.add(id); return id; };
window.clearInterval = (id) => { window.timers.delete(id); stop(id); };
"""
SHOW_ALL = """async () => {
  const { manager, models } = window.__widgets[0];
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  window.shown = await Promise.all(window.roots.map(async (id) => {
    const view = await manager.create_view(models[id]);
    const place = document.body.appendChild(document.createElement("div"));
    await manager.display(view, place);
    return { view, place };
  }));
  const drawn = ({ place }) => place.querySelector("[data-live-ready]");
  while (!window.shown.every(drawn)) await frame();
  await frame();
}"""
REMOVE_ALL = """async () => {
  window.shown.forEach(({ view, place }) => { view.remove(); place.remove(); });
  window.shown = [];
  await new Promise((done) => { setTimeout(done, 400); });
}"""


def escaped(data):
    return json.dumps(data).replace("</", r"<\/")


def make_figures():
    """Return twenty figures, each kind about twice; those with a network share one."""
    model = networks.tiny_cnn()
    kinds = [getattr(live, name) for name in live.__all__]
    needs = {live.DrawDigit: [model], live.TamperCNN: [model]}
    return [kind(*needs.get(kind, [])) for kind in (kinds * COUNT)[:COUNT]]


@pytest.fixture(scope="module")
def document():
    """Return the page with twenty figures, as a saved notebook would hold them, and their ids."""
    figures = make_figures()
    saved = dependency_state(figures, drop_defaults=False)
    data = embed_data(views=figures, state=saved)
    stages = "\n".join(STAGE.format(view=escaped(view)) for view in data["view_specs"])
    html = PAGE.format(state=escaped(data["manager_state"]), stages=stages)
    return html, [figure.model_id for figure in figures]


@pytest.fixture
def many(page, site, document):
    """Open the page and wait until all its figures have drawn themselves."""
    html, roots = document
    address = f"{site}/many-figures.html"
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.add_init_script(COUNTERS)
    page.goto(address)
    page.wait_for_function(
        "count => document.querySelectorAll('.live-stage.is-live').length === count",
        arg=COUNT,
        timeout=120_000,
    )
    page.evaluate("roots => { window.roots = roots; }", roots)
    yield page
    assert page.trouble == []


def test_twenty_figures_come_to_life_and_every_one_answers(many):
    stages = many.locator(".live-stage")
    assert stages.count() == COUNT
    silent = []
    for i in range(COUNT):
        handle = stages.nth(i).locator("[role=slider]").first
        before = handle.get_attribute("aria-valuetext")
        handle.focus()
        many.keyboard.press("ArrowUp")
        if handle.get_attribute("aria-valuetext") == before:  # it stood at its end
            many.keyboard.press("ArrowDown")
        if handle.get_attribute("aria-valuetext") == before:
            silent.append(stages.nth(i).locator(".live-body").get_attribute("class"))
    assert silent == []


def counts(page, session):
    """Return nodes, listeners and heap in use, after everything unused has been thrown away."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(50)
    metrics = session.send("Performance.getMetrics")["metrics"]
    found = {metric["name"]: metric["value"] for metric in metrics}
    return {name: found[name] for name in ("Nodes", "JSEventListeners", "JSHeapUsedSize")}


def test_nothing_is_left_when_the_figures_go(many):
    """After rounds of showing and removing all, no more is in memory than after the first."""
    session = many.context.new_cdp_session(many)
    session.send("Performance.enable")
    many.evaluate("document.querySelectorAll('.live-stage').forEach((stage) => stage.remove())")
    measure = functools.partial(counts, many, session)
    rounds = []
    for _ in range(4):
        many.evaluate(SHOW_ALL)
        many.evaluate(REMOVE_ALL)
        rounds.append(measure() | {"timers": many.evaluate("window.timers.size")})
    second, last = rounds[1], rounds[-1]
    assert last["Nodes"] - second["Nodes"] < 50, rounds
    assert last["JSEventListeners"] - second["JSEventListeners"] < 10, rounds
    assert last["JSHeapUsedSize"] < 1.1 * second["JSHeapUsedSize"], rounds
    assert last["timers"] == second["timers"], rounds


def test_nothing_moves_when_nobody_does_anything(many):
    """Neither with all figures shown and untouched, nor after they are gone, is a frame asked."""
    many.evaluate("document.activeElement.blur()")
    many.wait_for_timeout(1000)  # what they had to draw at first is drawn
    idle = "async () => { window.frames_asked = 0; await new Promise((d) => setTimeout(d, 700)); \
return window.frames_asked; }"
    assert many.evaluate(idle) == 0
    many.evaluate(SHOW_ALL)
    many.evaluate(REMOVE_ALL)
    assert many.evaluate(idle) == 0
