"""Plain Markdown of what Sphinx has read and resolved, for notebooks outside the book.

Jupyter, Colab and VS Code know Markdown with tables, formulas between dollars and a little HTML,
but none of MyST's directives. Here each kind of node says what it looks like in that language. What
is not named passes on what its children say.
"""

import re
from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import urljoin, urlparse

from docutils import nodes

# What would be read as markup if it stood in a text as it is.
_MARKUP = re.compile(r"[\\*`<$]|(?<!\w)_|_(?!\w)|](?=\()")
_LIST_MARK = re.compile(r"^(\d+)([.)])(?=\s)|^([-+#>])(?=\s)")
_BAR = re.compile(r"\\?\|")


class Page:
    """One page of the book, and how its nodes read as Markdown.

    Parameters
    ----------
    address : str
        Where the page stands on the web; empty if that is not known, and links are then plain text.
    numbers : dict
        The numbers of figures, tables, exercises, ... by kind and identifier.
    formats : dict
        How a numbered thing is called, by kind: ``{"figure": "Figure %s"}``.
    """

    def __init__(self, address: str = "", numbers: dict | None = None, formats: dict | None = None):
        self.address = address
        self.numbers = numbers or {}
        self.formats = formats or {}

    def inline(self, node: nodes.Node) -> str:
        r"""Return a node within a paragraph as Markdown, in one line.

        >>> print(Page().inline(nodes.paragraph("", "2 * 3 = ", nodes.literal("", "6"))))
        2 \* 3 = `6`
        """
        say = _INLINE.get(type(node).__name__, Page._children)
        return say(self, node)

    def _children(self, node: nodes.Node) -> str:
        return "".join(map(self.inline, node.children))

    def _link(self, node: nodes.Node) -> str:
        text, target = self._children(node), node.get("refuri", "")
        if not node.get("refuri") and node.get("refid"):
            target = f"#{node['refid']}"
        if not urlparse(target).scheme:
            if not self.address:
                return text
            target = urljoin(self.address, target)
        return f"[{text}]({target})"

    def blocks(self, node: nodes.Node) -> str:
        """Return a node that stands for itself, such as a paragraph or a list, as Markdown."""
        say = _BLOCKS.get(type(node).__name__)
        if say is not None:
            return say(self, node)
        if isinstance(node, nodes.TextElement | nodes.Text):
            return _LIST_MARK.sub(_defused, self.inline(node).strip())
        return self.all_blocks(node.children)

    def all_blocks(self, children: Iterable[nodes.Node]) -> str:
        """Return several such nodes, with an empty line between each two."""
        return "\n\n".join(filter(None, map(self.blocks, children)))

    def number(self, kind: str, node: nodes.Node) -> str:
        """Return what a figure, a table or an exercise is called, or nothing if it has no number.

        >>> numbers = {"figure": {"fig-cat": (5, 1)}}
        >>> page = Page(numbers=numbers, formats={"figure": "Figure %s"})
        >>> page.number("figure", nodes.figure(ids=["fig-cat"]))
        'Figure 5.1'
        """
        known = self.numbers.get(kind, {})
        found = next((known[name] for name in node.get("ids", ()) if name in known), None)
        return found and self.formats.get(kind, "%s") % ".".join(map(str, found)) or ""

    def caption(self, kind: str, node: nodes.Node, text: nodes.Node) -> str:
        """Return the caption of a figure or a table, with its number in front."""
        number = self.number(kind, node)
        return f"**{number}.** {self.inline(text)}" if number else self.inline(text)


def folded(summary: str, body: str) -> str:
    """Return something that is closed until the reader opens it.

    >>> print(folded("Why?", "Because."))
    <details>
    <summary>Why?</summary>
    <BLANKLINE>
    Because.
    <BLANKLINE>
    </details>
    """
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _defused(mark: re.Match) -> str:
    return f"{mark[1]}\\{mark[2]}" if mark[1] else f"\\{mark[3]}"


def _text(page: Page, node: nodes.Text) -> str:
    return _MARKUP.sub(r"\\\g<0>", node.astext().replace("\n", " "))


def _around(mark: str) -> Callable[[Page, nodes.Node], str]:
    return lambda page, node: f"{mark}{page._children(node)}{mark}"


def _code(page: Page, node: nodes.Node) -> str:
    text = node.astext().replace("\n", " ")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _math(page: Page, node: nodes.math) -> str:
    return f"${' '.join(node.astext().split())}$"


def _math_block(page: Page, node: nodes.math_block) -> str:
    known = page.numbers.get("displaymath", {})
    found = next((known[name] for name in node.get("ids", ()) if name in known), None)
    tag = f"\n\\tag{{{'.'.join(map(str, found))}}}" if found else ""
    return f"$$\n{node.astext().strip()}{tag}\n$$"


