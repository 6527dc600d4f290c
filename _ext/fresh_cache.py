"""Drop executed outputs when the code that the chapters compute with has changed.

The notebook cache compares cells only: after an edit of convlib every cell is the same, and the
outputs of yesterday's code would pass for today's. Sphinx in turn keeps pages whose source is
unchanged. Here both look at a digest of the code as well.
"""

import hashlib
import shutil
import sys
from pathlib import Path

from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
CONVLIB = ("convlib/**/*.py", "convlib/**/*.js", "convlib/**/*.css")
CODE = (*CONVLIB, "requirements.txt", "constraints.txt")
RENDERING = ("_ext/**/*.py", "_ext/**/*.js", "package-lock.json")


def digest(root: Path, patterns) -> str:
    """Return one hash over names and contents of all files that match."""
    found = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for path in sorted({p for pattern in patterns for p in root.glob(pattern) if p.is_file()}):
        found.update(path.relative_to(root).as_posix().encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def drop_if_stale(cache: Path, made_with: str) -> bool:
    """Empty the cache folder unless it was filled with this code; say whether it was emptied."""
    note = cache / "made-with.txt"
    stale = cache.is_dir() and (not note.is_file() or note.read_text() != made_with)
    if stale:
        shutil.rmtree(cache)
    cache.mkdir(parents=True, exist_ok=True)
    note.write_text(made_with)
    return stale


def check_cache(app):
    """Compare the execution cache with the code, before anything is read."""
    cache = Path(app.config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")
    if drop_if_stale(cache, digest(Path(app.srcdir), CODE)):
        LOGGER.info("convlib or its requirements changed: every chapter runs again")


def outdated(app, env, added, changed, removed):
    """Have every page read again when code or extensions changed since the last good build."""
    made_with = digest(Path(app.srcdir), CODE + RENDERING)
    same = getattr(env, "made_with", None) == made_with
    # Stored with the environment, which Sphinx saves only after all pages were read.
    env.made_with = made_with
    return [] if same else sorted(env.found_docs)


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", check_cache)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
