"""The messages in flight: received, neither deleted nor released."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from sqs_k8s_jobs.in_flight.batches import FULL, QueueBuffers, length_of
from sqs_k8s_jobs.in_flight.held.failed_try import FailedTry
from sqs_k8s_jobs.in_flight.held.holdups import Freed, Held, Holdup, Holdups
from sqs_k8s_jobs.in_flight.held.same_ids import SameIds
from sqs_k8s_jobs.in_flight.held.surplus import surplus
from sqs_k8s_jobs.in_flight.stalls import Stalls
from sqs_k8s_jobs.queue.messages import Message

LINGER = 0.2  # seconds that a batch waits for more while a queue keeps giving
LOOK = 0.2  # seconds between two looks whether messages are for others
MAX_HELD = 4000  # messages of a queue that wait for namespaces; SQS hides 120,000 at most
MOST_TRYING = 32  # messages that try for those that are held at a time …
MOST_TRYING_SLOWLY = 4  # … and where creations take long: fewer than a run has time for


class InFlight:
    """Holds what was received until it is settled, and cuts batches from it.

    A batch is taken as soon as there is anything and no queue gives more for now; a flood
    fills it up to the limit, and long bodies fill it sooner. It has something of each queue of
    which anything waits, and is shared out by their weights. A queue of which as much waits as a
    batch may hold is not received from, and no queue is for as long as messages are left to
    others. Of several batches at work at a time, the last one is for queues that have none:
    beside a flood a message starts at once. From a queue that gives its messages few times no
    more is received than can be begun.

    Messages whose namespace takes no Jobs are held, and others go on; some of them try for the rest
    in their turn, behind what waits already. What its queue gives no more is given up in the end,
    and given out for that as long as this is not abandoned.
    """

    def __init__(
        self,
        limit: int,
        weights: Mapping[str, int],
        backpressure: Callable[[], bool],
        runs: int = 1,
        held: Holdups | None = None,
        scarce: Collection[str] = (),
    ) -> None:
        self._limit = limit
        self._runs = runs
        self._held = held or Holdups(lambda _tries: 1.0, float("inf"))
        self._same_ids = SameIds()
        self._scarce = frozenset(scarce)
        self.stalls = Stalls()  # messages of runs that took too long
        self._given_up: set[str] = set()  # receipts
        self._left: list[Message] = []  # what came back after it was closed
        self._draining = False
        self._at_work: list[set[str]] = []  # of each batch at work, its queues
        self._has_others = len(weights) > 1
        self._buffers = QueueBuffers(limit, weights)
        self._working: dict[str, Message] = {}  # by receipt, since a message can come twice
        self._pauses = 0
        self._is_slow = False
        self._closed = self._abandoned = False
        self._changed = threading.Condition()
        self._has_backpressure = backpressure

    def add(self, url: str, messages: list[Message], more: bool) -> None:
        """Add messages received from a queue; `more` tells that it has probably more.

        Once it drains, only those that their queue gives no more are worked on.
        """
        with self._changed:
            self._buffers.add(url, self._kept(messages), more)
            self._changed.notify_all()

    def wait_for_capacity(self, url: str) -> bool:
        """Wait until there is room for another receive; False once closed."""
        with self._changed:
            while not (self._draining or self._has_room(url)):
                self._changed.wait(LOOK)
            return not self._draining

    def next_batch(self) -> list[Message]:
        """Wait for a batch and return it; it stays in flight until forgotten. Empty once closed.

        It is at work until `batch_finished`.
        """
        with self._changed:
            while True:
                self._admit()
                if self._has_work():
                    if not self._changed.wait_for(self._is_ready, LINGER):
                        self._buffers.expect_no_more()
                    if self._has_work():  # which another may have taken meanwhile
                        return self._cut()
                elif self._closed and not (self._pauses and self._buffers.waiting()):
                    return []
                else:
                    self._changed.wait(self._seconds_to_next())

    def batch_finished(self, batch: Sequence[Message]) -> None:
        """Say that a batch is no longer at work, whatever became of its messages."""
        with self._changed:
            self._at_work.remove({one.queue_url for one in batch})
            self._changed.notify_all()

    def requeue(self, messages: list[Message]) -> None:
        """Put messages first in line again, as they were, and pause until `resume`.

        While paused there are no batches, and nothing is received from a queue of which
        something waits. Each call asks for a `resume` of its own.
        """
        with self._changed:
            for one in messages:
                self._working.pop(one.receipt_handle, None)
            self._put_first(messages)
            self._pauses += 1
            self._buffers.expect_no_more()

    def requeue_at_once(self, messages: Sequence[Message]) -> None:
        """Put messages of a batch first in line again, without a pause: another run is theirs."""
        with self._changed:
            for one in messages:
                self._working.pop(one.receipt_handle, None)
            self._put_first(messages)
            self._changed.notify_all()

    def resume(self) -> None:
        """Receive and give out batches again, unless another pause lasts."""
        with self._changed:
            self._pauses -= 1
            self._changed.notify_all()

    def forget(self, messages: Sequence[Message]) -> None:
        """Let go of messages that were deleted or handed back."""
        with self._changed:
            for one in messages:
                self._working.pop(one.receipt_handle, None)
                self._given_up.discard(one.receipt_handle)
            self._held.settled(messages)
            self._changed.notify_all()

    def hold(self, failed: FailedTry) -> Held:
        """Hold a message whose Job was not taken, as Holdups.put does.

        While draining, what its queue gives no more is given out again instead, for its last try.
        """
        message = failed.message
        with self._changed:
            self._working.pop(message.receipt_handle, None)
            self._changed.notify_all()
            if self._draining and message.is_last:
                self._held.settled([message])
                self._put_first([message])
                return Held(is_news=False, is_said=False, takes_some=failed.takes_some)
            return self._held.put(failed)

    def set_aside(self, digest: str, message: Message) -> None:
        """Have a message wait for its turn among those of its id; while draining there is none."""
        with self._changed:
            self._working.pop(message.receipt_handle, None)
            self._held.leave(message)
            if self._draining:
                self._put_first([message])
            else:
                self._same_ids.put(digest, message)
            self._changed.notify_all()

    def had_turn(self, digest: str) -> None:
        """Say that a message of an id was settled or held: the next one has its turn."""
        with self._changed:
            self._buffers.put_last(self._kept(self._same_ids.next_of(digest)))
            self._changed.notify_all()

    def took_job(self, namespace: str) -> None:
        """Say that a namespace has taken a Job."""
        with self._changed:
            self._held.took_job(namespace)
            self._changed.notify_all()

    def note_pace(self, *, is_slow: bool) -> None:
        """Say whether creations took long in the last run."""
        with self._changed:
            self._is_slow = is_slow
            self._changed.notify_all()

    @property
    def is_slow(self) -> bool:
        """True where creations took long in the last run."""
        return self._is_slow

    def free(self, probe: Message) -> Freed | None:
        """Put first in line what waited for the namespace for which this message has tried.

        Return that; None where it has tried for no others.
        """
        with self._changed:
            freed = self._held.free(probe)
            if freed:
                self._put_first(freed.messages)
                self._changed.notify_all()
            return freed

    def holdups(self) -> Mapping[str, Holdup]:
        """Return the namespaces whose messages are held."""
        with self._changed:
            return self._held.holdups()

    def is_probe(self, message: Message) -> bool:
        """Tell whether a message tries for those that are held."""
        with self._changed:
            return self._held.is_probe(message)

    def surplus(self) -> list[Message]:
        """Take out messages that wait in so great a number that others have no room.

        Whoever calls this is to hide them; they are in flight until settled.
        """
        with self._changed:
            lines = [*self._held.lines(), *self._same_ids.lines()]
            wanted = {id(one) for one in surplus(lines, MAX_HELD // 2, FULL // 2)}
            taken = [*self._held.take(wanted), *self._same_ids.take(wanted)] if wanted else []
            self._working.update({one.receipt_handle: one for one in taken})
            return taken

    def end_try(self, message: Message) -> None:
        """Say that a message tries no longer for those that are held, whatever became of it."""
        with self._changed:
            self._held.settled([message])
            self._changed.notify_all()

    def is_given_up(self, message: Message) -> bool:
        """Tell whether a message is to be rejected where it does not become a Job now."""
        with self._changed:
            return message.receipt_handle in self._given_up or (self._draining and message.is_last)

    def messages(self) -> list[Message]:
        """Return all messages in flight."""
        with self._changed:
            return [
                *self._working.values(),
                *self._buffers.waiting(),
                *self._held.all(),
                *self._same_ids.all(),
                *self._left,
            ]

    def drain(self) -> list[Message]:
        """Receive no more; return what nobody has begun to work on and its queue gives again.

        What its queue gives no more is given out as before, and held no longer.
        """
        with self._changed:
            self._draining = True
            self._put_first([*self._buffers.clear(), *self._clear_held()])
            self._changed.notify_all()
            left, self._left = self._left, []
            return left

    def close(self) -> list[Message]:
        """Drain, and expect no more: there are no batches once all were given out."""
        with self._changed:
            self._closed = True
            return self.drain()

    def abandon(self) -> list[Message]:
        """Close, and give out nothing any more; return what was not begun."""
        with self._changed:
            self._closed = self._draining = self._abandoned = True
            self._pauses = 0
            left = [*self._buffers.clear(), *self._clear_held(), *self._left]
            self._left = []
            self._changed.notify_all()
            return left

    def rest(self, seconds: float) -> None:
        """Wait for so long, or until nothing waits any more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._buffers.waiting(), seconds)

    def _kept(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages to process; while draining, or once abandoned, others are left."""
        if not self._draining:
            return list(messages)
        kept = [] if self._abandoned else [one for one in messages if one.is_last]
        self._left += messages if self._abandoned else [one for one in messages if not one.is_last]
        return kept

    def _put_first(self, messages: Sequence[Message]) -> None:
        self._buffers.put_first(self._kept(messages))

    def _admit(self) -> None:
        """Let messages that were held come where a pause is over, and first where their time is."""
        overdue = self._held.overdue()
        self._given_up.update(one.receipt_handle for one in overdue)
        self._put_first(overdue)
        due = [*self._held.due(self._most_trying()), *self._same_ids.overdue()]
        self._buffers.put_last(self._kept(due))

    def _seconds_to_next(self) -> float | None:
        """Return in how many seconds something that waits has its turn, if it is known."""
        moments = self._held.seconds_to_next(self._most_trying()), self._same_ids.seconds_to_next()
        return min((one for one in moments if one is not None), default=None)

    def _clear_held(self) -> list[Message]:
        return [*self._held.clear(), *self._same_ids.clear()]

    def _most_trying(self) -> int:
        return MOST_TRYING_SLOWLY if self._is_slow else MOST_TRYING

    def _cut(self) -> list[Message]:
        batch = self._buffers.next_batch(self._busy())
        self._working.update({one.receipt_handle: one for one in batch})
        self._at_work.append({one.queue_url for one in batch})
        self._changed.notify_all()
        return batch

    def _busy(self) -> set[str]:
        """Return the queues of which the next batch has nothing: the last run is for others."""
        is_last = self._has_others and len(self._at_work) >= self._runs - 1 > 0
        return set().union(*self._at_work) if is_last else set()

    def _has_room(self, url: str) -> bool:
        waiting = [*self._held.all(), *self._same_ids.all()]
        held = [one for one in waiting if one.queue_url == url]
        limit = 1 if self._pauses else self._limit
        has_room = self._buffers.has_room(url, limit, length_of(held)) and len(held) < MAX_HELD
        can_begin = url not in self._scarce or len(self._at_work) < self._runs
        return has_room and can_begin and not self._has_backpressure()

    def _has_work(self) -> bool:
        return not self._pauses and self._buffers.has_work(self._busy())

    def _is_ready(self) -> bool:
        return self._draining or self._buffers.is_ready(self._busy())
