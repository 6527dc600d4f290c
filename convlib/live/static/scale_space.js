// convlib/live/scripts/shared.js
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

// convlib/live/scripts/scale_space.js
var FAMILIES = ["Gaussian", "LoG", "DoG", "Gabor"];
var PHASES = ["line", "edge"];
var SIZE = 64;
var RATIO = 1.6;
var FIELD = 16;
var total = (values) => values.reduce((a, b) => a + b, 0);
var reach = (sigma, truncate) => Math.max(1, Math.floor(truncate * sigma + 0.5));
var offsets = (radius) => Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
var scaled = (values, factor) => values.map((v) => v * factor);
function bell(sigma, radius) {
  const values = offsets(radius).map((n) => Math.exp(-n * n / (2 * sigma * sigma)));
  return scaled(values, 1 / total(values));
}
function logTerms(sigma) {
  const radius = reach(sigma, 4);
  const g = bell(sigma, radius);
  const curved = offsets(radius).map((n, i) => g[i] * (n * n / sigma ** 4 - 1 / sigma ** 2));
  const sum = 2 * total(curved);
  return [[curved.map((v, i) => v - sum * g[i]), g], [g, curved]];
}
function dogTerms(sigma) {
  const [wide, narrow] = [reach(RATIO * sigma, 4), reach(sigma, 4)];
  const padding = Array(wide - narrow).fill(0);
  const inner = [...padding, ...bell(sigma, narrow), ...padding];
  const outer = bell(RATIO * sigma, wide);
  return [[outer, outer], [scaled(inner, -1), inner]];
}
function gaborTerms(sigma, degrees, wavelength, phase) {
  const radius = reach(sigma, 3);
  const g = bell(sigma, radius);
  const angle = degrees * Math.PI / 180;
  const [perRow, perColumn] = [Math.sin(angle), Math.cos(angle)].map((s) => 2 * Math.PI * s / wavelength);
  const wave = (f, frequency, shift2) => offsets(radius).map((n, i) => g[i] * f(frequency * n + shift2));
  const shift = phase * Math.PI / 2;
  const waves = [
    [wave(Math.cos, perRow, 0), wave(Math.cos, perColumn, shift)],
    [scaled(wave(Math.sin, perRow, 0), -1), wave(Math.sin, perColumn, shift)]
  ];
  const sum = total(waves.map(([column, row]) => total(column) * total(row)));
  waves.push([scaled(g, -sum), g]);
  const size = total(Array.from(whole(waves), Math.abs));
  return waves.map(([column, row]) => [scaled(column, 1 / size), row]);
}
function terms(family, sigma, degrees, wavelength, phase) {
  if (family === "LoG") return logTerms(sigma);
  if (family === "DoG") return dogTerms(sigma);
  if (family === "Gabor") return gaborTerms(sigma, degrees, wavelength, phase);
  const g = bell(sigma, reach(sigma, 4));
  return [[g, g]];
}
function whole(list) {
  const n = list[0][0].length;
  const out = new Float64Array(n * n);
  for (const [column, row] of list) {
    for (let r = 0; r < n; r += 1) for (let c = 0; c < n; c += 1) out[r * n + c] += column[r] * row[c];
  }
  return out;
}
function transform(values) {
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  for (let f = 0; f < SIZE; f += 1) {
    values.forEach((v, n) => {
      const turn = -2 * Math.PI * ((f - SIZE / 2) * n % SIZE) / SIZE;
      re[f] += v * Math.cos(turn);
      im[f] += v * Math.sin(turn);
    });
  }
  return [re, im];
}
function spectrum(list) {
  const [re, im] = [new Float64Array(SIZE * SIZE), new Float64Array(SIZE * SIZE)];
  for (const [column, row] of list) {
    const [a, b] = transform(column);
    const [c, d] = transform(row);
    for (let i = 0; i < SIZE; i += 1) {
      for (let j = 0; j < SIZE; j += 1) {
        re[i * SIZE + j] += a[i] * c[j] - b[i] * d[j];
        im[i * SIZE + j] += a[i] * d[j] + b[i] * c[j];
      }
    }
  }
  return re.map((v, i) => Math.hypot(v, im[i]));
}
function along(x, count, length, lineStride, stride, weights, out) {
  const radius = (weights.length - 1) / 2;
  const line = new Float64Array(length + 2 * radius);
  for (let n = 0; n < count; n += 1) {
    const first = n * lineStride;
    for (let i = 0; i < line.length; i += 1) {
      line[i] = x[first + stride * Math.min(Math.max(i - radius, 0), length - 1)];
    }
    for (let i = 0; i < length; i += 1) {
      let sum = 0;
      for (let k = 0, p = i + 2 * radius; k < weights.length; k += 1, p -= 1) sum += weights[k] * line[p];
      out[first + stride * i] = sum;
    }
  }
}
function filter(x, height, width, list) {
  const out = new Float64Array(height * width);
  const [half, done] = [new Float64Array(out.length), new Float64Array(out.length)];
  for (const [column, row] of list) {
    along(x, width, height, 1, width, column, half);
    along(half, height, width, width, 1, row, done);
    for (let i = 0; i < out.length; i += 1) out[i] += done[i];
  }
  return out;
}
function compute(x, height, width, family, sigma, degrees, wavelength, phase) {
  const list = terms(family, sigma, degrees, wavelength, phase);
  return { kernel: whole(list), magnitudes: spectrum(list), answer: filter(x, height, width, list) };
}
var peak = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
function drawn(values, signed) {
  return signed ? toBytes(values, 0.5 / Math.max(peak(values), 1e-9), 0.5) : toBytes(values);
}
var written = (v) => String(Number((Math.abs(v) < 1e-9 ? 0 : v).toPrecision(3))).replace("-", "−");
function strongest(magnitudes) {
  const at = magnitudes.indexOf(Math.max(...magnitudes));
  return Math.hypot(Math.floor(at / SIZE) - SIZE / 2, at % SIZE - SIZE / 2) / SIZE;
}
function describe(kernel, magnitudes, answer) {
  const n = Math.sqrt(kernel.length);
  const frequency = strongest(magnitudes);
  const rate = frequency === 0 ? "0, flat areas" : `${written(frequency)} cycles per pixel, a wavelength of ${written(1 / frequency)} pixels`;
  return [
    `Kernel: ${n}×${n} values from ${written(Math.min(...kernel))} to ${written(Math.max(...kernel))}, sum ${written(total(kernel))}`,
    `Spectrum: strongest near frequency ${rate}`,
    `Answer: from ${written(Math.min(...answer))} to ${written(Math.max(...answer))}`
  ];
}
var grey = (byte) => rgb(byte, byte, byte);
var [ABOVE, BELOW] = [[213, 94, 0], [0, 114, 178]];
function paintKernel(canvas, kernel) {
  const n = Math.sqrt(kernel.length);
  const [wide, dot, radius] = [2 * FIELD + 1, 5, (n - 1) / 2];
  const most = peak(kernel);
  drawPoints(canvas, wide * dot, wide * dot, (i) => {
    const [y, x] = [Math.floor(i / (wide * dot)), i % (wide * dot)];
    const [r, c] = [Math.floor(y / dot) - FIELD + radius, Math.floor(x / dot) - FIELD + radius];
    if (r < 0 || c < 0 || r >= n || c >= n) return grey(232);
    const share = kernel[r * n + c] / most;
    const ink = share < 0 ? BELOW : ABOVE;
    const depth = Math.sqrt(Math.abs(share));
    const stripe = share < -0.01 && (x + y) % 5 === 0 ? 0.72 : 1;
    const shade = (v) => Math.round((255 + (v - 255) * depth) * stripe);
    return rgb(shade(ink[0]), shade(ink[1]), shade(ink[2]));
  });
}
function build(el) {
  const frames = element("div", "live-pictures", el);
  const [kernel, spectrogram, before, after] = [
    "kernel (striped: −)",
    "spectrum",
    "before",
    "answer"
  ].map((caption) => pictureFrame(frames, caption));
  return { kernel, spectrogram, before, after, say: statusLines(el, 3) };
}
var TRAITS = ["family", "phase", "image", "sigma", "theta", "wavelength"];
function render({ model, el }) {
  const parts = build(el);
  const [height, width] = model.get("shape");
  const bytes = bytesOf(model.get("pixels"));
  function mark() {
    const isGabor = FAMILIES[model.get("family")] === "Gabor";
    el.closest(".live-body")?.classList.toggle("has-wave", isGabor);
  }
  function draw() {
    const [family, phase, image, sigma, theta, wavelength] = TRAITS.map((trait) => model.get(trait));
    const name = FAMILIES[family];
    const pixels = bytes.subarray(image * height * width, (image + 1) * height * width);
    const x = Float64Array.from(pixels, (byte) => byte / 255);
    const { kernel, magnitudes, answer } = compute(x, height, width, name, sigma, theta, wavelength, phase);
    const most = peak(magnitudes);
    paintKernel(parts.kernel.canvas, kernel);
    drawBytes(parts.spectrogram.canvas, SIZE, SIZE, toBytes(magnitudes, 1 / most));
    drawBytes(parts.before.canvas, height, width, pixels);
    drawBytes(parts.after.canvas, height, width, drawn(answer, family > 0));
    parts.after.label.textContent = family > 0 ? "answer (grey: 0)" : "answer";
    mark();
    parts.kernel.canvas.setAttribute("aria-label", `${name} kernel, σ ${written(sigma)}`);
    parts.spectrogram.canvas.setAttribute("aria-label", `Magnitude of the spectrum of the ${name} kernel`);
    parts.before.canvas.setAttribute("aria-label", `Picture before: ${model.get("images")[image].replaceAll("_", " ")}`);
    parts.after.canvas.setAttribute("aria-label", `The picture filtered with the ${name} kernel`);
    parts.say(describe(kernel, magnitudes, answer));
  }
  const redraw = onFrame(draw);
  draw();
  const marking = requestAnimationFrame(mark);
  const stopListening = listen(model, TRAITS, redraw);
  announce(el, "Move the scale and watch what is left of the picture.");
  return () => {
    cancelAnimationFrame(marking);
    [redraw.stop, parts.say.stop, stopListening].forEach((end) => end());
  };
}
var scale_space_default = { render };
export {
  FAMILIES,
  PHASES,
  SIZE,
  bell,
  compute,
  scale_space_default as default,
  describe,
  drawn,
  filter,
  peak,
  spectrum,
  strongest,
  terms,
  whole,
  written
};
