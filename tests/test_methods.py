"""The four methods beneath `convolve`: their parts, and that cutting the work changes nothing."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import oracle, outer

from convlib import convolve, methods, sums, transforms

RNG = np.random.default_rng(11)


@pytest.fixture(params=["alone", "in threads", "in small pieces", "in threads and small pieces"])
def cut(request, monkeypatch):
    """Make every method cut its work as it would for a very large picture."""
    if "threads" in request.param:
        monkeypatch.setattr(transforms, "_LARGE", 1)
        monkeypatch.setattr(transforms.os, "cpu_count", lambda: 3)
    if "pieces" in request.param:
        monkeypatch.setattr(sums, "_STEP", 8)
        monkeypatch.setattr(sums, "_ALONE", 1)
        monkeypatch.setattr(transforms, "_TILE", 2048)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
@pytest.mark.parametrize(
    "shape, kernel",
    [((97,), (4,)), ((200,), (90,)), ((37, 150), (4, 7)), ((150, 37), (1, 6)), ((20, 9), (20, 9)),
     ((64, 67), (6, 1)), ((9, 10, 11), (2, 3, 4)), ((5, 4, 6, 7), (2, 1, 3, 2))],
)  # fmt: skip
def test_cutting_the_work_changes_nothing(cut, method, shape, kernel):
    x = RNG.normal(size=shape)
    h = outer(*(RNG.normal(size=n) for n in kernel))
    expected = oracle(x, h, "valid")
    np.testing.assert_allclose(methods.COMPUTE[method](x, h), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
def test_axes_before_those_of_the_kernel_are_carried_along(cut, method):
    x, h = RNG.normal(size=(2, 3, 14, 75)), np.outer(RNG.normal(size=4), RNG.normal(size=5))
    found = methods.COMPUTE[method](x, h)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_allclose(found[i, j], oracle(x[i, j], h, "valid"), rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_reaches_its_windows_only_and_warns_nobody(cut, method, bad):
    x, h = RNG.normal(size=(70, 90)), np.outer([1.0, 2.0, -1.0], [3.0, 1.0, 2.0, 1.0])
    clean = convolve(x, h, method=method)
    x[33, 41] = bad
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = convolve(x, h, method=method)
    touched = np.zeros(found.shape, bool)
    touched[33 : 33 + 3, 41 : 41 + 4] = True
    assert not np.isfinite(found[touched]).any()
    np.testing.assert_allclose(found[~touched], clean[~touched], rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
def test_large_numbers_do_not_overflow_before_their_sum_does(method):
    """A transform adds up the whole picture; the answer holds one window."""
    x, h = np.full((80, 60), 1e308), np.array([[0.25, 0.25], [0.25, 0.25]])
    found = convolve(x, h, mode="valid", method=method)
    np.testing.assert_allclose(found, 1e308, rtol=1e-12)


def test_a_banded_matrix_holds_the_weights_once_a_row_one_step_further():
    np.testing.assert_array_equal(
        sums._banded(np.array([1.0, 2.0, 3.0]), 3),
        [[1, 2, 3, 0, 0], [0, 1, 2, 3, 0], [0, 0, 1, 2, 3]],
    )


@given(n=st.integers(1, 200), most=st.integers(1, 9), data=st.data())
def test_runs_of_blocks_cover_every_place(n, most, data):
    block = data.draw(st.integers(1, n))
    places = [i for start, count in sums._runs(n, block, most)
              for i in range(start, start + count * block)]  # fmt: skip
    assert sorted(set(places)) == list(range(n))
    assert len(places) < n + block


@given(
    lengths=st.lists(st.integers(1, 5000), min_size=1, max_size=3),
    itemsize=st.sampled_from([4, 8]),
    data=st.data(),
)
@settings(max_examples=60)
def test_tiles_hold_the_kernel_and_whole_answers(lengths, itemsize, data):
    kernel = [data.draw(st.integers(1, 300)) for _ in lengths]
    for n, m, tile in zip(
        lengths, kernel, transforms.tile_lengths(lengths, kernel, itemsize), strict=True
    ):
        assert tile >= m
        assert tile <= 1.2 * (n + m) + 8, "no longer than one transform of everything"


def test_auto_takes_what_is_estimated_as_cheapest_and_possible(monkeypatch):
    x, generic = RNG.normal(size=(50, 50)), RNG.normal(size=(5, 5))
    for wanted in methods.COMPUTE:
        prices = {name: (1.0 if name == wanted else 100.0, 0.0, 0.0) for name in methods.COMPUTE}
        monkeypatch.setattr(methods, "PRICES", prices)
        methods._cheapest_two.cache_clear()
        assert methods.cheapest(x, np.ones((5, 5))) == wanted
        assert methods.cheapest(x, generic) != "separable"
    methods._cheapest_two.cache_clear()


def test_estimates_grow_with_picture_and_kernel():
    small, wide = methods.estimate((100, 100), (3, 3)), methods.estimate((100, 100), (21, 21))
    large = methods.estimate((1000, 1000), (3, 3))
    assert set(small) == set(methods.COMPUTE)
    assert all(small[name] < large[name] for name in small)
    assert wide["direct"] > small["direct"]
    assert wide["separable"] / small["separable"] < wide["direct"] / small["direct"]
