"""Oracle of HTTP answers, independent of the collection: a parser of all bytes at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

INFORMATIONAL = 10
_HEAD = re.compile(
    rb"HTTP/1\.([0-9]) +([1-9][0-9]{2})(?: [^\r\n\0]*)?\r?\n"
    rb"((?![ \t])(?:(?:[!#-'*+.^_`|~0-9A-Za-z-]+:|[ \t])[^\r\n\0]*\r?\n)*)\r?\n"
)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\0]*)?\r?\n")
_TRAILERS = re.compile(rb"(?:[^\n]+\n)*?\r?\n")


@dataclass(frozen=True)
class Said:
    """A whole answer: its status, and whether it tells itself where it ends."""

    status: int
    tells_its_end: bool


def said(data: bytes) -> Said | None:
    """Return what is said first and is not informational, if all of it is there."""
    at = 0
    for _ in range(1 + INFORMATIONAL):
        head = _HEAD.match(data, at)
        if not head:
            return None
        at, status = head.end(), int(head.group(2))
        if not 100 <= status < 200 or status == 101:
            end, told = _end(data, at, status, _fields(head.group(3)))
            return None if end is None else Said(status, told)
    return None


def _fields(text: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"content-length": [], "transfer-encoding": []}
    for line in _FOLD.sub(b" ", b"\n" + text).split(b"\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if colon and name.lower() in found:
            found[name.lower()] += [one.strip(" \t\r").lower() for one in value.split(",")]
    return found


def _end(
    data: bytes, at: int, status: int, fields: dict[str, list[str]]
) -> tuple[int | None, bool]:
    """Return where a body that begins here ends, and whether the answer tells so."""
    codings, lengths = fields["transfer-encoding"], fields["content-length"]
    chunked = codings not in ([], ["identity"])
    if chunked and codings != ["chunked"]:
        return None, False
    odd = len(set(lengths)) > 1 or any(not re.fullmatch("[0-9]{1,15}", one) for one in lengths)
    if odd and not chunked:
        return None, False
    length = int(lengths[0]) if lengths and not chunked else None
    if status in (101, 204, 304):
        return at, True
    if chunked:
        return _after_chunks(data, at), True
    if length is None:
        return len(data), False
    return (at + length if at + length <= len(data) else None), True


def _after_chunks(data: bytes, at: int) -> int | None:
    while chunk := _CHUNK.match(data, at):
        size = int(chunk.group(1), 16)
        at = chunk.end()
        if size == 0:
            trailers = _TRAILERS.match(data, at)
            return trailers.end() if trailers else None
        line = re.compile(rb"\r?\n").match(data, at + size)
        if at + size > len(data) or not line:
            return None
        at = line.end()
    return None
