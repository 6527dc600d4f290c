// The course's small network in JavaScript, shared by the figures that run it: in their modules this file
// stands after shared.js. All of it is pure but for the few helpers at the end. Pictures and maps are arrays
// in the order channel, row, column; convolution is PyTorch's, that is cross-correlation.

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
  if (start !== numbers.length) throw new Error(`a network of ${start} numbers, but ${numbers.length} are there`);
  [network.kernels, , network.size] = shapes[0][1];
  network.third = layerOf(network['third.weight'], 20, 16, 10);
  network.fourth = layerOf(network['fourth.weight'], 20, 20, 4);
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

/**
 * A layer of 3×3 kernels made ready for `conv` on maps of this side: its kernels as the 16 numbers of G g Gᵀ, in
 * Winograd's notation, and the room that the computation needs.
 */
export function layerOf(weights, filters, channels, side) {
  const step = filters * channels;
  const places = (side / 2 - 1) ** 2;
  const kernels = new Float64Array(16 * step);
  const four = ([a, b, c]) => [a, (a + b + c) / 2, (a - b + c) / 2, c];
  for (let pair = 0; pair < step; pair += 1) {
    const rows = [0, 3, 6].map((i) => four(weights.subarray(9 * pair + i, 9 * pair + i + 3)));
    for (let j = 0; j < 4; j += 1) {
      four(rows.map((row) => row[j])).forEach((v, i) => { kernels[(4 * i + j) * step + pair] = v; });
    }
  }
  const [patches, products, answers] = [16 * channels, 16 * filters, 4 * filters]
    .map((count) => new Float64Array(count * places));
  return { filters, channels, side, places, kernels, patches, products, answers };
}

/**
 * A layer of 3×3 kernels, a multiple of four, without bias and padding, as torch.nn.functional.conv2d, on square maps of
 * an even side. By Winograd's F(2×2, 3×3): the 2×2 answers over a patch of 4×4 take 16 products for each pair of
 * filter and channel, where the definition takes 36. The next call overwrites the answers.
 */
export function conv(x, layer) {
  cutPatches(x, layer);
  multiplyPatches(layer);
  return joinAnswers(layer);
}

/** Each 4×4 patch d, at every second row and column, as the 16 numbers of Bᵀ d B. Order: number, place, channel. */
function cutPatches(x, { channels, side, places, patches }) {
  const [across, step, half] = [side / 2 - 1, places * channels, new Array(16).fill(0)];
  for (let channel = 0; channel < channels; channel += 1) {
    for (let place = 0; place < places; place += 1) {
      const row = Math.floor(place / across);
      let i = (channel * side + 2 * row) * side + 2 * (place - row * across);
      for (let j = 0; j < 4; j += 1, i += 1) {
        const a = x[i]; const b = x[i + side]; const c = x[i + 2 * side]; const d = x[i + 3 * side];
        half[j] = a - c; half[4 + j] = b + c; half[8 + j] = c - b; half[12 + j] = b - d;
      }
      let o = place * channels + channel;
      for (let j = 0; j < 16; j += 4, o += 4 * step) {
        const a = half[j]; const b = half[j + 1]; const c = half[j + 2]; const d = half[j + 3];
        patches[o] = a - c; patches[o + step] = b + c; patches[o + 2 * step] = c - b; patches[o + 3 * step] = b - d;
      }
    }
  }
}

