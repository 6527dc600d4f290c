"""How far an answer may be from the exact one: the table of bounds, against wider arithmetic.

The bound is ``c * eps * sum(|h|) * max(|x|)``, eps being that of the answer's type, and c the
entry of `oracles.STEPS`:

===============  =================================================================================
method           c
===============  =================================================================================
direct           K, the number of kernel values: each product and each sum rounds by half an eps
separable        the lengths of the d factors together, + 3 d for taking the kernel apart
fft, overlap_add 2 (1 + log2 L), L samples in the extended signal, ``n + 2 (m - 1)`` along each axis
auto             the largest of these
===============  =================================================================================

The first two follow from counting roundings. The last is the growth that transforms show: their
errors add up as if at random; a bound that no input can break would be larger by the root of L.
"""

import numpy as np
import pytest
from hypothesis import given, settings, target
from hypothesis import strategies as st
from oracles import STEPS, bound, oracle, outer

from convlib import convolve

WIDER = {np.float32: np.float64, np.float64: np.longdouble}
wider = np.finfo(np.longdouble).eps < np.finfo(np.float64).eps / 100
types = st.sampled_from([np.float32, np.float64] if wider else [np.float32])

KINDS = {
    "uniform": lambda rng, shape: rng.uniform(-1, 1, shape),
    "positive": lambda rng, shape: rng.uniform(0, 1, shape),  # nothing cancels
    "flat": lambda rng, shape: np.full(shape, 0.1),  # all roundings go the same way
    "many sizes": lambda rng, shape: rng.normal(size=shape) * 10.0 ** rng.uniform(-8, 0, shape),
    "one peak": lambda rng, shape: np.where(np.arange(np.prod(shape)).reshape(shape) == 0, 1, 1e-3),
    "tone": lambda rng, shape: np.cos(0.7 * np.arange(np.prod(shape))).reshape(shape),
}
LONGEST = {1: (3000, 300), 2: (90, 20), 3: (20, 6)}  # signal and kernel, for each dimension


@st.composite
def problems(draw):
    """Draw a signal and a kernel that is an outer product, so that every method can take it."""
    ndim, dtype = draw(st.integers(1, 3)), draw(types)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    longest, widest = LONGEST[ndim]
    shape = tuple(draw(st.integers(1, longest)) for _ in range(ndim))
    sizes = [draw(st.integers(1, widest)) for _ in range(ndim)]
    x = KINDS[draw(st.sampled_from(list(KINDS)))](rng, shape)
    factors = [KINDS[draw(st.sampled_from(list(KINDS)))](rng, (m,)) for m in sizes]
    return x.astype(dtype), outer(*factors).astype(dtype)


def ratio(x, h, method):
    """Return the largest error as a share of what the table allows."""
    dtype = x.dtype.type
    error = np.abs(convolve(x, h, method=method) - oracle(x, h, dtype=WIDER[dtype])).max()
    return float(error) / bound(x, h, method, dtype)


@pytest.mark.parametrize("method", [*STEPS, "auto"])
def test_errors_stay_within_the_table(method):
    @settings(deadline=None, max_examples=60, derandomize=True)
    @given(problems())
    def within(problem):
        found = ratio(*problem, method)
        target(found)
        assert found <= 1

    within()


@pytest.mark.slow
@pytest.mark.parametrize("method", [*STEPS, "auto"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_larger_pictures_stay_within_the_table(dtype, method):
    if dtype == np.float64 and not wider:
        pytest.skip("no arithmetic wider than float64 on this machine")
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, (190, 210)).astype(dtype)
    h = np.outer(rng.uniform(0, 1, 25), rng.uniform(0, 1, 30)).astype(dtype)
    assert ratio(x, h, method) <= 1


@pytest.mark.parametrize("method", list(STEPS))
def test_the_table_tells_float32_from_float64(method):
    """The same numbers: single precision breaks the bound of double precision by far."""
    rng = np.random.default_rng(0)
    x, h = rng.uniform(0, 1, 500).astype(np.float32), rng.uniform(0, 1, 20).astype(np.float32)
    error = np.abs(convolve(x, h, method=method) - oracle(x, h)).max()
    assert error > 1000 * bound(x, h, method, np.float64)


@pytest.mark.parametrize("method", ["auto", "separable"])
@pytest.mark.parametrize("noise", [1e-16, 1e-15, 1e-14, 1e-12])
def test_a_kernel_that_is_almost_an_outer_product(noise, method):
    """One value and a faint veil: to leave the veil out would be an error of many eps."""
    h = np.full((41, 41), noise)
    h[20, 20] = 1
    x = np.ones((300, 300))
    try:
        y = convolve(x, h, mode="valid", method=method)
    except ValueError:
        assert method == "separable"  # it may refuse, but not be wrong
        return
    assert np.abs(y - (1 + 1680 * noise)).max() <= bound(x, h, "auto", np.float64)


@pytest.mark.parametrize("method", [*STEPS, "auto"])
def test_whole_numbers_are_exact_where_sums_are_direct(method):
    """Integers below 2**53 are floats without rounding; after a transform one rounds."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (40, 50), dtype=np.uint8)
    h = np.outer([1, 2, 1], [1, 3, 3, 1])
    y = convolve(x, h, method=method)
    if method in ("direct", "separable"):
        assert (y == oracle(x, h)).all()
    assert (np.rint(y) == oracle(x, h)).all()
