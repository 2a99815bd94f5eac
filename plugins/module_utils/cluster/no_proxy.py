# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""NO_PROXY, read alike for every version of the Kubernetes client.

Clients 34 and 35 forget it. Those up to 36 read no range of IPv6 and no port of an address.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Optional
from urllib.parse import urlsplit

from ..webhooks.destinations.no_proxy import covers
from ..webhooks.destinations.servers import PORTS

# In the order in which they count: kubernetes.core's own variable first, then as urllib reads them.
VARIABLES = ("K8S_AUTH_NO_PROXY", "no_proxy", "NO_PROXY")


def listed(environment: Optional[Mapping[str, str]] = None) -> str:
    """Return the hosts that the environment lists for the API server's client; "" for none."""
    known = os.environ if environment is None else environment
    return next((known[name] for name in VARIABLES if known.get(name)), "")


def with_server(entries: str, server: Optional[str]) -> str:
    """Return the entries, and the server's host where they match it.

    Clients know a host by its name, whatever else of a list they do not understand.
    """
    try:
        if not server or not bypasses(server, entries):
            return entries
        return "{0},{1}".format(entries, urlsplit(server).hostname)
    except ValueError:  # no URL: the client says so
        return entries


def bypasses(server: str, entries: str) -> bool:
    """Tell whether a server is reached without a proxy, by its URL."""
    parts = urlsplit(server)
    return covers(entries, parts.hostname or "", parts.port or PORTS.get(parts.scheme))
