# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Rejections: a rejected body binds itself alone, and its record answers each repeat.

A record belongs to a body, to what judged it and to the words of the refusal. The same body sent
again unchanged is answered by the same 99; judged anew by another policy, template or variables,
it has a record of the next generation, with a delivery id of its own. What SQS redelivers is known
by SQS's own id of the message, and is no new submission.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Optional

from ..cluster import create_result
from ..message import sources
from ..message.naming import LABEL_DIGITS
from ..objects import keys, records, state

# Messages of which a record remembers that it answered them; an older one is answered again. Each
# takes some hundred bytes, and the API server keeps each change of a record for minutes.
SENDS = 100
JUDGEMENT_DIGITS = 16
UNPATCHED = "the record of its refusal could not be patched: {0}"

Outcome = dict[str, Any]
Record = dict[str, Any]


def by_body(known: list[Record]) -> dict[str, list[Record]]:
    """Return records by the digests of their bodies."""
    found: dict[str, list[Record]] = {}
    for record in known:
        body = state.annotations_of(record).get(keys.BODY_ANNOTATION, "")
        found.setdefault(body, []).append(record)
    return found


def binding(known: list[Record], now: float) -> list[Record]:
    """Return records as they bind messages at C(now), in seconds since 1970.

    One that keeps an expired callback stays until an operator replays that. Once its window is
    over it answers no redelivered message any more, but is used again where its body is sent again.
    """
    found = []
    for record in known:
        if not _has_lapsed(record, now):
            found.append(record)
        elif state.rejection(record) is not None:
            found.append(_without_sends(record))
    return found


def of_send(entry: dict[str, Any], known: dict[str, list[Record]]) -> Optional[Record]:
    """Return the record that has answered, or will, this very message as SQS has it.

    C(known) are records by their bodies. Version 0.1.0 did not write down which message it was:
    its record answers for its body.
    """
    for record in known.get(entry["body_sha256"], []):
        is_ours = entry.get("send") in state.sends(record)
        if is_ours or state.rejection(record) is None:
            return record
    return None


def recorded(settled: list[Outcome], judge: str) -> list[Outcome]:
    """Return the outcomes, new rejections with the record that answers them.

    C(judge) is a digest of what judged them.
    """
    return [{**one, **_answer(one, judge)} if is_new(one) else one for one in settled]


def new_records(settled: list[Outcome], namespace: str, now: float) -> list[Record]:
    """Return the records to create for new rejections."""
    return [
        records.refusal(group[0], namespace, _sends(group), state.moment(float(now)))
        for group in _groups(settled)
        if _its_record(group[0]) is None
    ]


def reopenings(settled: list[Outcome], now: float) -> list[dict[str, Any]]:
    """Return the patches by which records answer bodies that were sent again unchanged."""
    patches = [
        _reopening(record, _sends(group), state.moment(float(now)))
        for group in _groups(settled)
        if (record := _its_record(group[0])) is not None
    ]
    return [patch for patch in patches if patch]


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


def is_new(one: Outcome) -> bool:
    """Tell whether a message is rejected now, and its caller hears of it."""
    refused = one["outcome"] == create_result.REJECTED
    return refused and bool(one["webhook"]) and one["told"] is None


def _answer(one: Outcome, judge: str) -> dict[str, Any]:
    """Return the record that answers, the last record if nothing has changed since.

    What came from another queue, or has its id in another scope, has a record of its own, as its 99
    may not be signed. Who sends a dead letter again is another sender, and changes nothing.
    """
    queue = sources.of_entry(one)[0]
    before = [
        record
        for record in one["earlier"]
        if state.rejection(record)
        and state.id_label(record) == one["id_label"]
        and state.source(record)[0] in (queue, "")
    ]
    newest = max(map(state.generation, before), default=-1)
    for record in before:
        judged = state.generation(record), state.judge(record), state.error(record)
        if judged == (newest, judge, one["error"]):
            return {"record": state.rejection(record), "generation": newest, "judge": judge}
    whose = [queue, one["id_label"] if one.get("unscoped_label") else None]
    judgement = [newest + 1, judge, one["error"], *filter(None, whose)]
    text = json.dumps(judgement, sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:JUDGEMENT_DIGITS]
    record = "{0}-{1}".format(one["body_sha256"][:LABEL_DIGITS], digest)
    return {"record": record, "generation": newest + 1, "judge": judge}


def _or_again(one: Outcome, failure_of: dict[str, dict[str, Any]]) -> Outcome:
    failure = failure_of.get(records.name_of(one["record"])) if one["record"] else None
    if failure is None:
        return one
    words = create_result.without_name(str(failure["error"]), records.name_of(one["record"]))
    reason = UNPATCHED.format(words)
    again = {"outcome": create_result.RETRY, "reason": reason, "error": None}
    # The message's own namespace is not what is at fault.
    return {**one, **again, "namespace": None, "fault": bool(failure.get("fault"))}


def _groups(settled: list[Outcome]) -> list[list[Outcome]]:
    """Return the messages that are rejected now, grouped by the record that answers them."""
    found: dict[str, list[Outcome]] = {}
    for one in settled:
        if is_new(one):
            found.setdefault(one["record"], []).append(one)
    return list(found.values())


def _has_lapsed(record: Record, now: float) -> bool:
    """Tell whether a record is there for its expired callback alone, as its window is over."""
    is_kept = state.is_done(record) and state.keeps_expired(record)
    return is_kept and (state.next_look(record) or 0.0) <= float(now)


def _without_sends(record: Record) -> Record:
    annotations = {
        name: value
        for name, value in state.annotations_of(record).items()
        if not name.startswith(keys.SENT_PREFIX)
    }
    return {**record, "metadata": {**record["metadata"], "annotations": annotations}}


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
    patch = state.reference(record)
    patch["metadata"]["annotations"] = annotations
    if state.is_done(record):
        key = records.KEY
        told = (keys.REPORTED_PREFIX + key, keys.EXPIRED_PREFIX + key)
        names = (*told, keys.RETRY_ANNOTATION, keys.NEXT_ANNOTATION)
        annotations.update(dict.fromkeys(names))
        patch["metadata"]["labels"] = {keys.DONE_LABEL: None, keys.EXPIRED_LABEL: None}
        patch["data"] = {records.DATA.format(key): None}
    return patch if annotations else {}
