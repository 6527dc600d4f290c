// Draw a digit and see what the network says.
import { announce, bytesOf, element, fixed, listen, onFrame, pictureFrame, statusLines } from './shared.js';
import { answer, firstMaps, fromHalf, likeliest, unpackNetwork } from './network.js';
import { contentOf } from './contents.js';
import { throughView } from './through_view.js';
import { networkMenu } from './trained.js';
import { bars, extremes, loadShared, mapInWords, paintGrey, paintSigned, percent } from './network_view.js';

const CENTRE = 14; // where MNIST puts the centre of mass, in pixels
const BOX = 20; // and the longer side of the ink
const PEN = 1.7; // a pixel this far from the stroke stays empty; one pixel nearer, it is full

/** A straight stroke of the soft pen, in pixels: [row, column] to [row, column]; changes `ink`, 28×28. */
export function stroke(ink, [r0, c0], [r1, c1]) {
  const [down, right] = [r1 - r0, c1 - c0];
  const length = down * down + right * right;
  for (let i = 0; i < 784; i += 1) {
    const [r, c] = [Math.floor(i / 28) - r0, (i % 28) - c0];
    const along = length ? Math.min(1, Math.max(0, (r * down + c * right) / length)) : 0;
    const distance = Math.hypot(r - along * down, c - along * right);
    ink[i] = Math.max(ink[i], Math.round(255 * Math.min(1, Math.max(0, PEN - distance))));
  }
  return ink;
}

/** First and last line with ink, and the centre of mass, along rows (step 28) or columns (step 1). */
function extent(ink, step) {
  let [first, last, mass, moment] = [28, -1, 0, 0];
  for (let i = 0; i < 784; i += 1) {
    const line = Math.floor(i / step) % 28;
    if (ink[i] > 0) [first, last] = [Math.min(first, line), Math.max(last, line)];
    mass += ink[i];
    moment += ink[i] * line;
  }
  return { size: last - first + 1, middle: moment / mass };
}

/** How much of each old line goes into each new one: tents, as wide as the coarser of the two grids. */
function resampling(middle, scale) {
  const reach = Math.max(1, 1 / scale);
  return Array.from({ length: 28 }, (_, line) => {
    const place = (line - CENTRE) / scale + middle;
    const weights = Array.from({ length: 84 }, (__, j) => Math.max(0, 1 - Math.abs(j - 28 - place) / reach));
    const total = weights.reduce((a, b) => a + b);
    return weights.slice(28, 56).map((w) => (total ? w / total : 0));
  });
}

/** A drawing of 784 bytes as MNIST would show it: ink 20 pixels long, centre of mass in the middle; 0 to 1. */
export function prepare(ink) {
  const [rows, columns] = [extent(ink, 28), extent(ink, 1)];
  const out = new Float64Array(784);
  if (rows.size < 1) return out;
  const scale = BOX / Math.max(rows.size, columns.size);
  const [down, across] = [resampling(rows.middle, scale), resampling(columns.middle, scale)];
  const half = new Float64Array(784);
  for (let r = 0; r < 28; r += 1) {
    for (let i = 0; i < 28; i += 1) {
      if (down[r][i]) for (let c = 0; c < 28; c += 1) half[28 * r + c] += (down[r][i] * ink[28 * i + c]) / 255;
    }
    for (let c = 0; c < 28; c += 1) {
      for (let j = 0; j < 28; j += 1) out[28 * r + c] += across[c][j] * half[28 * r + j];
    }
  }
  return out;
}

/** The place in the list of the n-th example of a digit. */
export function exampleOf(labels, digit, n) {
  const places = Array.from(labels.keys()).filter((i) => labels[i] === digit);
  return places[n % places.length];
}

/** What the network says, in a sentence. */
export function sentence(probabilities, truth) {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a]);
  const [first, second] = order.map((digit) => `${digit} (${percent(probabilities[digit])})`);
  const held = truth === undefined ? '' : ` Somebody wrote it as a ${truth}.`;
  return `The network says ${first}; its second choice is ${second}.${held}`;
}

