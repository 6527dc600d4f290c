"""Keep the pages light: only the icons that are used, no script that blocks the first paint.

The theme ships all of Font Awesome twice, as a 1.5 MB script and as fonts. Its style sheet alone
draws the same icons, so the script goes, the fonts are cut down to the glyphs that some page
uses, and so are the rules that name them.
"""

import logging
import re
from pathlib import Path

from fontTools import subset
from sphinx.errors import ExtensionError

_ICON_SCRIPT = re.compile(r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>")
_BLOCKING = re.compile(r"<script (?=src=\"(?![^\"]*documentation_options)[^\"]+\"></script>)")
_CLASS = re.compile(r"\bfa-[a-z0-9-]+")
_RULE = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"(\\?[^\"]+)\"\}")
_ONE_CHARACTER = re.compile(r"\"(\\[0-9a-f]{2,6}|\\?[^\"\\])\"")
_FONT_SOURCE = re.compile(
    r"url\([^)]*/(fa-[a-z]+-\d+)\.woff2\) format\(\"woff2\"\),url\([^)]*\) format\(\"truetype\"\)"
)


def lighten(html: str) -> str:
    """Drop the icon script and let the other scripts wait until the page is parsed."""
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
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True)
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=glyphs)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def finish(app, exception):
    """Trim the icons of the built site."""
    if exception is not None or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    used = set()
    for page in Path(app.outdir).rglob("*.html"):
        html = lighten(page.read_text(encoding="utf-8"))
        page.write_text(html, encoding="utf-8")
        used.update(_CLASS.findall(html))
    for script in (static / "scripts").glob("*theme.js"):
        used.update(_CLASS.findall(script.read_text(encoding="utf-8")))
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    style = trim_style(sheet.read_text(encoding="utf-8"), used)
    if "fa-solid-900.woff)" not in style:
        raise ExtensionError("the theme's icon fonts are not where lean_pages expects them")
    sheet.write_text(style, encoding="utf-8")
    sheets = [path.read_text(encoding="utf-8") for path in static.rglob("*.css")]
    _replace_fonts(static, glyphs_in("".join(sheets)))


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
