"""Sending: every message twice, at its moments; each is logged before it is sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence

from .files import Files
from .messages import Message
from .queues import Queues

TICK_SECONDS = 0.5


class Sender:
    """A thread that sends what is due."""

    def __init__(self, queues: Queues, messages: Sequence[Message], files: Files) -> None:
        self.sent = 0
        self.failure: Exception | None = None
        self._queues = queues
        self._log = files.sent
        self._due = sorted(
            ((moment, message) for message in messages for moment in message.moments),
            key=lambda pair: pair[0],
        )
        self.total = len(self._due)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sender", daemon=True)

    def start(self) -> None:
        """Start to send: now is the run's beginning."""
        self._thread.start()

    def stop(self) -> None:
        """Send no more."""
        self._stopping.set()
        self._thread.join()

    @property
    def done(self) -> bool:
        """True if everything is sent. Raises the error of sending."""
        if self.failure:
            raise self.failure
        return self.sent == self.total

    def _work(self) -> None:
        try:
            self._send_all()
        except Exception as exc:
            self.failure = exc

    def _send_all(self) -> None:
        started = time.monotonic()
        with self._log.open("a", encoding="utf-8") as log:
            while self.sent < self.total and not self._stopping.wait(TICK_SECONDS):
                now = time.monotonic() - started
                some = [message for moment, message in self._due[self.sent :] if moment <= now]
                for message in some:
                    entry = {"sent": time.monotonic(), "valid": message.valid, "body": message.body}
                    log.write(json.dumps(entry) + "\n")
                log.flush()
                self._queues.pair.send(*(message.body for message in some))
                self.sent += len(some)
