// convlib/live/scripts/shared.js
function formatted(value, decimals = 3) {
  return String(Number(value.toFixed(decimals)) + 0).replace("-", "−");
}
function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== void 0) made.textContent = text;
  parent?.append(made);
  return made;
}
function statusLines(parent, count, model) {
  const box = element("div", "live-status", parent);
  box.setAttribute("role", "status");
  const lines = Array.from({ length: count }, () => element("p", "", box));
  let timer;
  function say(words) {
    clearTimeout(timer);
    const write = () => {
      const found = typeof words === "function" ? words() : words;
      lines.forEach((line2, i) => {
        if (line2.textContent !== (found[i] ?? "")) line2.textContent = found[i] ?? "";
      });
    };
    if (lines.some((line2) => line2.textContent) && !model?.get("playing")) timer = setTimeout(write, 150);
    else write();
  }
  model?.on("change:playing", () => {
    if (model.get("playing")) {
      box.setAttribute("aria-live", "off");
      return;
    }
    box.removeAttribute("aria-live");
    const words = lines.map((line2) => line2.textContent);
    lines.forEach((line2) => {
      line2.textContent = "";
    });
    requestAnimationFrame(() => lines.forEach((line2, i) => {
      line2.textContent ||= words[i];
    }));
  });
  say.stop = () => clearTimeout(timer);
  return say;
}
function setTrait(model, trait, value) {
  model.set(trait, value);
  model.save_changes();
}
function listen(model, traits, listener) {
  const events = traits.map((trait) => `change:${trait}`);
  events.forEach((event) => model.on(event, listener));
  return () => events.forEach((event) => model.off(event, listener));
}
function onPoint(target, act) {
  target.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse") act();
  });
  target.addEventListener("click", act);
}
function announce(el, first) {
  if (first) el.prepend(element("p", "live-do", null, first));
  el.dataset.liveReady = "";
  el.dispatchEvent(new CustomEvent("live-ready", { bubbles: true }));
}

// convlib/live/scripts/numbers.js
var DIGITS = String.raw`(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+\-−]?\d+)?`;
var NUMBER = new RegExp(String.raw`^([+\-−]?${DIGITS})(?:\s*/\s*(${DIGITS}))?$`);
function readNumber(text) {
  const found = NUMBER.exec(text.trim());
  if (!found) return null;
  const [over, under = 1] = found.slice(1).filter(Boolean).map((part) => Number(part.replace(",", ".").replaceAll("−", "-")));
  const value = over / under;
  return Number.isFinite(value) ? value : null;
}
function readNumbers(text, name) {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  if (!parts.length) return { problem: `Type at least one number for ${name}.` };
  const [unclear] = /\S*\d,\d\S*/.exec(text) ?? [];
  if (unclear && (/[\s;]/.test(text.trim()) || parts.length === 2)) {
    const written = (mark) => unclear.replace(/(\d),(?=\d)/g, `$1${mark}`);
    return { problem: `Is ${unclear} one number of ${name}, or two? Write ${written(".")} or ${written(", ")}.` };
  }
  const values = parts.map(readNumber);
  return values.every(Number.isFinite) ? { values } : { problem: `Type numbers with commas between for ${name}.` };
}

