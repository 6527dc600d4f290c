"""Words that set a live figure: ``{set}`down to 4 <KernelLab k4=4>``` in the text becomes a button.

The text comes first, then the class of the figure and the traits of its view, a menu by the name
of what is chosen, with ``_`` for spaces. The script of the figure's challenges makes the words a
button that sets, shows what it has moved, and takes it back; without it they are words.
"""

import json
import re

from docutils import nodes
from sphinx.util.docutils import SphinxRole

_WORDS = re.compile(r"(?P<text>.+?)\s*<(?P<figure>[A-Z]\w*)(?P<traits>(?: \w+=[^\s=>]+)+)>", re.S)


class words_that_set(nodes.inline):
    """Words in a sentence, the figure that they set, and how."""


def parse(source: str) -> tuple[str, str, dict[str, float | str]]:
    """Return the text, the class of the figure and the values of its traits.

    >>> parse("down to 4 <KernelLab k4=4 preset=edge_detect>")
    ('down to 4', 'KernelLab', {'k4': 4.0, 'preset': 'edge_detect'})
    """
    found = _WORDS.fullmatch(source.strip())
    if found is None:
        raise ValueError(f"must be `words <Figure trait=value ...>`; got {source!r}")
    pairs = (pair.split("=") for pair in found["traits"].split())
    return found["text"], found["figure"], {name: _value(text) for name, text in pairs}


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


class SetRole(SphinxRole):
    """The role; see the module."""

    def run(self):
        """Return the words, or say at their place in the source what is wrong."""
        try:
            text, figure, traits = parse(self.text)
        except ValueError as error:
            message = self.inliner.reporter.error(f"role `set`: {error}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [words_that_set(self.rawtext, text, figure=figure, traits=json.dumps(traits))], []


def visit(writer, node):
    """Open the words for HTML."""
    data = {"data-figure": node["figure"], "data-set": node["traits"]}
    writer.body.append(writer.starttag(node, "span", "", CLASS="live-set", **data))


def depart(writer, node):
    """Close the words."""
    writer.body.append("</span>")


def _as_inline(part):
    return lambda writer, node: getattr(writer, f"{part}_inline")(node)


def setup(app):
    """Register with Sphinx."""
    other = (_as_inline("visit"), _as_inline("depart"))
    kinds = dict.fromkeys(("latex", "text", "man", "texinfo"), other)
    app.add_node(words_that_set, html=(visit, depart), **kinds)
    app.add_role("set", SetRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
