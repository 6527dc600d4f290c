"""A progress bar for who waits in person, and none where nobody watches."""

import sys
from typing import Any


def somebody_watches() -> bool:
    """Return whether somebody sees a progress bar: a terminal or a notebook run by hand."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None and hasattr(shell, "kernel"):
        # Front ends with a person in front of them accept questions; book builds do not.
        return bool(getattr(shell.kernel, "_allow_stdin", False))
    return sys.stderr is not None and sys.stderr.isatty()


def progress_bar(steps: Any, name: str, total: int, progress: bool | None) -> Any:
    """Return `steps`, an iterable, with a progress bar if `progress` or somebody watches."""
    if not (somebody_watches() if progress is None else progress):
        return steps
    from tqdm.auto import tqdm

    return tqdm(steps, desc=name, total=total)
