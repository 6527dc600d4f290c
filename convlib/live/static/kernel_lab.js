// convlib/live/scripts/shared.js
var BOUNDARIES = ["edge", "constant", "reflect", "symmetric", "wrap"];
function reflectIndex(i, n, boundary) {
  if (i >= 0 && i < n) return i;
  const wrapped = (period) => (i % period + period) % period;
  switch (boundary) {
    case "constant":
      return -1;
    case "edge":
      return i < 0 ? 0 : n - 1;
    case "wrap":
      return wrapped(n);
    case "symmetric": {
      const j = wrapped(2 * n);
      return j < n ? j : 2 * n - 1 - j;
    }
    case "reflect": {
      if (n === 1) return 0;
      const j = wrapped(2 * n - 2);
      return j < n ? j : 2 * n - 2 - j;
    }
    default:
      throw new Error(`unknown boundary ${boundary}`);
  }
}
function formatted(value, decimals = 3) {
  return String(Number(value.toFixed(decimals)) + 0).replace("-", "−");
}
function fixed(value, decimals = 2) {
  return (Number(value.toFixed(decimals)) + 0).toFixed(decimals).replace("-", "−");
}
function presetName(kernel, presets) {
  const same = ([, values]) => values.every((v, i) => Math.abs(v - kernel[i]) < 1e-6);
  return presets.find(same)?.[0] ?? "custom";
}
function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== void 0) made.textContent = text;
  parent?.append(made);
  return made;
}
function pictureFrame(parent, caption) {
  const box = element("div", "live-picture", parent);
  const canvas = element("canvas", "", box);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Picture ${caption}`);
  return { box, canvas, label: element("div", "live-caption", box, caption) };
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
function setTrait(model, trait, value) {
  model.set(trait, value);
  model.save_changes();
}
function listen(model, traits, listener) {
  const events = traits.map((trait) => `change:${trait}`);
  events.forEach((event) => model.on(event, listener));
  return () => events.forEach((event) => model.off(event, listener));
}
function followPresets(model, count) {
  const presets = model.get("presets");
  const kernel = () => Array.from({ length: count }, (_, i) => model.get(`k${i}`));
  let applying = false;
  model.on("change:preset", () => {
    const chosen = presets[model.get("preset")];
    if (!chosen) return;
    applying = true;
    chosen[1].forEach((v, i) => model.set(`k${i}`, v));
    model.save_changes();
    applying = false;
  });
  listen(model, Array.from({ length: count }, (_, i) => `k${i}`), () => {
    if (applying) return;
    const index = [...presets.map(([name]) => name), "custom"].indexOf(presetName(kernel(), presets));
    if (index !== model.get("preset")) setTrait(model, "preset", index);
  });
}
var SIDEWAYS = 6;
function onPress(area, act, { tap = true } = {}) {
  let [from, going] = [null, false];
  const touches = (event) => event.pointerType === "touch";
  area.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    [from, going] = [event, !touches(event)];
    if (!going) return;
    area.setPointerCapture(event.pointerId);
    if (tap) act(event);
  });
  area.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [right, down] = [event.clientX - from.clientX, event.clientY - from.clientY].map(Math.abs);
    if (!going && right >= SIDEWAYS && right > down) {
      going = true;
      area.setPointerCapture(event.pointerId);
      act({ clientX: from.clientX, clientY: from.clientY, currentTarget: area });
    }
    if (going) act(event);
  });
  area.addEventListener("pointerup", (event) => {
    if (from && tap && !going) act(event);
    from = null;
  });
  area.addEventListener("pointercancel", () => {
    from = null;
  });
}
function announce(el, first) {
  if (first) el.prepend(element("p", "live-do", null, first));
  el.dataset.liveReady = "";
  el.dispatchEvent(new CustomEvent("live-ready", { bubbles: true }));
}

// convlib/live/scripts/photos.js
var PRIVATE = "A photograph never leaves this device. You can also drop one on the pictures.";
var LARGEST = 512;
var CAMERA = 320;
var STRETCH = 3;
var MOST = 1e8;
function fitted(wide, high, largest) {
  const [width, height] = [Math.min(wide, STRETCH * high), Math.min(high, STRETCH * wide)];
  const scale = Math.min(1, largest / Math.max(width, height));
  const size = [width, height].map((n) => Math.max(1, Math.round(n * scale)));
  return { part: [(wide - width) / 2, (high - height) / 2, width, height], size };
}
function sizeProblem(wide, high) {
  const size = `${wide} × ${high} pixels`;
  if (!(wide * high > 0)) return "This picture has no pixels. Choose another one.";
  return wide * high > MOST ? `This picture is too large: ${size}, more than 100 million. Choose another one.` : "";
}
function shownAs(wide, high, { part, size }) {
  if (wide === size[0] && high === size[1]) return `Your photograph is shown. ${PRIVATE}`;
  const cut = part[2] < wide || part[3] < high ? "its middle, " : "";
  const from = `${cut}${size[0]} × ${size[1]} pixels instead of ${wide} × ${high}`;
  return `Your photograph is shown, made smaller: ${from}. ${PRIVATE}`;
}
var CAMERA_PROBLEMS = {
  NotAllowedError: "The camera was refused.",
  NotFoundError: "There is no camera.",
  NotReadableError: "The camera is in use by another program.",
  TypeError: "A camera cannot be used on this page."
  // the address is neither https nor this computer
};
function cameraProblem(name) {
  return `${CAMERA_PROBLEMS[name] ?? "The camera could not be started."} Everything else goes on working.`;
}
function pixelsOf(source, { part, size: [width, height] }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, ...part, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
async function exactPixels(bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: "none" });
  const size = [bitmap.width, bitmap.height];
  return pixelsOf(bitmap, { part: [0, 0, ...size], size });
}
async function pixelsOfFile(file) {
  if (!file.size) return { words: "This file is empty. Choose another one." };
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    image.src = address;
    await new Promise((resolve, reject) => {
      [image.onload, image.onerror] = [resolve, reject];
    });
    const [wide, high] = [image.naturalWidth, image.naturalHeight];
    const words = sizeProblem(wide, high);
    if (words) return { words };
    await image.decode();
    const fit = fitted(wide, high, LARGEST);
    return { pixels: pixelsOf(image, fit), words: shownAs(wide, high, fit) };
  } catch {
    return { words: "This file is not a picture that the browser can read. Choose another one." };
  } finally {
    URL.revokeObjectURL(address);
  }
}
function ownButtons(el) {
  const box = element("div", "live-own", el);
  const input = element("input", "", box);
  Object.assign(input, { type: "file", accept: "image/*", hidden: true });
  const button = (words) => Object.assign(element("button", "live-button", box, words), { type: "button" });
  const [choose, camera, back] = ["Own photograph", "Camera", "First picture"].map(button);
  back.hidden = true;
  return { box, button, input, choose, camera, back };
}
function ownPictures({ input, choose, camera, back }, target, { use, goBack, say }) {
  let turn = 0;
  let tracks = [];
  const idle = camera.textContent;
  function newTurn() {
    tracks.forEach((track) => track.stop());
    tracks = [];
    camera.textContent = idle;
    turn += 1;
    return turn;
  }
  const switchOff = (words) => {
    if (tracks.length) {
      newTurn();
      say(words);
    }
  };
  async function useFile(file) {
    if (!file) return;
    const mine = newTurn();
    const { pixels, words } = await pixelsOfFile(file);
    if (mine !== turn) return;
    if (pixels) {
      use(pixels);
      back.hidden = false;
    }
    say(words);
  }
  function follow(video, mine) {
    let shown = -1;
    const next = () => {
      if (mine !== turn) return;
      requestAnimationFrame(next);
      if (video.currentTime === shown || !video.videoWidth) return;
      shown = video.currentTime;
      use(pixelsOf(video, fitted(video.videoWidth, video.videoHeight, CAMERA)));
    };
    next();
  }
  async function useCamera() {
    if (tracks.length) {
      switchOff(`The camera is off. ${PRIVATE}`);
      return;
    }
    const mine = newTurn();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: CAMERA, height: 240 } });
      if (mine !== turn) {
        stream.getTracks().forEach((track) => track.stop());
        return;
      }
      tracks = stream.getTracks();
      tracks[0].onended = () => switchOff("The camera has stopped.");
      const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
      await video.play();
      if (mine !== turn) return;
      camera.textContent = "Stop camera";
      back.hidden = false;
      say(`The camera is on. ${PRIVATE}`);
      follow(video, mine);
    } catch (problem) {
      if (mine === turn) {
        newTurn();
        say(cameraProblem(problem.name));
      }
    }
  }
  const ending = new AbortController();
  const on = (what, name, act) => what.addEventListener(name, act, { signal: ending.signal });
  on(choose, "click", () => input.click());
  on(input, "change", () => {
    useFile(input.files[0]);
    input.value = "";
  });
  on(camera, "click", useCamera);
  on(back, "click", () => {
    newTurn();
    goBack();
    choose.focus();
    back.hidden = true;
    say(PRIVATE);
  });
  on(target, "dragover", (event) => {
    event.preventDefault();
    target.classList.add("is-target");
  });
  on(target, "dragleave", () => target.classList.remove("is-target"));
  on(target, "drop", (event) => {
    event.preventDefault();
    target.classList.remove("is-target");
    useFile(event.dataTransfer.files[0]);
  });
  on(document, "visibilitychange", () => {
    if (document.hidden) switchOff("The camera was switched off.");
  });
  const folded = new IntersectionObserver(([{ boundingClientRect: { width } }]) => {
    if (!width) switchOff("The camera was switched off.");
  });
  folded.observe(target);
  return () => {
    newTurn();
    ending.abort();
    folded.disconnect();
  };
}

// convlib/live/scripts/lens.js
var LUMINANCE = [0.2126, 0.7152, 0.0722];
function brightnessAt(planes, height, width, row, column, boundary) {
  const [r, c] = [reflectIndex(row, height, boundary), reflectIndex(column, width, boundary)];
  if (r < 0 || c < 0) return 0;
  if (planes.length === 1) return planes[0][r * width + c];
  return LUMINANCE.reduce((sum, share, i) => sum + share * planes[i][r * width + c], 0);
}
function lensAt(planes, height, width, weights, row, column, boundary) {
  const size = Math.sqrt(weights.length);
  const half = (size - 1) / 2;
  const reach = size === 3 ? 2 : half;
  const columns = 2 * reach + 1;
  const cells = Array.from({ length: columns ** 2 }, (_, i) => {
    const [down, right] = [Math.floor(i / columns) - reach, i % columns - reach];
    const under = Math.max(Math.abs(down), Math.abs(right)) <= half;
    const [r, c] = [row + down, column + right];
    return {
      value: brightnessAt(planes, height, width, r, c, boundary),
      weight: under ? weights[(down + half) * size + right + half] : null,
      outside: r < 0 || c < 0 || r >= height || c >= width
    };
  });
  return { columns, cells, sum: cells.reduce((sum, { value, weight }) => sum + value * (weight ?? 0), 0) };
}
function lensWords(row, column, sum, drawn, grey) {
  const shown = grey ? drawn[0] : `red ${drawn[0]}, green ${drawn[1]}, blue ${drawn[2]}`;
  return `Row ${row}, column ${column}: ${grey ? "" : "brightness "}sum ${fixed(sum)}, drawn ${shown}`;
}
var STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
var within = (value, low, high) => Math.min(Math.max(value, low), high);
function windowTable(parent) {
  element("div", "live-caption", parent, "pixel × kernel value = product");
  const grid = element("div", "live-window", parent);
  const sum = element("div", "live-sum", parent);
  const swatch = element("span", "live-swatch", sum);
  const total = element("span", "", sum);
  const say = statusLines(parent, 1);
  let cells = [];
  function fill(found) {
    if (cells.length !== found.length) {
      const columns = Math.sqrt(found.length);
      grid.replaceChildren();
      grid.style.setProperty("--columns", columns);
      grid.classList.toggle("is-fine", columns > 3);
      cells = found.map(() => element("span", "live-window-cell", grid));
    }
    found.forEach(({ value, weight, outside }, i) => {
      const byte2 = Math.round(255 * within(value, 0, 1));
      cells[i].style.cssText = `background: rgb(${byte2}, ${byte2}, ${byte2}); color: ${byte2 > 118 ? "#000" : "#fff"}`;
      cells[i].classList.toggle("is-outside", outside);
      cells[i].replaceChildren(fixed(value));
      element("span", "", cells[i], `× ${formatted(weight, 2)}`);
      element("b", "", cells[i], fixed(value * weight));
    });
  }
  function show(found, result, drawn) {
    fill(found);
    total.textContent = `sum ${fixed(result)}`;
    swatch.style.background = `rgb(${drawn[0]}, ${drawn[1]}, ${drawn[2]})`;
  }
  return { show, say, cellAt: (i) => cells[i] };
}
function makeLens({ model, panel, scenes, sizeOf, look }) {
  const { show, say, cellAt } = windowTable(panel);
  const marks = scenes.map((scene2) => element("div", "live-mark", scene2));
  let passing = null;
  function kept() {
    const { height, width } = sizeOf();
    const [row, column] = [model.get("row"), model.get("column")];
    return row < 0 || column < 0 ? null : [Math.min(row, height - 1), Math.min(column, width - 1)];
  }
  function middle() {
    const { height, width } = sizeOf();
    return [Math.floor(height / 2), Math.floor(width / 2)];
  }
  function keep(place) {
    passing = null;
    const [row, column] = place ?? [-1, -1];
    model.set("row", row);
    model.set("column", column);
    model.save_changes();
    draw();
  }
  function draw() {
    const place = passing ?? kept() ?? middle();
    const { height, width } = sizeOf();
    const { cells, sum, drawn, words } = look(...place);
    show(cells.filter(({ weight }) => weight !== null), sum, drawn);
    say([words]);
    marks.forEach((mark) => {
      mark.style.top = `${100 * (place[0] + 0.5) / height}%`;
      mark.style.left = `${100 * (place[1] + 0.5) / width}%`;
    });
  }
  function under(event) {
    const { height, width } = sizeOf();
    const area = event.currentTarget.getBoundingClientRect();
    const part = [(event.clientY - area.top) / area.height, (event.clientX - area.left) / area.width];
    return [height, width].map((n, i) => within(Math.floor(part[i] * n), 0, n - 1));
  }
  function moved(event) {
    if (!event.buttons && event.pointerType === "mouse") {
      passing = under(event);
      draw();
    }
  }
  function pressed(event) {
    const { height, width } = sizeOf();
    if (event.key === "Escape") keep(null);
    else if (STEPS[event.key]) {
      const far = event.shiftKey ? 10 : 1;
      const [down, right] = STEPS[event.key];
      const [row, column] = kept() ?? middle();
      keep([within(row + far * down, 0, height - 1), within(column + far * right, 0, width - 1)]);
    } else return;
    event.preventDefault();
  }
  for (const scene2 of scenes) {
    onPress(scene2, (event) => keep(under(event)));
    scene2.addEventListener("pointermove", moved);
    scene2.addEventListener("pointerleave", () => {
      if (passing) {
        passing = null;
        draw();
      }
    });
    scene2.addEventListener("keydown", pressed);
  }
  const stopListening = listen(model, ["row", "column"], draw);
  return { draw, cellAt, stop() {
    say.stop();
    stopListening();
  } };
}
function makeDivider({ model, scene: scene2, over }) {
  const handle = element("div", "live-handle", scene2);
  handle.setAttribute("aria-hidden", "true");
  const place = () => {
    const share = 100 * model.get("divider");
    over.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    handle.style.left = `${share}%`;
  };
  for (const name of ["pointerdown", "pointermove", "pointerup"]) {
    handle.addEventListener(name, (event) => event.stopPropagation());
  }
  onPress(handle, (event) => {
    const { left, width } = scene2.getBoundingClientRect();
    setTrait(model, "divider", Math.round(100 * within((event.clientX - left) / width, 0, 1)) / 100);
  }, { tap: false });
  place();
  return listen(model, ["divider"], place);
}

// convlib/live/scripts/kernel_table.js
var STEP = 0.1;
var KEYS = {
  // neighbours to the right, steps up
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0]
};
function tint(value, largest) {
  const share = largest ? Math.round(60 * Math.abs(value) / largest) : 0;
  return share ? `color-mix(in srgb, ${value > 0 ? "#d55e00" : "#0072b2"} ${share}%, #fff)` : "#fff";
}
function stepped(value, steps, low, high) {
  const moved = Number((Math.round((value + steps * STEP) / STEP) * STEP).toFixed(6));
  return Math.min(high, Math.max(low, moved)) + 0;
}
function kernelTable({ model, bodyOf, tie }) {
  const ending = new AbortController();
  const sliders = () => [...bodyOf()?.querySelectorAll(".live-kernel > .widget-slider") ?? []];
  const handles = () => sliders().map((slider) => slider.querySelector("[role=slider]"));
  let here = 4;
  let bound = null;
  function paint() {
    const list = sliders();
    const values = list.map((_, i) => model.get(`k${i}`));
    const largest = Math.max(...values.map(Math.abs), 0);
    list.forEach((slider, i) => slider.style.setProperty("--tint", tint(values[i], largest)));
  }
  function settle() {
    handles().forEach((handle, i) => {
      if (handle) handle.tabIndex = i === here ? 0 : -1;
    });
    paint();
    const table = bodyOf()?.querySelector(".live-kernel");
    if (!table || table === bound) return;
    bound = table;
    const on = (name, act) => table.addEventListener(name, act, { signal: ending.signal, capture: true });
    const placeOf = ({ target }) => sliders().findIndex((slider) => slider.contains(target));
    const mark = (event, tied) => {
      const i = placeOf(event);
      if (i >= 0) tie(i)?.classList.toggle("is-tied", tied);
    };
    for (const name of ["pointerover", "focusin"]) on(name, (event) => mark(event, true));
    for (const name of ["pointerout", "focusout"]) on(name, (event) => mark(event, false));
    on("focusin", (event) => {
      here = Math.max(0, placeOf(event));
      settle();
    });
    on("keydown", pressed);
  }
  function pressed(event) {
    const move = event.target.getAttribute("role") === "slider" ? KEYS[event.key] : null;
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const list = handles();
    const [along, steps] = move;
    if (along) list[Math.min(list.length - 1, Math.max(0, here + along))].focus();
    else {
      const [low, high] = ["aria-valuemin", "aria-valuemax"].map((name) => Number(event.target.getAttribute(name)));
      setTrait(model, `k${here}`, stepped(model.get(`k${here}`), steps, low, high));
    }
  }
  return { paint, settle, stop: () => ending.abort() };
}

// convlib/live/scripts/kernel_lab.js
var OPERATIONS = ["convolution", "cross-correlation"];
var DISPLAYS = ["clipped", "signed"];
function pad(plane, height, width, boundary, reach) {
  const [high, wide] = [height + 2 * reach, width + 2 * reach];
  const padded = new Float32Array(high * wide);
  const columns = Array.from({ length: wide }, (_, c) => reflectIndex(c - reach, width, boundary));
  for (let r = 0; r < high; r += 1) {
    const row = reflectIndex(r - reach, height, boundary);
    if (row < 0) continue;
    for (let c = 0; c < wide; c += 1) {
      if (columns[c] >= 0) padded[r * wide + c] = plane[row * width + columns[c]];
    }
  }
  return padded;
}
function applied(kernel, operation) {
  return operation === "convolution" ? kernel.slice().reverse() : kernel.slice();
}
function tapsOf(weights, width) {
  const size = Math.sqrt(weights.length);
  const wide = width + size - 1;
  const taps = weights.map((weight, i) => [Math.floor(i / size) * wide + i % size, weight]);
  return taps.filter(([, weight]) => weight !== 0);
}
function addOne(sums, o, count, padded, p, [place, weight]) {
  const a = p + place;
  for (let i = 0; i < count; i += 1) sums[o + i] += weight * padded[a + i];
}
function addFive(sums, o, count, padded, p, [[pa, wa], [pb, wb], [pc, wc], [pd, wd], [pe, we]]) {
  const [a, b, c, d, e] = [p + pa, p + pb, p + pc, p + pd, p + pe];
  for (let i = 0; i < count; i += 1) {
    sums[o + i] += wa * padded[a + i] + wb * padded[b + i] + wc * padded[c + i] + wd * padded[d + i] + we * padded[e + i];
  }
}
function addTaps(sums, padded, height, width, wide, taps) {
  const [alone] = taps.length % 5 === 1 ? taps.slice(-1) : [];
  const filled = [...taps.slice(0, alone ? -1 : taps.length), ...Array(4).fill([0, 0])];
  const fives = Array.from({ length: Math.floor(filled.length / 5) }, (_, i) => filled.slice(5 * i, 5 * i + 5));
  for (let r = 0; r < height; r += 1) {
    const [o, p] = [r * width, r * wide];
    for (const five of fives) addFive(sums, o, width, padded, p, five);
    if (alone) addOne(sums, o, width, padded, p, alone);
  }
}
var DRIFT = 1e3;
function makeFilter(planes, height, width, size, boundary) {
  const reach = (size - 1) / 2;
  const padded = planes.map((plane) => pad(plane, height, width, boundary, reach));
  const sums = planes.map(() => new Float32Array(height * width));
  let known = Array(size * size).fill(0);
  let drift = 0;
  return (weights) => {
    let taps = tapsOf(weights.map((weight, i) => weight - known[i]), width);
    const all = tapsOf(weights, width);
    const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
    if (drift + total > DRIFT || taps.length > all.length) {
      sums.forEach((plane) => plane.fill(0));
      [taps, drift] = [all, 0];
    }
    drift += total;
    known = weights;
    padded.forEach((plane, i) => addTaps(sums[i], plane, height, width, width + 2 * reach, taps));
    return sums;
  };
}
function filterChannel(plane, height, width, kernel, { operation, boundary }) {
  const filter = makeFilter([plane], height, width, Math.sqrt(kernel.length), boundary);
  return filter(applied(kernel, operation))[0];
}
function toPlanes(rgba, grey) {
  const count = rgba.length / 4;
  const planes = [0, 1, 2].map((channel) => {
    const plane = new Float32Array(count);
    for (let i = 0, o = channel; i < count; i += 1, o += 4) plane[i] = rgba[o] / 255;
    return plane;
  });
  if (!grey) return planes;
  const [r, g, b] = planes;
  return [r.map((_, i) => LUMINANCE[0] * r[i] + LUMINANCE[1] * g[i] + LUMINANCE[2] * b[i])];
}
var scaleOf = (display) => display === "signed" ? [0.5, 0.5] : [1, 0];
function byte(value) {
  const whole = value | 0;
  const positive = whole & ~(whole >> 31);
  return positive | 255 - positive >> 31;
}
function writeBytes(planes, display, rgba) {
  const [gain, shift] = scaleOf(display).map((v) => 255 * v);
  const [red, green, blue] = planes.length === 1 ? [planes[0], planes[0], planes[0]] : planes;
  const bytes = new Uint8Array(rgba.buffer);
  for (let i = 0, o = 0; i < red.length; i += 1, o += 4) {
    bytes[o] = byte(gain * red[i] + shift + 0.5);
    bytes[o + 1] = byte(gain * green[i] + shift + 0.5);
    bytes[o + 2] = byte(gain * blue[i] + shift + 0.5);
  }
}
function clippedShare(planes, display) {
  const [gain, shift] = scaleOf(display);
  const [low, high] = [(-1e-6 - shift) / gain, (1 + 1e-6 - shift) / gain];
  let outside = 0;
  for (const plane of planes) for (const v of plane) outside += v < low || v > high;
  return outside / (planes.length * planes[0].length);
}
function filteredBytes(rgba, height, width, kernel, { operation, boundary, display, grey }) {
  const filter = makeFilter(toPlanes(rgba, grey), height, width, Math.sqrt(kernel.length), boundary);
  const drawn = new Uint8ClampedArray(rgba.length).fill(255);
  writeBytes(filter(applied(kernel, operation)), display, drawn);
  return drawn;
}
function rowsOf(kernel) {
  const size = Math.sqrt(kernel.length);
  return Array.from({ length: size }, (_, r) => kernel.slice(r * size, (r + 1) * size));
}
function asNumpy(kernel) {
  const rows = rowsOf(kernel).map((row) => `[${row.map((v) => Number(v.toPrecision(12))).join(", ")}]`);
  return `np.array([${rows.join(", ")}])`;
}
function describe(kernel, clipped, display) {
  const rows = rowsOf(kernel).map((row) => row.map((v) => formatted(v)).join(", ")).join("; ");
  const sum = kernel.reduce((a, b) => a + b, 0);
  let effect = `flat areas get ${formatted(sum)} times as bright`;
  if (Math.abs(sum - 1) < 1e-6) effect = "flat areas keep their brightness";
  else if (Math.abs(sum) < 1e-6) {
    effect = display === "signed" ? "flat areas become 0, drawn middle grey" : "flat areas become black";
  }
  return [
    `Kernel: ${rows}`,
    `Kernel sum: ${formatted(sum)} (${effect})`,
    `Values outside the range of the display: ${(100 * clipped).toFixed(1)} %`
  ];
}
var kernelTraits = (model) => Array.from({ length: model.get("size") ** 2 }, (_, i) => `k${i}`);
var kernelOf = (model) => kernelTraits(model).map((trait) => model.get(trait));
function scene(parent, caption) {
  const { box, canvas, label } = pictureFrame(parent, caption);
  const area = element("div", "live-scene");
  box.prepend(area);
  area.append(canvas);
  return { box, canvas, area, label };
}
function build(el) {
  el.classList.add("kernel-lab-view");
  const frames = element("div", "live-pictures", el);
  const [before, after] = ["before", "after"].map((caption) => scene(frames, caption));
  const over = element("canvas", "live-over", after.area);
  over.setAttribute("aria-hidden", "true");
  Object.assign(after.area, { tabIndex: 0, role: "application" });
  after.area.setAttribute("aria-label", "Point at a pixel: the arrow keys move the mark, Escape puts it into the middle");
  const panel = element("div", "live-panel", el);
  const say = statusLines(el, 3);
  const own = ownButtons(el);
  const copy = own.button("Copy as NumPy");
  const note = element("p", "live-note", own.box, PRIVATE);
  note.setAttribute("role", "status");
  return { frames, before, after, over, panel, say, own, copy, note: (words) => {
    note.textContent = words;
  } };
}
async function copyCode(code, say) {
  try {
    await navigator.clipboard.writeText(code);
    say(`Copied: ${code}`);
  } catch {
    say(code);
  }
}
async function render({ model, el }) {
  const parts = build(el);
  const canvases = [parts.before.canvas, parts.after.canvas, parts.over];
  const [before, after, over] = canvases.map((canvas) => canvas.getContext("2d"));
  const first = await exactPixels(model.get("photo"));
  const chosen = (list, trait) => list[model.get(trait)];
  let photo;
  let planes;
  let filter;
  let output;
  function prepare() {
    const { width, height } = photo;
    const grey = model.get("colours") === 1;
    planes = toPlanes(photo.data, grey);
    filter = makeFilter(planes, height, width, model.get("size"), chosen(BOUNDARIES, "boundary"));
    const copy = new ImageData(width, height);
    copy.data.fill(255);
    writeBytes(planes, "clipped", copy.data);
    before.putImageData(copy, 0, 0);
    over.putImageData(copy, 0, 0);
    canvases[0].setAttribute("aria-label", `The photograph in ${grey ? "grey" : "colour"}, before filtering`);
  }
  const weights = () => applied(kernelOf(model), chosen(OPERATIONS, "operation"));
  const lens = makeLens({
    model,
    panel: parts.panel,
    scenes: [parts.before.area, parts.after.area],
    sizeOf: () => photo,
    look(row, column) {
      const { width, height } = photo;
      const boundary = chosen(BOUNDARIES, "boundary");
      const seen = lensAt(planes, height, width, weights(), row, column, boundary);
      const drawn = output.data.subarray(4 * (row * width + column));
      return { ...seen, drawn, words: lensWords(row, column, seen.sum, drawn, planes.length === 1) };
    }
  });
  const table = kernelTable({
    model,
    bodyOf: () => el.closest(".live-body"),
    tie(i) {
      const place = chosen(OPERATIONS, "operation") === "convolution" ? model.get("size") ** 2 - 1 - i : i;
      return lens.cellAt(place);
    }
  });
  function draw() {
    const [operation, display] = [chosen(OPERATIONS, "operation"), chosen(DISPLAYS, "display")];
    const sums = filter(weights());
    writeBytes(sums, display, output.data);
    after.putImageData(output, 0, 0);
    const preset = (chosen(model.get("presets"), "preset")?.[0] ?? "custom").replace("_", " ");
    canvases[1].setAttribute("aria-label", `The photograph after ${operation}, kernel: ${preset}`);
    parts.say(() => describe(kernelOf(model), clippedShare(sums, display), display));
    table.paint();
    lens.draw();
  }
  const redraw = onFrame(draw);
  const reprepare = () => {
    prepare();
    redraw();
  };
  function usePhoto(pixels) {
    const { width, height } = pixels;
    photo = pixels;
    if (output?.width !== width || output?.height !== height) {
      for (const canvas of canvases) Object.assign(canvas, { width, height });
      output = new ImageData(width, height);
      output.data.fill(255);
    }
    prepare();
    draw();
  }
  function arrange() {
    const divided = model.get("compare") === 1;
    parts.frames.classList.toggle("is-divided", divided);
    parts.after.label.textContent = divided ? "before | after" : "after";
    const body = el.closest(".live-body");
    body?.classList.toggle("is-divided", divided);
    body?.classList.toggle("has-more", model.get("more"));
    table.settle();
    lens.draw();
  }
  usePhoto(first);
  arrange();
  const boxed = requestAnimationFrame(arrange);
  parts.copy.addEventListener("click", () => copyCode(asNumpy(kernelOf(model)), parts.note));
  const ends = [
    redraw.stop,
    parts.say.stop,
    lens.stop,
    table.stop,
    () => cancelAnimationFrame(boxed),
    ownPictures(parts.own, parts.frames, { use: usePhoto, goBack: () => usePhoto(first), say: parts.note }),
    makeDivider({ model, scene: parts.after.area, over: parts.over }),
    listen(model, [...kernelTraits(model), "operation", "display", "preset"], redraw),
    listen(model, ["boundary", "colours"], reprepare),
    listen(model, ["compare", "more"], arrange)
  ];
  announce(el, "Drag the line over the picture. Then change a value of the kernel, and point at a pixel.");
  return () => ends.forEach((end) => end());
}
var kernel_lab_default = { initialize: ({ model }) => followPresets(model, model.get("size") ** 2), render };
export {
  DISPLAYS,
  OPERATIONS,
  applied,
  asNumpy,
  clippedShare,
  kernel_lab_default as default,
  describe,
  filterChannel,
  filteredBytes,
  makeFilter,
  pad,
  tapsOf,
  toPlanes,
  writeBytes
};
