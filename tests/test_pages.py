"""What _ext does to the pages that Sphinx has written, and to what they embed, without the book."""

import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from convlib.live import KernelLab

ROOT = Path(__file__).resolve().parents[1]
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"

# What the theme puts on every page, and some content.
PAGE = """<!DOCTYPE html>
<html data-content_root="../"><head><title>t</title>
<script data-cfasync="false">document.documentElement.dataset.theme = "auto";</script>
<script defer src="_static/scripts/fontawesome.js?digest=1"></script>
<script src="_static/documentation_options.js?v=1"></script>
<script data-other="1" src="_static/doctools.js?v=2"></script>
<script src="../searchindex.js"></script>
<script>DOCUMENTATION_OPTIONS.pagename = 'index';</script></head><body>
<div class="sidebar-primary-item"><a class="navbar-brand logo" href="#">t</a></div>
<button class="btn search-button-field" aria-label="Search">Search <kbd>Ctrl+K</kbd></button>
<article><p>What is a <em>kernel</em> &amp; why?</p>CONTENT</article></body></html>"""


@pytest.fixture
def extension(monkeypatch):
    """Return a function that imports a module of _ext by name."""
    monkeypatch.syspath_prepend(str(ROOT / "_ext"))
    return importlib.import_module


def parsed(content="", page=PAGE):
    return BeautifulSoup(page.replace("CONTENT", content), "html.parser")


def test_a_page_is_made_light_and_accessible(extension):
    page = parsed(
        '<table><tr><th class="head"><p></p></th><th>a</th></tr></table>'
        '<summary aria-label="Toggle hidden content">Show code</summary>'
        '<div role="doc-biblioentry">1973</div>'
    )
    extension("lean_pages").edit(page, "page")
    scripts = {script["src"]: script for script in page.select("script[src]")}
    assert list(scripts) == ["_static/documentation_options.js?v=1", "_static/doctools.js?v=2"]
    assert [script.has_attr("defer") for script in scripts.values()] == [False, True]
    assert '|| "auto";' in page.select_one("script[data-cfasync]").text
    assert "(theme) => theme ===" in page.decode(formatter="minimal")
    assert page.button.attrs == {"class": ["btn", "search-button-field"]}
    assert page.select_one("[role=navigation]")["aria-label"] == "Home"
    assert [cell.name for cell in page.tr] == ["td", "th"]
    assert page.summary.attrs == {}
    assert page.select_one("[role=listitem]").text == "1973"
    assert page.select_one("meta[name=description]")["content"] == "What is a kernel & why?"


def test_the_search_page_keeps_the_index(extension):
    page = parsed('<div id="search-results"></div>')
    extension("lean_pages").edit(page, "search")
    assert page.find("script", src="../searchindex.js")


@pytest.mark.parametrize(
    ("gone", "edit"),
    [
        ("scripts/fontawesome.js", "drop_icon_script"),
        ("searchindex.js", "drop_search_scripts"),
        ("dataset.theme", "choose_colours_at_once"),
        ("search-button-field", "name_search_button"),
        ("navbar-brand", "name_home_link"),
    ],
)
def test_a_changed_theme_fails_the_build(extension, gone, edit):
    """Each edit is missed by its name, on the page where it is missed."""
    from sphinx.errors import ExtensionError

    with pytest.raises(ExtensionError, match=rf"chapters/a\.html: \w+\.{edit} found nothing"):
        extension("lean_pages").edit(parsed(page=PAGE.replace(gone, "renamed")), "chapters/a.html")


def test_data_that_could_end_its_script_fails_the_build(extension):
    from sphinx.errors import ExtensionError

    page = parsed(f'<script type="{STATE}">{{"a": "<!-- <script>"}}</script>')
    with pytest.raises(ExtensionError, match="page: a `<` in data"):
        extension("lean_pages").edit(page, "page")


def test_formulas_name_the_fonts_that_they_need(extension):
    faces = extension("lean_pages").faces
    drawing = (
        '<span class="katex-html"><i class="mord mathnormal">f</i><i class="size1">(</i></span>'
    )
    assert faces(parsed(drawing)) == ["Main-Regular", "Math-Italic"]
    large = drawing.replace('"size1"', '"delimsizing size1"')
    assert faces(parsed(large)) == ["Main-Regular", "Math-Italic", "Size1-Regular"]
    assert faces(parsed('<span class="mathnormal">f</span>')) == []


