// A room made of echoes. Everything up to `render` is pure and compared with convlib.

export const RATE = 16000; // samples per second, as convlib.data.SAMPLE_RATE
export const SOUNDS = ['pluck', 'three_notes', 'click'];
export const SECONDS = 1.5; // length of the impulse response
export const FAINT = 0.001; // weaker echoes are left out
export const COLUMNS = 500; // of a drawn waveform

const NOTES = [262, 330, 392];

const peak = (samples) => samples.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

function atPeak(samples, level = 0.9) {
  const gain = level / peak(samples);
  return samples.map((v) => v * gain);
}

/** A plucked string: ten harmonics, the high ones fading first; as convlib.data.pluck. */
export function pluck(frequency, duration) {
  const sound = new Float64Array(Math.max(1, Math.round(duration * RATE)));
  for (let n = 1; n <= 10 && n * frequency < RATE / 2; n += 1) {
    for (let i = 0; i < sound.length; i += 1) {
      const t = i / RATE;
      sound[i] += Math.sin(2 * Math.PI * frequency * n * t) * Math.exp(-3 * n ** 0.7 * t) / n;
    }
  }
  return atPeak(sound.map((v, i) => v * Math.min(i / RATE / 0.003, 1)));
}

/** A string of 0.8 seconds; the last twentieth of a second fades, lest it click. */
function note(frequency) {
  const sound = pluck(frequency, 0.8);
  return sound.map((v, i) => v * Math.min((sound.length - i) / 800, 1));
}

/** The sound with no room around it. */
export function drySound(name) {
  if (name === 'click') return Float64Array.of(1);
  if (name === 'pluck') return note(220);
  const gap = Math.round(0.25 * RATE);
  const notes = NOTES.map(note);
  const sound = new Float64Array(2 * gap + notes[0].length);
  notes.forEach((one, k) => one.forEach((v, i) => { sound[k * gap + i] += v; }));
  return atPeak(sound);
}

/** The room's answer to a click, as its few samples that are not zero: [[sample, strength], ...]. */
export function echoes({ direct, delay, echo, decay }) {
  const step = Math.floor((delay * RATE) / 1000);
  const found = direct === 0 ? [] : [[0, direct]];
  let strength = echo;
  for (let at = step; at < SECONDS * RATE && strength >= FAINT; at += step) {
    found.push([at, strength]);
    strength *= decay;
  }
  return found;
}

/** The same as a list of samples. */
export function impulseResponse(settings) {
  const response = new Float64Array(SECONDS * RATE);
  echoes(settings).forEach(([at, strength]) => { response[at] = strength; });
  return response;
}

/** Convolution as the sum of copies: of x, one for each [sample, strength] of a response of this length. */
export function addCopies(x, copies, length) {
  const y = new Float64Array(x.length + length - 1);
  copies.forEach(([at, strength]) => {
    for (let i = 0; i < x.length; i += 1) y[at + i] += strength * x[i];
  });
  return y;
}

/** Smallest and largest value in each of so many columns over `total` samples; zeros after the end. */
export function envelope(samples, total, columns) {
  return Array.from({ length: columns }, (_, c) => {
    const start = Math.floor((c * total) / columns);
    const end = Math.floor(((c + 1) * total) / columns);
    let [low, high] = end > samples.length ? [0, 0] : [Infinity, -Infinity];
    for (let i = start; i < Math.min(end, samples.length); i += 1) {
      if (samples[i] < low) low = samples[i];
      if (samples[i] > high) high = samples[i];
    }
    return [low, high];
  });
}

const number = (v) => String(Number(v.toFixed(2)) + 0).replace('-', '−');

