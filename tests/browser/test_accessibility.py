"""Every page for everyone: axe-core in both themes at two widths, and every control by keyboard."""

import pytest
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


@pytest.fixture(scope="module")
def violations(names, site, new_page):
    """What axe-core finds: a list of texts by page, theme and width."""
    found = {}
    with new_page(reduced_motion="reduce") as page:
        page.add_init_script(path=AXE)
        for name in names:
            page.set_viewport_size({"width": WIDTHS[0], "height": 900})
            come_alive(page, f"{site}/{name}")
            page.evaluate(UNFOLD)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_function(SCROLLABLE)
                for theme, rules in RULES.items():
                    page.emulate_media(color_scheme=theme)
                    page.wait_for_function(THEME_IS, arg=theme)
                    page.wait_for_function(AT_REST)
                    found[name, theme, width] = page.evaluate(RUN, rules)
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", RULES)
def test_axe_finds_nothing(violations, theme, width):
    """Names, roles, contrast, headings, landmarks and the rest of axe-core's rules."""
    here = {key[0]: texts for key, texts in violations.items() if key[1:] == (theme, width)}
    assert {name: texts for name, texts in here.items() if texts} == {}


# Everything in the live figures that takes part in the order of Tab. Only one radio button of a
# group does, and nothing that is hidden or disabled.
CONTROLS = """() => {
  const asked = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
  window.controls = [...document.querySelectorAll(".live-view")].flatMap((view) =>
    [...view.querySelectorAll(asked)].filter((c) => c.tabIndex >= 0 && !c.disabled
      && c.checkVisibility({ visibilityProperty: true })
      && !(c.type === "radio" && !c.checked)));
  return window.controls.length;
}"""
# The look of an element and of what is around it, as far as a focus ring may be drawn there.
LOOK = """
const look = (element) => {
  const parts = [];
  for (let at = element, i = 0; at && i < 3; at = at.parentElement, i += 1) {
    const s = getComputedStyle(at);
    parts.push(s.outlineStyle === "none" ? "" : s.outline, s.boxShadow, s.borderColor);
  }
  return parts.join("|");
};
"""
START = f"""() => {{
  {LOOK}
  document.activeElement.blur();
  window.before = window.controls.map(look);
  const start = document.createElement("button");
  start.textContent = "start";
  const first = window.controls[0].closest(".live-view");
  first.before(start);
  start.focus();
}}"""
# Index, role and name of the control that has the focus, and whether one can see that it has it.
FOCUSED = f"""() => {{
  {LOOK}
  const element = document.activeElement;
  const i = window.controls.indexOf(element);
  return {{
    index: i,
    seen: i >= 0 && look(element) !== window.before[i],
    html: element.outerHTML.slice(0, 150),
  }};
}}"""


def name_of_focused(session):
    """Return the accessible name of the element with the focus, as Chromium computes it."""
    found = session.send("Runtime.evaluate", {"expression": "document.activeElement"})
    asked = {"objectId": found["result"]["objectId"], "fetchRelatives": False}
    node = session.send("Accessibility.getPartialAXTree", asked)["nodes"][0]
    return node.get("name", {}).get("value", "").strip()


def walk(page, count):
    """Press Tab from the first live figure to the last control; return what had the focus."""
    session = page.context.new_cdp_session(page)
    page.evaluate(START)
    reached = {}
    for _ in range(3 * count + 60):  # links and boxes between two figures come on top
        page.keyboard.press("Tab")
        control = page.evaluate(FOCUSED)
        if control["index"] >= 0:
            reached[control["index"]] = control | {"name": name_of_focused(session)}
        if len(reached) == count:
            break
    return reached


def test_every_control_is_reached_by_tab_with_a_ring_and_a_name(live_names, site, new_page):
    """Tab comes to every control of every figure, shows that it is there, and it has a name."""
    trouble = {}
    with new_page(reduced_motion="reduce") as page:
        for name in live_names:
            come_alive(page, f"{site}/{name}")
            count = page.evaluate(CONTROLS)
            reached = walk(page, count)
            missed = [i for i in range(count) if i not in reached]
            html = "i => window.controls[i].outerHTML.slice(0, 150)"
            trouble[name] = [f"not reached: {page.evaluate(html, i)}" for i in missed]
            for control in reached.values():
                if not control["seen"]:
                    trouble[name].append(f"no visible focus: {control['html']}")
                if not control["name"]:
                    trouble[name].append(f"no name: {control['html']}")
            assert count > 1, name
    assert {name: texts for name, texts in trouble.items() if texts} == {}