/** For each of the 16 numbers, sums over the channels: two places and four filters at a time, for speed. */
function multiplyPatches({ filters, channels, places, kernels, patches, products }) {
  for (let q = 0; q < 16; q += 1) {
    for (let p = 0; p < places; p += 2) {
      const a = (q * places + p) * channels;
      const b = p + 1 < places ? a + channels : a; // if their number is odd, the last place twice
      for (let f = 0; f < filters; f += 4) {
        const w = (q * filters + f) * channels;
        const x = w + channels;
        const y = x + channels;
        const z = y + channels;
        let aw = 0; let ax = 0; let ay = 0; let az = 0;
        let bw = 0; let bx = 0; let by = 0; let bz = 0;
        for (let k = 0; k < channels; k += 1) {
          const u = patches[a + k]; const v = patches[b + k];
          const kw = kernels[w + k]; const kx = kernels[x + k]; const ky = kernels[y + k]; const kz = kernels[z + k];
          aw += u * kw; ax += u * kx; ay += u * ky; az += u * kz;
          bw += v * kw; bx += v * kx; by += v * ky; bz += v * kz;
        }
        const o = (q * places + p) * filters + f;
        const n = b > a ? o + filters : o;
        products[n] = bw; products[n + 1] = bx; products[n + 2] = by; products[n + 3] = bz;
        products[o] = aw; products[o + 1] = ax; products[o + 2] = ay; products[o + 3] = az;
      }
    }
  }
}

/** The 2×2 answers Aᵀ m A of every place and filter, put together as maps. */
function joinAnswers({ filters, side, places, products, answers }) {
  const [across, step, half] = [side / 2 - 1, places * filters, new Array(8).fill(0)];
  for (let filter = 0; filter < filters; filter += 1) {
    for (let place = 0; place < places; place += 1) {
      let i = place * filters + filter;
      for (let j = 0; j < 4; j += 1, i += step) {
        const b = products[i + 4 * step]; const c = products[i + 8 * step];
        half[j] = products[i] + b + c; half[4 + j] = b - c - products[i + 12 * step];
      }
      const row = Math.floor(place / across);
      let o = 2 * ((filter * across + row) * 2 * across + place - row * across);
      for (let j = 0; j < 8; j += 4, o += 2 * across) {
        answers[o] = half[j] + half[j + 1] + half[j + 2]; answers[o + 1] = half[j + 1] - half[j + 2] - half[j + 3];
      }
    }
  }
  return answers;
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
  const out = new Float64Array((676 * kernels.length) / size ** 2);
  for (let pixel = 0; pixel < 784; pixel += 1) {
    const v = picture[pixel];
    if (v === 0) continue;
    const bottom = Math.floor(pixel / 28) + padding;
    const right = (pixel % 28) + padding;
    const [first, last] = [Math.max(0, right - 25), Math.min(size - 1, right)];
    for (let map = 0, kernel = 0; map < out.length; map += 676, kernel += size * size) {
      for (let i = Math.max(0, bottom - 25); i <= Math.min(size - 1, bottom); i += 1) {
        const [o, w] = [map + (bottom - i) * 26 + right, kernel + i * size];
        for (let j = first; j <= last; j += 1) out[o - j] += v * kernels[w + j];
      }
    }
  }
  return out;
}

/** From the map of kernel k to what enters the second layer. */
export function toSecond(network, map, k) {
  const input = pool(map, 1, 26, 12); // of the 13th row and column nothing passes the second pooling
  const [scale, shift] = [network['norm1.scale'][k], network['norm1.shift'][k]];
  for (let i = 0; i < 144; i += 1) input[i] = Math.max(0, scale * input[i] + shift);
  return input;
}

/**
 * Add to the second layer's sums, 10×10 for each of its 16 filters, what its input from kernel k contributes: one row
 * of the 3×3 weights after the other, four filters at a time, so that all of them stay at hand.
 */
export function addToSums(network, sums, x, k) {
  const weights = network['second.weight'];
  const next = 9 * network.kernels; // from one filter's weights to the next one's
  for (let f = 0; f < 16; f += 4) {
    for (let i = 0; i < 3; i += 1) {
      let w = f * next + 9 * k + 3 * i;
      const p0 = weights[w]; const p1 = weights[w + 1]; const p2 = weights[w + 2]; w += next;
      const q0 = weights[w]; const q1 = weights[w + 1]; const q2 = weights[w + 2]; w += next;
      const r0 = weights[w]; const r1 = weights[w + 1]; const r2 = weights[w + 2]; w += next;
      const s0 = weights[w]; const s1 = weights[w + 1]; const s2 = weights[w + 2];
      for (let row = 0, o = 100 * f; row < 10; row += 1) {
        let j = 12 * (row + i) + 2;
        let a = x[j - 2];
        let b = x[j - 1];
        for (const end = o + 10; o < end; o += 1, j += 1) {
          const c = x[j];
          sums[o] += a * p0 + b * p1 + c * p2;
          sums[o + 100] += a * q0 + b * q1 + c * q2;
          sums[o + 200] += a * r0 + b * r1 + c * r2;
          sums[o + 300] += a * s0 + b * s1 + c * s2;
          a = b;
          b = c;
        }
      }
    }
  }
}

