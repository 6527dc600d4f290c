// A picture's way through a network, value by value: what each one is made of, and where it goes. Pure functions.
// A step is { kind, title, values, channels, side } and what its kind needs; a place is { step, channel, row, column }.
import { conv, firstMaps, linear, normalise, pool, softmax } from './network.js';
import { percent } from './network_view.js';
import { fixed } from './shared.js';

const indexOf = ({ channels, values }, { channel, row, column }) => {
  const side = Math.sqrt(values.length / channels);
  return (channel * side + row) * side + column;
};

/** The value at a place. */
export const valueAt = (steps, place) => steps[place.step].values[indexOf(steps[place.step], place)];

/** The largest of each `size`×`size` (2 or 4), then scale and shift of each channel if there are any, then ReLU. */
function gate(values, channels, size, given) {
  const norm = given ?? { scale: new Array(channels).fill(1), shift: new Array(channels).fill(0) };
  let pooled = values;
  for (let left = size; left > 1; left /= 2) pooled = pool(pooled, channels);
  return { values: normalise(pooled.slice(), norm), size, norm };
}

const BEHIND = ['second', 'third', 'fourth'];

/** All steps from a picture to the ten probabilities. */
export function way(network, picture) {
  const steps = [{ kind: 'picture', title: 'the picture', values: picture, channels: 1 }];
  const deep = Boolean(network.second);
  const push = (step) => steps.push({ ...step, side: Math.sqrt(step.values.length / step.channels) });
  steps[0].side = 28;
  const kernels = network.first.shape[0];
  const padding = network.first.padding ?? (network.first.shape[2] - 3) / 2;
  const first = { layer: network.first, channels: kernels, padding };
  const maps = firstMaps(network, picture);
  push({ kind: 'sums', title: 'first layer: sums of products', values: maps, ...first });
  const gates = deep ? [[2, 'norm1'], [1, 'norm2'], [2, 'norm3'], [1, 'norm4']] : [[4]];
  gates.forEach(([size, norm], i) => {
    const { values, channels } = steps.at(-1);
    const words = [size > 1 && `the largest of each ${size}×${size}`, norm && 'scale and shift', 'ReLU'];
    push({ kind: 'gate', title: words.filter(Boolean).join(', '), channels, ...gate(values, channels, size, network[norm]) });
    const name = deep && BEHIND[i];
    if (!name) return;
    const layer = network[name];
    const sums = conv(steps.at(-1).values, layer);
    const title = `${name} layer: sums of products`;
    push({ kind: 'sums', title, values: sums, channels: layer.shape[0], layer, padding: 0 });
  });
  const scores = linear(steps.at(-1).values, network.scores);
  push({ kind: 'scores', title: 'scores of 0 to 9', values: scores, channels: 10, layer: network.scores });
  push({ kind: 'chances', title: 'probabilities of 0 to 9', values: softmax(steps.at(-1).values), channels: 10 });
  return steps;
}

/** What a sum is made of: for each input channel the window, the kernel, the products (0 where there is no pixel). */
export function productsOf(steps, { step, channel, row, column }) {
  const [before, { layer, padding }] = [steps[step - 1], steps[step]];
  const [, channels, size] = layer.shape;
  return Array.from({ length: channels }, (_, k) => {
    const start = (channel * channels + k) * size * size;
    const kernel = layer.weight.slice(start, start + size * size);
    const window = kernel.map((__, i) => {
      const [r, c] = [row - padding + Math.floor(i / size), column - padding + (i % size)];
      const inside = r >= 0 && c >= 0 && r < before.side && c < before.side;
      return inside ? before.values[(k * before.side + r) * before.side + c] : 0;
    });
    return { window, kernel, products: kernel.map((weight, i) => weight * window[i]) };
  });
}

const total = (values) => values.reduce((a, b) => a + b, 0);
const largest = (values) => values.reduce((best, v, i) => (v > values[best] ? i : best), 0);

/** Which of the values that were pooled is the largest: its place in the step before. */
function winner(steps, { step, channel, row, column }) {
  const [before, { size }] = [steps[step - 1], steps[step]];
  const places = Array.from({ length: size * size }, (_, i) => (
    { step: step - 1, channel, row: row * size + Math.floor(i / size), column: column * size + (i % size) }));
  return places[largest(places.map((place) => before.values[indexOf(before, place)]))];
}

/** What each value of the step before adds to a score. */
const addends = (steps, { step, channel }) => {
  const { values } = steps[step - 1];
  return values.map((v, i) => v * steps[step].layer.weight[channel * values.length + i]);
};

const placeOf = ({ side }, step, i) => (
  { step, channel: Math.floor(i / (side * side)), row: Math.floor(i / side) % side, column: i % side });

