"""NO_PROXY, read alike for every version of the Kubernetes client.

Clients 34 and 35 forget it. Those up to 36 read no range of IPv6 and no port of an address.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqs_k8s_jobs.cluster.servers import PORTS

# In the order in which they count: kubernetes.core's own variable first, then as urllib reads them.
VARIABLES = ("K8S_AUTH_NO_PROXY", "no_proxy", "NO_PROXY")
EVERYTHING = "*"  # what a client takes for: reach all servers without a proxy
NOTHING = ","  # a list without entries, as an empty one leaves clients to the environment


def listed(environment: Mapping[str, str] = os.environ) -> str:
    """Return the hosts that the environment lists for the API server's client; "" for none."""
    return next((environment[name] for name in VARIABLES if environment.get(name)), "")


def heed(configuration: Any) -> None:
    """Have a client's configuration, whose server is known, heed what is listed."""
    entries = listed()
    if entries:
        direct = bypasses(configuration.host, entries)
        configuration.no_proxy = EVERYTHING if direct else NOTHING


def bypasses(server: str, entries: str) -> bool:
    """Tell whether a server is reached without a proxy.

    An entry is *, a host, a suffix with or without its first dot, an address or a range of them
    (CIDR). Hosts and addresses may have a port, which then has to be the server's.
    """
    parts = urlsplit(server)
    return any(_fits(entry.strip().lower(), parts) for entry in entries.split(","))


def _fits(entry: str, server: SplitResult) -> bool:
    if entry == EVERYTHING:
        return True
    name, port = _split(entry)
    if not name or (port and port != (server.port or PORTS.get(server.scheme))):
        return False
    host = (server.hostname or "").rstrip(".")
    address, network = _read(ipaddress.ip_address, host), _read(_network, name)
    if address or network:
        address = getattr(address, "ipv4_mapped", None) or address
        return bool(address and network and address in network)
    suffix = name.removeprefix("*").strip(".")
    return bool(suffix) and (host == suffix or host.endswith("." + suffix))


def _network(text: str) -> Any:
    return ipaddress.ip_network(text, strict=False)


def _read(read: Callable[[str], Any], text: str) -> Any:
    """Return an address or a range of them; None where the text is none."""
    try:
        return read(text)
    except ValueError:
        return None


def _split(entry: str) -> tuple[str, int | None]:
    """Return an entry's host, address or range, and its port, if any."""
    name, colon, port = entry.rpartition(":")
    if colon and port.isdecimal() and (":" not in name or name.endswith("]")):
        return name.strip("[]"), int(port)
    return entry.strip("[]"), None
