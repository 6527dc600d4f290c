"""Challenges below a figure, words in the text that set it, and links that bring a state back."""

import pytest
from conftest import come_alive

PAGE = "chapters/image-kernels.html"
LAB, STEPS = ".live-challenge >> nth=0", ".live-challenge >> nth=1"


def lively(page, address):
    """Open the page and wait until the challenges of the kernel lab judge."""
    come_alive(page, address)
    page.locator(LAB).scroll_into_view_if_needed()
    page.locator(f"{LAB} >> .live-status").get_by_text("Not yet").wait_for()


@pytest.fixture
def lab(page, site_dir):
    """Give the page of the kernel lab, from disk."""
    lively(page, f"{site_dir.as_uri()}/{PAGE}")
    yield page
    assert page.trouble == []


def address(page):
    """Return where the link to the lab's state leads."""
    return page.locator(f"{LAB} >> a").get_attribute("href")


def test_a_challenge_is_solved_by_keyboard(lab):
    """The verdict follows the figure's menu, and is announced politely."""
    lab.locator(STEPS).scroll_into_view_if_needed()
    said = lab.locator(f"{STEPS} >> [role=status]")
    said.get_by_text("two copies of the 7").wait_for()
    boundary = lab.get_by_label("Boundary").last
    boundary.focus()
    lab.keyboard.press("ArrowDown")
    assert boundary.evaluate("menu => menu.selectedOptions[0].text") == "constant"
    said.get_by_text("Solved. Zeros outside").wait_for()
    said.get_by_text("1 of 1 solved").wait_for()
    lab.keyboard.press("ArrowDown")
    said.get_by_text("two mirrored 6s").wait_for()
    assert "1 of 1 solved" in said.inner_text()


def test_words_set_the_figure_and_take_it_back(lab):
    """By keyboard; what has moved is marked for a while."""
    words = lab.get_by_role("button", name="from 5 down to 4")
    assert words.get_attribute("aria-pressed") == "false"
    words.press("Enter")
    lab.wait_for_function("document.querySelectorAll('.is-set-by-words').length > 0")
    lab.wait_for_function("document.querySelector('.live-challenge a').search.includes('k4=4')")
    assert words.get_attribute("aria-pressed") == "true"
    words.press("Enter")
    lab.wait_for_function("!document.querySelector('.live-challenge a').search")
    assert words.get_attribute("aria-pressed") == "false"


def test_a_link_brings_the_state_back(lab, site_dir):
    """The kernel, and a menu by its name; nonsense in the address is left out."""
    lab.get_by_role("button", name="emboss", exact=True).press("Enter")
    lab.wait_for_function("document.querySelector('.live-challenge a').search.includes('k8=2')")
    state = address(lab)
    lively(lab, f"{site_dir.as_uri()}/{PAGE}{state}&KernelLab.k0=x&KernelLab.boundary=none")
    lab.wait_for_function("document.querySelector('.live-challenge a').search.includes('k8=2')")
    assert "k0=-2" in address(lab) and "boundary" not in address(lab)
    preset = lab.get_by_label("Preset").first
    assert preset.evaluate("menu => menu.selectedOptions[0].text").strip() == "emboss"


def test_words_are_words_without_a_script(new_page, site):
    with new_page(java_script_enabled=False) as page:
        page.goto(f"{site}/{PAGE}")
        assert page.get_by_text("from 5 down to 4").is_visible()
        assert page.locator("button.live-set").count() == 0
