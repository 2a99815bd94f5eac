"""The ids that are worth a report now or later."""

from __future__ import annotations

import heapq
import threading
import time


class Wanted:
    """A set that a reporter waits for; an id that is put off comes back by itself."""

    def __init__(self) -> None:
        self._now: dict[str, None] = {}  # in the order in which they came
        self._later: list[tuple[float, str]] = []
        self._closed = False
        self._changed = threading.Condition()

    def add(self, digest: str) -> None:
        """Want a report of this id."""
        with self._changed:
            self._now[digest] = None
            self._changed.notify_all()

    def discard(self, digest: str) -> None:
        """Want no report of this id for what was seen so far."""
        with self._changed:
            self._now.pop(digest, None)

    def put_off(self, digest: str, seconds: float) -> None:
        """Want a report of this id after a pause."""
        with self._changed:
            heapq.heappush(self._later, (time.monotonic() + seconds, digest))
            self._changed.notify_all()

    def take(self, limit: int) -> list[str]:
        """Wait for ids and return up to so many of them; none once closed."""
        with self._changed:
            while not self._closed:
                self._promote()
                if self._now:
                    taken = list(self._now)[:limit]
                    for digest in taken:
                        del self._now[digest]
                    return taken
                self._changed.wait(self._seconds_to_next())
            return []

    def close(self) -> None:
        """Give out no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _promote(self) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            self._now[heapq.heappop(self._later)[1]] = None

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._later[0][0] - time.monotonic()) if self._later else None
