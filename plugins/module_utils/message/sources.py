# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The source of a message from SQS's data, not the sender's: its queue and its sender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Optional

from .naming import id_label

# For a role SQS adds the session, whose name is up to whoever has assumed it; the text
# before a federated user's name is an account, which others share.
_SESSION = re.compile(r"(?![0-9]{12}:)([^:]+):.*", re.DOTALL)
NONE, QUEUE, SENDER = "none", "queue", "sender"
SCOPES = (NONE, QUEUE, SENDER)

_NOTHING: dict[str, Any] = {}


def sender(sender_id: Optional[str]) -> Optional[str]:
    """Return who a SenderId of SQS's is: a user, or a role whatever its session."""
    if not sender_id:
        return None
    match = _SESSION.fullmatch(sender_id)
    return match.group(1) if match else sender_id


def scope(kind: str, queue: Optional[str], sender: Optional[str]) -> str:
    """Return the scope of a message's id, by C(kind): C(none), C(queue) or C(sender).

    Where its sender is not known it is its queue's, and where that is not either it has none, as
    what a person has a playbook do: no message of a queue is in that one.
    """
    if kind == SENDER and sender:
        return "sender {0}".format(sender)
    return "queue {0}".format(queue) if kind != NONE and queue else ""


def of_entry(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return queue and sender of a message or an outcome, each empty where it is not known."""
    return entry.get("queue") or "", entry.get("sender") or ""


def of_all(
    keys: list[str], queues: Optional[dict[str, Any]], senders: Optional[dict[str, Any]]
) -> dict[str, dict[str, Optional[str]]]:
    """Return C(queue) and C(sender) of each message by its key, null where it is not known."""
    known_queues, known_senders = queues or _NOTHING, senders or _NOTHING
    return {
        key: {
            "queue": str(known_queues[key]) if known_queues.get(key) else None,
            "sender": sender(str(known_senders[key])) if known_senders.get(key) else None,
        }
        for key in keys
    }


def labels_of(
    message_id: Optional[str], kind: str, origin: dict[str, Optional[str]]
) -> dict[str, Any]:
    """Return an id's labels, the first in its scope, if it has one.

    C(unscoped_label) is how a person finds it, who knows the id alone; by C(former_labels) a Job is
    found that was made before the scope was set.
    """
    own = scope(kind, origin["queue"], origin["sender"])
    if message_id is None or not own:
        return {"unscoped_label": None, "former_labels": []}
    label, plain = id_label(message_id, own), id_label(message_id)
    scoped = (scope(one, origin["queue"], origin["sender"]) for one in SCOPES)
    others = {id_label(message_id, one) for one in scoped} - {label}
    return {"id_label": label, "unscoped_label": plain, "former_labels": sorted(others)}
