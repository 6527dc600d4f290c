"""Where the scripts of live figures come from, and what is seen when one cannot run."""

import pytest
from conftest import come_alive
from test_live_figures import put
from test_tamper_cnn import FIGURE, PAGE, counted, network_on_page, right_on_screen, untrained

from convlib import data, live
from convlib.live._base import STATIC

LAB = "chapters/image-kernels.html"
BROKEN = (
    "The live version of this figure could not start in this browser. "
    "The picture shows it as it is at first."
)


def test_pages_have_the_present_scripts(page, site):
    """In files of the site; the pages themselves hold none."""
    come_alive(page, f"{site}/{LAB}")
    texts = page.evaluate("""Object.values(window.__widgets[0].models)
        .map((model) => [model.get('_anywidget_id'), model.get('_esm'), model.get('_css')])
        .filter(([name]) => name)""")
    assert len(texts) > 1
    for name, script, styles in texts:
        stem = name.split(".")[2]
        assert script == (STATIC / f"{stem}.js").read_text(encoding="utf-8")
        assert styles == (STATIC / f"{stem}.css").read_text(encoding="utf-8")
    saved = page.locator("script[type$='widget-state+json']").text_content()
    assert "function" not in saved
    assert page.trouble == []


def words_and_picture(page):
    """Check that figures without life keep their picture; return what is said in its place."""
    page.wait_for_function("""() => [...document.querySelectorAll(".live-stage")].every(
      (stage) => stage.matches(".is-live") || stage.querySelector(".live-unsupported"))""")
    stages = page.locator(".live-stage:not(.is-live)")
    for stage in stages.all():
        assert stage.locator(".live-fallback img").is_visible()
        assert not any(control.is_visible() for control in stage.locator(".live-view").all())
    words = page.locator(".live-unsupported").all_inner_texts()
    assert len(words) == stages.count() > 0
    return set(words)


@pytest.mark.parametrize(
    "gone",
    [
        "delete window.DecompressionStream",
        "const { supports } = CSS; CSS.supports = (name, ...rest) => "
        "!`${name}${rest}`.includes('container') && supports.call(CSS, name, ...rest)",
    ],
)
def test_an_older_browser_keeps_the_picture_and_says_why(page, site, gone):
    page.add_init_script(gone)
    page.goto(f"{site}/{LAB}")
    (words,) = words_and_picture(page)
    assert "needs Chrome 111, Firefox 121, Safari 16.4 or a later browser" in words
    assert page.trouble == []


def test_the_oldest_browsers_have_no_joined_signals(page, site):
    """They are made up for: the figures live, and end when they are taken away."""
    page.add_init_script("delete AbortSignal.any")
    come_alive(page, f"{site}/{LAB}")
    page.evaluate("window.__widgets[0].manager.clear_state()")
    page.wait_for_function("!document.querySelector('.live-body')")
    assert page.trouble == []


def test_a_script_that_does_not_arrive_leaves_the_picture(new_page, site):
    with new_page() as page:
        page.route("**/live/kernel_lab.js*", lambda route: route.abort())
        page.goto(f"{site}/{LAB}")
        (words,) = words_and_picture(page)
        assert words == BROKEN


POLICY = "script-src 'self' 'unsafe-inline'"  # scripts made by the page itself are refused


@pytest.mark.parametrize("how", ["policy", "exception"])
def test_a_script_that_cannot_run_leaves_the_picture(new_page, site, how):
    def refuse(route):
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": POLICY}
        route.fulfill(response=answer, headers=headers)

    def spoil(route):
        body = (
            route.fetch()
            .text()
            .replace("function render(", "function render() { throw 1; } function unused(")
        )
        route.fulfill(body=body, content_type="text/javascript")

    with new_page() as page:
        page.route(f"{site}/{LAB}", refuse) if how == "policy" else page.route(
            "**/kernel_lab.js*", spoil
        )
        page.goto(f"{site}/{LAB}")
        assert words_and_picture(page) == {BROKEN}


def test_a_slow_figure_comes_to_life_later(page, site):
    """When nothing has gone wrong; until then the picture stays, and a line says why."""
    page.clock.install()
    page.add_init_script(
        "window.held = new Promise((go) => { window.go = go; }); const made = createImageBitmap;"
        "window.createImageBitmap = (...all) => window.held.then(() => made(...all));"
    )
    page.goto(f"{site}/{LAB}")
    page.locator(".live-view").first.wait_for(state="attached")
    page.clock.run_for(9000)
    assert words_and_picture(page) == {BROKEN}
    page.evaluate("window.go()")
    page.wait_for_function("document.querySelector('.live-stage.is-live')")
    assert page.locator(".live-unsupported").count() == 0


def test_a_figure_on_a_slow_computer_is_shown(page, site):
    """There the drawing may be ready, and say so, before the figure stands in the page."""
    page.add_init_script("{ let now = 0; performance.now = () => (now += 1000); }")
    put(page, site, live.StepThrough())
    assert page.locator(".live-unsupported").count() == 0
    assert page.trouble == []


def test_without_leave_for_workers_the_page_counts(new_page, site):
    """By a header that forbids them, as some hosts send it."""

    def forbid(route):
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": "worker-src 'none'"}
        route.fulfill(response=answer, headers=headers)

    with new_page() as page:
        page.route(f"{site}/{PAGE}", forbid)
        come_alive(page, f"{site}/{PAGE}")
        figure = page.locator(FIGURE)
        figure.scroll_into_view_if_needed()
        figure.get_by_role("slider", name="Gain").focus()
        page.keyboard.press("Home")
        model = network_on_page(page)
        model.first.weight.data[0] *= -2
        page.wait_for_function(
            "([score, right]) => score.dataset.right === right",
            arg=[figure.locator(".live-score").element_handle(), str(counted(model))],
        )
        assert right_on_screen(figure) == counted(model)


def test_a_failure_inside_a_worker_is_told_not_hidden(page, site):
    """It is no reason to count on the page, where it would fail again."""
    page.add_init_script("""
        window.Worker = class extends Worker {
          constructor() {
            const script = 'onmessage = () => { throw new Error("broken inside"); }';
            super(URL.createObjectURL(new Blob([script])));
          }
        };""")
    figure = put(page, site, live.TamperCNN(untrained(), *data.digits()[2:]))
    figure.scroll_into_view_if_needed()
    figure.get_by_role("slider", name="Gain").focus()
    page.keyboard.press("Home")
    figure.get_by_text("The counting failed: Uncaught Error: broken inside").first.wait_for()
    assert any("broken inside" in trouble for trouble in page.trouble)
