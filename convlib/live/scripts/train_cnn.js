// Train a network with one convolutional layer, and compare what different numbers of kernels reach.
import { announce, element, fixed, listen, onFrame, pictureFrame, setTrait, shape, statusLines, tick } from './shared.js';
import { contentOf } from './contents.js';
import { BATCH, EPOCHS } from './learning.js';
import { extremes, paintSigned, percent } from './network_view.js';
import { describe, measuredAt, plural, pointAt, startingKernels, summary } from './runs.js';
import { offer } from './trained.js';
import { makeTrainer } from './trainer.js';

const KEPT = 12; // finished and broken-off runs that stay in the drawing
const SETTINGS = ['network', 'count', 'rate', 'seed'];
const LAYERS = [1, 4];

// ---------------------------------------------------------------------------------------------

// Two charts, one below the other, over the same epochs: the loss on a logarithmic axis, and the accuracy.
const [LEFT, RIGHT] = [46, 332];
const [LOSSES, SHARES] = [[3, 1, 0.3, 0.1, 0.03, 0.01], [0.6, 0.7, 0.8, 0.9, 1]];
const LOSS = { top: 20, bottom: 128, high: 3, low: 0.01, ticks: LOSSES.map((v) => [v, String(v)]) };
const RIGHTLY = { top: 168, bottom: 292, high: 1, low: 0.6, ticks: SHARES.map((v) => [v, `${100 * v} %`]) };

const across = (epochs) => LEFT + ((RIGHT - LEFT) * epochs) / EPOCHS;
const between = ({ top, bottom }, share) => bottom - (bottom - top) * Math.min(1, Math.max(0, share));
const downLoss = (loss) => between(LOSS, Math.log(loss / LOSS.low) / Math.log(LOSS.high / LOSS.low));
const downRight = (share) => between(RIGHTLY, (share - RIGHTLY.low) / (RIGHTLY.high - RIGHTLY.low));

function axes(svg, { bottom, ticks }, down, title) {
  shape('text', { x: LEFT, y: down(ticks.at(title.startsWith('loss') ? 0 : -1)[0]) - 7, class: 'live-tick' }, svg, title);
  ticks.forEach(([value, words]) => {
    shape('line', { x1: LEFT, x2: RIGHT, y1: down(value), y2: down(value), class: 'live-rule' }, svg);
    tick(svg, LEFT - 5, down(value) + 4, words, { 'text-anchor': 'end' });
  });
  for (let epoch = 0; epoch <= EPOCHS; epoch += 1) tick(svg, across(epoch), bottom + 15, String(epoch));
}

const path = (places) => (places.length ? `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}` : '');

function charts(parent) {
  const svg = shape('svg', { viewBox: '0 0 350 324', class: 'live-curves', role: 'img' }, parent);
  axes(svg, LOSS, downLoss, 'loss, mean of the last ten steps');
  axes(svg, RIGHTLY, downRight, 'held-out digits read rightly');
  tick(svg, (LEFT + RIGHT) / 2, RIGHTLY.bottom + 29, 'epoch (numbers: kernels; dashed: four layers)');
  const here = shape('line', { y1: LOSS.top, y2: RIGHTLY.bottom, class: 'live-here' }, svg);
  const lines = shape('g', {}, svg);
  return {
    /** Draw all runs, { layers, count, points } each; the last one is the present one. */
    draw(runs, perEpoch) {
      lines.replaceChildren();
      runs.forEach(({ layers, count, points }, i) => {
        const className = `live-run${i === runs.length - 1 ? ' is-present' : ''}${layers === 1 ? '' : ' is-deep'}`;
        const losses = points.filter(([, loss]) => loss !== null)
          .map(([step, loss]) => [across(step / perEpoch), downLoss(loss)]);
        const measured = points.filter(([, , accuracy]) => accuracy !== null)
          .map(([step, , accuracy]) => [across(step / perEpoch), downRight(accuracy)]);
        [losses, measured].forEach((places) => {
          shape('path', { d: path(places), class: className }, lines);
          const end = places.at(-1);
          const attributes = { 'text-anchor': 'start', class: `live-tick ${className}` };
          if (end) tick(lines, end[0] + 4, end[1] + 4, String(count), attributes);
        });
      });
    },
    mark(epochs) { ['x1', 'x2'].forEach((name) => here.setAttribute(name, across(epochs))); },
    say(words) { svg.setAttribute('aria-label', words); },
  };
}

