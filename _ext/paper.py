r"""The printed book: what Sphinx and sphinx-jupyterbook-latex leave open.

Loaded for paper only (``-t paper``, see ``conf.py``); ``publishing/pdf.py`` turns what is written
into a PDF file. Live figures stand in it as stills, sounds as their titles, both with the address
of the page where they live if that is known; solutions are at the end, where they are not read by
accident.
"""

from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import solution_node

_ = get_translation("paper")
NAME = "convolution-course"
WIDGET = "application/vnd.jupyter.widget-view+json"
BODY_TYPE = r"""
\setmainfont{TeX Gyre Pagella}
\setsansfont{TeX Gyre Heros}[Scale=0.9]
\setmonofont{DejaVu Sans Mono}[Scale=0.78]
"""
PREAMBLE = r"""
\setmathfont{TeX Gyre Pagella Math}
\setlength{\emergencystretch}{3em}  % a loose line is better than one that sticks out
\usepackage{etoolbox}
\AtBeginEnvironment{tabulary}{\small}
\AtBeginDocument{\setlength{\tymin}{4em}}  % no column of a table is narrower than a word
"""
# The class of sphinx-jupyterbook-latex asks for bbm, whose fonts are in a package of 1.4 GB, for
# letters that this book does not use. A file of that name beside the book is found first.
BBM = r"\ProvidesPackage{bbm}\newcommand{\mathbbm}[1]{\mathbb{#1}}" + "\n"


def configure(app, config):
    """Set up LaTeX, after sphinx-jupyterbook-latex has."""
    name = f"{NAME}.tex"
    config.latex_documents = [(config.root_doc, name, config.project, config.author, "jupyterBook")]
    config.latex_use_xindy = False
    config.today = config.copyright  # the day of the build says nothing
    config.latex_show_urls = "footnote"
    config.exercise_style = ""  # the title of a solution names its exercise
    config.latex_elements.update(papersize="a4paper", pointsize="10pt", fontpkg=BODY_TYPE)
    config.latex_elements["preamble"] += PREAMBLE


def write_files(app):
    """Put beside the book what its class asks for."""
    if app.builder.format == "latex":
        (Path(app.outdir) / "bbm.sty").write_text(BBM, encoding="utf-8")


def page_of(node: nodes.Node, env) -> str:
    """Return the name of the page that a part of the whole book comes from.

    Sphinx puts pages together without telling their parts: these still belong to their documents.
    """
    while not isinstance(node, addnodes.start_of_file | nodes.document):
        node = node.parent
    return node["docname"] if "docname" in node else env.path2doc(node["source"])


class NameTheLiving(SphinxPostTransform):
    """Say under the still of a live figure, and in place of a sound, where it lives."""

    default_priority = 3  # before myst-nb picks one form of each output
    formats = ("latex",)

    def run(self, **kwargs):
        """Go through all outputs that have a form for each place."""
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            parts = {part["mime_type"]: part.children for part in bundle.children}
            if WIDGET in parts:
                self._figure(bundle.parent)
            elif sound := _title_of_sound(parts.get("text/html", [])):
                text = nodes.paragraph(
                    "", "", nodes.emphasis(text=_("A sound: {title}.").format(title=sound))
                )
                text.extend(self._where(bundle, ""))
                bundle.replace_self(text)

    def _figure(self, figure):
        for caption in figure.findall(nodes.caption):
            caption.extend(self._where(figure, "#" + figure["ids"][0]))

    def _where(self, node, anchor):
        base = self.config.html_baseurl
        if not base:
            return
        address = f"{base}{page_of(node, self.env)}.html{anchor}"
        yield nodes.Text(" ")
        yield nodes.reference(text=_("Alive online."), refuri=address)


def _title_of_sound(html) -> str:
    player = BeautifulSoup("".join(part.astext() for part in html), "html.parser").audio
    return player["aria-label"] if player else ""


class SolutionsLast(SphinxPostTransform):
    """Gather the solutions, chapter by chapter, in front of the other back matter."""

    default_priority = 750  # when sphinx-jupyterbook-latex has made the parts
    formats = ("latex",)

    def run(self, **kwargs):
        """Move them."""
        if not (solutions := list(self.document.findall(solution_node))):
            return
        all_of_them = nodes.section("", nodes.title(text=_("Solutions")), ids=["solutions"])
        chapters = {}
        for solution in solutions:
            page = page_of(solution, self.env)
            if page not in chapters:
                chapters[page] = nodes.section("", nodes.title(text=self._chapter(solution)))
                chapters[page]["ids"] = ["solutions-" + page.replace("/", "-")]
                all_of_them += addnodes.start_of_file("", chapters[page], docname=page)
            solution.parent.remove(solution)
            chapters[page] += solution
        parts = [child for child in self.document.children if isinstance(child, nodes.compound)]
        found = list(parts[-1].findall(addnodes.start_of_file))
        back_matter = found[1] if len(found) > 1 else found[0]  # the first page after its part
        last = addnodes.start_of_file("", all_of_them, docname="solutions")
        back_matter.parent.insert(back_matter.parent.index(back_matter), last)

    def _chapter(self, solution) -> str:
        page = page_of(solution, self.env)
        number = self.env.toc_secnumbers[page][""][0]
        title = self.env.titles[page].astext()
        return _("Chapter {number}: {title}").format(number=number, title=title)


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", configure, priority=900)
    app.connect("builder-inited", write_files)
    app.add_post_transform(NameTheLiving)
    app.add_post_transform(SolutionsLast)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
