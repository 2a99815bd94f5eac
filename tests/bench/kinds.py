"""Which kind of process of a runner's tree used the CPU: looked at many times a second.

The group's own account is exact. What looking finds is a part of it: a process that ends between
two looks takes its last moments with it, and these stand under a name of their own.
"""

from __future__ import annotations

import os
import re
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from .cgroups import Cgroup

LOOK_SECONDS = 0.025
UNSEEN = "ended unseen"
TICK = os.sysconf("SC_CLK_TCK")
KINDS = (  # the first whose pattern is found in a command line, spaces between its words
    ("modules", re.compile(r"AnsiballZ_|ansible-tmp-|^\S*python[\d.]* ?$")),  # pipelined: no words
    ("playbooks", re.compile(r"ansible-playbook|ansible_playbook")),
    ("runner", re.compile(r"sqs_k8s_jobs run|sqs-k8s-jobs run")),
    ("warm processes", re.compile(r"sqs_k8s_jobs|sqs-k8s-jobs")),
)


def kind_of(command_line: str) -> str:
    """Return the kind of a process."""
    found = (kind for kind, pattern in KINDS if pattern.search(command_line))
    return next(found, "other")


class Sampler:
    """A thread that looks at groups' processes while a `with` block lasts."""

    def __init__(self, groups: Sequence[Cgroup]) -> None:
        self._groups = groups
        self._seconds: dict[str, float] = defaultdict(float)
        self._known: dict[tuple[int, str], float] = {}
        self._began = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sampler", daemon=True)

    def __enter__(self) -> Sampler:
        self._began = self._used()
        for group in self._groups:
            for pid in group.pids():
                self._look(pid, count=False)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        self._thread.join()

    def seconds(self) -> dict[str, float]:
        """Return the CPU seconds of each kind since the block began."""
        known = dict(self._seconds)
        return {**known, UNSEEN: max(0.0, self._used() - self._began - sum(known.values()))}

    def _used(self) -> float:
        return sum(group.cpu_seconds() for group in self._groups)

    def _work(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for group in self._groups:
                for pid in group.pids():
                    self._look(pid)

    def _look(self, pid: int, count: bool = True) -> None:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            return  # it has ended
        used, key = (int(fields[11]) + int(fields[12])) / TICK, (pid, fields[19])
        if count and words:
            self._seconds[kind_of(words)] += used - self._known.get(key, 0.0)
        if words:
            self._known[key] = used
