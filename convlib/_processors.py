"""How many processors there are, for threads and for trainings alike."""

import os


def usable() -> int:
    """Return how many processors this process may use, which need not be all there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
