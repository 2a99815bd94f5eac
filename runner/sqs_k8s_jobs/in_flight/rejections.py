"""Rejected messages whose callers have not accepted their 99 yet: they are not deleted before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqs_k8s_jobs.playbooks.events import Outcome
from sqs_k8s_jobs.queue.messages import Message

MAX_MESSAGES = 4000  # messages that are kept; SQS hides 120,000 of a queue
MAX_BYTES = 64 * 1024 * 1024  # that they take in memory together
ANSWER_SECONDS = 600.0  # for which an answer is remembered: longer than a run takes


@dataclass(frozen=True)
class Rejection:
    """A rejected message and its outcome."""

    message: Message
    outcome: Outcome

    @property
    def digest(self) -> str:
        """The digest of its record, or of its id where it has no record."""
        return self.outcome["record"] or self.outcome["id_label"]


class PendingRejections:
    """Rejected messages by their records, until a report has attempted their 99.

    A report may say so before the run that refused the message is over.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pending: dict[str, list[Rejection]] = {}
        self._count = self._bytes = 0  # of what is kept: messages, and their sizes
        self._answers: dict[str, tuple[float, bool]] = {}  # the latest one last
        self._lock = threading.Lock()

    def add(self, refused: Rejection) -> list[Rejection]:
        """Store a message until its 99 was attempted.

        Return those that were kept the longest and have no room any more: a sender may refuse
        to hear of as many as it sends.
        """
        left: list[Rejection] = []
        with self._lock:
            self._pending.setdefault(refused.digest, []).append(refused)
            self._measure([refused], 1)
            while self._count > MAX_MESSAGES or self._bytes > MAX_BYTES:
                left += self._drop(next(iter(self._pending)))
        return left

    def attempted_since(self, digest: str, since: float) -> bool | None:
        """Return whether a 99 was accepted since a moment of the clock; None: nobody was asked."""
        with self._lock:
            moment, accepted = self._answers.get(digest, (since, None))
        return accepted if moment >= since else None

    def message_ids(self, digest: str) -> list[str]:
        """Return SQS's ids of the messages that wait for this record."""
        with self._lock:
            return [one.message.message_id for one in self._pending.get(digest, [])]

    def pop(self, digest: str, accepted: bool) -> list[Rejection]:
        """Return and remove the rejections of this record, whose caller has answered."""
        now = self._clock()
        with self._lock:
            self._answers.pop(digest, None)
            self._answers[digest] = (now, accepted)
            oldest = next(iter(self._answers))
            while self._answers[oldest][0] < now - ANSWER_SECONDS:
                del self._answers[oldest]
                oldest = next(iter(self._answers))
            return self._drop(digest)

    def drain(self) -> list[Rejection]:
        """Return and remove all rejections."""
        with self._lock:
            return [one for digest in list(self._pending) for one in self._drop(digest)]

    def _drop(self, digest: str) -> list[Rejection]:
        dropped = self._pending.pop(digest, [])
        self._measure(dropped, -1)
        return dropped

    def _measure(self, refused: list[Rejection], sign: int) -> None:
        self._count += sign * len(refused)
        self._bytes += sign * sum(one.message.size for one in refused)
