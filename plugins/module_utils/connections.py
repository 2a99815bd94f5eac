# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Connections whose answers have a deadline.

A socket's timeout starts anew with each byte, so an endpoint that sends its headers one by
one could hold a worker for hours.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Deadline:
    """Ends the connection where the head of an answer takes longer than its timeout."""

    sock: Any
    timeout: Any

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        late = threading.Event()
        timer = threading.Timer(float(self.timeout), _end, (self.sock, late))
        timer.daemon = True
        timer.start()
        try:
            return super().getresponse(*args, **kwargs)  # type: ignore[misc]
        except Exception as exc:
            if late.is_set():
                raise TimeoutError("no answer within {0} s".format(self.timeout)) from exc
            raise
        finally:
            timer.cancel()


class _Http(_Deadline, HTTPConnection):
    pass


class _Https(_Deadline, HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


def new_pool(size: int) -> urllib3.PoolManager:
    """Return a pool that keeps up to so many connections and retries nothing by itself."""
    pool = urllib3.PoolManager(num_pools=size, maxsize=size, retries=False)
    pool.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return pool


def _end(sock: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
