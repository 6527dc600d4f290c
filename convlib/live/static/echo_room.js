// convlib/live/scripts/shared.js
function formatted(value, decimals = 3) {
  return String(Number(value.toFixed(decimals)) + 0).replace("-", "−");
}
function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== void 0) made.textContent = text;
  parent?.append(made);
  return made;
}
function shape(tag, attributes, parent, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
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

// convlib/live/scripts/echo_room.js
var RATE = 16e3;
var SOUNDS = ["pluck", "three_notes", "click"];
var SECONDS = 1.5;
var FAINT = 1e-3;
var COLUMNS = 500;
var NOTES = [262, 330, 392];
var peak = (samples) => samples.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
function atPeak(samples, level = 0.9) {
  const gain = level / peak(samples);
  return samples.map((v) => v * gain);
}
function pluck(frequency, duration) {
  const sound = new Float64Array(Math.max(1, Math.round(duration * RATE)));
  for (let n = 1; n <= 10 && n * frequency < RATE / 2; n += 1) {
    for (let i = 0; i < sound.length; i += 1) {
      const t = i / RATE;
      sound[i] += Math.sin(2 * Math.PI * frequency * n * t) * Math.exp(-3 * n ** 0.7 * t) / n;
    }
  }
  return atPeak(sound.map((v, i) => v * Math.min(i / RATE / 3e-3, 1)));
}
function note(frequency) {
  const sound = pluck(frequency, 0.8);
  return sound.map((v, i) => v * Math.min((sound.length - i) / 800, 1));
}
function drySound(name) {
  if (name === "click") return Float64Array.of(1);
  if (name === "pluck") return note(220);
  const gap = Math.round(0.25 * RATE);
  const notes = NOTES.map(note);
  const sound = new Float64Array(2 * gap + notes[0].length);
  notes.forEach((one, k) => one.forEach((v, i) => {
    sound[k * gap + i] += v;
  }));
  return atPeak(sound);
}
function echoes({ direct, delay, echo, decay }) {
  const step = Math.floor(delay * RATE / 1e3);
  const found = direct === 0 ? [] : [[0, direct]];
  let strength = echo;
  for (let at = step; at < SECONDS * RATE && strength >= FAINT; at += step) {
    found.push([at, strength]);
    strength *= decay;
  }
  return found;
}
function impulseResponse(settings) {
  const response = new Float64Array(SECONDS * RATE);
  echoes(settings).forEach(([at, strength]) => {
    response[at] = strength;
  });
  return response;
}
function addCopies(x, copies, length) {
  const y = new Float64Array(x.length + length - 1);
  copies.forEach(([at, strength]) => {
    for (let i = 0; i < x.length; i += 1) y[at + i] += strength * x[i];
  });
  return y;
}
function envelope(samples, total, columns) {
  return Array.from({ length: columns }, (_, c) => {
    const start = Math.floor(c * total / columns);
    const end = Math.floor((c + 1) * total / columns);
    let [low, high] = end > samples.length ? [0, 0] : [Infinity, -Infinity];
    for (let i = start; i < Math.min(end, samples.length); i += 1) {
      if (samples[i] < low) low = samples[i];
      if (samples[i] > high) high = samples[i];
    }
    return [low, high];
  });
}
function describe(copies, loudest) {
  const first = copies.slice(0, 4).map(([at, strength]) => `${formatted(strength, 2)} at ${1e3 * at / RATE} ms`);
  const rest = copies.length - first.length;
  const more = rest > 0 ? `; and ${rest} more` : "";
  return [
    `Impulse response: ${first.join("; ") || "silence"}${more}.`,
    `The output is the sum of ${copies.length} ${copies.length === 1 ? "copy" : "copies"} of the sound. Its largest value is ${formatted(loudest, 2)}.`
  ];
}
var [WIDE, HIGH] = [1e3, 100];
var digits = (v) => v.toFixed(3);
function chart(parent, name, title) {
  const box = element("div", `echo-chart is-${name}`, parent);
  element("div", "live-caption", box, title);
  const plot = element("div", "echo-plot", box);
  const svg = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img" }, plot);
  const [grid, axis, drawing, dots] = ["grid", "axis", name, `dots ${name}`].map((c) => shape("path", { class: c }, svg));
  const needle = element("div", "echo-needle", plot);
  needle.hidden = true;
  const labels = [0, 1].map(() => element("span", "echo-label", plot));
  labels.forEach((label) => label.setAttribute("aria-hidden", "true"));
  let [from, to] = [-1, 1];
  const height = (v) => HIGH * ((to - v) / (to - from));
  return {
    svg,
    drawing,
    dots,
    height,
    point(share) {
      needle.hidden = share === null;
      if (share !== null) needle.style.left = `${100 * share}%`;
    },
    scale(low, high, seconds) {
      [from, to] = [low, high];
      axis.setAttribute("d", `M0 ${digits(height(0))}H${WIDE}`);
      const marks = Array.from({ length: Math.floor(2 * seconds) + 1 }, (_, i) => i / 2 / seconds * WIDE);
      grid.setAttribute("d", marks.map((x) => `M${digits(x)} 0V${HIGH}`).join(""));
      [0, Math.floor(high)].forEach((v, i) => {
        labels[i].textContent = v;
        labels[i].style.top = `${digits(height(v))}%`;
      });
    },
    wave(columns) {
      const at = (c) => digits((c + 0.5) / columns.length * WIDE);
      const over = columns.map(([, high], c) => `${at(c)} ${digits(height(high))}`);
      const under = columns.map(([low], c) => `${at(c)} ${digits(height(low))}`).reverse();
      drawing.setAttribute("d", `M${[...over, ...under].join("L")}Z`);
    }
  };
}
function timeAxis(parent) {
  const axis = element("div", "echo-times", parent);
  axis.setAttribute("aria-hidden", "true");
  return (seconds) => {
    axis.replaceChildren();
    for (let t = 0; t <= seconds; t += 0.5) {
      element("span", "", axis, `${t}${t === 0 ? " s" : ""}`).style.left = `${100 * t / seconds}%`;
    }
  };
}
var FADE = 0.03;
function player(changed) {
  let [context, voice] = [null, null];
  const hush = () => {
    if (!voice) return;
    voice.source.onended = null;
    voice.volume.gain.setTargetAtTime(0, context.currentTime, FADE / 3);
    voice.source.stop(context.currentTime + FADE);
    voice = null;
  };
  const stop = () => {
    hush();
    changed(null);
  };
  const elapsed = () => voice ? Math.max(0, context.currentTime - voice.began) : 0;
  return {
    stop,
    elapsed,
    /** Play, or change to these samples at the same moment of the sound. */
    play(which, samples, gain, from = 0) {
      context ??= new AudioContext();
      context.resume();
      const buffer = context.createBuffer(1, samples.length, RATE);
      buffer.copyToChannel(Float32Array.from(samples, (v) => v * gain), 0);
      hush();
      const [source, volume] = [context.createBufferSource(), context.createGain()];
      source.buffer = buffer;
      source.connect(volume).connect(context.destination);
      if (from > 0) {
        volume.gain.setValueAtTime(0, context.currentTime);
        volume.gain.linearRampToValueAtTime(1, context.currentTime + FADE);
      }
      source.onended = () => {
        voice = null;
        changed(null);
      };
      source.start(0, from);
      voice = { source, volume, began: context.currentTime - from };
      changed(which);
    },
    close() {
      if (voice) voice.source.onended = null;
      context?.close();
      [context, voice] = [null, null];
    }
  };
}
var BUTTONS = { dry: "Hear it alone", wet: "Hear it in the room" };
var SETTINGS = ["direct", "delay", "echo", "decay"];
var SILENT = "This browser cannot play sound here. The charts show what would be heard.";
function buttonsFor(el, pressed) {
  const bar = element("div", "echo-buttons", el);
  return Object.fromEntries(Object.entries(BUTTONS).map(([which, text]) => {
    const button = element("button", "echo-button", bar, `▶ ${text}`);
    button.type = "button";
    button.addEventListener("click", () => pressed(which));
    return [which, button];
  }));
}
function render({ model, el }) {
  const buttons = buttonsFor(el, press);
  const panels = {
    x: chart(el, "x", "the sound, x"),
    h: chart(el, "h", "∗ impulse response of the room, h"),
    y: chart(el, "y", "= the sound in the room, x ∗ h")
  };
  const showTimes = timeAxis(el);
  const say = statusLines(el, 3);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let [x, y, seconds, words] = [[], [], 1, []];
  let [timer, checking, playing, trouble] = [void 0, void 0, null, ""];
  const speaker = player((which) => {
    playing = which;
    Object.entries(buttons).forEach(([name, button]) => {
      button.textContent = name === which ? "■ Stop" : `▶ ${BUTTONS[name]}`;
    });
    follow();
  });
  const follow = onFrame(() => {
    const chosen = { dry: panels.x, wet: panels.y }[playing];
    Object.values(panels).forEach((panel) => {
      panel.point(panel === chosen && !calm.matches ? Math.min(1, speaker.elapsed() / seconds) : null);
    });
    if (playing && !calm.matches) follow();
  });
  function play(which, from) {
    const gain = 0.9 / Math.max(1, peak(y));
    try {
      speaker.play(which, which === "dry" ? x : y, gain, from);
      trouble = "";
    } catch {
      trouble = SILENT;
    }
    say([...words, trouble]);
  }
  function check() {
    if (!playing || speaker.elapsed() > 0) return;
    speaker.stop();
    trouble = SILENT;
    say([...words, trouble]);
  }
  function press(which) {
    clearTimeout(checking);
    if (playing === which) speaker.stop();
    else {
      play(which, 0);
      checking = setTimeout(check, 2e3);
    }
  }
  function prepare() {
    const name = SOUNDS[model.get("sound")];
    x = drySound(name);
    const total = x.length + SECONDS * RATE - 1;
    seconds = total / RATE;
    panels.x.scale(-1.05, 1.05, seconds);
    panels.x.wave(envelope(x, total, COLUMNS));
    panels.x.svg.setAttribute("aria-label", `Waveform of the sound: ${name.replace("_", " ")}`);
    showTimes(seconds);
  }
  function draw() {
    const copies = echoes(Object.fromEntries(SETTINGS.map((t) => [t, model.get(t)])));
    y = addCopies(x, copies, SECONDS * RATE);
    const loudest = peak(y);
    const reach = 1.05 * Math.max(1, loudest);
    panels.h.scale(-0.08, 1.1, seconds);
    const places = copies.map(([at, strength]) => [
      digits(at / RATE / seconds * WIDE),
      digits(panels.h.height(strength))
    ]);
    panels.h.drawing.setAttribute("d", places.map(([left, top]) => `M${left} ${digits(panels.h.height(0))}V${top}`).join(""));
    panels.h.dots.setAttribute("d", places.map(([left, top]) => `M${left} ${top}h0`).join(""));
    panels.y.scale(-reach, reach, seconds);
    panels.y.wave(envelope(y, y.length, COLUMNS));
    words = describe(copies, loudest);
    say([...words, trouble]);
    panels.h.svg.setAttribute("aria-label", words[0]);
    panels.y.svg.setAttribute("aria-label", `Waveform of the sound in the room. ${words[1]}`);
  }
  const redraw = onFrame(draw);
  const moved = () => {
    redraw();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (playing === "wet") play("wet", speaker.elapsed());
    }, 150);
  };
  const change = () => {
    if (playing) speaker.stop();
    prepare();
    redraw();
  };
  prepare();
  draw();
  const forget = [listen(model, SETTINGS, moved), listen(model, ["sound"], change)];
  announce(el);
  return () => {
    [timer, checking].forEach(clearTimeout);
    forget.forEach((stop) => stop());
    [redraw, follow, say].forEach((one) => one.stop());
    speaker.close();
  };
}
var echo_room_default = { render };
export {
  COLUMNS,
  FAINT,
  RATE,
  SECONDS,
  SOUNDS,
  addCopies,
  echo_room_default as default,
  describe,
  drySound,
  echoes,
  envelope,
  impulseResponse,
  pluck
};
