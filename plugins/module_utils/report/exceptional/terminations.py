# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Terminations that no condition of a Job tells: deleted, cancelled, or never started.

Such an end is decided once, by writing it onto the Job as it was read; from then on it is
what the caller hears, whatever the Job does. Then the Job is deleted. Its finalizer keeps
the object, as a Job's end does.
"""

from __future__ import annotations

import json
from typing import Any

from ...common import error_codes
from ...common.printable import shown
from ...common.statuses import is_fleeting
from ...objects import failure_reasons, job_status, keys, state
from ..callbacks import by_owner
from ..due import due
from . import event_warnings, never_ending
from .orphans import goes_on, is_orphan

# Seconds after which a Job that should have gone on is touched. The Job controller waits up
# to five minutes for the sight of a pod that came and went while the API server was away, and
# then looks again only when the Job changes (Kubernetes 1.34, controller/job).
IDLE_SECONDS = 120

FOREGROUND = "foregroundDeletion"  # the finalizer of a deletion that takes the pods along


def decided(
    jobs: list[dict[str, Any]],
    pods: list[dict[str, Any]],
    events: list[dict[str, Any]],
    now: float,
    limits: dict[str, float],
) -> list[dict[str, Any]]:
    """Return the patches that decide the ends of these Jobs.

    Each holds for the Job as it was read only: one that starts or ends meanwhile goes on.
    C(limits) holds C(start_timeout), and may hold C(end_timeout) and C(suspend_timeout).
    """
    pods_of = by_owner(pods)
    start_timeout = float(limits["start_timeout"])
    found = []
    for job in jobs:
        own = pods_of.get(job["metadata"]["uid"], [])
        if not _may_still_end(job):
            continue
        if job_status.is_being_deleted(job):
            words = "the Job was deleted before it ended"
            found.append(_decision(job, own, error_codes.DELETED, words))
        elif is_late(job, own, now, start_timeout):
            words = "no pod started within {0:.0f} s: {1}".format(
                start_timeout, _why(job, own, events)
            )
            found.append(_decision(job, own, error_codes.POD_START_TIMEOUT, words))
        else:
            error = never_ending.never_ends(job, own, now, limits)
            found += [_decision(job, own, *error)] if error else []
    return found


def cancelled(
    jobs: list[dict[str, Any]], pods: list[dict[str, Any]], reason: str
) -> list[dict[str, Any]]:
    """Return the patches that cancel those of the Jobs which have not ended yet."""
    pods_of = by_owner(pods)
    return [
        _decision(job, pods_of.get(job["metadata"]["uid"], []), error_codes.CANCELLED, reason)
        for job in jobs
        if _may_still_end(job)
    ]


def late(
    jobs: list[dict[str, Any]], pods: list[dict[str, Any]], now: float, start_timeout: float
) -> list[dict[str, Any]]:
    """Return what the cluster's events are to be asked about: the Jobs that do not start.

    A Job's pod where there is one, since it is the pod that waits; else the Job. Not where the pods
    say why, and not of very many Jobs.
    """
    pods_of = by_owner(pods)
    found = []
    for job in jobs:
        own = pods_of.get(job["metadata"]["uid"], [])
        is_over = _may_still_end(job) and is_late(job, own, now, start_timeout)
        if is_over and not failure_reasons.wait(job, own):
            found += own[-1:] or [job]
    return event_warnings.asked(found)


def is_late(
    job: dict[str, Any], pods: list[dict[str, Any]], now: float, start_timeout: float
) -> bool:
    """Tell whether none of the Job's pods has started in time; held back, it has all of it."""
    since = failure_reasons.waiting_since(job, pods)
    if since is None or failure_reasons.has_started(job, pods):
        return False
    return float(now) - since >= float(start_timeout)


def touches(jobs: list[dict[str, Any]], now: float) -> list[dict[str, Any]]:
    """Return the patches that touch Jobs which the Job controller has lost sight of."""
    found = []
    for job in jobs:
        since = job_status.idle_since(job)
        if _may_still_end(job) and since is not None and float(now) - since >= IDLE_SECONDS:
            patch = state.object_ref(job)
            touched = {keys.TOUCHED_ANNOTATION: state.format_time(float(now))}
            patch["metadata"]["annotations"] = touched
            found.append(patch)
    return found


def to_delete(
    jobs: list[dict[str, Any]], pods: list[dict[str, Any]], keep_late: bool
) -> list[dict[str, Any]]:
    """Return the Jobs to delete, with their pods, as their ends were decided.

    One that somebody deleted in the background keeps its pods for as long as the finalizer
    holds it, so it is deleted once more. Of one that was deleted without its pods
    (C(--cascade=orphan)) these are to be deleted themselves.
    """
    running = {uid for uid, own in by_owner(pods).items() if any(goes_on(pod) for pod in own)}
    found = []
    for job in jobs:
        error = state.error(job)
        kept = keep_late and error and error["errorCode"] == error_codes.POD_START_TIMEOUT
        gone = job_status.is_being_deleted(job) and job["metadata"]["uid"] not in running
        taking_along = FOREGROUND in (job["metadata"].get("finalizers") or [])
        if error and not kept and not gone and not taking_along and not job_status.is_ended(job):
            found.append(state.object_ref(job))
        if error and not kept and not job_status.is_ended(job):
            found += [state.object_ref(pod) for pod in pods if is_orphan(pod, job)]
    return found


def needs_pods(job: dict[str, Any]) -> bool:
    """Tell whether it takes the Job's pods to know what there is to do."""
    decided_here = state.error(job) is not None and not job_status.is_ended(job)
    return decided_here or not state.callbacks_complete(job)


def is_over(job: dict[str, Any]) -> bool:
    """Tell whether the Job has ended, or its end was decided."""
    return job_status.is_ended(job) or state.error(job) is not None


def is_failed(job: dict[str, Any]) -> bool:
    """Tell whether the Job ended in any way but complete."""
    return job_status.is_failed(job) or state.error(job) is not None


def failure(job: dict[str, Any]) -> str:
    """Say in words for a person why the Job did not complete: they may quote a sender's text."""
    error = state.error(job)
    words = "{errorCode} {message}".format(**error) if error else failure_reasons.failure(job)
    return shown(words)


def _may_still_end(job: dict[str, Any]) -> bool:
    decided_before = state.error(job) is not None or state.callbacks_complete(job)
    return state.is_managed(job) and not decided_before and not job_status.is_ended(job)


def _decision(
    job: dict[str, Any], pods: list[dict[str, Any]], code: str, words: str
) -> dict[str, Any]:
    """Return the patch that terminates a Job, and records its started Pods before they go."""
    patch = state.object_ref(job)
    patch["metadata"]["resourceVersion"] = job["metadata"]["resourceVersion"]
    patch["metadata"]["annotations"] = {
        keys.ERROR_ANNOTATION: json.dumps(error_codes.error(code, words)),
        **{
            keys.DETAIL_PREFIX + key: json.dumps(detail)
            for key, detail in due(job, pods).items()
            if is_fleeting(key) and key not in state.details(job)
        },
    }
    return patch


def _why(job: dict[str, Any], pods: list[dict[str, Any]], events: list[dict[str, Any]]) -> str:
    found = failure_reasons.wait(job, pods) or event_warnings.warning([job, *pods], events)
    return found or ("its pod is still starting" if pods else "no pod was created")
