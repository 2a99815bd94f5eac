# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Names that another object has: the message gets a longer name, or an error."""

from __future__ import annotations

from typing import Any, Optional

from ..cluster import create_result
from ..common import error_codes
from ..message import naming
from ..message.entry import Entry
from ..objects import state
from .outcome import Outcome

FOREIGN = "a Job {0}/{1} is there that this service did not make"
MAX_HOLDERS = 25  # that one run reads: each takes a request
NEXT_RUN = "its name is taken, and another run gives it a longer one"
STAYS_TAKEN = "another message's Job has the longer name of this one, too: {0}/{1}"


def name_conflicts(
    outcomes: list[Outcome],
    entries: Optional[list[Entry]] = None,
    holders: Optional[list[list[dict[str, Any]]]] = None,
) -> dict[str, list[Any]]:
    """Return outcomes whose Jobs' names are C(taken), and messages C(pending) a retry.

    Of very many C(taken) has the first: a sender finds ids whose names are alike in seconds. The
    others are tried again as they are, since it may be their own Job, as of another runner.

    C(holders) are the lists of Jobs that were found by each name. Beside another id's Job a message
    gets a longer name; an object that is not ours is left alone, and the message has an error.
    """
    taken = [one for one in outcomes if one["outcome"] == create_result.TAKEN]
    holder_of = _by_name(holders or [])
    name_of = {one["key"]: _name(one) for one in taken}
    pending: list[Entry] = [
        {**entry, **_beside(holder_of.get(name_of[entry["key"]]), entry, name_of[entry["key"]])}
        for entry in entries or []
        if entry["key"] in name_of
    ]
    return {"taken": taken[:MAX_HOLDERS], "pending": pending}


def ended(settled: list[Outcome], holders: list[list[dict[str, Any]]]) -> list[Outcome]:
    """Return the outcomes; a message whose longer name is taken too is rejected.

    Not one whose name is held by its own Job, as of another runner: another look finds it.
    """
    holder_of = _by_name(holders)
    return [{**one, **_end(one, holder_of.get(_name(one)))} for one in settled]


def unresolved(one: Outcome) -> Outcome:
    """Return the outcome of a message as it is in the end: one whose name is taken comes again.

    Where it is left to another run to give it a longer name, its own namespace takes Jobs.
    """
    if one["outcome"] != create_result.TAKEN:
        return one
    if naming.is_long(one["name"] or "", one["id_label"]):
        return {**one, "outcome": create_result.RETRY}
    return {**one, "outcome": create_result.RETRY, "reason": NEXT_RUN, "namespace": None}


def _by_name(holders: list[list[dict[str, Any]]]) -> dict[Any, dict[str, Any]]:
    return {
        (job["metadata"]["namespace"], job["metadata"]["name"]): job
        for found in holders
        for job in found
    }


def _name(one: Outcome) -> tuple[Any, Any]:
    return one["namespace"], one["name"]


def _beside(holder: Optional[dict[str, Any]], entry: Entry, name: tuple[Any, Any]) -> Entry:
    if holder is None or _is_its_own(holder, entry["id_label"]):
        return {}
    if not state.is_managed(holder):
        return {"error": _error(FOREIGN, name)}
    if naming.is_long(name[1], entry["id_label"]):
        return {"error": _error(STAYS_TAKEN, name)}
    return {"name_digits": naming.LONG_NAME_DIGITS}


def _end(one: Outcome, holder: Optional[dict[str, Any]]) -> Outcome:
    is_last = one["outcome"] == create_result.TAKEN and naming.is_long(
        one["name"] or "", one["id_label"]
    )
    if not is_last or holder is None or _is_its_own(holder, one["id_label"]):
        return {}
    words = STAYS_TAKEN if state.is_managed(holder) else FOREIGN
    return {"outcome": create_result.REJECTED, "error": _error(words, _name(one)), "reason": None}


def _is_its_own(holder: dict[str, Any], label: str) -> bool:
    return state.is_managed(holder) and state.id_label(holder) == label


def _error(words: str, name: tuple[Any, Any]) -> dict[str, str]:
    return error_codes.error(error_codes.NAME_TAKEN, words.format(*name))
