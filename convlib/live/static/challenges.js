// convlib/live/scripts/shared.js
function formatted(value, decimals = 3) {
  return String(Number(value.toFixed(decimals)) + 0).replace("-", "−");
}
function fixed(value, decimals = 2) {
  return (Number(value.toFixed(decimals)) + 0).toFixed(decimals).replace("-", "−");
}
function bytesOf(view) {
  if (Array.isArray(view)) return Uint8Array.from(view);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== void 0) made.textContent = text;
  parent?.append(made);
  return made;
}
var rgb = (red, green, blue) => 255 * 2 ** 24 + (blue << 16) + (green << 8) + red;
function drawPoints(canvas, height, width, colourOf) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  const points = new Uint32Array(image.data.buffer);
  for (let i = 0; i < points.length; i += 1) points[i] = colourOf(i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}
function drawBytes(canvas, height, width, bytes) {
  drawPoints(canvas, height, width, (i) => rgb(bytes[i], bytes[i], bytes[i]));
}
function statusLines(parent, count, model) {
  const box = element("div", "live-status", parent);
  box.setAttribute("role", "status");
  const lines = Array.from({ length: count }, () => element("p", "", box));
  let timer;
  function say(words) {
    clearTimeout(timer);
    const write = () => {
      const found = typeof words === "function" ? words() : words;
      lines.forEach((line, i) => {
        if (line.textContent !== (found[i] ?? "")) line.textContent = found[i] ?? "";
      });
    };
    if (lines.some((line) => line.textContent) && !model?.get("playing")) timer = setTimeout(write, 150);
    else write();
  }
  model?.on("change:playing", () => {
    if (model.get("playing")) {
      box.setAttribute("aria-live", "off");
      return;
    }
    box.removeAttribute("aria-live");
    const words = lines.map((line) => line.textContent);
    lines.forEach((line) => {
      line.textContent = "";
    });
    requestAnimationFrame(() => lines.forEach((line, i) => {
      line.textContent ||= words[i];
    }));
  });
  say.stop = () => clearTimeout(timer);
  return say;
}
function onFrame(draw) {
  let [asked, frame] = [false, 0];
  const run = () => {
    if (asked) {
      asked = false;
      draw();
    }
  };
  const nextFrame = () => {
    frame = asked ? requestAnimationFrame(nextFrame) : 0;
    run();
  };
  const ask = () => {
    asked = true;
    if (frame) return;
    frame = requestAnimationFrame(nextFrame);
    queueMicrotask(run);
  };
  ask.stop = () => {
    cancelAnimationFrame(frame);
    [asked, frame] = [false, 0];
  };
  return ask;
}
function listen(model, traits, listener) {
  const events = traits.map((trait) => `change:${trait}`);
  events.forEach((event) => model.on(event, listener));
  return () => events.forEach((event) => model.off(event, listener));
}
function announce(el, first) {
  if (first) el.prepend(element("p", "live-do", null, first));
  el.dataset.liveReady = "";
  el.dispatchEvent(new CustomEvent("live-ready", { bubbles: true }));
}

// convlib/live/scripts/conv_arithmetic.js
function outputSize(n, k, stride, padding, dilation) {
  const room = n + 2 * padding - dilation * (k - 1) - 1;
  return n < 1 || room < 0 ? 0 : Math.floor(room / stride) + 1;
}
function sizes(n, k, stride, padding, dilation, layers) {
  const list = [n];
  while (list.length <= layers) list.push(outputSize(list.at(-1), k, stride, padding, dilation));
  return list;
}
function receptiveFields(k, stride, dilation, layers) {
  const fields = [1];
  for (let jump = 1; fields.length <= layers; jump *= stride) fields.push(fields.at(-1) + dilation * (k - 1) * jump);
  return fields;
}
function receptiveField(k, stride, dilation, layers) {
  return receptiveFields(k, stride, dilation, layers).at(-1);
}

