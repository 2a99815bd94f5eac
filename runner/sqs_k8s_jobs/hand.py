"""The messages in hand: received, not settled yet."""

from __future__ import annotations

import threading
import time

from sqs_k8s_jobs.sqs import Message

LINGER = 0.2  # seconds that a batch waits for more while the queue keeps giving


class Hand:
    """Holds what was received until it is settled, and cuts batches from it.

    A batch is taken as soon as there is anything and the queue gives no more for now; a
    flood fills it up to the limit. Full means that no more is received.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: list[Message] = []
        self._working: dict[str, Message] = {}
        self._flowing = False
        self._paused = False
        self._closed = False
        self._changed = threading.Condition()

    def add(self, messages: list[Message], more: bool) -> None:
        """Take up received messages; `more` tells that the queue has probably more.

        Once closed, they are for the last `close` to return.
        """
        with self._changed:
            self._waiting += messages
            self._flowing = more
            self._changed.notify_all()

    def wait_for_room(self) -> bool:
        """Wait until there is room for another receive; False once the hand is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room())
            return not self._closed

    def take(self) -> list[Message]:
        """Wait for a batch and return it; it stays in hand until settled. Empty once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or bool(self._waiting))
            deadline = time.monotonic() + LINGER
            self._changed.wait_for(self._is_ready, timeout=max(0.0, deadline - time.monotonic()))
            if self._closed:
                return []
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            self._working.update({one.message_id: one for one in batch})
            self._changed.notify_all()
            return batch

    def put_back(self, messages: list[Message]) -> None:
        """Put messages first in line again, and receive no more until `resume`."""
        with self._changed:
            for one in messages:
                self._working.pop(one.message_id, None)
            self._waiting = [*messages, *self._waiting]
            self._paused = True
            self._flowing = False

    def resume(self) -> None:
        """Receive again."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def settle(self, messages: list[Message]) -> None:
        """Let go of messages that were deleted or handed back."""
        with self._changed:
            for one in messages:
                self._working.pop(one.message_id, None)

    def all(self) -> list[Message]:
        """Return everything in hand."""
        with self._changed:
            return [*self._working.values(), *self._waiting]

    def close(self) -> list[Message]:
        """Stop giving out batches; return the messages that nobody has begun to work on."""
        with self._changed:
            self._closed = True
            waiting, self._waiting = self._waiting, []
            self._changed.notify_all()
            return waiting

    def _has_room(self) -> bool:
        return not self._paused and len(self._waiting) < self._limit

    def _is_ready(self) -> bool:
        return self._closed or not self._flowing or len(self._waiting) >= self._limit
