"""Objects that make a cluster refuse what concerns Jobs, in one namespace or everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import fault_kinds

Objects = list[dict[str, Any]]

ADMISSION = "admissionregistration.k8s.io/v1"
NAME_LABEL = "kubernetes.io/metadata.name"  # of a namespace
NOBODY = "https://127.0.0.1:9/"
WEBHOOK_SECONDS = 2


def admission_outage(name: str, namespace: str) -> Objects:
    """Have a webhook that nobody answers judge new Jobs."""
    webhook: dict[str, Any] = {
        "name": f"{name}.nobody.example",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Fail",
        "timeoutSeconds": WEBHOOK_SECONDS,
        "clientConfig": {"url": NOBODY},
        "namespaceSelector": _selector(namespace),
        "rules": [_jobs("CREATE")],
    }
    return [_object(ADMISSION, "ValidatingWebhookConfiguration", name, webhooks=[webhook])]


def quota_used_up(name: str, namespace: str) -> Objects:
    """Have room for no Job."""
    quota = _object("v1", "ResourceQuota", name, spec={"hard": {"count/jobs.batch": "0"}})
    quota["metadata"]["namespace"] = namespace
    return [quota]


def update_denied(name: str, namespace: str) -> Objects:
    """Let nobody but the cluster itself change Jobs that are there."""
    validation = {
        "expression": "request.userInfo.username.startsWith('system:')",
        "message": "Jobs are not to be changed",
    }
    policy = {
        "matchConstraints": {"resourceRules": [_jobs("UPDATE")]},
        "validations": [validation],
    }
    binding = {
        "policyName": name,
        "validationActions": ["Deny"],
        "matchResources": {"namespaceSelector": _selector(namespace)},
    }
    return [
        _object(ADMISSION, "ValidatingAdmissionPolicy", name, spec=policy),
        _object(ADMISSION, "ValidatingAdmissionPolicyBinding", name, spec=binding),
    ]


def _jobs(operation: str) -> dict[str, list[str]]:
    return {
        "apiGroups": ["batch"],
        "apiVersions": ["v1"],
        "operations": [operation],
        "resources": ["jobs"],
    }


def _selector(namespace: str) -> dict[str, Any]:
    return {"matchLabels": {NAME_LABEL: namespace}} if namespace else {}


def _object(version: str, kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **more}


MAKE: dict[str, Callable[[str, str], Objects]] = {
    fault_kinds.ADMISSION_OUTAGE: admission_outage,
    fault_kinds.QUOTA_USED_UP: quota_used_up,
    fault_kinds.UPDATE_DENIED: update_denied,
}
