"""A queue as SQS has it, in memory: what is received is hidden for a while, or deleted.

Each operation takes as long with ten thousand messages as with ten. moto, which the tests use,
looks at all of them for each: of a flood, its own work would be the most that is measured.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Message:
    """A message, and what is known of it."""

    body: str
    number: int
    received: int = 0  # times
    handle: str = ""
    hidden_until: float = 0.0


@dataclass
class Queue:
    """Times are given: seconds of any clock."""

    name: str
    visibility_timeout: float = 30.0
    _visible: deque[Message] = field(default_factory=deque)
    _hidden: dict[str, Message] = field(default_factory=dict)
    _due: list[tuple[float, str]] = field(default_factory=list)  # a heap
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def send(self, body: str) -> Message:
        """Add a message."""
        message = Message(body, next(self._numbers))
        self._visible.append(message)
        return message

    def receive(self, now: float, most: int, timeout: float | None = None) -> list[Message]:
        """Return messages that nobody else has in hand, the oldest first, and hide them."""
        self._show_due(now)
        found = [self._visible.popleft() for _ in range(min(most, len(self._visible)))]
        for message in found:
            message.received += 1
            message.handle = f"{self.name}-{message.number}-{message.received}"
            self._hidden[message.handle] = message
            self.hide(message.handle, now, self.visibility_timeout if timeout is None else timeout)
        return found

    def hide(self, handle: str, now: float, seconds: float) -> bool:
        """Hide a message in hand for so long from now; False where it is not in hand any more."""
        if handle not in self._hidden:
            return False
        self._hidden[handle].hidden_until = now + seconds
        heapq.heappush(self._due, (now + seconds, handle))
        return True

    def delete(self, handle: str) -> None:
        """Delete a message in hand; one that is not any more stays as it is."""
        self._hidden.pop(handle, None)

    def counts(self, now: float) -> tuple[int, int]:
        """Return how many are visible and how many are hidden."""
        self._show_due(now)
        return len(self._visible), len(self._hidden)

    def _show_due(self, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            _, handle = heapq.heappop(self._due)
            message = self._hidden.get(handle)
            if message and message.hidden_until <= now:
                self._visible.append(self._hidden.pop(handle))
