"""Looking at Jobs and Pods of a test's namespace."""

from __future__ import annotations

import json
from typing import Any

from cluster import Cluster

from kit.wait import until

NO_PODS = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: '0'}}\n"
ROOT_CA = "kube-root-ca.crt"  # a ConfigMap; it comes some time after its namespace


class Jobs:
    """The Jobs of one namespace, as the API server has them."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self.namespace = namespace

    def all(self, kind: str = "jobs") -> list[dict[str, Any]]:
        """Return every object of a kind but what Kubernetes puts into each namespace by itself."""
        items = json.loads(self.kubectl("get", kind, "-o", "json"))["items"]
        return [one for one in items if one["metadata"]["name"] != ROOT_CA]

    def kept_reasons(self) -> str:
        """Return the reasons that the only Job keeps, as text."""
        return str(self.one()["metadata"]["annotations"].get("sqs-k8s.jobs/pod-reasons", ""))

    def one(self) -> dict[str, Any]:
        """Return the only Job."""
        (job,) = self.all()
        return job

    def pods(self) -> list[dict[str, Any]]:
        """Return every Pod."""
        return self.all("pods")

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl in the namespace."""
        return self._cluster.kubectl("-n", self.namespace, *arguments, stdin=stdin)

    def uids(self) -> set[str]:
        """Return the uids of every Job."""
        return {job["metadata"]["uid"] for job in self.all()}

    def delete(self) -> None:
        """Delete every Job, as a person would, without waiting for it."""
        self.kubectl("delete", "jobs", "--all", "--wait=false")

    def pass_deadline(self) -> None:
        """Let every Job's deadline pass now, in whatever time it came as far as this."""
        at_once = json.dumps({"spec": {"activeDeadlineSeconds": 1}})
        for job in self.all():
            self.kubectl("patch", "job", job["metadata"]["name"], "--type=merge", "-p", at_once)
        until(lambda: all(map(has_ended, self.all())) and not self.pods(), "the deadline took all")

    def until_ended(self) -> None:
        """Wait until every Job has ended."""
        until(lambda: all(map(has_ended, self.all())), "the Jobs have ended")

    def until_running(self) -> None:
        """Wait until every Pod runs, and the Job controller has seen it: Jobs change no more."""
        until(lambda: phases(self.pods()) == {"Running"}, "the Pods run")
        until(lambda: all(map(is_seen_ready, self.all())), "the Job controller has seen it")


def is_seen_ready(job: dict[str, Any]) -> bool:
    """Tell whether the Job controller knows all of a Job's Pods as ready."""
    active, ready = (job["status"].get(name, 0) for name in ("active", "ready"))
    return 0 < active == ready


def has_ended(job: dict[str, Any]) -> bool:
    """Tell whether a Job is complete or has failed."""
    conditions = job["status"].get("conditions", [])
    return any(one["type"] in ("Complete", "Failed") for one in conditions)


def phases(pods: list[dict[str, Any]]) -> set[str]:
    """Return the phases that Pods are in."""
    return {pod["status"]["phase"] for pod in pods}
