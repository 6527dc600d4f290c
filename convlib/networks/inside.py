"""A look inside a network: what it answers, what its layers see, and its numbers (PyTorch).

Looking changes nothing. Every function here uses the network as it is after training (`looking`),
whatever mode it is in, and leaves it as it was; arrays that are returned are copies.
"""

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from convlib import _validate
from convlib.networks._checks import (
    as_digit,
    as_digits,
    as_image,
    as_images,
    as_kernels,
    as_model,
)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let one thread compute: sums come in the same order on any number of cores.

    Networks and pictures are so small here that more threads would mostly wait for each other.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextlib.contextmanager
def looking(model: nn.Module) -> Iterator[None]:
    """Put a network into evaluation mode without gradients, and every layer back afterwards.

    In training mode batch normalisation judges each picture by its neighbours and remembers them,
    and dropout forgets at random. One thread computes, as in `train`.

    Parameters
    ----------
    model : torch.nn.Module
        Any network.

    Raises
    ------
    TypeError
        If `model` is no PyTorch network.
    """
    modes = [(layer, layer.training) for layer in as_model(model).modules()]
    model.eval()
    try:
        with torch.no_grad(), one_thread():
            yield
    finally:
        for layer, mode in modes:
            layer.training = mode


def _scores(model: nn.Module, images: ArrayLike) -> Tensor:
    x = as_images(images)
    with looking(model):
        return torch.cat([model(part) for part in x.split(500)])


def probabilities(model: nn.Module, images: ArrayLike) -> NDArray[np.float32]:
    """Return the probability of each digit for each picture, shape (n, 10); rows sum to 1."""
    return torch.softmax(_scores(model, images), dim=1).numpy()


def predict(model: nn.Module, images: ArrayLike) -> NDArray[np.int64]:
    """Return the most likely digit of each picture: (n, 28, 28) to (n,)."""
    return _scores(model, images).argmax(dim=1).numpy()


def accuracy(model: nn.Module, images: ArrayLike, labels: ArrayLike) -> float:
    """Return the share of pictures whose digit the network names, 0 to 1.

    `images` has shape (n, 28, 28), n at least 1, and `labels` (n,); errors as in `train`.
    """
    found = predict(model, images)
    return float(np.mean(found == as_digits(labels, "labels", len(found)).numpy()))


def confusion(labels: ArrayLike, predictions: ArrayLike) -> NDArray[np.int64]:
    """Return how often each digit (row) is called each digit (column), shape (10, 10)."""
    rows = as_digits(labels, "labels")
    columns = as_digits(predictions, "predictions", len(rows))
    table = np.zeros((10, 10), dtype=np.int64)
    np.add.at(table, (rows.numpy(), columns.numpy()), 1)
    return table


def first_kernels(model: nn.Module) -> NDArray[np.float32]:
    """Return the kernels of the layer named ``first``, shape (kernels, rows, columns).

    Raises
    ------
    TypeError, ValueError
        If `model` is no network, or has no convolutional layer of that name.
    """
    weight = _first(model).weight.detach()[:, 0]
    return weight.contiguous().numpy().copy()


def with_first_kernels(model: nn.Module, kernels: ArrayLike) -> nn.Module:
    """Return a copy of a network with other kernels in the layer named ``first``.

    Parameters
    ----------
    model : torch.nn.Module
        Stays as it is.
    kernels : array_like, shape (kernels, rows, columns)
        As many and as large as those of the network.

    Returns
    -------
    torch.nn.Module
        In evaluation mode.

    Raises
    ------
    TypeError, ValueError
        If the network has no such layer, or `kernels` have another shape or are not finite.

    Examples
    --------
    >>> from convlib.networks import tiny_cnn
    >>> model = tiny_cnn()
    >>> silent = with_first_kernels(model, 0 * first_kernels(model))
    >>> bool((first_kernels(silent) == 0).all())
    True
    """
    shape = first_kernels(model).shape
    new = as_kernels(kernels, "kernels")
    if new.shape != shape:
        raise ValueError(f"`kernels` must have shape {shape}; got {new.shape}")
    changed = copy.deepcopy(model).eval()
    with torch.no_grad():
        _first(changed).weight[:, 0] = torch.tensor(new, dtype=torch.float32)
    return changed


