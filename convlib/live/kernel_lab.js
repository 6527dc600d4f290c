// The kernel lab in the browser. Everything up to `render` is pure and is compared with convlib.

export const OPERATIONS = ['convolution', 'cross-correlation'];
export const BOUNDARIES = ['edge', 'constant', 'reflect', 'symmetric', 'wrap'];
export const DISPLAYS = ['clipped', 'signed'];
const LUMINANCE = [0.2126, 0.7152, 0.0722]; // ITU-R BT.709, as convlib.to_grey
const SIZE = 9;

/** The index inside 0...n-1 that stands for index i outside, or -1 for a zero. */
export function reflectIndex(i, n, boundary) {
  if (i >= 0 && i < n) return i;
  const wrapped = (period) => ((i % period) + period) % period;
  switch (boundary) {
    case 'constant': return -1;
    case 'edge': return i < 0 ? 0 : n - 1;
    case 'wrap': return wrapped(n);
    case 'symmetric': { const j = wrapped(2 * n); return j < n ? j : 2 * n - 1 - j; }
    case 'reflect': {
      if (n === 1) return 0;
      const j = wrapped(2 * n - 2);
      return j < n ? j : 2 * n - 2 - j;
    }
    default: throw new Error(`unknown boundary ${boundary}`);
  }
}

/** A plane (height × width) with one more row and column on every side, filled by the boundary rule. */
export function pad(plane, height, width, boundary) {
  const wide = width + 2;
  const padded = new Float32Array((height + 2) * wide);
  const columns = Array.from({ length: wide }, (_, c) => reflectIndex(c - 1, width, boundary));
  for (let r = 0; r < height + 2; r += 1) {
    const row = reflectIndex(r - 1, height, boundary);
    if (row < 0) continue;
    for (let c = 0; c < wide; c += 1) {
      if (columns[c] >= 0) padded[r * wide + c] = plane[row * width + columns[c]];
    }
  }
  return padded;
}

/** The kernel as it lies on the picture: convolution turns it by half a turn, correlation does not. */
export function applied(kernel, operation) {
  return operation === 'convolution' ? kernel.slice().reverse() : kernel.slice();
}

/** Sum of products of nine weights with a padded plane, at every pixel; goes into `out`. */
export function filterPlane(padded, height, width, weights, out) {
  const [a, b, c, d, e, f, g, h, i] = weights;
  const wide = width + 2;
  for (let r = 0; r < height; r += 1) {
    let p = r * wide;
    let q = p + wide;
    let s = q + wide;
    const end = (r + 1) * width;
    for (let o = r * width; o < end; o += 1, p += 1, q += 1, s += 1) {
      out[o] = a * padded[p] + b * padded[p + 1] + c * padded[p + 2]
        + d * padded[q] + e * padded[q + 1] + f * padded[q + 2]
        + g * padded[s] + h * padded[s + 1] + i * padded[s + 2];
    }
  }
  return out;
}

/** One channel filtered, as convlib.filter_image does it. */
export function filterChannel(plane, height, width, kernel, { operation, boundary }) {
  const padded = pad(plane, height, width, boundary);
  const weights = applied(kernel, operation);
  return filterPlane(padded, height, width, weights, new Float32Array(height * width));
}

/** Bytes red, green, blue, opacity to planes of 0...1: three, or the brightness alone. */
export function toPlanes(rgba, grey) {
  const count = rgba.length / 4;
  const planes = Array.from({ length: grey ? 1 : 3 }, () => new Float32Array(count));
  for (let i = 0; i < count; i += 1) {
    const [r, g, b] = [rgba[4 * i] / 255, rgba[4 * i + 1] / 255, rgba[4 * i + 2] / 255];
    if (grey) planes[0][i] = LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b;
    else { planes[0][i] = r; planes[1][i] = g; planes[2][i] = b; }
  }
  return planes;
}

/** Write filtered values as bytes, every fourth place; returns how many fell outside 0...1. */
export function writeBytes(values, display, rgba, channel) {
  const [gain, shift] = display === 'signed' ? [0.5, 0.5] : [1, 0];
  let outside = 0;
  for (let i = 0, o = channel; i < values.length; i += 1, o += 4) {
    const v = gain * values[i] + shift;
    if (v <= 0) { rgba[o] = 0; outside += v < -1e-6; }
    else if (v >= 1) { rgba[o] = 255; outside += v > 1 + 1e-6; }
    else rgba[o] = (v * 255 + 0.5) | 0;
  }
  return outside;
}

/** The bytes of one plane of filtered values, as they are written to the screen. */
export function screenBytes(values, display) {
  const rgba = new Uint8ClampedArray(4 * values.length);
  writeBytes(values, display, rgba, 0);
  return rgba.filter((_, i) => i % 4 === 0);
}

/** The whole picture: padded planes in, bytes out; returns the share of values that were clipped. */
export function drawPicture(padded, height, width, weights, display, rgba, scratch) {
  let outside = 0;
  for (let c = 0; c < 3; c += 1) {
    if (c < padded.length) {
      filterPlane(padded[c], height, width, weights, scratch);
      outside += writeBytes(scratch, display, rgba, c);
    } else for (let o = 0; o < rgba.length; o += 4) rgba[o + c] = rgba[o];
  }
  for (let o = 3; o < rgba.length; o += 4) rgba[o] = 255;
  return outside / (padded.length * height * width);
}

/** The name of the preset ([name, values] each) that these nine numbers are, or "custom". */
export function presetName(kernel, presets) {
  const same = ([, values]) => values.every((v, i) => Math.abs(v - kernel[i]) < 1e-6);
  return presets.find(same)?.[0] ?? 'custom';
}

