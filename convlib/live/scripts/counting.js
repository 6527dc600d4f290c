// How many digits a network names rightly, counted anew whenever its first kernels change.
import { addChannel, answer, emptySums, finish, firstMaps, likeliest, pictureOf, toSecond } from './network.js';

/**
 * A function from first kernels to how many of each digit are then named rightly. It keeps the second layer's sums of
 * every digit, and what entered them from each kernel: only the difference that a changed kernel makes is added.
 */
export function makeCounter(network, digits) {
  return network.second ? differences(network, digits) : (kernels) => all(network, digits, kernels);
}

/** With one layer there is nothing to keep. */
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
  const entered = Array.from(labels, () => []); // for each digit and kernel
  const sums = Array.from(labels, () => emptySums(network));
  const known = new Float64Array(area * kernels).fill(NaN); // at first all kernels differ
  let right;

  function update(n, picture, k) {
    const input = toSecond(network, firstMaps(network, picture, one(known, k)), k);
    const before = entered[n][k];
    addChannel(sums[n], before ? input.map((value, i) => value - before[i]) : input, network.second, k);
    entered[n][k] = input;
  }

  return function count(values) {
    const changed = Array.from({ length: kernels }, (_, k) => k)
      .filter((k) => one(values, k).some((value, i) => value !== one(known, k)[i]));
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
