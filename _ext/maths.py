"""Formulas that are there before any script runs: KaTeX renders them when the book is built.

KaTeX comes from ``node_modules``, its style sheet and fonts go into the site. A formula that it
cannot read is a warning at its place in the source. (sphinxcontrib-katex does not start below a
folder whose ``package.json`` says ``"type": "module"``, and does not say where an error is.)
"""

import json
import shutil
import subprocess
from html import escape
from pathlib import Path

from docutils import nodes
from npm import command, install
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
SCRIPT = Path(__file__).with_name("render_formulas.cjs")


class Renderer:
    """One Node process that renders formulas with KaTeX; it starts at the first formula."""

    def __init__(self, root: Path):
        self.root = root
        self.process = None

    def __call__(self, latex: str, *, display: bool) -> str:
        """Return the formula as HTML and MathML; raise ValueError if KaTeX cannot read it."""
        if self.process is None:
            katex = install(self.root) / "katex" / "dist" / "katex.min.js"
            self.process = subprocess.Popen(
                [command("node"), str(SCRIPT), str(katex)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
            )  # fmt: skip
        self.process.stdin.write(json.dumps({"latex": latex, "displayMode": display}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "Node stopped"}')
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]

    def close(self) -> None:
        """Stop the Node process."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


def _render(translator, node, *, display: bool) -> str:
    latex = node.astext()
    try:
        return translator.builder.app.katex(latex, display=display)
    except ValueError as error:
        LOGGER.warning("formula: %s", error, location=node)
        return f"<code>{escape(latex)}</code>"


def visit_math(translator, node):
    """Write an inline formula."""
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate"))
    # The word joiner keeps a comma or full stop after the formula on the same line.
    translator.body.append(_render(translator, node, display=False) + "&#8288;</span>")
    raise nodes.SkipNode


def visit_math_block(translator, node):
    """Write a displayed formula with its number, if it has a label."""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append(_render(translator, node, display=True) + "</div>\n")
    raise nodes.SkipNode


def copy_style(app):
    """Put KaTeX's style sheet, fonts and licence into the site; lean_pages makes them small."""
    source = install(Path(app.srcdir)) / "katex"
    target = Path(app.outdir) / "_static" / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "dist" / "katex.min.css", target)
    shutil.copy(source / "LICENSE", target / "LICENSE.txt")
    for font in (source / "dist" / "fonts").glob("*.ttf"):
        shutil.copy(font, target / "fonts")


def start(app):
    """Prepare the renderer and link the style sheet."""
    app.katex = Renderer(Path(app.srcdir))
    if app.builder.format == "html":
        # The file itself is copied at the end; the checksum of the link needs it now.
        copy_style(app)
        app.add_css_file("katex/katex.min.css")


def finish(app, exception):
    """Stop the renderer and copy the style sheet into whatever the theme left of ``_static``."""
    app.katex.close()
    if exception is None and app.builder.format == "html":
        copy_style(app)


def setup(app):
    """Register with Sphinx."""
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("builder-inited", start)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
