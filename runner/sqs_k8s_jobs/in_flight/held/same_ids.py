"""Messages of one id: one of them is in a batch at a time.

Only one body of an id is tried in a run, and a run reads all of its messages.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Container

from sqs_k8s_jobs.queue.messages import Message

# Until the next one of an id has its turn, whatever became of the one before: longer than a run
# usually takes, as two runs may each create a Job.
LONGEST = 300.0  # seconds


class SameIds:
    """Holds messages by the digests of their ids. It has no lock of its own.

    The queues of an id take turns, and each gives its oldest one first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, dict[str, deque[Message]]] = {}  # by digest, and by queue
        self._since: dict[str, float] = {}  # when the last one of an id had its turn

    def put(self, digest: str, message: Message) -> None:
        """Have a message wait until another one of its id is settled or held."""
        lines = self._waiting.setdefault(digest, {})
        lines.setdefault(message.queue_url, deque()).append(message)
        self._since.setdefault(digest, self._clock())

    def next_of(self, digest: str) -> list[Message]:
        """Take out the next one of an id, if any waits."""
        lines = self._waiting.get(digest)
        if not lines:
            return []
        url, line = next(iter(lines.items()))
        message = line.popleft()
        del lines[url]
        if line:
            lines[url] = line  # behind the other queues
        self._since[digest] = self._clock()
        self._drop_if_empty(digest)
        return [message]

    def lines(self) -> list[deque[Message]]:
        """Return what waits of each id and queue."""
        return [line for lines in self._waiting.values() for line in lines.values()]

    def take(self, wanted: Container[int]) -> list[Message]:
        """Take out the messages with these identities, as `id` returns them."""
        found: list[Message] = []
        for digest, lines in list(self._waiting.items()):
            for url, line in list(lines.items()):
                found += [one for one in line if id(one) in wanted]
                lines[url] = deque(one for one in line if id(one) not in wanted)
                if not lines[url]:
                    del lines[url]
            self._drop_if_empty(digest)
        return found

    def overdue(self) -> list[Message]:
        """Take out the next ones of ids of which none had its turn for long."""
        limit = self._clock() - LONGEST
        late = [digest for digest, since in self._since.items() if since <= limit]
        return [one for digest in late for one in self.next_of(digest)]

    def seconds_to_next(self) -> float | None:
        """Return in how many seconds one is overdue; None where none waits."""
        if not self._since:
            return None
        return max(0.0, min(self._since.values()) + LONGEST - self._clock())

    def all(self) -> list[Message]:
        """Return all messages that wait."""
        return [one for line in self.lines() for one in line]

    def clear(self) -> list[Message]:
        """Return all messages that wait, and hold them no more."""
        found = self.all()
        self._waiting.clear()
        self._since.clear()
        return found

    def _drop_if_empty(self, digest: str) -> None:
        if not self._waiting[digest]:
            del self._waiting[digest], self._since[digest]
