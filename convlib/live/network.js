// The course's small network in JavaScript, shared by the figures that run it: their modules begin with
// this file. All of it is pure but for the few helpers at the end. Pictures and maps are arrays in the
// order channel, row, column; convolution is PyTorch's, that is cross-correlation.

/** Bytes, in whatever form they arrive, as a Uint8Array. */
export function bytesOf(view) {
  if (Array.isArray(view)) return Uint8Array.from(view);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** The numbers of a network by name, from float32 bytes; `shapes` has [name, shape] in their order. */
export function unpackNetwork(bytes, shapes) {
  const numbers = new Float32Array(bytesOf(bytes).slice().buffer);
  const network = {};
  let start = 0;
  for (const [name, shape] of shapes) {
    const count = shape.reduce((a, b) => a * b, 1);
    network[name] = Float64Array.from(numbers.subarray(start, start + count));
    start += count;
  }
  [network.kernels, , network.size] = shapes[0][1];
  return network;
}

/** Labels and pictures of digits: their number, the labels, a bit for each pixel with ink, the ink alone. */
export function unpackDigits(packed) {
  const count = packed[0] + 256 * packed[1];
  const labels = packed.subarray(2, 2 + count);
  const images = new Uint8Array(784 * count);
  const bits = 2 + count;
  let next = bits + 98 * count;
  for (let i = 0; i < images.length; i += 1) {
    if ((packed[bits + (i >> 3)] >> (7 - (i & 7))) & 1) { images[i] = packed[next]; next += 1; }
  }
  return { count, labels, images };
}

/** One of them, from 0 (paper) to 1 (ink). */
export function pictureOf(images, i) {
  const picture = new Float64Array(784);
  for (let j = 0; j < 784; j += 1) picture[j] = images[784 * i + j] / 255;
  return picture;
}

/** What a deflated byte string holds. */
export async function inflate(bytes) {
  const stream = new Blob([bytesOf(bytes)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** One line for each place of a kernel: the numbers under it, in the order of the kernel's own. */
export function patches(x, channels, side, size) {
  const out = side - size + 1;
  const lines = new Float64Array(out * out * channels * size * size);
  let q = 0;
  for (let place = 0; place < out * out; place += 1) {
    const corner = Math.floor(place / out) * side + (place % out);
    for (let channel = 0; channel < channels; channel += 1) {
      for (let i = 0; i < size; i += 1) {
        const start = channel * side * side + corner + i * side;
        for (let j = start; j < start + size; j += 1, q += 1) lines[q] = x[j];
      }
    }
  }
  return lines;
}

/** Every kernel times every patch: two places and four kernels at a time, for speed. */
export function products(lines, weights, filters, depth) {
  const places = lines.length / depth;
  const out = new Float64Array(filters * places);
  for (let p = 0; p < places; p += 2) {
    const a = p * depth;
    const last = Math.min(p + 1, places - 1); // if their number is odd, the last place twice
    const b = last * depth;
    for (let g = 0; g < filters; g += 4) {
      const f = Math.max(0, Math.min(g, filters - 4));
      const w = f * depth;
      const x = w + depth;
      const y = x + depth;
      const z = y + depth;
      let aw = 0; let ax = 0; let ay = 0; let az = 0;
      let bw = 0; let bx = 0; let by = 0; let bz = 0;
      if (filters < 4) { // one at a time
        for (let h = 0; h < filters; h += 1) {
          aw = 0; bw = 0;
          for (let k = 0; k < depth; k += 1) {
            const weight = weights[h * depth + k];
            aw += lines[a + k] * weight; bw += lines[b + k] * weight;
          }
          out[h * places + p] = aw; out[h * places + last] = bw;
        }
        continue;
      }
      for (let k = 0; k < depth; k += 1) {
        const u = lines[a + k]; const v = lines[b + k];
        const kw = weights[w + k]; const kx = weights[x + k]; const ky = weights[y + k]; const kz = weights[z + k];
        aw += u * kw; ax += u * kx; ay += u * ky; az += u * kz;
        bw += v * kw; bx += v * kx; by += v * ky; bz += v * kz;
      }
      let o = f * places + p;
      let q = f * places + last;
      out[q] = bw; out[o] = aw;
      o += places; q += places; out[q] = bx; out[o] = ax;
      o += places; q += places; out[q] = by; out[o] = ay;
      o += places; q += places; out[q] = bz; out[o] = az;
    }
  }
  return out;
}

/** A convolutional layer without bias and padding, as torch.nn.functional.conv2d on square maps. */
export function conv(x, channels, side, weights, filters, size) {
  return products(patches(x, channels, side, size), weights, filters, channels * size * size);
}

/** The largest of each 2×2; an odd last row and column are left out, as in PyTorch. */
export function pool(x, channels, side, half = side >> 1) {
  const out = new Float64Array(channels * half * half);
  let o = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    for (let r = 0; r < half; r += 1) {
      let i = (channel * side + 2 * r) * side;
      for (let c = 0; c < half; c += 1, o += 1, i += 2) {
        out[o] = Math.max(x[i], x[i + 1], x[i + side], x[i + side + 1]);
      }
    }
  }
  return out;
}

/** Scale and shift of each channel, then ReLU; changes `x`. */
export function normalise(x, scale, shift) {
  const area = x.length / scale.length;
  for (let i = 0, channel = 0; channel < scale.length; channel += 1) {
    for (const end = i + area; i < end; i += 1) x[i] = Math.max(0, scale[channel] * x[i] + shift[channel]);
  }
  return x;
}

/** Weighted sums: one row of weights and one bias for each. */
export function linear(x, weights, bias) {
  const out = bias.slice();
  for (let row = 0, w = 0; row < out.length; row += 1) {
    for (let i = 0; i < x.length; i += 1, w += 1) out[row] += x[i] * weights[w];
  }
  return out;
}

/** Scores to probabilities. */
export function softmax(scores) {
  const largest = Math.max(...scores);
  const powers = scores.map((s) => Math.exp(s - largest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((p) => p / total);
}

/**
 * The first layer's answers to a picture, 26×26 for each kernel; `kernels` may be other ones. Most of a picture is
 * paper: each pixel with ink adds the kernel, turned by half a turn, around its place.
 */
export function firstMaps(network, picture, kernels = network['first.weight']) {
  const { size } = network;
  const padding = (size - 3) / 2;
  const area = size * size;
  const out = new Float64Array((676 * kernels.length) / area);
  for (let pixel = 0; pixel < 784; pixel += 1) {
    const v = picture[pixel];
    if (v === 0) continue;
    const bottom = Math.floor(pixel / 28) + padding;
    const right = (pixel % 28) + padding;
    for (let i = Math.max(0, bottom - 25); i <= Math.min(size - 1, bottom); i += 1) {
      for (let j = Math.max(0, right - 25); j <= Math.min(size - 1, right); j += 1) {
        const place = (bottom - i) * 26 + right - j;
        for (let w = i * size + j, o = place; o < out.length; w += area, o += 676) out[o] += v * kernels[w];
      }
    }
  }
  return out;
}

/** From the first layer's maps to what enters the second layer; `k` if it is kernel k's alone. */
export function toSecond(network, maps, k) {
  let [scale, shift] = [network['norm1.scale'], network['norm1.shift']];
  if (k !== undefined) [scale, shift] = [[scale[k]], [shift[k]]];
  // 12×12 instead of 13×13: of the last row and column nothing passes the second pooling
  return normalise(pool(maps, scale.length, 26, 12), scale, shift);
}

/** From the second layer's sums, 10×10 each, to the probabilities. */
export function finish(network, sums) {
  const norm = (x, name) => normalise(x, network[`${name}.scale`], network[`${name}.shift`]);
  let x = norm(sums, 'norm2');
  x = norm(pool(conv(x, 16, 10, network['third.weight'], 20, 3), 20, 8), 'norm3');
  x = norm(conv(x, 20, 4, network['fourth.weight'], 20, 3), 'norm4');
  return softmax(linear(x, network['scores.weight'], network['scores.bias']));
}

/** The ten probabilities for a picture's first-layer maps. */
export function answer(network, maps) {
  return finish(network, conv(toSecond(network, maps), network.kernels, 12, network['second.weight'], 16, 3));
}

/** The most likely digit. */
export function likeliest(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** The probabilities for all digits, one after the other; for tests. */
export async function answersTo(weights, shapes, digits) {
  const network = unpackNetwork(weights, shapes);
  const { count, images } = unpackDigits(await inflate(digits));
  const all = Array.from({ length: count }, (_, i) => answer(network, firstMaps(network, pictureOf(images, i))));
  return all.map((probabilities) => [...probabilities]);
}

/** A number in a text: a true minus sign, this many decimals. */
export const written = (value, decimals = 1) => value.toFixed(decimals).replace(/^-(0\.?0*)$/, '$1').replace('-', '−');

/** A share in a text, never rounded up to certainty. */
export function percent(share) {
  if (share > 0.999 && share < 1) return 'over 99.9 %';
  return share > 0 && share < 0.0005 ? 'under 0.1 %' : `${(100 * share).toFixed(1)} %`;
}

// ---------------------------------------------------------------------------------------------

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

/** The bytes that several figures share lie in a widget of their own. */
async function sharedBytes(model, trait) {
  const other = await model.widget_manager.get_model(model.get(trait).replace('IPY_MODEL_', ''));
  return other.get('content');
}

async function loadShared(model) {
  const [weights, digits] = await Promise.all([sharedBytes(model, 'network'), sharedBytes(model, 'digits')]);
  return [unpackNetwork(weights, model.get('shapes')), unpackDigits(await inflate(digits))];
}

/** A small square canvas with a caption below it. */
function tile(parent, side, caption) {
  const box = element('div', 'live-tile', parent);
  const canvas = element('canvas', '', box);
  [canvas.width, canvas.height] = [side, side];
  canvas.setAttribute('role', 'img');
  return { canvas, caption: element('div', 'live-caption', box, caption) };
}

/** Draw numbers as colours: `colour` gives red, green and blue for each. */
function paint(canvas, values, colour) {
  const { width, height } = canvas;
  const pixels = new ImageData(width, height);
  for (let i = 0; i < values.length; i += 1) pixels.data.set([...colour(values[i]), 255], 4 * i);
  canvas.getContext('2d').putImageData(pixels, 0, 0);
}

const grey = (v) => [255 * v, 255 * v, 255 * v];

/** Blue below zero, white at zero, orange-red above: the same on light and dark pages. */
function signed(reach) {
  const mix = (end, share) => end.map((v) => 255 + (v - 255) * share);
  return (v) => mix(v < 0 ? [0, 114, 178] : [213, 94, 0], Math.min(1, Math.abs(v) / reach));
}

function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
  return [low, high];
}

const short = (share) => percent(share).replace('over', '>').replace('under', '<');

/** A bar for each digit, with its share beside it as text. */
function bars(parent, title) {
  const box = element('div', 'live-bars', parent);
  element('div', 'live-caption', box, title);
  const list = element('ol', '', box);
  list.start = 0;
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = element('li', '', list);
    element('span', 'live-bar-name', row, digit);
    const track = element('span', 'live-bar', row);
    return { row, fill: element('span', '', track), text: element('span', 'live-bar-text', row) };
  });
  return (shares, best, texts = Array.from(shares, short)) => rows.forEach(({ row, fill, text }, digit) => {
    fill.style.width = `${100 * shares[digit]}%`;
    text.textContent = texts[digit];
    row.classList.toggle('is-best', digit === best);
  });
}

/** Words that are put in, and read out, only when they have settled. */
function statusLine(parent) {
  const line = element('p', 'live-status', parent);
  line.setAttribute('role', 'status');
  let timer;
  return {
    say(words) { clearTimeout(timer); timer = setTimeout(() => { line.textContent = words; }, 200); },
    stop() { clearTimeout(timer); },
  };
}

/** Draw at the next frame, once, however often it is asked for. */
function onFrame(draw) {
  let waiting = 0;
  const ask = () => { waiting ||= requestAnimationFrame(() => { waiting = 0; draw(); }); };
  ask.stop = () => { cancelAnimationFrame(waiting); waiting = 0; };
  return ask;
}

function listen(model, events, listener) {
  events.forEach((event) => model.on(event, listener));
  return () => events.forEach((event) => model.off(event, listener));
}

function announce(el) {
  el.dataset.liveReady = '';
  el.dispatchEvent(new CustomEvent('live-ready', { bubbles: true }));
}
