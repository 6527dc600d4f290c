// What is typed into the number beside a slider: 0,5 and 1/9 and −1 are numbers, in every notation that the page
// itself writes. What cannot be meant is refused in words, and nothing changes.
import { readNumber } from '../convlib/live/scripts/numbers.js';

const SHOWN = 6000; // ms that a refusal stays on the page

/** What is wrong with a number for a slider, or nothing. */
function problemOf(value, text, model, write) {
  const [min, max] = [model.get('min'), model.get('max')];
  if (value === null) return `“${text}” is not a number. Type one like −0.5 or 1/9.`;
  if (model.name === 'IntSliderModel' && !Number.isInteger(value)) return `“${text}” is not a whole number.`;
  return value < min || value > max ? `“${text}” is not between ${write(min)} and ${write(max)}.` : '';
}

/** Sliders of one number, with what is typed either taken as it is or refused aloud. */
export const typedNumbers = (View) => class extends View {
  render() {
    super.render();
    this.readout.tabIndex = -1; // whoever is on the slider just types
    this.$slider.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !/^[-+\u2212.,\d]$/.test(event.key)) return;
      event.preventDefault();
      this.readout.textContent = event.key;
      this.readout.focus();
      getSelection().selectAllChildren(this.readout);
      getSelection().collapseToEnd();
    });
  }

  write(value) { return this.model.readout_formatter(value); }

  handleTextChange() {
    const text = this.readout.textContent.trim();
    const now = this.model.get('value');
    if (text === this.write(now)) return; // also 0.11 for 1/9: nothing was typed
    const percent = this.model.get('readout_format').endsWith('%');
    const read = readNumber(percent ? text.replace(/\s*%$/, '') : text);
    const value = percent && read !== null ? read / 100 : read;
    const problem = problemOf(value, text, this.model, (number) => this.write(number));
    this.refuse(problem);
    if (!problem) {
      this.model.set('value', value);
      this.touch();
    }
    this.readout.textContent = this.write(this.model.get('value'));
  }

  handleKeyDown(event) {
    if (event.key === 'Escape') { // leave the number as it was
      event.preventDefault();
      this.readout.textContent = this.write(this.model.get('value'));
    } else super.handleKeyDown(event);
    if (event.key === 'Escape' || event.key === 'Enter') this.$slider.querySelector('[role=slider]').focus();
  }

  refuse(words) {
    clearTimeout(this.refusing);
    this.refused ??= Object.assign(document.createElement('div'), { className: 'live-refused', role: 'alert' });
    if (!this.refused.isConnected) this.el.append(this.refused);
    this.refused.textContent = words;
    if (words) this.refusing = setTimeout(() => { this.refused.textContent = ''; }, SHOWN);
  }

  remove() {
    clearTimeout(this.refusing);
    super.remove();
  }
};
