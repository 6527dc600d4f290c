"""The figure that trains a network learns in Chromium, away from the page, and looks back."""

import pytest
from conftest import START_ALL

from convlib.live.train_cnn import starting_kernels

PAGE = "chapters/training-a-cnn.html"
FIGURE = ".live-stage:has(.live-train)"
REACHED = """() => {
  const words = document.querySelector('.live-train .live-score').textContent;
  return Number(words.match(/([0-9.]+) %/)?.[1]);
}"""


@pytest.fixture(params=["http", "file"])
def address(request, site, site_dir):
    return f"{site}/{PAGE}" if request.param == "http" else (site_dir / PAGE).as_uri()


def come_alive(page, address):
    page.goto(address)
    page.locator(FIGURE).scroll_into_view_if_needed()
    page.locator(f"{FIGURE}.is-live").wait_for()
    return page.locator(FIGURE)


def come_all_alive(page):
    page.evaluate(START_ALL)
    page.wait_for_function("!document.querySelector('.live-stage:not(.is-live)')")


def choose(figure, count):
    figure.get_by_label("First kernels", exact=True).select_option(label=str(count))


def train_button(figure):
    return figure.get_by_role("button", name="Train")


def score(figure):
    return figure.locator(".live-score")


def names(figure):
    """Return what a screen reader hears of the kernels."""
    return figure.locator(".live-forming canvas").evaluate_all(
        "all => all.map((canvas) => canvas.getAttribute('aria-label'))"
    )


def test_it_learns_in_a_worker_and_looks_back(page, address):
    figure = come_alive(page, address)
    choose(figure, 2)
    start = starting_kernels(2, 0)
    first = [
        f"Kernel {k}, from {kernel.min():.2f} to {kernel.max():.2f}".replace("-", "−")
        for k, kernel in enumerate(start)
    ]
    assert names(figure) == first
    train_button(figure).focus()
    page.keyboard.press("Space")
    score(figure).get_by_text("Epoch 6.0 of 6").wait_for(timeout=120_000)
    assert page.evaluate(REACHED) > 85
    figure.get_by_role("status").get_by_text("Epoch 6.0 of 6").wait_for()  # said when it rests
    assert train_button(figure).get_attribute("aria-pressed") == "false"
    learned = names(figure)
    assert learned != first
    figure.get_by_role("slider", name="look back").focus()
    page.keyboard.press("Home")
    score(figure).get_by_text("Epoch 0.0 of 6").wait_for()
    assert names(figure) == first
    page.keyboard.press("End")
    score(figure).get_by_text("Epoch 6.0 of 6").wait_for()
    assert names(figure) == learned
    cells = figure.locator(".live-reached tr").nth(1).locator("td").all_inner_texts()
    assert cells[1] == f"{page.evaluate(REACHED):.1f} %"
    assert cells[0] == cells[2] == "–"
    assert page.trouble == []


