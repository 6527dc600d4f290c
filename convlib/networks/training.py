"""How a network learns: distorted pictures, a smoothness term, one seed (PyTorch)."""

import contextlib
import copy
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional

from convlib import _validate
from convlib.networks._checks import as_digits, as_images, as_model
from convlib.networks._progress import progress_bar
from convlib.networks.inside import looking, one_thread
from convlib.networks.models import build, parameter_count, tiny_cnn

LEARNING_RATE = 0.01
EPOCHS = 20
BATCH = 128
WEIGHT_DECAY = 0.01
SMOOTHNESS = 0.003


def smoothness(kernels: Tensor) -> Tensor:
    """Return how rough kernels are: the sum of ‖∇w‖² / ‖w‖² over them.

    Parameters
    ----------
    kernels : Tensor, shape (F, C, rows, columns)
        ∇w holds the differences of neighbours, down and across. Multiplying a kernel by a
        number changes nothing, so that shrinking the kernel is no way out.

    Returns
    -------
    Tensor
        One number, 0 for constant kernels, also for those of zeros only.

    Raises
    ------
    TypeError, ValueError
        If `kernels` is no tensor of four dimensions.

    Examples
    --------
    >>> smoothness(torch.tensor([[[[1.0, -1.0], [1.0, -1.0]]]])).item()
    2.0
    """
    _check_tensor(kernels, "kernels", "(F, C, rows, columns)")
    down = kernels.diff(dim=-2).square().sum(dim=(1, 2, 3))
    across = kernels.diff(dim=-1).square().sum(dim=(1, 2, 3))
    energy = kernels.square().sum(dim=(1, 2, 3)).clamp_min(torch.finfo(kernels.dtype).tiny)
    return ((down + across) / energy).sum()


def _check_tensor(value: Any, name: str, shape: str) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(f"`{name}` must be a PyTorch tensor; got {type(value).__name__}")
    if value.ndim != 4:
        raise ValueError(f"`{name}` must have shape {shape}; got {tuple(value.shape)}")


def random_affine(images: Tensor) -> Tensor:
    """Return each picture slightly turned, sheared, scaled and shifted, at random.

    Rotation up to 10 degrees, shear up to 0.1, scale 0.9 to 1.1, shift up to 1.5 pixels; drawn
    for every picture from PyTorch's generator. Shape (n, 1, side, side), as the result.
    """
    _check_tensor(images, "images", "(n, 1, side, side)")
    if images.shape[-2] != images.shape[-1]:
        raise ValueError(f"`images` must be square; got shape {tuple(images.shape)}")
    n, side = len(images), images.shape[-1]
    turn, shear, scale, down, across = torch.empty(5, n).uniform_(-1, 1)
    turn, shear, scale = turn * math.radians(10), shear * 0.1, 1 + 0.1 * scale
    # affine_grid measures a picture from -1 to 1, hence 2 / side for one pixel.
    down, across = down * 1.5 * 2 / side, across * 1.5 * 2 / side
    cos, sin = torch.cos(turn) / scale, torch.sin(turn) / scale
    first_row = torch.stack([cos, shear * cos - sin, across], dim=1)
    second_row = torch.stack([sin, shear * sin + cos, down], dim=1)
    matrices = torch.stack([first_row, second_row], dim=1)
    grid = functional.affine_grid(matrices, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)


class Training(NamedTuple):
    """What `train` returns."""

    model: nn.Module
    """The trained network, in evaluation mode."""
    losses: NDArray[np.float64]
    """Mean cross-entropy of each epoch, shape (epochs,)."""
    seconds: float
    """How long the training took."""
    stages: tuple[nn.Module, ...] = ()
    """The network before the training and after each epoch, if it was asked to keep them."""


