"""The memory of groups of processes: their proportional set size (PSS).

A page that several processes share counts once, divided among them: forks of one process are not
taken for as many times the memory.
"""

from __future__ import annotations

import contextlib
import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .cgroups import Cgroup

LOOK_SECONDS = 1.0
MEGABYTE = 2**20
PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def pss(groups: Sequence[Cgroup]) -> int:
    """Return the bytes that all processes of groups hold now."""
    return sum(_pss(pid) for group in groups for pid in group.pids())


def _pss(pid: int) -> int:
    try:
        found = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:
        return 0  # it has ended
    return int(found.group(1)) * 1024 if found else 0


class MemoryLog:
    """A thread that notes how much is held at how many Jobs, while a `with` block lasts.

    A folder of files that are in memory counts as well: a container has to have room for both.
    """

    def __init__(
        self, groups: Sequence[Cgroup], jobs: Callable[[], int], folder: Path | None = None
    ) -> None:
        self.points: list[tuple[float, int, int]] = []  # moment, Jobs, bytes
        self._groups = groups
        self._jobs = jobs
        self._folder = folder
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="memory", daemon=True)

    def __enter__(self) -> MemoryLog:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        self._thread.join()

    def median_of(self, seconds: float) -> float:
        """Wait so long, and return the median of what was held meanwhile."""
        began = time.monotonic()
        time.sleep(seconds)
        return statistics.median(held for at, _, held in self.points if at >= began)

    def _work(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            held = pss(self._groups) + (_size(self._folder) if self._folder else 0)
            self.points.append((time.monotonic(), self._jobs(), held))


def _size(folder: Path) -> int:
    """Return the bytes of all files in a folder; what goes meanwhile counts as gone."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(parent, name)).st_size
    return size
