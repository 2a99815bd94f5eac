# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The end of a failed container's log in the callback of the failure, if enabled."""

from __future__ import annotations

import json
from typing import Any

from ...common.statuses import FAILED, status_of
from ...objects import pod_status
from ..callback import Callback
from ..callbacks import by_owner, without_detail

MAX_BYTES = 16384  # an annotation keeps it until it is accepted
MAX_LOGS = 20  # that one report reads: each takes a request, and may have megabytes


def failed_containers(
    callbacks: list[Callback], pods: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """Return the containers whose logs failures include: one each, while its Pod exists.

    Of very many it is the first ones; the other failures have none, as no caller is to wait for it.
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
    return found[:MAX_LOGS]


def with_failure_log(
    due: list[str], container: dict[str, str], read: dict[str, Any], limit: int
) -> list[str]:
    """Return due callbacks, as strings of JSON, with a container's log in its failure.

    C(container) is one of C(failed_containers), and C(read) what M(kubernetes.core.k8s_log) said of
    it; where it has no log, nothing changes. C(limit) is in bytes, of which MAX_BYTES are the most.
    """
    log = _end(read.get("log") or "", min(int(limit), MAX_BYTES))
    if not log:
        return due
    uid = container["job"]  # most texts lack it, and so stay unread for this container
    return [_with_log(text, uid, log) if uid in text else text for text in due]


def _of_failures(callbacks: list[Callback]) -> list[Callback]:
    """Return the callbacks of failures without any attempt yet: a repeat stays the same."""
    return [one for one in without_detail(callbacks) if status_of(one["key"]) == FAILED]


def _with_log(text: str, uid: str, log: str) -> str:
    callback = json.loads(text)
    if callback["about"]["metadata"]["uid"] != uid or not _of_failures([callback]):
        return text
    body = json.loads(callback["body"])
    body["detail"]["log"] = log
    return json.dumps({**callback, "body": json.dumps(body)})


def _end(text: str, limit: int) -> str:
    """Return the last bytes of a text, from the beginning of a character."""
    return text.encode("utf-8", "replace")[-limit:].decode("utf-8", "ignore")
