# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""From a batch's messages to their outcomes: which are created, and what became of each.

An outcome is one of C(created), C(exists) (its Job was there before), C(rejected) (its
caller is told 99) and C(retry) (nothing was done, nothing is lost: it is worth another try).
"""

from __future__ import annotations

from typing import Any, Optional

from . import callbacks, create_result, error_codes, job_state, labels
from .naming import LONG_NAME_DIGITS

EXISTS = "exists"
REJECTED = "rejected"


def id_selector(entries: list[dict[str, Any]]) -> list[str]:
    """Return the label selector that finds the Jobs of these messages' ids."""
    return digest_selector([entry["id_label"] for entry in entries if entry["message"]])


def digest_selector(digests: list[str]) -> list[str]:
    """Return the label selector that finds these ids' Jobs and pods; none: those not done."""
    if not digests:
        return [labels.ID_LABEL, "!" + labels.DONE_LABEL]
    return ["{0} in ({1})".format(labels.ID_LABEL, ",".join(sorted(set(digests))))]


def to_create(entries: list[dict[str, Any]], jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the valid messages whose id has no Job yet, each id once."""
    seen = {job_state.message_id(job) for job in jobs}
    found = []
    for entry in entries:
        if not entry["error"] and entry["id"] not in seen:
            seen.add(entry["id"])
            found.append(entry)
    return found


def outcomes(
    entries: list[dict[str, Any]],
    jobs: list[dict[str, Any]],
    rendered: list[dict[str, Any]],
    created: dict[str, Any],
) -> list[dict[str, Any]]:
    """Return what became of each message, given what was found, rendered and created."""
    job_of = {job_state.message_id(job): job for job in jobs}
    rendered_of = {one["id"]: one for one in rendered}
    sent = [one["id"] for one in rendered if one["manifest"]]
    result_of = dict(zip(sent, create_result.results(created), strict=False))
    settled = []
    for entry in entries:
        one = {name: entry[name] for name in ("key", "id", "id_label", "webhook", "warnings")}
        one.update({"error": None, "namespace": None, "name": None})
        message_id = entry["id"]
        if entry["error"]:
            one.update(outcome=REJECTED, error=entry["error"])
        elif message_id in job_of:
            one.update(_existing(entry, job_of[message_id]))
        else:
            one.update(_attempted(rendered_of[message_id], result_of.get(message_id)))
        settled.append(one)
    return settled


def taken(settled: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outcomes whose name turned out to be another object's."""
    return [one for one in settled if one["outcome"] == create_result.TAKEN]


def rename(
    entries: list[dict[str, Any]], settled: list[dict[str, Any]], holders: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the messages whose name was taken, made ready for a second try.

    Beside another id's Job a message gets a longer name; an object that is not ours is
    left alone, and the message is refused.
    """
    holder_of = {
        (job["metadata"]["namespace"], job["metadata"]["name"]): job for job in holders if job
    }
    name_of = {one["key"]: (one["namespace"], one["name"]) for one in taken(settled)}
    ready = []
    for entry in entries:
        if entry["key"] not in name_of:
            continue
        holder = holder_of.get(name_of[entry["key"]])
        ready.append({**entry, **_beside(holder, name_of[entry["key"]])})
    return ready


def conclude(
    first: list[dict[str, Any]], second: list[dict[str, Any]], told: Optional[dict[str, Any]] = None
) -> list[dict[str, Any]]:
    """Return every message's last outcome, with whether the refused ones' callers were told."""
    last = {one["key"]: dict(one) for one in [*first, *second]}
    for one in last.values():
        if one["outcome"] == create_result.TAKEN:
            one["outcome"] = create_result.RETRY
    for result in (told or {}).get("results") or []:
        last[result["key"]]["told"] = result["accepted"]
    return list(last.values())


def rejections(settled: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the callbacks 99 of the messages that were refused."""
    found = []
    for one in settled:
        if one["outcome"] == REJECTED:
            body_detail = {"error": one["error"]}
            told = callbacks.callback(one["id"], one["webhook"], callbacks.EXCEPTION, body_detail)
            found.append({**told, "key": one["key"]})
    return found


def _existing(entry: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    metadata = job["metadata"]
    warnings = list(entry["warnings"])
    if metadata["annotations"].get(labels.BODY_ANNOTATION) != entry["body_sha256"]:
        warnings.append("this id was sent before with another body; it does not run again")
    return {
        "outcome": EXISTS,
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "warnings": warnings,
    }


def _attempted(one: dict[str, Any], result: Optional[dict[str, Any]]) -> dict[str, Any]:
    where = {"namespace": one["namespace"], "name": one["name"]}
    if one["error"]:
        return {**where, "outcome": REJECTED, "error": one["error"]}
    if result is None:
        return {**where, "outcome": create_result.RETRY, "reason": "not attempted"}
    outcome, words = create_result.verdict(result)
    if outcome == create_result.REFUSED:
        error = error_codes.error(error_codes.CREATE_FAILED, words)
        return {**where, "outcome": REJECTED, "error": error}
    return {**where, "outcome": outcome, "reason": words}


def _beside(holder: Optional[dict[str, Any]], name: tuple[str, str]) -> dict[str, Any]:
    if holder is None:
        return {}
    if job_state.message_id(holder) is None:
        words = "a Job {0}/{1} is there that this service did not make".format(*name)
        return {"error": error_codes.error(error_codes.NAME_TAKEN, words)}
    return {"name_digits": LONG_NAME_DIGITS}
