"""A student's program: cells that run in a sandbox, and functions that the marker may call there.

What ends the sandbox loses one cell or one test. The program is then started again without it.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from coursework.assignment import CELL_SECONDS
from coursework.definitions import words_used
from coursework.kernel import decode, encode
from coursework.reading import short
from coursework.sandbox import DISTURBED, TOO_LONG, Ended, Sandbox, SandboxError

ALL_SECONDS = 120.0  # for a notebook, if a cell has 20
AGAIN_SECONDS = 1  # for a test of a function that did not come to an end before
GRACE = 3  # seconds that a program may need to listen to an interrupt
MAX_STARTS = 6
SHOWN = ("text/plain", "image/png", "image/jpeg")  # HTML and scripts of students' reach nobody
MAX_SHOWN = 3_000_000  # characters of output that are kept of a notebook


class StudentError(Exception):
    """The student's function raised this, or gave something that is no plain data."""


class NoAnswer(BaseException):
    """The student's function gave no answer at all: no `except Exception` of a test hides that."""


class Program:
    """A student's notebook, as it runs.

    Parameters
    ----------
    kind : str
        The kind of sandbox.
    files : dict
        What lies beside the notebook, by relative path.
    given : dict
        Names that the marker gives, with their values: the student's id.
    seconds : float
        The limit for one cell, and for all calls of one test; a notebook has six times that.
    """

    def __init__(
        self,
        kind: str,
        files: dict[str, bytes],
        given: dict[str, object],
        seconds: float = CELL_SECONDS,
    ) -> None:
        self.kind, self.files, self.given, self.seconds = kind, files, given, seconds
        self.until = time.monotonic() + seconds * ALL_SECONDS / CELL_SECONDS
        self.sandbox: Sandbox | None = None
        self.starts = 0
        self.ran: list[str] = []  # cells to run again if the program is started again
        self.errors: list[tuple[str, str]] = []  # cell, and what stopped it
        self.flags: list[str] = []
        self.endless: set[str] = set()
        self.room = MAX_SHOWN

    def __enter__(self) -> Program:
        """Start the program; a sandbox that does not work is the marker's trouble, not a mark."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End all that the student's code has started."""
        self.close()

    def close(self) -> None:
        """End the sandbox."""
        if self.sandbox:
            self.sandbox.close()
        self.sandbox = None

    def start(self) -> None:
        """Start a sandbox and run again all cells that came to their end before."""
        self.starts += 1
        if self.starts > MAX_STARTS:
            raise Ended("the notebook ended Python too often")
        if time.monotonic() > self.until:
            raise Ended("the time for the whole notebook was over")
        try:
            self.sandbox = Sandbox(self.kind, self.until)
        except SandboxError as problem:
            if self.starts == 1:
                raise
            raise Ended("Python could not be started again in the time that was left") from problem
        for name, data in self.files.items():
            self.ask("files", 10, files={name: base64.b64encode(data).decode("ascii")})
        self.give()
        for text in self.ran:
            self.sandbox.ask("cell", self.seconds + GRACE, text=text, seconds=self.seconds)
            self.give()

    def ask(self, does: str, patience: float, **details: object) -> dict:
        """Ask the running program, and start it before if need be."""
        try:
            if self.sandbox is None:
                self.start()
            return self.sandbox.ask(does, patience, **details)
        except Ended as problem:
            self.close()
            if str(problem) == DISTURBED and DISTURBED not in self.flags:
                self.flags.append(DISTURBED)
            raise

    def give(self) -> None:
        """Set the names that the marker gives, whatever the notebook has said."""
        self.ask("assign", 5, names={name: encode(value) for name, value in self.given.items()})

    def cell(self, text: str) -> list[dict]:
        """Run a cell; return its outputs in nbformat's form."""
        try:
            answer = self.ask("cell", self.seconds + GRACE, text=text, seconds=self.seconds)
            self.give()
        except Ended as problem:
            self.flags.append(f"a cell was left out, because {problem}: {short(text, 60)}")
            answer = {"error": ["Stopped", str(problem), str(problem)]}
        else:
            self.ran.append(text)
        error = answer.get("error")
        outputs = self.kept(answer.get("outputs"))
        if error:
            name, message, traceback = three_texts(error)
            self.errors.append((text, f"{name}: {short(message, 300)}"))
            outputs.append(error_output(name, message[:2000], traceback[:5000]))
        return outputs

    def kept(self, outputs: object) -> list[dict]:
        """Return what is kept of a cell's outputs: text and pictures, of bounded size."""
        kept = []
        for each in outputs if isinstance(outputs, list) else []:
            if not isinstance(each, dict):
                continue
            data = each.get("data")
            if isinstance(each.get("text"), str):
                name = "stderr" if each.get("name") == "stderr" else "stdout"
                output = {"output_type": "stream", "name": name, "text": clean(each["text"])}
                self.room -= len(output["text"])
            elif isinstance(data, dict):
                data = {
                    kind: clean(data[kind]) for kind in SHOWN if isinstance(data.get(kind), str)
                }
                output = {"output_type": "display_data", "data": data, "metadata": {}}
                self.room -= sum(map(len, data.values()))
            else:
                continue
            if self.room > 0:
                kept.append(output)
        return kept

    @contextmanager
    def test(self) -> Iterator[None]:
        """Let a test call the student's functions; nothing that they do there lasts."""
        self.test_until = time.monotonic() + self.seconds
        self.in_test = False
        try:
            yield
        finally:
            if self.in_test and self.sandbox:
                try:
                    self.ask("end", GRACE)
                except Ended as problem:
                    self.flags.append(f"after a test, {problem}")

    def request(self, does: str, name: str, **details: object) -> dict:
        """Ask the copy of the program that serves the current test."""
        if not self.in_test:
            self.ask("test", 2 * GRACE, seconds=self.seconds + GRACE)
            self.in_test = True
        left = self.test_until - time.monotonic()
        left = min(left, AGAIN_SECONDS) if name in self.endless else left
        if does == "call":
            details["seconds"] = left
        answer = self.ask(does, left + 2 * GRACE, name=name, **details)
        if "ended" in answer:
            self.in_test = False
            raise Ended(TOO_LONG if time.monotonic() > self.test_until else "it ended Python")
        return answer

    def value(self, name: str, does: str = "value", **details: object) -> tuple[object, dict]:
        """Return the value of a name, or of a call; and the whole answer."""
        try:
            answer = self.request(does, name, **details)
        except Ended as problem:
            self.endless.add(name)
            raise NoAnswer(f"`{name}` gave no answer: {problem}") from problem
        if "error" in answer:
            self.complain(name, answer["error"])
        try:
            return decode(answer["value"]), answer
        except Exception as problem:
            raise StudentError(f"`{name}` gives something that is no plain data") from problem

    def complain(self, name: str, error: object) -> None:
        """Raise what went wrong inside the student's code, in words that help."""
        kind, message, _ = three_texts(error)
        message = short(message, 300)
        if kind == "KeyboardInterrupt":
            self.endless.add(name)
            raise NoAnswer(f"`{name}`: {TOO_LONG}")
        if kind == "NotImplementedError":
            raise StudentError(f"`{name}` is not written yet")
        if kind == "NameError" and (missing := re.match(r"name '(\w+)' is not defined", message)):
            for text, problem in reversed(self.errors):
                if re.search(rf"\bdef {missing[1]}\b|^{missing[1]}\b[^=\n]*=", text, re.M):
                    raise StudentError(
                        f"`{missing[1]}` is missing, because its cell stopped: {problem}"
                    )
            message = f"`{missing[1]}` is not defined anywhere"
        raise StudentError(f"{kind}: {message}" if message else kind)


