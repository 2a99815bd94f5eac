"""Which of several runners reports: the one that holds the Lease."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from sqs_k8s_jobs import log
from sqs_k8s_jobs.cluster.lease import FAULTS, RENEW_SECONDS, RETRY_SECONDS
from sqs_k8s_jobs.health import Health

PART = "lease"


class Step(Protocol):
    """The election, a step at a time."""

    def try_acquire_or_renew(self) -> bool:
        """Return whether the Lease is held now."""


class AlwaysLeader:
    """The only runner there is: it needs no Lease."""

    has_others = False

    def is_leader(self) -> bool:
        """Whether this runner is the one that reports."""
        return True

    def work(self, finished: threading.Event) -> None:
        """Wait until all is done: there is nothing to hold."""
        finished.wait()


class Leader:
    """A candidate for the Lease, for as long as it works.

    It leads for RENEW_SECONDS from each renewal, and no longer: before anybody else may take over.
    """

    has_others = True

    def __init__(
        self,
        election: Step,
        release: Callable[[], None],
        health: Health,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._election = election
        self._release = release
        self._health = health
        self._clock = clock
        self._until = 0.0
        self._led = False

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
            self._health.clear_fault(PART)
        except FAULTS as exc:
            self._health.fault(PART, str(exc) or type(exc).__name__)
        self._say()

    def is_leader(self) -> bool:
        """Whether this runner is the one that reports."""
        return self._clock() < self._until

    def release(self) -> None:
        """Let another one take over at once."""
        held, self._until = self.is_leader(), 0.0
        if held:
            try:
                self._release()
            except FAULTS as exc:
                log.warning("cannot release the lease", error=str(exc))
        self._say()

    def _say(self) -> None:
        if self.is_leader() != self._led:
            self._led = not self._led
            log.info("leading: callbacks are delivered here" if self._led else "leading no more")