/** From the second layer's sums to the probabilities. */
export function finish(network, sums) {
  const norm = (x, name) => normalise(x, network[`${name}.scale`], network[`${name}.shift`]);
  let x = norm(sums.slice(), 'norm2');
  x = norm(pool(conv(x, network.third), 20, 8), 'norm3');
  x = norm(conv(x, network.fourth), 'norm4');
  return softmax(linear(x, network['scores.weight'], network['scores.bias']));
}

/** The ten probabilities for a picture's first-layer maps. */
export function answer(network, maps) {
  const sums = new Float64Array(1600);
  for (let k = 0; k < network.kernels; k += 1) {
    addToSums(network, sums, toSecond(network, maps.subarray(676 * k, 676 * (k + 1)), k), k);
  }
  return finish(network, sums);
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

/** A share in a text, never rounded up to certainty. */
export function percent(share) {
  if (share > 0.999 && share < 1) return 'over 99.9 %';
  return share > 0 && share < 0.0005 ? 'under 0.1 %' : `${fixed(100 * share, 1)} %`;
}

/** Lowest and highest of the values. */
export function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
  return [low, high];
}

/** What a map shows, in words: its range, and where its ends are. */
export function mapInWords(map) {
  const side = Math.sqrt(map.length);
  const [low, high] = extremes(map);
  const place = (v) => `row ${Math.floor(map.indexOf(v) / side)}, column ${map.indexOf(v) % side}`;
  return `lowest ${fixed(low, 1)} at ${place(low)}; highest ${fixed(high, 1)} at ${place(high)}`;
}

// ---------------------------------------------------------------------------------------------

/** The bytes that several figures share lie in a widget of their own. */
async function sharedBytes(model, trait) {
  const other = await model.widget_manager.get_model(model.get(trait).replace('IPY_MODEL_', ''));
  return other.get('content');
}

/** Network and digits, or null, and a message on the page, if they are damaged or missing. */
async function loadShared(model, el) {
  try {
    const [weights, digits] = await Promise.all([sharedBytes(model, 'network'), sharedBytes(model, 'digits')]);
    return [unpackNetwork(weights, model.get('shapes')), unpackDigits(await inflate(digits))];
  } catch (error) {
    const words = 'The network or the digits of this figure did not arrive whole. Run its cell, or build the page, again.';
    element('p', 'live-note', el, `${words} (${error.message})`).setAttribute('role', 'alert');
    announce(el);
    return null;
  }
}

/** Draw a square of values from 0 (black) to 1 (white). */
function paintGrey(canvas, values) {
  const side = Math.sqrt(values.length);
  drawPoints(canvas, side, side, (i) => { const v = Math.round(255 * values[i]); return rgb(v, v, v); });
}

/**
 * Draw a square of values with signs, the same on light and dark pages: orange above zero, white at zero, blue and
 * striped below. Each value is a square of so many points, `reach` the size with the full colour.
 */
function paintSigned(canvas, values, reach, points) {
  const side = Math.sqrt(values.length);
  const wide = side * points;
  const colours = { plain: new Uint32Array(values.length), stripe: new Uint32Array(values.length) };
  values.forEach((v, i) => {
    const share = Math.max(-1, Math.min(1, v / (reach || 1)));
    const [red, green, blue] = share < 0 ? [0, 114, 178] : [213, 94, 0];
    const paint = (light) => rgb(...[red, green, blue]
      .map((ink) => Math.round((255 + (ink - 255) * Math.abs(share)) * light)));
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
