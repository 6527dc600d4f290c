"""Right work for `images`, and slips with their prices."""

from tests.coursework.classroom import instead

FILTER = """\
def filter2d(picture, kernel, border):
    picture, kernel = np.asarray(picture, float), np.asarray(kernel, float)
    mode = {"zero": "constant", "edge": "edge", "wrap": "wrap"}[border]
    wide = np.pad(picture, [(m // 2, (m - 1) // 2) for m in kernel.shape], mode=mode)
    flipped = kernel[::-1, ::-1]
    result = np.zeros(picture.shape)
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            window = wide[row : row + kernel.shape[0], column : column + kernel.shape[1]]
            result[row, column] = np.sum(window * flipped)
    return result
"""
PHOTO = """\
def filter_photo(photo, kernel):
    channels = [by_spectrum(photo[:, :, channel], kernel) for channel in range(3)]
    return np.clip(np.rint(np.stack(channels, axis=2)), 0, 255).astype(np.uint8)
"""
SEPARATE = """\
def separate(kernel):
    kernel = np.asarray(kernel, float)
    i, j = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    column, row = kernel[:, j], kernel[i] / kernel[i, j]
    return (column, row) if np.allclose(np.outer(column, row), kernel) else None
"""
GRADIENT = """\
def gradient(picture):
    to_right = np.outer([1, 2, 1], [1, 0, -1])
    return by_spectrum(picture, to_right), by_spectrum(picture, to_right.T)
"""
BY_HAND = """
def taken(kernel, row, column, mode="edge"):
    wide = np.pad(PICTURE, 1, mode=mode)
    return int((wide[row : row + 3, column : column + 3] * kernel).sum())
pixels = {"middle": taken(K, 1, 2), "corner": taken(K, 0, 4)}
"""


def filtered(*pairs):
    """Return changed work on task 2."""
    return {"filter2d": instead(FILTER, *pairs)}


def kernels(change):
    """Return right kernels, changed by a line."""
    return {"kernels": ("after", change)}


