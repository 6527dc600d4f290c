"""Chunk by chunk with Dask: the same answer as in memory, lazily, here and on a cluster."""

import subprocess
import sys
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import convlib
from convlib import chunked
from convlib.discrete import BOUNDARIES, METHODS

TOLERANCE = {np.dtype(np.float32): 2e-5, np.dtype(np.float64): 1e-12}
WAYS = [("full", "constant"), ("valid", "constant"), *(("same", b) for b in BOUNDARIES)]


@pytest.fixture(autouse=True)
def one_thread():
    """Small arrays are quicker without threads; the tests that need more say so."""
    with dask.config.set(scheduler="synchronous"):
        yield


def unreadable(shape, chunks, dtype=np.float64):
    """Make a Dask array that fails as soon as anything of it is computed."""

    def fail(block):
        raise AssertionError("a chunk was computed")

    lengths = da.empty(shape, chunks=chunks, dtype=dtype)
    return lengths.map_blocks(fail, meta=np.empty((0,) * len(shape), dtype))


def assert_same(x, h, chunks, **options):
    """Chunked and in-memory agree, and the chunked answer has the promised type and chunks."""
    expected = convlib.convolve(x, h, **{"mode": "same", **options})
    lazy = chunked.convolve(da.from_array(x, chunks=chunks), h, **options)
    assert lazy.dtype == expected.dtype
    answer = lazy.compute()
    assert answer.dtype == expected.dtype
    assert lazy.shape == answer.shape == expected.shape
    last = tuple(n - 1 for n in lazy.numblocks)
    for block in {(0,) * lazy.ndim, last}:
        assert lazy.blocks[block].compute().shape == lazy.blocks[block].shape
    scale = np.abs(np.asarray(x, np.float64)).max() * np.abs(np.asarray(h, np.float64)).sum()
    tolerance = TOLERANCE[expected.dtype] * max(1.0, scale)
    assert_allclose(answer, expected, rtol=0, atol=tolerance)


CASES = [  # the shape of the signal, of the kernel, and chunks
    ((1,), (1,), -1),
    ((9,), (4,), 1),
    ((9,), (9,), ((1, 5, 3),)),
    ((12,), (5,), ((2, 0, 7, 3),)),
    ((9,), (10,), 2),  # a kernel longer than the signal
    ((5,), (23,), ((1, 4),)),  # several times longer: reflections of reflections
    ((13, 11), (3, 3), (5, 4)),
    ((13, 11), (4, 2), ((3, 1, 9), (1, 1, 7, 2))),
    ((8, 6), (6, 5), 1),
    ((13, 11), (1, 6), 100),
    ((4, 5, 6), (2, 3, 1), (2, 5, 4)),
]


@pytest.mark.parametrize(("mode", "boundary"), WAYS)
@pytest.mark.parametrize(("shape", "lengths", "chunks"), CASES)
def test_equals_in_memory(shape, lengths, chunks, mode, boundary):
    rng = np.random.default_rng(1)
    x, h = rng.normal(size=shape), rng.normal(size=lengths)
    if mode == "valid" and any(m > n for n, m in zip(shape, lengths, strict=True)):
        x = np.resize(x, [2 * n + m for n, m in zip(shape, lengths, strict=True)])
        chunks = 2
    if boundary == "reflect":  # as much of the kernel as can be reflected
        h = h[tuple(slice(2 * n - 1) for n in shape)]
    assert_same(x, h, chunks, mode=mode, boundary=boundary)


@st.composite
def problems(draw):
    ndim = draw(st.integers(1, 3))
    chunks = tuple(
        tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))) for _ in range(ndim)
    )
    lengths = [draw(st.integers(1, 6)) for _ in range(ndim)]
    boundary = draw(st.sampled_from(BOUNDARIES[:2] + BOUNDARIES[3:]))  # these take any kernel
    mode = "same" if boundary != "constant" else draw(st.sampled_from(("full", "same")))
    return chunks, lengths, mode, boundary, draw(st.integers(0, 99))


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(problems())
def test_equals_in_memory_at_random(problem):
    chunks, lengths, mode, boundary, seed = problem
    rng = np.random.default_rng(seed)
    x, h = rng.normal(size=[sum(axis) for axis in chunks]), rng.normal(size=lengths)
    assert_same(x, h, chunks, mode=mode, boundary=boundary)


