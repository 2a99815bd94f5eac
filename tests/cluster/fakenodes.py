"""Nodes without a machine behind them: kwok plays their kubelet, as stages.yaml says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .kubectl import Kubectl
from .place import Place
from .progress import Stopwatch, say

MARK = {"kwok.x-k8s.io/node": "fake"}
SELECTOR = "kwok.x-k8s.io/node=fake"
STAGES = Path(__file__).with_name("stages.yaml")
READY_SECONDS = 180
CAPACITY = {"cpu": "1000", "memory": "4Ti", "pods": "20000", "ephemeral-storage": "100Ti"}


@dataclass(frozen=True)
class FakeNode:
    """A node to be played. Taints are written as kubectl writes them: key=value:Effect."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[str, ...] = ()
    capacity: Mapping[str, str] = field(default_factory=dict)

    def manifest(self) -> dict[str, Any]:
        """The Node object; what it claims to have beyond the default comes on top."""
        labels = {
            "kubernetes.io/hostname": self.name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            **MARK,
            **self.labels,
        }
        capacity = {**CAPACITY, **self.capacity}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": self.name, "labels": labels, "annotations": MARK},
            "spec": {"taints": [taint(text) for text in self.taints]},
            "status": {"capacity": capacity, "allocatable": capacity},
        }


def taint(text: str) -> dict[str, str]:
    """A taint from key=value:Effect or key:Effect."""
    name, _, effect = text.rpartition(":")
    key, _, value = name.partition("=")
    return {"key": key, "value": value, "effect": effect}


class FakeNodes:
    """kwok, for one cluster."""

    def __init__(self, place: Place, kubectl: Kubectl, kubeconfig: Path) -> None:
        self._kubectl = kubectl
        flags = [
            f"--kubeconfig={kubeconfig}",
            f"--config={STAGES}",
            f"--manage-nodes-with-annotation-selector={SELECTOR}",
            "--node-lease-duration-seconds=40",
            "--cidr=10.244.0.1/16",
            "--node-ip=10.244.0.1",
        ]
        self.process = place.process("kwok", flags)

    def start(self) -> None:
        self.process.start()

    def add(self, nodes: Iterable[FakeNode]) -> None:
        """Make nodes, and wait for them."""
        items = [node.manifest() for node in nodes]
        if items:
            document = {"apiVersion": "v1", "kind": "List", "items": items}
            self._kubectl("create", "-f", "-", stdin=json.dumps(document))
            self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until every fake node is Ready."""
        watch = Stopwatch()
        ready = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
        names = "jsonpath={.items[*].metadata.name}"
        get = ("get", "nodes", "-l", SELECTOR, "-o")

        def all_ready() -> bool:
            answers = self._kubectl.attempt(*get, ready).split()
            return answers.count("True") == len(self._kubectl(*get, names).split())

        self.process.wait_until(all_ready, "the fake nodes are Ready", READY_SECONDS)
        say(f"fake nodes: {len(self._kubectl(*get, names).split())}, Ready after {watch}")


def plain(count: int) -> list[FakeNode]:
    """Nodes that take any pod, for load."""
    return [FakeNode(f"fake-node-{number}") for number in range(count)]
