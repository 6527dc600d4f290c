"""How many processors there are, for threads and for trainings alike."""

import math
import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container, as on Binder


def usable() -> int:
    """Return how many processors this process may use, which need not be all there are."""
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(seen, _allowed(_QUOTA)) if _QUOTA.exists() else seen


def _allowed(quota: Path) -> int:
    """Return how many processors a container may keep busy: time allowed over time that passes."""
    allowed, period = quota.read_text(encoding="ascii").split()
    return (
        os.cpu_count() or 1 if allowed == "max" else max(1, math.ceil(int(allowed) / int(period)))
    )
