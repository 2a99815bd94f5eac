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
MOST_SLOW = 1000  # endpoints; each run of submit is told of them
MOST_ANSWERING = 10_000  # endpoints
MOST_IDS = 100_000


class Endpoints:
    """Remembers the endpoints of ids that are not done, those that gave no answer in time, until
    they give one, and those that did.
    """

    def __init__(self) -> None:
        self._slow: Latest[None] = Latest(MOST_SLOW)
        self._late: Latest[None] = Latest(MOST_SLOW)
        self._answering: Latest[None] = Latest(MOST_ANSWERING)
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
                self._answering[endpoint] = None

    def forget(self, digest: str) -> None:
        """Remember no endpoint of an id of which nothing is left."""
        with self._lock:
            self._of.pop(digest, None)

    def lane(self, endpoint: str) -> str:
        """Return the lane for an endpoint's callbacks."""
        return SLOW if endpoint in self._slow else FAST

    def answers(self, endpoint: str) -> bool:
        """Tell whether an endpoint is known to answer; true without an endpoint."""
        return not endpoint or endpoint in self._answering

    def answering(self, digests: Iterable[str]) -> list[str]:
        """Return the endpoints of ids that are known to answer."""
        return sorted({one for one in map(self.of, digests) if one and self.answers(one)})

    def not_prompt(self) -> list[str]:
        """Return those that are not worth waiting for while messages are submitted."""
        with self._lock:
            return sorted({*self._slow, *self._late})

    def saw_promptness(self, endpoint: str, silent: bool) -> None:
        """Take notice of whether an endpoint answered while messages were submitted."""
        with self._lock:
            if silent:
                self._late[endpoint] = None
            elif endpoint not in self._slow:
                self._answering[endpoint] = None

    def saw(self, endpoint: str, silent: bool) -> None:
        """Take notice of whether an endpoint answered."""
        with self._lock:
            if silent:
                self._slow[endpoint] = None
                self._answering.pop(endpoint, None)
            else:
                self._slow.pop(endpoint, None)
                self._answering[endpoint] = None
