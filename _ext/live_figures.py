"""Live figures on the pages: widgets that work without Python, and a picture in their place.

Three things happen here. The browser assets are built from the locked npm packages when their
sources have changed. Pages that carry widget state get the slim runtime, served from the site
itself. And where a figure offers a widget and a picture, both stay: the picture stands in the page
until the widget has drawn itself, and for good without JavaScript, in print and in PDF.
"""

import contextlib
import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from docutils import nodes
from lean_media import png_size
from made_from import digest
from myst_nb.sphinx_ import NbMetadataCollector
from npm import command, install
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "_build" / "assets"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "runtime/**/*")
SCRIPT = "live/widget-runtime.js"
WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURE = "image/png"
DEFAULT_ALT = "Still picture of the live figure that the caption describes."

# The room that a live figure will need is kept free from the start, so that nothing jumps when it
# comes to life. Without JavaScript the picture alone decides.
HEAD = """
<style>
figure:has(> .live-figure) { display: block; width: 100%; }
.live-figure { container-type: inline-size; text-align: start; }
.live-stage { min-height: var(--live-narrow, 0); }
.live-fallback img { display: block; width: 100%; height: auto; }
@container (min-width: 560px) { .live-stage { min-height: var(--live-wide, 0); } }
@media print { .live-stage { min-height: 0; } }
</style>
<noscript><style>.live-figure .live-stage { min-height: 0; }</style></noscript>
"""


@contextlib.contextmanager
def _alone(folder: Path):
    """Let one build at a time work on the assets, where the system can lock files."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="utf-8") as lock:
        with contextlib.suppress(ImportError):
            import fcntl  # not on Windows

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_assets(root: Path = ROOT, assets: Path = ASSETS) -> Path:
    """Build the browser assets unless they are up to date, and return their folder."""
    with _alone(assets):
        note, made_from = assets / ".made-from", digest(root, SOURCES)
        if note.is_file() and note.read_text() == made_from:
            return assets
        install(root)
        LOGGER.info("building the widget runtime ...")
        subprocess.run(
            [command("node"), str(root / "runtime" / "build.mjs"), str(assets)],
            cwd=root,
            check=True,
            env={**os.environ, "NO_COLOR": "1"},
        )
        note.write_text(made_from)
    return assets


def copy_assets(app):
    """Put the runtime and its licences into the site, out of reach of the source's _static."""
    if app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "live"
        shutil.copytree(build_assets() / "live", target, dirs_exist_ok=True)


def add_runtime(app, pagename, templatename, context, doctree):
    """Load the runtime on pages that carry widget state, after the page has been parsed."""
    if doctree is None or "ipywidgets_state" not in NbMetadataCollector.get_js_files(
        app.env, pagename
    ):
        return
    app.add_js_file(SCRIPT, loading_method="defer")
    context["metatags"] = context.get("metatags", "") + HEAD


def stage_style(script: str) -> tuple[str, str]:
    """Return the room to keep free and the alt text that a figure's script element asks for.

    >>> stage_style('<script>{"model_id": "1", "live": {"wide": "9em", "narrow": "9cqi"}}</script>')
    ('--live-wide:9em;--live-narrow:9cqi', '')
    """
    wishes = json.loads(re.sub(r"^<script[^>]*>|</script>$", "", script)).get("live", {})
    room = (f"--live-{key}:{wishes[key]}" for key in ("wide", "narrow") if key in wishes)
    return html.escape(";".join(room)), wishes.get("alt", "")


def _html(text: str) -> nodes.raw:
    return nodes.raw(text=text, format="html")


class KeepPicture(SphinxPostTransform):
    """Where an output offers a widget and a picture, put both on the page."""

    default_priority = 3  # just before myst-nb picks one
    formats = ("html",)

    def run(self, **kwargs):
        """Replace such outputs by a stage with the picture and the widget's script element."""
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") == "mime_bundle":
                parts = {part["mime_type"]: part.children for part in bundle.children}
                if parts.get(WIDGET):
                    bundle.replace_self(self._stage(parts[WIDGET], parts.get(PICTURE, [])))

    def _stage(self, widget, picture):
        style, alt = stage_style(widget[0].astext())
        start = f'<div class="live-figure"><div class="live-stage" style="{style}">'
        return [_html(start), *self._fallback(picture, alt), *widget, _html("</div></div>")]

    def _fallback(self, picture, alt):
        if not picture:
            return []
        image = picture[0]
        image.setdefault("alt", alt or DEFAULT_ALT)
        width, height = png_size((Path(self.app.srcdir) / image["uri"]).read_bytes()[:24])
        ratio = f'<div class="live-fallback" style="aspect-ratio:{width}/{height}">'
        return [_html(ratio), image, _html("</div>")]


def nothing_from_outside(app, config):
    """Keep myst-nb from loading RequireJS and a widget manager from a content network."""
    config.nb_ipywidgets_js = {}


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", nothing_from_outside, priority=100)
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", add_runtime)
    app.add_post_transform(KeepPicture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
