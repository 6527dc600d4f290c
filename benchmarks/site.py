"""Measure the built site with Lighthouse, beside a stock Jupyter Book 1 page built in the same run.

    make bench-site        (python benchmarks/site.py, after `make book`)

Lighthouse comes from npm, in a folder of its own: it is twice as large as all other packages of
the pages together. Its scores depend on what else the machine does, so the stock page is measured
first and last: where these two differ, the others mean as little.
"""

import contextlib
import functools
import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "benchmarks"
LIGHTHOUSE = "lighthouse@12.8.2"
NODE = ROOT / ".venv" / "bin" / ("node.exe" if sys.platform == "win32" else "node")
TEXT = re.compile("text/|javascript|json|svg")
CATEGORIES = {
    "performance": "perf",
    "accessibility": "a11y",
    "best-practices": "best",
    "seo": "seo",
}
COLUMNS = (*CATEGORIES.values(), "fcp", "lcp", "tbt", "cls", "kB")
STOCK = """# A stock page

Convolution is $(f * g)(t) = \\\\int f(a)\\\\, g(t - a)\\\\, da$.

```{code-cell} ipython3
import matplotlib.pyplot as plt
plt.plot([1, 3, 2]);
```
"""
FRONT = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves files as most servers do: texts compressed."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Send a file."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data, kind = path.read_bytes(), self.guess_type(str(path))
        self.send_response(200)
        if TEXT.search(kind):
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder for a while; give its address."""
    handler = functools.partial(Compressing, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def lighthouse() -> Path:
    """Return Lighthouse's program, installed if it is not there yet."""
    folder = OUT / "lighthouse"
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm", path=f"{NODE.parent}{os.pathsep}{os.environ['PATH']}")
        options = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"]
        command = [npm, "install", "--prefix", str(folder), *options, LIGHTHOUSE]
        subprocess.run(command, check=True, env=_environment())
    return program


def _environment() -> dict[str, str]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    path = f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, **({"CHROME_PATH": chromium} if chromium else {})}


def measure(address: str, desktop: bool) -> dict[str, float]:
    """Return the scores of a page (0 to 100), its times in milliseconds, and its weight in kB."""
    flags = "--headless=new --no-sandbox --disable-gpu"
    command = [
        str(NODE), str(lighthouse()), address, "--output=json", "--quiet",
        f"--chrome-flags={flags}",
        f"--only-categories={','.join(CATEGORIES)}", *(["--preset=desktop"] if desktop else []),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=_environment())
    report = json.loads(done.stdout)
    audits = report["audits"]
    found = {
        short: round(100 * (report["categories"][name]["score"] or 0))
        for name, short in CATEGORIES.items()
    }
    times = {"fcp": "first-contentful-paint", "lcp": "largest-contentful-paint"}
    times["tbt"] = "total-blocking-time"
    found |= {short: round(audits[name]["numericValue"]) for short, name in times.items()}
    found["cls"] = round(audits["cumulative-layout-shift"]["numericValue"], 4)
    found["kB"] = round(audits["total-byte-weight"]["numericValue"] / 1000)
    return found


def build_stock(folder: Path) -> Path:
    """Build a page as Jupyter Book 1 makes it without this book's settings; return its site."""
    (folder / "index.md").write_text(FRONT + STOCK, encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    (folder / "_config.yml").write_text("title: Stock\n", encoding="utf-8")
    program = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", program, "build", str(folder), "-q"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "_build" / "html"


def row(name: str, found: dict[str, float]) -> str:
    """Return a line of the table."""
    return f"{name:40}" + "".join(f"{value:>8}" for value in found.values())


def main() -> None:
    """Print the table and keep it as JSON. Names of pages may be given: chapters/image-kernels."""
    chapters = sorted(path.stem for path in (ROOT / "chapters").glob("*.md"))
    pages = sys.argv[1:] or ["index", *(f"chapters/{name}" for name in chapters)]
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, serving(SITE) as site:
        with serving(build_stock(Path(folder))) as stock:
            rounds = [("stock, first", f"{stock}/index.html")]
            rounds += [(page, f"{site}/{page}.html") for page in pages]
            rounds += [("stock, last", f"{stock}/index.html")]
            for kind in ("mobile", "desktop"):
                print(f"{kind:40}" + "".join(f"{name:>8}" for name in COLUMNS))
                for name, address in rounds:
                    results[f"{kind}: {name}"] = found = measure(address, kind == "desktop")
                    print(row(name, found), flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "site.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
