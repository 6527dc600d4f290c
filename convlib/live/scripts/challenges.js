// Challenges below a live figure. They know the figure by the traits of its view; what a state is worth is decided in
// challenges_checks.js.
import { judge, stateOf } from './challenges_checks.js';
import { queryOf, set, stateIn, traitsOf, wordsThatSet } from './challenges_states.js';
import { announce, bytesOf, drawBytes, element, listen, onFrame, statusLines } from './shared.js';

/** The model of the figure's view, which the trait `figure` refers to. */
function figureOf(model) {
  return model.widget_manager.get_model(model.get('figure').replace('IPY_MODEL_', ''));
}

/** The picture whose kernel is to be found. */
function drawTarget(model, parent) {
  const columns = model.get('target_columns');
  const canvas = element('canvas', 'live-target', parent);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'The picture whose kernel is to be found: a cat\'s eye as a relief, each edge with a dark and a light side');
  if (columns) drawBytes(canvas, bytesOf(model.get('target')).length / columns, columns, bytesOf(model.get('target')));
  return canvas;
}

async function render({ model, el }) {
  const box = element('div', 'live-challenge', el);
  const task = element('p', 'live-task', box);
  const target = drawTarget(model, box);
  const say = statusLines(box, 2);
  const link = element('a', 'live-note', element('p', '', box), 'Link to this state of the figure');
  const figure = await figureOf(model);
  const [name, menus] = [model.get('kind'), model.get('choices')];
  const atFirst = { ...figure.attributes };
  set(figure, traitsOf(stateIn(location.search, name), figure.attributes, menus));
  const endWords = wordsThatSet(name, figure, menus);

  const show = onFrame(() => {
    const tasks = model.get('tasks');
    const [challenge, words] = tasks[model.get('chosen')];
    task.textContent = words;
    target.hidden = challenge !== 'this_picture';
    const [done, verdict] = judge(challenge, stateOf(figure.attributes, menus), model.get('slips'));
    const solved = model.get('solved');
    if (done && !solved.includes(challenge)) model.set('solved', [...solved, challenge]);
    model.set('done', done);
    model.set('words', verdict);
    model.save_changes();
    box.dataset.done = done;
    link.href = `?${queryOf(name, atFirst, figure.attributes, menus)}${location.hash}`;
    say([`${done ? 'Solved.' : 'Not yet.'} ${verdict}`, `${model.get('solved').length} of ${tasks.length} solved.`]);
  });
  const end = listen(model, ['chosen'], show);
  // not the event `change`, which stays out where a figure answers the change of one trait by that of another
  const hear = (event) => { if (event.startsWith('change:')) show(); };
  figure.on('all', hear);
  show();
  announce(el);
  return () => { end(); endWords(); figure.off('all', hear); show.stop(); say.stop(); };
}

export default { render };
