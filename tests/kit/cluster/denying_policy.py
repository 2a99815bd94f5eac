"""A policy engine that denies, in one namespace: the cluster's own admission policies."""

from __future__ import annotations

import json
from typing import Any

from cluster import Cluster
from cluster.errors import ClusterError

from kit.wait import until

API = "admissionregistration.k8s.io/v1"
PROBE = "probe-of-the-policy"
CREATE = {
    "jobs": ["create", "job", PROBE, "--image=busybox"],
    "configmaps": ["create", "configmap", PROBE],
}


class DenyingPolicy:
    """Denies operations on Jobs or ConfigMaps of a namespace, but for the cluster's own parts."""

    def __init__(self, cluster: Cluster, namespace: str, resource: str = "jobs") -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._resource = resource
        self._name = f"denied-{resource}-in-{namespace}"
        self.words = f"{resource} are not to be changed"

    def start(self, *operations: str) -> None:
        """Deny these operations, and return once the API server does."""
        allowed = f"!(request.operation in {json.dumps(operations)}) && request.name != '{PROBE}'"
        cluster_itself = "request.userInfo.username.startsWith('system:')"
        expression = f"{cluster_itself} || ({allowed})"
        rule = {
            "apiGroups": ["batch" if self._resource == "jobs" else ""],
            "apiVersions": ["v1"],
            "resources": [self._resource],
            "operations": ["CREATE", "UPDATE", "DELETE"],
        }
        self._apply(
            "ValidatingAdmissionPolicy",
            {
                "matchConstraints": {"resourceRules": [rule]},
                "validations": [{"expression": expression, "message": self.words}],
            },
        )
        within = {"matchLabels": {"kubernetes.io/metadata.name": self._namespace}}
        self._apply(
            "ValidatingAdmissionPolicyBinding",
            {
                "policyName": self._name,
                "validationActions": ["Deny"],
                "matchResources": {"namespaceSelector": within},
            },
        )
        until(self._holds, "the policy holds")

    def stop(self) -> None:
        """Deny nothing any more, and return once that is so."""
        for kind in ("ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"):
            self._cluster.kubectl("delete", kind, self._name, "--ignore-not-found")
        until(lambda: not self._holds(), "the policy is gone")

    def _apply(self, kind: str, spec: dict[str, Any]) -> None:
        thing = {"apiVersion": API, "kind": kind, "metadata": {"name": self._name}, "spec": spec}
        self._cluster.kubectl("apply", "-f", "-", stdin=json.dumps(thing))

    def _holds(self) -> bool:
        """Try it on an object that the API server only pretends to make."""
        try:
            create = [*CREATE[self._resource], "--dry-run=server"]
            self._cluster.kubectl("-n", self._namespace, *create)
        except ClusterError as exc:
            return self.words in str(exc)
        return False
