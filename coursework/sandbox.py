"""A process for one student's code that sees only that student's files, and can reach nothing else.

Bubblewrap closes it in: namespaces of its own for files, processes, network and users, and no
capabilities. Memory, processes, files and time are bounded. When the sandbox ends, all that runs in
it ends. Where there is no bubblewrap (macOS), rootless podman does the same.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import numpy as np

from coursework.assignment import HERE, CourseworkError
from coursework.kernel import MAX_FRAME, frame

KERNEL = HERE / "kernel.py"
IMAGE = "localhost/coursework"  # podman's, built from coursework/Containerfile
MB = 2**20
WORK = "/home/student"
MEMORY = min(2000 * MB, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") // 4)  # in all
MANY = 8  # tasks; more of them have to stand back, so that others' programs are not slowed down
FILES = 64 * MB  # in each of the three folders that can be written to
LIMITS = {  # of one process; the address space is larger than the memory that is used
    "AS": 4000 * MB,
    "FSIZE": 32 * MB,
    "NOFILE": 256,
    "NPROC": 64,
    "CPU": 150,
    "CORE": 0,
}
ENVIRONMENT = {
    "HOME": WORK,
    "IPYTHONDIR": "/tmp/ipython",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
    "USER": "student",
}
REMEDY = """\
Students' code is run only inside a sandbox, and none works here: {problem}
  Debian, Ubuntu:  sudo apt-get install bubblewrap
  Fedora:          sudo dnf install bubblewrap
  Ubuntu 24.04 and later forbid it until a profile allows it. Write into /etc/apparmor.d/bwrap:
      abi <abi/4.0>,
      include <tunables/global>
      profile bwrap /usr/bin/bwrap flags=(unconfined) {{ userns, }}
    and load them: sudo systemctl reload apparmor
  Windows:         work inside WSL, with Ubuntu
  macOS:           install podman, and then: podman build -t {image} -f coursework/Containerfile .
With --unprotected the code runs with all your rights: it can read and delete your files, change
marks, and use the network. Do that only with work that you have read, or on a machine that
holds nothing."""
ENDED = "the notebook ended Python"
DISTURBED = "the notebook disturbed the marker's channel"
TOO_LONG = "this ran for too long and was stopped: is there a loop without an end?"
numbers = count()


class SandboxError(CourseworkError):
    """There is no sandbox here to run students' code in."""


class Ended(Exception):
    """The process of the student's code is no more, and why."""


def bubblewrap(root: bool) -> list[str]:
    """Return the command line in front of Python's; only system, Python and kernel exist."""
    # Root needs no user namespace; these two rights let the kernel become a user without any.
    rights = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if root else ["--unshare-user"]
    command = [
        "bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
        "--unshare-cgroup-try", "--cap-drop", "ALL", *rights, "--die-with-parent", "--new-session",
        "--hostname", "sandbox", "--clearenv",
    ]  # fmt: skip
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for folder in (WORK, "/tmp", "/dev/shm"):
        command += ["--size", str(FILES), "--perms", "1777", "--tmpfs", folder]
    for path in readable():
        for parent in reversed(Path(path).parents[:-1]):
            # Bubblewrap alone would make some of them for root only.
            command += ["--perms", "0755", "--dir", str(parent)]
        command += ["--ro-bind", path, path]
    command += ["--ro-bind", str(KERNEL), "/kernel.py", "--remount-ro", "/dev", "--remount-ro", "/"]
    return [*command, "--chdir", WORK, "--"]


def readable() -> list[str]:
    """Return the folders of the system and of Python that student code may read."""
    system = ["/usr", "/bin", "/sbin", "/lib", "/lib64"]
    system += ["/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts"]
    python = [sys.prefix, sys.base_prefix, str(Path(os.path.realpath(sys.executable)).parent)]
    python += [sysconfig.get_path("purelib"), str(Path(np.__file__).parent.parent)]
    paths: list[str] = []
    for path in [*system, *python]:
        if os.path.exists(path) and not any(Path(path).is_relative_to(other) for other in paths):
            paths.append(path)
    return paths