/** The place in the step before that adds most to this one. */
export function mostFrom(steps, place) {
  const { step } = place;
  const { kind, padding, layer } = steps[step];
  if (kind === 'chances') return { ...place, step: step - 1 };
  if (kind === 'scores') return placeOf(steps[step - 1], step - 1, largest(addends(steps, place)));
  if (kind === 'gate') return winner(steps, place);
  const each = productsOf(steps, place);
  const channel = largest(each.map(({ products }) => Math.max(...products)));
  const i = largest(each[channel].products);
  const size = layer.shape[2];
  const inside = (v) => Math.min(steps[step - 1].side - 1, Math.max(0, v));
  const [row, column] = [place.row - padding + Math.floor(i / size), place.column - padding + (i % size)].map(inside);
  return { step: step - 1, channel, row, column };
}

/** The place in the next step to which this one adds most. */
export function mostTo(steps, place) {
  const { step, channel, row, column } = place;
  const next = steps[step + 1];
  const on = { step: step + 1, channel, row: 0, column: 0 };
  if (next.kind === 'chances') return on;
  if (next.kind === 'gate') {
    const [r, c] = [row, column].map((v) => Math.min(next.side - 1, Math.floor(v / next.size)));
    return { ...on, row: r, column: c };
  }
  const value = valueAt(steps, place);
  if (next.kind === 'scores') {
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
      const [r, c] = [row + next.padding - Math.floor(i / size), column + next.padding - (i % size)];
      const product = value * next.layer.weight[(filter * channels + channel) * size * size + i];
      const inside = Math.min(r, c) >= 0 && Math.max(r, c) < next.side;
      if (inside && product > best.product) best = { product, filter, r, c };
    }
  }
  return { ...on, channel: best.filter, row: best.r, column: best.c };
}

/** The squares of the step before that a value is made of: { channels (null: all), row, column, size }. */
export function sourceOf(steps, { step, channel, row, column }) {
  const { kind, size, padding, layer } = steps[step];
  if (kind === 'gate') return { channel, row: row * size, column: column * size, size };
  if (kind === 'sums') return { channel: null, row: row - padding, column: column - padding, size: layer.shape[2] };
  return null;
}

const where = ({ channel, row, column }) => `map ${channel}, row ${row}, column ${column}`;

const sumInWords = (terms) => {
  const [up, down] = [total(terms.filter((v) => v > 0)), total(terms.filter((v) => v < 0))];
  return `the positive ones add up to ${fixed(up)}, the negative ones to ${fixed(down)}`;
};

/** What a value is made of, in words. */
export function madeOf(steps, place) {
  const { kind, layer, norm, size } = steps[place.step];
  const value = valueAt(steps, place);
  if (kind === 'picture') {
    return `Row ${place.row}, column ${place.column} of the picture: ${fixed(value)}, from 0 (paper) to 1 (ink).`;
  }
  if (kind === 'chances') {
    const scores = steps[place.step - 1].values;
    return `The probability of ${place.channel}: e to the power of its score ${fixed(scores[place.channel])}, divided by `
      + `the sum of all ten such powers, is ${percent(value)}.`;
  }
  if (kind === 'scores') {
    const terms = Array.from(addends(steps, place));
    return `The score of ${place.channel}: ${terms.length} products, ${sumInWords(terms)}. With the bias `
      + `${fixed(layer.bias[place.channel])} that is ${fixed(value)}.`;
  }
  const start = `${where(place)[0].toUpperCase()}${where(place).slice(1)}:`;
  if (kind === 'sums') {
    const terms = productsOf(steps, place).flatMap(({ products }) => Array.from(products));
    const bias = layer.bias ? `, with the bias ${fixed(layer.bias[place.channel])}` : '';
    return `${start} ${terms.length} products, ${sumInWords(terms)}. Together${bias} that is ${fixed(value)}.`;
  }
  const best = valueAt(steps, winner(steps, place));
  const [scale, shift] = [norm.scale[place.channel], norm.shift[place.channel]];
  const pooled = size > 1 ? `the largest of ${size}×${size} values is ${fixed(best)}` : `the value was ${fixed(best)}`;
  const moved = scale * best + shift;
  const scaled = scale === 1 && shift === 0 ? '' : `, times ${fixed(scale)} plus ${fixed(shift)} is ${fixed(moved)}`;
  return `${start} ${pooled}${scaled}; ${moved > 0 ? 'it is above 0 and stays' : 'it is not above 0 and becomes 0'}.`;
}

/** Where to begin: the probability of the digit that the network says. */
export const answerOf = (steps) => (
  { step: steps.length - 1, channel: largest(steps.at(-1).values), row: 0, column: 0 });
