"""What the tests of convolution compare with: the definition, written as plainly as it goes."""

import numpy as np

# What scipy.ndimage calls the boundary rules
NDIMAGE = {
    "constant": "constant",
    "edge": "nearest",
    "reflect": "mirror",
    "symmetric": "reflect",
    "wrap": "wrap",
}


def oracle(x, h, mode="full", boundary="constant", dtype=np.float64):
    """Continue `x` far to every side, add one shifted copy per kernel value, cut out what is asked.

    Independent of how `convlib` extends and cuts: always the longest sum first.
    """
    wide = np.pad(np.asarray(x, dtype), [(m - 1, m - 1) for m in h.shape], mode=boundary)
    y = np.zeros([n + m - 1 for n, m in zip(x.shape, h.shape, strict=True)], dtype)
    for k in np.ndindex(h.shape):
        starts = [m - 1 - i for m, i in zip(h.shape, k, strict=True)]
        window = tuple(slice(s, s + n) for s, n in zip(starts, y.shape, strict=True))
        y += dtype(h[k]) * wide[window]
    return y[wanted(x.shape, h.shape, mode)]


def wanted(lengths, kernel_lengths, mode):
    """Return the part of the full answer that belongs to `mode`, as slices."""
    if mode == "full":
        return (slice(None),) * len(lengths)
    pairs = zip(lengths, kernel_lengths, strict=True)
    if mode == "same":
        return tuple(slice((m - 1) // 2, (m - 1) // 2 + n) for n, m in pairs)
    return tuple(slice(m - 1, n) for n, m in pairs)


def impossible(lengths, kernel_lengths, mode, boundary):
    """Say whether convlib must refuse these lengths."""
    pairs = list(zip(lengths, kernel_lengths, strict=True))
    if mode == "valid" and any(m > n for n, m in pairs):
        return True
    return boundary == "reflect" and any(m // 2 > n - 1 for n, m in pairs)


def case(shapes, dtype=np.float64, seed=0):
    """Return one random array per shape, values from -1 to 1."""
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(-1, 1, shape).astype(dtype) for shape in shapes)


def outer(*factors):
    """Return the outer product of any number of lists of weights."""
    kernel = np.ones(())
    for factor in factors:
        kernel = np.multiply.outer(kernel, factor)
    return kernel


# How far an answer may be from the exact one: `STEPS` times eps times the sum of the kernel's
# absolute values times the largest absolute sample; tests/test_error_bounds.py holds it. The
# first two follow from the number of additions and products that a sample goes through. A
# transform passes through log2(L) stages, where L counts the samples of the extended signal.
STEPS = {
    "direct": lambda h, stages: h.size,
    "separable": lambda h, stages: sum(h.shape) + 3 * h.ndim,
    "fft": lambda h, stages: 2 * (1 + stages),
    "overlap_add": lambda h, stages: 2 * (1 + stages),
}


def bound(x, h, method, dtype, axes=None):
    """Return the largest error that is allowed; for "auto" that of the least exact method."""
    axes = range(x.ndim) if axes is None else axes
    extended = [x.shape[axis] + 2 * (m - 1) for axis, m in zip(axes, h.shape, strict=True)]
    stages = np.log2(np.prod(extended))
    names = STEPS if method == "auto" else [method]
    steps = max(STEPS[name](h, stages) for name in names)
    scale = np.abs(h, dtype=np.float64).sum() * np.abs(x, dtype=np.float64).max()
    return float(steps * np.finfo(dtype).eps * scale)


def agree(y, expected, x, h, method="auto", axes=None):
    """Assert that `y` is `expected` within the bound, which the oracle needs once more."""
    limit = bound(x, h, method, y.dtype, axes) + bound(x, h, "direct", np.float64, axes)
    assert y.shape == expected.shape
    assert float(np.abs(y - expected).max()) <= limit
