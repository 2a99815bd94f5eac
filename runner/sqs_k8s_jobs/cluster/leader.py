"""Leader election: the runner that holds the Lease reports."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Protocol

from sqs_k8s_jobs.cluster.lease import FAULTS, RENEW_SECONDS, RETRY_SECONDS
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.observability.health import Health

PART = "lease"


STANDBY_SECONDS = 5.0  # between two words of a candidate that stands by; of three, two may be lost


class Lock(Protocol):
    """The Lease, for what the election does not do."""

    @property
    def standby(self) -> str | None:
        """The last annotation of another candidate."""

    def stand_by(self) -> bool:
        """Write that this candidate is there; return whether that was done."""

    def release(self) -> None:
        """Make the Lease nobody's."""


class Step(Protocol):
    """The election, a step at a time."""

    def try_acquire_or_renew(self) -> bool:
        """Return whether the Lease is held now."""


class AlwaysLeader:
    """The only runner there is: it needs no Lease."""

    def has_others(self) -> bool:
        """True if other runners work: there are none."""
        return False

    def is_leader(self) -> bool:
        """True while this runner is the leader."""
        return True

    def work(self, finished: threading.Event) -> None:
        """Wait until all is done: there is nothing to hold."""
        finished.wait()


class Leader:
    """A candidate for the Lease, for as long as it works.

    It leads for RENEW_SECONDS from each renewal, and no longer: before anybody else may take over.
    """

    def __init__(
        self,
        election: Step,
        lock: Lock,
        health: Health,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._election = election
        self._lock = lock
        self._health = health
        self._clock = clock
        self._until = 0.0
        self._was_leader = False
        self._stood_by = -math.inf  # when it last said that it is there
        self._standby: str | None = None  # what another one has said last
        self._has_looked = False
        self._others_until = -math.inf

    def work(self, finished: threading.Event) -> None:
        """Hold the Lease whenever it can be had, until all is done; then release it."""
        while not finished.is_set():
            self.step()
            finished.wait(RETRY_SECONDS)
        self.release()

    def step(self) -> None:
        """Take the Lease where it is free, renew it where it is held."""
        began = self._clock()
        try:
            if self._election.try_acquire_or_renew():
                self._until = began + RENEW_SECONDS
            elif not self.is_leader():
                self._stand_by()
            self._look_for_others()
            self._health.clear_fault(PART)
        except FAULTS as exc:
            self._health.fault(PART, str(exc) or type(exc).__name__)
        self._log_change()

    def is_leader(self) -> bool:
        """True while this runner is the leader."""
        return self._clock() < self._until

    def has_others(self) -> bool:
        """True if other runners work, by their annotation of the Lease."""
        return self._clock() < self._others_until

    def release(self) -> None:
        """Release the Lease, so that another runner takes over at once."""
        was_leader, self._until = self.is_leader(), 0.0
        if was_leader:
            try:
                self._lock.release()
            except FAULTS as exc:
                log.warning("lease release failed", error=str(exc))
        self._log_change()

    def _stand_by(self) -> None:
        """Announce this runner on the Lease now and then, for the leader."""
        if self._clock() - self._stood_by >= STANDBY_SECONDS and self._lock.stand_by():
            self._stood_by = self._clock()

    def _look_for_others(self) -> None:
        """Note another candidate's announcement since the last read."""
        said = self._lock.standby
        if (
            said and said != self._standby and self._has_looked
        ):  # how old the first one is, who knows
            self._others_until = self._clock() + 3 * STANDBY_SECONDS
        self._standby, self._has_looked = said, True

    def _log_change(self) -> None:
        if self.is_leader() != self._was_leader:
            self._was_leader = not self._was_leader
            log.info("leadership acquired" if self._was_leader else "leadership lost")
