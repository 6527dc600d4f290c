"""Take the README's picture, the kernel lab on its built page: `make screenshot`."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "_build" / "html" / "chapters" / "image-kernels.html"


def main() -> None:
    """Open the page from disk, choose emboss, and save the figure as a picture."""
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(PAGE.as_uri())
        figure = page.locator(".live-figure").first
        figure.locator("[data-live-ready]").wait_for()
        figure.locator("select").first.select_option("emboss")
        page.wait_for_timeout(500)
        figure.screenshot(path=HERE / "kernel-lab.png", animations="disabled")
        browser.close()


if __name__ == "__main__":
    main()
