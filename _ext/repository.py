"""Give every page the repository links and launch buttons of the copy it was built from.

The address is not written down anywhere: it comes from ``GITHUB_REPOSITORY`` (set on GitHub's
runners) or from the ``origin`` remote. A fork therefore gets its own buttons, and a copy without
a public address gets none.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

_REMOTE = re.compile(
    r"(?:https?://|ssh://|git://)?(?:[^@/\s]+@)?(github\.com|gitlab\.com)(?::\d+)?[:/]"
    r"/?([\w.-]+)/([\w.-]+?)(?:\.git)?/?"
)


def address_of_remote(remote: str) -> str | None:
    """Return the web address of a git remote on a public host, or None.

    >>> address_of_remote("git@github.com:someone/some-course.git")
    'https://github.com/someone/some-course'
    >>> address_of_remote("/srv/git/course.git") is None
    True
    """
    match = _REMOTE.fullmatch(remote.strip())
    return "https://{}/{}/{}".format(*match.groups()) if match else None


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def find(folder: Path, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return (address, branch) of the repository that contains the folder, or None."""
    if slug := environ.get("GITHUB_REPOSITORY"):
        server = environ.get("GITHUB_SERVER_URL", "https://github.com")
        address = address_of_remote(f"{server}/{slug}")
    else:
        address = address_of_remote(_git(folder, "remote", "get-url", "origin"))
    if address is None:
        return None
    # On a runner, a pull request is built at "12/merge", which nobody can open: its target can.
    runner = environ.get("GITHUB_BASE_REF") or environ.get("GITHUB_REF_NAME")
    return address, runner or _git(folder, "symbolic-ref", "--short", "HEAD") or "main"


def theme_options(found: tuple[str, str] | None) -> dict:
    """Return the options that sphinx-book-theme makes its buttons from; none without address."""
    if found is None:
        return {"repository_url": ""}
    address, branch = found
    return {
        "repository_url": address,
        "repository_branch": branch,
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
    }


def configure(app, config):
    """Fill in the theme options before the theme reads them."""
    config.html_theme_options.update(theme_options(find(Path(app.srcdir), os.environ)))


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", configure, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