// convlib/live/scripts/challenges_slips.js
function moved(wanted, columns, down, right2) {
  const rows = wanted.length / columns;
  return wanted.map((_, i) => {
    const [row, column] = [Math.floor(i / columns) - down, i % columns - right2];
    return row >= 0 && row < rows && column >= 0 && column < columns ? wanted[row * columns + column] : 0;
  });
}
function slipOf(given, wanted, columns, tolerance = 0.01) {
  const same = (other) => other.every((value, i) => Math.abs(value - given[i]) <= tolerance);
  const rows = wanted.length / columns;
  const energy = wanted.reduce((sum, value) => sum + value * value, 0);
  const factor = energy ? wanted.reduce((sum, value, i) => sum + value * given[i], 0) / energy : 0;
  const shifts = rows > 1 ? [[1, 0], [-1, 0], [0, 1], [0, -1]] : [[0, 1], [0, -1]];
  const tried = [
    ["turned", [[...wanted].reverse()]],
    ["sign", [wanted.map((value) => -value)]],
    ["transposed", rows === columns ? [wanted.map((_, i) => wanted[i % columns * columns + Math.floor(i / columns)])] : []],
    ["shifted", shifts.map(([down, right2]) => moved(wanted, columns, down, right2))],
    ["scale", Math.abs(factor) > 0.05 ? [wanted.map((value) => factor * value)] : []]
  ];
  if (same(wanted)) return null;
  return tried.find(([, others]) => others.some(same))?.[0] ?? null;
}

