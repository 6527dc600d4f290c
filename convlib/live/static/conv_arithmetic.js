// convlib/live/scripts/shared.js
function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== void 0) made.textContent = text;
  parent?.append(made);
  return made;
}
function shape(tag, attributes, parent, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  if (text !== void 0) made.textContent = text;
  parent?.append(made);
  return made;
}
function tick(parent, x, y, words, attributes = {}) {
  return shape("text", { x, y, class: "live-tick", "text-anchor": "middle", ...attributes }, parent, words);
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
function onFrame(draw) {
  let [asked, frame] = [false, 0];
  const run = () => {
    if (asked) {
      asked = false;
      draw();
    }
  };
  const nextFrame = () => {
    frame = asked ? requestAnimationFrame(nextFrame) : 0;
    run();
  };
  const ask = () => {
    asked = true;
    if (frame) return;
    frame = requestAnimationFrame(nextFrame);
    queueMicrotask(run);
  };
  ask.stop = () => {
    cancelAnimationFrame(frame);
    [asked, frame] = [false, 0];
  };
  return ask;
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

// convlib/live/scripts/conv_arithmetic.js
function outputSize(n, k, stride, padding, dilation) {
  const room = n + 2 * padding - dilation * (k - 1) - 1;
  return n < 1 || room < 0 ? 0 : Math.floor(room / stride) + 1;
}
function sizes(n, k, stride, padding, dilation, layers) {
  const list = [n];
  while (list.length <= layers) list.push(outputSize(list.at(-1), k, stride, padding, dilation));
  return list;
}
function receptiveFields(k, stride, dilation, layers) {
  const fields = [1];
  for (let jump = 1; fields.length <= layers; jump *= stride) fields.push(fields.at(-1) + dilation * (k - 1) * jump);
  return fields;
}
function receptiveField(k, stride, dilation, layers) {
  return receptiveFields(k, stride, dilation, layers).at(-1);
}
function taps(output, n, k, stride, padding, dilation, layers) {
  const lengths = sizes(n, k, stride, padding, dilation, layers);
  const cells = [[output]];
  for (let level = layers; level > 0; level -= 1) {
    const real = cells.at(-1).filter((i) => i >= 0 && i < lengths[level]);
    const fed = real.flatMap((i) => Array.from({ length: k }, (_, j) => i * stride + j * dilation - padding));
    cells.push([...new Set(fed)].sort((a, b) => a - b));
  }
  return cells;
}
function places(k, stride, padding, dilation, layers) {
  const list = [[0, 1]];
  for (let i = 0; i < layers; i += 1) {
    const [first, jump] = list.at(-1);
    list.push([first + jump * (dilation * (k - 1) / 2 - padding), jump * stride]);
  }
  return list;
}
function formula(words, n, k, stride, padding, dilation) {
  const size = outputSize(n, k, stride, padding, dilation);
  const inside = `${n} + 2·${padding} − ${dilation}·(${k} − 1) − 1`;
  return size ? `⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 = ⌊(${inside}) / ${stride}⌋ + 1 = ${size}` : filled(words["too wide"], { span: dilation * (k - 1) + 1, room: n + 2 * padding });
}
function describe(words, output, n, k, stride, padding, dilation, layers) {
  const lengths = sizes(n, k, stride, padding, dilation, layers);
  const missing = lengths.indexOf(0);
  const written = formula(words, missing > 0 ? lengths[missing - 1] : n, k, stride, padding, dilation);
  if (missing > 0) return [filled(words["no output"], { layer: missing, formula: written })];
  const inputs = taps(output, n, k, stride, padding, dilation, layers).at(-1).filter((i) => i >= 0 && i < n);
  const fields = receptiveFields(k, stride, dilation, layers);
  return [
    filled(words.size, { formula: written }),
    layers > 1 ? filled(words.sizes, { sizes: lengths.join(" → "), fields: fields.join(" → ") }) : "",
    filled(words.sees, { output, inputs: inputs.join(", ") || words.none, field: fields.at(-1) })
  ];
}
var ROW = 62;
var LABEL = 15;
var DIALS = ["n", "k", "stride", "padding", "dilation", "layers"];
function scale(width, lengths, stand, padding) {
  const ends = lengths.flatMap((length, level) => {
    const ring = level < lengths.length - 1 ? padding : 0;
    const [first, jump] = stand[level];
    return length ? [first - ring * jump, first + (length - 1 + ring) * jump] : [];
  });
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const cell = Math.min(34, width / (high - low + 1.2));
  const left = (width - cell * (high - low)) / 2;
  return { cell, x: (level, i) => left + cell * (stand[level][0] + stand[level][1] * i - low) };
}
function drawCell(parent, x, y, side, words, kind) {
  const group = shape("g", {}, parent);
  const corner = { x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 3 };
  shape("rect", { ...corner, class: `live-square${kind}` }, group);
  const font = Math.min(12, side * 0.6);
  tick(group, x, y + font / 3, words, { class: "live-square-text", "font-size": font });
  return group;
}
function render({ model, el }) {
  const svg = shape("svg", { role: "img", class: "live-plot" }, el);
  const say = statusLines(el, 3);
  const words = model.get("words");
  function drawLinks(fed, lengths, [, k, stride, padding, dilation], where, y) {
    for (let level = lengths.length - 1; level > 0; level -= 1) {
      for (const i of fed[level].filter((j) => j >= 0 && j < lengths[level])) {
        for (let tap = 0; tap < k; tap += 1) {
          const below = i * stride + tap * dilation - padding;
          const [x1, x2] = [where.x(level, i), where.x(level - 1, below)];
          shape("line", { x1, y1: y(level), x2, y2: y(level - 1), class: "live-link" }, svg);
        }
      }
    }
  }
  function drawRow(level, length, ring, fed, where, y) {
    const side = Math.min(where.cell - 3, 28);
    for (let i = -ring; i < length + ring; i += 1) {
      const real = i >= 0 && i < length;
      const kind = `${fed.includes(i) ? " is-fed" : ""}${real ? "" : " is-outside"}`;
      const group = drawCell(svg, where.x(level, i), y, side, real ? i : "0", kind);
      if (level === model.get("layers") && real) {
        group.classList.add("live-target");
        onPoint(group, () => setTrait(model, "output", i));
      }
    }
  }
  function draw() {
    const dials = DIALS.map((name) => model.get(name));
    const [, k, stride, padding, dilation, layers] = dials;
    const lengths = sizes(...dials);
    const last = Math.max(lengths.at(-1) - 1, 0);
    if (model.get("last") !== last) setTrait(model, "last", last);
    if (model.get("output") > last) setTrait(model, "output", last);
    const output = model.get("output");
    const fields = receptiveFields(k, stride, dilation, layers);
    const [width, height] = [Math.max(el.clientWidth, 240), (ROW + LABEL) * (layers + 1)];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    svg.replaceChildren();
    const where = scale(width, lengths, places(k, stride, padding, dilation, layers), padding);
    const y = (level) => height - (ROW + LABEL) * (level + 0.5) + LABEL / 2;
    const fed = lengths.at(-1) ? taps(output, ...dials).reverse() : lengths.map(() => []);
    drawLinks(fed, lengths, dials, where, y);
    lengths.forEach((length, level) => {
      drawRow(level, length, level < layers && length ? padding : 0, fed[level], where, y(level));
      const row = filled(level ? words.row : words.input, { layer: level, size: length, field: fields[level] });
      tick(svg, 0, y(level) - 22, row, { "text-anchor": "start", class: "live-tick live-row-name" });
    });
    const sentences = describe(words, output, ...dials);
    svg.setAttribute("aria-label", `${filled(words.layers, { sizes: lengths.join(", ") })} ${sentences.at(-1)}`);
    say(sentences);
  }
  draw();
  const redraw = onFrame(draw);
  const resized = new ResizeObserver(redraw);
  resized.observe(el);
  const forget = listen(model, [...DIALS, "output"], redraw);
  announce(el, "Point at an output cell to see what feeds it.");
  return () => {
    resized.disconnect();
    forget();
    [redraw, say].forEach((one) => one.stop());
  };
}
var conv_arithmetic_default = { render };
export {
  conv_arithmetic_default as default,
  describe,
  formula,
  outputSize,
  places,
  receptiveField,
  receptiveFields,
  sizes,
  taps
};
