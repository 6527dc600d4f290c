"""What pictures, labels and digits must be, checked once for all that takes them."""

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from convlib import _validate


def as_images(images: ArrayLike) -> Tensor:
    """Return checked pictures (n, 28, 28) as a float32 tensor (n, 1, 28, 28)."""
    images = _validate.real_array(images, "images")
    if images.ndim != 3 or images.shape[1:] != (28, 28) or len(images) == 0:
        raise ValueError(f"`images` must have shape (n, 28, 28), n >= 1; got {images.shape}")
    return torch.tensor(np.ascontiguousarray(images), dtype=torch.float32)[:, None]


def as_labels(labels: ArrayLike, n: int) -> Tensor:
    """Return checked labels (n,) as an int64 tensor."""
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"`labels` must be integers; got dtype {labels.dtype}")
    if labels.shape != (n,):
        raise ValueError(f"`labels` must have shape ({n},), one per image; got {labels.shape}")
    if labels.min() < 0 or labels.max() > 9:
        raise ValueError(f"`labels` must be 0 to 9; got {labels.min()} to {labels.max()}")
    return torch.tensor(labels, dtype=torch.int64)
