// The course's small network in JavaScript: pure functions, which run in the page and in workers. Pictures and
// maps are square arrays in the order channel, row, column; convolution is PyTorch's, that is cross-correlation.
// Networks with one convolutional layer, which readers train on a page, answer here, too.
import { bytesOf } from './shared.js';

const SIDE = 28; // of a picture
const PIXELS = SIDE ** 2;
const MAP = 26; // side of a map of the first layer

/**
 * The layers of a network by name, from float32 bytes; `shapes` has [name, shape] in their order. A layer holds
 * its numbers by name (weight, scale, shift, bias) and the shape of its weights.
 */
export function unpackNetwork(bytes, shapes) {
  const numbers = new Float32Array(bytesOf(bytes).slice().buffer);
  const network = {};
  let start = 0;
  for (const [name, shape] of shapes) {
    const [layer, part] = name.split('.');
    const count = shape.reduce((a, b) => a * b, 1);
    network[layer] ??= {};
    network[layer][part] = Float64Array.from(numbers.subarray(start, start + count));
    if (part === 'weight') network[layer].shape = shape;
    start += count;
  }
  if (start !== numbers.length) throw new Error(`a network of ${start} numbers, but ${numbers.length} are there`);
  return network;
}

/** Numbers of 16 bits, as NumPy's float16 has them, lowest byte first, in 32 bits. */
export function fromHalf(bytes) {
  const halves = new Uint16Array(bytesOf(bytes).slice().buffer);
  return Float32Array.from(halves, (half) => {
    const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
    const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    return half >> 15 ? -size : size;
  });
}

/** Labels and pictures of digits: their number, the labels, a bit for each pixel with ink, the ink alone. */
export function unpackDigits(packed) {
  const count = packed[0] + 256 * packed[1];
  const labels = packed.subarray(2, 2 + count);
  const images = new Uint8Array(PIXELS * count);
  const bits = 2 + count;
  for (let i = 0; i < images.length; i += 1) images[i] = (packed[bits + (i >> 3)] >> (7 - (i & 7))) & 1;
  // the values of the pixels with ink are sorted by how many of the 3×3 pixels around have some
  const groups = Array.from({ length: 10 }, () => []);
  images.forEach((ink, i) => { if (ink) groups[inkAround(images, i)].push(i); });
  let next = bits + (PIXELS / 8) * count;
  for (const i of groups.flat()) { images[i] = packed[next]; next += 1; }
  return { count, labels, images };
}

/** How many of the 3×3 pixels around pixel `i` of these pictures of ones and zeros are ones. */
function inkAround(images, i) {
  const [row, column] = [Math.floor((i % PIXELS) / SIDE), i % SIDE];
  let found = 0;
  for (let r = Math.max(0, row - 1); r <= Math.min(SIDE - 1, row + 1); r += 1) {
    for (let c = Math.max(0, column - 1); c <= Math.min(SIDE - 1, column + 1); c += 1) {
      found += images[i + SIDE * (r - row) + c - column];
    }
  }
  return found;
}

/** One of them, from 0 (paper) to 1 (ink). */
export function pictureOf(images, i) {
  const picture = new Float64Array(PIXELS);
  for (let j = 0; j < PIXELS; j += 1) picture[j] = images[PIXELS * i + j] / 255;
  return picture;
}

/** What a deflated byte string holds. */
export async function inflate(bytes) {
  const stream = new Blob([bytesOf(bytes)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The number of rows, and of columns, of each of so many square maps. */
const sideOf = (maps, channels) => Math.sqrt(maps.length / channels);

/**
 * Add to the sums of a layer of 3×3 kernels (without bias and padding, as torch.nn.functional.conv2d) what the map of
 * its input channel `k` contributes. All nine products of a sum at once: fetching and storing it takes time, too.
 */
export function addChannel(sums, map, { weight, shape: [filters, channels] }, k) {
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
        sums[o] += a * map[upper] + b * map[upper + 1] + c * map[upper + 2]
          + d * map[middle] + e * map[middle + 1] + f * map[middle + 2]
          + g * map[lower] + h * map[lower + 1] + i * map[lower + 2];
      }
    }
  }
}

