# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""New messages: those of a batch whose Jobs are to be rendered."""

from __future__ import annotations

from typing import Any, Optional, Union

from ..message.entry import Entry
from ..objects import state
from . import holdups, id_owners, known_records
from .outcome import Outcome, Rendered

Object = dict[str, Any]


def new_messages(
    entries: list[Entry],
    known: Optional[list[Object]] = None,
    waiting: Optional[dict[str, str]] = None,
    probes: Optional[list[str]] = None,
    now: float = 0.0,
    one_per_id: bool = False,
) -> list[Entry]:
    """Return the valid messages whose id has no Job yet, each body of an id once.

    C(known) are Jobs and records as they were read, at C(now) in seconds since 1970. A message that
    was rejected before, as SQS redelivers it, is not new. Namespaces in C(waiting) take no Jobs for
    now: of their messages only those with the keys in C(probes) are tried. With C(one_per_id), it
    is the first message of each id alone.
    """
    jobs, records = by_kind(known or [], now)
    seen: set[Any] = set()
    found = []
    for entry in entries:
        is_known = id_owners.job_of(entry, jobs) or known_records.of_send(entry, records)
        same = entry["id_label"] if one_per_id else body_of(entry)
        if not entry["error"] and not is_known and same not in seen:
            seen.add(same)
            found.append(entry)
    return holdups.to_try(found, waiting or {}, probes or [])


def by_kind(known: list[Object], now: float) -> tuple[dict[Any, Object], dict[str, list[Object]]]:
    """Return Jobs by their ids' labels, and the records that bind messages by their bodies."""
    jobs = {state.id_label(each): each for each in known if each["kind"] == "Job"}
    records = [each for each in known if each["kind"] != "Job"]
    return jobs, known_records.by_body(known_records.binding(records, now))


def body_of(entry: Union[Entry, Rendered, Outcome]) -> tuple[str, str]:
    """Return by what a body of an id is known, of a message or of what was rendered of it."""
    return entry["id_label"], entry["body_sha256"]
