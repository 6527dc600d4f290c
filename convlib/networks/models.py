"""The networks that are trained and compared (PyTorch).

Each function returns an untrained network with random weights that maps pictures of shape
(n, 1, 28, 28) to (n, 10) scores.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from convlib import _validate
from convlib.networks._checks import as_kernels, as_model


def parameter_count(model: nn.Module, *, trained_only: bool = False) -> int:
    """Return how many numbers a network holds, or only those that training may change."""
    numbers = as_model(model).parameters()
    return sum(p.numel() for p in numbers if p.requires_grad or not trained_only)


def _frozen_or_not(conv: nn.Conv2d, first: ArrayLike | None, frozen: bool) -> nn.Conv2d:
    if first is not None:
        kernels = as_kernels(first, "first")
        shape = (conv.out_channels, *conv.kernel_size)
        if kernels.shape != shape:
            raise ValueError(f"`first` must have shape {shape}; got {kernels.shape}")
        conv.weight.data = torch.tensor(np.ascontiguousarray(kernels[:, None]), dtype=torch.float32)
    conv.weight.requires_grad_(not frozen)
    return conv


def tiny_cnn(
    first_kernels: int = 8, *, size: int = 7, first: ArrayLike | None = None, frozen: bool = False
) -> nn.Sequential:
    """Build the network of this course: four convolutional layers and one linear layer.

    Parameters
    ----------
    first_kernels : int, default 8
        Number of kernels in the first layer.
    size : int, default 7
        Their height and width, odd, 3 to 9.
    first : array_like, shape (first_kernels, size, size), optional
        Kernels to start from, instead of random ones.
    frozen : bool, default False
        Keep the first kernels as they are during training.

    Returns
    -------
    torch.nn.Sequential
        Maps (n, 1, 28, 28) to (n, 10) scores. Layers have names: ``first``, ``second``, ...

    Raises
    ------
    ValueError
        If `size` is even or outside 3 to 9, or `first` has another shape or is not finite.

    Examples
    --------
    >>> parameter_count(tiny_cnn())
    8962
    """
    first_kernels = _validate.at_least(first_kernels, "first_kernels")
    size = _validate.at_least(size, "size")
    if size not in (3, 5, 7, 9):
        raise ValueError(f"`size` must be 3, 5, 7 or 9; got {size}")
    # The padding keeps the first maps at 26 x 26 whatever the size of the kernels.
    conv = nn.Conv2d(1, first_kernels, size, padding=(size - 3) // 2, bias=False)
    layers = {
        "first": _frozen_or_not(conv, first, frozen),
        "pool1": nn.MaxPool2d(2),
        "norm1": nn.BatchNorm2d(first_kernels),
        "relu1": nn.ReLU(),
        "second": nn.Conv2d(first_kernels, 16, 3, bias=False),
        "norm2": nn.BatchNorm2d(16),
        "relu2": nn.ReLU(),
        "third": nn.Conv2d(16, 20, 3, bias=False),
        "pool3": nn.MaxPool2d(2),
        "norm3": nn.BatchNorm2d(20),
        "relu3": nn.ReLU(),
        "fourth": nn.Conv2d(20, 20, 3, bias=False),
        "norm4": nn.BatchNorm2d(20),
        "relu4": nn.ReLU(),
        "flatten": nn.Flatten(),
        "scores": nn.Linear(80, 10),
    }
    return nn.Sequential(OrderedDict(layers))


def is_tiny_cnn(model: nn.Module) -> bool:
    """Return whether a network has exactly the layers that `tiny_cnn` builds.

    Examples
    --------
    >>> is_tiny_cnn(tiny_cnn(4, size=5)), is_tiny_cnn(one_layer_cnn())
    (True, False)
    """
    first = getattr(as_model(model), "first", None)
    if not isinstance(first, nn.Conv2d) or first.kernel_size[0] not in (3, 5, 7, 9):
        return False
    with torch.device("meta"):  # layers without numbers: nothing is drawn at random
        twin = tiny_cnn(first.out_channels, size=first.kernel_size[0])
    return repr(model) == repr(twin)


def one_layer_cnn(kernels: int = 8, *, size: int = 7) -> nn.Sequential:
    """Build a network with a single convolutional layer: kernels, ReLU, pooling, linear.

    Parameters
    ----------
    kernels : int, default 8
        Number of kernels.
    size : int, default 7
        Their height and width, at most 27: beyond that nothing would be left to pool.

    Examples
    --------
    >>> one_layer_cnn(4).scores.in_features
    144
    """
    kernels = _validate.at_least(kernels, "kernels")
    size = _validate.at_least(size, "size", most=27)
    side = (28 - size + 1 + 2) // 4
    layers = {
        "first": nn.Conv2d(1, kernels, size, padding=1),
        "relu": nn.ReLU(),
        "pool": nn.MaxPool2d(4),
        "flatten": nn.Flatten(),
        "scores": nn.Linear(kernels * side * side, 10),
    }
    return nn.Sequential(OrderedDict(layers))


def dense_network(hidden: int = 12) -> nn.Sequential:
    """Build a network without convolution: every pixel to `hidden` units, those to ten scores.

    Examples
    --------
    >>> parameter_count(dense_network())
    9562
    """
    hidden = _validate.at_least(hidden, "hidden")
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, hidden, bias=False),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, 10),
    )


def logistic_regression() -> nn.Sequential:
    """Build the smallest network there is: one linear layer from the pixels to ten scores.

    Examples
    --------
    >>> parameter_count(logistic_regression())
    7850
    """
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def large_cnn() -> nn.Sequential:
    """Build the usual example network with 32 and 64 channels and 1.2 million parameters.

    Examples
    --------
    >>> parameter_count(large_cnn())
    1199882
    """
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(9216, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
    )


def build(network: Any) -> nn.Module:
    """Return the network that `network` builds.

    Raises
    ------
    TypeError
        If it cannot be called, or builds something else.
    """
    if isinstance(network, nn.Module) or not callable(network):
        shown = _validate.shown(network)
        raise TypeError(f"`network` must be a function that builds a network; got {shown}")
    return as_model(network(), "network()")


class Shuffle(nn.Module):
    """Put the pixels of every picture into one fixed random order.

    Nothing is lost, but neighbours are no longer neighbours. Shape (n, 1, 28, 28) stays.
    """

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(_validate.at_least(seed, "seed", 0))
        self.order: Tensor
        self.register_buffer("order", torch.randperm(784, generator=generator))

    def forward(self, x: Tensor) -> Tensor:
        """Return the pictures with their pixels in the new order."""
        return x.flatten(1)[:, self.order].reshape(x.shape)


def shuffled(network: Callable[[], nn.Sequential] = tiny_cnn) -> nn.Sequential:
    """Build `network` behind a fixed random permutation of the pixels.

    The permutation comes after the distortions of training and is the same for every picture.

    Examples
    --------
    >>> list(dict(shuffled().named_children()))[:2]
    ['shuffle', 'first']
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict(shuffle=Shuffle())
    layers.update(build(network).named_children())
    return nn.Sequential(layers)
