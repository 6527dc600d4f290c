// What runs of training have reached, and how it is said.
import { EPOCHS, randomNumbers, startOneLayer } from './learning.js';
import { percent } from './network_view.js';
import { fixed } from './shared.js';

/** The kernels that a run with these settings starts from, one after the other. */
export const startingKernels = (kernels, seed) => startOneLayer(kernels, randomNumbers(seed)).first.weight;

/** The last of the points ([step, ...], in order) that is not behind this step. */
export function pointAt(points, step) {
  let found = 0;
  while (found + 1 < points.length && points[found + 1][0] <= step) found += 1;
  return found;
}

/** The accuracy that was measured last, up to this point, and after how many steps; null if there is none. */
export function measuredAt(points, index) {
  const found = points.slice(0, index + 1).findLast(([, , accuracy]) => accuracy !== null);
  return found ? { step: found[0], accuracy: found[2] } : null;
}

/**
 * For each number of kernels, how many runs ([layers, kernels, rate, seed, epochs, accuracy]) with so many layers are
 * complete, and the mean of their accuracies.
 */
export function summary(runs, counts, wanted) {
  const complete = runs.filter(([layers, , , , epochs]) => layers === wanted && epochs === EPOCHS);
  return counts.map((count) => {
    const found = complete.filter(([, kernels]) => kernels === count).map((run) => run[5]);
    return { runs: found.length, mean: found.length ? found.reduce((a, b) => a + b) / found.length : null };
  });
}

export const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;

/** What the figure shows at a point, in words. */
export function describe(points, index, { count, perEpoch, heldOut }) {
  const [step, loss] = points[index] ?? [0, null];
  const measured = measuredAt(points, index);
  const learned = loss === null ? '' : `, loss ${fixed(loss, 3)}`;
  const when = measured && measured.step !== step ? ` (after epoch ${fixed(measured.step / perEpoch, 1)})` : '';
  const read = measured ? `; ${percent(measured.accuracy)} of ${heldOut} held-out digits read rightly${when}` : '';
  const at = step % perEpoch && step < 10 ? `Step ${step}` : `Epoch ${fixed(step / perEpoch, 1)} of ${EPOCHS}`;
  return step || measured ? `${plural(count, 'kernel')}. ${at}${learned}${read}.` : '';
}
