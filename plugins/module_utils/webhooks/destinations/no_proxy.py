# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Hosts that are reached without a proxy, as C(NO_PROXY) lists them.

No standard says how; this is what curl, Go and Python agree on, with the networks that only some
of them know and that clusters need: C(10.0.0.0/8).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Optional, Union

_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*):(?P<port>[0-9]+)")
_SEPARATOR = re.compile(r"[\s,]+")


def covers(no_proxy: str, host: str, port: Optional[int] = None) -> bool:
    """Tell whether a list covers a host, asked for at this port.

    An entry is a host, which covers those below it as well, with or without a dot or C(*.) before
    it; an address; a network; each but a network with a port if need be; or C(*), which is all.
    A network covers addresses alone, and no name that resolves to one.
    """
    name = _plain(host)
    return any(_matches(entry, name, port) for entry in _SEPARATOR.split(no_proxy) if entry)


def _matches(entry: str, name: str, port: Optional[int]) -> bool:
    with_port = _PORT.fullmatch(entry)
    if with_port:
        if port != int(with_port["port"]):
            return False
        entry = with_port["host"]
    if entry == "*":
        return True
    address = _address(name)
    if address:
        return _holds(_plain(entry), address)
    listed = _plain(entry[1:] if entry.startswith("*.") else entry).lstrip(".")
    return bool(listed) and (name == listed or name.endswith("." + listed))


def _holds(entry: str, address: Union[IPv4Address, IPv6Address]) -> bool:
    """Tell whether an address, or a network, is this address or holds it."""
    try:
        return address in ip_network(entry, strict=False)
    except ValueError:
        return False


def _address(name: str) -> Union[IPv4Address, IPv6Address, None]:
    """Return a host's address; an IPv4 address that IPv6 embeds is the IPv4 address."""
    try:
        found = ip_address(name.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _plain(host: str) -> str:
    return host.strip().strip("[]").lower().rstrip(".")
