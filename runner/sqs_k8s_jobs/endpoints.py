"""Which endpoints are slow: their callbacks are reported in a lane of their own.

A hint from what was seen lately. Whatever lane an id is in, its state is on its Job.
"""

from __future__ import annotations

FAST = "fast"
SLOW = "slow"
LANES = (FAST, SLOW)


class Endpoints:
    """Remembers the endpoints that gave no answer in time, until they give one."""

    def __init__(self) -> None:
        self._slow: set[str] = set()

    def lane(self, endpoint: str) -> str:
        """Return the lane for an endpoint's callbacks."""
        return SLOW if endpoint in self._slow else FAST

    def saw(self, endpoint: str, silent: bool) -> None:
        """Take notice of whether an endpoint answered."""
        if silent:
            self._slow.add(endpoint)
        else:
            self._slow.discard(endpoint)
