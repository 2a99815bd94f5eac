"""Oracle of Job fields that the two fuzzed templates never set, independent of the policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

OF_PODS = {
    *("restartPolicy", "enableServiceLinks", "serviceAccountName", "nodeSelector"),
    *("tolerations", "affinity", "containers", "volumes"),
}
OF_CONTAINERS = {
    *("name", "image", "imagePullPolicy", "command", "args", "env", "envFrom", "resources"),
    "volumeMounts",
}
OF_VOLUMES = {"name", "persistentVolumeClaim", "configMap", "secret", "emptyDir", "image"}
OF_SPECS = {"ttlSecondsAfterFinished", "backoffLimit", "activeDeadlineSeconds", "template"}
# Words by which control planes, and nodes that are not ready, are known.
CLOSED = ("master", "control-plane", "controlplane", "etcd", "not-ready", "uninitialized")
OURS = "sqs-k8s.jobs/"
ANNOTATIONS = {"example.com/message"}


def strange(job: dict[str, Any]) -> Iterator[str]:
    """Return what a Job has that neither template writes, and which nodes it must not reach."""
    spec, pods = job["spec"], job["spec"]["template"]
    pod = pods["spec"]
    yield from _beyond(spec, OF_SPECS)
    yield from _beyond(pod, OF_PODS)
    for container in pod["containers"]:
        yield from _beyond(container, OF_CONTAINERS)
    for volume in pod.get("volumes") or []:
        yield from _beyond(volume, OF_VOLUMES)
    for owner in (job, pods):
        annotations = owner["metadata"].get("annotations") or {}
        yield from _beyond(
            {key: annotations[key] for key in annotations if not key.startswith(OURS)}, ANNOTATIONS
        )
    selected = pod.get("nodeSelector") or {}
    tolerated = [(one.get("key"), one.get("value")) for one in pod.get("tolerations") or []]
    for key, value in [*selected.items(), *tolerated]:
        yield from (word for word in CLOSED if word in f"{key}={value}")


def _beyond(owner: dict[str, Any], known: set[str]) -> Iterator[str]:
    yield from (name for name, value in owner.items() if value is not None and name not in known)
