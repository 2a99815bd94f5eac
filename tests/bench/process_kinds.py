"""CPU seconds by kind of process in a runner's tree, sampled many times a second.

The group's own account is exact. The samples are a part of it: a process that ends between two
samples takes its last moments with it, and these stand under a name of their own.
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
FORK_SERVER = re.compile(r"fork_server\.server (\S+)")
OF_SERVER = {"ansible-playbook": "playbooks", "module-python": "modules"}  # what it forks
KINDS = (  # the first whose pattern is found in a command line, a blank after each word
    ("fork clients", re.compile(r"fork_server[./]client")),
    ("modules", re.compile(r"AnsiballZ_|ansible-tmp-|^\S*python[\d.]* ?$")),  # pipelined: no words
    ("playbooks", re.compile(r"ansible-playbook|ansible_playbook")),
    ("runner", re.compile(r"sqs_k8s_jobs run|sqs-k8s-jobs run")),
)


def kind_of(command_line: str, parents: str = "") -> str:
    """Return the kind of a process, by its command line and its parent's.

    What a fork server forks has the server's own command line, as do its forks.
    """
    if server := FORK_SERVER.search(command_line):
        forked = parents == command_line
        return OF_SERVER.get(server.group(1), "other") if forked else "fork servers"
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
        self._look(count=False)
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
            self._look()

    def _look(self, count: bool = True) -> None:
        seen = {pid: found for group in self._groups for pid in group.pids() if (found := _of(pid))}
        for pid, (words, parent, started, used) in seen.items():
            if count:
                parents = seen[parent][0] if parent in seen else ""
                gained = used - self._known.get((pid, started), 0.0)
                self._seconds[kind_of(words, parents)] += gained
            self._known[pid, started] = used


def _of(pid: int) -> tuple[str, int, str, float] | None:
    """Return a process's command line, its parent, its start and its CPU seconds."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None  # it has ended
    used = (int(fields[11]) + int(fields[12])) / TICK
    return (words, int(fields[1]), fields[19], used) if words else None
