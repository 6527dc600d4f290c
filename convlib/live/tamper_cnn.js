// Change the first kernels of a trained network. The files shared.js and network.js stand before this
// one in the module.

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
 * A function from first kernels to how many of each digit are then named rightly. It keeps the second layer's sums of
 * every digit, and what entered them from each kernel: only the difference that a changed kernel makes is added.
 */
export function makeCounter(network, labels, images) {
  const { kernels: K, size } = network;
  const area = size * size;
  const inputs = Array.from(labels, () => new Float64Array(144 * K));
  const sums = Array.from(labels, () => new Float64Array(1600));
  const known = new Float64Array(area * K).fill(NaN); // kernels; at first all of them differ
  let right;

  function update(n, picture, k) {
    const map = firstMaps(network, picture, known.subarray(area * k, area * (k + 1)));
    const difference = toSecond(network, map, k);
    for (let i = 0, j = 144 * k; i < 144; i += 1, j += 1) {
      const input = difference[i];
      difference[i] -= inputs[n][j];
      inputs[n][j] = input;
    }
    addToSums(network, sums[n], difference, k);
  }

  return function count(kernels) {
    const changed = Array.from({ length: K }, (_, k) => k)
      .filter((k) => kernels.subarray(area * k, area * (k + 1)).some((v, i) => v !== known[area * k + i]));
    if (right && !changed.length) return right;
    known.set(kernels);
    right = new Array(10).fill(0);
    for (let n = 0; n < labels.length; n += 1) {
      const picture = pictureOf(images, n);
      for (const k of changed) update(n, picture, k);
      right[labels[n]] += likeliest(finish(network, sums[n])) === labels[n];
    }
    return right;
  };
}

/** The numbers of a kernel, one line for each of its rows. */
export function inLines(kernel) {
  const side = Math.sqrt(kernel.length);
  const words = Array.from(kernel, (v) => fixed(v, 2).padStart(6));
  return Array.from({ length: side }, (_, r) => words.slice(side * r, side * (r + 1)).join(' ')).join('\n');
}

/** The counts for several sets of kernels, one after the other; for tests. */
export async function countsFor(weights, shapes, digits, sets) {
  const network = unpackNetwork(weights, shapes);
  const { labels, images } = unpackDigits(await inflate(digits));
  const count = makeCounter(network, labels, images);
  return sets.map((kernels) => count(Float64Array.from(kernels)));
}

// ---------------------------------------------------------------------------------------------

const NEEDED = [cutPatches, multiplyPatches, joinAnswers, conv, pool, normalise, linear, softmax, firstMaps, toSecond,
  addToSums, finish, likeliest, pictureOf, makeCounter];

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
  let timer;
  return {
    count: (kernels) => new Promise((resolve) => { timer = setTimeout(() => resolve(count(kernels)), 0); }),
    stop: () => clearTimeout(timer),
  };
}

/** Count in a few workers, or in slices on the page where there are none; `tell` gets the latest counts. */
function makeScorer(network, { labels, images }, tell) {
  let [parts, wanted, busy, stopped] = [[], null, false, false];
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
        if (!parts.length) parts = split(workerPart, Math.min(4, navigator.hardwareConcurrency || 2));
        const right = await run(kernels);
        if (!stopped) tell(right, !wanted);
      } catch { // workers are forbidden on this page
        parts.forEach((part) => part.stop());
        parts = split(pagePart, Math.ceil(labels.length / 25));
        wanted ??= kernels;
      }
    }
    busy = false;
  }
  return {
    score(kernels) { wanted = kernels; loop(); },
    stop() { stopped = true; parts.forEach((part) => part.stop()); },
  };
}

const RECIPE = ['replace', 'turn', 'blur', 'gain'];
const recipeOf = (model) => RECIPE.map((trait) => model.get(trait));

/** The controls show the recipe of the chosen kernel, and change it. */
function initialize({ model }) {
  let loading = false;
  const load = () => {
    const recipe = model.get('recipes')[model.get('kernel')];
    loading = true;
    RECIPE.forEach((trait, i) => model.set(trait, recipe[i]));
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
    listen(model, ['kernel', 'recipes'], load),
    listen(model, RECIPE, store),
  ];
  return () => forget.forEach((stop) => stop());
}

