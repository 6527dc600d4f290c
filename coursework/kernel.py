"""The student's side of the pipe: the small kernel that runs their cells inside the sandbox.

It needs nothing of this package, for in the sandbox there is nothing of it. The marker sends one
request at a time on standard input, the answer goes to standard output. Each is four bytes of
length and then JSON. Arrays travel as their bytes, and nothing ever as a pickle.

The student's code can change everything in here. Hence the marker believes nothing of an answer,
except that this is what the student's program says.
"""

from __future__ import annotations

import base64
import io
import json
import math
import os
import resource
import signal
import struct
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress

import numpy as np

MAX_FRAME = 16_000_000  # bytes of one request or answer
MAX_OUTPUT = 200_000  # characters that one cell may print and show
PATIENCE = 2.0  # seconds that an interrupted program has to come to its end
MAX_DEPTH = 40  # of lists in lists
MAX_KEYS = 10_000  # of a dictionary or set: keys can be chosen so that each is slower than the last

BUILDS = {"list": list, "tuple": tuple, "set": set}

# Plain data --------------------------------------------------------------------------------------


def encode(value: object, depth: int = 0) -> object:
    """Return a value in the form in which it travels; numbers, text and None are themselves.

    Raises
    ------
    TypeError
        If the value is not made of numbers, text, lists, tuples, sets, dictionaries and arrays.
    """
    if depth > MAX_DEPTH:
        raise TypeError(f"data nested more than {MAX_DEPTH} deep")
    if (
        value is None
        or isinstance(value, (bool, int, float, str))
        and not isinstance(value, np.generic)
    ):
        return value
    if isinstance(value, complex) and not isinstance(value, np.generic):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, dict):
        pairs = [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()]
        return {"dict": pairs}
    for name, kind in BUILDS.items():
        if isinstance(value, kind):
            return {name: [encode(item, depth + 1) for item in value]}
    if hasattr(value, "__array__"):
        return encode_array(np.asarray(value), scalar=isinstance(value, np.generic))
    raise TypeError(f"a {type(value).__name__} is neither number, text, list, dictionary nor array")


def encode_array(array: np.ndarray, scalar: bool) -> object:
    """Return an array of numbers as its type, shape and bytes; one of text or objects as lists."""
    if array.dtype.kind not in "biufc":
        return encode(array.tolist())
    if array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):
        array = array.astype(complex if array.dtype.kind == "c" else float)
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
    return {"scalar" if scalar else "array": [array.dtype.str, list(array.shape), data]}


def decode(data: object, depth: int = 0) -> object:
    """Return the value that `encode` has packed; anything else raises some exception."""
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if not isinstance(data, dict) or len(data) != 1 or depth > MAX_DEPTH:
        raise ValueError("no plain data")
    ((kind, content),) = data.items()
    if not isinstance(content, list) or kind in ("dict", "set") and len(content) > MAX_KEYS:
        raise ValueError("no plain data")
    if kind in ("array", "scalar"):
        array = decode_array(*content)
        return array[()] if kind == "scalar" else array
    if kind == "complex":
        return complex(*map(float, content))
    if kind == "dict":
        return {decode(key, depth + 1): decode(value, depth + 1) for key, value in content}
    return BUILDS[kind](decode(item, depth + 1) for item in content)


def decode_array(dtype: str, shape: list[int], data: str) -> np.ndarray:
    """Return an array of numbers; its size is that of the bytes that came, never more."""
    if not isinstance(dtype, str) or len(dtype) > 4:
        raise ValueError("no plain data")
    kind = np.dtype(dtype)
    if (
        kind.kind not in "biufc"
        or len(shape) > 32
        or not all(type(n) is int and n >= 0 for n in shape)
    ):
        raise ValueError("no plain data")
    content = base64.b64decode(data, validate=True)
    if math.prod(shape) * kind.itemsize != len(content):
        raise ValueError("no plain data")
    return np.frombuffer(bytearray(content), dtype=kind).reshape(shape)


def frame(message: dict) -> bytes:
    """Return a message as it is sent: its length, and then JSON."""
    data = json.dumps(message).encode("utf-8")
    if len(data) > MAX_FRAME:
        raise ValueError(
            f"{len(data) / 1e6:.0f} MB of data; at most {MAX_FRAME / 1e6:.0f} MB are taken"
        )
    return struct.pack(">I", len(data)) + data


# Inside ------------------------------------------------------------------------------------------


