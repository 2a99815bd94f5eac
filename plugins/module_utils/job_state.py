# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""What a Job and its pods say: small questions, each answered from the object alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from . import state

# Reasons of a container that was given up before its process ran.
_NEVER_RAN = ("StartError", "ContainerCannotRun", "ContainerStatusUnknown")


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


def waiting_since(job: dict[str, Any]) -> Optional[float]:
    """Return since when the Job waits for its first pod to start, as seconds since 1970.

    None where it does not: it has started, or it is suspended.
    """
    started = (job.get("status") or {}).get("startTime")
    suspended = (job.get("spec") or {}).get("suspend")
    if not started or suspended or is_started(job):
        return None
    return state.seconds(started)


def idle_since(job: dict[str, Any]) -> Optional[float]:
    """Return since when nobody has touched a Job that has failed pods, none active and no end.

    As seconds since 1970; None where it goes on, is suspended, deleted or has ended.
    """
    status = job.get("status") or {}
    idle = status.get("failed") and not status.get("active") and not is_ended(job)
    if not idle or (job.get("spec") or {}).get("suspend") or is_being_deleted(job):
        return None
    touched = [one.get("time") or "" for one in job["metadata"].get("managedFields") or []]
    return max(map(state.seconds, touched), default=None)


def duration(job: dict[str, Any]) -> int:
    """Return the whole seconds from a complete Job's start to its completion."""
    status = job["status"]
    started, completed = status.get("startTime"), status.get("completionTime")
    if not started or not completed:
        return 0
    return max(0, int(state.seconds(completed) - state.seconds(started)))


def pod_started(pod: dict[str, Any]) -> bool:
    """Tell whether a container of the pod runs or has run."""
    status = pod.get("status") or {}
    for container in status.get("containerStatuses") or []:
        state, last = container.get("state") or {}, container.get("lastState") or {}
        if "running" in state or _ran(state.get("terminated")) or _ran(last.get("terminated")):
            return True
    return status.get("phase") in ("Running", "Succeeded")


def started_pods(pods: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pods that have started, in that order, however they are listed."""
    return sorted((pod for pod in pods if pod_started(pod)), key=start_order)


def pod_waiting(pod: dict[str, Any]) -> Optional[str]:
    """Say in words why a pod does not start: its container's reason, or the scheduler's."""
    status = pod.get("status") or {}
    for container in status.get("containerStatuses") or []:
        waiting = (container.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
            return ": ".join(filter(None, (waiting["reason"], waiting.get("message"))))
    for condition in status.get("conditions") or []:
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))
    return None


def pod_failure(pod: dict[str, Any]) -> Optional[str]:
    """Say in words why a pod failed: its own reason, or its container's with the exit code."""
    status = pod.get("status") or {}
    parts = []
    if status.get("phase") == "Failed" and status.get("reason"):
        parts.append(": ".join(filter(None, (status["reason"], status.get("message")))))
    for container in status.get("containerStatuses") or []:
        ended = (container.get("state") or {}).get("terminated")
        if ended and ended.get("exitCode") != 0:
            parts.append(
                "container {0}: {1}, exit code {2}".format(
                    container.get("name"), ended.get("reason") or "Error", ended.get("exitCode")
                )
            )
    if not parts:
        return None
    return "pod {0}: {1}".format(pod["metadata"]["name"], ", ".join(parts))


def failure(job: dict[str, Any], pods: Sequence[dict[str, Any]] = ()) -> str:
    """Say in words why a Job failed: its condition, and the last of its pods that failed."""
    condition = terminal_condition(job) or {}
    text = ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))
    told = [pod_failure(pod) for pod in sorted(pods, key=start_order)]
    reasons = [reason for reason in told if reason]
    return "; ".join(filter(None, [text, *reasons[-1:]])) or "the Job failed"


def _ran(terminated: Optional[dict[str, Any]]) -> bool:
    return terminated is not None and terminated.get("reason") not in _NEVER_RAN


def start_order(pod: dict[str, Any]) -> tuple[str, str]:
    """Return what pods are sorted by: when they started, those that have not at the end."""
    return (pod.get("status") or {}).get("startTime") or "~", pod["metadata"]["name"]
