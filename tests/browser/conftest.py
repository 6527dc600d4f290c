"""What the browser tests share: the built site, a server for it, and pages that report trouble."""

import contextlib
import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
]


START_ALL = """() => document.querySelectorAll(".live-stage").forEach(
  (stage) => stage.dispatchEvent(new Event("live-start")))"""


def pytest_collection_modifyitems(items):
    """Mark the tests of this folder, which `make quick` leaves out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def site_dir():
    """Folder of the built site."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").is_file():
        pytest.fail("There is no built site in _build/html: run `make book` first.", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def site(site_dir):
    """Address of the site on a server of its own, without a slash at the end."""
    handler = functools.partial(_Quiet, directory=str(site_dir))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def names(site_dir):
    """Names of all pages, relative to the site."""
    found = sorted(p.relative_to(site_dir).as_posix() for p in site_dir.rglob("*.html"))
    return [name for name in found if not name.startswith("_static/")]


@pytest.fixture(scope="session")
def live_names(site_dir, names):
    """Names of the pages with live figures; one figure may share its page with another."""
    texts = {name: (site_dir / name).read_text(encoding="utf-8") for name in names}
    found = [name for name, text in texts.items() if 'class="live-figure"' in text]
    assert len(found) > 5
    return found


# One browser per module, not per session: while Playwright runs, its event loop keeps other
# tests in this process from running a notebook.
@pytest.fixture(scope="module")
def browser():
    """Headless Chromium: the system's if there is one, otherwise Playwright's own."""
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=system, args=ARGUMENTS, ignore_default_args=["--hide-scrollbars"]
        )
        yield chromium
        chromium.close()


def _watch(page, trouble):
    """Record errors of a page in the list ``trouble``."""
    page.on("pageerror", lambda error: trouble.append(f"page error: {error}"))
    page.on(
        "console",
        lambda message: message.type == "error" and trouble.append(f"console: {message.text}"),
    )
    page.on(
        "response",
        lambda answer: answer.status >= 400 and trouble.append(f"{answer.status}: {answer.url}"),
    )
    page.on(
        "requestfailed",
        # a page that is left drops what it was loading
        lambda request: (
            request.failure == "net::ERR_ABORTED" or trouble.append(f"failed: {request.url}")
        ),
    )


@contextlib.contextmanager
def open_page(browser, site, site_dir, *, lazy=False, **options):
    """Open a page in a fresh context; requests outside the site are stopped and recorded.

    Everything that went wrong is in the list ``page.trouble``. Live figures start when they come
    near the screen; here all of them start at once, unless `lazy`.
    """
    inside = (site + "/", site_dir.as_uri() + "/", "data:", "blob:")
    trouble = []

    def guard(route):
        if route.request.url.startswith(inside):
            route.continue_()
        else:
            trouble.append(f"outside request: {route.request.url}")
            route.abort()

    context = browser.new_context(**options)
    context.route("**/*", guard)
    if not lazy:
        context.add_init_script(f"addEventListener('load', {START_ALL})")
    page = context.new_page()
    page.trouble = trouble
    _watch(page, trouble)
    yield page
    context.close()


def come_alive(page, address):
    """Open a page and wait until its live figures, if any, have drawn themselves."""
    page.goto(address, wait_until="load")
    page.wait_for_function("!document.querySelector('.live-stage:not(.is-live)')")


@pytest.fixture(scope="module")
def new_page(browser, site, site_dir):
    """Return a function that opens watched pages with options of ``browser.new_context``."""
    return functools.partial(open_page, browser, site, site_dir)


@pytest.fixture
def page(new_page):
    """Give a watched page; see ``open_page``."""
    with new_page() as opened:
        yield opened


@pytest.fixture
def page_with_camera(browser, site, site_dir):
    """Return a function that opens watched pages in Chromium with a camera that films a pattern.

    The camera may be used or not, as the argument says.
    """
    with contextlib.ExitStack() as opened:

        def launch(allowed):
            flags = ["--use-fake-device-for-media-stream"]
            flags += ["--use-fake-ui-for-media-stream"] * allowed
            path = shutil.which("chromium") or shutil.which("chromium-browser")
            other = browser.browser_type.launch(executable_path=path, args=[*ARGUMENTS, *flags])
            opened.callback(other.close)
            return opened.enter_context(open_page(other, site, site_dir))

        yield launch