class Bounded(io.TextIOBase):
    """A stream that keeps the first part of what is printed, and forgets the rest."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        self.text += text[: max(0, MAX_OUTPUT - len(self.text))]
        return len(text)

    def isatty(self) -> bool:
        """Say that nobody is looking."""
        return False


@contextmanager
def at_most(seconds: float):
    """Interrupt what runs for longer, and end the process if it does not listen."""
    calls = []

    def stop(*_: object) -> None:
        if calls:
            os._exit(1)
        calls.append(1)
        raise KeyboardInterrupt(
            "this ran for too long and was stopped: is there a loop without an end?"
        )

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Kernel:
    """Runs cells in IPython's shell, and answers the calls of a test in a copy of itself."""

    def __init__(self, requests: int, answers: int) -> None:
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        self.requests, self.answers = requests, answers
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        self.shell = InteractiveShell.instance(config=config)
        self.shell.ask_exit = lambda: None
        self.names = self.shell.user_ns

    def serve(self, *allowed: str) -> None:
        """Answer requests until the marker has no more."""
        while request := self.receive():
            does, details = request["does"], request["details"]
            if does == "end":
                return
            try:
                self.send(getattr(self, does)(**details) if does in allowed else {})
            except BaseException as problem:
                self.send({"error": described(problem)})

    def receive(self) -> dict | None:
        """Return the next request."""
        head = self.read(4)
        return json.loads(self.read(*struct.unpack(">I", head))) if len(head) == 4 else None

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        data = b""
        while len(data) < size and (more := os.read(self.requests, size - len(data))):
            data += more
        return data

    def send(self, answer: dict) -> None:
        """Send an answer; if it is too large, say so instead."""
        try:
            data = memoryview(frame(answer))
        except ValueError as problem:
            data = memoryview(frame({"error": ["ValueError", str(problem), ""]}))
        while data:
            data = data[os.write(self.answers, data) :]

    def files(self, files: dict[str, str]) -> dict:
        """Put files beside the notebook, where it expects them."""
        for name, content in files.items():
            folder = os.path.dirname(name)
            os.makedirs(folder or ".", exist_ok=True)
            with open(name, "wb") as file:
                file.write(base64.b64decode(content))
        return {}

    def assign(self, names: dict[str, object]) -> dict:
        """Give values to names of the student's."""
        self.names.update({name: decode(value) for name, value in names.items()})
        return {}

    def cell(self, text: str, seconds: float) -> dict:
        """Run a cell; return what it showed, in nbformat's words, and its error."""
        from IPython.utils.capture import capture_output

        out, err, shown, error = Bounded(), Bounded(), [], None
        tracebacks: list[str] = []
        self.shell._showtraceback = lambda kind, value, lines: tracebacks.extend(lines)
        try:
            with capture_output(stdout=False, stderr=False) as captured, redirect_stdout(out):
                with redirect_stderr(err), at_most(seconds):
                    result = self.shell.run_cell(text, store_history=True)
            error = result.error_before_exec or result.error_in_exec
            shown = [{"data": each.data, "metadata": each.metadata} for each in captured.outputs]
        except BaseException as problem:  # the interrupt may come a moment too late
            error = problem
        outputs = [
            {"output_type": "stream", "name": name, "text": stream.text}
            for name, stream in (("stdout", out), ("stderr", err))
            if stream.text
        ]
        outputs += [{"output_type": "display_data", **each} for each in bounded(shown)]
        return {"outputs": outputs, "error": error and described(error, "\n".join(tracebacks))}

    def test(self, seconds: float) -> dict:
        """Let a copy of this process answer the calls of one test, which so leaves no trace.

        What ends the copy, or never ends in it, costs that test alone.
        """
        copy = os.fork()
        if copy == 0:
            try:
                self.send({"copied": True})
                self.serve("call", "value")
            finally:
                os._exit(0)
        try:
            with at_most(seconds):
                os.waitpid(copy, 0)
        except BaseException:
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)
        return {"ended": True}

    def call(self, name: str, args: list, kwargs: dict, instead: dict, seconds: float) -> dict:
        """Call a function of the student's; return its result, and what it made of its arguments.

        `instead` holds functions of NumPy's to use in place of the student's own of these names.
        """
        try:
            self.names.update({own: getattr(np, other) for own, other in instead.items()})
            function = self.found(name)
            args, kwargs = [self.argument(arg) for arg in args], decode(kwargs)
            with redirect_stdout(Bounded()), redirect_stderr(Bounded()), at_most(seconds):
                value = function(*args, **kwargs)
            after = [None if callable(arg) else encode(arg) for arg in args]
            return {"value": encode(value), "args": after}
        except BaseException as problem:
            return {"error": described(problem)}

    def argument(self, data: object) -> object:
        """Return an argument; a function comes as its name in the assignment's own cells."""
        named = isinstance(data, dict) and "function" in data
        return self.found(data["function"]) if named else decode(data)

    def value(self, name: str) -> dict:
        """Return the value of a name."""
        try:
            return {"value": encode(self.found(name))}
        except BaseException as problem:
            return {"error": described(problem)}

    def found(self, name: str) -> object:
        """Return what the student's notebook calls by this name."""
        if name not in self.names:
            raise NameError(f"name {name!r} is not defined")
        return self.names[name]


def bounded(shown: list[dict]) -> list[dict]:
    """Return what a cell has shown, as long as there is room for it."""
    kept, room = [], 20 * MAX_OUTPUT  # pictures are larger than text
    for each in shown:
        room -= len(json.dumps(each, default=str))
        if room > 0:
            kept.append(json.loads(json.dumps(each, default=str)))
    return kept


def described(error: BaseException, traceback: str = "") -> list[str]:
    """Return an exception's type, text and traceback."""
    text = f"{error.msg} (line {error.lineno})" if isinstance(error, SyntaxError) else str(error)
    return [type(error).__name__, text[:MAX_OUTPUT], traceback[:MAX_OUTPUT]]


def confine(uid: int | None, limits: dict[str, int]) -> None:
    """Give up what is left of the rights of whoever marks, for good."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")  # if memory runs out, this is to go first
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def main() -> None:
    """Serve the marker that has started this process."""
    confine(**json.loads(sys.argv[1]))
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    kernel = Kernel(requests, answers)
    kernel.send({"ready": True})
    for standard in range(3):  # what a student's own processes read and print is nobody's business
        os.dup2(nowhere, standard)
    sys.path.insert(0, os.getcwd())  # modules that were handed in beside the notebook
    kernel.serve("files", "assign", "cell", "test")


if __name__ == "__main__":
    main()