/** The room in words, for those who read or hear it. */
export function describe(copies, loudest) {
  const first = copies.slice(0, 4).map(([at, strength]) => `${number(strength)} at ${(1000 * at) / RATE} ms`);
  const rest = copies.length - first.length;
  const more = rest > 0 ? `; and ${rest} more` : '';
  return [
    `Impulse response: ${first.join('; ') || 'silence'}${more}.`,
    `The output is the sum of ${copies.length} ${copies.length === 1 ? 'copy' : 'copies'} of the sound. `
    + `Its largest value is ${number(loudest)}.`,
  ];
}

// ---------------------------------------------------------------------------------------------

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

function shape(tag, className, parent) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  made.setAttribute('class', className);
  parent?.append(made);
  return made;
}

const [WIDE, HIGH] = [1000, 100]; // of a chart's drawing, stretched to the width that there is
const digits = (v) => v.toFixed(3);

/** A chart over time: `from` and `to` are the values at the bottom and the top. */
function chart(parent, name, title) {
  const box = element('div', `echo-chart is-${name}`, parent);
  element('div', 'live-caption', box, title);
  const plot = element('div', 'echo-plot', box);
  const svg = shape('svg', '', plot);
  svg.setAttribute('viewBox', `0 0 ${WIDE} ${HIGH}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  const [grid, axis, drawing, dots] = ['grid', 'axis', name, `dots ${name}`].map((c) => shape('path', c, svg));
  const labels = [0, 1].map(() => element('span', 'echo-label', plot));
  labels.forEach((label) => label.setAttribute('aria-hidden', 'true'));
  let [from, to] = [-1, 1];
  const height = (v) => HIGH * ((to - v) / (to - from));
  return {
    svg, drawing, dots, height,
    scale(low, high, seconds) {
      [from, to] = [low, high];
      axis.setAttribute('d', `M0 ${digits(height(0))}H${WIDE}`);
      const marks = Array.from({ length: Math.floor(2 * seconds) + 1 }, (_, i) => (i / 2 / seconds) * WIDE);
      grid.setAttribute('d', marks.map((x) => `M${digits(x)} 0V${HIGH}`).join(''));
      [0, Math.floor(high)].forEach((v, i) => {
        labels[i].textContent = v;
        labels[i].style.top = `${digits(height(v))}%`;
      });
    },
    wave(columns) {
      const at = (c) => digits(((c + 0.5) / columns.length) * WIDE);
      const over = columns.map(([, high], c) => `${at(c)} ${digits(height(high))}`);
      const under = columns.map(([low], c) => `${at(c)} ${digits(height(low))}`).reverse();
      drawing.setAttribute('d', `M${[...over, ...under].join('L')}Z`);
    },
  };
}

function timeAxis(parent) {
  const axis = element('div', 'echo-times', parent);
  axis.setAttribute('aria-hidden', 'true');
  return (seconds) => {
    axis.replaceChildren();
    for (let t = 0; t <= seconds; t += 0.5) {
      element('span', '', axis, `${t}${t === 0 ? ' s' : ''}`).style.left = `${(100 * t) / seconds}%`;
    }
  };
}

/** Plays one sound at a time, and only when asked; `changed` learns which, or null. */
function player(changed) {
  let context;
  let source;
  const stop = () => { // a source that has ended may be stopped again
    if (!source) return;
    source.onended = null;
    source.stop();
    source = undefined;
    changed(null);
  };
  return {
    stop,
    play(which, samples, gain) {
      stop();
      context ??= new AudioContext(); // not before the first press: browsers ask for that
      context.resume();
      const buffer = context.createBuffer(1, samples.length, RATE);
      buffer.copyToChannel(Float32Array.from(samples, (v) => v * gain), 0);
      source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      source.onended = () => { source = undefined; changed(null); };
      source.start();
      changed(which);
    },
    close() { stop(); context?.close(); },
  };
}

const BUTTONS = { dry: 'Hear it alone', wet: 'Hear it in the room' };

function render({ model, el }) {
  const bar = element('div', 'echo-buttons', el);
  const buttons = Object.fromEntries(Object.entries(BUTTONS).map(([which, text]) => {
    const button = element('button', 'echo-button', bar, `▶ ${text}`);
    button.type = 'button';
    return [which, button];
  }));
  const panels = {
    x: chart(el, 'x', 'the sound, x'),
    h: chart(el, 'h', '∗ impulse response of the room, h'),
    y: chart(el, 'y', '= the sound in the room, x ∗ h'),
  };
  const showTimes = timeAxis(el);
  const status = element('div', 'live-status', el);
  status.setAttribute('role', 'status');
  const lines = [0, 1].map(() => element('p', '', status));
  let [x, y, seconds] = [[], [], 1];
  let [waiting, timer, playing] = [0, undefined, null];

  const speaker = player((which) => {
    playing = which;
    Object.entries(buttons).forEach(([name, button]) => {
      button.textContent = name === which ? '■ Stop' : `▶ ${BUTTONS[name]}`;
    });
  });

  function prepare() { // what depends on the sound alone
    const name = SOUNDS[model.get('sound')];
    x = drySound(name);
    const total = x.length + SECONDS * RATE - 1;
    seconds = total / RATE;
    panels.x.scale(-1.05, 1.05, seconds);
    panels.x.wave(envelope(x, total, COLUMNS));
    panels.x.svg.setAttribute('aria-label', `Waveform of the sound: ${name.replace('_', ' ')}`);
    showTimes(seconds);
  }

  function draw() {
    waiting = 0;
    const settings = Object.fromEntries(['direct', 'delay', 'echo', 'decay'].map((t) => [t, model.get(t)]));
    const copies = echoes(settings);
    y = addCopies(x, copies, SECONDS * RATE);
    const loudest = peak(y);
    const reach = 1.05 * Math.max(1, loudest);
    panels.h.scale(-0.08, 1.1, seconds);
    const places = copies.map(([at, strength]) => [
      digits((at / RATE / seconds) * WIDE), digits(panels.h.height(strength))]);
    panels.h.drawing.setAttribute('d', places.map(([left, top]) => `M${left} ${digits(panels.h.height(0))}V${top}`).join(''));
    panels.h.dots.setAttribute('d', places.map(([left, top]) => `M${left} ${top}h0`).join(''));
    panels.y.scale(-reach, reach, seconds);
    panels.y.wave(envelope(y, y.length, COLUMNS));
    return describe(copies, loudest);
  }

  function tell(words) {
    lines.forEach((p, i) => { if (p.textContent !== words[i]) p.textContent = words[i]; });
    panels.h.svg.setAttribute('aria-label', words[0]);
    panels.y.svg.setAttribute('aria-label', `Waveform of the sound in the room. ${words[1]}`);
  }

  const redraw = () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      const words = draw();
      clearTimeout(timer);
      timer = setTimeout(() => tell(words), 150); // when the slider rests
    });
  };
  const change = () => { prepare(); redraw(); };

  Object.entries(buttons).forEach(([which, button]) => button.addEventListener('click', () => {
    if (playing === which) { speaker.stop(); return; }
    const gain = 0.9 / Math.max(1, peak(y)); // the same for both, so that they compare
    try {
      speaker.play(which, which === 'dry' ? x : y, gain);
    } catch {
      lines[1].textContent = 'This browser cannot play sound here; the charts show the same.';
    }
  }));
  prepare();
  tell(draw());
  const listeners = [
    ...['direct', 'delay', 'echo', 'decay'].map((trait) => [`change:${trait}`, redraw]),
    ['change:sound', change],
  ];
  listeners.forEach(([event, listener]) => model.on(event, listener));
  el.dataset.liveReady = '';
  el.dispatchEvent(new CustomEvent('live-ready', { bubbles: true }));
  return () => {
    cancelAnimationFrame(waiting);
    clearTimeout(timer);
    speaker.close();
    listeners.forEach(([event, listener]) => model.off(event, listener));
  };
}

export default { render };