@pytest.mark.parametrize("signal", [bool, np.uint8, np.int16, np.float16, np.float32, np.float64])
@pytest.mark.parametrize("kernel", [bool, np.int16, np.float32, np.float64])
def test_types_are_those_of_convlib(signal, kernel):
    rng = np.random.default_rng(2)
    x, h = rng.integers(0, 200, (7, 9)).astype(signal), rng.integers(0, 9, (3, 4)).astype(kernel)
    assert_same(x, h, (3, 5), boundary="symmetric")
    assert_same(x, h, (3, 5), mode="full")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_method(method, dtype):
    rng = np.random.default_rng(3)
    x, h = rng.normal(size=(40, 31)).astype(dtype), np.outer(rng.normal(size=9), np.ones(4))
    assert_same(x, h.astype(dtype), (17, 12), method=method, boundary="edge")


@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (-3, -2), (2, 0)])
@pytest.mark.parametrize("chunks", [(4, 5, 3), (4, 5, 1), (9, 3, 2)])
def test_colours_are_carried_along(axes, chunks):
    rng = np.random.default_rng(4)
    x, h = rng.normal(size=(9, 11, 3)), rng.normal(size=(4, 3))
    assert_same(x, h, chunks, axes=axes, boundary="wrap")
    y = chunked.convolve(da.from_array(x, chunks=chunks), h, axes=axes)
    carried = ({0, 1, 2} - {axis % 3 for axis in axes}).pop()
    assert y.chunks[carried] == da.from_array(x, chunks=chunks).chunks[carried]


def test_one_axis_of_many():
    assert_same(np.arange(24.0).reshape(4, 6), [1, 2, 4], (2, 4), axes=1, boundary="edge")


def test_chunks_stay_as_they_are():
    """So that the answer can be combined with the signal; only chunks within the halo grow."""
    x = da.zeros((30, 28), chunks=((7, 13, 10), (9, 19)))
    for boundary in BOUNDARIES:
        assert chunked.convolve(x, np.ones((5, 8)), boundary=boundary).chunks == x.chunks
    rows, columns = chunked.convolve(x, np.ones((21, 3))).chunks
    assert min(rows) > 10 and len(rows) == 2 and columns == x.chunks[1]
    assert chunked.convolve(x, np.ones((70, 3))).chunks == ((30,), x.chunks[1])


@pytest.mark.parametrize(("mode", "boundary"), WAYS)
@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_computed_by_the_call(mode, boundary, method):
    x = unreadable((20, 30), 7, np.float32)
    y = chunked.convolve(
        x, np.ones((3, 4), np.float32), mode=mode, boundary=boundary, method=method
    )
    assert isinstance(y, da.Array) and y.dtype == np.float32
    with pytest.raises(AssertionError, match="was computed"):
        y.compute()


