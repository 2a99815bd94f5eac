"""A message as it came from its queue, which the whole runner passes on."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Message:
    """A message as received: what it holds is nobody's business here."""

    message_id: str
    receipt_handle: str
    body: str
    receive_count: int
    queue_url: str
    sent_at: float | None = None  # seconds since 1970
    traceparent: str | None = None  # W3C's, of the trace that it belongs to
    is_last: bool = False  # whether its queue gives it no more: the next receive moves it away
    can_wait: bool = True  # whether it may be hidden, and is not at its last receive after that
    attributes: Mapping[str, Any] = field(default_factory=dict, compare=False)  # as sent, by name
    queue_arn: str = ""
    sender: str = ""  # SQS's SenderId: the sender cannot choose it, but for a session's name

    @cached_property
    def size(self) -> int:
        """The bytes of its body and its attributes in memory.

        One character beyond 16 bits makes each of its text take four bytes.
        """
        values = (value for one in self.attributes.values() for value in one.values())
        texts = (*self.attributes, *values)
        return sys.getsizeof(self.body) + sum(map(sys.getsizeof, texts))

    @cached_property
    def length(self) -> int:
        """Its share of a limited room: its size, or more by the memory of runs.

        Ansible passes its body on as a text of JSON, where one character may have twelve.
        """
        return max(self.size, len(json.dumps(self.body)))