def refuse_inside(*private: Path) -> None:
    """Raise `SandboxError` if a folder lies where students' code can read."""
    for folder in private:
        for path in readable():
            if folder.resolve().is_relative_to(os.path.realpath(path)):
                raise SandboxError(
                    f"{folder} must not be inside {path}: students' code can read that"
                )


def podman(name: str, seconds: int) -> list[str]:
    """Return the command line in front of Python's, for a container that forgets everything."""
    command = [
        "podman", "run", "--rm", "--interactive", f"--name={name}", f"--timeout={seconds}",
        "--pull=never", "--network=none", "--read-only",
        "--cap-drop=all", "--security-opt=no-new-privileges", "--user=65534:65534",
        f"--memory={MEMORY}", f"--memory-swap={MEMORY}", f"--pids-limit={LIMITS['NPROC']}",
        f"--shm-size={FILES}", "--hostname=sandbox",
        f"--volume={KERNEL}:/kernel.py:ro", "--workdir=/tmp",
        "--ulimit=nproc=1024", f"--ulimit=nofile={LIMITS['NOFILE']}",
        f"--ulimit=fsize={LIMITS['FSIZE']}", f"--ulimit=cpu={LIMITS['CPU']}", "--ulimit=core=0",
    ]  # fmt: skip
    # Its own /tmp, /run and /dev/shm count as memory, which is bounded.
    for variable, value in (ENVIRONMENT | {"HOME": "/tmp"}).items():
        command += [] if variable == "PATH" else [f"--env={variable}={value}"]
    return [*command, IMAGE]


class Sandbox:
    """One running sandbox: ask it, and close it.

    Parameters
    ----------
    kind : {"bubblewrap", "podman", "unprotected"}
        What closes it in.
    until : float
        When it has to be over, on the clock of `time.monotonic`.

    Raises
    ------
    SandboxError
        If it cannot be started.
    """

    def __init__(self, kind: str, until: float) -> None:
        self.kind, self.until = kind, until
        self.name = f"coursework-{os.getpid()}-{next(numbers)}"
        self.folder = tempfile.mkdtemp(prefix="coursework-") if kind == "unprotected" else None
        self.watched = 0.0
        self.channel, theirs = socket.socketpair()
        command, environment = self.command()
        try:
            self.process = subprocess.Popen(
                command, env=environment, cwd=self.folder or "/", start_new_session=True,
                stdin=theirs, stdout=theirs, stderr=subprocess.PIPE,
            )  # fmt: skip
        except OSError as problem:
            self.channel.close()
            raise SandboxError(f"{command[0]} cannot be started: {problem.strerror}") from problem
        finally:
            theirs.close()
        try:
            if self.receive(30) != {"ready": True}:
                raise Ended("it does not answer")
        except Ended as problem:
            self.process.kill()
            said = self.process.stderr.read().decode(errors="replace").strip()
            self.close()
            raise SandboxError(said.splitlines()[-1] if said else str(problem)) from problem

    def command(self) -> tuple[list[str], dict[str, str]]:
        """Return the command line that starts the kernel, and its environment."""
        environment = {"PATH": os.environ.get("PATH", os.defpath)}
        uid = None
        if self.kind == "bubblewrap":
            root = os.geteuid() == 0
            # A user of its own: processes are counted by user, and root's are not limited at all.
            uid = 2_000_000 + 64 * os.getpid() + next(numbers) % 64 if root else None
            before, kernel, limits = [*bubblewrap(root), sys.executable], "/kernel.py", LIMITS
        elif self.kind == "podman":
            left = int(self.until - time.monotonic()) + 10
            before, kernel, limits = [*podman(self.name, left), "python"], "/kernel.py", {"CORE": 0}
            environment = dict(os.environ)
        else:
            before, kernel = [sys.executable], str(KERNEL)
            limits = {name: LIMITS[name] for name in ("FSIZE", "CPU", "CORE")}
            environment = ENVIRONMENT | {"HOME": str(self.folder)}
        return [*before, "-I", kernel, json.dumps({"uid": uid, "limits": limits})], environment

    def __enter__(self) -> Sandbox:
        """Return the running sandbox."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all that runs inside."""
        self.close()

    def close(self) -> None:
        """End all that runs inside."""
        self.channel.close()
        if self.kind == "unprotected":
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()  # and with bubblewrap its whole namespace
        self.process.wait()
        self.process.stderr.close()
        if self.kind == "podman":
            subprocess.run(["podman", "kill", self.name], capture_output=True, check=False)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, does: str, patience: float = 10.0, **details: object) -> dict:
        """Send a request and return the answer, which must come within `patience` seconds.

        Raises
        ------
        Ended
            If the kernel has died, does not answer in time, says nothing sensible, or uses too much
            memory. The sandbox is of no more use then.
        """
        try:
            self.channel.settimeout(patience)
            self.channel.sendall(frame({"does": does, "details": details}))
        except OSError as problem:
            raise Ended(ENDED) from problem
        return self.receive(patience)

    def receive(self, patience: float) -> dict:
        """Return the next answer."""
        until = min(self.until, time.monotonic() + patience)
        (size,) = struct.unpack(">I", self.read(4, until))
        if size > MAX_FRAME:
            raise Ended("the notebook sent more than it may")
        try:
            answer = json.loads(self.read(size, until))
        except (ValueError, RecursionError) as problem:
            raise Ended(DISTURBED) from problem
        if not isinstance(answer, dict):
            raise Ended(DISTURBED)
        return answer

    def read(self, size: int, until: float) -> bytes:
        """Return `size` bytes; meanwhile watch the time and the memory."""
        data = bytearray()
        while len(data) < size:
            self.watch(until)
            self.channel.settimeout(0.2)
            try:
                more = self.channel.recv(min(size - len(data), MB))
            except TimeoutError:
                continue
            except OSError:
                more = b""
            if not more:
                raise Ended(ENDED)
            data += more
        return bytes(data)

    def watch(self, until: float) -> None:
        """Raise `Ended` if the time is over, or too much memory in use."""
        now = time.monotonic()
        if now > until:
            raise Ended(TOO_LONG)
        if self.kind != "podman" and now > self.watched + 0.2:
            self.watched = now
            tasks, used = usage(self.process.pid)
            if used > MEMORY:
                raise Ended(f"more than {MEMORY // MB} MB of memory were used")
            if len(tasks) > MANY:
                stand_back(tasks)


