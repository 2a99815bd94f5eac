# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Jobs that may never end: their Pods do not go, or nobody lets them start.

The Job controller says that a Job is complete or has failed once all its Pods have ended. A Pod
of a node that is lost never does. A suspended Job waits for who suspended it, such as Kueue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ...common import error_codes
from ...objects import state
from ...objects.job_status import ENDING

MAX_PODS = 3  # that are named


def never_ends(
    job: dict[str, Any], pods: Sequence[dict[str, Any]], now: float, limits: dict[str, float]
) -> Optional[tuple[str, str]]:
    """Return the error code and text for a Job that has not ended in time, None for others.

    C(limits) holds C(end_timeout) and C(suspend_timeout), in seconds; 0 or none is no limit.
    """
    timeout = float(limits.get("end_timeout") or 0)
    condition = _true(job, *ENDING)
    if condition and _is_over(condition, job, timeout, now):
        words = "the Job {0} ({1}), but its Pods have not ended within {2:.0f} s: {3}".format(
            ENDING[condition["type"]], _reason(condition), timeout, _left(pods)
        )
        return error_codes.NEVER_ENDS, words
    timeout = float(limits.get("suspend_timeout") or 0)
    condition = _true(job, "Suspended") or {}
    if (job.get("spec") or {}).get("suspend") and _is_over(condition, job, timeout, now):
        words = "the Job was suspended for longer than {0:.0f} s".format(timeout)
        return error_codes.SUSPENDED, words
    return None


def _true(job: dict[str, Any], *types: str) -> Optional[dict[str, Any]]:
    for condition in (job.get("status") or {}).get("conditions") or []:
        if condition.get("type") in types and condition.get("status") == "True":
            return condition
    return None


def _is_over(condition: dict[str, Any], job: dict[str, Any], timeout: float, now: float) -> bool:
    since = condition.get("lastTransitionTime") or job["metadata"].get("creationTimestamp") or ""
    return timeout > 0 and float(now) - state.parse_time(since) >= timeout


def _reason(condition: dict[str, Any]) -> str:
    return ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))


def _left(pods: Sequence[dict[str, Any]]) -> str:
    left = [pod for pod in pods if _phase(pod) not in ("Succeeded", "Failed")]
    named = ["{0} on {1} is {2}".format(*_place(pod)) for pod in left[:MAX_PODS]]
    more = ["and {0} more".format(len(left) - MAX_PODS)] if len(left) > MAX_PODS else []
    return ", ".join([*named, *more]) or "none of them is there"


def _place(pod: dict[str, Any]) -> tuple[str, str, str]:
    node = (pod.get("spec") or {}).get("nodeName") or "its node"
    deleted = pod["metadata"].get("deletionTimestamp")
    said = "Terminating since {0}".format(deleted) if deleted else _phase(pod)
    return pod["metadata"]["name"], node, said


def _phase(pod: dict[str, Any]) -> str:
    return (pod.get("status") or {}).get("phase") or "Pending"
