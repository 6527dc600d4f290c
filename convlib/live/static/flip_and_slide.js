// convlib/live/scripts/shared.js
function fixed(value, decimals = 2) {
  return (Number(value.toFixed(decimals)) + 0).toFixed(decimals).replace("-", "−");
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
var SIDEWAYS = 6;
function onPress(area, act, { tap = true } = {}) {
  let [from, going] = [null, false];
  const touches = (event) => event.pointerType === "touch";
  area.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    [from, going] = [event, !touches(event)];
    if (!going) return;
    area.setPointerCapture(event.pointerId);
    if (tap) act(event);
  });
  area.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [right, down] = [event.clientX - from.clientX, event.clientY - from.clientY].map(Math.abs);
    if (!going && right >= SIDEWAYS && right > down) {
      going = true;
      area.setPointerCapture(event.pointerId);
      act({ clientX: from.clientX, clientY: from.clientY, currentTarget: area });
    }
    if (going) act(event);
  });
  area.addEventListener("pointerup", (event) => {
    if (from && tap && !going) act(event);
    from = null;
  });
  area.addEventListener("pointercancel", () => {
    from = null;
  });
}
function announce(el, first) {
  if (first) el.prepend(element("p", "live-do", null, first));
  el.dataset.liveReady = "";
  el.dispatchEvent(new CustomEvent("live-ready", { bubbles: true }));
}

