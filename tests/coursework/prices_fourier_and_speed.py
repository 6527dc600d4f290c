"""Right work for `fourier-and-speed`, and slips with their prices."""

from tests.coursework.classroom import changed, instead

RESPONSE = """\
def response(h, frequencies):
    k = np.arange(len(h))
    return np.array([np.sum(h * np.exp(-2j * np.pi * f * k)) for f in frequencies])


def gain(h, frequencies):
    return np.abs(response(h, frequencies))
"""
SPECTRAL = """\
def fft_convolve(x, h):
    n = len(x) + len(h) - 1
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)
"""
BLOCKS = """\
def overlap_add(x, h, block):
    result = np.zeros(len(x) + len(h) - 1)
    for start in range(0, len(x), block):
        part = np.convolve(x[start : start + block], h)
        result[start : start + len(part)] += part
    return result
"""
COSTS = """\
def direct_cost(n, m):
    return n * m


def spectral_cost(n, m):
    length = 1
    while length < n + m - 1:
        length *= 2
    return 4 * (3 * length / 2 * np.log2(length) + length)


def picture_cost(rows, columns, k):
    return rows * columns * k * k
"""
MEETING = """
def right(m):
    length = 2 ** int(np.ceil(np.log2(SAMPLES + m - 1)))
    return 4 * (3 * length / 2 * np.log2(length) + length) < SAMPLES * m
meeting = next(m for m in range(1, 1000) if right(m))
"""
DEBLUR = """\
def deblur(y, h, q):
    centred = np.zeros(len(y))
    centred[: len(h)] = h
    spectrum = np.fft.rfft(np.roll(centred, -((len(h) - 1) // 2)))
    below = np.abs(spectrum) ** 2 + q
    above = np.conj(spectrum) * np.fft.rfft(y)
    return np.fft.irfft(np.where(below > 1e-12, above / np.maximum(below, 1e-12), 0), len(y))
"""


