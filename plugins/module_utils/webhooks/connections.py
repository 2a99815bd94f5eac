# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Connections that go where a callback may go, and whose answers have a deadline.

A host is looked up once for a connection, and what is connected to is an address of that
very answer which was checked. A connection carries the callbacks of one URL: what a server says
too late or too often is heard by its own caller, and by no other one on its host.
"""

from __future__ import annotations

import functools
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any

from .answers import Answer
from .destinations import SCHEMES, Refused
from .framing import Broken
from .incoming import spoke_first
from .library import (
    HTTPConnection,
    HTTPConnectionPool,
    HTTPSConnection,
    HTTPSConnectionPool,
    urllib3,
)
from .routes import Proxy, Route

CONNECT_TIMEOUT = 3.0  # seconds, to look a host up and for all its addresses together
_TOO_EARLY = "it answered before it was asked in whole"
MOST_ADDRESSES = 4  # of a host that are tried, so that each has a part of that time


@dataclass(frozen=True)
class Said:
    """What an endpoint has answered."""

    status: int
    retry_after: str | None


class Connections:
    """Keeps some connections open, each for one URL; retries nothing by itself."""

    def __init__(self, route: Route, size: int) -> None:
        self._route = route
        self._kept: dict[tuple[Proxy | None, str], urllib3.PoolManager] = {}  # latest one last
        self._size = size
        self._lock = threading.Lock()

    def post(self, url: str, body: bytes, headers: dict[str, str], timeout: float) -> Said:
        """Post, and return what was answered, once all of it is read.

        Raises Refused where it may not go, and what urllib3 and the socket module raise.
        """
        target = urllib3.util.parse_url(url)
        if target.scheme not in SCHEMES:
            raise Refused("{0} is neither http nor https".format(target.scheme))
        if not target.host:
            raise urllib3.exceptions.LocationValueError("no host")
        proxy = self._route.proxy(target.scheme, target.host, target.port)
        if proxy:
            self._route.check_for_proxy(target.host, target.port)
        where = target._replace(auth=None, fragment=None).url
        response = self._pool(proxy, where).request(
            "POST",
            where,
            body=body,
            headers=headers,
            timeout=urllib3.Timeout(connect=min(timeout, CONNECT_TIMEOUT), total=timeout),
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        response.release_conn()
        return Said(response.status, response.headers.get("retry-after"))

    def close(self) -> None:
        """Let go of all connections."""
        for pool in self._kept.values():
            pool.clear()

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        return self._route.context or ssl.create_default_context()

    def _secure(self) -> ssl.SSLContext:
        """Return what verifies certificates; read once, and only where there is need."""
        with self._lock:
            return self._context

    def _pool(self, proxy: Proxy | None, url: str) -> urllib3.PoolManager:
        """Return the connections for a URL, and close those that were longest of no use."""
        with self._lock:
            found = self._kept.pop((proxy, url), None) or self._new_pool(proxy)
            self._kept[proxy, url] = found
            over = self._kept.pop(next(iter(self._kept))) if len(self._kept) > self._size else None
        if over:
            over.clear()
        return found

    def _new_pool(self, proxy: Proxy | None) -> urllib3.PoolManager:
        pool: urllib3.PoolManager
        options: dict[str, Any] = {"num_pools": 1, "maxsize": self._size}
        if proxy:
            # The proxy's own address is the operator's to choose.
            pool = urllib3.ProxyManager(
                proxy.url, proxy_headers=proxy.headers(), retries=False, **options
            )
        else:
            pool = urllib3.PoolManager(retries=False, **options)
        way: dict[str, Any] = {"route": None if proxy else self._route}
        classes: dict[str, Any] = {
            "http": functools.partial(_HttpPool, **way),
            "https": functools.partial(_HttpsPool, **way, secure=self._secure),
        }
        pool.pool_classes_by_scheme = classes
        return pool


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
        return Answer(sock, *args, seconds=float(self.timeout), **kwargs)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._has_asked = False
        super().request(*args, **kwargs)  # type: ignore[misc]
        self._has_asked = True

    def send(self, data: Any) -> None:
        if self.sock is not None and spoke_first(self.sock):
            raise Broken(_TOO_EARLY)
        super().send(data)  # type: ignore[misc]

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        response = super().getresponse(*args, **kwargs)  # type: ignore[misc]
        if not self._has_asked:  # urllib3 reads an answer though the request broke off
            self.close()  # type: ignore[attr-defined]
            if 200 <= response.status < 300:
                raise Broken(_TOO_EARLY)
        return response


class _Http(_Connection, HTTPConnection):
    pass


class _Https(_Connection, HTTPSConnection):
    def __init__(self, *args: Any, secure: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "ssl_context": secure()})

    def connect(self) -> None:
        try:
            super().connect()
        except Broken as exc:  # nothing but a tunnel is asked for meanwhile
            raise urllib3.exceptions.ProxyError("no tunnel", exc) from exc


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


def _connect(found: list[Any], end: float, timeout: float, options: Any) -> socket.socket:
    """Connect to the first of these addresses that answers, each in its part of the time."""
    left = found[:MOST_ADDRESSES]
    failed: OSError = OSError("no address")
    while left:
        family, kind, protocol, _name, address = left[0]
        sock = socket.socket(family, kind, protocol)
        try:
            for option in options:
                sock.setsockopt(*option)
            sock.settimeout(max(0.001, (end - time.monotonic()) / len(left)))
            sock.connect(address)
            sock.settimeout(timeout)
        except OSError as exc:
            sock.close()
            failed, left = exc, left[1:]
        else:
            return sock
    raise failed
