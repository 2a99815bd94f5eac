"""A queue in memory, for parts that are given one; its faults can be wished for."""

from __future__ import annotations

from collections.abc import Sequence

import botocore.exceptions
from sqs_k8s_jobs.sqs import Message


def message(name: str, body: str = "{}", receive_count: int = 1) -> Message:
    """A message as received."""
    return Message(name, f"handle-of-{name}", body, receive_count)


def messages(count: int) -> list[Message]:
    """So many messages."""
    return [message(f"m{number}") for number in range(count)]


class FakeQueue:
    """Gives out the batches that it was given, and keeps what is done to messages."""

    url = "http://sqs.example/queue"

    def __init__(self, *batches: list[Message]) -> None:
        self.deleted: list[str] = []
        self.hidden: list[tuple[str, int]] = []
        self.letters: list[tuple[str, str, str]] = []
        self.broken = False
        self.failures: list[str] = []  # what SQS says of single messages
        self._batches = list(batches)

    def receive(self, _wait_time: int) -> list[Message]:
        """Return the next batch, or nothing."""
        self._fail()
        return self._batches.pop(0) if self._batches else []

    def delete(self, some: Sequence[Message]) -> list[str]:
        """Keep that these were deleted."""
        self._fail()
        self.deleted += [one.message_id for one in some]
        return self.failures

    def hide(self, some: Sequence[Message], seconds: int) -> list[str]:
        """Keep for how long these were hidden."""
        self._fail()
        self.hidden += [(one.message_id, seconds) for one in some]
        return self.failures

    def send_dead_letter(self, one: Message, code: str, reason: str) -> None:
        """Keep a dead letter."""
        self._fail()
        self.letters.append((one.body, code, reason))

    def _fail(self) -> None:
        if self.broken:
            raise botocore.exceptions.EndpointConnectionError(endpoint_url=self.url)
