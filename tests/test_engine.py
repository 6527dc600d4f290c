"""The engine beneath `convolve`: four methods, however their work is cut, and what it costs."""

import subprocess
import sys
import warnings
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from oracles import oracle, outer

import convlib
from convlib import convolve, engine, filter_image, timing
from convlib.discrete import part_of_mode
from convlib.engine import plan, rank_one_factors
from convlib.kernels import KERNELS

RNG = np.random.default_rng(11)
METHODS = engine.METHODS[1:]


def in_tiles(planned, *steps):
    """Cut a plan into smaller tiles, of at most so many sums along each axis."""
    sizes = zip(steps * len(planned.shape), planned.tile[1:], strict=False)
    return planned._replace(tile=(1, *map(min, sizes)))


CUTS = {
    "as planned": lambda planned: planned,
    "in tiles": lambda planned: in_tiles(planned, 9),
    "in threads": lambda planned: in_tiles(planned, 17, 20)._replace(threads=3),
}
cut = pytest.mark.parametrize("cut", list(CUTS.values()), ids=list(CUTS))


def convolved(cut, x, h, mode, method):
    """Convolve as `convlib.convolve`, with the work cut in another way."""
    axes = range(x.ndim - h.ndim, x.ndim)
    sizes = zip(x.shape[x.ndim - h.ndim :], h.shape, strict=True)
    ends = [part_of_mode(n, m, mode) for n, m in sizes]
    return cut(plan(h, x.shape, axes=axes, ends=ends, method=method)).apply(x)


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


@cut
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape, kernel", CASES)
def test_any_box_that_holds_the_valid_part_is_cut_out_of_the_full_answer(
    cut, method, shape, kernel
):
    x = RNG.normal(size=shape)
    h = outer(*(RNG.normal(size=n) for n in kernel))
    answer = oracle(x, h, "full")
    valid = [(m - 1, n) for n, m in zip(shape, kernel, strict=True)]
    boxes = [[(0, n + m - 1) for n, m in zip(shape, kernel, strict=True)], valid]
    for _ in range(4):
        starts = [int(RNG.integers(0, m)) for m in kernel]
        ends = [int(RNG.integers(n, n + m)) for n, m in zip(shape, kernel, strict=True)]
        boxes.append(list(zip(starts, ends, strict=True)))
    for box in boxes:
        planned = cut(plan(h, shape, axes=range(len(shape)), ends=box, method=method))
        expected = answer[tuple(slice(*bounds) for bounds in box)]
        np.testing.assert_allclose(planned.apply(x), expected, rtol=0, atol=1e-12)


