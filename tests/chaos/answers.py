"""An endpoint's answers, byte for byte: good ones, and those that lead a careless reader astray.

In most of the bad modes endpoints refuse and accept by turns, and what is wrong with an answer
looks like an acceptance to whoever reads on: so a callback that was refused is taken for accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

WELL, REFUSED = 200, 503
TURNS = (REFUSED, WELL, REFUSED, REFUSED, WELL, WELL, REFUSED)  # what follows is seldom the same
HINT_SECONDS = 0.1  # from informational answers to the real one
GARBAGE = b"\x16\x03\x01 this is no HTTP\r\n\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
INFORMATION = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + HINT + HINT


@dataclass(frozen=True)
class Answer:
    """The bytes an endpoint sends, and their status."""

    status: int | None  # None where it is no whole answer
    text: bytes
    before: bytes = b""  # sent at once, a moment before the text
    afterwards: bytes = b""  # sent a moment after it, where no other request has come meanwhile
    closes: bool = False  # the connection ends with it
    waits: bool = False  # the rest never comes: the connection stays until the other side goes


def response(status: int, body: bytes = b"", length: int | None = None) -> bytes:
    """Return an answer with a body, whose length may be a lie."""
    said = len(body) if length is None else length
    return f"HTTP/1.1 {status} Chaos\r\nContent-Length: {said}\r\n\r\n".encode() + body


def answer(mode: str, number: int) -> Answer:
    """Return the answer to the request of this number, counted in its mode."""
    return MODES[mode](number)


def _ok(_number: int) -> Answer:
    return Answer(WELL, response(WELL))


def _error(_number: int) -> Answer:
    return Answer(500, response(500))


def _garbage(_number: int) -> Answer:
    return Answer(None, GARBAGE, closes=True)


def _hints(number: int) -> Answer:
    """Informational answers first, one or several."""
    status = _by_turns(number)
    return Answer(status, response(status), before=HINT if number % 4 < 2 else INFORMATION)


def _half(number: int) -> Answer:
    """An acceptance that is cut off: in its head, its body, or its chunks."""
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    halves = (b"HTTP/1.1 200 O", response(WELL, b"half", 8), chunked + b"4\r\nhalf\r\n")
    return Answer(None, halves[number % len(halves)], closes=True)


def _length(number: int) -> Answer:
    """A body that is longer than its length, where none may be, or shorter."""
    status = _by_turns(number)
    if number % 3 == 0:
        return Answer(None, response(WELL, b"short", 50), waits=True)
    if number % 3 == 1:
        return Answer(status, response(status, b"longer than said", 6))
    status = 204 if status == WELL else status
    return Answer(status, response(status, b"body"))


def _twice(number: int) -> Answer:
    """An acceptance follows at once, which belongs to no request."""
    status = _by_turns(number)
    return Answer(status, response(status) + response(WELL))


def _late(number: int) -> Answer:
    """An acceptance follows on the connection that waits for its next request."""
    status = _by_turns(number)
    return Answer(status, response(status), afterwards=response(WELL))


def _chunks(number: int) -> Answer:
    """A whole answer, in chunks with an extension and a trailer."""
    status = _by_turns(number)
    head = f"HTTP/1.1 {status} Chaos\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
    return Answer(status, head.encode() + b"4;a=b\r\nbody\r\n0\r\nX-End: here\r\n\r\n")


def _by_turns(number: int) -> int:
    return TURNS[number % len(TURNS)]


MODES: dict[str, Callable[[int], Answer]] = {
    "ok": _ok,
    "slow": _ok,
    "500": _error,
    "garbage": _garbage,
    "hints": _hints,
    "half": _half,
    "length": _length,
    "twice": _twice,
    "late": _late,
    "chunks": _chunks,
}
