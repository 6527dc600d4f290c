// The first look: one photograph, before and after. Everything up to `render` is pure and compared with convlib.
import { announce, element, listen, onFrame, statusLines } from './shared.js';
import { applied, clippedShare, makeFilter, toPlanes, writeBytes } from './kernel_lab.js';
import { PRIVATE, exactPixels, ownButtons, ownPictures } from './photos.js';
import { makeDivider } from './lens.js';

/** What each kernel does, in the order of the buttons. */
export const WORDS = [
  'Blur: each pixel becomes the mean of the nine around it',
  'Sharpen: five times each pixel, minus its four neighbours',
  'Edge detect: the four neighbours, minus four times the pixel between them',
  'Edge enhance: each pixel minus its right neighbour',
  'Emboss: what lies up and left is added, what lies down and right is subtracted',
];

/** So much of a kernel, and the rest of the one that changes nothing. */
export function mixed(kernel, strength) {
  return kernel.map((value, i) => strength * value + (i === 4 ? 1 - strength : 0));
}

/** What has just happened, in a line. */
export function describe(preset, strength, clipped) {
  const share = `${Math.round(100 * strength)} %`;
  if (strength === 0) return 'Strength 0 %: nothing changes, before and after are the same.';
  const lost = clipped < 0.0005 ? '' : ` ${(100 * clipped).toFixed(1)} % of the results do not fit between black and white.`;
  return `${WORDS[preset]}.${strength === 1 ? '' : ` Here at ${share}.`}${lost}`;
}

// ---------------------------------------------------------------------------------------------

function build(el) {
  const frame = element('div', 'live-pictures is-divided', el);
  const area = element('div', 'live-scene', element('div', 'live-picture', frame));
  const canvas = element('canvas', '', area);
  canvas.setAttribute('role', 'img');
  const over = element('canvas', 'live-over', area); // the picture before, left of the divider
  over.setAttribute('aria-hidden', 'true');
  ['before', 'after'].forEach((words) => element('span', `live-side is-${words}`, area, words));
  const say = statusLines(el, 1);
  const own = ownButtons(el);
  own.camera.textContent = 'Use my camera';
  const note = element('p', 'live-note', own.box, PRIVATE);
  note.setAttribute('role', 'status');
  return { frame, area, canvas, over, say, own, note: (words) => { note.textContent = words; } };
}

async function render({ model, el }) {
  el.classList.add('first-look-view');
  const parts = build(el);
  const [after, before] = [parts.canvas, parts.over].map((canvas) => canvas.getContext('2d'));
  const first = await exactPixels(model.get('photo'));
  let [filter, output] = [];

  function draw() {
    const [preset, strength] = [model.get('preset'), model.get('strength')];
    const sums = filter(applied(mixed(model.get('kernels')[preset], strength), 'convolution'));
    writeBytes(sums, 'clipped', output.data);
    after.putImageData(output, 0, 0);
    const words = WORDS[preset].split(':')[0];
    parts.canvas.setAttribute('aria-label', `The photograph after ${words} at ${Math.round(100 * strength)} %`);
    parts.say(() => [describe(preset, strength, clippedShare(sums, 'clipped'))]);
  }

  function usePhoto(pixels) {
    const { width, height } = pixels;
    for (const canvas of [parts.canvas, parts.over]) Object.assign(canvas, { width, height });
    before.putImageData(pixels, 0, 0);
    output = new ImageData(width, height);
    output.data.fill(255);
    filter = makeFilter(toPlanes(pixels.data, false), height, width, 3, 'edge');
    draw();
  }

  usePhoto(first);
  const redraw = onFrame(draw);
  const ends = [
    redraw.stop, parts.say.stop,
    ownPictures(parts.own, parts.frame, { use: usePhoto, goBack: () => usePhoto(first), say: parts.note }),
    makeDivider({ model, scene: parts.area, over: parts.over }),
    listen(model, ['preset', 'strength'], redraw),
  ];
  announce(el);
  return () => ends.forEach((end) => end());
}

export default { render };
