"""Messages in flight whose namespace accepts no Jobs for now: they wait without a receive.

Where a namespace takes some Jobs and others not, such as those of a priority that is used up, only
these wait, under a name that is no namespace. One message that fails says nothing of others: what
it names may be the reason.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

from sqs_k8s_jobs.in_flight.held.backoffs import Backoffs
from sqs_k8s_jobs.in_flight.held.failed_try import Cause, FailedTry
from sqs_k8s_jobs.in_flight.held.namespace import HeldNamespace
from sqs_k8s_jobs.queue.messages import Message

SOME = "/"  # at the end of a namespace that takes some Jobs
_OF_ONE_JOB = re.compile(r'"[^"]*"|[0-9]+')  # its name, and the numbers of a quota


@dataclass(frozen=True)
class Holdup:
    """A namespace that accepts no Jobs, or not those of some messages, for other modules."""

    cause: Cause
    messages: int  # that wait
    is_closed: bool  # whether enough of them have failed, and none became a Job
    others_go_on: bool = False  # whether another namespace has taken a Job meanwhile


@dataclass(frozen=True)
class Held:
    """How a message is held, for the log."""

    is_news: bool  # whether its namespace has just stopped to accept Jobs, or some
    is_said: bool  # whether the log has the reason
    takes_some: bool


@dataclass(frozen=True)
class Freed:
    """What waited for a namespace that takes Jobs again."""

    namespace: str
    messages: list[Message]
    was_said: bool  # whether the log has said that they wait


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
        self._namespaces: dict[str, HeldNamespace] = {}
        self._trying: dict[str, str] = {}  # by the receipt of a probe: for which name
        self._since: dict[str, float] = {}  # by message id: when it was first held
        self._tried: set[str] = set()  # ids of messages whose own Jobs were tried in vain

    def put(self, failed: FailedTry) -> Held:
        """Hold a message.

        It is news where a namespace is closed, or takes some, unless that was said of it for the
        same reason. What has waited apart does so again. Where it is the last that has tried for
        others, or nobody waits yet, the pause begins anew and is longer. Who is held for the first
        time and was not tried waits no longer than the first pause.
        """
        message, now = failed.message, self._clock()
        ended = self._end_try(message)
        takes_some = failed.takes_some or ended == failed.namespace + SOME
        name = failed.namespace + SOME if takes_some else failed.namespace
        is_first = name not in self._namespaces
        found = self._namespaces.setdefault(name, self._new(failed.cause, takes_some))
        found.add(failed)
        if failed.is_attempted:
            self._tried.add(message.message_id)
        if failed.is_attempted and (name == ended or not takes_some):
            found.note_failure(failed)
        if is_first or (name == ended and not found.probes):
            found.end_round(now)
        elif message.message_id not in self._since and not failed.is_attempted:
            found.backoffs.newcomer(now)
        self._since.setdefault(message.message_id, now)
        is_news = self._say(name, found)
        self._drop_if_empty(ended)
        return Held(is_news, found.is_said, takes_some)

    def took_job(self, namespace: str) -> None:
        """Note that a namespace has taken a Job: others may fail there for what is their own."""
        for name, one in self._namespaces.items():
            if namespace_of(name) == namespace:
                one.took_job(self._clock())
            else:
                one.others_took_job()

    def free(self, probe: Message) -> Freed | None:
        """Return for which namespace a message has tried with success, and what waited for it.

        None where it has tried for no others.
        """
        name = self._trying.get(probe.receipt_handle)
        if name is None:
            return None
        one = self._namespaces.pop(name)
        for receipt in one.probes:
            del self._trying[receipt]
        return Freed(namespace_of(name), one.in_order(), one.is_said)

    def due(self, most: int) -> list[Message]:
        """Return a few messages of each namespace whose backoff is over, to try for the others.

        As long as no more than C(most) try. Namespaces have their turns, and last those that a
        sender may have invented.
        """
        now = self._clock()
        idle = [one for one in self._idle() if one[1].next_at() <= now]
        found: list[Message] = []
        for name, one in sorted(idle, key=lambda it: (it[1].cause.is_invented, it[1].next_at())):
            room = most - len(self._trying)
            if room > 0:
                probes = one.next_probes(now, room)
                self._trying.update((probe.receipt_handle, name) for probe in probes)
                found += probes
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

    def lines(self) -> list[list[Message]]:
        """Return what waits for each namespace of each queue."""
        return [line for one in self._namespaces.values() for line in one.by_queue()]

    def take(self, wanted: Container[int]) -> list[Message]:
        """Take out the messages with these identities, as `id` returns them."""
        return self._taken(lambda one: id(one) in wanted)

    def clear(self) -> list[Message]:
        """Return all messages that wait, and hold them no more."""
        found = self.all()
        self._namespaces.clear()
        self._trying.clear()
        return found

    def is_probe(self, message: Message) -> bool:
        """Tell whether a message tries for those that wait."""
        return message.receipt_handle in self._trying

    def settled(self, messages: Iterable[Message]) -> None:
        """Forget messages that are no longer in flight; another message repeats an open try."""
        for message in messages:
            self._since.pop(message.message_id, None)
            self._tried.discard(message.message_id)
            self._drop_if_empty(self._end_try(message))

    def leave(self, message: Message) -> None:
        """Note that a message waits for something else: that it tried for others was in vain."""
        name = self._end_try(message)
        if name and not self._namespaces[name].probes:
            self._namespaces[name].end_round(self._clock())
        self._drop_if_empty(name)

    def holdups(self) -> Mapping[str, Holdup]:
        """Return the namespaces whose messages are held."""
        return {
            namespace: Holdup(one.cause, one.messages, one.is_closed, one.others_go_on)
            for namespace, one in self._namespaces.items()
        }

    def seconds_to_next(self, most: int) -> float | None:
        """Return in how many seconds a pause is over; None where none lasts, or so many try yet."""
        moments = [one.next_at() for _, one in self._idle()]
        if not moments or len(self._trying) >= most:
            return None
        return max(0.0, min(moments) - self._clock())

    def _new(self, cause: Cause, takes_some: bool) -> HeldNamespace:
        return HeldNamespace(cause, takes_some, Backoffs(self._pause), self._tried)

    def _idle(self) -> list[tuple[str, HeldNamespace]]:
        """Return the namespaces of which nothing is tried now, and their names."""
        return [
            (name, one) for name, one in self._namespaces.items() if one.waiting and not one.probes
        ]

    def _end_try(self, message: Message) -> str | None:
        """Note the end of a message's try; return the name for which it has tried."""
        name = self._trying.pop(message.receipt_handle, None)
        if name is not None:
            self._namespaces[name].probes.discard(message.receipt_handle)
        return name

    def _say(self, name: str, found: HeldNamespace) -> bool:
        """Return whether the log is to name a namespace now; it does so once."""
        if not found.say():
            return False
        other = self._namespaces.get(namespace_of(name) if found.takes_some else name + SOME)
        return not (
            other and other.is_said and is_same_reason(other.cause.reason, found.cause.reason)
        )

    def _taken(self, wanted: Callable[[Message], bool]) -> list[Message]:
        found: list[Message] = []
        for one in self._namespaces.values():
            found += one.take(wanted)
        for name in list(self._namespaces):
            self._drop_if_empty(name)
        return found

    def _drop_if_empty(self, name: str | None) -> None:
        if name in self._namespaces and not self._namespaces[name].messages:
            del self._namespaces[name]


def namespace_of(name: str) -> str:
    """Return the namespace for which all messages wait, or only some."""
    return name.removesuffix(SOME)


def is_same_reason(one: str, other: str) -> bool:
    """Tell whether two Jobs were not taken for the same reason, whatever their names are."""
    return _OF_ONE_JOB.sub("", one) == _OF_ONE_JOB.sub("", other)
