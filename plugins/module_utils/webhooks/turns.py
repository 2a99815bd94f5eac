# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Endpoints and addresses, each with what has come of it in this run, and the turns of workers."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Optional

from .lookups import Key

Chain = list[int]  # callbacks of one Job, by their places


@dataclass(frozen=True)
class Verdict:
    """Why an endpoint is not called now."""

    error: str
    silent: bool = False
    crowded: bool = False  # for no reason of its own


SILENT = Verdict("not tried: the endpoint did not answer another callback in time", silent=True)
NO_TIME = Verdict("not tried: the endpoint has used up its time in this run")
SAME_SERVER = Verdict(
    "not tried: its server did not answer in time under other names", crowded=True
)
CROWDED = Verdict("not tried: others have used up the time of this run", crowded=True)


@dataclass
class Endpoint:
    """Where callbacks go, and what has come of those that went there in this run."""

    name: str
    target: Optional[Key]  # what is looked up, if anything may be
    answers: bool  # it has answered before, or did in this run
    chains: deque[Chain] = field(default_factory=deque)
    running: int = 0
    began: Optional[float] = None
    is_silent: bool = False
    lookup: Optional[Future[Any]] = None
    sites: Optional[list[Site]] = None  # None: not looked up yet


@dataclass
class Site:
    """An address, or a port at one, whatever names lead there."""

    share: int
    most: int  # once something there has answered
    running: int = 0
    late: set[str] = field(default_factory=set)  # endpoints
    answers: bool = False

    @property
    def has_room(self) -> bool:
        """Whether another worker may go there."""
        return self.running < (self.most if self.answers else self.share)

    @property
    def is_silent(self) -> bool:
        """Whether so many endpoints there were late as have a share, and none has answered."""
        return len(self.late) >= self.share and not self.answers

    def note(self, name: str, *, late: bool) -> None:
        """Take notice of whether an endpoint there was late."""
        self.answers = self.answers or not late
        if late:
            self.late.add(name)


@dataclass(frozen=True)
class Turn:
    """A chain that a worker has taken."""

    endpoint: Endpoint
    chain: Chain
    is_first: bool  # it counts as one of those that have not answered yet
    sites: tuple[Site, ...]  # of which it takes a share
