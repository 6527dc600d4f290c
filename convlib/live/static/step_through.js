// convlib/live/scripts/shared.js
var BOUNDARIES = ["edge", "constant", "reflect", "symmetric", "wrap"];
function reflectIndex(i, n, boundary) {
  if (i >= 0 && i < n) return i;
  const wrapped = (period) => (i % period + period) % period;
  switch (boundary) {
    case "constant":
      return -1;
    case "edge":
      return i < 0 ? 0 : n - 1;
    case "wrap":
      return wrapped(n);
    case "symmetric": {
      const j = wrapped(2 * n);
      return j < n ? j : 2 * n - 1 - j;
    }
    case "reflect": {
      if (n === 1) return 0;
      const j = wrapped(2 * n - 2);
      return j < n ? j : 2 * n - 2 - j;
    }
    default:
      throw new Error(`unknown boundary ${boundary}`);
  }
}
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
      lines.forEach((line, i) => {
        if (line.textContent !== (found[i] ?? "")) line.textContent = found[i] ?? "";
      });
    };
    if (lines.some((line) => line.textContent) && !model?.get("playing")) timer = setTimeout(write, 150);
    else write();
  }
  model?.on("change:playing", () => {
    if (model.get("playing")) {
      box.setAttribute("aria-live", "off");
      return;
    }
    box.removeAttribute("aria-live");
    const words = lines.map((line) => line.textContent);
    lines.forEach((line) => {
      line.textContent = "";
    });
    requestAnimationFrame(() => lines.forEach((line, i) => {
      line.textContent ||= words[i];
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

// convlib/live/scripts/step_through.js
var OPERATIONS = ["cross-correlation", "convolution"];
function pad(picture, boundary) {
  const [height, width] = [picture.length, picture[0].length];
  const at = (r, c) => r < 0 || c < 0 ? 0 : picture[r][c];
  return Array.from({ length: height + 2 }, (_, r) => Array.from({ length: width + 2 }, (__, c) => at(
    reflectIndex(r - 1, height, boundary),
    reflectIndex(c - 1, width, boundary)
  )));
}
function applied(kernel, operation) {
  return operation === "convolution" ? kernel.map((row) => row.slice().reverse()).reverse() : kernel;
}
function products(picture, kernel, row, column, operation, boundary) {
  const padded = pad(picture, boundary);
  return applied(kernel, operation).map((weights, r) => weights.map(
    (weight, c) => weight * padded[row + r][column + c]
  ));
}
var total = (numbers) => numbers.flat().reduce((a, b) => a + b, 0);
function result(picture, kernel, operation, boundary) {
  return picture.map((line, r) => line.map(
    (_, c) => total(products(picture, kernel, r, c, operation, boundary))
  ));
}
function table(parent, title, rows, columns, cellTag = "span") {
  const box = element("div", "live-table", parent);
  element("div", "live-caption", box, title);
  const grid = element("div", "live-grid", box);
  grid.style.setProperty("--columns", columns);
  return Array.from({ length: rows * columns }, () => element(cellTag, "live-cell", grid));
}
function fill(cells, values) {
  const flat = values.flat();
  cells.forEach((cell, i) => {
    cell.textContent = formatted(flat[i]);
    cell.dataset.sign = Math.sign(flat[i]);
  });
}
var MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
function render({ model, el }) {
  const picture = model.get("picture");
  const kernel = model.get("kernel");
  const [height, width] = [picture.length, picture[0].length];
  const tables = element("div", "live-tables", el);
  const input = table(tables, "picture and border", height + 2, width + 2);
  const weights = table(tables, "kernel", 3, 3);
  const nine = table(tables, "products", 3, 3);
  const output = table(tables, "result: point at a pixel", height, width, "button");
  const say = statusLines(el, 1, model);
  const goTo = (step) => setTrait(model, "step", step);
  function draw() {
    const [operation, boundary] = [OPERATIONS[model.get("operation")], BOUNDARIES[model.get("boundary")]];
    const step = model.get("step");
    const [row, column] = [Math.floor(step / width), step % width];
    const parts = products(picture, kernel, row, column, operation, boundary);
    const answers = result(picture, kernel, operation, boundary);
    fill(input, pad(picture, boundary));
    input.forEach((cell, i) => {
      const [r, c] = [Math.floor(i / (width + 2)), i % (width + 2)];
      cell.classList.toggle("is-outside", r === 0 || c === 0 || r > height || c > width);
      cell.classList.toggle("is-window", r >= row && r < row + 3 && c >= column && c < column + 3);
    });
    fill(weights, applied(kernel, operation));
    fill(nine, parts);
    fill(output, answers);
    output.forEach((cell, i) => {
      cell.classList.toggle("is-later", i > step);
      cell.classList.toggle("is-window", i === step);
      cell.tabIndex = i === step ? 0 : -1;
      const where = `output at row ${Math.floor(i / width)}, column ${i % width}`;
      cell.setAttribute("aria-label", `${where}: ${formatted(answers.flat()[i])}`);
    });
    const terms = parts.flat().map((value) => value < 0 ? `(${formatted(value)})` : formatted(value));
    say([`Output at row ${row}, column ${column}: ${terms.join(" + ")} = ${formatted(total(parts))}`]);
  }
  output.forEach((cell, i) => {
    cell.type = "button";
    onPoint(cell, () => goTo(i));
    cell.addEventListener("focus", () => goTo(i));
    cell.addEventListener("keydown", (event) => {
      const [down, right] = MOVES[event.key] || [];
      if (down === void 0) return;
      event.preventDefault();
      const r = Math.min(Math.max(Math.floor(i / width) + down, 0), height - 1);
      const c = Math.min(Math.max(i % width + right, 0), width - 1);
      output[r * width + c].focus();
    });
  });
  draw();
  announce(el, "Press play, or point at a pixel of the result.");
  const forget = listen(model, ["step", "operation", "boundary"], draw);
  return () => {
    forget();
    say.stop();
  };
}
var step_through_default = { render };
export {
  OPERATIONS,
  applied,
  step_through_default as default,
  pad,
  products,
  result,
  total
};
