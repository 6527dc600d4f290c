"""Light pictures and sounds for the built pages: WebP instead of PNG, loaded when they come near.

Matplotlib's PNG files are a factor of three too large, and a page with audio players carries all
their sound in its text. Both become files of their own that a reader loads on the way down.
"""

import base64
import hashlib
import io
import re
import struct
from pathlib import Path

from PIL import Image

_IMAGE = re.compile(r'<img (?P<before>[^>]*?)src="(?P<path>[^"]*_images/[\w.-]+)\.png"')
_SOUND = re.compile(
    r'<audio (?P<before>[^>]*?)preload="metadata"(?P<middle>[^>]*?)'
    r'src="data:audio/wav;base64,(?P<data>[A-Za-z0-9+/=]+)"'
)
# A lossy picture must be much smaller than one that keeps every pixel. At this quality the lines
# and letters of a plot stay clean.
_QUALITY = 88
_WORTH_IT = 0.75


def png_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a PNG file, in pixels.

    >>> import base64
    >>> png_size(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAAD"))
    (2, 3)
    """
    return struct.unpack(">II", data[16:24])


def _webp(picture: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "webp", method=4, **options)
    return buffer.getvalue()


def to_webp(png: bytes) -> bytes:
    """Return a PNG file as WebP: lossless, unless loss makes a photograph much smaller."""
    picture = Image.open(io.BytesIO(png))
    picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    exact = _webp(picture, lossless=True, quality=75)
    lossy = _webp(picture, quality=_QUALITY)
    return lossy if len(lossy) < _WORTH_IT * len(exact) else exact


def link_pictures(html: str, sizes: dict[str, tuple[int, int]]) -> str:
    """Let a page load its pictures as WebP when they come near, and keep room for them.

    Browsers load all of them before they print, and at once where JavaScript is turned off.

    Parameters
    ----------
    html : str
        The page.
    sizes : dict
        Width and height in pixels of the pictures, by file name without ending.

    Examples
    --------
    >>> link_pictures('<img alt="Cat" src="_images/cat.png" />', {"cat": (4, 3)})
    '<img width="4" height="3" loading="lazy" alt="Cat" src="_images/cat.webp" />'
    """

    def link(match: re.Match[str]) -> str:
        name = Path(match["path"]).name
        if name not in sizes:
            return match[0]
        width, height = sizes[name]
        sized = re.search(r"\b(?:width|height|style)=", match["before"])
        room = "" if sized else f'width="{width}" height="{height}" '
        return f'<img {room}loading="lazy" {match["before"]}src="{match["path"]}.webp"'

    return _IMAGE.sub(link, html)


def take_out_sounds(html: str, folder: Path, address: str) -> str:
    """Write the sounds of a page's audio players into a folder; they load when played.

    Parameters
    ----------
    html : str
        The page.
    folder : pathlib.Path
        Where the WAV files go.
    address : str
        How the page refers to that folder.
    """

    def take_out(match: re.Match[str]) -> str:
        data = base64.b64decode(match["data"])
        name = hashlib.sha256(data).hexdigest()[:16] + ".wav"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        return f'<audio {match["before"]}preload="none"{match["middle"]}src="{address}/{name}"'

    return _SOUND.sub(take_out, html)


def convert_pictures(folder: Path) -> dict[str, tuple[int, int]]:
    """Turn the PNG files of a folder into WebP files; return their sizes by name without ending."""
    sizes = {}
    for path in sorted(folder.glob("*.png")):
        png = path.read_bytes()
        sizes[path.stem] = png_size(png)
        path.with_suffix(".webp").write_bytes(to_webp(png))
        path.unlink()
    return sizes
