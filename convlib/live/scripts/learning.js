// A network that learns digits: where it starts, in which order it meets them, and how each step changes its numbers.
// Everything follows from the settings, so the same settings give the same run in every browser.
import { convolution, crossEntropy, linear, normalisation, relu } from './learning_layers.js';

export const BATCH = 32;
export const EPOCHS = 6;
const PIXELS = 784;
const [MEMORY, SQUARE_MEMORY, TINY] = [0.9, 0.999, 1e-8]; // Adam's usual numbers
const RISE = 0.2; // share of the steps in which the rate rises

/** Random numbers from 0 to below 1, the same for the same seed: a 32-bit generator that fits in five lines. */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => { // "mulberry32" by Tommy Ettinger, public domain
    state = (state + 0x6D2B79F5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Numbers between ±1/√inputs, as PyTorch starts its layers. */
const startingNumbers = (random, count, inputs) => (
  Float32Array.from({ length: count }, () => (2 * random() - 1) / Math.sqrt(inputs)));

/** The starting numbers of a network with one convolutional layer: `kernels` of 7×7, then a linear layer. */
export function startOneLayer(kernels, random) {
  return {
    first: { weight: startingNumbers(random, 49 * kernels, 49), bias: startingNumbers(random, kernels, 49) },
    scores: {
      weight: startingNumbers(random, 360 * kernels, 36 * kernels), bias: startingNumbers(random, 10, 36 * kernels),
    },
  };
}

/** Its layers: 7×7 kernels with padding 1 and the largest of each 4×4, ReLU, ten scores. */
export function oneLayer({ first, scores }) {
  const shape = [first.bias.length, 1, 7];
  return {
    first: convolution({ side: 28, padding: 1, pool: 4, isFirst: true }, { ...first, shape }),
    relu: relu(),
    scores: linear(scores),
  };
}

// The layers behind the first one of the course's own network: [name, input channels, filters, side of a map, pooling]
const BEHIND = [['second', 0, 16, 13, 1], ['third', 16, 20, 11, 2], ['fourth', 20, 20, 4, 1]];

/** The starting numbers of the network of `convlib.networks.tiny_cnn`: four convolutional layers, a linear one. */
export function startTinyCNN(kernels, random) {
  const norm = (channels) => ({ scale: new Float32Array(channels).fill(1), shift: new Float32Array(channels) });
  const start = { first: { weight: startingNumbers(random, 49 * kernels, 49) }, norm1: norm(kernels) };
  BEHIND.forEach(([name, channels, filters], i) => {
    const inputs = 9 * (channels || kernels);
    start[name] = { weight: startingNumbers(random, filters * inputs, inputs) };
    start[`norm${i + 2}`] = norm(filters);
  });
  start.scores = { weight: startingNumbers(random, 800, 80), bias: startingNumbers(random, 10, 80) };
  return start;
}

/** Its layers: each convolution is followed by pooling (the first and the third one), normalisation and ReLU. */
export function tinyCNN(numbers) {
  const kernels = numbers.first.weight.length / 49;
  const first = { weight: numbers.first.weight, shape: [kernels, 1, 7] };
  const layers = {
    first: convolution({ side: 28, padding: 2, pool: 2, isFirst: true }, first),
    norm1: normalisation(numbers.norm1),
    relu1: relu(),
  };
  BEHIND.forEach(([name, channels, filters, side, pool], i) => {
    const kernel = { weight: numbers[name].weight, shape: [filters, channels || kernels, 3] };
    layers[name] = convolution({ side, pool }, kernel);
    layers[`norm${i + 2}`] = normalisation(numbers[`norm${i + 2}`]);
    layers[`relu${i + 2}`] = relu();
  });
  return { ...layers, scores: linear(numbers.scores) };
}

/** What a network can be: how it starts and which layers it has. */
export const NETWORKS = [
  (kernels, random) => oneLayer(startOneLayer(kernels, random)),
  (kernels, random) => tinyCNN(startTinyCNN(kernels, random)),
];

/** All parameters of a network. */
const parametersOf = (layers) => Object.values(layers).flatMap((layer) => Object.values(layer.parameters));

/** A network in the form in which figures let it answer, see network.js: numbers only, copies of the present ones. */
export function answering(layers) {
  const numbers = {};
  for (const [name, { parameters, shape, padding, settled }] of Object.entries(layers)) {
    if (settled) numbers[name] = settled();
    else if (parameters.weight) {
      numbers[name] = { weight: Float64Array.from(parameters.weight.value), shape, padding };
      if (parameters.bias) numbers[name].bias = Float64Array.from(parameters.bias.value);
    }
  }
  return numbers;
}

/** Loss and number of right answers for a batch; afterwards the parameters hold their gradients. */
export function gradients(layers, pictures, labels) {
  parametersOf(layers).forEach(({ gradient }) => gradient.fill(0));
  const order = Object.values(layers);
  const scores = order.reduce((x, layer) => layer.forward(x, labels.length, true), pictures);
  const found = crossEntropy(scores, labels);
  order.reduceRight((g, layer) => layer.backward(g, labels.length), found.gradient);
  return found;
}

/** The share of the rate at this part (0 to 1) of a run: it rises for a fifth, then falls along a cosine to nothing. */
export function cycle(part) {
  if (part < RISE) return part / RISE;
  return 0.5 * (1 + Math.cos((Math.PI * (part - RISE)) / (1 - RISE)));
}

/** A function that takes Adam's step with the present gradients. */
export function adam(layers) {
  const all = parametersOf(layers).map((one) => (
    { ...one, mean: new Float32Array(one.value.length), square: new Float32Array(one.value.length) }));
  let [meanLeft, squareLeft] = [1, 1];
  return (rate) => {
    meanLeft *= MEMORY;
    squareLeft *= SQUARE_MEMORY;
    all.forEach(({ value, gradient, mean, square }) => {
      for (let i = 0; i < value.length; i += 1) {
        mean[i] = MEMORY * mean[i] + (1 - MEMORY) * gradient[i];
        square[i] = SQUARE_MEMORY * square[i] + (1 - SQUARE_MEMORY) * gradient[i] * gradient[i];
        value[i] -= (rate * (mean[i] / (1 - meanLeft))) / (Math.sqrt(square[i] / (1 - squareLeft)) + TINY);
      }
    });
  };
}

/** Pictures from 0 to 1 and labels of the digits with these places in a list. */
export function batchOf({ images, labels }, places) {
  const pictures = new Float32Array(PIXELS * places.length);
  places.forEach((place, i) => {
    for (let j = 0; j < PIXELS; j += 1) pictures[PIXELS * i + j] = images[PIXELS * place + j] / 255;
  });
  return [pictures, Array.from(places, (place) => labels[place])];
}

/** The places below `count` in random order; changes and returns `order`. */
export function shuffled(order, random) {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** After how many steps it is told what was reached: often at first, when most happens. */
export const tellsAt = (done) => done % 10 === 0 || [1, 2, 5].includes(done);

/** And when the held-out digits are read, which takes as long as twenty steps. */
export const measuresAt = (done, steps) => done % 100 === 0 || [10, 20, 50, 150].includes(done) || done === steps;

/**
 * A run with these settings on digits of which the last `heldOut` are only judged on. `step` learns from one batch
 * and returns its loss, `accuracy` is the share of the held-out digits that are named rightly, `kernels` are the
 * first layer's present ones.
 */
export function makeRun({ network = 0, kernels, rate, seed }, digits) {
  const { heldOut } = digits;
  const random = randomNumbers(seed);
  const layers = NETWORKS[network](kernels, random);
  const update = adam(layers);
  const count = digits.labels.length - heldOut;
  const perEpoch = Math.ceil(count / BATCH);
  const steps = EPOCHS * perEpoch;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  let done = 0;

  function step() {
    const batch = done % perEpoch;
    if (batch === 0) shuffled(order, random);
    const { loss } = gradients(layers, ...batchOf(digits, order.subarray(BATCH * batch, BATCH * (batch + 1))));
    done += 1;
    update(rate * cycle(done / steps));
    return loss;
  }

  function accuracy() {
    let right = 0;
    for (let start = count; start < count + heldOut; start += 100) {
      const places = Array.from({ length: Math.min(100, count + heldOut - start) }, (_, i) => start + i);
      const [pictures, labels] = batchOf(digits, places);
      const scores = Object.values(layers).reduce((x, layer) => layer.forward(x, labels.length, false), pictures);
      right += crossEntropy(scores, labels).right;
    }
    return right / heldOut;
  }

  return {
    step, accuracy, steps, perEpoch, layers,
    done: () => done,
    kernels: () => layers.first.parameters.weight.value.slice(),
  };
}
