# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Deadlines of connections, kept by a thread beside whoever reads them.

A socket's timeout ends a wait for bytes. OpenSSL reads on for as long as bytes come that are no
data, such as endless tickets, and no timeout ends that.
"""

from __future__ import annotations

import heapq
import socket
import threading
import time
from contextlib import suppress
from itertools import count

from ..destinations.lookups import start


class Deadline:
    """The end of one connection's time."""

    def __init__(self, sock: socket.socket) -> None:
        self._own = sock.dup()  # whoever has the other may close it at any moment
        self._lock = threading.Lock()

    def end(self) -> None:
        """End the connection: whoever reads from it sees its end."""
        with self._lock, suppress(OSError):  # it may have ended by itself
            self._own.shutdown(socket.SHUT_RDWR)
        self.lift()

    def lift(self) -> None:
        """Let the connection be."""
        with self._lock:
            self._own.close()


class Deadlines:
    """Ends connections whose time is over; its thread lives as long as there are some."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Deadline]] = []  # a heap
        self._number = count()
        self._is_watched = False

    def add(self, sock: socket.socket, end: float) -> Deadline:
        """Give a connection until a moment of the monotonic clock.

        Raises OSError where there is no thread or no file for it.
        """
        with self._changed:
            if not self._is_watched:
                start(self._watch)
                self._is_watched = True
            deadline = Deadline(sock)
            heapq.heappush(self._due, (end, next(self._number), deadline))
            self._changed.notify()
        return deadline

    def _watch(self) -> None:
        with self._changed:
            try:
                while self._due:
                    seconds = self._due[0][0] - time.monotonic()
                    if seconds > 0:
                        self._changed.wait(seconds)
                    else:
                        heapq.heappop(self._due)[2].end()
            finally:
                self._is_watched = False
