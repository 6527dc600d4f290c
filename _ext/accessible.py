"""Small repairs of the theme's and docutils' HTML for those who do not see the page."""

from bs4 import BeautifulSoup

_LENGTH = 155  # characters that lists of search results show
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur", "yi"}


def describe(page: BeautifulSoup) -> int:
    """Give the page its first paragraph as the description that search results show.

    >>> html = "<head></head><article><p>A <em>kernel</em></p></article>"
    >>> soup = BeautifulSoup(html, "html.parser")
    >>> describe(soup), str(soup.head)
    (1, '<head><meta content="A kernel" name="description"/></head>')
    """
    first = page.select_one("article p")
    if first is None or page.find("meta", attrs={"name": "description"}) or first.select(".katex"):
        return 0
    words = " ".join(first.get_text().split())
    if len(words) > _LENGTH:
        words = words[:_LENGTH].rsplit(" ", 1)[0] + " ..."
    page.head.insert(0, page.new_tag("meta", attrs={"name": "description", "content": words}))
    return 1


def name_search_button(page: BeautifulSoup) -> int:
    """Take away the label that hides what is written on the search button, "Search Ctrl+K"."""
    buttons = page.select("button.search-button-field")
    for button in buttons:
        button.attrs.pop("aria-label", None)
    return len(buttons)


def name_home_link(page: BeautifulSoup) -> int:
    """Put the logo, otherwise the only link outside every landmark, into one of its own."""
    logos = page.select(".sidebar-primary-item > a.navbar-brand")
    for logo in logos:
        logo.parent["role"], logo.parent["aria-label"] = "navigation", "Home"
    return len(logos)


def name_folded_cells(page: BeautifulSoup) -> int:
    """Take away the labels that hide what is written on the handles of folded cells."""
    handles = page.select("summary[aria-label]")
    for handle in handles:
        del handle["aria-label"]
    return len(handles)


def list_sources(page: BeautifulSoup) -> int:
    """Replace the deprecated role of the entries of a bibliography; their parent is a list.

    >>> soup = BeautifulSoup('<div role="doc-biblioentry">1973</div>', "html.parser")
    >>> list_sources(soup), str(soup)
    (1, '<div role="listitem">1973</div>')
    """
    entries = page.select('[role="doc-biblioentry"]')
    for entry in entries:
        entry["role"] = "listitem"
    return len(entries)


def empty_corners(page: BeautifulSoup) -> int:
    """Make the empty corner of a table a cell, for it is no heading.

    >>> soup = BeautifulSoup('<tr><th class="head"><p></p></th><th>a</th></tr>', "html.parser")
    >>> empty_corners(soup), str(soup)
    (1, '<tr><td></td><th>a</th></tr>')
    """
    corners = [
        head for head in page.find_all("th") if not head.find("img") and not head.text.strip()
    ]
    for corner in corners:
        corner.replace_with(page.new_tag("td"))
    return len(corners)


def set_direction(page: BeautifulSoup) -> int:
    """Say of languages that are written from right to left that they are.

    >>> soup = BeautifulSoup('<html lang="ar"></html>', "html.parser")
    >>> set_direction(soup), str(soup)
    (1, '<html dir="rtl" lang="ar"></html>')
    """
    written = page.select("html[lang]")
    turned = [one for one in written if one["lang"].partition("-")[0] in _RIGHT_TO_LEFT]
    for one in turned:
        one["dir"] = "rtl"
    return len(turned)
