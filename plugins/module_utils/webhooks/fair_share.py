# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Shares of the workers and of a run's time, so that who is slow delays only its own callbacks.

A name costs a sender nothing, nor does an address that nobody answers at. So it is the address's
turn that has had least of the workers' time, there the port's, and there the endpoint's. And there
is a share for each endpoint, within it for each URL, for each address that endpoints are connected
to, and for all together that have not answered yet.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Optional

from .attempts import Attempt
from .destinations.lookups import Key, Lookups
from .destinations.servers import address_of, network_of, site_of
from .endpoints import (
    CROWDED,
    NO_CONTACT,
    NO_TIME,
    SAME_SERVER,
    SILENT,
    SILENT_URL,
    Contact,
    Endpoint,
    Postponement,
    Site,
    Turn,
    UrlQueue,
)

SHARE = 4  # an endpoint gets at most one in so many workers; so many are left to who has answered
NETWORK = -1  # stands for all ports of all its addresses
SITE_SHARE = 2  # all endpoints at one address get one in so many
FIRST_TIMES = 2  # times of an endpoint until none begins that has not answered yet …
RUN_TIMES = 4  # … and none that has


class FairShare:
    """Gives out chains to workers, and takes notice of what came of them."""

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        workers: int,
        seconds: float,
        lookups: Lookups,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._waiting = list(endpoints)
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
        with self._changed:
            now = self._clock()
            for one in self._waiting:
                self._look_up(one)
            for one in self._in_turn(now):
                line = self._line(one, now)
                if line:
                    return self._begin(one, line, now)
        return None

    def move(self, turn: Turn, address: str) -> bool:
        """Let a turn's worker turn to another address of its endpoint, if that has room."""
        with self._changed:
            now, sites = self._clock(), turn.endpoint.sites_at(address)
            if not all(site.has_room for site in sites if site not in turn.sites):
                return False
            turn.move(sites, now)
            self._changed.notify_all()  # there is room where it was
            return True

    def give_back(self, turn: Turn) -> None:
        """Say that a worker is free again."""
        with self._changed:
            self._firsts -= turn.is_first
            turn.end(self._clock())
            self._changed.notify()  # there is room for one more, or for whoever gave this back

    def postponement(self, turn: Turn) -> Optional[Postponement]:
        """Return why a URL is not to be called now; None where it is, from now on."""
        with self._changed:
            now = self._clock()
            if turn.line.is_silent and not turn.endpoint.is_silent(self._share):
                return SILENT_URL
            verdict = self._verdict(turn.endpoint, now)
            if verdict is None:
                turn.endpoint.begin(now)
            return verdict

    def note(self, turn: Turn, attempt: Attempt, went: Contact = NO_CONTACT) -> None:
        """Take notice of what came of a call."""
        endpoint = turn.endpoint
        with self._changed:
            sites = endpoint.sites_at(went.address)
            knew = endpoint.answers and all(site.answers for site in sites)
            endpoint.note(turn.line, attempt)
            for site in sites:
                site.note(endpoint.name, attempt, went)
            if attempt["silent"] or not knew:  # there may be room for more, or nothing to call
                self._changed.notify_all()

    def _line(self, one: Endpoint, now: float) -> Optional[UrlQueue]:
        """Return the URL of an endpoint that has its turn, if there is room or it is not called."""
        if self._verdict(one, now):
            return one.lines[0]
        is_found = one.sites is not None
        return one.line(self._share) if is_found and self._has_room(one) else None

    def _in_turn(self, now: float) -> list[Endpoint]:
        if now - self._began > RUN_TIMES * self._seconds:  # nearly all are left to another run
            return list(self._waiting)
        return sorted(self._waiting, key=lambda one: one.used(now))

    def _begin(self, one: Endpoint, line: UrlQueue, now: float) -> Turn:
        self._waiting.remove(one)
        turn = Turn(one, line, one.take(line), not one.answers, one.first_sites)
        if one.lines:
            self._waiting.append(one)  # behind those that have had as much
        if not self._waiting:
            self._changed.notify_all()  # there is nothing to wait for
        self._firsts += turn.is_first
        turn.begin(now)
        return turn

    def _verdict(self, one: Endpoint, now: float) -> Optional[Postponement]:
        if one.is_silent(self._share):
            return SILENT
        if one.began is None:
            if not one.answers and one.is_at_silent:
                return SAME_SERVER
        elif now - one.began <= self._seconds:
            return None
        elif one.load.used(now)[0] >= self._seconds:
            return SILENT if one.is_doubtful else NO_TIME  # which it had itself
        times = RUN_TIMES if one.answers else FIRST_TIMES
        return CROWDED if now - self._began > times * self._seconds else None

    def _has_room(self, one: Endpoint) -> bool:
        firsts = max(1, self._workers - self._workers // SHARE)
        return (
            one.load.running < self._share
            and not (one.is_doubtful and one.load.running)  # what is under way tells more
            and (one.answers or self._firsts < firsts)
            and all(site.has_room for site in one.first_sites)
        )

    def _look_up(self, one: Endpoint) -> None:
        """Note what was found of an endpoint; start the lookup if it was not yet."""
        if one.sites is None:
            sites = self._looked_up(one, one.target) if one.target else {}
            if sites is not None:
                one.find(sites)

    def _looked_up(self, one: Endpoint, target: Key) -> Optional[dict[str, list[Site]]]:
        lookup = one.lookup
        if lookup is None:
            if not (one.answers or address_of(target[0]) or self._lookups.has_room()):
                return None  # an address needs no thread, and who is known has one of its own
            lookup = one.look_up(self._lookups.begin(*target))
            lookup.add_done_callback(self._wake)
        if not lookup.done():
            return None
        return {} if lookup.exception() else self._sites_of(target, lookup.result())

    def _sites_of(self, target: Key, found: list[Any]) -> dict[str, list[Site]]:
        """Return the addresses that may be connected to, each with the door at it."""
        host, port = target
        addresses = [one[4][0] for one in self._lookups.reachable(host, found)]
        return {address: self._sites_at(address, port) for address in addresses}

    def _sites_at(self, address: str, port: Optional[int]) -> list[Site]:
        half = max(2, self._workers // SITE_SHARE)
        name, network = site_of(address), network_of(address)
        return [
            self._sites.setdefault((network, NETWORK), Site(half, half)),
            self._sites.setdefault((name, None), Site(half, half)),
            self._sites.setdefault((name, port), Site(self._share, self._workers)),
        ]

    def _wake(self, _lookup: Any) -> None:
        with self._changed:
            self._changed.notify_all()
