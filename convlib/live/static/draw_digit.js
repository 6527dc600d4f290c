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
function announce(el) {
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

// convlib/live/scripts/trained.js
var EVENT = "live-trained";
function networkMenu(parent, own, changed) {
  const label = element("label", "live-network", parent, "Network ");
  const select = element("select", "", label);
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
    const total = weights.reduce((a, b) => a + b);
    return weights.slice(28, 56).map((w) => total ? w / total : 0);
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
var EMPTY = "The pad is empty. Draw a digit, or choose one from the menu.";
var HELP = "Draw with the mouse or a finger. With the keyboard: the arrow keys move the pen, the space bar puts it down or lifts it, Delete clears the pad.";
var MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
function buildDrawing(el) {
  const layout = element("div", "live-digit-layout", el);
  const left = element("div", "live-digit-pad", layout);
  const frame = element("div", "live-pad-frame", left);
  const pad = element("canvas", "live-pad", frame);
  [pad.width, pad.height, pad.tabIndex] = [28, 28, 0];
  pad.setAttribute("role", "application");
  pad.setAttribute("aria-roledescription", "drawing pad");
  pad.setAttribute("aria-label", `Pad of 28 by 28 pixels. ${HELP}`);
  const invitation = element("div", "live-invitation", frame, "draw here");
  invitation.setAttribute("aria-hidden", "true");
  const pen = element("div", "live-pen", frame);
  const tools = element("div", "live-digit-tools", left);
  const clear = element("button", "live-tool", tools, "Clear the pad");
  clear.type = "button";
  const penState = element("span", "live-caption", tools);
  penState.setAttribute("aria-live", "polite");
  element("p", "live-caption", left, HELP);
  const middle = element("div", "", layout);
  const seen = pictureFrame(middle, "what the network gets");
  seen.box.classList.add("live-seen");
  element("div", "live-caption", middle, "feature maps, lowest to highest value (striped: below 0)");
  const grid = element("div", "live-maps", middle);
  const right = element("div", "", layout);
  const chosen = element("div", "", right);
  const show = bars(right, "probability of each digit");
  return { chosen, grid, pad, pen, invitation, clear, penState, seen, show, say: statusLines(el, 1) };
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
  const placeOf = (event) => {
    const box = pad.getBoundingClientRect();
    return [(event.clientY - box.top) / box.height * 28 - 0.5, (event.clientX - box.left) / box.width * 28 - 0.5];
  };
  const handlers = {
    pointerdown(event) {
      if (event.button) return;
      pad.setPointerCapture(event.pointerId);
      last = placeOf(event);
      draw(last, last);
    },
    pointermove(event) {
      if (!last) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [event]) {
        const next = placeOf(one);
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
  function show() {
    ink = Uint8Array.from(own() ? drawn() : example());
    const picture = own() ? prepare(ink) : Float64Array.from(ink, (v) => v / 255);
    const present = networks.present();
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
    parts.say([empty ? EMPTY : sentence(probabilities, truth)]);
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
  const forget = listen(model, ["ink", "digit", "example"], redraw);
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
  stroke
};
