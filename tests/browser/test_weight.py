"""What a reader has to load: every page, the widget runtime and each figure's script, gzipped."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from conftest import ROOT

PAGE = 400_000  # bytes, all that a page loads before the reader does anything
RUNTIME = 100_000
MODULE = 15_000
TEXT = re.compile("text/|javascript|json|svg")  # what servers compress


def compressed(data):
    """Return how many bytes a server sends that compresses as most do."""
    return len(gzip.compress(data, 6))


def transferred(answer):
    """Return how many bytes an answer is on its way."""
    kind = answer.headers["content-type"]
    return compressed(answer.body()) if TEXT.search(kind) else len(answer.body())


def counts(answer):
    """Say whether an answer came from the server; figures make some of their scripts themselves."""
    return answer.ok and answer.url.startswith("http")


@pytest.fixture(scope="module")
def loads(names, site, new_page):
    """Bytes of everything that each page loads: {page: {path: bytes}}."""
    found = {}
    with new_page(
        lazy=True
    ) as page:  # routed requests bypass the cache, so each page counts in full
        answers = []
        page.on("response", lambda answer: answers.append(answer))
        for name in names:
            answers.clear()
            page.goto(f"{site}/{name}", wait_until="load")
            page.wait_for_load_state("networkidle")
            found[name] = {urlsplit(a.url).path: transferred(a) for a in answers if counts(a)}
    return found


def heaviest(parts):
    """Return the five largest parts as text, largest first."""
    ranked = sorted(parts.items(), key=lambda item: -item[1])[:5]
    return ", ".join(f"{path} {size / 1000:.0f} kB" for path, size in ranked)


def test_every_page_is_light(loads):
    """HTML, styles, scripts, fonts and pictures together, before anything is touched."""
    assert all(f"/{name}" in parts for name, parts in loads.items())
    heavy = {
        name: f"{sum(parts.values()) / 1000:.0f} kB gzip: {heaviest(parts)}"
        for name, parts in loads.items()
        if sum(parts.values()) > PAGE
    }
    assert heavy == {}


def test_pages_without_live_figures_do_not_load_the_runtime(loads, live_names):
    runs = {name for name, parts in loads.items() if any("widget-runtime" in p for p in parts)}
    watches = {name for name, parts in loads.items() if any("live/start.js" in p for p in parts)}
    assert watches == set(live_names)
    assert "index.html" in runs <= watches


def test_the_runtime_is_light(site_dir):
    runtime = (site_dir / "_static" / "live" / "widget-runtime.js").read_bytes()
    assert compressed(runtime) <= RUNTIME


def test_every_figures_script_is_light():
    folder = ROOT / "convlib" / "live" / "static"
    sizes = {path.name: compressed(path.read_bytes()) for path in folder.iterdir()}
    assert len(sizes) > 20
    assert {name: size for name, size in sizes.items() if size > MODULE} == {}
