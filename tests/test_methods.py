"""The four methods beneath `convolve`: their parts, and that cutting the work changes nothing."""

import subprocess
import sys
import warnings
from functools import partial
from itertools import product
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import oracle, outer

from convlib import _parts, _specials, convolve, methods, sums, timing, transforms

RNG = np.random.default_rng(11)


@pytest.fixture(params=["alone", "in threads", "in small pieces", "in threads and small pieces"])
def cut(request, monkeypatch):
    """Make every method cut its work as it would for a very large picture."""
    if "threads" in request.param:
        monkeypatch.setattr(_parts, "_LARGE", 1)
        monkeypatch.setattr(_parts, "cores", lambda: 3)
    if "pieces" in request.param:
        monkeypatch.setattr(sums, "CACHE", 8)
        monkeypatch.setattr(sums, "_BLAS_ALONE", 1)
        monkeypatch.setattr(transforms, "CACHE", 2048)


def valid(x, h):
    """Return where the sums begin that see samples only, and how many there are."""
    lengths = x.shape[x.ndim - h.ndim :]
    return [m - 1 for m in h.shape], [n - m + 1 for n, m in zip(lengths, h.shape, strict=True)]


CASES = [
    ((97,), (4,)),
    ((200,), (90,)),
    ((37, 150), (4, 7)),
    ((150, 37), (1, 6)),
    ((20, 9), (20, 9)),
    ((64, 67), (6, 1)),
    ((9, 10, 11), (2, 3, 4)),
    ((5, 4, 6, 7), (2, 1, 3, 2)),
]