// convlib/live/scripts/challenges_checks.js
var right = (words) => ({ done: true, words });
var wrong = (words) => ({ done: false, words });
function nineOf(state) {
  const ring = (state.size - 3) / 2;
  return Array.from({ length: 9 }, (_, i) => state[`k${(Math.floor(i / 3) + ring) * state.size + i % 3 + ring}`]);
}
function kernel(wanted, praise, hints = {}) {
  return (state, slips) => {
    const given = state.operation === "cross-correlation" ? nineOf(state).reverse() : nineOf(state);
    const off = given.filter((value, i) => Math.abs(value - wanted[i]) > 0.02).length;
    if (!off) return right(praise);
    const slip = slipOf(given, wanted, 3, 0.02);
    const count = `${off} of 9 numbers ${off === 1 ? "is" : "are"} not right yet.`;
    return wrong(slip ? `${hints[slip] ?? slips[slip]} (${count})` : count);
  };
}
function numbersIn(text) {
  const parts = text.trim().split(/[\s,;]+/).map((part) => Number(part.replace("−", "-")));
  return parts.length && parts.every(Number.isFinite) ? parts : null;
}
function sequence(wanted, praise) {
  return (state, slips) => {
    const typed = numbersIn(state.h);
    if (!typed) return wrong("h is not a list of numbers.");
    const given = state.operation === "cross-correlation" ? [...typed].reverse() : typed;
    if (given.length !== wanted.length) {
      return wrong(`h has ${given.length} numbers; ${wanted.length} are enough.`);
    }
    if (given.every((value, i) => Math.abs(value - wanted[i]) < 1e-6)) return right(praise);
    const slip = slipOf(given, wanted, given.length, 1e-6);
    return wrong(slip ? slips[slip] : "Not this h. Look at one output, and at which samples it uses.");
  };
}
function responseOf(state, cycles) {
  const parts = [0, 0];
  for (let i = 0; i < 5; i += 1) {
    const angle = 2 * Math.PI * cycles * (i - 2) / 48;
    parts[0] += state[`k${i}`] * Math.cos(angle);
    parts[1] -= state[`k${i}`] * Math.sin(angle);
  }
  return parts;
}
var heightOf = (state, cycles) => Math.hypot(...responseOf(state, cycles));
var CHECKS = {
  t_of_largest_area({ f, g, t }) {
    if (f !== "box" || g !== "decay") return wrong("Choose box as f and decay as g.");
    if (Math.abs(t - 1) < 0.026) return right("At t = 1 the decay has just covered the whole box, with its highest part.");
    return t > 1 ? wrong(`The overlap is full from t = 1 on, but the area falls again: t is ${fixed(t - 1)} too large.`) : wrong(`Part of the box is not covered yet: t is ${fixed(1 - t)} too small.`);
  },
  negative_area({ f, g, t }) {
    if (f !== "box" || g !== "up and down") return wrong("Choose box as f and up and down as g.");
    if (Math.abs(t - 2) < 0.026) return right("The −1 lies on all of the box, the +1 on none of it.");
    return wrong(t < 1.5 ? "The +1 still covers more of the box than the −1 does." : `Below zero, but not deepest: ${fixed(Math.abs(t - 2))} off.`);
  },
  one_echo({ direct, echo, decay, delay }) {
    if (direct < 0.995) return wrong("The direct sound should have strength 1.");
    if (delay !== 500) return wrong(`The echo comes after ${delay} milliseconds: ${Math.abs(delay - 500)} too ${delay < 500 ? "early" : "late"}.`);
    if (decay > 4e-3) return wrong('Each echo has an echo: more than one arrives. What must "next echo" be?');
    if (Math.abs(echo - 0.5) > 6e-3) return wrong(`The echo has strength ${fixed(echo)}, not half.`);
    return right("A click, and half a click half a second later: 1 at time 0 and ½ at time 0.5.");
  },
  a_tone({ sound, echo, decay, delay }) {
    if (sound !== "click") return wrong("Choose click as the sound.");
    if (echo < 0.5 || decay < 0.85) return wrong("The echoes die away before they can become a note: make echo and next echo large.");
    const hertz = 1e3 / delay;
    if (delay === 5) return right("Every 5 milliseconds: 200 in a second are heard as a note of 200 hertz.");
    return wrong(hertz < 20 ? `${formatted(hertz, 1)} echoes in a second are still heard one by one.` : `That is a note of ${formatted(hertz, 0)} hertz; wanted are 200.`);
  },
  differences: sequence([1, -1], "Each sample minus the one before it. Without the flip it would be [-1, 1]."),
  echo_of_two: sequence([1, 0, 2], "The signal, and twice the signal two places later: 1 at position 0, 2 at position 2."),
  vanish(state) {
    const [slow, fast] = [heightOf(state, state.slow), heightOf(state, state.fast)];
    const [flat] = responseOf(state, state.slow);
    if (state.fast !== 12) return wrong("Set the fast wiggle to 12 cycles.");
    if (fast > 0.02) return wrong(`The fast wiggle keeps ${fixed(100 * fast, 0)} % of its height.`);
    if (flat < 0) return wrong("The fast wiggle is gone, but the slow one is upside down.");
    if (Math.abs(slow - 1) > 0.1) return wrong(`The fast wiggle is gone, but the slow one has ${fixed(100 * slow, 0)} % of its height: what should the kernel add up to?`);
    return right("The centre weighs as much as the two outermost, which are half a cycle away, and all add up to 1.");
  },
  upside_down(state) {
    const [[flat], [fastest]] = [responseOf(state, 0), responseOf(state, 24)];
    if (state.fast !== 24) return wrong("Set the fast wiggle to 24 cycles, the fastest there is.");
    if (Math.abs(flat - 1) > 0.03) return wrong(`The kernel adds up to ${fixed(flat)}: a flat signal does not stay as it is.`);
    if (fastest > -0.97) return wrong(`The fastest wiggle is multiplied by ${fixed(fastest)}, and should be by −1.`);
    return right("The two neighbours, half each: equal to a flat signal, opposite to the fastest.");
  },
  corner_of_23({ boundary }) {
    if (boundary === "constant") return right("Zeros outside subtract nothing: 35 − 6 − 6.");
    const outside = { edge: "two copies of the 7", symmetric: "two copies of the 7", reflect: "two mirrored 6s", wrap: "two 5s" };
    return wrong(`Here ${outside[boundary]} lie outside and are subtracted. For 23 they must not subtract anything.`);
  },
  down: kernel([0, 0, 0, 0, 0, 0, 0, 1, 0], "Convolution stamps each pixel one place down.", {
    turned: "It moves the picture up: turned by 180°.",
    transposed: "It moves the picture sideways: rows and columns are exchanged."
  }),
  row_blur: kernel([0, 0, 0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0], "Three thirds in the middle row.", {
    transposed: "That averages a column: rows and columns are exchanged.",
    scale: "An average, but the brightness changes: the numbers should add up to 1."
  }),
  this_picture: kernel([2, 0, 0, 0, 0, 0, 0, 0, -1], "Twice the pixel on one side, minus the one on the other.", {
    turned: "The light comes from the other side: turned by 180°."
  }),
  middle_spot({ family, image, sigma }) {
    if (family !== "LoG" || image !== "spots_and_stripes") return wrong("Choose the LoG and the spots and stripes.");
    if (sigma < 2.45) return wrong("A smaller spot is darker: the hat is too narrow.");
    return sigma > 3.45 ? wrong("A larger spot is darker: the hat is too wide.") : right("Its radius, 4, is near √2 σ.");
  },
  slanted({ family, image, theta }) {
    if (family !== "Gabor" || image !== "spots_and_stripes") return wrong("Choose Gabor and the spots and stripes.");
    const off = Math.abs(theta - 45);
    if (off <= 5) return right("The stripes of the kernel lie along those of the picture.");
    return wrong(Math.abs(theta - 135) <= 10 ? "They lie across: 90 degrees off. The angle is that of the wave, not of the stripes." : `${fixed(Math.min(off, 180 - off), 0)} degrees off.`);
  },
  halve({ n, k, stride, padding, dilation, layers }) {
    if (n !== 14 || k !== 3 || layers !== 1) return wrong("Set the input size to 14, the kernel to 3, and one layer.");
    const size = outputSize(n, k, stride, padding, dilation);
    if (size === 7) return right("⌊(14 + 2 − 3) / 2⌋ + 1 = 7. The same padding and stride make 14 of 28.");
    if (size === 6 && stride === 2) return wrong("6 outputs, off by one: the kernel has no room at the end. Give it padding.");
    return wrong(`${size} outputs; 7 are wanted, half of the input.`);
  },
  keep({ n, k, stride, padding, dilation, layers }) {
    if (k !== 5 || stride !== 1 || layers !== 1) return wrong("Set the kernel to 5, the stride to 1, and one layer.");
    const size = outputSize(n, k, stride, padding, dilation);
    if (size === n && dilation === 1) return right("Padding (k − 1) / 2 on each side.");
    return wrong(dilation > 1 ? "Set the dilation to 1." : `${n} become ${size}: ${Math.abs(n - size)} ${size < n ? "too few" : "too many"}.`);
  },
  see_fifteen({ n, k, stride, padding, dilation, layers }) {
    const field = receptiveField(k, stride, dilation, layers);
    if (k !== 3 || dilation !== 1) return wrong("Keep the kernel at 3 and the dilation at 1.");
    if (field !== 15) return wrong(`One output sees ${field} inputs; 15 are wanted.`);
    return sizes(n, k, stride, padding, dilation, layers).at(-1) ? right("1 + 2 + 2·2 + 2·4: each step is as long as the strides before it.") : wrong("That would see 15, but the input is too short for an output. Make n larger.");
  },
  blind({ example }) {
    if (example === "stripes" || example === "constant") return right("The loss falls to nothing, and the kernel is wrong: the picture never asks for the rest.");
    return wrong(`From the ${example} all nine numbers can be found. Which picture says less?`);
  }
};
function judge(name, state, slips) {
  const { done, words } = CHECKS[name](state, slips);
  return [done, words];
}
function stateOf(traits, menus) {
  const named = Object.entries(menus).map(([trait, options]) => [trait, options[traits[trait]]]);
  return { ...traits, ...Object.fromEntries(named) };
}

