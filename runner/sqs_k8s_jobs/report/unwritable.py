"""Jobs and records that cannot be written, since the cluster denies it: said for each namespace,
and tried again ever more slowly, while other namespaces go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqs_k8s_jobs.backoff import jitter
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.playbooks.events import Unwritten
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.report import attempts
from sqs_k8s_jobs.settings import Settings

PAUSE_LIMIT = 60.0  # seconds between two tries
REMEMBERED = 300.0  # seconds after which an id that was reported no more is no fault any more


@dataclass
class _Place:
    """A namespace that cannot be written: since when, why, and the ids concerned."""

    namespace: str
    since: float
    reason: str = ""
    digests: dict[str, float] = field(default_factory=dict)  # when they failed last

    def forget(self, digests: Sequence[str], recent: float) -> None:
        """Forget these ids, and those that have not failed since then."""
        gone = {one for one, when in self.digests.items() if when <= recent}
        for digest in gone.union(digests):
            self.digests.pop(digest, None)

    def change_reason(self, reasons: Sequence[str]) -> bool:
        """Take one of these for the reason, if that is none of them; tell whether it was so."""
        is_another = bool(reasons) and self.reason not in reasons
        self.reason = reasons[0] if is_another else self.reason
        return is_another


class Unwritable:
    """Learns from each run of a playbook what it could not write.

    No callback of a Job there is sent before it was written: a callback whose acceptance cannot be
    recorded would be sent again and again. It is in memory alone: after a restart each callback
    may be sent once more.
    """

    def __init__(
        self, health: Health, settings: Settings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._health = health
        self._first = float(settings.retry_backoff)
        self._limit = min(float(settings.retry_backoff_max), PAUSE_LIMIT)
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self._noted: dict[str, float] = {}  # namespaces in which new Jobs could not be written
        self._lock = threading.Lock()

    def namespaces(self) -> list[str]:
        """Return those in which something could not be written lately."""
        with self._lock:
            recent = self._clock() - REMEMBERED
            self._noted = {one: when for one, when in self._noted.items() if when > recent}
            return sorted({one.namespace for one in self._places.values()} | self._noted.keys())

    def note(self, done: RunResult) -> None:
        """Take notice of what a run could not write that was to submit, and not to report.

        Whoever reports says so: that may be another runner.
        """
        with self._lock:
            for event in done.of_kind("unwritten"):
                self._noted[event["namespace"]] = self._clock()

    def learn(self, done: RunResult, digests: Sequence[str]) -> dict[str, float]:
        """Take notice of what a report of these ids could not write, if it got to its end.

        Return for each id of which something could not be written the seconds until it is worth
        another report: as many as that has been so in its namespace, within limits. Those that
        waited in a namespace where a write has succeeded now have none to wait.
        """
        events = done.of_kind("unwritten")
        with self._lock:
            mended = self._mended([] if done.error else digests, events)
            self._forget([] if done.error else digests)
            for event in events:
                self._add(event)
            self._say(events)
            due = dict.fromkeys((one for place in mended for one in place.digests), 0.0)
            return {**due, **{attempts.digest(one): self._pause(_part(one)) for one in events}}

    def forget(self) -> None:
        """Know of no fault any more: it is another runner that reports."""
        with self._lock:
            for place in self._places.values():
                place.digests.clear()
            self._say([])

    def _mended(self, digests: Sequence[str], events: list[Unwritten]) -> list[_Place]:
        """Return the places in which something of these ids could not be written, and now can."""
        failing = {_part(one) for one in events}
        return [
            place
            for part, place in self._places.items()
            if part not in failing and not place.digests.keys().isdisjoint(digests)
        ]

    def _forget(self, digests: Sequence[str]) -> None:
        """Forget ids that were reported now, and those that nobody has wanted since."""
        recent = self._clock() - REMEMBERED
        for place in self._places.values():
            place.forget(digests, recent)

    def _add(self, event: Unwritten) -> None:
        now = self._clock()
        place = self._places.setdefault(_part(event), _Place(event["namespace"], now))
        place.digests[attempts.digest(event)] = now

    def _say(self, events: list[Unwritten]) -> None:
        """Say each place's reason once, for as long as something fails for it."""
        for part, place in list(self._places.items()):
            reasons = [one["error"] for one in events if _part(one) == part]
            if not place.digests:
                del self._places[part]
                self._health.clear_fault(part)
            elif place.change_reason(reasons):
                self._health.fault(part, place.reason)

    def _pause(self, part: str) -> float:
        lasted = self._clock() - self._places[part].since
        return jitter(min(self._limit, max(self._first, lasted)))


def _part(event: Unwritten) -> str:
    return f"{event['kind']}s in {event['namespace']}"
