# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Finalizers of Jobs and lifetimes of records.

A Job that ended is held by a finalizer until all callbacks are delivered and the window against
redelivery is over; the record of a message that was refused stays as long. What keeps an expired
callback stays for some days more, for an operator to replay it.
"""

from __future__ import annotations

from typing import Any

from ..common.statuses import TERMINAL, status_of
from . import keys, state

MOST_OUTDATED = 400  # records that one report removes: each takes a request


def add_finalizer(manifest: dict[str, Any]) -> dict[str, Any]:
    """Put the finalizer onto a Job's manifest."""
    metadata = manifest["metadata"]
    others = [name for name in metadata.get("finalizers") or [] if name != keys.FINALIZER]
    metadata["finalizers"] = [*others, keys.FINALIZER]
    return manifest


def has_finalizer(job: dict[str, Any]) -> bool:
    """Tell whether the Job has the finalizer."""
    return keys.FINALIZER in (job["metadata"].get("finalizers") or [])


def over(things: list[dict[str, Any]], now: float, window: float) -> list[dict[str, Any]]:
    """Return the Jobs and records that were delivered so many seconds ago or more."""
    return [
        thing
        for thing in things
        if state.callbacks_complete(thing) and _told_at(thing) + float(window) <= float(now)
    ]


def releases(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the patches that take the finalizer from Jobs.

    Each holds for the Job as it was read only, since the list is replaced as a whole.
    """
    found = []
    for job in jobs:
        if has_finalizer(job):
            patch = state.object_ref(job)
            patch["metadata"]["resourceVersion"] = job["metadata"]["resourceVersion"]
            finalizers = job["metadata"]["finalizers"]
            patch["metadata"]["finalizers"] = [
                name for name in finalizers if name != keys.FINALIZER
            ]
            found.append(patch)
    return found


def removals(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records to delete: all but those with an expired callback."""
    return [state.object_ref(record) for record in records if not state.stores_expired(record)]


def outdated_selector(now: float, days: float) -> list[str]:
    """Return the label selector of the records that C(outdated) removes."""
    return [keys.ID_LABEL, "{0}<{1}".format(keys.EXPIRED_LABEL, _first_kept(now, days))]


def outdated(records: list[dict[str, Any]], now: float, days: float) -> list[dict[str, Any]]:
    """Return a limited number of records whose last callback expired more than so many days ago.

    With no days at all they are kept until somebody replays or deletes them. So are those of
    version 0.1.0, which did not write down when it was.
    """
    first = _first_kept(now, days)
    since = [(state.expired_on(record), record) for record in records]
    found = [record for day, record in since if float(days) > 0 and day and day < first]
    return found[:MOST_OUTDATED]


def _first_kept(now: float, days: float) -> str:
    return state.day(max(0.0, float(now) - float(days) * state.DAY))


def _told_at(thing: dict[str, Any]) -> float:
    """Return when the terminal status was delivered, whatever was attempted since."""
    settled = state.completed_callbacks(thing)
    moments = [settled[key] for key in settled if status_of(key) in TERMINAL]
    return max(moments, default=state.next_look(thing) or 0.0)
