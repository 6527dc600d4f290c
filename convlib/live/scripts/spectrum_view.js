// Two wiggles through a kernel of five. Everything up to `render` is pure and compared with convlib.
import { announce, element, followPresets, formatted, listen, onFrame, shape, statusLines } from './shared.js';

export const SAMPLES = 48;
export const CENTRE = 2;
export const HEIGHTS = [1, 0.5]; // of the slow and of the fast wiggle

const TAU = 2 * Math.PI;
const BINS = Array.from({ length: SAMPLES / 2 + 1 }, (_, k) => k);

/** The test signal: a slow wiggle and a fast one, each given by its cycles within all samples. */
export function testSignal(slow, fast) {
  return Array.from({ length: SAMPLES }, (_, n) => HEIGHTS[0] * Math.cos((TAU * slow * n) / SAMPLES)
    + HEIGHTS[1] * Math.cos((TAU * fast * n) / SAMPLES));
}

/** Convolution on a circle, the kernel's centre at index 2: convlib's mode "same", boundary "wrap". */
export function convolveOnCircle(x, h) {
  const at = (n) => x[((n % x.length) + x.length) % x.length];
  return x.map((_, n) => h.reduce((sum, weight, k) => sum + weight * at(n - (k - CENTRE)), 0));
}

/** The kernel's factor at a frequency in cycles per sample: [real part, imaginary part]. */
export function response(h, frequency) {
  let [re, im] = [0, 0];
  h.forEach((weight, k) => {
    re += weight * Math.cos(TAU * frequency * (k - CENTRE));
    im -= weight * Math.sin(TAU * frequency * (k - CENTRE));
  });
  return [re, im];
}

export const isSymmetric = (h) => h.every((v, k) => Math.abs(v - h[h.length - 1 - k]) <= 1e-9);

/** What is drawn of a factor: the signed number for symmetric kernels, else its size. */
export const drawn = ([re, im], signed) => (signed ? re : Math.hypot(re, im));

/** The heights of the wiggles 0, 1, ... 24 in 48 samples, signed (cosine part) or not. */
export function spectrum(samples, signed) {
  return BINS.map((k) => {
    let [re, im] = [0, 0];
    samples.forEach((v, n) => {
      re += v * Math.cos((TAU * k * n) / SAMPLES);
      im -= v * Math.sin((TAU * k * n) / SAMPLES);
    });
    const scale = k === 0 || k === SAMPLES / 2 ? SAMPLES : SAMPLES / 2;
    return drawn([re / scale, im / scale], signed);
  });
}

/** How many samples later (below 0: earlier) a wiggle comes out, at most half a cycle. */
export function lateness(h, frequency) {
  const [re, im] = response(h, frequency);
  return -Math.atan2(im, re) / (TAU * frequency);
}

const number = (v) => formatted(v, 2);

/** What happens to one wiggle, in words. */
export function fate(h, cycles, height) {
  const signed = isSymmetric(h);
  const factor = response(h, cycles / SAMPLES);
  const size = drawn(factor, signed);
  const sum = `${number(height)} × ${number(size)} = ${number(height * size)}`;
  const late = lateness(h, cycles / SAMPLES);
  let words = '';
  if (Math.hypot(...factor) < 1e-9) words = ', stopped';
  else if (signed && size < 0) words = ', upside down';
  else if (!signed && cycles * 2 < SAMPLES && Math.abs(late) >= 0.005) {
    const much = number(Math.abs(late));
    words = `, ${much} sample${much === '1' ? '' : 's'} ${late > 0 ? 'later' : 'earlier'}`;
  }
  return `${sum}${words}`;
}

/** The figure in words, for those who read or hear it. */
export function describe(h, slow, fast) {
  const sum = h.reduce((a, b) => a + b, 0);
  return [
    `Slow wiggle, ${slow} in ${SAMPLES} samples: ${fate(h, slow, HEIGHTS[0])}`,
    `Fast wiggle, ${fast} in ${SAMPLES} samples: ${fate(h, fast, HEIGHTS[1])}`,
    `Flat signal: × ${number(sum)}, the sum of the kernel. ${isSymmetric(h)
      ? 'Symmetric kernel: no wiggle is delayed.'
      : 'Not symmetric: wiggles are also delayed; heights only are drawn on the right.'}`,
  ];
}

// ---------------------------------------------------------------------------------------------

const kernelOf = (model) => [0, 1, 2, 3, 4].map((i) => model.get(`k${i}`));

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [320, 124, 26, 6, 6, 18];
const MIDDLE = (TOP + HEIGHT - BOTTOM) / 2;
const HALF = (HEIGHT - BOTTOM - TOP) / 2;
const digits = (v) => v.toFixed(2);

