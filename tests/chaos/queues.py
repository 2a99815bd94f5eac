"""SQS's API on a local port, with the queue of a run and its dead-letter queue."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqs_k8s_jobs.demo.local_sqs import LocalSqs

BATCH = 10  # SQS's own limit of a call
KEPT_SECONDS = 3600  # for which what was read for the dump stays hidden


class Queues(LocalSqs):
    """The server, its queues and a client beside the proxy, while a `with` block lasts."""

    url: str
    dead_letter_url: str

    def __enter__(self) -> Queues:
        super().__enter__()
        self.url, self.dead_letter_url = self.new_queue()
        return self

    def environment_through(self, port: int, host: str = "127.0.0.1") -> dict[str, str]:
        """What a program needs to reach the queue through this port."""
        here, there = f"http://127.0.0.1:{self.port}", f"http://{host}:{port}"
        return {
            **self.environment,
            "AWS_ENDPOINT_URL": there,
            "SQS_K8S_JOBS_QUEUE_URL": self.url.replace(here, there),
        }

    def send(self, bodies: Sequence[str]) -> None:
        """Put bodies on the queue."""
        for start in range(0, len(bodies), BATCH):
            some = bodies[start : start + BATCH]
            answer = self.client.send_message_batch(
                QueueUrl=self.url,
                Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(some)],
            )
            if answer.get("Failed"):
                raise RuntimeError(f"SQS refused messages: {answer['Failed']}")

    def waiting(self) -> int:
        """Return how many messages are in the queue, visible or hidden."""
        answer = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        known: dict[Any, str] = answer["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(known[name]) for name in names)

    def dump(self, patience: float) -> dict[str, list[str]]:
        """Return the bodies in both queues. What killed runners hid comes back in that time."""
        left: list[str] = []
        deadline = time.monotonic() + patience
        while self.waiting() > len(left) and time.monotonic() < deadline:
            left += self._take(self.url)
        dead: list[str] = []
        while some := self._take(self.dead_letter_url):
            dead += some
        return {"left": left, "dead": dead}

    def _take(self, url: str) -> list[str]:
        answer = self.client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=KEPT_SECONDS,
            WaitTimeSeconds=1,
        )
        return [one["Body"] for one in answer.get("Messages", [])]
