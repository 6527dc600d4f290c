// The kernel lab in the browser. Everything up to `render` is pure and is compared with convlib.
import {
  BOUNDARIES, announce, element, followPresets, formatted, listen, onFrame, pictureFrame, reflectIndex, statusLines,
} from './shared.js';
import { PRIVATE, exactPixels, ownButtons, ownPictures } from './photos.js';
import { LUMINANCE, lensAt, lensWords, makeDivider, makeLens } from './lens.js';
import { kernelTable } from './kernel_table.js';

export const OPERATIONS = ['convolution', 'cross-correlation'];
export const DISPLAYS = ['clipped', 'signed'];

/**
 * A plane (height × width) with `reach` more rows and columns on every side, filled by the boundary rule: with
 * them in place, no loop below has to ask where the picture ends.
 */
export function pad(plane, height, width, boundary, reach) {
  const [high, wide] = [height + 2 * reach, width + 2 * reach];
  const padded = new Float32Array(high * wide);
  const columns = Array.from({ length: wide }, (_, c) => reflectIndex(c - reach, width, boundary));
  for (let r = 0; r < high; r += 1) {
    const row = reflectIndex(r - reach, height, boundary);
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

/** [offset into a padded plane, weight] of each weight that is not zero. */
export function tapsOf(weights, width) {
  const size = Math.sqrt(weights.length);
  const wide = width + size - 1;
  const taps = weights.map((weight, i) => [Math.floor(i / size) * wide + (i % size), weight]);
  return taps.filter(([, weight]) => weight !== 0);
}

/** Add one weight times its pixels to `count` sums, from `o` on. */
function addOne(sums, o, count, padded, p, [place, weight]) {
  const a = p + place;
  for (let i = 0; i < count; i += 1) sums[o + i] += weight * padded[a + i];
}

/** The same for five weights: each sum is fetched and stored once instead of five times. */
function addFive(sums, o, count, padded, p, [[pa, wa], [pb, wb], [pc, wc], [pd, wd], [pe, we]]) {
  const [a, b, c, d, e] = [p + pa, p + pb, p + pc, p + pd, p + pe];
  for (let i = 0; i < count; i += 1) {
    sums[o + i] += wa * padded[a + i] + wb * padded[b + i] + wc * padded[c + i]
      + wd * padded[d + i] + we * padded[e + i];
  }
}

/** Add the products of all taps to the sums of one plane, row by row while the row is in the cache. */
function addTaps(sums, padded, height, width, wide, taps) {
  const [alone] = taps.length % 5 === 1 ? taps.slice(-1) : [];
  const filled = [...taps.slice(0, alone ? -1 : taps.length), ...Array(4).fill([0, 0])]; // a weight 0 adds nothing
  const fives = Array.from({ length: Math.floor(filled.length / 5) }, (_, i) => filled.slice(5 * i, 5 * i + 5));
  for (let r = 0; r < height; r += 1) {
    const [o, p] = [r * width, r * wide];
    for (const five of fives) addFive(sums, o, width, padded, p, five);
    if (alone) addOne(sums, o, width, padded, p, alone);
  }
}

const DRIFT = 1000; // times 2^-24, the rounding of one addition: a sixtieth of a grey level

/**
 * Returns a function from weights (n × n, as they lie on the picture) to the filtered planes.
 *
 * The answer is a sum with one term for each weight. When one slider moves, only its term changes, and adding
 * the change costs one product for each pixel, however large the kernel. Every such addition rounds a little;
 * long before that could be seen, all terms are added up anew.
 */
export function makeFilter(planes, height, width, size, boundary) {
  const reach = (size - 1) / 2;
  const padded = planes.map((plane) => pad(plane, height, width, boundary, reach));
  const sums = planes.map(() => new Float32Array(height * width));
  let known = Array(size * size).fill(0);
  let drift = 0;
  return (weights) => {
    let taps = tapsOf(weights.map((weight, i) => weight - known[i]), width);
    const all = tapsOf(weights, width);
    const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
    if (drift + total > DRIFT || taps.length > all.length) {
      sums.forEach((plane) => plane.fill(0));
      [taps, drift] = [all, 0];
    }
    drift += total;
    known = weights;
    padded.forEach((plane, i) => addTaps(sums[i], plane, height, width, width + 2 * reach, taps));
    return sums;
  };
}

/** One channel filtered, as convlib.filter_image does it. */
export function filterChannel(plane, height, width, kernel, { operation, boundary }) {
  const filter = makeFilter([plane], height, width, Math.sqrt(kernel.length), boundary);
  return filter(applied(kernel, operation))[0];
}

/** Bytes red, green, blue, opacity to planes of 0...1: three, or the brightness alone. */
export function toPlanes(rgba, grey) {
  const count = rgba.length / 4;
  const planes = [0, 1, 2].map((channel) => {
    const plane = new Float32Array(count);
    for (let i = 0, o = channel; i < count; i += 1, o += 4) plane[i] = rgba[o] / 255;
    return plane;
  });
  if (!grey) return planes;
  const [r, g, b] = planes;
  return [r.map((_, i) => LUMINANCE[0] * r[i] + LUMINANCE[1] * g[i] + LUMINANCE[2] * b[i])];
}

const scaleOf = (display) => (display === 'signed' ? [0.5, 0.5] : [1, 0]);

/**
 * A number (no further from 0 than 2^31) without its fraction, clipped to 0...255. There is no `if` in it: where
 * every second value is clipped, a processor that has to guess goes wrong ten times longer than it computes.
 */
function byte(value) {
  const whole = value | 0;
  const positive = whole & ~(whole >> 31); // the shift gives all ones for a number below 0, else zero
  return positive | ((255 - positive) >> 31); // all ones above 255; an array of bytes keeps the last eight
}

/** Write planes, three or one, into the bytes of a picture, rounded half up. */
export function writeBytes(planes, display, rgba) {
  const [gain, shift] = scaleOf(display).map((v) => 255 * v);
  const [red, green, blue] = planes.length === 1 ? [planes[0], planes[0], planes[0]] : planes;
  const bytes = new Uint8Array(rgba.buffer);
  for (let i = 0, o = 0; i < red.length; i += 1, o += 4) {
    bytes[o] = byte(gain * red[i] + shift + 0.5);
    bytes[o + 1] = byte(gain * green[i] + shift + 0.5);
    bytes[o + 2] = byte(gain * blue[i] + shift + 0.5);
  }
}

/** The share of values that the display clips. */
export function clippedShare(planes, display) {
  const [gain, shift] = scaleOf(display);
  const [low, high] = [(-1e-6 - shift) / gain, (1 + 1e-6 - shift) / gain];
  let outside = 0;
  for (const plane of planes) for (const v of plane) outside += v < low || v > high;
  return outside / (planes.length * planes[0].length);
}

/** The pixels on the screen for a picture of bytes. */
export function filteredBytes(rgba, height, width, kernel, { operation, boundary, display, grey }) {
  const filter = makeFilter(toPlanes(rgba, grey), height, width, Math.sqrt(kernel.length), boundary);
  const drawn = new Uint8ClampedArray(rgba.length).fill(255);
  writeBytes(filter(applied(kernel, operation)), display, drawn);
  return drawn;
}

/** The kernel's rows. */
function rowsOf(kernel) {
  const size = Math.sqrt(kernel.length);
  return Array.from({ length: size }, (_, r) => kernel.slice(r * size, (r + 1) * size));
}

/** The kernel as code that makes the same array, to 12 digits. */
export function asNumpy(kernel) {
  const rows = rowsOf(kernel).map((row) => `[${row.map((v) => Number(v.toPrecision(12))).join(', ')}]`);
  return `np.array([${rows.join(', ')}])`;
}

/** The kernel in words, for those who read or hear it. */
export function describe(kernel, clipped, display) {
  const rows = rowsOf(kernel).map((row) => row.map((v) => formatted(v)).join(', ')).join('; ');
  const sum = kernel.reduce((a, b) => a + b, 0);
  let effect = `flat areas get ${formatted(sum)} times as bright`;
  if (Math.abs(sum - 1) < 1e-6) effect = 'flat areas keep their brightness';
  else if (Math.abs(sum) < 1e-6) {
    effect = display === 'signed' ? 'flat areas become 0, drawn middle grey' : 'flat areas become black';
  }
  return [
    `Kernel: ${rows}`,
    `Kernel sum: ${formatted(sum)} (${effect})`,
    `Values outside the range of the display: ${(100 * clipped).toFixed(1)}\u00a0%`,
  ];
}

// ---------------------------------------------------------------------------------------------

const kernelTraits = (model) => Array.from({ length: model.get('size') ** 2 }, (_, i) => `k${i}`);
const kernelOf = (model) => kernelTraits(model).map((trait) => model.get(trait));

/** A picture, with room for what lies over it. */
function scene(parent, caption) {
  const { box, canvas, label } = pictureFrame(parent, caption);
  const area = element('div', 'live-scene');
  box.prepend(area);
  area.append(canvas);
  return { box, canvas, area, label };
}

/** The canvases, the buttons and the lines of text. */
function build(el) {
  el.classList.add('kernel-lab-view');
  const frames = element('div', 'live-pictures', el);
  const [before, after] = ['before', 'after'].map((caption) => scene(frames, caption));
  const over = element('canvas', 'live-over', after.area); // the picture before, left of the divider
  over.setAttribute('aria-hidden', 'true');
  Object.assign(after.area, { tabIndex: 0, role: 'application' });
  after.area.setAttribute('aria-label', 'Point at a pixel: the arrow keys move the mark, Escape puts it into the middle');
  const panel = element('div', 'live-panel', el);
  const say = statusLines(el, 3);
  const own = ownButtons(el);
  const copy = own.button('Copy as NumPy');
  const note = element('p', 'live-note', own.box, PRIVATE);
  note.setAttribute('role', 'status');
  return { frames, before, after, over, panel, say, own, copy, note: (words) => { note.textContent = words; } };
}

async function copyCode(code, say) {
  try {
    await navigator.clipboard.writeText(code);
    say(`Copied: ${code}`);
  } catch { // not allowed here: show it, to be copied by hand
    say(code);
  }
}

async function render({ model, el }) {
  const parts = build(el);
  const canvases = [parts.before.canvas, parts.after.canvas, parts.over];
  const [before, after, over] = canvases.map((canvas) => canvas.getContext('2d'));
  const first = await exactPixels(model.get('photo'));
  const chosen = (list, trait) => list[model.get(trait)];
  let photo;
  let planes;
  let filter;
  let output;

  function prepare() { // what does not depend on the kernel
    const { width, height } = photo;
    const grey = model.get('colours') === 1;
    planes = toPlanes(photo.data, grey);
    filter = makeFilter(planes, height, width, model.get('size'), chosen(BOUNDARIES, 'boundary'));
    const copy = new ImageData(width, height);
    copy.data.fill(255);
    writeBytes(planes, 'clipped', copy.data);
    before.putImageData(copy, 0, 0);
    over.putImageData(copy, 0, 0);
    canvases[0].setAttribute('aria-label', `The photograph in ${grey ? 'grey' : 'colour'}, before filtering`);
  }

  const weights = () => applied(kernelOf(model), chosen(OPERATIONS, 'operation'));

  const lens = makeLens({
    model,
    panel: parts.panel,
    scenes: [parts.before.area, parts.after.area],
    sizeOf: () => photo,
    look(row, column) {
      const { width, height } = photo;
      const boundary = chosen(BOUNDARIES, 'boundary');
      const seen = lensAt(planes, height, width, weights(), row, column, boundary);
      const drawn = output.data.subarray(4 * (row * width + column));
      return { ...seen, drawn, words: lensWords(row, column, seen.sum, drawn, planes.length === 1) };
    },
  });

  const table = kernelTable({
    model,
    bodyOf: () => el.closest('.live-body'),
    tie(i) { // the kernel may lie turned on the window
      const place = chosen(OPERATIONS, 'operation') === 'convolution' ? model.get('size') ** 2 - 1 - i : i;
      return lens.cellAt(place);
    },
  });

  function draw() {
    const [operation, display] = [chosen(OPERATIONS, 'operation'), chosen(DISPLAYS, 'display')];
    const sums = filter(weights());
    writeBytes(sums, display, output.data);
    after.putImageData(output, 0, 0); // a benchmark may watch this call: now the pixels have changed
    const preset = (chosen(model.get('presets'), 'preset')?.[0] ?? 'custom').replace('_', ' ');
    canvases[1].setAttribute('aria-label', `The photograph after ${operation}, kernel: ${preset}`);
    parts.say(() => describe(kernelOf(model), clippedShare(sums, display), display));
    table.paint();
    lens.draw();
  }

  const redraw = onFrame(draw);
  const reprepare = () => { prepare(); redraw(); };

  function usePhoto(pixels) {
    const { width, height } = pixels;
    photo = pixels;
    if (output?.width !== width || output?.height !== height) {
      for (const canvas of canvases) Object.assign(canvas, { width, height });
      output = new ImageData(width, height);
      output.data.fill(255); // opaque, for good
    }
    prepare();
    draw();
  }

  function arrange() { // two pictures, or one with a divider
    const divided = model.get('compare') === 1;
    parts.frames.classList.toggle('is-divided', divided);
    parts.after.label.textContent = divided ? 'before | after' : 'after';
    const body = el.closest('.live-body');
    body?.classList.toggle('is-divided', divided);
    body?.classList.toggle('has-more', model.get('more'));
    table.settle();
    lens.draw();
  }

  usePhoto(first);
  arrange();
  const boxed = requestAnimationFrame(arrange); // by then the view is in its box
  parts.copy.addEventListener('click', () => copyCode(asNumpy(kernelOf(model)), parts.note));
  const ends = [
    redraw.stop, parts.say.stop, lens.stop, table.stop, () => cancelAnimationFrame(boxed),
    ownPictures(parts.own, parts.frames, { use: usePhoto, goBack: () => usePhoto(first), say: parts.note }),
    makeDivider({ model, scene: parts.after.area, over: parts.over }),
    listen(model, [...kernelTraits(model), 'operation', 'display', 'preset'], redraw),
    listen(model, ['boundary', 'colours'], reprepare),
    listen(model, ['compare', 'more'], arrange),
  ];
  announce(el, 'Drag the line over the picture. Then change a value of the kernel, and point at a pixel.');
  return () => ends.forEach((end) => end());
}

export default { initialize: ({ model }) => followPresets(model, model.get('size') ** 2), render };