/** A table of what was reached, one column for each number of kernels. */
function table(parent, counts) {
  const box = element('table', 'live-reached', parent);
  const caption = element('caption', 'live-caption', box);
  const row = (name, words) => {
    const line = element('tr', '', box);
    element('th', '', line, name).scope = 'row';
    return words.map((word) => element('td', '', line, word));
  };
  row('kernels', counts.map(String));
  const [means, times] = [row('rightly', counts.map(() => '–')), row('runs', counts.map(() => '0'))];
  return (found, layers) => {
    caption.textContent = `complete runs, ${plural(layers, 'layer')}: digits read rightly`;
    found.forEach(({ runs, mean }, i) => {
      means[i].textContent = mean === null ? '–' : percent(mean);
      times[i].textContent = String(runs);
    });
  };
}

function build(el, counts) {
  const layout = element('div', 'live-train-layout', el);
  const left = element('div', '', layout);
  const title = element('div', 'live-caption', left);
  const tiles = element('div', 'live-forming', left);
  const score = element('p', 'live-score', left);
  const buttons = element('div', 'live-own', left);
  const [once, forget] = ['One step', 'Forget others'].map((words) => {
    const button = element('button', 'live-button', buttons, words);
    button.type = 'button';
    return button;
  });
  const plot = charts(element('div', '', layout));
  const fill = table(el, counts);
  return { title, tiles, plot, score, once, forget, fill, say: statusLines(el, 1) };
}

/** Pictures of so many kernels in a square that always has the same size. */
function tilesIn(parent) {
  let frames = [];
  return (kernels, count) => {
    if (frames.length !== count) {
      parent.replaceChildren();
      parent.style.setProperty('--columns', Math.ceil(Math.sqrt(count)));
      frames = Array.from({ length: count }, () => pictureFrame(parent, ''));
    }
    frames.forEach(({ canvas }, k) => {
      const values = kernels.subarray(49 * k, 49 * (k + 1));
      const [low, high] = extremes(values);
      paintSigned(canvas, values, Math.max(-low, high), 16);
      canvas.setAttribute('aria-label', `Kernel ${k}, from ${fixed(low)} to ${fixed(high)}`);
    });
  };
}