// convlib/live/scripts/challenges_states.js
function traitsOf(state, traits, menus) {
  const entries = Object.entries(state).map(([name, value]) => {
    const plain = (text) => String(text).replace(/_/g, " ");
    if (menus[name]) return [name, menus[name].findIndex((option) => plain(option) === plain(value))];
    return [name, typeof traits[name] === "number" ? Number(value) : value];
  });
  const fits = ([name, value]) => name in traits && !name.startsWith("_") && typeof value === typeof traits[name] && (typeof value === "string" ? value.length < 100 : Number.isFinite(value) && Math.abs(value) <= 1e3) && !(menus[name] && value < 0);
  return Object.fromEntries(entries.filter(fits));
}
function queryOf(figure, before, now, menus) {
  const said = ([name, value]) => !name.startsWith("_") && ["number", "string"].includes(typeof value);
  const changed = Object.entries(now).filter((entry) => said(entry) && before[entry[0]] !== entry[1]);
  const query = new URLSearchParams(changed.map(([name, value]) => [`${figure}.${name}`, menus[name]?.[value] ?? value]));
  return query.toString();
}
function stateIn(query, figure) {
  const own = [...new URLSearchParams(query)].filter(([name]) => name.startsWith(`${figure}.`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(figure.length + 1), value]));
}
function set(figure, values) {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, figure.get(name)]));
  Object.entries(values).forEach(([name, value]) => figure.set(name, value));
  figure.save_changes();
  return before;
}
var CONTROLS = ":is(.widget-slider, .widget-dropdown, .widget-text)";
var valuesIn = (control) => [...control.querySelectorAll("select, input")].map((input) => input.value);
var lookOf = (control) => valuesIn(control).join() + control.textContent;
async function showing(figure, change) {
  const views = await Promise.all(Object.values(figure.views ?? {}));
  const roots = views.map((view) => view.el.closest(".live-root")).filter(Boolean);
  const controls = roots.flatMap((root) => [...root.querySelectorAll(CONTROLS)]);
  const looks = controls.map(lookOf);
  change();
  setTimeout(() => {
    const moved2 = controls.filter((control, i) => lookOf(control) !== looks[i]);
    moved2.forEach((control) => control.classList.add("is-set-by-words"));
    setTimeout(() => moved2.forEach((control) => control.classList.remove("is-set-by-words")), 2500);
  }, 150);
}
function wordsThatSet(name, figure, menus) {
  const aborter = new AbortController();
  for (const words of document.querySelectorAll(`span.live-set[data-figure="${name}"]`)) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "live-set" });
    button.dataset.set = words.dataset.set;
    button.append(...words.childNodes);
    button.setAttribute("aria-pressed", "false");
    button.title = "Sets the figure; press again to take it back.";
    words.replaceWith(button);
    let before = null;
    button.addEventListener("click", () => showing(figure, () => {
      if (before) {
        set(figure, before);
        before = null;
      } else before = set(figure, traitsOf(JSON.parse(button.dataset.set), figure.attributes, menus));
      button.setAttribute("aria-pressed", String(Boolean(before)));
    }), { signal: aborter.signal });
  }
  return () => aborter.abort();
}

