// What each challenge asks of a figure's state (the traits of its view), how far that is, and which slip it betrays.
// Every check returns {done, words}. Pure functions; the names are those in convlib/live/challenges.py.
import { outputSize, receptiveField, sizes } from './conv_arithmetic.js';
import { fixed, formatted } from './shared.js';
import { slipOf } from './challenges_slips.js';

const right = (words) => ({ done: true, words });
const wrong = (words) => ({ done: false, words });

/** The nine numbers in the middle of a kernel of size × size. */
export function nineOf(state) {
  const ring = (state.size - 3) / 2;
  return Array.from({ length: 9 }, (_, i) => state[`k${(Math.floor(i / 3) + ring) * state.size + (i % 3) + ring}`]);
}

/** Compare the lab's kernel, as convolution would use it, with the wanted one. */
function kernel(wanted, praise, hints = {}) {
  return (state, slips) => {
    const given = state.operation === 'cross-correlation' ? nineOf(state).reverse() : nineOf(state);
    const off = given.filter((value, i) => Math.abs(value - wanted[i]) > 0.02).length;
    if (!off) return right(praise);
    const slip = slipOf(given, wanted, 3, 0.02);
    const count = `${off} of 9 numbers ${off === 1 ? 'is' : 'are'} not right yet.`;
    return wrong(slip ? `${hints[slip] ?? slips[slip]} (${count})` : count);
  };
}

/** Numbers in a line of text, or null. */
export function numbersIn(text) {
  const parts = text.trim().split(/[\s,;]+/).map((part) => Number(part.replace('−', '-')));
  return parts.length && parts.every(Number.isFinite) ? parts : null;
}

/** Compare the second sequence of the window that slides with the wanted one. */
function sequence(wanted, praise) {
  return (state, slips) => {
    const typed = numbersIn(state.h);
    if (!typed) return wrong('h is not a list of numbers.');
    const given = state.operation === 'cross-correlation' ? [...typed].reverse() : typed;
    if (given.length !== wanted.length) {
      return wrong(`h has ${given.length} numbers; ${wanted.length} are enough.`);
    }
    if (given.every((value, i) => Math.abs(value - wanted[i]) < 1e-6)) return right(praise);
    const slip = slipOf(given, wanted, given.length, 1e-6);
    return wrong(slip ? slips[slip] : 'Not this h. Look at one output, and at which samples it uses.');
  };
}

/** The response of five numbers, centred, to so many cycles in 48 samples: its real and imaginary part. */
export function responseOf(state, cycles) {
  const parts = [0, 0];
  for (let i = 0; i < 5; i += 1) {
    const angle = (2 * Math.PI * cycles * (i - 2)) / 48;
    parts[0] += state[`k${i}`] * Math.cos(angle);
    parts[1] -= state[`k${i}`] * Math.sin(angle);
  }
  return parts;
}

const heightOf = (state, cycles) => Math.hypot(...responseOf(state, cycles));