function render({ model, el }) {
  const counts = model.get('counts');
  const rates = model.get('rates');
  const [heldOut, perEpoch] = [model.get('held_out'), Math.ceil(model.get('learned_from') / BATCH)];
  const settings = () => (
    {
      network: model.get('network'), kernels: counts[model.get('count')], rate: rates[model.get('rate')],
      seed: model.get('seed'),
    });
  const parts = build(el, counts);
  const paintTiles = tilesIn(parts.tiles);
  let earlier = []; // runs before the present one
  let present; // { layers, count, settings, points: [step, loss, accuracy], kernels: one for each point }
  let [follows, trouble] = [true, '']; // whether the newest point is shown

  function fresh() {
    const { kernels: count, seed } = settings();
    if (present?.points.length > 1) earlier = [...earlier, present].slice(-KEPT);
    const kernels = [startingKernels(count, seed)];
    const layers = LAYERS[model.get('network')];
    present = { layers, count, settings: settings(), points: [[0, null, null]], kernels, begun: false };
    [follows, trouble] = [true, ''];
  }

  const summaryOf = ({ layers, settings: { kernels, rate, seed }, points }) => {
    const measured = measuredAt(points, points.length - 1);
    return [layers, kernels, rate, seed, points.at(-1)[0] / perEpoch, measured?.accuracy ?? null];
  };
  const shownPoint = () => (follows ? present.points.length - 1
    : pointAt(present.points, Math.round(model.get('epoch') * perEpoch)));

  function show() {
    const index = shownPoint();
    const { count, points, kernels } = present;
    const words = describe(points, index, { count, perEpoch, heldOut });
    parts.title.textContent = 'first layer (striped: below 0)';
    paintTiles(kernels[index], count);
    parts.plot.draw([...earlier, present], perEpoch);
    parts.plot.mark(points[index][0] / perEpoch);
    parts.plot.say(`Loss and accuracy by epoch, ${plural(earlier.length + 1, 'run')}. ${words}`);
    parts.fill(summary([...earlier, present].map(summaryOf), counts, present.layers), present.layers);
    parts.score.textContent = trouble || words
      || `${plural(count, 'kernel')} with random numbers. Press Train, and they learn from ${model.get('learned_from')} digits.`;
    parts.score.classList.toggle('is-trouble', Boolean(trouble));
    parts.once.disabled = model.get('running');
    parts.forget.disabled = earlier.length === 0;
    if (!model.get('running')) parts.say([parts.score.textContent]);
  }
  const redraw = onFrame(show);

  /** Python, and other figures, can read what was reached. */
  function publish() {
    model.set('points', present.points.slice());
    model.set('runs', [...earlier, present].filter(({ points }) => points.length > 1).map(summaryOf));
    model.set('shown', new DataView(present.kernels[shownPoint()].slice().buffer));
    model.save_changes();
  }

  const trainer = makeTrainer({
    load: () => contentOf(model, 'digits'),
    heldOut,
    told({ done, loss, accuracy, kernels, network }) {
      if (done === 0) { present.points = []; present.kernels = []; }
      present.points.push([done, loss, accuracy]);
      present.kernels.push(kernels);
      if (follows) model.set('epoch', done / perEpoch);
      if (done === EPOCHS * perEpoch) model.set('running', false);
      publish();
      const { count, layers } = present;
      if (accuracy !== null) offer(network, `${plural(count, 'kernel')}, ${plural(layers, 'layer')}, epoch ${fixed(done / perEpoch, 1)}`);
      redraw();
    },
    failed(error) {
      console.error(error);
      trouble = `This browser could not train here: ${error.message}.`;
      present.begun = false;
      setTrait(model, 'running', false);
      redraw();
    },
  });

  function beginIfNew() {
    trouble = '';
    if (present.begun && present.points.at(-1)[0] < EPOCHS * perEpoch) return;
    fresh();
    present.begun = true;
    trainer.begin(present.settings);
  }

  const running = () => {
    if (model.get('running')) { beginIfNew(); follows = true; }
    trainer.go(model.get('running'));
    redraw();
  };
  const changed = () => {
    if (JSON.stringify(settings()) === JSON.stringify(present.settings)) return;
    setTrait(model, 'running', false);
    fresh();
    model.set('epoch', 0);
    publish();
    redraw();
  };
  const moved = () => { // past the newest point the slider follows the run again
    const newest = present.points.at(-1)[0] / perEpoch;
    follows = model.get('epoch') > newest - 0.05;
    publish();
    redraw();
  };
  parts.once.addEventListener('click', () => { beginIfNew(); follows = true; trainer.once(); redraw(); });
  parts.forget.addEventListener('click', () => { earlier = []; publish(); redraw(); });
  fresh();
  show();
  const forget = [listen(model, ['running'], running), listen(model, SETTINGS, changed), listen(model, ['epoch'], moved)];
  announce(el);
  return () => [...forget, trainer.stop, redraw.stop, parts.say.stop].forEach((end) => end());
}

export default { render };
