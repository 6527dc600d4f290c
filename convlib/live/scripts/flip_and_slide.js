// Two curves, flip and slide. Everything up to `render` is pure and compared with convlib.
import { announce, element, fixed, listen, onFrame, onPress, setTrait, shape, statusLines, tick } from './shared.js';

const between = (u, low, high) => u >= low && u <= high; // both ends included, as in convlib.plots.signals

/** The curves, in the order of the menus; the entry after them is the curve drawn by hand. */
export const CURVES = [
  (u) => (between(u, 0, 1) ? 1 : 0), // box
  (u) => (between(u, 0, 2) ? 1 - u / 2 : 0), // ramp
  (u) => Math.max(0, 1 - Math.abs(u)), // triangle
  (u) => (u >= 0 ? Math.exp(-u) : 0), // decay
  (u) => Math.exp(-Math.PI * u * u), // bell
  (u) => Math.exp(-2 * Math.abs(u)), // two-sided decay
  (u) => (u === 1 ? -1 : Number(between(u, 0, 1)) - Number(between(u, 1, 2))), // up and down
];
const SUPPORT = [-4, 8];
const STEP = 0.01;
const RANGE = [-3, 6];
const DRAWN = [-1, 3]; // where the samples of a drawn curve lie, equally spaced
const TALLEST = 1.5; // of a drawn curve

/** A curve by its index; of a drawn one, the straight lines between its samples, and zero beyond them. */
export function curveOf(index, samples) {
  if (index < CURVES.length) return CURVES[index];
  const last = samples.length - 1;
  return (u) => {
    const place = ((u - DRAWN[0]) / (DRAWN[1] - DRAWN[0])) * last;
    if (place < 0 || place > last) return 0;
    const i = Math.min(Math.floor(place), last - 1);
    return samples[i] + (place - i) * (samples[i + 1] - samples[i]);
  };
}

/** Values of a curve at many places. */
export function curveAt(index, places, samples) {
  return places.map(curveOf(index, samples));
}

/** The midpoint sum for the integral of f(a) g(t - a), at every t; f and g are indices, the last two samples. */
export function convolveAt(f, g, times, drawnF, drawnG) {
  const [first, second] = [curveOf(f, drawnF), curveOf(g, drawnG)];
  const [start, end] = SUPPORT;
  const steps = Math.ceil((end - start) / STEP);
  const width = (end - start) / steps;
  const weights = [];
  for (let k = 0; k < steps; k += 1) {
    const a = start + width * (k + 0.5);
    const weight = first(a) * width;
    if (weight !== 0) weights.push([a, weight]);
  }
  return times.map((t) => weights.reduce((sum, [a, weight]) => sum + weight * second(t - a), 0));
}

/** n + 1 places from start to end. */
export function grid(start, end, n) {
  return Array.from({ length: n + 1 }, (_, i) => start + ((end - start) * i) / n);
}

/** Lowest and highest of the values, with zero inside and some air above. */
export function limits(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const air = 0.12 * (high - low || 1);
  return [low - (low < 0 ? air : 0), high + air];
}

/** Samples with a straight stroke: from [index, value] to [index, value], rounded and kept in range. */
export function withStroke(samples, [i, from], [j, to]) {
  const out = samples.slice();
  const step = j < i ? -1 : 1;
  for (let k = i; k !== j + step; k += step) {
    const value = i === j ? to : from + ((to - from) * (k - i)) / (j - i);
    out[k] = Math.round(100 * Math.min(TALLEST, Math.max(-TALLEST, value))) / 100 + 0;
  }
  return out;
}

/** The convolution in words. */
export function describe(times, answer) {
  const [low, high] = [Math.min(...answer), Math.max(...answer)];
  const when = (value) => fixed(times[answer.indexOf(value)], 1);
  const lowest = low < -1e-9 ? ` lowest, ${fixed(low)}, near t = ${when(low)},` : '';
  return `The convolution for every t:${lowest} highest, ${fixed(high)}, near t = ${when(high)}`;
}

// ---------------------------------------------------------------------------------------------

const HEIGHT = 175; // of each of the two plots
const PAD = 130; // of the plot to draw on
const LEFT = 26;
const BOTTOM = 22;
const SECONDS = 9; // that a play takes from the first t to the last
const HELP = 'Draw with the mouse or a finger. With the keyboard: left and right choose a sample, up and down change it, '
  + 'Shift with left or right takes its value along.';

