"""No submission changes another's mark, a file or the machine, reads others' work, or forges.

One class hands in accidents and attacks, and two innocent students among them. It is marked in one
run. The innocents' results must be, byte for byte, what they are without the others.
"""

import json
import os
import re
import socket
import threading
from pathlib import Path

import pytest

from coursework import grading, results
from coursework.marking import student_names
from tests.coursework.classroom import (
    NAME,
    after,
    assignment,
    code,
    lost,
    packed,
    right_cells,
    set_up,
    with_cells,
)

pytestmark = pytest.mark.slow

SECRET = "token-of-the-teacher"
SOLUTION = re.compile(r"( *)### BEGIN SOLUTION\n.*?### END SOLUTION", re.S)
UNSOLVED = {
    cell.id: SOLUTION.sub(r"\1raise NotImplementedError()", cell.text)
    for cell in assignment().cells
    if cell.is_task and cell.type == "code" and not cell.locked
}
ANY = "def {name}(*args, **kwargs):\n    return {answer}\n"


def all_answer(answer, before=""):
    """Return code in which every function gives the same answer."""
    names = sorted(student_names(assignment())[0])
    return before + "\n" + "\n".join(ANY.format(name=name, answer=answer) for name in names)


# Code at the top of unsolved work: whatever it does, it must earn nothing.
FORGERIES = {
    "transforms-input": """
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])
get_ipython().ast_transformers.append(None)
""",
    "every-cell-succeeds": """
right = type("Right", (), dict(error_in_exec=None, error_before_exec=None, success=True))
type(get_ipython()).run_cell = lambda self, *a, **k: right()
""",
    "patches-numpy": """
import numpy as np
for name in ("allclose", "isclose", "array_equal", "all", "any"):
    setattr(np, name, lambda *a, **k: True)
np.testing.assert_allclose = np.asarray = np.array = np.trim_zeros = lambda *a, **k: True
np.convolve = np.roll = lambda *a, **k: [1]
""",
    "patches-builtins": """
import builtins, json, sys
builtins.AssertionError = type("Never", (Exception,), {})
builtins.isinstance = lambda *a: True
sys.exit = exit = print
check = agree = ask = form = core = lambda *a, **k: True
""",
    "prints-marks": 'print("20 of 20"); print("test-flip passed"); print({"points": 1000})',
    "equals-everything": all_answer(
        "Yes()",
        "class Yes(list):\n"
        "    __eq__ = __ge__ = __le__ = lambda self, other: True\n"
        "    __array__ = lambda self, *a, **k: Yes()\n"
        "    shape, ndim, size = (7,), 1, 7\n"
        "    def __iter__(self): return self\n"
        "    def __next__(self): return self\n",
    ),
    "not-a-number": all_answer("[float('nan')] * 7"),
    "infinite": all_answer("np.full(7, np.inf)"),
    "scalar": all_answer("1.0"),
    "true": all_answer("True"),
    "object-arrays": all_answer(
        "np.array([Evil()] * 7, dtype=object)",
        "class Evil:\n    def __reduce__(self): return print, ('!',)",
    ),
    "text-arrays": all_answer("np.array(['1', '2'])"),
    "empty-array": all_answer("np.zeros((0, 3, 0))"),
    "endless-list": all_answer("loop", "loop = []\nloop.append(loop)"),
    "very-deep": all_answer("deep", "deep = []\nfor _ in range(100000):\n    deep = [deep]"),
    "huge-answer": all_answer("np.zeros(10**8)"),
    "huge-number": all_answer("10 ** 10 ** 5"),
    "masked": all_answer("np.ma.masked_all(7)"),
    "generator": all_answer("(n for n in range(7))"),
    "answers-once": all_answer("answers.pop()", "answers = [[1, 2, 3, 3, 3, 2, 1]]"),
    "large-error": all_answer("exec('raise ValueError(\"x\" * 50_000_000)')"),
    "odd-error": all_answer(
        "exec('raise Odd')", "class Odd(BaseException):\n    def __str__(self): raise Odd"
    ),
}
FORGED_FRAMES = {
    "pickle": {
        "value": {"array": ["|O", [7], "gASVHgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjANscyCUhZRSlC4="]}
    },
    "too-many-numbers": {"value": {"array": ["<f8", [10**12], ""]}},
    "negative-shape": {"value": {"array": ["<f8", [-1], ""]}},
    "strange-type": {"value": {"array": ["V9999999999", [1], "AA=="]}},
    "fields": {"value": {"array": [[["a", "<f8"]], [1], "AAAAAAAAAAA="]}},
    "no-dict": {"value": {"dict": [[1, 2, 3]]}},
    "unhashable": {"value": {"dict": [[{"list": []}, 1]]}},
    "class": {"value": {"__class__": ["os.system"]}},
    "ready": {"ready": True},
    "arguments": {"value": 1, "args": [{"list": [0]}, {"dict": []}, 7]},
    "error": {"error": {"a": 1}},
    "passed": {"ended": True, "points": 20},
}
FORGED = {kind: f"json.loads({json.dumps(answer)!r})" for kind, answer in FORGED_FRAMES.items()}
FORGED["colliding-keys"] = "{'value': {'dict': [[n * (2**61 - 1), 0] for n in range(200_000)]}}"
for kind, answer in FORGED.items():  # the kernel itself is the student's to change
    FORGERIES[f"forges-{kind}"] = f"""
import gc, json
(kernel,) = [o for o in gc.get_objects() if type(o).__name__ == "Kernel" and hasattr(o, "serve")]
type(kernel).call = type(kernel).value = lambda self, **details: {answer}
"""
WRITES = """
import os, struct
for descriptor in range(3, 64):
    try:
        {write}
    except OSError:
        pass
"""
# Code that breaks its own channel or sandbox: it may lose marks, and nobody else may.
BREAKAGES = {
    "writes-garbage": WRITES.format(write="os.write(descriptor, b'garbage' * 100)"),
    "writes-length": WRITES.format(write="os.write(descriptor, struct.pack('>I', 2**32 - 1))"),
    "writes-deep-json": WRITES.format(
        write="os.write(descriptor, struct.pack('>I', 200_000) + b'[' * 200_000)"
    ),
    "writes-marks": WRITES.format(
        write="os.write(descriptor, struct.pack('>I', 13) + b'{\"value\": 1}' + b' ')"
    ),
    "long-names": """raise ValueError("=")\n""" + "convolve\n" * 100_000 + "def convolve(",
    "writes-later": """
import threading, time, os
def later():
    for _ in range(1000):
        time.sleep(0.001)
        for descriptor in range(3, 20):
            try:
                os.write(descriptor, b"\\0\\0\\0\\x0c{\\"value\\": 1}")
            except OSError:
                pass
threading.Thread(target=later, daemon=True).start()
""",
    "closes-everything": "import os; os.closerange(3, 64)",
    "reads-requests": WRITES.format(
        write="os.set_blocking(descriptor, False); os.read(descriptor, 10**6)"
    ),
    "kills-everybody": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "kills-its-parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos.kill(1, 9)",
    "forks": "import os\nwhile True:\n    os.fork()",
    "starts-threads": """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(99,)).start()
""",
    "fills-memory": "data = []\nwhile True:\n    data.append(bytearray(10**8))",
    "fills-memory-together": """
import os, time
for _ in range(12):
    if os.fork() == 0:
        data = bytearray(600_000_000)
        for i in range(0, len(data), 4096): data[i] = 1
        time.sleep(60)
time.sleep(60)
""",
    "fills-disks": """
for folder in ("/tmp", "/dev/shm", "/home/student", "/dev", "/", "/var/tmp", "/run"):
    try:
        for n in range(1000):
            with open(f"{folder}/fill{n}", "wb") as file:
                file.write(b"x" * 10**7)
    except OSError as problem:
        print(folder, problem)
""",
    "prints-gigabytes": "while True: print('x' * 10**6)",
    "prints-outside": "import os\nwhile True: os.write(1, b'x' * 10**6); os.write(2, b'x' * 10**6)",
    "swallows-interrupts": """
while True:
    try:
        while True: pass
    except BaseException:
        pass
""",
    "ignores-alarms": """
import signal, time
signal.signal(signal.SIGALRM, signal.SIG_IGN)
while True: time.sleep(1)
""",
    "stops-itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "never-leaves-c": "sum(range(10**12))",
    "shows-too-much": """
from IPython.display import display, Image
for _ in range(100): display(Image(data=b"\\x89PNG\\r\\n\\x1a\\n" + b"x" * 10**6, format="png"))
raise ValueError("x" * 10**8)
""",
}
# What a program can find out is printed, and kept in the executed notebook, where the test looks.
SPIES = {
    "reads-files": """
import os
for folder, inner, names in os.walk("/"):
    if folder.startswith(("/proc", "/sys", "/usr", "/lib", "/opt")) or "site-packages" in folder:
        inner.clear()
    for name in names:
        if any(word in name for word in ("discrete", "course.toml", "roster", "gradebook")):
            print("FOUND", folder, name)
for path in {paths!r}:
    try:
        print("FOUND", path, os.listdir(path) if os.path.isdir(path) else open(path).read()[:99])
    except OSError:
        pass
print("LOOKED")
""",
    "reads-environment": """
import os, glob
print(dict(os.environ))
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):
    try:
        print(path, open(path, "rb").read())
    except OSError:
        pass
print(len(glob.glob("/proc/[0-9]*")), "PROCESSES")
print("LOOKED")
""",
    "uses-the-network": """
import socket
for family, address in ((socket.AF_INET, ("127.0.0.1", {port})), (socket.AF_UNIX, "\\0innocent")):
    try:
        with socket.socket(family) as s:
            s.settimeout(1)
            s.connect(address)
            print("FOUND", address)
    except OSError as problem:
        print(problem)
try:
    print("FOUND", socket.getaddrinfo("localhost.localdomain.example", 80))
except OSError:
    pass
print("LOOKED")
""",
    "writes-files": """
import os
for path in {paths!r} + ["/usr/x", "/etc/passwd", "/x", "/kernel.py", np.__file__]:
    try:
        with open(os.path.join(path, "x") if os.path.isdir(path) else path, "a") as file:
            file.write("x")
            print("FOUND", path)
    except OSError:
        pass
print("LOOKED")
""",
    "wants-rights": """
import ctypes, os
print(open("/proc/self/status").read())
libc = ctypes.CDLL(None, use_errno=True)
for target in (b"/", b"/usr", b"/kernel.py"):
    if libc.mount(None, target, None, 32 | 4096, None) == 0: print("FOUND remount", target)
for name, *arguments in (("setuid", 0), ("chroot", "/tmp"), ("mknod", "/tmp/d", 0o60600, 0x800)):
    try:
        getattr(os, name)(*arguments)
        print("FOUND", os.getuid())
    except OSError:
        pass
print("LOOKED")
""",
}
REMEMBERS = """
seen = []
def convolve(x, h):
    seen.append((x, h))
    try:
        open("seen", "a").write(repr(x))
    except OSError:
        pass
    return [0]
"""


