# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Callbacks: where each goes, and its body as the very text that is sent."""

from __future__ import annotations

import json
from typing import Any

from . import create_result, state
from .due import due, is_fleeting, status_of
from .webhooks.destinations import endpoint_of


def callback(thing: dict[str, Any], key: str, detail: dict[str, Any]) -> dict[str, Any]:
    """Return one callback about a Job or a record.

    The delivery id follows from id and key, so that a receiver can drop a repeat; a record's from
    its body and how that was judged, which tells it from whatever else has this id.
    """
    status = status_of(key)
    body = {"id": state.message_id(thing), "status": status, "detail": detail}
    digest, record = state.id_label(thing), state.rejection(thing)
    return {
        "id": state.message_id(thing),
        "id_label": digest,
        "record": record,
        "key": key,
        "status": status,
        "url": state.webhook(thing),
        "service": state.service(thing),
        "traceparent": state.traceparent(thing),
        "body": json.dumps(body),
        "delivery_id": "{0}-{1}".format(record or digest, key),
        "about": state.reference(thing),
        "job": thing["metadata"]["name"] if thing["kind"] == "Job" else None,
    }


def callbacks_due(
    things: list[dict[str, Any]], pods: list[dict[str, Any]], now: float
) -> list[dict[str, Any]]:
    """Return the callbacks that are due for Jobs and records, each one's in their order.

    Not for those whose next try is later than C(now), in seconds since 1970.
    """
    pods_of = by_owner(pods)
    found = []
    for thing in things:
        waiting = state.retry(thing).get("next", 0) > float(now)
        if state.is_ours(thing) and not waiting:
            own = pods_of.get(thing["metadata"]["uid"], [])
            steps = due(thing, own)
            found += [{**callback(thing, *step), **_state(thing)} for step in steps.items()]
    return found


def created_callbacks(
    created: dict[str, Any], now: float, later: list[str]
) -> list[dict[str, Any]]:
    """Return the callbacks that are due for Jobs that C(kubernetes.core.k8s) has just created.

    Not for the endpoints in C(later), which hear of them with the next report.
    """
    jobs = [one["result"] for one in create_result.results(created) if create_result.is_made(one)]
    return [one for one in callbacks_due(jobs, [], now) if endpoint_of(one["url"]) not in later]


def by_owner(pods: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return pods by the uid of the Job that owns them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for pod in pods:
        for owner in pod["metadata"].get("ownerReferences") or []:
            found.setdefault(owner["uid"], []).append(pod)
    return found


def _state(thing: dict[str, Any]) -> dict[str, Any]:
    """Return what a receipt has to know of the state from before."""
    return {
        "retry": state.retry(thing),
        "created": thing["metadata"].get("creationTimestamp"),
        "resource_version": thing["metadata"].get("resourceVersion"),
        "written": sorted(state.details(thing)),
    }


def unwritten(callbacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the callbacks whose details must be written down before they are sent."""
    return [
        one for one in callbacks if is_fleeting(one["key"]) and one["key"] not in one["written"]
    ]
