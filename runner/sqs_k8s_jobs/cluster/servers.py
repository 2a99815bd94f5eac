"""One name for each server, however a sender spells it.

What is counted by server is counted by these names, so another spelling gets no share of its
own. They hold nothing that Ansible evaluates: they become variables of a play.
The webhook module has the same names, in its servers.py.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
MAX_HOST_LENGTH = 253  # characters of a host's name, by DNS
_NUMBER = r"(0x[0-9a-f]*|[0-9]+)"
_NUMBERS = re.compile(rf"{_NUMBER}(\.{_NUMBER}){{0,3}}")
_ADDRESS = re.compile(r"\[[^\]]*\]")  # in brackets, with a zone where it has one
_DOTS = re.compile("[.\u3002\uff0e\uff61]")


def endpoint_of(url: str | None) -> str:
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
    shown = f"[{host}]" if ":" in host else host
    suffix = "" if port in (None, PORTS.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme}://{shown}{suffix}" if parts.scheme else ""


def host_of(host: str) -> str:
    """Return a host in the form of lookups: ASCII, in lower case; an address in one form.

    Hosts that are not found alike have names of their own, however alike they look: with a last
    dot no search list is gone through, and an address is not reached where one within it is.
    """
    name = _ascii(_lowered(host[:MAX_HOST_LENGTH]))
    address = _address_of(name)
    return str(address) if address else quote(name, safe="", errors="replace")


def _address_of(host: str) -> IPv4Address | IPv6Address | None:
    try:
        if _NUMBERS.fullmatch(host):
            return IPv4Address(socket.inet_aton(host))
        return ip_address(host) if ":" in host and "%" not in host else None
    except (OSError, ValueError):
        return None


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
