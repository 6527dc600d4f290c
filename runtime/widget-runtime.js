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
const HERE = document.currentScript.src;
const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
const PATIENCE = 8000; // ms until a figure that says nothing is given up; it may still come to life later
const GRACE = 1000; // ms after an error while it starts
const TASK = 20; // ms of work at a time while figures start
const NAMES = BROWSERS.map((browser) => browser.replace(/^([a-z])([a-z]+)/, (_, first, rest) => `${first.toUpperCase()}${rest} `));
const OLD = `The live version of this figure needs ${NAMES.join(', ')} or a later browser.`;
const BROKEN = 'The live version of this figure could not start in this browser. The picture shows it as it is at first.';

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

// The browser gets to paint and to answer the reader between two pieces of work.
let worked = performance.now();
async function breath() {
  if (performance.now() - worked < TASK) return;
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  worked = performance.now();
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
    await breath();
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

/** Resolves to whether a figure has drawn its first picture, at the latest when patience ends. */
function drawn(model, element) {
  if (!drawsItself(model) || element.querySelector('[data-live-ready]')) return Promise.resolve(true);
  return new Promise((resolve) => {
    const ending = new AbortController();
    const end = (done) => { ending.abort(); resolve(done); };
    let limit = setTimeout(end, PATIENCE, false);
    const trouble = () => { clearTimeout(limit); limit = setTimeout(end, GRACE, false); };
    element.addEventListener('live-ready', () => end(true), { signal: ending.signal });
    // anywidget tells nobody that a script was refused or threw
    for (const name of ['error', 'unhandledrejection']) addEventListener(name, trouble, { signal: ending.signal });
    ending.signal.addEventListener('abort', () => clearTimeout(limit));
  });
}

// Say in place of a live figure why there is none; its still picture stays.
function note(script, words) {
  const line = document.createElement('p');
  line.className = 'live-unsupported';
  line.setAttribute('role', 'note');
  line.textContent = words;
  script.parentElement.insertBefore(line, script);
  return line;
}

// Show one widget where its script element stands. The still picture beside it, if any, stays until
// the widget has drawn itself.
async function show(manager, model, script) {
  const stage = script.closest('.live-stage');
  const element = document.createElement('div');
  element.className = 'live-view';
  script.parentElement.insertBefore(element, script);
  const shown = () => stage.classList.add('is-live');
  try {
    const ready = drawn(model, element);
    await manager.display(await manager.create_view(model), element);
    const drew = () => element.querySelector('[data-live-ready]');
    if (drew()) element.dispatchEvent(new Event('live-ready')); // said before it stood in the page: nobody heard
    if (await ready || drew()) { shown(); return; }
    const line = note(script, BROKEN);
    element.addEventListener('live-ready', () => { line.remove(); shown(); }, { once: true });
  } catch (error) {
    console.error(error);
    element.remove();
    note(script, BROKEN);
  }
}

/** Load a script of the site, unless it has come already. (From a folder on disk nothing else can be loaded.) */
const loading = {};
function load(name) {
  loading[name] ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const onerror = () => reject(new Error(`${name} did not load`));
    Object.assign(script, { src: new URL(name, HERE), onload: resolve, onerror });
    document.head.append(script);
  });
  return loading[name];
}

/** The part of a page's state that belongs to one widget: all that it refers to, and the links between those. */
function partOf(all, root) {
  const part = {};
  const take = (id) => {
    if (!all[id] || part[id]) return;
    part[id] = all[id];
    for (const [, other] of JSON.stringify(all[id].state).matchAll(/IPY_MODEL_(\w+)/g)) take(other);
  };
  take(root);
  for (const [id, { model_name: name, state }] of Object.entries(all)) {
    const ends = () => [state.source, state.target].map(([end]) => end.replace('IPY_MODEL_', ''));
    if (/^(Directional)?LinkModel$/.test(name) && ends().every((end) => part[end])) part[id] = all[id];
  }
  return part;
}

/**
 * A state refers to its scripts and styles ("figure:kernel_lab?version") and to its larger contents by name:
 * files of the site, which put their texts into window.liveFigures and window.liveContents.
 */
async function fetched(part) {
  await Promise.all(Object.values(part).map(async ({ state, buffers = [] }) => {
    if (state.on_demand && buffers[0]?.file) { // the figure loads it, when the reader asks for it
      state.address = new URL(`contents/${buffers.pop().file}.js`, HERE).href;
    }
    const [, figure, version] = /^figure:(\w+)(\?\w+)$/.exec(state._esm ?? '') ?? [];
    await Promise.all([
      figure && load(`${figure}.js${version}`),
      ...buffers.map(({ file }) => file && load(`contents/${file}.js`)),
    ]);
    if (figure) Object.assign(state, window.liveFigures[figure]);
    for (const buffer of buffers) if (buffer.file) buffer.data = window.liveContents[buffer.file];
  }));
  return part;
}

class Page {
  constructor(tag) {
    this.manager = new PageManager();
    this.saved = JSON.parse(tag.textContent);
    this.queue = Promise.resolve();
    this.models = {};
    window.__widgets = [...(window.__widgets || []), this];
  }

  /** Bring figures to life, one after the other. */
  start(stage) { this.queue = this.queue.then(() => this.bring(stage)); }

  async bring(stage) {
    for (const script of stage.querySelectorAll(VIEW)) {
      const id = JSON.parse(script.textContent).model_id;
      try {
        const state = await fetched(partOf(this.saved.state, id));
        const fresh = Object.fromEntries(Object.entries(state).filter(([key]) => !this.models[key]));
        const made = await this.manager.set_state({ ...this.saved, state: fresh });
        for (const model of made) this.models[model.model_id] = model;
        await show(this.manager, this.models[id], script);
      } catch (error) {
        console.error(error);
        note(script, BROKEN);
      }
      stage.dataset.started = '';
    }
  }
}

function start() {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.prepend(style); // before the page's own styles and those of the figures
  const tag = document.querySelector(STATE);
  const page = modern() && new Page(tag);
  const begin = (stage) => {
    if (page) page.start(stage);
    else stage.querySelectorAll(VIEW).forEach((script) => note(script, OLD));
  };
  const asked = window.liveStages ?? [...document.querySelectorAll('.live-stage')]; // without start.js: all of them
  asked.forEach(begin);
  asked.push = begin;
}

if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
else start();
