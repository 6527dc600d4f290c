"""Numbers for the text of a page: a cell gives one a name, a sentence refers to it."""

import sys

from convlib._watched import somebody_watches

_HIDDEN = "application/papermill.record/"  # outputs that MyST-NB takes and does not show


def glue(name: str, value: object, display: bool = True) -> None:
    """Give a value a name, by which the text of the page shows it: ``{glue:text}`name```.

    It does what `myst_nb.glue` does, and needs nothing that belongs to the book. Where somebody
    runs the cell in person it names nothing, for the text is already written.

    Parameters
    ----------
    name : str
        The name, unique within the page.
    value : object
        What to show: a string as it is, anything else by its `repr`.
    display : bool
        Whether the cell shows the value, too.

    Examples
    --------
    >>> glue("answer", f"{6 * 7} pixels", display=False)
    """
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return
    if display:
        ipython.display.display(value)
    if not somebody_watches():
        metadata = {"scrapbook": {"name": name, "mime_prefix": _HIDDEN}}
        hidden = {f"{_HIDDEN}text/plain": repr(value)}
        ipython.display.display(hidden, raw=True, metadata=metadata)
