"""A resolver that answers from a table, and a guard that lets nothing out of this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


class Resolver:
    """Resolves what its table has, each name to its addresses, and nothing else."""

    def __init__(self, **addresses: list[str]) -> None:
        self.table = {name.replace("_", "."): found for name, found in addresses.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int | None, **_kind: Any) -> list[Any]:
        self.asked.append(host)
        if host not in self.table:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [answer for one in self.table[host] for answer in _literal(one, port)]


@contextmanager
def watched() -> Iterator[list[Any]]:
    """Give the addresses that are connected to meanwhile; those beyond loopback are not reached."""
    tried: list[Any] = []
    connect = socket.socket.connect

    def guarded(sock: socket.socket, address: Any) -> None:
        tried.append(address[0])
        if address[0] not in ("127.0.0.1", "127.0.0.2", "::1"):
            raise ConnectionRefusedError(111, "Connection refused")
        connect(sock, address)

    with patch.object(socket.socket, "connect", guarded):
        yield tried


def _literal(address: str, port: int | None) -> list[Any]:
    return socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
