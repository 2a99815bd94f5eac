"""A small process that cleans up after a cluster, also when its owner is killed.

The owner writes what has to be undone, one JSON object a line, to this process's standard input.
When that input ends - because the owner closed it, or because the owner died, however hard -
everything is undone in reverse order. Orderly and disorderly ends so take the same way.

Kinds of line: ``pid`` (kill it), ``forget`` (that pid was ended by its owner), ``cgroup`` (a name
to remove from every hierarchy), ``link`` (a network interface), ``tree`` (a folder), ``mount`` (a
folder on which something is mounted).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

KILL_SECONDS = 10.0
CGROUP_SECONDS = 5.0
COMMAND_SECONDS = 60.0


def started_at(pid: int) -> str | None:
    """The kernel's start time of a process, or None for one that is gone or only a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []


def until(done: Callable[[], bool], seconds: float) -> bool:
    """Await `done`; tell whether it came true."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def kill(pid: int, started: str) -> None:
    """Kill a process and wait for it and its children, but never a newcomer with the same pid."""
    if started_at(pid) != started:
        return
    family = [(p, started_at(p)) for p in [pid, *children(pid)]]
    os.kill(pid, signal.SIGKILL)
    until(lambda: all(s is None or started_at(p) != s for p, s in family), KILL_SECONDS)


def hierarchies() -> Iterator[Path]:
    """Return the mounts of cgroups: a folder per v1 controller, or the v2 tree."""
    seen = set()
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.split(" ", 1)[0] in ("cgroup", "cgroup2"):
            seen.add(before.split()[4])
    yield from (Path(folder) for folder in sorted(seen))


def remove_cgroup(name: str) -> None:
    """Kill what is left in a cgroup and those below it, and remove them.

    The kernel frees them a moment after their processes. A name that is no name of a folder is
    left alone: it could mean every process of the machine.
    """
    if name != os.path.basename(name) or name in ("", ".", ".."):
        return

    def gone() -> bool:
        left = False
        for top in (folder / name for folder in hierarchies()):
            for folder, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError, ValueError):
                    for pid in Path(folder, "cgroup.procs").read_text().split():
                        os.kill(int(pid), signal.SIGKILL)
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
            left = left or top.exists()
        return not left

    until(gone, CGROUP_SECONDS)


def run(command: list[str]) -> None:
    """Run a command without showing it; at the end of a cluster nobody can act on its failure."""
    subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def undo(item: dict[str, Any]) -> None:
    """Undo one thing."""
    if "pid" in item:
        kill(item["pid"], item["started"])
    elif "cgroup" in item:
        remove_cgroup(item["cgroup"])
    elif "link" in item:
        run(["ip", "link", "delete", item["link"]])
    elif "mount" in item:
        run(["umount", "--lazy", item["mount"]])
    elif "tree" in item:
        shutil.rmtree(item["tree"], ignore_errors=True)


def main() -> None:
    """Collect what to undo until the input ends, then undo it, last thing first."""
    todo: list[dict[str, Any]] = []
    for line in sys.stdin:
        item = json.loads(line)
        if "forget" in item:
            todo = [one for one in todo if one.get("pid") != item["forget"]]
        else:
            todo.append(item)
    for item in reversed(todo):
        with contextlib.suppress(Exception):  # the rest must be undone all the same
            undo(item)


if __name__ == "__main__":
    main()
