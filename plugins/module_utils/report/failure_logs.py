# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The end of a failed container's log in the callback that tells of the failure, where wanted."""

from __future__ import annotations

import json
from typing import Any

from ..common.statuses import FAILED, status_of
from ..objects import pod_status
from .callbacks import by_owner, unwritten

MAX_BYTES = 16384  # an annotation keeps it until it is accepted

Callback = dict[str, Any]


def failed_containers(
    callbacks: list[Callback], pods: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """Return the containers whose logs failures are to tell: one each, where its pod is there.

    C(job) is the uid of the Job, and C(namespace), C(pod) and C(container) are names.
    """
    pods_of = by_owner(pods)
    found = []
    for one in _of_failures(callbacks):
        uid = one["about"]["metadata"]["uid"]
        failed = [
            (pod, name)
            for pod in pods_of.get(uid, [])
            if (name := pod_status.failed_container(pod))
        ]
        for pod, name in sorted(failed, key=lambda pair: pod_status.start_order(pair[0]))[-1:]:
            metadata = pod["metadata"]
            where = {"namespace": metadata["namespace"], "pod": metadata["name"]}
            found.append({**where, "container": name, "job": uid})
    return found


def log_ends(
    ends: list[dict[str, Any]], failed: dict[str, str], result: dict[str, Any], limit: int
) -> list[dict[str, Any]]:
    """Return the ends of logs, with that of one more, so many bytes of it, where it was read.

    C(failed) is one of what failed_containers returned, and C(result) what
    M(kubernetes.core.k8s_log) said, which holds the log twice.
    """
    log = _end(result.get("log") or "", min(int(limit), MAX_BYTES))
    return [*ends, {"report_failed": failed, "log": log}] if log else ends


def with_logs(callbacks: list[Callback], ends: list[dict[str, Any]], limit: int) -> list[Callback]:
    """Return the callbacks, with the logs that were read for them, so many bytes of each.

    C(ends) are what log_ends returned.
    """
    most = min(int(limit), MAX_BYTES)
    logs = {one["report_failed"]["job"]: _end(one["log"], most) for one in ends}
    failures = {one["about"]["metadata"]["uid"] for one in _of_failures(callbacks)} & set(logs)
    return [
        _with_log(one, logs[one["about"]["metadata"]["uid"]])
        if status_of(one["key"]) == FAILED and one["about"]["metadata"]["uid"] in failures
        else one
        for one in callbacks
    ]


def _of_failures(callbacks: list[Callback]) -> list[Callback]:
    """Return the callbacks of failures of which nothing was told yet: a repeat stays the same."""
    return [one for one in unwritten(callbacks) if status_of(one["key"]) == FAILED]


def _with_log(one: Callback, log: str) -> Callback:
    body = json.loads(one["body"])
    body["detail"]["log"] = log
    return {**one, "body": json.dumps(body)}


def _end(text: str, limit: int) -> str:
    """Return the last bytes of a text, from the beginning of a character."""
    return text.encode("utf-8", "replace")[-limit:].decode("utf-8", "ignore")
