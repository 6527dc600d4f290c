"""Right work for the tasks of `discrete` after the first, and slips with their prices.

`test_prices` has those of the first task, and many more notebooks of odd shapes.
"""

from tests.coursework.classroom import changed, instead

EXTEND = """\
def inside(full, n, m):
    return full[m - 1 : n]


def extend(x, before, behind, border):
    x = list(x)
    n = len(x)
    if border == "edge":
        return before * x[:1] + x + behind * x[-1:]
    if border == "wrap":
        return x[n - before :] + x + x[:behind]
    return x[:before][::-1] + x + x[n - behind :][::-1]
"""
BY_INDEX = """\
def inside(full, n, m):
    return [full[k] for k in range(m - 1, n)]


def extend(x, before, behind, border):
    n, answer = len(x), []
    for k in range(-before, n + behind):
        if border == "wrap":
            k %= n
        elif border == "edge":
            k = min(max(k, 0), n - 1)
        elif k < 0:
            k = -k - 1
        elif k >= n:
            k = 2 * n - 1 - k
        answer.append(x[k])
    return answer
"""
FIND = """\
def find(x, pattern):
    x, pattern = np.asarray(x, float), np.asarray(pattern, float)
    pattern = pattern - pattern.mean()
    likeness = []
    for start in range(len(x) - len(pattern) + 1):
        window = x[start : start + len(pattern)]
        window = window - window.mean()
        strength = np.sqrt(np.sum(window**2))
        likeness.append(np.sum(window * pattern) / strength if strength > 0 else -np.inf)
    return int(np.argmax(likeness))
"""
BY_COEFFICIENT = """\
def find(x, pattern):
    best, where = -2, None
    for s in range(len(x) - len(pattern) + 1):
        window = np.array(x[s : s + len(pattern)], dtype=float)
        if np.ptp(window) > 0:
            r = np.corrcoef(window, pattern)[0, 1]
            if r > best:
                best, where = r, s
    return where
"""
MATRIX = """\
def matrix(h, n):
    rows = np.zeros((n + len(h) - 1, n))
    for k in range(n):
        rows[k : k + len(h), k] = h
    return rows
"""


RIGHT = {
    "right": {},
    "by-index": {
        "extend": BY_INDEX,
        "find": BY_COEFFICIENT,
        "matrix": "def matrix(h, n):\n    return [[h[r - c] if 0 <= r - c < len(h) else 0 for c in range(n)] for r in range(n + len(h) - 1)]",
        "turned": ("after", 'turned = ["Correlation ", "VALID"]'),
    },
    "arrays": {
        "extend": instead(EXTEND, ("    return x[n - before", "    return np.array(x[n - before"), ("+ x[:behind]", "+ x[:behind])")),
        "matrix": "def matrix(h, n):\n    return np.array([convolve(unit, h) for unit in np.eye(n).tolist()]).T",
        "paper": ("after", "paper = str(paper)"),
    },
}  # fmt: skip
SLIPS = {
    "valid-is-same": (changed("extend", EXTEND, ("full[m - 1 : n]", "full[(m - 1) // 2 : (m - 1) // 2 + n]")), {"test-inside": 4}),
    "valid-off-by-one": (changed("extend", EXTEND, ("full[m - 1 : n]", "full[m : n]")), {"test-inside": 4}),
    "zeros-for-edge": (changed("extend", EXTEND, ("before * x[:1] + x + behind * x[-1:]", "before * [0] + x + behind * [0]")), {"test-extend-edge": 3}),
    "wrong-wrap-side": (changed("extend", EXTEND, ("x[n - before :] + x + x[:behind]", "x[:before] + x + x[n - behind :]")), {"test-extend-wrap": 4}),
    "reflect-for-symmetric": (
        changed("extend", EXTEND, ("x[:before][::-1] + x + x[n - behind :][::-1]", "x[1 : before + 1][::-1] + x + x[n - behind - 1 : n - 1][::-1]")),
        {"test-extend-mirror": 4},
    ),
    "end-of-the-pattern": (changed("find", FIND, ("int(np.argmax(likeness))", "int(np.argmax(likeness)) + len(pattern) - 1")), {"test-find": 6}),
    "pattern-turned": (changed("find", FIND, ("pattern - pattern.mean()", "(pattern - pattern.mean())[::-1]")), {"test-find": 6, "test-find-loud": 3}),
    "loudest": (
        {"find": "def find(x, pattern):\n    return int(np.argmax([np.dot(x[s : s + len(pattern)], pattern) for s in range(len(x) - len(pattern) + 1)]))"},
        {"test-find-loud": 3},
    ),
    "matrix-transposed": (changed("matrix", MATRIX, ("return rows", "return rows.T")), {"test-matrix-shape": 3}),
    "matrix-unflipped": (changed("matrix", MATRIX, ("k] = h", "k] = h[::-1]")), {"test-matrix-values": 8}),
    "matrix-goes-round": (
        {"matrix": "def matrix(h, n):\n    full = np.zeros((n + len(h) - 1, n))\n    for k in range(n):\n        full[k : k + len(h), k] = h\n"
         "    rows = np.zeros((n, n))\n    for r in range(len(full)):\n        rows[r % n] += full[r]\n    return rows"},
        {"test-matrix-shape": 3, "test-matrix-values": 8},
    ),
    "turned-is-convolution": ({"turned": 'turned = ("convolution", "valid")'}, {"test-turned": 4}),
    "turned-is-same": ({"turned": 'turned = ("correlation", "same")'}, {"test-turned": 4}),
    "paper-without-the-flip": ({"paper": "paper = int(np.dot(FIRST, SECOND))"}, {"test-paper": 3}),
}  # fmt: skip
ADVICE = {
    "valid-is-same": ("test-inside", "invented zeros"),
    "zeros-for-edge": ("test-extend-edge", "another rule"),
    "wrong-wrap-side": ("test-extend-wrap", "wrong side"),
    "reflect-for-symmetric": ("test-extend-mirror", "that value comes twice"),
    "end-of-the-pattern": ("test-find", "count back to its first"),
    "loudest": ("test-find-loud", "loudest place"),
    "matrix-transposed": ("test-matrix-shape", "rows and columns are exchanged"),
    "matrix-unflipped": ("test-matrix-values", "this matrix correlates"),
    "turned-is-same": ("test-turned", "invents nothing"),
    "paper-without-the-flip": ("test-paper", "without the flip"),
}
