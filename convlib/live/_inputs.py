"""Photographs and kernels that the kernel lab is given, checked and in the form that it keeps."""

import functools
import io
import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from convlib import data
from convlib._validate import real_array
from convlib.images import to_uint8

FACE = np.s_[16:256, 100:340]  # the part of the photograph that shows the cat's face
LARGEST = 1024  # pixels a side
STRONGEST = 100_000  # the browser computes 255 times the sum of 49 such values with 32 bits

_DIGITS = r"(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+\-−]?[0-9]+)?"
_NUMBER = re.compile(rf"([+\-−]?{_DIGITS})(?:\s*/\s*({_DIGITS}))?")
_UNCLEAR = re.compile(r"\S*[0-9],[0-9]\S*")


def read_number(text: str) -> float:
    """Return the number that a text is, as ``numbers.js`` reads it in the browser; NaN if none.

    >>> [read_number(text) for text in ("-0,5", "1/4", "−2", "1_000")]
    [-0.5, 0.25, -2.0, nan]
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return math.nan
    over, under = (float((part or "1").translate(_PLAIN)) for part in found.groups())
    return over / under if under and math.isfinite(over / under) else math.nan


_PLAIN = str.maketrans(",−", ".-")


def read_numbers(text: str, name: str) -> list[float]:
    """Return the numbers in a list that somebody has typed.

    A comma between two digits may be a decimal comma or stand between two numbers.

    Raises
    ------
    ValueError
        If there is none, or something else, or a comma that can be meant in both ways.

    Examples
    --------
    >>> read_numbers("1, −2.5; 1/2", "x")
    [1.0, -2.5, 0.5]
    """
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    unclear = _UNCLEAR.search(text)
    if unclear and (re.search(r"[\s;]", text.strip()) or len(parts) == 2):
        raise ValueError(f"`{name}` must not have a comma that may be a point; got {unclear[0]!r}")
    values = [read_number(part) for part in parts]
    if not values or not all(map(math.isfinite, values)):
        raise ValueError(f"`{name}` must be numbers with commas between; got {text!r}")
    return values


def photo(image: ArrayLike | None) -> tuple[NDArray[np.uint8], bytes]:
    """Return a picture with 8 bits, and as a file that keeps them all; the cat's face if None.

    Raises
    ------
    TypeError, ValueError
        If `image` is no grey or colour picture of at most 1024 pixels a side.
    """
    return _cat() if image is None else _packed(_picture(image))


def _packed(image: NDArray[np.floating]) -> tuple[NDArray[np.uint8], bytes]:
    pixels, buffer = to_uint8(image), io.BytesIO()  # the file: a quarter below PNG
    Image.fromarray(pixels).save(buffer, format="webp", lossless=True, method=6)
    return pixels, buffer.getvalue()


@functools.cache
def _cat() -> tuple[NDArray[np.uint8], bytes]:
    return _packed(data.cat()[FACE])


def _picture(image: ArrayLike) -> NDArray[np.floating]:
    picture = real_array(image, "image")
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] != 3):
        raise ValueError(f"`image` must be (H, W) or (H, W, 3); got shape {picture.shape}")
    if max(picture.shape[:2]) > LARGEST:
        raise ValueError(
            f"`image` must be at most {LARGEST} pixels a side; got {picture.shape[:2]}"
        )
    return picture


def square_kernel(values: ArrayLike, sizes: Sequence[int]) -> NDArray[np.floating]:
    """Return a kernel with as many rows as columns, of one of these sizes.

    Raises
    ------
    TypeError, ValueError
        If `values` is no such kernel.
    """
    kernel = real_array(values, "kernel", ndim=2)
    if kernel.shape not in [(size, size) for size in sizes]:
        allowed = " or ".join(f"({size}, {size})" for size in sizes)
        raise ValueError(f"`kernel` must have shape {allowed}; got {kernel.shape}")
    if not np.isfinite(kernel).all():
        raise ValueError(f"`kernel` must be finite; got {kernel.tolist()}")
    if np.abs(kernel).max() > STRONGEST:
        raise ValueError(f"`kernel` must be within ±{STRONGEST:,}; got {kernel.tolist()}")
    return kernel
