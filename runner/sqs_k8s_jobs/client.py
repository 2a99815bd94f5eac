"""A client of Kubernetes that reads its credentials anew once the API server refuses them.

The client's own loader reads the file of a token, and a token without a date, once and for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import kubernetes.client
import kubernetes.config

from sqs_k8s_jobs import certificates
from sqs_k8s_jobs.settings import Settings

UNAUTHORIZED = 401


class Client(kubernetes.client.ApiClient):  # type: ignore[misc]
    """A client for a configuration that can be loaded again."""

    def __init__(
        self, load: Callable[[], kubernetes.client.Configuration], settings: Settings
    ) -> None:
        super().__init__(load())
        certificates.heed(self, settings)
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