/** Functions from numbers to pixels, after drawing the baseline and its numbers. */
function axes(svg, width, height, [first, last], [low, high]) {
  const x = (a) => LEFT + ((a - first) / (last - first)) * (width - 2 * LEFT);
  const y = (v) => (height - BOTTOM) * (1 - (v - low) / (high - low));
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren();
  shape('line', { x1: x(first), x2: x(last), y1: y(0), y2: y(0), class: 'live-axis' }, svg);
  for (let v = Math.ceil(low); v <= high; v += 1) { // with the lines below, squares of area 1
    shape('line', { x1: x(first), x2: x(last), y1: y(v), y2: y(v), class: 'live-rule' }, svg);
    tick(svg, LEFT - 6, y(v) + 4, fixed(v, 0), { 'text-anchor': 'end' });
  }
  for (let a = first; a <= last; a += 1) {
    shape('line', { x1: x(a), x2: x(a), y1: y(low), y2: y(high), class: 'live-rule' }, svg);
    tick(svg, x(a), height - 6, fixed(a, 0));
    shape('line', { x1: x(a), x2: x(a), y1: y(0), y2: y(0) + 4, class: 'live-axis' }, svg);
  }
  return { x, y };
}

const path = (places, values, { x, y }) => places
  .map((a, i) => `${i ? 'L' : 'M'}${x(a).toFixed(1)} ${y(values[i]).toFixed(1)}`).join('');

const plot = (parent, height) => shape('svg', { role: 'img', height, class: 'live-plot' }, parent);
const widthOf = (el) => Math.max(el.clientWidth, 240);

/** Where a pointer is on a plot, as a share of the axis from 0 to 1. */
function shareAlong(event) {
  const box = event.currentTarget.getBoundingClientRect();
  const share = (event.clientX - box.left - LEFT) / (box.width - 2 * LEFT);
  return Math.min(1, Math.max(0, share));
}

/** A plot to draw a curve on; `put` gets the new samples. */
function drawingPad(parent, name, get, put) {
  const box = element('div', 'live-drawn', parent);
  element('div', 'live-caption', box, `${name}, drawn by hand`);
  const svg = shape('svg', {
    role: 'application', tabindex: 0, height: PAD, class: 'live-plot', 'aria-roledescription': 'curve to draw',
    'aria-label': `Samples of ${name}. ${HELP}`,
  }, box);
  const tools = element('div', 'live-own', box);
  const clear = element('button', 'live-button', tools, `Clear ${name}`);
  clear.type = 'button';
  const readout = element('span', 'live-note', tools);
  readout.setAttribute('aria-live', 'polite');
  element('p', 'live-note', box, HELP);
  let [cursor, last] = [10, null];
  const places = () => grid(...DRAWN, get().length - 1);

  function draw() {
    const samples = get();
    const scale = axes(svg, widthOf(box), PAD, DRAWN, [-TALLEST, TALLEST]);
    const at = places();
    shape('path', { d: path(at, samples, scale), class: name === 'f' ? 'live-first' : 'live-second' }, svg);
    const [cx, cy] = [scale.x(at[cursor]), scale.y(samples[cursor])];
    shape('circle', { cx, cy, r: 5, class: 'live-point' }, svg);
    readout.textContent = `${name}(${fixed(at[cursor], 1)}) = ${fixed(samples[cursor])}`;
  }

  function pointAt(event) {
    const { top, height } = svg.getBoundingClientRect();
    const part = (event.clientY - top) / (height * (1 - BOTTOM / PAD));
    return [Math.round(shareAlong(event) * (get().length - 1)), TALLEST * (1 - 2 * part)];
  }

  function stroke(event) {
    const point = pointAt(event);
    put(withStroke(get(), last ?? point, point));
    [cursor] = point;
    last = point;
  }

  const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.5, PageDown: -0.5 };
  function key(event) {
    const by = KEYS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey || !by) return;
    event.preventDefault();
    const samples = get();
    const value = samples[cursor];
    if (Math.abs(by) < 1) put(withStroke(samples, [cursor, value + by], [cursor, value + by]));
    else {
      cursor = Math.min(samples.length - 1, Math.max(0, cursor + by));
      if (event.shiftKey) put(withStroke(samples, [cursor, value], [cursor, value]));
      else draw();
    }
  }

  onPress(svg, stroke);
  for (const end of ['pointerup', 'pointercancel']) svg.addEventListener(end, () => { last = null; });
  svg.addEventListener('keydown', key);
  clear.addEventListener('click', () => put(get().map(() => 0)));
  return { show(visible) { box.hidden = !visible; if (visible) draw(); } };
}