// convlib/live/scripts/challenges.js
function figureOf(model) {
  return model.widget_manager.get_model(model.get("figure").replace("IPY_MODEL_", ""));
}
function drawTarget(model, parent) {
  const columns = model.get("target_columns");
  const canvas = element("canvas", "live-target", parent);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "The picture whose kernel is to be found: a cat's eye as a relief, each edge with a dark and a light side");
  if (columns) drawBytes(canvas, bytesOf(model.get("target")).length / columns, columns, bytesOf(model.get("target")));
  return canvas;
}
async function render({ model, el }) {
  const box = element("div", "live-challenge", el);
  const task = element("p", "live-task", box);
  const target = drawTarget(model, box);
  const say = statusLines(box, 2);
  const link = element("a", "live-note", element("p", "", box), "Link to this state of the figure");
  const figure = await figureOf(model);
  const [name, menus] = [model.get("kind"), model.get("choices")];
  const atFirst = { ...figure.attributes };
  set(figure, traitsOf(stateIn(location.search, name), figure.attributes, menus));
  const endWords = wordsThatSet(name, figure, menus);
  const show = onFrame(() => {
    const tasks = model.get("tasks");
    const [challenge, words] = tasks[model.get("chosen")];
    task.textContent = words;
    target.hidden = challenge !== "this_picture";
    const [done, verdict] = judge(challenge, stateOf(figure.attributes, menus), model.get("slips"));
    const solved = model.get("solved");
    if (done && !solved.includes(challenge)) model.set("solved", [...solved, challenge]);
    model.set("done", done);
    model.set("words", verdict);
    model.save_changes();
    box.dataset.done = done;
    link.href = `?${queryOf(name, atFirst, figure.attributes, menus)}${location.hash}`;
    say([`${done ? "Solved." : "Not yet."} ${verdict}`, `${model.get("solved").length} of ${tasks.length} solved.`]);
  });
  const end = listen(model, ["chosen"], show);
  const hear = (event) => {
    if (event.startsWith("change:")) show();
  };
  figure.on("all", hear);
  show();
  announce(el);
  return () => {
    end();
    endWords();
    figure.off("all", hear);
    show.stop();
    say.stop();
  };
}
var challenges_default = { render };
export {
  challenges_default as default
};
