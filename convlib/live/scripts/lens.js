// The zoom lens and the divider of the kernel lab.
import {
  element, fixed, formatted, listen, onPress, reflectIndex, setTrait, statusLines,
} from './shared.js';

export const LUMINANCE = [0.2126, 0.7152, 0.0722]; // ITU-R BT.709, as convlib.to_grey

/** Brightness of a pixel, also beyond the border. Planes are red, green and blue, or the brightness alone. */
export function brightnessAt(planes, height, width, row, column, boundary) {
  const [r, c] = [reflectIndex(row, height, boundary), reflectIndex(column, width, boundary)];
  if (r < 0 || c < 0) return 0;
  if (planes.length === 1) return planes[0][r * width + c];
  return LUMINANCE.reduce((sum, share, i) => sum + share * planes[i][r * width + c], 0);
}

/**
 * What the lens shows at a pixel: cells row by row, those under the kernel with the weight that lies on them,
 * and the sum of the products. Filtering and taking the brightness may change places, so the sum is the
 * brightness of the filtered pixel. A small kernel is shown with one ring of pixels around it.
 */
export function lensAt(planes, height, width, weights, row, column, boundary) {
  const size = Math.sqrt(weights.length);
  const half = (size - 1) / 2;
  const reach = size === 3 ? 2 : half;
  const columns = 2 * reach + 1;
  const cells = Array.from({ length: columns ** 2 }, (_, i) => {
    const [down, right] = [Math.floor(i / columns) - reach, (i % columns) - reach];
    const under = Math.max(Math.abs(down), Math.abs(right)) <= half;
    const [r, c] = [row + down, column + right];
    return {
      value: brightnessAt(planes, height, width, r, c, boundary),
      weight: under ? weights[(down + half) * size + right + half] : null,
      outside: r < 0 || c < 0 || r >= height || c >= width,
    };
  });
  return { columns, cells, sum: cells.reduce((sum, { value, weight }) => sum + value * (weight ?? 0), 0) };
}

/** The same in words; `drawn` are the bytes of the pixel on the screen. */
export function lensWords(row, column, sum, drawn, grey) {
  const shown = grey ? drawn[0] : `red ${drawn[0]}, green ${drawn[1]}, blue ${drawn[2]}`;
  return `Row ${row}, column ${column}: ${grey ? '' : 'brightness '}sum ${fixed(sum)}, drawn ${shown}`;
}

// ---------------------------------------------------------------------------------------------

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const within = (value, low, high) => Math.min(Math.max(value, low), high);

/** The window under the kernel: in each cell a pixel, the weight on it and their product; below, the sum. */
function windowTable(parent) {
  element('div', 'live-caption', parent, 'pixel × kernel value = product');
  const grid = element('div', 'live-window', parent);
  const sum = element('div', 'live-sum', parent);
  const swatch = element('span', 'live-swatch', sum);
  const total = element('span', '', sum);
  const say = statusLines(parent, 1);
  let cells = [];
  function fill(found) {
    if (cells.length !== found.length) {
      const columns = Math.sqrt(found.length);
      grid.replaceChildren();
      grid.style.setProperty('--columns', columns);
      grid.classList.toggle('is-fine', columns > 3);
      cells = found.map(() => element('span', 'live-window-cell', grid));
    }
    found.forEach(({ value, weight, outside }, i) => {
      const byte = Math.round(255 * within(value, 0, 1));
      cells[i].style.cssText = `background: rgb(${byte}, ${byte}, ${byte}); color: ${byte > 118 ? '#000' : '#fff'}`;
      cells[i].classList.toggle('is-outside', outside);
      cells[i].replaceChildren(fixed(value));
      element('span', '', cells[i], `× ${formatted(weight, 2)}`);
      element('b', '', cells[i], fixed(value * weight));
    });
  }
  function show(found, result, drawn) {
    fill(found);
    total.textContent = `sum ${fixed(result)}`;
    swatch.style.background = `rgb(${drawn[0]}, ${drawn[1]}, ${drawn[2]})`;
  }
  return { show, say, cellAt: (i) => cells[i] };
}