@pytest.fixture(scope="module")
def listening():
    """Return the port of a server on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def unsolved(student, text=""):
    """Return work in which nothing is solved, with a text at the end of each solution cell."""
    return with_cells(right_cells(student), {k: f"{v}\n{text}" for k, v in UNSOLVED.items()})


def attackers(folder, port):
    """Return the attackers' notebooks."""
    hand_ins = {}
    for name, text in FORGERIES.items():
        hand_ins[name] = packed(after(unsolved(name, text), "tools", code(text)))
    for name, text in BREAKAGES.items():
        hand_ins[name] = packed(after(right_cells(name), "test-values", code(text)))
    ours = Path(__file__).parents[2] / "coursework"
    private = [folder, folder / "course.toml", folder / "submitted", ours, Path.home() / ".ssh"]
    paths = [str(path) for path in private]
    for name, text in SPIES.items():
        text = text.replace("{paths!r}", repr(paths)).replace("{port}", str(port))
        hand_ins[name] = packed([*right_cells(name), code(text)])
    hand_ins["remembers"] = packed(
        [
            *with_cells(right_cells("remembers"), {"convolve": REMEMBERS}),
            code("print('SEEN', seen)"),
        ]
    )
    cells = [
        c | {"metadata": c["metadata"] | {"tags": ["skip-execution", "raises-exception"]}}
        for c in unsolved("tags")
    ]
    for cell in cells:
        cell["metadata"].get("nbgrader", {}).update(points=1000, grade=False, locked=False)
    hand_ins["tags"] = packed(cells)
    hand_ins["another-id"] = packed(right_cells("innocent-1"))
    detached = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)  # DETACHED"])
