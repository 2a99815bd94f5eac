"""Dead letters: a message's body as it was, and beside it why it could not be processed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqs_k8s_jobs.queue.call_limits import CALL_BYTES, size_of
from sqs_k8s_jobs.queue.messages import Message

REASON_BYTES = 1024  # of the reason that go along, at most
TYPE = "String"
MAX_ATTRIBUTES = 10  # attributes of a message, by SQS
OWN = ("errorCode", "messageId", "reason")
FIELDS = ("DataType", "StringValue", "BinaryValue")
KEPT_FIRST = "traceparent"  # of the sender's attributes, where not all have room

Attributes = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class DeadLetter:
    """A message for the dead-letter queue, with the reason why it could not be processed."""

    message: Message
    code: str
    reason: str


def entry(letter: DeadLetter) -> dict[str, Any]:
    """Return a dead letter's entry: the whole body, and the attributes that fit beside it.

    These are the letter's own, then the sender's. SQS counts them with the body, which may leave
    room for a part of the reason only, or for no attribute at all. The log and the caller have
    the reason all the same; of the body this is the last copy.
    """
    message = letter.message
    room = CALL_BYTES - size_of(message.body)
    own = _own(letter, room)
    kept = {**own, **_fitting(message.attributes, own, room - _size(own))}
    return {"MessageBody": message.body, **({"MessageAttributes": kept} if kept else {})}


def size(letter: DeadLetter) -> int:
    """Return how many bytes of a call's limit a letter takes."""
    kept = entry(letter)
    return size_of(kept["MessageBody"]) + _size(kept.get("MessageAttributes", {}))


def _own(letter: DeadLetter, room: int) -> Attributes:
    """Return why it is a dead letter, as far as there is room."""
    own = {"errorCode": _text(letter.code), "messageId": _text(letter.message.message_id)}
    if _size(own) > room:
        return {}
    left = room - _size({**own, "reason": _text("")})
    reason = _cut(letter.reason, min(REASON_BYTES, left))
    return {**own, "reason": _text(reason)} if reason else own  # SQS takes no empty value


def _fitting(given: Mapping[str, Any], own: Attributes, room: int) -> Attributes:
    """Return as many of the sender's attributes as SQS takes beside the dead letter's."""
    kept: Attributes = {}
    for name in sorted(given, key=lambda name: (name != KEPT_FIRST, name)):
        one = {field: given[name][field] for field in FIELDS if field in given[name]}
        fits = _size({**kept, name: one}) <= room and len(own) + len(kept) < MAX_ATTRIBUTES
        if name not in OWN and fits:
            kept[name] = one
    return kept


def _text(value: str) -> dict[str, Any]:
    return {"DataType": TYPE, "StringValue": value}


def _size(attributes: Attributes) -> int:
    """Return the bytes of attributes: of each its name, its type and its value."""
    return sum(
        size_of(name)
        + size_of(one["DataType"])
        + size_of(one.get("StringValue", ""))
        + len(one.get("BinaryValue", b""))
        for name, one in attributes.items()
    )


def _cut(text: str, limit: int) -> str:
    """Return as many whole characters of a text as have so many bytes; none for less than none."""
    return text.encode("utf-8", "replace")[: max(limit, 0)].decode("utf-8", "ignore")
