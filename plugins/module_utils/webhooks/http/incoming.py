# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The bytes that arrive on a connection, for the reader of one answer.

A socket's timeout starts anew with each byte, so an endpoint that sends them one by one could
hold a worker for hours: here all of an answer has one deadline, and one limit.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from typing import Any

from .framing import InvalidAnswer, check_field, check_status, size_of_chunk
from .urllib3_compat import urllib3

LIMIT = 1024 * 1024  # bytes of an answer, with its head and the informational ones before it
LINES = 10_000  # of heads, chunks' lengths and trailers
INFORMATIONAL = 10  # answers before the real one, at most
PART = 65536  # bytes of a body that are read at once

_BROKE_OFF = "it broke off"
_OVER = "the time for an answer is over"
_BLANK = (b"\r\n", b"\n")


class Incoming(io.BufferedReader):
    """Reads the lines of heads, which it checks, and bodies, which it drops."""

    def __init__(self, sock: Any, end: float) -> None:
        """Read until a moment of the monotonic clock."""
        super().__init__(_Socket(sock, end))
        self.answers = 0  # that have begun
        self._lines = 0  # that were read
        self._in_head = False
        self._at_first = False  # of its fields
        self._in_body = False

    def readline(self, limit: int | None = -1, /) -> bytes:
        """Read a line; raise InvalidAnswer where it breaks off, or has no place in a head."""
        line = super().readline(limit)
        is_nothing = not line and not self.answers
        is_long = 0 < (limit or -1) <= len(line)
        if is_nothing or is_long:
            return line  # who asked for it says so
        if not line.endswith(b"\n"):
            raise InvalidAnswer(_BROKE_OFF)
        self._lines += 1
        if self._lines > LINES:
            raise InvalidAnswer("it has more than {0} lines or chunks".format(LINES))
        if not self._in_body:
            self._check(line)
        return line

    def skip(self, length: int | None) -> None:
        """Read a body of so many bytes; of None, all that comes."""
        self._in_body = True
        while length != 0:
            part = self.read1(PART if length is None else min(PART, length))
            if length is not None:
                length -= len(part)
            if not part and length:
                raise InvalidAnswer(_BROKE_OFF)
            if not part:
                return

    def skip_chunks(self) -> None:
        """Read a body in chunks, and the trailers behind it."""
        self._in_body = True
        while size := size_of_chunk(self.readline()):
            self.skip(size)
            if self.readline() not in _BLANK:
                raise InvalidAnswer("what it answered is not HTTP")
        while self.readline() not in _BLANK:
            pass

    def _check(self, line: bytes) -> None:
        if self._in_head and line in _BLANK:
            self._in_head = False
        elif self._in_head:
            check_field(line, self._at_first)
            self._at_first = False
        else:
            check_status(line)
            self._in_head = self._at_first = True
            self.answers += 1
            if self.answers > 1 + INFORMATIONAL:
                raise InvalidAnswer("there was no end of informational answers")


class _Socket(io.RawIOBase):
    """Reads a socket until a moment; to close it leaves the socket open."""

    def __init__(self, sock: Any, end: float) -> None:
        super().__init__()
        self._sock = sock
        self._end = end
        self._left = LIMIT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(_OVER)
        self._sock.settimeout(seconds)
        try:
            count = int(self._sock.recv_into(buffer))
        except OSError as exc:
            if self._is_over:
                raise TimeoutError(_OVER) from exc
            raise
        if not count and self._is_over:  # it was ended here, and not by who answers
            raise TimeoutError(_OVER)
        self._left -= count
        if self._left < 0:
            raise InvalidAnswer("it is longer than {0} bytes".format(LIMIT))
        return count

    @property
    def _is_over(self) -> bool:
        return time.monotonic() >= self._end


def spoke_first(sock: Any) -> bool:
    """Tell whether an endpoint sends data before the request; closing does not count."""
    is_tls = isinstance(sock, ssl.SSLSocket)
    if not (is_tls and sock.pending()) and not urllib3.util.wait_for_read(sock, timeout=0.0):
        return False
    seconds = sock.gettimeout()
    sock.settimeout(0.0)
    try:
        # Data of TLS itself, such as tickets, is no answer.
        return bool(sock.recv(1) if is_tls else sock.recv(1, socket.MSG_PEEK))
    except OSError:
        return False
    finally:
        sock.settimeout(seconds)
