"""Print each page of the built book by Chromium: tagged PDF files on A4, with all answers open.

Tags, headings, alternative texts and MathML come along, so that a screen reader can use the files;
the printed book of ``publishing.pdf`` has none. The site's scripts are not loaded: pictures stand
in for what moves.
"""

import re
import shutil
from pathlib import Path

import yaml
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "chapters-on-paper"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
FOOTER = """<div style="width: 100%; text-align: center; font: 8px sans-serif">
<span class="title"></span>, <span class="pageNumber"></span> of
<span class="totalPages"></span></div>"""
# On paper a page is its article; nothing is cut that fits on a sheet, and no answer stays closed.
STYLE = """
.bd-header-article, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-area, .bd-footer,
.sd-summary-state-marker, .copybtn, .headerlink, .skip-link, audio { display: none !important; }
.bd-main .bd-content .bd-article-container { max-width: none !important; padding: 0 !important; }
pre { white-space: pre-wrap !important; }
h1, h2, h3, .admonition-title, summary { break-after: avoid; }
figure, img, tr, .math, .cell_input, .highlight, .live-figure { break-inside: avoid; }
p { orphans: 3; widows: 3; }
"""
# A link to another page of the book leads to the site, or nowhere if its address is not known:
# never to a file on the disk of whoever made this.
READY = """(site) => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const image of document.querySelectorAll("img")) image.loading = "eager";
  const here = location.href.split("#")[0];
  const root = new URL(document.documentElement.dataset.content_root, here).href;
  for (const link of document.querySelectorAll("a[href]")) {
    const target = new URL(link.getAttribute("href"), here).href;
    if (!target.startsWith("file:") || target.split("#")[0] === here) continue;
    if (site) link.href = site + target.slice(root.length);
    else link.removeAttribute("href");
  }
}"""
_TIMES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")


def pages(toc: Path = ROOT / "_toc.yml") -> list[str]:
    """Return the names of the pages in their order."""
    book = yaml.safe_load(toc.read_text(encoding="utf-8"))
    return [chapter["file"] for part in book["parts"] for chapter in part["chapters"]]


def timeless(pdf: bytes) -> bytes:
    """Return a PDF file that does not say when it was made: the same page gives the same file.

    >>> timeless(b"/CreationDate (D:20261127233000+00'00')")
    b"/CreationDate (D:20000101000000+00'00')"
    """
    return _TIMES.sub(rb"/\1 (D:20000101000000", pdf)


def print_page(browser: Browser, page: Path, site: str) -> bytes:
    """Return one page as a tagged PDF file."""
    context = browser.new_context(color_scheme="light")
    try:
        sheet = context.new_page()
        sheet.route(re.compile(r"\.js\b|^(?!file:|data:)"), lambda route: route.abort())
        sheet.goto(page.as_uri(), wait_until="load")
        sheet.emulate_media(media="print", color_scheme="light")
        sheet.add_style_tag(content=STYLE)
        sheet.evaluate(READY, site)
        sheet.wait_for_function("[...document.images].every((image) => image.complete)")
        return sheet.pdf(
            format="A4",
            scale=0.8,
            tagged=True,
            outline=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            margin={"top": "16mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
        )
    finally:
        context.close()


def main(site: Path = SITE, out: Path = OUT) -> None:
    """Print all pages."""
    canonical = re.search(r'rel="canonical" href="(.*)index\.html"', _text(site / "index.html"))
    address = canonical[1] if canonical else ""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.pdf"):
        old.unlink()
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=ARGUMENTS)
        for number, name in enumerate(pages(), 1):
            target = out / f"{number:02}-{Path(name).name}.pdf"
            target.write_bytes(timeless(print_page(browser, site / f"{name}.html", address)))
            print(f"{target.name}", flush=True)
        browser.close()
    print(f"The chapters on paper: {out}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
