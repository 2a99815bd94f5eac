"""A queue in memory, for parts that are given one; its faults can be wished for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import botocore.exceptions
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.queue.redrive import Redrive

URL = "http://sqs.example/queue"
OTHER = "http://sqs.example/other"


def message(
    name: str, body: str = "{}", receive_count: int = 1, url: str = URL, **more: Any
) -> Message:
    """A message as received."""
    return Message(name, f"handle-of-{name}", body, receive_count, url, **more)


def messages(count: int, name: str = "m", url: str = URL) -> list[Message]:
    """So many messages."""
    return [message(f"{name}{number}", url=url) for number in range(count)]


def alone(queue: FakeQueue, dead_letters: FakeQueue | None = None) -> Queues:
    """Return Queues of one queue."""
    return Queues([queue], {queue.url: dead_letters} if dead_letters else {})


class FakeQueue:
    """Gives out the batches that it was given, and keeps what is done to messages."""

    def __init__(self, *batches: list[Message], url: str = URL) -> None:
        self.url = url
        self.redrive = Redrive()
        self.deleted: list[str] = []
        self.hidden: list[tuple[str, int]] = []
        self.sent: list[tuple[str, str, str]] = []
        self.calls = 0  # but for those to receive
        self.broken = False
        self.failures: list[str] = []  # what SQS says of single messages
        self._batches = list(batches)

    def receive(self, _wait_time: int) -> list[Message]:
        """Return the next batch, or nothing."""
        self._fail()
        return self._batches.pop(0) if self._batches else []

    def delete(self, some: Sequence[Message]) -> list[str]:
        """Keep that these were deleted."""
        self._called()
        self.deleted += [one.message_id for one in some]
        return self.failures

    def change_visibility(self, hidden: Mapping[Message, int]) -> list[str]:
        """Keep for how long these were hidden."""
        self._called()
        self.hidden += [(one.message_id, seconds) for one, seconds in hidden.items()]
        return self.failures

    def send_dead_letters(self, letters: Sequence[DeadLetter]) -> dict[Message, str]:
        """Keep dead letters; of those that it does not take, say so."""
        self.calls += 1
        if self.broken or self.failures:
            return {one.message: "not taken" for one in letters}
        self.sent += [(one.message.body, one.code, one.reason) for one in letters]
        return {}

    def _called(self) -> None:
        self.calls += 1
        self._fail()

    def _fail(self) -> None:
        if self.broken:
            raise botocore.exceptions.EndpointConnectionError(endpoint_url=self.url)
