"""Right work for `layers`, and slips with their prices."""

from tests.coursework.classroom import changed, instead

FORWARD = """\
def forward(x, weight, bias, stride, padding):
    pictures, channels, height, width = x.shape
    filters, _, k, l = weight.shape
    wide = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (height + 2 * padding - k) // stride + 1
    columns = (width + 2 * padding - l) // stride + 1
    y = np.zeros((pictures, filters, rows, columns))
    for i in range(k):
        for j in range(l):
            seen = wide[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
            y += np.einsum("ncrs,fc->nfrs", seen[:, :, :rows, :columns], weight[:, :, i, j])
    return y + bias.reshape(1, -1, 1, 1)
"""
BY_PLACE = """\
def forward(x, weight, bias, stride, padding):
    filters, channels, k, l = weight.shape
    wide = np.zeros((x.shape[0], channels, x.shape[2] + 2 * padding, x.shape[3] + 2 * padding))
    wide[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]] = x
    answer = []
    for picture in wide:
        maps = []
        for f in range(filters):
            lines = []
            for r in range(0, wide.shape[2] - k + 1, stride):
                lines.append([float((picture[:, r : r + k, c : c + l] * weight[f]).sum() + bias[f])
                              for c in range(0, wide.shape[3] - l + 1, stride)])
            maps.append(lines)
        answer.append(maps)
    return answer
"""
IM2COL = """\
def forward(x, weight, bias, stride, padding):
    wide = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    seen = np.lib.stride_tricks.sliding_window_view(wide, weight.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    n, _, rows, columns = seen.shape[:4]
    table = seen.transpose(0, 2, 3, 1, 4, 5).reshape(n * rows * columns, -1)
    y = table @ weight.reshape(len(weight), -1).T + bias
    return y.reshape(n, rows, columns, -1).transpose(0, 3, 1, 2)
"""
BACKWARD = """\
def backward(grad, x, weight, stride, padding):
    k, l = weight.shape[2:]
    rows, columns = grad.shape[2:]
    wide = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad_wide, grad_weight = np.zeros(wide.shape), np.zeros(weight.shape)
    for r in range(rows):
        for c in range(columns):
            window = (slice(None), slice(None), slice(r * stride, r * stride + k), slice(c * stride, c * stride + l))
            grad_weight += np.einsum("nf,ncij->fcij", grad[:, :, r, c], wide[window])
            grad_wide[window] += np.einsum("nf,fcij->ncij", grad[:, :, r, c], weight)
    inside = grad_wide[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return inside, grad_weight, grad.sum(axis=(0, 2, 3))
"""
BY_WEIGHT = """\
def backward(grad, x, weight, stride, padding):
    rows, columns = grad.shape[2:]
    wide = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad_wide, grad_weight = 0 * wide, 0 * weight
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            place = np.s_[:, :, i : i + stride * (rows - 1) + 1 : stride, j : j + stride * (columns - 1) + 1 : stride]
            grad_weight[:, :, i, j] = np.tensordot(grad, wide[place], ((0, 2, 3), (0, 2, 3)))
            grad_wide[place] += np.moveaxis(np.tensordot(weight[:, :, i, j], grad, (0, 1)), 0, 1)
    end = (wide.shape[2] - padding, wide.shape[3] - padding)
    return [grad_wide[:, :, padding : end[0], padding : end[1]], grad_weight, np.array([g.sum() for g in grad.swapaxes(0, 1)])]
"""
NUMERICAL = """\
def numerical_gradient(f, x, step):
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[place] = step
        slopes[place] = (f(x + nudge) - f(x - nudge)) / (2 * step)
    return slopes
"""
COUNTING = """\
def output_size(n, k, stride, padding):
    return (n + 2 * padding - k) // stride + 1


def weights(channels, filters, k):
    return filters * (channels * k * k + 1)


def receptive_field(layers):
    field, jump = 1, 1
    for k, stride in layers:
        field, jump = field + (k - 1) * jump, jump * stride
    return field
"""
POOLING = """\
def pool(x, size):
    pictures, channels, height, width = x.shape
    rows, columns = height // size, width // size
    windows = x[:, :, : rows * size, : columns * size].reshape(pictures, channels, rows, size, columns, size)
    return windows.max(axis=(3, 5))


def pool_backward(grad, x, size):
    result = np.zeros(x.shape)
    for place in np.ndindex(grad.shape):
        n, c, r, s = place
        window = x[n, c, r * size : (r + 1) * size, s * size : (s + 1) * size]
        i, j = np.unravel_index(window.argmax(), window.shape)
        result[n, c, r * size + i, s * size + j] = grad[place]
    return result
"""
BY_REPEATING = """\
def pool(x, size):
    rows, columns = x.shape[2] // size, x.shape[3] // size
    return [[[[max(float(v) for v in m[r * size : (r + 1) * size, c * size : (c + 1) * size].ravel()) for c in range(columns)]
              for r in range(rows)] for m in picture] for picture in x]


def pool_backward(grad, x, size):
    whole = np.zeros(x.shape)
    h, w = grad.shape[2] * size, grad.shape[3] * size
    largest = np.array(pool(x, size)).repeat(size, 2).repeat(size, 3)
    whole[:, :, :h, :w] = np.where(x[:, :, :h, :w] == largest, grad.repeat(size, 2).repeat(size, 3), 0)
    return whole
"""
IN_PLACE = """\
def numerical_gradient(f, x, step):
    x = np.array(x, dtype=float)
    flat, slopes = x.reshape(-1), []
    for k in range(flat.size):
        old = flat[k]
        flat[k] = old + step
        up = f(x)
        flat[k] = old - step
        down = f(x)
        flat[k] = old
        slopes.append((up - down) / (2 * step))
    return np.array(slopes).reshape(x.shape)
"""
FIELD_BACKWARDS = """\
def receptive_field(layers):
    return 1 if not layers else field_of(layers)


def field_of(layers):
    size = 1
    for k, stride in reversed(layers):
        size = (size - 1) * stride + k
    return size
"""


