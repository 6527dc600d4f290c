"""The measuring programs run and say what they promise; what they measure is not tested here."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from convlib import timing

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def test_contenders_take_turns():
    calls = []
    times = timing.medians(
        {name: lambda name=name: calls.append(name) for name in "abc"}, rounds=4, seconds=10
    )
    assert set(times) == set("abc") and all(value >= 0 for value in times.values())
    rounds = [calls[i : i + 6] for i in range(0, len(calls), 6)]
    assert len(rounds) == 4
    assert all(sorted(turn) == sorted("aabbcc") for turn in rounds)
    assert len({tuple(turn) for turn in rounds}) > 1, "always in the same order"


def test_a_slow_contender_leaves_the_others_their_turns():
    turns = {"slow": 0, "quick": 0}

    def contender(name, seconds):
        def work():
            turns[name] += 1
            time.sleep(seconds)

        return work

    work = {"slow": contender("slow", 0.02), "quick": contender("quick", 0)}
    timing.medians(work, rounds=50, seconds=0.1)
    assert turns["slow"] == 2 * 3  # the least, each with a call to warm up
    assert turns["quick"] > turns["slow"]


def test_peak_memory_counts_what_was_there_at_once():
    assert 16_000 <= timing.peak_memory(lambda: np.zeros(1000) + np.zeros(1000)) < 40_000


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (1, 5)])
def test_every_contender_computes_the_same(shape):
    x, h = np.random.default_rng(0).normal(size=(20, 17)), np.ones(shape)
    h[0, 0] = -2.5
    ways = timing.convlib_methods(x, h) | timing.scipy_functions(x, h)
    for name, way in ways.items():
        np.testing.assert_allclose(way(), ways["direct"](), atol=1e-12, err_msg=name)


@pytest.mark.slow
def test_the_comparison_prints_ratios_and_writes_them(tmp_path):
    run = subprocess.run(
        [sys.executable, str(BENCHMARKS / "convolution.py"), "--sizes", "48", "--kernels", "3", "7",
         "--seconds", "0.01"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "against the best of SciPy" in run.stdout
    rows = json.loads((tmp_path / "_build/benchmarks/convolution.json").read_text(encoding="utf-8"))
    assert len(rows) == 2 * 2 * 2  # kernels, types, kinds
    assert all({"auto", "direct", "ndimage", "OpenCV"} <= set(row["times"]) for row in rows)
    assert (tmp_path / "_build/benchmarks/convolution.png").stat().st_size > 1000
