"""Mark a class: many submissions in long-lived workers, one result kept after the other.

Workers only think: they get bytes and return results, on this machine or on a cluster. All files
are read and written here. So marking can be stopped at any time, and goes on where it stopped.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from coursework import files, personal, results
from coursework.assignment import CELL_SECONDS, Assignment, CourseworkError, load
from coursework.course import Course
from coursework.marking import Submission, mark, unmarked
from coursework.program import ALL_SECONDS
from coursework.reading import MAX_NOTEBOOK, extra_files, safe_bytes
from coursework.results import Result
from coursework.sandbox import choose

if TYPE_CHECKING:
    import distributed

Marked = tuple[Result, dict | None]
Job = partial[Marked]  # marks one submission, of an assignment and in a sandbox that it knows


def grade(
    course: Course,
    name: str,
    *,
    students: Iterable[str] | None = None,
    again: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    unprotected: bool = False,
    seconds: float | None = None,
) -> int:
    """Mark what has been collected of an assignment; return the exit status.

    Parameters
    ----------
    students : iterable of str, optional
        Only these ids.
    again : bool
        Mark also work that has been marked already and has not changed since.
    workers : int, optional
        How many submissions at a time; as many as there are processors if not given.
    scheduler : str, optional
        The address of a Dask scheduler whose workers are to mark.
    unprotected : bool
        Run students' code without a sandbox, with the rights of whoever marks.
    seconds : float, optional
        The limit for one cell and one test, if it is not to be the assignment's own; a notebook
        has six times that.

    Returns
    -------
    int
        0 if every hand-in has a mark, else 1.
    """
    if (seconds is not None and seconds <= 0) or (workers is not None and workers < 1):
        raise CourseworkError(f"`seconds` and `workers` must be positive: {seconds}, {workers}")
    if unprotected:
        print("UNPROTECTED: students' code runs with all your rights", file=sys.stderr)
    chosen = hand_ins(course, name, students)
    report = Report(len(chosen))
    with Pool(workers, scheduler) as pool:  # its workers start while the rest is read
        kind = "bubblewrap"  # a cluster's workers say themselves if they have none
        if unprotected or not scheduler:
            kind = choose(course.folder, unprotected=unprotected)
        assignment = read_assignment(course, name)
        seconds = seconds or assignment.seconds
        job = partial(mark_in_time, assignment=assignment, kind=kind, seconds=seconds)
        kept = {} if again else results.read_all(course.folder, name)
        jobs = waiting(course, assignment, chosen, kept, report)
        if first := next(jobs, None):
            prove(assignment, pool, job)
            for result, notebook in pool.marked(chain([first], jobs), job):
                keep(course.folder, result, notebook)
                report.add(result)
    return report.summary()


def read_assignment(course: Course, name: str) -> Assignment:
    """Return the assignment with the teacher's own tests and this course's numbers."""
    own = course.folder / "tests" / f"{name}.py"
    own_tests = own.read_text(encoding="utf-8") if own.exists() else ""
    return load(name, own_tests=own_tests, salt=personal.salt(course.seed, name))


def hand_ins(course: Course, name: str, students: Iterable[str] | None) -> list[str]:
    """Return the ids of those who handed in, in the roster's order.

    Raises
    ------
    CourseworkError
        If nobody did, or somebody was asked for who did not.
    """
    there = [
        student for student in course.students if course.submitted(student, name).parent.exists()
    ]
    if students is None:
        if not there:
            raise CourseworkError(
                f"nothing has been collected of {name} in {course.folder / 'submitted'}"
            )
        return there
    wanted = list(students)
    if missing := [student for student in wanted if student not in there]:
        raise CourseworkError(f"no hand-in of {name} by {', '.join(missing)}")
    return wanted


def read_submission(path: Path, student: str, trusted: Path) -> Submission:
    """Return what a student handed in."""
    data = safe_bytes(path, MAX_NOTEBOOK, trusted)
    files, left_out = extra_files(path)
    return Submission(student, data, files, tuple(left_out))


def waiting(
    course: Course,
    assignment: Assignment,
    students: list[str],
    kept: dict[str, Result],
    report: Report,
) -> Iterator[Submission]:
    """Yield the submissions that are to be marked; see to the others."""
    for student in students:
        path = course.submitted(student, assignment.name)
        try:
            submission = read_submission(path, student, course.folder)
        except (CourseworkError, OSError) as problem:
            result = unmarked(student, assignment, str(problem))
            keep(course.folder, result, None)
            report.add(result)
            continue
        old = kept.get(student)
        if old and old.marked and old.digest == submission.digest(assignment):
            report.add(old, new=False)
        else:
            yield submission


def keep(folder: Path, result: Result, notebook: dict | None) -> None:
    """Write what was found out, the result last: where it stands, all is there."""
    path = results.notebook_path(folder, result.assignment, result.student)
    if notebook is None:
        path.unlink(missing_ok=True)
    else:
        files.write(path, json.dumps(notebook, ensure_ascii=False, indent=1))
    results.write(results.result_path(folder, result.assignment, result.student), result)


def prove(assignment: Assignment, pool: Pool, job: Job) -> None:
    """Refuse to mark by tests that the assignment's own solution does not pass."""
    cells = [
        {"cell_type": c.type, "source": c.text, "metadata": {"nbgrader": {"grade_id": c.id}}}
        for c in assignment.cells
        if not c.for_the_marker
    ]
    solution = Submission("solution", json.dumps({"cells": cells}).encode())
    ((result, _),) = pool.marked(iter([solution]), job)
    if not result.marked:
        raise CourseworkError(result.reason)
    if failed := [
        part for part in result.parts if not part.by_hand and part.points < part.max_points
    ]:
        raise CourseworkError(
            f"{assignment.name}: its own solution does not pass {failed[0].id}: {failed[0].message}"
        )


