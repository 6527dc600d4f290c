// Two sequences and the window that slides. Everything up to `render` is pure and compared with convlib.
import {
  announce, element, formatted, listen, onPoint, setTrait, statusLines,
} from './shared.js';
import { readNumbers } from './numbers.js';

export const OPERATIONS = ['convolution', 'cross-correlation'];
export const MODES = ['full', 'same', 'valid'];
const LONGEST = { x: 8, h: 5 };

/** The numbers in a text, or what is wrong with it. */
export function parse(text, name) {
  const found = readNumbers(text, name);
  return found.values?.length > LONGEST[name] ? { problem: `Type at most ${LONGEST[name]} numbers for ${name}.` } : found;
}

/** h as it lies below x. */
export function turned(h, operation) {
  return operation === 'convolution' ? h.slice().reverse() : h.slice();
}

/** How many outputs of the full answer are left out before the first that is kept. */
export function dropped(m, mode) {
  return { full: 0, same: Math.floor((m - 1) / 2), valid: m - 1 }[mode];
}

/** How many outputs are kept; 0 or less when there is no valid position. */
export function outputs(n, m, mode) {
  return { full: n + m - 1, same: n, valid: n - m + 1 }[mode];
}

/** The products at output number `step`: place in x, value of x, value of the window, product. */
export function termsAt(x, h, operation, mode, step) {
  const start = step + dropped(h.length, mode) - h.length + 1;
  return turned(h, operation)
    .map((weight, i) => ({ place: start + i, value: x[start + i], weight }))
    .filter(({ value }) => value !== undefined)
    .map((term) => ({ ...term, product: term.value * term.weight }));
}

export function productsAt(...where) {
  return termsAt(...where).map(({ product }) => product);
}

/** All outputs that are kept. */
export function answer(x, h, operation, mode) {
  const length = Math.max(outputs(x.length, h.length, mode), 0);
  return Array.from({ length }, (_, step) => (
    productsAt(x, h, operation, mode, step).reduce((a, b) => a + b, 0)
  ));
}

// ---------------------------------------------------------------------------------------------

/** One row of cells: `values` from column `first` on, of `columns` in all. */
function line(parent, title, columns, first, values, cellTag = 'span') {
  const box = element('div', 'live-table', parent);
  element('div', 'live-caption', box, title);
  const grid = element('div', 'live-grid live-line', box);
  grid.style.setProperty('--columns', columns);
  return values.map((value, i) => {
    const cell = element(cellTag, 'live-cell', grid, formatted(value));
    cell.style.gridColumn = first + i + 1;
    cell.dataset.sign = Math.sign(value);
    cell.style.setProperty('--letters', Math.max(2, cell.textContent.length));
    return cell;
  });
}

const bracketed = (value) => (value < 0 ? `(${formatted(value)})` : formatted(value));

function render({ model, el }) {
  const rows = element('div', 'live-lines', el);
  const say = statusLines(el, 1, model);

  const goTo = (step) => setTrait(model, 'step', step);

  function fitSlider(last) {
    if (model.get('last') !== last) setTrait(model, 'last', last);
    if (model.get('step') > last) goTo(last);
  }

  function fail(problem) {
    rows.replaceChildren();
    say([problem]);
    fitSlider(0);
  }

  function outputRow(x, h, operation, mode, step, columns, shift) {
    const first = shift + dropped(h.length, mode);
    const answers = answer(x, h, operation, mode);
    const cells = line(rows, `y (${mode}): point at an output`, columns, first, answers, 'button');
    cells.forEach((cell, i) => {
      cell.type = 'button';
      cell.classList.toggle('is-window', i === step);
      cell.classList.toggle('is-later', i > step);
      cell.tabIndex = i === step ? 0 : -1;
      cell.setAttribute('aria-label', `output ${i}: ${formatted(answers[i])}`);
      onPoint(cell, () => goTo(i));
      cell.addEventListener('keydown', (event) => {
        const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!move || !cells[i + move]) return;
        event.preventDefault();
        goTo(i + move);
        rows.querySelector('button[tabindex="0"]').focus();
      });
    });
  }

  function draw() {
    const [x, h] = [parse(model.get('x'), 'x'), parse(model.get('h'), 'h')];
    if (x.problem || h.problem) { fail(x.problem || h.problem); return; }
    const [operation, mode] = [OPERATIONS[model.get('operation')], MODES[model.get('mode')]];
    const [n, m] = [x.values.length, h.values.length];
    if (outputs(n, m, mode) < 1) { fail('With “valid”, x must be at least as long as h.'); return; }
    fitSlider(outputs(n, m, mode) - 1);
    const step = Math.min(model.get('step'), outputs(n, m, mode) - 1);
    const [columns, shift] = [n + 2 * (m - 1), m - 1]; // room for the window on both sides
    const start = step + dropped(m, mode) - m + 1;
    const terms = termsAt(x.values, h.values, operation, mode, step);
    const focused = rows.contains(document.activeElement);
    rows.replaceChildren();
    const upper = line(rows, 'x', columns, shift, x.values);
    upper.forEach((cell, i) => cell.classList.toggle('is-window', i >= start && i < start + m));
    const name = operation === 'convolution' ? 'h turned round' : 'h as it is';
    line(rows, `${name}, at n = ${step}`, columns, shift + start, turned(h.values, operation));
    line(rows, 'products', columns, shift + (terms[0]?.place ?? 0), terms.map(({ product }) => product));
    outputRow(x.values, h.values, operation, mode, step, columns, shift);
    if (focused) rows.querySelector('button[tabindex="0"]').focus();
    const sum = terms.reduce((total, { product }) => total + product, 0);
    const written = terms.map(({ value, weight }) => `${bracketed(value)} · ${bracketed(weight)}`);
    say([`y[${step}] = ${written.join(' + ')} = ${formatted(sum)}`]);
  }

  draw();
  announce(el, 'Press play, or point at an output.');
  const forget = listen(model, ['x', 'h', 'operation', 'mode', 'step'], draw);
  return () => { forget(); say.stop(); };
}

export default { render };
