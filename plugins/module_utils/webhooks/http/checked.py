# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Connections that go where a callback may go, and take an answer to what they have asked.

A host is looked up once in a run, and what is connected to is an address of that very answer
which was checked.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from ..endpoints import NO_CONTACT, Contact
from .answers import Answer
from .deadlines import Deadline, Deadlines
from .framing import InvalidAnswer
from .incoming import spoke_first
from .routes import Route
from .urllib3_compat import (
    HTTPConnection,
    HTTPConnectionPool,
    HTTPSConnection,
    HTTPSConnectionPool,
    urllib3,
)

CONNECT_TIMEOUT = 3.0  # seconds, to look a host up and for all its addresses together
TOO_EARLY = "it answered before it was asked in whole"


class Crowded(Exception):
    """An address has no share left."""


class _Trail(threading.local):
    """A worker's callback: the end of its time and where it went.

    A connection can neither be given the one nor return the other.
    """

    went: Contact = NO_CONTACT
    end: float = math.inf  # on the monotonic clock
    _move: Callable[[str], bool] | None = None

    def follow(self, move: Callable[[str], bool]) -> None:
        """Begin with a callback; C(move) tells whether an address may be tried now."""
        self.went, self._move = NO_CONTACT, move

    def begin(self, timeout: float) -> float:
        """Have the time of a callback begin, which has so many seconds; return its end."""
        self.end = time.monotonic() + timeout
        return self.end

    def failed_at(self, address: str, exc: OSError) -> None:
        """Note that an address could not be connected to, and for what reason."""
        self.went = Contact(address, is_closed=isinstance(exc, ConnectionRefusedError))

    def move(self, address: str) -> None:
        """Turn to an address; raise Crowded where it has no share left."""
        if self._move and not self._move(address):
            raise Crowded
        self.went = Contact(address)


TRAIL = _Trail()


class _Connection:
    """Connects to what was checked, and takes an answer to what it has asked in whole."""

    _dns_host: str
    host: str
    port: int
    sock: Any
    timeout: Any
    socket_options: Any
    response_class: Any

    def __init__(self, *args: Any, route: Route | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._route = route
        self._has_asked = False
        self.response_class = self._answer

    def _new_conn(self) -> socket.socket:
        if self._route is None:
            return super()._new_conn()  # type: ignore[misc]
        try:
            end = time.monotonic() + float(self.timeout)
            found = self._route.allowed(self._dns_host, self.port, float(self.timeout))
            return _connect(found, end, float(self.timeout), self.socket_options or ())
        except socket.gaierror as exc:
            raise urllib3.exceptions.NameResolutionError(self.host, self, exc) from exc  # type: ignore[arg-type]
        except TimeoutError as exc:
            raise urllib3.exceptions.ConnectTimeoutError(self, "no connection in time") from exc
        except OSError as exc:
            raise urllib3.exceptions.NewConnectionError(self, str(exc)) from exc  # type: ignore[arg-type]

    def _answer(self, sock: Any, *args: Any, **kwargs: Any) -> Answer:
        end = min(time.monotonic() + float(self.timeout), TRAIL.end)
        return Answer(sock, *args, end=end, **kwargs)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._has_asked = False
        super().request(*args, **kwargs)  # type: ignore[misc]
        self._has_asked = True

    def send(self, data: Any) -> None:
        if self.sock is not None and spoke_first(self.sock):
            raise InvalidAnswer(TOO_EARLY)
        super().send(data)  # type: ignore[misc]

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        response = super().getresponse(*args, **kwargs)  # type: ignore[misc]
        if not self._has_asked:  # urllib3 reads an answer though the request broke off
            self.close()  # type: ignore[attr-defined]
            if 200 <= response.status < 300:
                raise InvalidAnswer(TOO_EARLY)
        return response


class Http(_Connection, HTTPConnection):
    pass


class Https(_Connection, HTTPSConnection):
    def __init__(self, *args: Any, secure: Any, deadlines: Deadlines, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "ssl_context": secure()})
        self._deadlines = deadlines
        self._deadline: Deadline | None = None

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._deadline = self._deadlines.add(sock, TRAIL.end)
        return sock

    def close(self) -> None:
        if self._deadline:
            self._deadline.lift()
        super().close()

    def connect(self) -> None:
        try:
            super().connect()
        except InvalidAnswer as exc:  # nothing but a tunnel is asked for meanwhile
            raise urllib3.exceptions.ProxyError("no tunnel", exc) from exc


class HttpPool(HTTPConnectionPool):
    ConnectionCls = Http


class HttpsPool(HTTPSConnectionPool):
    ConnectionCls = Https


def _connect(found: list[Any], end: float, timeout: float, options: Any) -> socket.socket:
    """Connect to the first of these addresses that answers, each in its part of the time."""
    left = list(found)
    failed: OSError = OSError("no address")
    while left:
        family, kind, protocol, _name, address = left[0]
        TRAIL.move(address[0])
        sock = socket.socket(family, kind, protocol)
        try:
            for option in options:
                sock.setsockopt(*option)
            sock.settimeout(max(0.001, (end - time.monotonic()) / len(left)))
            sock.connect(address)
            sock.settimeout(timeout)
        except OSError as exc:
            sock.close()
            TRAIL.failed_at(address[0], exc)
            failed, left = exc, left[1:]
        else:
            return sock
    raise failed
