# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The pending actions of Jobs and records, computed at once, in little data.

Each task of a play copies what it is given. Objects are big, and actions are small.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Optional

from ..objects import failure_reasons, finalizers
from . import callbacks
from .callback import Callback
from .exceptional import event_warnings, failure_logs, terminations

Thing = dict[str, Any]


def pending_actions(
    objects: list[Thing],
    pods: list[Thing],
    now: float,
    limits: dict[str, float],
    keep_late: bool = False,
    cluster_events: Sequence[Thing] = (),
    cancel_reason: Optional[str] = None,
    release_undelivered: bool = False,
) -> dict[str, Any]:
    """Return what is to be done now, at C(now) in seconds since 1970; plugins/filter has the keys.

    C(limits) holds C(deduplication_window), C(start_timeout), C(end_timeout) and
    C(suspend_timeout), in seconds, and may hold C(expired_for), in days. C(cluster_events) are
    Kubernetes Events, once they were read. With a C(cancel_reason), terminations cancel each Job;
    C(release_undelivered) releases each Job.
    """
    jobs = [one for one in objects if one["kind"] == "Job"]
    found = callbacks.callbacks_due(objects, pods, now)
    found += callbacks.callbacks_to_note(objects, pods, now)
    return {
        "callbacks": [json.dumps(one) for one in found],
        "failed_containers": failure_logs.failed_containers(found, pods),
        "terminations": terminations.decided(jobs, pods, list(cluster_events), now, limits)
        if cancel_reason is None
        else terminations.cancelled(jobs, pods, cancel_reason),
        "deletions": terminations.to_delete(jobs, pods, keep_late),
        "unstarted": terminations.late(jobs, pods, now, limits["start_timeout"]),
        "touches": terminations.touches(jobs, now),
        **_reasons(jobs, pods, found, cluster_events, now),
        **_releases(objects, jobs, now, limits, release_undelivered),
    }


def _reasons(
    jobs: list[Thing],
    pods: list[Thing],
    found: list[Callback],
    cluster_events: Sequence[Thing],
    now: float,
) -> dict[str, Any]:
    """Return the annotations of Pods' reasons; those of a callback go with its details."""
    pods_of = callbacks.by_owner(pods)
    noted = {one["about"]["metadata"]["uid"] for one in found}
    others = [job for job in jobs if job["metadata"]["uid"] not in noted]
    return {
        "podless": event_warnings.podless(jobs, pods_of, now),
        "notes": failure_reasons.notes(others, pods_of, now)
        + event_warnings.warned(jobs, list(cluster_events), now),
    }


def _releases(
    objects: list[Thing],
    jobs: list[Thing],
    now: float,
    limits: dict[str, float],
    release_undelivered: bool,
) -> dict[str, Any]:
    """Return what is released or deleted at the end of its time."""
    days = limits.get("expired_for") or 0.0
    over = finalizers.over(objects, now, limits["deduplication_window"])
    released = jobs if release_undelivered else [one for one in over if one["kind"] == "Job"]
    return {
        "releases": finalizers.releases(released),
        "removals": finalizers.removals([one for one in over if one["kind"] != "Job"]),
        "outdated": finalizers.outdated(objects, now, days),
        "outdated_selector": finalizers.outdated_selector(now, days),
    }
