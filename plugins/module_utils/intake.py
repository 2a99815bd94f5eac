# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""From a batch's messages to their outcomes: which are created, and what became of each.

An outcome is one of C(created), C(exists) (its Job was there before), C(refused) (its
caller hears 99) and C(retry) (nothing was done, nothing is lost: it is worth another try).
"""

from __future__ import annotations

import base64
from typing import Any, Optional

from . import create_result, error_codes, labels, pilots, records, state
from .naming import LONG_NAME_DIGITS
from .texts import from_text

EXISTS = "exists"
REFUSED = "refused"

Entry = dict[str, Any]
Outcome = dict[str, Any]


def id_selector(entries: list[Entry]) -> list[str]:
    """Return the label selector that finds the Jobs and records of these messages' ids."""
    return digest_selector([entry["id_label"] for entry in entries])


def digest_selector(digests: list[str]) -> list[str]:
    """Return the label selector that finds these ids' objects; none: those of every id."""
    if not digests:
        return [labels.ID_LABEL]
    return ["{0} in ({1})".format(labels.ID_LABEL, ",".join(sorted(set(digests))))]


def record_selector(selector: list[str]) -> list[str]:
    """Return the label selector that finds the records of refused messages among them."""
    return [*selector, "{0}={1}".format(labels.RECORD_LABEL, labels.REFUSED_RECORD)]


def to_create(entries: list[Entry], known: list[dict[str, Any]]) -> list[Entry]:
    """Return the valid messages whose id has neither Job nor record yet, each id once."""
    seen = {state.id_label(thing) for thing in known}
    found = []
    for entry in entries:
        if not entry["error"] and entry["id_label"] not in seen:
            seen.add(entry["id_label"])
            found.append(entry)
    return found


def to_try(entries: list[Entry], waiting: dict[str, str], probes: list[str]) -> list[Entry]:
    """Return the messages but for those of namespaces that take no Jobs for now.

    Those with the keys in C(probes) try it all the same.
    """
    if not waiting:
        return entries
    return [
        entry for entry in entries if entry["key"] in probes or _namespace(entry) not in waiting
    ]


def give_up(settled: list[Outcome], keys: list[str]) -> list[Outcome]:
    """Return every outcome; those of these keys that are worth another try are refused instead.

    Their queue would not give them again, and nobody would hear of them.
    """
    return [
        {**one, "outcome": REFUSED, "error": _last_try(one), "fault": False}
        if one["key"] in keys and one["outcome"] == create_result.RETRY
        else one
        for one in settled
    ]


