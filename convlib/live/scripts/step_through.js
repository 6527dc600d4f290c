// Step a 3×3 kernel over a small picture. Everything up to `render` is pure and compared with convlib.
import {
  BOUNDARIES, announce, element, formatted, listen, onPoint, reflectIndex, setTrait, statusLines,
} from './shared.js';

export const OPERATIONS = ['cross-correlation', 'convolution'];

/** The picture (rows of numbers) with one more row and column on every side. */
export function pad(picture, boundary) {
  const [height, width] = [picture.length, picture[0].length];
  const at = (r, c) => (r < 0 || c < 0 ? 0 : picture[r][c]);
  return Array.from({ length: height + 2 }, (_, r) => Array.from({ length: width + 2 }, (__, c) => at(
    reflectIndex(r - 1, height, boundary), reflectIndex(c - 1, width, boundary),
  )));
}

/** The kernel as it lies on the picture. */
export function applied(kernel, operation) {
  return operation === 'convolution' ? kernel.map((row) => row.slice().reverse()).reverse() : kernel;
}

/** The nine products behind the output pixel in this row and column. */
export function products(picture, kernel, row, column, operation, boundary) {
  const padded = pad(picture, boundary);
  return applied(kernel, operation).map((weights, r) => weights.map(
    (weight, c) => weight * padded[row + r][column + c],
  ));
}

export const total = (numbers) => numbers.flat().reduce((a, b) => a + b, 0);

/** All output pixels. */
export function result(picture, kernel, operation, boundary) {
  return picture.map((line, r) => line.map(
    (_, c) => total(products(picture, kernel, r, c, operation, boundary)),
  ));
}

// ---------------------------------------------------------------------------------------------

/** A titled table of numbers; returns its cells, row by row. */
function table(parent, title, rows, columns, cellTag = 'span') {
  const box = element('div', 'live-table', parent);
  element('div', 'live-caption', box, title);
  const grid = element('div', 'live-grid', box);
  grid.style.setProperty('--columns', columns);
  return Array.from({ length: rows * columns }, () => element(cellTag, 'live-cell', grid));
}

function fill(cells, values) {
  const flat = values.flat();
  cells.forEach((cell, i) => {
    cell.textContent = formatted(flat[i]);
    cell.dataset.sign = Math.sign(flat[i]);
  });
}

const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

function render({ model, el }) {
  const picture = model.get('picture');
  const kernel = model.get('kernel');
  const [height, width] = [picture.length, picture[0].length];
  const tables = element('div', 'live-tables', el);
  const input = table(tables, 'picture and border', height + 2, width + 2);
  const weights = table(tables, 'kernel', 3, 3);
  const nine = table(tables, 'products', 3, 3);
  const output = table(tables, 'result: point at a pixel', height, width, 'button');
  const say = statusLines(el, 1, model);

  const goTo = (step) => setTrait(model, 'step', step);

  function draw() {
    const [operation, boundary] = [OPERATIONS[model.get('operation')], BOUNDARIES[model.get('boundary')]];
    const step = model.get('step');
    const [row, column] = [Math.floor(step / width), step % width];
    const parts = products(picture, kernel, row, column, operation, boundary);
    const answers = result(picture, kernel, operation, boundary);
    fill(input, pad(picture, boundary));
    input.forEach((cell, i) => {
      const [r, c] = [Math.floor(i / (width + 2)), i % (width + 2)];
      cell.classList.toggle('is-outside', r === 0 || c === 0 || r > height || c > width);
      cell.classList.toggle('is-window', r >= row && r < row + 3 && c >= column && c < column + 3);
    });
    fill(weights, applied(kernel, operation));
    fill(nine, parts);
    fill(output, answers);
    output.forEach((cell, i) => {
      cell.classList.toggle('is-later', i > step);
      cell.classList.toggle('is-window', i === step);
      cell.tabIndex = i === step ? 0 : -1;
      const where = `output at row ${Math.floor(i / width)}, column ${i % width}`;
      cell.setAttribute('aria-label', `${where}: ${formatted(answers.flat()[i])}`);
    });
    const terms = parts.flat().map((value) => (value < 0 ? `(${formatted(value)})` : formatted(value)));
    say([`Output at row ${row}, column ${column}: ${terms.join(' + ')} = ${formatted(total(parts))}`]);
  }

  output.forEach((cell, i) => {
    cell.type = 'button';
    onPoint(cell, () => goTo(i));
    cell.addEventListener('focus', () => goTo(i));
    cell.addEventListener('keydown', (event) => {
      const [down, right] = MOVES[event.key] || [];
      if (down === undefined) return;
      event.preventDefault();
      const r = Math.min(Math.max(Math.floor(i / width) + down, 0), height - 1);
      const c = Math.min(Math.max((i % width) + right, 0), width - 1);
      output[r * width + c].focus();
    });
  });
  draw();
  announce(el, 'Press play, or point at a pixel of the result.');
  const forget = listen(model, ['step', 'operation', 'boundary'], draw);
  return () => { forget(); say.stop(); };
}

export default { render };
