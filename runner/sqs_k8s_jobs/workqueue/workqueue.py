"""The ids that are worth a report, now or later, and which of them are being reported."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqs_k8s_jobs.workqueue.round_robin import RoundRobinQueue, ServerOf, by_name

LOOK_AGAIN = 1.0  # seconds until a look that cannot be now
MAX_STALE_ENTRIES = 64  # entries of the heap that may be void, whatever it holds


class _Route(NamedTuple):
    lane: str
    endpoint: str


class WorkQueue:
    """A set that reporters wait for, in lanes that do not wait for each other.

    A lane's endpoints take turns. An id is in one report at a time; added meanwhile, it comes
    again when that is over. A delayed id comes back by itself, and so does a deferred one, if it
    was added. Where no endpoint is given, an id keeps the one that it has.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        server_of: ServerOf = by_name,
    ) -> None:
        self._clock = clock
        self._server_of = server_of
        self._ready: dict[str, _Route] = {}
        self._lines: dict[str, RoundRobinQueue] = {}  # what is in _ready, in its order
        self._delayed: dict[str, tuple[float, _Route]] = {}
        # Until when, and its route if it is to be reported then.
        self._deferred: dict[str, tuple[float, _Route | None]] = {}
        self._looks: dict[str, tuple[float, _Route]] = {}  # when, whatever is planned beside them
        self._looking: set[str] = set()  # those of _ready that stay, whatever is planned
        self._due: list[tuple[float, str]] = []  # a heap; what no longer holds is void
        # Its endpoint, and its route if it comes again.
        self._processing: dict[str, tuple[str, _Route | None]] = {}
        self._closed = False
        self._changed = threading.Condition()

    def add(self, digest: str, lane: str = "", endpoint: str = "") -> None:
        """Add an id for a report now."""
        with self._changed:
            self._add(digest, self._route(digest, lane, endpoint))
            self._changed.notify_all()

    def add_if_idle(self, digest: str, lane: str = "", endpoint: str = "") -> None:
        """Add an id for a report now, unless it is planned already: then it stays as it is."""
        with self._changed:
            if digest not in self._ready and digest not in self._delayed:
                self._add(digest, self._route(digest, lane, endpoint))
                self._changed.notify_all()

    def forget(self, digest: str) -> None:
        """Plan no report of an id for what was seen so far.

        Nor again after one that is under way.
        """
        with self._changed:
            self._forget(digest)
            self._delayed.pop(digest, None)

    def add_after(self, digest: str, seconds: float, lane: str = "", endpoint: str = "") -> None:
        """Add an id for a report after so many seconds, and for none before.

        Nor again after one that is under way: whoever says this has seen what came of it.
        """
        with self._changed:
            route = self._route(digest, lane, endpoint)
            self._forget(digest)
            self._delayed[digest] = (self._clock() + seconds, route)
            self._schedule(digest, self._delayed[digest][0])
            self._changed.notify_all()

    def look_after(self, digest: str, seconds: float, lane: str = "", endpoint: str = "") -> None:
        """Add an id for a report after so many seconds, and leave what is planned as it is.

        For what is to be noted before it is gone, although nothing can be sent yet.
        """
        with self._changed:
            moment = self._clock() + seconds
            if digest not in self._looks or moment < self._looks[digest][0]:
                self._schedule_look(digest, moment, self._route(digest, lane, endpoint))
                self._changed.notify_all()

    def cancel_look(self, digest: str) -> None:
        """Look at this id no more, unless it is planned for another reason."""
        with self._changed:
            self._looks.pop(digest, None)
            self._looking.discard(digest)

    def defer(self, digest: str, seconds: float) -> None:
        """Give out this id after so many seconds or `undefer`, and not before, if it is added.

        To add it after a time, or to forget it, is to have seen what it was deferred for.
        """
        with self._changed:
            _, route = self._deferred.get(digest, (0.0, None))
            if digest not in self._looking and digest in self._ready:
                route = self._ready[digest]
                self._drop(digest)
            self._deferred[digest] = (self._clock() + seconds, route)
            self._schedule(digest, self._deferred[digest][0])

    def undefer(self, digest: str) -> None:
        """Defer this id no longer."""
        with self._changed:
            self._free(digest)
            self._changed.notify_all()

    def get_batch(self, limit: int, lane: str = "") -> list[str]:
        """Wait for ids of a lane and return up to so many of them; none once closed."""
        with self._changed:
            line = self._line(lane)
            while not self._closed:
                self._promote()
                taken: list[str] = []
                while line and len(taken) < limit:
                    digest, endpoint = line.next()
                    del self._ready[digest]
                    self._looking.discard(digest)
                    self._processing[digest] = (endpoint, None)
                    taken.append(digest)
                if taken:
                    return taken
                self._changed.wait(self._seconds_to_next())
            return []

    def wait_for_batch(self, count: int, seconds: float, quiet: float, lane: str = "") -> None:
        """Wait until so many ids of a lane are ready, for so long at most.

        Or until no other one was added for some time, `quiet` in seconds.
        """
        end, known = self._clock() + seconds, -1
        with self._changed:
            line = self._line(lane)
            while len(line) != known and not self._closed:
                known = len(line)
                left = min(quiet, end - self._clock())
                if self._changed.wait_for(lambda: self._closed or len(line) >= count, left):
                    return

    def depth(self, lane: str | None = None) -> int:
        """Return how many ids are wanted now, and in no report yet: of a lane, or of all."""
        with self._changed:
            return len(self._ready) if lane is None else len(self._line(lane))

    def done(self, digests: Iterable[str]) -> None:
        """Say that a report of these ids is over."""
        with self._changed:
            for digest in digests:
                _, again = self._processing.pop(digest, ("", None))
                if again is not None:
                    self._add(digest, again)
            self._changed.notify_all()

    def shut_down(self) -> None:
        """Give out no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _line(self, lane: str) -> RoundRobinQueue:
        return self._lines.setdefault(lane, RoundRobinQueue(self._server_of))

    def _route(self, digest: str, lane: str, endpoint: str) -> _Route:
        return _Route(lane, endpoint or self._endpoint(digest))

    def _endpoint(self, digest: str) -> str:
        if digest in self._ready:
            return self._ready[digest].endpoint
        if digest in self._delayed:
            return self._delayed[digest][1].endpoint
        _, deferred = self._deferred.get(digest, (0.0, None))
        if deferred:
            return deferred.endpoint
        return self._processing.get(digest, ("", None))[0]

    def _add(self, digest: str, route: _Route) -> None:
        self._delayed.pop(digest, None)
        if digest in self._deferred:
            self._deferred[digest] = (self._deferred[digest][0], route)
        elif digest in self._processing:
            self._processing[digest] = (route.endpoint, route)
        elif self._ready.get(digest) != route:
            self._drop(digest)
            self._ready[digest] = route
            self._line(route.lane).add(digest, route.endpoint)

    def _forget(self, digest: str) -> None:
        """Want this id no more, now or when its hold or its report is over."""
        if digest not in self._looking:
            self._drop(digest)
        self._deferred.pop(digest, None)
        if digest in self._processing:
            self._processing[digest] = (self._processing[digest][0], None)

    def _drop(self, digest: str) -> None:
        route = self._ready.pop(digest, None)
        if route:
            self._lines[route.lane].remove(digest, route.endpoint)

    def _free(self, digest: str) -> None:
        _, route = self._deferred.pop(digest, (0.0, None))
        if route:
            self._add(digest, route)

    def _schedule(self, digest: str, moment: float) -> None:
        """Note when an id comes back; voids are cleared when they outnumber the others."""
        heapq.heappush(self._due, (moment, digest))
        count = len(self._delayed) + len(self._deferred) + len(self._looks)
        if len(self._due) > MAX_STALE_ENTRIES + 2 * count:
            planned = (*self._delayed.items(), *self._deferred.items(), *self._looks.items())
            self._due = [(moment, one) for one, (moment, _) in planned]
            heapq.heapify(self._due)

    def _promote(self) -> None:
        while self._due and self._due[0][0] <= self._clock():
            moment, digest = heapq.heappop(self._due)
            if digest in self._deferred and self._deferred[digest][0] == moment:
                self._free(digest)
            look = self._looks.get(digest)
            if look and look[0] == moment:
                self._look_now(digest, look[1])
            planned = self._delayed.get(digest)
            if planned and planned[0] == moment:
                self._add(digest, planned[1])

    def _schedule_look(self, digest: str, moment: float, route: _Route) -> None:
        self._looks[digest] = (moment, route)
        self._schedule(digest, moment)

    def _look_now(self, digest: str, route: _Route) -> None:
        """Add an id; later where it is deferred or in a report."""
        if digest in self._deferred or digest in self._processing:
            self._schedule_look(digest, self._clock() + LOOK_AGAIN, route)
            return
        del self._looks[digest]
        if digest not in self._ready:
            delayed = self._delayed.get(digest)
            self._looking.add(digest)
            self._add(digest, route)
            if delayed:
                self._delayed[digest] = delayed

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._due[0][0] - self._clock()) if self._due else None
