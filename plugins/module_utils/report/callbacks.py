# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Callbacks: where each goes, and its body as the very text that is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..cluster import create_result
from ..common.statuses import is_fleeting, status_of
from ..objects import failure_reasons, state
from ..webhooks.destinations.servers import endpoint_of
from .callback import Callback
from .due import due


def callback(thing: dict[str, Any], key: str, detail: dict[str, Any]) -> Callback:
    """Return a callback about a Job or a record.

    The delivery id follows from the Job's uid and the key, so that a receiver can drop a repeat; a
    record's from its body and how that was judged. So nothing else has it that has this id.
    """
    status = status_of(key)
    body = {"id": state.message_id(thing), "status": status, "detail": detail}
    queue, sender = state.source(thing)
    return {
        "id": state.message_id(thing),
        "id_label": state.id_label(thing) or "",
        "unscoped_label": state.unscoped_label(thing),
        "record": state.rejection(thing),
        "key": key,
        "status": status,
        "url": state.webhook(thing),
        "service": state.service(thing),
        "queue": queue or None,
        "sender": sender or None,
        "traceparent": state.traceparent(thing),
        "body": json.dumps(body),
        "delivery_id": "{0}-{1}".format(state.delivery(thing), key),
        "about": state.object_ref(thing),
        "job": thing["metadata"]["name"] if thing["kind"] == "Job" else None,
    }


def callbacks_due(
    things: list[dict[str, Any]], pods: list[dict[str, Any]], now: float
) -> list[Callback]:
    """Return the callbacks that are due for Jobs and records, each object's in order.

    Not for those whose next try is later than C(now), in seconds since 1970.
    """
    # The longest wait comes first: an endpoint may have no time for all.
    things = sorted(things, key=lambda thing: state.retry(thing).get("next", 0))
    return _callbacks([thing for thing in things if not _waits(thing, now)], pods, now)


def callbacks_to_note(
    things: list[dict[str, Any]], pods: list[dict[str, Any]], now: float
) -> list[Callback]:
    """Return the callbacks of Jobs whose next try is later, of which something is to be noted.

    It is noted as it is seen: the pods that it speaks of may be gone when they are sent. Each
    has C(later).
    """
    waiting = [thing for thing in things if thing["kind"] == "Job" and _waits(thing, now)]
    found: list[Callback] = [{**one, "later": True} for one in _callbacks(waiting, pods, now)]
    unnoted = {
        *map(owner_uid, without_detail(found)),
        *(owner_uid(one) for one in found if one["reasons"]),
    }
    return [one for one in found if owner_uid(one) in unnoted]


def inline_callbacks(
    created: list[dict[str, Any]], now: float, later: list[str], unwritable: Sequence[str] = ()
) -> list[Callback]:
    """Return the callbacks that are due for Jobs that C(kubernetes.core.k8s) has just created.

    C(created) are its results. Not for the endpoints in C(later) nor the namespaces in
    C(unwritable): the next report tells.
    """
    made = [
        one["result"]
        for registered in created
        for one in create_result.results(registered)
        if create_result.is_created(one)
    ]
    jobs = [job for job in made if job["metadata"]["namespace"] not in unwritable]
    return [one for one in callbacks_due(jobs, [], now) if endpoint_of(one["url"]) not in later]


def owner_uid(one: Callback) -> str:
    """Return the uid of a callback's Job or record."""
    return str(one["about"]["metadata"]["uid"])


def annotation_patch(one: Callback) -> dict[str, Any]:
    """Return a patch of a callback's Job or record that has no annotations yet."""
    return {**one["about"], "metadata": {**one["about"]["metadata"], "annotations": {}}}


def by_owner(pods: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return pods by the uid of the Job that owns them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for pod in pods:
        for owner in pod["metadata"].get("ownerReferences") or []:
            found.setdefault(owner["uid"], []).append(pod)
    return found


def _callbacks(
    things: list[dict[str, Any]], pods: list[dict[str, Any]], now: float
) -> list[Callback]:
    pods_of = by_owner(pods)
    found: list[Callback] = []
    for thing in filter(state.is_managed, things):
        own = pods_of.get(thing["metadata"]["uid"], [])
        steps, details = due(thing, own), state.details(thing)
        found += [
            {**callback(thing, *step), **_state(thing), "has_detail": step[0] in details}
            for step in steps.items()
        ]
        if steps:  # what is said once for all of them: a Job may have a hundred
            reasons = failure_reasons.unstored(thing, own, now) if own else None
            found[-len(steps)] |= {"retry": state.retry(thing), "reasons": reasons}
    return found


def _waits(thing: dict[str, Any], now: float) -> bool:
    """Tell whether its next try is later.

    What was tried in the future was written by a clock that was ahead: its pause says nothing.
    """
    tries = state.retry(thing)
    return bool(tries.get("tried", 0) <= float(now) < tries.get("next", 0))


def _state(thing: dict[str, Any]) -> Callback:
    """Return what a receipt has to know of the state from before."""
    return {
        "retry": {},
        "reasons": None,
        "created": thing["metadata"].get("creationTimestamp"),
        "resource_version": thing["metadata"].get("resourceVersion"),
    }


def without_detail(callbacks: list[Callback]) -> list[Callback]:
    """Return the callbacks whose details must be written down before they are sent."""
    return [one for one in callbacks if is_fleeting(one["key"]) and not one["has_detail"]]
