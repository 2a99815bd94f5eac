"""Which endpoint hears of which id, and which endpoints are slow: these have a lane of their own.

Hints from what was seen lately. Whatever lane an id is in, its state is on its Job.
"""

from __future__ import annotations

FAST = "fast"
SLOW = "slow"
LANES = (FAST, SLOW)


class Endpoints:
    """Remembers the endpoints of ids that are not done, and those that gave no answer in time,
    until they give one.
    """

    def __init__(self) -> None:
        self._slow: set[str] = set()
        self._late: set[str] = set()
        self._of: dict[str, str] = {}

    def of(self, digest: str) -> str:
        """Return the endpoint that hears of an id; empty where that was not seen yet."""
        return self._of.get(digest, "")

    def learn(self, digest: str, endpoint: str, done: bool) -> None:
        """Remember the endpoint of an id until all that it hears of that is done."""
        if done or not endpoint:
            self._of.pop(digest, None)
        else:
            self._of[digest] = endpoint

    def lane(self, endpoint: str) -> str:
        """Return the lane for an endpoint's callbacks."""
        return SLOW if endpoint in self._slow else FAST

    def not_prompt(self) -> list[str]:
        """Return those that are not worth waiting for while messages are submitted."""
        return sorted(self._slow | self._late)

    def saw_promptness(self, endpoint: str, silent: bool) -> None:
        """Take notice of whether an endpoint answered while messages were submitted."""
        if silent:
            self._late.add(endpoint)

    def saw(self, endpoint: str, silent: bool) -> None:
        """Take notice of whether an endpoint answered."""
        if silent:
            self._slow.add(endpoint)
        else:
            self._slow.discard(endpoint)
