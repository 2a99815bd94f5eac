"""Round robin of endpoints: many ids of one endpoint delay no other's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

_Ids = OrderedDict[str, None]


class RoundRobinQueue:
    """A queue that gives one id of each endpoint in turn, each endpoint's in order.

    Endpoints that are not known to answer have half of the turns together, however many they
    are: a sender can name as many as it wants. Each call takes the same time, however many wait.
    """

    def __init__(self, answers: Callable[[str], bool] = lambda _endpoint: True) -> None:
        self._answers = answers
        self._known: OrderedDict[str, _Ids] = OrderedDict()
        self._others: OrderedDict[str, _Ids] = OrderedDict()
        self._is_for_others = False
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, digest: str, endpoint: str) -> None:
        """Let an id wait, behind the others of its endpoint; it stays where it waits already."""
        ids = self._half_of(endpoint).setdefault(endpoint, OrderedDict())
        self._count += digest not in ids
        ids.setdefault(digest, None)

    def remove(self, digest: str, endpoint: str) -> None:
        """Let an id wait no more."""
        half = self._half_of(endpoint)
        ids = half[endpoint]
        del ids[digest]
        self._count -= 1
        if not ids:
            del half[endpoint]

    def next(self) -> tuple[str, str]:
        """Return the next id, which waits no more, and its endpoint, whose next turn is last."""
        half = self._others if self._is_for_others else self._known
        half = half or (self._known if self._is_for_others else self._others)
        self._is_for_others = half is self._known
        endpoint, ids = next(iter(half.items()))
        digest, _ = ids.popitem(last=False)
        self._count -= 1
        if ids:
            half.move_to_end(endpoint)
        else:
            del half[endpoint]
        return digest, endpoint

    def _half_of(self, endpoint: str) -> OrderedDict[str, _Ids]:
        """Return where an endpoint waits; an endpoint that waits already keeps its place."""
        for half in (self._known, self._others):
            if endpoint in half:
                return half
        return self._known if self._answers(endpoint) else self._others
