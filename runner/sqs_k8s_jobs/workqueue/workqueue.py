"""The ids that are worth a report, now or later, and which of them are being reported."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqs_k8s_jobs.workqueue.round_robin import RoundRobinQueue

LOOK_AGAIN = 1.0  # seconds until a look that cannot be now
MAX_STALE_ENTRIES = 64  # entries of the heap that may be void, whatever it holds


class _Place(NamedTuple):
    lane: str
    endpoint: str


class WorkQueue:
    """A set that reporters wait for, in lanes that do not wait for each other.

    A lane's endpoints take turns. An id is in one report at a time; wanted meanwhile, it comes
    again when that is over. An id that is put off comes back by itself, and so does one that is
    held, if it is wanted. Where no endpoint is given, an id keeps the one that it has.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        answers: Callable[[str], bool] = lambda _endpoint: True,
    ) -> None:
        self._clock = clock
        self._answers = answers  # whether an endpoint is known to
        self._now: dict[str, _Place] = {}
        self._lanes: dict[str, RoundRobinQueue] = {}  # what is in _now, in its order
        self._later: dict[str, tuple[float, _Place]] = {}
        self._held: dict[str, tuple[float, _Place | None]] = {}  # until when; if it is wanted then
        self._looks: dict[str, tuple[float, _Place]] = {}  # when, whatever is planned beside them
        self._looking: set[str] = set()  # those of _now that stay, whatever is planned
        self._due: list[tuple[float, str]] = []  # a heap; what no longer holds is void
        self._reported: dict[str, tuple[str, _Place | None]] = {}  # its endpoint; if it comes again
        self._closed = False
        self._changed = threading.Condition()

    def add(self, digest: str, lane: str = "", endpoint: str = "") -> None:
        """Want a report of this id now."""
        with self._changed:
            self._add(digest, self._place(digest, lane, endpoint))
            self._changed.notify_all()

    def add_if_idle(self, digest: str, lane: str = "", endpoint: str = "") -> None:
        """Want a report of this id now, unless it is planned already: then it stays as it is."""
        with self._changed:
            if digest not in self._now and digest not in self._later:
                self._add(digest, self._place(digest, lane, endpoint))
                self._changed.notify_all()

    def forget(self, digest: str) -> None:
        """Want no report of this id for what was seen so far.

        Nor again after one that is under way.
        """
        with self._changed:
            self._forget(digest)
            self._later.pop(digest, None)

    def add_after(self, digest: str, seconds: float, lane: str = "", endpoint: str = "") -> None:
        """Want a report of this id after a pause, and none before.

        Nor again after one that is under way: whoever says this has seen what came of it.
        """
        with self._changed:
            place = self._place(digest, lane, endpoint)
            self._forget(digest)
            self._later[digest] = (self._clock() + seconds, place)
            self._plan(digest, self._later[digest][0])
            self._changed.notify_all()

    def look(self, digest: str, seconds: float, lane: str = "", endpoint: str = "") -> None:
        """Want a report of this id after so many seconds, and leave what is planned as it is.

        For what is to be noted before it is gone, although nothing can be sent yet.
        """
        with self._changed:
            moment = self._clock() + seconds
            if digest not in self._looks or moment < self._looks[digest][0]:
                self._plan_look(digest, moment, self._place(digest, lane, endpoint))
                self._changed.notify_all()

    def overlook(self, digest: str) -> None:
        """Look at this id no more, unless it is planned for another reason."""
        with self._changed:
            self._looks.pop(digest, None)
            self._looking.discard(digest)

    def defer(self, digest: str, seconds: float) -> None:
        """Give out this id after so many seconds or `free`, and not before, if it is wanted.

        Whoever puts it off or discards it has seen what it was held for.
        """
        with self._changed:
            _, place = self._held.get(digest, (0.0, None))
            if digest not in self._looking and digest in self._now:
                place = self._now[digest]
                self._drop(digest)
            self._held[digest] = (self._clock() + seconds, place)
            self._plan(digest, self._held[digest][0])

    def undefer(self, digest: str) -> None:
        """Hold this id no longer."""
        with self._changed:
            self._free(digest)
            self._changed.notify_all()

    def get_batch(self, limit: int, lane: str = "") -> list[str]:
        """Wait for ids of a lane and return up to so many of them; none once closed."""
        with self._changed:
            turns = self._turns(lane)
            while not self._closed:
                self._promote()
                taken: list[str] = []
                while turns and len(taken) < limit:
                    digest, endpoint = turns.next()
                    del self._now[digest]
                    self._looking.discard(digest)
                    self._reported[digest] = (endpoint, None)
                    taken.append(digest)
                if taken:
                    return taken
                self._changed.wait(self._seconds_to_next())
            return []

    def wait_for_batch(self, count: int, seconds: float, quiet: float, lane: str = "") -> None:
        """Wait until so many ids of a lane are wanted now, for so long at most.

        Or until no other one has been wanted for some time, `quiet` in seconds.
        """
        end, known = self._clock() + seconds, -1
        with self._changed:
            turns = self._turns(lane)
            while len(turns) != known and not self._closed:
                known = len(turns)
                left = min(quiet, end - self._clock())
                if self._changed.wait_for(lambda: self._closed or len(turns) >= count, left):
                    return

    def depth(self) -> int:
        """Return how many ids are wanted now, and in no report yet."""
        with self._changed:
            return len(self._now)

    def done(self, digests: Iterable[str]) -> None:
        """Say that a report of these ids is over."""
        with self._changed:
            for digest in digests:
                _, again = self._reported.pop(digest, ("", None))
                if again is not None:
                    self._add(digest, again)
            self._changed.notify_all()

    def shut_down(self) -> None:
        """Give out no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _turns(self, lane: str) -> RoundRobinQueue:
        return self._lanes.setdefault(lane, RoundRobinQueue(self._answers))

    def _place(self, digest: str, lane: str, endpoint: str) -> _Place:
        return _Place(lane, endpoint or self._endpoint(digest))

    def _endpoint(self, digest: str) -> str:
        if digest in self._now:
            return self._now[digest].endpoint
        if digest in self._later:
            return self._later[digest][1].endpoint
        _, held = self._held.get(digest, (0.0, None))
        if held:
            return held.endpoint
        return self._reported.get(digest, ("", None))[0]

    def _add(self, digest: str, place: _Place) -> None:
        self._later.pop(digest, None)
        if digest in self._held:
            self._held[digest] = (self._held[digest][0], place)
        elif digest in self._reported:
            self._reported[digest] = (place.endpoint, place)
        elif self._now.get(digest) != place:
            self._drop(digest)
            self._now[digest] = place
            self._turns(place.lane).add(digest, place.endpoint)

    def _forget(self, digest: str) -> None:
        """Want this id no more, now or when its hold or its report is over."""
        if digest not in self._looking:
            self._drop(digest)
        self._held.pop(digest, None)
        if digest in self._reported:
            self._reported[digest] = (self._reported[digest][0], None)

    def _drop(self, digest: str) -> None:
        place = self._now.pop(digest, None)
        if place:
            self._lanes[place.lane].remove(digest, place.endpoint)

    def _free(self, digest: str) -> None:
        _, place = self._held.pop(digest, (0.0, None))
        if place:
            self._add(digest, place)

    def _plan(self, digest: str, moment: float) -> None:
        """Note when an id comes back; voids are cleared when they outnumber the others."""
        heapq.heappush(self._due, (moment, digest))
        count = len(self._later) + len(self._held) + len(self._looks)
        if len(self._due) > MAX_STALE_ENTRIES + 2 * count:
            planned = (*self._later.items(), *self._held.items(), *self._looks.items())
            self._due = [(moment, one) for one, (moment, _) in planned]
            heapq.heapify(self._due)

    def _promote(self) -> None:
        while self._due and self._due[0][0] <= self._clock():
            moment, digest = heapq.heappop(self._due)
            if digest in self._held and self._held[digest][0] == moment:
                self._free(digest)
            look = self._looks.get(digest)
            if look and look[0] == moment:
                self._look_now(digest, look[1])
            planned = self._later.get(digest)
            if planned and planned[0] == moment:
                self._add(digest, planned[1])

    def _plan_look(self, digest: str, moment: float, place: _Place) -> None:
        self._looks[digest] = (moment, place)
        self._plan(digest, moment)

    def _look_now(self, digest: str, place: _Place) -> None:
        """Line an id up for a look; a moment later where it is held or in a report."""
        if digest in self._held or digest in self._reported:
            self._plan_look(digest, self._clock() + LOOK_AGAIN, place)
            return
        del self._looks[digest]
        if digest not in self._now:
            later = self._later.get(digest)
            self._looking.add(digest)
            self._add(digest, place)
            if later:
                self._later[digest] = later

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._due[0][0] - self._clock()) if self._due else None
