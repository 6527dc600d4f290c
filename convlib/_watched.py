"""Whether somebody waits in person, or a program runs the code."""

import sys


def somebody_watches() -> bool:
    """Return whether somebody sees what appears: a terminal, or a notebook run by hand."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None and hasattr(shell, "kernel"):
        # Front ends with a person in front of them accept questions; book builds do not.
        return bool(getattr(shell.kernel, "_allow_stdin", False))
    return sys.stderr is not None and sys.stderr.isatty()