@pytest.mark.parametrize("method", list(methods.COMPUTE))
@pytest.mark.parametrize("shape, kernel", CASES)
def test_cutting_the_work_changes_nothing(cut, method, shape, kernel):
    x = RNG.normal(size=shape)
    h = outer(*(RNG.normal(size=n) for n in kernel))
    found = methods.COMPUTE[method](x, h, *valid(x, h))
    np.testing.assert_allclose(found, oracle(x, h, "valid"), rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
@pytest.mark.parametrize("shape, kernel", CASES)
def test_any_box_that_holds_the_valid_part_is_cut_out_of_the_full_answer(
    cut, method, shape, kernel
):
    x = RNG.normal(size=shape)
    h = outer(*(RNG.normal(size=n) for n in kernel))
    full = oracle(x, h, "full")
    for _ in range(4):
        start = [int(RNG.integers(0, m)) for m in kernel]
        ends = [int(RNG.integers(n, n + m)) for n, m in zip(shape, kernel, strict=True)]
        lengths = [end - a for end, a in zip(ends, start, strict=True)]
        found = methods.COMPUTE[method](x, h, start, lengths)
        expected = full[tuple(map(slice, start, ends))]
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
        assert found.flags.c_contiguous or h.ndim > 2


@pytest.mark.parametrize("method", list(methods.COMPUTE))
def test_axes_before_those_of_the_kernel_are_carried_along(cut, method):
    x, h = RNG.normal(size=(2, 3, 14, 75)), np.outer(RNG.normal(size=4), RNG.normal(size=5))
    found = methods.COMPUTE[method](x, h, *valid(x, h))
    for i, j in np.ndindex(2, 3):
        np.testing.assert_allclose(found[i, j], oracle(x[i, j], h, "valid"), rtol=0, atol=1e-12)


def test_threads_of_others_are_not_multiplied(monkeypatch):
    monkeypatch.setattr(_parts, "cores", lambda: 4)
    assert (_parts.workers(_parts._LARGE - 1), _parts.workers(_parts._LARGE)) == (1, 4)
    with _parts.in_this_thread():
        assert _parts.workers(_parts._LARGE) == 1
    assert _parts.workers(_parts._LARGE) == 4


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
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_missing_infinite_and_too_large_values_are_told_apart(cut, method, mode):
    x, h = RNG.uniform(1, 2, (40, 60)), np.outer([1.0, -2.0, 1.0, 4.0], [3.0, 1.0, 2.0])
    for bad in (np.nan, np.inf, -np.inf, 1e308):
        x[tuple(RNG.integers(0, n, 4) for n in x.shape)] = bad
    with np.errstate(invalid="ignore", over="ignore"):  # the parts of a sum need not fit
        expected = np.ldexp(oracle(np.ldexp(x, -40), h, mode), 40)
    found = convolve(x, h, mode=mode, method=method)
    for kind in (np.isnan, np.isposinf, np.isneginf):
        np.testing.assert_array_equal(kind(found), kind(expected))
    ordinary = oracle(~(np.abs(x) < 1e300), np.ones(h.shape), mode) == 0
    assert 0 < ordinary.sum() < ordinary.size
    np.testing.assert_allclose(found[ordinary], expected[ordinary], rtol=0, atol=1e-11)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_single_values_do_not_take_another_way(monkeypatch, method, bad):
    """A picture with a hundred missing ones once took a hundred times as long."""
    x, h = RNG.normal(size=(3, 40, 60)), np.outer(RNG.normal(size=4), RNG.normal(size=3))
    x[:, ::9, ::7] = bad
    with np.errstate(invalid="ignore"):
        expected = np.stack([oracle(picture, h, "same") for picture in x])
    slow = Mock(side_effect=AssertionError)
    monkeypatch.setattr(_specials, "_smaller", slow)
    if method in ("fft", "overlap_add"):
        monkeypatch.setattr(transforms, "direct", slow)
    found = convolve(x, h, mode="same", method=method, axes=(1, 2))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
def test_large_numbers_do_not_overflow_before_their_sum_does(method):
    """A transform adds up the whole picture; the answer holds one window."""
    x, h = np.full((80, 60), 1e308), np.array([[0.25, 0.25], [0.25, 0.25]])
    found = convolve(x, h, mode="valid", method=method)
    np.testing.assert_allclose(found, 1e308, rtol=1e-12)


@pytest.mark.parametrize("method", list(methods.COMPUTE))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_only_the_sum_itself_may_be_too_large(cut, method, dtype):
    most = np.finfo(dtype).max
    x, ones = np.tile(np.array([1, 1, -1, -1], dtype) * most, (6, 5)), np.ones((1, 4), dtype)
    np.testing.assert_array_equal(convolve(x, ones, mode="valid", method=method), 0)
    small, huge = RNG.uniform(1e-9, 1e-8, (30, 40)).astype(dtype), np.full((9, 8), most)
    found = convolve(small, huge, mode="same", method=method)
    expected = np.ldexp(oracle(small, np.ldexp(huge, -40), "same"), 40)
    np.testing.assert_allclose(found, expected, rtol=1e3 * np.finfo(dtype).eps)


@pytest.mark.parametrize(
    "x, h",
    [
        (np.full((9, 6), 1.7e308), np.full((1, 5), 1e-5)),
        (np.full((300, 7), 1.7e308), np.full((61, 7), 1e-12)),
        (np.full((1, 1), 1e100), np.outer([1.0, 1.0], [1e300, 1, 1e300])),
    ],
)
def test_factors_may_be_larger_than_the_kernel(x, h):
    found = convolve(x, h, mode="same", method="separable")
    np.testing.assert_allclose(found, convolve(x, h, mode="same", method="direct"), rtol=1e-12)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("method", ["auto", "direct", "fft", "overlap_add"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("shape, kernel", [((3,), (2,)), ((5,), (5,)), ((9, 40), (3, 4))])
def test_a_kernel_that_is_not_finite_does_what_the_definition_says(
    cut, method, mode, shape, kernel
):
    """Beyond its ends the signal is zero, and zero times infinity is NaN."""
    for bad in ([np.nan], [np.inf], [-np.inf], [np.inf, np.inf], [np.inf, -np.inf]):
        for worse in (0.0, np.nan, np.inf, -np.inf, None):
            x, h = RNG.uniform(1, 2, shape), RNG.normal(size=kernel)
            h.flat[RNG.permutation(h.size)[: len(bad)]] = bad
            if worse is not None:
                x.flat[RNG.integers(x.size)] = worse
            with np.errstate(invalid="ignore"):
                expected = oracle(x, h, mode)
            found = convolve(x, h, mode=mode, method=method)
            np.testing.assert_array_equal(found, expected)  # none is finite


@pytest.mark.parametrize("method", ["auto", *methods.COMPUTE])
def test_an_infinite_sample_meets_the_kernel_itself_not_the_product_of_its_factors(method):
    """To rounding this kernel is an outer product, but its last value has the other sign."""
    v = np.where(np.arange(31) < 30, 1, 1e-10)
    for last, sign in ((-1e-20, -1), (1e-20, 1)):
        h, x = np.outer(v, v), np.zeros((300, 300))
        h[-1, -1], x[0, 0] = last, sign * np.inf
        assert np.isposinf(convolve(x, h, method=method)[30, 30])


@pytest.mark.parametrize("shape", [(20, 20), (20, 3), (3, 20)])
def test_whether_a_kernel_has_factors_is_no_matter_of_the_picture(shape):
    near = np.outer([6, 3, 8, 3, 6, 7, 1, 2, 6], [2.0, 3.0])
    near[-1, -1] += 5.6e-13  # as much as `factors` lets pass
    x = np.ones(shape)
    np.testing.assert_allclose(
        convolve(x, near, method="separable"), convolve(x, near, method="direct"), rtol=1e-12
    )
    with pytest.raises(ValueError, match=r"got shape \(4, 3\) that is not"):
        convolve(x, RNG.normal(size=(4, 3)), method="separable")


def test_a_large_picture_is_done_though_the_program_has_come_to_its_end():
    """Python then starts no more threads."""
    program = """
import threading, time
import numpy as np
import convlib

def work():
    threading.main_thread().join()
    print(convlib.convolve(np.ones((2000, 1500)), np.ones((5, 5)), mode="valid").max())

threading.Thread(target=work).start()
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout == "25.0\n", run.stderr


@pytest.mark.parametrize("method", list(methods.COMPUTE))
def test_sums_along_one_axis_may_be_too_large_when_all_together_are_not(method):
    x = np.full((60, 60), 3e38, np.float32)
    h = np.outer([0.5] * 9, [1, -1] * 5).astype(np.float32)
    np.testing.assert_array_equal(convolve(x, h, mode="valid", method=method), 0)


@pytest.mark.parametrize("method", ["auto", *methods.COMPUTE])
def test_a_stack_is_made_some_pictures_at_a_time(monkeypatch, method):
    x, h = RNG.normal(size=(3, 5, 12, 17)), outer(RNG.normal(size=2), RNG.normal(size=4))
    whole = convolve(x, h, mode="same", method=method, axes=(2, 3))
    monkeypatch.setattr(methods, "CACHE", 2 * 12 * 17 * 8)
    some = convolve(x, h, mode="same", method=method, axes=(2, 3))
    np.testing.assert_allclose(some, whole, rtol=0, atol=1e-13)
    moved = convolve(np.moveaxis(x, (2, 3), (0, 2)), h, mode="same", method=method, axes=(0, 2))
    np.testing.assert_allclose(np.moveaxis(moved, (0, 2), (2, 3)), whole, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    "shape, kernel",
    [
        ((50, 3), (4, 2)),
        ((2, 40, 3), (2, 5, 2)),
        ((30, 4, 2, 3), (3, 2, 2, 2)),
        ((3, 90, 1), (1, 3, 1)),
    ],
)
@pytest.mark.parametrize("method", ["auto", *methods.COMPUTE])
def test_rows_may_be_shorter_than_columns(cut, shape, kernel, method):
    x, h = RNG.normal(size=shape), outer(*(RNG.normal(size=m) for m in kernel))
    for mode in ("full", "same"):
        found = convolve(x, h, mode=mode, method=method)
        np.testing.assert_allclose(found, oracle(x, h, mode), rtol=0, atol=1e-11)


@pytest.mark.parametrize("method", ["auto", *methods.COMPUTE])
def test_a_kernel_that_is_long_along_one_axis_only_costs_no_memory(method):
    x, h = RNG.normal(size=(2000, 3)), np.outer([1.0, 2.0, 3.0], RNG.normal(size=3001))
    work = partial(convolve, x, h, mode="same", method=method)
    assert timing.peak_memory(work) < 20 * x.nbytes  # written out, it would be a thousand
    np.testing.assert_allclose(work(), oracle(x, h[:, 1498:1503], "same"), rtol=0, atol=1e-11)


def test_separable_asks_for_the_whole_kernel_to_be_a_product_even_if_a_part_would_do():
    laplacian = [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    with pytest.raises(ValueError, match="outer product"):
        convolve([[1.0]], laplacian, mode="same", method="separable")


def test_of_a_long_kernel_only_what_reaches_a_sample_costs_anything():
    x, h = RNG.normal(size=5), RNG.normal(size=200_000)
    found = convolve(x, h, mode="same")
    expected = np.convolve(h, x)[(len(h) - 1) // 2 :][:5]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert timing.peak_memory(lambda: convolve(x, h, mode="same")) < h.nbytes


def test_a_band_holds_the_weights_once_a_row_one_step_further():
    np.testing.assert_array_equal(
        sums._matrix(np.array([3.0, 2.0, 1.0]), 3, 5, 2),
        [[1, 2, 3, 0, 0], [0, 1, 2, 3, 0], [0, 0, 1, 2, 3]],
    )


@given(data=st.data(), k=st.integers(1, 12), samples=st.integers(1, 20))
def test_a_matrix_makes_sums_of_the_full_convolution(data, k, samples):
    first = data.draw(st.integers(0, samples + k - 2))
    n = data.draw(st.integers(1, samples + k - 1 - first))
    weights, x = np.random.default_rng(0).integers(-9, 10, (2, k)), np.arange(1, samples + 1)
    for line, matrix in zip(weights, sums._matrix(weights, n, samples, first), strict=True):
        np.testing.assert_array_equal(matrix @ x, np.convolve(x, line)[first : first + n])


@given(
    data=st.data(),
    n=st.integers(1, 90),
    m=st.integers(1, 40),
    block=st.integers(1, 9),
    order=st.sampled_from("CF"),
)
def test_runs_of_blocks_make_every_sum_once(data, n, m, block, order):
    first = data.draw(st.integers(0, m - 1))
    wanted = data.draw(st.integers(max(1, n - first), n + m - 1 - first))
    weights, x = np.random.default_rng(0).integers(-9, 10, m), np.arange(1, n + 1)
    made = []
    for start, count, begin, matrix in sums._runs(weights, wanted, n, first, block, order):
        assert matrix.strides[order == "C"] == matrix.itemsize
        size, reach = matrix.shape
        assert start == len(made)
        for low in range(begin, begin + count * size, size):
            assert low + reach <= n
            made += list(matrix @ x[low : low + reach])
    np.testing.assert_array_equal(made, np.convolve(x, weights)[first : first + wanted])


@given(n=st.integers(1, 5000), most=st.floats(0, 6000), block=st.integers(1, 20))
def test_even_steps_are_whole_blocks_and_about_as_large_as_may_be(n, most, block):
    step = _parts.even(n, most, block)
    assert step % block == 0
    assert step < max(most, block) + block
    assert -(-n // step) <= -(-n // max(block, int(most)))


@given(
    lengths=st.lists(st.integers(1, 5000), min_size=1, max_size=3),
    itemsize=st.sampled_from([4, 8]),
    data=st.data(),
)
@settings(max_examples=60)
def test_tiles_have_room_for_the_kernel(lengths, itemsize, data):
    kernel = [data.draw(st.integers(1, 300)) for _ in lengths]
    whole = [n + m - 1 for n, m in zip(lengths, kernel, strict=True)]
    steps, tiles = transforms.tiles(lengths, whole, kernel, itemsize)
    for n, m, step, tile in zip(lengths, kernel, steps, tiles, strict=True):
        assert tile >= step + m - 1
        assert 1 <= step <= n
        assert tile <= 1.2 * (n + m) + 8, "no longer than one transform of everything"


def test_auto_takes_what_is_estimated_as_cheapest_and_possible(monkeypatch):
    generic = RNG.normal(size=(5, 5))
    for wanted in methods.COMPUTE:
        prices = {name: (1.0 if name == wanted else 100.0, 0.0, 0.0) for name in methods.COMPUTE}
        monkeypatch.setattr(methods, "PRICES", prices)
        methods._cheapest_two.cache_clear()
        assert methods.cheapest((50, 50), np.ones((5, 5)))[0] == wanted
        assert methods.cheapest((50, 50), generic)[0] != "separable"
    methods._cheapest_two.cache_clear()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_auto_sees_every_outer_product(dtype):
    odd, even = np.exp(-(np.arange(-30, 31) ** 2) / 10), RNG.normal(size=4)
    gap, one = np.array([-1.0, 0, 0, 1]), np.array([2.0])
    lines = [odd, even, gap, one, np.arange(1, 16) ** 9, 1e-30 * even]  # the first has tiny tails
    for some in [*product(lines, repeat=2), (even, gap, odd), (one, one, one)]:
        h = outer(*some).astype(dtype)
        assert not methods._is_no_product(h), some


def test_four_values_spare_auto_the_look_at_nearly_all_other_kernels(monkeypatch):
    monkeypatch.setattr(methods, "outer_factors", None)
    for shape in (2, 2), (3, 3), (15, 4), (63, 63), (3, 5, 4):
        h = RNG.normal(size=shape)
        assert methods.cheapest((200,) * h.ndim, h)[0] != "separable"


def test_estimates_grow_with_picture_and_kernel():
    small, wide = methods.estimate((100, 100), (3, 3)), methods.estimate((100, 100), (21, 21))
    large = methods.estimate((1000, 1000), (3, 3))
    assert set(small) == set(methods.COMPUTE)
    assert all(small[name] < large[name] for name in small)
    assert wide["direct"] > small["direct"]
    assert wide["separable"] / small["separable"] < wide["direct"] / small["direct"]
