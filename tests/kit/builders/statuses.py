"""Conditions of Jobs, statuses of containers, and the values that objects have in tests."""

from __future__ import annotations

from typing import Any

JOB_UID = "08c87282-97e8-4993-9da4-359f3e84fdfd"
PREFIX = "sqs-k8s.jobs/"
CREATED = "2026-01-01T00:00:00Z"
CREATED_AT = 1767225600.0  # the same, as seconds since 1970
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ERROR = {"errorCode": "A110", "message": "invalid message: job.image is required"}

Thing = dict[str, Any]


def condition(kind: str, reason: str = "", message: str = "", status: str = "True") -> Thing:
    """A condition of a Job."""
    return {"type": kind, "status": status, "reason": reason, "message": message}


COMPLETE = condition("Complete", "CompletionsReached")
FAILED = condition("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")


def terminated(exit_code: int = 1, reason: str = "Error") -> Thing:
    """The status of a container that has ended."""
    return {"state": {"terminated": {"exitCode": exit_code, "reason": reason}}}


def waiting(reason: str = "ContainerCreating", **more: str) -> Thing:
    """The status of a container that has not started."""
    return {"state": {"waiting": {"reason": reason, **more}}}


def running() -> Thing:
    """The status of a container that runs."""
    return {"state": {"running": {"startedAt": CREATED}}}


def scheduling(reason: str, message: str | None = None) -> Thing:
    """The condition of a Pod that has no node."""
    said = {"message": message} if message else {}
    return {"type": "PodScheduled", "status": "False", "reason": reason, **said}