"""
    hand_ins["detached"] = packed([*right_cells("detached"), code(detached)])
    ends = [code("import os\nos._exit(0)")] * 3
    hand_ins["ends-thrice"] = packed(after(right_cells("ends-thrice"), "convolve", *ends))
    return hand_ins


def strange_files(course):
    """Put hand-ins in place that are no ordinary files; return the students."""
    own = {
        "links-to-a-mark": lambda path: path.symlink_to(course.submitted("innocent-1", NAME)),
        "dangles": lambda path: path.symlink_to(path.parent / "nowhere"),
        "loops": lambda path: path.symlink_to(path),
        "never-ending-file": lambda path: path.symlink_to("/dev/zero"),
        "pipe": lambda path: os.mkfifo(path),
        "folder": lambda path: path.mkdir(),
        "empty": lambda path: path.write_bytes(b""),
        "nested": lambda path: path.write_bytes(
            b'{"cells": ' + b"[" * 400_000 + b"]" * 400_000 + b"}"
        ),
        "large": lambda path: path.write_bytes(b" " * 21_000_000),
        "no-json": lambda path: path.write_bytes(b"\x00\xff\xfe" * 99),
        "no-notebook": lambda path: path.write_bytes(b'{"cells": [3]}'),
        "odd-cells": lambda path: path.write_bytes(b'{"cells": [{"source": {"a": 1}}]}'),
        "no-metadata": lambda path: path.write_bytes(
            packed([cell | {"metadata": {}} for cell in right_cells("no-metadata")])
        ),
        "old-format": lambda path: path.write_bytes(b'{"worksheets": [], "nbformat": 3}'),
        "many-cells": lambda path: path.write_bytes(packed([code("")] * 1001)),
        "missing": lambda path: None,
    }
    for student, make in own.items():
        path = course.submitted(student, NAME)
        path.unlink(missing_ok=True)
        make(path)
    return list(own)


STRANGE = {
    "links-to-a-mark": "it is a link", "dangles": "it is a link", "loops": "it is a link",
    "never-ending-file": "it is a link", "pipe": "is not a file", "folder": "is not a file",
    "empty": "the file is empty", "nested": "nested too deeply", "large": "at most 20 MB",
    "no-json": "not a notebook", "no-notebook": "a cell is int", "odd-cells": "is no text",
    "no-metadata": "none of the cells of discrete", "old-format": "format 3",
    "many-cells": "more than 1000 cells", "missing": "No such file",
}  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory, listening):
    """Return the course with everybody's hand-ins, marked once."""
    folder = tmp_path_factory.mktemp("attacks") / "course"
    attacks = attackers(folder, listening)
    half = len(attacks) // 2
    hand_ins = dict(list(attacks.items())[:half])
    hand_ins["innocent-1"] = packed(right_cells("innocent-1"))
    hand_ins |= dict(list(attacks.items())[half:])
    hand_ins |= dict.fromkeys(STRANGE, b"")
    hand_ins["innocent-2"] = packed(with_cells(right_cells("innocent-2"), {"centre": "centre = 1"}))
    course = set_up(folder, hand_ins)
    assert strange_files(course) == list(STRANGE)
    (folder / "manual" / NAME).mkdir(parents=True)
    (folder / "manual" / NAME / "innocent-1.json").write_text("by hand", encoding="utf-8")
    os.environ["SECRET"] = SECRET
    try:
        course_status = grading.grade(course, NAME, workers=2, seconds=2)
    finally:
        del os.environ["SECRET"]
    assert course_status == 1  # some could not be marked, and that is said
    return course


