"""Say on the page which outputs were measured: they, and no others, differ from build to build.

A cell that measures times or memory has the tag ``measured``. ``publishing/compare.py`` holds the
rest of two builds equal.
"""

from docutils import nodes
from sphinx.locale import get_translation
from sphinx.transforms import SphinxTransform

_ = get_translation("measured")
TAG = "tag_measured"  # what myst-nb makes of the tag


class SayMeasured(SphinxTransform):
    """Put a line under what a cell has measured, if the cell shows anything."""

    default_priority = 400

    def apply(self, **kwargs):
        """Go through all cells."""
        for cell in list(self.document.findall(nodes.container)):
            if TAG in cell.get("classes", []):
                for output in cell.findall(nodes.container):
                    if output.get("nb_element") == "cell_code_output":
                        text = _("Measured when this page was made; it will differ elsewhere.")
                        output += nodes.paragraph(text, text, classes=["measured"])


def setup(app):
    """Register with Sphinx."""
    app.add_transform(SayMeasured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
