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

// convlib/live/scripts/network.js
var SIDE = 28;
var PIXELS = SIDE ** 2;
var MAP = 26;
function unpackNetwork(bytes, shapes) {
  const numbers = new Float32Array(bytesOf(bytes).slice().buffer);
  const network = {};
  let start = 0;
  for (const [name, shape] of shapes) {
    const [layer, part] = name.split(".");
    const count = shape.reduce((a, b) => a * b, 1);
    network[layer] ??= {};
    network[layer][part] = Float64Array.from(numbers.subarray(start, start + count));
    if (part === "weight") network[layer].shape = shape;
    start += count;
  }
  if (start !== numbers.length) throw new Error(`a network of ${start} numbers, but ${numbers.length} are there`);
  return network;
}
function unpackDigits(packed) {
  const count = packed[0] + 256 * packed[1];
  const labels = packed.subarray(2, 2 + count);
  const images = new Uint8Array(PIXELS * count);
  const bits = 2 + count;
  for (let i = 0; i < images.length; i += 1) images[i] = packed[bits + (i >> 3)] >> 7 - (i & 7) & 1;
  const groups = Array.from({ length: 10 }, () => []);
  images.forEach((ink, i) => {
    if (ink) groups[inkAround(images, i)].push(i);
  });
  let next = bits + PIXELS / 8 * count;
  for (const i of groups.flat()) {
    images[i] = packed[next];
    next += 1;
  }
  return { count, labels, images };
}
function inkAround(images, i) {
  const [row, column] = [Math.floor(i % PIXELS / SIDE), i % SIDE];
  let found = 0;
  for (let r = Math.max(0, row - 1); r <= Math.min(SIDE - 1, row + 1); r += 1) {
    for (let c = Math.max(0, column - 1); c <= Math.min(SIDE - 1, column + 1); c += 1) {
      found += images[i + SIDE * (r - row) + c - column];
    }
  }
  return found;
}
function pictureOf(images, i) {
  const picture = new Float64Array(PIXELS);
  for (let j = 0; j < PIXELS; j += 1) picture[j] = images[PIXELS * i + j] / 255;
  return picture;
}
async function inflate(bytes) {
  const stream = new Blob([bytesOf(bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
var sideOf = (maps, channels) => Math.sqrt(maps.length / channels);
function addChannel(sums, map, { weight, shape: [filters, channels] }, k) {
  const side = sideOf(map, 1);
  const answers = side - 2;
  for (let filter = 0; filter < filters; filter += 1) {
    const w = (filter * channels + k) * 9;
    const [a, b, c] = [weight[w], weight[w + 1], weight[w + 2]];
    const [d, e, f] = [weight[w + 3], weight[w + 4], weight[w + 5]];
    const [g, h, i] = [weight[w + 6], weight[w + 7], weight[w + 8]];
    for (let row = 0; row < answers; row += 1) {
      let upper = row * side;
      let middle = upper + side;
      let lower = middle + side;
      const end = (filter * answers + row + 1) * answers;
      for (let o = end - answers; o < end; o += 1, upper += 1, middle += 1, lower += 1) {
        sums[o] += a * map[upper] + b * map[upper + 1] + c * map[upper + 2] + d * map[middle] + e * map[middle + 1] + f * map[middle + 2] + g * map[lower] + h * map[lower + 1] + i * map[lower + 2];
      }
    }
  }
}
function conv(x, layer) {
  const [filters, channels] = layer.shape;
  const area = x.length / channels;
  const sums = new Float64Array(filters * (Math.sqrt(area) - 2) ** 2);
  for (let k = 0; k < channels; k += 1) addChannel(sums, x.subarray(k * area, (k + 1) * area), layer, k);
  return sums;
}
function pool(x, channels) {
  const side = sideOf(x, channels);
  const half = side >> 1;
  const out = new Float64Array(channels * half * half);
  for (let channel = 0, o = 0; channel < channels; channel += 1) {
    for (let row = 0; row < half; row += 1) {
      let i = (channel * side + 2 * row) * side;
      for (let column = 0; column < half; column += 1, o += 1, i += 2) {
        out[o] = Math.max(x[i], x[i + 1], x[i + side], x[i + side + 1]);
      }
    }
  }
  return out;
}
var positive = (x) => x.map((v) => Math.max(0, v));
function normalise(x, { scale, shift }) {
  const area = x.length / scale.length;
  for (let channel = 0, i = 0; channel < scale.length; channel += 1) {
    for (const end = i + area; i < end; i += 1) x[i] = Math.max(0, scale[channel] * x[i] + shift[channel]);
  }
  return x;
}
function linear(x, { weight, bias }) {
  const out = bias.slice();
  for (let row = 0, w = 0; row < out.length; row += 1) {
    for (let i = 0; i < x.length; i += 1, w += 1) out[row] += x[i] * weight[w];
  }
  return out;
}
function softmax(scores) {
  const largest = Math.max(...scores);
  const powers = scores.map((s) => Math.exp(s - largest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((p) => p / total);
}
function firstMaps({ first }, picture, kernels = first.weight) {
  const size = first.shape[2];
  const padding = first.padding ?? (size - 3) / 2;
  const side = SIDE + 2 * padding - size + 1;
  const area = side * side;
  const out = new Float64Array(area * kernels.length / size ** 2);
  if (first.bias) out.forEach((_, i) => {
    out[i] = first.bias[Math.floor(i / area)];
  });
  for (let pixel = 0; pixel < picture.length; pixel += 1) {
    const value = picture[pixel];
    if (value === 0) continue;
    const bottom = Math.floor(pixel / SIDE) + padding;
    const right = pixel % SIDE + padding;
    const [low, high] = [Math.max(0, right - side + 1), Math.min(size - 1, right)];
    for (let map = 0, kernel = 0; map < out.length; map += area, kernel += size * size) {
      for (let i = Math.max(0, bottom - side + 1); i <= Math.min(size - 1, bottom); i += 1) {
        const [o, w] = [map + (bottom - i) * side + right, kernel + i * size];
        for (let j = low; j <= high; j += 1) out[o - j] += value * kernels[w + j];
      }
    }
  }
  return out;
}
function toSecond({ norm1 }, map, k) {
  return normalise(pool(map, 1), { scale: [norm1.scale[k]], shift: [norm1.shift[k]] });
}
function emptySums({ second }) {
  return new Float64Array(second.shape[0] * ((MAP >> 1) - 2) ** 2);
}
function finish({ norm2, third, norm3, fourth, norm4, scores }, sums) {
  let x = normalise(sums.slice(), norm2);
  x = normalise(pool(conv(x, third), third.shape[0]), norm3);
  x = normalise(conv(x, fourth), norm4);
  return softmax(linear(x, scores));
}
function answer(network, maps) {
  if (!network.second) {
    const kernels2 = network.first.shape[0];
    return softmax(linear(positive(pool(pool(maps, kernels2), kernels2)), network.scores));
  }
  const sums = emptySums(network);
  const kernels = network.first.shape[0];
  const area = maps.length / kernels;
  for (let k = 0; k < kernels; k += 1) {
    addChannel(sums, toSecond(network, maps.subarray(k * area, (k + 1) * area), k), network.second, k);
  }
  return finish(network, sums);
}
function likeliest(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

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
function mapInWords(map) {
  const side = Math.sqrt(map.length);
  const [low, high] = extremes(map);
  const place = (v) => `row ${Math.floor(map.indexOf(v) / side)}, column ${map.indexOf(v) % side}`;
  return `lowest ${fixed(low, 1)} at ${place(low)}; highest ${fixed(high, 1)} at ${place(high)}`;
}
async function sharedBytes(model, trait) {
  const other = await model.widget_manager.get_model(model.get(trait).replace("IPY_MODEL_", ""));
  return other.get("content");
}
async function loadShared(model, el) {
  try {
    const [weights, digits] = await Promise.all([sharedBytes(model, "network"), sharedBytes(model, "digits")]);
    return [unpackNetwork(weights, model.get("shapes")), unpackDigits(await inflate(digits))];
  } catch (error) {
    const words = "The network or the digits of this figure did not arrive whole. Run its cell, or build the page, again.";
    element("p", "live-note", el, `${words} (${error.message})`).setAttribute("role", "alert");
    announce(el);
    return null;
  }
}
function paintGrey(canvas, values) {
  const side = Math.sqrt(values.length);
  drawPoints(canvas, side, side, (i) => {
    const v = Math.round(255 * values[i]);
    return rgb(v, v, v);
  });
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
var short = (share) => percent(share).replace("over", ">").replace("under", "<");
function bars(parent, title) {
  const box = element("div", "live-bars", parent);
  element("div", "live-caption", box, title);
  const list = element("ol", "", box);
  list.start = 0;
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = element("li", "", list);
    element("span", "live-bar-name", row, digit);
    const track = element("span", "live-bar", row);
    return { row, fill: element("span", "", track), text: element("span", "live-bar-text", row) };
  });
  return (shares, best, texts = Array.from(shares, short)) => rows.forEach(({ row, fill, text }, digit) => {
    fill.style.width = `${100 * shares[digit]}%`;
    text.textContent = texts[digit];
    row.classList.toggle("is-best", digit === best);
  });
}

// convlib/live/scripts/recipes.js
var NEUTRAL = [0, 0, 0, 1];
function turned(kernel, turn) {
  const side = Math.sqrt(kernel.length);
  const last = side - 1;
  const from = [
    (r, c) => [r, c],
    (r, c) => [c, last - r],
    (r, c) => [last - r, last - c],
    (r, c) => [last - c, r],
    (r, c) => [r, last - c],
    (r, c) => [last - r, c]
  ][turn];
  return Float64Array.from(kernel, (_, i) => {
    const [r, c] = from(Math.floor(i / side), i % side);
    return kernel[r * side + c];
  });
}
function blurred(kernel, sigma) {
  if (!sigma) return kernel;
  const side = Math.sqrt(kernel.length);
  const reach = Math.max(1, Math.floor(4 * sigma + 0.5));
  const bell = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = bell.reduce((a, b) => a + b);
  const along = (values, step, lineOf) => values.map((_, i) => {
    let sum = 0;
    for (let d = -reach; d <= reach; d += 1) {
      if (lineOf(i) + d >= 0 && lineOf(i) + d < side) sum += bell[reach + d] / total * values[i + d * step];
    }
    return sum;
  });
  const rows = along(Float64Array.from(kernel), 1, (i) => i % side);
  return along(rows, side, (i) => Math.floor(i / side));
}
function tampered(kernel, [replacement, turn, blur, gain], library) {
  const strength = Math.hypot(...kernel);
  const start = replacement ? library[replacement - 1].map((v) => v * strength) : kernel;
  return blurred(turned(start, turn), blur).map((v) => gain * v);
}
function allTampered(kernels, recipes, library) {
  const area = kernels.length / recipes.length;
  const out = new Float64Array(kernels.length);
  recipes.forEach((recipe, k) => out.set(tampered(kernels.slice(k * area, (k + 1) * area), recipe, library), k * area));
  return out;
}

// worker:convlib/live/scripts/counting_worker.js
var counting_worker_default = "(() => {\n  // convlib/live/scripts/network.js\n  var SIDE = 28;\n  var PIXELS = SIDE ** 2;\n  var MAP = 26;\n  function pictureOf(images, i) {\n    const picture = new Float64Array(PIXELS);\n    for (let j = 0; j < PIXELS; j += 1) picture[j] = images[PIXELS * i + j] / 255;\n    return picture;\n  }\n  var sideOf = (maps, channels) => Math.sqrt(maps.length / channels);\n  function addChannel(sums, map, { weight, shape: [filters, channels] }, k) {\n    const side = sideOf(map, 1);\n    const answers = side - 2;\n    for (let filter = 0; filter < filters; filter += 1) {\n      const w = (filter * channels + k) * 9;\n      const [a, b, c] = [weight[w], weight[w + 1], weight[w + 2]];\n      const [d, e, f] = [weight[w + 3], weight[w + 4], weight[w + 5]];\n      const [g, h, i] = [weight[w + 6], weight[w + 7], weight[w + 8]];\n      for (let row = 0; row < answers; row += 1) {\n        let upper = row * side;\n        let middle = upper + side;\n        let lower = middle + side;\n        const end = (filter * answers + row + 1) * answers;\n        for (let o = end - answers; o < end; o += 1, upper += 1, middle += 1, lower += 1) {\n          sums[o] += a * map[upper] + b * map[upper + 1] + c * map[upper + 2] + d * map[middle] + e * map[middle + 1] + f * map[middle + 2] + g * map[lower] + h * map[lower + 1] + i * map[lower + 2];\n        }\n      }\n    }\n  }\n  function conv(x, layer) {\n    const [filters, channels] = layer.shape;\n    const area = x.length / channels;\n    const sums = new Float64Array(filters * (Math.sqrt(area) - 2) ** 2);\n    for (let k = 0; k < channels; k += 1) addChannel(sums, x.subarray(k * area, (k + 1) * area), layer, k);\n    return sums;\n  }\n  function pool(x, channels) {\n    const side = sideOf(x, channels);\n    const half = side >> 1;\n    const out = new Float64Array(channels * half * half);\n    for (let channel = 0, o = 0; channel < channels; channel += 1) {\n      for (let row = 0; row < half; row += 1) {\n        let i = (channel * side + 2 * row) * side;\n        for (let column = 0; column < half; column += 1, o += 1, i += 2) {\n          out[o] = Math.max(x[i], x[i + 1], x[i + side], x[i + side + 1]);\n        }\n      }\n    }\n    return out;\n  }\n  var positive = (x) => x.map((v) => Math.max(0, v));\n  function normalise(x, { scale, shift }) {\n    const area = x.length / scale.length;\n    for (let channel = 0, i = 0; channel < scale.length; channel += 1) {\n      for (const end = i + area; i < end; i += 1) x[i] = Math.max(0, scale[channel] * x[i] + shift[channel]);\n    }\n    return x;\n  }\n  function linear(x, { weight, bias }) {\n    const out = bias.slice();\n    for (let row = 0, w = 0; row < out.length; row += 1) {\n      for (let i = 0; i < x.length; i += 1, w += 1) out[row] += x[i] * weight[w];\n    }\n    return out;\n  }\n  function softmax(scores) {\n    const largest = Math.max(...scores);\n    const powers = scores.map((s) => Math.exp(s - largest));\n    const total = powers.reduce((a, b) => a + b);\n    return powers.map((p) => p / total);\n  }\n  function firstMaps({ first }, picture, kernels = first.weight) {\n    const size = first.shape[2];\n    const padding = first.padding ?? (size - 3) / 2;\n    const side = SIDE + 2 * padding - size + 1;\n    const area = side * side;\n    const out = new Float64Array(area * kernels.length / size ** 2);\n    if (first.bias) out.forEach((_, i) => {\n      out[i] = first.bias[Math.floor(i / area)];\n    });\n    for (let pixel = 0; pixel < picture.length; pixel += 1) {\n      const value = picture[pixel];\n      if (value === 0) continue;\n      const bottom = Math.floor(pixel / SIDE) + padding;\n      const right = pixel % SIDE + padding;\n      const [low, high] = [Math.max(0, right - side + 1), Math.min(size - 1, right)];\n      for (let map = 0, kernel = 0; map < out.length; map += area, kernel += size * size) {\n        for (let i = Math.max(0, bottom - side + 1); i <= Math.min(size - 1, bottom); i += 1) {\n          const [o, w] = [map + (bottom - i) * side + right, kernel + i * size];\n          for (let j = low; j <= high; j += 1) out[o - j] += value * kernels[w + j];\n        }\n      }\n    }\n    return out;\n  }\n  function toSecond({ norm1 }, map, k) {\n    return normalise(pool(map, 1), { scale: [norm1.scale[k]], shift: [norm1.shift[k]] });\n  }\n  function emptySums({ second }) {\n    return new Float64Array(second.shape[0] * ((MAP >> 1) - 2) ** 2);\n  }\n  function finish({ norm2, third, norm3, fourth, norm4, scores }, sums) {\n    let x = normalise(sums.slice(), norm2);\n    x = normalise(pool(conv(x, third), third.shape[0]), norm3);\n    x = normalise(conv(x, fourth), norm4);\n    return softmax(linear(x, scores));\n  }\n  function answer(network, maps) {\n    if (!network.second) {\n      const kernels2 = network.first.shape[0];\n      return softmax(linear(positive(pool(pool(maps, kernels2), kernels2)), network.scores));\n    }\n    const sums = emptySums(network);\n    const kernels = network.first.shape[0];\n    const area = maps.length / kernels;\n    for (let k = 0; k < kernels; k += 1) {\n      addChannel(sums, toSecond(network, maps.subarray(k * area, (k + 1) * area), k), network.second, k);\n    }\n    return finish(network, sums);\n  }\n  function likeliest(probabilities) {\n    return probabilities.indexOf(Math.max(...probabilities));\n  }\n\n  // convlib/live/scripts/counting.js\n  function makeCounter(network, digits) {\n    return network.second ? differences(network, digits) : (kernels) => all(network, digits, kernels);\n  }\n  function all(network, { labels, images }, kernels) {\n    const right = new Array(10).fill(0);\n    labels.forEach((label, n) => {\n      right[label] += likeliest(answer(network, firstMaps(network, pictureOf(images, n), kernels))) === label;\n    });\n    return right;\n  }\n  function differences(network, { labels, images }) {\n    const [kernels, , size] = network.first.shape;\n    const area = size * size;\n    const one = (values, k) => values.subarray(area * k, area * (k + 1));\n    const entered = Array.from(labels, () => []);\n    const sums = Array.from(labels, () => emptySums(network));\n    const known = new Float64Array(area * kernels).fill(NaN);\n    let right;\n    function update(n, picture, k) {\n      const input = toSecond(network, firstMaps(network, picture, one(known, k)), k);\n      const before = entered[n][k];\n      addChannel(sums[n], before ? input.map((value, i) => value - before[i]) : input, network.second, k);\n      entered[n][k] = input;\n    }\n    return function count2(values) {\n      const changed = Array.from({ length: kernels }, (_, k) => k).filter((k) => one(values, k).some((value, i) => value !== one(known, k)[i]));\n      if (right && !changed.length) return right;\n      known.set(values);\n      right = new Array(10).fill(0);\n      labels.forEach((label, n) => {\n        const picture = pictureOf(images, n);\n        for (const k of changed) update(n, picture, k);\n        right[label] += likeliest(finish(network, sums[n])) === label;\n      });\n      return right;\n    };\n  }\n\n  // convlib/live/scripts/counting_worker.js\n  var count;\n  onmessage = ({ data }) => {\n    if (data.network) count = makeCounter(data.network, data.digits);\n    else postMessage(count(data.kernels));\n  };\n})();\n";

// convlib/live/scripts/counting.js
function makeCounter(network, digits) {
  return network.second ? differences(network, digits) : (kernels) => all(network, digits, kernels);
}
function all(network, { labels, images }, kernels) {
  const right = new Array(10).fill(0);
  labels.forEach((label, n) => {
    right[label] += likeliest(answer(network, firstMaps(network, pictureOf(images, n), kernels))) === label;
  });
  return right;
}
function differences(network, { labels, images }) {
  const [kernels, , size] = network.first.shape;
  const area = size * size;
  const one = (values, k) => values.subarray(area * k, area * (k + 1));
  const entered = Array.from(labels, () => []);
  const sums = Array.from(labels, () => emptySums(network));
  const known = new Float64Array(area * kernels).fill(NaN);
  let right;
  function update(n, picture, k) {
    const input = toSecond(network, firstMaps(network, picture, one(known, k)), k);
    const before = entered[n][k];
    addChannel(sums[n], before ? input.map((value, i) => value - before[i]) : input, network.second, k);
    entered[n][k] = input;
  }
  return function count(values) {
    const changed = Array.from({ length: kernels }, (_, k) => k).filter((k) => one(values, k).some((value, i) => value !== one(known, k)[i]));
    if (right && !changed.length) return right;
    known.set(values);
    right = new Array(10).fill(0);
    labels.forEach((label, n) => {
      const picture = pictureOf(images, n);
      for (const k of changed) update(n, picture, k);
      right[label] += likeliest(finish(network, sums[n])) === label;
    });
    return right;
  };
}

// convlib/live/scripts/scoring.js
var NoWorkers = class extends Error {
};
function workerPart(network, digits) {
  const url = URL.createObjectURL(new Blob([counting_worker_default], { type: "text/javascript" }));
  let worker;
  try {
    worker = new Worker(url);
  } catch (error) {
    URL.revokeObjectURL(url);
    throw new NoWorkers(error.message);
  }
  worker.postMessage({ network, digits });
  return {
    count: (kernels) => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault?.();
        reject(event.message ? new Error(event.message) : new NoWorkers("no worker started"));
      };
      worker.postMessage({ kernels });
    }),
    stop() {
      worker.terminate();
      URL.revokeObjectURL(url);
    }
  };
}
function pagePart(network, digits) {
  const count = makeCounter(network, digits);
  let timer;
  return {
    count: (kernels) => new Promise((resolve) => {
      timer = setTimeout(resolve, 0);
    }).then(() => count(kernels)),
    stop: () => clearTimeout(timer)
  };
}
function split(make, network, { labels, images }, pieces) {
  const pixels = images.length / labels.length;
  return Array.from({ length: pieces }, (_, i) => {
    const [start, end] = [i, i + 1].map((j) => Math.round(labels.length * j / pieces));
    const digits = { labels: labels.slice(start, end), images: images.slice(pixels * start, pixels * end) };
    return make(network, digits);
  });
}
function makeScorer(network, digits, { tell, fail }) {
  let [parts, wanted, busy, stopped] = [[], null, false, false];
  const add = (counts) => counts.reduce((sum, one) => sum.map((value, digit) => value + one[digit]));
  const run = async (kernels) => add(await Promise.all(parts.map((part) => part.count(kernels))));
  async function count(kernels) {
    try {
      if (!parts.length) {
        parts = split(workerPart, network, digits, Math.min(4, navigator.hardwareConcurrency || 2));
      }
      return await run(kernels);
    } catch (error) {
      if (!(error instanceof NoWorkers)) throw error;
      parts.forEach((part) => part.stop());
      parts = split(pagePart, network, digits, Math.ceil(digits.count / 25));
      return run(kernels);
    }
  }
  async function loop() {
    if (busy) return;
    busy = true;
    try {
      while (wanted && !stopped) {
        const kernels = wanted;
        wanted = null;
        const right = await count(kernels);
        if (!stopped) tell(right, !wanted);
      }
    } catch (error) {
      if (!stopped) fail(error);
    } finally {
      busy = false;
    }
  }
  return {
    score(kernels) {
      wanted = kernels;
      loop();
    },
    stop() {
      stopped = true;
      parts.forEach((part) => part.stop());
    }
  };
}

// convlib/live/scripts/trained.js
var EVENT = "live-trained";
function networkMenu(parent, own, changed) {
  const label = element("label", "live-network", parent, "Network ");
  const select = element("select", "", label);
  select.setAttribute("aria-label", "Network");
  element("option", "", select, "of this chapter");
  const yours = element("option", "", select);
  const show = () => {
    const trained = window.liveTrained;
    yours.disabled = !trained;
    yours.textContent = trained ? `yours: ${trained.words}` : "yours: train one first";
  };
  const present = () => select.selectedIndex === 1 ? window.liveTrained.network : own;
  const renewed = () => {
    show();
    if (select.selectedIndex === 1) changed();
  };
  select.addEventListener("change", changed);
  addEventListener(EVENT, renewed);
  show();
  return { present, isOwn: () => select.selectedIndex === 0, stop: () => removeEventListener(EVENT, renewed) };
}

// convlib/live/scripts/tamper_cnn.js
function inLines(kernel) {
  const side = Math.sqrt(kernel.length);
  const words = Array.from(kernel, (v) => fixed(v, 2).padStart(6));
  return Array.from({ length: side }, (_, r) => words.slice(side * r, side * (r + 1)).join(" ")).join("\n");
}
var RECIPE = ["replace", "turn", "blur", "gain"];
var recipeOf = (model) => RECIPE.map((trait) => model.get(trait));
function initialize({ model }) {
  let loading = false;
  const load = () => {
    const recipe = model.get("recipes")[model.get("kernel")];
    loading = true;
    RECIPE.forEach((trait, i) => model.set(trait, recipe[i]));
    loading = false;
    model.save_changes();
  };
  const store = () => {
    if (loading) return;
    const recipes = model.get("recipes").slice();
    if (String(recipes[model.get("kernel")]) === String(recipeOf(model))) return;
    recipes[model.get("kernel")] = recipeOf(model);
    model.set("recipes", recipes);
    model.save_changes();
  };
  const forget = [
    listen(model, ["kernel", "recipes"], load),
    listen(model, RECIPE, store)
  ];
  return () => forget.forEach((stop) => stop());
}
function tilesIn(row, choose) {
  let tiles = [];
  return (count) => {
    if (tiles.length === count) return tiles;
    row.replaceChildren();
    row.classList.toggle("is-many", count > 8);
    tiles = Array.from({ length: count }, (_, k) => {
      const tile = pictureFrame(row, `kernel ${k}`);
      tile.box.addEventListener("click", () => choose(k));
      return tile;
    });
    return tiles;
  };
}
function build(el, choose) {
  const chosen = element("div", "", el);
  element("div", "live-caption", el, "first kernels (striped: below 0)");
  const tiles = tilesIn(element("div", "live-kernel-row", el), choose);
  const layout = element("div", "live-digit-layout live-tamper-layout", el);
  const left = element("div", "", layout);
  const pair = element("div", "live-before-after", left);
  const [digit, map] = ["digit", "map"].map((caption) => pictureFrame(pair, caption));
  const score = element("p", "live-score", left);
  const reset = element("button", "live-tool", left, "All kernels as learned");
  reset.type = "button";
  const show = bars(element("div", "", layout), "probability of each digit");
  const showRight = bars(element("div", "", layout), "held-out digits read rightly");
  const say = statusLines(el, 2);
  const numbers = element("details", "live-numbers", el);
  const summary = element("summary", "", numbers);
  const table = element("pre", "", numbers);
  table.tabIndex = 0;
  return { chosen, tiles, digit, map, score, reset, show, showRight, say, summary, table };
}
async function render({ model, el }) {
  const [own, digits] = await loadShared(model, el) ?? [];
  if (!own) return void 0;
  const parts = build(el, (k) => {
    if (k < model.get("recipes").length) setTrait(model, "kernel", k);
  });
  let network = own;
  const total = new Array(10).fill(0);
  digits.labels.forEach((label) => {
    total[label] += 1;
  });
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  let learned = sum(model.get("right"));
  const base = () => {
    const bytes = bytesOf(model.get("base"));
    if (network !== own || !bytes.length) return network.first.weight;
    return Float64Array.from(new Float32Array(bytes.slice().buffer));
  };
  const recipes = () => Array.from({ length: network.first.shape[0] }, (_, k) => model.get("recipes")[k] ?? NEUTRAL);
  const current = () => allTampered(base(), recipes(), model.get("library"));
  const chosenKernel = () => Math.min(model.get("kernel"), network.first.shape[0] - 1);
  const same = (kernels) => kernels.every((v, i) => v === network.first.weight[i]);
  const said = ["", ""];
  function showScore(right, settled) {
    const [now, all2] = [sum(right), digits.count];
    if (learned === null && settled && same(current())) learned = now;
    parts.showRight(right.map((v, d) => v / Math.max(1, total[d])), -1, right.map((v, d) => `${v} of ${total[d]}`));
    parts.score.dataset.right = now;
    parts.score.dataset.settled = Boolean(settled);
    const change = now - (learned ?? now);
    const words = learned === null ? "" : !change ? ", as many as learned" : `, ${Math.abs(change)} ${change < 0 ? "fewer" : "more"} than as learned`;
    parts.score.replaceChildren("Accuracy: ", element("b", "", null, percent(now / all2)));
    parts.score.append(` (${now} of ${all2} held-out digits${words}).`);
    said[1] = parts.score.textContent;
    if (settled) parts.say(said);
  }
  function showKernels(kernels, chosen) {
    parts.tiles(kernels.length / 49).forEach(({ box, canvas }, k) => {
      const values = kernels.subarray(49 * k, 49 * (k + 1));
      const [low, high] = extremes(values);
      paintSigned(canvas, values, Math.max(-low, high), 8);
      box.classList.toggle("is-chosen", k === chosen);
      canvas.setAttribute("aria-label", `Kernel ${k}, from ${fixed(low)} to ${fixed(high)}${k === chosen ? ", chosen" : ""}`);
    });
    const kernel = kernels.subarray(49 * chosen, 49 * (chosen + 1));
    parts.summary.textContent = `The numbers of kernel ${chosen}; their sum is ${fixed(kernel.reduce((a, b) => a + b))}`;
    parts.table.textContent = inLines(kernel);
  }
  function show() {
    const [kernels, k, n] = [current(), chosenKernel(), model.get("example")];
    showKernels(kernels, k);
    const picture = pictureOf(digits.images, n);
    const answers = firstMaps(network, picture, kernels);
    const probabilities = answer(network, answers);
    paintGrey(parts.digit.canvas, picture);
    parts.digit.canvas.setAttribute("aria-label", `Held-out digit ${n}, written as a ${digits.labels[n]}`);
    parts.digit.label.textContent = `digit: a ${digits.labels[n]}`;
    const area = 49 * answers.length / kernels.length;
    const map = answers.subarray(area * k, area * (k + 1));
    const [low, high] = extremes(map);
    paintSigned(parts.map.canvas, map, Math.max(...extremes(answers).map(Math.abs)), 4);
    parts.map.label.textContent = `map of kernel ${k}: ${fixed(low, 1)} to ${fixed(high, 1)}`;
    parts.map.canvas.setAttribute("aria-label", `Feature map of kernel ${k}: ${mapInWords(map)}`);
    const best = likeliest(probabilities);
    parts.show(probabilities, best);
    said[0] = `The digit was written as a ${digits.labels[n]}. The network says ${best} (${percent(probabilities[best])}).`;
    parts.say(said);
  }
  function showTrouble(error) {
    console.error(error);
    parts.score.replaceChildren(`The counting failed: ${error.message}`);
    said[1] = parts.score.textContent;
    parts.say(said);
  }
  const newScorer = () => makeScorer(network, digits, { tell: showScore, fail: showTrouble });
  let scorer = newScorer();
  const redraw = onFrame(show);
  const rescore = onFrame(() => {
    parts.score.dataset.settled = false;
    scorer.score(current());
  });
  const watcher = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting) {
      watcher.disconnect();
      rescore();
    }
  });
  const networks = networkMenu(parts.chosen, own, () => {
    network = networks.present();
    learned = network === own ? sum(model.get("right")) : null;
    scorer.stop();
    scorer = newScorer();
    redraw();
    rescore();
  });
  parts.reset.addEventListener("click", () => {
    model.set("base", new DataView(new ArrayBuffer(0)));
    setTrait(model, "recipes", model.get("recipes").map(() => NEUTRAL));
  });
  show();
  if (same(current())) showScore(model.get("right"), true);
  watcher.observe(el);
  const forget = [
    listen(model, ["recipes", "base", "kernel", "example"], redraw),
    listen(model, ["recipes", "base"], rescore)
  ];
  announce(el);
  return () => {
    forget.forEach((stop) => stop());
    watcher.disconnect();
    [redraw, rescore, scorer, parts.say, networks].forEach((one) => one.stop());
  };
}
var tamper_cnn_default = { initialize, render };
export {
  tamper_cnn_default as default,
  inLines
};
