"""What the page on notation says, held against convlib and the libraries it names."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import ndimage, signal

import convlib
from convlib import discrete
from convlib.layers import output_size

PAGE = (Path(__file__).parent.parent / "chapters" / "notation.md").read_text(encoding="utf-8")
DRAWING = discrete.__doc__.split("Boundary rules")[1]  # the page shows these lines
DRAWN = re.findall(r"^ *(\w+) +([a-d0 ]+)\| a b c d \| ([a-d0 ]+)$", DRAWING, re.M)
ABCD = np.array([1.0, 2.0, 3.0, 4.0])
VALUES = dict(zip("0abcd", range(5), strict=True))


def test_all_five_rules_are_drawn():
    """No boundary rule is missing, `constant` comes first, and the page includes the drawing."""
    assert "{literalinclude} ../convlib/discrete.py\n" in PAGE
    assert [name for name, _, _ in DRAWN] == ["constant", "edge", "reflect", "symmetric", "wrap"]


@pytest.mark.parametrize(("rule", "left", "right"), DRAWN)
def test_drawings_are_what_numpy_and_convlib_do(rule, left, right):
    """Each drawing is `numpy.pad`, and `same` convolution continues the signal that way."""
    before = [VALUES[letter] for letter in left.split()]
    after = [VALUES[letter] for letter in right.split()]
    padded = np.pad(ABCD, (len(before), len(after)), mode=rule)
    np.testing.assert_array_equal(padded, [*before, *ABCD, *after])
    h = np.array([3.0, 5.0, 7.0])
    got = convlib.convolve(ABCD, h, mode="same", boundary=rule)
    np.testing.assert_allclose(got, np.convolve(np.pad(ABCD, 1, mode=rule), h, "valid"))


def table(heading):
    """Yield the rows, as lists of cells without backticks, of the table below a header line."""
    for line in PAGE.split(heading)[1].split("\n\n")[0].splitlines()[2:]:
        yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("row", list(table("| here and in NumPy |")))
def test_other_libraries_names(row):
    """The three columns of the table of names do the same."""
    ours, scipys, torchs = row
    padded = np.pad(ABCD, 2, mode=ours)
    h = np.array([3.0, 5.0, 7.0, 11.0, 13.0])
    want = np.convolve(padded, h, "valid")
    np.testing.assert_allclose(ndimage.convolve(ABCD, h, mode=scipys), want)
    if torchs:
        layer = torch.nn.Conv1d(
            1, 1, 5, padding=2, padding_mode=torchs, bias=False, dtype=torch.float64
        )
        layer.weight.data[:] = torch.tensor(h[::-1].copy())
        got = layer(torch.tensor(ABCD)[None, None]).detach().numpy()[0, 0]
        np.testing.assert_allclose(got, want)


@pytest.mark.parametrize(("n", "m"), [(7, 3), (7, 4), (5, 2), (4, 4)])
def test_lengths_and_the_centre_of_even_kernels(n, m):
    """Lengths of the three modes, and who agrees with `same` here."""
    rng = np.random.default_rng(n + m)
    x, h = rng.normal(size=n), rng.normal(size=m)
    full = convlib.convolve(x, h)
    assert [convlib.convolve(x, h, mode=mode).size for mode in ("full", "same", "valid")] == [
        n + m - 1, n, n - m + 1,
    ]  # fmt: skip
    same = convlib.convolve(x, h, mode="same")
    np.testing.assert_allclose(same, full[(m - 1) // 2 :][:n])
    np.testing.assert_allclose(same, np.convolve(x, h, "same"))
    np.testing.assert_allclose(same, signal.convolve(x, h, "same"))
    assert np.allclose(same, ndimage.convolve(x, h, mode="constant")) == (m % 2 == 1)


def test_operations_are_as_defined():
    """Both sums of the first table, and the link between them."""
    x, h = np.array([2.0, 3.0, 5.0, 7.0]), np.array([1.0, 10.0, 100.0])
    np.testing.assert_allclose(convlib.convolve(x, h)[2], 5 * 1 + 3 * 10 + 2 * 100)
    np.testing.assert_allclose(convlib.correlate(x, h, mode="valid")[1], 3 * 1 + 5 * 10 + 7 * 100)
    np.testing.assert_allclose(convlib.correlate(x, h), convlib.convolve(x, h[::-1]))
    np.testing.assert_allclose(convlib.convolve(x, h), convlib.convolve(h, x))
    assert not np.allclose(convlib.correlate(x, h), convlib.correlate(h, x))


def test_the_floor_of_the_size_formula():
    """A stride that does not divide leaves the last values out."""
    for n, k, s, p, d in [(10, 3, 2, 0, 1), (11, 4, 3, 1, 2), (9, 2, 5, 2, 3)]:
        want = (n + 2 * p - d * (k - 1) - 1) // s + 1
        assert output_size(n, k, stride=s, padding=p, dilation=d) == want
