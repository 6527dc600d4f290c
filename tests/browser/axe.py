"""axe-core on the built pages, for the three files whose tests share them."""

import yaml
from conftest import ROOT, come_alive

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1200, 390)
# All of axe-core's rules, also those of its category "best practice". A theme changes colours and
# nothing else, so the dark one is asked about colours.
RULES = {"light": None, "dark": ["color-contrast", "link-in-text-block"]}
RUN = """async (rules) => {
  const options = { resultTypes: ["violations"] };
  if (rules) options.runOnly = { type: "rule", values: rules };
  const found = await axe.run(document, options);
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.flat().join(" ")}: ${node.failureSummary}`.replace(/\\s+/g, " ")));
}"""
# What is folded away is read as well. The drawing of a formula beside its MathML is hidden from
# screen readers and has the colour of its paragraph: left out, because it is half of all elements.
UNFOLD = """() => {
  document.querySelectorAll("article details").forEach((part) => { part.open = true; });
  document.querySelectorAll("article .toggle-hidden").forEach(
    (part) => part.classList.remove("toggle-hidden"));
  document.querySelectorAll(".katex-html[aria-hidden=true]").forEach((part) => part.remove());
}"""
# The theme makes boxes that scroll part of the order of Tab, a moment after their size has changed.
SCROLLABLE = """() => [...document.querySelectorAll("pre")].every(
  (box) => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)"""
# What unfolds fades in, and text that is half there has half its contrast.
AT_REST = "() => document.getAnimations().every((one) => one.playState !== 'running')"
THEME_IS = "theme => document.documentElement.dataset.theme === theme"


TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = ["index", *(one["file"] for part in TOC["parts"] for one in part["chapters"])]
PAGES += ["genindex", "search"]


def violations(page, address):
    """Return what axe-core finds on a page: lists of texts by theme and width."""
    found = {}
    page.add_init_script(path=AXE)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    come_alive(page, address)
    page.evaluate(UNFOLD)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(SCROLLABLE)
        for theme, rules in RULES.items():
            page.emulate_media(color_scheme=theme)
            page.wait_for_function(THEME_IS, arg=theme)
            page.wait_for_function(AT_REST)
            found[theme, width] = page.evaluate(RUN, rules)
    return {key: texts for key, texts in found.items() if texts}