/** A chart with its title; `ticks` are [place from 0 to 1, text]. */
function chart(parent, area, title, ticks) {
  const box = element('div', `spectrum-chart is-${area}`, parent);
  const caption = element('div', 'live-caption', box, title);
  const svg = shape('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' }, box);
  const inner = WIDTH - LEFT - RIGHT;
  const place = (t) => LEFT + 5 + t * (inner - 10);
  ticks.forEach(([t, text]) => {
    shape('path', { class: 'axis', d: `M${place(t)} ${HEIGHT - BOTTOM}v4` }, svg);
    shape('text', { class: 'middle', x: place(t), y: HEIGHT - 3 }, svg, text);
  });
  shape('path', { class: 'axis', d: `M${LEFT} ${MIDDLE}h${inner}M${LEFT} ${TOP}V${HEIGHT - BOTTOM}` }, svg);
  const labels = [-1, 0, 1].map((v) => [v, shape('text', { class: 'end', x: LEFT - 4 }, svg)]);
  const mark = shape('path', { class: 'axis' }, svg);
  let reach = 1;
  return {
    svg, caption, place,
    height: (v) => MIDDLE - (v / reach) * HALF,
    /** Make room for values up to this size, and label the axis at the last whole number. */
    scale(largest) {
      reach = 1.1 * Math.max(1, largest);
      const unit = Math.floor(Math.max(1, largest));
      labels.forEach(([v, label]) => {
        label.textContent = number(v * unit);
        label.setAttribute('y', digits(this.height(v * unit) + 3.5));
      });
      mark.setAttribute('d', [-unit, unit].map((v) => `M${LEFT - 3} ${digits(this.height(v))}h3`).join(''));
    },
  };
}

const SAMPLE_TICKS = [0, 12, 24, 36, 47].map((n) => [n / (SAMPLES - 1), n]);
const FREQUENCY_TICKS = ['0', '1/8', '1/4', '3/8', '1/2'].map((text, i) => [i / 4, text]);

/** Stems with a dot on each, at places from 0 to 1. */
function stems(parts, panel, places, values) {
  const [lines, dots] = parts;
  const points = places.map((t, i) => [digits(panel.place(t)), digits(panel.height(values[i]))]);
  lines.setAttribute('d', points.map(([x, y]) => `M${x} ${MIDDLE}V${y}`).join(''));
  dots.setAttribute('d', points.map(([x, y]) => `M${x} ${y}h0`).join(''));
}

const line = (panel, places, values) => places.map(
  (t, i) => `${i ? 'L' : 'M'}${digits(panel.place(t))} ${digits(panel.height(values[i]))}`,
).join('');

function render({ model, el }) {
  el.classList.add('spectrum-view');
  const panels = {
    x: chart(el, 'x', 'signal x, 48 samples', SAMPLE_TICKS),
    y: chart(el, 'y', '= output x ∗ h (dotted: x)', SAMPLE_TICKS),
    X: chart(el, 'X', 'spectrum of x, by cycles per sample', FREQUENCY_TICKS),
    H: chart(el, 'H', '', FREQUENCY_TICKS),
    Y: chart(el, 'Y', '= spectrum of the output', FREQUENCY_TICKS),
  };
  element('div', 'live-caption is-h', el, '∗ kernel h');
  const ghost = shape('path', { class: 'ghost' }, panels.y.svg);
  const curve = shape('path', { class: 'curve' }, panels.H.svg);
  const parts = Object.fromEntries(Object.entries(panels).map(([name, { svg }]) => [name,
    ['stems', 'dots'].map((kind) => shape('path', { class: `${kind} ${name}` }, svg))]));
  const say = statusLines(el, 3);

  const samples = Array.from({ length: SAMPLES }, (_, n) => n / (SAMPLES - 1));
  const bins = BINS.map((k) => k / (SAMPLES / 2));
  const fine = Array.from({ length: 145 }, (_, i) => i / 144);

  function draw() {
    const [h, slow, fast] = [kernelOf(model), model.get('slow'), model.get('fast')];
    const signed = isSymmetric(h);
    const x = testSignal(slow, fast);
    const y = convolveOnCircle(x, h);
    const [X, Y] = [spectrum(x, signed), spectrum(y, signed)];
    const factor = (t) => drawn(response(h, t / 2), signed);
    const H = fine.map(factor);
    const ends = [slow, fast].map((cycles) => (2 * cycles) / SAMPLES);
    const largest = (...lists) => Math.max(...lists.flat().map(Math.abs));
    panels.x.scale(largest(x));
    panels.y.scale(largest(x, y));
    panels.X.scale(1);
    panels.H.scale(largest(H));
    panels.Y.scale(largest(Y));
    stems(parts.x, panels.x, samples, x);
    stems(parts.y, panels.y, samples, y);
    stems(parts.X, panels.X, bins, X);
    stems(parts.H, panels.H, ends, ends.map(factor));
    stems(parts.Y, panels.Y, bins, Y);
    ghost.setAttribute('d', line(panels.y, samples, x));
    curve.setAttribute('d', line(panels.H, fine, H));
    panels.H.caption.textContent = `× frequency response of h${signed ? '' : ' (heights)'}`;
    const words = describe(h, slow, fast);
    say(words);
    label(words);
  }

  function label(words) {
    const labels = {
      x: 'The signal: a slow wiggle of height 1 and a fast one of height 0.5.',
      y: `The output. ${words[0]}. ${words[1]}.`,
      X: `Spectrum of the signal: two stems, at ${model.get('slow')} and ${model.get('fast')} forty-eighths of a cycle per sample.`,
      H: `Frequency response of the kernel. ${words[2]}`,
      Y: `Spectrum of the output: the product. ${words[0]}. ${words[1]}.`,
    };
    Object.entries(labels).forEach(([name, text]) => panels[name].svg.setAttribute('aria-label', text));
  }

  const redraw = onFrame(draw);
  draw();
  const stopListening = listen(model, ['k0', 'k1', 'k2', 'k3', 'k4', 'slow', 'fast'], redraw);
  announce(el, 'Choose a kernel, then change one of its five values.');
  return () => [redraw.stop, say.stop, stopListening].forEach((end) => end());
}

export default { initialize: ({ model }) => followPresets(model, 5), render };
