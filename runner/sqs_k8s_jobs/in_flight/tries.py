"""The last try of each message in flight, as a reason when it is given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqs_k8s_jobs.queue.messages import Message


@dataclass(frozen=True)
class Tried:
    """A message's own id, where a run has read it, and why it did not become a Job."""

    id: str | None = None
    reason: str = ""


class Tries:
    """Remembers the last try of each message until it is forgotten."""

    def __init__(self) -> None:
        self._tries: dict[str, Tried] = {}  # by receipt, since a message can come twice

    def note(self, message: Message, own_id: str | None, reason: str) -> None:
        """Note a try; it keeps an earlier try's id where it did not get to read the id."""
        self._tries[message.receipt_handle] = Tried(own_id or self.of(message).id, reason)

    def of(self, message: Message) -> Tried:
        """Return the last try of a message; empty without a try."""
        return self._tries.get(message.receipt_handle, Tried())

    def forget(self, messages: Iterable[Message]) -> None:
        """Forget messages that are no longer in flight."""
        for one in messages:
            self._tries.pop(one.receipt_handle, None)