/** The button that moves t from the first value to the last; without motion, a step at a press. */
function makePlayer(button, model) {
  const [first, last] = RANGE;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let frame = 0;
  const to = (t) => setTrait(model, 't', Math.round(20 * t) / 20);
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = still ? 'Step' : 'Play';
    if (model.get('playing')) model.set('playing', false);
  }
  function play() {
    const from = model.get('t') >= last ? first : model.get('t');
    const began = performance.now();
    let told = null;
    button.textContent = 'Pause';
    model.set('playing', true);
    const advance = (time) => {
      if (told !== null && model.get('t') !== told) { stop(); return; } // the reader has taken over
      const t = Math.min(last, from + (Math.max(0, time - began) / 1000) * ((last - first) / SECONDS));
      to(t);
      told = model.get('t');
      if (t < last) frame = requestAnimationFrame(advance);
      else stop();
    };
    frame = requestAnimationFrame(advance);
  }
  button.addEventListener('click', () => {
    if (still) to(model.get('t') >= last ? first : model.get('t') + 0.5);
    else if (frame) stop();
    else play();
  });
  stop();
  return stop;
}

function render({ model, el }) {
  const pads = Object.fromEntries(['f', 'g'].map((name) => [name, drawingPad(
    el, name, () => model.get(`drawn_${name}`), (samples) => setTrait(model, `drawn_${name}`, samples),
  )]));
  const legend = element('div', 'live-legend', el);
  ['f(a)', 'g(t − a)', 'area under the product'].forEach((words, i) => {
    element('span', `live-key live-key-${i}`, legend, words);
  });
  const player = element('button', 'live-button live-start', el, 'Play');
  player.type = 'button';
  const upper = plot(el, HEIGHT);
  element('div', 'live-caption', el, 'the area for every t: (f ∗ g)(t)');
  const lower = plot(el, HEIGHT);
  const say = statusLines(el, 1, model);
  const places = grid(...RANGE, 900);
  const times = grid(...RANGE, 300);
  const values = (name, at) => curveAt(model.get(name), at, model.get(`drawn_${name}`));
  const convolved = (at) => convolveAt(model.get('f'), model.get('g'), at, model.get('drawn_f'), model.get('drawn_g'));
  let [answer, reach, stale] = [[], [0, 1], true];

  function drawUpper(t) {
    const still = values('f', places);
    const moved = values('g', places.map((a) => t - a));
    const product = still.map((value, i) => value * moved[i]);
    const scale = axes(upper, widthOf(el), HEIGHT, RANGE, reach);
    mark(upper, t, scale);
    const floor = ` L${scale.x(RANGE[1])} ${scale.y(0)} L${scale.x(RANGE[0])} ${scale.y(0)} Z`;
    shape('path', { d: path(places, product, scale) + floor, class: 'live-area' }, upper);
    shape('path', { d: path(places, still, scale), class: 'live-first' }, upper);
    shape('path', { d: path(places, moved, scale), class: 'live-second' }, upper);
    upper.setAttribute('aria-label', `f, g flipped and moved to t = ${fixed(t)}, and the area under their product`);
  }

  function drawLower(t, value) {
    const scale = axes(lower, widthOf(el), HEIGHT, RANGE, reach);
    mark(lower, t, scale);
    shape('path', { d: path(times, answer, scale), class: 'live-rest' }, lower);
    const done = times.filter((time) => time <= t + 1e-9);
    shape('path', { d: path(done, answer, scale), class: 'live-trace' }, lower);
    shape('circle', { cx: scale.x(t), cy: scale.y(value), r: 5, class: 'live-point' }, lower);
    lower.setAttribute('aria-label', describe(times, answer));
  }

  function mark(svg, t, { x }) {
    shape('line', { x1: x(t), x2: x(t), y1: 0, y2: HEIGHT - BOTTOM, class: 'live-now' }, svg);
  }

  function draw() {
    const t = model.get('t');
    if (stale) { // one scale for both plots: then the shaded area can be seen to be the height below
      answer = convolved(times);
      reach = limits([...values('f', places), ...values('g', places), ...answer]);
    }
    stale = false;
    const [value] = convolved([t]);
    Object.entries(pads).forEach(([name, pad]) => pad.show(model.get(name) === CURVES.length));
    drawUpper(t);
    drawLower(t, value);
    say([`(f ∗ g)(${fixed(t)}) = ${fixed(value, 3)}, the shaded area`]);
  }

  function dragTo(event) {
    const t = RANGE[0] + shareAlong(event) * (RANGE[1] - RANGE[0]);
    setTrait(model, 't', Math.round(20 * t) / 20);
  }

  [upper, lower].forEach((svg) => onPress(svg, dragTo));
  const stopPlay = makePlayer(player, model);
  draw();
  const redraw = onFrame(draw);
  const resized = new ResizeObserver(redraw);
  resized.observe(el);
  const forget = [
    listen(model, ['t'], redraw),
    listen(model, ['f', 'g', 'drawn_f', 'drawn_g'], () => { stale = true; redraw(); }),
  ];
  announce(el, 'Press the button, or drag along the curves.');
  return () => {
    stopPlay();
    resized.disconnect();
    forget.forEach((stop) => stop());
    [redraw, say].forEach((one) => one.stop());
  };
}

export default { render };
