"""A namespace that accepts no Jobs, or not all: what waits for it, and what tries again when."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from sqs_k8s_jobs.in_flight.held.backoffs import Backoff, Backoffs
from sqs_k8s_jobs.in_flight.held.failed_try import Cause, FailedTry
from sqs_k8s_jobs.queue.messages import Message

ENOUGH = 2  # messages that failed, and none that became a Job, for a namespace to count as closed


@dataclass
class HeldNamespace:
    """The reason why a namespace accepts no Jobs, and its waiting messages, the oldest first."""

    cause: Cause
    takes_some: bool
    backoffs: Backoffs
    tried: Container[str]  # message ids of those that have, here or in another namespace
    is_said: bool = False
    probes: set[str] = field(default_factory=set)  # receipts of those that try for all of them
    failed: set[str] = field(default_factory=set)  # ids of some that have since a Job was taken
    rounds: int = 0  # of tries that have failed since then
    others_go_on: bool = False  # whether another namespace has taken a Job meanwhile
    waiting: deque[Message] = field(default_factory=deque)

    @property
    def messages(self) -> int:
        """The number of waiting messages, with those that are tried for the others."""
        return len(self.waiting) + len(self.probes)

    @property
    def is_closed(self) -> bool:
        """True where it is the namespace's or the operator's matter, and no message's own.

        Where it takes some Jobs, others have failed even when nothing but they came.
        """
        is_shown = len(self.failed) >= ENOUGH and (self.rounds >= ENOUGH or not self.takes_some)
        return self.cause.is_fault or is_shown

    def add(self, failed: FailedTry) -> None:
        """Have a message wait; what only the operator can set right is the reason, if any is."""
        if failed.cause.is_fault and not self.cause.is_fault:
            self.cause = failed.cause
        self.waiting.append(failed.message)

    def note_failure(self, failed: FailedTry) -> None:
        """Note that the Job of an id was tried in vain; what closes the namespace is the reason."""
        was_closed = self.is_closed
        if len(self.failed) < ENOUGH:
            self.failed.add(failed.digest or failed.message.message_id)
        if self.is_closed and not was_closed:
            self.cause = failed.cause

    def end_round(self, now: float) -> None:
        """Have messages wait, the longer the more rounds there were."""
        self.rounds += 1
        self.backoffs.end_round(now)

    def took_job(self, now: float) -> None:
        """Note that the namespace has taken a Job: who has not tried yet may do so now."""
        self.failed.clear()
        self.rounds = 0
        self.is_said = self.is_said and self.takes_some
        self.backoffs.fresh.end_by(now)

    def others_took_job(self) -> None:
        """Note that another namespace has taken a Job."""
        self.others_go_on = True

    def say(self) -> bool:
        """Return whether its reason is to be said now: once, where it is no message's own."""
        is_new = not self.is_said and (self.is_closed or self.takes_some)
        self.is_said = self.is_said or is_new
        return is_new

    def in_order(self) -> list[Message]:
        """Return what waits, first those that have not tried: they may be faster."""
        return sorted(self.waiting, key=self._has_tried)

    def by_queue(self) -> list[list[Message]]:
        """Return what waits of each queue."""
        lines: dict[str, list[Message]] = {}
        for one in self.waiting:
            lines.setdefault(one.queue_url, []).append(one)
        return list(lines.values())

    def next_at(self) -> float:
        """Return when the next may try."""
        return min(backoff.until for backoff, _ in self._lines())

    def take(self, wanted: Callable[[Message], bool]) -> list[Message]:
        """Take out waiting messages."""
        taken = [one for one in self.waiting if wanted(one)]
        self.waiting = deque(one for one in self.waiting if not wanted(one))
        return taken

    def next_probes(self, now: float, most: int) -> list[Message]:
        """Take out those that try next, up to a number, of each line whose backoff is over."""
        chosen: list[Message] = []
        those: list[Backoff] = []
        for backoff, line in self._lines():
            if backoff.until <= now and len(chosen) < most:
                chosen += some_of(line, min(backoff.probes(), most - len(chosen)))
                those.append(backoff)
        chosen_ones = {id(one) for one in chosen}
        self.take(lambda one: id(one) in chosen_ones)
        self.probes = {one.receipt_handle for one in chosen}
        is_tried_due = self.backoffs.tried in those
        are_left = not is_tried_due and any(map(self._has_tried, self.waiting))
        self.backoffs.begin_round(those, are_tried_left=are_left)
        return chosen

    def _lines(self) -> list[tuple[Backoff, list[Message]]]:
        """Return those that have not tried, and those that have, with their backoffs."""
        fresh = [one for one in self.waiting if not self._has_tried(one)]
        tried = [one for one in self.waiting if self._has_tried(one)]
        lines = [(self.backoffs.fresh, fresh), (self.backoffs.tried, tried)]
        return [(backoff, line) for backoff, line in lines if line]

    def _has_tried(self, one: Message) -> bool:
        return one.message_id in self.tried


def some_of(line: list[Message], count: int) -> list[Message]:
    """Return some of a line: the first, any others, and the last, which has come last.

    What keeps one of them may be its own, such as its image, wherever it is in line.
    """
    count = min(count, len(line))
    if count < 2:
        return line[:count]
    return [line[0], *random.sample(line[1:-1], count - 2), line[-1]]
