// Layers that learn, in batches: each takes pictures forward and brings gradients back. A batch is a Float32Array in
// the order picture, channel, row, column. Convolution is PyTorch's, that is cross-correlation. A layer is
//   { parameters: { name: { value, gradient } }, forward(x, n, learning), backward(g, n) }
// where `backward` adds to the gradients of the parameters and returns the gradient of x for the latest forward pass.

/** Numbers that are learned, and where their gradients are summed. */
const parameter = (value) => ({ value: Float32Array.from(value), gradient: new Float32Array(value.length) });

/** A buffer that grows when a larger batch comes, and otherwise stays, so that no memory is asked for at each step. */
function buffer(Kind = Float32Array) {
  let held = new Kind(0);
  return (length) => {
    if (held.length < length) held = new Kind(length);
    return held.subarray(0, length);
  };
}

/**
 * Sums under kernels of 7×7 (or 3×3) on all channels of one picture, four neighbours at a time, which share the pixels
 * that they fetch. `planes` holds the channels from `start` on, `height` rows of `wide` values. The answers are `rows`
 * rows of `columns` (a multiple of four) values.
 */
const SUMS = {
  7(answers, rows, columns, { planes, start, channels, height, wide }, weight, w0, bias) {
    for (let row = 0, o = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 4, o += 4) {
        let s0 = bias, s1 = bias, s2 = bias, s3 = bias;
        for (let channel = 0; channel < channels; channel += 1) {
          for (let i = 0; i < 7; i += 1) {
            const q = start + (channel * height + row + i) * wide + column;
            const w = w0 + (channel * 7 + i) * 7;
            const a = weight[w], b = weight[w + 1], c = weight[w + 2], d = weight[w + 3];
            const f = weight[w + 4], g = weight[w + 5], h = weight[w + 6];
            const p0 = planes[q], p1 = planes[q + 1], p2 = planes[q + 2], p3 = planes[q + 3], p4 = planes[q + 4];
            const p5 = planes[q + 5], p6 = planes[q + 6], p7 = planes[q + 7], p8 = planes[q + 8], p9 = planes[q + 9];
            s0 += a * p0 + b * p1 + c * p2 + d * p3 + f * p4 + g * p5 + h * p6;
            s1 += a * p1 + b * p2 + c * p3 + d * p4 + f * p5 + g * p6 + h * p7;
            s2 += a * p2 + b * p3 + c * p4 + d * p5 + f * p6 + g * p7 + h * p8;
            s3 += a * p3 + b * p4 + c * p5 + d * p6 + f * p7 + g * p8 + h * p9;
          }
        }
        answers[o] = s0; answers[o + 1] = s1; answers[o + 2] = s2; answers[o + 3] = s3;
      }
    }
  },
  3(answers, rows, columns, { planes, start, channels, height, wide }, weight, w0, bias) {
    for (let row = 0, o = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 4, o += 4) {
        let s0 = bias, s1 = bias, s2 = bias, s3 = bias;
        for (let channel = 0; channel < channels; channel += 1) {
          for (let i = 0; i < 3; i += 1) {
            const q = start + (channel * height + row + i) * wide + column;
            const w = w0 + (channel * 3 + i) * 3;
            const a = weight[w], b = weight[w + 1], c = weight[w + 2];
            const p1 = planes[q + 1], p2 = planes[q + 2], p3 = planes[q + 3], p4 = planes[q + 4];
            s0 += a * planes[q] + b * p1 + c * p2;
            s1 += a * p1 + b * p2 + c * p3;
            s2 += a * p2 + b * p3 + c * p4;
            s3 += a * p3 + b * p4 + c * planes[q + 5];
          }
        }
        answers[o] = s0; answers[o + 1] = s1; answers[o + 2] = s2; answers[o + 3] = s3;
      }
    }
  },
};

/**
 * A convolution (kernels of 3×3 or 7×7, stride 1) and the max-pooling behind it, `pool` × `pool`, in one: only the
 * winners are kept, because they alone pass a gradient on. `pool` 1 is a convolution alone. A layer that `isFirst`
 * needs no gradient of its pictures.
 */
