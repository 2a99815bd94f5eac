"""SQS's API on a local port: a queue and its dead-letter queue per test, and a look into both."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqs_k8s_jobs.testing.local_sqs import LocalSqs


@dataclass(frozen=True)
class QueuePair:
    """A queue, its dead-letter queue, and a client to look at both."""

    url: str
    dead_letter_url: str
    environment: dict[str, str]
    client: Any

    def send(self, *messages: str | dict[str, Any]) -> None:
        """Put messages, or texts, on the queue."""
        bodies = [one if isinstance(one, str) else json.dumps(one) for one in messages]
        for start in range(0, len(bodies), 10):
            entries = [
                {"Id": str(number), "MessageBody": body}
                for number, body in enumerate(bodies[start : start + 10])
            ]
            answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)
            assert not answer.get("Failed"), answer

    def give_at_most(self, times: int) -> None:
        """Give each message so often; the receive after that makes it a dead letter."""
        answer = self.client.get_queue_attributes(
            QueueUrl=self.url, AttributeNames=["RedrivePolicy"]
        )
        policy = {**json.loads(answer["Attributes"]["RedrivePolicy"]), "maxReceiveCount": times}
        self.client.set_queue_attributes(
            QueueUrl=self.url, Attributes={"RedrivePolicy": json.dumps(policy)}
        )

    def count(self) -> int:
        """Return how many messages are left, visible or not."""
        return self._count("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")

    def is_empty(self) -> bool:
        """Tell whether no message is left, visible or not."""
        return self.count() == 0

    def visible(self) -> int:
        """Return how many messages anybody could receive now."""
        return self._count("ApproximateNumberOfMessages")

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return the dead letters, with their attributes; they stay where they are."""
        found = []
        while messages := self.client.receive_message(
            QueueUrl=self.dead_letter_url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            VisibilityTimeout=30,
        ).get("Messages"):
            found += messages
        for one in found:
            self.client.change_message_visibility(
                QueueUrl=self.dead_letter_url,
                ReceiptHandle=one["ReceiptHandle"],
                VisibilityTimeout=0,
            )
        return found

    def _count(self, *names: str) -> int:
        answer = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)


class Queues(LocalSqs):
    """The server; each call of `new` makes a queue that no other test knows."""

    def new(self) -> QueuePair:
        """Make a queue with a dead-letter queue."""
        url, dead = self.new_queue()
        return QueuePair(url, dead, self.environment, self.client)
