"""When messages of a namespace that accepts no Jobs try for the others, and how many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_PROBES = 4  # that try at a time: each may take an admission webhook's whole time …
MOST_FRESH_PROBES = 16  # … and that have not tried yet, where a round took less than
FAST = 10.0  # seconds
MOST_FRESH_ROUNDS = 3  # until the backoff of those grows no more


@dataclass
class Backoffs:
    """The backoffs of a namespace, which grow with each round of tries that fails.

    Messages that have not tried yet have theirs, which grow less: those that fail again and again
    may do so for what is their own.
    """

    pause: Callable[[int], float]  # seconds after so many rounds
    rounds: int = 0
    until: float = 0.0
    fresh_rounds: int = 0  # of messages that had not tried before
    fresh_until: float = 0.0
    began: float = float("inf")  # the round that is under way
    was_fast: bool = True  # the last round

    def begin_round(self, now: float) -> None:
        """Note that some try."""
        self.began = now

    def end_round(self, now: float, *, are_fresh: bool) -> None:
        """Begin a backoff: all that tried have failed."""
        self.was_fast = now - self.began < FAST
        self.rounds += 1
        self.until = now + self.pause(self.rounds)
        if are_fresh:
            self.fresh_rounds += 1
            self.fresh_until = now + self.pause(min(self.fresh_rounds, MOST_FRESH_ROUNDS))

    def end_for_fresh(self, now: float, *, at_once: bool) -> None:
        """Let messages that have not tried yet do so at once, or no later than after one round."""
        self.fresh_until = min(self.fresh_until, now if at_once else now + self.pause(1))

    def probes(self, *, are_fresh: bool) -> int:
        """Return how many try at a time: twice as many after each round, up to a limit."""
        limit = MOST_FRESH_PROBES if are_fresh and self.was_fast else MOST_PROBES
        rounds = self.fresh_rounds if are_fresh else self.rounds
        return min(1 << min(max(0, rounds - 1), limit), limit)
