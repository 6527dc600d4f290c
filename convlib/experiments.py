"""Trainings repeated over seeds and compared, several at a time (PyTorch)."""

import math
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

from convlib import _validate, cnn
from convlib._parts import cores
from convlib.architectures import tiny_cnn
from convlib.data import Digits
from convlib.discrete import convolve
from convlib.kernels import KERNELS, gabor, gaussian, laplacian_of_gaussian
from convlib.training import progress_bar


class Experiment(NamedTuple):
    """One row of a comparison: a network and how it is trained."""

    network: Callable[[], nn.Module] = tiny_cnn
    """Builds the untrained network; a module's function or a `functools.partial` of one."""
    seeds: Sequence[int] = (0, 1, 2)
    """One training for each."""
    epochs: int = 15
    """How often each training sees every picture."""
    rate: float = cnn.LEARNING_RATE
    """Largest learning rate."""


class Run(NamedTuple):
    """One finished training."""

    model: nn.Module
    accuracy: float
    """Share of the test digits named correctly, 0 to 1."""
    losses: NDArray[np.float64]
    """Mean cross-entropy of each epoch."""
    seconds: float
    """Computing time: seconds of one processor, which other work on the machine hardly changes."""


Result = tuple[dict[str, NDArray[Any]], NDArray[np.float64], float]  # state, losses, seconds

_digits: Digits | None = None


def _receive(digits: Digits) -> None:
    global _digits  # once per worker process, instead of once per training
    _digits = digits


def _work(experiment: Experiment, seed: int) -> Result:
    assert _digits is not None  # `_receive` has run
    start = time.process_time()
    done = cnn.train(
        _digits.train_images,
        _digits.train_labels,
        seed=seed,
        network=experiment.network,
        epochs=experiment.epochs,
        rate=experiment.rate,
        progress=False,
    )
    # NumPy arrays travel between processes without PyTorch's shared memory.
    state = {name: value.numpy() for name, value in done.model.state_dict().items()}
    return state, done.losses, time.process_time() - start


def _run(experiment: Experiment, digits: Digits, result: Result) -> Run:
    state, losses, seconds = result
    model = experiment.network()
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    model.eval()
    return Run(model, cnn.accuracy(model, digits.test_images, digits.test_labels), losses, seconds)


def compare(
    experiments: Mapping[str, Experiment],
    digits: Digits,
    *,
    workers: int | None = None,
    progress: bool | None = None,
) -> dict[str, list[Run]]:
    """Train every network of every experiment, one process per core.

    New processes import the caller's main module: in a script, call this below
    ``if __name__ == "__main__":``. In a notebook nothing is needed.

    Parameters
    ----------
    experiments : mapping of str to Experiment
        What to train; the costly ones first keeps all cores busy to the end.
    digits : Digits
        Training and test digits, as from `convlib.data.digits`.
    workers : int, optional
        Number of processes; by default the number of cores. The results do not depend on it.
    progress : bool, optional
        Show a progress bar. By default only where somebody watches.

    Returns
    -------
    dict of str to list of Run
        For each experiment its runs, in the order of its seeds.
    """
    workers = _validate.at_least(cores() if workers is None else workers, "workers")
    jobs = [(name, seed) for name, job in experiments.items() for seed in job.seeds]
    results = {}
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)),
        mp_context=multiprocessing.get_context("spawn"),  # the one way that works everywhere
        initializer=_receive,
        initargs=(digits,),
    )
    with pool:
        waiting = {pool.submit(_work, experiments[name], seed): (name, seed) for name, seed in jobs}
        try:
            for future in progress_bar(as_completed(waiting), "trainings", len(jobs), progress):
                results[waiting[future]] = future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # do not start what is still waiting
            raise
    return {
        name: [_run(job, digits, results[name, seed]) for seed in job.seeds]
        for name, job in experiments.items()
    }


def sampling_error(share: float, n: int) -> float:
    """Return the standard error of a share measured on `n` independent cases: √(p (1 − p) / n).

    Examples
    --------
    >>> round(sampling_error(0.9, 100), 12)
    0.03
    """
    n = _validate.at_least(n, "n")
    if not 0 <= share <= 1:
        raise ValueError(f"`share` must be between 0 and 1; got {share}")
    return math.sqrt(share * (1 - share) / n)


def mean_and_spread(runs: list[Run]) -> tuple[float, float]:
    """Return the mean accuracy of some runs and its standard deviation between runs."""
    scores = [run.accuracy for run in runs]
    return float(np.mean(scores)), float(np.std(scores, ddof=1)) if len(scores) > 1 else math.nan


def _centre(kernel: NDArray[Any], size: int) -> NDArray[np.float64]:
    margin = (len(kernel) - size) // 2
    cropped = kernel[margin : margin + size, margin : margin + size] if margin > 0 else kernel
    return np.pad(cropped, (size - len(cropped)) // 2)


def hand_made_kernels() -> NDArray[np.float64]:
    """Return eight kernels made without any digit: two edges, a spot, a blur, four strokes.

    Returns
    -------
    ndarray, shape (8, 7, 7)
        Sobel in two directions on a Gaussian, Laplacian of Gaussian, Gaussian, and Gabor
        kernels at 0, 45, 90 and 135 degrees; each with sum of squares 1.
    """
    blur = gaussian(1.0, truncate=2.0)
    kernels = [convolve(blur, KERNELS[name]) for name in ("sobel_x", "sobel_y")]
    kernels += [-laplacian_of_gaussian(1.0), gaussian(1.0)]
    kernels += [gabor(1.5, np.pi * k / 4, 6.0) for k in range(4)]
    stack = np.stack([_centre(kernel, 7) for kernel in kernels])
    return np.asarray(stack / np.sqrt(np.sum(stack**2, axis=(1, 2), keepdims=True)))


def confusion(labels: ArrayLike, predictions: ArrayLike) -> NDArray[np.int64]:
    """Return how often each digit (row) is called each digit (column), shape (10, 10)."""
    table = np.zeros((10, 10), dtype=np.int64)
    np.add.at(table, (np.asarray(labels), np.asarray(predictions)), 1)
    return table


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
    found = cnn.probabilities(model, hidden.reshape(-1, 28, 28))[:, digit]
    return found.reshape(28, 28)


def gabor_family() -> NDArray[np.float64]:
    """Return Gabor kernels of 7 × 7 pixels in twelve directions, three widths, eight phases.

    Returns
    -------
    ndarray, shape (n, 7, 7)
        Each with sum of squares 1.
    """
    stack = [
        _centre(gabor(sigma, np.pi * k / 12, wavelength, phase=np.pi * phase / 4), 7)
        for sigma in (1.0, 1.5, 2.5)
        for wavelength in (4.0, 6.0, 9.0)
        for k in range(12)
        for phase in range(8)
    ]
    lengths = np.sqrt(np.sum(np.square(stack), axis=(1, 2), keepdims=True))
    return np.asarray(np.stack(stack) / lengths)


def likeness(kernels: ArrayLike, family: ArrayLike) -> NDArray[np.float64]:
    """Return for each kernel its largest absolute cosine with a member of a family, 0 to 1.

    Examples
    --------
    >>> likeness([[[0, -3], [0, 0]]], [[[0, 1], [0, 0]], [[1, 0], [0, 0]]])
    array([1.])
    """
    a, b = (np.asarray(stack).reshape(np.shape(stack)[0], -1) for stack in (kernels, family))
    lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)
    return np.asarray(np.max(np.abs(a @ b.T) / lengths, axis=1))