export function convolution({ side, padding = 0, pool = 1, isFirst = false }, { weight, bias, shape }) {
  const [filters, channels, size] = shape;
  const [height, answered] = [side + 2 * padding, side + 2 * padding - size + 1];
  const columns = 4 * Math.ceil(answered / 4);
  const wide = columns + size - 1; // some zeros more at the end of each row, for the four neighbours
  const pooled = Math.floor(answered / pool);
  const [plane, area] = [height * wide, pooled * pooled];
  const parameters = { weight: parameter(weight) };
  if (bias) parameters.bias = parameter(bias);
  const [inputs, places] = [buffer(), buffer(Int32Array)];
  const [outputs, returned, inside] = [buffer(), buffer(), buffer()];
  const answers = new Float32Array(answered * columns);
  let [planes, winners] = [inputs(0), places(0)];
  const at = (line) => (Math.floor(line / side) * height + (line % side) + padding) * wide + padding; // of a row of x

  function enter(x, n) { // with padding
    planes = inputs(n * channels * plane);
    planes.fill(0);
    for (let line = 0, i = 0; line < n * channels * side; line += 1, i += side) {
      planes.set(x.subarray(i, i + side), at(line));
    }
  }

  function pick(out, o) { // the largest answer in each square, and where its window begins
    for (let row = 0; row < pooled; row += 1) {
      for (let column = 0; column < pooled; column += 1, o += 1) {
        let best = -Infinity, place = 0;
        for (let r = row * pool; r < (row + 1) * pool; r += 1) {
          for (let c = column * pool; c < (column + 1) * pool; c += 1) {
            if (answers[r * columns + c] > best) { best = answers[r * columns + c]; place = r * wide + c; }
          }
        }
        out[o] = best;
        winners[o] = place;
      }
    }
  }

  function forward(x, n) {
    enter(x, n);
    const out = outputs(n * filters * area);
    winners = places(n * filters * area);
    for (let picture = 0; picture < n; picture += 1) {
      const input = { planes, start: picture * channels * plane, channels, height, wide };
      for (let filter = 0; filter < filters; filter += 1) {
        const [w, added] = [filter * channels * size * size, bias ? parameters.bias.value[filter] : 0];
        SUMS[size](answers, answered, columns, input, parameters.weight.value, w, added);
        pick(out, (picture * filters + filter) * area);
      }
    }
    return out;
  }

  /** Each winner's gradient goes to the kernel times its window, and to the window times the kernel. */
  function backward(g, n) {
    const { value, gradient } = parameters.weight;
    const back = isFirst ? null : inside(n * channels * plane);
    back?.fill(0);
    for (let o = 0; o < n * filters * area; o += 1) {
      if (g[o] === 0) continue;
      const map = Math.floor(o / area);
      const filter = map % filters;
      const start = ((map - filter) / filters) * channels * plane + winners[o];
      if (bias) parameters.bias.gradient[filter] += g[o];
      for (let channel = 0, w = filter * channels * size * size; channel < channels; channel += 1) {
        for (let i = 0; i < size; i += 1) {
          for (let q = start + channel * plane + i * wide, end = q + size; q < end; q += 1, w += 1) {
            gradient[w] += g[o] * planes[q];
            if (back) back[q] += g[o] * value[w];
          }
        }
      }
    }
    return back && leave(back, n);
  }

  function leave(back, n) { // without the padding
    const out = returned(n * channels * side * side);
    for (let line = 0, i = 0; line < n * channels * side; line += 1, i += side) {
      out.set(back.subarray(at(line), at(line) + side), i);
    }
    return out;
  }

  return { parameters, shape, padding, forward, backward };
}

const TINY = 1e-5; // keeps a channel that is the same everywhere from being divided by zero
const NEW = 0.1; // share of each batch in the means and variances that are kept for later

/**
 * Batch normalisation: each channel gets mean 0 and variance 1 over all pictures and places of the batch, then a
 * learned scale and shift. Pictures that are only judged are normalised by what was kept from the batches before.
 */
