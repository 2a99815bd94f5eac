# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Endpoints and addresses, with their state in this run, and the turns that workers take."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Optional

from .attempts import Attempt
from .destinations.lookups import Key
from .destinations.servers import network_of
from .load import UNUSED, Load

Chain = list[int]  # callbacks of one Job, by their places
LEVELS = 3  # at which an address counts: its network, itself, and the port there


@dataclass(frozen=True)
class Postponement:
    """Why an endpoint is not called now."""

    error: str
    silent: bool = False
    crowded: bool = False  # for no reason of its own


SILENT = Postponement(
    "not tried: the endpoint did not answer another callback in time", silent=True
)
SILENT_URL = Postponement("not tried: its URL did not answer another callback in time", silent=True)
NO_TIME = Postponement("not tried: the endpoint has used up its time in this run")
SAME_SERVER = Postponement(
    "not tried: its server did not answer in time under other names", crowded=True
)
CROWDED = Postponement("not tried: others have used up the time of this run", crowded=True)


@dataclass(frozen=True)
class Contact:
    """The known destination of a callback; a proxy's own connections are unknown."""

    address: Optional[str] = None  # that was connected to, or was tried last
    is_closed: bool = False  # it is a machine that says that nobody is there


NO_CONTACT = Contact()


@dataclass(eq=False)
class UrlQueue:
    """The pending callbacks of a URL: several callers may share an endpoint."""

    chains: deque[Chain] = field(default_factory=deque)
    load: Load = field(default_factory=Load)
    is_silent: bool = False

    def fall_silent(self) -> bool:
        """Note that it gave no answer in time; tell whether that is news."""
        was_silent, self.is_silent = self.is_silent, True
        return not was_silent


@dataclass(eq=False)
class Endpoint:
    """An endpoint of callbacks, and its results in this run."""

    name: str
    target: Optional[Key]  # what is looked up, if anything may be
    answers: bool  # it is known to, or did in this run
    known_at: Optional[str] = None  # the server by which it is known
    lines: deque[UrlQueue] = field(default_factory=deque)  # in which something waits
    load: Load = field(default_factory=Load)
    began: Optional[float] = None
    urls: int = 0
    silent_urls: int = 0
    lookup: Optional[Future[Any]] = None
    sites: Optional[dict[str, list[Site]]] = None  # by address, as tried; None: not looked up yet

    def add(self, chains: Iterable[Chain]) -> UrlQueue:
        """Have chains wait for another URL of it."""
        self.urls += 1
        self.lines.append(UrlQueue(deque(chains)))
        return self.lines[-1]

    def line(self, share: int) -> Optional[UrlQueue]:
        """Return the URL whose turn it is; while others wait, none has more than half a share."""
        most = share if len(self.lines) == 1 else max(1, share // 2)
        return next((one for one in self.lines if one.is_silent or one.load.running < most), None)

    def take(self, line: UrlQueue) -> Chain:
        """Take a chain of a URL, whose next turn is last."""
        chain = line.chains.popleft()
        self.lines.remove(line)
        if line.chains:
            self.lines.append(line)
        return chain

    @property
    def is_doubtful(self) -> bool:
        """True if a URL of it gave no answer in time, and none has answered."""
        return self.silent_urls > 0 and not self.answers

    def is_silent(self, share: int) -> bool:
        """Tell whether none of its URLs ever answered, and as many as have a share were asked.

        Fewer may be those of one caller, whose paths say nothing of the others'.
        """
        return self.is_doubtful and self.silent_urls >= min(share, self.urls)

    def note(self, line: UrlQueue, attempt: Attempt) -> None:
        """Take notice of what came of a call; what reached nobody says nothing of answers."""
        if attempt["silent"]:
            self.silent_urls += line.fall_silent()
        self.answers = self.answers or attempt["code"] is not None

    def begin(self, now: float) -> None:
        """Have its time run from now, if it does not run yet."""
        if self.began is None:
            self.began = now

    def look_up(self, lookup: Future[Any]) -> Future[Any]:
        """Take the lookup of its addresses, which has begun; return it."""
        self.lookup = lookup
        return lookup

    def find(self, sites: dict[str, list[Site]]) -> None:
        """Take its addresses, each with what is counted there: networks, addresses, ports.

        It is known as long as it leads to the server that has answered. Behind a proxy, where that
        is not seen, it is its own.
        """
        self.sites = sites
        is_elsewhere = self.known_at not in (None, self.name, *map(network_of, sites))
        if sites and is_elsewhere:
            self.answers = False

    def used(self, now: float) -> tuple[Any, ...]:
        """Return how much of the workers its busiest network had, address, port, and it itself.

        Of those that are equal there, who leads there first goes before who leads there at last.
        """
        sites = (self.sites or {}).values()
        most = [max((at[n].load.used(now) for at in sites), default=UNUSED) for n in range(LEVELS)]
        is_detour = any(one.load.used(now) < most[-1] for one in self.first_sites[-1:])
        return (*most, is_detour, self.load.used(now), not self.answers)

    def sites_at(self, address: Optional[str]) -> list[Site]:
        """Return what is counted at an address of it; at the first if that is unknown."""
        return (self.sites or {}).get(address or "", self.first_sites)

    @property
    def is_at_silent(self) -> bool:
        """True if an address of it is silent, or the port there; a network has many owners."""
        return any(site.is_silent for sites in (self.sites or {}).values() for site in sites[1:])

    @property
    def first_sites(self) -> list[Site]:
        """The sites of the address that is connected to first."""
        return next(iter((self.sites or {}).values()), [])


@dataclass(eq=False)
class Site:
    """A network, an address in it, or a port there, whatever names lead there."""

    share: int
    most: int  # once something there has answered
    load: Load = field(default_factory=Load)
    late: set[str] = field(default_factory=set)  # endpoints
    answers: bool = False

    @property
    def has_room(self) -> bool:
        """True if another worker may connect to it."""
        return self.load.running < (self.most if self.answers else self.share)

    @property
    def is_silent(self) -> bool:
        """True if as many endpoints there were late as have a share, and none has answered."""
        return len(self.late) >= self.share and not self.answers

    def note(self, name: str, attempt: Attempt, went: Contact) -> None:
        """Take notice of what came of a call of an endpoint there."""
        if (attempt["silent"] or attempt["postponed"]) and not went.is_closed:
            self.late.add(name)
        elif attempt["code"] is not None or went.address:
            self.answers = True


@dataclass(eq=False)
class Turn:
    """A chain that a worker has taken."""

    endpoint: Endpoint
    line: UrlQueue
    chain: Chain
    is_first: bool  # it counts as one of those that have not answered yet
    sites: list[Site]  # where its worker is, which take part of it

    def begin(self, now: float) -> None:
        """Count its worker where it is."""
        for load in self._loads:
            load.begin(now)

    def end(self, now: float) -> None:
        """Count its worker no more."""
        for load in self._loads:
            load.end(now)

    def move(self, sites: list[Site], now: float) -> None:
        """Count its worker at another address."""
        self.end(now)
        self.sites = sites
        self.begin(now)

    @property
    def _loads(self) -> list[Load]:
        return [self.endpoint.load, self.line.load, *(site.load for site in self.sites)]
