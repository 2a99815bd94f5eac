# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""From a batch's messages to their outcomes: which are created, and what became of each.

An outcome is one of C(created), C(exists) (its Job was there before, or another message of its
id has made it now), C(rejected) (its caller hears 99), C(retry) (nothing was done, nothing is
lost: it is worth another try) and C(postponed) (it was not tried at all).
"""

from __future__ import annotations

from typing import Any, Optional

from ..cluster import create_result
from ..common import error_codes
from ..message.entry import Entry
from ..objects import keys, state
from . import holdups, id_owners, known_records, name_conflicts, pilots
from .new_messages import body_of, by_kind
from .outcome import Outcome, Rendered

EXISTS = "exists"
REJECTED = "rejected"
IN_USE = "its id is in use by another message"


def outcomes(
    entries: list[Entry],
    known: list[dict[str, Any]],
    rendered: list[Rendered],
    created: list[dict[str, Any]],
    waiting: Optional[dict[str, str]] = None,
    now: float = 0.0,
) -> list[Outcome]:
    """Return what became of each message, given what was there, rendered and created.

    C(created) is what was said of the parts in pilots.py. C(waiting) says in base64, by its name,
    why a namespace takes no Jobs for now. C(now) is when what was there was read, in seconds since
    1970.
    """
    jobs, records = by_kind(known, now)
    sent = {one["id_label"]: one for one in pilots.chosen(rendered)}
    made = pilots.results_of_all(rendered, created)
    judged = {body_of(one): one for one in rendered}
    entry_of = {body_of(entry): entry for entry in entries}
    found: list[Outcome] = []
    for entry in entries:
        digest = entry["id_label"]
        before, job = known_records.of_send(entry, records), id_owners.job_of(entry, jobs)
        first, own = sent.get(digest), judged.get(body_of(entry))
        if before:
            became = _rejected_before(before)
        elif job:
            became = _exists(entry, job)
        elif first is None or first is own or entry["id"] is None:  # of which there is no twin
            became = _judged(entry, own, made.get(digest), waiting or {})
        else:
            twins = _attempted(entry, first, made.get(digest))
            became = _beside_twin(entry, own, twins, entry_of[body_of(first)])
        earlier: Outcome = {"earlier": records.get(entry["body_sha256"], [])}
        found.append({**_nothing_yet(entry), **earlier, **became})
    return _made_once(found, sent)


def final_outcomes(
    first: list[Outcome],
    later: Optional[list[Outcome]] = None,
    holders: Optional[list[list[dict[str, Any]]]] = None,
    give_up: Optional[list[str]] = None,
) -> list[Outcome]:
    """Return every message's last outcome.

    C(later) are outcomes under longer names, and C(holders) the Jobs that were found by those of
    these names that are taken, too. Messages with the keys in C(give_up) come no more: where they
    are worth another try, they are rejected instead.
    """
    ended = name_conflicts.ended(later or [], holders or [])
    last = {one["key"]: name_conflicts.unresolved(one) for one in [*first, *ended]}
    return holdups.give_up(list(last.values()), give_up or [])


def _nothing_yet(entry: Entry) -> Outcome:
    return {
        "key": entry["key"],
        "id": entry["id"],
        "id_label": entry["id_label"],
        "unscoped_label": entry.get("unscoped_label"),
        "webhook": entry["webhook"],
        "service": entry["service"],
        "body_sha256": entry["body_sha256"],
        "traceparent": entry.get("traceparent"),
        "send": entry.get("send"),
        "queue": entry.get("queue"),
        "sender": entry.get("sender"),
        "warnings": entry["warnings"],
        "namespace": None,
        "name": None,
        "error": None,
        "reason": None,
        "fault": False,
        "attempted": True,
        "invented": False,
        "delivered": None,
        "record": None,
    }


def _exists(entry: Entry, job: dict[str, Any]) -> Outcome:
    error = id_owners.rejection_error_beside(entry, job)
    if error:
        return {"outcome": REJECTED, "error": error}
    warnings = id_owners.warnings(entry, state.annotations_of(job).get(keys.BODY_ANNOTATION))
    namespace, name = (job["metadata"][part] for part in ("namespace", "name"))
    return {"namespace": namespace, "name": name, "outcome": EXISTS, "warnings": warnings}


def _made_once(settled: list[Outcome], sent: dict[str, Any]) -> list[Outcome]:
    """Return the outcomes, in which of several messages of an id the first of the body that was
    sent to the API server has created its Job, and no other.
    """
    created = [one for one in settled if one["outcome"] == create_result.CREATED]
    makers: dict[str, str] = {}
    for one in created:
        if body_of(one) == body_of(sent[one["id_label"]]):
            makers.setdefault(one["id_label"], one["key"])
    others = {one["key"] for one in created} - set(makers.values())
    return [{**one, "outcome": EXISTS} if one["key"] in others else one for one in settled]


def _rejected_before(record: dict[str, Any]) -> Outcome:
    return {
        "outcome": REJECTED,
        "error": state.error(record),
        "delivered": state.callbacks_complete(record),
        "record": state.rejection(record),
    }


def _judged(
    entry: Entry, own: Any, result: Optional[dict[str, Any]], waiting: dict[str, str]
) -> Outcome:
    if entry["error"]:
        return {"outcome": REJECTED, "error": entry["error"]}
    return _attempted(entry, own, result) if own else holdups.not_attempted(entry, waiting)


def _beside_twin(entry: Entry, own: Any, twins: Outcome, twin: Entry) -> Outcome:
    """Return the outcome of a body whose id another body of the batch has.

    Only a Job decides whose the id is. Whatever else became of the twin is no matter of this one,
    and nobody hears it: the next run tries it, or finds the twin's Job.
    """
    if twins["outcome"] == create_result.CREATED:
        error = id_owners.rejection_error(entry, twin["body_sha256"], twin["webhook"])
        if error:
            return {"outcome": REJECTED, "error": error}
        if not entry["error"]:
            return twins
    elif twins["outcome"] == REJECTED and (entry["error"] or (own and not own["manifest"])):
        return _judged(entry, own, None, {})
    return {"outcome": create_result.POSTPONED, "reason": IN_USE, "attempted": False}


def _attempted(entry: Entry, one: Rendered, result: Optional[dict[str, Any]]) -> Outcome:
    warnings = id_owners.warnings(entry, one["body_sha256"])
    where: Outcome = {
        "namespace": one["namespace"],
        "name": one["name"],
        "warnings": warnings,
    }
    if one["fault"]:
        return {**where, "outcome": create_result.RETRY, "reason": one["fault"], "fault": True}
    if one["error"]:
        return {**where, "outcome": REJECTED, "error": one["error"]}
    if result is None:
        words = "not attempted: the creations before it took too long"
        postponed: Outcome = {"outcome": create_result.POSTPONED, "reason": words}
        return {**where, **postponed, "attempted": False}
    outcome, words = create_result.classify(result)
    if outcome == create_result.REJECTED:
        error = error_codes.error(error_codes.CREATE_FAILED, words)
        return {**where, "outcome": REJECTED, "error": error}
    pilot = result.get(pilots.OF_ANOTHER)
    where["reason"] = create_result.without_name(words, pilot or one["name"])
    where["attempted"] = pilot is None
    if outcome == create_result.FORBIDDEN:
        # A namespace that only a pattern allows may be one that a sender has invented.
        where["invented"] = not one["is_listed"]
        return {**where, "outcome": create_result.RETRY, "fault": one["is_listed"]}
    return {**where, "outcome": outcome}
