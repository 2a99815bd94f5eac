"""When messages that are held try for the others, and how many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

MOST_PROBES = 4  # that try at a time: each may take an admission webhook's whole time
MOST_FRESH_PROBES = 16  # that have not tried yet: they may fail for what is their own
MOST_FRESH_ROUNDS = 3  # until the backoff of those grows no more
NEVER = 1 << 10  # rounds


@dataclass
class Backoff:
    """A backoff that grows with each round of tries that fails, as does the number that try."""

    pause: Callable[[int], float]  # seconds after so many rounds
    most_probes: int
    most_rounds: int = NEVER  # until it grows no more
    rounds: int = 0
    until: float = 0.0

    def begin(self, now: float) -> None:
        """Begin after a round."""
        self.rounds += 1
        self.until = now + self.pause(min(self.rounds, self.most_rounds))

    def end_by(self, moment: float) -> None:
        """End no later than at this moment."""
        self.until = min(self.until, moment)

    def probes(self) -> int:
        """Return how many try next: twice as many after each round, up to a limit."""
        doublings = min(max(0, self.rounds - 1), 10)
        return min(1 << doublings, self.most_probes)


@dataclass
class Backoffs:
    """The backoffs of a namespace's messages, of which those that have not tried have their own."""

    pause: Callable[[int], float]
    fresh: Backoff = field(init=False)
    tried: Backoff = field(init=False)
    under_way: list[Backoff] = field(default_factory=list)  # of those that try now
    are_tried_left: bool = False  # of those that wait some have tried, and do not now
    has_newcomer: bool = False  # since they do

    def __post_init__(self) -> None:
        """Make both."""
        self.fresh = Backoff(self.pause, MOST_FRESH_PROBES, MOST_FRESH_ROUNDS)
        self.tried = Backoff(self.pause, MOST_PROBES)
        self.under_way = [self.fresh, self.tried]

    def begin_round(self, those: list[Backoff], *, are_tried_left: bool) -> None:
        """Note whose turn it is."""
        self.under_way, self.has_newcomer = those, False
        self.are_tried_left = are_tried_left

    def end_round(self, now: float) -> None:
        """Begin the backoffs of those that tried: all have failed, and belong to the tried ones.

        The backoff of these begins with the first of them, and not anew with each.
        """
        for one in self.under_way:
            one.begin(now)
        if self.tried.until <= now and not self.are_tried_left:
            self.tried.begin(now)
        if self.has_newcomer:
            self.newcomer(now)

    def newcomer(self, now: float) -> None:
        """Let who comes now try after one round's backoff, however long that of others is."""
        self.has_newcomer = True
        self.fresh.end_by(now + self.pause(1))
