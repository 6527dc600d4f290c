// convlib/live/scripts/shared.js
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
function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== void 0) made.textContent = text;
  parent?.append(made);
  return made;
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
var within = (value, low, high) => Math.min(Math.max(value, low), high);
function makeDivider({ model, scene, over }) {
  const handle = element("div", "live-handle", scene);
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
    const { left, width } = scene.getBoundingClientRect();
    setTrait(model, "divider", Math.round(100 * within((event.clientX - left) / width, 0, 1)) / 100);
  }, { tap: false });
  place();
  return listen(model, ["divider"], place);
}

// convlib/live/scripts/kernel_lab.js
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

// convlib/live/scripts/first_look.js
var WORDS = [
  "Blur: each pixel becomes the mean of the nine around it",
  "Sharpen: five times each pixel, minus its four neighbours",
  "Edge detect: the four neighbours, minus four times the pixel between them",
  "Edge enhance: each pixel minus its right neighbour",
  "Emboss: what lies up and left is added, what lies down and right is subtracted"
];
function mixed(kernel, strength) {
  return kernel.map((value, i) => strength * value + (i === 4 ? 1 - strength : 0));
}
function describe(preset, strength, clipped) {
  const share = `${Math.round(100 * strength)} %`;
  if (strength === 0) return "Strength 0 %: nothing changes, before and after are the same.";
  const lost = clipped < 5e-4 ? "" : ` ${(100 * clipped).toFixed(1)} % of the results do not fit between black and white.`;
  return `${WORDS[preset]}.${strength === 1 ? "" : ` Here at ${share}.`}${lost}`;
}
function build(el) {
  const frame = element("div", "live-pictures is-divided", el);
  const area = element("div", "live-scene", element("div", "live-picture", frame));
  const canvas = element("canvas", "", area);
  canvas.setAttribute("role", "img");
  const over = element("canvas", "live-over", area);
  over.setAttribute("aria-hidden", "true");
  ["before", "after"].forEach((words) => element("span", `live-side is-${words}`, area, words));
  const say = statusLines(el, 1);
  const own = ownButtons(el);
  own.camera.textContent = "Use my camera";
  const note = element("p", "live-note", own.box, PRIVATE);
  note.setAttribute("role", "status");
  return { frame, area, canvas, over, say, own, note: (words) => {
    note.textContent = words;
  } };
}
async function render({ model, el }) {
  el.classList.add("first-look-view");
  const parts = build(el);
  const [after, before] = [parts.canvas, parts.over].map((canvas) => canvas.getContext("2d"));
  const first = await exactPixels(model.get("photo"));
  let [filter, output] = [];
  function draw() {
    const [preset, strength] = [model.get("preset"), model.get("strength")];
    const sums = filter(applied(mixed(model.get("kernels")[preset], strength), "convolution"));
    writeBytes(sums, "clipped", output.data);
    after.putImageData(output, 0, 0);
    const words = WORDS[preset].split(":")[0];
    parts.canvas.setAttribute("aria-label", `The photograph after ${words} at ${Math.round(100 * strength)} %`);
    parts.say(() => [describe(preset, strength, clippedShare(sums, "clipped"))]);
  }
  function usePhoto(pixels) {
    const { width, height } = pixels;
    for (const canvas of [parts.canvas, parts.over]) Object.assign(canvas, { width, height });
    before.putImageData(pixels, 0, 0);
    output = new ImageData(width, height);
    output.data.fill(255);
    filter = makeFilter(toPlanes(pixels.data, false), height, width, 3, "edge");
    draw();
  }
  usePhoto(first);
  const redraw = onFrame(draw);
  const ends = [
    redraw.stop,
    parts.say.stop,
    ownPictures(parts.own, parts.frame, { use: usePhoto, goBack: () => usePhoto(first), say: parts.note }),
    makeDivider({ model, scene: parts.area, over: parts.over }),
    listen(model, ["preset", "strength"], redraw)
  ];
  announce(el);
  return () => ends.forEach((end) => end());
}
var first_look_default = { render };
export {
  WORDS,
  first_look_default as default,
  describe,
  mixed
};
