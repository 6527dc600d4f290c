// The kernel as one table whose cells are its sliders: one stop of the Tab key, a colour for each sign.
import { setTrait } from './shared.js';

const STEP = 0.1; // of an arrow key, in a range of ten
const KEYS = { // neighbours to the right, steps up
  ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 10], PageDown: [0, -10], ArrowRight: [1, 0], ArrowLeft: [-1, 0],
};

/** The colour of a cell: the more of orange or of blue, the larger the value beside the largest. */
export function tint(value, largest) {
  const share = largest ? Math.round((60 * Math.abs(value)) / largest) : 0;
  return share ? `color-mix(in srgb, ${value > 0 ? '#d55e00' : '#0072b2'} ${share}%, #fff)` : '#fff';
}

/** The next value up or down: a multiple of the step, within the slider's ends. */
export function stepped(value, steps, low, high) {
  const moved = Number((Math.round((value + steps * STEP) / STEP) * STEP).toFixed(6));
  return Math.min(high, Math.max(low, moved)) + 0;
}

/**
 * Bring the table to life. The sliders are widgets beside the view, in the box that `bodyOf` finds; `tie` gives the
 * cell of the window on which a kernel value lies. Up and down change a value, left and right go to its neighbours.
 */
export function kernelTable({ model, bodyOf, tie }) {
  const ending = new AbortController();
  const sliders = () => [...(bodyOf()?.querySelectorAll('.live-kernel > .widget-slider') ?? [])];
  const handles = () => sliders().map((slider) => slider.querySelector('[role=slider]'));
  let here = 4;
  let bound = null;

  function paint() {
    const list = sliders();
    const values = list.map((_, i) => model.get(`k${i}`));
    const largest = Math.max(...values.map(Math.abs), 0);
    list.forEach((slider, i) => slider.style.setProperty('--tint', tint(values[i], largest)));
  }

  function settle() { // as soon as the view is in its box
    handles().forEach((handle, i) => { if (handle) handle.tabIndex = i === here ? 0 : -1; });
    paint();
    const table = bodyOf()?.querySelector('.live-kernel');
    if (!table || table === bound) return;
    bound = table;
    const on = (name, act) => table.addEventListener(name, act, { signal: ending.signal, capture: true });
    const placeOf = ({ target }) => sliders().findIndex((slider) => slider.contains(target));
    const mark = (event, tied) => { const i = placeOf(event); if (i >= 0) tie(i)?.classList.toggle('is-tied', tied); };
    for (const name of ['pointerover', 'focusin']) on(name, (event) => mark(event, true));
    for (const name of ['pointerout', 'focusout']) on(name, (event) => mark(event, false));
    on('focusin', (event) => { here = Math.max(0, placeOf(event)); settle(); });
    on('keydown', pressed);
  }

  function pressed(event) {
    const move = event.target.getAttribute('role') === 'slider' ? KEYS[event.key] : null;
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const list = handles();
    const [along, steps] = move;
    if (along) list[Math.min(list.length - 1, Math.max(0, here + along))].focus();
    else {
      const [low, high] = ['aria-valuemin', 'aria-valuemax'].map((name) => Number(event.target.getAttribute(name)));
      setTrait(model, `k${here}`, stepped(model.get(`k${here}`), steps, low, high));
    }
  }

  return { paint, settle, stop: () => ending.abort() };
}
