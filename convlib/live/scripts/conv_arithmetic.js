// Sizes of convolutional layers. Everything up to `render` is pure and compared with convlib.
import { announce, filled, listen, onFrame, onPoint, setTrait, shape, statusLines, tick } from './shared.js';

/** Length of the output, or 0 when the kernel does not fit into the padded input. */
export function outputSize(n, k, stride, padding, dilation) {
  const room = n + 2 * padding - dilation * (k - 1) - 1;
  return n < 1 || room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** Length of the input and of each layer's output. */
export function sizes(n, k, stride, padding, dilation, layers) {
  const list = [n];
  while (list.length <= layers) list.push(outputSize(list.at(-1), k, stride, padding, dilation));
  return list;
}

/** How many inputs one cell of each layer reaches over, from the input (1) up. */
export function receptiveFields(k, stride, dilation, layers) {
  const fields = [1];
  for (let jump = 1; fields.length <= layers; jump *= stride) fields.push(fields.at(-1) + dilation * (k - 1) * jump);
  return fields;
}

/** How many inputs one output of the last layer reaches over. */
export function receptiveField(k, stride, dilation, layers) {
  return receptiveFields(k, stride, dilation, layers).at(-1);
}

/** Cells of each layer, from the output down to the input, that feed one output. */
export function taps(output, n, k, stride, padding, dilation, layers) {
  const lengths = sizes(n, k, stride, padding, dilation, layers);
  const cells = [[output]];
  for (let level = layers; level > 0; level -= 1) {
    const real = cells.at(-1).filter((i) => i >= 0 && i < lengths[level]); // nothing feeds padding
    const fed = real.flatMap((i) => Array.from({ length: k }, (_, j) => i * stride + j * dilation - padding));
    cells.push([...new Set(fed)].sort((a, b) => a - b));
  }
  return cells;
}

/** Where each layer's cells stand, in input cells: of cell 0, and from cell to cell. */
export function places(k, stride, padding, dilation, layers) {
  const list = [[0, 1]];
  for (let i = 0; i < layers; i += 1) {
    const [first, jump] = list.at(-1);
    list.push([first + jump * ((dilation * (k - 1)) / 2 - padding), jump * stride]);
  }
  return list;
}

/** The formula with its floor, first in letters and then with numbers. */
export function formula(words, n, k, stride, padding, dilation) {
  const size = outputSize(n, k, stride, padding, dilation);
  const inside = `${n} + 2·${padding} − ${dilation}·(${k} − 1) − 1`;
  return size
    ? `⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 = ⌊(${inside}) / ${stride}⌋ + 1 = ${size}`
    : filled(words['too wide'], { span: dilation * (k - 1) + 1, room: n + 2 * padding });
}

/** What the drawing shows, in up to three sentences. */
export function describe(words, output, n, k, stride, padding, dilation, layers) {
  const lengths = sizes(n, k, stride, padding, dilation, layers);
  const missing = lengths.indexOf(0);
  const written = formula(words, missing > 0 ? lengths[missing - 1] : n, k, stride, padding, dilation);
  if (missing > 0) return [filled(words['no output'], { layer: missing, formula: written })];
  const inputs = taps(output, n, k, stride, padding, dilation, layers).at(-1).filter((i) => i >= 0 && i < n);
  const fields = receptiveFields(k, stride, dilation, layers);
  return [
    filled(words.size, { formula: written }),
    layers > 1 ? filled(words.sizes, { sizes: lengths.join(' → '), fields: fields.join(' → ') }) : '',
    filled(words.sees, { output, inputs: inputs.join(', ') || words.none, field: fields.at(-1) }),
  ];
}

// ---------------------------------------------------------------------------------------------

const ROW = 62;
const LABEL = 15; // height of a row's own line of text
const DIALS = ['n', 'k', 'stride', 'padding', 'dilation', 'layers'];

/** Functions from cell numbers to pixels: the widest row, padding included, fills the width. */
function scale(width, lengths, stand, padding) {
  const ends = lengths.flatMap((length, level) => {
    const ring = level < lengths.length - 1 ? padding : 0;
    const [first, jump] = stand[level];
    return length ? [first - ring * jump, first + (length - 1 + ring) * jump] : [];
  });
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const cell = Math.min(34, width / (high - low + 1.2));
  const left = (width - cell * (high - low)) / 2;
  return { cell, x: (level, i) => left + cell * (stand[level][0] + stand[level][1] * i - low) };
}

function drawCell(parent, x, y, side, words, kind) {
  const group = shape('g', {}, parent);
  const corner = { x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 3 };
  shape('rect', { ...corner, class: `live-square${kind}` }, group);
  const font = Math.min(12, side * 0.6);
  tick(group, x, y + font / 3, words, { class: 'live-square-text', 'font-size': font });
  return group;
}

function render({ model, el }) {
  const svg = shape('svg', { role: 'img', class: 'live-plot' }, el);
  const say = statusLines(el, 3);
  const words = model.get('words');

  function drawLinks(fed, lengths, [, k, stride, padding, dilation], where, y) {
    for (let level = lengths.length - 1; level > 0; level -= 1) {
      for (const i of fed[level].filter((j) => j >= 0 && j < lengths[level])) {
        for (let tap = 0; tap < k; tap += 1) {
          const below = i * stride + tap * dilation - padding;
          const [x1, x2] = [where.x(level, i), where.x(level - 1, below)];
          shape('line', { x1, y1: y(level), x2, y2: y(level - 1), class: 'live-link' }, svg);
        }
      }
    }
  }

  function drawRow(level, length, ring, fed, where, y) {
    const side = Math.min(where.cell - 3, 28);
    for (let i = -ring; i < length + ring; i += 1) {
      const real = i >= 0 && i < length;
      const kind = `${fed.includes(i) ? ' is-fed' : ''}${real ? '' : ' is-outside'}`;
      const group = drawCell(svg, where.x(level, i), y, side, real ? i : '0', kind);
      if (level === model.get('layers') && real) {
        group.classList.add('live-target'); // the slider does the same for the keyboard
        onPoint(group, () => setTrait(model, 'output', i));
      }
    }
  }

  function draw() {
    const dials = DIALS.map((name) => model.get(name));
    const [, k, stride, padding, dilation, layers] = dials;
    const lengths = sizes(...dials);
    const last = Math.max(lengths.at(-1) - 1, 0);
    if (model.get('last') !== last) setTrait(model, 'last', last);
    if (model.get('output') > last) setTrait(model, 'output', last);
    const output = model.get('output');
    const fields = receptiveFields(k, stride, dilation, layers);
    const [width, height] = [Math.max(el.clientWidth, 240), (ROW + LABEL) * (layers + 1)];
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.setAttribute('height', height);
    svg.replaceChildren();
    const where = scale(width, lengths, places(k, stride, padding, dilation, layers), padding);
    const y = (level) => height - (ROW + LABEL) * (level + 0.5) + LABEL / 2;
    const fed = lengths.at(-1) ? taps(output, ...dials).reverse() : lengths.map(() => []);
    drawLinks(fed, lengths, dials, where, y);
    lengths.forEach((length, level) => {
      drawRow(level, length, level < layers && length ? padding : 0, fed[level], where, y(level));
      const row = filled(level ? words.row : words.input, { layer: level, size: length, field: fields[level] });
      tick(svg, 0, y(level) - 22, row, { 'text-anchor': 'start', class: 'live-tick live-row-name' });
    });
    const sentences = describe(words, output, ...dials);
    svg.setAttribute('aria-label', `${filled(words.layers, { sizes: lengths.join(', ') })} ${sentences.at(-1)}`);
    say(sentences);
  }

  draw();
  const redraw = onFrame(draw);
  const resized = new ResizeObserver(redraw);
  resized.observe(el);
  const forget = listen(model, [...DIALS, 'output'], redraw);
  announce(el, 'Point at an output cell to see what feeds it.');
  return () => {
    resized.disconnect();
    forget();
    [redraw, say].forEach((one) => one.stop());
  };
}

export default { render };