export function normalisation({ scale, shift }) {
  const channels = scale.length;
  const parameters = { scale: parameter(scale), shift: parameter(shift) };
  const kept = { mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1) };
  const spread = new Float64Array(channels); // one over the standard deviation
  const [outputs, standard, returned] = [buffer(), buffer(), buffer()];
  let places = standard(0);

  /** Call `act` with each channel of each picture, and the first and last place of it. */
  function each(n, area, act) {
    for (let map = 0; map < n * channels; map += 1) act(map % channels, map * area, (map + 1) * area);
  }

  function moments(x, n) {
    const area = x.length / (n * channels);
    const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)];
    each(n, area, (channel, start, end) => {
      let sum = 0;
      for (let i = start; i < end; i += 1) sum += x[i];
      mean[channel] += sum / (n * area);
    });
    each(n, area, (channel, start, end) => {
      let sum = 0;
      for (let i = start; i < end; i += 1) sum += (x[i] - mean[channel]) ** 2;
      variance[channel] += sum / (n * area);
    });
    const unbiased = (n * area) / (n * area - 1);
    for (let channel = 0; channel < channels; channel += 1) {
      kept.mean[channel] += NEW * (mean[channel] - kept.mean[channel]);
      kept.variance[channel] += NEW * (unbiased * variance[channel] - kept.variance[channel]);
    }
    return { mean, variance };
  }

  function forward(x, n, learning) {
    const { mean, variance } = learning ? moments(x, n) : kept;
    const out = outputs(x.length);
    places = standard(x.length);
    each(n, x.length / (n * channels), (channel, start, end) => {
      spread[channel] = 1 / Math.sqrt(variance[channel] + TINY);
      const [by, from, middle] = [parameters.scale.value[channel], parameters.shift.value[channel], mean[channel]];
      for (let i = start; i < end; i += 1) {
        places[i] = (x[i] - middle) * spread[channel];
        out[i] = by * places[i] + from;
      }
    });
    return out;
  }

  function backward(g, n) {
    const area = g.length / (n * channels);
    const [sums, products] = [new Float64Array(channels), new Float64Array(channels)];
    each(n, area, (channel, start, end) => {
      let sum = 0, product = 0;
      for (let i = start; i < end; i += 1) { sum += g[i]; product += g[i] * places[i]; }
      sums[channel] += sum;
      products[channel] += product;
    });
    const back = returned(g.length);
    each(n, area, (channel, start, end) => {
      const [mean, along] = [sums[channel] / (n * area), products[channel] / (n * area)];
      const by = parameters.scale.value[channel] * spread[channel];
      for (let i = start; i < end; i += 1) back[i] = by * (g[i] - mean - along * places[i]);
    });
    for (let channel = 0; channel < channels; channel += 1) {
      parameters.shift.gradient[channel] += sums[channel];
      parameters.scale.gradient[channel] += products[channel];
    }
    return back;
  }

  /** The one scale and shift that are left of it when nothing is learned any more. */
  function settled() {
    const by = parameters.scale.value.map((value, channel) => value / Math.sqrt(kept.variance[channel] + TINY));
    const from = parameters.shift.value.map((value, channel) => value - by[channel] * kept.mean[channel]);
    return { scale: by, shift: from };
  }

  return { parameters, forward, backward, settled };
}

/** ReLU, in place: what is below zero becomes zero, and passes no gradient on. */
export function relu() {
  let kept;
  return {
    parameters: {},
    forward(x) {
      for (let i = 0; i < x.length; i += 1) if (!(x[i] > 0)) x[i] = 0;
      kept = x;
      return x;
    },
    backward(g) {
      for (let i = 0; i < g.length; i += 1) if (kept[i] === 0) g[i] = 0;
      return g;
    },
  };
}

/** One weighted sum of all that comes in for each row of the weights, and a bias. */
export function linear({ weight, bias }) {
  const [outputs, inputs] = [bias.length, weight.length / bias.length];
  const parameters = { weight: parameter(weight), bias: parameter(bias) };
  const [answers, returned] = [buffer(), buffer()];
  let seen;
  return {
    parameters,
    shape: [outputs, inputs],
    forward(x, n) {
      seen = x;
      const out = answers(n * outputs);
      for (let o = 0; o < n * outputs; o += 1) {
        const [row, start] = [o % outputs, Math.floor(o / outputs) * inputs];
        let sum = parameters.bias.value[row];
        for (let i = 0, w = row * inputs; i < inputs; i += 1, w += 1) sum += parameters.weight.value[w] * x[start + i];
        out[o] = sum;
      }
      return out;
    },
    backward(g, n) {
      const back = returned(n * inputs);
      back.fill(0);
      for (let o = 0; o < n * outputs; o += 1) {
        const [row, start] = [o % outputs, Math.floor(o / outputs) * inputs];
        parameters.bias.gradient[row] += g[o];
        for (let i = 0, w = row * inputs; i < inputs; i += 1, w += 1) {
          parameters.weight.gradient[w] += g[o] * seen[start + i];
          back[start + i] += g[o] * parameters.weight.value[w];
        }
      }
      return back;
    },
  };
}

/** The mean cross-entropy of scores, ten for each picture, and its gradient; `right` counts the highest ones. */
export function crossEntropy(scores, labels) {
  const gradient = new Float32Array(scores.length);
  let [loss, right] = [0, 0];
  labels.forEach((label, picture) => {
    const own = scores.subarray(10 * picture, 10 * picture + 10);
    const largest = Math.max(...own);
    const powers = Array.from(own, (score) => Math.exp(score - largest));
    const total = powers.reduce((a, b) => a + b);
    loss += Math.log(total) - (own[label] - largest);
    right += own.indexOf(largest) === label;
    powers.forEach((power, digit) => {
      gradient[10 * picture + digit] = (power / total - (digit === label)) / labels.length;
    });
  });
  return { loss: loss / labels.length, gradient, right };
}
