// The kernel lab in the browser. Everything up to `render` is pure and is compared with convlib.

export const OPERATIONS = ['convolution', 'cross-correlation'];
export const BOUNDARIES = ['edge', 'constant', 'reflect', 'symmetric', 'wrap'];
export const DISPLAYS = ['clipped', 'signed'];
const LUMINANCE = [0.2126, 0.7152, 0.0722]; // ITU-R BT.709, as convlib.to_grey
const SIZE = 9;
const LARGEST = 512; // pixels a side of the reader's own photograph
const CAMERA = 320;
const PRIVATE = 'A photograph never leaves your computer. You can also drop one on the pictures.';

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

/** One row of the sums of products of nine weights with a padded plane; goes into `out` from `o` on. */
function filterRow(padded, r, width, weights, out, o) {
  const [a, b, c, d, e, f, g, h, i] = weights;
  const wide = width + 2;
  let p = r * wide;
  let q = p + wide;
  let s = q + wide;
  for (const end = o + width; o < end; o += 1, p += 1, q += 1, s += 1) {
    out[o] = a * padded[p] + b * padded[p + 1] + c * padded[p + 2]
      + d * padded[q] + e * padded[q + 1] + f * padded[q + 2]
      + g * padded[s] + h * padded[s + 1] + i * padded[s + 2];
  }
}

