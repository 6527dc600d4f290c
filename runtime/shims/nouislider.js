// The official slider library with three changes.
//
// What the program sets is kept exactly (1/9 stays 1/9), and what the reader drags or moves by the arrow keys snaps to
// the step, or to a hundredth of the range for sliders that have none (`step=None` in Python).
//
// A finger moves a slider by a tap or by going to the side. Up and down it scrolls the page, as everywhere else.
//
// Home and End go to the ends of the present range; the library remembers the first.
import noUiSlider from 'nouislider-original';

const snap = (range) => Number(((range.max - range.min) / 100).toPrecision(1));

function keepExact(api, options, free) {
  const { set, updateOptions } = api;
  api.set = (value, fire) => set(value, fire, true);
  api.updateOptions = (changed, fire) => {
    updateOptions(free ? { ...changed, step: snap(changed.range || options.range) } : changed, fire);
    if (changed.start !== undefined) set(changed.start, fire, true);
  };
  set(options.start, false, true);
}

const SIDEWAYS = 6; // pixels that a finger moves before it is clear where to

function followFinger(api, target, options) {
  let drag = null;
  const handles = [...target.querySelectorAll('.noUi-handle')];
  // The library would act on the first touch. The mouse events that a browser makes of a tap go on reaching it.
  target.addEventListener('touchstart', (event) => event.stopPropagation(), { capture: true, passive: true });
  target.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch' || target.hasAttribute('disabled')) return;
    const nearest = handles.map((handle) => {
      const { left, width } = handle.getBoundingClientRect();
      return Math.abs(left + width / 2 - event.clientX);
    });
    const handle = nearest.indexOf(Math.min(...nearest));
    drag = { handle, x: event.clientX, y: event.clientY, from: [api.get(true)].flat()[handle], going: false };
  });
  target.addEventListener('pointermove', (event) => {
    if (!drag || event.pointerType !== 'touch') return;
    const [right, down] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.going && Math.abs(right) >= SIDEWAYS && Math.abs(right) > Math.abs(down)) {
      drag.going = true;
      target.setPointerCapture(event.pointerId);
      handles[drag.handle].focus({ preventScroll: true });
    }
    if (!drag.going) return;
    const { min, max } = api.options.range;
    const length = options.orientation === 'vertical' ? target.offsetHeight : target.offsetWidth;
    api.setHandle(drag.handle, drag.from + (right / length) * (max - min), true);
  });
  for (const end of ['pointerup', 'pointercancel']) target.addEventListener(end, () => { drag = null; });
}

function goToTheEnds(api, target, options) {
  const { updateOptions } = api;
  let { range } = options;
  api.updateOptions = (changed, fire) => {
    range = changed.range || range;
    updateOptions(changed, fire);
  };
  target.addEventListener('keydown', (event) => {
    const handle = [...target.querySelectorAll('.noUi-handle')].indexOf(event.target);
    if (handle < 0 || target.hasAttribute('disabled') || (event.key !== 'Home' && event.key !== 'End')) return;
    event.preventDefault();
    event.stopPropagation();
    api.setHandle(handle, event.key === 'Home' ? range.min : range.max, true);
  }, { capture: true });
}

function create(target, options) {
  const free = options.step === undefined || options.step === null;
  const api = noUiSlider.create(target, free ? { ...options, step: snap(options.range) } : options);
  keepExact(api, options, free);
  goToTheEnds(api, target, options);
  followFinger(api, target, options);
  return api;
}

export default { ...noUiSlider, create };
