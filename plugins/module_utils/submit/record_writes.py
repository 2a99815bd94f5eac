# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Records that rejections have written, and the outcomes whose records could not be written."""

from __future__ import annotations

from typing import Any, Optional

from ..cluster import create_result
from ..objects import keys, records, state
from .outcome import Outcome

# Messages of which a record remembers that it answered them; an older one is answered again. Each
# takes some hundred bytes, and the API server keeps each change of a record for minutes.
SENDS = 100
UNPATCHED = "the record of its refusal could not be patched: {0}"

Record = dict[str, Any]


def is_new(one: Outcome) -> bool:
    """Tell whether a message is rejected now, and its caller hears of it."""
    rejected = one["outcome"] == create_result.REJECTED
    return rejected and bool(one["webhook"]) and one["delivered"] is None


def new_records(settled: list[Outcome], namespace: str, now: float) -> list[Record]:
    """Return the records to create for new rejections."""
    return [
        records.rejection_record(group[0], namespace, _sends(group), state.format_time(float(now)))
        for group in _groups(settled)
        if _its_record(group[0]) is None
    ]


def reopenings(settled: list[Outcome], now: float) -> list[dict[str, Any]]:
    """Return the patches by which records answer bodies that were sent again unchanged."""
    patches = [
        _reopening(record, _sends(group), state.format_time(float(now)))
        for group in _groups(settled)
        if (record := _its_record(group[0])) is not None
    ]
    return [patch for patch in patches if patch]


def unrecorded(
    outcomes: list[Outcome], new: list[Record], created: list[dict[str, Any]]
) -> list[Outcome]:
    """Return the outcomes without rejections whose record could not be created.

    A caller would hear nothing of it. That is the operator's fault, and the message comes again.
    C(created) is what was returned of each attempt to create the records; the last one counts.
    """
    results = next(filter(None, map(create_result.results, reversed(created))), [])
    errors = {
        record["metadata"]["name"]: create_result.classify(result)[1]
        for record, result in zip(new, results)  # noqa: B905 - none where none was asked
        if result.get("error")
    }
    return [_or_put_off(one, errors) for one in outcomes]


def unless_gone(
    settled: list[Outcome], patches: list[dict[str, Any]], results: list[dict[str, Any]]
) -> list[Outcome]:
    """Return the outcomes; a message whose record could not be patched is to be tried again."""
    failure_of = {
        patch["metadata"]["name"]: result
        for patch, result in zip(patches, results)  # noqa: B905 - one each
        if not result["ok"]
    }
    return [_or_again(one, failure_of) for one in settled]


def _or_put_off(one: Outcome, errors: dict[str, str]) -> Outcome:
    name = records.name_of(one["record"]) if one["record"] else ""
    if name not in errors:
        return one
    reason = "its record cannot be kept: {0}".format(create_result.without_name(errors[name], name))
    return {**one, **_again(reason, True)}


def _or_again(one: Outcome, failure_of: dict[str, dict[str, Any]]) -> Outcome:
    name = records.name_of(one["record"] or "")
    failure = failure_of.get(name)
    if failure is None:
        return one
    words = create_result.without_name(str(failure["error"]), name)
    return {**one, **_again(UNPATCHED.format(words), bool(failure.get("fault")))}


def _again(reason: str, fault: bool) -> Outcome:
    """Return what makes an outcome worth another try; its own namespace is not at fault."""
    again: Outcome = {"outcome": create_result.RETRY, "reason": reason, "error": None}
    return {**again, "namespace": None, "fault": fault}


def _groups(settled: list[Outcome]) -> list[list[Outcome]]:
    """Return the messages that are rejected now, grouped by the record that answers them."""
    found: dict[str, list[Outcome]] = {}
    for one in settled:
        if is_new(one):
            found.setdefault(one["record"] or "", []).append(one)
    return list(found.values())


def _its_record(one: Outcome) -> Optional[Record]:
    return next((each for each in one["earlier"] if state.rejection(each) == one["record"]), None)


def _sends(group: list[Outcome]) -> list[str]:
    return [one["send"] for one in group if one["send"]][-SENDS:]


def _reopening(record: Record, sends: list[str], moment: str) -> dict[str, Any]:
    """Return the patch that has a record answer these too; empty where it will by itself."""
    known = state.sends(record)
    oldest = sorted(known, key=lambda send: (known[send], send))
    forgotten = oldest[: max(0, len(known) + len(sends) - SENDS)]
    annotations: dict[str, Optional[str]] = {
        **{keys.SENT_PREFIX + send: None for send in forgotten},
        **{keys.SENT_PREFIX + send: moment for send in sends},
    }
    patch = state.object_ref(record)
    patch["metadata"]["annotations"] = annotations
    if state.callbacks_complete(record):
        key = records.KEY
        completed = (keys.REPORTED_PREFIX + key, keys.EXPIRED_PREFIX + key)
        names = (*completed, keys.RETRY_ANNOTATION, keys.NEXT_ANNOTATION)
        annotations.update(dict.fromkeys(names))
        patch["metadata"]["labels"] = {keys.DONE_LABEL: None, keys.EXPIRED_LABEL: None}
        patch["data"] = dict.fromkeys([records.SHARED_DATA, records.DATA.format(key)])
    return patch if annotations else {}
