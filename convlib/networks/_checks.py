"""What networks, pictures and labels must be, checked once for all that take them."""

from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from convlib import _validate


def as_model(model: Any, name: str = "model") -> nn.Module:
    """Return `model` if it is a PyTorch network."""
    if not isinstance(model, nn.Module):
        kind = type(model).__name__  # for instance what `train` returns, instead of its `.model`
        raise TypeError(f"`{name}` must be a PyTorch network (torch.nn.Module); got {kind}")
    return model


def as_kernels(kernels: ArrayLike, name: str) -> _validate.FloatArray:
    """Return checked kernels (kernels, rows, columns), all finite."""
    array = _validate.real_array(kernels, name, ndim=3)
    if not np.isfinite(array).all():
        raise ValueError(f"`{name}` must be finite; got NaN or infinity")
    return array


def as_images(images: ArrayLike) -> Tensor:
    """Return checked pictures (n, 28, 28) as a float32 tensor (n, 1, 28, 28)."""
    array = _validate.real_array(images, "images")
    if array.ndim != 3 or array.shape[1:] != (28, 28):
        raise ValueError(f"`images` must have shape (n, 28, 28); got {array.shape}")
    return _tensor(array, "images")


def as_image(image: ArrayLike) -> Tensor:
    """Return one checked picture (28, 28) as a float32 tensor (1, 1, 28, 28)."""
    array = _validate.real_array(image, "image")
    if array.shape != (28, 28):
        raise ValueError(f"`image` must have shape (28, 28); got {array.shape}")
    return _tensor(array[None], "image")


def _tensor(array: _validate.FloatArray, name: str) -> Tensor:
    if not np.isfinite(array).all():
        raise ValueError(f"`{name}` must be finite; got NaN or infinity")
    return torch.tensor(np.ascontiguousarray(array), dtype=torch.float32)[:, None]


def as_digits(values: ArrayLike, name: str, n: int | None = None) -> Tensor:
    """Return checked digits 0 to 9, (n,), one for each picture, as an int64 tensor."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu":
        raise TypeError(f"`{name}` must be integers; got dtype {array.dtype}")
    if array.ndim != 1 or array.size == 0 or len(array) != (n or len(array)):
        rule = f"({n},), one for each picture" if n else "(n,), n at least 1"
        raise ValueError(f"`{name}` must have shape {rule}; got {array.shape}")
    if array.min() < 0 or array.max() > 9:
        raise ValueError(f"`{name}` must be 0 to 9; got {array.min()} to {array.max()}")
    return torch.tensor(array, dtype=torch.int64)


def as_digit(value: Any) -> int:
    """Return one checked digit 0 to 9."""
    digit = _validate.at_least(value, "digit", 0)
    if digit > 9:
        raise ValueError(f"`digit` must be 0 to 9; got {digit}")
    return digit
