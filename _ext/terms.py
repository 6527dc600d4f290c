"""Link the first use of a glossary's term on each page to its definition.

Authors write plain words; ``terms_not_linked`` in the configuration names terms that are everyday
words, too, and ``terms_linked_in`` how the names of pages begin on which terms are linked. Titles,
questions, tables, captions, code and links stay as they are, and so does the page of the glossary.
"""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform

_AROUND = {"question", "table", "caption", "glossary", "topic", "footnote"}


def pattern(terms) -> re.Pattern:
    """Return an expression that finds any of the terms, also in the plural, the longest first.

    >>> pattern(["impulse", "impulse response"]).search("two Impulse responses")[0]
    'Impulse responses'
    """
    ordered = sorted(terms, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, ordered))})(?:s|es)?\b", re.IGNORECASE)


class LinkTerms(SphinxPostTransform):
    """Make the links; see the module."""

    default_priority = 5  # before references are resolved
    formats = ("html",)

    def run(self, **kwargs):
        """Go through the paragraphs of a page from first to last."""
        if not self.env.docname.startswith(tuple(self.config.terms_linked_in)):
            return
        std = self.env.get_domain("std")
        known = {
            name.lower(): name
            for (kind, name), (page, _) in std.objects.items()
            if kind == "term" and page != self.env.docname
        }
        waiting = {name: known[name] for name in known.keys() - set(self.config.terms_not_linked)}
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if waiting and not self._inside(paragraph):
                self._link(paragraph, waiting)

    @staticmethod
    def _inside(node: nodes.Node) -> bool:
        while node.parent is not None:
            node = node.parent
            if type(node).__name__ in _AROUND:
                return True
        return False

    def _link(self, paragraph: nodes.paragraph, waiting: dict[str, str]) -> None:
        """Link, in one paragraph, each term that still waits, and let it wait no longer."""
        while waiting:
            texts = [child for child in paragraph.children if isinstance(child, nodes.Text)]
            finder = pattern(waiting)
            hit = next(((t, found) for t in texts if (found := finder.search(t.astext()))), None)
            if hit is None:
                return
            text, found = hit
            name = waiting.pop(found[1].lower())
            parts = [text.astext()[: found.start()], text.astext()[found.end() :]]
            link = pending_xref(
                "", nodes.inline("", found[0], classes=["term-link"]), refdomain="std",
                reftype="term", reftarget=name, refexplicit=True, refwarn=True,
                refdoc=self.env.docname,
            )  # fmt: skip
            paragraph.replace(text, [nodes.Text(parts[0]), link, nodes.Text(parts[1])])


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("terms_not_linked", [], "env")
    app.add_config_value("terms_linked_in", [""], "env")
    app.add_post_transform(LinkTerms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
