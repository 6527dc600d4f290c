// convlib/live/scripts/shared.js
function fixed(value, decimals = 2) {
  return (Number(value.toFixed(decimals)) + 0).toFixed(decimals).replace("-", "−");
}
function toBytes(values, gain = 1, shift = 0) {
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = Math.floor(Math.min(Math.max(shift + gain * values[i], 0), 1) * 255 + 0.5);
  }
  return bytes;
}
function bytesOf(view) {
  if (Array.isArray(view)) return Uint8Array.from(view);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
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
function pictureFrame(parent, caption) {
  const box = element("div", "live-picture", parent);
  const canvas = element("canvas", "", box);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Picture ${caption}`);
  return { box, canvas, label: element("div", "live-caption", box, caption) };
}
var rgb = (red, green, blue) => 255 * 2 ** 24 + (blue << 16) + (green << 8) + red;
function drawPoints(canvas, height, width, colourOf) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  const points = new Uint32Array(image.data.buffer);
  for (let i = 0; i < points.length; i += 1) points[i] = colourOf(i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}
function drawBytes(canvas, height, width, bytes) {
  drawPoints(canvas, height, width, (i) => rgb(bytes[i], bytes[i], bytes[i]));
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
function announce(el, first) {
  if (first) el.prepend(element("p", "live-do", null, first));
  el.dataset.liveReady = "";
  el.dispatchEvent(new CustomEvent("live-ready", { bubbles: true }));
}

// convlib/live/scripts/learn_kernel.js
var RATE = 0.5;
var SIZE = 9;
function correlateValid(x, height, width, kernel) {
  const out = new Float64Array((height - 2) * (width - 2));
  for (let r = 0, o = 0; r < height - 2; r += 1) {
    for (let c = 0; c < width - 2; c += 1, o += 1) {
      for (let k = 0; k < SIZE; k += 1) out[o] += kernel[k] * x[(r + Math.floor(k / 3)) * width + c + k % 3];
    }
  }
  return out;
}
function meanProducts(x, height, width) {
  const sums = new Float64Array(SIZE * SIZE);
  const count = (height - 2) * (width - 2);
  const at = new Float64Array(SIZE);
  for (let r = 0; r < height - 2; r += 1) {
    for (let c = 0; c < width - 2; c += 1) {
      for (let k = 0; k < SIZE; k += 1) at[k] = x[(r + Math.floor(k / 3)) * width + c + k % 3];
      for (let i = 0; i < SIZE; i += 1) for (let j = 0; j < SIZE; j += 1) sums[i * SIZE + j] += at[i] * at[j];
    }
  }
  return sums.map((sum) => sum / count);
}
function descend(products, secret, start, momentum, count) {
  const kernels = new Float64Array((count + 1) * SIZE);
  const losses = new Float64Array(count + 1);
  const w = Float64Array.from(start);
  const step = new Float64Array(SIZE);
  for (let n = 0; n <= count; n += 1) {
    kernels.set(w, n * SIZE);
    const off = w.map((value, i) => value - secret[i]);
    const gradient = off.map((_, i) => off.reduce((sum, d, j) => sum + products[i * SIZE + j] * d, 0));
    losses[n] = Math.max(off.reduce((sum, d, i) => sum + d * gradient[i], 0) / 2, 0);
    for (let i = 0; i < SIZE; i += 1) {
      step[i] = momentum * step[i] - RATE * gradient[i];
      w[i] += step[i];
    }
  }
  return { kernels, losses };
}
var isSigned = (kernel) => kernel.reduce((a, b) => a + b, 0) < 0.5;
var drawn = (values, signed) => signed ? toBytes(values, 0.5, 0.5) : toBytes(values);
var mistake = (one, other) => Math.max(...Array.from(one, (v, i) => Math.abs(v - other[i])));
var brief = (loss) => loss >= 1e-3 ? loss.toPrecision(2) : loss.toExponential(1).replace("-", "−");
function describe(step, loss, kernel, secret) {
  const rows = [0, 3, 6].map((i) => Array.from(kernel.slice(i, i + 3), (v) => fixed(v)).join(", ")).join("; ");
  const sum = (values) => fixed(values.reduce((a, b) => a + b, 0));
  return [
    `Step ${step}: loss ${brief(loss)}, largest mistake in a value ${fixed(mistake(kernel, secret), 3)}`,
    `Learned kernel: ${rows}`,
    `Sum of the nine values: ${sum(kernel)} learned, ${sum(secret)} secret`
  ];
}
function table(parent, caption) {
  const box = element("div", "live-table", parent);
  element("div", "live-caption", box, caption);
  const grid = element("div", "live-grid", box);
  grid.style.setProperty("--columns", 3);
  const cells = Array.from({ length: SIZE }, () => element("span", "live-cell", grid));
  return (kernel) => cells.forEach((cell, i) => {
    cell.textContent = fixed(kernel[i]);
    cell.dataset.sign = Math.sign(Number(kernel[i].toFixed(2)));
  });
}
var [LEFT, RIGHT, TOP, BOTTOM] = [38, 308, 8, 132];
var [HIGH, LOW] = [1, -9];
var across = (step) => LEFT + (RIGHT - LEFT) * Math.log10(step + 1) / Math.log10(1001);
var down = (loss) => {
  const exponent = Math.min(Math.max(Math.log10(loss), LOW), HIGH);
  return TOP + (BOTTOM - TOP) * (HIGH - exponent) / (HIGH - LOW);
};
function chart(parent) {
  const svg = shape("svg", { viewBox: "0 0 316 164", class: "live-loss", role: "img" }, parent);
  const power = (n) => `10${[...String(n)].map((c) => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("")}`;
  for (let n = HIGH - 1; n >= LOW; n -= 3) {
    const y = down(10 ** n);
    shape("line", { x1: LEFT, x2: RIGHT, y1: y, y2: y, class: "live-rule" }, svg);
    shape("text", { x: LEFT - 5, y: y + 4, "text-anchor": "end" }, svg, power(n));
  }
  for (const step of [0, 10, 100, 1e3]) {
    shape("text", { x: across(step), y: BOTTOM + 15, "text-anchor": step === 1e3 ? "end" : "middle" }, svg, String(step));
  }
  shape("text", { x: (LEFT + RIGHT) / 2, y: BOTTOM + 29, "text-anchor": "middle" }, svg, "loss by step (dashed: the run before)");
  const old = shape("path", { class: "live-curve is-old" }, svg);
  const now = shape("path", { class: "live-curve" }, svg);
  const here = shape("line", { y1: TOP, y2: BOTTOM, class: "live-here" }, svg);
  const dot = shape("circle", { r: 4.5, class: "live-dot" }, svg);
  let changed = -Infinity;
  return {
    run(losses) {
      const time = performance.now();
      const before = now.getAttribute("d");
      if (before && time - changed > 800) old.setAttribute("d", before);
      if (before) changed = time;
      const points = Array.from(losses, (loss, n) => `${across(n).toFixed(1)} ${down(loss).toFixed(1)}`);
      now.setAttribute("d", `M${points.join("L")}`);
    },
    mark(step, loss) {
      [["x1", across(step)], ["x2", across(step)]].forEach(([name, x]) => here.setAttribute(name, x));
      dot.setAttribute("cx", across(step));
      dot.setAttribute("cy", down(loss));
      svg.setAttribute("aria-label", `Loss curve on logarithmic axes; at step ${step} the loss is ${brief(loss)}`);
    }
  };
}
function build(el) {
  const frames = element("div", "live-pictures", el);
  const [before, goal, learned] = ["before", "after: the goal", "learned so far"].map((caption) => pictureFrame(frames, caption).canvas);
  const below = element("div", "live-learn", el);
  const tables = element("div", "live-tables", below);
  const [fill, fillSecret] = [table(tables, "learned"), table(tables, "secret")];
  const plot = chart(below);
  const again = element("button", "live-button", el, "Train again from another random kernel");
  again.type = "button";
  const say = statusLines(el, 3);
  return { before, goal, learned, fill, fillSecret, plot, again, say };
}
function unpack(model) {
  const bytes = bytesOf(model.get("pixels"));
  let at = 0;
  return model.get("examples").map(([, height, width]) => {
    const x = Float64Array.from(bytes.subarray(at, at + height * width), (byte) => byte / 255);
    at += height * width;
    return { x, height, width };
  });
}
function render({ model, el }) {
  const parts = build(el);
  const examples = unpack(model);
  const steps = model.get("steps");
  const set = (trait, value) => setTrait(model, trait, value);
  const playing = { frame: 0 };
  let stale = true;
  let run;
  function train() {
    const example = examples[model.get("example")];
    const { x, height, width } = example;
    example.products ??= meanProducts(x, height, width);
    const secret = model.get("secrets")[model.get("secret")][1];
    const start = model.get("starts")[model.get("start")];
    const path = descend(example.products, secret, start, model.get("momentum"), steps.at(-1));
    run = { ...path, example, secret, signed: isSigned(secret) };
    drawBytes(parts.before, height, width, drawn(x, false));
    drawBytes(parts.goal, height - 2, width - 2, drawn(correlateValid(x, height, width, secret), run.signed));
    parts.fillSecret(secret);
    parts.plot.run(path.losses);
    stale = false;
  }
  function draw() {
    if (stale) train();
    const step = steps[model.get("step")];
    const kernel = run.kernels.slice(step * SIZE, (step + 1) * SIZE);
    const { x, height, width } = run.example;
    drawBytes(parts.learned, height - 2, width - 2, drawn(correlateValid(x, height, width, kernel), run.signed));
    parts.fill(kernel);
    parts.plot.mark(step, run.losses[step]);
    parts.say(describe(step, run.losses[step], kernel, run.secret));
  }
  const redraw = onFrame(draw);
  const retrain = () => {
    stale = true;
    redraw();
  };
  const stop = () => {
    cancelAnimationFrame(playing.frame);
    playing.listen?.abort();
  };
  function play() {
    const began = performance.now();
    const last = steps.length - 1;
    const advance = (time) => {
      const position = Math.min(Math.max(Math.floor((time - began) / 120), 0), last);
      if (position !== model.get("step")) set("step", position);
      if (position < last) playing.frame = requestAnimationFrame(advance);
      else stop();
    };
    playing.listen = new AbortController();
    const body = el.closest(".live-body") ?? el;
    const takeOver = (event) => {
      if (!el.contains(event.target)) stop();
    };
    const options = { signal: playing.listen.signal, capture: true };
    ["pointerdown", "keydown"].forEach((name) => body.addEventListener(name, takeOver, options));
    playing.frame = requestAnimationFrame(advance);
  }
  parts.again.addEventListener("click", () => {
    stop();
    const count = model.get("starts").length - 1;
    const now = model.get("start");
    const other = 1 + Math.floor(Math.random() * (count - (now > 0 ? 1 : 0)));
    set("start", now > 0 && other >= now ? other + 1 : other);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) set("step", steps.length - 1);
    else {
      set("step", 0);
      play();
    }
  });
  draw();
  const listening = [
    listen(model, ["step"], redraw),
    listen(model, ["secret", "example", "momentum", "start"], retrain)
  ];
  announce(el, "Move the training step, and watch the kernel on the left come to resemble the secret one.");
  return () => [stop, redraw.stop, parts.say.stop, ...listening].forEach((end) => end());
}
var learn_kernel_default = { render };
export {
  RATE,
  brief,
  correlateValid,
  learn_kernel_default as default,
  descend,
  describe,
  drawn,
  isSigned,
  meanProducts,
  mistake
};
