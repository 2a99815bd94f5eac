# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Hosts looked up side by side, each once in a run, and none of them waited for by a worker.

Senders name hosts, and who has a domain can have the lookup of each name in it take for ever.
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, Optional

from .servers import address_of

AT_ONCE = 256  # lookups under way, of which each has a thread
MOST_FOUND = 64  # addresses of a host that are looked at: an answer of DNS may hold thousands
NO_THREAD = "no thread is left to look its host up"

Key = tuple[str, Optional[int]]
Found = list[Any]


def start(target: Callable[..., None], *args: Any) -> None:
    """Start a thread that nobody waits for; raise OSError where there are as many as may be."""
    try:
        threading.Thread(target=target, args=args, daemon=True).start()
    except RuntimeError as exc:
        raise OSError(errno.EAGAIN, NO_THREAD) from exc


class Lookups:
    """Stands in for C(socket.getaddrinfo), and remembers what that has answered."""

    def __init__(
        self,
        resolve: Callable[..., Found],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        reachable: Callable[[str, Found], Found] = lambda _host, found: found,
    ) -> None:
        """Take the function that selects the addresses to connect to, of all that were found."""
        self.reachable = reachable
        self._resolve = resolve
        self._seconds = seconds
        self._clock = clock
        self._found: dict[Key, Future[Found]] = {}
        self._until: dict[Key, float] = {}  # of those under way
        self._lock = threading.Lock()

    def __call__(self, host: str, port: Optional[int], **_kind: Any) -> Found:
        return self.begin(host, port).result()

    def has_room(self) -> bool:
        """Tell whether another lookup may begin."""
        return len(self._until) < AT_ONCE

    def begin(self, host: str, port: Optional[int]) -> Future[Found]:
        """Start the lookup of a host, unless it was started before."""
        key = (host, port)
        with self._lock:
            if key in self._found:
                return self._found[key]
            self._found[key] = Future()
            self._until[key] = self._clock() + self._seconds
        if address_of(host):
            self._look_up(key)
        else:
            try:
                start(self._look_up, key)
            except OSError as exc:
                failed = exc
                self._end(key, lambda future: future.set_exception(failed))
        return self._found[key]

    def expire(self) -> None:
        """Give up lookups that take too long; whatever comes of them is unheard."""
        now = self._clock()
        with self._lock:
            late = [key for key, until in self._until.items() if until <= now]
        too_late = TimeoutError("not resolved within {0} s".format(self._seconds))
        for key in late:
            self._end(key, lambda future: future.set_exception(too_late))

    def seconds_to_next(self) -> Optional[float]:
        """Return in how many seconds a lookup has taken too long; None where none is under way."""
        with self._lock:
            until = min(self._until.values(), default=None)
        return None if until is None else max(0.0, until - self._clock())

    def _look_up(self, key: Key) -> None:
        try:
            found = self._resolve(*key, type=socket.SOCK_STREAM)
        except Exception as exc:  # whatever it is, who connects hears it
            failed = exc
            self._end(key, lambda future: future.set_exception(failed))
        else:
            kept = found[: MOST_FOUND + 1]  # one more tells that there are more
            self._end(key, lambda future: future.set_result(kept))

    def _end(self, key: Key, end: Callable[[Future[Found]], None]) -> None:
        with self._lock:
            self._until.pop(key, None)
        with suppress(InvalidStateError):  # it was given up meanwhile
            end(self._found[key])
