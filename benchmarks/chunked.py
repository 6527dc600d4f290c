"""Filter pictures that do not fit into memory: time for each pixel, and peak memory.

    python benchmarks/chunked.py

For each size a process of its own makes a picture piece by piece, filters it with a 7 × 7 kernel
that has no shortcut, and keeps the largest value. The same is timed without the filter, in turns.
Memory is the operating system's account of that process, Python and all packages included. Two
more lines: a picture cut into squares instead of strips, and one written to files with Zarr, of
which a window at random is compared with the answer in memory. All of this is done several times,
minutes apart, so that a slow moment of the machine spoils one time and not the medians. Takes six
or seven minutes; needs the packages of requirements-test.txt. Results go to
`_build/benchmarks/chunked.json`.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import dask.array as da
import numpy as np

import convlib
from convlib import chunked

SIZES = (2_000, 4_000, 10_000, 20_000, 40_000)
STRIP = 2_000_000  # pixels in a strip as wide as the picture
RUNS = 5
KERNEL = np.random.default_rng(7).normal(size=(7, 7)).astype(np.float32)
TARGET = Path(__file__).resolve().parents[1] / "_build" / "benchmarks" / "chunked.json"


def picture(size: int, rows: int, columns: int) -> da.Array:
    """Return a lazy float32 picture, (size, size), in chunks of `rows` × `columns`."""
    chunks = da.core.normalize_chunks((rows, columns), (size, size))
    return da.map_blocks(_waves, chunks=chunks, meta=np.empty((0, 0), np.float32))


def _waves(block_info: Any) -> Any:
    ends = block_info[None]["array-location"]
    rows, columns = (np.arange(first, last, dtype=np.float32) for first, last in ends)
    return np.add.outer(np.sin(rows / 50), np.cos(columns / 70))


def peak_megabytes() -> float:
    """Return the most memory that this process has had resident."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux; unlike the figure below it owes nothing to the parent process
        line = next(
            text
            for text in status.read_text(encoding="utf-8").splitlines()
            if text.startswith("VmHWM")
        )
        return int(line.split()[1]) / 1e3
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def nanoseconds(task: da.Array, pixels: int) -> tuple[float, float]:
    """Return the time for each pixel: by the clock, and of all processors together."""
    start, used = time.perf_counter(), time.process_time()
    task.compute()
    ends = time.perf_counter() - start, time.process_time() - used
    return 1e9 * ends[0] / pixels, 1e9 * ends[1] / pixels


def filtering(size: int, rows: int, columns: int) -> dict[str, float]:
    """Time the work with and without the filter, in turns; medians, in ns for each pixel."""
    chunked.convolve(picture(1000, 500, 1000), KERNEL).compute()  # warm up
    source = picture(size, rows, columns)
    tasks = {"plain": source.max(), "filtered": chunked.convolve(source, KERNEL).max()}
    rounds = max(3, min(15, 10**9 // size**2))
    times = [{name: nanoseconds(task, size**2) for name, task in tasks.items()}
             for _ in range(rounds)]  # fmt: skip
    medians = {name: statistics.median(each[name][0] for each in times) for name in tasks}
    processors = statistics.median(each["filtered"][1] for each in times)
    return {**medians, "processors": processors, "peak_mb": peak_megabytes()}


def writing(size: int, rows: int, columns: int) -> dict[str, float]:
    """Write the filtered picture to files, and compare a window with the answer in memory."""
    source = picture(size, rows, columns)
    with tempfile.TemporaryDirectory() as folder:
        task = da.to_zarr(
            chunked.convolve(source, KERNEL), folder, component="filtered", compute=False
        )
        filtered, processors = nanoseconds(task, size**2)
        peak = peak_megabytes()
        top, left = np.random.default_rng().integers(3, size - 303, 2)
        found = da.from_zarr(folder, component="filtered")[top : top + 300, left : left + 300]
        wide = source[top - 3 : top + 303, left - 3 : left + 303].compute()
        wanted = convlib.convolve(wide, KERNEL, mode="valid")
        difference = float(abs(found.compute() - wanted).max())
    assert difference < 1e-4, f"window at row {top}, column {left} differs by {difference}"
    return {
        "filtered": filtered,
        "processors": processors,
        "peak_mb": peak,
        "difference": difference,
    }


def in_a_process(job: str, size: int, rows: int, columns: int) -> dict[str, Any]:
    command = [sys.executable, __file__, job, str(size), str(rows), str(columns)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {"job": job, "size": size, "chunk": [rows, columns], **json.loads(done.stdout)}


def summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the median times of several runs of a job, and the largest of other figures."""
    times = ("plain", "filtered", "processors")
    return {
        name: (statistics.median if name in times else max)(run[name] for run in runs)
        for name in runs[0]
    }


def show(result: dict[str, Any], smallest: dict[str, Any]) -> None:
    size, (rows, columns) = result["size"], result["chunk"]
    plain = f"{result['plain']:7.2f}" if "plain" in result else f"{'':7}"
    print(
        f"{result['job']:10} {size:>7,}² {4 * size**2 / 1e6:8,.0f} {rows:>6,} × {columns:<6,} "
        f"{plain} {result['filtered']:9.2f} {result['filtered'] / smallest['filtered']:6.2f} "
        f"{result['processors']:11.2f} {result['peak_mb']:8.0f}"
    )


def main() -> None:
    jobs = [("filtering", size, STRIP // size, size) for size in SIZES]
    jobs += [("filtering", 20_000, 1_000, 1_000), ("writing", 10_000, 200, 10_000)]
    runs: list[list[dict[str, Any]]] = [[] for _ in jobs]
    for run in range(RUNS):
        print(f"Run {run + 1} of {RUNS}", flush=True)
        for job, of_job in zip(jobs, runs, strict=True):
            of_job.append(in_a_process(*job))
    results = [summary(of_job) for of_job in runs]
    print("\nns for each pixel, by the clock without and with the filter, and of all processors")
    print(f"{'':10} {'picture':>8} {'MB':>8} {'chunk':^15} without  filtered  ratio  processors"
          "  peak MB")  # fmt: skip
    for result in results:
        show(result, results[0])
    strips = [result["filtered"] / results[0]["filtered"] for result in results[: len(SIZES)]]
    print(f"In strips, {min(strips):.2f} to {max(strips):.2f} times that of the smallest picture.")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        name, *numbers = sys.argv[1:]
        print(json.dumps({"filtering": filtering, "writing": writing}[name](*map(int, numbers))))
