"""The ids that are worth a report, now or later, and which of them are being reported."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable


class Wanted:
    """A set that reporters wait for, in lanes that do not wait for each other.

    An id is in one report at a time; wanted meanwhile, it comes again when that is over. An
    id that is put off comes back by itself.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._now: dict[str, str] = {}  # id to lane, in the order in which they came
        self._later: dict[str, tuple[float, str]] = {}
        self._due: list[tuple[float, str]] = []  # a heap; what is no longer in _later is void
        self._reported: dict[str, str | None] = {}  # id to the lane in which it comes again
        self._closed = False
        self._changed = threading.Condition()

    def add(self, digest: str, lane: str = "") -> None:
        """Want a report of this id now."""
        with self._changed:
            self._add(digest, lane)
            self._changed.notify_all()

    def hurry(self, digest: str, lane: str = "") -> None:
        """Want a report of this id now, unless it is planned already: then it stays as it is."""
        with self._changed:
            if digest not in self._now and digest not in self._later:
                self._add(digest, lane)
                self._changed.notify_all()

    def discard(self, digest: str) -> None:
        """Want no report of this id for what was seen so far."""
        with self._changed:
            self._now.pop(digest, None)
            self._later.pop(digest, None)

    def put_off(self, digest: str, seconds: float, lane: str = "") -> None:
        """Want a report of this id after a pause, and none before."""
        with self._changed:
            self._now.pop(digest, None)
            self._later[digest] = (self._clock() + seconds, lane)
            heapq.heappush(self._due, (self._later[digest][0], digest))
            self._changed.notify_all()

    def take(self, limit: int, lane: str = "") -> list[str]:
        """Wait for ids of a lane and return up to so many of them; none once closed."""
        with self._changed:
            while not self._closed:
                self._promote()
                taken = [digest for digest, own in self._now.items() if own == lane][:limit]
                if taken:
                    for digest in taken:
                        del self._now[digest]
                        self._reported[digest] = None
                    return taken
                self._changed.wait(self._seconds_to_next())
            return []

    def reported(self, digests: list[str]) -> None:
        """Say that a report of these ids is over."""
        with self._changed:
            for digest in digests:
                lane = self._reported.pop(digest, None)
                if lane is not None:
                    self._add(digest, lane)
            self._changed.notify_all()

    def close(self) -> None:
        """Give out no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _add(self, digest: str, lane: str) -> None:
        self._later.pop(digest, None)
        if digest in self._reported:
            self._reported[digest] = lane
        else:
            self._now[digest] = lane

    def _promote(self) -> None:
        while self._due and self._due[0][0] <= self._clock():
            moment, digest = heapq.heappop(self._due)
            planned = self._later.get(digest)
            if planned and planned[0] == moment:
                self._add(digest, planned[1])

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._due[0][0] - self._clock()) if self._due else None
