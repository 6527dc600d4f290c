// Kernels with a scale, a direction and a wavelength. Everything up to `render` is pure and is compared with
// convlib. Each kernel is a sum of at most three columns times rows, which makes the filtering quick enough to
// follow a slider.
import {
  announce, bytesOf, drawBytes, drawPoints, element, listen, onFrame, pictureFrame, rgb, statusLines, toBytes,
} from './shared.js';

export const FAMILIES = ['Gaussian', 'LoG', 'DoG', 'Gabor'];
export const PHASES = ['line', 'edge'];
export const SIZE = 64; // the spectrum is sampled at 64 × 64 frequencies
const RATIO = 1.6; // of the two Gaussians of a DoG
const FIELD = 16; // the kernel is drawn from -16 to 16 pixels

const total = (values) => values.reduce((a, b) => a + b, 0);
const reach = (sigma, truncate) => Math.max(1, Math.floor(truncate * sigma + 0.5));
const offsets = (radius) => Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
const scaled = (values, factor) => values.map((v) => v * factor);

/** A bell that sums to 1. */
export function bell(sigma, radius) {
  const values = offsets(radius).map((n) => Math.exp(-n * n / (2 * sigma * sigma)));
  return scaled(values, 1 / total(values));
}

function logTerms(sigma) {
  const radius = reach(sigma, 4);
  const g = bell(sigma, radius);
  const curved = offsets(radius).map((n, i) => g[i] * (n * n / sigma ** 4 - 1 / sigma ** 2));
  const sum = 2 * total(curved); // what sampling leaves is taken off in proportion to the bell
  return [[curved.map((v, i) => v - sum * g[i]), g], [g, curved]];
}

function dogTerms(sigma) {
  const [wide, narrow] = [reach(RATIO * sigma, 4), reach(sigma, 4)];
  const padding = Array(wide - narrow).fill(0);
  const inner = [...padding, ...bell(sigma, narrow), ...padding];
  const outer = bell(RATIO * sigma, wide);
  return [[outer, outer], [scaled(inner, -1), inner]];
}

function gaborTerms(sigma, degrees, wavelength, phase) {
  const radius = reach(sigma, 3);
  const g = bell(sigma, radius);
  const angle = degrees * Math.PI / 180;
  const [perRow, perColumn] = [Math.sin(angle), Math.cos(angle)].map((s) => 2 * Math.PI * s / wavelength);
  const wave = (f, frequency, shift) => offsets(radius).map((n, i) => g[i] * f(frequency * n + shift));
  const shift = phase * Math.PI / 2;
  const waves = [
    [wave(Math.cos, perRow, 0), wave(Math.cos, perColumn, shift)],
    [scaled(wave(Math.sin, perRow, 0), -1), wave(Math.sin, perColumn, shift)],
  ];
  const sum = total(waves.map(([column, row]) => total(column) * total(row)));
  waves.push([scaled(g, -sum), g]); // flat areas must answer zero
  const size = total(Array.from(whole(waves), Math.abs));
  return waves.map(([column, row]) => [scaled(column, 1 / size), row]);
}

/** The kernel as a list of [column, row]; it is the sum of their products. */
export function terms(family, sigma, degrees, wavelength, phase) {
  if (family === 'LoG') return logTerms(sigma);
  if (family === 'DoG') return dogTerms(sigma);
  if (family === 'Gabor') return gaborTerms(sigma, degrees, wavelength, phase);
  const g = bell(sigma, reach(sigma, 4));
  return [[g, g]];
}

/** The kernel itself, row by row. */
export function whole(list) {
  const n = list[0][0].length;
  const out = new Float64Array(n * n);
  for (const [column, row] of list) {
    for (let r = 0; r < n; r += 1) for (let c = 0; c < n; c += 1) out[r * n + c] += column[r] * row[c];
  }
  return out;
}