const number = (v) => String(Number(v.toFixed(3))).replace('-', '−');

/** The kernel in words, for those who read or hear it. */
export function describe(kernel, clipped, display) {
  const rows = [0, 3, 6].map((i) => kernel.slice(i, i + 3).map(number).join(', ')).join('; ');
  const sum = kernel.reduce((a, b) => a + b, 0);
  let effect = `flat areas get ${number(sum)} times as bright`;
  if (Math.abs(sum - 1) < 1e-6) effect = 'flat areas keep their brightness';
  else if (Math.abs(sum) < 1e-6) {
    effect = display === 'signed' ? 'flat areas become 0, drawn middle grey' : 'flat areas become black';
  }
  return {
    kernel: `Kernel: ${rows}`,
    sum: `Kernel sum: ${number(sum)} (${effect})`,
    clipped: `Values outside the range of the display: ${(100 * clipped).toFixed(1)}\u00a0%`,
  };
}

// ---------------------------------------------------------------------------------------------

const names = (presets) => [...presets.map(([name]) => name), 'custom'];
const kernelOf = (model) => Array.from({ length: SIZE }, (_, i) => model.get(`k${i}`));

/** Preset and sliders follow each other, whether or not a view is on the page. */
function initialize({ model }) {
  let applying = false;
  const change = (trait, value) => { model.set(trait, value); model.save_changes(); };
  const applyPreset = () => {
    const chosen = model.get('presets')[model.get('preset')];
    if (!chosen) return; // custom: the sliders stay where they are
    applying = true;
    chosen[1].forEach((v, i) => model.set(`k${i}`, v));
    model.save_changes();
    applying = false;
  };
  const nameKernel = () => {
    if (applying) return;
    const presets = model.get('presets');
    const index = names(presets).indexOf(presetName(kernelOf(model), presets));
    if (index !== model.get('preset')) change('preset', index);
  };
  model.on('change:preset', applyPreset);
  for (let i = 0; i < SIZE; i += 1) model.on(`change:k${i}`, nameKernel);
}

async function decode(view) {
  const blob = new Blob([view], { type: 'image/webp' });
  const options = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' };
  const bitmap = await createImageBitmap(blob, options);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

function pictureFrame(parent, caption) {
  const figure = element('div', 'live-picture', parent);
  const canvas = element('canvas', '', figure);
  canvas.setAttribute('role', 'img');
  element('div', 'live-caption', figure, caption);
  return canvas;
}

/** The canvases and the lines of text; `show` puts new words in only when they have settled. */
function build(el) {
  const frames = element('div', 'live-pictures', el);
  const before = pictureFrame(frames, 'before');
  const after = pictureFrame(frames, 'after');
  const status = element('div', 'live-status', el);
  status.setAttribute('role', 'status'); // polite: read out when the reader pauses
  const lines = ['kernel', 'sum', 'clipped'].map((key) => [key, element('p', '', status)]);
  let timer;
  const write = (words) => lines.forEach(([key, line]) => { line.textContent = words[key]; });
  const show = (words) => { clearTimeout(timer); timer = setTimeout(() => write(words), 150); };
  return { before, after, write, show };
}

async function render({ model, el }) {
  const parts = build(el);
  const photo = await decode(model.get('photo'));
  const { width, height } = photo;
  for (const canvas of [parts.before, parts.after]) [canvas.width, canvas.height] = [width, height];
  const [before, after] = [parts.before.getContext('2d'), parts.after.getContext('2d')];
  const output = new ImageData(width, height);
  const scratch = new Float32Array(width * height);
  let padded;
  let waiting = false;

  function prepare() { // what does not depend on the kernel
    const grey = model.get('colours') === 1;
    const planes = toPlanes(photo.data, grey);
    padded = planes.map((plane) => pad(plane, height, width, BOUNDARIES[model.get('boundary')]));
    const copy = new ImageData(width, height);
    planes.concat(planes, planes).slice(0, 3).forEach((p, c) => writeBytes(p, 'clipped', copy.data, c));
    for (let o = 3; o < copy.data.length; o += 4) copy.data[o] = 255;
    before.putImageData(copy, 0, 0);
    parts.before.setAttribute('aria-label', `The photograph in ${grey ? 'grey' : 'colour'}, before filtering`);
  }

  function draw(tell) {
    waiting = false;
    const kernel = kernelOf(model);
    const operation = OPERATIONS[model.get('operation')];
    const display = DISPLAYS[model.get('display')];
    const weights = applied(kernel, operation);
    const clipped = drawPicture(padded, height, width, weights, display, output.data, scratch);
    after.putImageData(output, 0, 0);
    const preset = names(model.get('presets'))[model.get('preset')].replace('_', ' ');
    parts.after.setAttribute('aria-label', `The photograph after ${operation}, kernel: ${preset}`);
    tell(describe(kernel, clipped, display));
  }

  const redraw = () => {
    if (!waiting) requestAnimationFrame(() => draw(parts.show));
    waiting = true;
  };
  const reprepare = () => { prepare(); redraw(); };
  prepare();
  draw(parts.write);
  const kernelTraits = Array.from({ length: SIZE }, (_, i) => `change:k${i}`);
  const listeners = [
    ...[...kernelTraits, 'change:operation', 'change:display', 'change:preset'].map((e) => [e, redraw]),
    ['change:boundary', reprepare], ['change:colours', reprepare],
  ];
  listeners.forEach(([event, listener]) => model.on(event, listener));
  el.dataset.liveReady = '';
  el.dispatchEvent(new CustomEvent('live-ready', { bubbles: true }));
  return () => listeners.forEach(([event, listener]) => model.off(event, listener));
}

export default { initialize, render };
