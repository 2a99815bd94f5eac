# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Records: ConfigMaps of messages and callbacks without a Job.

The record of a message that was refused carries its callback 99, and which messages it answers.
A record may also keep callbacks that expired, until an operator replays or drops them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..common.printable import shown
from ..message.naming import body_label
from ..webhooks.destinations.rules import without_account
from ..webhooks.destinations.servers import endpoint_of
from . import keys, state

NAME = keys.RECORD_NAME + "{0}"
KEY = "99"  # of the callback that a record of a refused message carries
DATA = "{0}.json"
# What all callbacks of a Job have alike is there once: a record has room for 1 MiB, of which a URL
# may take 8 KiB. Older versions have it in each.
SHARED_DATA = DATA.format("message")
SHARED = ("id", "id_label", "url", "service", "queue", "sender")
CALLBACK = ("key", "status", "body", "delivery_id", "error")
UNKNOWN = dict.fromkeys(("service", "queue", "sender"))  # of what older versions have kept


def name_of(digest: str) -> str:
    """Return the name of a record."""
    return NAME.format(digest)


def rejection_record(
    one: Mapping[str, Any], namespace: str, sends: list[str], moment: str
) -> dict[str, Any]:
    """Return the record of a rejected message, whose caller hears 99.

    It answers the messages in C(sends), digests of SQS's ids of them, which came at C(moment).
    """
    record = _record(one["record"], one, namespace)
    own = {
        keys.RECORD_LABEL: body_label(one["body_sha256"]),
        keys.REJECTION_LABEL: one["record"],
    }
    record["metadata"]["labels"].update(own)
    record["metadata"]["annotations"] = {
        keys.BODY_ANNOTATION: one["body_sha256"],
        keys.ERROR_ANNOTATION: json.dumps(one["error"]),
        keys.RULES_ANNOTATION: one["rules_digest"],
        keys.GENERATION_ANNOTATION: str(one["generation"]),
        **keys.of_message({**one, "webhook": without_account(one["webhook"])}),
        **{keys.SENT_PREFIX + send: moment for send in sends},
    }
    if one["id"] is not None:
        record["metadata"]["annotations"][keys.ID_ANNOTATION] = one["id"]
    if one.get("traceparent"):
        record["metadata"]["annotations"][keys.TRACE_ANNOTATION] = one["traceparent"]
    return record


def expired_callback_records(
    expired: Sequence[Mapping[str, Any]], namespace: str, now: float
) -> list[dict[str, Any]]:
    """Return the records of callbacks that have just expired, one per Job or record.

    C(now) is in seconds since 1970.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in expired:
        whose = one.get("record") or _owner(one)
        record = found.setdefault(whose, _record(whose, one, namespace))
        record["metadata"]["labels"][keys.EXPIRED_LABEL] = state.day(float(now))
        if one.get("id") is not None:
            record["metadata"]["annotations"] = {keys.ID_ANNOTATION: one["id"]}
        data = record.setdefault("data", {})
        data[SHARED_DATA] = _json(one, SHARED)
        data[DATA.format(one["key"])] = _json(one, CALLBACK)
    return list(found.values())


def callbacks_of(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the callbacks in records, each id's in their order."""
    found = []
    for record in records:
        data = record.get("data") or {}
        shared = json.loads(data.get(SHARED_DATA, "{}"))
        own = [{**shared, **json.loads(data[name])} for name in data if name != SHARED_DATA]
        for one in sorted(own, key=lambda one: (one["status"], one["key"])):
            url = {"url": without_account(one["url"] or "")}
            found.append({**UNKNOWN, **one, **url, "stored_in": state.object_ref(record)})
    return found


def stored_callbacks(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the C(callbacks) in records, and the same as C(lines) for a person."""
    found = callbacks_of(records)
    return {"callbacks": found, "lines": lines(found)}


def moved_records(
    records: list[dict[str, Any]], namespace: str, there: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return copies of records for another namespace, of those that are not there yet."""
    known = {one["metadata"]["name"] for one in there}
    return [
        {
            **{name: one[name] for name in ("apiVersion", "kind", "data") if one.get(name)},
            "metadata": {
                **{name: one["metadata"].get(name) or {} for name in ("labels", "annotations")},
                "name": one["metadata"]["name"],
                "namespace": namespace,
            },
        }
        for one in records
        if one["metadata"]["name"] not in known
    ]


def lines(callbacks: list[dict[str, Any]]) -> list[str]:
    """Return callbacks that expired as lines for a person."""
    words = "{0}: {1} to {2} - {3}"
    return [
        words.format(
            shown(one["id"] or one["id_label"]),
            one["status"],
            endpoint_of(one["url"]),
            shown(one["error"]),
        )
        for one in callbacks
    ]


def emptied(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records of which every callback was accepted now."""
    open_uids = {one["stored_in"]["metadata"]["uid"] for one in results if not one["accepted"]}
    references = {one["stored_in"]["metadata"]["uid"]: one["stored_in"] for one in results}
    return [reference for uid, reference in references.items() if uid not in open_uids]


def _json(one: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return json.dumps({name: one.get(name) for name in names}, ensure_ascii=False)


def _owner(callback: Mapping[str, Any]) -> str:
    """Return by what a Job's delivery ids begin: another Job of its id has its own record."""
    owner: str = callback.get("delivery_id") or callback["id_label"]
    return owner.removesuffix("-{0}".format(callback["key"]))


def _record(digest: str, one: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name_of(digest),
            "namespace": namespace,
            "labels": {
                **keys.of_id(one),
                "app.kubernetes.io/managed-by": "sqs-k8s-jobs",
            },
        },
    }
