// Brings the questions of a page to life: radio buttons or a field for a number, a verdict with the feedback of that
// choice, and a memory on this device. Without this script each choice is a `details` element that opens its feedback.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const KEY = `questions:${location.pathname}`;

  /** An element with properties, attributes (those with a dash, and `role`) and children. */
  function element(tag, settings = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(settings)) {
      if (name in made && !name.includes('-')) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  // What was answered, by question; in memory alone where storage is forbidden.
  let answered = {};
  try {
    answered = JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch { /* forbidden, or not ours */ }

  function keep() {
    try {
      if (Object.keys(answered).length) localStorage.setItem(KEY, JSON.stringify(answered));
      else localStorage.removeItem(KEY);
    } catch { /* forbidden */ }
  }

  /** The number that a reader typed, as 0.75, 0,75, -3 or 3/4; NaN if it is none. */
  function numberIn(text) {
    const [above, below, ...rest] = text.replace(/\s/g, '').replace(/[−–]/g, '-').replace(/,/g, '.').split('/');
    const read = (part) => (part === '' ? NaN : Number(part));
    return rest.length ? NaN : read(above) / (below === undefined ? 1 : read(below));
  }

  /** A list of choices with radio buttons. */
  function radios(choices, name) {
    const labels = choices.map((choice, index) => element('label', { className: 'question-option' },
      element('input', { type: 'radio', name, value: index }), ...choice.querySelector('summary').childNodes));
    const inputs = labels.map((label) => label.firstChild);
    return {
      parts: labels,
      chosen: () => inputs.findIndex((input) => input.checked),
      missing: words.choose,
      show: (answer) => { inputs.forEach((input, index) => { input.checked = index === answer; }); },
      answer: (index) => index,
      mark: (index, right) => labels.forEach((label, each) => {
        label.classList.toggle('is-right', each === index && right);
        label.classList.toggle('is-wrong', each === index && !right);
      }),
    };
  }

  /** A field for a number, which finds the first choice that the number is close to; the last one is all others. */
  function field(choices) {
    const input = element('input', { type: 'text', inputMode: 'decimal', autocomplete: 'off', size: 8 });
    const label = element('label', { className: 'question-number' }, `${words.answer} `, input);
    const fits = (value) => ({ dataset }) => Math.abs(value - Number(dataset.value)) <= Number(dataset.tolerance);
    return {
      parts: [label],
      chosen: () => {
        const value = numberIn(input.value);
        if (!Number.isFinite(value)) return -1;
        const found = choices.findIndex(fits(value));
        return found < 0 ? choices.length - 1 : found;
      },
      missing: words.number,
      show: (answer) => { input.value = answer ?? ''; },
      answer: () => input.value,
      mark: (index, right) => {
        label.classList.toggle('is-right', index >= 0 && right);
        label.classList.toggle('is-wrong', index >= 0 && !right);
      },
    };
  }

  /** Make a question answer; return what the tally and the button to clear need. */
  function bringToLife(question, changed) {
    const { id, dataset: { version, numeric } } = question;
    const choices = [...question.querySelectorAll(':scope > .question-choice')];
    const [title, text] = question.children;
    const legend = element('legend', { id: `${id}-legend`, className: title.className }, title.textContent);
    text.id = `${id}-text`;
    const feedback = choices.map((choice) => choice.querySelector(':scope > :not(summary)'));
    const control = numeric === undefined ? radios(choices, id) : field(choices);
    const verdict = element('div', { className: 'question-verdict', role: 'status' });
    const form = element('form', { className: 'question-form' },
      element('fieldset', { 'aria-labelledby': `${legend.id} ${text.id}` }, legend, text, ...control.parts,
        element('button', { type: 'submit' }, words.check)), verdict);
    [title, ...choices].forEach((part) => part.remove());
    question.append(form);
    let right = false;

    function say(...said) {
      verdict.replaceChildren(...said);
    }
    function judge() {
      const index = control.chosen();
      right = index >= 0 && 'right' in choices[index].dataset;
      control.mark(index, right);
      if (index < 0) say(control.missing);
      else say(...feedback[index].cloneNode(true).childNodes);
      verdict.dataset.right = index < 0 ? '' : right;
      return index;
    }
    function forget() {
      right = false;
      control.mark(-1);
      say();
      delete verdict.dataset.right;
    }

    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const index = judge();
      if (index >= 0) answered[id] = { version, answer: control.answer(index) };
      keep();
      changed();
    });
    form.addEventListener('input', () => {
      forget();
      changed();
    });
    if (answered[id]?.version === version) {
      control.show(answered[id].answer);
      judge();
    }
    return {
      isRight: () => right,
      clear: () => {
        control.show(undefined);
        forget();
      },
    };
  }

  const found = [...document.querySelectorAll('.question')];
  const tally = element('p', { className: 'question-tally' });
  const count = element('span');
  const questions = found.map((question) => bringToLife(question, write));
  const clear = element('button', { type: 'button' }, words.clear);

  function write() {
    const right = questions.filter((question) => question.isRight()).length;
    count.textContent = words.tally.replace('{right}', right).replace('{all}', questions.length);
    clear.disabled = !Object.keys(answered).length;
  }
  clear.addEventListener('click', () => {
    answered = {};
    keep();
    questions.forEach((question) => question.clear());
    write();
    found[0].querySelector('input').focus();
  });
  tally.append(count, ` ${words.kept} `, clear);
  found.at(-1)?.after(tally);
  write();
})();
