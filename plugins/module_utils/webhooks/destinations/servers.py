# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""One name for each server, however a sender spells it.

What is counted by server is counted by these names, so another spelling gets no share of its
own. They hold nothing that Ansible evaluates: they become variables of a play.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Optional, Union
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
MAX_HOST_LENGTH = 253  # characters of a host's name, by DNS
NAT64 = IPv6Network("64:ff9b::/96")
_NUMBER = r"(0x[0-9a-f]*|[0-9]+)"
_NUMBERS = re.compile(r"{0}(\.{0}){{0,3}}".format(_NUMBER))
_ADDRESS = re.compile(r"\[[^\]]*\]")  # in brackets, with a zone where it has one
_DOTS = re.compile("[.\u3002\uff0e\uff61]")


def endpoint_of(url: Optional[str]) -> str:
    """Return the part of a URL that names the server: scheme, host and port.

    It is all that may be said of a URL: what is beside it may be a secret of the caller's.
    """
    try:
        parts = urlsplit(url or "")
        named = parts.netloc.partition("\\")[0].rpartition("@")[2]
        server = urlsplit("//" + named)
        port = server.port
    except ValueError:  # what is no port may be half of a password
        return ""
    if "%" in _ADDRESS.sub("", named):  # no name that is looked up, and it may be a password
        return ""
    host = host_of(_spelled(named))
    shown = "[{0}]".format(host) if ":" in host else host
    suffix = "" if port in (None, PORTS.get(parts.scheme)) else ":{0}".format(port)
    return "{0}://{1}{2}".format(parts.scheme, shown, suffix) if parts.scheme else ""


def host_of(host: str) -> str:
    """Return a host in the form of lookups: ASCII, in lower case; an address in one form.

    Hosts that are not found alike have names of their own, however alike they look: with a last
    dot no search list is gone through, and an address is not reached where one within it is.
    """
    name = _ascii(_lowered(host[:MAX_HOST_LENGTH]))
    address = _address_of(name)
    return str(address) if address else quote(name, safe="", errors="replace")


def address_of(host: str) -> Union[IPv4Address, IPv6Address, None]:
    """Return the address that a host is, in whatever form, or leads to; None for a name."""
    found = _address_of(host.partition("%")[0])
    return (_carried(found) or found) if found else None


def site_of(address: str) -> str:
    """Return the owner of an address: for IPv6 its /64."""
    return _block_of(address, 64)


def network_of(address: str) -> str:
    """Return what whoever has the address has beside it, as a rule: for IPv6 its /48."""
    return _block_of(address, 48)


def _block_of(address: str, prefix: int) -> str:
    found = address_of(address)
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(IPv6Network((int(found), prefix), strict=False))


def _address_of(host: str) -> Union[IPv4Address, IPv6Address, None]:
    try:
        if _NUMBERS.fullmatch(host):
            return IPv4Address(socket.inet_aton(host))
        return ip_address(host) if ":" in host and "%" not in host else None
    except (OSError, ValueError):
        return None


def _carried(address: Union[IPv4Address, IPv6Address]) -> Optional[IPv4Address]:
    """Return the IPv4 address that an IPv6 address embeds, if any."""
    if isinstance(address, IPv4Address):
        return None
    in_nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
    return address.ipv4_mapped or in_nat64


def _spelled(named: str) -> str:
    """Return the host as it is written: what is in lower case already may be of another name."""
    _, _, bracketed = named.partition("[")
    return bracketed.partition("]")[0] if bracketed else named.partition(":")[0]


def _lowered(host: str) -> str:
    """Return a host in lower case, label by label: a capital sigma's goes by the letters beside."""
    return ".".join(label.lower() for label in host.split("."))


def _ascii(name: str) -> str:
    """Return a name as IDNA 2008 spells it, by which the HTTP library calls it."""
    return name if name.isascii() else ".".join(map(_label, _DOTS.split(name)))


def _label(text: str) -> str:
    if text.isascii():
        return text
    try:
        return "xn--" + text.encode("punycode").decode("ascii")
    except UnicodeError:  # half of a character: a host that nobody can look up
        return text
