"""Object store: the last state of each Job or record, since when it waits, and when it is due."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from sqs_k8s_jobs.cluster import predicates

SUSPENDED, PENDING, RUNNING = "suspended", "pending", "running"
COMPLETE, FAILED, DELIVERED = "complete", "failed", "delivered"
STATES = (SUSPENDED, PENDING, RUNNING, COMPLETE, FAILED, DELIVERED)
_ENDED = {"Complete": COMPLETE, "Failed": FAILED}


class Changes(Protocol):
    """An observer of changes, with a time in seconds since 1970."""

    def started(self, created: float) -> None:
        """A Job that was created then has a Pod that runs."""

    def delivered(self, ended: float) -> None:
        """The last callback of a Job that ended then was accepted."""


class _Last(NamedTuple):
    state: str
    waits_since: float | None  # seconds since 1970; None: nobody waits to hear of it
    stuck: tuple[str, float] | None  # how a Job may wait for ever, and since when
    round: int
    digest: str
    due: (
        float | None
    )  # when it is worth a report, on the store's clock; None: not before it changes


class ObjectStore:
    """Objects of one kind by uid. One thread updates it, others count.

    Times between two changes are said of what was seen before: not of what a first list shows.
    """

    def __init__(
        self, changes: Changes | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._changes = changes
        self._clock = clock
        self._last: dict[str, _Last] = {}
        self._uids: defaultdict[str, set[str]] = defaultdict(set)  # by digest
        self._round = 0
        self._lock = threading.Lock()

    def begin_relist(self) -> None:
        """Begin a relist of all objects."""
        self._round += 1

    def finish_relist(self) -> None:
        """Forget what the list since `begin_relist` did not show."""
        with self._lock:
            for uid in [uid for uid, one in self._last.items() if one.round != self._round]:
                self._drop(uid)

    def upsert(self, obj: dict[str, Any], due_in: float | None = None) -> None:
        """Store an object's current state, and in how many seconds it is worth a report."""
        uid, state = obj["metadata"].get("uid", ""), state_of(obj)
        digest = predicates.digest(obj) or ""
        due = None if due_in is None else self._clock() + due_in
        stuck = predicates.waits(obj)
        with self._lock:
            before = self._drop(uid)
            self._last[uid] = _Last(state, waits_since(obj), stuck, self._round, digest, due)
            self._uids[digest].add(uid)
        if before and self._changes:
            _say_change(obj, before.state, state, self._changes)

    def delete(self, obj: dict[str, Any]) -> None:
        """Remove a deleted object."""
        with self._lock:
            self._drop(obj["metadata"].get("uid", ""))

    def due_in(self, digest: str) -> float | None:
        """Return in how many seconds the first object of a digest is worth a report, if any is."""
        with self._lock:
            moments = [self._last[uid].due for uid in self._uids.get(digest, ())]
        due = min((one for one in moments if one is not None), default=None)
        return None if due is None else max(0.0, due - self._clock())

    def states(self) -> dict[str, int]:
        """Return how many objects are in each state."""
        with self._lock:
            count = Counter(one.state for one in self._last.values())
        return {state: count[state] for state in STATES}

    def waits_since(self) -> float | None:
        """Return since when the object with the longest wait waits, in seconds since 1970."""
        with self._lock:
            moments = [one.waits_since for one in self._last.values()]
        return min((one for one in moments if one is not None), default=None)

    def oldest(self) -> dict[str, float]:
        """Return since when the oldest Job that may wait for ever waits, by its state, if any."""
        with self._lock:
            waiting = [one.stuck for one in self._last.values() if one.stuck]
        found: dict[str, float] = {}
        for how, since in waiting:
            found[how] = min(since, found.get(how, since))
        return found

    def _drop(self, uid: str) -> _Last | None:
        dropped = self._last.pop(uid, None)
        if dropped:
            self._uids[dropped.digest].discard(uid)
            if not self._uids[dropped.digest]:
                del self._uids[dropped.digest]
        return dropped


def state_of(obj: dict[str, Any]) -> str:
    """Return the state of a Job; a record is pending until its caller has heard of it."""
    if predicates.DONE_LABEL in (obj["metadata"].get("labels") or {}):
        return DELIVERED
    ended = predicates.end(obj)
    if ended:
        return _ENDED[ended["type"]]
    if (obj.get("spec") or {}).get("suspend"):
        return SUSPENDED
    return RUNNING if (obj.get("status") or {}).get("ready") else PENDING


def _say_change(obj: dict[str, Any], before: str, after: str, changes: Changes) -> None:
    if before == PENDING and after in (RUNNING, COMPLETE):
        changes.started(predicates.seconds(obj["metadata"]["creationTimestamp"]))
    if before in (COMPLETE, FAILED) and after == DELIVERED:
        changes.delivered(_ended_at(obj) or 0.0)


def waits_since(obj: dict[str, Any]) -> float | None:
    """Return since when a callback of the object is pending, if any.

    A Job's first callbacks count from the first try that was not accepted, its last one from its
    end; a record's from its creation.
    """
    metadata = obj["metadata"]
    labels = metadata.get("labels") or {}
    if predicates.DONE_LABEL in labels or predicates.EXPIRED_LABEL in labels:
        return None
    refused = predicates.tries(obj).get("since")
    if refused is not None:
        return refused
    if predicates.RECORD_LABEL in labels:
        return predicates.seconds(metadata["creationTimestamp"])
    return _ended_at(obj)


def _ended_at(job: dict[str, Any]) -> float | None:
    moment = (predicates.end(job) or {}).get("lastTransitionTime")
    return predicates.seconds(moment) if moment else None