/**
 * The lens over two scenes (a picture each, the second one takes the keys): a mark on the pixel that is looked at,
 * the middle at first, and its window in a table. `sizeOf` tells the size of the picture, `look` what is to be seen
 * at a row and column. The mouse shows it in passing; a click, a tap, a key or Python puts it into the traits `row`
 * and `column`, where it stays.
 */
export function makeLens({ model, panel, scenes, sizeOf, look }) {
  const { show, say, cellAt } = windowTable(panel);
  const marks = scenes.map((scene) => element('div', 'live-mark', scene));
  let passing = null;

  function kept() {
    const { height, width } = sizeOf();
    const [row, column] = [model.get('row'), model.get('column')];
    return row < 0 || column < 0 ? null : [Math.min(row, height - 1), Math.min(column, width - 1)];
  }

  function middle() {
    const { height, width } = sizeOf();
    return [Math.floor(height / 2), Math.floor(width / 2)];
  }

  function keep(place) {
    passing = null;
    const [row, column] = place ?? [-1, -1];
    model.set('row', row);
    model.set('column', column);
    model.save_changes();
    draw();
  }

  function draw() {
    const place = passing ?? kept() ?? middle();
    const { height, width } = sizeOf();
    const { cells, sum, drawn, words } = look(...place);
    show(cells.filter(({ weight }) => weight !== null), sum, drawn);
    say([words]);
    marks.forEach((mark) => {
      mark.style.top = `${(100 * (place[0] + 0.5)) / height}%`;
      mark.style.left = `${(100 * (place[1] + 0.5)) / width}%`;
    });
  }

  function under(event) {
    const { height, width } = sizeOf();
    const area = event.currentTarget.getBoundingClientRect();
    const part = [(event.clientY - area.top) / area.height, (event.clientX - area.left) / area.width];
    return [height, width].map((n, i) => within(Math.floor(part[i] * n), 0, n - 1));
  }

  function moved(event) {
    if (!event.buttons && event.pointerType === 'mouse') { passing = under(event); draw(); }
  }

  function pressed(event) {
    const { height, width } = sizeOf();
    if (event.key === 'Escape') keep(null);
    else if (STEPS[event.key]) {
      const far = event.shiftKey ? 10 : 1;
      const [down, right] = STEPS[event.key];
      const [row, column] = kept() ?? middle();
      keep([within(row + far * down, 0, height - 1), within(column + far * right, 0, width - 1)]);
    } else return;
    event.preventDefault();
  }

  for (const scene of scenes) {
    onPress(scene, (event) => keep(under(event)));
    scene.addEventListener('pointermove', moved);
    scene.addEventListener('pointerleave', () => { if (passing) { passing = null; draw(); } });
    scene.addEventListener('keydown', pressed);
  }
  const stopListening = listen(model, ['row', 'column'], draw);
  return { draw, cellAt, stop() { say.stop(); stopListening(); } };
}

/** The line between before and after in one picture; a drag sets the trait `divider`, as its slider does. */
export function makeDivider({ model, scene, over }) {
  const handle = element('div', 'live-handle', scene);
  handle.setAttribute('aria-hidden', 'true'); // the slider is the control; this is for finger and mouse
  const place = () => {
    const share = 100 * model.get('divider');
    over.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    handle.style.left = `${share}%`;
  };
  for (const name of ['pointerdown', 'pointermove', 'pointerup']) { // not for the lens
    handle.addEventListener(name, (event) => event.stopPropagation());
  }
  onPress(handle, (event) => {
    const { left, width } = scene.getBoundingClientRect();
    setTrait(model, 'divider', Math.round(100 * within((event.clientX - left) / width, 0, 1)) / 100);
  }, { tap: false });
  place();
  return listen(model, ['divider'], place);
}
