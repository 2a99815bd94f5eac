# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""A Job's status: small predicates, each on the object alone."""

from __future__ import annotations

from typing import Any, Optional

from . import state

BACKOFF_LIMIT = "BackoffLimitExceeded"
# Conditions of a Job that is about to fail or to be complete, and their words in a callback.
ENDING = {"FailureTarget": "has failed", "SuccessCriteriaMet": "has met its success criteria"}


def terminal_condition(job: dict[str, Any]) -> Optional[dict[str, Any]]:
    """Return the condition C(Complete) or C(Failed) once it is true."""
    for condition in (job.get("status") or {}).get("conditions") or []:
        if condition.get("type") in ("Complete", "Failed") and condition.get("status") == "True":
            return condition
    return None


def is_ended(job: dict[str, Any]) -> bool:
    """Tell whether the Job is complete or has failed."""
    return terminal_condition(job) is not None


def is_failed(job: dict[str, Any]) -> bool:
    """Tell whether the Job has failed."""
    condition = terminal_condition(job)
    return condition is not None and condition["type"] == "Failed"


def is_started(job: dict[str, Any]) -> bool:
    """Tell, from the Job alone, whether a pod of it runs or has run, or the Job has ended."""
    status = job.get("status") or {}
    counts = [status.get(name) or 0 for name in ("ready", "succeeded", "failed")]
    return any(counts) or is_ended(job)


def is_being_deleted(job: dict[str, Any]) -> bool:
    """Tell whether somebody, or its TTL, has deleted the Job; a finalizer may still hold it."""
    return job["metadata"].get("deletionTimestamp") is not None


def stops_its_pods(job: dict[str, Any]) -> bool:
    """Tell whether the Job's pods are deleted for it: it ends, is suspended or is deleted.

    Where its backoff limit is exceeded, a deleted pod may be the one that has exceeded it.
    """
    conditions = (job.get("status") or {}).get("conditions") or []
    ends = any(
        one.get("type") in ENDING
        and one.get("status") == "True"
        and one.get("reason") != BACKOFF_LIMIT
        for one in conditions
    )
    return ends or is_being_deleted(job) or bool((job.get("spec") or {}).get("suspend"))


def waiting_since(job: dict[str, Any]) -> Optional[float]:
    """Return since when the Job waits for its first pod to start, as seconds since 1970.

    None where it does not: it has started, or it is suspended.
    """
    started = (job.get("status") or {}).get("startTime")
    suspended = (job.get("spec") or {}).get("suspend")
    if not started or suspended or is_started(job):
        return None
    return state.parse_time(started)


def idle_since(job: dict[str, Any]) -> Optional[float]:
    """Return since when nobody has touched a Job that has failed pods, none active and no end.

    As seconds since 1970; None where it goes on, is suspended, deleted or has ended.
    """
    status = job.get("status") or {}
    idle = status.get("failed") and not status.get("active") and not is_ended(job)
    if not idle or (job.get("spec") or {}).get("suspend") or is_being_deleted(job):
        return None
    touched = [one.get("time") or "" for one in job["metadata"].get("managedFields") or []]
    return max(map(state.parse_time, touched), default=None)


def duration(job: dict[str, Any]) -> int:
    """Return the whole seconds from a complete Job's start to its completion."""
    status = job["status"]
    started, completed = status.get("startTime"), status.get("completionTime")
    if not started or not completed:
        return 0
    return max(0, int(state.parse_time(completed) - state.parse_time(started)))
