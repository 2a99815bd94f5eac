# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""URLs that can be called: intake refuses the others, and the delivery calls none of them.

What the HTTP library or the system's resolver would find wrong with a URL at each call is found
here, before a Job runs whose caller could never hear of it.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Optional
from urllib.parse import unquote

from ..http import urllib3_compat
from . import host_names

# Faults of a URL. Nothing is quoted, as it may be a password.
SCHEME = "its scheme is neither http nor https"
SPACE = "it has white space in it"
ACCOUNT = "it has a user or a password in it: send a URL without user and password"
NO_HOST = "it has no host"
PORT = "its port is no number from 1 to 65535"
BRACKETS = "its host is no IPv6 address in brackets"
ZONE = "its host is an address with a zone, which says something on one machine alone: leave it out"
HOST = (
    "its host is no name that can be looked up: parts of 1 to 63 letters, digits, '-' and '_'"
    " with '.' between them"
)
NOT_ASCII = HOST + "; write it in ASCII, as xn--…"

_URL = re.compile(r"(?P<scheme>https?)://(?P<server>[^/?#]*)", re.IGNORECASE | re.ASCII)
_SERVER = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>[^\[\]]*))?")
LONGEST_HOST = 253  # characters; to spell a longer one in ASCII takes long
_PORT = re.compile(r"[0-9]{1,5}")


def fault(url: str) -> Optional[str]:
    """Describe why a URL cannot be called; None where it can."""
    found = _URL.match(url)
    if re.search(r"\s", url):
        return SPACE
    if not found:
        return SCHEME
    server = found["server"]
    if "@" in server or "@" in unquote(server):
        return ACCOUNT
    parts = _SERVER.fullmatch(server)
    if not parts:
        return BRACKETS
    return _host_fault(parts["host"]) or _port_fault(parts["port"])


def _host_fault(host: str) -> Optional[str]:
    if not host:
        return NO_HOST
    if host.startswith("["):
        if "%" in host:
            return ZONE
        return None if _is_address(host[1:-1]) else BRACKETS
    if not host.isascii():
        return _beyond_ascii_fault(host)
    return None if host_names.is_name(host) else HOST


def _port_fault(port: Optional[str]) -> Optional[str]:
    is_one = not port or (_PORT.fullmatch(port) and 1 <= int(port) <= 65535)
    return None if is_one else PORT


def _is_address(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _beyond_ascii_fault(host: str) -> Optional[str]:
    """Judge a host by its spelling in ASCII, as the library that calls it would spell it."""
    if urllib3_compat.MISSING or "%" in host or "\\" in host or len(host) > LONGEST_HOST:
        return NOT_ASCII
    try:
        spelt = urllib3_compat.urllib3.util.parse_url("http://" + host).host or ""
    except ValueError:
        return NOT_ASCII
    return _host_fault(spelt) if spelt.isascii() else NOT_ASCII