// convlib/live/scripts/discrete_slide.js
var OPERATIONS = ["convolution", "cross-correlation"];
var MODES = ["full", "same", "valid"];
var LONGEST = { x: 8, h: 5 };
function parse(text, name) {
  const found = readNumbers(text, name);
  return found.values?.length > LONGEST[name] ? { problem: `Type at most ${LONGEST[name]} numbers for ${name}.` } : found;
}
function turned(h, operation) {
  return operation === "convolution" ? h.slice().reverse() : h.slice();
}
function dropped(m, mode) {
  return { full: 0, same: Math.floor((m - 1) / 2), valid: m - 1 }[mode];
}
function outputs(n, m, mode) {
  return { full: n + m - 1, same: n, valid: n - m + 1 }[mode];
}
function termsAt(x, h, operation, mode, step) {
  const start = step + dropped(h.length, mode) - h.length + 1;
  return turned(h, operation).map((weight, i) => ({ place: start + i, value: x[start + i], weight })).filter(({ value }) => value !== void 0).map((term) => ({ ...term, product: term.value * term.weight }));
}
function productsAt(...where) {
  return termsAt(...where).map(({ product }) => product);
}
function answer(x, h, operation, mode) {
  const length = Math.max(outputs(x.length, h.length, mode), 0);
  return Array.from({ length }, (_, step) => productsAt(x, h, operation, mode, step).reduce((a, b) => a + b, 0));
}
function line(parent, title, columns, first, values, cellTag = "span") {
  const box = element("div", "live-table", parent);
  element("div", "live-caption", box, title);
  const grid = element("div", "live-grid live-line", box);
  grid.style.setProperty("--columns", columns);
  return values.map((value, i) => {
    const cell = element(cellTag, "live-cell", grid, formatted(value));
    cell.style.gridColumn = first + i + 1;
    cell.dataset.sign = Math.sign(value);
    cell.style.setProperty("--letters", Math.max(2, cell.textContent.length));
    return cell;
  });
}
var bracketed = (value) => value < 0 ? `(${formatted(value)})` : formatted(value);
function render({ model, el }) {
  const rows = element("div", "live-lines", el);
  const say = statusLines(el, 1, model);
  const goTo = (step) => setTrait(model, "step", step);
  function fitSlider(last) {
    if (model.get("last") !== last) setTrait(model, "last", last);
    if (model.get("step") > last) goTo(last);
  }
  function fail(problem) {
    rows.replaceChildren();
    say([problem]);
    fitSlider(0);
  }
  function outputRow(x, h, operation, mode, step, columns, shift) {
    const first = shift + dropped(h.length, mode);
    const answers = answer(x, h, operation, mode);
    const cells = line(rows, `y (${mode}): point at an output`, columns, first, answers, "button");
    cells.forEach((cell, i) => {
      cell.type = "button";
      cell.classList.toggle("is-window", i === step);
      cell.classList.toggle("is-later", i > step);
      cell.tabIndex = i === step ? 0 : -1;
      cell.setAttribute("aria-label", `output ${i}: ${formatted(answers[i])}`);
      onPoint(cell, () => goTo(i));
      cell.addEventListener("keydown", (event) => {
        const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!move || !cells[i + move]) return;
        event.preventDefault();
        goTo(i + move);
        rows.querySelector('button[tabindex="0"]').focus();
      });
    });
  }
  function draw() {
    const [x, h] = [parse(model.get("x"), "x"), parse(model.get("h"), "h")];
    if (x.problem || h.problem) {
      fail(x.problem || h.problem);
      return;
    }
    const [operation, mode] = [OPERATIONS[model.get("operation")], MODES[model.get("mode")]];
    const [n, m] = [x.values.length, h.values.length];
    if (outputs(n, m, mode) < 1) {
      fail("With “valid”, x must be at least as long as h.");
      return;
    }
    fitSlider(outputs(n, m, mode) - 1);
    const step = Math.min(model.get("step"), outputs(n, m, mode) - 1);
    const [columns, shift] = [n + 2 * (m - 1), m - 1];
    const start = step + dropped(m, mode) - m + 1;
    const terms = termsAt(x.values, h.values, operation, mode, step);
    const focused = rows.contains(document.activeElement);
    rows.replaceChildren();
    const upper = line(rows, "x", columns, shift, x.values);
    upper.forEach((cell, i) => cell.classList.toggle("is-window", i >= start && i < start + m));
    const name = operation === "convolution" ? "h turned round" : "h as it is";
    line(rows, `${name}, at n = ${step}`, columns, shift + start, turned(h.values, operation));
    line(rows, "products", columns, shift + (terms[0]?.place ?? 0), terms.map(({ product }) => product));
    outputRow(x.values, h.values, operation, mode, step, columns, shift);
    if (focused) rows.querySelector('button[tabindex="0"]').focus();
    const sum = terms.reduce((total, { product }) => total + product, 0);
    const written = terms.map(({ value, weight }) => `${bracketed(value)} · ${bracketed(weight)}`);
    say([`y[${step}] = ${written.join(" + ")} = ${formatted(sum)}`]);
  }
  draw();
  announce(el, "Press play, or point at an output.");
  const forget = listen(model, ["x", "h", "operation", "mode", "step"], draw);
  return () => {
    forget();
    say.stop();
  };
}
var discrete_slide_default = { render };
export {
  MODES,
  OPERATIONS,
  answer,
  discrete_slide_default as default,
  dropped,
  outputs,
  parse,
  productsAt,
  termsAt,
  turned
};