def test_pictures_and_sounds_load_when_they_come_near(extension, tmp_path):
    media = extension("lean_media")
    page = parsed(
        '<img src="../_images/a.png"><img style="width: 9px" src="../_images/b.png">'
        '<div class="live-fallback"><img src="../_images/b.png"></div>'
        '<img src="../_static/logo.png"><audio preload="auto" src="data:audio/wav;base64,UklGRg==">'
    )
    assert media.link_pictures(page, {"a": (4, 3), "b": (2, 1)}) == 3
    first, second, still, logo = page.find_all("img")
    assert (first["src"], first["width"], first["loading"]) == ("../_images/a.webp", "4", "lazy")
    assert second["src"] == "../_images/b.webp" and not second.has_attr("width")
    assert still["src"] == "../_images/b.webp" and not still.has_attr("loading")
    assert logo.attrs == {"src": "../_static/logo.png"}
    assert media.take_out_sounds(page, tmp_path / "sounds", "sounds") == 1
    (sound,) = (tmp_path / "sounds").iterdir()
    assert sound.read_bytes() == b"RIFF"
    assert (page.audio["src"], page.audio["preload"]) == (f"sounds/{sound.name}", "none")
    with pytest.raises(KeyError, match="unknown"):
        media.link_pictures(parsed('<img src="_images/unknown.png">'), {})


def site_of(tmp_path, html, css):
    (tmp_path / "index.html").write_text(html, encoding="utf-8")
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "some.js").write_text('main.classList.add("set")', encoding="utf-8")
    sheet = tmp_path / "_static" / "some.css"
    sheet.write_text(css, encoding="utf-8")
    return sheet


def test_style_sheets_lose_the_rules_that_nothing_can_use(extension, tmp_path):
    """Classes of no page and no script go; states and what scripts set stay."""
    kept = (
        '@charset "UTF-8";@keyframes k{0%{top:0}}.seen:not(.unseen){top:0}'
        ".set a:is(:hover,:focus){top:0}:focus-visible{top:0}[data-theme=dark] a{top:0}"
        'a[href^="https://"]{top:0}@media print{.seen{top:0}}'
    )
    sheet = site_of(
        tmp_path,
        '<main class="seen"><a href="https://a.org">a</a></main>',
        f"/* a comment */{kept}.unseen{{top:0}}@media print{{.seen .unseen{{top:0}}}}",
    )
    found = extension("lean_pages").lean_styles(ROOT, tmp_path)
    assert sheet.read_text(encoding="utf-8").strip() == kept
    assert found == {"fonts": [], "characters": ""}


def test_only_used_icons_and_one_file_of_each_font_stay(extension, tmp_path):
    face = '@font-face{font-family:F;src:SRC}.fa-bars:before{content:"\\f0c9"}'
    sources = 'url(../f/fa-a.woff2) format("woff2"), url("../f/fa-a.ttf") format("truetype")'
    sheet = site_of(
        tmp_path,
        '<html><i class="fa-bars"></i></html>',
        face.replace("SRC", sources)
        + '.fa-navicon:before{content:"\\f0c9"}.fa-cat:before{content:"\\f6be"}'
        + 'html{--icon:"\uf0f3";--word:"two"}',
    )
    found = extension("lean_pages").lean_styles(ROOT, tmp_path)
    style = sheet.read_text(encoding="utf-8")
    assert style.startswith(face.replace("SRC", 'url(../f/fa-a.woff) format("woff")'))
    assert "fa-navicon" not in style and "fa-cat" not in style
    assert found["fonts"] == ["f/fa-a"]
    assert set(found["characters"]) == {"\uf0c9", "\uf0f3"}


def test_the_page_keeps_the_room_that_a_figure_asks_for(extension):
    lab = KernelLab()
    wishes = lab._repr_mimebundle_()[VIEW]["live"]
    style = extension("live_figures").stage_style(wishes)
    assert style == f"--live-wide:{lab.room[0]};--live-narrow:{lab.room[1]}"
    assert wishes["alt"] == lab.alt
    assert extension("live_figures").stage_style({}) == ""