const CHECKS = {
  t_of_largest_area({ f, g, t }) {
    if (f !== 'box' || g !== 'decay') return wrong('Choose box as f and decay as g.');
    if (Math.abs(t - 1) < 0.026) return right('At t = 1 the decay has just covered the whole box, with its highest part.');
    return t > 1
      ? wrong(`The overlap is full from t = 1 on, but the area falls again: t is ${fixed(t - 1)} too large.`)
      : wrong(`Part of the box is not covered yet: t is ${fixed(1 - t)} too small.`);
  },

  negative_area({ f, g, t }) {
    if (f !== 'box' || g !== 'up and down') return wrong('Choose box as f and up and down as g.');
    if (Math.abs(t - 2) < 0.026) return right('The −1 lies on all of the box, the +1 on none of it.');
    return wrong(t < 1.5 ? 'The +1 still covers more of the box than the −1 does.' : `Below zero, but not deepest: ${fixed(Math.abs(t - 2))} off.`);
  },

  one_echo({ direct, echo, decay, delay }) {
    if (direct < 0.995) return wrong('The direct sound should have strength 1.');
    if (delay !== 500) return wrong(`The echo comes after ${delay} milliseconds: ${Math.abs(delay - 500)} too ${delay < 500 ? 'early' : 'late'}.`);
    if (decay > 0.004) return wrong('Each echo has an echo: more than one arrives. What must "next echo" be?');
    if (Math.abs(echo - 0.5) > 0.006) return wrong(`The echo has strength ${fixed(echo)}, not half.`);
    return right('A click, and half a click half a second later: 1 at time 0 and ½ at time 0.5.');
  },

  a_tone({ sound, echo, decay, delay }) {
    if (sound !== 'click') return wrong('Choose click as the sound.');
    if (echo < 0.5 || decay < 0.85) return wrong('The echoes die away before they can become a note: make echo and next echo large.');
    const hertz = 1000 / delay;
    if (delay === 5) return right('Every 5 milliseconds: 200 in a second are heard as a note of 200 hertz.');
    return wrong(hertz < 20 ? `${formatted(hertz, 1)} echoes in a second are still heard one by one.` : `That is a note of ${formatted(hertz, 0)} hertz; wanted are 200.`);
  },

  differences: sequence([1, -1], 'Each sample minus the one before it. Without the flip it would be [-1, 1].'),
  echo_of_two: sequence([1, 0, 2], 'The signal, and twice the signal two places later: 1 at position 0, 2 at position 2.'),

  vanish(state) {
    const [slow, fast] = [heightOf(state, state.slow), heightOf(state, state.fast)];
    const [flat] = responseOf(state, state.slow);
    if (state.fast !== 12) return wrong('Set the fast wiggle to 12 cycles.');
    if (fast > 0.02) return wrong(`The fast wiggle keeps ${fixed(100 * fast, 0)} % of its height.`);
    if (flat < 0) return wrong('The fast wiggle is gone, but the slow one is upside down.');
    if (Math.abs(slow - 1) > 0.1) return wrong(`The fast wiggle is gone, but the slow one has ${fixed(100 * slow, 0)} % of its height: what should the kernel add up to?`);
    return right('The centre weighs as much as the two outermost, which are half a cycle away, and all add up to 1.');
  },

  upside_down(state) {
    const [[flat], [fastest]] = [responseOf(state, 0), responseOf(state, 24)];
    if (state.fast !== 24) return wrong('Set the fast wiggle to 24 cycles, the fastest there is.');
    if (Math.abs(flat - 1) > 0.03) return wrong(`The kernel adds up to ${fixed(flat)}: a flat signal does not stay as it is.`);
    if (fastest > -0.97) return wrong(`The fastest wiggle is multiplied by ${fixed(fastest)}, and should be by −1.`);
    return right('The two neighbours, half each: equal to a flat signal, opposite to the fastest.');
  },

  corner_of_23({ boundary }) {
    if (boundary === 'constant') return right('Zeros outside subtract nothing: 35 − 6 − 6.');
    const outside = { edge: 'two copies of the 7', symmetric: 'two copies of the 7', reflect: 'two mirrored 6s', wrap: 'two 5s' };
    return wrong(`Here ${outside[boundary]} lie outside and are subtracted. For 23 they must not subtract anything.`);
  },

  down: kernel([0, 0, 0, 0, 0, 0, 0, 1, 0], 'Convolution stamps each pixel one place down.', {
    turned: 'It moves the picture up: turned by 180°.',
    transposed: 'It moves the picture sideways: rows and columns are exchanged.',
  }),

  row_blur: kernel([0, 0, 0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0], 'Three thirds in the middle row.', {
    transposed: 'That averages a column: rows and columns are exchanged.',
    scale: 'An average, but the brightness changes: the numbers should add up to 1.',
  }),

  this_picture: kernel([2, 0, 0, 0, 0, 0, 0, 0, -1], 'Twice the pixel on one side, minus the one on the other.', {
    turned: 'The light comes from the other side: turned by 180°.',
  }),

  middle_spot({ family, image, sigma }) {
    if (family !== 'LoG' || image !== 'spots_and_stripes') return wrong('Choose the LoG and the spots and stripes.');
    if (sigma < 2.45) return wrong('A smaller spot is darker: the hat is too narrow.');
    return sigma > 3.45 ? wrong('A larger spot is darker: the hat is too wide.') : right('Its radius, 4, is near √2 σ.');
  },

  slanted({ family, image, theta }) {
    if (family !== 'Gabor' || image !== 'spots_and_stripes') return wrong('Choose Gabor and the spots and stripes.');
    const off = Math.abs(theta - 45);
    if (off <= 5) return right('The stripes of the kernel lie along those of the picture.');
    return wrong(Math.abs(theta - 135) <= 10 ? 'They lie across: 90 degrees off. The angle is that of the wave, not of the stripes.' : `${fixed(Math.min(off, 180 - off), 0)} degrees off.`);
  },

  halve({ n, k, stride, padding, dilation, layers }) {
    if (n !== 14 || k !== 3 || layers !== 1) return wrong('Set the input size to 14, the kernel to 3, and one layer.');
    const size = outputSize(n, k, stride, padding, dilation);
    if (size === 7) return right('⌊(14 + 2 − 3) / 2⌋ + 1 = 7. The same padding and stride make 14 of 28.');
    if (size === 6 && stride === 2) return wrong('6 outputs, off by one: the kernel has no room at the end. Give it padding.');
    return wrong(`${size} outputs; 7 are wanted, half of the input.`);
  },

  keep({ n, k, stride, padding, dilation, layers }) {
    if (k !== 5 || stride !== 1 || layers !== 1) return wrong('Set the kernel to 5, the stride to 1, and one layer.');
    const size = outputSize(n, k, stride, padding, dilation);
    if (size === n && dilation === 1) return right('Padding (k − 1) / 2 on each side.');
    return wrong(dilation > 1 ? 'Set the dilation to 1.' : `${n} become ${size}: ${Math.abs(n - size)} ${size < n ? 'too few' : 'too many'}.`);
  },

  see_fifteen({ n, k, stride, padding, dilation, layers }) {
    const field = receptiveField(k, stride, dilation, layers);
    if (k !== 3 || dilation !== 1) return wrong('Keep the kernel at 3 and the dilation at 1.');
    if (field !== 15) return wrong(`One output sees ${field} inputs; 15 are wanted.`);
    return sizes(n, k, stride, padding, dilation, layers).at(-1)
      ? right('1 + 2 + 2·2 + 2·4: each step is as long as the strides before it.')
      : wrong('That would see 15, but the input is too short for an output. Make n larger.');
  },

  blind({ example }) {
    if (example === 'stripes' || example === 'constant') return right('The loss falls to nothing, and the kernel is wrong: the picture never asks for the rest.');
    return wrong(`From the ${example} all nine numbers can be found. Which picture says less?`);
  },
};

/** Judge a state: whether it solves the challenge, and what to say. Menus are known by the name of what is chosen. */
export function judge(name, state, slips) {
  const { done, words } = CHECKS[name](state, slips);
  return [done, words];
}

/** The traits of a figure's view, with the names of what its menus show in place of their indices. */
export function stateOf(traits, menus) {
  const named = Object.entries(menus).map(([trait, options]) => [trait, options[traits[trait]]]);
  return { ...traits, ...Object.fromEntries(named) };
}
