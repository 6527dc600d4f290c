"""Right solutions of `discrete` earn all points; each slip costs its own price and no other."""

import pytest

from coursework.assignment import assignments, load
from tests.coursework.classroom import (
    after,
    assignment,
    code,
    id_of,
    lost,
    marked,
    packed,
    right_cells,
    with_cells,
)

pytestmark = pytest.mark.slow

LOOPS = """\
def convolve(x, h):
    result = np.zeros(len(x) + len(h) - 1)
    for k in range(len(x)):
        for j in range(len(h)):
            {line}
    return {answer}
"""


def loops(line="result[k + j] += x[k] * h[j]", answer="result", before=""):
    """Return the usual solution with one line of it changed."""
    text = LOOPS.format(line=line, answer=answer)
    return text.replace("    for k", f"{before}    for k") if before else text


TASK_1 = {"test-every-position": 6, "test-values": 9, "test-flip": 12, "test-manners": 3}
UNFLIPPED = loops("result[k + len(h) - 1 - j] += x[k] * h[j]")
EXCHANGED = """
swap = {"convolution": "correlation", "correlation": "convolution"}
boxes = {box: (swap[kind], border) for box, (kind, border) in boxes.items()}
"""

# name -> (what is changed, the points that it costs)
RIGHT = {
    "right": {},
    "for-lists-only": {
        "convolve": "def convolve(x, h):\n"
        "    padded = [0] * (len(h) - 1) + x + [0] * (len(h) - 1)\n"
        "    turned = h[::-1]\n"
        "    return [sum(padded[n + k] * turned[k] for k in range(len(h)))\n"
        "            for n in range(len(x) + len(h) - 1)]"
    },
    "says-much": {
        "convolve": "import sys, warnings\n"
        + loops(
            "print(k, file=sys.stderr); warnings.warn('slow'); result[k + j] += x[k] * h[j]",
        )
    },
    "shows-progress": {
        "convolve": "from tqdm import tqdm\n"
        + loops().replace("in range(len(x))", "in tqdm(range(len(x)))")
    },
    "own-names": {
        "convolve": "check = agree = list = ask = 3\n" + loops(),
        "centre": "core = form = share = ADVICE = None\n"
        "def centre(full, m):\n    first = (m - 1) // 2\n"
        "    return full[first : first + len(full) - m + 1]",
    },
    "float32": {"convolve": loops().replace("- 1)\n", "- 1, dtype=np.float32)\n", 1)},
    "reverses-a-copy": {
        "correlate": "def correlate(x, h):\n    h = h.copy()\n    h.reverse()\n"
        "    return convolve(x, h)"
    },
    "recursive": {
        "convolve": "def convolve(x, h):\n"
        "    x, h = list(x), list(h)\n"
        "    if len(x) == 1:\n        return [x[0] * weight for weight in h]\n"
        "    rest = [0] + list(convolve(x[1:], h))\n"
        "    first = [x[0] * weight for weight in h] + [0] * (len(x) - 1)\n"
        "    return [a + b for a, b in zip(first, rest)]"
    },
    "matrix": {
        "convolve": "def convolve(x, h):\n"
        "    matrix = np.array([[h[n - k] if 0 <= n - k < len(h) else 0 for k in range(len(x))]\n"
        "                       for n in range(len(x) + len(h) - 1)])\n"
        "    return matrix @ np.array(x)"
    },
    "renamed-arguments": {
        "convolve": "def convolve(signal, kernel, *, verbose=False):\n"
        + loops()
        .split("\n", 1)[1]
        .replace("x", "signal")
        .replace("h)", "kernel)")
        .replace("h[", "kernel[")
    },
    "returns-lists": {
        "convolve": loops(answer="result.tolist()"),
        "centre": "def centre(full, m):\n"
        "    return list(full)[(m - 1) // 2 :][: len(full) - m + 1]",
    },
    "own-correlation": {
        "correlate": "def correlate(x, h):\n"
        "    x, h = [0] * (len(h) - 1) + list(x) + [0] * (len(h) - 1), list(h)\n"
        "    return [sum(a * b for a, b in zip(x[n:], h)) for n in range(len(x) - len(h) + 1)]"
    },
    "words-in-capitals": {
        "boxes": "boxes = {box: [a.upper() + ' ', b.title()] for box, (a, b) in boxes.items()}"
    },
}
SLIPS = {
    "no-flip": ({"convolve": UNFLIPPED}, {"test-flip": 12}),
    "no-flip-and-trusted": ({"convolve": UNFLIPPED, "boxes": EXCHANGED}, {"test-flip": 12}),
    "no-flip-with-dot": (
        {
            "convolve": "def convolve(x, h):\n"
            "    padded = np.concatenate([np.zeros(len(h) - 1), x, np.zeros(len(h) - 1)])\n"
            "    return np.array([np.dot(padded[n : n + len(h)], h)\n"
            "                     for n in range(len(x) + len(h) - 1)])",
            "correlate": "def correlate(x, h):\n    return convolve(x, h)",
        },
        {"test-flip": 12},
    ),
    "truncated": ({"convolve": loops(answer="result[: len(x)]")}, {"test-every-position": 6}),
    "stops-early": (
        {
            "convolve": "def convolve(x, h):\n"
            "    result = np.zeros(len(x) + len(h) - 1)\n"
            "    for n in range(len(x)):\n        for k in range(n + 1):\n"
            "            if n - k < len(h):\n                result[n] += x[k] * h[n - k]\n"
            "    return result"
        },
        {"test-every-position": 6},
    ),
    "wrong-tail": (
        {"convolve": loops(answer="np.concatenate([result[: len(x)], 2 * result[len(x) :]])")},
        {"test-every-position": 6},
    ),
    "tail-averaged": (
        {"convolve": loops(answer="np.concatenate([result[: len(x)], result[len(x) :][::-1]])")},
        {"test-every-position": 6},
    ),
    "unflipped-tail": (
        {
            "convolve": UNFLIPPED.replace("def convolve", "def other")
            + loops(answer="np.concatenate([result[: len(x)], other(x, h)[len(x) :]])")
        },
        {"test-every-position": 6},
    ),
    "shifted-by-one": (
        {"convolve": loops(answer="np.concatenate([[0], result[:-1]])")},
        {"test-every-position": 6},
    ),
    "shifted-round": ({"convolve": loops(answer="np.roll(result, 1)")}, {"test-every-position": 6}),
    "starts-at-one": (
        {"convolve": loops(answer="np.concatenate([result[1:], [0]])")},
        {"test-every-position": 6},
    ),
    "one-too-long": (
        {"convolve": loops(answer="np.concatenate([result, [0]])")},
        {"test-every-position": 6},
    ),
    "normalised": ({"convolve": loops(answer="result / sum(h)")}, {"test-values": 9}),
    "integers": ({"convolve": loops().replace("- 1)", "- 1, dtype=int)", 1)}, {"test-manners": 3}),
    "integers-of-input": (
        {"convolve": loops().replace("- 1)", "- 1, dtype=np.asarray(x).dtype)", 1)},
        {"test-manners": 3},
    ),
    "changes-its-input": (
        {"convolve": loops("result[k + j] += x[k] * h[j]\n        x[k] = 0")},
        {"test-manners": 3},
    ),
    "turns-its-kernel": (
        {"convolve": loops(before="    h.sort() if list(h) == [1, 0.5, 1] else None\n")},
        {"test-manners": 3},
    ),
    "for-arrays-only": (
        {
            "convolve": "def convolve(x, h):\n    result = np.zeros(x.size + h.size - 1)\n"
            "    for k in range(x.size):\n        result[k : k + h.size] += x[k] * h\n"
            "    return result"
        },
        {"test-manners": 3},
    ),
    "returns-nothing": ({"convolve": loops().replace("    return result\n", "")}, TASK_1),
    "prints-instead": ({"convolve": loops().replace("return result", "print(result)")}, TASK_1),
    "left-out": ({"convolve": "def convolve(x, h):\n    raise NotImplementedError()"}, TASK_1),
    "syntax-error": ({"convolve": "def convolve(x, h)\n    return x"}, TASK_1),
    "named-otherwise": ({"convolve": loops().replace("def convolve", "def convolution")}, TASK_1),
    "late-start": (
        {"centre": "def centre(full, m):\n    return full[m // 2 : m // 2 + len(full) - m + 1]"},
        {"test-centre-even": 6},
    ),
    "cut-at-both-ends": (
        {"centre": "def centre(full, m):\n    s = (m - 1) // 2\n    return full[s:-s]"},
        {"test-centre-odd": 4, "test-centre-even": 6},
    ),
    "correlate-is-convolve": (
        {"correlate": "def correlate(x, h):\n    return convolve(x, h)"},
        {"test-correlate": 6},
    ),
    "correlate-left-out": (
        {"correlate": "def correlate(x, h):\n    raise NotImplementedError()"},
        {"test-correlate": 6},
    ),
    "two-boxes-exchanged": (
        {"boxes": 'boxes["A"], boxes["B"] = boxes["B"], boxes["A"]'},
        {"test-box-a": 3, "test-box-b": 3},
    ),
    "one-box-left-out": ({"boxes": 'del boxes["C"]'}, {"test-box-c": 3}),
    "one-box-misspelt": ({"boxes": 'boxes["D"] = ("convolve", "zero")'}, {"test-box-d": 3}),
    "all-names-exchanged": (
        {"boxes": EXCHANGED},
        {f"test-box-{box}": 3 for box in "abcd"},
    ),
    "endless": ({"convolve": "def convolve(x, h):\n    while True:\n        pass"}, TASK_1),
    "endless-and-deaf": (
        {
            "convolve": "import time\ndef convolve(x, h):\n    while True:\n"
            "        try:\n            time.sleep(9)\n"
            "        except BaseException:\n            pass"
        },
        TASK_1,
    ),
    "dies": ({"convolve": "import os\ndef convolve(x, h):\n    os._exit(0)"}, TASK_1),
}
# These cost nothing, and are pointed out to the teacher: the task asks for loops.
SHORTCUTS = {
    "numpy": "def convolve(x, h):\n    return np.convolve(x, h)",
    "alias": "quick = np.convolve\ndef convolve(x, h):\n    return quick(x, h)",
    "imported": "from numpy import convolve as c\ndef convolve(x, h):\n    return c(x, h)",
    "polymul": "def convolve(x, h):\n    return np.polymul(x, h)",
    "poly1d": "def convolve(x, h):\n    return (np.poly1d(x) * np.poly1d(h)).coeffs",
    "fft": "def convolve(x, h):\n    n = len(x) + len(h) - 1\n"
    "    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)",
    "core": "def helper(x, h):\n    return np._core.multiarray.correlate(x, h[::-1], 2)\n"
    "def convolve(x, h):\n    return helper(np.array(x), np.array(h))",
    "hidden-name": "def convolve(x, h):\n    return getattr(np, 'con' + 'volve')(x, h)",
    "subprocess": "import subprocess, sys, json\ndef convolve(x, h):\n"
    "    program = f'x, h = {list(x)}, {list(h)}\\ny = [0] * (len(x) + len(h) - 1)\\n'\n"
    "    program += 'for k in range(len(x)):\\n'\n"
    "    program += ' for j in range(len(h)): y[k + j] += x[k] * h[j]\\n'\n"
    "    program += 'print(y)'\n"
    "    return json.loads(subprocess.check_output([sys.executable, '-IS', '-c', program]))",
}
ADVICE = {
    "no-flip": ("test-flip", "without the flip"),
    "late-start": ("test-centre-even", "(m - 1) // 2"),
    "cut-at-both-ends": ("test-centre-odd", "full[s:-s] is empty"),
    "correlate-is-convolve": ("test-correlate", "this is convolution again"),
    "changes-its-input": ("test-manners", "changed its first argument"),
    "integers": ("test-manners", "array of integers"),
    "normalised": ("test-values", "divided by the sum of the kernel"),
    "shifted-by-one": ("test-every-position", "at the end two ones overlap"),
    "returns-nothing": ("test-values", "returns nothing"),
    "left-out": ("test-values", "`convolve` is not written yet"),
    "syntax-error": ("test-flip", "SyntaxError: expected ':' (line 1)"),
    "named-otherwise": ("test-flip", "`convolve` is not defined anywhere"),
    "one-box-left-out": ("test-box-c", "boxes has no entry 'C'"),
    "one-box-misspelt": ("test-box-d", "say convolution or correlation, not 'convolve'"),
    "endless": ("test-values", "a loop without an end"),
    "dies": ("test-values", "ended Python"),
}


