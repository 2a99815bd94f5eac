"""Hints of Pods and Jobs to record on the Job before they are gone, and how soon.

Hints and no more: each is worth one look of the role report, which decides what is kept.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from sqs_k8s_jobs.cluster import predicates
from sqs_k8s_jobs.workqueue.latest import Latest

# Written by plugins/module_utils/objects and report.
REASONS_ANNOTATION = predicates.PREFIX + "pod-reasons"
POD_DETAIL = predicates.PREFIX + "detail-1"
FAILED_DETAIL = predicates.PREFIX + "detail-3"
DELETED = "Deleted"
MOST_IDS = 100_000  # whose hints are remembered
AT_ONCE = 0.0
PODLESS = 6.0  # seconds, with which the role report has given the Job controller its time
SOON = 5.0  # seconds, in which most Pods that only had to wait for a moment have started
PATIENTLY = 30.0  # seconds; init containers take their time
_ON_ITS_WAY = (None, "ContainerCreating", "PodInitializing")


def of_pod(pod: dict[str, Any]) -> dict[str, float]:
    """Return why a Pod waits or is about to go, and in how many seconds to report it."""
    status = pod.get("status") or {}
    true = _conditions(status, "True")
    if "DisruptionTarget" in true:
        return {true["DisruptionTarget"]: AT_ONCE}
    if pod["metadata"].get("deletionTimestamp"):
        return {} if status.get("phase") in ("Succeeded", "Failed") else {DELETED: AT_ONCE}
    found = {_waiting(one): SOON for one in _containers(status)}
    if status.get("phase") == "Running":
        found["ended" if _is_left_behind(status) else None] = SOON
    else:
        false = _conditions(status, "False")
        found[false.get("PodScheduled")] = SOON
        if "ContainersNotInitialized" in false.values():
            found["ContainersNotInitialized"] = PATIENTLY
    return {word: seconds for word, seconds in found.items() if word is not None}


def of_job(job: dict[str, Any]) -> dict[str, float]:
    """Return a Job's hints about its Pods that are not recorded, and how soon to report them.

    Where a callback waits for its next try, no report would come before that.
    """
    annotations, status = job["metadata"].get("annotations") or {}, job.get("status") or {}
    ended, failed = predicates.end(job), status.get("failed")
    counts = "/".join(str(status.get(name) or 0) for name in ("ready", "succeeded", "failed"))
    found = {}
    if predicates.RETRY_ANNOTATION in annotations:
        if ended and ended["type"] == "Failed" and FAILED_DETAIL not in annotations:
            found["failed"] = AT_ONCE
        if counts != "0/0/0" and POD_DETAIL not in annotations:
            found[f"started {counts}"] = AT_ONCE
    if _is_podless(job):
        found["no pod"] = PODLESS
    if failed and not ended and all(waits for _, waits in _kept(job)):
        found["a pod failed"] = SOON
    return found


class Hints:
    """Remembers which hints were given for which id, until its Job is done."""

    def __init__(self) -> None:
        self._given: Latest[set[str]] = Latest(MOST_IDS)
        self._lock = threading.Lock()

    def new(self, digest: str, reasons: dict[str, float]) -> float | None:
        """Return in how many seconds to report, if a hint is new."""
        with self._lock:
            given = self._given.get(digest, set())
            new = {word: seconds for word, seconds in reasons.items() if word not in given}
            if new:
                self._given[digest] = given | new.keys()
        return min(new.values(), default=None)

    def saw(self, digest: str, job: dict[str, Any]) -> bool:
        """Note a Job's recorded reasons; tell whether they cover all hints."""
        stored = {reason for reason, _ in _kept(job)}
        with self._lock:
            given = self._given.get(digest, set())
            if stored:
                self._given[digest] = given | stored
        return given <= stored

    def forget(self, digest: str) -> None:
        """Forget an id without further hints."""
        with self._lock:
            self._given.pop(digest, None)


def _is_podless(job: dict[str, Any]) -> bool:
    """Tell whether the Job controller has begun with a Job and could create none of its Pods."""
    status = job.get("status") or {}
    counts = ("active", "ready", "succeeded", "failed")
    begun = status.get("startTime") and not any(status.get(name) for name in counts)
    return bool(begun) and not (job.get("spec") or {}).get("suspend") and not predicates.end(job)


def _kept(job: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return a Job's recorded reasons, each with whether it is a reason to wait."""
    text = (job["metadata"].get("annotations") or {}).get(REASONS_ANNOTATION)
    try:
        found = json.loads(text) if text else {}
        return [(word, bool(one["waits"])) for word, one in found.items()]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return []  # somebody else's text


def _containers(status: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        one
        for name in ("initContainerStatuses", "containerStatuses")
        for one in status.get(name) or []
    ]


def _waiting(container: dict[str, Any]) -> str | None:
    reason = ((container.get("state") or {}).get("waiting") or {}).get("reason")
    return None if reason in _ON_ITS_WAY else reason


def _is_left_behind(status: dict[str, Any]) -> bool:
    """Tell whether one container has ended and another runs on, which may keep the Pod."""
    states = [one.get("state") or {} for one in status.get("containerStatuses") or []]
    return any("terminated" in one for one in states) and any("running" in one for one in states)


def _conditions(status: dict[str, Any], value: str) -> dict[str, str]:
    """Return the reasons of the conditions with this value, by their type."""
    return {
        one["type"]: one["reason"]
        for one in status.get("conditions") or []
        if one.get("status") == value and one.get("type") and one.get("reason")
    }
