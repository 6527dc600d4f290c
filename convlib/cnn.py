"""A tiny convolutional network for handwritten digits, and how it is trained (PyTorch).

`tiny_cnn` builds the network, `train` trains any network on digits, `predict` and `accuracy`
use it, `feature_maps` looks inside, `export` hands its numbers to anything that is not PyTorch.
`convlib.architectures` holds the networks it is compared with, `convlib.experiments` repeats and
compares trainings. Importing this module imports PyTorch.

Pictures are float arrays of shape (n, 28, 28): picture, row, column. PyTorch's layers compute
cross-correlation, so a first-layer kernel shown here is laid on the picture without a flip.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from convlib import _validate
from convlib.architectures import parameter_count, tiny_cnn
from convlib.training import (
    LEARNING_RATE,
    SMOOTHNESS,
    Training,
    as_images,
    as_labels,
    random_affine,
    smoothness,
    train,
)

__all__ = [
    "LEARNING_RATE",
    "SMOOTHNESS",
    "Training",
    "accuracy",
    "export",
    "feature_maps",
    "first_kernels",
    "parameter_count",
    "predict",
    "probabilities",
    "random_affine",
    "smoothness",
    "tiny_cnn",
    "train",
]


def first_kernels(model: nn.Module) -> NDArray[np.float32]:
    """Return the kernels of the layer named ``first``, shape (kernels, rows, columns)."""
    weight: Tensor = model.get_parameter("first.weight")
    return np.array(weight.detach()[:, 0].contiguous().numpy())


def _scores(model: nn.Module, images: ArrayLike) -> Tensor:
    x = as_images(images)
    with torch.no_grad():
        return torch.cat([model(part) for part in x.split(500)])


def probabilities(model: nn.Module, images: ArrayLike) -> NDArray[np.float32]:
    """Return the probability of each digit for each picture, shape (n, 10); rows sum to 1."""
    return torch.softmax(_scores(model, images), dim=1).numpy()


def predict(model: nn.Module, images: ArrayLike) -> NDArray[np.int64]:
    """Return the most likely digit of each picture: (n, 28, 28) to (n,)."""
    return _scores(model, images).argmax(dim=1).numpy()


def accuracy(model: nn.Module, images: ArrayLike, labels: ArrayLike) -> float:
    """Return the share of pictures whose digit the network names, 0 to 1.

    `images` has shape (n, 28, 28), `labels` (n,); errors as in `train`.
    """
    expected = as_labels(labels, len(np.asarray(images)))
    return float(np.mean(predict(model, images) == expected.numpy()))


def feature_maps(
    model: nn.Sequential, image: ArrayLike, layer: str = "first"
) -> NDArray[np.float32]:
    """Return what a layer answers to one picture.

    Parameters
    ----------
    model : torch.nn.Sequential
        For instance from `tiny_cnn`.
    image : array_like, shape (28, 28)
        One picture.
    layer : str, default "first"
        Name of the layer whose output is wanted.

    Returns
    -------
    ndarray, shape (channels, rows, columns)
        Signed answers; (8, 26, 26) for the first layer of `tiny_cnn`.

    Raises
    ------
    ValueError
        If the network has no layer of that name.
    """
    names = [name for name, _ in model.named_children()]
    _validate.choice(layer, "layer", names)
    x = as_images(np.asarray(image)[None])
    with torch.no_grad():
        answer: NDArray[np.float32] = model[: names.index(layer) + 1](x)[0].numpy()
    return answer


def export(model: nn.Module) -> dict[str, NDArray[np.float32]]:
    """Return all numbers of a network as plain arrays, for programs without PyTorch.

    Returns
    -------
    dict of str to ndarray
        ``"<layer>.weight"``: (F, C, rows, columns) for a convolution (cross-correlation, no
        flip), (outputs, inputs) for a linear layer, inputs in the order channel, row, column.
        ``"<layer>.bias"``: (F,). For batch normalisation ``.scale`` and ``.shift``, both (F,):
        in use it is ``scale * x + shift``. All float32, in C order.

    Examples
    --------
    >>> {name: array.shape for name, array in export(tiny_cnn()).items()}["first.weight"]
    (8, 1, 7, 7)
    """
    arrays = {}
    for name, layer in model.named_children():
        if isinstance(layer, nn.BatchNorm2d):
            mean, variance = layer.get_buffer("running_mean"), layer.get_buffer("running_var")
            scale = layer.weight / torch.sqrt(variance + layer.eps)
            found = {"scale": scale, "shift": layer.bias - mean * scale}
        else:
            found = dict(layer.named_parameters())
        for part, value in found.items():
            arrays[f"{name}.{part}"] = np.ascontiguousarray(value.detach().numpy())
    return arrays
