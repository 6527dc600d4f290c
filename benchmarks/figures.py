"""Measure the live figures in headless Chromium on the built site: size, start and latency.

    make bench-figures        (python benchmarks/figures.py, after `make book`)
    python benchmarks/figures.py training        only this part

The slim runtime starts beside the official one (`embed-amd.js` with RequireJS, from its npm
packages) on the same saved state, in turns. A slider's latency goes from the key that moves it to
the call that changes the pixels. The numerics, as one weight changes or all of them do, stand
beside a nested loop over the bytes of the picture, in turns, in the same page. The training in the
page is timed by the processor, too, so that its figure holds on a busy machine: all that the page's
process computes, in the worker and beside it, from the press of the button on.
"""

import functools
import gzip
import http.server
import json
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from ipywidgets.embed import dependency_state, embed_data
from playwright.sync_api import sync_playwright

from convlib import live
from convlib.live._base import View

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "benchmarks"
RESULT = OUT / "figures.json"
OFFICIAL = {"@jupyter-widgets/html-manager": "1.0.15", "requirejs": "2.3.8"}
TEXT = re.compile("text/|javascript|json|svg")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RUNS, KEYS, SCORES = 7, 120, 15
TRAINED = ((1, 95), (4, 97))  # layers, and per cent read rightly

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Benchmark</title><body>
{views}<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script>performance.mark("start");
new MutationObserver((_, me) => {{ if (document.querySelector("[role=slider]")) {{
  performance.mark("slider"); me.disconnect(); }} }}).observe(document, {{
  subtree: true, childList: true, attributes: true }});</script>{scripts}</body></html>"""
VIEW = """<div class="live-stage">
<script type="application/vnd.jupyter.widget-view+json">{}</script></div>"""
SLIM = '<script defer src="../html/_static/live/widget-runtime.js"></script>'
EMBED = """<script src="official/require.js" data-jupyter-widgets-cdn="/benchmarks/cdn/"></script>
<script src="official/embed-amd.js" data-jupyter-widgets-cdn="/benchmarks/cdn/"></script>"""
STARTED = "performance.getEntriesByName('slider').length > 0"
TOOK = "performance.getEntriesByName('slider')[0].startTime \
- performance.getEntriesByName('start')[0].startTime"
# From the key to the pixels: `latencies` gets one number for each call that changes the canvas.
WATCH_PIXELS = """
window.latencies = [];
let pressed = 0;
addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true });
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...all) {
  put.apply(this, all);
  if (pressed) { window.latencies.push(performance.now() - pressed); pressed = 0; }
};
"""
# From the key to the accuracy over all held-out digits.
WATCH_SCORE = """() => {
  window.latencies = [];
  let pressed = 0;
  addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true });
  const score = document.querySelector(".live-score");
  new MutationObserver(() => { if (score.dataset.settled === "true" && pressed) {
    window.latencies.push(performance.now() - pressed); pressed = 0; }
  }).observe(score, { attributes: true });
}"""
# The longest piece of work that kept the page from answering, in ms.
WATCH_TASKS = """window.longest = 0; new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longest = Math.max(longest, duration);
}).observe({ type: "longtask" });"""
# Share of the held-out digits read rightly, as the figure says it.
RIGHTLY = """Number(document.querySelector(".live-train .live-score")
  .textContent.match(/([0-9.]+) %/)?.[1] ?? 0)"""
# The exported numerics and a nested loop over bytes, edges repeated: medians in ms.
NUMERICS = """async ([code, size, runs]) => {
  const lab = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  const n = 512;
  const rgba = new Uint8ClampedArray(4 * n * n).map(() => 256 * Math.random());
  const kernel = Array.from({ length: size * size }, () => (Math.random() - 0.4) / size);
  const reach = (size - 1) / 2;
  const inside = (i) => Math.min(n - 1, Math.max(0, i));
  const naive = () => {
    const out = new Uint8ClampedArray(4 * n * n).fill(255);
    for (let y = 0; y < n; y += 1) for (let x = 0; x < n; x += 1) for (let c = 0; c < 3; c += 1) {
      let sum = 0;
      for (let i = 0; i < size; i += 1) for (let j = 0; j < size; j += 1) {
        sum += kernel[i * size + j]
          * rgba[4 * (inside(y + reach - i) * n + inside(x + reach - j)) + c];
      }
      out[4 * (y * n + x) + c] = sum;
    }
    return out;
  };
  const planes = lab.toPlanes(rgba, false);
  const filter = lab.makeFilter(planes, n, n, size, "edge"); // as the figure: once for a picture
  const drawn = new Uint8ClampedArray(4 * n * n).fill(255);
  const ours = () => {
    lab.writeBytes(filter(lab.applied(kernel, "convolution")), "clipped", drawn);
    return drawn;
  };
  const [a, b] = [ours(), naive()];
  if (a.some((value, i) => Math.abs(value - b[i]) > 1)) throw new Error("they differ");
  const change = (i) => { kernel[i] = (Math.random() - 0.4) / size; };
  const works = {
    one: () => { change(0); return ours; },
    all: () => { kernel.forEach((_, i) => change(i)); return ours; },
    naive: () => naive,
  };
  const times = { one: [], all: [], naive: [] };
  for (let run = 0; run < runs; run += 1) {
    for (const [name, prepare] of Object.entries(works)) {
      const work = prepare();
      const start = performance.now();
      work();
      times[name].push(performance.now() - start);
    }
  }
  const middle = (list) => list.sort((p, q) => p - q)[Math.floor(list.length / 2)];
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, middle(list)]));
}"""


def kilo(data: bytes) -> float:
    """Return the gzipped size in kB."""
    return len(gzip.compress(data, 6)) / 1000


def escaped(data: object) -> str:
    return json.dumps(data).replace("</", r"<\/")


def page_of(figure: live.KernelLab, scripts: str) -> str:
    """Return a page with one figure, in the state that a saved notebook holds."""
    data = embed_data(views=[figure], state=dependency_state([figure], drop_defaults=False))
    views = "".join(VIEW.format(escaped(view)) for view in data["view_specs"])
    return PAGE.format(views=views, state=escaped(data["manager_state"]), scripts=scripts)


def unpack(archive: Path, wanted: set[str]) -> None:
    """Put some files of an archive beside it."""
    with tarfile.open(archive) as packed:
        for name in wanted & set(packed.getnames()):
            (archive.parent / Path(name).name).write_bytes(packed.extractfile(name).read())


def fetch_official() -> None:
    """Put the official embedder, RequireJS and anywidget's front end where the pages look."""
    folder = OUT / "official"
    if not (folder / "embed-amd.js").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [f"{name}@{version}" for name, version in OFFICIAL.items()]
        subprocess.run(["npm", "pack", "--silent", *wanted], cwd=folder, check=True)
        for archive in folder.glob("*.tgz"):
            unpack(archive, {"package/dist/embed-amd.js", "package/require.js"})
    version = View._model_module_version.default_value
    front = OUT / "cdn" / f"anywidget@{version}" / "dist" / "index.js"
    front.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "node_modules" / "anywidget" / "dist" / "index.js", front)


