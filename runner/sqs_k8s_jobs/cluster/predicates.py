"""Predicates: when a Job, Pod or record needs a report, from the watched object alone.

A hint and no more: the role report decides anew, from what the cluster says then.
"""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from sqs_k8s_jobs.cluster import servers

# Names that the collection gives: plugins/module_utils/objects/keys.py.
PREFIX = "sqs-k8s.jobs/"
ID_LABEL = PREFIX + "id"
DONE_LABEL = PREFIX + "done"
RECORD_LABEL = PREFIX + "record"
REJECTION_LABEL = PREFIX + "rejection"
EXPIRED_LABEL = PREFIX + "expired"
FINALIZER = PREFIX + "reported"
WEBHOOK_ANNOTATION = PREFIX + "webhook"
RETRY_ANNOTATION = PREFIX + "retry"
NEXT_ANNOTATION = PREFIX + "next-look"
ERROR_ANNOTATION = PREFIX + "error"
REPORTED_PREFIX = PREFIX + "reported-"
POD_REPORTED = REPORTED_PREFIX + "1"
POD_EXPIRED = PREFIX + "expired-1"
IDLE_SECONDS = 120  # after which the role report touches a Job that should have gone on
# After which a Job that is suspended or does not end is looked at, again and again.
STUCK_SECONDS = 120
SUSPENDED, ENDING = "suspended", "ending"  # how a Job may wait for ever

_WAITING = {"Suspended": SUSPENDED, "FailureTarget": ENDING, "SuccessCriteriaMet": ENDING}


def id_label(obj: dict[str, Any]) -> str | None:
    """Return the digest of the id that a Job, Pod or record belongs to."""
    return _labels(obj).get(ID_LABEL)


def digest(obj: dict[str, Any]) -> str | None:
    """Return the digest by which it is reported: a record's own, if any, else the id's."""
    return _labels(obj).get(REJECTION_LABEL) or id_label(obj)


def endpoint(obj: dict[str, Any]) -> str:
    """Return the endpoint of its webhook; empty where there is none."""
    return servers.endpoint_of(_annotations(obj).get(WEBHOOK_ANNOTATION))


def has_answered(obj: dict[str, Any]) -> bool:
    """Tell whether its endpoint has accepted something of it, and whatever came after that."""
    annotations = _annotations(obj)
    accepted = any(name.startswith(REPORTED_PREFIX) for name in annotations)
    return accepted and RETRY_ANNOTATION not in annotations


def job_requeue_after(job: dict[str, Any], now: float) -> float | None:
    """Return after how many seconds the Job is worth a report; None: not before it changes."""
    if DONE_LABEL in _labels(job):
        held = FINALIZER in (job["metadata"].get("finalizers") or [])
        return min(_until_next_look(job, now), _until_orphans(job, now)) if held else None
    if _is_to_be_ended(job) or (RETRY_ANNOTATION not in _annotations(job) and _has_news(job)):
        return 0.0
    return min(_until_next_look(job, now), _until_idle(job, now), _until_stuck(job, now))


def record_requeue_after(record: dict[str, Any], now: float) -> float | None:
    """Return the same for a rejected message's record; never for an expired callback's."""
    labels = _labels(record)
    if RECORD_LABEL not in labels or EXPIRED_LABEL in labels:
        return None
    return _until_next_look(record, now)


def tries(obj: dict[str, Any]) -> dict[str, float]:
    """Return when a callback of it that was not accepted was tried: `since`, `tried` and `next`.

    Each in seconds since 1970; what is not there, or is somebody else's text, is left out.
    """
    try:
        kept = json.loads(_annotations(obj).get(RETRY_ANNOTATION) or "{}")
        return {name: float(kept[name]) for name in ("since", "tried", "next") if name in kept}
    except (TypeError, ValueError, OverflowError, RecursionError):
        return {}


def attempt_failed(record: dict[str, Any]) -> bool:
    """Tell whether the last attempt at a callback of it failed."""
    return RETRY_ANNOTATION in _annotations(record) or EXPIRED_LABEL in _labels(record)


