"""Photographs and kernels that the kernel lab is given, checked and in the form that it keeps."""

import functools
import io
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