def _first(model: nn.Module) -> nn.Conv2d:
    layer = getattr(as_model(model), "first", None)
    if not isinstance(layer, nn.Conv2d):
        names = [name for name, _ in model.named_children()]
        raise ValueError(f"`model` must have a convolutional layer named 'first'; got {names}")
    return layer


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
        Signed answers; (8, 26, 26) for the first layer of `tiny_cnn`. Behind ``flatten`` there
        are no places left, and the shape is (numbers,).

    Raises
    ------
    TypeError, ValueError
        If `model` is not sequential, has no layer of that name, or `image` has another shape.
    """
    if not isinstance(model, nn.Sequential):
        kind = type(model).__name__
        raise TypeError(f"`model` must be sequential (torch.nn.Sequential); got {kind}")
    names = [name for name, _ in model.named_children()]
    _validate.choice(layer, "layer", names)
    x = as_image(image)
    with looking(model):
        for name, step in model.named_children():
            x = step(x)
            if name == layer:
                break
    return x[0].contiguous().numpy()


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
        Whose probability is followed, 0 to 9.
    patch : int, default 7
        Height and width of the patch, odd, in pixels.

    Returns
    -------
    ndarray, shape (28, 28)
        Value at row r, column c: the patch was centred there.

    Raises
    ------
    TypeError, ValueError
        If `image` has another shape, `digit` is no digit, or `patch` is not odd.
    """
    picture = as_image(image).numpy()[0, 0]
    digit = as_digit(digit)
    half, rest = divmod(_validate.at_least(patch, "patch"), 2)
    if not rest:
        raise ValueError(f"`patch` must be odd, so that it has a centre; got {patch}")
    hidden = np.broadcast_to(picture, (28, 28, 28, 28)).copy()
    for row, column in np.ndindex(28, 28):
        rows = slice(max(0, row - half), row + half + 1)
        columns = slice(max(0, column - half), column + half + 1)
        hidden[row, column, rows, columns] = 0
    found = probabilities(model, hidden.reshape(-1, 28, 28))[:, digit]
    return found.reshape(28, 28)


def export(model: nn.Module) -> dict[str, NDArray[Any]]:
    """Return all numbers of a network as plain arrays, for programs without PyTorch.

    Returns
    -------
    dict of str to ndarray
        ``"<layer>.weight"``: (F, C, rows, columns) for a convolution (cross-correlation, no
        flip), (outputs, inputs) for a linear layer, inputs in the order channel, row, column.
        ``"<layer>.bias"``: (F,). For batch normalisation ``.scale`` and ``.shift``, both (F,):
        in use it is ``scale * x + shift``. ``"shuffle.order"``: (784,), int64. All others are
        float32; copies, in C order.

    Raises
    ------
    TypeError
        If `model` is no PyTorch network.

    Examples
    --------
    >>> from convlib.networks import tiny_cnn
    >>> export(tiny_cnn())["first.weight"].shape
    (8, 1, 7, 7)
    """
    arrays = {}
    for name, layer in as_model(model).named_children():
        for part, value in _numbers(layer).items():
            arrays[f"{name}.{part}"] = value.detach().numpy().copy(order="C")
    return arrays


def _numbers(layer: nn.Module) -> dict[str, Tensor]:
    if not isinstance(layer, _BatchNorm):
        return {**dict(layer.named_parameters()), **dict(layer.named_buffers())}
    mean, variance = layer.get_buffer("running_mean"), layer.get_buffer("running_var")
    scale = layer.weight / torch.sqrt(variance + layer.eps)
    return {"scale": scale, "shift": layer.bias - mean * scale}
