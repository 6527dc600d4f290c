"""Every control of every live figure by keyboard: reached, seen and named."""

from conftest import come_alive

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
