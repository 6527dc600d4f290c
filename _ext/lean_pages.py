"""Keep the pages light: only the icons and glyphs that are used, no script that blocks.

Every page that Sphinx has written is parsed once, edited as a tree, and written once. Where an
edit finds nothing on a page although the theme puts it on every page, the build fails: the theme
has changed, and the edit must follow it. What the edited pages need of fonts is remembered beside
the doctrees, so that pages which have not been written again need not be read again.

The theme ships all of Font Awesome twice, as a 1.5 MB script and as fonts. Its style sheet alone
draws the same icons, so the script goes, and the fonts are cut down to the glyphs that some rule
uses. KaTeX's fonts are cut down to the characters in formulas. PurgeCSS drops from all style
sheets the rules that no page and no script can use: more than half of the theme's.
"""

import hashlib
import json
import logging
import os
import re
import subprocess
from pathlib import Path

import accessible
import shell
from bs4 import BeautifulSoup, Tag
from bs4.element import Script
from fontTools import subset
from lean_media import convert_pictures, enlarge_pictures, link_pictures, take_out_sounds
from npm import command, install
from sphinx.errors import ExtensionError

# The theme chooses its colours late, and shows both its logos until then; this is done at once. It
# fails where a page may keep nothing, as in a frame of a learning platform: there a memory that
# ends with the page takes the place of what is forbidden.
_COLOURS = """
for (const name of ["localStorage", "sessionStorage"]) {
  try { window[name].length; } catch {
    const kept = new Map();
    Object.defineProperty(window, name, { configurable: true, value: {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => { kept.set(String(key), String(value)); },
      removeItem: (key) => { kept.delete(String(key)); },
      clear: () => kept.clear(),
      key: (i) => [...kept.keys()][i] ?? null,
      get length() { return kept.size; },
    } });
  }
}
document.documentElement.dataset.mode = localStorage.getItem("mode") || "auto";
document.documentElement.dataset.theme = (
  ["light", "dark"].find((theme) => theme === document.documentElement.dataset.mode)
  || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
"""
# A browser asks for a font when it meets the first text in it, and the page moves when it comes.
# From a folder on disk fonts come at once, and cannot be asked for in this way.
_PRELOAD = """
if (location.protocol !== "file:") for (const name of NAMES) {
  document.head.append(Object.assign(document.createElement("link"), {
    rel: "preload", as: "font", type: "font/woff", crossOrigin: "",
    href: `ROOT_static/katex/fonts/KaTeX_${name}.woff`,
  }));
}
"""
# The typefaces of KaTeX, and the classes of an element that uses them (one of these sets).
_FACES = {
    "Main-Regular": [{"katex-html"}],
    "Math-Italic": [{"mathnormal"}],
    "AMS-Regular": [{"amsrm"}],
    "SansSerif-Regular": [{"mathsf"}],
    "Size1-Regular": [{"small-op"}, {"delimsizing", "size1"}, {"delim-size1"}],
    "Size2-Regular": [{"large-op"}, {"delimsizing", "size2"}],
    "Size3-Regular": [{"delimsizing", "size3"}],
    "Size4-Regular": [{"delimsizing", "size4"}, {"delim-size4"}],
}
_SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")


def _scripts(page: BeautifulSoup) -> list[tuple[Tag, str]]:
    """Return the script elements that name a file, with the file's name."""
    found = page.find_all("script", src=True)
    return [(script, script["src"].split("?")[0].rsplit("/", 1)[-1]) for script in found]


def _write(script: Tag, text: str) -> None:
    """Replace the text of a script, which other than a string in a page has no escapes."""
    script.clear()
    script.append(Script(text))


def drop_icon_script(page: BeautifulSoup) -> int:
    """Drop the script that draws the icons, for the style sheet draws them too."""
    found = [script for script, name in _scripts(page) if name == "fontawesome.js"]
    found += page.find_all("link", href=lambda address: address and "fontawesome.js" in address)
    for element in found:
        element.decompose()
    return len(found)


def drop_search_scripts(page: BeautifulSoup) -> int:
    """Leave the index of the search to the search page, which every search field leads to."""
    found = [script for script, name in _scripts(page) if name in _SEARCH]
    if page.find(id="search-results") is None:
        for script in found:
            script.decompose()
    return len(found)


def defer_scripts(page: BeautifulSoup) -> int:
    """Let all scripts wait for the page, except the settings that inline scripts need."""
    scripts = [script for script, name in _scripts(page) if name != "documentation_options.js"]
    for script in scripts:
        script["defer"] = ""
    return len(scripts)


def choose_colours_at_once(page: BeautifulSoup) -> int:
    """Choose between light and dark before the first paint."""
    found = [
        script for script in page.select("head script:not([src])") if "dataset.theme" in script.text
    ]
    for script in found:
        _write(script, _COLOURS)
    return len(found)


EVERYWHERE = (  # what the theme puts on every page
    drop_icon_script,
    drop_search_scripts,
    defer_scripts,
    choose_colours_at_once,
    accessible.name_search_button,
    accessible.name_home_link,
)
ELSEWHERE = (  # what depends on the content of the page
    accessible.name_folded_cells,
    accessible.list_sources,
    accessible.empty_corners,
    accessible.describe,
    shell.tidy_title,
    shell.share,
    accessible.set_direction,
)