@contextmanager
def server():
    """Serve `_build` and give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Quiet, directory=str(ROOT / "_build"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()


def sizes() -> dict[str, float]:
    """Return the gzipped size of the runtime and of what each figure sends, in kB."""

    def kinds(kind: type[View]) -> list[type[View]]:
        return [kind, *(view for child in kind.__subclasses__() for view in kinds(child))]

    scripts = {view.__name__.strip("_"): str(view._esm) for view in kinds(View)[1:]}
    runtime = (SITE / "_static" / "live" / "widget-runtime.js").read_bytes()
    return {
        "runtime": kilo(runtime),
        **{name: kilo(text.encode()) for name, text in scripts.items() if len(text) > 200},
    }


def weight(browser, address: str) -> float:
    """Return what a page loads before anything is touched, gzipped as by a server, in kB."""
    page, answers = browser.new_page(), []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    total = 0.0
    for answer in answers:
        if not answer.url.startswith("http"):  # a script that the page made itself
            continue
        body, kind = answer.body(), answer.headers.get("content-type", "")
        total += kilo(body) if TEXT.search(kind) else len(body) / 1000
    page.close()
    return total


def start_up(browser, site: str) -> dict[str, float]:
    """Return the time from the first script to the first slider, in ms, median."""
    fetch_official()
    times: dict[str, list[float]] = {"slim": [], "official": []}
    for name, scripts in (("slim", SLIM), ("official", EMBED)):
        (OUT / f"start-{name}.html").write_text(
            page_of(live.KernelLab(), scripts), encoding="utf-8"
        )
    for run in range(RUNS + 1):
        for name, found in times.items():
            page = browser.new_page()
            page.goto(f"{site}/benchmarks/start-{name}.html")
            page.wait_for_function(STARTED, timeout=60_000)
            if run:
                found.append(page.evaluate(TOOK))
            page.close()
    return {name: statistics.median(found) for name, found in times.items()}


def percentiles(values: list[float]) -> dict[str, float]:
    return {"p50": float(np.percentile(values, 50)), "p95": float(np.percentile(values, 95))}


def press(page, count: int) -> list[float]:
    """Move the focused slider to and fro, each time after the last effect; return latencies."""
    for i in range(count):
        page.keyboard.press("ArrowUp" if i % 4 < 2 else "ArrowDown")
        page.wait_for_function("i => window.latencies.length > i", arg=i, timeout=10_000)
        page.wait_for_timeout(20)
    return page.evaluate("window.latencies")[count // 10 :]  # the first are to warm up


def slider_latency(browser, site: str, size: int) -> dict[str, float]:
    """Return the latency of a slider of the kernel lab on a 512×512 colour picture."""
    rng = np.random.default_rng(0)
    kernel = rng.normal(0, 1 / size, (size, size)).round(2)
    figure = live.KernelLab(kernel, image=rng.random((512, 512, 3)))
    (OUT / "latency.html").write_text(page_of(figure, SLIM), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{site}/benchmarks/latency.html")
    page.locator(".live-stage.is-live").wait_for()
    page.evaluate(f"() => {{ {WATCH_PIXELS} }}")
    page.locator("[role=slider]").nth(size**2 // 2).focus()
    found = percentiles(press(page, KEYS))
    page.close()
    return found


def score_latency(browser, site: str) -> dict[str, float]:
    """Return how long TamperCNN needs for its accuracy over the held-out digits."""
    page = browser.new_page()
    page.goto(f"{site}/html/chapters/training-a-cnn.html")
    figure = page.locator(".live-stage.is-live:has(.live-tamper)")
    figure.wait_for()
    figure.scroll_into_view_if_needed()
    figure.locator(".live-score[data-settled=true]").wait_for()
    page.evaluate(WATCH_SCORE)
    figure.get_by_role("slider", name="Gain").focus()
    found = percentiles(press(page, SCORES))
    page.close()
    return found


def processor_seconds(browser) -> float:
    """Return the processor time that the processes of pages have used, in seconds."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return sum(one["cpuTime"] for one in processes if one["type"] == "renderer")


