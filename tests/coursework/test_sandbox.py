"""The sandbox: what it starts, what it refuses, what it bounds; as root and as an ordinary user."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from coursework import sandbox
from coursework.kernel import decode, encode, frame
from coursework.sandbox import Ended, Sandbox, SandboxError, bubblewrap, choose, podman
from tests.coursework.classroom import code, packed, right_cells, set_up

ROOT = Path(__file__).resolve().parents[2]
WHO = """
import os, json
print(json.dumps({
    "user": os.getuid(), "groups": os.getgroups(), "top": sorted(os.listdir("/")),
    "processes": [p for p in os.listdir("/proc") if p.isdigit()],
    "status": dict(line.split(":", 1) for line in open("/proc/self/status")),
    "network": os.listdir("/sys/class/net") if os.path.exists("/sys/class/net") else [],
    "limits": open("/proc/self/limits").read(),
}))
"""


def test_bubblewrap_is_here():
    """Without it nothing below is tested; `make test` installs it where it can."""
    assert choose() == "bubblewrap"


def test_what_a_program_finds_inside():
    with Sandbox("bubblewrap", time.monotonic() + 60) as box:
        answer = box.ask("cell", text=WHO, seconds=10)
    (output,) = answer["outputs"]
    seen = json.loads(output["text"])
    assert seen["user"] != 0 or os.geteuid() != 0
    assert {"proc", "dev", "tmp", "usr"} <= set(seen["top"]) and "sys" not in seen["top"]
    assert len(seen["processes"]) <= 3 and seen["network"] == []
    assert int(seen["status"]["CapEff"], 16) == int(seen["status"]["CapPrm"], 16) == 0
    assert seen["status"]["NoNewPrivs"].strip() == "1"
    for words in (
        "Max core file size        0",
        "Max open files            256",
        "Max processes             64",
    ):
        assert words in seen["limits"]


def test_the_namespace_ends_with_the_sandbox():
    text = (
        "import subprocess, sys\nfor _ in range(3):\n"
        "    sleep = [sys.executable, '-c', 'import time; time.sleep(98765)']\n"
        "    subprocess.Popen(sleep, start_new_session=True)"
    )
    with Sandbox("bubblewrap", time.monotonic() + 60) as box:
        assert box.ask("cell", text=text, seconds=10)["error"] is None
        assert running("98765")
    until = time.monotonic() + 10
    while running("98765") and time.monotonic() < until:
        time.sleep(0.05)
    assert not running("98765")


def running(word):
    """Return the processes of this machine whose command line holds a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path] if word.encode() in path.read_bytes() else []
        except OSError:
            continue
    return found


def test_time_is_bounded_from_outside():
    with Sandbox("bubblewrap", time.monotonic() + 2) as box:
        with pytest.raises(Ended, match="too long"):
            box.ask("cell", 60, text="sum(range(10**12))", seconds=60)


def test_memory_of_all_descendants_counts():
    text = (
        "import subprocess, sys, threading, time\n"
        "hungry = [sys.executable, '-c', 'x = b\"x\" * 300_000_000; import time; time.sleep(60)']\n"
        "threading.Thread(target=subprocess.call, args=(hungry,)).start()\n"
        "time.sleep(2)"
    )
    with Sandbox("bubblewrap", time.monotonic() + 60) as box:
        before = sandbox.usage(box.process.pid)[1]
        assert box.ask("cell", text=text, seconds=20)["error"] is None
        until = time.monotonic() + 20
        while sandbox.usage(box.process.pid)[1] < before + 250e6 and time.monotonic() < until:
            time.sleep(0.1)
        assert sandbox.usage(box.process.pid)[1] > before + 250e6


def test_many_processes_stand_back():
    """Others' programs have their limits in seconds, so nobody may take all processors."""
    text = "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        while True: pass"
    with Sandbox("bubblewrap", time.monotonic() + 60) as box:
        with pytest.raises(Ended, match="too long"):
            box.ask("cell", 3, text=text + "\ntime.sleep(60)", seconds=50)
        tasks, _ = sandbox.usage(box.process.pid)
        assert len(tasks) > sandbox.MANY
        assert {os.getpriority(os.PRIO_PROCESS, task) for task in tasks} == {19}


def test_without_bubblewrap_it_refuses_and_says_the_remedy(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match="apt-get install bubblewrap") as refused:
        choose()
    assert "--unprotected the code runs with all your rights" in str(refused.value)
    assert choose(unprotected=True) == "unprotected"


def test_where_bubblewrap_is_forbidden_it_says_so(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n",
        encoding="utf-8",
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SandboxError, match="(?s)Permission denied.*apparmor.d/bwrap.*userns"):
        choose()


def test_private_folders_must_be_out_of_sight():
    with pytest.raises(SandboxError, match="must not be inside"):
        choose(Path(sys.prefix) / "lib" / "course")


