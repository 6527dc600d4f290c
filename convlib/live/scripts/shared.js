// What several live figures share: first pure functions, then small helpers for drawing and for words.

// --- numbers ---------------------------------------------------------------------------------

export const BOUNDARIES = ['edge', 'constant', 'reflect', 'symmetric', 'wrap'];

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

/** A number as it is written in a text: at most so many decimals, a true minus sign, never −0. */
export function formatted(value, decimals = 3) {
  return String(Number(value.toFixed(decimals)) + 0).replace('-', '−');
}

/** The same with exactly so many decimals. */
export function fixed(value, decimals = 2) {
  return (Number(value.toFixed(decimals)) + 0).toFixed(decimals).replace('-', '−');
}

/** Values as bytes: gain · value + shift, clipped to 0...1, times 255, rounded half up. */
export function toBytes(values, gain = 1, shift = 0) {
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = Math.floor(Math.min(Math.max(shift + gain * values[i], 0), 1) * 255 + 0.5);
  }
  return bytes;
}

/** Bytes in whatever form a trait holds them, as a Uint8Array. */
export function bytesOf(view) {
  if (Array.isArray(view)) return Uint8Array.from(view);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** The name of the preset ([name, values] each) that these numbers are, or "custom". */
export function presetName(kernel, presets) {
  const same = ([, values]) => values.every((v, i) => Math.abs(v - kernel[i]) < 1e-6);
  return presets.find(same)?.[0] ?? 'custom';
}

/** A sentence with `{places}` from the words of a figure, and what belongs there. */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

// --- the page --------------------------------------------------------------------------------

export function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

/** A part of an SVG drawing. */
export function shape(tag, attributes, parent, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

/** A number or word at an axis of an SVG drawing. */
export function tick(parent, x, y, words, attributes = {}) {
  return shape('text', { x, y, class: 'live-tick', 'text-anchor': 'middle', ...attributes }, parent, words);
}

/** A canvas with a caption below it. */
export function pictureFrame(parent, caption) {
  const box = element('div', 'live-picture', parent);
  const canvas = element('canvas', '', box);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `Picture ${caption}`);
  return { box, canvas, label: element('div', 'live-caption', box, caption) };
}

/** Red, green and blue as the one number that a point of an opaque picture is: lowest byte first. */
export const rgb = (red, green, blue) => (255 * 2 ** 24) + (blue << 16) + (green << 8) + red;

/** Fill a canvas of this size; `colourOf` gives each point's colour, as `rgb` makes it. */
export function drawPoints(canvas, height, width, colourOf) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  const points = new Uint32Array(image.data.buffer);
  for (let i = 0; i < points.length; i += 1) points[i] = colourOf(i);
  canvas.getContext('2d').putImageData(image, 0, 0);
}

/** Fill a canvas with one grey byte for each point. */
export function drawBytes(canvas, height, width, bytes) {
  drawPoints(canvas, height, width, (i) => rgb(bytes[i], bytes[i], bytes[i]));
}

/**
 * Lines of text that say what the drawing shows. The returned function takes one text for each line, or a
 * function that finds them; the first are put in at once, later ones when they have rested, so that nobody
 * hears every step of a drag. While a play runs (the trait `playing`) the lines change at once and nothing is
 * heard; where it ends is said.
 */
export function statusLines(parent, count, model) {
  const box = element('div', 'live-status', parent);
  box.setAttribute('role', 'status'); // polite: read out when the reader pauses
  const lines = Array.from({ length: count }, () => element('p', '', box));
  let timer;
  function say(words) {
    clearTimeout(timer);
    const write = () => {
      const found = typeof words === 'function' ? words() : words;
      lines.forEach((line, i) => {
        if (line.textContent !== (found[i] ?? '')) line.textContent = found[i] ?? '';
      });
    };
    if (lines.some((line) => line.textContent) && !model?.get('playing')) timer = setTimeout(write, 150);
    else write();
  }
  model?.on('change:playing', () => {
    if (model.get('playing')) { box.setAttribute('aria-live', 'off'); return; }
    box.removeAttribute('aria-live');
    const words = lines.map((line) => line.textContent);
    lines.forEach((line) => { line.textContent = ''; });
    requestAnimationFrame(() => lines.forEach((line, i) => { line.textContent ||= words[i]; }));
  });
  say.stop = () => clearTimeout(timer);
  return say;
}

