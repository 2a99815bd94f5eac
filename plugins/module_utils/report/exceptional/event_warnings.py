# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The cluster's warning events of Jobs whose Pods do not start, or cannot be created."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ...objects import failure_reasons, job_status, state
from ...objects.containers import MESSAGE_LENGTH
from ...objects.pod_status import Reason

# Jobs of which one report asks for events: each takes a request, and the others wait meanwhile.
MAX_ASKED = 50
PODLESS_SECONDS = 5.0  # in which the Job controller creates the pods of a Job that it has begun

# Reasons of warnings for which no pod waits: Fargate gives one to each, without logs configured.
HARMLESS = ("LoggingDisabled", "DNSConfigForming", "MissingClusterDNS")


def podless(
    jobs: list[dict[str, Any]], pods_of: dict[str, list[dict[str, Any]]], now: float
) -> list[dict[str, Any]]:
    """Return the Jobs without any Pod so far, as when a quota refuses them.

    Only an event says why; each has C(namespace) and C(uid). Of very many it is the oldest ones.
    """
    found = [
        job
        for job in jobs
        if state.is_managed(job)
        and not pods_of.get(job["metadata"]["uid"])
        and not (state.callbacks_complete(job) or state.error(job) or state.reasons(job))
        and float(now) - (job_status.waiting_since(job) or float(now)) >= PODLESS_SECONDS
    ]
    return asked(found)


def asked(things: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the requests for the events of these objects, the oldest and not too many."""
    oldest = sorted(things, key=lambda one: one["metadata"].get("creationTimestamp") or "")
    return [
        {"namespace": one["metadata"]["namespace"], "uid": one["metadata"]["uid"]}
        for one in oldest[:MAX_ASKED]
    ]


def warned(
    jobs: list[dict[str, Any]], events: list[dict[str, Any]], now: float
) -> list[dict[str, Any]]:
    """Return the patches that record events' warnings on Jobs."""
    found = []
    for job in jobs:
        last = last_warning([job], events)
        word = str(last.get("reason")) if last else ""
        text = failure_reasons.added(job, [Reason(word, _words(last), True)], now) if last else None
        if text:
            found.append(failure_reasons.note(job, text))
    return found


def warning(things: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]) -> Optional[str]:
    """Describe the last relevant warning event of these objects."""
    last = last_warning(things, events)
    return _words(last) if last else None


def last_warning(
    things: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]
) -> Optional[dict[str, Any]]:
    """Return the last event that warns of something that matters."""
    uids = {thing["metadata"]["uid"] for thing in things}
    found = [
        event
        for event in sorted(events, key=_event_time)
        if (event.get("involvedObject") or {}).get("uid") in uids
        and event.get("type") == "Warning"
        and event.get("reason") not in HARMLESS
    ]
    return found[-1] if found else None


def _event_time(event: dict[str, Any]) -> float:
    """Return when an event came last, as seconds since 1970; the newer kind has a series."""
    series = event.get("series") or {}
    moments = (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime"))
    return max(state.parse_time(one or "") for one in moments)


def _words(event: dict[str, Any]) -> str:
    return "{0}: {1}".format(event.get("reason"), event.get("message"))[:MESSAGE_LENGTH]
