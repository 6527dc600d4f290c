// The official slider library with two changes.
//
// For sliders that have no step (`step=None` in Python) what the program sets is kept exactly (1/9
// stays 1/9), and what the reader drags or moves by the arrow keys snaps to a hundredth of the range.
//
// For all sliders Home and End go to the ends of the present range; the library remembers the first.
import noUiSlider from 'nouislider-original';

const snap = (range) => Number(((range.max - range.min) / 100).toPrecision(1));

function keepExact(api, options) {
  const { set, updateOptions } = api;
  api.set = (value, fire) => set(value, fire, true);
  api.updateOptions = (changed, fire) => {
    updateOptions({ ...changed, step: snap(changed.range || options.range) }, fire);
    if (changed.start !== undefined) set(changed.start, fire, true);
  };
  set(options.start, false, true);
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
  if (free) keepExact(api, options);
  goToTheEnds(api, target, options);
  return api;
}

export default { ...noUiSlider, create };
