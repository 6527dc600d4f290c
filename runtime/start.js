// What a page with live figures loads at first: a watch for those that come near the screen. The first of them fetches
// the widget runtime. A figure that the reader never comes near costs nothing, and its still picture stays.
/* global VERSION */ // of the runtime, from build.mjs: a browser that has kept an older one asks for the present one
const RUNTIME = new URL(`widget-runtime.js?${VERSION}`, document.currentScript.src);
const NEAR = '60% 0px'; // of the screen's height, above and below it

const waiting = new Set(document.querySelectorAll('.live-stage'));
const asked = []; // stages, until the runtime is there and takes them over
window.liveStages = asked;

function loadRuntime() {
  const script = Object.assign(document.createElement('script'), { src: RUNTIME });
  document.head.append(script);
}

function ask(stage) {
  if (!waiting.delete(stage)) return;
  watch.unobserve(stage);
  if (!asked.started) loadRuntime();
  asked.started = true;
  asked.push(stage);
}

const watch = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) ask(target);
}, { rootMargin: NEAR });

for (const stage of waiting) {
  watch.observe(stage);
  stage.addEventListener('live-start', () => ask(stage)); // for programs: start this one, wherever it is
}
