"""What the pages need on a server: their own address, and a page for addresses that lead nowhere.

The address comes from ``SITE_URL``, which the publishing workflow sets to where GitHub shows the
pages of this copy. Without it the site is as complete, but does not know where it will stand: pages
name no canonical address, and there is no page for wrong ones, which could not find its style
sheets.
"""

import os
from collections.abc import Mapping
from pathlib import Path

LOST = """
<section><h1>There is no page at this address</h1>
<p>It may have moved. <a href="index.html">The first page</a> has the table of contents, and the
search field beside this text finds words in all pages.</p></section>
"""


def address(environ: Mapping[str, str]) -> str:
    """Return the address of the site with a slash at its end, or nothing if it is not known.

    >>> address({"SITE_URL": "https://someone.github.io/some-course"})
    'https://someone.github.io/some-course/'
    >>> address({})
    ''
    """
    known = environ.get("SITE_URL", "").rstrip("/")
    return known and known + "/"


def configure(app, config):
    """Tell Sphinx the address."""
    config.html_baseurl = address(os.environ)


def lost_page(app):
    """Add the page that a server shows for wrong addresses, of any depth: hence the base."""
    if app.config.html_baseurl:
        base = f'<base href="{app.config.html_baseurl}">'
        yield "404", {"title": "Not found", "body": LOST, "metatags": base}, "page.html"


def switch_off_jekyll(app, exception):
    """Have GitHub serve files that begin with an underscore, also from a branch."""
    if exception is None and app.builder.name == "html":
        Path(app.outdir, ".nojekyll").touch()


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", configure, priority=100)
    app.connect("html-collect-pages", lost_page)
    app.connect("build-finished", switch_off_jekyll)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
