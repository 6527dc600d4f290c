// convlib/live/scripts/shared.js
function fixed(value, decimals = 2) {
  return (Number(value.toFixed(decimals)) + 0).toFixed(decimals).replace("-", "−");
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
function tick(parent, x, y, words, attributes = {}) {
  return shape("text", { x, y, class: "live-tick", "text-anchor": "middle", ...attributes }, parent, words);
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

// convlib/live/scripts/contents.js
function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
function fromFile(address) {
  const name = address.slice(address.lastIndexOf("/") + 1).replace(/\.js$/, "");
  return new Promise((resolve, reject) => {
    if (window.liveContents?.[name]) {
      resolve(fromBase64(window.liveContents[name]));
      return;
    }
    const script = document.createElement("script");
    script.onload = () => resolve(fromBase64(window.liveContents[name]));
    script.onerror = () => {
      script.remove();
      reject(new Error(`${name}.js did not load`));
    };
    script.src = address;
    document.head.append(script);
  });
}
async function contentOf(model, trait) {
  const other = await model.widget_manager.get_model(model.get(trait).replace("IPY_MODEL_", ""));
  return other.get("address") ? fromFile(other.get("address")) : bytesOf(other.get("content"));
}

// convlib/live/scripts/learning.js
var BATCH = 32;
var EPOCHS = 6;
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = state + 1831565813 >>> 0;
    let t = Math.imul(state ^ state >>> 15, state | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
var startingNumbers = (random, count, inputs) => Float32Array.from({ length: count }, () => (2 * random() - 1) / Math.sqrt(inputs));
function startOneLayer(kernels, random) {
  return {
    first: { weight: startingNumbers(random, 49 * kernels, 49), bias: startingNumbers(random, kernels, 49) },
    scores: {
      weight: startingNumbers(random, 360 * kernels, 36 * kernels),
      bias: startingNumbers(random, 10, 36 * kernels)
    }
  };
}

// convlib/live/scripts/network.js
var SIDE = 28;
var PIXELS = SIDE ** 2;

// convlib/live/scripts/network_view.js
function percent(share) {
  if (share > 0.999 && share < 1) return "over 99.9 %";
  return share > 0 && share < 5e-4 ? "under 0.1 %" : `${fixed(100 * share, 1)} %`;
}
function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}
function paintSigned(canvas, values, reach, points) {
  const side = Math.sqrt(values.length);
  const wide = side * points;
  const colours = { plain: new Uint32Array(values.length), stripe: new Uint32Array(values.length) };
  values.forEach((v, i) => {
    const share = Math.max(-1, Math.min(1, v / (reach || 1)));
    const [red, green, blue] = share < 0 ? [0, 114, 178] : [213, 94, 0];
    const paint = (light) => rgb(...[red, green, blue].map((ink) => Math.round((255 + (ink - 255) * Math.abs(share)) * light)));
    colours.plain[i] = paint(1);
    colours.stripe[i] = share < -0.02 ? paint(0.7) : colours.plain[i];
  });
  drawPoints(canvas, wide, wide, (i) => {
    const y = Math.floor(i / wide);
    const x = i - y * wide;
    const value = Math.floor(y / points) * side + Math.floor(x / points);
    return (x + y) % points === 0 ? colours.stripe[value] : colours.plain[value];
  });
}

// convlib/live/scripts/runs.js
var startingKernels = (kernels, seed) => startOneLayer(kernels, randomNumbers(seed)).first.weight;
function pointAt(points, step) {
  let found = 0;
  while (found + 1 < points.length && points[found + 1][0] <= step) found += 1;
  return found;
}
function measuredAt(points, index) {
  const found = points.slice(0, index + 1).findLast(([, , accuracy]) => accuracy !== null);
  return found ? { step: found[0], accuracy: found[2] } : null;
}
function summary(runs, counts, wanted) {
  const complete = runs.filter(([layers, , , , epochs]) => layers === wanted && epochs === EPOCHS);
  return counts.map((count) => {
    const found = complete.filter(([, kernels]) => kernels === count).map((run) => run[5]);
    return { runs: found.length, mean: found.length ? found.reduce((a, b) => a + b) / found.length : null };
  });
}
var plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
function describe(points, index, { count, perEpoch, heldOut }) {
  const [step, loss] = points[index] ?? [0, null];
  const measured = measuredAt(points, index);
  const learned = loss === null ? "" : `, loss ${fixed(loss, 3)}`;
  const when = measured && measured.step !== step ? ` (after epoch ${fixed(measured.step / perEpoch, 1)})` : "";
  const read = measured ? `; ${percent(measured.accuracy)} of ${heldOut} held-out digits read rightly${when}` : "";
  const at = step % perEpoch && step < 10 ? `Step ${step}` : `Epoch ${fixed(step / perEpoch, 1)} of ${EPOCHS}`;
  return step || measured ? `${plural(count, "kernel")}. ${at}${learned}${read}.` : "";
}

// convlib/live/scripts/trained.js
var EVENT = "live-trained";
function offer(network, words) {
  window.liveTrained = { network, words };
  dispatchEvent(new Event(EVENT));
}

// worker:convlib/live/scripts/learning_worker.js
var learning_worker_default = '(() => {\n  // convlib/live/scripts/shared.js\n  function bytesOf(view) {\n    if (Array.isArray(view)) return Uint8Array.from(view);\n    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);\n  }\n\n  // convlib/live/scripts/network.js\n  var SIDE = 28;\n  var PIXELS = SIDE ** 2;\n  function unpackDigits(packed) {\n    const count = packed[0] + 256 * packed[1];\n    const labels = packed.subarray(2, 2 + count);\n    const images = new Uint8Array(PIXELS * count);\n    const bits = 2 + count;\n    for (let i = 0; i < images.length; i += 1) images[i] = packed[bits + (i >> 3)] >> 7 - (i & 7) & 1;\n    const groups = Array.from({ length: 10 }, () => []);\n    images.forEach((ink, i) => {\n      if (ink) groups[inkAround(images, i)].push(i);\n    });\n    let next = bits + PIXELS / 8 * count;\n    for (const i of groups.flat()) {\n      images[i] = packed[next];\n      next += 1;\n    }\n    return { count, labels, images };\n  }\n  function inkAround(images, i) {\n    const [row, column] = [Math.floor(i % PIXELS / SIDE), i % SIDE];\n    let found = 0;\n    for (let r = Math.max(0, row - 1); r <= Math.min(SIDE - 1, row + 1); r += 1) {\n      for (let c = Math.max(0, column - 1); c <= Math.min(SIDE - 1, column + 1); c += 1) {\n        found += images[i + SIDE * (r - row) + c - column];\n      }\n    }\n    return found;\n  }\n  async function inflate(bytes) {\n    const stream = new Blob([bytesOf(bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));\n    return new Uint8Array(await new Response(stream).arrayBuffer());\n  }\n\n  // convlib/live/scripts/learning_layers.js\n  var parameter = (value) => ({ value: Float32Array.from(value), gradient: new Float32Array(value.length) });\n  function buffer(Kind = Float32Array) {\n    let held = new Kind(0);\n    return (length) => {\n      if (held.length < length) held = new Kind(length);\n      return held.subarray(0, length);\n    };\n  }\n  var SUMS = {\n    7(answers, rows, columns, { planes, start, channels, height, wide }, weight, w0, bias) {\n      for (let row = 0, o = 0; row < rows; row += 1) {\n        for (let column = 0; column < columns; column += 4, o += 4) {\n          let s0 = bias, s1 = bias, s2 = bias, s3 = bias;\n          for (let channel = 0; channel < channels; channel += 1) {\n            for (let i = 0; i < 7; i += 1) {\n              const q = start + (channel * height + row + i) * wide + column;\n              const w = w0 + (channel * 7 + i) * 7;\n              const a = weight[w], b = weight[w + 1], c = weight[w + 2], d = weight[w + 3];\n              const f = weight[w + 4], g = weight[w + 5], h = weight[w + 6];\n              const p0 = planes[q], p1 = planes[q + 1], p2 = planes[q + 2], p3 = planes[q + 3], p4 = planes[q + 4];\n              const p5 = planes[q + 5], p6 = planes[q + 6], p7 = planes[q + 7], p8 = planes[q + 8], p9 = planes[q + 9];\n              s0 += a * p0 + b * p1 + c * p2 + d * p3 + f * p4 + g * p5 + h * p6;\n              s1 += a * p1 + b * p2 + c * p3 + d * p4 + f * p5 + g * p6 + h * p7;\n              s2 += a * p2 + b * p3 + c * p4 + d * p5 + f * p6 + g * p7 + h * p8;\n              s3 += a * p3 + b * p4 + c * p5 + d * p6 + f * p7 + g * p8 + h * p9;\n            }\n          }\n          answers[o] = s0;\n          answers[o + 1] = s1;\n          answers[o + 2] = s2;\n          answers[o + 3] = s3;\n        }\n      }\n    },\n    3(answers, rows, columns, { planes, start, channels, height, wide }, weight, w0, bias) {\n      for (let row = 0, o = 0; row < rows; row += 1) {\n        for (let column = 0; column < columns; column += 4, o += 4) {\n          let s0 = bias, s1 = bias, s2 = bias, s3 = bias;\n          for (let channel = 0; channel < channels; channel += 1) {\n            for (let i = 0; i < 3; i += 1) {\n              const q = start + (channel * height + row + i) * wide + column;\n              const w = w0 + (channel * 3 + i) * 3;\n              const a = weight[w], b = weight[w + 1], c = weight[w + 2];\n              const p1 = planes[q + 1], p2 = planes[q + 2], p3 = planes[q + 3], p4 = planes[q + 4];\n              s0 += a * planes[q] + b * p1 + c * p2;\n              s1 += a * p1 + b * p2 + c * p3;\n              s2 += a * p2 + b * p3 + c * p4;\n              s3 += a * p3 + b * p4 + c * planes[q + 5];\n            }\n          }\n          answers[o] = s0;\n          answers[o + 1] = s1;\n          answers[o + 2] = s2;\n          answers[o + 3] = s3;\n        }\n      }\n    }\n  };\n  function convolution({ side, padding = 0, pool = 1, isFirst = false }, { weight, bias, shape }) {\n    const [filters, channels, size] = shape;\n    const [height, answered] = [side + 2 * padding, side + 2 * padding - size + 1];\n    const columns = 4 * Math.ceil(answered / 4);\n    const wide = columns + size - 1;\n    const pooled = Math.floor(answered / pool);\n    const [plane, area] = [height * wide, pooled * pooled];\n    const parameters = { weight: parameter(weight) };\n    if (bias) parameters.bias = parameter(bias);\n    const [inputs, places] = [buffer(), buffer(Int32Array)];\n    const [outputs, returned, inside] = [buffer(), buffer(), buffer()];\n    const answers = new Float32Array(answered * columns);\n    let [planes, winners] = [inputs(0), places(0)];\n    const at = (line) => (Math.floor(line / side) * height + line % side + padding) * wide + padding;\n    function enter(x, n) {\n      planes = inputs(n * channels * plane);\n      planes.fill(0);\n      for (let line = 0, i = 0; line < n * channels * side; line += 1, i += side) {\n        planes.set(x.subarray(i, i + side), at(line));\n      }\n    }\n    function pick(out, o) {\n      for (let row = 0; row < pooled; row += 1) {\n        for (let column = 0; column < pooled; column += 1, o += 1) {\n          let best = -Infinity, place = 0;\n          for (let r = row * pool; r < (row + 1) * pool; r += 1) {\n            for (let c = column * pool; c < (column + 1) * pool; c += 1) {\n              if (answers[r * columns + c] > best) {\n                best = answers[r * columns + c];\n                place = r * wide + c;\n              }\n            }\n          }\n          out[o] = best;\n          winners[o] = place;\n        }\n      }\n    }\n    function forward(x, n) {\n      enter(x, n);\n      const out = outputs(n * filters * area);\n      winners = places(n * filters * area);\n      for (let picture = 0; picture < n; picture += 1) {\n        const input = { planes, start: picture * channels * plane, channels, height, wide };\n        for (let filter = 0; filter < filters; filter += 1) {\n          const [w, added] = [filter * channels * size * size, bias ? parameters.bias.value[filter] : 0];\n          SUMS[size](answers, answered, columns, input, parameters.weight.value, w, added);\n          pick(out, (picture * filters + filter) * area);\n        }\n      }\n      return out;\n    }\n    function backward(g, n) {\n      const { value, gradient } = parameters.weight;\n      const back = isFirst ? null : inside(n * channels * plane);\n      back?.fill(0);\n      for (let o = 0; o < n * filters * area; o += 1) {\n        if (g[o] === 0) continue;\n        const map = Math.floor(o / area);\n        const filter = map % filters;\n        const start = (map - filter) / filters * channels * plane + winners[o];\n        if (bias) parameters.bias.gradient[filter] += g[o];\n        for (let channel = 0, w = filter * channels * size * size; channel < channels; channel += 1) {\n          for (let i = 0; i < size; i += 1) {\n            for (let q = start + channel * plane + i * wide, end = q + size; q < end; q += 1, w += 1) {\n              gradient[w] += g[o] * planes[q];\n              if (back) back[q] += g[o] * value[w];\n            }\n          }\n        }\n      }\n      return back && leave(back, n);\n    }\n    function leave(back, n) {\n      const out = returned(n * channels * side * side);\n      for (let line = 0, i = 0; line < n * channels * side; line += 1, i += side) {\n        out.set(back.subarray(at(line), at(line) + side), i);\n      }\n      return out;\n    }\n    return { parameters, shape, padding, forward, backward };\n  }\n  var TINY = 1e-5;\n  var NEW = 0.1;\n  function normalisation({ scale, shift }) {\n    const channels = scale.length;\n    const parameters = { scale: parameter(scale), shift: parameter(shift) };\n    const kept = { mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1) };\n    const spread = new Float64Array(channels);\n    const [outputs, standard, returned] = [buffer(), buffer(), buffer()];\n    let places = standard(0);\n    function each(n, area, act) {\n      for (let map = 0; map < n * channels; map += 1) act(map % channels, map * area, (map + 1) * area);\n    }\n    function moments(x, n) {\n      const area = x.length / (n * channels);\n      const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)];\n      each(n, area, (channel, start, end) => {\n        let sum = 0;\n        for (let i = start; i < end; i += 1) sum += x[i];\n        mean[channel] += sum / (n * area);\n      });\n      each(n, area, (channel, start, end) => {\n        let sum = 0;\n        for (let i = start; i < end; i += 1) sum += (x[i] - mean[channel]) ** 2;\n        variance[channel] += sum / (n * area);\n      });\n      const unbiased = n * area / (n * area - 1);\n      for (let channel = 0; channel < channels; channel += 1) {\n        kept.mean[channel] += NEW * (mean[channel] - kept.mean[channel]);\n        kept.variance[channel] += NEW * (unbiased * variance[channel] - kept.variance[channel]);\n      }\n      return { mean, variance };\n    }\n    function forward(x, n, learning) {\n      const { mean, variance } = learning ? moments(x, n) : kept;\n      const out = outputs(x.length);\n      places = standard(x.length);\n      each(n, x.length / (n * channels), (channel, start, end) => {\n        spread[channel] = 1 / Math.sqrt(variance[channel] + TINY);\n        const [by, from, middle] = [parameters.scale.value[channel], parameters.shift.value[channel], mean[channel]];\n        for (let i = start; i < end; i += 1) {\n          places[i] = (x[i] - middle) * spread[channel];\n          out[i] = by * places[i] + from;\n        }\n      });\n      return out;\n    }\n    function backward(g, n) {\n      const area = g.length / (n * channels);\n      const [sums, products] = [new Float64Array(channels), new Float64Array(channels)];\n      each(n, area, (channel, start, end) => {\n        let sum = 0, product = 0;\n        for (let i = start; i < end; i += 1) {\n          sum += g[i];\n          product += g[i] * places[i];\n        }\n        sums[channel] += sum;\n        products[channel] += product;\n      });\n      const back = returned(g.length);\n      each(n, area, (channel, start, end) => {\n        const [mean, along] = [sums[channel] / (n * area), products[channel] / (n * area)];\n        const by = parameters.scale.value[channel] * spread[channel];\n        for (let i = start; i < end; i += 1) back[i] = by * (g[i] - mean - along * places[i]);\n      });\n      for (let channel = 0; channel < channels; channel += 1) {\n        parameters.shift.gradient[channel] += sums[channel];\n        parameters.scale.gradient[channel] += products[channel];\n      }\n      return back;\n    }\n    function settled() {\n      const by = parameters.scale.value.map((value, channel) => value / Math.sqrt(kept.variance[channel] + TINY));\n      const from = parameters.shift.value.map((value, channel) => value - by[channel] * kept.mean[channel]);\n      return { scale: by, shift: from };\n    }\n    return { parameters, forward, backward, settled };\n  }\n  function relu() {\n    let kept;\n    return {\n      parameters: {},\n      forward(x) {\n        for (let i = 0; i < x.length; i += 1) if (!(x[i] > 0)) x[i] = 0;\n        kept = x;\n        return x;\n      },\n      backward(g) {\n        for (let i = 0; i < g.length; i += 1) if (kept[i] === 0) g[i] = 0;\n        return g;\n      }\n    };\n  }\n  function linear({ weight, bias }) {\n    const [outputs, inputs] = [bias.length, weight.length / bias.length];\n    const parameters = { weight: parameter(weight), bias: parameter(bias) };\n    const [answers, returned] = [buffer(), buffer()];\n    let seen;\n    return {\n      parameters,\n      shape: [outputs, inputs],\n      forward(x, n) {\n        seen = x;\n        const out = answers(n * outputs);\n        for (let o = 0; o < n * outputs; o += 1) {\n          const [row, start] = [o % outputs, Math.floor(o / outputs) * inputs];\n          let sum = parameters.bias.value[row];\n          for (let i = 0, w = row * inputs; i < inputs; i += 1, w += 1) sum += parameters.weight.value[w] * x[start + i];\n          out[o] = sum;\n        }\n        return out;\n      },\n      backward(g, n) {\n        const back = returned(n * inputs);\n        back.fill(0);\n        for (let o = 0; o < n * outputs; o += 1) {\n          const [row, start] = [o % outputs, Math.floor(o / outputs) * inputs];\n          parameters.bias.gradient[row] += g[o];\n          for (let i = 0, w = row * inputs; i < inputs; i += 1, w += 1) {\n            parameters.weight.gradient[w] += g[o] * seen[start + i];\n            back[start + i] += g[o] * parameters.weight.value[w];\n          }\n        }\n        return back;\n      }\n    };\n  }\n  function crossEntropy(scores, labels) {\n    const gradient = new Float32Array(scores.length);\n    let [loss, right] = [0, 0];\n    labels.forEach((label, picture) => {\n      const own = scores.subarray(10 * picture, 10 * picture + 10);\n      const largest = Math.max(...own);\n      const powers = Array.from(own, (score) => Math.exp(score - largest));\n      const total = powers.reduce((a, b) => a + b);\n      loss += Math.log(total) - (own[label] - largest);\n      right += own.indexOf(largest) === label;\n      powers.forEach((power, digit) => {\n        gradient[10 * picture + digit] = (power / total - (digit === label)) / labels.length;\n      });\n    });\n    return { loss: loss / labels.length, gradient, right };\n  }\n\n  // convlib/live/scripts/learning.js\n  var BATCH = 32;\n  var EPOCHS = 6;\n  var PIXELS2 = 784;\n  var [MEMORY, SQUARE_MEMORY, TINY2] = [0.9, 0.999, 1e-8];\n  var RISE = 0.2;\n  function randomNumbers(seed) {\n    let state = seed >>> 0;\n    return () => {\n      state = state + 1831565813 >>> 0;\n      let t = Math.imul(state ^ state >>> 15, state | 1);\n      t ^= t + Math.imul(t ^ t >>> 7, t | 61);\n      return ((t ^ t >>> 14) >>> 0) / 4294967296;\n    };\n  }\n  var startingNumbers = (random, count, inputs) => Float32Array.from({ length: count }, () => (2 * random() - 1) / Math.sqrt(inputs));\n  function startOneLayer(kernels, random) {\n    return {\n      first: { weight: startingNumbers(random, 49 * kernels, 49), bias: startingNumbers(random, kernels, 49) },\n      scores: {\n        weight: startingNumbers(random, 360 * kernels, 36 * kernels),\n        bias: startingNumbers(random, 10, 36 * kernels)\n      }\n    };\n  }\n  function oneLayer({ first, scores }) {\n    const shape = [first.bias.length, 1, 7];\n    return {\n      first: convolution({ side: 28, padding: 1, pool: 4, isFirst: true }, { ...first, shape }),\n      relu: relu(),\n      scores: linear(scores)\n    };\n  }\n  var BEHIND = [["second", 0, 16, 13, 1], ["third", 16, 20, 11, 2], ["fourth", 20, 20, 4, 1]];\n  function startTinyCNN(kernels, random) {\n    const norm = (channels) => ({ scale: new Float32Array(channels).fill(1), shift: new Float32Array(channels) });\n    const start = { first: { weight: startingNumbers(random, 49 * kernels, 49) }, norm1: norm(kernels) };\n    BEHIND.forEach(([name2, channels, filters], i) => {\n      const inputs = 9 * (channels || kernels);\n      start[name2] = { weight: startingNumbers(random, filters * inputs, inputs) };\n      start[`norm${i + 2}`] = norm(filters);\n    });\n    start.scores = { weight: startingNumbers(random, 800, 80), bias: startingNumbers(random, 10, 80) };\n    return start;\n  }\n  function tinyCNN(numbers) {\n    const kernels = numbers.first.weight.length / 49;\n    const first = { weight: numbers.first.weight, shape: [kernels, 1, 7] };\n    const layers = {\n      first: convolution({ side: 28, padding: 2, pool: 2, isFirst: true }, first),\n      norm1: normalisation(numbers.norm1),\n      relu1: relu()\n    };\n    BEHIND.forEach(([name2, channels, filters, side, pool], i) => {\n      const kernel = { weight: numbers[name2].weight, shape: [filters, channels || kernels, 3] };\n      layers[name2] = convolution({ side, pool }, kernel);\n      layers[`norm${i + 2}`] = normalisation(numbers[`norm${i + 2}`]);\n      layers[`relu${i + 2}`] = relu();\n    });\n    return { ...layers, scores: linear(numbers.scores) };\n  }\n  var NETWORKS = [\n    (kernels, random) => oneLayer(startOneLayer(kernels, random)),\n    (kernels, random) => tinyCNN(startTinyCNN(kernels, random))\n  ];\n  var parametersOf = (layers) => Object.values(layers).flatMap((layer) => Object.values(layer.parameters));\n  function answering(layers) {\n    const numbers = {};\n    for (const [name2, { parameters, shape, padding, settled }] of Object.entries(layers)) {\n      if (settled) numbers[name2] = settled();\n      else if (parameters.weight) {\n        numbers[name2] = { weight: Float64Array.from(parameters.weight.value), shape, padding };\n        if (parameters.bias) numbers[name2].bias = Float64Array.from(parameters.bias.value);\n      }\n    }\n    return numbers;\n  }\n  function gradients(layers, pictures, labels) {\n    parametersOf(layers).forEach(({ gradient }) => gradient.fill(0));\n    const order = Object.values(layers);\n    const scores = order.reduce((x, layer) => layer.forward(x, labels.length, true), pictures);\n    const found = crossEntropy(scores, labels);\n    order.reduceRight((g, layer) => layer.backward(g, labels.length), found.gradient);\n    return found;\n  }\n  function cycle(part) {\n    if (part < RISE) return part / RISE;\n    return 0.5 * (1 + Math.cos(Math.PI * (part - RISE) / (1 - RISE)));\n  }\n  function adam(layers) {\n    const all = parametersOf(layers).map((one) => ({ ...one, mean: new Float32Array(one.value.length), square: new Float32Array(one.value.length) }));\n    let [meanLeft, squareLeft] = [1, 1];\n    return (rate) => {\n      meanLeft *= MEMORY;\n      squareLeft *= SQUARE_MEMORY;\n      all.forEach(({ value, gradient, mean, square }) => {\n        for (let i = 0; i < value.length; i += 1) {\n          mean[i] = MEMORY * mean[i] + (1 - MEMORY) * gradient[i];\n          square[i] = SQUARE_MEMORY * square[i] + (1 - SQUARE_MEMORY) * gradient[i] * gradient[i];\n          value[i] -= rate * (mean[i] / (1 - meanLeft)) / (Math.sqrt(square[i] / (1 - squareLeft)) + TINY2);\n        }\n      });\n    };\n  }\n  function batchOf({ images, labels }, places) {\n    const pictures = new Float32Array(PIXELS2 * places.length);\n    places.forEach((place, i) => {\n      for (let j = 0; j < PIXELS2; j += 1) pictures[PIXELS2 * i + j] = images[PIXELS2 * place + j] / 255;\n    });\n    return [pictures, Array.from(places, (place) => labels[place])];\n  }\n  function shuffled(order, random) {\n    for (let i = order.length - 1; i > 0; i -= 1) {\n      const j = Math.floor(random() * (i + 1));\n      [order[i], order[j]] = [order[j], order[i]];\n    }\n    return order;\n  }\n  var tellsAt = (done) => done % 10 === 0 || [1, 2, 5].includes(done);\n  var measuresAt = (done, steps) => done % 100 === 0 || [10, 20, 50, 150].includes(done) || done === steps;\n  function makeRun({ network = 0, kernels, rate, seed }, digits2) {\n    const { heldOut } = digits2;\n    const random = randomNumbers(seed);\n    const layers = NETWORKS[network](kernels, random);\n    const update = adam(layers);\n    const count = digits2.labels.length - heldOut;\n    const perEpoch = Math.ceil(count / BATCH);\n    const steps = EPOCHS * perEpoch;\n    const order = Int32Array.from({ length: count }, (_, i) => i);\n    let done = 0;\n    function step2() {\n      const batch = done % perEpoch;\n      if (batch === 0) shuffled(order, random);\n      const { loss } = gradients(layers, ...batchOf(digits2, order.subarray(BATCH * batch, BATCH * (batch + 1))));\n      done += 1;\n      update(rate * cycle(done / steps));\n      return loss;\n    }\n    function accuracy() {\n      let right = 0;\n      for (let start = count; start < count + heldOut; start += 100) {\n        const places = Array.from({ length: Math.min(100, count + heldOut - start) }, (_, i) => start + i);\n        const [pictures, labels] = batchOf(digits2, places);\n        const scores = Object.values(layers).reduce((x, layer) => layer.forward(x, labels.length, false), pictures);\n        right += crossEntropy(scores, labels).right;\n      }\n      return right / heldOut;\n    }\n    return {\n      step: step2,\n      accuracy,\n      steps,\n      perEpoch,\n      layers,\n      done: () => done,\n      kernels: () => layers.first.parameters.weight.value.slice()\n    };\n  }\n\n  // convlib/live/scripts/learning_worker.js\n  var SLICE = 40;\n  var [digits, run, name, going, losses, timer] = [null, null, 0, false, [], 0];\n  function tell(measured) {\n    const loss = losses.length ? losses.reduce((a, b) => a + b, 0) / losses.length : null;\n    losses = [];\n    postMessage({\n      run: name,\n      done: run.done(),\n      kernels: run.kernels(),\n      network: answering(run.layers),\n      loss,\n      accuracy: measured ? run.accuracy() : null\n    });\n  }\n  function step() {\n    losses.push(run.step());\n    const done = run.done();\n    if (tellsAt(done)) tell(measuresAt(done, run.steps));\n    if (done === run.steps) going = false;\n  }\n  function learn() {\n    const until = performance.now() + SLICE;\n    while (going && performance.now() < until) step();\n    if (going) timer = setTimeout(learn, 0);\n  }\n  var actions = {\n    async packed({ packed, heldOut }) {\n      digits = { ...unpackDigits(await inflate(packed)), heldOut };\n    },\n    settings(message) {\n      [run, name, losses, going] = [makeRun(message.settings, digits), message.run, [], false];\n      tell(true);\n    },\n    going(message) {\n      clearTimeout(timer);\n      going = message.going && run.done() < run.steps;\n      if (going) learn();\n    },\n    once() {\n      if (going || run.done() === run.steps) return;\n      step();\n      if (losses.length) tell(false);\n    }\n  };\n  var last = Promise.resolve();\n  onmessage = ({ data }) => {\n    last = last.then(() => actions[Object.keys(data)[0]](data));\n    last.catch((error) => setTimeout(() => {\n      throw error;\n    }));\n  };\n})();\n';

// convlib/live/scripts/trainer.js
function startWorker(told, failed) {
  const url = URL.createObjectURL(new Blob([learning_worker_default], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => told(data);
  worker.onerror = (event) => {
    event.preventDefault?.();
    failed(new Error(event.message || "no worker started"));
  };
  return {
    post: (message) => worker.postMessage(message),
    stop() {
      worker.terminate();
      URL.revokeObjectURL(url);
    }
  };
}
function makeTrainer({ load, heldOut, told, failed }) {
  let [worker, run] = [null, 0];
  function fail(error) {
    worker?.then((one) => one.stop(), () => {
    });
    worker = null;
    failed(error);
  }
  async function withDigits() {
    const packed = await load();
    const one = startWorker((report) => {
      if (report.run === run) told(report);
    }, fail);
    one.post({ packed, heldOut });
    return one;
  }
  function post(message) {
    worker ??= withDigits();
    const asked = worker;
    const present = (act) => (it) => {
      if (worker === asked) act(it);
    };
    asked.then(present((one) => one.post(message)), present(fail));
  }
  return {
    begin(settings) {
      run += 1;
      post({ settings, run });
    },
    go(going) {
      post({ going });
    },
    once() {
      post({ once: true });
    },
    stop() {
      worker?.then((one) => one.stop(), () => {
      });
      worker = null;
    }
  };
}

// convlib/live/scripts/train_cnn.js
var KEPT = 12;
var SETTINGS = ["network", "count", "rate", "seed"];
var LAYERS = [1, 4];
var [LEFT, RIGHT] = [46, 332];
var [LOSSES, SHARES] = [[3, 1, 0.3, 0.1, 0.03, 0.01], [0.6, 0.7, 0.8, 0.9, 1]];
var LOSS = { top: 20, bottom: 128, high: 3, low: 0.01, ticks: LOSSES.map((v) => [v, String(v)]) };
var RIGHTLY = { top: 168, bottom: 292, high: 1, low: 0.6, ticks: SHARES.map((v) => [v, `${100 * v} %`]) };
var across = (epochs) => LEFT + (RIGHT - LEFT) * epochs / EPOCHS;
var between = ({ top, bottom }, share) => bottom - (bottom - top) * Math.min(1, Math.max(0, share));
var downLoss = (loss) => between(LOSS, Math.log(loss / LOSS.low) / Math.log(LOSS.high / LOSS.low));
var downRight = (share) => between(RIGHTLY, (share - RIGHTLY.low) / (RIGHTLY.high - RIGHTLY.low));
function axes(svg, { bottom, ticks }, down, title) {
  shape("text", { x: LEFT, y: down(ticks.at(title.startsWith("loss") ? 0 : -1)[0]) - 7, class: "live-tick" }, svg, title);
  ticks.forEach(([value, words]) => {
    shape("line", { x1: LEFT, x2: RIGHT, y1: down(value), y2: down(value), class: "live-rule" }, svg);
    tick(svg, LEFT - 5, down(value) + 4, words, { "text-anchor": "end" });
  });
  for (let epoch = 0; epoch <= EPOCHS; epoch += 1) tick(svg, across(epoch), bottom + 15, String(epoch));
}
var path = (places) => places.length ? `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}` : "";
function charts(parent) {
  const svg = shape("svg", { viewBox: "0 0 350 324", class: "live-curves", role: "img" }, parent);
  axes(svg, LOSS, downLoss, "loss, mean of the last ten steps");
  axes(svg, RIGHTLY, downRight, "held-out digits read rightly");
  tick(svg, (LEFT + RIGHT) / 2, RIGHTLY.bottom + 29, "epoch (numbers: kernels; dashed: four layers)");
  const here = shape("line", { y1: LOSS.top, y2: RIGHTLY.bottom, class: "live-here" }, svg);
  const lines = shape("g", {}, svg);
  return {
    /** Draw all runs, { layers, count, points } each; the last one is the present one. */
    draw(runs, perEpoch) {
      lines.replaceChildren();
      runs.forEach(({ layers, count, points }, i) => {
        const className = `live-run${i === runs.length - 1 ? " is-present" : ""}${layers === 1 ? "" : " is-deep"}`;
        const losses = points.filter(([, loss]) => loss !== null).map(([step, loss]) => [across(step / perEpoch), downLoss(loss)]);
        const measured = points.filter(([, , accuracy]) => accuracy !== null).map(([step, , accuracy]) => [across(step / perEpoch), downRight(accuracy)]);
        [losses, measured].forEach((places) => {
          shape("path", { d: path(places), class: className }, lines);
          const end = places.at(-1);
          const attributes = { "text-anchor": "start", class: `live-tick ${className}` };
          if (end) tick(lines, end[0] + 4, end[1] + 4, String(count), attributes);
        });
      });
    },
    mark(epochs) {
      ["x1", "x2"].forEach((name) => here.setAttribute(name, across(epochs)));
    },
    say(words) {
      svg.setAttribute("aria-label", words);
    }
  };
}
function table(parent, counts) {
  const box = element("table", "live-reached", parent);
  const caption = element("caption", "live-caption", box);
  const row = (name, words) => {
    const line = element("tr", "", box);
    element("th", "", line, name).scope = "row";
    return words.map((word) => element("td", "", line, word));
  };
  row("kernels", counts.map(String));
  const [means, times] = [row("rightly", counts.map(() => "–")), row("runs", counts.map(() => "0"))];
  return (found, layers) => {
    caption.textContent = `complete runs, ${plural(layers, "layer")}: digits read rightly`;
    found.forEach(({ runs, mean }, i) => {
      means[i].textContent = mean === null ? "–" : percent(mean);
      times[i].textContent = String(runs);
    });
  };
}
function build(el, counts) {
  const layout = element("div", "live-train-layout", el);
  const left = element("div", "", layout);
  const title = element("div", "live-caption", left);
  const tiles = element("div", "live-forming", left);
  const score = element("p", "live-score", left);
  const buttons = element("div", "live-own", left);
  const [once, forget] = ["One step", "Forget others"].map((words) => {
    const button = element("button", "live-button", buttons, words);
    button.type = "button";
    return button;
  });
  const plot = charts(element("div", "", layout));
  const fill = table(el, counts);
  return { title, tiles, plot, score, once, forget, fill, say: statusLines(el, 1) };
}
function tilesIn(parent) {
  let frames = [];
  return (kernels, count) => {
    if (frames.length !== count) {
      parent.replaceChildren();
      parent.style.setProperty("--columns", Math.ceil(Math.sqrt(count)));
      frames = Array.from({ length: count }, () => pictureFrame(parent, ""));
    }
    frames.forEach(({ canvas }, k) => {
      const values = kernels.subarray(49 * k, 49 * (k + 1));
      const [low, high] = extremes(values);
      paintSigned(canvas, values, Math.max(-low, high), 16);
      canvas.setAttribute("aria-label", `Kernel ${k}, from ${fixed(low)} to ${fixed(high)}`);
    });
  };
}
function render({ model, el }) {
  const counts = model.get("counts");
  const rates = model.get("rates");
  const [heldOut, perEpoch] = [model.get("held_out"), Math.ceil(model.get("learned_from") / BATCH)];
  const settings = () => ({
    network: model.get("network"),
    kernels: counts[model.get("count")],
    rate: rates[model.get("rate")],
    seed: model.get("seed")
  });
  const parts = build(el, counts);
  const paintTiles = tilesIn(parts.tiles);
  let earlier = [];
  let present;
  let [follows, trouble] = [true, ""];
  function fresh() {
    const { kernels: count, seed } = settings();
    if (present?.points.length > 1) earlier = [...earlier, present].slice(-KEPT);
    const kernels = [startingKernels(count, seed)];
    const layers = LAYERS[model.get("network")];
    present = { layers, count, settings: settings(), points: [[0, null, null]], kernels, begun: false };
    [follows, trouble] = [true, ""];
  }
  const summaryOf = ({ layers, settings: { kernels, rate, seed }, points }) => {
    const measured = measuredAt(points, points.length - 1);
    return [layers, kernels, rate, seed, points.at(-1)[0] / perEpoch, measured?.accuracy ?? null];
  };
  const shownPoint = () => follows ? present.points.length - 1 : pointAt(present.points, Math.round(model.get("epoch") * perEpoch));
  function show() {
    const index = shownPoint();
    const { count, points, kernels } = present;
    const words = describe(points, index, { count, perEpoch, heldOut });
    parts.title.textContent = "first layer (striped: below 0)";
    paintTiles(kernels[index], count);
    parts.plot.draw([...earlier, present], perEpoch);
    parts.plot.mark(points[index][0] / perEpoch);
    parts.plot.say(`Loss and accuracy by epoch, ${plural(earlier.length + 1, "run")}. ${words}`);
    parts.fill(summary([...earlier, present].map(summaryOf), counts, present.layers), present.layers);
    parts.score.textContent = trouble || words || `${plural(count, "kernel")} with random numbers. Press Train, and they learn from ${model.get("learned_from")} digits.`;
    parts.score.classList.toggle("is-trouble", Boolean(trouble));
    parts.once.disabled = model.get("running");
    parts.forget.disabled = earlier.length === 0;
    if (!model.get("running")) parts.say([parts.score.textContent]);
  }
  const redraw = onFrame(show);
  function publish() {
    model.set("points", present.points.slice());
    model.set("runs", [...earlier, present].filter(({ points }) => points.length > 1).map(summaryOf));
    model.set("shown", new DataView(present.kernels[shownPoint()].slice().buffer));
    model.save_changes();
  }
  const trainer = makeTrainer({
    load: () => contentOf(model, "digits"),
    heldOut,
    told({ done, loss, accuracy, kernels, network }) {
      if (done === 0) {
        present.points = [];
        present.kernels = [];
      }
      present.points.push([done, loss, accuracy]);
      present.kernels.push(kernels);
      if (follows) model.set("epoch", done / perEpoch);
      if (done === EPOCHS * perEpoch) model.set("running", false);
      publish();
      const { count, layers } = present;
      if (accuracy !== null) offer(network, `${plural(count, "kernel")}, ${plural(layers, "layer")}, epoch ${fixed(done / perEpoch, 1)}`);
      redraw();
    },
    failed(error) {
      console.error(error);
      trouble = `This browser could not train here: ${error.message}.`;
      present.begun = false;
      setTrait(model, "running", false);
      redraw();
    }
  });
  function beginIfNew() {
    trouble = "";
    if (present.begun && present.points.at(-1)[0] < EPOCHS * perEpoch) return;
    fresh();
    present.begun = true;
    trainer.begin(present.settings);
  }
  const running = () => {
    if (model.get("running")) {
      beginIfNew();
      follows = true;
    }
    trainer.go(model.get("running"));
    redraw();
  };
  const changed = () => {
    if (JSON.stringify(settings()) === JSON.stringify(present.settings)) return;
    setTrait(model, "running", false);
    fresh();
    model.set("epoch", 0);
    publish();
    redraw();
  };
  const moved = () => {
    const newest = present.points.at(-1)[0] / perEpoch;
    follows = model.get("epoch") > newest - 0.05;
    publish();
    redraw();
  };
  parts.once.addEventListener("click", () => {
    beginIfNew();
    follows = true;
    trainer.once();
    redraw();
  });
  parts.forget.addEventListener("click", () => {
    earlier = [];
    publish();
    redraw();
  });
  fresh();
  show();
  const forget = [listen(model, ["running"], running), listen(model, SETTINGS, changed), listen(model, ["epoch"], moved)];
  announce(el);
  return () => [...forget, trainer.stop, redraw.stop, parts.say.stop].forEach((end) => end());
}
var train_cnn_default = { render };
export {
  train_cnn_default as default
};