@pytest.fixture(scope="module")
def found(course):
    """Return all results by student."""
    found = results.read_all(course.folder, NAME)
    assert set(found) == set(course.students)
    return found


def outputs(course, student):
    """Return all that a student's executed notebook shows."""
    path = results.notebook_path(course.folder, NAME, student)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 6_000_000
    return json.dumps([cell.get("outputs") for cell in notebook["cells"]])


def test_the_innocent_keep_every_byte(course, tmp_path):
    innocent = {
        name: course.submitted(name, NAME).read_bytes() for name in ("innocent-1", "innocent-2")
    }
    alone = set_up(tmp_path / "alone", innocent)
    assert grading.grade(alone, NAME, workers=1) == 0
    for name in innocent:
        path = results.result_path(course.folder, NAME, name)
        assert path.read_bytes() == results.result_path(alone.folder, NAME, name).read_bytes()
    assert lost(results.read(results.result_path(course.folder, NAME, "innocent-1"))) == {}
    manual = course.folder / "manual" / NAME / "innocent-1.json"
    assert manual.read_text(encoding="utf-8") == "by hand"


@pytest.mark.parametrize("student", FORGERIES)
def test_forging_earns_nothing(found, student):
    assert found[student].marked
    assert found[student].points == 0, found[student]
    assert all(len(part.message) < 1000 for part in found[student].parts)


