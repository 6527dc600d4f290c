"""A chapter in real JupyterLab: run it, move a slider by keyboard, read the value in Python."""

import contextlib
import json
import os
import subprocess
import sys
import time

import jupytext
import numpy as np
import pytest
from conftest import ROOT, open_page
from nbformat.v4 import new_code_cell

CHAPTER = "image-kernels"
PATIENCE = 120_000  # ms; the first start compiles and a busy machine is slow
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # all cells stay in the page
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def write_notebook(folder):
    """Write the chapter, whose first figure is called `lab`, with a cell that asks for it."""
    notebook = jupytext.read(ROOT / "chapters" / f"{CHAPTER}.md")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    figure = next(cell for cell in code if cell.source.endswith("lab = live.KernelLab()\nlab"))
    ask = new_code_cell("lab.kernel.tolist()")
    notebook.cells.insert(notebook.cells.index(figure) + 1, ask)
    jupytext.write(notebook, folder / f"{CHAPTER}.ipynb")
    code.insert(code.index(figure) + 1, ask)
    return code.index(figure), len(code)


def environment(folder):
    """Return environment variables that keep JupyterLab away from the user's own settings."""
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    own = {name: str(folder / place) for name, place in places.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    for name, content in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(content))
    return {**kept, **own, "JUPYTER_PREFER_ENV_PATH": "1"}


def address_of(server, runtime):
    """Wait until the server has written down its address, and return it without a slash."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(json.JSONDecodeError):  # it is just being written
                return json.loads(file.read_text())["url"].rstrip("/")
        time.sleep(0.2)
    raise AssertionError("JupyterLab did not start")


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory):
    """Start JupyterLab on a free port with the notebook; give its address and its folder."""
    folder = tmp_path_factory.mktemp("jupyterlab")
    (folder / "work").mkdir()
    options = {
        "ServerApp.port": 0,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.root_dir": folder / "work",
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", *arguments],
            env=environment(folder),
            cwd=folder / "work",
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield address_of(server, folder / "runtime"), folder / "work"
        finally:
            server.terminate()  # ends its kernels, too
            server.wait(60)


def run(page, cell):
    """Run one cell and return the text of its output."""
    prompt = cell.locator(".jp-InputPrompt").first
    before = prompt.text_content()
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "([prompt, before]) => /\\d/.test(prompt.textContent) && prompt.textContent !== before",
        arg=[prompt.element_handle(), before],
        timeout=PATIENCE,
    )
    return cell.locator(".jp-OutputArea-output pre").last.text_content()


def test_a_slider_moved_in_jupyterlab_is_read_in_python(browser, site_dir, jupyterlab):
    address, folder = jupyterlab
    figure, count = write_notebook(folder)
    with open_page(browser, address, site_dir, viewport={"width": 1400, "height": 900}) as page:
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/lab/tree/{CHAPTER}.ipynb")
        page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        cells = page.locator(".jp-Notebook .jp-CodeCell")
        cells.nth(figure).locator("canvas").nth(1).wait_for()
        cells.nth(count - 1).locator(".jp-InputPrompt", has_text=f"[{count}]").wait_for()
        before = np.array(json.loads(run(page, cells.nth(figure + 1))))
        slider = cells.nth(figure).locator("[role=slider]").nth(2)
        slider.focus()
        page.keyboard.press("ArrowUp")
        shown = float(slider.get_attribute("aria-valuetext"))
        after = np.array(json.loads(run(page, cells.nth(figure + 1))))
        assert [line for line in page.trouble if "outside" in line] == []
    assert shown > before[0, 2]
    moved = before.copy()
    moved[0, 2] = shown
    np.testing.assert_allclose(after, moved, atol=1e-12)
