"""Keep the pages light: only the icons and glyphs that are used, no script that blocks.

The theme ships all of Font Awesome twice, as a 1.5 MB script and as fonts. Its style sheet alone
draws the same icons, so the script goes, the fonts are cut down to the glyphs that some page
uses, and so are the rules that name them. The same is done to KaTeX's fonts, and PurgeCSS drops
from all style sheets the rules that no page and no script can use: more than half of the theme's.
The colour theme is chosen before the first paint: the theme does it later, and shows both its
logos until then.
"""

import json
import logging
import os
import re
import subprocess
from html import unescape
from pathlib import Path

from accessible import describe, repair
from fontTools import subset
from lean_media import convert_pictures, link_pictures, take_out_sounds
from npm import command, install
from sphinx.errors import ExtensionError

_ICON_SCRIPT = re.compile(r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>")
_BLOCKING = re.compile(r"<script (?=src=\"(?![^\"]*documentation_options)[^\"]+\"></script>)")
# The index of the search is for the search page, which every search field leads to.
_SEARCH_SCRIPT = re.compile(
    r"\s*<script[^>]*src=\"[^\"]*(?:searchtools|language_data|searchindex)\.js[^>]*></script>"
)
_CLASS = re.compile(r"\bfa-[a-z0-9-]+")
_RULE = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"(\\?[^\"]+)\"\}")
_ONE_CHARACTER = re.compile(r"\"(\\[0-9a-f]{2,6}|\\?[^\"\\])\"")
_FONT_SOURCE = re.compile(
    r"url\([^)]*/(fa-[a-z]+-\d+)\.woff2\) format\(\"woff2\"\),url\([^)]*\) format\(\"truetype\"\)"
)
_KATEX_FONT = re.compile(r"url\(fonts/(KaTeX_[\w-]+)\.woff2\) format\(\"woff2\"\)")
_FORMULA = re.compile(r'class="katex-html"[^>]*>(.*?)(?:&#8288;|</div>)', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_THEME = 'localStorage.getItem("theme") || "auto"'
_THEME_AT_ONCE = (
    '["light", "dark"].find((theme) => theme === document.documentElement.dataset.mode)'
    ' || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
)
# A browser asks for a font when it meets the first text in it, and the page moves when it comes.
# From a folder on disk fonts come at once, and cannot be asked for in this way.
_PRELOAD = """<script>
if (location.protocol !== "file:") for (const name of NAMES) {
  document.head.append(Object.assign(document.createElement("link"), {
    rel: "preload", as: "font", type: "font/woff", crossOrigin: "",
    href: `ROOT_static/katex/fonts/KaTeX_${name}.woff`,
  }));
}
</script>"""
_FACES = {  # the typefaces of KaTeX, and what stands in a page that uses them
    "Main-Regular": ["katex-html"],
    "Math-Italic": ["mathnormal"],
    "AMS-Regular": ["amsrm"],
    "SansSerif-Regular": ["mathsf"],
    "Size1-Regular": ["small-op", "delimsizing size1", "delim-size1"],
    "Size2-Regular": ["large-op", "delimsizing size2"],
    "Size3-Regular": ["delimsizing size3"],
    "Size4-Regular": ["delimsizing size4", "delim-size4"],
}
_ROOT = re.compile(r'data-content_root="([^"]*)"')


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def lighten(html: str) -> str:
    """Drop the icon script, let the other scripts wait, and choose the colour theme at once."""
    html = html.replace(_THEME, _THEME_AT_ONCE)
    if 'id="search-results"' not in html:
        html = _SEARCH_SCRIPT.sub("", html)
    root = _ROOT.search(html)
    faces = [face for face, marks in _FACES.items() if any(mark in html for mark in marks)]
    if root and faces and "location.protocol" not in html:
        preload = _PRELOAD.replace("ROOT", root[1]).replace("NAMES", json.dumps(faces))
        html = html.replace("</title>", "</title>" + preload, 1)
    return _BLOCKING.sub("<script defer ", _ICON_SCRIPT.sub("", html))


def trim_style(style: str, used: set[str]) -> str:
    """Return the style sheet with the rules of the used icons only, and with the small fonts."""

    def keep(match):
        names = [name for name in match[1].split(",") if name[1:].split(":")[0] in used]
        return f'{",".join(names)}{{content:"{match[2]}"}}' if names else ""

    return _FONT_SOURCE.sub(r'url(../fonts/\1.woff) format("woff")', _RULE.sub(keep, style))


def glyphs_in(style: str) -> set[int]:
    r"""Return the code points of all one-character strings of a style sheet.

    >>> sorted(map(hex, glyphs_in(r'a{content:"\f0c9"} b{content:"+"} c{content:"two"}')))
    ['0x2b', '0xf0c9']
    """
    escapes = (text.removeprefix("\\") for text in _ONE_CHARACTER.findall(style))
    return {int(text, 16) if len(text) > 1 else ord(text) for text in escapes}


def trim_font(source: Path, target: Path, glyphs: set[int]) -> None:
    """Write a WOFF font with the given glyphs only."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # odd dates in KaTeX fonts
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True, hinting=False)
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=glyphs)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def finish(app, exception):
    """Make the built site light."""
    if exception is not None or app.builder.name != "html":
        return
    site, static = Path(app.outdir), Path(app.outdir) / "_static"
    pages = _lighten_pages(site)
    _trim_icons(static, set(_CLASS.findall(pages)))
    fonts = Path(app.srcdir) / "node_modules" / "katex" / "dist" / "fonts"
    _trim_formulas(fonts, static / "katex", _formula_glyphs(pages))
    purge_styles(Path(app.srcdir), site)


def purge_styles(root: Path, site: Path) -> None:
    """Drop the rules that no page and no script can use from the style sheets of a site."""
    install(root)
    script = Path(__file__).with_name("purge_styles.mjs")
    subprocess.run([command("node"), str(script)], cwd=site, check=True)


def _lighten_pages(site: Path) -> str:
    """Rewrite all pages and return their text."""
    sizes, texts = convert_pictures(site / "_images"), []
    for page in site.rglob("*.html"):
        html = describe(repair(lighten(_read(page))))
        html = link_pictures(html, sizes)
        sounds = site / "_static" / "sounds"
        html = take_out_sounds(html, sounds, Path(os.path.relpath(sounds, page.parent)).as_posix())
        page.write_text(html, encoding="utf-8")
        texts.append(html)
    return "".join(texts)


def _trim_icons(static: Path, used: set[str]) -> None:
    for script in (static / "scripts").glob("*theme.js"):
        used.update(_CLASS.findall(_read(script)))
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    style = trim_style(_read(sheet), used)
    if "fa-solid-900.woff)" not in style:
        raise ExtensionError("the theme's icon fonts are not where lean_pages expects them")
    sheet.write_text(style, encoding="utf-8")
    sheets = [_read(path) for path in static.rglob("*.css")]
    _replace_fonts(static, glyphs_in("".join(sheets)))


def _formula_glyphs(pages: str) -> set[int]:
    """Return the code points of all characters in the drawings of formulas."""
    drawn = _TAG.sub("", "".join(_FORMULA.findall(pages)))
    return {ord(character) for character in set(unescape(drawn))}


def _trim_formulas(fonts: Path, katex: Path, used: set[int]) -> None:
    """Cut KaTeX's fonts down to the characters that occur anywhere in the pages."""
    sheet = katex / "katex.min.css"
    style = _read(sheet)
    for name in _KATEX_FONT.findall(style):
        trim_font(fonts / f"{name}.ttf", katex / "fonts" / f"{name}.woff", used)
    sheet.write_text(_KATEX_FONT.sub(r'url(fonts/\1.woff) format("woff")', style), encoding="utf-8")
    for source in (katex / "fonts").glob("*.woff2"):
        source.unlink()


def _replace_fonts(static: Path, glyphs: set[int]) -> None:
    fonts = static / "vendor" / "fontawesome" / "webfonts"
    (static / "fonts").mkdir(exist_ok=True)
    for source in fonts.glob("*.ttf"):
        trim_font(source, static / "fonts" / f"{source.stem}.woff", glyphs)
    for path in [*fonts.iterdir(), *(static / "scripts").glob("fontawesome.js*")]:
        path.unlink()
    for path in static.rglob("*.map"):
        path.unlink()


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
