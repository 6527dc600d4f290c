// The slim widget runtime of the book's pages: it brings the widget state that a page carries back
// to life without Python, without a server and without RequireJS. It is a ManagerBase subclass (the
// documented way to embed Jupyter widgets) around the official controls and anywidget's front end.
import * as base from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import * as LW from '@lumino/widgets';
import { MessageLoop } from '@lumino/messaging';
import * as cLink from '@jupyter-widgets/controls/lib/widget_link';
import * as cBool from '@jupyter-widgets/controls/lib/widget_bool';
import * as cButton from '@jupyter-widgets/controls/lib/widget_button';
import * as cBox from '@jupyter-widgets/controls/lib/widget_box';
import * as cInt from '@jupyter-widgets/controls/lib/widget_int';
import * as cFloat from '@jupyter-widgets/controls/lib/widget_float';
import * as cSelection from '@jupyter-widgets/controls/lib/widget_selection';
import * as cString from '@jupyter-widgets/controls/lib/widget_string';
import * as cDescription from '@jupyter-widgets/controls/lib/widget_description';
import anywidgetFactory from 'anywidget';
import { accessible } from './accessible.js';
import { BROWSERS } from './browsers.mjs';
import css from 'widget-css';

const CONTROLS = '@jupyter-widgets/controls';
const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
const READY_TIMEOUT = 3000; // a view that never says "live-ready" is shown after this many ms
const NAMES = BROWSERS.map((browser) => browser.replace(/^([a-z])([a-z]+)/, (_, first, rest) => `${first.toUpperCase()}${rest} `));
const OLD = `The live version of this figure needs ${NAMES.join(', ')} or a later browser.`;
const BROKEN = 'The live version of this figure could not start in this browser.';

// What the figures need, see browsers.mjs.
const modern = () => 'DecompressionStream' in window && CSS.supports('container-type', 'inline-size')
  && CSS.supports('selector(:has(a))') && CSS.supports('color', 'color-mix(in srgb, red, blue)');

// anywidget joins signals with a function that came later (Chrome 116, Firefox 124, Safari 17.4).
AbortSignal.any ??= (signals) => {
  const joint = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) joint.abort(signal.reason);
    else signal.addEventListener('abort', () => joint.abort(signal.reason), { once: true, signal: joint.signal });
  }
  return joint.signal;
};

const controls = accessible(Object.assign(
  {}, cLink, cBool, cButton, cBox, cInt, cFloat, cSelection, cString, cDescription,
));
const modules = { '@jupyter-widgets/base': base, [CONTROLS]: controls };
const lazy = { anywidget: () => anywidgetFactory(base) };

// What stands in place of a widget that this page cannot run.
class UnsupportedView extends base.DOMWidgetView {
  render() {
    this.el.classList.add('live-unsupported');
    this.el.setAttribute('role', 'note');
    this.el.textContent = `This control (${this.model.name}) needs Python: open the page as a notebook to use it.`;
  }
}

class PageManager extends ManagerBase {
  constructor() {
    super();
    // The hook that DescriptionView.typeset looks for; labels on these pages hold plain text.
    this._rendermime = { latexTypesetter: { typeset() {} } };
    this._shown = new Set();
    window.addEventListener('resize', () => this._shown.forEach((view) => MessageLoop.postMessage(
      view.luminoWidget, LW.Widget.ResizeMessage.UnknownSize,
    )));
  }

  // There is no kernel: every comm is a silent one.
  _get_comm_info() { return Promise.resolve({}); }

  _create_comm() {
    return Promise.resolve({ on_close() {}, on_msg() {}, close() {}, send() {} });
  }

  async loadClass(name, moduleName) {
    if (!modules[moduleName] && lazy[moduleName]) modules[moduleName] = lazy[moduleName]();
    const found = modules[moduleName]?.[name];
    if (found) return found;
    console.warn(`widget runtime: ${moduleName}/${name} is not supported on this page`);
    return name.endsWith('Model') ? base.DOMWidgetModel : UnsupportedView;
  }

  // What the official views forget when they are removed, and what would keep them in memory: to
  // stop listening to messages from Python, which never come here, and their layout and style.
  async create_view(model, options) {
    const view = await super.create_view(model, options);
    view.once('remove', () => {
      model.off('msg:custom');
      [view.layoutPromise, view.stylePromise].forEach((part) => part?.then((made) => made?.remove()));
    });
    return view;
  }

  async display(view, element) {
    LW.Widget.attach(view.luminoWidget, element);
    this._shown.add(view);
    view.once('remove', () => this._shown.delete(view));
  }
}

// Whether a widget or anything inside it is an anywidget: those say when their first picture is drawn.
function drawsItself(model) {
  if (!model || typeof model.get !== 'function') return false;
  return model.get('_model_module') === 'anywidget' || (model.get('children') || []).some(drawsItself);
}

function whenReady(model, element) {
  if (!drawsItself(model) || element.querySelector('[data-live-ready]')) return Promise.resolve();
  return new Promise((resolve) => {
    element.addEventListener('live-ready', resolve, { once: true });
    setTimeout(resolve, READY_TIMEOUT);
  });
}

// Say in place of a live figure why there is none; its still picture stays.
function note(script, words) {
  const line = document.createElement('p');
  line.className = 'live-unsupported';
  line.textContent = words;
  script.parentElement.insertBefore(line, script);
}

// Show one widget where its script element stands. The still picture beside it, if any, stays until
// the widget has drawn itself.
async function show(manager, model, script) {
  const stage = script.closest('.live-stage');
  const element = document.createElement('div');
  element.className = 'live-view';
  script.parentElement.insertBefore(element, script);
  try {
    await manager.display(await manager.create_view(model), element);
    await whenReady(model, element);
    stage?.classList.add('is-live');
  } catch (error) {
    console.error(error);
    element.remove();
    note(script, BROKEN);
  }
}

// The state of a page refers to the scripts and styles of its figures ("figure:kernel_lab"): files of the
// site, which have put their texts into window.liveFigures.
function withScripts(saved) {
  for (const { state } of Object.values(saved.state)) {
    for (const key of ['_esm', '_css']) {
      const [, name] = /^figure:(\w+)$/.exec(state[key] ?? '') ?? [];
      if (name) state[key] = window.liveFigures[name][key];
    }
  }
  return saved;
}

async function bringAlive(tag, scripts) {
  const manager = new PageManager();
  const list = await manager.set_state(withScripts(JSON.parse(tag.textContent)));
  const models = Object.fromEntries(list.map((model) => [model.model_id, model]));
  window.__widgets = [...(window.__widgets || []), { manager, models }];
  await Promise.all(scripts.map((script) => {
    const model = models[JSON.parse(script.textContent).model_id];
    return model && show(manager, model, script);
  }));
}

async function start() {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.prepend(style); // before the page's own styles and those of the figures
  const scripts = [...document.querySelectorAll(VIEW)];
  try {
    if (modern()) for (const tag of document.querySelectorAll(STATE)) await bringAlive(tag, scripts);
    else scripts.forEach((script) => note(script, OLD));
  } catch (error) {
    console.error(error);
    scripts.forEach((script) => note(script, BROKEN));
  }
  document.documentElement.dataset.widgets = 'ready';
}

if (!window.__widgetRuntime) { // once per page, however often the script is included
  window.__widgetRuntime = true;
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
  else start();
}
