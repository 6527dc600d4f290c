// Change the first kernels of a trained network, and watch its answers and its accuracy.
import {
  announce, bytesOf, element, fixed, listen, onFrame, pictureFrame, setTrait, statusLines,
} from './shared.js';
import { answer, firstMaps, likeliest, pictureOf } from './network.js';
import { bars, extremes, loadShared, mapInWords, paintGrey, paintSigned, percent } from './network_view.js';
import { NEUTRAL, allTampered } from './recipes.js';
import { makeScorer } from './scoring.js';
import { networkMenu } from './trained.js';

/** The numbers of a kernel, one line for each of its rows. */
export function inLines(kernel) {
  const side = Math.sqrt(kernel.length);
  const words = Array.from(kernel, (v) => fixed(v, 2).padStart(6));
  return Array.from({ length: side }, (_, r) => words.slice(side * r, side * (r + 1)).join(' ')).join('\n');
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

/** Pictures of so many kernels in a row; `choose` is told which one is clicked. */
function tilesIn(row, choose) {
  let tiles = [];
  return (count) => {
    if (tiles.length === count) return tiles;
    row.replaceChildren();
    row.classList.toggle('is-many', count > 8);
    tiles = Array.from({ length: count }, (_, k) => {
      const tile = pictureFrame(row, `kernel ${k}`);
      tile.box.addEventListener('click', () => choose(k)); // the menu does the same from the keyboard
      return tile;
    });
    return tiles;
  };
}

function build(el, choose) {
  const chosen = element('div', '', el); // for the menu of networks
  element('div', 'live-caption', el, 'first kernels (striped: below 0)');
  const tiles = tilesIn(element('div', 'live-kernel-row', el), choose);
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
  return { chosen, tiles, digit, map, score, reset, show, showRight, say, summary, table };
}

async function render({ model, el }) {
  const [own, digits] = (await loadShared(model, el)) ?? [];
  if (!own) return undefined;
  const parts = build(el, (k) => { if (k < model.get('recipes').length) setTrait(model, 'kernel', k); });
  let network = own; // which one answers
  const total = new Array(10).fill(0);
  digits.labels.forEach((label) => { total[label] += 1; });
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  let learned = sum(model.get('right')); // read rightly with the learned kernels, as soon as that is known
  const base = () => {
    const bytes = bytesOf(model.get('base'));
    if (network !== own || !bytes.length) return network.first.weight;
    return Float64Array.from(new Float32Array(bytes.slice().buffer));
  };
  /** The recipes of as many kernels as there are; those that no menu reaches stay as they are. */
  const recipes = () => Array.from({ length: network.first.shape[0] }, (_, k) => model.get('recipes')[k] ?? NEUTRAL);
  const current = () => allTampered(base(), recipes(), model.get('library'));
  const chosenKernel = () => Math.min(model.get('kernel'), network.first.shape[0] - 1);
  const same = (kernels) => kernels.every((v, i) => v === network.first.weight[i]);
  const said = ['', '']; // about the digit, about all digits

  function showScore(right, settled) {
    const [now, all] = [sum(right), digits.count];
    if (learned === null && settled && same(current())) learned = now;
    parts.showRight(right.map((v, d) => v / Math.max(1, total[d])), -1, right.map((v, d) => `${v} of ${total[d]}`));
    parts.score.dataset.right = now;
    parts.score.dataset.settled = Boolean(settled);
    const change = now - (learned ?? now);
    const words = learned === null ? '' : !change ? ', as many as learned'
      : `, ${Math.abs(change)} ${change < 0 ? 'fewer' : 'more'} than as learned`;
    parts.score.replaceChildren('Accuracy: ', element('b', '', null, percent(now / all)));
    parts.score.append(` (${now} of ${all} held-out digits${words}).`);
    said[1] = parts.score.textContent;
    if (settled) parts.say(said);
  }

  function showKernels(kernels, chosen) {
    parts.tiles(kernels.length / 49).forEach(({ box, canvas }, k) => {
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
    const [kernels, k, n] = [current(), chosenKernel(), model.get('example')];
    showKernels(kernels, k);
    const picture = pictureOf(digits.images, n);
    const answers = firstMaps(network, picture, kernels);
    const probabilities = answer(network, answers);
    paintGrey(parts.digit.canvas, picture);
    parts.digit.canvas.setAttribute('aria-label', `Held-out digit ${n}, written as a ${digits.labels[n]}`);
    parts.digit.label.textContent = `digit: a ${digits.labels[n]}`;
    const area = (49 * answers.length) / kernels.length;
    const map = answers.subarray(area * k, area * (k + 1));
    const [low, high] = extremes(map);
    paintSigned(parts.map.canvas, map, Math.max(...extremes(answers).map(Math.abs)), 4);
    parts.map.label.textContent = `map of kernel ${k}: ${fixed(low, 1)} to ${fixed(high, 1)}`;
    parts.map.canvas.setAttribute('aria-label', `Feature map of kernel ${k}: ${mapInWords(map)}`);
    const best = likeliest(probabilities);
    parts.show(probabilities, best);
    said[0] = `The digit was written as a ${digits.labels[n]}. The network says ${best} (${percent(probabilities[best])}).`;
    parts.say(said);
  }

  function showTrouble(error) {
    console.error(error);
    parts.score.replaceChildren(`The counting failed: ${error.message}`);
    said[1] = parts.score.textContent;
    parts.say(said);
  }

  const newScorer = () => makeScorer(network, digits, { tell: showScore, fail: showTrouble });
  let scorer = newScorer();
  const redraw = onFrame(show);
  const rescore = onFrame(() => { parts.score.dataset.settled = false; scorer.score(current()); });
  // The counting starts when the figure comes into view: the first one takes longest.
  const watcher = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting) { watcher.disconnect(); rescore(); }
  });
  const networks = networkMenu(parts.chosen, own, () => {
    network = networks.present();
    learned = network === own ? sum(model.get('right')) : null;
    scorer.stop();
    scorer = newScorer();
    redraw();
    rescore();
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
    [redraw, rescore, scorer, parts.say, networks].forEach((one) => one.stop());
  };
}

export default { initialize, render };
