"""What stands around the text: why to read on, what is shown where a page is shared, the site map.

Below a page stands the next one with its first sentence, which in this book is mostly a question.
Pages that are shared get a title, a description and, where the address of the site is known, a
picture: the photograph of the first page, before and after. The known address also makes a map of
the site for search engines.
"""

import html
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from docutils import nodes

CARD = "_static/card.png"
_SIZE = (1200, 630)  # pixels, the shape that networks show uncut
_LONGEST = 160  # characters of a reason to read on


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, or nothing if it is long.

    >>> first_sentence("What is left of a sum? The rest, e.g. nothing.")
    'What is left of a sum?'
    """
    words = " ".join(text.split())
    ends = [i + 1 for mark in ("? ", ". ", "! ") if (i := (words + " ").find(mark)) >= 0]
    sentence = words[: min(ends)] if ends else ""
    return sentence if len(sentence) <= _LONGEST else ""


def _reason(env, name: str) -> str:
    """Return the first sentence of a page, unless formulas are in it."""
    for paragraph in env.get_doctree(name).findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            formulas = any(paragraph.findall(nodes.math))
            return "" if formulas else first_sentence(paragraph.astext())
    return ""


def say_why(app, pagename, templatename, context, doctree):
    """Put the first sentence of the next page below its title."""
    following = app.builder.relations.get(pagename, [None] * 3)[2] if doctree else None
    if following and context.get("next") and (reason := _reason(app.env, following)):
        words = f'<span class="why-next">{html.escape(reason)}</span>'
        context["next"] = {**context["next"], "title": context["next"]["title"] + words}


def tidy_title(page: BeautifulSoup) -> int:
    """Take the name of the book away where it stands twice, on its first page.

    >>> soup = BeautifulSoup("<title>A — A</title>", "html.parser")
    >>> tidy_title(soup), soup.title.text
    (1, 'A')
    """
    parts = page.title.text.split(" — ")
    if len(set(parts)) == len(parts):
        return 0
    page.title.string = parts[0]
    return 1


def share(page: BeautifulSoup) -> int:
    """Say what is shown of a page where somebody shares its address; return how many tags.

    >>> soup = BeautifulSoup("<head><title>A</title></head>", "html.parser")
    >>> share(soup), str(soup.head.meta)
    (2, '<meta content="A" property="og:title"/>')
    """
    described = page.find("meta", attrs={"name": "description"})
    known = page.find("link", rel="canonical")
    tags = {"og:title": page.title.text, "og:type": "website"}
    if described:
        tags["og:description"] = described["content"]
    if known and known.get("href"):
        root = urljoin(known["href"], page.html.get("data-content_root", "./"))
        tags |= {"og:url": known["href"], "og:image": urljoin(root, CARD)}
    for name, content in tags.items():
        page.head.append(page.new_tag("meta", attrs={"property": name, "content": content}))
    return len(tags)


def draw_card(path: Path) -> None:
    """Draw the picture that is shown with a shared page: the cat, before and after sharpening."""
    import numpy as np
    from PIL import Image

    from convlib import data, filter_image
    from convlib.images import to_uint8
    from convlib.kernels import KERNELS

    cat = data.cat()
    after = filter_image(cat, KERNELS["sharpen"])
    middle = cat.shape[1] // 2
    both = to_uint8(np.concatenate([cat[:, :middle], after[:, middle:]], axis=1))
    both[:, middle - 1 : middle + 1] = 255
    high = round(both.shape[1] * _SIZE[1] / _SIZE[0])
    top = (both.shape[0] - high) // 2
    picture = Image.fromarray(both[top : top + high]).resize(_SIZE, Image.Resampling.LANCZOS)
    picture.quantize(256).save(path, optimize=True)


def site_map(pages: list[str]) -> str:
    """Return the map of a site with these addresses.

    >>> print(site_map(["https://a.b/c.html"]).splitlines()[-2])
    <url><loc>https://a.b/c.html</loc></url>
    """
    rows = [f"<url><loc>{html.escape(page)}</loc></url>" for page in pages]
    first = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', first, *rows, "</urlset>"])


def finish(app, exception):
    """Write the map and the picture where the address of the site is known."""
    base = app.config.html_baseurl
    if exception is None and app.builder.name == "html" and base:
        pages = [urljoin(base, f"{name}.html") for name in sorted(app.env.found_docs)]
        Path(app.outdir, "sitemap.xml").write_text(site_map(pages), encoding="utf-8")
        draw_card(Path(app.outdir, CARD))


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", say_why, priority=600)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