def test_steps_pause_and_other_settings(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    figure.get_by_role("button", name="One step").click()
    score(figure).get_by_text("Step 1, loss 2.").wait_for(timeout=60_000)
    figure.get_by_role("button", name="One step").click()
    score(figure).get_by_text("Step 2, loss 2.").wait_for()
    train_button(figure).click()
    score(figure).get_by_text("Epoch 0.").wait_for(timeout=60_000)
    train_button(figure).click()
    page.wait_for_timeout(700)
    paused = score(figure).inner_text()
    page.wait_for_timeout(700)
    assert score(figure).inner_text() == paused
    train_button(figure).click()
    score(figure).get_by_text(paused).wait_for(state="detached", timeout=60_000)
    choose(figure, 1)  # ends the run, which stays in the drawing
    score(figure).get_by_text("1 kernel with random numbers").wait_for()
    assert len(names(figure)) == 1
    assert train_button(figure).get_attribute("aria-pressed") == "false"
    assert figure.locator(".live-curves path.live-run").count() == 4  # two charts, two runs
    figure.get_by_role("button", name="Forget others").click()
    page.wait_for_function("document.querySelectorAll('.live-curves path.live-run').length === 2")
    assert page.trouble == []


def test_without_a_worker_a_line_says_so(new_page, site):
    with new_page() as page:
        page.add_init_script("delete window.Worker;")
        figure = come_alive(page, f"{site}/{PAGE}")
        before = names(figure)
        train_button(figure).click()
        score(figure).get_by_text("This browser could not train here").wait_for()
        assert train_button(figure).get_attribute("aria-pressed") == "false"
        assert names(figure) == before


def test_without_its_digits_it_says_so_and_tries_again(new_page, site):
    with new_page() as page:
        figure = come_alive(page, f"{site}/{PAGE}")
        page.route("**/live/contents/*", lambda route: route.abort())
        train_button(figure).click()
        score(figure).get_by_text("did not load").wait_for()
        page.unroute("**/live/contents/*")
        choose(figure, 1)
        train_button(figure).click()
        score(figure).get_by_text("Epoch 0.").wait_for(timeout=60_000)


def test_every_control_has_a_name_and_few_are_stops(page, site):
    figure = come_alive(page, f"{site}/{PAGE}")
    for name in ("Learning rate", "Random start", "look back"):
        figure.get_by_role("slider", name=name).focus()
        assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    assert figure.locator("canvas:not([aria-label]), svg[role=img]:not([aria-label])").count() == 0
    stops = "button:not(:disabled), select, [role=slider], [contenteditable=true], [tabindex='0']"
    assert figure.locator(f":is({stops}):visible").count() <= 12


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_room_kept_free_is_exact_whatever_happens(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = come_alive(page, f"{site}/{PAGE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    height = "view => view.offsetHeight"
    kept_free = figure.evaluate("stage => parseFloat(getComputedStyle(stage).minHeight)")
    assert kept_free - 4 <= figure.locator(".live-view").evaluate(height) <= kept_free + 1
    choose(figure, 16)
    figure.get_by_role("button", name="One step").click()
    score(figure).get_by_text("Step 1, loss 2.").wait_for(timeout=60_000)
    assert kept_free - 4 <= figure.locator(".live-view").evaluate(height) <= kept_free + 1


def test_other_figures_run_the_readers_network(page, site):
    """And tell what each value in it is made of; a click on a kernel chooses it."""
    figure = come_alive(page, f"{site}/{PAGE}")
    come_all_alive(page)
    draw, tamper = (
        page.locator(f".live-stage:has(.live-{name})") for name in ("draw-digit", "tamper")
    )
    menu = draw.get_by_label("Network", exact=True)
    assert menu.locator("option").nth(1).is_disabled()
    choose(figure, 2)
    figure.get_by_role("button", name="One step").click()
    menu.locator("option:not([disabled])").nth(1).wait_for(state="attached", timeout=60_000)
    assert draw.locator(".live-maps canvas").count() == 8
    menu.select_option(index=1)
    page.wait_for_function("document.querySelectorAll('.live-maps canvas').length === 2")
    draw.get_by_text("From pixel to answer").click()
    words = draw.locator(".live-through-words")
    assert "The probability of" in words.inner_text()
    for _ in range(4):  # probability, score, largest of 4×4, sum of products, pixel
        draw.get_by_role("button", name="Back").click()
    assert "of the picture" in words.inner_text()
    draw.locator(".live-through-row").nth(1).locator("canvas").nth(1).click()
    assert words.inner_text().startswith("Map 1, row ")
    assert "49 products" in words.inner_text()
    tamper.get_by_label("Network", exact=True).select_option(index=1)
    tamper.locator(".live-kernel-row .live-picture").nth(1).click()
    tamper.locator(".live-kernel-row .is-chosen").get_by_text("kernel 1").wait_for()
    tamper.locator(".live-score[data-settled=true]").wait_for(timeout=60_000)
    assert page.trouble == []