RIGHT = {
    "right": {},
    "by-place": {"forward": BY_PLACE, "backward": BY_WEIGHT, "pooling": BY_REPEATING},
    "im2col": {"forward": IM2COL, "numerical_gradient": IN_PLACE},
    "field-backwards": {"counting": COUNTING[: COUNTING.index("def receptive")] + FIELD_BACKWARDS},
    "renamed": {
        "forward": instead(FORWARD, ("weight", "kernels")),
        "backward": instead(BACKWARD, ("weight", "w")),
    },
    "float32": changed("forward", FORWARD, ("np.zeros((pictures, filters, rows, columns))", "np.zeros((pictures, filters, rows, columns), np.float32)")),
    "lists": {
        "backward": instead(BACKWARD, ("return inside, grad_weight, grad.sum(axis=(0, 2, 3))", "return inside.tolist(), grad_weight.tolist(), grad.sum(axis=(0, 2, 3)).tolist()")),
        "numerical_gradient": instead(NUMERICAL, ("return slopes", "return slopes.tolist()")),
        "mine": ("after", "mine = {name: float(value) for name, value in mine.items()}"),
    },
    "bias-with-axes": changed("backward", BACKWARD, ("grad.sum(axis=(0, 2, 3))", "grad.sum(axis=(0, 2, 3)).reshape(-1, 1)")),
    "talkative": {
        "forward": "import sys, warnings\n" + instead(FORWARD, ("    y = np", "    print(rows, file=sys.stderr); warnings.warn('slow')\n    y = np")),
        "pooling": "check = agree = share = case = 3\n" + POOLING,
    },
    "helper-in-a-cell-of-its-own": {
        "numerical_gradient": NUMERICAL.replace("(f(x + nudge) - f(x - nudge)) / (2 * step)", "slope(f, x, nudge, step)")
        + "\n\nslope = lambda f, x, nudge, step: (f(x + nudge) - f(x - nudge)) / step / 2"
    },
    "sizes-by-counting": changed("counting", COUNTING, ("(n + 2 * padding - k) // stride + 1", "len(range(0, n + 2 * padding - k + 1, stride))")),
}  # fmt: skip
FORWARD_PARTS = {
    "test-forward-shape": 5,
    "test-forward-values": 6,
    "test-forward-channels": 6,
    "test-forward-bias": 3,
    "test-forward-stride": 5,
}
BACKWARD_PARTS = {
    "test-grad-weight": 8,
    "test-grad-input": 8,
    "test-grad-bias": 4,
    "test-grad-stride": 6,
    "test-grad-padding": 4,
}
SLIPS = {
    "flipped": (changed("forward", FORWARD, ("weight[:, :, i, j]", "weight[:, :, k - 1 - i, l - 1 - j]")), {"test-forward-values": 6}),
    "rounded-up": (
        changed("forward", FORWARD, ("(height + 2 * padding - k) // stride", "-(-(height + 2 * padding - k) // stride)"),
                ("    for i in", "    wide = np.pad(wide, ((0, 0), (0, 0), (0, stride), (0, stride)))\n    for i in")),
        {"test-forward-shape": 5, "test-forward-stride": 5},
    ),
    "channels-swapped": (changed("forward", FORWARD, ('"ncrs,fc->nfrs"', '"ncrs,cf->nfrs"')), {"test-forward-channels": 6}),
    "first-channel-only": (
        changed("forward", FORWARD, ('np.einsum("ncrs,fc->nfrs", seen[:, :, :rows, :columns], weight[:, :, i, j])', "seen[:, :1, :rows, :columns] * weight[None, :, 0, i, j, None, None]")),
        {"test-forward-channels": 6},
    ),
    "no-bias": (changed("forward", FORWARD, (" + bias.reshape(1, -1, 1, 1)", "")), {"test-forward-bias": 3}),
    "bias-on-columns": (changed("forward", FORWARD, ("bias.reshape(1, -1, 1, 1)", "bias.sum()")), {"test-forward-bias": 3}),
    "no-stride": (changed("forward", FORWARD, ("    pictures, ch", "    stride = 1\n    pictures, ch")), {"test-forward-shape": 5, "test-forward-stride": 5}),
    "forward-left-out": ({"forward": "def forward(x, weight, bias, stride, padding):\n    raise NotImplementedError()"}, FORWARD_PARTS),
    "weights-flipped": (
        changed("backward", BACKWARD, ("return inside, grad_weight,", "return inside, grad_weight[:, :, ::-1, ::-1],")),
        {"test-grad-weight": 8},
    ),
    "weights-meaned": (changed("backward", BACKWARD, ("return inside, grad_weight,", "return inside, grad_weight / len(x),")), {"test-grad-weight": 8}),
    "input-flipped": (changed("backward", BACKWARD, ("grad[:, :, r, c], weight)", "grad[:, :, r, c], weight[:, :, ::-1, ::-1])")), {"test-grad-input": 8}),
    "input-meaned": (changed("backward", BACKWARD, ("return inside,", "return inside / len(x),")), {"test-grad-input": 8}),
    "bias-over-the-batch": (changed("backward", BACKWARD, ("grad.sum(axis=(0, 2, 3))", "grad.sum(axis=0)")), {"test-grad-bias": 4}),
    "bias-meaned": (changed("backward", BACKWARD, ("grad.sum(axis=(0, 2, 3))", "grad.mean(axis=(0, 2, 3))")), {"test-grad-bias": 4}),
    "bias-per-picture": (changed("backward", BACKWARD, ("grad.sum(axis=(0, 2, 3))", "grad.sum(axis=(0, 2, 3)) / len(x)")), {"test-grad-bias": 4}),
    "stride-ignored": (changed("backward", BACKWARD, ("    k, l", "    stride = 1\n    k, l")), {"test-grad-stride": 6}),
    "padding-kept": (changed("backward", BACKWARD, ("return inside,", "return grad_wide,")), {"test-grad-padding": 4}),
    "padding-forgotten": (changed("backward", BACKWARD, ("    k, l", "    padding = 0\n    k, l"), ("    rows, columns = grad.shape[2:]", "    rows, columns = (min(g, n - m + 1) for g, n, m in zip(grad.shape[2:], x.shape[2:], (k, l)))")), {"test-grad-padding": 4}),
    "backward-left-out": ({"backward": "def backward(grad, x, weight, stride, padding):\n    raise NotImplementedError()"}, BACKWARD_PARTS),
    "one-sided": (changed("numerical_gradient", NUMERICAL, ("(f(x + nudge) - f(x - nudge)) / (2 * step)", "(f(x + nudge) - f(x)) / step")), {"test-numerical": 6}),
    "nudged-for-good": (
        {"numerical_gradient": instead(IN_PLACE, ("    x = np.array(x, dtype=float)\n", ""), ("        flat[k] = old\n", "")),
         "suspects": "suspects = {name: 'right' if agree(a, times * np.cos(POINT)) else 'wrong' for name, a in SUSPECTS.items()}"},
        {"test-numerical": 6},
    ),
    "wrong-suspects": ({"suspects": 'suspects = dict(A="right", B="right", C="right")'}, {"test-suspects": 4}),
    "ceiling": (
        {"counting": instead(COUNTING, ("(n + 2 * padding - k) // stride + 1", "-(-(n + 2 * padding - k) // stride) + 1")),
         "mine": ("after", 'mine["rows"] = SIZE\nfor _, _, k, s, p in NETWORK: mine["rows"] = (mine["rows"] + 2 * p - k) // s + 1')},
        {"test-sizes": 4},
    ),
    "fractions": (
        {"counting": instead(COUNTING, ("(n + 2 * padding - k) // stride + 1", "(n + 2 * padding - k) / stride + 1")),
         "mine": ("after", 'mine["rows"] = SIZE\nfor _, _, k, s, p in NETWORK: mine["rows"] = (mine["rows"] + 2 * p - k) // s + 1')},
        {"test-sizes": 4},
    ),
    "no-biases": (
        {"counting": instead(COUNTING, ("channels * k * k + 1", "channels * k * k")),
         "mine": ("after", 'mine["weights"] += sum(layer[1] for layer in NETWORK)')},
        {"test-weights": 3},
    ),
    "one-channel": (
        {"counting": instead(COUNTING, ("channels * k * k + 1", "k * k + 1")),
         "mine": ("after", 'mine["weights"] = sum(f * (c * k * k + 1) for c, f, k, *_ in NETWORK)')},
        {"test-weights": 3},
    ),
    "no-jumps": (changed("counting", COUNTING, ("(k - 1) * jump", "(k - 1)")), {"test-field": 5, "test-mine-field": 3}),
    "own-stride": (changed("counting", COUNTING, ("field + (k - 1) * jump, jump * stride", "field + (k - 1) * jump * stride, jump * stride")), {"test-field": 5, "test-mine-field": 3}),
    "mine-without-biases": ({"mine": ("after", 'mine["weights"] -= sum(layer[1] for layer in NETWORK)')}, {"test-mine-weights": 2}),
    "mine-missing": ({"mine": ("after", 'del mine["rows"]')}, {"test-mine-rows": 3}),
    "averaged": (changed("pooling", POOLING, ("windows.max(", "windows.mean(")), {"test-pool": 5}),
    "spread": (changed("pooling", POOLING, ("result[n, c, r * size + i, s * size + j] = grad[place]", "result[n, c, r * size : (r + 1) * size, s * size : (s + 1) * size] = grad[place]")), {"test-pool-backward": 7}),
    "spread-meaned": (changed("pooling", POOLING, ("result[n, c, r * size + i, s * size + j] = grad[place]", "result[n, c, r * size : (r + 1) * size, s * size : (s + 1) * size] = grad[place] / size**2")), {"test-pool-backward": 7}),
    "fits-only": (changed("pooling", POOLING, ("rows, columns = height // size, width // size", "assert height % size == width % size == 0\n    rows, columns = height // size, width // size")), {"test-pool-rest": 3}),
}  # fmt: skip
ADVICE = {
    "flipped": ("test-forward-values", "without the flip"),
    "rounded-up": ("test-forward-shape", "cut down to a whole number"),
    "first-channel-only": ("test-forward-channels", "takes only one of them"),
    "no-bias": ("test-forward-bias", "the bias is missing"),
    "weights-flipped": ("test-grad-weight", "turned round"),
    "weights-meaned": ("test-grad-weight", "gradients add up, too"),
    "input-flipped": ("test-grad-input", "in the wrong order"),
    "bias-over-the-batch": ("test-grad-bias", "adds up all of these"),
    "bias-meaned": ("test-grad-bias", "gradients add up, too"),
    "stride-ignored": ("test-grad-stride", "stride is ignored"),
    "padding-kept": ("test-grad-padding", "frame of zeros"),
    "one-sided": ("test-numerical", "one side only"),
    "ceiling": ("test-sizes", "cut down to a whole number"),
    "no-biases": ("test-weights", "has a bias, too"),
    "one-channel": ("test-weights", "for each channel"),
    "no-jumps": ("test-field", "as wide as all strides before it"),
    "own-stride": ("test-mine-field", "not its own"),
    "averaged": ("test-pool", "mean of each window"),
    "spread": ("test-pool-backward", "it alone gets the gradient"),
}
