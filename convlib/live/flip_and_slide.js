// Two curves, flip and slide. Everything up to `render` is pure and compared with convlib.

const between = (u, low, high) => u >= low && u < high;

/** The curves, in the order of the menus. */
export const CURVES = [
  (u) => (between(u, 0, 1) ? 1 : 0), // box
  (u) => (between(u, 0, 2) ? 1 - u / 2 : 0), // ramp
  (u) => Math.max(0, 1 - Math.abs(u)), // triangle
  (u) => (u >= 0 ? Math.exp(-u) : 0), // decay
  (u) => Math.exp(-Math.PI * u * u), // bell
  (u) => Math.exp(-2 * Math.abs(u)), // two-sided decay
  (u) => Number(between(u, 0, 1)) - Number(between(u, 1, 2)), // up and down
];
const SUPPORT = [-4, 8];
const STEP = 0.01;
const RANGE = [-3, 6];

/** Values of a curve at many places. */
export function curveAt(index, places) {
  return places.map((u) => CURVES[index](u));
}

/** The midpoint sum for the integral of f(a) g(t - a), at every t. */
export function convolveAt(f, g, times) {
  const [first, second] = [CURVES[f], CURVES[g]];
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

/** A number with two decimals and a true minus sign. */
export function written(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? (0).toFixed(digits) : text).replace('-', '−');
}

// ---------------------------------------------------------------------------------------------

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 175; // of each of the two plots
const LEFT = 8;
const BOTTOM = 22;

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

function draw(tag, parent, attributes) {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  parent.append(made);
  return made;
}

function text(parent, x, y, words, attributes = {}) {
  draw('text', parent, { x, y, class: 'live-tick', ...attributes }).textContent = words;
}

/** Axes of one plot: functions from numbers to pixels, after drawing baseline, ticks and the line at t. */
function axes(svg, width, [low, high], t) {
  const x = (a) => LEFT + ((a - RANGE[0]) / (RANGE[1] - RANGE[0])) * (width - 2 * LEFT);
  const y = (v) => (HEIGHT - BOTTOM) * (1 - (v - low) / (high - low));
  draw('line', svg, { x1: x(RANGE[0]), x2: x(RANGE[1]), y1: y(0), y2: y(0), class: 'live-axis' });
  for (let a = RANGE[0]; a <= RANGE[1]; a += 1) {
    text(svg, x(a), HEIGHT - 6, written(a, 0), { 'text-anchor': 'middle' });
    draw('line', svg, { x1: x(a), x2: x(a), y1: y(0), y2: y(0) + 4, class: 'live-axis' });
  }
  draw('line', svg, { x1: x(t), x2: x(t), y1: 0, y2: HEIGHT - BOTTOM, class: 'live-now' });
  return { x, y };
}

const path = (places, values, { x, y }) => places
  .map((a, i) => `${i ? 'L' : 'M'}${x(a).toFixed(1)} ${y(values[i]).toFixed(1)}`).join('');

function plot(parent, label) {
  const svg = draw('svg', parent, { role: 'img', 'aria-label': label, height: HEIGHT, class: 'live-plot' });
  return svg;
}

function render({ model, el }) {
  const legend = element('div', 'live-legend', el);
  ['f(a)', 'g(t − a)', 'area under the product'].forEach((words, i) => {
    element('span', `live-key live-key-${i}`, legend, words);
  });
  const upper = plot(el, 'Both curves and their product');
  element('div', 'live-caption', el, 'the area for every t: (f ∗ g)(t)');
  const lower = plot(el, 'The convolution, drawn as far as t');
  const status = element('p', 'live-status', el);
  status.setAttribute('role', 'status');
  const places = grid(RANGE[0], RANGE[1], 900);
  const times = grid(RANGE[0], RANGE[1], 300);
  let answer;
  let timer;

  const compute = () => { answer = convolveAt(model.get('f'), model.get('g'), times); };

  function drawUpper(width, t) {
    const [f, g] = [model.get('f'), model.get('g')];
    const still = curveAt(f, places);
    const moved = curveAt(g, places.map((a) => t - a));
    const product = still.map((value, i) => value * moved[i]);
    upper.replaceChildren();
    const scale = axes(upper, width, limits([...still, ...curveAt(g, places), ...moved]), t);
    const floor = ` L${scale.x(RANGE[1])} ${scale.y(0)} L${scale.x(RANGE[0])} ${scale.y(0)} Z`;
    draw('path', upper, { d: path(places, product, scale) + floor, class: 'live-area' });
    draw('path', upper, { d: path(places, still, scale), class: 'live-first' });
    draw('path', upper, { d: path(places, moved, scale), class: 'live-second' });
  }

  function drawLower(width, t, value) {
    lower.replaceChildren();
    const scale = axes(lower, width, limits(answer), t);
    draw('path', lower, { d: path(times, answer, scale), class: 'live-rest' });
    const done = times.filter((time) => time <= t + 1e-9);
    draw('path', lower, { d: path(done, answer, scale), class: 'live-trace' });
    draw('circle', lower, { cx: scale.x(t), cy: scale.y(value), r: 5, class: 'live-point' });
  }

  function redraw() {
    const width = Math.max(el.clientWidth, 240);
    const t = model.get('t');
    const [value] = convolveAt(model.get('f'), model.get('g'), [t]);
    for (const svg of [upper, lower]) svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    drawUpper(width, t);
    drawLower(width, t, value);
    const words = `(f ∗ g)(${written(t)}) = ${written(value, 3)}, the shaded area`;
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = words; }, status.textContent ? 150 : 0);
  }

  function dragTo(event) {
    if (event.type === 'pointermove' && !event.buttons) return;
    const box = event.currentTarget.getBoundingClientRect();
    const part = (event.clientX - box.left - LEFT) / (box.width - 2 * LEFT);
    const t = RANGE[0] + part * (RANGE[1] - RANGE[0]);
    const snapped = Math.round(Math.min(Math.max(t, RANGE[0]), RANGE[1]) * 20) / 20;
    model.set('t', snapped);
    model.save_changes();
  }

  for (const svg of [upper, lower]) {
    svg.addEventListener('pointerdown', dragTo);
    svg.addEventListener('pointermove', dragTo);
  }
  const recompute = () => { compute(); redraw(); };
  compute();
  redraw();
  const resized = new ResizeObserver(redraw);
  resized.observe(el);
  model.on('change:t', redraw);
  model.on('change:f', recompute);
  model.on('change:g', recompute);
  el.dataset.liveReady = '';
  el.dispatchEvent(new CustomEvent('live-ready', { bubbles: true }));
  return () => {
    resized.disconnect();
    model.off('change:t', redraw);
    model.off('change:f', recompute);
    model.off('change:g', recompute);
  };
}

export default { render };