/** How good the network was at a moment of its training, in a sentence; nothing if nobody kept its moments. */
export function stageInWords(stage, accuracies) {
  if (!accuracies.length) return '';
  const when = stage ? `After ${stage} of ${accuracies.length - 1} epochs` : 'Before its training';
  return `${when} this chapter's network reads ${percent(accuracies[stage])} of the held-out digits rightly.`;
}

// ---------------------------------------------------------------------------------------------

const EMPTY = 'The pad is empty. Draw a digit, or choose one from the menu.';
const HELP = 'Draw with the mouse or a finger. With the keyboard: the arrow keys move the pen, the space bar puts it '
  + 'down or lifts it, Delete clears the pad.';
const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

function buildDrawing(el) {
  const layout = element('div', 'live-digit-layout', el);
  const left = element('div', 'live-digit-pad', layout);
  const frame = element('div', 'live-pad-frame', left);
  const pad = element('canvas', 'live-pad', frame);
  [pad.width, pad.height, pad.tabIndex] = [28, 28, 0];
  pad.setAttribute('role', 'application');
  pad.setAttribute('aria-roledescription', 'drawing pad');
  pad.setAttribute('aria-label', `Pad of 28 by 28 pixels. ${HELP}`);
  const invitation = element('div', 'live-invitation', frame, 'draw here');
  invitation.setAttribute('aria-hidden', 'true');
  const pen = element('div', 'live-pen', frame);
  const tools = element('div', 'live-digit-tools', left);
  const clear = element('button', 'live-tool', tools, 'Clear the pad');
  clear.type = 'button';
  const penState = element('span', 'live-caption', tools);
  penState.setAttribute('aria-live', 'polite');
  element('p', 'live-caption', left, HELP);
  const middle = element('div', '', layout);
  const seen = pictureFrame(middle, 'what the network gets');
  seen.box.classList.add('live-seen');
  element('div', 'live-caption', middle, 'feature maps, lowest to highest value (striped: below 0)');
  const grid = element('div', 'live-maps', middle);
  const right = element('div', '', layout);
  const chosen = element('div', '', right); // for the menu of networks
  const show = bars(right, 'probability of each digit');
  const [say, through] = [statusLines(el, 2), throughView(el)];
  return { chosen, grid, pad, pen, invitation, clear, penState, seen, show, say, through };
}

/** Pictures of so many maps, in rows of four, or of eight where there are more than eight. */
function mapsIn(grid) {
  let frames = [];
  return (count) => {
    if (frames.length === count) return frames;
    grid.replaceChildren();
    grid.classList.toggle('is-many', count > 8);
    frames = Array.from({ length: count }, () => pictureFrame(grid, ''));
    return frames;
  };
}

/** Pointer and keys on the pad: `draw` gets a stroke from place to place, `clear` and `move` are told. */
function usePad(pad, { draw, clear, move }) {
  let [place, down, last] = [[14, 14], false, null];
  const placeOf = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientY - box.top) / box.height) * 28 - 0.5, ((event.clientX - box.left) / box.width) * 28 - 0.5];
  };
  const handlers = {
    pointerdown(event) {
      if (event.button) return;
      pad.setPointerCapture(event.pointerId);
      last = placeOf(event);
      draw(last, last);
    },
    pointermove(event) {
      if (!last) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [event]) {
        const next = placeOf(one);
        draw(last, next);
        last = next;
      }
    },
    pointerup() { last = null; },
    pointercancel() { last = null; },
    keydown(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const step = MOVES[event.key];
      if (!step && ![' ', 'Delete', 'Backspace'].includes(event.key)) return;
      event.preventDefault();
      if (step) {
        const next = place.map((v, i) => Math.min(27, Math.max(0, v + step[i])));
        if (down) draw(place, next);
        place = next;
      } else if (event.key === ' ') {
        down = !down;
        if (down) draw(place, place);
      } else { down = false; clear(); }
      move(place, down);
    },
    focus() { if (pad.matches(':focus-visible')) move(place, down); }, // the pen is for the keyboard
    blur() { down = false; move(null, false); },
  };
  Object.entries(handlers).forEach(([name, handler]) => pad.addEventListener(name, handler));
}

