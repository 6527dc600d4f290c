"""Small repairs of the theme's and docutils' HTML for those who do not see the page."""

import re
from html import escape, unescape

_REPAIRS = (
    # Labels with fewer words than can be read there ("Search Ctrl+K") would hide these.
    (re.compile(r'(<button class="[^"]*search-button-field[^>]*?) aria-label="Search"'), r"\1"),
    (re.compile(r'<summary aria-label="Toggle hidden content"'), "<summary"),
    # The logo is the only link outside every landmark.
    (
        re.compile(r'<div class="sidebar-primary-item">(?=\s*<a class="navbar-brand)'),
        '<div class="sidebar-primary-item" role="navigation" aria-label="Home">',
    ),
    # A deprecated role; the parent is a list.
    (re.compile(r'role="doc-biblioentry"'), 'role="listitem"'),
    # The corner of a table is no heading.
    (re.compile(r'<th class="head">(?:<p></p>)?</th>'), "<td></td>"),
)


_FIRST = re.compile(r"<article\b.*?<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LENGTH = 155  # characters that lists of search results show


def describe(html: str) -> str:
    """Return a page with its first paragraph as the description that search results show.

    >>> describe("<head></head><article><p>What is a <em>kernel</em>?</p></article>")[:61]
    '<head><meta name="description" content="What is a kernel?" />'
    """
    first = _FIRST.search(html)
    if first is None or '<meta name="description"' in html or "katex" in first[1]:
        return html
    words = " ".join(unescape(_TAG.sub("", first[1])).split())
    if len(words) > _LENGTH:
        words = words[:_LENGTH].rsplit(" ", 1)[0] + " ..."
    return html.replace("<head>", f'<head><meta name="description" content="{escape(words)}" />', 1)


def repair(html: str) -> str:
    """Return a page with the names and roles that it should have.

    >>> repair('<div role="doc-biblioentry">1973</div>')
    '<div role="listitem">1973</div>'
    """
    for found, better in _REPAIRS:
        html = found.sub(better, html)
    return html
