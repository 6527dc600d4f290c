"""Write the digits of the assignment `cnn`, and say the labels of those that are to be read.

They are taken from the digits that the course learns from, so nobody sees the book's test digits
here. Squares of 2 x 2 pixels are averaged: pictures of 14 x 14 are learned in seconds.

Run it as ``python coursework/handouts/make_digits.py``, and copy the line that it prints into the
cell of `cnn.md` that students never get.
"""

from pathlib import Path

import numpy as np

from convlib import data

PARTS = {"train": 3000, "validation": 500, "new": 500}


def main() -> None:
    """Write the file beside this one."""
    digits = data.digits()
    images, labels = digits.train_images, digits.train_labels
    order = np.random.default_rng(14).permutation(len(labels))
    small = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    ends = np.cumsum(list(PARTS.values()))
    kept = {}
    for (name, count), end in zip(PARTS.items(), ends, strict=True):
        chosen = order[end - count : end]
        kept[f"{name}_images"] = np.rint(255 * small[chosen]).astype(np.uint8)
        kept[f"{name}_labels"] = labels[chosen].astype(np.uint8)
    secret = kept.pop("new_labels")
    np.savez_compressed(Path(__file__).parent / "cnn" / "digits.npz", **kept)
    print('TRUTH = "' + "".join(map(str, secret)) + '"')


if __name__ == "__main__":
    main()