class StandIn:
    """A student's function, for the tests: it is called here and runs in the sandbox.

    What the function changes in its arguments changes in the caller's, too.
    """

    def __init__(self, program: Program, name: str, instead: dict[str, str] | None = None) -> None:
        self.program, self.__name__, self._instead = program, name, instead or {}

    def using(self, **instead: str) -> StandIn:
        """Return the function as it is with functions of NumPy's instead of the student's."""
        return StandIn(self.program, self.__name__, instead)

    @property
    def uses(self) -> set[str]:
        """Return the words that the function's definition uses, and those of what it calls.

        Names as they are, attributes with a dot in front, and ``for`` and ``while`` for loops.
        """
        return words_used(self.program.ran, self.__name__)

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the student's function."""
        packed = [{"function": a.__name__} if callable(a) else encode(a) for a in args]
        try:
            value, answer = self.program.value(
                self.__name__, "call", args=packed, kwargs=encode(kwargs), instead=self._instead
            )
        except StudentError as problem:
            given = ", ".join([short(repr(arg), 60) for arg in args])
            raise StudentError(f"{self.__name__}({given}) stopped. {problem}") from None
        give_back(args, answer.get("args"))
        return value


def give_back(args: tuple, after: object) -> None:
    """Write into the arguments what the student's function has made of them."""
    if not isinstance(after, list) or len(after) != len(args):
        return
    for arg, packed in zip(args, after, strict=True):
        if not isinstance(arg, (list, dict, np.ndarray)):
            continue
        try:
            now = decode(packed)
            if isinstance(arg, list):
                arg[:] = now
            elif isinstance(arg, dict):
                arg.clear()
                arg.update(now)
            else:
                arg[...] = now
        except Exception as problem:
            raise StudentError("the arguments have come back as something else") from problem


def three_texts(error: object) -> list[str]:
    """Return the type, text and traceback of an error, whatever a sandbox has sent for it."""
    said = error if isinstance(error, list) else [error]
    return [*(each if isinstance(each, str) else "?" for each in said), "", "", ""][:3]


def clean(text: str) -> str:
    """Return a text without half characters, so that it can be kept in a file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def error_output(name: str, message: str, traceback: str) -> dict:
    """Return an error in nbformat's form."""
    lines = clean(traceback or message).splitlines()
    return {
        "output_type": "error",
        "ename": clean(name)[:100],
        "evalue": clean(message),
        "traceback": lines,
    }
