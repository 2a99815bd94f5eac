# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Shares of the workers and of a run's time, so that who is slow delays only its own callbacks.

A name costs a sender nothing, nor does an address that nobody answers at. So there is a share
for each endpoint, for each address that endpoints resolve to, and for all together that have
not answered yet.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Optional

from .lookups import Key, Lookups
from .servers import site_of
from .turns import CROWDED, NO_TIME, SAME_SERVER, SILENT, Endpoint, Site, Turn, Verdict

SHARE = 4  # an endpoint gets at most one in so many workers; so many are left to who has answered
SITE_SHARE = 2  # all endpoints at one address get one in so many
FIRST_TIMES = 2  # times of an endpoint until none begins that has not answered yet …
RUN_TIMES = 4  # … and none that has


class Shares:
    """Gives out chains to workers, and takes notice of what came of them."""

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        workers: int,
        seconds: float,
        lookups: Lookups,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._waiting = sorted(endpoints, key=lambda one: not one.answers)
        self._workers = workers
        self._share = max(1, workers // SHARE)
        self._firsts = 0  # workers that are with those that have not answered yet
        self._seconds = seconds
        self._lookups = lookups
        self._clock = clock
        self._began = clock()
        self._sites: dict[tuple[str, Optional[int]], Site] = {}
        self._changed = threading.Condition()

    def take(self) -> Optional[Turn]:
        """Wait for a chain whose endpoint has room; None once all are given out."""
        with self._changed:
            while self._waiting:
                self._lookups.expire()
                found = self.next()
                if found:
                    return found
                self._changed.wait(self._lookups.seconds_to_next())
            return None

    def next(self) -> Optional[Turn]:
        """Return a chain whose endpoint has room now, or is not to be called; None for none."""
        now = self._clock()
        with self._changed:
            for place, one in enumerate(self._waiting):
                if self._verdict(one, now) or (self._is_found(one) and self._has_room(one)):
                    del self._waiting[place]
                    turn = Turn(one, one.chains.popleft(), not one.answers, tuple(one.sites or ()))
                    if one.chains:
                        self._waiting.append(one)  # whose next turn is last
                    self._count(turn, 1)
                    return turn
        return None

    def give_back(self, turn: Turn) -> None:
        """Say that a worker is free again."""
        with self._changed:
            self._count(turn, -1)
            self._changed.notify_all()

    def refuse(self, endpoint: Endpoint) -> Optional[Verdict]:
        """Return why an endpoint is not to be called now; None where it is, from now on."""
        with self._changed:
            now = self._clock()
            verdict = self._verdict(endpoint, now)
            if verdict is None and endpoint.began is None:
                endpoint.began = now
            return verdict

    def note(self, endpoint: Endpoint, *, silent: bool, late: bool) -> None:
        """Take notice of whether a call was answered, or of what else came of it in time."""
        with self._changed:
            endpoint.is_silent = endpoint.is_silent or silent
            endpoint.answers = (endpoint.answers or not late) and not silent
            for site in endpoint.sites or ():
                site.note(endpoint.name, late=late)
            self._changed.notify_all()

    def _verdict(self, one: Endpoint, now: float) -> Optional[Verdict]:
        if one.is_silent:
            return SILENT
        if one.began is not None:
            return NO_TIME if now - one.began > self._seconds else None
        if not one.answers and any(site.is_silent for site in one.sites or ()):
            return SAME_SERVER
        times = RUN_TIMES if one.answers else FIRST_TIMES
        return CROWDED if now - self._began > times * self._seconds else None

    def _has_room(self, one: Endpoint) -> bool:
        firsts = max(1, self._workers - self._workers // SHARE)
        return (
            one.running < self._share
            and (one.answers or self._firsts < firsts)
            and all(site.has_room for site in one.sites or ())
        )

    def _is_found(self, one: Endpoint) -> bool:
        """Tell whether it is known where an endpoint is, or that nobody knows; else look it up."""
        if one.sites is None:
            one.sites = self._looked_up(one, one.target) if one.target else []
        return one.sites is not None

    def _looked_up(self, one: Endpoint, target: Key) -> Optional[list[Site]]:
        if one.lookup is None:
            if not self._lookups.has_room():
                return None
            one.lookup = self._lookups.begin(*target)
            one.lookup.add_done_callback(self._wake)
        if not one.lookup.done():
            return None
        return [] if one.lookup.exception() else self._sites_of(one.lookup.result(), target[1])

    def _sites_of(self, found: list[Any], port: Optional[int]) -> list[Site]:
        """Return the addresses that were found, and the doors at them."""
        half = max(2, self._workers // SITE_SHARE)
        names = sorted({site_of(one[4][0]) for one in found})
        of_all = [self._sites.setdefault((name, None), Site(half, half)) for name in names]
        door = (self._share, self._workers)
        return of_all + [self._sites.setdefault((name, port), Site(*door)) for name in names]

    def _count(self, turn: Turn, change: int) -> None:
        turn.endpoint.running += change
        self._firsts += change * turn.is_first
        for site in turn.sites:
            site.running += change

    def _wake(self, _lookup: Any) -> None:
        with self._changed:
            self._changed.notify_all()
