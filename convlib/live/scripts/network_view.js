// What the figures show that run the network: maps and shares in words and colours, and the data on the page.
import { announce, drawPoints, element, fixed, rgb } from './shared.js';
import { inflate, unpackDigits, unpackNetwork } from './network.js';

/** A share in a text, never rounded up to certainty. */
export function percent(share) {
  if (share > 0.999 && share < 1) return 'over 99.9 %';
  return share > 0 && share < 0.0005 ? 'under 0.1 %' : `${fixed(100 * share, 1)} %`;
}

/** Lowest and highest of the values. */
export function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
  return [low, high];
}

/** What a map shows, in words: its range, and where its ends are. */
export function mapInWords(map) {
  const side = Math.sqrt(map.length);
  const [low, high] = extremes(map);
  const place = (v) => `row ${Math.floor(map.indexOf(v) / side)}, column ${map.indexOf(v) % side}`;
  return `lowest ${fixed(low, 1)} at ${place(low)}; highest ${fixed(high, 1)} at ${place(high)}`;
}

// ---------------------------------------------------------------------------------------------

/** The bytes that several figures share lie in a widget of their own. */
async function sharedBytes(model, trait) {
  const other = await model.widget_manager.get_model(model.get(trait).replace('IPY_MODEL_', ''));
  return other.get('content');
}

/** Network and digits, or null, and a message on the page, if they are damaged or missing. */
export async function loadShared(model, el) {
  try {
    const [weights, digits] = await Promise.all([sharedBytes(model, 'network'), sharedBytes(model, 'digits')]);
    return [unpackNetwork(weights, model.get('shapes')), unpackDigits(await inflate(digits))];
  } catch (error) {
    const words = 'The network or the digits of this figure did not arrive whole. Run its cell, or build the page, again.';
    element('p', 'live-note', el, `${words} (${error.message})`).setAttribute('role', 'alert');
    announce(el);
    return null;
  }
}

/** Draw a square of values from 0 (black) to 1 (white). */
export function paintGrey(canvas, values) {
  const side = Math.sqrt(values.length);
  drawPoints(canvas, side, side, (i) => { const v = Math.round(255 * values[i]); return rgb(v, v, v); });
}

/**
 * Draw a square of values with signs, the same on light and dark pages: orange above zero, white at zero, blue and
 * striped below. Each value is a square of so many points, `reach` the size with the full colour.
 */
export function paintSigned(canvas, values, reach, points) {
  const side = Math.sqrt(values.length);
  const wide = side * points;
  const colours = { plain: new Uint32Array(values.length), stripe: new Uint32Array(values.length) };
  values.forEach((v, i) => {
    const share = Math.max(-1, Math.min(1, v / (reach || 1)));
    const [red, green, blue] = share < 0 ? [0, 114, 178] : [213, 94, 0];
    const paint = (light) => rgb(...[red, green, blue]
      .map((ink) => Math.round((255 + (ink - 255) * Math.abs(share)) * light)));
    colours.plain[i] = paint(1);
    colours.stripe[i] = share < -0.02 ? paint(0.7) : colours.plain[i];
  });
  drawPoints(canvas, wide, wide, (i) => {
    const y = Math.floor(i / wide);
    const x = i - y * wide;
    const value = Math.floor(y / points) * side + Math.floor(x / points);
    return (x + y) % points === 0 ? colours.stripe[value] : colours.plain[value];
  });
}

const short = (share) => percent(share).replace('over', '>').replace('under', '<');

/** A bar for each digit, with its share beside it as text. */
export function bars(parent, title) {
  const box = element('div', 'live-bars', parent);
  element('div', 'live-caption', box, title);
  const list = element('ol', '', box);
  list.start = 0;
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = element('li', '', list);
    element('span', 'live-bar-name', row, digit);
    const track = element('span', 'live-bar', row);
    return { row, fill: element('span', '', track), text: element('span', 'live-bar-text', row) };
  });
  return (shares, best, texts = Array.from(shares, short)) => rows.forEach(({ row, fill, text }, digit) => {
    fill.style.width = `${100 * shares[digit]}%`;
    text.textContent = texts[digit];
    row.classList.toggle('is-best', digit === best);
  });
}