def edit(page: BeautifulSoup, name: str) -> None:
    """Make all edits that need the page alone; `name` is for messages.

    Raises
    ------
    sphinx.errors.ExtensionError
        If there is nothing to edit of what the theme puts on every page, or if a script element
        with data could end early.
    """
    for change in EVERYWHERE:
        if not change(page):
            raise ExtensionError(
                f"{name}: {change.__module__}.{change.__name__} found nothing to edit. The theme "
                "seems to have changed; the edit must follow it."
            )
    for change in ELSEWHERE:
        change(page)
    for data in page.select('script[type$="json"]'):
        if "<" in data.text:
            raise ExtensionError(f"{name}: a `<` in data in a script element must be \\u003c")


def faces(page: BeautifulSoup) -> list[str]:
    """Return the typefaces of KaTeX that the formulas of a page need."""
    drawings = page.select(".katex-html")
    parts = [*drawings, *(part for drawing in drawings for part in drawing.find_all(class_=True))]
    seen = {frozenset(part["class"]) for part in parts}
    return [
        face
        for face, marks in _FACES.items()
        if any(mark <= classes for mark in marks for classes in seen)
    ]


def preload_fonts(page: BeautifulSoup) -> None:
    """Have the browser ask for the fonts of formulas at once."""
    if names := faces(page):
        script = page.new_tag("script")
        text = _PRELOAD.replace("ROOT", page.html["data-content_root"])
        _write(script, text.replace("NAMES", json.dumps(names)))
        page.head.title.insert_after(script)


def trim_font(source: Path, target: Path, characters: str) -> None:
    """Write a WOFF font with the given characters only."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # odd dates in KaTeX fonts
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True, hinting=False)
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def finish(app, exception):
    """Make the built site light."""
    if exception is not None or app.builder.name != "html":
        return
    site = Path(app.outdir)
    formulas = edit_pages(site, Path(app.doctreedir) / "lean-pages.json")
    drop_files(site / "_static")
    (site / ".nojekyll").touch()  # GitHub Pages would leave out all that begins with _
    drop_contents(site)
    styles = lean_styles(Path(app.srcdir), site)
    trim_fonts(site, styles["fonts"], formulas, styles["characters"])


def edit_pages(site: Path, note: Path) -> str:
    """Edit all pages that have been written since the last time; return the characters in formulas.

    The note remembers what each page was when it had been edited, and its characters.
    """
    known = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    sizes = convert_pictures(site / "_images")
    found = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        if name.startswith("_static/"):
            continue
        same = known.get(name)
        fresh = same is None or same["digest"] != _digest(path)
        found[name] = _edit_file(path, name, site, sizes) if fresh else same
    note.write_text(json.dumps(found), encoding="utf-8")
    return "".join(page["formulas"] for page in found.values())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _edit_file(path: Path, name: str, site: Path, sizes: dict[str, tuple[int, int]]) -> dict:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    edit(page, name)
    preload_fonts(page)
    link_pictures(page, sizes)
    enlarge_pictures(page)
    sounds = site / "_static" / "sounds"
    take_out_sounds(page, sounds, Path(os.path.relpath(sounds, path.parent)).as_posix())
    path.write_text(page.decode(formatter="minimal"), encoding="utf-8")
    drawn = {character for formula in page.select(".katex-html") for character in formula.text}
    return {"digest": _digest(path), "formulas": "".join(sorted(drawn))}


def drop_files(static: Path) -> None:
    """Drop the files of the theme that no page refers to any more."""
    for path in {*static.glob("scripts/fontawesome.js*"), *static.rglob("*.map")}:
        path.unlink()


def drop_contents(site: Path) -> None:
    """Drop the contents of live figures that no page refers to any more."""
    pages = (path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    used = {name for page in pages for name in re.findall(r'"file": "(\w+)"', page)}
    for path in (site / "_static" / "live" / "contents").glob("*.js"):
        if path.stem not in used:
            path.unlink()


def lean_styles(root: Path, site: Path) -> dict:
    """Cut down the style sheets of a site; return their fonts and the characters in them."""
    install(root)
    script = Path(__file__).with_name("lean_styles.mjs")
    done = subprocess.run(
        [command("node"), str(script)], cwd=site, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


def trim_fonts(site: Path, fonts: list[str], formulas: str, icons: str) -> None:
    """Make WOFF fonts of the characters in use from the whole fonts beside them."""
    kinds = {"KaTeX_": formulas, "fa-": icons}
    made = dict.fromkeys(kinds, 0)
    for font in fonts:
        path = site / font
        kind = next((kind for kind in kinds if path.name.startswith(kind)), None)
        if kind is None:
            raise ExtensionError(f"{font} is neither a font of icons nor of formulas")
        made[kind] += 1
        # Newer themes bring WOFF2 only, which fonttools reads if brotli is installed.
        full = [path.with_suffix(suffix) for suffix in (".ttf", ".woff2")]
        source, lean = next(filter(Path.is_file, full), full[0]), path.with_suffix(".woff")
        if source.is_file() or not lean.is_file():  # else Sphinx had no reason to copy it again
            trim_font(source, lean, kinds[kind])
    if not all(made.values()):
        raise ExtensionError(f"the style sheets name no fonts of some kind: {made}")
    for folder in {(site / font).parent for font in fonts}:
        for path in [*folder.glob("*.ttf"), *folder.glob("*.woff2")]:
            path.unlink()


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
