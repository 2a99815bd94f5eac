"""Hostile messages that ask for what others trust: labels, and nodes that are kept free."""

from __future__ import annotations

from hostile.case import FORBIDDEN, Case


def _label(key, value="true"):
    """A message whose pod has one more label."""
    fargate = {"job.fargate": {"key": key, "value": value}}
    words = f"job.fargate.key: '{key}' is not allowed (allowed: WorkerType)"
    return Case(f"the pod label {key}", fargate, FORBIDDEN, words)


# Somebody's webhook, controller, Service or NetworkPolicy acts upon each of these.
LABELS = [
    *(_label("azure.workload.identity/use"), _label("aadpodidbinding", "admin")),
    *(_label("eks.amazonaws.com/fargate-profile", "system"), _label("linkerd.io/inject")),
    *(_label("admission.datadoghq.com/enabled"), _label("admission.gatekeeper.sh/ignore")),
    *(_label("karpenter.sh/do-not-disrupt"), _label("pod-template-hash", "5f4d8")),
    *(_label("name", "db"), _label("role", "db"), _label("tier", "backend"), _label("app", "db")),
    *(_label("workertype"), _label("xWorkerType"), _label("WorkerTypes")),
]

CASES = [*LABELS]
