"""Ids that wait by endpoint, and leave in turn: of one endpoint many, they delay no other's."""

from __future__ import annotations

from collections import OrderedDict


class Turns:
    """One id of each endpoint after the other, and those of one endpoint as they came.

    Each call takes the same time, however many wait.
    """

    def __init__(self) -> None:
        self._endpoints: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, digest: str, endpoint: str) -> None:
        """Let an id wait, behind the others of its endpoint; it stays where it waits already."""
        ids = self._endpoints.setdefault(endpoint, OrderedDict())
        self._count += digest not in ids
        ids.setdefault(digest, None)

    def remove(self, digest: str, endpoint: str) -> None:
        """Let an id wait no more."""
        ids = self._endpoints[endpoint]
        del ids[digest]
        self._count -= 1
        if not ids:
            del self._endpoints[endpoint]

    def next(self) -> tuple[str, str]:
        """Return the next id, which waits no more, and its endpoint, whose next turn is last."""
        endpoint, ids = next(iter(self._endpoints.items()))
        digest, _ = ids.popitem(last=False)
        self._count -= 1
        if ids:
            self._endpoints.move_to_end(endpoint)
        else:
            del self._endpoints[endpoint]
        return digest, endpoint