def test_browser_assets_are_built_again_only_when_their_sources_change(extension, tmp_path):
    live_figures = extension("live_figures")
    digest = extension("made_from").digest
    (tmp_path / "runtime").mkdir()
    (tmp_path / "convlib" / "live" / "scripts").mkdir(parents=True)
    seen = []
    for name in ("package.json", "runtime/new.js", "convlib/live/scripts/new.css"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
        seen.append(digest(tmp_path, live_figures.SOURCES))
        assert digest(tmp_path, live_figures.SOURCES) == seen[-1]
    assert len(set(seen)) == 3


HOSTILE = "</SCRIPT ><img src=x onerror=alert(1)><!-- <script>"


def saved_notebook(old_script):
    """Return an executed notebook with two widgets, as its cache keeps it."""
    label = {"model_name": "LabelModel", "model_module": "@jupyter-widgets/controls",
             "model_module_version": "2.0.0", "state": {"value": HOSTILE}}  # fmt: skip
    view = {"model_name": "AnyModel", "model_module": "anywidget", "model_module_version": "~0.11",
            "state": {"_anywidget_id": "convlib.live.step_through._StepView",
                      "_esm": old_script, "_css": "old"}}  # fmt: skip
    own = {**view, "state": {"_anywidget_id": "elsewhere.View", "_esm": "own", "_css": ""}}
    models = {"label": label, "view": view, "own": own}
    data = {VIEW: {"model_id": "label", "live": {"alt": HOSTILE}}, "text/plain": "Label()"}
    cell = nbformat.v4.new_code_cell(
        "label", outputs=[nbformat.v4.new_output("display_data", data)]
    )
    state = {STATE: {"version_major": 2, "version_minor": 0, "state": models}}
    return nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": state}), models


def build(folder):
    """Build a page from a notebook that is not executed; return it parsed."""
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", str(folder), str(folder / "out")],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT / '_ext'}:{ROOT}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return (folder / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_refers_to_present_scripts_and_no_data_ends_its_element(tmp_path):
    """Whatever script the saved outputs hold, and whatever is written in a widget."""
    notebook, models = saved_notebook("an old script")
    nbformat.write(notebook, tmp_path / "index.ipynb")
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_nb', 'live_figures']\nnb_execution_mode = 'off'\n", encoding="utf-8"
    )
    html = build(tmp_path)
    page = BeautifulSoup(html, "html.parser")
    assert "onerror=alert(1)>" not in html.replace("\\u003cimg src=x onerror=alert(1)>", "")
    state = json.loads(page.find("script", type=STATE).string)["state"]
    reference = state["view"]["state"].pop("_esm")
    assert state["view"]["state"] == {
        name: reference if name == "_css" else value
        for name, value in models["view"]["state"].items()
        if name != "_esm"
    }
    assert state["own"] == models["own"]
    assert state["label"] == models["label"]
    assert json.loads(page.find("script", type=VIEW).string)["live"]["alt"] == HOSTILE
    files = [script["src"].split("?")[0] for script in page.select("script[src*='/live/']")]
    assert files == ["_static/live/start.js"]  # which fetches the others when they are needed
    script = (tmp_path / "out/_static/live/step_through.js").read_text(encoding="utf-8")
    assert reference == f"figure:step_through?{hashlib.sha256(script.encode()).hexdigest()[:8]}"
    kept = json.loads(script.split(" = ", 2)[2].rstrip(";\n"))
    static = ROOT / "convlib" / "live" / "static"
    assert kept["_esm"] == (static / "step_through.js").read_text(encoding="utf-8")
    assert kept["_css"] == (static / "step_through.css").read_text(encoding="utf-8")


def test_only_pages_that_were_written_again_are_edited_again(extension, tmp_path):
    """What the others need of fonts is remembered, and forgotten with them."""
    lean_pages = extension("lean_pages")
    site, note = tmp_path / "site", tmp_path / "note.json"
    formula = '<span class="katex-html">NAME</span>'
    for name in ("f", "g"):
        site.mkdir(exist_ok=True)
        text = PAGE.replace("CONTENT", formula.replace("NAME", name))
        (site / f"{name}.html").write_text(text, encoding="utf-8")
    assert set(lean_pages.edit_pages(site, note)) == {"f", "g"}
    once = (site / "f.html").read_bytes()
    text = PAGE.replace("CONTENT", formula.replace("NAME", "h"))
    (site / "g.html").write_text(text, encoding="utf-8")  # as Sphinx does
    assert set(lean_pages.edit_pages(site, note)) == {"f", "h"}
    assert (site / "f.html").read_bytes() == once
    assert "fontawesome" not in (site / "g.html").read_text(encoding="utf-8")
    (site / "g.html").unlink()
    assert lean_pages.edit_pages(site, note) == "f"
