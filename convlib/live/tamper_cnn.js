// Change the first kernels of a trained network. The file network.js stands before this one in the module.

export const TURNS = ['as it is', 'quarter turn', 'half turn', 'three-quarter turn', 'mirrored left-right',
  'mirrored up-down'];
const NEUTRAL = [0, 0, 0, 1]; // replacement, turn, blur, gain

/** A square kernel turned counter-clockwise, as numpy.rot90, or mirrored; by the index in TURNS. */
export function turned(kernel, turn) {
  const side = Math.sqrt(kernel.length);
  const last = side - 1;
  const from = [
    (r, c) => [r, c], (r, c) => [c, last - r], (r, c) => [last - r, last - c], (r, c) => [last - c, r],
    (r, c) => [r, last - c], (r, c) => [last - r, c],
  ][turn];
  return Float64Array.from(kernel, (_, i) => {
    const [r, c] = from(Math.floor(i / side), i % side);
    return kernel[r * side + c];
  });
}

/** A kernel convolved with a Gaussian bell, zeros around it, same size: along the rows, then the columns. */
export function blurred(kernel, sigma) {
  if (!sigma) return kernel;
  const side = Math.sqrt(kernel.length);
  const reach = Math.max(1, Math.floor(4 * sigma + 0.5));
  const bell = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = bell.reduce((a, b) => a + b);
  const along = (values, step, lineOf) => values.map((_, i) => {
    let sum = 0;
    for (let d = -reach; d <= reach; d += 1) {
      if (lineOf(i) + d >= 0 && lineOf(i) + d < side) sum += (bell[reach + d] / total) * values[i + d * step];
    }
    return sum;
  });
  const rows = along(Float64Array.from(kernel), 1, (i) => i % side);
  return along(rows, side, (i) => Math.floor(i / side));
}

/** A kernel after its recipe [replacement, turn, blur, gain]; a replacement is as strong as the original. */
export function tampered(kernel, [replacement, turn, blur, gain], library) {
  const strength = Math.hypot(...kernel);
  const start = replacement ? library[replacement - 1].map((v) => v * strength) : kernel;
  return blurred(turned(start, turn), blur).map((v) => gain * v);
}

/** All kernels, one after the other, each after its recipe. */
export function allTampered(kernels, recipes, library) {
  const area = kernels.length / recipes.length;
  const out = new Float64Array(kernels.length);
  recipes.forEach((recipe, k) => out.set(tampered(kernels.slice(k * area, (k + 1) * area), recipe, library), k * area));
  return out;
}

/**
 * A function from first kernels to how many of each digit are then named rightly. It remembers what a change of
 * a single kernel leaves as it is: the other kernels' maps, and their part of the second layer's sums.
 */
export function makeCounter(network, labels, images) {
  const { kernels: K, size } = network;
  const area = size * size;
  const second = network['second.weight'];
  const stack = Array.from(labels, () => new Float32Array(144 * K));
  const rest = Array.from(labels, () => new Float32Array(1600));
  let [known, restOf, right] = [null, -1, null];

  function weightsOf(k) { // the second layer's weights for kernel k alone, and those with k silenced
    const silenced = second.slice();
    const alone = new Float64Array(144);
    for (let f = 0; f < 16; f += 1) {
      alone.set(second.subarray((f * K + k) * 9, (f * K + k + 1) * 9), f * 9);
      silenced.fill(0, (f * K + k) * 9, (f * K + k + 1) * 9);
    }
    return [alone, silenced];
  }

  return function count(all) {
    const kernelOf = (values, k) => values.subarray(k * area, (k + 1) * area);
    const differs = (k) => !known || kernelOf(all, k).some((v, i) => v !== known[k * area + i]);
    const changed = Array.from({ length: K }, (_, k) => k).filter(differs);
    if (!changed.length) return right;
    const single = changed.length === 1 ? changed[0] : -1;
    const [alone, silenced] = single < 0 ? [] : weightsOf(single);
    right = new Array(10).fill(0);
    for (let n = 0; n < labels.length; n += 1) {
      const image = pictureOf(images, n);
      for (const k of changed) {
        stack[n].set(toSecond(network, firstMaps(network, image, kernelOf(all, k)), k), 144 * k);
      }
      let sums;
      if (single < 0) sums = conv(stack[n], K, 12, second, 16, 3);
      else {
        if (restOf !== single) rest[n].set(conv(stack[n], K, 12, silenced, 16, 3));
        sums = conv(stack[n].subarray(144 * single, 144 * (single + 1)), 1, 12, alone, 16, 3);
        const others = rest[n];
        for (let i = 0; i < 1600; i += 1) sums[i] += others[i];
      }
      right[labels[n]] += likeliest(finish(network, sums)) === labels[n];
    }
    [known, restOf] = [all.slice(), single];
    return right;
  };
}

