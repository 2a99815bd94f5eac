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

Chain = list[int]  # callbacks of one Job, by their places


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
    running: int = 0
    is_silent: bool = False


@dataclass
class Endpoint:
    """An endpoint of callbacks, and its results in this run."""

    name: str
    target: Optional[Key]  # what is looked up, if anything may be
    answers: bool  # promptly, before this run or last in it
    lines: deque[UrlQueue] = field(default_factory=deque)  # in which something waits
    running: int = 0
    began: Optional[float] = None
    has_silent: bool = False  # URLs
    has_answered: bool = False  # in this run, however slowly
    lookup: Optional[Future[Any]] = None
    sites: Optional[dict[str, list[Site]]] = None  # by address, as tried; None: not looked up yet

    def add(self, chains: Iterable[Chain]) -> UrlQueue:
        """Have chains wait for another URL of it."""
        self.lines.append(UrlQueue(deque(chains)))
        return self.lines[-1]

    def line(self, share: int) -> Optional[UrlQueue]:
        """Return the URL whose turn it is; while others wait, none has more than half a share."""
        most = share if len(self.lines) == 1 else max(1, share // 2)
        return next((one for one in self.lines if one.is_silent or one.running < most), None)

    def take(self, line: UrlQueue) -> Chain:
        """Take a chain of a URL, whose next turn is last."""
        chain = line.chains.popleft()
        self.lines.remove(line)
        if line.chains:
            self.lines.append(line)
        return chain

    @property
    def is_silent(self) -> bool:
        """True if it gave no answer in time and no URL of it ever did."""
        return self.has_silent and not (self.answers or self.has_answered)

    @property
    def is_prompt(self) -> bool:
        """True if it answers promptly, and what else is there does not answer slowly."""
        return self.answers and not any(site.is_slow for site in self.first_sites)

    def note(self, attempt: Attempt) -> None:
        """Take notice of what came of a call; only an answer over HTTP is one of its own."""
        self.has_silent = self.has_silent or attempt["silent"]
        if attempt["code"] is not None:
            self.has_answered = True
            self.answers = not attempt["slow"]

    def sites_at(self, address: Optional[str]) -> list[Site]:
        """Return an address of it and its port there; the first address if unknown."""
        return (self.sites or {}).get(address or "", self.first_sites)

    @property
    def is_at_silent(self) -> bool:
        """True if an address of it is silent."""
        return any(site.is_silent for sites in (self.sites or {}).values() for site in sites)

    @property
    def first_sites(self) -> list[Site]:
        """The address that is connected to first, and the door there."""
        return next(iter((self.sites or {}).values()), [])


@dataclass
class Site:
    """An address, or a port at an address, whatever names lead there."""

    share: int
    most: int  # once something there has answered
    running: int = 0
    late: set[str] = field(default_factory=set)  # endpoints
    answers: bool = False
    lead: int = 0  # of prompt results over slow ones, of the latest at most as many as a share

    @property
    def has_room(self) -> bool:
        """True if another worker may connect to it."""
        return self.running < (self.most if self.answers and not self.is_slow else self.share)

    @property
    def is_slow(self) -> bool:
        """True if more of what was called there was slow than was prompt."""
        return self.lead < 0

    @property
    def is_silent(self) -> bool:
        """True if as many endpoints there were late as have a share, and none has answered."""
        return len(self.late) >= self.share and not self.answers

    def note(self, name: str, attempt: Attempt, went: Contact) -> None:
        """Take notice of what came of a call of an endpoint there."""
        is_late = attempt["silent"] or attempt["postponed"]
        if is_late and not went.is_closed:
            self.late.add(name)
        elif attempt["code"] is not None or went.address:
            self.answers = True
        lead = self.lead + (-1 if attempt["slow"] else 1)
        self.lead = max(-self.share, min(lead, self.share))


@dataclass(frozen=True)
class Turn:
    """A chain that a worker has taken."""

    endpoint: Endpoint
    line: UrlQueue
    chain: Chain
    is_first: bool  # it counts as one of those that are not known to be prompt
    sites: tuple[Site, ...]  # of which it takes a share