def pod_calls_for_report(pod: dict[str, Any]) -> bool:
    """Tell whether the Pod has just started; its Job shows its end."""
    return (pod.get("status") or {}).get("phase") == "Running"


def end(job: dict[str, Any]) -> dict[str, Any] | None:
    """Return the condition by which the Job has ended, if it has."""
    for condition in (job.get("status") or {}).get("conditions") or []:
        if condition.get("type") in ("Complete", "Failed") and condition.get("status") == "True":
            return dict(condition)
    return None


def waits(job: dict[str, Any]) -> tuple[str, float] | None:
    """Return whether the Job is suspended or does not end, and since when, if it may for ever."""
    annotations, metadata = _annotations(job), job["metadata"]
    if end(job) or ERROR_ANNOTATION in annotations or DONE_LABEL in _labels(job):
        return None
    for condition in (job.get("status") or {}).get("conditions") or []:
        if condition.get("status") == "True" and condition.get("type") in _WAITING:
            since = condition.get("lastTransitionTime") or metadata["creationTimestamp"]
            return _WAITING[condition["type"]], seconds(since)
    if (job.get("spec") or {}).get("suspend"):
        return SUSPENDED, seconds(metadata["creationTimestamp"])
    return None


def seconds(text: str) -> float:
    """Return a moment as Kubernetes writes it, in seconds since 1970."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _is_to_be_ended(job: dict[str, Any]) -> bool:
    """Tell whether the Job was deleted before it ended, and nobody has decided its end yet."""
    deleted = job["metadata"].get("deletionTimestamp") is not None
    return deleted and ERROR_ANNOTATION not in _annotations(job) and end(job) is None


def _has_news(job: dict[str, Any]) -> bool:
    """Tell whether the Job has a status that was not delivered yet."""
    annotations, status = _annotations(job), job.get("status") or {}
    if ERROR_ANNOTATION in annotations:
        return True
    started = any(status.get(name) for name in ("ready", "succeeded", "failed"))
    unreported = POD_REPORTED not in annotations and POD_EXPIRED not in annotations
    return end(job) is not None or (started and unreported)


def _until_next_look(obj: dict[str, Any], now: float) -> float:
    """Return in how many seconds its next look is.

    At once where it was tried in the future: a clock was ahead that is so no more, or another one.
    """
    if tries(obj).get("tried", 0.0) > now and DONE_LABEL not in _labels(obj):
        return 0.0
    text = _annotations(obj).get(NEXT_ANNOTATION)
    try:
        return max(0.0, seconds(text) - now) if text else 0.0
    except (ValueError, OverflowError):  # somebody else's text
        return 0.0


def _until_orphans(job: dict[str, Any], now: float) -> float:
    """Return in how many seconds to check, once, for orphaned Pods of a deleted Job."""
    deleted = job["metadata"].get("deletionTimestamp")
    if not deleted or ERROR_ANNOTATION not in _annotations(job) or end(job):
        return math.inf
    left = seconds(deleted) + STUCK_SECONDS - now
    return left if left > 0 else math.inf


def _until_stuck(job: dict[str, Any], now: float) -> float:
    """Return in how many seconds a Job that may wait for ever is to be looked at."""
    waiting = waits(job)
    return max(0.0, waiting[1] + STUCK_SECONDS - now) if waiting else math.inf


def _until_idle(job: dict[str, Any], now: float) -> float:
    """Return in how many seconds a Job with failed pods, none active and no end is to be touched.

    Infinitely many where it goes on.
    """
    status, metadata = job.get("status") or {}, job["metadata"]
    idle = status.get("failed") and not status.get("active") and end(job) is None
    if not idle or metadata.get("deletionTimestamp") or (job.get("spec") or {}).get("suspend"):
        return math.inf
    touched = [seconds(one["time"]) for one in metadata.get("managedFields") or [] if "time" in one]
    return max(0.0, max(touched, default=math.inf) + IDLE_SECONDS - now)


def _labels(obj: dict[str, Any]) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def _annotations(obj: dict[str, Any]) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}