RIGHT = {
    "right": {},
    "by-loops": {
        "response": "import cmath\ndef response(h, frequencies):\n    answer = []\n    for f in frequencies:\n        total = 0\n"
        "        for k, weight in enumerate(h):\n            total += weight * cmath.exp(-2j * cmath.pi * f * k)\n        answer.append(total)\n    return answer\n"
        "def gain(h, frequencies):\n    return [abs(value) for value in response(h, frequencies)]",
        "overlap_add": "def overlap_add(x, h, block):\n    answer = [0.0] * (len(x) + len(h) - 1)\n    begin = 0\n    while begin < len(x):\n"
        "        for k, value in enumerate(x[begin : begin + block]):\n            for j, weight in enumerate(h):\n"
        "                answer[begin + k + j] += float(value * weight)\n        begin += block\n    return answer",
    },
    "cosines": changed("response", RESPONSE, ("np.exp(-2j * np.pi * f * k)", "(np.cos(2 * np.pi * f * k) - 1j * np.sin(2 * np.pi * f * k))")),
    "matrix": changed("response", RESPONSE, ("np.array([np.sum(h * np.exp(-2j * np.pi * f * k)) for f in frequencies])", "np.exp(-2j * np.pi * np.outer(frequencies, k)) @ h")),
    "complex-transforms": changed("fft_convolve", SPECTRAL, ("np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)", "np.real(np.fft.ifft(np.fft.fft(x, n) * np.fft.fft(h, n)))")),
    "a-power-of-two": changed("fft_convolve", SPECTRAL, ("    return", "    whole = n\n    n = 1 << n.bit_length()\n    return"), ("* np.fft.rfft(h, n), n)", "* np.fft.rfft(h, n), n)[:whole]")),
    "padded-by-hand": {"fft_convolve": "def fft_convolve(x, h):\n    a = np.concatenate([x, np.zeros(len(h) - 1)])\n    b = np.concatenate([h, np.zeros(len(x) - 1)])\n"
                       "    return np.fft.ifft(np.fft.fft(a) * np.fft.fft(b)).real.tolist()"},
    "blocks-by-spectra": changed("overlap_add", BLOCKS, ("np.convolve(", "fft_convolve(")),
    "blocks-recursive": {"overlap_add": "def overlap_add(x, h, block):\n    x, h = np.asarray(x), np.asarray(h)\n    first = np.convolve(x[:block], h)\n"
                         "    if len(x) <= block:\n        return first\n    rest = overlap_add(x[block:], h, block)\n"
                         "    return np.pad(first, (0, max(0, block + len(rest) - len(first)))) + np.pad(rest, (block, 0))"},
    "whole-numbers": changed("costs", COSTS, ("return 4 * (3 * length / 2 * np.log2(length) + length)", "power = length.bit_length() - 1\n    return 6 * length * power + 4 * length")),
    "talkative": {"deblur": "import sys\n" + instead(DEBLUR, ("    below", "    print('below', file=sys.stderr)\n    below")), "costs": "check = agree = list = ask = 3\n" + COSTS},
    "deblur-complex": changed("deblur", DEBLUR, ("rfft(np.roll", "fft(np.roll"), ("np.fft.rfft(y)", "np.fft.fft(y)"), ("return np.fft.irfft(", "return np.fft.ifft("), (", 0), len(y))", ", 0)).real")),
    "renamed": changed("deblur", DEBLUR, ("centred", "kernel"), ("deblur(y, h, q)", "deblur(y, h, q, tiny=1e-12)")),
    "gains-rounded": {"gains": ("after", "gains = {name: round(float(value), 6) for name, value in gains.items()}")},
}  # fmt: skip
LEFT_OUT = "    raise NotImplementedError()"
NO_ZEROS = ("np.where(below > 1e-12, above / np.maximum(below, 1e-12), 0)", "above / below")
SLIPS = {
    "other-sign": (changed("response", RESPONSE, ("-2j", "2j")), {"test-response": 8}),
    "no-two-pi": (changed("response", RESPONSE, ("-2j * np.pi", "-1j")), {"test-response": 8}),
    "squared-gain": (changed("response", RESPONSE, ("np.abs(response(h, frequencies))", "np.abs(response(h, frequencies)) ** 2")), {"test-gain": 4}),
    "fastest-without-sign": ({"gains": ("after", 'gains["fastest"] = -gains["fastest"]')}, {"test-gain-fastest": 3}),
    "removed-in-radians": ({"gains": ("after", 'gains["removed"] *= 2 * np.pi')}, {"test-gain-removed": 3}),
    "removed-as-period": ({"gains": ("after", 'gains["removed"] = 1 / gains["removed"]')}, {"test-gain-removed": 3}),
    "constant-forgotten": ({"gains": ("after", 'del gains["constant"]')}, {"test-gain-constant": 2}),
    "no-padding": (changed("fft_convolve", SPECTRAL, ("n = len(x) + len(h) - 1", "n = max(len(x), len(h))")), {"test-spectral-ends": 8}),
    "no-padding-short-kernel": (changed("fft_convolve", SPECTRAL, ("n = len(x) + len(h) - 1", "n = len(x)")), {"test-spectral-ends": 8}),
    "complex-left": (changed("fft_convolve", SPECTRAL, ("np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)", "np.fft.ifft(np.fft.fft(x, n) * np.fft.fft(h, n))")), {"test-spectral-real": 5}),
    "absolute-value": (changed("fft_convolve", SPECTRAL, ("np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)", "np.abs(np.fft.ifft(np.fft.fft(x, n) * np.fft.fft(h, n)))")), {"test-spectral-values": 12, "test-spectral-ends": 8, "test-spectral-real": 5}),
    "length-guessed": (changed("fft_convolve", SPECTRAL, ("* np.fft.rfft(h, n), n)", "* np.fft.rfft(h, n))")), {"test-spectral-ends": 8}),
    "spectra-added": (changed("fft_convolve", SPECTRAL, (") * np.fft.rfft(h", ") + np.fft.rfft(h")), {"test-spectral-values": 12, "test-spectral-ends": 8}),
    "spectral-left-out": ({"fft_convolve": "def fft_convolve(x, h):\n" + LEFT_OUT}, {"test-spectral-values": 12, "test-spectral-ends": 8, "test-spectral-real": 5}),
    "tail-lost": (changed("overlap_add", BLOCKS, ("return result", "return result[: len(x)]")), {"test-blocks-tail": 4}),
    "tail-of-zeros": (changed("overlap_add", BLOCKS, ("return result", "result[len(x) :] = 0\n    return result")), {"test-blocks-tail": 4}),
    "replaced": (changed("overlap_add", BLOCKS, ("+= part", "= part")), {"test-blocks-whole": 8}),
    "last-block-lost": (changed("overlap_add", BLOCKS, ("range(0, len(x), block)", "range(0, len(x) - block + 1, block)")), {"test-blocks-rest": 4}),
    "short-kernels-only": (changed("overlap_add", BLOCKS, ("    result = np", "    assert len(h) <= block\n    result = np")), {"test-blocks-long": 4}),
    "costs-added": (changed("costs", COSTS, ("return n * m", "return n + m")) | {"meeting": MEETING}, {"test-cost-direct": 3}),
    "one-transform": (changed("costs", COSTS, ("3 * length / 2", "length / 2")) | {"meeting": MEETING}, {"test-cost-spectral": 5}),
    "no-power": (changed("costs", COSTS, ("    length = 1\n    while length < n + m - 1:\n        length *= 2\n", "    length = n + m - 1\n")) | {"meeting": MEETING}, {"test-cost-spectral": 5}),
    "no-room": (changed("costs", COSTS, ("length < n + m - 1", "length < n")) | {"meeting": MEETING}, {"test-cost-spectral": 5}),
    "picture-added": (changed("costs", COSTS, ("rows * columns * k * k", "rows * columns + k * k")), {"test-cost-picture": 4}),
    "picture-rows": (changed("costs", COSTS, ("rows * columns * k * k", "rows * columns * k")), {"test-cost-picture": 4}),
    "meeting-one-less": ({"meeting": ("after", "meeting = meeting - 1")}, {"test-cost-meeting": 3}),
    "centre-shifted": (changed("deblur", DEBLUR, ("np.roll(centred, -((len(h) - 1) // 2))", "centred")), {"test-deblur-place": 3}),
    "late-centre": (changed("deblur", DEBLUR, ("(len(h) - 1) // 2", "len(h) // 2")), {"test-deblur-place": 3}),
    "q-forgotten": (changed("deblur", DEBLUR, (" ** 2 + q", " ** 2")), {"test-deblur-noise": 8}),
    "q-below-squared": (changed("deblur", DEBLUR, ("** 2 + q", "** 2 + q ** 2")), {"test-deblur-noise": 8}),
    "not-conjugated": (changed("deblur", DEBLUR, ("np.conj(spectrum)", "spectrum")), {"test-deblur-exact": 6, "test-deblur-place": 3, "test-deblur-noise": 8, "test-deblur-zeros": 3}),
    "divides-by-zero": (changed("deblur", DEBLUR, NO_ZEROS), {"test-deblur-zeros": 3}),
}  # fmt: skip
ADVICE = {
    "other-sign": ("test-response", "other sign"),
    "no-two-pi": ("test-response", "angle of 2 pi"),
    "squared-gain": ("test-gain", "square of the gain"),
    "fastest-without-sign": ("test-gain-fastest", "opposite one"),
    "removed-as-period": ("test-gain-removed", "cycles in a sample"),
    "no-padding": ("test-spectral-ends", "run into the beginning"),
    "complex-left": ("test-spectral-real", "real"),
    "tail-lost": ("test-blocks-tail", "beyond its end"),
    "replaced": ("test-blocks-whole", "are added"),
    "last-block-lost": ("test-blocks-rest", "should be 300"),
    "costs-added": ("test-cost-direct", "each value meets every weight"),
    "one-transform": ("test-cost-spectral", "three transforms"),
    "no-power": ("test-cost-spectral", "power of two"),
    "picture-rows": ("test-cost-picture", "k times k"),
    "meeting-one-less": ("test-cost-meeting", "at least as cheap"),
    "centre-shifted": ("test-deblur-place", "beside its place"),
    "divides-by-zero": ("test-deblur-zeros", "nothing can be had back"),
}
