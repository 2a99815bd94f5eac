"""A namespace that accepts no Jobs, or not all: what waits for it, and what tries again when."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sqs_k8s_jobs.queue.messages import Message

MOST_PROBES = 4  # that try at a time: each may take an admission webhook's whole time
ENOUGH = 2  # messages that failed, and none that became a Job, for a namespace to count as closed


@dataclass
class Backoffs:
    """The backoffs of a namespace, which grow with each round of tries that fails.

    Messages that have not tried yet have theirs: those that fail again and again may do so for
    what is their own.
    """

    rounds: int = 0
    until: float = 0.0
    fresh_rounds: int = 0  # of messages that had not tried before
    fresh_until: float = 0.0

    def begin(self, now: float, pause: Callable[[int], float], *, is_fresh: bool) -> None:
        """Begin a backoff after a round."""
        self.rounds += 1
        self.until = now + pause(self.rounds)
        if is_fresh:
            self.fresh_rounds += 1
            self.fresh_until = now + pause(self.fresh_rounds)

    def end_for_fresh(self) -> None:
        """Let messages try now that have not tried yet."""
        self.fresh_until = 0.0


@dataclass
class HeldNamespace:
    """The reason why a namespace accepts no Jobs, and its waiting messages, the oldest first."""

    reason: str
    is_fault: bool
    takes_some: bool
    is_said: bool = False
    backoffs: Backoffs = field(default_factory=Backoffs)
    probes: set[str] = field(default_factory=set)  # receipts of those that try for all of them
    are_fresh: bool = True  # the probes, before they tried
    tried: set[str] = field(default_factory=set)  # message ids of those that have
    failed: set[str] = field(default_factory=set)  # ids of some that have since a Job was taken
    rounds: int = 0  # of tries that have failed since then
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
        return self.is_fault or is_shown

    def add(self, message: Message, reason: str, *, is_fault: bool) -> None:
        """Have a message wait; what only the operator can set right is the reason, if any is."""
        if is_fault and not self.is_fault:
            self.reason, self.is_fault = reason, True
        self.waiting.append(message)

    def note_failure(self, digest: str, reason: str) -> None:
        """Note that the Job of an id was tried in vain; what closes the namespace is the reason."""
        was_closed = self.is_closed
        if len(self.failed) < ENOUGH:
            self.failed.add(digest)
        if self.is_closed and not was_closed:
            self.reason = reason

    def end_round(self, now: float, pause: Callable[[int], float]) -> None:
        """Have messages wait, the longer the more rounds there were."""
        self.rounds += 1
        self.tried &= {one.message_id for one in self.waiting}
        self.backoffs.begin(now, pause, is_fresh=self.are_fresh)

    def took_job(self) -> None:
        """Note that the namespace has taken a Job: who has not tried yet may do so now."""
        self.failed.clear()
        self.rounds = 0
        self.is_said = self.is_said and self.takes_some
        self.backoffs.end_for_fresh()

    def say(self) -> bool:
        """Return whether its reason is to be said now: once, where it is no message's own."""
        is_new = not self.is_said and (self.is_closed or self.takes_some)
        self.is_said = self.is_said or is_new
        return is_new

    def in_order(self) -> list[Message]:
        """Return what waits, first those that have not tried: they may be faster."""
        return sorted(self.waiting, key=lambda one: one.message_id in self.tried)

    def next_at(self) -> float:
        """Return when the next may try."""
        has_fresh = any(one.message_id not in self.tried for one in self.waiting)
        return self.backoffs.fresh_until if has_fresh else self.backoffs.until

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
        self.are_fresh = bool(fresh)
        rounds = self.backoffs.fresh_rounds if fresh else self.backoffs.rounds
        fresh = fresh or list(self.waiting)
        count = min(2 ** max(0, rounds - 1), MOST_PROBES, len(fresh))
        chosen = [fresh[0], fresh[-1]][:count]
        chosen += random.sample(fresh[1:-1], max(0, count - 2))
        chosen_ones = {id(one) for one in chosen}
        self.take(lambda one: id(one) in chosen_ones)
        self.probes = {one.receipt_handle for one in chosen}
        return chosen