async function render({ model, el }) {
  const [network, digits] = (await loadShared(model, el)) ?? [];
  if (!network) return undefined;
  const { labels, images } = digits;
  const parts = buildDrawing(el);
  const frames = mapsIn(parts.grid);
  const own = () => model.get('digit') === 0;
  const drawn = () => bytesOf(model.get('ink'));
  const example = () => {
    const i = exampleOf(labels, model.get('digit') - 1, model.get('example'));
    return images.subarray(784 * i, 784 * (i + 1));
  };
  let ink = new Uint8Array(784);

  /** The network at the chosen moment of its training; its moments are fetched when the reader first asks for one. */
  let moments;
  function stageNow() {
    const [stage, last] = [model.get('stage'), model.get('accuracies').length - 1];
    if (stage >= last) return network;
    moments ??= fetchMoments();
    return moments[stage] ?? network;
  }
  function fetchMoments() {
    const found = [];
    contentOf(model, 'stages').then((bytes) => {
      const count = model.get('accuracies').length - 1;
      const numbers = fromHalf(bytes);
      const each = numbers.length / count;
      for (let i = 0; i < count; i += 1) {
        found[i] = unpackNetwork(new Uint8Array(numbers.slice(i * each, (i + 1) * each).buffer), model.get('shapes'));
      }
      redraw();
    }).catch((error) => { console.error(error); parts.say([`The training could not be fetched: ${error.message}.`]); });
    return found;
  }

  function show() {
    ink = Uint8Array.from(own() ? drawn() : example());
    const picture = own() ? prepare(ink) : Float64Array.from(ink, (v) => v / 255);
    const present = networks.isOwn() ? stageNow() : networks.present();
    const answers = firstMaps(present, picture);
    const probabilities = answer(present, answers);
    const kernels = present.first.shape[0];
    const area = answers.length / kernels;
    paintGrey(parts.pad, Float64Array.from(ink, (v) => v / 255));
    paintGrey(parts.seen.canvas, picture);
    const truth = own() ? undefined : model.get('digit') - 1;
    parts.seen.canvas.setAttribute('aria-label', own() ? 'The drawing, scaled and centred'
      : `A held-out digit, written as a ${truth}`);
    const reach = Math.max(...extremes(answers).map(Math.abs));
    frames(kernels).forEach(({ canvas, label }, k) => {
      const map = answers.subarray(area * k, area * (k + 1));
      const [low, high] = extremes(map);
      paintSigned(canvas, map, reach, 4);
      label.textContent = `${fixed(low, 1)} to ${fixed(high, 1)}`;
      canvas.setAttribute('aria-label', `Feature map of kernel ${k}: ${mapInWords(map)}`);
    });
    const empty = own() && !ink.some(Boolean);
    parts.invitation.hidden = own() && !empty;
    parts.pad.classList.toggle('is-example', !own());
    parts.show(probabilities, empty ? -1 : likeliest(probabilities));
    parts.through(present, picture);
    const grown = networks.isOwn() ? stageInWords(model.get('stage'), model.get('accuracies')) : '';
    parts.say([empty ? EMPTY : sentence(probabilities, truth), grown]);
  }

  function change(bytes) {
    model.set('ink', new DataView(bytes.buffer));
    model.set('digit', 0);
    saveSoon();
    redraw();
  }

  const redraw = onFrame(show);
  const saveSoon = onFrame(() => model.save_changes());
  usePad(parts.pad, {
    draw(from, to) { ink = stroke(own() ? Uint8Array.from(ink) : new Uint8Array(784), from, to); change(ink); },
    clear() { ink = new Uint8Array(784); change(ink); },
    move(place, down) {
      parts.pen.hidden = !place;
      parts.penState.textContent = place ? `pen ${down ? 'down' : 'up'}, row ${place[0]}, column ${place[1]}` : '';
      if (place) [parts.pen.style.top, parts.pen.style.left] = place.map((v) => `${((v + 0.5) / 28) * 100}%`);
      parts.pen.classList.toggle('is-down', down);
    },
  });
  const networks = networkMenu(parts.chosen, network, redraw);
  parts.pen.hidden = true;
  parts.clear.addEventListener('click', () => { ink = new Uint8Array(784); change(ink); });
  show();
  const forget = listen(model, ['ink', 'digit', 'example', 'stage'], redraw);
  announce(el);
  return () => { forget(); [redraw, saveSoon, parts.say, networks].forEach((one) => one.stop()); };
}

export default { render };
