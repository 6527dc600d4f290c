// convlib/live/scripts/shared.js
function formatted(value, decimals = 3) {
  return String(Number(value.toFixed(decimals)) + 0).replace("-", "−");
}
function presetName(kernel, presets) {
  const same = ([, values]) => values.every((v, i) => Math.abs(v - kernel[i]) < 1e-6);
  return presets.find(same)?.[0] ?? "custom";
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
function followPresets(model, count) {
  const presets = model.get("presets");
  const kernel = () => Array.from({ length: count }, (_, i) => model.get(`k${i}`));
  let applying = false;
  model.on("change:preset", () => {
    const chosen = presets[model.get("preset")];
    if (!chosen) return;
    applying = true;
    chosen[1].forEach((v, i) => model.set(`k${i}`, v));
    model.save_changes();
    applying = false;
  });
  listen(model, Array.from({ length: count }, (_, i) => `k${i}`), () => {
    if (applying) return;
    const index = [...presets.map(([name]) => name), "custom"].indexOf(presetName(kernel(), presets));
    if (index !== model.get("preset")) setTrait(model, "preset", index);
  });
}
function announce(el, first) {
  if (first) el.prepend(element("p", "live-do", null, first));
  el.dataset.liveReady = "";
  el.dispatchEvent(new CustomEvent("live-ready", { bubbles: true }));
}

// convlib/live/scripts/spectrum_view.js
var SAMPLES = 48;
var CENTRE = 2;
var HEIGHTS = [1, 0.5];
var TAU = 2 * Math.PI;
var BINS = Array.from({ length: SAMPLES / 2 + 1 }, (_, k) => k);
function testSignal(slow, fast) {
  return Array.from({ length: SAMPLES }, (_, n) => HEIGHTS[0] * Math.cos(TAU * slow * n / SAMPLES) + HEIGHTS[1] * Math.cos(TAU * fast * n / SAMPLES));
}
function convolveOnCircle(x, h) {
  const at = (n) => x[(n % x.length + x.length) % x.length];
  return x.map((_, n) => h.reduce((sum, weight, k) => sum + weight * at(n - (k - CENTRE)), 0));
}
function response(h, frequency) {
  let [re, im] = [0, 0];
  h.forEach((weight, k) => {
    re += weight * Math.cos(TAU * frequency * (k - CENTRE));
    im -= weight * Math.sin(TAU * frequency * (k - CENTRE));
  });
  return [re, im];
}
var isSymmetric = (h) => h.every((v, k) => Math.abs(v - h[h.length - 1 - k]) <= 1e-9);
var drawn = ([re, im], signed) => signed ? re : Math.hypot(re, im);
function spectrum(samples, signed) {
  return BINS.map((k) => {
    let [re, im] = [0, 0];
    samples.forEach((v, n) => {
      re += v * Math.cos(TAU * k * n / SAMPLES);
      im -= v * Math.sin(TAU * k * n / SAMPLES);
    });
    const scale = k === 0 || k === SAMPLES / 2 ? SAMPLES : SAMPLES / 2;
    return drawn([re / scale, im / scale], signed);
  });
}
function lateness(h, frequency) {
  const [re, im] = response(h, frequency);
  return -Math.atan2(im, re) / (TAU * frequency);
}
var number = (v) => formatted(v, 2);
function fate(h, cycles, height) {
  const signed = isSymmetric(h);
  const factor = response(h, cycles / SAMPLES);
  const size = drawn(factor, signed);
  const sum = `${number(height)} × ${number(size)} = ${number(height * size)}`;
  const late = lateness(h, cycles / SAMPLES);
  let words = "";
  if (Math.hypot(...factor) < 1e-9) words = ", stopped";
  else if (signed && size < 0) words = ", upside down";
  else if (!signed && cycles * 2 < SAMPLES && Math.abs(late) >= 5e-3) {
    const much = number(Math.abs(late));
    words = `, ${much} sample${much === "1" ? "" : "s"} ${late > 0 ? "later" : "earlier"}`;
  }
  return `${sum}${words}`;
}
function describe(h, slow, fast) {
  const sum = h.reduce((a, b) => a + b, 0);
  return [
    `Slow wiggle, ${slow} in ${SAMPLES} samples: ${fate(h, slow, HEIGHTS[0])}`,
    `Fast wiggle, ${fast} in ${SAMPLES} samples: ${fate(h, fast, HEIGHTS[1])}`,
    `Flat signal: × ${number(sum)}, the sum of the kernel. ${isSymmetric(h) ? "Symmetric kernel: no wiggle is delayed." : "Not symmetric: wiggles are also delayed; heights only are drawn on the right."}`
  ];
}
var kernelOf = (model) => [0, 1, 2, 3, 4].map((i) => model.get(`k${i}`));
var [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [320, 124, 26, 6, 6, 18];
var MIDDLE = (TOP + HEIGHT - BOTTOM) / 2;
var HALF = (HEIGHT - BOTTOM - TOP) / 2;
var digits = (v) => v.toFixed(2);
function chart(parent, area, title, ticks) {
  const box = element("div", `spectrum-chart is-${area}`, parent);
  const caption = element("div", "live-caption", box, title);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, box);
  const inner = WIDTH - LEFT - RIGHT;
  const place = (t) => LEFT + 5 + t * (inner - 10);
  ticks.forEach(([t, text]) => {
    shape("path", { class: "axis", d: `M${place(t)} ${HEIGHT - BOTTOM}v4` }, svg);
    shape("text", { class: "middle", x: place(t), y: HEIGHT - 3 }, svg, text);
  });
  shape("path", { class: "axis", d: `M${LEFT} ${MIDDLE}h${inner}M${LEFT} ${TOP}V${HEIGHT - BOTTOM}` }, svg);
  const labels = [-1, 0, 1].map((v) => [v, shape("text", { class: "end", x: LEFT - 4 }, svg)]);
  const mark = shape("path", { class: "axis" }, svg);
  let reach = 1;
  return {
    svg,
    caption,
    place,
    height: (v) => MIDDLE - v / reach * HALF,
    /** Make room for values up to this size, and label the axis at the last whole number. */
    scale(largest) {
      reach = 1.1 * Math.max(1, largest);
      const unit = Math.floor(Math.max(1, largest));
      labels.forEach(([v, label]) => {
        label.textContent = number(v * unit);
        label.setAttribute("y", digits(this.height(v * unit) + 3.5));
      });
      mark.setAttribute("d", [-unit, unit].map((v) => `M${LEFT - 3} ${digits(this.height(v))}h3`).join(""));
    }
  };
}
var SAMPLE_TICKS = [0, 12, 24, 36, 47].map((n) => [n / (SAMPLES - 1), n]);
var FREQUENCY_TICKS = ["0", "1/8", "1/4", "3/8", "1/2"].map((text, i) => [i / 4, text]);
function stems(parts, panel, places, values) {
  const [lines, dots] = parts;
  const points = places.map((t, i) => [digits(panel.place(t)), digits(panel.height(values[i]))]);
  lines.setAttribute("d", points.map(([x, y]) => `M${x} ${MIDDLE}V${y}`).join(""));
  dots.setAttribute("d", points.map(([x, y]) => `M${x} ${y}h0`).join(""));
}
var line = (panel, places, values) => places.map(
  (t, i) => `${i ? "L" : "M"}${digits(panel.place(t))} ${digits(panel.height(values[i]))}`
).join("");
function render({ model, el }) {
  el.classList.add("spectrum-view");
  const panels = {
    x: chart(el, "x", "signal x, 48 samples", SAMPLE_TICKS),
    y: chart(el, "y", "= output x ∗ h (dotted: x)", SAMPLE_TICKS),
    X: chart(el, "X", "spectrum of x, by cycles per sample", FREQUENCY_TICKS),
    H: chart(el, "H", "", FREQUENCY_TICKS),
    Y: chart(el, "Y", "= spectrum of the output", FREQUENCY_TICKS)
  };
  element("div", "live-caption is-h", el, "∗ kernel h");
  const ghost = shape("path", { class: "ghost" }, panels.y.svg);
  const curve = shape("path", { class: "curve" }, panels.H.svg);
  const parts = Object.fromEntries(Object.entries(panels).map(([name, { svg }]) => [
    name,
    ["stems", "dots"].map((kind) => shape("path", { class: `${kind} ${name}` }, svg))
  ]));
  const say = statusLines(el, 3);
  const samples = Array.from({ length: SAMPLES }, (_, n) => n / (SAMPLES - 1));
  const bins = BINS.map((k) => k / (SAMPLES / 2));
  const fine = Array.from({ length: 145 }, (_, i) => i / 144);
  function draw() {
    const [h, slow, fast] = [kernelOf(model), model.get("slow"), model.get("fast")];
    const signed = isSymmetric(h);
    const x = testSignal(slow, fast);
    const y = convolveOnCircle(x, h);
    const [X, Y] = [spectrum(x, signed), spectrum(y, signed)];
    const factor = (t) => drawn(response(h, t / 2), signed);
    const H = fine.map(factor);
    const ends = [slow, fast].map((cycles) => 2 * cycles / SAMPLES);
    const largest = (...lists) => Math.max(...lists.flat().map(Math.abs));
    panels.x.scale(largest(x));
    panels.y.scale(largest(x, y));
    panels.X.scale(1);
    panels.H.scale(largest(H));
    panels.Y.scale(largest(Y));
    stems(parts.x, panels.x, samples, x);
    stems(parts.y, panels.y, samples, y);
    stems(parts.X, panels.X, bins, X);
    stems(parts.H, panels.H, ends, ends.map(factor));
    stems(parts.Y, panels.Y, bins, Y);
    ghost.setAttribute("d", line(panels.y, samples, x));
    curve.setAttribute("d", line(panels.H, fine, H));
    panels.H.caption.textContent = `× frequency response of h${signed ? "" : " (heights)"}`;
    const words = describe(h, slow, fast);
    say(words);
    label(words);
  }
  function label(words) {
    const labels = {
      x: "The signal: a slow wiggle of height 1 and a fast one of height 0.5.",
      y: `The output. ${words[0]}. ${words[1]}.`,
      X: `Spectrum of the signal: two stems, at ${model.get("slow")} and ${model.get("fast")} forty-eighths of a cycle per sample.`,
      H: `Frequency response of the kernel. ${words[2]}`,
      Y: `Spectrum of the output: the product. ${words[0]}. ${words[1]}.`
    };
    Object.entries(labels).forEach(([name, text]) => panels[name].svg.setAttribute("aria-label", text));
  }
  const redraw = onFrame(draw);
  draw();
  const stopListening = listen(model, ["k0", "k1", "k2", "k3", "k4", "slow", "fast"], redraw);
  announce(el, "Choose a kernel, then change one of its five values.");
  return () => [redraw.stop, say.stop, stopListening].forEach((end) => end());
}
var spectrum_view_default = { initialize: ({ model }) => followPresets(model, 5), render };
export {
  CENTRE,
  HEIGHTS,
  SAMPLES,
  convolveOnCircle,
  spectrum_view_default as default,
  describe,
  drawn,
  fate,
  isSymmetric,
  lateness,
  response,
  spectrum,
  testSignal
};
