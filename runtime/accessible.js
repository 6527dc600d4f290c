// Names, states and icons that the official views leave out. Each function takes a view class and
// gives back a subclass of it.
import { typedNumbers } from './typed.js';

const ICONS = {
  play: 'M3 2l11 6-11 6z',
  pause: 'M3 2h4v12H3zM9 2h4v12H9z',
  stop: 'M3 3h10v10H3z',
  repeat: 'M3 6h8V3l4 4-4 4V8H5v3h6v2H3z',
};

function icon(button, name) {
  button.innerHTML = '<svg viewBox="0 0 16 16" width="1em" height="1em" fill="currentColor" '
    + `aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  button.setAttribute('aria-label', name);
  button.title = name;
}

// The name of a control: its tooltip, which may be longer, or else its description.
const nameOf = (model) => model.get('tooltip') || model.get('description') || '';

// Slider handles have role=slider but no name; the readout can be edited but does not say so.
const namedSlider = (View) => class extends View {
  render() {
    super.render();
    this.giveNames();
    this.listenTo(this.model, 'change:description change:tooltip change:orientation change:min', this.giveNames);
  }

  giveNames() {
    const name = nameOf(this.model);
    const handles = [...this.el.querySelectorAll('[role=slider]')];
    const part = (i) => (handles.length > 1 ? ['lower ', 'upper '][i] : '');
    handles.forEach((handle, i) => name && handle.setAttribute('aria-label', part(i) + name));
    const readout = this.el.querySelector('.widget-readout[contenteditable=true]');
    if (!readout) return;
    readout.setAttribute('role', 'textbox');
    readout.setAttribute('aria-label', name ? `${name}, type a number` : 'type a number');
    // the keypads of telephones for decimal numbers have no minus sign
    readout.setAttribute('inputmode', this.model.get('min') < 0 ? 'text' : 'decimal');
  }
};

// A slider over options counts them; what is heard should be the option itself. Its readout pretends that it
// can be edited, and takes nothing.
const spokenOptions = (View) => class extends View {
  update(options) {
    super.update(options);
    this.readout.contentEditable = 'false';
  }

  updateReadout(chosen) {
    super.updateReadout(chosen);
    const labels = this.model.get('_options_labels');
    const handles = this.$slider.querySelectorAll('[role=slider]');
    [chosen].flat().forEach((option, i) => handles[i]?.setAttribute('aria-valuetext', labels[option]));
  }
};

// A row of buttons of which one is pressed: say which one. The row is one stop of the Tab key; arrows go along it.
const pressedButtons = (View) => class extends View {
  render() {
    super.render();
    this.buttongroup.setAttribute('role', 'group');
    this.buttongroup.setAttribute('aria-label', nameOf(this.model));
    this.buttongroup.addEventListener('keydown', (event) => {
      const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const buttons = [...this.buttongroup.querySelectorAll('button')];
      const next = buttons[buttons.indexOf(event.target) + move];
      if (!next) return;
      event.preventDefault();
      next.click();
      next.focus();
    });
  }

  update(options) {
    super.update(options);
    this.buttongroup.querySelectorAll('button').forEach((button, i) => {
      button.setAttribute('aria-pressed', String(i === this.model.get('index')));
      button.tabIndex = i === Math.max(0, this.model.get('index')) ? 0 : -1;
    });
  }
};

const pressedButton = (View) => class extends View {
  update(options) {
    super.update(options);
    this.el.setAttribute('aria-pressed', String(Boolean(this.model.get('value'))));
  }
};

// The official view looks for <i class="fa"> inside its buttons, which the theme's icon script
// replaces by <svg>: it then throws. These buttons carry their own icons and names.
const iconPlay = (View) => class extends View {
  render() {
    super.render();
    icon(this.stopButton, 'stop');
    icon(this.repeatButton, 'repeat');
    this.el.setAttribute('role', 'group');
    this.el.setAttribute('aria-label', nameOf(this.model) || 'animation');
  }

  updatePlaying() {
    icon(this.playPauseButton, this.model.get('playing') ? 'pause' : 'play');
  }

  updateRepeat() {
    super.updateRepeat();
    this.repeatButton.setAttribute('aria-pressed', String(Boolean(this.model.get('repeat'))));
  }
};

const OPTIONS = ['SelectionSliderView', 'SelectionRangeSliderView'];
const SLIDERS = [
  'FloatSliderView', 'IntSliderView', 'FloatLogSliderView', 'FloatRangeSliderView',
  'IntRangeSliderView', ...OPTIONS,
];

/** The official controls, with the views above in place of theirs. */
export function accessible(controls) {
  const better = { ...controls };
  for (const name of OPTIONS) better[name] = spokenOptions(better[name]);
  for (const name of ['FloatSliderView', 'IntSliderView']) better[name] = typedNumbers(better[name]);
  for (const name of SLIDERS) better[name] = namedSlider(better[name]);
  better.ToggleButtonsView = pressedButtons(better.ToggleButtonsView);
  better.ToggleButtonView = pressedButton(better.ToggleButtonView);
  better.PlayView = iconPlay(better.PlayView);
  return better;
}
