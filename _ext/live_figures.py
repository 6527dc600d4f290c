"""Live figures on the pages: widgets that work without Python, and a picture in their place.

Four things happen here. The browser assets, the runtime and the bundles of the figures, are built
from the locked npm packages when their sources have changed. Pages that carry widget state get a
small script that fetches the slim runtime, from the site itself, when a figure comes near the
screen; photographs, digits and networks are files of their own, fetched by the figures that use
them. Their figures get the present scripts, one file for each
figure, whatever script was in the outputs of the cells when these were executed: a changed script
has the pages written again, and executes nothing. And where a figure offers a widget and a
picture, both stay: the picture stands in the page until the widget has drawn itself, and for good
without JavaScript, in print and in PDF.
"""

import contextlib
import hashlib
import html
import json
import os
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
SOURCES = ("package.json", "package-lock.json", ".npmrc", "runtime/**/*", "convlib/live/scripts/*")
BUNDLES = ROOT / "convlib" / "live" / "static"
START = "live/start.js"
CONTENTS = "live/contents"  # below _static
LARGE = 1000  # characters of a content that gets a file of its own
FIGURE = "convlib.live."  # how the names of the figures' classes begin, in the widget state
STATE = "ipywidgets_state"  # what myst-nb calls the widget state of a page
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
    """Build the browser assets unless they are up to date, and return their folder.

    The bundles of the figures go where they are committed, in case their author forgot them.
    """
    with _alone(assets):
        note, made_from = assets / ".made-from", digest(root, SOURCES)
        if note.is_file() and note.read_text() == made_from:
            return assets
        install(root)
        LOGGER.info("building the widget runtime and the scripts of the figures ...")
        for script, *arguments in (("build.mjs", str(assets)), ("figures.mjs",)):
            subprocess.run(
                [command("node"), str(root / "runtime" / script), *arguments],
                cwd=root,
                check=True,
                env={**os.environ, "NO_COLOR": "1"},
            )
        note.write_text(made_from)
    return assets


def embedded(value: object) -> str:
    """Return JSON that may stand in a script element: nothing in it ends or opens an element.

    >>> print(embedded({"label": "</SCRIPT >"}).replace(chr(92), "/"))
    {"label": "/u003c/SCRIPT >"}
    """
    return json.dumps(value).replace("<", "\\u003c")


def figures(bundles: Path = BUNDLES) -> dict[str, str]:
    """Return, for each figure, the script that hands its bundles to the runtime, by name."""
    found = {}
    for path in sorted(bundles.glob("*.js")):
        texts = {"_esm": path, "_css": path.with_suffix(".css")}
        content = {key: text.read_text(encoding="utf-8") for key, text in texts.items()}
        registry = "(window.liveFigures = window.liveFigures || {})"
        found[path.stem] = f"{registry}.{path.stem} = {embedded(content)};\n"
    return found