/**
 * Draw as soon as the present event has been dealt with, but only once between two paints of the screen,
 * however often it is asked for: what comes later in a frame is drawn with the next one.
 */
export function onFrame(draw) {
  let [asked, frame] = [false, 0];
  const run = () => {
    if (asked) { asked = false; draw(); }
  };
  const nextFrame = () => {
    frame = asked ? requestAnimationFrame(nextFrame) : 0;
    run();
  };
  const ask = () => {
    asked = true;
    if (frame) return;
    frame = requestAnimationFrame(nextFrame);
    queueMicrotask(run);
  };
  ask.stop = () => { cancelAnimationFrame(frame); [asked, frame] = [false, 0]; };
  return ask;
}

export function setTrait(model, trait, value) {
  model.set(trait, value);
  model.save_changes();
}

/** Call `listener` when one of these traits changes; returns what ends that. */
export function listen(model, traits, listener) {
  const events = traits.map((trait) => `change:${trait}`);
  events.forEach((event) => model.on(event, listener));
  return () => events.forEach((event) => model.off(event, listener));
}

/** Menu of presets and sliders (traits k0, k1, ...) follow each other, whether or not a view is shown. */
export function followPresets(model, count) {
  const presets = model.get('presets');
  const kernel = () => Array.from({ length: count }, (_, i) => model.get(`k${i}`));
  let applying = false;
  model.on('change:preset', () => {
    const chosen = presets[model.get('preset')];
    if (!chosen) return; // custom: the sliders stay where they are
    applying = true;
    chosen[1].forEach((v, i) => model.set(`k${i}`, v));
    model.save_changes();
    applying = false;
  });
  listen(model, Array.from({ length: count }, (_, i) => `k${i}`), () => {
    if (applying) return;
    const index = [...presets.map(([name]) => name), 'custom'].indexOf(presetName(kernel(), presets));
    if (index !== model.get('preset')) setTrait(model, 'preset', index);
  });
}

const SIDEWAYS = 6; // pixels that a finger moves before it is clear where to

/**
 * Call `act` for a press and while it moves on. A finger acts by a tap or by going to the side: up and down it scrolls
 * the page. (The style sheet says `touch-action: pan-y`.) With `tap: false` a press alone does nothing.
 */
export function onPress(area, act, { tap = true } = {}) {
  let [from, going] = [null, false];
  const touches = (event) => event.pointerType === 'touch';
  area.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    [from, going] = [event, !touches(event)];
    if (!going) return;
    area.setPointerCapture(event.pointerId);
    if (tap) act(event);
  });
  area.addEventListener('pointermove', (event) => {
    if (!from) return;
    const [right, down] = [event.clientX - from.clientX, event.clientY - from.clientY].map(Math.abs);
    if (!going && right >= SIDEWAYS && right > down) {
      going = true;
      area.setPointerCapture(event.pointerId);
      act({ clientX: from.clientX, clientY: from.clientY, currentTarget: area }); // where it came from
    }
    if (going) act(event);
  });
  area.addEventListener('pointerup', (event) => {
    if (from && tap && !going) act(event);
    from = null;
  });
  area.addEventListener('pointercancel', () => { from = null; });
}

/** Call `act` when a mouse comes over something, or when it is clicked or tapped; not when a finger scrolls over it. */
export function onPoint(target, act) {
  target.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') act(); });
  target.addEventListener('click', act);
}

/** Say that the first picture is drawn, and, in a line above it, what to do first. */
export function announce(el, first) {
  if (first) el.prepend(element('p', 'live-do', null, first));
  el.dataset.liveReady = '';
  el.dispatchEvent(new CustomEvent('live-ready', { bubbles: true }));
}