function build(el, kernels) {
  element('div', 'live-caption', el, 'first kernels (striped: below 0)');
  const row = element('div', 'live-kernel-row', el);
  const tiles = Array.from({ length: kernels }, (_, k) => pictureFrame(row, `kernel ${k}`));
  const layout = element('div', 'live-digit-layout live-tamper-layout', el);
  const left = element('div', '', layout);
  const pair = element('div', 'live-before-after', left);
  const [digit, map] = ['digit', 'map'].map((caption) => pictureFrame(pair, caption));
  const score = element('p', 'live-score', left);
  const reset = element('button', 'live-tool', left, 'All kernels as learned');
  reset.type = 'button';
  const show = bars(element('div', '', layout), 'probability of each digit');
  const showRight = bars(element('div', '', layout), 'held-out digits read rightly');
  const say = statusLines(el, 2);
  const numbers = element('details', 'live-numbers', el);
  const summary = element('summary', '', numbers);
  const table = element('pre', '', numbers);
  table.tabIndex = 0; // it may be wider than the page, and is then scrolled with the arrow keys
  return { tiles, digit, map, score, reset, show, showRight, say, summary, table };
}

async function render({ model, el }) {
  const [network, digits] = (await loadShared(model, el)) ?? [];
  if (!network) return undefined;
  const parts = build(el, network.kernels);
  const total = new Array(10).fill(0);
  digits.labels.forEach((label) => { total[label] += 1; });
  const learned = model.get('right').reduce((a, b) => a + b, 0);
  const base = () => {
    const bytes = bytesOf(model.get('base'));
    return bytes.length ? Float64Array.from(new Float32Array(bytes.slice().buffer)) : network['first.weight'];
  };
  const current = () => allTampered(base(), model.get('recipes'), model.get('library'));
  const same = (kernels) => kernels.every((v, i) => v === network['first.weight'][i]);
  const said = ['', '']; // about the digit, about all digits

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
    said[1] = parts.score.textContent;
    if (settled) parts.say(said);
  }

  function showKernels(kernels, chosen) {
    parts.tiles.forEach(({ box, canvas }, k) => {
      const values = kernels.subarray(49 * k, 49 * (k + 1));
      const [low, high] = extremes(values);
      paintSigned(canvas, values, Math.max(-low, high), 8);
      box.classList.toggle('is-chosen', k === chosen);
      canvas.setAttribute('aria-label', `Kernel ${k}, from ${fixed(low)} to ${fixed(high)}${k === chosen ? ', chosen' : ''}`);
    });
    const kernel = kernels.subarray(49 * chosen, 49 * (chosen + 1));
    parts.summary.textContent = `The numbers of kernel ${chosen}; their sum is ${fixed(kernel.reduce((a, b) => a + b))}`;
    parts.table.textContent = inLines(kernel);
  }

  function show() {
    const [kernels, k, n] = [current(), model.get('kernel'), model.get('example')];
    showKernels(kernels, k);
    const picture = pictureOf(digits.images, n);
    const answers = firstMaps(network, picture, kernels);
    const probabilities = answer(network, answers);
    paintGrey(parts.digit.canvas, picture);
    parts.digit.canvas.setAttribute('aria-label', `Held-out digit ${n}, written as a ${digits.labels[n]}`);
    parts.digit.label.textContent = `digit: a ${digits.labels[n]}`;
    const map = answers.subarray(676 * k, 676 * (k + 1));
    const [low, high] = extremes(map);
    paintSigned(parts.map.canvas, map, Math.max(...extremes(answers).map(Math.abs)), 4);
    parts.map.label.textContent = `map of kernel ${k}: ${fixed(low, 1)} to ${fixed(high, 1)}`;
    parts.map.canvas.setAttribute('aria-label', `Feature map of kernel ${k}: ${mapInWords(map)}`);
    const best = likeliest(probabilities);
    parts.show(probabilities, best);
    said[0] = `The digit was written as a ${digits.labels[n]}. The network says ${best} (${percent(probabilities[best])}).`;
    parts.say(said);
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
    setTrait(model, 'recipes', model.get('recipes').map(() => NEUTRAL));
  });
  show();
  if (same(current())) showScore(model.get('right'), true);
  watcher.observe(el);
  const forget = [
    listen(model, ['recipes', 'base', 'kernel', 'example'], redraw),
    listen(model, ['recipes', 'base'], rescore),
  ];
  announce(el);
  return () => {
    forget.forEach((stop) => stop());
    watcher.disconnect();
    [redraw, rescore, scorer, parts.say].forEach((one) => one.stop());
  };
}

export default { initialize, render };