/** The counts for several sets of kernels, one after the other; for tests. */
export async function countsFor(weights, shapes, digits, sets) {
  const network = unpackNetwork(weights, shapes);
  const { labels, images } = unpackDigits(await inflate(digits));
  const count = makeCounter(network, labels, images);
  return sets.map((kernels) => count(Float64Array.from(kernels)));
}

// ---------------------------------------------------------------------------------------------

const NEEDED = [patches, products, conv, pool, normalise, linear, softmax, firstMaps, toSecond, finish, likeliest,
  pictureOf, makeCounter];

/** The digits from `start` to `end`, counted by a worker. */
function workerPart(network, labels, images) {
  const source = `${NEEDED.map(String).join('\n')}
    let count;
    onmessage = ({ data }) => {
      if (data.network) count = makeCounter(data.network, data.labels, data.images);
      else postMessage(count(data));
    };`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.postMessage({ network, labels, images });
  return {
    count: (kernels) => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => { event.preventDefault?.(); reject(new Error(event.message || 'no worker')); };
      worker.postMessage(kernels);
    }),
    stop: () => { worker.terminate(); URL.revokeObjectURL(url); },
  };
}

/** The same without a worker, when the page has time. */
function pagePart(network, labels, images) {
  const count = makeCounter(network, labels, images);
  return { count: (kernels) => new Promise((resolve) => { setTimeout(() => resolve(count(kernels)), 0); }), stop() {} };
}

/** Count in a few workers, or in slices on the page where there are none; `tell` gets the latest counts. */
function makeScorer(network, { labels, images }, tell) {
  let [parts, wanted, busy, stopped] = [null, null, false, false];
  const split = (make, pieces) => Array.from({ length: pieces }, (_, i) => {
    const [start, end] = [i, i + 1].map((j) => Math.round((labels.length * j) / pieces));
    return make(network, labels.slice(start, end), images.slice(784 * start, 784 * end));
  });
  const run = async (kernels) => {
    const counts = await Promise.all(parts.map((part) => part.count(kernels)));
    return counts.reduce((sum, one) => sum.map((v, digit) => v + one[digit]));
  };
  async function loop() {
    if (busy) return;
    busy = true;
    while (wanted && !stopped) {
      const kernels = wanted;
      wanted = null;
      try {
        parts ??= split(workerPart, Math.min(4, navigator.hardwareConcurrency || 2));
        tell(await run(kernels), !wanted);
      } catch { // eslint-disable-line no-empty -- workers are forbidden on this page
        parts?.forEach((part) => part.stop());
        parts = split(pagePart, Math.ceil(labels.length / 25));
        wanted ??= kernels;
      }
    }
    busy = false;
  }
  return {
    score(kernels) { wanted = kernels; loop(); },
    stop() { stopped = true; parts?.forEach((part) => part.stop()); },
  };
}

const recipeOf = (model) => ['replace', 'turn', 'blur', 'gain'].map((trait) => model.get(trait));

/** The controls show the recipe of the chosen kernel, and change it. */
function initialize({ model }) {
  let loading = false;
  const load = () => {
    const recipe = model.get('recipes')[model.get('kernel')];
    loading = true;
    ['replace', 'turn', 'blur', 'gain'].forEach((trait, i) => model.set(trait, recipe[i]));
    loading = false;
    model.save_changes();
  };
  const store = () => {
    if (loading) return;
    const recipes = model.get('recipes').slice();
    if (String(recipes[model.get('kernel')]) === String(recipeOf(model))) return;
    recipes[model.get('kernel')] = recipeOf(model);
    model.set('recipes', recipes);
    model.save_changes();
  };
  const forget = [
    listen(model, ['change:kernel', 'change:recipes'], load),
    listen(model, ['replace', 'turn', 'blur', 'gain'].map((trait) => `change:${trait}`), store),
  ];
  return () => forget.forEach((stop) => stop());
}

function build(el, kernels) {
  const row = element('div', 'live-kernel-row', el);
  const tiles = Array.from({ length: kernels }, (_, k) => tile(row, 7, `kernel ${k}`));
  const layout = element('div', 'live-digit-layout live-tamper-layout', el);
  const left = element('div', '', layout);
  const pair = element('div', 'live-before-after', left);
  const digit = tile(pair, 28, 'digit');
  const map = tile(pair, 26);
  const score = element('p', 'live-score', left);
  const reset = element('button', 'live-tool', left, 'All kernels as learned');
  reset.type = 'button';
  const show = bars(element('div', '', layout), 'probability of each digit');
  const showRight = bars(element('div', '', layout), 'held-out digits read rightly');
  return { tiles, digit, map, score, reset, show, showRight, status: statusLine(el) };
}