def work(student, changes):
    """Return right work in which cells are changed; boxes, after they have been found."""
    cells = right_cells(student)
    if "boxes" in changes:
        cells = after(cells, "boxes", code(changes["boxes"]))
    return packed(with_cells(cells, {k: v for k, v in changes.items() if k != "boxes"}))


def other_shapes():
    """Return right work in notebooks of another shape than the one handed out."""
    cells = right_cells("moved")
    tests = [cell for cell in cells if id_of(cell).startswith("test-")]
    others = [cell for cell in cells if cell not in tests]
    yield "moved", packed(others + tests)
    cells = right_cells("doubled")
    yield "doubled", packed([copy for cell in cells for copy in (cell, cell)])
    cells = right_cells("tests-deleted")
    yield "tests-deleted", packed([c for c in cells if not id_of(c).startswith("test-")])
    cells = right_cells("tests-as-text")
    kinds = {"test-flip": "markdown", "test-values": "raw", "convolve": "markdown"}
    yield (
        "tests-as-text",
        packed([c | {"cell_type": kinds.get(id_of(c), c["cell_type"])} for c in cells]),
    )
    cells = with_cells(
        right_cells("tests-edited"), {"test-flip": "assert False", "tools": "ask = 1"}
    )
    yield "tests-edited", packed(cells)
    cells = right_cells("foreign-cell")
    yield (
        "foreign-cell",
        packed(
            after(cells, "convolve", code("assert False", grade_id="another-course", points=1000))
        ),
    )
    cells = [{k: v for k, v in c.items()} for c in right_cells("other-tools")]
    rest = {"metadata": {"kernelspec": {"name": "ir", "language": "R"}, "colab": {"x": []}}}
    yield "other-tools", packed(
        [c | {"source": c["source"].splitlines(keepends=True), "id": 7} for c in cells],
        nbformat_minor=4, **rest,
    )  # fmt: skip
    cells = with_cells(right_cells("split"), {"convolve": loops()})
    head, _, tail = loops().partition("def convolve")
    yield (
        "split",
        packed(
            after(
                with_cells(cells, {"convolve": "half = 2"}), "convolve", code("def convolve" + tail)
            )
        ),
    )
    text = packed(right_cells("encodings"), more="é").decode()
    yield "bom", ("\ufeff" + text.replace("encodings", "bom")).encode("utf-8")
    yield "utf-16", text.replace("encodings", "utf-16").encode("utf-16")
    yield (
        "latin-1",
        text.replace("encodings", "latin-1").replace("—", "-").encode("latin-1", "replace"),
    )
    endings = {
        "exits": "exit()",
        "raises-exit": "raise SystemExit(3)",
        "quits": "import os\nos._exit(0)",
        "crashes": "import ctypes\nctypes.string_at(0)",
        "kills": "import os\nos.kill(os.getpid(), 9)",
    }
    for name, ending in endings.items():
        yield name, packed(after(right_cells(name), "test-flip", code(ending)))
    cells = right_cells("never-ends")
    yield "never-ends", packed([*cells, code("total = sum(range(10**12))")])


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the results of the whole class, marked in one run."""
    changed = RIGHT | {name: changes for name, (changes, _) in SLIPS.items()}
    changed |= {name: {"convolve": text} for name, text in SHORTCUTS.items()}
    hand_ins = {name: work(name, changes) for name, changes in changed.items()}
    hand_ins |= dict(other_shapes())
    unsolved = {
        c.id: "raise NotImplementedError()"
        for c in assignment().cells
        if c.is_task and not c.locked
    }
    hand_ins["unsolved"] = work("unsolved", unsolved | {"boxes": "boxes = {}"})
    status, found = marked(
        tmp_path_factory.mktemp("prices") / "course", hand_ins, workers=2, seconds=6
    )
    assert status == 0 and list(found) == sorted(hand_ins)
    return found


@pytest.mark.parametrize("student", [*RIGHT, *SHORTCUTS, *dict(other_shapes())])
def test_right_work_earns_all_points(results, student):
    assert lost(results[student]) == {}, [part.message for part in results[student].parts]


@pytest.mark.parametrize("student", RIGHT)
def test_nobody_is_told_to_look_at_work_with_loops(results, student):
    assert results[student].flags == []


@pytest.mark.parametrize("student", SHORTCUTS)
def test_the_teacher_is_told_of_work_without_loops(results, student):
    assert any("asks for loops" in flag for flag in results[student].flags)


@pytest.mark.parametrize("student", SLIPS)
def test_a_slip_costs_its_price_and_no_more(results, student):
    found = results[student]
    assert lost(found) == SLIPS[student][1], [part.message for part in found.parts]


@pytest.mark.parametrize("student", ADVICE)
def test_the_message_names_the_slip(results, student):
    part, words = ADVICE[student]
    messages = {part.id: part.message for part in results[student].parts}
    assert words in messages[part]
    assert "HIDDEN" not in messages[part]


def test_the_unsolved_version_earns_nothing(results):
    assert results["unsolved"].points == 0 and results["unsolved"].max_points == 100


def test_all_assignments_can_be_loaded():
    assert [load(name).name for name in assignments()] == assignments() != []
