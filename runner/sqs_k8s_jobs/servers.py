"""One name for each server, however a sender spells it.

What is counted by server is counted by these names, so another spelling gets no share of its
own. They hold nothing that Ansible evaluates: they become variables of a play.
The webhook module has the same names, in its servers.py.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, unquote, urlsplit

PORTS = {"http": 80, "https": 443}
MOST = 253  # characters of a host's name, by DNS
NAT64 = IPv6Network("64:ff9b::/96")
_NUMBER = r"(0x[0-9a-f]*|[0-9]+)"
_NUMBERS = re.compile(rf"{_NUMBER}(\.{_NUMBER}){{0,3}}")
_ADDRESS = re.compile(r"\[[^\]]*\]")  # in brackets, with a zone where it has one


def endpoint_of(url: str | None) -> str:
    """Return the part of a URL that says which server answers: scheme, host and port.

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
    host = host_of(server.hostname or "")
    shown = f"[{host}]" if ":" in host else host
    suffix = "" if port in (None, PORTS.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme}://{shown}{suffix}" if parts.scheme else ""


def host_of(host: str) -> str:
    """Return a host in one spelling: ASCII, lower case, without a last dot; an address as such."""
    name = _ascii(unquote(host)[:MOST].lower()).rstrip(".").lower()
    address = address_of(name)
    return str(address) if address else quote(name, safe="", errors="replace")


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is, in whatever form; None for a name."""
    try:
        if _NUMBERS.fullmatch(host):
            return IPv4Address(socket.inet_aton(host))
        found = ip_address(host.partition("%")[0]) if ":" in host else None
    except (OSError, ValueError):
        return None
    return (_carried(found) or found) if found else None


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to, if it does."""
    if isinstance(address, IPv4Address):
        return None
    in_nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
    return address.ipv4_mapped or in_nat64


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:  # a host that nobody can look up
        return unicodedata.normalize("NFKC", name)
