# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Callbacks that are due: what a caller has to hear and has not heard.

What is due follows from what the cluster says now and from what was settled
before, and from nothing else.
"""

from __future__ import annotations

from typing import Any, Optional

from ..common import error_codes
from ..common.statuses import (
    COMPLETE,
    EXCEPTION,
    FAILED,
    JOB_STARTED,
    POD_STARTED,
    TERMINAL,
    status_of,
)
from ..objects import failure_reasons, job_status, pod_status, state

# Starts of Pods that a Job has callbacks for, each with two annotations, of 256 KiB together.
MAX_STARTS = 100

Detail = dict[str, Any]


def due(thing: dict[str, Any], pods: list[dict[str, Any]]) -> dict[str, Detail]:
    """Return the details of the callbacks to make now, by key and in their order.

    For a Job and its pods, or for the record of a rejected message.
    """
    settled = state.completed_callbacks(thing)
    if any(str(status) in settled for status in TERMINAL):
        return {}
    details = _of_job(thing, pods) if thing["kind"] == "Job" else _of_record(thing)
    return {key: detail for key, detail in details.items() if key not in settled}


def _of_job(job: dict[str, Any], pods: list[dict[str, Any]]) -> dict[str, Detail]:
    metadata = job["metadata"]
    details: dict[str, Detail] = {
        str(JOB_STARTED): {"jobId": metadata["uid"], "jobName": metadata["name"]}
    }
    details.update(_starts(job, pods))
    details.update(_end(job, pods))
    return details


def _starts(job: dict[str, Any], pods: list[dict[str, Any]]) -> dict[str, Detail]:
    """Return the starts of pods: those written down before, then those seen now, up to so many."""
    first = str(POD_STARTED)
    details = {
        key: detail for key, detail in state.details(job).items() if status_of(key) == POD_STARTED
    }
    if _end_is_written(job):
        return details  # a start that is seen only now would come after the end
    known = {detail.get("podId") for detail in details.values()}
    for pod in pod_status.started_pods(pods):
        metadata = pod["metadata"]
        if metadata["uid"] not in known and len(details) < MAX_STARTS:
            key = "{0}.{1}".format(first, metadata["uid"]) if details else first
            details[key] = {"podId": metadata["uid"], "podName": metadata["name"]}
    if not details and _is_complete(job):
        # It ran, but its pod is gone, and with it which one it was.
        details[first] = {"podId": None, "podName": None}
    return details


def _end(job: dict[str, Any], pods: list[dict[str, Any]]) -> dict[str, Detail]:
    error = state.error(job)
    if error:
        return {str(EXCEPTION): {"error": error}}
    if _is_complete(job):
        return {str(COMPLETE): {"duration": job_status.duration(job)}}
    if not job_status.is_failed(job):
        return {}
    written = state.details(job).get(str(FAILED))
    failure = error_codes.error(error_codes.JOB_FAILED, failure_reasons.failure(job, pods))
    return {str(FAILED): written or {"error": failure}}


def _of_record(record: dict[str, Any]) -> dict[str, Detail]:
    error: Optional[dict[str, str]] = state.error(record)
    return {str(EXCEPTION): {"error": error}} if error else {}


def _end_is_written(job: dict[str, Any]) -> bool:
    return state.error(job) is not None or str(FAILED) in state.details(job)


def _is_complete(job: dict[str, Any]) -> bool:
    return job_status.is_ended(job) and not job_status.is_failed(job)
