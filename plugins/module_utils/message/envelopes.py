# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Envelopes that SNS and EventBridge put around a message by default."""

from __future__ import annotations

from typing import Any, Optional

from . import lenient_json

SNS = (
    "this is an SNS envelope, with the message as a text in it: "
    "turn on raw message delivery for the queue's subscription"
)
EVENTBRIDGE = (
    "this is an EventBridge envelope, with the message in its detail: "
    "have the rule's target send $.detail alone, by its input path or an input transformer"
)

MAX_TEXTS = 4  # in one another: each is read anew


def advice(message: dict[str, Any]) -> Optional[str]:
    """Return what an operator has to do about a message that is an envelope; None for any other."""
    if "job" in message:
        return None
    if isinstance(message.get("TopicArn"), str) and "Message" in message:
        return SNS
    if "detail" in message and "detail-type" in message and "source" in message:
        return EVENTBRIDGE
    return None


def content(message: Any) -> Any:
    """Return the message within envelopes, as far as it can be read; itself without an envelope.

    None where it is a text in a text more often than anything makes it one.
    """
    texts = 0
    found = advice(message) if isinstance(message, dict) else None
    while found:
        texts += found is SNS
        if texts > MAX_TEXTS:
            return None
        message = _text(message["Message"]) if found is SNS else message["detail"]
        found = advice(message) if isinstance(message, dict) else None
    return message


def _text(value: Any) -> Any:
    return lenient_json.loads(value) if isinstance(value, str) else None
