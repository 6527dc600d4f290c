// States of a figure: set by words in the text, taken back, put into a link and read from one. A state is an object of
// traits of the figure's view, menus by the name of what is chosen.

/** The values as the view's traits hold them; what the figure does not have, or cannot be, is left out. */
export function traitsOf(state, traits, menus) {
  const entries = Object.entries(state).map(([name, value]) => {
    const plain = (text) => String(text).replace(/_/g, ' ');
    if (menus[name]) return [name, menus[name].findIndex((option) => plain(option) === plain(value))];
    return [name, typeof traits[name] === 'number' ? Number(value) : value];
  });
  const fits = ([name, value]) => name in traits && !name.startsWith('_') && typeof value === typeof traits[name]
    && (typeof value === 'string' ? value.length < 100 : Number.isFinite(value) && Math.abs(value) <= 1000)
    && !(menus[name] && value < 0);
  return Object.fromEntries(entries.filter(fits));
}

/** What has changed, as the query of an address: `KernelLab.k4=4`. */
export function queryOf(figure, before, now, menus) {
  const said = ([name, value]) => !name.startsWith('_') && ['number', 'string'].includes(typeof value);
  const changed = Object.entries(now).filter((entry) => said(entry) && before[entry[0]] !== entry[1]);
  const query = new URLSearchParams(changed.map(([name, value]) => [`${figure}.${name}`, menus[name]?.[value] ?? value]));
  return query.toString();
}

/** The state that the query of an address asks this figure for. */
export function stateIn(query, figure) {
  const own = [...new URLSearchParams(query)].filter(([name]) => name.startsWith(`${figure}.`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(figure.length + 1), value]));
}

// ---------------------------------------------------------------------------------------------

/** Set traits of a figure's view; return what they were. */
export function set(figure, values) {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, figure.get(name)]));
  Object.entries(values).forEach(([name, value]) => figure.set(name, value));
  figure.save_changes();
  return before;
}

const CONTROLS = ':is(.widget-slider, .widget-dropdown, .widget-text)';
const valuesIn = (control) => [...control.querySelectorAll('select, input')].map((input) => input.value);
const lookOf = (control) => valuesIn(control).join() + control.textContent;

/** Do something to a figure and show, for a while, which of its controls that has moved. */
async function showing(figure, change) {
  const views = await Promise.all(Object.values(figure.views ?? {}));
  const roots = views.map((view) => view.el.closest('.live-root')).filter(Boolean);
  const controls = roots.flatMap((root) => [...root.querySelectorAll(CONTROLS)]);
  const looks = controls.map(lookOf);
  change();
  setTimeout(() => {
    const moved = controls.filter((control, i) => lookOf(control) !== looks[i]);
    moved.forEach((control) => control.classList.add('is-set-by-words'));
    setTimeout(() => moved.forEach((control) => control.classList.remove('is-set-by-words')), 2500);
  }, 150);
}

/** Make the words on the page that set this figure buttons; returns what ends that. */
export function wordsThatSet(name, figure, menus) {
  const aborter = new AbortController();
  for (const words of document.querySelectorAll(`span.live-set[data-figure="${name}"]`)) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'live-set' });
    button.dataset.set = words.dataset.set;
    button.append(...words.childNodes);
    button.setAttribute('aria-pressed', 'false');
    button.title = 'Sets the figure; press again to take it back.';
    words.replaceWith(button);
    let before = null;
    button.addEventListener('click', () => showing(figure, () => {
      if (before) { set(figure, before); before = null; }
      else before = set(figure, traitsOf(JSON.parse(button.dataset.set), figure.attributes, menus));
      button.setAttribute('aria-pressed', String(Boolean(before)));
    }), { signal: aborter.signal });
  }
  return () => aborter.abort();
}
