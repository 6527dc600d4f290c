"""Trainings repeated over seeds and compared, several at a time (PyTorch)."""

import math
import multiprocessing
import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

from convlib import _validate
from convlib._processors import usable
from convlib.data import Digits
from convlib.networks._progress import progress_bar
from convlib.networks.inside import accuracy
from convlib.networks.models import tiny_cnn
from convlib.networks.training import EPOCHS, LEARNING_RATE, SMOOTHNESS, train


class Experiment(NamedTuple):
    """One row of a comparison: a network and how it is trained."""

    network: Callable[[], nn.Module] = tiny_cnn
    """Builds the untrained network; a module's function or a `functools.partial` of one."""
    seeds: Sequence[int] = (0, 1, 2)
    """One training for each."""
    epochs: int = EPOCHS
    """How often each training sees every picture."""
    rate: float = LEARNING_RATE
    """Largest learning rate."""
    smooth: float = SMOOTHNESS
    """Weight of the smoothness term, for first kernels that learn."""


class Run(NamedTuple):
    """One finished training."""

    model: nn.Module
    accuracy: float
    """Share of the digits to be judged on that it names correctly, 0 to 1."""
    losses: NDArray[np.float64]
    """Mean cross-entropy of each epoch."""
    seconds: float
    """Computing time in seconds of one processor, not the time that passed."""


Result = tuple[dict[str, NDArray[Any]], NDArray[np.float64], float]  # state, losses, seconds

_digits: Digits | None = None


def _receive(digits: Digits) -> None:
    global _digits  # once per worker process, instead of once per training
    _digits = digits


def _work(experiment: Experiment, seed: int) -> Result:
    assert _digits is not None  # `_receive` has run
    start = time.process_time()
    done = train(
        _digits.train_images,
        _digits.train_labels,
        seed=seed,
        network=experiment.network,
        epochs=experiment.epochs,
        rate=experiment.rate,
        smooth=experiment.smooth,
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
    return Run(model, accuracy(model, digits.test_images, digits.test_labels), losses, seconds)


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
        What to learn from and to be judged on: `convlib.data.practice_digits` while anything is
        still to be chosen, `convlib.data.digits` once at the end.
    workers : int, optional
        Number of processes; by default the number of cores. The results do not depend on it.
    progress : bool, optional
        Show a progress bar. By default only where somebody watches.

    Returns
    -------
    dict of str to list of Run
        For each experiment its runs, in the order of its seeds.

    Raises
    ------
    TypeError, ValueError
        If there is no experiment, one without a seed or with a seed twice, or one whose network
        another process cannot build; errors as in `train`.
    """
    workers = _validate.at_least(usable() if workers is None else workers, "workers")
    _check(experiments)
    if not isinstance(digits, Digits):
        raise TypeError(f"`digits` must be Digits; got {type(digits).__name__}")
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


def _check(experiments: Mapping[str, Experiment]) -> None:
    if not isinstance(experiments, Mapping) or not experiments:
        shown = _validate.shown(experiments)
        raise ValueError(f"`experiments` must name at least one experiment; got {shown}")
    for name, job in experiments.items():
        if not isinstance(job, Experiment):
            kind = type(job).__name__
            raise TypeError(f"`experiments[{name!r}]` must be an Experiment; got {kind}")
        if not len(job.seeds) or len(set(job.seeds)) < len(job.seeds):
            raise ValueError(
                f"`seeds` of {name!r} must be at least one, and all different; got {job.seeds!r}"
            )
        try:
            pickle.dumps(job.network)
        except Exception as error:  # each kind of object says no in its own way
            rule = "a function of a module, or a functools.partial of one"
            raise TypeError(f"`network` of {name!r} must be {rule}; got {job.network!r}") from error


def sampling_error(share: float, n: int) -> float:
    """Return the standard error of a share measured on `n` independent cases: √(p (1 − p) / n).

    Examples
    --------
    >>> round(sampling_error(0.9, 100), 12)
    0.03
    """
    n = _validate.at_least(n, "n")
    share = _validate.finite_number(share, "share")
    if not 0 <= share <= 1:
        raise ValueError(f"`share` must be between 0 and 1; got {share}")
    return math.sqrt(share * (1 - share) / n)


class Difference(NamedTuple):
    """How much better the first of two kinds of networks does on the same pictures."""

    mean: float
    """Difference of the shares of right answers."""
    error: float
    """Its standard error, from the choice of pictures and from that of seeds."""


def paired_difference(first: ArrayLike, second: ArrayLike) -> Difference:
    """Compare two kinds of networks picture by picture, seed by seed.

    Most pictures are right, or wrong, under both and say nothing about the difference. So its error
    is smaller than that of either share.

    Parameters
    ----------
    first, second : array_like of bool, shape (seeds, pictures)
        Whether each network was right about each picture; the same pictures in both.

    Returns
    -------
    Difference
        Mean difference d and its standard error. The error has two parts that are added as squares:
        the spread of d over the pictures by the root of their number, and over the seeds likewise.

    Raises
    ------
    TypeError, ValueError
        If the two are no tables of truth values of one shape, with two rows and columns at least.

    Examples
    --------
    >>> found = paired_difference([[True, True], [True, False]], [[True, False], [True, False]])
    >>> found.mean, round(found.error, 3)
    (0.25, 0.354)
    """
    a, b = _table(first, "first"), _table(second, "second")
    if a.shape != b.shape:
        raise ValueError(f"`first` and `second` must have one shape; got {a.shape} and {b.shape}")
    difference = a.astype(np.float64) - b
    errors = [
        difference.mean(axis=axis).std(ddof=1) / math.sqrt(difference.shape[1 - axis])
        for axis in (0, 1)
    ]
    return Difference(float(difference.mean()), float(np.hypot(*errors)))


def _table(values: ArrayLike, name: str) -> NDArray[np.bool_]:
    array = np.asarray(values)
    if array.dtype != bool:
        raise TypeError(f"`{name}` must be truth values; got dtype {array.dtype}")
    if array.ndim != 2 or min(array.shape) < 2:
        rule = "(seeds, pictures), at least 2 of each"
        raise ValueError(f"`{name}` must have shape {rule}; got {array.shape}")
    return array
