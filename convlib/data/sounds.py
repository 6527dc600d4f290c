"""Sounds for the chapters, computed here: there is no recording behind them."""

import numpy as np
from numpy.typing import NDArray

from convlib._validate import at_least, positive_number

__all__ = ["SAMPLE_RATE", "clap", "melody", "pluck", "room"]

SAMPLE_RATE = 16_000
"""Samples per second of every sound in this module."""


_LONGEST = 60.0  # seconds


def _times(seconds: float, name: str) -> NDArray[np.float64]:
    duration = positive_number(seconds, name, most=_LONGEST)
    return np.arange(max(1, round(duration * SAMPLE_RATE))) / SAMPLE_RATE


def _noise(size: int, seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(at_least(seed, "seed", 0)).normal(size=size)


def _at_peak(sound: NDArray[np.float64], peak: float = 0.9) -> NDArray[np.float64]:
    loudest = np.max(np.abs(sound))
    return sound / loudest * peak if loudest else sound


def pluck(frequency: float = 220.0, duration: float = 1.0) -> NDArray[np.float64]:
    """Return a plucked string: ten harmonics, the high ones fading first.

    Parameters
    ----------
    frequency : float, default 220
        Pitch in hertz; harmonics above half the sample rate are left out.
    duration : float, default 1
        Length in seconds, at most 60.

    Returns
    -------
    ndarray, shape (round(duration * SAMPLE_RATE),)
        Mono sound between -0.9 and 0.9.

    Raises
    ------
    TypeError, ValueError
        If `frequency` is not above 0 and below half the sample rate, or `duration` not above 0.

    Examples
    --------
    >>> pluck(440, 0.5).shape
    (8000,)
    """
    frequency = positive_number(frequency, "frequency")
    if frequency >= SAMPLE_RATE / 2:
        raise ValueError(
            f"`frequency` must be below half the sample rate, {SAMPLE_RATE // 2}; got {frequency}"
        )
    t = _times(duration, "duration")
    n = np.arange(1, 11)[:, None]
    n = n[n[:, 0] * frequency < SAMPLE_RATE / 2]
    partials = np.sin(2 * np.pi * frequency * n * t) * np.exp(-3 * n**0.7 * t) / n
    attack = np.minimum(t / 0.003, 1)  # three milliseconds, so that it does not click
    return _at_peak(attack * partials.sum(axis=0))


def melody() -> NDArray[np.float64]:
    """Return eight plucked notes in two seconds, dry: no echo, no room.

    Returns
    -------
    ndarray, shape (32000,)
        Mono sound between -0.9 and 0.9.

    Examples
    --------
    >>> melody().shape
    (32000,)
    """
    sound = np.zeros(2 * SAMPLE_RATE)
    step = SAMPLE_RATE // 4
    for k, semitones in enumerate([0, 4, 7, 12, 7, 9, 5, 7]):
        note = pluck(262 * 2 ** (semitones / 12), (len(sound) - k * step) / SAMPLE_RATE)
        sound[k * step :] += note * np.exp(-np.arange(len(note)) / (0.5 * step))
    fade = np.minimum(np.arange(len(sound), 0, -1) / 800, 1)
    return _at_peak(sound * fade)


def clap(duration: float = 0.25, *, seed: int = 0) -> NDArray[np.float64]:
    """Return a hand clap: a burst of noise that dies within a few hundredths of a second.

    Parameters
    ----------
    duration : float, default 0.25
        Length in seconds, at most 60.
    seed : int, default 0
        Seed of the noise, not negative.

    Returns
    -------
    ndarray, shape (round(duration * SAMPLE_RATE),)
        Mono sound between -0.9 and 0.9.

    Raises
    ------
    TypeError, ValueError
        If `duration` is not above 0 and at most 60, or `seed` is negative or no integer.

    Examples
    --------
    >>> clap().shape
    (4000,)
    """
    t = _times(duration, "duration")
    return _at_peak(_noise(len(t), seed) * np.exp(-t / 0.012))


def room(decay: float = 0.4, *, level: float = 0.1, seed: int = 0) -> NDArray[np.float64]:
    """Return the impulse response of an imagined room: what a single click sounds like in it.

    The click itself comes first (value 1), then from 20 ms on noise that fades to a
    thousandth (60 decibels) in `decay` seconds, as the reflections of a real room do.

    Parameters
    ----------
    decay : float, default 0.4
        Reverberation time in seconds, at most 60: a living room has about 0.4, a church several.
    level : float, default 0.1
        Loudness of the reflections at time 0, relative to the click; at most 1000.
    seed : int, default 0
        Seed of the noise, not negative.

    Returns
    -------
    ndarray, shape (round(decay * SAMPLE_RATE),)
        Impulse response; convolve a dry sound with it to hear the sound in the room.

    Raises
    ------
    TypeError, ValueError
        If `decay` or `level` is not above 0 and below its limit, or `seed` is negative or no
        integer.

    Examples
    --------
    >>> room(0.5).shape, float(room(0.5)[0])
    ((8000,), 1.0)
    """
    t = _times(decay, "decay")
    level = positive_number(level, "level", most=1000.0)
    response = level * _noise(len(t), seed) * 10 ** (-3 * t / float(decay)) * (t >= 0.02)
    response[0] = 1.0
    return response
