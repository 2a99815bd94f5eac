"""The messages in hand: received, not settled yet."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqs_k8s_jobs import shares
from sqs_k8s_jobs.sqs import Message

LINGER = 0.2  # seconds that a batch waits for more while a queue keeps giving
LOOK = 0.2  # seconds between two looks whether messages are for others
# Characters of bodies with which a batch is full, whatever its number of messages, and a queue has
# no more room: a run needs some seven times as many bytes of memory, and its files are in memory.
FULL = 16 * 1024 * 1024


@dataclass
class _Line:
    """What waits of one queue, and whether the queue has probably more."""

    weight: int
    waiting: deque[Message] = field(default_factory=deque)
    flowing: bool = False

    def length(self) -> int:
        """Return how many characters the bodies that wait have together."""
        return sum(len(one.body) for one in self.waiting)


class Hand:
    """Holds what was received until it is settled, and cuts batches from it.

    A batch is taken as soon as there is anything and no queue gives more for now; a flood
    fills it up to the limit, and long bodies fill it sooner. It has something of each queue of
    which anything waits, and is shared out by their weights. A queue of which as much waits as a
    batch may hold is not received from, and no queue is for as long as messages are left to
    others. Of several batches at work at a time, the last one is for queues that have none:
    beside a flood a message starts at once.
    """

    def __init__(self, limit: int, weights: Mapping[str, int], runs: int = 1) -> None:
        self._limit = limit
        self._runs = runs
        self._at_work: list[set[str]] = []  # of each batch at work, its queues
        self._lines = {url: _Line(weight) for url, weight in weights.items()}
        self._working: dict[str, Message] = {}  # by receipt, since a message can come twice
        self._pauses = 0
        self._closed = False
        self._changed = threading.Condition()
        self.is_for_others: Callable[[], bool] = lambda: False

    def add(self, url: str, messages: list[Message], more: bool) -> None:
        """Take up messages received from a queue; `more` tells that it has probably more.

        Once closed, they are for the last `close` to return.
        """
        with self._changed:
            self._lines[url].waiting += messages
            self._lines[url].flowing = more
            self._changed.notify_all()

    def wait_for_room(self, url: str) -> bool:
        """Wait until there is room for another receive; False once the hand is closed."""
        with self._changed:
            while not (self._closed or self._has_room(self._lines[url])):
                self._changed.wait(LOOK)
            return not self._closed

    def take(self) -> list[Message]:
        """Wait for a batch and return it; it stays in hand until settled. Empty once closed.

        It is at work until `leave`.
        """
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._closed or self._has_work())
                if not self._changed.wait_for(self._is_ready, LINGER):
                    self._still()
                if self._closed:
                    return []
                if self._has_work():  # which another may have taken meanwhile
                    return self._cut()

    def leave(self, batch: Sequence[Message]) -> None:
        """Say that a batch is no longer at work, whatever became of its messages."""
        with self._changed:
            self._at_work.remove({one.queue_url for one in batch})
            self._changed.notify_all()

    def put_back(self, messages: list[Message]) -> None:
        """Put messages first in line again, as they were, and pause until `resume`.

        While paused there are no batches, and nothing is received from a queue of which
        something waits. Each call asks for a `resume` of its own.
        """
        with self._changed:
            for one in reversed(messages):
                self._working.pop(one.receipt_handle, None)
                self._lines[one.queue_url].waiting.appendleft(one)
            self._pauses += 1
            self._still()

    def resume(self) -> None:
        """Receive and give out batches again, unless another pause lasts."""
        with self._changed:
            self._pauses -= 1
            self._changed.notify_all()

    def settle(self, messages: Sequence[Message]) -> None:
        """Let go of messages that were deleted or handed back."""
        with self._changed:
            for one in messages:
                self._working.pop(one.receipt_handle, None)

    def all(self) -> list[Message]:
        """Return everything in hand."""
        with self._changed:
            return [*self._working.values(), *self._waiting()]

    def close(self) -> list[Message]:
        """Stop giving out batches; return the messages that nobody has begun to work on."""
        with self._changed:
            self._closed = True
            waiting = self._waiting()
            for line in self._lines.values():
                line.waiting.clear()
            self._changed.notify_all()
            return waiting

    def _cut(self) -> list[Message]:
        lines = self._open()
        places = shares.places(
            self._limit, [len(line.waiting) for line in lines], [line.weight for line in lines]
        )
        batch: list[Message] = []
        length = 0
        for number in places:
            if length >= FULL:
                break
            batch.append(lines[number].waiting.popleft())
            length += len(batch[-1].body)
        self._working.update({one.receipt_handle: one for one in batch})
        self._at_work.append({one.queue_url for one in batch})
        self._changed.notify_all()
        return batch

    def _open(self) -> list[_Line]:
        """Return the lines of which the next batch may have something."""
        lines = self._lines
        is_last = len(lines) > 1 and len(self._at_work) >= self._runs - 1 > 0
        busy = set().union(*self._at_work) if is_last else set()
        return [line for url, line in lines.items() if url not in busy]

    def _still(self) -> None:
        """Wait for no queue's flow, until it gives again: another queue's batch could wait."""
        for line in self._lines.values():
            line.flowing = False

    def _waiting(self) -> list[Message]:
        return [one for line in self._lines.values() for one in line.waiting]

    def _has_room(self, line: _Line) -> bool:
        limit = 1 if self._pauses else self._limit
        has_room = len(line.waiting) < limit and line.length() < FULL
        return has_room and not self.is_for_others()

    def _has_work(self) -> bool:
        return not self._pauses and any(line.waiting for line in self._open())

    def _is_ready(self) -> bool:
        lines = self._open()
        return (
            self._closed
            or not any(line.flowing for line in lines)
            or sum(len(line.waiting) for line in lines) >= self._limit
            or sum(line.length() for line in lines) >= FULL
        )
