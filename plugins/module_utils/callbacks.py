# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The five statuses that a caller hears, and which of them are due."""

from __future__ import annotations

import json
from typing import Any, Optional

from . import error_codes, job_state, labels
from .naming import id_label

JOB_STARTED = 0
POD_STARTED = 1
COMPLETE = 2
FAILED = 3
EXCEPTION = 99
TERMINAL = (COMPLETE, FAILED, EXCEPTION)
TITLES = {
    JOB_STARTED: "job started",
    POD_STARTED: "pod started",
    COMPLETE: "complete",
    FAILED: "failed",
    EXCEPTION: "exception",
}


def due(job: dict[str, Any], pods: list[dict[str, Any]], reported: list[int]) -> list[int]:
    """Return the statuses to report now, in their order.

    Depends on nothing but what the cluster says now and what was accepted before.
    """
    if any(status in TERMINAL for status in reported):
        return []
    now = [JOB_STARTED]
    if _has_run(job, pods):
        now.append(POD_STARTED)
    condition = job_state.terminal_condition(job)
    if condition:
        now.append(COMPLETE if condition["type"] == "Complete" else FAILED)
    return [status for status in now if status not in reported]


def detail(status: int, job: dict[str, Any], pods: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a status's detail, as the contract has it."""
    if status == JOB_STARTED:
        return {"jobId": job["metadata"]["uid"], "jobName": job["metadata"]["name"]}
    if status == POD_STARTED:
        # A pod that is gone can be known to have run, but not which it was.
        metadata = (job_state.first_started(pods) or {}).get("metadata", {})
        return {"podId": metadata.get("uid"), "podName": metadata.get("name")}
    if status == COMPLETE:
        return {"duration": job_state.duration(job)}
    failure = job_state.failure(job, pods)
    return {"error": error_codes.error(error_codes.JOB_FAILED, failure)}


def callback(
    message_id: Optional[str], url: Optional[str], status: int, body_detail: dict[str, Any]
) -> dict[str, Any]:
    """Return one callback: where it goes, and its body as the very text that is sent.

    The delivery id follows from id and status, so that a receiver can drop a repeat.
    """
    body = json.dumps({"id": message_id, "status": status, "detail": body_detail})
    return {
        "id": message_id,
        "url": url,
        "status": status,
        "body": body,
        "delivery_id": "{0}-{1}".format(
            id_label(body if message_id is None else message_id), status
        ),
    }


def callbacks_due(jobs: list[dict[str, Any]], pods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the callbacks that are due for these Jobs, each id's in their order."""
    pods_of: dict[str, list[dict[str, Any]]] = {}
    for pod in pods:
        pods_of.setdefault(_owner(pod), []).append(pod)
    found = []
    for job in jobs:
        message_id = job_state.message_id(job)
        if message_id is None:
            continue
        own = pods_of.get(job["metadata"]["uid"], [])
        for status in due(job, own, job_state.reported(job)):
            one = callback(message_id, job_state.webhook(job), status, detail(status, job, own))
            one["job"] = {name: job["metadata"][name] for name in ("namespace", "name", "uid")}
            one["job"]["id_label"] = job["metadata"]["labels"][labels.ID_LABEL]
            one["job"]["reported"] = job_state.reported(job)
            found.append(one)
    return found


def receipts(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one patch per Job that records which of its callbacks were accepted."""
    accepted: dict[str, dict[str, Any]] = {}
    for result in results:
        if result["accepted"]:
            job = accepted.setdefault(result["job"]["uid"], dict(result["job"]))
            job["reported"] = [*job["reported"], result["status"]]
    return [_receipt(job) for job in accepted.values()]


def _receipt(job: dict[str, Any]) -> dict[str, Any]:
    reported = ",".join(str(status) for status in job["reported"])
    metadata: dict[str, Any] = {name: job[name] for name in ("namespace", "name", "uid")}
    metadata["annotations"] = {labels.REPORTED_ANNOTATION: reported}
    if any(status in TERMINAL for status in job["reported"]):
        metadata["labels"] = {labels.DONE_LABEL: "true"}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata}


def _has_run(job: dict[str, Any], pods: list[dict[str, Any]]) -> bool:
    complete = job_state.is_ended(job) and bool((job.get("status") or {}).get("succeeded"))
    return complete or job_state.first_started(pods) is not None


def _owner(pod: dict[str, Any]) -> str:
    owners = pod["metadata"].get("ownerReferences") or [{}]
    return owners[0].get("uid", "")
