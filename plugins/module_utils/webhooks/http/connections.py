# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Connections to endpoints and proxies, a new connection for each callback.

What a server says too late or too often would be taken for its answer to the next callback.
"""

from __future__ import annotations

import functools
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any

from ..destinations.rules import SCHEMES, Blocked
from ..destinations.servers import PORTS
from . import errors
from .checked import CONNECT_TIMEOUT, TRAIL, HttpPool, HttpsPool
from .deadlines import Deadlines
from .routes import Proxy, Route
from .urllib3_compat import urllib3


@dataclass(frozen=True)
class Said:
    """An endpoint's answer."""

    status: int
    retry_after: str | None


class Connections:
    """Makes connections, and retries nothing by itself."""

    def __init__(self, route: Route, size: int) -> None:
        self._route = route
        self._pools: dict[Proxy | None, urllib3.PoolManager] = {}
        self._size = size
        self._deadlines = Deadlines()
        self._lock = threading.Lock()

    def post(self, url: str, body: bytes, headers: dict[str, str], timeout: float) -> Said:
        """Post, and return what was answered, once all of it is read.

        Raises Blocked where it may not go, and what urllib3 and the socket module raise.
        """
        target = urllib3.util.parse_url(url)
        if target.scheme not in SCHEMES:
            raise Blocked("{0} is neither http nor https".format(target.scheme))
        if not target.host:
            raise urllib3.exceptions.LocationValueError("no host")
        proxy = self._route.proxy(target.scheme, target.host, target.port)
        if proxy:
            self._route.check_for_proxy(target.host, target.port or PORTS[target.scheme])
        where = target._replace(auth=None, fragment=None).url
        end = TRAIL.begin(timeout)
        try:
            response = self._pool(proxy).request(
                "POST",
                where,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(connect=min(timeout, CONNECT_TIMEOUT), total=timeout),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as exc:
            if time.monotonic() < end or errors.is_timeout(exc):
                raise
            raise urllib3.exceptions.TimeoutError("its time is over") from exc
        response.close()  # and the connection with it: what comes on it from now on is unheard
        response.release_conn()
        return Said(response.status, response.headers.get("retry-after"))

    def close(self) -> None:
        """Let go of all that is left of connections."""
        for pool in self._pools.values():
            pool.clear()

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        return self._route.context or ssl.create_default_context()

    def _secure(self) -> ssl.SSLContext:
        """Return what verifies certificates; read once, and only where there is need."""
        with self._lock:
            return self._context

    def _pool(self, proxy: Proxy | None) -> urllib3.PoolManager:
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            return self._pools[proxy]

    def _new_pool(self, proxy: Proxy | None) -> urllib3.PoolManager:
        pool: urllib3.PoolManager
        options: dict[str, Any] = {"num_pools": self._size, "maxsize": self._size}
        if proxy:
            # The proxy's own address is the operator's to choose.
            pool = urllib3.ProxyManager(
                proxy.url, proxy_headers=proxy.headers(), retries=False, **options
            )
        else:
            pool = urllib3.PoolManager(retries=False, **options)
        way: dict[str, Any] = {"route": None if proxy else self._route}
        classes: dict[str, Any] = {
            "http": functools.partial(HttpPool, **way),
            "https": functools.partial(
                HttpsPool, **way, secure=self._secure, deadlines=self._deadlines
            ),
        }
        pool.pool_classes_by_scheme = classes
        return pool
