"""Round robin of servers and their endpoints: many ids of one delay no other's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

ServerOf = Callable[[str], str | None]  # of an endpoint, if it is known to answer
_Ids = OrderedDict[str, None]
_Places = OrderedDict[str, OrderedDict[str, _Ids]]  # servers, and the endpoints at each


def by_name(endpoint: str) -> str | None:
    """Return an endpoint as a server of its own, which answers."""
    return endpoint


class RoundRobinQueue:
    """A queue that gives one id of each server in turn, of its endpoints in turn, each in order.

    Endpoints that are not known to answer have half of the turns together, however many they
    are: a sender can name as many as it wants. Each call takes the same time, however many wait.
    """

    def __init__(self, server_of: ServerOf = by_name) -> None:
        self._server_of = server_of
        self._known: _Places = OrderedDict()
        self._others: _Places = OrderedDict()
        self._place_of: dict[str, tuple[_Places, str]] = {}  # the half and the server
        self._is_for_others = False
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, digest: str, endpoint: str) -> None:
        """Let an id wait, behind the others of its endpoint; it stays where it waits already."""
        half, server = self._place_of.setdefault(endpoint, self._place(endpoint))
        ids = half.setdefault(server, OrderedDict()).setdefault(endpoint, OrderedDict())
        self._count += digest not in ids
        ids.setdefault(digest, None)

    def remove(self, digest: str, endpoint: str) -> None:
        """Let an id wait no more."""
        half, server = self._place_of[endpoint]
        ids = half[server][endpoint]
        del ids[digest]
        self._count -= 1
        if not ids:
            self._leave(endpoint)

    def next(self) -> tuple[str, str]:
        """Return the next id, which waits no more, and its endpoint, whose next turn is last."""
        half = self._others if self._is_for_others else self._known
        half = half or (self._known if self._is_for_others else self._others)
        self._is_for_others = half is self._known
        server, endpoints = next(iter(half.items()))
        endpoint, ids = next(iter(endpoints.items()))
        digest, _ = ids.popitem(last=False)
        self._count -= 1
        half.move_to_end(server)
        endpoints.move_to_end(endpoint)
        if not ids:
            self._leave(endpoint)
        return digest, endpoint

    def _place(self, endpoint: str) -> tuple[_Places, str]:
        """Return where a new endpoint is to wait: who is not known to answer, by its name."""
        server = self._server_of(endpoint)
        return (self._others, endpoint) if server is None else (self._known, server)

    def _leave(self, endpoint: str) -> None:
        """Forget an endpoint of which nothing waits any more, and a server without endpoints."""
        half, server = self._place_of.pop(endpoint)
        del half[server][endpoint]
        if not half[server]:
            del half[server]