async function render({ model, el }) {
  const [network, digits] = await loadShared(model);
  const { kernels: K } = network;
  const parts = build(el, K);
  const total = new Array(10).fill(0);
  digits.labels.forEach((label) => { total[label] += 1; });
  const learned = model.get('right').reduce((a, b) => a + b, 0);
  const base = () => {
    const bytes = bytesOf(model.get('base'));
    return bytes.length ? Float64Array.from(new Float32Array(bytes.slice().buffer)) : network['first.weight'];
  };
  const current = () => allTampered(base(), model.get('recipes'), model.get('library'));
  const same = (kernels) => kernels.every((v, i) => v === network['first.weight'][i]);

  let said = '';
  const tellAll = () => parts.status.say(said);

  function showScore(right, settled) {
    const [now, all] = [right.reduce((a, b) => a + b, 0), digits.count];
    parts.showRight(right.map((v, d) => v / Math.max(1, total[d])), -1, right.map((v, d) => `${v} of ${total[d]}`));
    parts.score.dataset.right = now;
    parts.score.dataset.settled = Boolean(settled);
    const change = now - learned;
    const words = !change ? ', as many as learned'
      : `, ${Math.abs(change)} ${change < 0 ? 'fewer' : 'more'} than as learned`;
    parts.score.replaceChildren('Accuracy: ', element('b', '', null, percent(now / all)));
    parts.score.append(` (${now} of ${all} held-out digits${words}).`);
    if (settled) tellAll();
  }

  function show() {
    const [kernels, k, n] = [current(), model.get('kernel'), model.get('example')];
    const picture = pictureOf(digits.images, n);
    const answers = firstMaps(network, picture, kernels);
    const probabilities = answer(network, answers);
    parts.tiles.forEach(({ canvas, caption }, i) => {
      const values = kernels.subarray(49 * i, 49 * (i + 1));
      const [low, high] = extremes(values);
      paint(canvas, values, signed(Math.max(1e-9, -low, high)));
      caption.parentElement.classList.toggle('is-chosen', i === k);
      canvas.setAttribute('aria-label', `Kernel ${i}, from ${written(low, 2)} to ${written(high, 2)}${i === k ? ', chosen' : ''}`);
    });
    paint(parts.digit.canvas, picture, grey);
    parts.digit.canvas.setAttribute('aria-label', `Held-out digit ${n}, written as a ${digits.labels[n]}`);
    parts.digit.caption.textContent = `digit: a ${digits.labels[n]}`;
    const map = answers.subarray(676 * k, 676 * (k + 1));
    const [low, high] = extremes(map);
    paint(parts.map.canvas, map, signed(Math.max(1e-9, ...extremes(answers).map(Math.abs))));
    parts.map.caption.textContent = `map of kernel ${k}: ${written(low)} to ${written(high)}`;
    parts.map.canvas.setAttribute('aria-label', `Feature map of kernel ${k}, from ${written(low)} to ${written(high)}`);
    const best = likeliest(probabilities);
    parts.show(probabilities, best);
    said = `The digit was written as a ${digits.labels[n]}. The network says ${best} (${percent(probabilities[best])}).`;
    tellAll();
  }

  const scorer = makeScorer(network, digits, showScore);
  const redraw = onFrame(show);
  const rescore = onFrame(() => { parts.score.dataset.settled = false; scorer.score(current()); });
  // The counting starts when the figure comes into view: the first one takes longest.
  const watcher = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting) { watcher.disconnect(); rescore(); }
  });
  parts.reset.addEventListener('click', () => {
    model.set('base', new DataView(new ArrayBuffer(0)));
    model.set('recipes', model.get('recipes').map(() => NEUTRAL));
    model.save_changes();
  });
  show();
  if (same(current())) showScore(model.get('right'), true);
  watcher.observe(el);
  const forget = [
    listen(model, ['change:recipes', 'change:base', 'change:kernel', 'change:example'], redraw),
    listen(model, ['change:recipes', 'change:base'], rescore),
  ];
  announce(el);
  return () => {
    forget.forEach((stop) => stop());
    watcher.disconnect();
    [redraw, rescore, scorer, parts.status].forEach((one) => one.stop());
  };
}

export default { initialize, render };
