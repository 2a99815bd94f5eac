"""Buffers of waiting messages, one per queue, and the batches cut from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqs_k8s_jobs.in_flight import fair_share
from sqs_k8s_jobs.queue.messages import Message

# Length of messages with which a batch is full, whatever its number of messages, and a queue has no
# more room: a run needs some ten times as many bytes of memory, and its files are in memory.
FULL = 16 * 1024 * 1024


@dataclass
class _Buffer:
    """The waiting messages of one queue, and whether the queue has probably more."""

    weight: int
    waiting: deque[Message] = field(default_factory=deque)
    has_more: bool = False

    def add(self, messages: Sequence[Message], more: bool) -> None:
        """Put messages last."""
        self.waiting += messages
        self.has_more = more

    def expect_no_more(self) -> None:
        """Expect no more until the next receive."""
        self.has_more = False

    def length(self) -> int:
        """Return the length of what waits together."""
        return length_of(self.waiting)


class QueueBuffers:
    """Each queue's messages are in their order, and a batch has something of each queue.

    Where more waits than fits, a batch is shared out by the queues' weights. Of queues that are
    named as busy it has nothing. There is no lock.
    """

    def __init__(self, limit: int, weights: Mapping[str, int]) -> None:
        self._limit = limit  # of a batch, in messages
        self._buffers = {url: _Buffer(weight) for url, weight in weights.items()}

    def add(self, url: str, messages: Sequence[Message], more: bool) -> None:
        """Put messages of a queue last; `more` tells that the queue has probably more."""
        self._buffers[url].add(messages, more)

    def put_first(self, messages: Sequence[Message]) -> None:
        """Put messages first, each in the buffer of its queue and in their order."""
        for one in reversed(messages):
            self._buffers[one.queue_url].waiting.appendleft(one)

    def put_last(self, messages: Sequence[Message]) -> None:
        """Put messages last, each in the buffer of its queue and in their order."""
        for one in messages:
            self._buffers[one.queue_url].waiting.append(one)

    def next_batch(self, busy: Collection[str]) -> list[Message]:
        """Take a batch."""
        buffers = self._open(busy)
        places = fair_share.allocate(
            self._limit,
            [len(buffer.waiting) for buffer in buffers],
            [buffer.weight for buffer in buffers],
        )
        batch: list[Message] = []
        length = 0
        for number in places:
            if length >= FULL:
                break
            batch.append(buffers[number].waiting.popleft())
            length += batch[-1].length
        return batch

    def expect_no_more(self) -> None:
        """Expect no more of any queue until its next receive: another queue's batch could wait."""
        for buffer in self._buffers.values():
            buffer.expect_no_more()

    def clear(self) -> list[Message]:
        """Return all that waits, and have nothing wait."""
        waiting = self.waiting()
        for buffer in self._buffers.values():
            buffer.waiting.clear()
        return waiting

    def waiting(self) -> list[Message]:
        """Return all that waits."""
        return [one for buffer in self._buffers.values() for one in buffer.waiting]

    def has_room(self, url: str, limit: int, length: int) -> bool:
        """Tell whether a queue has room, in messages and in length, beside this length."""
        buffer = self._buffers[url]
        return len(buffer.waiting) < limit and buffer.length() + length < FULL

    def has_work(self, busy: Collection[str]) -> bool:
        """Tell whether there is something for a batch."""
        return any(buffer.waiting for buffer in self._open(busy))

    def is_ready(self, busy: Collection[str]) -> bool:
        """Tell whether a batch would get no fuller by waiting for what queues give soon."""
        buffers = self._open(busy)
        return (
            not any(buffer.has_more for buffer in buffers)
            or sum(len(buffer.waiting) for buffer in buffers) >= self._limit
            or sum(buffer.length() for buffer in buffers) >= FULL
        )

    def _open(self, busy: Collection[str]) -> list[_Buffer]:
        return [buffer for url, buffer in self._buffers.items() if url not in busy]


def length_of(messages: Collection[Message]) -> int:
    """Return the length of messages together."""
    return sum(one.length for one in messages)
