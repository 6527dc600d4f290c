"""Light pictures and sounds for the built pages: WebP instead of PNG, loaded when they come near.

Matplotlib's PNG files are a factor of three too large, and a page with audio players carries all
their sound in its text. Both become files of their own that a reader loads on the way down.
"""

import base64
import hashlib
import io
import re
import struct
from pathlib import Path, PurePosixPath

from bs4 import BeautifulSoup
from PIL import Image

_IMAGE = re.compile(r"(?:^|/)_images/[^/]+\.png$")
_WIDE = 700  # pixels; a narrower picture is readable on a telephone as it is
_SOUND = re.compile(r"^data:audio/(\w+);base64,")
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


def link_pictures(page: BeautifulSoup, sizes: dict[str, tuple[int, int]]) -> int:
    """Let a page load its pictures as WebP when they come near, and keep room for them.

    Browsers load all of them before they print, and at once where JavaScript is turned off. The
    still pictures of live figures do not wait: paper needs them, and the figures hide them.

    Parameters
    ----------
    page : bs4.BeautifulSoup
        The page.
    sizes : dict
        Width and height in pixels of the pictures, by file name without ending.

    Returns
    -------
    int
        The number of pictures.

    Raises
    ------
    KeyError
        If a picture is not in `sizes`.

    Examples
    --------
    >>> soup = BeautifulSoup('<img alt="Cat" src="_images/cat.png"/>', "html.parser")
    >>> link_pictures(soup, {"cat": (4, 3)})
    1
    >>> soup
    <img alt="Cat" height="3" loading="lazy" src="_images/cat.webp" width="4"/>
    """
    pictures = page.find_all("img", src=_IMAGE)
    for picture in pictures:
        path = PurePosixPath(picture["src"])
        width, height = sizes[path.stem]
        picture["src"] = str(path.with_suffix(".webp"))
        if picture.find_parent(class_="live-fallback") is None:  # else hidden before it comes near
            picture["loading"] = "lazy"
        if not {"width", "height", "style"} & set(picture.attrs):
            picture["width"], picture["height"] = str(width), str(height)
    return len(pictures)


def enlarge_pictures(page: BeautifulSoup) -> int:
    """Let a tap on a wide figure open it alone, where a telephone can enlarge its small print.

    >>> soup = BeautifulSoup(
    ...     '<figure><img alt="Cat" src="cat.webp" width="1037"/></figure>', "html.parser")
    >>> enlarge_pictures(soup)
    1
    >>> soup.a
    <a class="enlarge" href="cat.webp"><img alt="Cat" src="cat.webp" width="1037"/></a>
    """
    wide = [
        picture
        for picture in page.select("figure img[width][src$='.webp']")
        if int(picture["width"]) > _WIDE
        and picture.find_parent(["a", "details"]) is None
        and picture.find_parent(class_="live-fallback") is None
    ]
    for picture in wide:
        picture.wrap(page.new_tag("a", attrs={"class": "enlarge", "href": picture["src"]}))
    return len(wide)


def take_out_sounds(page: BeautifulSoup, folder: Path, address: str) -> int:
    """Write the sounds of a page's audio players into a folder; they load when played.

    Parameters
    ----------
    page : bs4.BeautifulSoup
        The page.
    folder : pathlib.Path
        Where the files go.
    address : str
        How the page refers to that folder.

    Returns
    -------
    int
        The number of sounds.
    """
    sources = page.find_all(src=_SOUND)
    for source in sources:
        kind = _SOUND.match(source["src"])
        data = base64.b64decode(source["src"][kind.end() :])
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{kind[1]}"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        source["src"] = f"{address}/{name}"
        player = source if source.name == "audio" else source.parent
        player["preload"] = "none"
    return len(sources)


def convert_pictures(folder: Path) -> dict[str, tuple[int, int]]:
    """Turn the PNG files of a folder into WebP files; return their sizes by name without ending."""
    sizes = {}
    for path in sorted(folder.glob("*.png")):
        png = path.read_bytes()
        sizes[path.stem] = png_size(png)
        path.with_suffix(".webp").write_bytes(to_webp(png))
        path.unlink()
    return sizes
