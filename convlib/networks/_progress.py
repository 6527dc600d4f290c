"""A progress bar for who waits in person, and none where nobody watches."""

from typing import Any

from convlib._watched import somebody_watches


def progress_bar(steps: Any, name: str, total: int, progress: bool | None) -> Any:
    """Return `steps`, an iterable, with a progress bar if `progress` or somebody watches."""
    if not (somebody_watches() if progress is None else progress):
        return steps
    from tqdm.auto import tqdm

    return tqdm(steps, desc=name, total=total)
