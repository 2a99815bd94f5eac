"""Dead letters: a message's body as it was, and beside it why it could not be processed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqs_k8s_jobs.batches import BATCH_BYTES, size_of

if TYPE_CHECKING:
    from sqs_k8s_jobs.sqs import Message

REASON_BYTES = 1024  # of the reason that go along, at most
TYPE = "String"


@dataclass(frozen=True)
class Letter:
    """A message for the dead-letter queue, with the reason why it could not be processed."""

    message: Message
    code: str
    reason: str


def entry(letter: Letter) -> dict[str, Any]:
    """Return what SQS is to keep: the whole body, and the attributes that fit beside it.

    SQS counts both, so a body may leave room for a part of the reason only, or for no attribute
    at all. The log and the caller have the reason all the same; of the body this is the last copy.
    """
    values = {"errorCode": letter.code, "messageId": letter.message.message_id}
    room = BATCH_BYTES - size_of(letter.message.body) - _size(values)
    if room < 0:
        return {"MessageBody": letter.message.body}
    reason = _cut(letter.reason, min(REASON_BYTES, room - _size({"reason": ""})))
    if reason:  # SQS takes no empty value
        values["reason"] = reason
    attributes = {name: {"DataType": TYPE, "StringValue": value} for name, value in values.items()}
    return {"MessageBody": letter.message.body, "MessageAttributes": attributes}


def size(letter: Letter) -> int:
    """Return how many bytes of a call's limit a letter takes."""
    kept = entry(letter)
    attributes = kept.get("MessageAttributes", {})
    values = {name: one["StringValue"] for name, one in attributes.items()}
    return size_of(kept["MessageBody"]) + _size(values)


def _size(values: dict[str, str]) -> int:
    """Return the bytes of attributes: of each its name, its type and its value."""
    return sum(size_of(name) + size_of(TYPE) + size_of(value) for name, value in values.items())


def _cut(text: str, limit: int) -> str:
    """Return as many whole characters of a text as have so many bytes; none for less than none."""
    return text.encode("utf-8", "replace")[: max(limit, 0)].decode("utf-8", "ignore")
