"""SQS's API on a local port, with the queue of a run and its dead-letter queue."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from kit.servers import sqs

from .custody import Custody

BATCH = 10  # SQS's own limit of a call
REASON = "errorCode"  # an attribute of what a runner has sent there
KEPT_SECONDS = 3600  # for which what was read for the dump stays hidden

Received = Any  # a message as boto3 has it


class Queues(sqs.Queues):
    """The server, its queues and a client beside the proxy, while a `with` block lasts."""

    pair: sqs.QueuePair

    def __init__(self, custody: Path) -> None:
        """`custody` is the file that says who held which message."""
        self._custody = custody
        self._dead: list[Received] = []

    def __enter__(self) -> Queues:
        super().__enter__()
        self.pair = self.new()
        self._server.app = Custody(self._server.app, self.pair.url, self._custody)
        return self

    def environment_through(self, port: int, host: str = "127.0.0.1") -> dict[str, str]:
        """Return variables to reach the queue through this port."""
        here, there = f"http://127.0.0.1:{self.port}", f"http://{host}:{port}"
        return {
            **self.environment,
            "AWS_ENDPOINT_URL": there,
            "SQS_K8S_JOBS_QUEUE_URL": self.pair.url.replace(here, there),
        }

    def moved(self) -> list[dict[str, str]]:
        """Return the dead letters that nobody sent there: SQS itself has moved them."""
        while some := self._take(self.pair.dead_letter_url):
            self._dead += some
        return [
            {"message": one["MessageId"], "body": one["Body"]}
            for one in self._dead
            if REASON not in one.get("MessageAttributes", {})
        ]

    def dump(self, patience: float) -> dict[str, list[Any]]:
        """Return the bodies in both queues. What killed runners hid comes back in that time."""
        left: list[str] = []
        deadline = time.monotonic() + patience
        while self.pair.count() > len(left) and time.monotonic() < deadline:
            left += [one["Body"] for one in self._take(self.pair.url)]
        moved = self.moved()
        return {"left": left, "dead": [one["Body"] for one in self._dead], "moved": moved}

    def _take(self, url: str) -> list[Received]:
        answer = self.client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=KEPT_SECONDS,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
        )
        found: list[Received] = list(answer.get("Messages", []))
        return found