def test_podman_is_used_where_its_image_is(monkeypatch, tmp_path):
    fake = tmp_path / "podman"
    fake.write_text('#!/bin/sh\necho "$@" > "$0.said"\n[ "$1" = image ]\n', encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose() == "podman"
    assert (tmp_path / "podman.said").read_text(
        encoding="utf-8"
    ) == f"image exists {sandbox.IMAGE}\n"


def test_what_podman_would_run():
    line = podman("coursework-1", 130)
    for option in (
        "--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges",
        "--user=65534:65534", "--timeout=130", "--pids-limit=64", "--rm", "--interactive",
        f"--volume={sandbox.KERNEL}:/kernel.py:ro", f"--memory={sandbox.MEMORY}",
    ):  # fmt: skip
        assert option in line
    assert line[:2] == ["podman", "run"] and line[-1] == sandbox.IMAGE
    assert not any("PATH=" in word for word in line)


def test_bubblewrap_drops_all_and_shares_nothing():
    for root in (True, False):
        line = " ".join(bubblewrap(root))
        for words in (
            "--cap-drop ALL",
            "--unshare-net",
            "--unshare-pid",
            "--die-with-parent",
            "--new-session",
            "--clearenv",
        ):
            assert words in line
        assert ("--unshare-user" in line) is not root
        assert " --bind " not in line


def test_unprotected_runs_too(tmp_path):
    with Sandbox("unprotected", time.monotonic() + 60) as box:
        answer = box.ask("cell", text="import os\nprint(os.getcwd())", seconds=10)
        folder = Path(answer["outputs"][0]["text"].strip())
        assert folder.is_dir()
    assert not folder.exists()


AS_USER = """
import os, sys
from coursework import course, grading, sandbox
assert os.geteuid() != 0 and sandbox.choose() == "bubblewrap"
sys.exit(grading.grade(course.read(sys.argv[1]), "discrete", workers=1, seconds=5))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="everything runs as an ordinary user already")
def test_an_ordinary_user_can_mark():
    """Without root the user namespace protects: attacks fail, the innocent keeps all points."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        mark_as_user(Path(folder))


def mark_as_user(tmp_path):
    """Mark a small class in a process of another user."""
    cells = right_cells("attacks")
    attack = WHO + "\nopen('/tmp/x', 'w').close()\nos.mkdir('/x')"
    forks = "import os\nwhile True: os.fork()"
    course = set_up(
        tmp_path / "course",
        {
            "attacks": packed([*cells, code(attack)]),
            "forks": packed([*right_cells("forks"), code(forks)]),
            "innocent": packed(right_cells("innocent")),
        },
    )
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")  # root's own may be hidden
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if not python or subprocess.run([python, "-c", version], check=False).returncode:
        pytest.skip("no Python of this version that an ordinary user can run")
    subprocess.run([python, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    inner = next((tmp_path / "env" / "lib").glob("python*")) / "site-packages"
    (inner / "all.pth").write_text(
        "\n".join(p for p in sys.path if "site-packages" in p), encoding="utf-8"
    )
    tmp_path.chmod(0o755)
    for path in [course.folder, *course.folder.rglob("*")]:
        os.chown(path, 12345, 12345)
    done = subprocess.run(
        [tmp_path / "env" / "bin" / "python", "-c", AS_USER, course.folder],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, check=False,
        capture_output=True, text=True, user=12345, group=12345, extra_groups=[],
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for student in ("attacks", "forks", "innocent"):
        assert f"{student}  100 of 100" in done.stdout
    seen = (course.folder / "results" / "discrete" / "attacks.ipynb").read_text(encoding="utf-8")
    assert "Read-only file system" in seen or "Permission denied" in seen


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -2.5, "ä", [1, [2, "x"]], (1, 2), {"a": (1,), 2: None}, {1, 2}, 2 + 3j,
        np.arange(6.0).reshape(2, 3), np.float32(1.5), np.array([], dtype="<i8"),
        np.array(3), np.array([True, False]), np.array(["a", "b"]), float("inf"),
    ],
)  # fmt: skip
def test_plain_data_travel_unchanged(value):
    back = decode(json.loads(frame({"value": encode(value)})[4:])["value"])
    if isinstance(value, np.ndarray) and value.dtype.kind not in "U":
        assert isinstance(back, np.ndarray) and back.dtype == value.dtype
    assert np.array_equal(back, value) if hasattr(value, "shape") else back == value
    assert type(back) is type(value) or isinstance(value, np.ndarray)


@pytest.mark.parametrize("value", [object(), len, np, {"a": iter([])}, b"bytes"])
def test_nothing_else_travels(value):
    with pytest.raises(TypeError, match="neither number, text, list, dictionary nor array"):
        encode(value)