def _fence(page: Page, node: nodes.literal_block) -> str:
    language = node.get("language", "")
    language = "python" if language.startswith("ipython") else language
    return f"```{'' if language == 'default' else language}\n{node.astext()}\n```"


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        [first + lines[0], *(line and rest + line or rest.rstrip() for line in lines[1:])]
    )


def _list(page: Page, node: nodes.Node) -> str:
    numbered = isinstance(node, nodes.enumerated_list)
    start = node.get("start", 1)
    marks = [f"{start + i}. " if numbered else "- " for i in range(len(node.children))]
    items = [
        _indented(page.all_blocks(item.children), mark, " " * len(mark))
        for mark, item in zip(marks, node.children, strict=True)
    ]
    return ("\n\n" if any("\n\n" in item for item in items) else "\n").join(items)


def _quote(page: Page, node: nodes.Node) -> str:
    return _indented(page.all_blocks(node.children), "> ", "> ")


def _admonition(page: Page, node: nodes.Node) -> str:
    title, *body = node.children
    if not isinstance(title, nodes.title):
        title, body = nodes.title("", type(node).__name__.capitalize()), node.children
    text = "\n\n".join([f"**{page.inline(title)}**", page.all_blocks(body)])
    return _indented(text, "> ", "> ")


def _dropdown(page: Page, node: nodes.Node) -> str:
    title, body = node.children
    return folded(html_of(page, title), page.blocks(body))


def html_of(page: Page, node: nodes.Node) -> str:
    """Return a line as HTML: within a summary, Markdown is not read everywhere.

    >>> html_of(Page(), nodes.title("", "a < b, ", nodes.literal("", "x[1]")))
    'a &lt; b, <code>x[1]</code>'
    """
    if isinstance(node, nodes.Text):
        return escape(node.astext().replace("\n", " "), quote=False)
    if isinstance(node, nodes.math):
        return escape(_math(page, node), quote=False)
    tag = {"literal": "code", "emphasis": "em", "strong": "strong"}.get(type(node).__name__)
    inside = "".join(html_of(page, child) for child in node.children)
    if isinstance(node, nodes.raw):
        return ""
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def _cell(page: Page, entry: nodes.entry) -> str:
    text = "<br>".join(page.inline(block) for block in entry.children)
    # A bar ends the cell, in a formula, too.
    parts = re.split(r"(\$[^$]*\$)", text)
    parts[1::2] = (
        _BAR.sub(lambda bar: r"\Vert " if len(bar[0]) > 1 else r"\vert ", p) for p in parts[1::2]
    )
    parts[::2] = (_BAR.sub(r"\\|", part) for part in parts[::2])
    return "".join(parts)


def _table(page: Page, node: nodes.table) -> str:
    rows = [[_cell(page, entry) for entry in row.children] for row in node.findall(nodes.row)]
    if next(node.findall(nodes.thead), None) is None:
        rows.insert(0, [""] * len(rows[0]))
    rows.insert(1, ["---"] * len(rows[0]))
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    title = next((child for child in node.children if isinstance(child, nodes.title)), None)
    return lines if title is None else f"{page.caption('table', node, title)}\n\n{lines}"


def _exercise(page: Page, node: nodes.Node) -> str:
    title, *body = node.children
    name = page.number("exercise", node) or "Exercise"
    words = page.inline(title).strip()
    return "\n\n".join([f"**{name}** {words}".strip(), page.all_blocks(body)])


def _image(page: Page, node: nodes.image) -> str:
    return f"*[{node.get('alt', 'picture')}]*"


def _question(page: Page, node: nodes.Node) -> str:
    text, *choices = node.children
    return "\n\n".join([page.blocks(text), *(page.blocks(choice) for choice in choices)])


def _choice(page: Page, node: nodes.Node) -> str:
    option, feedback = node.children
    return folded(
        f"{node.get('letter', '')}. {html_of(page, option)}".lstrip(". "), page.blocks(feedback)
    )


def _nothing(page: Page, node: nodes.Node) -> str:
    return ""


_INLINE = {
    "Text": _text,
    "emphasis": _around("*"),
    "strong": _around("**"),
    "literal": _code,
    "math": _math,
    "reference": Page._link,
    "number_reference": Page._link,
    "image": _image,
    "raw": _nothing,
    "target": _nothing,
}
_BLOCKS = {
    "literal_block": _fence,
    "math_block": _math_block,
    "bullet_list": _list,
    "enumerated_list": _list,
    "block_quote": _quote,
    "admonition": _admonition,
    "note": _admonition,
    "warning": _admonition,
    "tip": _admonition,
    "seealso": _admonition,
    "table": _table,
    "transition": lambda page, node: "---",
    "dropdown_main": _dropdown,
    "exercise_enumerable_node": _exercise,
    "exercise_node": _exercise,
    "question": _question,
    "question_choice": _choice,
    "question_answers": _nothing,
    "comment": _nothing,
    "index": _nothing,
    "raw": _nothing,
    "target": _nothing,
}