def training(browser, site: str, layers: int, goal: float) -> dict[str, float]:
    """Return how long the figure trains until it reads so many per cent rightly, and how far."""
    figure = live.TrainCNN(layers=layers, count=8)
    (OUT / "training.html").write_text(page_of(figure, SLIM), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{site}/benchmarks/training.html")
    page.locator(".live-stage.is-live").wait_for()
    page.evaluate(WATCH_TASKS)
    clock, processor = time.perf_counter(), processor_seconds(browser)
    page.get_by_role("button", name="Train").click()
    page.wait_for_function(f"{RIGHTLY} >= {goal}", timeout=300_000)
    found = {
        "clock": time.perf_counter() - clock,
        "processor": processor_seconds(browser) - processor,
    }
    page.wait_for_function("document.querySelector('.mod-active') === null", timeout=300_000)
    found |= {"rightly": page.evaluate(RIGHTLY), "longest": page.evaluate("longest")}
    page.close()
    return found


def numerics(browser, size: int) -> dict[str, float]:
    """Return the times of the exported numerics and of a nested loop, in ms, median."""
    page = browser.new_page()
    figure = live.KernelLab(np.full((size, size), 0.1))
    found = page.evaluate(NUMERICS, [str(figure.view._esm), size, 15])
    page.close()
    return found


def line(name: str, measured: float, unit: str, goal: str = "", met: bool | None = None) -> None:
    mark = {None: "", True: "ok", False: "NOT MET"}[met]
    print(f"{name:58s} {measured:8.1f} {unit:5s} {goal:14s} {mark}")


def report_sizes(found: dict) -> None:
    for name, size in found.get("size", {}).items():
        goal = 100 if name == "runtime" else 15
        line(f"gzip: {name}", size, "kB", f"<= {goal} kB", size <= goal)
    for name, size in found.get("page", {}).items():
        line(f"page: {name}", size, "kB", "<= 450 kB", size <= 450)


def report_start(found: dict[str, float]) -> None:
    slim, official = found["slim"], found["official"]
    line("first slider, slim runtime", slim, "ms", "<= 300 ms", slim <= 300)
    line("first slider, official embed-amd.js", official, "ms")


def report_answers(found: dict) -> None:
    for size, latency in found.get("slider", {}).items():
        name, goal = f"slider to pixels, 512×512 colour, {size}×{size}", {"3": 16, "7": 33}[size]
        line(f"{name}, p50", latency["p50"], "ms")
        line(f"{name}, p95", latency["p95"], "ms", f"<= {goal} ms", latency["p95"] <= goal)
    for size, times in found.get("numerics", {}).items():
        for what in ("one", "all"):
            name = f"numerics beside a nested loop, {size}×{size}, {what} changed"
            ratio = times["naive"] / times[what]
            line(name, ratio, "×", ">= 2 ×", ratio >= 2)
    if "score" in found:
        score = found["score"]["p95"]
        line("accuracy over all held-out digits, p95", score, "ms", "<= 150 ms", score <= 150)


def report_training(found: dict[str, dict[str, float]]) -> None:
    for (layers, rightly), limit in zip(TRAINED, (6, 60), strict=True):
        name, one = f"training in the page, layers: {layers}", found[str(layers)]
        seconds, longest = one["processor"], one["longest"]
        line(f"{name}, to {rightly} %, processor", seconds, "s", f"<= {limit} s", seconds <= limit)
        line(f"{name}, to {rightly} %, clock", one["clock"], "s")
        line(f"{name}, after six epochs", one["rightly"], "%")
        line(f"{name}, longest task beside it", longest, "ms", "<= 50 ms", longest <= 50)


def report(found: dict) -> None:
    """Print everything measured with its goal."""
    report_sizes(found)
    if "start" in found:
        report_start(found["start"])
    report_answers(found)
    if "training" in found:
        report_training(found["training"])


def main(wanted: Sequence[str] = ()) -> None:
    """Measure all or what is wanted, print it, and write `_build/benchmarks/figures.json`."""
    OUT.mkdir(parents=True, exist_ok=True)
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    with server() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=ARGUMENTS)
        pages = sorted(path.stem for path in (SITE / "chapters").glob("*.html"))
        measures: dict[str, Callable[[], Any]] = {
            "size": sizes,
            "page": lambda: {n: weight(browser, f"{site}/html/chapters/{n}.html") for n in pages},
            "start": lambda: start_up(browser, site),
            "slider": lambda: {str(n): slider_latency(browser, site, n) for n in (3, 7)},
            "numerics": lambda: {str(n): numerics(browser, n) for n in (3, 7)},
            "score": lambda: score_latency(browser, site),
            "training": lambda: {
                str(layers): training(browser, site, layers, goal) for layers, goal in TRAINED
            },
        }
        found = {name: measures[name]() for name in wanted or measures}
        browser.close()
    report(found)
    RESULT.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