@contextlib.contextmanager
def _reproducible(seed: int) -> Iterator[None]:
    """Compute on one thread, and with a random stream of its own."""
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def _optimiser(model: nn.Module, rate: float) -> torch.optim.AdamW:
    trained = [p for p in model.parameters() if p.requires_grad]
    # Biases and the numbers of batch normalisation are one-dimensional: no decay for them.
    return torch.optim.AdamW(
        [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": WEIGHT_DECAY},
            {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=rate,
        fused=True,  # one pass over the numbers instead of ten
    )


def _batches(n: int) -> tuple[Tensor, ...]:
    """Return all places below `n` in random order, in batches that differ by one at most."""
    return torch.randperm(n).tensor_split(math.ceil(n / BATCH))


def _learned_kernels(model: nn.Module) -> Tensor | None:
    first = getattr(model, "first", None)
    if not isinstance(first, nn.Conv2d) or not first.weight.requires_grad:
        return None
    return first.weight


def _fit(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    epochs: Any,
    *,
    n: int,
    augment: bool,
    smooth: float,
    rate: float,
    keep: Callable[[], None],
) -> list[float]:
    optimiser = _optimiser(model, rate)
    steps = n * math.ceil(len(x) / BATCH)
    rising = 0.2 if steps != 5 else 0.3  # of five steps one would rise, from 0 to 0: 0 / 0
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rate, total_steps=steps, pct_start=rising
    )
    kernels = _learned_kernels(model) if smooth else None
    losses = []
    keep()
    for _ in epochs:
        seen = random_affine(x) if augment else x
        total = 0.0
        for batch in _batches(len(x)):
            optimiser.zero_grad()
            error = functional.cross_entropy(model(seen[batch]), y[batch])
            loss = error if kernels is None else error + smooth * smoothness(kernels)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += error.item() * len(batch)
        losses.append(total / len(x))
        keep()
    return losses


def _untrained(network: Any) -> nn.Module:
    """Build a network, and refuse one that cannot be trained on digits."""
    model: Any = build(network)  # PyTorch's own hints do not know `memory_format`
    if not parameter_count(model, trained_only=True):
        raise ValueError("`network` must have numbers to train; got none")
    with looking(model):
        shape = tuple(model(torch.zeros(2, 1, 28, 28)).shape)
    if shape != (2, 10):
        raise ValueError(f"`network` must give 10 scores for each picture; got shape {shape} for 2")
    model.to(memory_format=torch.channels_last)
    return as_model(model.train())


def train(
    images: ArrayLike,
    labels: ArrayLike,
    *,
    seed: int,
    network: Callable[[], nn.Module] = tiny_cnn,
    epochs: int = EPOCHS,
    augment: bool = True,
    smooth: float = SMOOTHNESS,
    rate: float = LEARNING_RATE,
    progress: bool | None = None,
    keep: bool = False,
) -> Training:
    """Train a network on labelled pictures of digits.

    AdamW with a one-cycle learning rate, cross-entropy, batches of at most 128 pictures. One
    thread computes, so that the same seed gives the same network on any number of cores; to use
    more of them, train several networks at a time (`compare`).

    Parameters
    ----------
    images : array_like, shape (n, 28, 28)
        Pictures from 0 to 1, at least two.
    labels : array_like of int, shape (n,)
        The digits 0 to 9.
    seed : int
        Not negative. Decides the starting weights, the order of the pictures and their
        distortions.
    network : callable, default `tiny_cnn`
        Called without arguments, returns the untrained network, which gives ten scores for each
        picture.
    epochs : int, default 20
        How often every picture is used.
    augment : bool, default True
        Distort the pictures anew in every epoch, see `random_affine`.
    smooth : float, default 0.003
        Weight of `smoothness` of the layer named ``first``, if there is one that learns.
    rate : float, default 0.01
        Largest learning rate of the cycle.
    progress : bool, optional
        Show a progress bar. By default only where somebody watches.
    keep : bool, default False
        Keep a copy of the network before the training and after each epoch.

    Returns
    -------
    Training
        Named tuple of model, losses (epochs,), seconds and stages.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, pictures are not finite, labels are not integers 0 to 9, `seed` or
        `smooth` is negative, `epochs` or `rate` is not positive, or `network` builds something that
        cannot be trained on digits.
    """
    x = as_images(images)
    if len(x) < 2:
        raise ValueError(f"`images` must hold at least two pictures; got {len(x)}")
    y = as_digits(labels, "labels", len(x))
    seed = _validate.at_least(seed, "seed", 0)
    epochs = _validate.at_least(epochs, "epochs")
    smooth = _validate.finite_number(smooth, "smooth")
    if smooth < 0:
        raise ValueError(f"`smooth` must not be negative; got {smooth}")
    rate = _validate.positive_number(rate, "rate")
    start = time.perf_counter()
    stages: list[nn.Module] = []
    with _reproducible(seed):
        model = _untrained(network)
        steps = progress_bar(range(epochs), "epochs", epochs, progress)
        losses = _fit(
            model,
            x,
            y,
            steps,
            n=epochs,
            augment=augment,
            smooth=smooth,
            rate=rate,
            keep=lambda: stages.append(copy.deepcopy(model).eval()) if keep else None,
        )
    seconds = time.perf_counter() - start
    return Training(model.eval(), np.array(losses), seconds, tuple(stages))
