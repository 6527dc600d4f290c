// From pixel to answer: all maps of a network, in which any value can be chosen to see what it is made of.
import { element, fixed } from './shared.js';
import { extremes, paintGrey, paintSigned, percent } from './network_view.js';
import { answerOf, madeOf, mostFrom, mostTo, productsOf, sourceOf, way } from './through.js';

const HELP = 'Click any map to see what that value is made of. The marked square in the step above is where it comes from.';

function button(parent, words, act) {
  const made = element('button', 'live-tool', parent, words);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
}

/** A canvas that takes clicks on its squares, with room for marks on it. */
function clickable(parent, act) {
  const frame = element('div', 'live-through-map', parent);
  const canvas = element('canvas', '', frame);
  canvas.setAttribute('role', 'img');
  canvas.addEventListener('click', (event) => {
    const box = canvas.getBoundingClientRect();
    act(...[(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width]);
  });
  return { frame, canvas };
}

function mark(frame, side, { row, column, size }, className) {
  const [top, left] = [row, column].map((v) => Math.max(0, v));
  const [bottom, right] = [row, column].map((v) => Math.min(side, v + size));
  const made = element('span', className, frame);
  [['top', top], ['left', left], ['height', bottom - top], ['width', right - left]]
    .forEach(([name, squares]) => { made.style[name] = `${(100 * squares) / side}%`; });
}

/** A row of ten values in words that can be pressed: scores, or probabilities. */
function tenOf(parent, step, choose) {
  const list = element('div', 'live-through-ten', parent);
  return Array.from(step.values, (value, digit) => {
    const made = element('span', 'live-through-cell', list);
    element('b', '', made, String(digit));
    made.append(` ${step.kind === 'chances' ? percent(value).replace('under', '<').replace('over', '>') : fixed(value, 1)}`);
    made.addEventListener('click', () => choose(digit));
    return { frame: made };
  });
}

/**
 * A part of a figure that opens on demand. The returned function is told the network and the picture of now; nothing is
 * computed as long as it is shut.
 */
export function throughView(parent) {
  const details = element('details', 'live-through', parent);
  element('summary', '', details, 'From pixel to answer: every step of this network');
  element('p', 'live-caption', details, HELP);
  const tools = element('div', 'live-digit-tools', details);
  const words = element('p', 'live-through-words', details);
  words.setAttribute('role', 'status');
  const sum = element('div', 'live-through-sum', details);
  const list = element('div', '', details);
  let [given, steps, place, rows] = [null, [], null, []];

  function choose(next) { place = next; show(); }
  const back = button(tools, 'Back: what adds most to it', () => choose(mostFrom(steps, place)));
  const on = button(tools, 'On: where it adds most', () => choose(mostTo(steps, place)));
  button(tools, 'The answer', () => choose(answerOf(steps)));

  function build() {
    list.replaceChildren();
    rows = steps.map((step, index) => {
      element('div', 'live-caption', list, step.title);
      if (['scores', 'chances'].includes(step.kind)) {
        return tenOf(list, step, (channel) => choose({ step: index, channel, row: 0, column: 0 }));
      }
      const row = element('div', 'live-through-row', list);
      return Array.from({ length: step.channels }, (_, channel) => clickable(row, (down, right) => {
        const inside = (share) => Math.min(step.side - 1, Math.max(0, Math.floor(share * step.side)));
        const [r, c] = [down, right].map(inside);
        choose({ step: index, channel, row: r, column: c });
      }));
    });
  }

  function paint() {
    steps.forEach((step, index) => {
      if (!step.side || !rows[index][0].canvas) return;
      const reach = Math.max(...extremes(step.values).map(Math.abs));
      const area = step.side ** 2;
      rows[index].forEach(({ canvas }, channel) => {
        const map = step.values.subarray(area * channel, area * (channel + 1));
        if (step.kind === 'picture') paintGrey(canvas, map);
        else paintSigned(canvas, map, reach, 4);
        canvas.setAttribute('aria-label', `${step.title}, map ${channel}`);
      });
    });
  }

  /** For a sum of products: window, kernel and products of the input channel that adds most. */
  function showSum() {
    sum.replaceChildren();
    if (steps[place.step].kind !== 'sums') return;
    const each = productsOf(steps, place);
    const totals = each.map(({ products }) => products.reduce((a, b) => a + b, 0));
    const channel = totals.indexOf(Math.max(...totals));
    const { window, kernel, products } = each[channel];
    const of = each.length > 1 ? ` of map ${channel}, which adds most: ${fixed(totals[channel])}` : '';
    const shown = [[window, `the window${of}`], [kernel, 'times the kernel'], [products, 'is the products']];
    shown.forEach(([values, caption]) => {
      const box = element('div', 'live-picture', sum);
      const canvas = element('canvas', '', box);
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', caption);
      paintSigned(canvas, values, Math.max(...extremes(values).map(Math.abs)), 8);
      element('div', 'live-caption', box, caption);
    });
  }

  function show() {
    details.querySelectorAll('.live-through-here, .live-through-from').forEach((one) => one.remove());
    details.querySelectorAll('.is-chosen').forEach((one) => one.classList.remove('is-chosen'));
    const { frame } = rows[place.step][place.channel];
    if (steps[place.step].side > 0 && frame.querySelector('canvas')) {
      mark(frame, steps[place.step].side, { ...place, size: 1 }, 'live-through-here');
    } else frame.classList.add('is-chosen');
    const source = sourceOf(steps, place);
    if (source) {
      rows[place.step - 1].forEach(({ frame: other }, channel) => {
        const counts = source.channel === null || source.channel === channel;
        if (counts) mark(other, steps[place.step - 1].side, source, 'live-through-from');
      });
    }
    words.textContent = madeOf(steps, place);
    back.disabled = place.step === 0;
    on.disabled = place.step === steps.length - 1;
    showSum();
  }

  function update() {
    if (!details.open || !given) return;
    const before = steps.map(({ channels, side }) => `${channels} ${side}`).join();
    steps = way(...given);
    const same = before === steps.map(({ channels, side }) => `${channels} ${side}`).join();
    build();
    paint();
    if (!same || !place) place = answerOf(steps);
    show();
  }
  details.addEventListener('toggle', update);
  return (network, picture) => { given = [network, picture]; update(); };
}
