# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Records of rejected messages as they bind messages that come.

A rejected body binds itself alone. What SQS redelivers is known by SQS's own id of the message, and
is no new submission.
"""

from __future__ import annotations

from typing import Any, Optional

from ..message.entry import Entry
from ..objects import keys, state

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


def of_send(entry: Entry, known: dict[str, list[Record]]) -> Optional[Record]:
    """Return the record that has answered, or will, this very message as SQS has it.

    C(known) are records by their bodies. Version 0.1.0 did not write down which message it was:
    its record answers for its body.
    """
    for record in known.get(entry["body_sha256"], []):
        is_ours = entry.get("send") in state.sends(record)
        if is_ours or state.rejection(record) is None:
            return record
    return None


def _has_lapsed(record: Record, now: float) -> bool:
    """Tell whether a record is there for its expired callback alone, as its window is over."""
    is_kept = state.callbacks_complete(record) and state.stores_expired(record)
    return is_kept and (state.next_look(record) or 0.0) <= float(now)


def _without_sends(record: Record) -> Record:
    annotations = {
        name: value
        for name, value in state.annotations_of(record).items()
        if not name.startswith(keys.SENT_PREFIX)
    }
    return {**record, "metadata": {**record["metadata"], "annotations": annotations}}