def manifests(rendered: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the manifests of what was rendered."""
    return [from_text(one["manifest"]) for one in rendered if one["manifest"]]


def outcomes(
    entries: list[Entry],
    known: list[dict[str, Any]],
    rendered: list[dict[str, Any]],
    created: list[dict[str, Any]],
    waiting: Optional[dict[str, str]] = None,
) -> list[Outcome]:
    """Return what became of each message, given what was there, rendered and created.

    C(created) is what was said of those that went ahead, and of the others. C(waiting) says in
    base64, by its name, why a namespace takes no Jobs for now.
    """
    known_of = {state.id_label(thing): thing for thing in known}
    made = pilots.results_of_all(rendered, *created)
    attempts = {one["id_label"]: (one, made.get(one["id_label"])) for one in rendered}
    found = []
    for entry in entries:
        digest = entry["id_label"]
        if digest in known_of:
            became = _known(entry, known_of[digest])
        elif entry["error"]:
            # A twin of this id is being created: another look will find its Job.
            twin = {"outcome": create_result.RETRY, "reason": "its id is in use by another message"}
            became = twin if digest in attempts else {"outcome": REFUSED, "error": entry["error"]}
        elif digest in attempts:
            became = _attempted(entry, *attempts[digest])
        else:
            became = _not_attempted(entry, waiting or {})
        found.append({**_nothing_yet(entry), **became})
    return found


def taken(settled: list[Outcome]) -> list[Outcome]:
    """Return the outcomes whose name turned out to be another object's."""
    return [one for one in settled if one["outcome"] == create_result.TAKEN]


def rename(
    entries: list[Entry], settled: list[Outcome], holders: list[list[dict[str, Any]]]
) -> list[Entry]:
    """Return the messages whose name was taken, made ready for a second try.

    Beside another id's Job a message gets a longer name; an object that is not ours is
    left alone, and the message is refused. C(holders) are what was found by each name.
    """
    holder_of = {
        (job["metadata"]["namespace"], job["metadata"]["name"]): job
        for found in holders
        for job in found
    }
    name_of = {one["key"]: (one["namespace"], one["name"]) for one in taken(settled)}
    return [
        {**entry, **_beside(holder_of.get(name_of[entry["key"]]), name_of[entry["key"]])}
        for entry in entries
        if entry["key"] in name_of
    ]


def conclude(settled: list[Outcome]) -> list[Outcome]:
    """Return every message's last outcome."""
    last = {one["key"]: dict(one) for one in settled}
    for one in last.values():
        if one["outcome"] == create_result.TAKEN:
            one["outcome"] = create_result.RETRY
    return list(last.values())


def refusals(settled: list[Outcome], namespace: str) -> list[dict[str, Any]]:
    """Return the records of the messages that were refused now and whose caller hears of it."""
    found = {
        one["id_label"]: records.refusal(one, namespace)
        for one in settled
        if one["outcome"] == REFUSED and one["webhook"] and one["told"] is None
    }
    return list(found.values())


def _nothing_yet(entry: Entry) -> Outcome:
    names = ("key", "id", "id_label", "webhook", "service", "warnings", "body_sha256")
    unknown = {"error": None, "reason": None, "namespace": None, "name": None, "told": None}
    known = {**{name: entry[name] for name in names}, "traceparent": entry.get("traceparent")}
    return {**known, **unknown, "fault": False}


def _warnings(entry: Entry, body_sha256: Optional[str]) -> list[str]:
    again = "this id was sent before with another body; it does not run again"
    return [*entry["warnings"], *([again] if body_sha256 != entry["body_sha256"] else [])]


def _known(entry: Entry, thing: dict[str, Any]) -> Outcome:
    warnings = _warnings(entry, state.annotations_of(thing).get(labels.BODY_ANNOTATION))
    metadata = thing["metadata"]
    if thing["kind"] == "Job":
        where = {"namespace": metadata["namespace"], "name": metadata["name"]}
        return {**where, "outcome": EXISTS, "warnings": warnings}
    return {
        "outcome": REFUSED,
        "error": state.error(thing),
        "told": state.is_done(thing),
        "warnings": warnings,
    }


def _not_attempted(entry: Entry, waiting: dict[str, str]) -> Outcome:
    namespace = _namespace(entry)
    reason = base64.b64decode(waiting.get(namespace, "")).decode("utf-8", "replace")
    retry = {"outcome": create_result.RETRY, "reason": reason or "not attempted"}
    return {"namespace": namespace, **retry}


def _namespace(entry: Entry) -> str:
    return str(from_text(entry["message"])["job"]["namespace"])


def _last_try(one: Outcome) -> dict[str, str]:
    words = "given up, as its queue gives it no more: {0}".format(one["reason"])
    return error_codes.error(error_codes.GIVEN_UP, words)


def _attempted(entry: Entry, one: dict[str, Any], result: Optional[dict[str, Any]]) -> Outcome:
    warnings = _warnings(entry, one["body_sha256"])
    where = {"namespace": one["namespace"], "name": one["name"], "warnings": warnings}
    if one["fault"]:
        return {**where, "outcome": create_result.RETRY, "reason": one["fault"], "fault": True}
    if one["error"]:
        return {**where, "outcome": REFUSED, "error": one["error"]}
    if result is None:
        return {**where, "outcome": create_result.RETRY, "reason": "not attempted"}
    outcome, words = create_result.verdict(result)
    if outcome == create_result.REFUSED:
        error = error_codes.error(error_codes.CREATE_FAILED, words)
        return {**where, "outcome": REFUSED, "error": error}
    if outcome == create_result.FORBIDDEN:
        return {**where, "outcome": create_result.RETRY, "reason": words, "fault": True}
    return {**where, "outcome": outcome, "reason": words}


def _beside(holder: Optional[dict[str, Any]], name: tuple[str, str]) -> dict[str, Any]:
    if holder is None:
        return {}
    if not state.is_ours(holder):
        words = "a Job {0}/{1} is there that this service did not make".format(*name)
        return {"error": error_codes.error(error_codes.NAME_TAKEN, words)}
    return {"name_digits": LONG_NAME_DIGITS}