/** Real and imaginary part of the spectrum of a row or column, frequencies -32...31. */
function transform(values) {
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  for (let f = 0; f < SIZE; f += 1) {
    values.forEach((v, n) => {
      const turn = -2 * Math.PI * ((f - SIZE / 2) * n % SIZE) / SIZE;
      re[f] += v * Math.cos(turn);
      im[f] += v * Math.sin(turn);
    });
  }
  return [re, im];
}

/** Magnitude of the kernel's spectrum, 64 × 64, frequency 0 at row 32, column 32. */
export function spectrum(list) {
  const [re, im] = [new Float64Array(SIZE * SIZE), new Float64Array(SIZE * SIZE)];
  for (const [column, row] of list) {
    const [a, b] = transform(column);
    const [c, d] = transform(row);
    for (let i = 0; i < SIZE; i += 1) {
      for (let j = 0; j < SIZE; j += 1) {
        re[i * SIZE + j] += a[i] * c[j] - b[i] * d[j];
        im[i * SIZE + j] += a[i] * d[j] + b[i] * c[j];
      }
    }
  }
  return re.map((v, i) => Math.hypot(v, im[i]));
}

/** Convolve `count` lines of a picture with one row of weights; the border repeats the last pixel. */
function along(x, count, length, lineStride, stride, weights, out) {
  const radius = (weights.length - 1) / 2;
  const line = new Float64Array(length + 2 * radius);
  for (let n = 0; n < count; n += 1) {
    const first = n * lineStride;
    for (let i = 0; i < line.length; i += 1) {
      line[i] = x[first + stride * Math.min(Math.max(i - radius, 0), length - 1)];
    }
    for (let i = 0; i < length; i += 1) { // convolution: the weights run backwards
      let sum = 0;
      for (let k = 0, p = i + 2 * radius; k < weights.length; k += 1, p -= 1) sum += weights[k] * line[p];
      out[first + stride * i] = sum;
    }
  }
}

/** The picture filtered, as convlib.filter_image does it: down the columns, then along the rows. */
export function filter(x, height, width, list) {
  const out = new Float64Array(height * width);
  const [half, done] = [new Float64Array(out.length), new Float64Array(out.length)];
  for (const [column, row] of list) {
    along(x, width, height, 1, width, column, half);
    along(half, height, width, width, 1, row, done);
    for (let i = 0; i < out.length; i += 1) out[i] += done[i];
  }
  return out;
}

/** Kernel, spectrum and answer of one family with its parameters. */
export function compute(x, height, width, family, sigma, degrees, wavelength, phase) {
  const list = terms(family, sigma, degrees, wavelength, phase);
  return { kernel: whole(list), magnitudes: spectrum(list), answer: filter(x, height, width, list) };
}

/** The largest absolute value. */
export const peak = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** The answer as bytes: as it is, or of its largest size with 0 as middle grey. */
export function drawn(values, signed) {
  return signed ? toBytes(values, 0.5 / Math.max(peak(values), 1e-9), 0.5) : toBytes(values);
}

/** A number in at most three digits that count, with a true minus sign. */
export const written = (v) => String(Number((Math.abs(v) < 1e-9 ? 0 : v).toPrecision(3))).replace('-', '−');

/** Where the spectrum is largest: cycles per pixel, and pixels per cycle. */
export function strongest(magnitudes) {
  const at = magnitudes.indexOf(Math.max(...magnitudes));
  return Math.hypot(Math.floor(at / SIZE) - SIZE / 2, (at % SIZE) - SIZE / 2) / SIZE;
}

/** What is on the screen in words. */
export function describe(kernel, magnitudes, answer) {
  const n = Math.sqrt(kernel.length);
  const frequency = strongest(magnitudes);
  const rate = frequency === 0 ? '0, flat areas' : `${written(frequency)} cycles per pixel, a wavelength of ${written(1 / frequency)} pixels`;
  return [
    `Kernel: ${n}×${n} values from ${written(Math.min(...kernel))} to ${written(Math.max(...kernel))}, sum ${written(total(kernel))}`,
    `Spectrum: strongest near frequency ${rate}`,
    `Answer: from ${written(Math.min(...answer))} to ${written(Math.max(...answer))}`,
  ];
}

