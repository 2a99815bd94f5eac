"""Which Jobs are worth a report: small questions to one object, as the watch sees it.

A hint and no more: the role report decides anew, from what the cluster says then.
"""

from __future__ import annotations

from typing import Any

ID_LABEL = "sqs-k8s.jobs/id"
DONE_LABEL = "sqs-k8s.jobs/done"
REPORTED_ANNOTATION = "sqs-k8s.jobs/reported"


def id_label(thing: dict[str, Any]) -> str | None:
    """Return the digest of the id that a Job or Pod belongs to."""
    return (thing["metadata"].get("labels") or {}).get(ID_LABEL)


def job_wakes(job: dict[str, Any]) -> bool:
    """Tell whether the Job says something that was not reported yet."""
    metadata, status = job["metadata"], job.get("status") or {}
    if DONE_LABEL in (metadata.get("labels") or {}):
        return False
    reported = (metadata.get("annotations") or {}).get(REPORTED_ANNOTATION, "").split(",")
    if "0" not in reported or _has_ended(status):
        return True
    started = any(status.get(name) for name in ("ready", "succeeded", "failed"))
    return started and "1" not in reported


def pod_wakes(pod: dict[str, Any]) -> bool:
    """Tell whether the Pod has just started; how it ends, its Job says."""
    return (pod.get("status") or {}).get("phase") == "Running"


def _has_ended(status: dict[str, Any]) -> bool:
    return any(
        condition.get("type") in ("Complete", "Failed") and condition.get("status") == "True"
        for condition in status.get("conditions") or []
    )
