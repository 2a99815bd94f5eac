"""Round robin of servers and their endpoints: many ids of one delay no other's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

ServerOf = Callable[[str], str | None]  # of an endpoint, if it is known to accept callbacks
_Ids = OrderedDict[str, None]
_Servers = OrderedDict[str, OrderedDict[str, _Ids]]  # servers, and the endpoints at each
_Place = tuple[bool, str]  # if the endpoint is known, and its server


def by_name(endpoint: str) -> str | None:
    """Return an endpoint as a server of its own, which answers."""
    return endpoint


class RoundRobinQueue:
    """A queue that gives one id of each server in turn, of its endpoints in turn, each in order.

    Endpoints that are not known to accept callbacks have half of the turns together, however many
    they are: a sender can name as many as it wants. Each call takes the same time, however many
    wait; an endpoint whose server becomes known takes its ids along as they are.
    """

    def __init__(self, server_of: ServerOf = by_name) -> None:
        self._server_of = server_of
        self._known: _Servers = OrderedDict()
        self._others: _Servers = OrderedDict()
        self._place_of: dict[str, _Place] = {}  # of endpoints
        self._is_for_others = False
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, digest: str, endpoint: str) -> None:
        """Let an id wait, behind the others of its endpoint; it stays where it waits already."""
        place = self._place(endpoint)
        waiting = self._leave(endpoint) if self._place_of.get(endpoint, place) != place else None
        self._place_of[endpoint] = place
        endpoints = self._half(place).setdefault(place[1], OrderedDict())
        ids = endpoints.setdefault(endpoint, waiting or OrderedDict())
        self._count += digest not in ids
        ids.setdefault(digest, None)

    def remove(self, digest: str, endpoint: str) -> None:
        """Let an id wait no more."""
        place = self._place_of[endpoint]
        ids = self._half(place)[place[1]][endpoint]
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

    def _place(self, endpoint: str) -> _Place:
        """Return where an endpoint is to wait; without a known server, as a server of its own."""
        server = self._server_of(endpoint)
        return server is not None, endpoint if server is None else server

    def _half(self, place: _Place) -> _Servers:
        return self._known if place[0] else self._others

    def _leave(self, endpoint: str) -> _Ids:
        """Let an endpoint wait no more, nor a server without others; return the ids."""
        place = self._place_of.pop(endpoint)
        half = self._half(place)
        ids = half[place[1]].pop(endpoint)
        if not half[place[1]]:
            del half[place[1]]
        return ids
