"""Lines of waiting messages, one per queue, and the batches cut from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqs_k8s_jobs.in_flight import fair_share
from sqs_k8s_jobs.queue.sqs import Message

# Length of messages with which a batch is full, whatever its number of messages, and a queue has no
# more room: a run needs some ten times as many bytes of memory, and its files are in memory.
FULL = 16 * 1024 * 1024


@dataclass
class _Line:
    """The waiting messages of one queue, and whether the queue has probably more."""

    weight: int
    waiting: deque[Message] = field(default_factory=deque)
    flowing: bool = False

    def length(self) -> int:
        """Return the length of what waits together."""
        return length_of(self.waiting)


class Lines:
    """Each queue's messages are in their order, and a batch has something of each queue.

    Where more waits than fits, a batch is shared out by the queues' weights. Of queues that are
    named as busy it has nothing. There is no lock.
    """

    def __init__(self, limit: int, weights: Mapping[str, int]) -> None:
        self._limit = limit  # of a batch, in messages
        self._lines = {url: _Line(weight) for url, weight in weights.items()}

    def add(self, url: str, messages: Sequence[Message], more: bool) -> None:
        """Put messages of a queue last; `more` tells that the queue has probably more."""
        self._lines[url].waiting += messages
        self._lines[url].flowing = more

    def put_first(self, messages: Sequence[Message]) -> None:
        """Put messages first, each in the line of its queue and in their order."""
        for one in reversed(messages):
            self._lines[one.queue_url].waiting.appendleft(one)

    def cut(self, busy: Collection[str]) -> list[Message]:
        """Take a batch."""
        lines = self._open(busy)
        places = fair_share.allocate(
            self._limit, [len(line.waiting) for line in lines], [line.weight for line in lines]
        )
        batch: list[Message] = []
        length = 0
        for number in places:
            if length >= FULL:
                break
            batch.append(lines[number].waiting.popleft())
            length += batch[-1].length
        return batch

    def still(self) -> None:
        """Expect no more of any queue until its next receive: another queue's batch could wait."""
        for line in self._lines.values():
            line.flowing = False

    def clear(self) -> list[Message]:
        """Return all that waits, and have nothing wait."""
        waiting = self.waiting()
        for line in self._lines.values():
            line.waiting.clear()
        return waiting

    def waiting(self) -> list[Message]:
        """Return all that waits."""
        return [one for line in self._lines.values() for one in line.waiting]

    def has_room(self, url: str, limit: int, length: int) -> bool:
        """Tell whether a queue has room, in messages and in length, beside this length."""
        line = self._lines[url]
        return len(line.waiting) < limit and line.length() + length < FULL

    def has_work(self, busy: Collection[str]) -> bool:
        """Tell whether there is something for a batch."""
        return any(line.waiting for line in self._open(busy))

    def is_ready(self, busy: Collection[str]) -> bool:
        """Tell whether a batch would get no fuller by waiting for what queues give soon."""
        lines = self._open(busy)
        return (
            not any(line.flowing for line in lines)
            or sum(len(line.waiting) for line in lines) >= self._limit
            or sum(line.length() for line in lines) >= FULL
        )

    def _open(self, busy: Collection[str]) -> list[_Line]:
        return [line for url, line in self._lines.items() if url not in busy]


def length_of(messages: Collection[Message]) -> int:
    """Return the length of messages together."""
    return sum(one.length for one in messages)