/** The answers of such a layer to all its input maps. */
export function conv(x, layer) {
  const [filters, channels] = layer.shape;
  const area = x.length / channels;
  const sums = new Float64Array(filters * (Math.sqrt(area) - 2) ** 2);
  for (let k = 0; k < channels; k += 1) addChannel(sums, x.subarray(k * area, (k + 1) * area), layer, k);
  return sums;
}

/** The largest of each 2×2; an odd last row and column are left out, as in PyTorch. */
export function pool(x, channels) {
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

/** Below zero becomes zero. */
const positive = (x) => x.map((v) => Math.max(0, v));

/** Scale and shift of each channel, then ReLU; changes `x`. */
export function normalise(x, { scale, shift }) {
  const area = x.length / scale.length;
  for (let channel = 0, i = 0; channel < scale.length; channel += 1) {
    for (const end = i + area; i < end; i += 1) x[i] = Math.max(0, scale[channel] * x[i] + shift[channel]);
  }
  return x;
}

/** Weighted sums: one row of weights and one bias for each. */
export function linear(x, { weight, bias }) {
  const out = bias.slice();
  for (let row = 0, w = 0; row < out.length; row += 1) {
    for (let i = 0; i < x.length; i += 1, w += 1) out[row] += x[i] * weight[w];
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
 * The first layer's answers to a picture, 26×26 for each kernel, whatever its size: larger kernels have more padding,
 * unless the layer says how much. `kernels` may be other ones. Most of a picture is paper: each pixel with ink adds the
 * kernel, turned by half a turn, around its place.
 */
export function firstMaps({ first }, picture, kernels = first.weight) {
  const size = first.shape[2];
  const padding = first.padding ?? (size - 3) / 2;
  const side = SIDE + 2 * padding - size + 1;
  const area = side * side;
  const out = new Float64Array((area * kernels.length) / size ** 2);
  if (first.bias) out.forEach((_, i) => { out[i] = first.bias[Math.floor(i / area)]; });
  for (let pixel = 0; pixel < picture.length; pixel += 1) {
    const value = picture[pixel];
    if (value === 0) continue;
    const bottom = Math.floor(pixel / SIDE) + padding;
    const right = (pixel % SIDE) + padding;
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

/** From the map of kernel k to what enters the second layer. */
export function toSecond({ norm1 }, map, k) {
  return normalise(pool(map, 1), { scale: [norm1.scale[k]], shift: [norm1.shift[k]] });
}

/** Zeros, one for each of the second layer's sums. */
export function emptySums({ second }) {
  return new Float64Array(second.shape[0] * ((MAP >> 1) - 2) ** 2);
}

/** From the second layer's sums to the probabilities. */
export function finish({ norm2, third, norm3, fourth, norm4, scores }, sums) {
  let x = normalise(sums.slice(), norm2);
  x = normalise(pool(conv(x, third), third.shape[0]), norm3);
  x = normalise(conv(x, fourth), norm4);
  return softmax(linear(x, scores));
}

/** The ten probabilities for a picture's first-layer maps. */
export function answer(network, maps) {
  if (!network.second) { // one layer: the largest of each 4×4 is the largest of the largest of each 2×2
    const kernels = network.first.shape[0];
    return softmax(linear(positive(pool(pool(maps, kernels), kernels)), network.scores));
  }
  const sums = emptySums(network);
  const kernels = network.first.shape[0];
  const area = maps.length / kernels;
  for (let k = 0; k < kernels; k += 1) {
    addChannel(sums, toSecond(network, maps.subarray(k * area, (k + 1) * area), k), network.second, k);
  }
  return finish(network, sums);
}

/** The most likely digit. */
export function likeliest(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}
