"""A client of Kubernetes for days on end: it reads credentials anew, and sees dead connections.

The client's own loader reads the file of a token, and a token without a date, once and for all; a
watch over a connection that a load balancer has dropped waits for nobody.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import kubernetes.client
import kubernetes.config
from urllib3.connection import HTTPConnection

from sqs_k8s_jobs.cluster import certificates
from sqs_k8s_jobs.settings import Settings

UNAUTHORIZED = 401
# A silent connection is asked after 30 seconds, and is dead after three times 10 without an answer.
PROBES = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


class Client(kubernetes.client.ApiClient):  # type: ignore[misc]
    """A client for a configuration that can be loaded again."""

    def __init__(
        self, load: Callable[[], kubernetes.client.Configuration], settings: Settings
    ) -> None:
        super().__init__(load())
        certificates.heed(self, settings)
        # The option keep_alive came with the client 37 only.
        self.rest_client.pool_manager.connection_pool_kw["socket_options"] = _alive()
        self._load = load
        self._settings = settings

    def renew(self) -> bool:
        """Load it again; False where that cannot be done now, which leaves all as it is."""
        try:
            fresh = Client(self._load, self._settings)
        except (kubernetes.config.ConfigException, OSError, ValueError):
            return False
        self.configuration: Any = fresh.configuration
        self.rest_client: Any = fresh.rest_client
        return True


def _alive() -> list[tuple[int, int, int]]:
    """Return the options of sockets, as far as this system knows them."""
    known = [
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in PROBES.items()
        if hasattr(socket, name)
    ]
    usual = list(HTTPConnection.default_socket_options)
    return [*usual, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *known]


def asked(
    client: kubernetes.client.ApiClient, call: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    """Call a method of the client's APIs, a second time with new credentials where it takes them.

    Raises what the method raises.
    """
    try:
        return call(*args, **kwargs)
    except kubernetes.client.ApiException as exc:
        renewed = exc.status == UNAUTHORIZED and isinstance(client, Client) and client.renew()
        if not renewed:
            raise
    return call(*args, **kwargs)
