"""Questions at the end of the chapters, answered by keyboard, as a reader does."""

import pytest

PAGE = "chapters/systems-and-impulses.html"
WRONG, RIGHT, NUMBER = "#q-systems-negative", "#q-systems-impulse", "#q-systems-copies"
FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });"""


@pytest.fixture
def asked(page, site_dir):
    """Give the page of a chapter, from disk."""
    page.goto(f"{site_dir.as_uri()}/{PAGE}")
    page.locator(".question-tally").wait_for()
    yield page
    assert page.trouble == []


def verdict(page, question):
    """Return what is announced below a question."""
    return page.locator(f"{question} [role=status]").inner_text()


def choose(page, question, downs):
    """Go to a question, move down its choices, and answer, all by keyboard."""
    page.locator(f"{question} input").first.focus()
    for _ in range(downs):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_a_choice_is_answered_by_keyboard(asked):
    """Each choice has its own feedback, and nothing is said before the reader asks for it."""
    choose(asked, WRONG, 0)
    assert verdict(asked, WRONG) == "Choose an answer first."
    asked.keyboard.press("Space")
    assert verdict(asked, WRONG) == ""
    asked.keyboard.press("Enter")
    assert verdict(asked, WRONG).startswith("Not right. It is shift-invariant, and that is half")
    asked.keyboard.press("ArrowDown")
    assert verdict(asked, WRONG) == ""
    asked.keyboard.press("Tab")
    asked.keyboard.press("Enter")
    assert verdict(asked, WRONG).startswith("Right. Twice the input")
    assert asked.locator(".question-tally").inner_text().startswith("Right so far: 1 of 7.")


def test_a_group_is_named_by_its_question(asked):
    """Who hears the page hears the question before its choices."""
    group = asked.get_by_role("group", name="Question 1 A photo app turns every picture")
    assert group.get_by_role("radio").count() == 3
    field = asked.get_by_role("group", name="Question 3").get_by_role("textbox", name="Your answer")
    assert field.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [("1", "Right."), ("2/2", "Right."), ("1,0", "Right."), ("−3", "Not right. That is the second"),
     ("12", "Not right. Write down both copies"), ("one", "Type a number"), ("", "Type a number")],
)  # fmt: skip
def test_a_number_is_answered(asked, typed, said):
    """Numbers as people write them; known slips are named, others get a hint."""
    asked.locator(f"{NUMBER} input").fill(typed)
    asked.keyboard.press("Enter")
    assert verdict(asked, NUMBER).startswith(said)


def test_answers_are_kept_and_can_be_cleared(asked):
    """They come back with the page and go when the reader says so."""
    choose(asked, RIGHT, 0)
    asked.keyboard.press("Space")
    asked.keyboard.press("Enter")
    asked.locator(f"{NUMBER} input").fill("4")
    asked.keyboard.press("Enter")
    asked.reload()
    asked.locator(".question-tally").wait_for()
    assert verdict(asked, RIGHT).startswith("Right.")
    assert asked.locator(f"{NUMBER} input").input_value() == "4"
    asked.get_by_role("button", name="Clear my answers").press("Enter")
    assert verdict(asked, RIGHT) == "" and asked.locator(f"{NUMBER} input").input_value() == ""
    asked.reload()
    asked.locator(".question-tally").wait_for()
    assert asked.locator(".question :checked").count() == 0
    assert asked.evaluate("Object.keys(localStorage).filter((k) => k.includes('question'))") == []


def test_an_answer_to_another_wording_is_not_shown(asked):
    """A question that has changed since is asked anew."""
    choose(asked, RIGHT, 0)
    asked.keyboard.press("Space")
    asked.keyboard.press("Enter")
    asked.evaluate("""() => {
      const key = Object.keys(localStorage).find((name) => name.startsWith("questions:"));
      localStorage.setItem(key, localStorage.getItem(key).replace(/"version":"."/, '"version":"-'));
      localStorage.setItem(key, localStorage.getItem(key).replace(/"version":"/, '"version":"old'));
    }""")
    asked.reload()
    asked.locator(".question-tally").wait_for()
    assert verdict(asked, RIGHT) == ""


def test_storage_may_be_forbidden(new_page, site):
    """Without storage everything works but for the memory."""
    with new_page() as page:
        page.add_init_script(FORBIDDEN)
        page.goto(f"{site}/{PAGE}")
        choose(page, RIGHT, 0)
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        assert verdict(page, RIGHT).startswith("Right.")
        page.get_by_role("button", name="Clear my answers").press("Enter")
        assert verdict(page, RIGHT) == ""


def test_without_a_script_each_choice_opens_its_feedback(new_page, site):
    """The dropdowns need no script."""
    with new_page(java_script_enabled=False) as page:
        page.goto(f"{site}/{PAGE}")
        feedback = page.locator(f"{WRONG} details > div").first
        assert not feedback.is_visible()
        page.locator(f"{WRONG} summary").first.focus()
        page.keyboard.press("Enter")
        assert feedback.is_visible() and feedback.inner_text().startswith("Not right.")


@pytest.mark.parametrize("script", [True, False])
def test_on_paper_answers_stand_apart(new_page, site, script):
    """Questions and choices where they were, answers at the end; nothing of them on a screen."""
    with new_page(java_script_enabled=script) as page:
        page.goto(f"{site}/{PAGE}")
        answers = page.locator(".question-answers")
        assert not answers.is_visible()
        page.emulate_media(media="print")
        assert answers.is_visible()
        assert page.get_by_text("No: it is not linear").is_visible()
        for hidden in (".question details > div", ".question-verdict", ".question button"):
            assert not any(each.is_visible() for each in page.locator(hidden).all())
        assert "b. Twice the input" in " ".join(answers.inner_text().split())
