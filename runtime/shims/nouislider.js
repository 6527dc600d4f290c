// The official slider library with one change, for sliders that have no step (`step=None` in Python):
// what the program sets is kept exactly (1/9 stays 1/9), what the reader drags or types with the
// arrow keys snaps to a hundredth of the range.
import noUiSlider from 'nouislider-original';

const snap = (range) => Number(((range.max - range.min) / 100).toPrecision(1));

function create(target, options) {
  if (options.step !== undefined && options.step !== null) return noUiSlider.create(target, options);
  const api = noUiSlider.create(target, { ...options, step: snap(options.range) });
  const { set, updateOptions } = api;
  api.set = (value, fire) => set(value, fire, true);
  api.updateOptions = (changed, fire) => {
    updateOptions({ ...changed, step: snap(changed.range || options.range) }, fire);
    if (changed.start !== undefined) set(changed.start, fire, true);
  };
  set(options.start, false, true);
  return api;
}

export default { ...noUiSlider, create };