// convlib/live/scripts/flip_and_slide.js
var between = (u, low, high) => u >= low && u <= high;
var CURVES = [
  (u) => between(u, 0, 1) ? 1 : 0,
  // box
  (u) => between(u, 0, 2) ? 1 - u / 2 : 0,
  // ramp
  (u) => Math.max(0, 1 - Math.abs(u)),
  // triangle
  (u) => u >= 0 ? Math.exp(-u) : 0,
  // decay
  (u) => Math.exp(-Math.PI * u * u),
  // bell
  (u) => Math.exp(-2 * Math.abs(u)),
  // two-sided decay
  (u) => u === 1 ? -1 : Number(between(u, 0, 1)) - Number(between(u, 1, 2))
  // up and down
];
var SUPPORT = [-4, 8];
var STEP = 0.01;
var RANGE = [-3, 6];
var DRAWN = [-1, 3];
var TALLEST = 1.5;
function curveOf(index, samples) {
  if (index < CURVES.length) return CURVES[index];
  const last = samples.length - 1;
  return (u) => {
    const place = (u - DRAWN[0]) / (DRAWN[1] - DRAWN[0]) * last;
    if (place < 0 || place > last) return 0;
    const i = Math.min(Math.floor(place), last - 1);
    return samples[i] + (place - i) * (samples[i + 1] - samples[i]);
  };
}
function curveAt(index, places, samples) {
  return places.map(curveOf(index, samples));
}
function convolveAt(f, g, times, drawnF, drawnG) {
  const [first, second] = [curveOf(f, drawnF), curveOf(g, drawnG)];
  const [start, end] = SUPPORT;
  const steps = Math.ceil((end - start) / STEP);
  const width = (end - start) / steps;
  const weights = [];
  for (let k = 0; k < steps; k += 1) {
    const a = start + width * (k + 0.5);
    const weight = first(a) * width;
    if (weight !== 0) weights.push([a, weight]);
  }
  return times.map((t) => weights.reduce((sum, [a, weight]) => sum + weight * second(t - a), 0));
}
function grid(start, end, n) {
  return Array.from({ length: n + 1 }, (_, i) => start + (end - start) * i / n);
}
function limits(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const air = 0.12 * (high - low || 1);
  return [low - (low < 0 ? air : 0), high + air];
}
function withStroke(samples, [i, from], [j, to]) {
  const out = samples.slice();
  const step = j < i ? -1 : 1;
  for (let k = i; k !== j + step; k += step) {
    const value = i === j ? to : from + (to - from) * (k - i) / (j - i);
    out[k] = Math.round(100 * Math.min(TALLEST, Math.max(-TALLEST, value))) / 100 + 0;
  }
  return out;
}
function describe(times, answer) {
  const [low, high] = [Math.min(...answer), Math.max(...answer)];
  const when = (value) => fixed(times[answer.indexOf(value)], 1);
  const lowest = low < -1e-9 ? ` lowest, ${fixed(low)}, near t = ${when(low)},` : "";
  return `The convolution for every t:${lowest} highest, ${fixed(high)}, near t = ${when(high)}`;
}
var HEIGHT = 175;
var PAD = 130;
var LEFT = 26;
var BOTTOM = 22;
var SECONDS = 9;
var HELP = "Draw with the mouse or a finger. With the keyboard: left and right choose a sample, up and down change it, Shift with left or right takes its value along.";
function axes(svg, width, height, [first, last], [low, high]) {
  const x = (a) => LEFT + (a - first) / (last - first) * (width - 2 * LEFT);
  const y = (v) => (height - BOTTOM) * (1 - (v - low) / (high - low));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren();
  shape("line", { x1: x(first), x2: x(last), y1: y(0), y2: y(0), class: "live-axis" }, svg);
  for (let v = Math.ceil(low); v <= high; v += 1) {
    shape("line", { x1: x(first), x2: x(last), y1: y(v), y2: y(v), class: "live-rule" }, svg);
    tick(svg, LEFT - 6, y(v) + 4, fixed(v, 0), { "text-anchor": "end" });
  }
  for (let a = first; a <= last; a += 1) {
    shape("line", { x1: x(a), x2: x(a), y1: y(low), y2: y(high), class: "live-rule" }, svg);
    tick(svg, x(a), height - 6, fixed(a, 0));
    shape("line", { x1: x(a), x2: x(a), y1: y(0), y2: y(0) + 4, class: "live-axis" }, svg);
  }
  return { x, y };
}
var path = (places, values, { x, y }) => places.map((a, i) => `${i ? "L" : "M"}${x(a).toFixed(1)} ${y(values[i]).toFixed(1)}`).join("");
var plot = (parent, height) => shape("svg", { role: "img", height, class: "live-plot" }, parent);
var widthOf = (el) => Math.max(el.clientWidth, 240);
function shareAlong(event) {
  const box = event.currentTarget.getBoundingClientRect();
  const share = (event.clientX - box.left - LEFT) / (box.width - 2 * LEFT);
  return Math.min(1, Math.max(0, share));
}
function drawingPad(parent, name, get, put) {
  const box = element("div", "live-drawn", parent);
  element("div", "live-caption", box, `${name}, drawn by hand`);
  const svg = shape("svg", {
    role: "application",
    tabindex: 0,
    height: PAD,
    class: "live-plot",
    "aria-roledescription": "curve to draw",
    "aria-label": `Samples of ${name}. ${HELP}`
  }, box);
  const tools = element("div", "live-own", box);
  const clear = element("button", "live-button", tools, `Clear ${name}`);
  clear.type = "button";
  const readout = element("span", "live-note", tools);
  readout.setAttribute("aria-live", "polite");
  element("p", "live-note", box, HELP);
  let [cursor, last] = [10, null];
  const places = () => grid(...DRAWN, get().length - 1);
  function draw() {
    const samples = get();
    const scale = axes(svg, widthOf(box), PAD, DRAWN, [-TALLEST, TALLEST]);
    const at = places();
    shape("path", { d: path(at, samples, scale), class: name === "f" ? "live-first" : "live-second" }, svg);
    const [cx, cy] = [scale.x(at[cursor]), scale.y(samples[cursor])];
    shape("circle", { cx, cy, r: 5, class: "live-point" }, svg);
    readout.textContent = `${name}(${fixed(at[cursor], 1)}) = ${fixed(samples[cursor])}`;
  }
  function pointAt(event) {
    const { top, height } = svg.getBoundingClientRect();
    const part = (event.clientY - top) / (height * (1 - BOTTOM / PAD));
    return [Math.round(shareAlong(event) * (get().length - 1)), TALLEST * (1 - 2 * part)];
  }
  function stroke(event) {
    const point = pointAt(event);
    put(withStroke(get(), last ?? point, point));
    [cursor] = point;
    last = point;
  }
  const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.5, PageDown: -0.5 };
  function key(event) {
    const by = KEYS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey || !by) return;
    event.preventDefault();
    const samples = get();
    const value = samples[cursor];
    if (Math.abs(by) < 1) put(withStroke(samples, [cursor, value + by], [cursor, value + by]));
    else {
      cursor = Math.min(samples.length - 1, Math.max(0, cursor + by));
      if (event.shiftKey) put(withStroke(samples, [cursor, value], [cursor, value]));
      else draw();
    }
  }
  onPress(svg, stroke);
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => {
    last = null;
  });
  svg.addEventListener("keydown", key);
  clear.addEventListener("click", () => put(get().map(() => 0)));
  return { show(visible) {
    box.hidden = !visible;
    if (visible) draw();
  } };
}
function makePlayer(button, model) {
  const [first, last] = RANGE;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let frame = 0;
  const to = (t) => setTrait(model, "t", Math.round(20 * t) / 20);
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = still ? "Step" : "Play";
    if (model.get("playing")) model.set("playing", false);
  }
  function play() {
    const from = model.get("t") >= last ? first : model.get("t");
    const began = performance.now();
    let told = null;
    button.textContent = "Pause";
    model.set("playing", true);
    const advance = (time) => {
      if (told !== null && model.get("t") !== told) {
        stop();
        return;
      }
      const t = Math.min(last, from + Math.max(0, time - began) / 1e3 * ((last - first) / SECONDS));
      to(t);
      told = model.get("t");
      if (t < last) frame = requestAnimationFrame(advance);
      else stop();
    };
    frame = requestAnimationFrame(advance);
  }
  button.addEventListener("click", () => {
    if (still) to(model.get("t") >= last ? first : model.get("t") + 0.5);
    else if (frame) stop();
    else play();
  });
  stop();
  return stop;
}
function render({ model, el }) {
  const pads = Object.fromEntries(["f", "g"].map((name) => [name, drawingPad(
    el,
    name,
    () => model.get(`drawn_${name}`),
    (samples) => setTrait(model, `drawn_${name}`, samples)
  )]));
  const legend = element("div", "live-legend", el);
  ["f(a)", "g(t − a)", "area under the product"].forEach((words, i) => {
    element("span", `live-key live-key-${i}`, legend, words);
  });
  const player = element("button", "live-button live-start", el, "Play");
  player.type = "button";
  const upper = plot(el, HEIGHT);
  element("div", "live-caption", el, "the area for every t: (f ∗ g)(t)");
  const lower = plot(el, HEIGHT);
  const say = statusLines(el, 1, model);
  const places = grid(...RANGE, 900);
  const times = grid(...RANGE, 300);
  const values = (name, at) => curveAt(model.get(name), at, model.get(`drawn_${name}`));
  const convolved = (at) => convolveAt(model.get("f"), model.get("g"), at, model.get("drawn_f"), model.get("drawn_g"));
  let [answer, reach, stale] = [[], [0, 1], true];
  function drawUpper(t) {
    const still = values("f", places);
    const moved = values("g", places.map((a) => t - a));
    const product = still.map((value, i) => value * moved[i]);
    const scale = axes(upper, widthOf(el), HEIGHT, RANGE, reach);
    mark(upper, t, scale);
    const floor = ` L${scale.x(RANGE[1])} ${scale.y(0)} L${scale.x(RANGE[0])} ${scale.y(0)} Z`;
    shape("path", { d: path(places, product, scale) + floor, class: "live-area" }, upper);
    shape("path", { d: path(places, still, scale), class: "live-first" }, upper);
    shape("path", { d: path(places, moved, scale), class: "live-second" }, upper);
    upper.setAttribute("aria-label", `f, g flipped and moved to t = ${fixed(t)}, and the area under their product`);
  }
  function drawLower(t, value) {
    const scale = axes(lower, widthOf(el), HEIGHT, RANGE, reach);
    mark(lower, t, scale);
    shape("path", { d: path(times, answer, scale), class: "live-rest" }, lower);
    const done = times.filter((time) => time <= t + 1e-9);
    shape("path", { d: path(done, answer, scale), class: "live-trace" }, lower);
    shape("circle", { cx: scale.x(t), cy: scale.y(value), r: 5, class: "live-point" }, lower);
    lower.setAttribute("aria-label", describe(times, answer));
  }
  function mark(svg, t, { x }) {
    shape("line", { x1: x(t), x2: x(t), y1: 0, y2: HEIGHT - BOTTOM, class: "live-now" }, svg);
  }
  function draw() {
    const t = model.get("t");
    if (stale) {
      answer = convolved(times);
      reach = limits([...values("f", places), ...values("g", places), ...answer]);
    }
    stale = false;
    const [value] = convolved([t]);
    Object.entries(pads).forEach(([name, pad]) => pad.show(model.get(name) === CURVES.length));
    drawUpper(t);
    drawLower(t, value);
    say([`(f ∗ g)(${fixed(t)}) = ${fixed(value, 3)}, the shaded area`]);
  }
  function dragTo(event) {
    const t = RANGE[0] + shareAlong(event) * (RANGE[1] - RANGE[0]);
    setTrait(model, "t", Math.round(20 * t) / 20);
  }
  [upper, lower].forEach((svg) => onPress(svg, dragTo));
  const stopPlay = makePlayer(player, model);
  draw();
  const redraw = onFrame(draw);
  const resized = new ResizeObserver(redraw);
  resized.observe(el);
  const forget = [
    listen(model, ["t"], redraw),
    listen(model, ["f", "g", "drawn_f", "drawn_g"], () => {
      stale = true;
      redraw();
    })
  ];
  announce(el, "Press the button, or drag along the curves.");
  return () => {
    stopPlay();
    resized.disconnect();
    forget.forEach((stop) => stop());
    [redraw, say].forEach((one) => one.stop());
  };
}
var flip_and_slide_default = { render };
export {
  CURVES,
  convolveAt,
  curveAt,
  curveOf,
  flip_and_slide_default as default,
  describe,
  grid,
  limits,
  withStroke
};
