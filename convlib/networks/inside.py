"""A look inside a network: what it answers, what its layers see, and its numbers (PyTorch)."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from convlib import _validate
from convlib.networks._checks import as_images, as_labels


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


def occlusion_map(
    model: nn.Module, image: ArrayLike, digit: int, *, patch: int = 7
) -> NDArray[np.float32]:
    """Return the probability of a digit when a black patch hides each place of the picture.

    Parameters
    ----------
    model : torch.nn.Module
        A trained network.
    image : array_like, shape (28, 28)
        One picture.
    digit : int
        Whose probability is followed.
    patch : int, default 7
        Height and width of the patch, odd, in pixels.

    Returns
    -------
    ndarray, shape (28, 28)
        Value at row r, column c: the patch was centred there.
    """
    image = _validate.real_array(image, "image", ndim=2)
    half = _validate.at_least(patch, "patch") // 2
    hidden = np.broadcast_to(image, (28, 28, 28, 28)).copy()
    for row, column in np.ndindex(28, 28):
        rows = slice(max(0, row - half), row + half + 1)
        columns = slice(max(0, column - half), column + half + 1)
        hidden[row, column, rows, columns] = 0
    found = probabilities(model, hidden.reshape(-1, 28, 28))[:, digit]
    return found.reshape(28, 28)


def confusion(labels: ArrayLike, predictions: ArrayLike) -> NDArray[np.int64]:
    """Return how often each digit (row) is called each digit (column), shape (10, 10)."""
    table = np.zeros((10, 10), dtype=np.int64)
    np.add.at(table, (np.asarray(labels), np.asarray(predictions)), 1)
    return table


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
    >>> from convlib.networks import tiny_cnn
    >>> export(tiny_cnn())["first.weight"].shape
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