@pytest.mark.parametrize(
    ("x", "h", "options"),
    [
        (np.ones((4, 5)), [1, 2], {}),
        (np.ones((4, 5)), [[1]], {"mode": "middle"}),
        (np.ones((4, 5)), [[1]], {"mode": 3}),
        (np.ones((4, 5)), [[1]], {"boundary": "zeros"}),
        (np.ones((4, 5)), [[1]], {"boundary": "wrap", "mode": "full"}),
        (np.ones((4, 5)), [[1]], {"method": "quick"}),
        (np.ones((4, 5)), np.ones((5, 2)), {"mode": "valid"}),
        (np.ones((4, 5)), np.ones((9, 2)), {"boundary": "reflect"}),
        (np.ones((4, 5)), [[0, 1], [1, 1]], {"method": "separable"}),
        (np.ones((4, 5)), [1], {"axes": 2}),
        (np.ones((4, 5)), [[1]], {"axes": (0, 0)}),
        (np.ones((4, 5)), [[1]], {"axes": "rows"}),
        (np.ones((4, 5)), [[1j]], {}),
        (np.ones((4, 5)), [["a"]], {}),
        (np.ones((4, 5)), [[]], {}),
        (np.ones((4, 5), complex), [[1]], {}),
        (np.array([["a", "b"]]), [[1]], {}),
        (np.ones((4, 5), object), [[1]], {}),
        (np.ones((0, 5)), [[1]], {}),
        (np.ma.masked_array(np.ones((4, 5)), True), [[1]], {}),
    ],
)
def test_bad_input_is_refused_at_once_in_the_same_words(x, h, options):
    lazy = unreadable(x.shape, 2).map_blocks(lambda block: block, meta=x[:0, :0], dtype=x.dtype)
    with pytest.raises((TypeError, ValueError)) as in_memory:
        convlib.convolve(x, h, **{"mode": "same", **options})
    with pytest.raises(in_memory.type) as refused:
        chunked.convolve(lazy, h, **options)
    assert str(refused.value) == str(in_memory.value)


def test_only_dask_arrays_with_known_chunks_and_kernels_in_memory():
    with pytest.raises(TypeError, match="`x` must be a Dask array; got ndarray"):
        chunked.convolve(np.ones(5), [1])
    with pytest.raises(TypeError, match="`h` must be an array in memory"):
        chunked.convolve(da.ones(5), da.ones(3))
    unknown = da.ones(5, chunks=2)
    with pytest.raises(ValueError, match="`x` must have chunks of known lengths"):
        chunked.convolve(unknown[unknown > 0], [1])
    with pytest.raises(ValueError, match="`x` must have at least one dimension"):
        chunked.convolve(da.asarray(1.0), [1])


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("size", [3, 31])
def test_a_nan_stays_local(value, size):
    """Also where the kernel is so large that "auto" takes a transform for the other chunks."""
    x = np.ones((150, 140))
    x[70, 69] = value
    h = np.random.default_rng(5).uniform(1, 2, (size, size))
    h /= h.sum()
    y = chunked.convolve(da.from_array(x, chunks=(75, 70)), h, boundary="edge").compute()
    touched = np.zeros(x.shape, bool)
    touched[70 - size // 2 : 71 + size // 2, 69 - size // 2 : 70 + size // 2] = True
    assert_array_equal(~np.isfinite(y), touched)
    assert_allclose(y[~touched], 1, rtol=1e-12)


def test_neither_the_signal_nor_the_kernel_changes():
    x, h = np.random.default_rng(6).normal(size=(9, 9)), np.ones((3, 3))
    x.flags.writeable = h.flags.writeable = False
    kept = x.copy(), h.copy()
    chunked.convolve(da.from_array(x, chunks=4), h, boundary="reflect").compute()
    assert_array_equal(x, kept[0])
    assert_array_equal(h, kept[1])


@pytest.mark.parametrize("method", ["auto", "separable"])
def test_a_kernel_that_is_changed_later_changes_nothing(method):
    h = np.outer([1.0, 2.0], [3.0, 4.0])
    y = chunked.convolve(da.ones((6, 6), chunks=3), h, method=method)
    h *= 10
    assert y.compute().max() == 21


@pytest.mark.parametrize("boundary", ["edge", "symmetric", "wrap"])
def test_a_kernel_far_longer_than_the_array(boundary):
    rng = np.random.default_rng(9)
    x, h = rng.normal(size=(4, 30)), rng.normal(size=(41, 6))
    y = chunked.convolve(da.from_array(x, chunks=(2, 7)), h, boundary=boundary)
    expected = convlib.convolve(x, h, mode="same", boundary=boundary)
    assert_allclose(y.compute(), expected, atol=1e-12)


def test_threads_change_nothing():
    rng = np.random.default_rng(7)
    x, h = rng.normal(size=(300, 200)), rng.normal(size=(6, 5))
    y = chunked.convolve(da.from_array(x, chunks=(40, 70)), h, boundary="wrap")
    answers = [y.compute(scheduler="threads", num_workers=n) for n in (1, 3)]
    assert_array_equal(answers[0], answers[1])
    assert_array_equal(answers[0], y.compute())


def test_filters_in_a_row():
    """The answer is a Dask array like any other: filter it again, combine it, reduce it."""
    rng = np.random.default_rng(8)
    x, h = rng.normal(size=(20, 30)), rng.normal(size=(3, 5))
    lazy = da.from_array(x, chunks=(8, 7))
    expected = convlib.convolve(x, h, mode="same", boundary="wrap")
    expected = (x - convlib.convolve(expected, h, mode="same", boundary="wrap")).max(axis=0)
    once = chunked.convolve(lazy, h, boundary="wrap")
    difference = lazy - chunked.convolve(once, h, boundary="wrap")
    assert_allclose(difference.max(axis=0).compute(), expected, atol=1e-11)


@pytest.mark.slow
def test_the_same_lines_on_a_cluster():
    """Two worker processes: tasks travel, chunks travel, and what arrives is read-only."""
    rng = np.random.default_rng(9)
    x, h = rng.normal(size=(120, 90)), rng.normal(size=(6, 5))
    y = chunked.convolve(da.from_array(x, chunks=(25, 40)), h, boundary="reflect")
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    )
    with cluster, Client(cluster) as client:
        task = client.compute(y)
        answer = task.result(timeout=100)
        places = client.who_has([task])
    assert all(places.values())  # it was made by a worker, not here
    assert_allclose(answer, convlib.convolve(x, h, mode="same", boundary="reflect"), atol=1e-12)


