"""A resolver that answers what it is told, and sockets that connect to nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from unittest.mock import patch

MOST_ADDRESSES = 8
MOST_OF_A_NAME = 253


class Resolver:
    """Gives every name the same addresses; what the system takes for an address is that one."""

    def __init__(self, answers: list[Any]) -> None:
        self._answers = [text for text in map(_address, answers[:MOST_ADDRESSES]) if text]
        self.answered: list[str] = []

    def __call__(self, host: str, port: int | None, **_kind: Any) -> list[Any]:
        found = _numeric(host, port)
        if not found and len(host.encode("idna")) <= MOST_OF_A_NAME:
            found = [one for text in self._answers for one in _numeric(text, port)]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        self.answered += [one[4][0] for one in found]
        return found


@contextmanager
def nothing_connects() -> Iterator[list[str]]:
    """Give the addresses that would have been connected to meanwhile."""
    tried: list[str] = []

    def refuse(_sock: socket.socket, address: Any) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    with patch.object(socket.socket, "connect", refuse):
        yield tried


def _address(said: Any) -> str | None:
    """Return an address from its text, or from its number."""
    try:
        if isinstance(said, int):
            return str(IPv4Address(said) if said < 2**32 else IPv6Address(said))
        return str(ip_address(said.strip("[]")))
    except (ValueError, AttributeError):
        return None


def _numeric(host: str, port: int | None) -> list[Any]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return []
