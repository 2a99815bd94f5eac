"""A control plane with fake nodes whose processes are accounted, each by its name."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cluster import Cluster
from cluster.process import Process, Undo
from kit.processes.component import Component

from .cgroups import Cgroup, Cgroups
from .messages import NAMESPACE

CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
FAKE_NODES = 2
PAGE = 500  # objects in one answer


class Plane(Component):
    """A fresh one, while a `with` block lasts. What uses it gets its account here, too."""

    cluster: Cluster
    cgroups: Cgroups
    undo: Undo

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.groups: dict[str, Cgroup] = {}

    def account(self, name: str, quota: float | None = None) -> Cgroup:
        """Make the account of a name."""
        self.groups[name] = self.cgroups.new(name, quota)
        return self.groups[name]

    def cpu_seconds(self) -> dict[str, float]:
        """Return what each name has used so far."""
        return {name: group.cpu_seconds() for name, group in self.groups.items()}

    def jobs(self) -> list[dict[str, Any]]:
        """Return every Job that there is."""
        path = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs?limit={PAGE}"
        found, more = [], ""
        while True:
            page = json.loads(self.cluster.kubectl("get", "--raw", path + more))
            found += page["items"]
            if not page["metadata"].get("continue"):
                return found
            more = "&continue=" + page["metadata"]["continue"]

    def _start(self, stack: ExitStack) -> None:
        self.folder.mkdir(parents=True)
        self.undo = Undo()
        stack.callback(self.undo.everything)
        self.cgroups = Cgroups(self.undo)
        self.cluster = stack.enter_context(Cluster(fake_nodes=FAKE_NODES, state=self.folder))
        for process in self._processes():
            if process.pid:
                self.account(process.name).take(process.pid)
        self.cluster.kubectl("create", "namespace", NAMESPACE)

    def _processes(self) -> list[Process]:
        plane, nodes = self.cluster.control_plane, self.cluster.fake_nodes
        return [*(plane.processes if plane else []), *([nodes.process] if nodes else [])]


def since(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return what each name has used between two readings."""
    return {name: used - before.get(name, 0.0) for name, used in after.items()}


def of_control_plane(used: dict[str, float]) -> float:
    """Return what the control plane has used of that."""
    return sum(used[name] for name in CONTROL_PLANE)