/** The same at every pixel. */
export function filterPlane(padded, height, width, weights, out) {
  for (let r = 0; r < height; r += 1) filterRow(padded, r, width, weights, out, r * width);
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

/** Write values as bytes into every fourth place from `o` on; returns how many fell outside 0...1. */
export function writeBytes(values, display, rgba, o) {
  const [gain, shift] = display === 'signed' ? [0.5, 0.5] : [1, 0];
  let outside = 0;
  for (let i = 0; i < values.length; i += 1, o += 4) {
    const v = gain * values[i] + shift;
    if (v <= 0) { rgba[o] = 0; outside += v < -1e-6; }
    else if (v >= 1) { rgba[o] = 255; outside += v > 1 + 1e-6; }
    else rgba[o] = (v * 255 + 0.5) | 0;
  }
  return outside;
}

/** The whole picture: padded planes in, bytes out, row by row while the row is in the cache.
 * Returns the share of values that were clipped. */
export function drawPicture(padded, height, width, weights, display, rgba) {
  const row = new Float32Array(width);
  let outside = 0;
  padded.forEach((plane, channel) => {
    for (let r = 0; r < height; r += 1) {
      filterRow(plane, r, width, weights, row, 0);
      outside += writeBytes(row, display, rgba, 4 * r * width + channel);
    }
  });
  for (let o = 0; padded.length === 1 && o < rgba.length; o += 4) rgba[o + 1] = rgba[o + 2] = rgba[o];
  return outside / (padded.length * height * width);
}

/** What drawPicture writes for a picture of bytes: the pixels on the screen. */
export function filteredBytes(rgba, height, width, kernel, { operation, boundary, display, grey }) {
  const padded = toPlanes(rgba, grey).map((plane) => pad(plane, height, width, boundary));
  const drawn = new Uint8ClampedArray(rgba.length).fill(255);
  drawPicture(padded, height, width, applied(kernel, operation), display, drawn);
  return drawn;
}

/** The name of the preset ([name, values] each) that these nine numbers are, or "custom". */
export function presetName(kernel, presets) {
  const same = ([, values]) => values.every((v, i) => Math.abs(v - kernel[i]) < 1e-6);
  return presets.find(same)?.[0] ?? 'custom';
}

/** The kernel as code that makes the same array, to 12 digits. */
export function asNumpy(kernel) {
  const rows = [0, 3, 6].map((i) => kernel.slice(i, i + 3).map((v) => Number(v.toPrecision(12))));
  return `np.array([${rows.map((row) => `[${row.join(', ')}]`).join(', ')}])`;
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

/** The pixels of a blob, a file or a video, made smaller if need be, over white. */
async function pixelsOf(source, largest = Infinity) {
  const options = { colorSpaceConversion: 'none' };
  const bitmap = source instanceof Blob ? await createImageBitmap(source, options) : source;
  const [wide, high] = [bitmap.videoWidth || bitmap.width, bitmap.videoHeight || bitmap.height];
  const scale = Math.min(1, largest / Math.max(wide, high));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [wide, high].map((n) => Math.max(1, Math.round(n * scale)));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close?.();
  return context.getImageData(0, 0, canvas.width, canvas.height);
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

/** The canvases, the buttons and the lines of text; `show` waits until the words have settled. */
function build(el) {
  const frames = element('div', 'live-pictures', el);
  const before = pictureFrame(frames, 'before');
  const after = pictureFrame(frames, 'after');
  const status = element('div', 'live-status', el);
  status.setAttribute('role', 'status'); // polite: read out when the reader pauses
  const lines = ['kernel', 'sum', 'clipped'].map((key) => [key, element('p', '', status)]);
  const own = element('div', 'live-own', el);
  const input = element('input', '', own);
  Object.assign(input, { type: 'file', accept: 'image/*', hidden: true });
  const [choose, camera, back, copy] = [
    'Own photograph', 'Camera', 'First picture', 'Copy as NumPy',
  ].map((words) => Object.assign(element('button', 'live-button', own, words), { type: 'button' }));
  back.hidden = true;
  const note = element('p', 'live-note', own, PRIVATE);
  note.setAttribute('role', 'status');
  let timer;
  const write = (words) => lines.forEach(([key, line]) => { line.textContent = words[key]; });
  const show = (words) => { clearTimeout(timer); timer = setTimeout(() => write(words), 150); };
  return { frames, before, after, write, show, input, choose, camera, back, copy, note };
}

/** The reader's own pictures: from a file, dropped, or from the camera. They never leave the page. */
function ownPictures(parts, use, goBack) {
  let stream;
  const say = (words) => { parts.note.textContent = words; };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    parts.camera.textContent = 'Camera';
  };
  async function useFile(file) {
    if (!file) return;
    stop();
    try {
      use(await pixelsOf(file, LARGEST));
      parts.back.hidden = false;
      say(`Your photograph is shown. ${PRIVATE}`);
    } catch {
      say('This file is not a picture that the browser can read. Choose another one.');
    }
  }
  async function useCamera() {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } });
    } catch {
      say('The camera was refused or there is none. Everything else goes on working.');
      return;
    }
    const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true });
    await video.play();
    parts.camera.textContent = 'Stop camera';
    parts.back.hidden = false;
    say(`The camera is on. ${PRIVATE}`);
    const next = async () => {
      if (!stream?.active) return;
      use(await pixelsOf(video, CAMERA));
      requestAnimationFrame(next);
    };
    next();
  }
  parts.choose.addEventListener('click', () => parts.input.click());
  parts.input.addEventListener('change', () => { useFile(parts.input.files[0]); parts.input.value = ''; });
  parts.camera.addEventListener('click', useCamera);
  parts.back.addEventListener('click', () => { stop(); goBack(); parts.back.hidden = true; say(PRIVATE); });
  parts.frames.addEventListener('dragover', (event) => event.preventDefault());
  parts.frames.addEventListener('drop', (event) => {
    event.preventDefault();
    useFile(event.dataTransfer.files[0]);
  });
  return stop;
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
  const [before, after] = [parts.before.getContext('2d'), parts.after.getContext('2d')];
  const first = await pixelsOf(new Blob([model.get('photo')], { type: 'image/webp' }));
  let photo;
  let output;
  let padded;
  let waiting = false;

  function prepare() { // what does not depend on the kernel
    const { width, height } = photo;
    const grey = model.get('colours') === 1;
    const planes = toPlanes(photo.data, grey);
    padded = planes.map((plane) => pad(plane, height, width, BOUNDARIES[model.get('boundary')]));
    const copy = new ImageData(width, height);
    copy.data.fill(255);
    planes.concat(planes, planes).slice(0, 3).forEach((p, c) => writeBytes(p, 'clipped', copy.data, c));
    before.putImageData(copy, 0, 0);
    parts.before.setAttribute('aria-label', `The photograph in ${grey ? 'grey' : 'colour'}, before filtering`);
  }

  function draw(tell) {
    waiting = false;
    const kernel = kernelOf(model);
    const operation = OPERATIONS[model.get('operation')];
    const display = DISPLAYS[model.get('display')];
    const weights = applied(kernel, operation);
    const clipped = drawPicture(padded, output.height, output.width, weights, display, output.data);
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

  function usePhoto(pixels, redrawn = redraw) {
    const { width, height } = pixels;
    photo = pixels;
    if (output?.width !== width || output?.height !== height) {
      for (const canvas of [parts.before, parts.after]) Object.assign(canvas, { width, height });
      output = new ImageData(width, height);
      output.data.fill(255); // opaque, for good
    }
    prepare();
    redrawn();
  }

  usePhoto(first, () => draw(parts.write));
  const stopCamera = ownPictures(parts, usePhoto, () => usePhoto(first));
  parts.copy.addEventListener('click', () => {
    copyCode(asNumpy(kernelOf(model)), (words) => { parts.note.textContent = words; });
  });
  const kernelTraits = Array.from({ length: SIZE }, (_, i) => `change:k${i}`);
  const listeners = [
    ...[...kernelTraits, 'change:operation', 'change:display', 'change:preset'].map((e) => [e, redraw]),
    ['change:boundary', reprepare], ['change:colours', reprepare],
  ];
  listeners.forEach(([event, listener]) => model.on(event, listener));
  el.dataset.liveReady = '';
  el.dispatchEvent(new CustomEvent('live-ready', { bubbles: true }));
  return () => {
    stopCamera();
    listeners.forEach(([event, listener]) => model.off(event, listener));
  };
}

export default { initialize, render };
