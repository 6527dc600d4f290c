// The counting for a page: in a few workers, or in slices where a page may not start any.
import workerScript from 'worker:./counting_worker.js';
import { makeCounter } from './counting.js';

/** This page may not start workers, or this browser has none: nothing is wrong with the counting itself. */
class NoWorkers extends Error {}

/** Count some of the digits in a worker. */
function workerPart(network, digits) {
  const url = URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' }));
  let worker;
  try {
    worker = new Worker(url);
  } catch (error) {
    URL.revokeObjectURL(url);
    throw new NoWorkers(error.message);
  }
  worker.postMessage({ network, digits });
  return {
    count: (kernels) => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      // What goes wrong inside a worker has a message; a worker that may not start has none.
      worker.onerror = (event) => {
        event.preventDefault?.();
        reject(event.message ? new Error(event.message) : new NoWorkers('no worker started'));
      };
      worker.postMessage({ kernels });
    }),
    stop() { worker.terminate(); URL.revokeObjectURL(url); },
  };
}

/** Count some of the digits on the page, when it has time. */
function pagePart(network, digits) {
  const count = makeCounter(network, digits);
  let timer;
  return {
    count: (kernels) => new Promise((resolve) => { timer = setTimeout(resolve, 0); }).then(() => count(kernels)),
    stop: () => clearTimeout(timer),
  };
}

/** So many parts of nearly equal size, each made by `make`. */
function split(make, network, { labels, images }, pieces) {
  const pixels = images.length / labels.length;
  return Array.from({ length: pieces }, (_, i) => {
    const [start, end] = [i, i + 1].map((j) => Math.round((labels.length * j) / pieces));
    const digits = { labels: labels.slice(start, end), images: images.slice(pixels * start, pixels * end) };
    return make(network, digits);
  });
}

/**
 * Returns what counts for the latest kernels it is given: `tell` gets the counts, and whether they are the last for
 * now; `fail` gets an error of the counting.
 */
export function makeScorer(network, digits, { tell, fail }) {
  let [parts, wanted, busy, stopped] = [[], null, false, false];
  const add = (counts) => counts.reduce((sum, one) => sum.map((value, digit) => value + one[digit]));
  const run = async (kernels) => add(await Promise.all(parts.map((part) => part.count(kernels))));

  async function count(kernels) {
    try {
      if (!parts.length) {
        parts = split(workerPart, network, digits, Math.min(4, navigator.hardwareConcurrency || 2));
      }
      return await run(kernels);
    } catch (error) {
      if (!(error instanceof NoWorkers)) throw error;
      parts.forEach((part) => part.stop());
      parts = split(pagePart, network, digits, Math.ceil(digits.count / 25));
      return run(kernels);
    }
  }

  async function loop() {
    if (busy) return;
    busy = true;
    try {
      while (wanted && !stopped) {
        const kernels = wanted;
        wanted = null;
        const right = await count(kernels);
        if (!stopped) tell(right, !wanted);
      }
    } catch (error) {
      if (!stopped) fail(error);
    } finally {
      busy = false;
    }
  }
  return {
    score(kernels) { wanted = kernels; loop(); },
    stop() { stopped = true; parts.forEach((part) => part.stop()); },
  };
}