@cut
@pytest.mark.parametrize("method", METHODS)
def test_axes_before_those_of_the_kernel_are_carried_along(cut, method):
    x, h = RNG.normal(size=(2, 3, 14, 75)), np.outer(RNG.normal(size=4), RNG.normal(size=5))
    found = cut(plan(h, x.shape, axes=(2, 3), method=method)).apply(x)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_allclose(found[i, j], oracle(x[i, j], h, "valid"), rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape, kernel", [((1100, 900), (7, 2)), ((700_001,), (30,))])
def test_large_signals_are_cut_into_tiles(dtype, method, shape, kernel):
    x = RNG.normal(size=shape).astype(dtype)
    h = outer(*(RNG.normal(size=n) for n in kernel)).astype(dtype)
    planned = plan(h, shape, axes=range(len(shape)), method=method)
    assert method == "overlap_add" or planned.tile[1:] != planned.shape
    atol = 300 * np.finfo(dtype).eps * np.abs(h).sum()
    np.testing.assert_allclose(planned.apply(x), oracle(x, h, "valid"), rtol=0, atol=atol)


def test_a_plan_serves_every_signal_of_its_shape():
    h = RNG.normal(size=(3, 4))
    planned = plan(h, (30, 40), axes=(0, 1), boundary="reflect")
    for _ in range(3):
        x = RNG.normal(size=(30, 40))
        expected = oracle(x, h, "same", "reflect")
        np.testing.assert_allclose(planned.apply(x), expected, rtol=0, atol=1e-12)


def test_threads_start_where_the_work_repays_them_and_are_as_many_as_allowed(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(16)), raising=False)
    h = RNG.normal(size=(15, 15))
    assert plan(h, (40, 40), axes=(0, 1)).threads == 1
    large = plan(h, (3000, 3000), axes=(0, 1))
    assert large.threads == 16
    tiles = [-(-n // step) for n, step in zip(large.shape, large.tile[1:], strict=True)]
    assert np.prod(tiles) >= 16, "every thread has a tile"
    assert plan(h, (3000, 3000), axes=(0, 1), threads=2).threads == 2
    between = [plan(h, (n, n), axes=(0, 1)).threads for n in (100, 200, 400, 800, 1600)]
    assert between == sorted(between)


@cut
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_reaches_its_windows_only_and_warns_nobody(cut, method, bad):
    x, h = RNG.normal(size=(70, 90)), np.outer([1.0, 2.0, -1.0], [3.0, 1.0, 2.0, 1.0])
    clean = convolved(cut, x, h, "full", method)
    x[33, 41] = bad
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = convolved(cut, x, h, "full", method)
    touched = np.zeros(found.shape, bool)
    touched[33 : 33 + 3, 41 : 41 + 4] = True
    assert not np.isfinite(found[touched]).any()
    np.testing.assert_allclose(found[~touched], clean[~touched], rtol=0, atol=1e-12)


@cut
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_missing_infinite_and_too_large_values_are_told_apart(cut, method, mode):
    x, h = RNG.uniform(1, 2, (40, 60)), np.outer([1.0, -2.0, 1.0, 4.0], [3.0, 1.0, 2.0])
    for bad in (np.nan, np.inf, -np.inf, 1e308):
        x[tuple(RNG.integers(0, n, 4) for n in x.shape)] = bad
    with np.errstate(invalid="ignore", over="ignore"):  # the parts of a sum need not fit
        expected = np.ldexp(oracle(np.ldexp(x, -40), h, mode), 40)
    found = convolved(cut, x, h, mode, method)
    for kind in (np.isnan, np.isposinf, np.isneginf):
        np.testing.assert_array_equal(kind(found), kind(expected))
    ordinary = oracle(~(np.abs(x) < 1e300), np.ones(h.shape), mode) == 0
    assert 0 < ordinary.sum() < ordinary.size
    np.testing.assert_allclose(found[ordinary], expected[ordinary], rtol=0, atol=1e-11)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_many_values_that_are_not_finite(method, bad):
    x, h = RNG.normal(size=(3, 40, 60)), np.outer(RNG.normal(size=4), RNG.normal(size=3))
    x[:, ::9, ::7] = bad
    with np.errstate(invalid="ignore"):
        expected = np.stack([oracle(picture, h, "same") for picture in x])
    found = convolve(x, h, mode="same", method=method, axes=(1, 2))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("method", METHODS)
def test_large_numbers_do_not_overflow_before_their_sum_does(method):
    """A transform adds up the whole picture; the answer holds one window."""
    x, h = np.full((80, 60), 1e308), np.array([[0.25, 0.25], [0.25, 0.25]])
    found = convolve(x, h, mode="valid", method=method)
    np.testing.assert_allclose(found, 1e308, rtol=1e-12)


@cut
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_only_the_sum_itself_may_be_too_large(cut, method, dtype):
    most = np.finfo(dtype).max
    x, ones = np.tile(np.array([1, 1, -1, -1], dtype) * most, (6, 5)), np.ones((1, 4), dtype)
    np.testing.assert_array_equal(convolved(cut, x, ones, "valid", method), 0)
    small, huge = RNG.uniform(1e-9, 1e-8, (30, 40)).astype(dtype), np.full((9, 8), most)
    found = convolved(cut, small, huge, "same", method)
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


@cut
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
            found = convolved(cut, x, h, mode, method)
            np.testing.assert_array_equal(found, expected)  # none is finite


@pytest.mark.parametrize("method", ["auto", *METHODS])
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


@pytest.mark.parametrize("method", METHODS)
def test_sums_along_one_axis_may_be_too_large_when_all_together_are_not(method):
    x = np.full((60, 60), 3e38, np.float32)
    h = np.outer([0.5] * 9, [1, -1] * 5).astype(np.float32)
    np.testing.assert_array_equal(convolve(x, h, mode="valid", method=method), 0)


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_a_stack_is_made_some_pictures_at_a_time(method):
    x, h = RNG.normal(size=(3, 5, 12, 17)), outer(RNG.normal(size=2), RNG.normal(size=4))
    planned = plan(h, x.shape, axes=(2, 3), method=method)
    whole, some = planned.apply(x), planned._replace(tile=(2, *planned.tile[1:])).apply(x)
    np.testing.assert_allclose(some, whole, rtol=0, atol=1e-13)
    moved = plan(h, (12, 3, 17, 5), axes=(0, 2), method=method).apply(x.transpose(2, 0, 3, 1))
    np.testing.assert_allclose(moved.transpose(1, 3, 0, 2), whole, rtol=0, atol=1e-13)
    films = plan(h, (400, 120, 170), axes=(1, 2), method=method)
    assert 1 < films.tile[0] < 400


@cut
@pytest.mark.parametrize(
    "shape, kernel",
    [
        ((50, 3), (4, 2)),
        ((2, 40, 3), (2, 5, 2)),
        ((30, 4, 2, 3), (3, 2, 2, 2)),
        ((3, 90, 1), (1, 3, 1)),
    ],
)
@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_rows_may_be_shorter_than_columns(cut, shape, kernel, method):
    x, h = RNG.normal(size=shape), outer(*(RNG.normal(size=m) for m in kernel))
    for mode in ("full", "same"):
        found = convolved(cut, x, h, mode, method)
        np.testing.assert_allclose(found, oracle(x, h, mode), rtol=0, atol=1e-11)


@pytest.mark.parametrize("method", ["auto", *METHODS])
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


def test_auto_takes_what_is_estimated_as_cheapest_and_possible():
    for shape, kernel in ((60, 50), (3, 3)), ((900, 800), (40, 30)), ((3000, 200), (7, 9)):
        costs = engine.estimate(shape, kernel)
        product, generic = np.ones(kernel), RNG.normal(size=kernel)
        possible = set(costs) - {"separable"}
        ends = [part_of_mode(n, m, "same") for n, m in zip(shape, kernel, strict=True)]
        for h, names in (product, set(costs)), (generic, possible):
            chosen = plan(h, shape, axes=(0, 1), ends=ends).method.name
            assert chosen == min(names, key=costs.__getitem__)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_outer_product_is_seen(dtype):
    odd, even = np.exp(-(np.arange(-30, 31) ** 2) / 10), RNG.normal(size=4)
    gap, one = np.array([-1.0, 0, 0, 1]), np.array([2.0])
    lines = [odd, even, gap, one, np.arange(1, 16) ** 9, 1e-30 * even]  # the first has tiny tails
    for some in [*product(lines, repeat=2), (even, gap, odd), (one, one, one)]:
        h = outer(*some).astype(dtype)
        factors = rank_one_factors(h)
        assert factors is not None, some
        np.testing.assert_allclose(outer(*factors), h, rtol=0, atol=np.abs(h).max() * 1e-6)


def test_a_kernel_that_is_no_outer_product_is_seen():
    for shape in (2, 2), (3, 3), (15, 4), (63, 63), (3, 5, 4):
        h = RNG.normal(size=shape)
        assert rank_one_factors(h) is None
        rank_one = outer(*(RNG.normal(size=n) for n in shape))
        rank_one.flat[0] += (
            np.abs(rank_one).max() / 1e6
        )  # far from the middle, where it looks first
        assert rank_one_factors(rank_one) is None


def test_estimates_grow_with_picture_and_kernel():
    small, wide = engine.estimate((100, 100), (3, 3)), engine.estimate((100, 100), (21, 21))
    large = engine.estimate((1000, 1000), (3, 3))
    assert set(small) == set(METHODS)
    assert all(small[name] < large[name] for name in small)
    assert wide["direct"] > small["direct"]
    assert wide["separable"] / small["separable"] < wide["direct"] / small["direct"]


@pytest.mark.parametrize("method", ["auto", *METHODS])
@pytest.mark.parametrize("boundary", ["edge", "symmetric", "wrap"])
def test_infinity_and_a_kernel_that_meets_it_several_times(method, boundary):
    """Weights that meet one sample may be added up, unless it is infinite: inf - inf is NaN."""
    cases = RNG.integers(1, 7, 60), RNG.integers(1, 20, 60)
    for n, m in zip(*cases, strict=True):
        x = RNG.choice([np.inf, -np.inf, 1, 2, 0], n)
        h = RNG.choice([1.0, -2.0, 0.0, 3.0], m)
        with np.errstate(invalid="ignore"):
            wide = np.pad(x, m, mode=boundary)
            windows = np.lib.stride_tricks.sliding_window_view(wide, m)[m - m // 2 :][:n]
            expected = (windows * h[::-1]).sum(1)
        found = convolve(x, h, mode="same", boundary=boundary, method=method)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_infinity_minus_infinity_is_no_number_whatever_the_method():
    for method in engine.METHODS:
        found = convolve(
            [np.inf, 1], [1, 1, 1, -2, -2, 1], mode="same", boundary="symmetric", method=method
        )
        np.testing.assert_array_equal(found, [np.nan, np.nan])


def functions_passed(work):
    """Return which functions of convlib a call passes, and in how many modules they are."""
    passed, root = set(), str(Path(convlib.__file__).parent)

    def note(frame, event, _):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(root):
            passed.add((code.co_filename, code.co_qualname))

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    named = {entry for entry in passed if not entry[1].endswith(">")}  # no comprehensions
    return len(named), len({file for file, _ in named})


def test_a_call_is_a_straight_line():
    """From `convolve` to its sums a reader passes few functions."""
    functions, modules = functions_passed(lambda: convolve([1, 10, 100], [1, 2]))
    assert functions <= 12
    assert modules <= 4
    step = [[0, 0, 1, 1]] * 3
    for kernel in KERNELS.values():
        assert functions_passed(lambda kernel=kernel: filter_image(step, kernel))[0] <= 14
