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
function fromHalf(bytes) {
  const halves = new Uint16Array(bytesOf(bytes).slice().buffer);
  return Float32Array.from(halves, (half) => {
    const [exponent, fraction] = [half >> 10 & 31, half & 1023];
    const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    return half >> 15 ? -size : size;
  });
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
  const largest2 = Math.max(...scores);
  const powers = scores.map((s) => Math.exp(s - largest2));
  const total2 = powers.reduce((a, b) => a + b);
  return powers.map((p) => p / total2);
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

// convlib/live/scripts/through.js
var indexOf = ({ channels, values }, { channel, row, column }) => {
  const side = Math.sqrt(values.length / channels);
  return (channel * side + row) * side + column;
};
var valueAt = (steps, place) => steps[place.step].values[indexOf(steps[place.step], place)];
function gate(values, channels, size, given) {
  const norm = given ?? { scale: new Array(channels).fill(1), shift: new Array(channels).fill(0) };
  let pooled = values;
  for (let left = size; left > 1; left /= 2) pooled = pool(pooled, channels);
  return { values: normalise(pooled.slice(), norm), size, norm };
}
var BEHIND = ["second", "third", "fourth"];
function way(network, picture) {
  const steps = [{ kind: "picture", title: "the picture", values: picture, channels: 1 }];
  const deep = Boolean(network.second);
  const push = (step) => steps.push({ ...step, side: Math.sqrt(step.values.length / step.channels) });
  steps[0].side = 28;
  const kernels = network.first.shape[0];
  const padding = network.first.padding ?? (network.first.shape[2] - 3) / 2;
  const first = { layer: network.first, channels: kernels, padding };
  const maps = firstMaps(network, picture);
  push({ kind: "sums", title: "first layer: sums of products", values: maps, ...first });
  const gates = deep ? [[2, "norm1"], [1, "norm2"], [2, "norm3"], [1, "norm4"]] : [[4]];
  gates.forEach(([size, norm], i) => {
    const { values, channels } = steps.at(-1);
    const words = [size > 1 && `the largest of each ${size}×${size}`, norm && "scale and shift", "ReLU"];
    push({ kind: "gate", title: words.filter(Boolean).join(", "), channels, ...gate(values, channels, size, network[norm]) });
    const name = deep && BEHIND[i];
    if (!name) return;
    const layer = network[name];
    const sums = conv(steps.at(-1).values, layer);
    const title = `${name} layer: sums of products`;
    push({ kind: "sums", title, values: sums, channels: layer.shape[0], layer, padding: 0 });
  });
  const scores = linear(steps.at(-1).values, network.scores);
  push({ kind: "scores", title: "scores of 0 to 9", values: scores, channels: 10, layer: network.scores });
  push({ kind: "chances", title: "probabilities of 0 to 9", values: softmax(steps.at(-1).values), channels: 10 });
  return steps;
}
function productsOf(steps, { step, channel, row, column }) {
  const [before, { layer, padding }] = [steps[step - 1], steps[step]];
  const [, channels, size] = layer.shape;
  return Array.from({ length: channels }, (_, k) => {
    const start = (channel * channels + k) * size * size;
    const kernel = layer.weight.slice(start, start + size * size);
    const window2 = kernel.map((__, i) => {
      const [r, c] = [row - padding + Math.floor(i / size), column - padding + i % size];
      const inside = r >= 0 && c >= 0 && r < before.side && c < before.side;
      return inside ? before.values[(k * before.side + r) * before.side + c] : 0;
    });
    return { window: window2, kernel, products: kernel.map((weight, i) => weight * window2[i]) };
  });
}
var total = (values) => values.reduce((a, b) => a + b, 0);
var largest = (values) => values.reduce((best, v, i) => v > values[best] ? i : best, 0);
function winner(steps, { step, channel, row, column }) {
  const [before, { size }] = [steps[step - 1], steps[step]];
  const places = Array.from({ length: size * size }, (_, i) => ({ step: step - 1, channel, row: row * size + Math.floor(i / size), column: column * size + i % size }));
  return places[largest(places.map((place) => before.values[indexOf(before, place)]))];
}
var addends = (steps, { step, channel }) => {
  const { values } = steps[step - 1];
  return values.map((v, i) => v * steps[step].layer.weight[channel * values.length + i]);
};
var placeOf = ({ side }, step, i) => ({ step, channel: Math.floor(i / (side * side)), row: Math.floor(i / side) % side, column: i % side });
function mostFrom(steps, place) {
  const { step } = place;
  const { kind, padding, layer } = steps[step];
  if (kind === "chances") return { ...place, step: step - 1 };
  if (kind === "scores") return placeOf(steps[step - 1], step - 1, largest(addends(steps, place)));
  if (kind === "gate") return winner(steps, place);
  const each = productsOf(steps, place);
  const channel = largest(each.map(({ products }) => Math.max(...products)));
  const i = largest(each[channel].products);
  const size = layer.shape[2];
  const inside = (v) => Math.min(steps[step - 1].side - 1, Math.max(0, v));
  const [row, column] = [place.row - padding + Math.floor(i / size), place.column - padding + i % size].map(inside);
  return { step: step - 1, channel, row, column };
}
function mostTo(steps, place) {
  const { step, channel, row, column } = place;
  const next = steps[step + 1];
  const on = { step: step + 1, channel, row: 0, column: 0 };
  if (next.kind === "chances") return on;
  if (next.kind === "gate") {
    const [r, c] = [row, column].map((v) => Math.min(next.side - 1, Math.floor(v / next.size)));
    return { ...on, row: r, column: c };
  }
  const value = valueAt(steps, place);
  if (next.kind === "scores") {
    const { layer } = next;
    const i = indexOf(steps[step], place);
    const inputs = steps[step].values.length;
    const added = Array.from({ length: 10 }, (_, digit) => value * layer.weight[digit * inputs + i]);
    return { ...on, channel: largest(added) };
  }
  const [filters, channels, size] = next.layer.shape;
  let best = { product: -Infinity };
  for (let filter = 0; filter < filters; filter += 1) {
    for (let i = 0; i < size * size; i += 1) {
      const [r, c] = [row + next.padding - Math.floor(i / size), column + next.padding - i % size];
      const product = value * next.layer.weight[(filter * channels + channel) * size * size + i];
      const inside = Math.min(r, c) >= 0 && Math.max(r, c) < next.side;
      if (inside && product > best.product) best = { product, filter, r, c };
    }
  }
  return { ...on, channel: best.filter, row: best.r, column: best.c };
}
function sourceOf(steps, { step, channel, row, column }) {
  const { kind, size, padding, layer } = steps[step];
  if (kind === "gate") return { channel, row: row * size, column: column * size, size };
  if (kind === "sums") return { channel: null, row: row - padding, column: column - padding, size: layer.shape[2] };
  return null;
}
var where = ({ channel, row, column }) => `map ${channel}, row ${row}, column ${column}`;
var sumInWords = (terms) => {
  const [up, down] = [total(terms.filter((v) => v > 0)), total(terms.filter((v) => v < 0))];
  return `the positive ones add up to ${fixed(up)}, the negative ones to ${fixed(down)}`;
};
function madeOf(steps, place) {
  const { kind, layer, norm, size } = steps[place.step];
  const value = valueAt(steps, place);
  if (kind === "picture") {
    return `Row ${place.row}, column ${place.column} of the picture: ${fixed(value)}, from 0 (paper) to 1 (ink).`;
  }
  if (kind === "chances") {
    const scores = steps[place.step - 1].values;
    return `The probability of ${place.channel}: e to the power of its score ${fixed(scores[place.channel])}, divided by the sum of all ten such powers, is ${percent(value)}.`;
  }
  if (kind === "scores") {
    const terms = Array.from(addends(steps, place));
    return `The score of ${place.channel}: ${terms.length} products, ${sumInWords(terms)}. With the bias ${fixed(layer.bias[place.channel])} that is ${fixed(value)}.`;
  }
  const start = `${where(place)[0].toUpperCase()}${where(place).slice(1)}:`;
  if (kind === "sums") {
    const terms = productsOf(steps, place).flatMap(({ products }) => Array.from(products));
    const bias = layer.bias ? `, with the bias ${fixed(layer.bias[place.channel])}` : "";
    return `${start} ${terms.length} products, ${sumInWords(terms)}. Together${bias} that is ${fixed(value)}.`;
  }
  const best = valueAt(steps, winner(steps, place));
  const [scale, shift] = [norm.scale[place.channel], norm.shift[place.channel]];
  const pooled = size > 1 ? `the largest of ${size}×${size} values is ${fixed(best)}` : `the value was ${fixed(best)}`;
  const moved = scale * best + shift;
  const scaled = scale === 1 && shift === 0 ? "" : `, times ${fixed(scale)} plus ${fixed(shift)} is ${fixed(moved)}`;
  return `${start} ${pooled}${scaled}; ${moved > 0 ? "it is above 0 and stays" : "it is not above 0 and becomes 0"}.`;
}
var answerOf = (steps) => ({ step: steps.length - 1, channel: largest(steps.at(-1).values), row: 0, column: 0 });

// convlib/live/scripts/through_view.js
var HELP = "Click any map to see what that value is made of. The marked square in the step above is where it comes from.";
function button(parent, words, act) {
  const made = element("button", "live-tool", parent, words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
function clickable(parent, act) {
  const frame = element("div", "live-through-map", parent);
  const canvas = element("canvas", "", frame);
  canvas.setAttribute("role", "img");
  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    act(...[(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width]);
  });
  return { frame, canvas };
}
function mark(frame, side, { row, column, size }, className) {
  const [top, left] = [row, column].map((v) => Math.max(0, v));
  const [bottom, right] = [row, column].map((v) => Math.min(side, v + size));
  const made = element("span", className, frame);
  [["top", top], ["left", left], ["height", bottom - top], ["width", right - left]].forEach(([name, squares]) => {
    made.style[name] = `${100 * squares / side}%`;
  });
}
function tenOf(parent, step, choose) {
  const list = element("div", "live-through-ten", parent);
  return Array.from(step.values, (value, digit) => {
    const made = element("span", "live-through-cell", list);
    element("b", "", made, String(digit));
    made.append(` ${step.kind === "chances" ? percent(value).replace("under", "<").replace("over", ">") : fixed(value, 1)}`);
    made.addEventListener("click", () => choose(digit));
    return { frame: made };
  });
}
function throughView(parent) {
  const details = element("details", "live-through", parent);
  element("summary", "", details, "From pixel to answer: every step of this network");
  element("p", "live-caption", details, HELP);
  const tools = element("div", "live-digit-tools", details);
  const words = element("p", "live-through-words", details);
  words.setAttribute("role", "status");
  const sum = element("div", "live-through-sum", details);
  const list = element("div", "", details);
  let [given, steps, place, rows] = [null, [], null, []];
  function choose(next) {
    place = next;
    show();
  }
  const back = button(tools, "Back: what adds most to it", () => choose(mostFrom(steps, place)));
  const on = button(tools, "On: where it adds most", () => choose(mostTo(steps, place)));
  button(tools, "The answer", () => choose(answerOf(steps)));
  function build() {
    list.replaceChildren();
    rows = steps.map((step, index) => {
      element("div", "live-caption", list, step.title);
      if (["scores", "chances"].includes(step.kind)) {
        return tenOf(list, step, (channel) => choose({ step: index, channel, row: 0, column: 0 }));
      }
      const row = element("div", "live-through-row", list);
      return Array.from({ length: step.channels }, (_, channel) => clickable(row, (down, right) => {
        const inside = (share) => Math.min(step.side - 1, Math.max(0, Math.floor(share * step.side)));
        const [r, c] = [down, right].map(inside);
        choose({ step: index, channel, row: r, column: c });
      }));
    });
  }
  function paint() {
    steps.forEach((step, index) => {
      if (!step.side || !rows[index][0].canvas) return;
      const reach = Math.max(...extremes(step.values).map(Math.abs));
      const area = step.side ** 2;
      rows[index].forEach(({ canvas }, channel) => {
        const map = step.values.subarray(area * channel, area * (channel + 1));
        if (step.kind === "picture") paintGrey(canvas, map);
        else paintSigned(canvas, map, reach, 4);
        canvas.setAttribute("aria-label", `${step.title}, map ${channel}`);
      });
    });
  }
  function showSum() {
    sum.replaceChildren();
    if (steps[place.step].kind !== "sums") return;
    const each = productsOf(steps, place);
    const totals = each.map(({ products: products2 }) => products2.reduce((a, b) => a + b, 0));
    const channel = totals.indexOf(Math.max(...totals));
    const { window: window2, kernel, products } = each[channel];
    const of = each.length > 1 ? ` of map ${channel}, which adds most: ${fixed(totals[channel])}` : "";
    const shown = [[window2, `the window${of}`], [kernel, "times the kernel"], [products, "is the products"]];
    shown.forEach(([values, caption]) => {
      const box = element("div", "live-picture", sum);
      const canvas = element("canvas", "", box);
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", caption);
      paintSigned(canvas, values, Math.max(...extremes(values).map(Math.abs)), 8);
      element("div", "live-caption", box, caption);
    });
  }
  function show() {
    details.querySelectorAll(".live-through-here, .live-through-from").forEach((one) => one.remove());
    details.querySelectorAll(".is-chosen").forEach((one) => one.classList.remove("is-chosen"));
    const { frame } = rows[place.step][place.channel];
    if (steps[place.step].side > 0 && frame.querySelector("canvas")) {
      mark(frame, steps[place.step].side, { ...place, size: 1 }, "live-through-here");
    } else frame.classList.add("is-chosen");
    const source = sourceOf(steps, place);
    if (source) {
      rows[place.step - 1].forEach(({ frame: other }, channel) => {
        const counts = source.channel === null || source.channel === channel;
        if (counts) mark(other, steps[place.step - 1].side, source, "live-through-from");
      });
    }
    words.textContent = madeOf(steps, place);
    back.disabled = place.step === 0;
    on.disabled = place.step === steps.length - 1;
    showSum();
  }
  function update() {
    if (!details.open || !given) return;
    const before = steps.map(({ channels, side }) => `${channels} ${side}`).join();
    steps = way(...given);
    const same = before === steps.map(({ channels, side }) => `${channels} ${side}`).join();
    build();
    paint();
    if (!same || !place) place = answerOf(steps);
    show();
  }
  details.addEventListener("toggle", update);
  return (network, picture) => {
    given = [network, picture];
    update();
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

// convlib/live/scripts/draw_digit.js
var CENTRE = 14;
var BOX = 20;
var PEN = 1.7;
function stroke(ink, [r0, c0], [r1, c1]) {
  const [down, right] = [r1 - r0, c1 - c0];
  const length = down * down + right * right;
  for (let i = 0; i < 784; i += 1) {
    const [r, c] = [Math.floor(i / 28) - r0, i % 28 - c0];
    const along = length ? Math.min(1, Math.max(0, (r * down + c * right) / length)) : 0;
    const distance = Math.hypot(r - along * down, c - along * right);
    ink[i] = Math.max(ink[i], Math.round(255 * Math.min(1, Math.max(0, PEN - distance))));
  }
  return ink;
}
function extent(ink, step) {
  let [first, last, mass, moment] = [28, -1, 0, 0];
  for (let i = 0; i < 784; i += 1) {
    const line = Math.floor(i / step) % 28;
    if (ink[i] > 0) [first, last] = [Math.min(first, line), Math.max(last, line)];
    mass += ink[i];
    moment += ink[i] * line;
  }
  return { size: last - first + 1, middle: moment / mass };
}
function resampling(middle, scale) {
  const reach = Math.max(1, 1 / scale);
  return Array.from({ length: 28 }, (_, line) => {
    const place = (line - CENTRE) / scale + middle;
    const weights = Array.from({ length: 84 }, (__, j) => Math.max(0, 1 - Math.abs(j - 28 - place) / reach));
    const total2 = weights.reduce((a, b) => a + b);
    return weights.slice(28, 56).map((w) => total2 ? w / total2 : 0);
  });
}
function prepare(ink) {
  const [rows, columns] = [extent(ink, 28), extent(ink, 1)];
  const out = new Float64Array(784);
  if (rows.size < 1) return out;
  const scale = BOX / Math.max(rows.size, columns.size);
  const [down, across] = [resampling(rows.middle, scale), resampling(columns.middle, scale)];
  const half = new Float64Array(784);
  for (let r = 0; r < 28; r += 1) {
    for (let i = 0; i < 28; i += 1) {
      if (down[r][i]) for (let c = 0; c < 28; c += 1) half[28 * r + c] += down[r][i] * ink[28 * i + c] / 255;
    }
    for (let c = 0; c < 28; c += 1) {
      for (let j = 0; j < 28; j += 1) out[28 * r + c] += across[c][j] * half[28 * r + j];
    }
  }
  return out;
}
function exampleOf(labels, digit, n) {
  const places = Array.from(labels.keys()).filter((i) => labels[i] === digit);
  return places[n % places.length];
}
function sentence(probabilities, truth) {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a]);
  const [first, second] = order.map((digit) => `${digit} (${percent(probabilities[digit])})`);
  const held = truth === void 0 ? "" : ` Somebody wrote it as a ${truth}.`;
  return `The network says ${first}; its second choice is ${second}.${held}`;
}
function stageInWords(stage, accuracies) {
  if (!accuracies.length) return "";
  const when = stage ? `After ${stage} of ${accuracies.length - 1} epochs` : "Before its training";
  return `${when} this chapter's network reads ${percent(accuracies[stage])} of the held-out digits rightly.`;
}
var EMPTY = "The pad is empty. Draw a digit, or choose one from the menu.";
var HELP2 = "Draw with the mouse or a finger. With the keyboard: the arrow keys move the pen, the space bar puts it down or lifts it, Delete clears the pad.";
var MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
function buildDrawing(el) {
  const layout = element("div", "live-digit-layout", el);
  const left = element("div", "live-digit-pad", layout);
  const frame = element("div", "live-pad-frame", left);
  const pad = element("canvas", "live-pad", frame);
  [pad.width, pad.height, pad.tabIndex] = [28, 28, 0];
  pad.setAttribute("role", "application");
  pad.setAttribute("aria-roledescription", "drawing pad");
  pad.setAttribute("aria-label", `Pad of 28 by 28 pixels. ${HELP2}`);
  const invitation = element("div", "live-invitation", frame, "draw here");
  invitation.setAttribute("aria-hidden", "true");
  const pen = element("div", "live-pen", frame);
  const tools = element("div", "live-digit-tools", left);
  const clear = element("button", "live-tool", tools, "Clear the pad");
  clear.type = "button";
  const penState = element("span", "live-caption", tools);
  penState.setAttribute("aria-live", "polite");
  element("p", "live-caption", left, HELP2);
  const middle = element("div", "", layout);
  const seen = pictureFrame(middle, "what the network gets");
  seen.box.classList.add("live-seen");
  element("div", "live-caption", middle, "feature maps, lowest to highest value (striped: below 0)");
  const grid = element("div", "live-maps", middle);
  const right = element("div", "", layout);
  const chosen = element("div", "", right);
  const show = bars(right, "probability of each digit");
  const [say, through] = [statusLines(el, 2), throughView(el)];
  return { chosen, grid, pad, pen, invitation, clear, penState, seen, show, say, through };
}
function mapsIn(grid) {
  let frames = [];
  return (count) => {
    if (frames.length === count) return frames;
    grid.replaceChildren();
    grid.classList.toggle("is-many", count > 8);
    frames = Array.from({ length: count }, () => pictureFrame(grid, ""));
    return frames;
  };
}
function usePad(pad, { draw, clear, move }) {
  let [place, down, last] = [[14, 14], false, null];
  const placeOf2 = (event) => {
    const box = pad.getBoundingClientRect();
    return [(event.clientY - box.top) / box.height * 28 - 0.5, (event.clientX - box.left) / box.width * 28 - 0.5];
  };
  const handlers = {
    pointerdown(event) {
      if (event.button) return;
      pad.setPointerCapture(event.pointerId);
      last = placeOf2(event);
      draw(last, last);
    },
    pointermove(event) {
      if (!last) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [event]) {
        const next = placeOf2(one);
        draw(last, next);
        last = next;
      }
    },
    pointerup() {
      last = null;
    },
    pointercancel() {
      last = null;
    },
    keydown(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const step = MOVES[event.key];
      if (!step && ![" ", "Delete", "Backspace"].includes(event.key)) return;
      event.preventDefault();
      if (step) {
        const next = place.map((v, i) => Math.min(27, Math.max(0, v + step[i])));
        if (down) draw(place, next);
        place = next;
      } else if (event.key === " ") {
        down = !down;
        if (down) draw(place, place);
      } else {
        down = false;
        clear();
      }
      move(place, down);
    },
    focus() {
      if (pad.matches(":focus-visible")) move(place, down);
    },
    // the pen is for the keyboard
    blur() {
      down = false;
      move(null, false);
    }
  };
  Object.entries(handlers).forEach(([name, handler]) => pad.addEventListener(name, handler));
}
async function render({ model, el }) {
  const [network, digits] = await loadShared(model, el) ?? [];
  if (!network) return void 0;
  const { labels, images } = digits;
  const parts = buildDrawing(el);
  const frames = mapsIn(parts.grid);
  const own = () => model.get("digit") === 0;
  const drawn = () => bytesOf(model.get("ink"));
  const example = () => {
    const i = exampleOf(labels, model.get("digit") - 1, model.get("example"));
    return images.subarray(784 * i, 784 * (i + 1));
  };
  let ink = new Uint8Array(784);
  let moments;
  function stageNow() {
    const [stage, last] = [model.get("stage"), model.get("accuracies").length - 1];
    if (stage >= last) return network;
    moments ??= fetchMoments();
    return moments[stage] ?? network;
  }
  function fetchMoments() {
    const found = [];
    contentOf(model, "stages").then((bytes) => {
      const count = model.get("accuracies").length - 1;
      const numbers = fromHalf(bytes);
      const each = numbers.length / count;
      for (let i = 0; i < count; i += 1) {
        found[i] = unpackNetwork(new Uint8Array(numbers.slice(i * each, (i + 1) * each).buffer), model.get("shapes"));
      }
      redraw();
    }).catch((error) => {
      console.error(error);
      parts.say([`The training could not be fetched: ${error.message}.`]);
    });
    return found;
  }
  function show() {
    ink = Uint8Array.from(own() ? drawn() : example());
    const picture = own() ? prepare(ink) : Float64Array.from(ink, (v) => v / 255);
    const present = networks.isOwn() ? stageNow() : networks.present();
    const answers = firstMaps(present, picture);
    const probabilities = answer(present, answers);
    const kernels = present.first.shape[0];
    const area = answers.length / kernels;
    paintGrey(parts.pad, Float64Array.from(ink, (v) => v / 255));
    paintGrey(parts.seen.canvas, picture);
    const truth = own() ? void 0 : model.get("digit") - 1;
    parts.seen.canvas.setAttribute("aria-label", own() ? "The drawing, scaled and centred" : `A held-out digit, written as a ${truth}`);
    const reach = Math.max(...extremes(answers).map(Math.abs));
    frames(kernels).forEach(({ canvas, label }, k) => {
      const map = answers.subarray(area * k, area * (k + 1));
      const [low, high] = extremes(map);
      paintSigned(canvas, map, reach, 4);
      label.textContent = `${fixed(low, 1)} to ${fixed(high, 1)}`;
      canvas.setAttribute("aria-label", `Feature map of kernel ${k}: ${mapInWords(map)}`);
    });
    const empty = own() && !ink.some(Boolean);
    parts.invitation.hidden = own() && !empty;
    parts.pad.classList.toggle("is-example", !own());
    parts.show(probabilities, empty ? -1 : likeliest(probabilities));
    parts.through(present, picture);
    const grown = networks.isOwn() ? stageInWords(model.get("stage"), model.get("accuracies")) : "";
    parts.say([empty ? EMPTY : sentence(probabilities, truth), grown]);
  }
  function change(bytes) {
    model.set("ink", new DataView(bytes.buffer));
    model.set("digit", 0);
    saveSoon();
    redraw();
  }
  const redraw = onFrame(show);
  const saveSoon = onFrame(() => model.save_changes());
  usePad(parts.pad, {
    draw(from, to) {
      ink = stroke(own() ? Uint8Array.from(ink) : new Uint8Array(784), from, to);
      change(ink);
    },
    clear() {
      ink = new Uint8Array(784);
      change(ink);
    },
    move(place, down) {
      parts.pen.hidden = !place;
      parts.penState.textContent = place ? `pen ${down ? "down" : "up"}, row ${place[0]}, column ${place[1]}` : "";
      if (place) [parts.pen.style.top, parts.pen.style.left] = place.map((v) => `${(v + 0.5) / 28 * 100}%`);
      parts.pen.classList.toggle("is-down", down);
    }
  });
  const networks = networkMenu(parts.chosen, network, redraw);
  parts.pen.hidden = true;
  parts.clear.addEventListener("click", () => {
    ink = new Uint8Array(784);
    change(ink);
  });
  show();
  const forget = listen(model, ["ink", "digit", "example", "stage"], redraw);
  announce(el);
  return () => {
    forget();
    [redraw, saveSoon, parts.say, networks].forEach((one) => one.stop());
  };
}
var draw_digit_default = { render };
export {
  draw_digit_default as default,
  exampleOf,
  prepare,
  sentence,
  stageInWords,
  stroke
};
