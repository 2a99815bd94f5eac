"""Messages in flight whose namespace accepts no Jobs for now: they wait without a receive.

Where a namespace takes some Jobs and others not, such as those of a priority that is used up, only
these wait, under a name that is no namespace.
"""

from __future__ import annotations

import random
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqs_k8s_jobs.queue.messages import Message

MOST_PROBES = 4  # that try at a time: each may take an admission webhook's whole time
SOME = "/"  # at the end of a namespace that takes some Jobs
_OF_ONE_JOB = re.compile(r'"[^"]*"|[0-9]+')  # its name, and the numbers of a quota


@dataclass
class _Namespace:
    """The reason why a namespace accepts no Jobs, and its waiting messages, the oldest first."""

    reason: str
    is_fault: bool
    until: float = 0.0
    tries: int = 0
    probes: set[str] = field(default_factory=set)  # receipts of those that try for all of them
    tried: set[str] = field(default_factory=set)  # message ids of those that have
    waiting: deque[Message] = field(default_factory=deque)

    @property
    def messages(self) -> int:
        """The number of waiting messages, with those that are tried for the others."""
        return len(self.waiting) + len(self.probes)

    def add(self, message: Message, reason: str, *, is_fault: bool) -> None:
        """Have a message wait; what only the operator can set right is the reason, if any is."""
        if is_fault and not self.is_fault:
            self.reason, self.is_fault = reason, True
        self.waiting.append(message)

    def begin_pause(self, now: float, pause: Callable[[int], float]) -> None:
        """Have messages wait, the longer the more tries there were."""
        self.tries += 1
        self.until = now + pause(self.tries)

    def take(self, wanted: Callable[[Message], bool]) -> list[Message]:
        """Take out waiting messages."""
        taken = [one for one in self.waiting if wanted(one)]
        self.waiting = deque(one for one in self.waiting if not wanted(one))
        return taken

    def next_probes(self) -> list[Message]:
        """Take out those that try next: more after each time, the first, the last and any others.

        What kept one of them may be its own, such as its image: those that have not tried come
        first, wherever they are in line.
        """
        fresh = [one for one in self.waiting if one.message_id not in self.tried]
        fresh = fresh or list(self.waiting)
        count = min(2 ** max(0, self.tries - 1), MOST_PROBES, len(fresh))
        chosen = [fresh[0], fresh[-1]][:count]
        chosen += random.sample(fresh[1:-1], max(0, count - 2))
        chosen_ones = {id(one) for one in chosen}
        self.take(lambda one: id(one) in chosen_ones)
        self.probes = {one.receipt_handle for one in chosen}
        self.tried |= {one.message_id for one in chosen}
        return chosen


@dataclass(frozen=True)
class Holdup:
    """A namespace that accepts no Jobs, for other modules."""

    reason: str  # the cluster's words at the first try
    is_fault: bool  # whether only the operator can set it right
    messages: int  # that wait


