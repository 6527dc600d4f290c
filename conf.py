"""The book's settings for plain Sphinx, read from ``_config.yml``: Jupyter Book is not needed.

``jupyter-book build`` does not look at this file. It serves everything else that is made from the
same pages, paper and translations, and a book on newer packages than Jupyter Book 1 allows:

    python -m sphinx -b html -d _build/plain-doctrees . _build/plain

A tag names what differs: ``-t paper`` for the printed book.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "_ext"))

_book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
_more = dict(_book["sphinx"]["config"])
_theme_options = _more.pop("html_theme_options")

project = html_title = _book["title"]
author, copyright = _book["author"], _book["copyright"]
html_logo, html_favicon = _book["logo"], _book["html"]["favicon"]
html_theme = "sphinx_book_theme"
html_theme_options = {
    "extra_footer": _book["html"]["extra_footer"],
    "home_page_in_toc": _book["html"]["home_page_in_navbar"],
    **_theme_options,
}
html_static_path, _static = ["_static"], ROOT / "_static"
html_css_files = [path.relative_to(_static).as_posix() for path in _static.rglob("*.css")]
html_js_files = [path.relative_to(_static).as_posix() for path in _static.rglob("*.js")]
html_sourcelink_suffix = ""
exclude_patterns = [*_book["exclude_patterns"], "_build", "**.ipynb_checkpoints"]
external_toc_exclude_missing = _book["only_build_toc_files"]
myst_enable_extensions = _book["parse"]["myst_enable_extensions"]
myst_url_schemes = ["mailto", "http", "https"]
nb_execution_mode = _book["execute"]["execute_notebooks"]
nb_execution_timeout = _book["execute"]["timeout"]
bibtex_bibfiles = _book["bibtex_bibfiles"]
numfig = True
pygments_style = "sphinx"
suppress_warnings = ["myst.domains"]
globals().update(_more)

_only_jupyter_book = {"jupyter_book", "sphinx_comments"}
extensions = [name for name in _more["extensions"] if name not in _only_jupyter_book]
if find_spec("sphinx_multitoc_numbering"):
    extensions.append("sphinx_multitoc_numbering")
if tags.has("paper"):  # noqa: F821  (Sphinx defines it)
    extensions += ["sphinx_jupyterbook_latex", "paper"]