// ---------------------------------------------------------------------------------------------

const grey = (byte) => rgb(byte, byte, byte);

const [ABOVE, BELOW] = [[213, 94, 0], [0, 114, 178]];

/** Orange above 0, blue with stripes below 0, white at 0; five by five points for each value. */
function paintKernel(canvas, kernel) {
  const n = Math.sqrt(kernel.length);
  const [wide, dot, radius] = [2 * FIELD + 1, 5, (n - 1) / 2];
  const most = peak(kernel);
  drawPoints(canvas, wide * dot, wide * dot, (i) => {
    const [y, x] = [Math.floor(i / (wide * dot)), i % (wide * dot)];
    const [r, c] = [Math.floor(y / dot) - FIELD + radius, Math.floor(x / dot) - FIELD + radius];
    if (r < 0 || c < 0 || r >= n || c >= n) return grey(232);
    const share = kernel[r * n + c] / most;
    const ink = share < 0 ? BELOW : ABOVE;
    const depth = Math.sqrt(Math.abs(share)); // the root shows faint rings too
    const stripe = share < -0.01 && (x + y) % 5 === 0 ? 0.72 : 1;
    const shade = (v) => Math.round((255 + (v - 255) * depth) * stripe);
    return rgb(shade(ink[0]), shade(ink[1]), shade(ink[2]));
  });
}

function build(el) {
  const frames = element('div', 'live-pictures', el);
  const [kernel, spectrogram, before, after] = [
    'kernel (striped: −)', 'spectrum', 'before', 'answer',
  ].map((caption) => pictureFrame(frames, caption));
  return { kernel, spectrogram, before, after, say: statusLines(el, 3) };
}

const TRAITS = ['family', 'phase', 'image', 'sigma', 'theta', 'wavelength'];

function render({ model, el }) {
  const parts = build(el);
  const [height, width] = model.get('shape');
  const bytes = bytesOf(model.get('pixels'));

  // Only a Gabor kernel has a direction, a wavelength and a phase: otherwise these controls are pale.
  function mark() {
    const isGabor = FAMILIES[model.get('family')] === 'Gabor';
    el.closest('.live-body')?.classList.toggle('has-wave', isGabor);
  }

  function draw() {
    const [family, phase, image, sigma, theta, wavelength] = TRAITS.map((trait) => model.get(trait));
    const name = FAMILIES[family];
    const pixels = bytes.subarray(image * height * width, (image + 1) * height * width);
    const x = Float64Array.from(pixels, (byte) => byte / 255);
    const { kernel, magnitudes, answer } = compute(x, height, width, name, sigma, theta, wavelength, phase);
    const most = peak(magnitudes);
    paintKernel(parts.kernel.canvas, kernel);
    drawBytes(parts.spectrogram.canvas, SIZE, SIZE, toBytes(magnitudes, 1 / most));
    drawBytes(parts.before.canvas, height, width, pixels);
    drawBytes(parts.after.canvas, height, width, drawn(answer, family > 0));
    parts.after.label.textContent = family > 0 ? 'answer (grey: 0)' : 'answer';
    mark();
    parts.kernel.canvas.setAttribute('aria-label', `${name} kernel, σ ${written(sigma)}`);
    parts.spectrogram.canvas.setAttribute('aria-label', `Magnitude of the spectrum of the ${name} kernel`);
    parts.before.canvas.setAttribute('aria-label', `Picture before: ${model.get('images')[image].replaceAll('_', ' ')}`);
    parts.after.canvas.setAttribute('aria-label', `The picture filtered with the ${name} kernel`);
    parts.say(describe(kernel, magnitudes, answer));
  }

  const redraw = onFrame(draw);
  draw();
  const marking = requestAnimationFrame(mark); // by then the view is in its box
  const stopListening = listen(model, TRAITS, redraw);
  announce(el, 'Move the scale and watch what is left of the picture.');
  return () => {
    cancelAnimationFrame(marking);
    [redraw.stop, parts.say.stop, stopListening].forEach((end) => end());
  };
}

export default { render };
