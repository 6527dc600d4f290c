"""Time convolutional layers against PyTorch's, forward and backward, in one run.

    python benchmarks/layers.py

The functions of a cell take turns as `convlib.timing` has it, so that whatever else the machine
does falls on both sides; medians are compared. "default" leaves NumPy's and PyTorch's own number of
threads alone, "1" gives both a single thread. The last columns are the memory beyond the arrays
handed over, answers included, as a multiple of the input.
"""

import json
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from threadpoolctl import threadpool_limits

from convlib import layers
from convlib.timing import medians, peak_memory

CELLS = [((64, 1, 28, 28), (8, 1, 7, 7)), ((16, 16, 64, 64), (32, 16, 3, 3))]
DTYPES = ["float32", "float64"]
THREADS = ["default", "1"]
RESULT = Path(__file__).resolve().parents[1] / "_build" / "benchmarks" / "layers.json"


@contextmanager
def threads(number: str):
    """Give NumPy's products and PyTorch `number` threads for a while."""
    before = torch.get_num_threads()
    with threadpool_limits(None if number == "default" else int(number), "blas"):
        torch.set_num_threads(before if number == "default" else int(number))
        yield
    torch.set_num_threads(before)


def cell(x_shape, w_shape, dtype, number, runs) -> dict[str, object]:
    """Measure one layer: one row of the table."""
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=s).astype(dtype) for s in (x_shape, w_shape, w_shape[:1]))
    tensors = [torch.tensor(array, requires_grad=True) for array in (x, weight, bias)]
    plain = [tensor.detach() for tensor in tensors]
    y = F.conv2d(*tensors)
    grad = rng.normal(size=tuple(y.shape)).astype(dtype)
    grads = torch.tensor(grad)
    functions = {
        "forward": lambda: layers.conv2d(x, weight, bias),
        "torch forward": lambda: F.conv2d(*plain),
        "backward": lambda: layers.conv2d_backward(grad, x, weight),
        "torch backward": lambda: torch.autograd.grad(y, tensors, grads, retain_graph=True),
    }
    with threads(number):
        found = medians(functions, rounds=runs, seconds=60)
    ms = {name: 1e3 * seconds for name, seconds in found.items()}
    ratios = {name: ms[name] / ms[f"torch {name}"] for name in ("forward", "backward")}
    ratios["both"] = sum(ms[name] for name in ratios) / sum(ms[f"torch {name}"] for name in ratios)
    memory = {
        f"memory {name}": peak_memory(functions[name]) / x.nbytes
        for name in ("forward", "backward")
    }
    layer = {"x": x_shape, "weight": w_shape, "dtype": dtype, "threads": number}
    return {**layer, "milliseconds": ms, **ratios, **memory}


def measure(runs: int = 15) -> list[dict[str, object]]:
    """Return one row per layer, dtype and number of threads; ratios are convlib / PyTorch."""
    grid = product(THREADS, CELLS, DTYPES)
    return [cell(*shapes, dtype, number, runs) for number, shapes, dtype in grid]


def table(rows: list[dict[str, object]]) -> str:
    """Return the rows as text."""
    ratios = ["forward", "backward", "both", "memory forward", "memory backward"]
    lines = [f"{'x':18}{'weight':16}{'dtype':9}{'threads':9}" + "".join(f"{r:>17}" for r in ratios)]
    for row in rows:
        names = f"{row['x']!s:18}{row['weight']!s:16}{row['dtype']:9}{row['threads']:9}"
        lines.append(names + "".join(f"{row[ratio]:17.2f}" for ratio in ratios))
    return "\n".join(lines)


def main():
    rows = measure()
    print("convlib / PyTorch (below 1: convlib is faster), and memory as a multiple of x")
    print(table(rows))
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