FILTER_400_MB = """
import dask.array as da
import numpy as np
from convlib import chunked

def peak():
    with open("/proc/self/status") as status:
        return int(status.read().split("VmHWM:")[1].split()[0]) / 1000  # from kB

def paint(block_info):
    (top, bottom), (left, right) = block_info[None]["array-location"]
    return np.add.outer(np.arange(top, bottom, dtype=np.float32), np.zeros(right, np.float32))

picture = da.map_blocks(paint, chunks=((100,) * 100, (10_000,)), meta=np.empty((0, 0), np.float32))
kernel = np.full((5, 5), 0.04, np.float32)
before = peak()
largest = chunked.convolve(picture, kernel, boundary="edge").max().compute(num_workers=2)
print(peak() - before, largest)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the account is Linux's")
def test_memory_is_that_of_a_few_chunks():
    """A lazy picture of 400 MB in strips of 4 MB, by the operating system's account."""
    done = subprocess.run(
        [sys.executable, "-c", FILTER_400_MB], capture_output=True, text=True, check=True
    )
    growth, largest = map(float, done.stdout.split())
    assert largest == pytest.approx(9998.4, rel=1e-6)  # row 9999 three times, 9998, 9997
    assert 4 < growth < 200


def test_chunks_without_samples_are_passed_over():
    """As a selection leaves them."""
    rows = da.from_array(np.arange(12.0).reshape(6, 2), chunks=(2, 2))
    some = rows[rows[:, 0] > 5].compute_chunk_sizes()
    assert 0 in some.chunks[0]
    expected = convlib.convolve(some.compute(), [1, 2, 1], mode="same", axes=1)
    np.testing.assert_array_equal(chunked.convolve(some, [1, 2, 1], axes=1).compute(), expected)
    one = da.from_array(np.ones(1), chunks=((0, 1),))
    found = chunked.convolve(one, np.ones(10), boundary="symmetric").compute()
    np.testing.assert_array_equal(found, [10])