OVER_THE_KERNEL = """\
def filter2d(picture, kernel, border):
    height, width = len(picture), len(picture[0])
    rows, columns = len(kernel), len(kernel[0])

    def pixel(r, c):
        if border == "wrap":
            return picture[r % height][c % width]
        if border == "edge":
            return picture[min(max(r, 0), height - 1)][min(max(c, 0), width - 1)]
        return picture[r][c] if 0 <= r < height and 0 <= c < width else 0

    a, b = (rows - 1) // 2, (columns - 1) // 2
    return [[sum(kernel[i][j] * pixel(r + a - i, c + b - j) for i in range(rows) for j in range(columns))
             for c in range(width)] for r in range(height)]
"""
SHIFTED = """\
def filter2d(picture, kernel, border):
    rows, columns = np.shape(kernel)
    picture = np.array(picture, dtype=float)
    wide = np.pad(picture, ((rows, rows), (columns, columns)), mode={"zero": "constant"}.get(border, border))
    total = 0
    for i in range(rows):
        for j in range(columns):
            moved = np.roll(wide, (i - (rows - 1) // 2, j - (columns - 1) // 2), axis=(0, 1))
            total = total + kernel[i][j] * moved
    return total[rows:-rows, columns:-columns]
"""
CHANNEL_BY_CHANNEL = """\
def filter_photo(photo, kernel):
    answer = np.empty(photo.shape)
    for channel in range(photo.shape[2]):
        answer[..., channel] = filter2d(photo[..., channel], kernel, "edge")
    answer[answer < 0] = 0
    answer[answer > 255] = 255
    return (answer + 0.5).astype("uint8")
"""
BY_RATIO = """\
def separate(kernel):
    kernel = [list(row) for row in kernel]
    for row in kernel:
        if any(row):
            first = row
            break
    place = [k for k, value in enumerate(first) if value][0]
    column = [row[place] / first[place] for row in kernel]
    for factor, row in zip(column, kernel):
        if any(abs(factor * a - b) > 1e-9 for a, b in zip(first, row)):
            return None
    return column, first
"""
BY_SVD = """\
def separate(kernel):
    u, s, v = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > 1e-9 * s[0]:
        return None
    return u[:, :1] * s[0], v[:1]
"""
SLICES = """\
def gradient(picture):
    wide = np.pad(np.asarray(picture, float), 1, mode="edge")
    across = wide[:, 2:] - wide[:, :-2]
    down = wide[2:] - wide[:-2]
    return (across[:-2] + 2 * across[1:-1] + across[2:], down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:])
"""
RIGHT = {
    "right": {},
    "over-the-kernel": {"filter2d": OVER_THE_KERNEL, "filter_photo": CHANNEL_BY_CHANNEL, "separate": BY_RATIO},
    "shifted-copies": {"filter2d": SHIFTED, "separate": BY_SVD, "gradient": SLICES},
    "renamed": {
        "filter2d": instead(FILTER, ("picture", "image"), ("border", "beyond")),
        "magnitude": "def magnitude(a, b, *, verbose=0):\n    return (a * a + b * b) ** 0.5",
    },
    "float32": {"filter2d": instead(FILTER, ("np.zeros(picture.shape)", "np.zeros(picture.shape, np.float32)"))},
    "recursive-sum": {
        "filter2d": "def add(values):\n    return values[0] + add(values[1:]) if len(values) > 1 else values[0]\n"
        + instead(FILTER, ("np.sum(window * flipped)", "add([float(v) for v in (window * flipped).ravel()])"))
    },
    "matrix": {"filter2d": instead(FILTER, ("np.sum(window * flipped)", "window.ravel() @ flipped.ravel()"))},
    "lists": {
        "filter2d": instead(FILTER, ("return result", "return result.tolist()")),
        "separate": instead(SEPARATE, ("(column, row) if", "[column.tolist(), row.tolist()] if")),
        "gradient": instead(GRADIENT, ("return by", "return np.array([by"), ("to_right.T)", "to_right.T)])")),
        "magnitude": "import math\ndef magnitude(a, b):\n    return [[math.hypot(*p) for p in zip(*r)] for r in zip(a, b)]",
        "kernels": ("after", "kernels = {name: np.asarray(kernel).tolist() for name, kernel in kernels.items()}"),
        "pixels": ("after", "pixels = {name: str(value) for name, value in pixels.items()}"),
    },
    "talkative": {
        "filter2d": "import sys\n" + instead(FILTER, ("    flipped", "    print('at work', file=sys.stderr)\n    flipped")),
        "magnitude": "check = agree = list = definition = 3\ndef magnitude(a, b):\n    return np.sqrt(a**2 + b**2)",
    },
    "one-by-one-channels": {"filter_photo": CHANNEL_BY_CHANNEL},
    "larger-kernels": kernels("kernels = {name: np.pad(kernel, 2) for name, kernel in kernels.items()}"),
    "costs-as-floats": {"costs": ("after", "costs = {name: float(value) for name, value in costs.items()}")},
}  # fmt: skip
TASK_2 = {
    "test-values": 8, "test-flip": 6, "test-axes": 4, "test-even": 4,
    "test-border-zero": 2, "test-border-edge": 3, "test-border-wrap": 3,
}  # fmt: skip
SLIPS = {
    "no-flip": (filtered(("kernel[::-1, ::-1]", "kernel")), {"test-flip": 6}),
    "no-flip-other-pad": (
        filtered(("kernel[::-1, ::-1]", "kernel"), ("(m // 2, (m - 1) // 2)", "((m - 1) // 2, m // 2)")),
        {"test-flip": 6},
    ),
    "flips-rows-only": (filtered(("kernel[::-1, ::-1]", "kernel[::-1]")), {"test-flip": 6}),
    "axes-swapped": (filtered(("np.asarray(kernel, float)", "np.asarray(kernel, float).T")), {"test-axes": 4}),
    "late-centre": (filtered(("(m // 2, (m - 1) // 2)", "((m - 1) // 2, m // 2)")), {"test-even": 4}),
    "normalised": (filtered(("return result", "return result / kernel.sum()")), {"test-values": 8}),
    "clipped": (filtered(("return result", "return result.clip(0)")), {"test-values": 8}),
    "integers": (filtered(("np.zeros(picture.shape)", "np.zeros(picture.shape, int)")), {"test-values": 8}),
    "changes-its-input": (
        filtered(("return result", "source[:] = 0\n    return result"), ("    picture, kernel", "    source = picture\n    picture, kernel")),
        {"test-values": 8},
    ),
    "only-zeros": (filtered(("mode=mode", 'mode="constant"')), {"test-border-edge": 3, "test-border-wrap": 3}),
    "reflects": (filtered(('"edge": "edge"', '"edge": "reflect"')), {"test-border-edge": 3}),
    "mirrors-for-wrap": (filtered(('"wrap": "wrap"', '"wrap": "symmetric"')), {"test-border-wrap": 3}),
    "border-left-out": (
        filtered(
            ("for row in range(picture.shape[0])", "for row in range(kernel.shape[0] // 2, picture.shape[0] - kernel.shape[0] // 2)"),
            ("for column in range(picture.shape[1])", "for column in range(kernel.shape[1] // 2, picture.shape[1] - kernel.shape[1] // 2)"),
        ),
        {"test-border-zero": 2, "test-border-edge": 3, "test-border-wrap": 3},
    ),
    "square-pictures-only": (filtered(("range(picture.shape[1])", "range(picture.shape[0])")), {"test-axes": 4}),
    "left-out": ({"filter2d": "def filter2d(picture, kernel, border):\n    raise NotImplementedError()"}, TASK_2),
    "returns-nothing": (filtered(("    return result\n", "")), TASK_2),
    "by-hand-correlated": (
        {"pixels": "K = np.array([[1, 10, 0], [100, 0, 0], [0, 0, 0]])" + BY_HAND},
        {"test-pixel-middle": 5, "test-pixel-corner": 5},
    ),
    "by-hand-zeros": (
        {"pixels": "K = np.array([[0, 0, 0], [0, 0, 100], [0, 10, 1]])"
         + BY_HAND.replace("taken(K, 0, 4)", 'taken(K, 0, 4, "constant")')},
        {"test-pixel-corner": 5},
    ),
    "by-hand-one-missing": ({"pixels": ("after", "del pixels['corner']")}, {"test-pixel-corner": 5}),
    "channels-mixed": (
        {"filter_photo": instead(PHOTO, ("np.stack(channels, axis=2)", "np.stack([sum(channels) / 3] * 3, axis=2)"))},
        {"test-photo-channels": 6, "test-photo-rounds": 4, "test-photo-range": 5, "test-photo-sum": 5},
    ),
    "cut-down": ({"filter_photo": instead(PHOTO, ("np.rint(np.stack(channels, axis=2))", "np.stack(channels, axis=2) + 1e-9"))}, {"test-photo-rounds": 4}),
    "floats": ({"filter_photo": instead(PHOTO, (".astype(np.uint8)", ""))}, {"test-photo-rounds": 4}),
    "wrapped": (
        {"filter_photo": instead(PHOTO, ("np.clip(np.rint(np.stack(channels, axis=2)), 0, 255)", "np.rint(np.stack(channels, axis=2)).astype(int)"))},
        {"test-photo-range": 5},
    ),
    "cut-too-early": (
        {"filter_photo": "def filter_photo(photo, kernel):\n"
         "    total = np.zeros(photo.shape)\n"
         "    for weight in np.unique(kernel[kernel != 0]):\n"
         "        part = np.where(kernel == weight, kernel, 0)\n"
         "        total += np.stack([by_spectrum(photo[:, :, c], part) for c in range(3)], 2).clip(0, 255)\n"
         "    return np.rint(total).clip(0, 255).astype(np.uint8)"},
        {"test-photo-sum": 5},
    ),
    "move-turned": (kernels('kernels["move"] = kernels["move"][::-1, ::-1]'), {"test-kernel-move": 3}),
    "streak-turned": (kernels('kernels["streak"] = kernels["streak"][::-1]'), {"test-kernel-streak": 3}),
    "streak-transposed": (kernels('kernels["streak"] = kernels["streak"].T'), {"test-kernel-streak": 3}),
    "streak-not-normalised": (kernels('kernels["streak"] = 1.0 * (kernels["streak"] > 0)'), {"test-kernel-streak": 3}),
    "slope-turned": (kernels('kernels["slope"] = kernels["slope"][::-1, ::-1]'), {"test-kernel-slope": 3}),
    "sharper-sum-2": (kernels('kernels["sharper"] = kernels["sharper"] * 2'), {"test-kernel-sharper": 3}),
    "diagonal-by-sum": (kernels('kernels["diagonal"] = 4 * kernels["diagonal"]'), {"test-kernel-diagonal": 3}),
    "kernel-left-out": (kernels('del kernels["slope"]'), {"test-kernel-slope": 3}),
    "factors-swapped": ({"separate": instead(SEPARATE, ("(column, row) if", "(row, column) if"))}, {"test-separate": 5}),
    "first-row-only": (
        {"separate": "def separate(kernel):\n    row = kernel[0]\n    column = kernel[:, 0] / kernel[0, 0]\n"
         "    return (column, row) if np.allclose(np.outer(column, row), kernel) else None"},
        {"test-separate": 5},
    ),
    "always-separable": ({"separate": instead(SEPARATE, (" if np.allclose(np.outer(column, row), kernel) else None", ""))}, {"test-not-separable": 3}),
    "gradient-turned": ({"gradient": instead(GRADIENT, ("[1, 0, -1]", "[-1, 0, 1]"))}, {"test-gradient": 7}),
    "gradient-exchanged": (
        {"gradient": instead(GRADIENT, ("np.outer([1, 2, 1], [1, 0, -1])", "np.outer([1, 2, 1], [1, 0, -1]).T"))},
        {"test-gradient": 7},
    ),
    "without-squares": ({"magnitude": "def magnitude(a, b):\n    return abs(a) + abs(b)"}, {"test-magnitude": 5}),
    "one-pixel": ({"costs": ("after", 'costs["whole"] = TALL * WIDE')}, {"test-cost-whole": 2}),
    "costs-multiplied": ({"costs": ("after", 'costs["two passes"] = costs["whole"]')}, {"test-cost-passes": 3}),
}  # fmt: skip
ADVICE = {
    "no-flip": ("test-flip", "without the flip"),
    "axes-swapped": ("test-axes", "rows and columns are exchanged"),
    "late-centre": ("test-even", "(m - 1) // 2"),
    "normalised": ("test-values", "divided by the sum"),
    "only-zeros": ("test-border-wrap", "four neighbours, added up"),
    "by-hand-correlated": ("test-pixel-middle", "without the flip"),
    "by-hand-zeros": ("test-pixel-corner", "this takes zeros"),
    "channels-mixed": ("test-photo-channels", "red 90, green 60 and blue 30"),
    "cut-down": ("test-photo-rounds", "cut down instead of rounded"),
    "floats": ("test-photo-rounds", "should be uint8"),
    "wrapped": ("test-photo-range", "went round"),
    "cut-too-early": ("test-photo-sum", "must stay even"),
    "move-turned": ("test-kernel-move", "opposite direction"),
    "streak-transposed": ("test-kernel-streak", "other axis"),
    "streak-not-normalised": ("test-kernel-streak", "another brightness"),
    "factors-swapped": ("test-separate", "column and row are exchanged"),
    "always-separable": ("test-not-separable", "no outer product"),
    "gradient-turned": ("test-gradient", "the sign is the opposite"),
    "gradient-exchanged": ("test-gradient", "directions are exchanged"),
    "without-squares": ("test-magnitude", "length of an arrow"),
    "one-pixel": ("test-cost-whole", "what one pixel costs"),
    "costs-multiplied": ("test-cost-passes", "added, not multiplied"),
}
