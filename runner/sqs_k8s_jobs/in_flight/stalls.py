"""Messages of runs that were cut short: each is tried alone, and the faulty one is rejected."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from sqs_k8s_jobs.queue.messages import Message

MAX_SUSPECTS = 10_000  # messages that are remembered
# Tasks that read, judge and render, and ask nobody: what takes them too long is the message. All
# others wait for the API server as well, so there another run has to tell that it answers. So it
# has to where a run was killed: that may be for want of memory which others use.
BY_ITSELF = ("Read the messages", "Render the Jobs of new messages")


@dataclass
class _Suspect:
    """A message that was in a run that was cut short."""

    ended_in: str  # the task of that run
    since: float
    together: int = 1  # how many such messages are tried in a run
    tries: int = 0
    stalls: bool = False  # and is to be rejected unread

    def cut_short(self, ended_in: str, well: float, *, is_killed: bool) -> bool:
        """Note that another run of it was cut short; return whether it is hopeless.

        The latest run that came to its end began at `well`: where that was since, others end.
        """
        self.tries += 1
        was_alone = self.together == 1
        is_same = self.ended_in == ended_in
        self.ended_in = ended_in
        by_itself = any(ended_in.endswith(f"{task}]") for task in BY_ITSELF)
        is_hopeless = was_alone and self.stalls and by_itself
        if was_alone and is_same and (well > self.since or (by_itself and not is_killed)):
            self.stalls = True
        return is_hopeless

    def try_with(self, together: int) -> None:
        """Have it be tried together with others, so many in all."""
        self.together = together


@dataclass(frozen=True)
class Parts:
    """A batch in parts: the messages without suspicion, a suspect, and the rest."""

    first: list[Message]
    alone: list[Message]  # or a few, without others
    later: list[Message]


class Stalls:
    """The messages that may have kept a run from its end, by SQS's ids.

    A run is cut short where it takes too long, and where it is killed. One that waits for a silent
    API server takes too long as well, and that is no message's fault.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._suspects: dict[str, _Suspect] = {}  # the latest one last
        self._well = float("-inf")  # when the latest run began that came to its end
        self._lock = threading.Lock()

    def parts(self, batch: Sequence[Message]) -> Parts:
        """Return how a batch is to be run: of its suspects those that were tried least, apart.

        That is one, or where runs were killed, half of those of the run before.
        """
        with self._lock:
            first = [one for one in batch if one.message_id not in self._suspects]
            suspects = [one for one in batch if one.message_id in self._suspects]
            suspects.sort(key=lambda one: self._suspects[one.message_id].tries)
            count = self._count_together(suspects)
        return Parts(first, suspects[:count], suspects[count:])

    def is_suspect(self, message: Message) -> bool:
        """Tell whether a message is to be tried alone."""
        with self._lock:
            return message.message_id in self._suspects

    def stalls(self, message: Message) -> bool:
        """Tell whether a message is to be rejected without being read."""
        with self._lock:
            found = self._suspects.get(message.message_id)
            return found is not None and found.stalls

    def ended(self, messages: Sequence[Message], began: float) -> None:
        """Take notice of a run of these that came to its end: none of them stalls.

        What was rejected unread is remembered: it may be received again.
        """
        with self._lock:
            self._well = max(self._well, began)
            for one in messages:
                found = self._suspects.get(one.message_id)
                if found and not found.stalls:
                    del self._suspects[one.message_id]

    def cut_short(
        self, messages: Sequence[Message], ended_in: str, *, is_killed: bool = False
    ) -> list[Message]:
        """Take notice of a run of these that was cut short; return those not even to be rejected.

        These are messages of which already the reading of their addressee does it.
        """
        with self._lock:
            hopeless = [
                one for one in messages if self._suspect(one.message_id, ended_in, is_killed)
            ]
            # A run that was killed says so at once, so that halves find whose fault that is; one
            # that took too long would do so for each half.
            together = max(1, len(messages) // 2) if is_killed else 1
            for one in messages:
                self._suspects[one.message_id].try_with(together)
            while len(self._suspects) > MAX_SUSPECTS:
                del self._suspects[next(iter(self._suspects))]
            return hopeless

    def _count_together(self, suspects: Sequence[Message]) -> int:
        """Return how many of the first suspects one run tries: no more than each allows."""
        sizes = [self._suspects[one.message_id].together for one in suspects]
        alike = takewhile(lambda size: size == sizes[0], sizes)
        return min(sizes[0], len(list(alike))) if sizes else 0

    def _suspect(self, message_id: str, ended_in: str, is_killed: bool) -> bool:
        """Suspect a message, or suspect it more; return whether it is hopeless."""
        found = self._suspects.get(message_id)
        if found is None:
            self._suspects[message_id] = _Suspect(ended_in, self._clock())
            return False
        return found.cut_short(ended_in, self._well, is_killed=is_killed)
