# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Where a message comes from, as SQS says it and its sender cannot: its queue, and the sender."""

from __future__ import annotations

import re
from typing import Any, Optional

# Of a role SQS says the session as well, whose name is up to whoever has assumed it; what stands
# before a federated user's name is an account, which others share.
_SESSION = re.compile(r"(?![0-9]{12}:)([^:]+):.*", re.DOTALL)
_NOTHING: dict[str, Any] = {}


def sender(sender_id: Optional[str]) -> Optional[str]:
    """Return who a SenderId of SQS's is: a user, or a role whatever its session."""
    if not sender_id:
        return None
    match = _SESSION.fullmatch(sender_id)
    return match.group(1) if match else sender_id


def of_entry(entry: dict[str, Any]) -> tuple[str, str]:
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
