"""The room that a page keeps free for a live figure, from its heights as measured in a browser."""

WIDTHS = (257, 297, 327, 367, 537, 596, 660, 705, 727, 774)
"""Widths of a figure, in pixels, on screens of 320 to 1440 pixels."""
WIDE = 560  # pixels: from here on a figure stands beside its controls


def between(heights: dict[int, int], more: int = 0) -> str:
    """Return a CSS height that goes straight from one measured height to the next.

    Parameters
    ----------
    heights : dict of int to int
        Height by width, in pixels.
    more : int
        Pixels to add.

    Examples
    --------
    >>> between({300: 600, 400: 650})
    'calc(600px + 0.5 * clamp(0px, 100cqi - 300px, 100px))'
    """
    widths = sorted(heights)
    parts = [f"{heights[widths[0]] + more}px"]
    for narrow, wide in zip(widths, widths[1:], strict=False):
        slope = (heights[wide] - heights[narrow]) / (wide - narrow)
        if slope:
            parts.append(f"{slope:.4g} * clamp(0px, 100cqi - {narrow}px, {wide - narrow}px)")
    return f"calc({' + '.join(parts)})" if len(parts) > 1 else parts[0]


def measured_room(heights: tuple[int, ...], more: int = 0) -> tuple[str, str]:
    """Return the room in a wide column and on a telephone; see `LiveFigure.room`.

    Parameters
    ----------
    heights : tuple of int
        In pixels, one for each of `WIDTHS`.
    more : int
        Pixels to add.
    """
    known = dict(zip(WIDTHS, heights, strict=True))
    wide = {width: height for width, height in known.items() if width >= WIDE}
    narrow = {width: height for width, height in known.items() if width < WIDE}
    return between(wide, more), between(narrow, more)
