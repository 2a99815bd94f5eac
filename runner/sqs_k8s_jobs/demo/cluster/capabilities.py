"""The offers of a cluster for the demo's messages: GPUs, Fargate nodes, volumes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqs_k8s_jobs.cluster.api import FAULTS
from sqs_k8s_jobs.demo.cluster.api import Api, status

GPU = "nvidia.com/gpu"
FARGATE = ("eks.amazonaws.com/compute-type", "fargate")
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
HARD = ("NoSchedule", "NoExecute")
CLOSED = ("node-role.kubernetes.io/", "node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")


@dataclass(frozen=True)
class Capabilities:
    """The offers of a cluster."""

    gpus: int = 0  # of the node that has most
    gpu_tolerations: tuple[dict[str, str], ...] = ()  # of that node's taints
    fargate: bool = False
    volumes: bool = False  # a claim gets a volume, which goes as the claim goes


def detect(api: Api) -> Capabilities:
    """Ask the cluster. What may not be seen counts as not there."""
    nodes = _list_readable(api.core.list_node)
    gpus, tolerations = _gpus(nodes)
    return Capabilities(
        gpus=gpus,
        gpu_tolerations=tolerations,
        fargate=any((one.metadata.labels or {}).get(FARGATE[0]) == FARGATE[1] for one in nodes),
        volumes=any(
            _provisions_volumes(one) for one in _list_readable(api.storage.list_storage_class)
        ),
    )


def _list_readable(ask: Callable[[], Any]) -> list[Any]:
    try:
        return list(ask().items)
    except FAULTS as exc:
        if status(exc) != 403:
            raise
        return []


def _gpus(nodes: Iterable[Any]) -> tuple[int, tuple[dict[str, str], ...]]:
    """Return how many GPUs the best node has, and what a pod must tolerate to get there."""
    best: tuple[int, tuple[dict[str, str], ...]] = (0, ())
    for node in nodes:
        count = int((node.status.allocatable or {}).get(GPU, 0))
        taints = [one for one in node.spec.taints or [] if one.effect in HARD]
        closed = node.spec.unschedulable or any(one.key.startswith(CLOSED) for one in taints)
        if count > best[0] and not closed:
            best = (count, tuple(_toleration(one) for one in taints))
    return best


def _toleration(taint: Any) -> dict[str, str]:
    return {
        "key": taint.key,
        "operator": "Equal",
        "value": taint.value or "",
        "effect": taint.effect,
    }


def _provisions_volumes(storage_class: Any) -> bool:
    """Tell whether claims get a volume of it unasked, and it is deleted with the claim."""
    annotations = storage_class.metadata.annotations or {}
    return annotations.get(DEFAULT_CLASS) == "true" and storage_class.reclaim_policy in (
        None,
        "Delete",
    )
