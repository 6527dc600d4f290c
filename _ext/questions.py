"""Questions that answer: the reader chooses, and the page says what lies behind that choice.

A question is a directive. Its last list holds the choices. Each has a box, ticked for the right
one, and under it the feedback, which names the misconception that leads there::

    :::{question}
    :label: q-support

    $f$ lives on $[0, 1]$ and $g$ on $[2, 5]$. Where does $f * g$ live?

    - [ ] On $[0, 5]$

      A total of 1 would need a second part below 2, and there is none.
    - [x] On $[2, 6]$

      The smallest total is $0 + 2$, the largest $1 + 5$.
    :::

With the flag ``:number:`` the reader types a number. The choices are then the numbers that some
thought leads to, ``0.7 ± 0.01`` with a tolerance, and at the end ``else`` for all others.

In a browser the choices become radio buttons in a fieldset, or a field for the number; the verdict
is announced politely; what was answered stays on the reader's device. Without a script each choice
opens its own feedback, and on paper, as in formats other than HTML, questions and answers stand
apart. Nothing is loaded from elsewhere.
"""

import hashlib
import itertools
import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.locale import get_translation
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

_ = get_translation("questions")
FILES = ("questions.js", "questions.css")
FOLDER = "questions"  # below _static
_BOX = re.compile(r"\[([ xX])\]\s+")
_NUMBER = re.compile(r"([-−+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?:\s*±\s*(\d+(?:\.\d+)?(?:e-?\d+)?))?")
_ELSE = "else"


class question(nodes.General, nodes.Element):
    """A question: a container with its text, then the choices."""


class question_choice(nodes.General, nodes.Element):
    """One choice: an option, then the feedback in a container."""


class question_option(nodes.paragraph):
    """What there is to choose."""


class question_answers(nodes.General, nodes.Element):
    """The right answers of a page, which only paper shows."""


