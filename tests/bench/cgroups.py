"""Control groups: the kernel's own account of what processes used, ended ones too, and its brake.

Both hierarchies are known: version 1, with a folder per controller, and version 2. Whoever starts
a process here starts it within its group, so all of its descendants are within it, too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import uuid
from pathlib import Path

from cluster import ClusterError
from cluster.guard import until
from cluster.process import Undo

PERIOD = 100_000  # microseconds over which a quota is held
GONE_SECONDS = 10.0
ENTER = 'for one in $1; do echo $$ > "$one"; done; shift; exec "$@"'


class Cgroup:
    """One group of processes."""

    def __init__(self, account: Path, brake: Path | None) -> None:
        """`account` is its folder for CPU accounting; `brake`, where a quota is held, another."""
        self._account = account
        self._folders = [account, *([brake] if brake and brake != account else [])]

    def prefix(self) -> list[str]:
        """Words before a command that start it within this group."""
        files = " ".join(str(folder / "cgroup.procs") for folder in self._folders)
        return ["/bin/sh", "-c", ENTER, "sh", files]

    def take(self, pid: int) -> None:
        """Take a process with all of its threads; what it used before is not accounted here."""
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def cpu_seconds(self) -> float:
        """Return the CPU time of all that ever ran within it."""
        usage = self._account / "cpuacct.usage"
        if usage.exists():
            return int(usage.read_text()) / 1e9
        stat = dict(line.split() for line in (self._account / "cpu.stat").read_text().splitlines())
        return int(stat["usage_usec"]) / 1e6

    def pids(self) -> list[int]:
        """Return the processes within it now."""
        return [int(pid) for pid in (self._account / "cgroup.procs").read_text().split()]

    def kill(self) -> None:
        """End every process within it, and wait for that."""

        def gone() -> bool:
            for pid in (pids := self.pids()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not pids

        until(gone, GONE_SECONDS)


class Cgroups:
    """The groups of one system, under a name of its own; the guard removes them with it."""

    def __init__(self, undo: Undo) -> None:
        self._name = f"sqs-k8s-jobs-bench-{uuid.uuid4().hex[:8]}"
        self._mounts = mounts()
        if not (reason := why_not()) == "":
            raise ClusterError(f"CPU cannot be accounted here: {reason}")
        undo.note(cgroup=self._name)

    def new(self, name: str, quota: float | None = None) -> Cgroup:
        """Make a group; a quota, in cores, is never exceeded by all within it together."""
        account = self._made(self._mounts["cpuacct"], name)
        if quota is None:
            return Cgroup(account, None)
        if self._mounts["cpu"] == self._mounts["cpuacct"]:
            _delegate(account)
        brake = self._made(self._mounts["cpu"], name)
        runtime = int(quota * PERIOD)
        if (brake / "cpu.cfs_quota_us").exists():
            (brake / "cpu.cfs_period_us").write_text(str(PERIOD))
            (brake / "cpu.cfs_quota_us").write_text(str(runtime))
        else:
            (brake / "cpu.max").write_text(f"{runtime} {PERIOD}")
        return Cgroup(account, brake)

    def _made(self, mount: Path, name: str) -> Path:
        folder = mount / self._name / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def mounts() -> dict[str, Path]:
    """Return where `cpu` and `cpuacct` are mounted; version 2 is both."""
    found: dict[str, Path] = {}
    unified: Path | None = None
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        folder = Path(before.split()[4])
        if kind == "cgroup2":
            unified = folder
        elif kind == "cgroup":
            names = options.split(",")
            found.update({name: folder for name in ("cpu", "cpuacct") if name in names})
    if unified and not found:
        found = {"cpu": unified, "cpuacct": unified}
    return found


def why_not() -> str:
    """Say why groups cannot be made here; nothing where they can."""
    folders = set(mounts().values())
    if not folders:
        return "no cgroup hierarchy with CPU accounting is mounted"
    closed = [str(folder) for folder in folders if not os.access(folder, os.W_OK)]
    return f"cgroups cannot be made in {', '.join(closed)}" if closed else ""


def _delegate(account: Path) -> None:
    """Have version 2's CPU controller work down to a folder: each parent has to hand it on."""
    for parent in (account.parent.parent, account.parent):
        (parent / "cgroup.subtree_control").write_text("+cpu")
