# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Pods that go on without their Job, as after C(kubectl delete job --cascade=orphan)."""

from __future__ import annotations

from typing import Any

from ...objects import state

JOB_UID_LABEL = "batch.kubernetes.io/controller-uid"  # of a pod, by the Job controller


def is_orphan(pod: dict[str, Any], job: dict[str, Any]) -> bool:
    """Tell whether the pod was this very Job's, has lost its owner, and goes on."""
    owners = pod["metadata"].get("ownerReferences") or []
    of_job = (pod["metadata"].get("labels") or {}).get(JOB_UID_LABEL) == job["metadata"]["uid"]
    same_id = state.id_label(pod) == state.id_label(job)
    return of_job and same_id and not owners and goes_on(pod)


def goes_on(pod: dict[str, Any]) -> bool:
    """Tell whether the pod has neither ended nor been deleted."""
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return not ended and pod["metadata"].get("deletionTimestamp") is None
