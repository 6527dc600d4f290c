"""The chapters in JupyterLab: hand the notebooks out, set the viewer of sources, start.

Notebooks are handed out from the built site into ``notebooks``, where readers work on them. What
somebody has changed there is never overwritten.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from convlib._processors import usable

ROOT = Path(__file__).resolve().parents[1]
MADE = ROOT / "_build" / "html" / "notebooks"
TARGET = ROOT / "notebooks"
NOTE = ".handed-out.json"  # what each notebook was when it was handed out


def _state(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def hand_out(made: Path, target: Path) -> list[str]:
    """Copy notebooks that are new or untouched; return the names of those that were changed."""
    target.mkdir(exist_ok=True)
    note = target / NOTE
    before = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    kept, now = [], {}
    for path in sorted(made.glob("*.ipynb")):
        mine = target / path.name
        if _state(mine) in ("", before.get(path.name)):
            shutil.copy(path, mine)
            now[path.name] = _state(path)
        elif _state(mine) != _state(path):
            kept.append(path.name)
    note.write_text(json.dumps(before | now, indent=1), encoding="utf-8")
    return kept


def write_settings(prefix: Path = Path(sys.prefix)) -> None:
    """Have JupyterLab in this environment open ``chapters/*.md`` as notebooks."""
    settings = prefix / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "binder" / "overrides.json", settings)


def main() -> None:
    """Hand out, set up, and start JupyterLab until somebody ends it."""
    for name in hand_out(MADE, TARGET):
        print(f"notebooks/{name} stays as you changed it; the newest is in {MADE}.")
    write_settings()
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(usable()))
    lab = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"]
    start = "--LabApp.default_url=/lab/tree/notebooks"
    sys.exit(subprocess.run([*lab, start, *sys.argv[1:]], env=os.environ | threads).returncode)


if __name__ == "__main__":
    main()