def stand_back(tasks: list[int]) -> None:
    """Let tasks run only when others leave them a processor, whatever their sessions."""
    for task in tasks:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, task, 19)
        with suppress(OSError):  # Linux shares processors between sessions first
            Path(f"/proc/{task}/autogroup").write_text("19", encoding="ascii")


def usage(process: int) -> tuple[list[int], int]:
    """Return the tasks of a process and of all its descendants, and their memory in bytes."""
    folder = Path(f"/proc/{process}")
    try:
        used = int((folder / "statm").read_text(encoding="ascii").split()[1])
        tasks = [int(task.name) for task in (folder / "task").iterdir()]
        below = [folder / "task" / str(task) / "children" for task in tasks]
        children = " ".join(path.read_text(encoding="ascii") for path in below)
    except (OSError, IndexError):  # it has just ended, or this is no Linux
        return [], 0
    used *= os.sysconf("SC_PAGESIZE")
    for child in children.split():
        tasks_of_child, memory = usage(int(child))
        tasks += tasks_of_child
        used += memory
    return tasks, used


def choose(*private: Path, unprotected: bool = False) -> str:
    """Return the kind of sandbox that works here and keeps private folders, and ours, out of sight.

    Raises
    ------
    SandboxError
        If none does, with what to do about it.
    """
    if unprotected:
        return "unprotected"
    problem = "bubblewrap is not installed."
    if shutil.which("bwrap"):
        try:
            Sandbox("bubblewrap", time.monotonic() + 30).close()
            refuse_inside(HERE, *private)
            return "bubblewrap"
        except SandboxError as reason:
            problem = f"bubblewrap says: {reason}"
    if shutil.which("podman"):
        image = subprocess.run(
            ["podman", "image", "exists", IMAGE], capture_output=True, check=False
        )
        if image.returncode == 0:
            return "podman"
        problem += f" Podman is installed, but its image {IMAGE} has not been built."
    raise SandboxError(REMEDY.format(problem=problem, image=IMAGE))