def copy_assets(app):
    """Put the runtime and its licences into the site, out of reach of the source's _static."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "live"
    shutil.copytree(build_assets() / "live", target, dirs_exist_ok=True)
    app.live_figures = figures()
    for name, text in app.live_figures.items():
        (target / f"{name}.js").write_text(text, encoding="utf-8")


def figure_of(model: dict, known) -> str | None:
    """Return the name of the live figure that a saved widget is the view of, or None.

    >>> view = {"state": {"_anywidget_id": "convlib.live.kernel_lab._KernelView"}}
    >>> figure_of(view, ["kernel_lab"])
    'kernel_lab'
    """
    name = str(model["state"].get("_anywidget_id", ""))
    module = name.removeprefix(FIGURE).split(".")[0]
    return module if name.startswith(FIGURE) and module in known else None


def refer_to_scripts(state: dict, known: dict[str, str]) -> None:
    """Replace the scripts and styles in a widget state by references, with a digest of each script.

    A browser that has kept an older script then asks for the present one.
    """
    for model in state["state"].values():
        if name := figure_of(model, known):
            reference = f"figure:{name}?{hashlib.sha256(known[name].encode()).hexdigest()[:8]}"
            model["state"].update(_esm=reference, _css=reference)


def _saved_state(env, pagename):
    return NbMetadataCollector.get_js_files(env, pagename).get(STATE)


def changed_figures(app, env):
    """Have the pages written again whose figures have another script than at the last build."""
    now = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in _known(app).items()}
    before, env.live_figures = getattr(env, "live_figures", {}), now
    changed = [name for name in now if before.get(name) != now[name]]
    pages = {page: _saved_state(env, page) for page in env.found_docs}
    return [
        page
        for page, saved in pages.items()
        if saved and any(f"{FIGURE}{name}." in saved[1]["body"] for name in changed)
    ]


def _known(app) -> dict[str, str]:
    return getattr(app, "live_figures", {})


def drop_nothing(state: dict) -> None:
    """Drop from layouts and styles what is null, which is also what a missing value means.

    >>> layout = {"model_name": "LayoutModel", "state": {"width": None, "flex": "1"}}
    >>> state = {"state": {"a": layout}}
    >>> drop_nothing(state), state["state"]["a"]["state"]
    (None, {'flex': '1'})
    """
    for model in state["state"].values():
        if model.get("model_name", "").endswith(("LayoutModel", "StyleModel")):
            kept = {name: value for name, value in model["state"].items() if value is not None}
            model["state"] = kept


def take_out_contents(state: dict) -> dict[str, str]:
    """Replace the larger binary contents in a widget state by the names of files; return these.

    >>> state = {"state": {"a": {"state": {}, "buffers": [{"path": ["x"], "data": "A" * 2000}]}}}
    >>> [(name, data)] = take_out_contents(state).items()
    >>> state["state"]["a"]["buffers"] == [{"path": ["x"], "file": name}], len(data)
    (True, 2000)
    """
    found = {}
    for model in state["state"].values():
        for buffer in model.get("buffers", []):
            if len(buffer["data"]) > LARGE:
                data = buffer.pop("data")
                buffer["file"] = hashlib.sha256(data.encode()).hexdigest()[:16]
                found[buffer["file"]] = data
    return found


def _write_contents(folder: Path, contents: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        registry = "(window.liveContents = window.liveContents || {})"
        text = f'{registry}["{name}"] = "{data}";\n'
        (folder / f"{name}.js").write_text(text, encoding="ascii")


def add_runtime(app, pagename, templatename, context, doctree):
    """Load the watch for figures that come near on pages that carry widget state.

    This comes before myst-nb puts the state on the page.
    """
    saved = _saved_state(app.env, pagename) if doctree is not None else None
    if saved is None:
        return
    state = json.loads(saved[1]["body"])
    refer_to_scripts(state, _known(app))
    drop_nothing(state)
    _write_contents(Path(app.outdir) / "_static" / CONTENTS, take_out_contents(state))
    saved[1]["body"] = embedded(state)
    app.add_js_file(START, loading_method="defer")
    context["metatags"] = context.get("metatags", "") + HEAD


def json_in(script: str) -> dict:
    """Return what a script element with data, as myst-nb writes it, holds.

    >>> json_in('<script type="x">{"a": "</SCRIPT >"}</script>')
    {'a': '</SCRIPT >'}
    """
    return json.loads(script[script.index(">") + 1 : script.rindex("</script>")])


def stage_style(wishes: dict) -> str:
    """Return the room to keep free that a figure asks for.

    >>> stage_style({"wide": "9em", "narrow": "9cqi"})
    '--live-wide:9em;--live-narrow:9cqi'
    """
    room = (f"--live-{key}:{wishes[key]}" for key in ("wide", "narrow") if key in wishes)
    return html.escape(";".join(room))


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
        view = json_in(widget[0].astext())
        wishes = view.get("live", {})
        start = f'<div class="live-figure"><div class="live-stage" style="{stage_style(wishes)}">'
        data = f'<script type="{WIDGET}">{embedded(view)}</script>'
        return [
            _html(start),
            *self._fallback(picture, wishes.get("alt", "")),
            _html(data + "</div></div>"),
        ]

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
    app.connect("env-updated", changed_figures)
    app.connect("html-page-context", add_runtime, priority=400)
    app.add_post_transform(KeepPicture)
    # another number has all pages read again, as a change of what is written into them must
    return {"env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