class Holdups:
    """Holds messages by their namespaces; after each pause a few of them try for the others.

    It has no lock of its own.
    """

    def __init__(
        self,
        pause: Callable[[int], float],
        give_up_after: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pause = pause  # seconds after so many tries
        self._give_up_after = give_up_after
        self._clock = clock
        self._namespaces: dict[str, _Namespace] = {}
        self._since: dict[str, float] = {}  # by message id: when it was first held

    def put(self, namespace: str, message: Message, reason: str, *, is_fault: bool) -> bool:
        """Hold a message; return whether its namespace has just stopped to accept Jobs, or some.

        It is where it is the first one, and none waits there for the same reason under the other
        name. Where it is the last that has tried for others, or nobody waits yet, the pause begins
        anew and is longer.
        """
        was_last = self._end_try(message)
        found = self._namespaces.get(namespace)
        is_first = found is None
        is_news = is_first and not self._is_known(namespace, reason)
        found = found or _Namespace(reason, is_fault)
        self._namespaces[namespace] = found
        found.add(message, reason, is_fault=is_fault)
        self._since.setdefault(message.message_id, self._clock())
        if is_first or namespace in was_last:
            found.begin_pause(self._clock(), self._pause)
        self._drop_empty()
        return is_news

    def free(self, probe: Message) -> tuple[str, list[Message]] | None:
        """Return for which namespace a message has tried with success, and what waited for it.

        None where it has tried for no others.
        """
        for namespace, one in self._namespaces.items():
            if probe.receipt_handle in one.probes:
                del self._namespaces[namespace]
                return namespace, list(one.waiting)
        return None

    def due(self) -> list[Message]:
        """Return a few messages of each namespace whose backoff is over, to try for the others."""
        found = []
        for one in self._namespaces.values():
            if not one.probes and one.waiting and one.until <= self._clock():
                found += one.next_probes()
        return found

    def overdue(self) -> list[Message]:
        """Return messages that their queue gives no more and that were held long enough."""
        limit = self._clock() - self._give_up_after
        return self._taken(
            lambda one: one.is_last and self._since.get(one.message_id, limit) < limit
        )

    def all(self) -> list[Message]:
        """Return all messages that wait."""
        return [message for one in self._namespaces.values() for message in one.waiting]

    def surplus(self, count: int, length: int) -> list[Message]:
        """Take out the last of those that wait in namespaces which have more than their share.

        Together they may have so many messages, of so much length, and each has as much of it.
        What cannot wait in its queue either is left.
        """
        found: list[Message] = []
        names = [name for name, one in self._namespaces.items() if one.waiting]
        for name in names:
            found += _beyond(
                self._namespaces[name].waiting, count // len(names), length // len(names)
            )
        taken = {id(one) for one in found}
        return self._taken(lambda one: id(one) in taken)

    def clear(self) -> list[Message]:
        """Return all messages that wait, and hold them no more."""
        found = self.all()
        self._namespaces.clear()
        return found

    def is_probe(self, message: Message) -> bool:
        """Tell whether a message tries for those that wait."""
        return any(message.receipt_handle in one.probes for one in self._namespaces.values())

    def settled(self, messages: Iterable[Message]) -> None:
        """Forget messages that are no longer in flight; another message repeats an open try."""
        for message in messages:
            self._since.pop(message.message_id, None)
            self._end_try(message)
        self._drop_empty()

    def holdups(self) -> Mapping[str, Holdup]:
        """Return the namespaces that take no Jobs."""
        return {
            namespace: Holdup(one.reason, one.is_fault, one.messages)
            for namespace, one in self._namespaces.items()
        }

    def seconds_to_next(self) -> float | None:
        """Return in how many seconds a pause is over; None where none lasts."""
        moments = [one.until for one in self._namespaces.values() if one.waiting and not one.probes]
        return max(0.0, min(moments) - self._clock()) if moments else None

    def _end_try(self, message: Message) -> list[str]:
        """Note the end of a message's try; return the namespaces without another try."""
        ended = []
        for namespace, one in self._namespaces.items():
            if message.receipt_handle in one.probes:
                one.probes.discard(message.receipt_handle)
                ended += [] if one.probes else [namespace]
        return ended

    def _is_known(self, name: str, reason: str) -> bool:
        place = namespace_of(name)
        return any(
            namespace_of(other) == place and is_same_reason(one.reason, reason)
            for other, one in self._namespaces.items()
        )

    def _taken(self, wanted: Callable[[Message], bool]) -> list[Message]:
        found: list[Message] = []
        for one in self._namespaces.values():
            found += one.take(wanted)
        self._drop_empty()
        return found

    def _drop_empty(self) -> None:
        for name in [name for name, one in self._namespaces.items() if not one.messages]:
            del self._namespaces[name]


def _beyond(waiting: Iterable[Message], count: int, length: int) -> list[Message]:
    """Return what can wait elsewhere of the messages that are beyond a share."""
    found: list[Message] = []
    for one in waiting:
        count, length = count - 1, length - one.length
        if (count < 0 or length < 0) and one.can_wait:
            found.append(one)
    return found


def namespace_of(name: str) -> str:
    """Return the namespace for which all messages wait, or only some."""
    return name.removesuffix(SOME)


def is_same_reason(one: str, other: str) -> bool:
    """Tell whether two Jobs were not taken for the same reason, whatever their names are."""
    return _OF_ONE_JOB.sub("", one) == _OF_ONE_JOB.sub("", other)
