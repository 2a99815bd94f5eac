# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The reasons why a Job failed or does not start, from its conditions and its Pods.

Pods go: with the Job's end, with a node, with whoever preempts them. So a reason is kept on the
Job once it is seen, each one once and no more than a few, and is in the end's callback when the
Pods are gone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Optional

from . import job_status, keys, pod_status, state
from .pod_status import Reason

KEPT = 6  # reasons of one Job, at most


def failure(job: dict[str, Any], pods: Sequence[dict[str, Any]] = ()) -> str:
    """Describe why a Job failed: its condition, the last failure of a Pod, the last wait.

    A wait counts where no pod started, or after a failure.
    """
    condition = job_status.terminal_condition(job) or {}
    text = ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))
    seen = _seen(job, pods)
    failures = _failures(seen, condition.get("reason"))
    reasons = [seen[place].words for place in failures[-1:]]
    started = has_started(job, pods)
    since = (failures or [len(seen)])[-1] if started else 0
    waits = [one.words for one in seen[since:] if one.waits]
    reasons += ["a pod waited: {0}".format(words) for words in waits[-1:]]
    return "; ".join(filter(None, [text, *reasons])) or "the Job failed"


def wait(job: dict[str, Any], pods: Sequence[dict[str, Any]]) -> Optional[str]:
    """Describe why the Pods of a Job do not start, or did not when last seen."""
    return next((one.words for one in reversed(_seen(job, pods)) if one.waits), None)


def unstored(job: dict[str, Any], pods: Sequence[dict[str, Any]], now: float) -> Optional[str]:
    """Return the annotation that records the Pods' reasons; None if it is recorded already."""
    return added(job, _shown(pods), now)


def added(job: dict[str, Any], shown: Sequence[Reason], now: float) -> Optional[str]:
    """Return the annotation that also records these reasons; None if they are recorded already."""
    kept = state.reasons(job)
    if job_status.is_ended(job) or state.error(job) or len(kept) >= KEPT:
        return None
    stops = job_status.stops_its_pods(job)
    lasting = [one for one in shown if not (stops and one.word == pod_status.DELETED)]
    new = {one.word: one for one in lasting if one.word not in kept}
    moment = {"at": float(now)}
    entries = {
        word: {"words": one.words, "waits": one.waits, **moment} for word, one in new.items()
    }
    return json.dumps(dict([*kept.items(), *entries.items()][:KEPT])) if entries else None


def notes(
    jobs: list[dict[str, Any]], pods_of: dict[str, list[dict[str, Any]]], now: float
) -> list[dict[str, Any]]:
    """Return the patches that record reasons on Jobs without another write."""
    found = []
    for job in jobs:
        text = unstored(job, pods_of.get(job["metadata"]["uid"], []), now)
        if state.is_managed(job) and not state.callbacks_complete(job) and text:
            found.append(note(job, text))
    return found


def note(job: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the patch that records reasons, even if the Job has changed meanwhile."""
    patch = state.object_ref(job)
    patch["metadata"]["annotations"] = {keys.REASONS_ANNOTATION: text}
    return patch


def waiting_since(job: dict[str, Any], pods: Sequence[dict[str, Any]]) -> Optional[float]:
    """Return since when the Job waits for its first pod to start, as seconds since 1970.

    None where it does not, or a gate holds a pod back: then it counts from the gate's end.
    """
    since = job_status.waiting_since(job)
    if since is None or any(pod_status.is_gated(pod) for pod in pods):
        return None
    kept = state.reasons(job)
    if pod_status.GATED not in kept:
        return since
    later = list(kept.values())[list(kept).index(pod_status.GATED) + 1 :]
    moments = [one.get("at") for one in later] + [pod_status.scheduled_at(pod) for pod in pods]
    ends = [float(one) for one in moments if isinstance(one, (int, float))]
    return max(since, min(ends)) if ends else None


def has_started(job: dict[str, Any], pods: Sequence[dict[str, Any]]) -> bool:
    """Tell whether a pod of the Job is known to have started."""
    return bool(pod_status.started_pods(pods)) or "1" in state.details(job)


def _failures(seen: Sequence[Reason], reason: Optional[str]) -> list[int]:
    """Return the places of the failures that a Job's end may come from.

    A Job that fails has its other pods deleted, so a deletion is a reason where nothing else is,
    and not beside a deadline.
    """
    failures = [place for place, one in enumerate(seen) if not one.waits]
    others = [place for place in failures if seen[place].word != pod_status.DELETED]
    return others if others or reason == "DeadlineExceeded" else failures


def _seen(job: dict[str, Any], pods: Sequence[dict[str, Any]]) -> list[Reason]:
    """Return the recorded reasons, then the Pods' reasons."""
    shown = _shown(pods)
    words = {one.word for one in shown}
    kept = [
        Reason(word, str(one.get("words")), bool(one.get("waits")))
        for word, one in state.reasons(job).items()
        if word not in words
    ]
    return kept + shown


def _shown(pods: Sequence[dict[str, Any]]) -> list[Reason]:
    """Return what pods show, in the order in which they started; the last of the same alone."""
    found: dict[str, Reason] = {}
    for pod in sorted(pods, key=pod_status.start_order):
        for one in (pod_status.failure(pod), pod_status.waiting(pod)):
            if one:
                found.pop(one.word, None)
                found[one.word] = one
    return list(found.values())
