# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The form of an HTTP/1 answer: its lines, and where its body ends."""

from __future__ import annotations

import http.client
import re
from typing import Any

_STATUS = re.compile(rb"HTTP/1\.[0-9] +[1-9][0-9]{2}(?: [^\r\n\0]*)?\r?\n")
_FIELD = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:|[ \t])[^\r\n\0]*\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\0]*)?\r?\n")
_LENGTH = re.compile(r"[0-9]{1,15}")


class InvalidAnswer(http.client.HTTPException):
    """An answer is not HTTP, or not whole; its text has the reason."""


class TimedOut(TimeoutError):
    """An answer had begun, and its end did not come in time."""


def check_status(line: bytes) -> None:
    """Raise InvalidAnswer where a line is not an answer's status line."""
    _check(_STATUS.fullmatch(line))


def check_field(line: bytes, is_first: bool) -> None:
    """Raise InvalidAnswer where a line is none of an answer's head; all but the first may go on."""
    _check(_FIELD.fullmatch(line) and not (is_first and line[:1] in (b" ", b"\t")))


def size_of_chunk(line: bytes) -> int:
    """Return the size in the first line of a chunk; raise InvalidAnswer where there is none."""
    found = _CHUNK.fullmatch(line)
    _check(found)
    return int(found.group(1), 16) if found else 0


def length_of(headers: Any) -> tuple[int | None, bool]:
    """Return the length of a body, if any, and whether it is chunked.

    Raises InvalidAnswer where nobody can tell.
    """
    codings, lengths = _listed(headers, "transfer-encoding"), _listed(headers, "content-length")
    if codings and codings != ["identity"]:
        _check(codings == ["chunked"])
        return None, True
    if not lengths:
        return None, False
    _check(len(set(lengths)) == 1 and _LENGTH.fullmatch(lengths[0]))
    return int(lengths[0]), False


def _listed(headers: Any, name: str) -> list[str]:
    texts = headers.get_all(name, [])
    return [one.strip(" \t\r\n").lower() for text in texts for one in text.split(",")]


def _check(holds: object) -> None:
    if not holds:
        raise InvalidAnswer("what it answered is not HTTP")
