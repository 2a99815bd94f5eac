"""The runners' pods, and what is left of them and of their Jobs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

from cluster import Cluster

from .deployment import NAME

COMMAND = "sqs-k8s-jobs"
WORK = "sqs-k8s.jobs/id"  # the label of a message's Job
OWN = f"app.kubernetes.io/instance={NAME}"
OWN_KINDS = "clusterroles,clusterrolebindings,rolebindings,deployments"


class Runners:
    """The pods of the Deployment."""

    def __init__(self, cluster: Cluster) -> None:
        self._kubectl = cluster.kubectl

    def pods(self) -> list[dict[str, Any]]:
        """Return all of them."""
        return self._items("-n", NAME, "get", "pods")

    def addresses(self) -> dict[str, str]:
        """Return where each is that has an address, by its name."""
        return {
            pod["metadata"]["name"]: pod["status"]["podIP"]
            for pod in self.pods()
            if pod["status"].get("podIP")
        }

    def images(self) -> set[str]:
        """Return the images that they run."""
        return {pod["spec"]["containers"][0]["image"] for pod in self.pods()}

    def ready(self) -> int:
        """Return how many of them are ready."""
        path = "jsonpath={.status.readyReplicas}"
        return int(self._kubectl("-n", NAME, "get", "deployment", NAME, "-o", path) or 0)

    def leader(self) -> dict[str, Any] | None:
        """Return the pod whose runner holds the Lease."""
        holder = self._kubectl(
            *("-n", NAME, "get", "lease", NAME, "-o", "jsonpath={.spec.holderIdentity}")
        )
        found = [pod for pod in self.pods() if holder.startswith(pod["metadata"]["name"])]
        return found[0] if found else None

    def kill(self, pod: dict[str, Any]) -> int:
        """Send SIGKILL to the runner in a pod; return how many processes that were."""
        uid, killed = pod["metadata"]["uid"], 0
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                words = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
                if COMMAND in words and uid in (folder / "cgroup").read_text("utf-8"):
                    os.kill(int(folder.name), signal.SIGKILL)
                    killed += 1
        return killed

    def restarts(self) -> int:
        """Return how often a container was started again."""
        states = [one for pod in self.pods() for one in pod["status"].get("containerStatuses", [])]
        return sum(one["restartCount"] for one in states)

    def logs(self) -> str:
        """Return what all of them have logged of late."""
        return self._kubectl.attempt("-n", NAME, "logs", "-l", OWN, "--tail=200", "--prefix")

    def stuck(self) -> list[str]:
        """Return the Jobs that have a finalizer of ours."""
        return [
            job["metadata"]["name"]
            for job in self._items("get", "jobs", "-A", "-l", WORK)
            if any("sqs-k8s" in one for one in job["metadata"].get("finalizers", []))
        ]

    def left(self) -> list[str]:
        """Return what is left of the deployment itself."""
        found = self._items("get", OWN_KINDS, "-A", "-l", OWN)
        found += [
            one for one in self._items("get", "namespaces") if one["metadata"]["name"] == NAME
        ]
        return [f"{one['kind']}/{one['metadata']['name']}" for one in found]

    def _items(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._kubectl(*words, "-o", "json"))["items"]
        return found
