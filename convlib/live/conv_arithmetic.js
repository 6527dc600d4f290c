// Sizes of convolutional layers. Everything up to `render` is pure and compared with convlib.

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

/** How many inputs one output of the last layer reaches over. */
export function receptiveField(k, stride, dilation, layers) {
  let [field, jump] = [1, 1];
  for (let i = 0; i < layers; i += 1) {
    field += dilation * (k - 1) * jump;
    jump *= stride;
  }
  return field;
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
export function formula(n, k, stride, padding, dilation) {
  const size = outputSize(n, k, stride, padding, dilation);
  const inside = `${n} + 2·${padding} − ${dilation}·(${k} − 1) − 1`;
  return size
    ? `⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 = ⌊(${inside}) / ${stride}⌋ + 1 = ${size}`
    : `The kernel spans ${dilation * (k - 1) + 1}, the padded input only ${n + 2 * padding}: no output.`;
}

// ---------------------------------------------------------------------------------------------

const SVG = 'http://www.w3.org/2000/svg';
const ROW = 62;
const DIALS = ['n', 'k', 'stride', 'padding', 'dilation', 'layers'];

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

function draw(tag, parent, attributes) {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  parent.append(made);
  return made;
}

function render({ model, el }) {
  const svg = draw('svg', el, { role: 'img', class: 'live-plot' });
  const status = element('div', 'live-status', el);
  status.setAttribute('role', 'status');
  const lines = Array.from({ length: 3 }, () => element('p', '', status));
  let timer;

  const set = (trait, value) => { model.set(trait, value); model.save_changes(); };
  const dials = () => DIALS.map((name) => model.get(name));

  function say(words) {
    const write = () => lines.forEach((line, i) => { line.textContent = words[i] ?? ''; });
    clearTimeout(timer);
    timer = setTimeout(write, lines[0].textContent ? 150 : 0);
  }

  /** From cell numbers to pixels: the widest row, padding included, fills the width. */
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

  function drawCell(level, y, i, real, fed, { cell, x }, size) {
    const side = Math.min(cell - 3, 28);
    const group = draw('g', svg, {});
    draw('rect', group, {
      x: x(level, i) - side / 2, y: y - side / 2, width: side, height: side, rx: 3,
      class: `live-square${fed ? ' is-fed' : ''}${real ? '' : ' is-outside'}`,
    });
    draw('text', group, {
      x: x(level, i), y: y + 4, 'text-anchor': 'middle', class: 'live-square-text',
      'font-size': Math.min(12, side * 0.6),
    }).textContent = real ? i : '0';
    if (level === size && real) {
      group.classList.add('live-target');
      group.addEventListener('pointerenter', () => set('output', i));
      group.addEventListener('pointerdown', () => set('output', i));
    }
  }

  function redraw() {
    const [n, k, stride, padding, dilation, layers] = dials();
    const lengths = sizes(n, k, stride, padding, dilation, layers);
    const last = Math.max(lengths.at(-1) - 1, 0);
    if (model.get('last') !== last) set('last', last);
    if (model.get('output') > last) set('output', last);
    const output = Math.min(model.get('output'), last);
    const stand = places(k, stride, padding, dilation, layers);
    const width = Math.max(el.clientWidth, 240);
    const height = ROW * (layers + 1);
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.setAttribute('height', height);
    svg.replaceChildren();
    const where = scale(width, lengths, stand, padding);
    const y = (level) => height - ROW * (level + 0.5);
    const fed = lengths.at(-1) ? taps(output, n, k, stride, padding, dilation, layers).reverse()
      : lengths.map(() => []);
    for (let level = layers; level > 0; level -= 1) {
      for (const i of fed[level].filter((j) => j >= 0 && j < lengths[level])) {
        for (let tap = 0; tap < k; tap += 1) {
          const below = i * stride + tap * dilation - padding;
          draw('line', svg, {
            x1: where.x(level, i), y1: y(level), x2: where.x(level - 1, below), y2: y(level - 1), class: 'live-link',
          });
        }
      }
    }
    lengths.forEach((length, level) => {
      const ring = level < layers && length ? padding : 0;
      for (let i = -ring; i < length + ring; i += 1) {
        drawCell(level, y(level), i, i >= 0 && i < length, fed[level].includes(i), where, layers);
      }
    });
    const inputs = fed[0].filter((i) => i >= 0 && i < n);
    const reach = receptiveField(k, stride, dilation, layers);
    svg.setAttribute('aria-label', `Layers of ${lengths.join(', ')} cells; output ${output} is fed by inputs ${inputs.join(', ')}`);
    const missing = lengths.indexOf(0);
    const under = lengths[missing - 1];
    say(missing > 0
      ? [`Layer ${missing}: ${formula(under, k, stride, padding, dilation)}`]
      : [...lengths.slice(1, 2).map(() => `Size of layer 1: ${formula(n, k, stride, padding, dilation)}`),
        layers > 1 ? `Sizes from the input up: ${lengths.join(' → ')}` : '',
        `Output ${output} sees inputs ${inputs.join(', ') || 'none, padding only'}; receptive field: ${reach}`]);
  }

  const events = [...DIALS, 'output'].map((trait) => `change:${trait}`);
  redraw();
  const resized = new ResizeObserver(redraw);
  resized.observe(el);
  events.forEach((event) => model.on(event, redraw));
  el.dataset.liveReady = '';
  el.dispatchEvent(new CustomEvent('live-ready', { bubbles: true }));
  return () => {
    resized.disconnect();
    events.forEach((event) => model.off(event, redraw));
  };
}

export default { render };
