"""The ids that are worth a report, now or later, and which of them are being reported."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqs_k8s_jobs.turns import Turns

VOIDS = 64  # entries of the heap that may be void, whatever it holds


class _Place(NamedTuple):
    lane: str
    endpoint: str


class Wanted:
    """A set that reporters wait for, in lanes that do not wait for each other.

    A lane's endpoints take turns. An id is in one report at a time; wanted meanwhile, it comes
    again when that is over. An id that is put off comes back by itself. Where no endpoint is
    given, an id keeps the one that it has.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._now: dict[str, _Place] = {}
        self._lanes: dict[str, Turns] = {}  # what is in _now, in its order
        self._later: dict[str, tuple[float, _Place]] = {}
        self._due: list[tuple[float, str]] = []  # a heap; what is no longer in _later is void
        self._reported: dict[str, tuple[str, _Place | None]] = {}  # its endpoint; if it comes again
        self._closed = False
        self._changed = threading.Condition()

    def add(self, digest: str, lane: str = "", endpoint: str = "") -> None:
        """Want a report of this id now."""
        with self._changed:
            self._add(digest, self._place(digest, lane, endpoint))
            self._changed.notify_all()

    def hurry(self, digest: str, lane: str = "", endpoint: str = "") -> None:
        """Want a report of this id now, unless it is planned already: then it stays as it is."""
        with self._changed:
            if digest not in self._now and digest not in self._later:
                self._add(digest, self._place(digest, lane, endpoint))
                self._changed.notify_all()

    def discard(self, digest: str) -> None:
        """Want no report of this id for what was seen so far."""
        with self._changed:
            self._drop(digest)
            self._later.pop(digest, None)

    def put_off(self, digest: str, seconds: float, lane: str = "", endpoint: str = "") -> None:
        """Want a report of this id after a pause, and none before.

        Nor again after one that is under way: whoever wants this has seen what came of it.
        """
        with self._changed:
            place = self._place(digest, lane, endpoint)
            self._drop(digest)
            if digest in self._reported:
                self._reported[digest] = (place.endpoint, None)
            self._later[digest] = (self._clock() + seconds, place)
            self._plan(digest)
            self._changed.notify_all()

    def take(self, limit: int, lane: str = "") -> list[str]:
        """Wait for ids of a lane and return up to so many of them; none once closed."""
        with self._changed:
            turns = self._lanes.setdefault(lane, Turns())
            while not self._closed:
                self._promote()
                taken: list[str] = []
                while turns and len(taken) < limit:
                    digest, endpoint = turns.next()
                    del self._now[digest]
                    self._reported[digest] = (endpoint, None)
                    taken.append(digest)
                if taken:
                    return taken
                self._changed.wait(self._seconds_to_next())
            return []

    def gather(self, count: int, seconds: float, lane: str = "") -> None:
        """Wait until so many ids of a lane are wanted now, for so long at most."""
        with self._changed:
            turns = self._lanes.setdefault(lane, Turns())
            self._changed.wait_for(lambda: self._closed or len(turns) >= count, seconds)

    def reported(self, digests: Iterable[str]) -> None:
        """Say that a report of these ids is over."""
        with self._changed:
            for digest in digests:
                _, again = self._reported.pop(digest, ("", None))
                if again is not None:
                    self._add(digest, again)
            self._changed.notify_all()

    def close(self) -> None:
        """Give out no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _place(self, digest: str, lane: str, endpoint: str) -> _Place:
        return _Place(lane, endpoint or self._endpoint(digest))

    def _endpoint(self, digest: str) -> str:
        if digest in self._now:
            return self._now[digest].endpoint
        if digest in self._later:
            return self._later[digest][1].endpoint
        return self._reported.get(digest, ("", None))[0]

    def _add(self, digest: str, place: _Place) -> None:
        self._later.pop(digest, None)
        if digest in self._reported:
            self._reported[digest] = (place.endpoint, place)
        elif self._now.get(digest) != place:
            self._drop(digest)
            self._now[digest] = place
            self._lanes.setdefault(place.lane, Turns()).add(digest, place.endpoint)

    def _drop(self, digest: str) -> None:
        place = self._now.pop(digest, None)
        if place:
            self._lanes[place.lane].remove(digest, place.endpoint)

    def _plan(self, digest: str) -> None:
        """Note when an id comes back; voids are cleared when they outnumber the others."""
        heapq.heappush(self._due, (self._later[digest][0], digest))
        if len(self._due) > VOIDS + 2 * len(self._later):
            self._due = [(moment, one) for one, (moment, _) in self._later.items()]
            heapq.heapify(self._due)

    def _promote(self) -> None:
        while self._due and self._due[0][0] <= self._clock():
            moment, digest = heapq.heappop(self._due)
            planned = self._later.get(digest)
            if planned and planned[0] == moment:
                self._add(digest, planned[1])

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._due[0][0] - self._clock()) if self._due else None