class Pool:
    """Workers that mark: processes of this machine, or of a Dask cluster."""

    def __init__(self, workers: int | None, scheduler: str | None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.client = cluster(scheduler) if scheduler else None
        if self.client:
            self.workers = sum(self.client.nthreads().values())
        self.executor = self.start()

    def start(self) -> Executor:
        """Return an executor."""
        if self.client:
            return self.client.get_executor(pure=False, retries=1)
        return processes(self.workers)

    def __enter__(self) -> Pool:
        """Return the workers."""
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        """Let the workers go; after an interruption, without what they have not finished."""
        if self.client:
            self.executor.shutdown(wait=kind is None)
            self.client.close()
            return
        for process in multiprocessing.active_children() if kind else ():
            process.terminate()
        self.executor.shutdown(wait=kind is None, cancel_futures=True)

    def marked(self, submissions: Iterator[Submission], job: Job) -> Iterator[Marked]:
        """Yield what comes of each submission, as it comes; few are in memory at a time."""
        running: dict[Future[Marked], Submission] = {}
        for submission in submissions:
            running[self.submit(submission, job)] = submission
            while len(running) > 2 * self.workers:
                yield from self.finished(running, job)
        while running:
            yield from self.finished(running, job)

    def submit(self, submission: Submission, job: Job) -> Future[Marked]:
        """Give a submission to the workers."""
        try:
            return self.executor.submit(job, submission)
        except BrokenProcessPool as problem:  # one was killed a moment ago
            failed: Future[Marked] = Future()
            failed.set_exception(problem)
            return failed

    def finished(self, running: dict[Future[Marked], Submission], job: Job) -> Iterator[Marked]:
        """Wait until something is finished, and yield that."""
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        lost = []
        for future in done:
            submission = running.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:
                lost.append(submission)
            except Exception as problem:
                yield given_up(submission, job, f"the marker failed: {problem}")
        if lost:  # a worker was killed, and nobody knows by whose work: each gets its own
            lost += running.values()
            running.clear()
            for submission in lost:
                yield alone(submission, job)
            self.executor = self.start()


def alone(submission: Submission, job: Job) -> Marked:
    """Mark one submission whose worker may die."""
    with processes(1) as worker:
        try:
            return worker.submit(job, submission).result()
        except BrokenProcessPool:
            reason = "the marker's process was killed while it marked this"
            return given_up(submission, job, reason)


def given_up(submission: Submission, job: Job, reason: str) -> Marked:
    """Return a result that says why there is none."""
    return unmarked(submission.student, job.keywords["assignment"], reason), None


def cluster(address: str) -> distributed.Client:
    """Return the connection to a Dask cluster that has workers."""
    try:
        from distributed import Client

        client = Client(address, timeout="10s")
    except ImportError as problem:
        raise CourseworkError("a cluster needs Dask: pip install distributed") from problem
    except (OSError, ValueError) as problem:
        raise CourseworkError(f"no Dask scheduler answers at {address}: {problem}") from problem
    if not client.nthreads():
        client.close()
        raise CourseworkError(f"the Dask scheduler at {address} has no workers")
    return client


def mark_in_time(
    submission: Submission, assignment: Assignment, kind: str, seconds: float
) -> Marked:
    """Mark, and end this process if the marker itself does not come to its end."""
    ours = threading.current_thread() is threading.main_thread()
    if ours:
        signal.alarm(round(seconds * ALL_SECONDS / CELL_SECONDS) + 60)
    try:
        return mark(submission, assignment, kind, seconds)
    finally:
        if ours:
            signal.alarm(0)


def processes(number: int) -> ProcessPoolExecutor:
    """Return processes that mark and that end with this one, however it ends."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(number, spawn, initializer=end_with, initargs=(os.getpid(),))
    for _ in range(number):  # start them all now, and not when they are needed
        pool.submit(time.sleep, 0)
    return pool


def end_with(parent: int) -> None:
    """End this process soon after another one."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Report:
    """Says how far the marking is, and what came of it."""

    def __init__(self, size: int) -> None:
        self.size, self.started = size, time.monotonic()
        self.results: list[Result] = []
        self.old = 0

    def add(self, result: Result, new: bool = True) -> None:
        """Take a result, and say it if it is new."""
        self.results.append(result)
        self.old += not new
        if new:
            outcome = f"{result.points:g} of {result.max_points:g}"
            if not result.marked:
                outcome = f"NOT MARKED: {files.shown(result.reason)}"
            flags = f"  ({len(result.flags)} to look at)" if result.flags else ""
            print(
                f"[{len(self.results)}/{self.size}] {result.student}  {outcome}{flags}", flush=True
            )

    def summary(self) -> int:
        """Account for every hand-in; return the exit status."""
        missing = [result for result in self.results if not result.marked]
        new = len(self.results) - self.old
        seconds = time.monotonic() - self.started
        print(
            f"\n{len(self.results)} hand-ins: {new} looked at now in {seconds:.0f} s, "
            f"{self.old} marked before"
        )
        if missing:
            print(f"{len(missing)} NOT MARKED:", file=sys.stderr)
        for result in missing:
            print(f"  {result.student}: {files.shown(result.reason)}", file=sys.stderr)
        return 1 if missing else 0
