"""A message with all that is known of it, and what is right for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import receives
from .evidence import Callback, Evidence, Message

JOB_STARTED, POD_STARTED, COMPLETE, FAILED, EXCEPTION = 0, 1, 2, 3, 99
STATUSES = (JOB_STARTED, POD_STARTED, COMPLETE, FAILED, EXCEPTION)
TERMINAL = (COMPLETE, FAILED, EXCEPTION)


class Case:
    """One message, with all that is known of it."""

    def __init__(self, message: Message, evidence: Evidence, heard: list[Callback]) -> None:
        self.message = message
        self.heard = sorted(heard, key=lambda one: one.sent)
        self.accepted: dict[Any, float] = {}  # when each status was first accepted
        for one in sorted(heard, key=lambda one: one.answered):
            if one.accepted:
                self.accepted.setdefault(one.status, one.answered)
        self.ends = [status for status in self.accepted if status in TERMINAL]
        self.has_dead_letter = message.body in evidence.dead
        self.is_left = message.body in evidence.left
        self.moved = [one for one, body in evidence.moved.items() if body == message.body]
        self.receipts = evidence.receipts.get(message.id, []) if message.id is not None else []
        self._evidence = evidence

    @property
    def created(self) -> dict[str, int]:
        """Number of creations by Job name."""
        if self.message.id is None:
            return {}
        created = self._evidence.created
        return {name: created[name] for name in created if self.message.names(name)}

    @property
    def had_job(self) -> bool:
        """True if any Job of it ever existed."""
        return self.message.id is not None and any(map(self.message.names, self._evidence.seen))

    @property
    def came_no_more(self) -> bool:
        """True if SQS moved it away before any Job of it: its caller can get no callback."""
        return bool(self.moved) and not self.had_job

    def unexplained(self) -> Iterator[str]:
        """Return how SQS moved it away though no runner was killed that held it."""
        for message in self.moved:
            yield from receives.unexplained(
                self._evidence.custody.get(message, []), self._evidence.disturbances
            )

    def wanted_ends(self) -> set[int]:
        """Return the ends that are right for it, given what was done to it by hand."""
        if not self.message.valid:
            return {EXCEPTION}
        ends = {FAILED if self.message.fails else COMPLETE}
        pods = self._evidence.pods_deleted
        if any(self.message.names(pod.rpartition("-")[0]) for pod in pods):
            ends.add(FAILED)
        if any(map(self.message.names, self._evidence.jobs_deleted)):
            ends |= {FAILED, EXCEPTION}
        return ends
