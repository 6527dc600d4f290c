"""Measure the marking of a class: workers, sandbox, and endless loops among the hand-ins.

make bench-grading, or: python benchmarks/grading.py [--students 100] [--all]

Times are of this machine. Each claim is measured against its control: two workers against one, the
marker against nbclient alone on the same notebook, a Dask cluster by TCP against processes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from coursework import grading  # noqa: E402
from coursework.marking import Submission, mark  # noqa: E402
from coursework.sandbox import choose  # noqa: E402
from tests.coursework.classroom import (  # noqa: E402
    NAME,
    after,
    assignment,
    code,
    packed,
    right_cells,
    set_up,
)

ENDLESS = "while True:\n    pass"


def class_of(size: int, endless: int = 0) -> dict[str, bytes]:
    """Return right notebooks of so many students, some with a cell that never ends."""
    names = [f"s{n:03}" for n in range(size)]
    work = {name: packed(right_cells(name)) for name in names}
    for name in names[:: size // endless] if endless else []:
        work[name] = packed(after(right_cells(name), "convolve", code(ENDLESS)))
    return work


def seconds_for(work: dict[str, bytes], **options: object) -> float:
    """Return how long a class takes, all hand-ins marked."""
    with tempfile.TemporaryDirectory() as folder:
        course = set_up(Path(folder) / "course", work)
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            status = grading.grade(course, NAME, **options)
        assert status == 0
        return time.perf_counter() - start


def workers(size: int) -> None:
    """Print what one, two and more workers take for a class."""
    work = class_of(size)
    one = seconds_for(work, workers=1)
    print(f"{size} submissions, 1 worker:   {one:6.1f} s, {one / size:.2f} s each")
    for number in sorted({2, os.cpu_count() or 1} - {1}):
        many = seconds_for(work, workers=number)
        print(
            f"{size} submissions, {number} workers:  {many:6.1f} s, {one / many:.2f} times as fast"
        )


def cost(repeats: int = 10) -> None:
    """Print what marking takes on top of nbclient, which runs the same cells and nothing else."""
    import nbclient
    import nbformat

    ours, kind = assignment(), choose()
    cells = right_cells("ada")
    work = Submission("ada", packed(cells))
    notebook = nbformat.from_dict(json.loads(packed(cells)))
    times: dict[str, list[float]] = {"nbclient": [], "marker": []}
    for _ in range(repeats):  # in turn, so that what else the machine does hits both
        start = time.perf_counter()
        nbclient.NotebookClient(
            notebook, timeout=20, allow_errors=True, kernel_name="python3"
        ).execute()
        times["nbclient"].append(time.perf_counter() - start)
        start = time.perf_counter()
        result, _ = mark(work, ours, kind)
        assert result.points == result.max_points
        times["marker"].append(time.perf_counter() - start)
    base, all_in = (statistics.median(times[who]) for who in ("nbclient", "marker"))
    print(f"one notebook: nbclient alone {base:.2f} s; sandboxed, tested and marked {all_in:.2f} s")
    print(f"sandbox and bookkeeping: {all_in / base - 1:+.0%} of nbclient's own time")


def large(size: int = 300, endless: int = 15) -> None:
    """Print what a large class takes, without and with endless loops among the hand-ins."""
    number = os.cpu_count() or 1
    usual = seconds_for(class_of(size), workers=number)
    print(f"{size} submissions, {number} workers: {usual:.0f} s")
    loops = seconds_for(class_of(size, endless), workers=number)
    most = endless * 120 / number
    print(f"with {endless} endless loops: {loops - usual:.0f} s more; {most:.0f} s are allowed")


def cluster(size: int) -> None:
    """Print what a local Dask cluster by TCP takes for a class."""
    from distributed import LocalCluster

    number = os.cpu_count() or 1
    options = {"threads_per_worker": 1, "protocol": "tcp://", "dashboard_address": None}
    with LocalCluster(n_workers=number, **options) as workers:
        far = seconds_for(class_of(size), scheduler=workers.scheduler_address)
    print(f"{size} submissions, Dask by TCP, {number} workers: {far:.1f} s")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--all", action="store_true", help="also 300 students and endless loops")
    options = parser.parse_args()
    cost()
    workers(options.students)
    cluster(options.students)
    if options.all:
        large()


if __name__ == "__main__":  # the workers import this file, too
    main()
