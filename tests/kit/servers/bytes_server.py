"""A server on a loopback port that says bytes, whatever HTTP says of them, and knows to whom."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

RESET: Final = "reset"  # end the connection as if the machine had gone
CLOSE: Final = "close"  # end it in order
BODY: Final = "body"  # read the request's body only now
Part = bytes | float | str  # what to say, seconds to wait, or one of these words

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_ID = re.compile(rb"webhook-id: *([^\r]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """A request: where it went, the delivery that it was, and on which connection it came."""

    path: str
    delivery: str
    connection: int
    head: bytes


class BytesServer:
    """Says to each request what its script says; with a context it all goes over TLS."""

    def __init__(
        self,
        script: Callable[[Heard], Sequence[Part]],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.heard: list[Heard] = []
        self.ended = threading.Event()
        self._script = script
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> BytesServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def connections_of(self, path: str) -> set[int]:
        """The connections on which requests came for a path."""
        return {one.connection for one in self.heard if one.path == path}

    def _accept(self) -> None:
        number = 0
        with contextlib.suppress(OSError):
            while True:
                sock, _address = self._listener.accept()
                number += 1
                threading.Thread(target=self._talk, args=(sock, number), daemon=True).start()

    def _talk(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, EOFError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context:
                sock = self._context.wrap_socket(sock, server_side=True)
            with sock.makefile("rb") as incoming:
                while self._answer(sock, incoming, number):
                    pass
        sock.close()

    def _answer(self, sock: socket.socket, incoming, number: int) -> bool:
        """Answer one request; tell whether the connection stays open."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = incoming.readline()
            if not line:
                raise EOFError
            head += line
        path = head.split(b" ")[1].decode()
        found = _ID.search(head)
        heard = Heard(path, found.group(1).decode() if found else "", number, head)
        parts = list(self._script(heard))
        early = parts.index(BODY) if BODY in parts else 0
        if not all(self._say(sock, part) for part in parts[:early]):
            return False
        length = _LENGTH.search(head)
        incoming.read(int(length.group(1)) if length else 0)
        self.heard.append(heard)
        return all(self._say(sock, part) for part in parts[early:])

    def _say(self, sock: socket.socket, part: Part) -> bool:
        if isinstance(part, bytes):
            sock.sendall(part)
        elif isinstance(part, float):
            time.sleep(part)
        elif part == RESET:
            linger = struct.pack("ii", 1, 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return part not in (RESET, CLOSE)