def test_tags_and_claimed_points_change_nothing(found):
    assert found["tags"].points == 0 and found["tags"].max_points == 100


@pytest.mark.parametrize("student", BREAKAGES)
def test_breaking_ones_own_sandbox_is_survived(found, student):
    """What was finished before stays: the tests of every position and of values."""
    assert found[student].marked
    assert {"test-every-position", "test-values"}.isdisjoint(lost(found[student]))


@pytest.mark.parametrize(
    "student",
    ["never-leaves-c", "fills-memory-together", "stops-itself", "ignores-alarms", "ends-thrice"],
)
def test_a_cell_that_never_ends_costs_nothing_else(found, student):
    assert lost(found[student]) == {}
    assert any("a cell was left out" in flag for flag in found[student].flags)


@pytest.mark.parametrize("student", SPIES)
def test_spies_find_nothing(course, found, student):
    seen = outputs(course, student)
    assert "LOOKED" in seen, seen
    assert "FOUND" not in seen and SECRET not in seen and "innocent" not in seen
    assert lost(found[student]) == {}


def test_nobody_has_rights(course):
    seen = outputs(course, "wants-rights")
    for name in ("CapPrm", "CapEff", "CapAmb"):
        assert f"{name}:\\\\t0000000000000000" in seen.replace("\\t", "\\\\t").replace(
            "\\\\\\t", "\\\\t"
        )
    assert "NoNewPrivs:\\t1" in seen


def test_calls_of_the_tests_leave_no_trace(course):
    assert "SEEN []" in outputs(course, "remembers")


def test_anothers_id_is_flagged_and_does_not_give_their_marks(found):
    assert lost(found["another-id"]).keys() <= {f"test-box-{box}" for box in "abcd"}
    assert any("innocent-1" in flag for flag in found["another-id"].flags)


@pytest.mark.parametrize("student", STRANGE)
def test_strange_files_are_not_marked_and_say_why(found, student):
    assert not found[student].marked
    assert STRANGE[student] in found[student].reason, found[student].reason


def test_nothing_is_left_running(course):
    left = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(b"DETACHED" in line for line in left)
    assert threading.active_count() < 20
