"""Endpoints of ids: those that answer, and the slow ones, which have a lane of their own.

Hints from what was seen lately, and of no more names than are worth it: senders choose them.
Whatever lane an id is in, its state is on its Job.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sqs_k8s_jobs.workqueue.latest import Latest

FAST = "fast"
SLOW = "slow"
LANES = (FAST, SLOW)
MOST_SLOW = 1000  # endpoints; each run of submit gets them
MOST_ANSWERING = 10_000  # endpoints
MOST_IDS = 100_000
NOT_SEEN = "not seen yet"  # the server of endpoints of which Jobs alone say that they answer


class Endpoints:
    """Remembers the endpoints of ids that are not done, those that took long or gave no answer,
    until they give one soon, and those that accepted callbacks, with their servers.
    """

    def __init__(self) -> None:
        self._slow: Latest[None] = Latest(MOST_SLOW)
        self._late: Latest[None] = Latest(MOST_SLOW)
        self._answering: Latest[str] = Latest(MOST_ANSWERING)
        self._of: Latest[str] = Latest(MOST_IDS)
        self._lock = threading.Lock()

    def of(self, digest: str) -> str:
        """Return the endpoint of an id; empty where it was not seen yet."""
        return self._of.get(digest, "")

    def learn(self, digest: str, endpoint: str, done: bool, answered: bool = False) -> None:
        """Remember the endpoint of an id until its callbacks are delivered.

        `answered` tells that it has accepted what was sent last of that.
        """
        with self._lock:
            if done or not endpoint:
                self._of.pop(digest, None)
            else:
                self._of[digest] = endpoint
            if answered and endpoint and endpoint not in self._slow:
                self._answering[endpoint] = self._answering.get(endpoint, NOT_SEEN)

    def forget(self, digest: str) -> None:
        """Remember no endpoint of an id of which nothing is left."""
        with self._lock:
            self._of.pop(digest, None)

    def lane(self, endpoint: str) -> str:
        """Return the lane for an endpoint's callbacks."""
        return SLOW if endpoint in self._slow else FAST

    def server_of(self, endpoint: str) -> str | None:
        """Return the server of an endpoint that accepts callbacks; None if it is not known to.

        Without an endpoint it is an empty text.
        """
        return self._answering.get(endpoint) if endpoint else ""

    def answering(self, digests: Iterable[str]) -> dict[str, str]:
        """Return the endpoints of ids that are known to accept callbacks, and at which server."""
        found = {one: self._answering.get(one, NOT_SEEN) for one in map(self.of, digests)}
        return {one: server for one, server in sorted(found.items()) if server != NOT_SEEN}

    def slow(self) -> list[str]:
        """Return those that are not worth waiting for while messages are submitted."""
        with self._lock:
            return sorted({*self._slow, *self._late})

    def saw_promptness(self, endpoint: str, late: bool, server: str | None) -> None:
        """Take notice of whether an endpoint answered soon while messages were submitted."""
        with self._lock:
            if late:
                self._late[endpoint] = None
            elif server and endpoint not in self._slow:
                self._answering[endpoint] = server

    def saw(self, endpoint: str, late: bool, server: str | None) -> None:
        """Take notice of whether an endpoint answered soon, and at which server it accepted."""
        with self._lock:
            if late:
                self._slow[endpoint] = None
                self._answering.pop(endpoint, None)
            else:
                self._slow.pop(endpoint, None)
                if server:
                    self._answering[endpoint] = server