def number_and_tolerance(text: str) -> tuple[float, float]:
    """Read a number as authors write it; without a tolerance a billionth of it is allowed.

    >>> number_and_tolerance("−0.7 ± 0.01")
    (-0.7, 0.01)
    >>> number_and_tolerance("8")
    (8.0, 8e-09)
    >>> number_and_tolerance("eight")
    Traceback (most recent call last):
    ValueError: a choice of a numeric question is a number, as `0.7 ± 0.01`, or `else`; got 'eight'
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"a choice of a numeric question is a number, as `0.7 ± 0.01`, or `else`; got {text!r}"
        )
    value = float(found[1].replace("−", "-"))
    return value, float(found[2]) if found[2] else abs(value) * 1e-9


def _take_box(paragraph: nodes.paragraph) -> bool:
    """Take the box away from the start of a choice; return whether it is ticked."""
    first = paragraph[0] if len(paragraph) else nodes.Text("")
    if isinstance(first, nodes.raw) and "checkbox" in first.astext():  # MyST's `tasklist`
        paragraph.remove(first)
        if len(paragraph) and isinstance(paragraph[0], nodes.Text):
            paragraph.replace(paragraph[0], nodes.Text(paragraph[0].astext().lstrip()))
        return "checked" in first.astext().replace("checkbox", "")
    found = _BOX.match(first.astext()) if isinstance(first, nodes.Text) else None
    if found is None:
        raise ValueError(
            "each choice begins with a box, `[ ]` or, for the right one, `[x]`; "
            f"got {paragraph.astext()!r}"
        )
    paragraph.replace(first, nodes.Text(first.astext()[found.end() :]))
    return found[1] in "xX"


def _choice(item: nodes.list_item) -> question_choice:
    """Make a choice from an item of the list."""
    if not len(item) or not isinstance(item[0], nodes.paragraph):
        raise ValueError(f"a choice begins with a paragraph; got {item.astext()!r}")
    paragraph, *rest = item.children
    right = _take_box(paragraph)
    if not rest:
        raise ValueError(
            "each choice has feedback, a paragraph of its own under the choice; "
            f"there is none under {paragraph.astext()!r}"
        )
    chosen = question_option(paragraph.rawsource, "", *paragraph.children)
    chosen.source, chosen.line = paragraph.source, paragraph.line
    return question_choice("", chosen, nodes.container("", *rest), right=right)


def _check(choices: list[question_choice], *, numeric: bool) -> None:
    """Raise ValueError unless the choices make a question that can be answered."""
    right = sum(one["right"] for one in choices)
    if len(choices) < 2 or (right != 1 and not (numeric and right > 1)):
        raise ValueError(
            "a question has at least two choices, and exactly one of them is right, `[x]`; "
            f"got {len(choices)}, of which {right} right"
        )
    if not numeric:
        return
    *known, last = choices
    if last[0].astext() != _ELSE or last["right"]:
        raise ValueError(
            "the last choice of a numeric question is `else`, for all other numbers, and is wrong; "
            f"got {last[0].astext()!r}"
        )
    for one in known:
        one["value"], one["tolerance"] = number_and_tolerance(one[0].astext())


class Question(SphinxDirective):
    """The directive; see the module."""

    has_content = True
    option_spec = {"label": directives.unchanged_required, "number": directives.flag}

    def run(self):
        """Return the node, or say at the place in the source what is wrong."""
        content = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, content)
        try:
            return [self._question(content)]
        except ValueError as error:
            raise self.error(f"question {self.options.get('label', '')}: {error}") from None

    def _question(self, content: nodes.container) -> question:
        if not self.options.get("label"):
            raise ValueError("the option `:label:` is missing; answers are kept under it")
        *text, last = content.children or [None]
        if not isinstance(last, nodes.bullet_list) or not text:
            raise ValueError("a question is text, and after it a list of choices")
        choices = [_choice(item) for item in last]
        _check(choices, numeric="number" in self.options)
        made = question("", nodes.container("", *text), *choices)
        made["ids"] = [nodes.make_id(self.options["label"])]
        made["numeric"] = "number" in self.options
        # an answer kept for another wording is not shown again
        made["version"] = hashlib.sha256("\n".join(self.content).encode()).hexdigest()[:8]
        self.set_source_info(made)
        return made


class NumberQuestions(SphinxTransform):
    """Count the questions of a page and the choices of a question."""

    default_priority = 700

    def apply(self, **kwargs):
        """Write the numbers and letters down."""
        for number, one in enumerate(self.document.findall(question), start=1):
            one["number"] = number
            for letter, each in zip("abcdefghij", one.children[1:], strict=False):
                each["letter"] = letter


class ReadyForPaper(SphinxPostTransform):
    """Put the verdict into each feedback, and the answers at the end of the page."""

    default_priority = 4  # before references are resolved, so that the copies' are, too

    def run(self, **kwargs):
        """Change the page; for formats other than HTML the questions, too."""
        asked = list(self.document.findall(question))
        if not asked:
            return
        for one in self.document.findall(question_choice):
            verdict = nodes.strong("", _("Right.") if one["right"] else _("Not right."))
            first = one[1][0]
            if isinstance(first, nodes.paragraph):
                first[:0] = [verdict, nodes.Text(" ")]
            else:
                one[1].insert(0, nodes.paragraph("", "", verdict))
        for page, of_page in itertools.groupby(asked, _page):  # the printed book has many
            solutions = _solutions(list(of_page))
            page.append(question_answers("", nodes.rubric("", _("Answers")), solutions))
        if self.app.builder.format != "html":
            for one in asked:
                one.replace_self(_on_paper(one))


def _page(node: nodes.Node) -> nodes.Element:
    """Return the outermost section around a node, or the document."""
    outermost = node.document
    while node.parent is not None:
        node = node.parent
        outermost = node if isinstance(node, nodes.section) else outermost
    return outermost


def _solutions(asked: list[question]) -> nodes.enumerated_list:
    """Return the right answers with their explanations."""
    items = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
    for one in asked:
        right = next(each for each in one.children[1:] if each["right"])
        copied = [child.deepcopy() for child in right[1]]
        name = right[0].astext().split("±")[0].strip() if one["numeric"] else right["letter"]
        copied[0][:1] = [nodes.strong("", f"{name}.")]
        items += nodes.list_item("", *copied)
    return items


def _on_paper(one: question) -> nodes.container:
    """Return a question as nodes that every format knows."""
    text, *choices = (child.deepcopy() for child in one)
    text[0][:0] = [nodes.strong("", f"{one['number']}. ")]
    if one["numeric"]:
        return nodes.container("", *text)
    letters = nodes.enumerated_list(enumtype="loweralpha", prefix="", suffix=".")
    letters += [nodes.list_item("", nodes.paragraph("", "", *each[0].children)) for each in choices]
    return nodes.container("", *text, letters)


def visit_question(writer, node):
    """Open a question; the script reads its attributes."""
    data = {"data-number": node["number"], "data-version": node["version"]}
    if node["numeric"]:
        data["data-numeric"] = ""
    writer.body.append(writer.starttag(node, "div", CLASS="question", **data))
    title = f"{_('Question')} {node['number']}"
    writer.body.append(f'<div class="question-title">{title}</div>')


def visit_question_choice(writer, node):
    """Open a choice, which without a script opens its feedback."""
    data = {"data-right": ""} if node["right"] else {}
    if "value" in node:
        data |= {"data-value": node["value"], "data-tolerance": node["tolerance"]}
    writer.body.append(writer.starttag(node, "details", CLASS="question-choice", **data))


def visit_question_option(writer, node):
    """Open what there is to choose."""
    letter = node.parent["letter"]
    writer.body.append(f'<summary><span class="question-letter">{letter}</span> <span>')


def visit_question_answers(writer, node):
    """Open what only paper shows."""
    writer.body.append('<div class="question-answers">')


def _leave(tags):
    def depart(writer, node):
        writer.body.append(tags)

    return depart


def _pass(writer, node):
    """Do nothing: in other formats these nodes are containers, if they are there at all."""


def copy_files(app, exception=None):
    """Put script and style into the site; at the end again, for themes clear the folder."""
    if exception is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(Path(__file__).with_name(name), target)


def words() -> dict[str, str]:
    """Return what the script says."""
    said = {
        "answer": _("Your answer"),
        "check": _("Check"),
        "choose": _("Choose an answer first."),
        "number": _("Type a number, such as 0.75 or 3/4."),
        "tally": _("Right so far: {right} of {all}."),
        "kept": _("Your answers are kept on this device only."),
        "clear": _("Clear my answers"),
    }
    return {name: str(words) for name, words in said.items()}  # translated now


def add_files(app, pagename, templatename, context, doctree):
    """Load script and style on pages that ask."""
    if doctree is not None and next(iter(doctree.findall(question)), None) is not None:
        app.add_css_file(f"{FOLDER}/questions.css")
        said = {"data-words": json.dumps(words(), ensure_ascii=False)}
        app.add_js_file(f"{FOLDER}/questions.js", loading_method="defer", **said)


def setup(app):
    """Register with Sphinx."""
    app.add_directive("question", Question)
    other = {kind: (_pass, _pass) for kind in ("latex", "text", "man", "texinfo")}
    app.add_node(question, html=(visit_question, _leave("</div>\n")), **other)
    app.add_node(question_choice, html=(visit_question_choice, _leave("</details>\n")), **other)
    app.add_node(
        question_option, html=(visit_question_option, _leave("</span></summary>\n")), **other
    )
    app.add_node(question_answers, html=(visit_question_answers, _leave("</div>\n")), **other)
    app.add_transform(NumberQuestions)
    app.add_post_transform(ReadyForPaper)
    app.connect("builder-inited", copy_files)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", copy_files, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
