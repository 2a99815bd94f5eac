# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Untrusted JSON: ambiguous text is rejected."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, NoReturn

from .printable import MAX_NAME_LENGTH, Place, path_of, printable

MAX_BYTES = 1024 * 1024  # SQS's own limit
MAX_DEPTH = 32
MAX_NAMES = 1000  # of one object
MAX_LENGTH_OF_NAME = 512  # characters
MAX_VALUES = 20_000  # of all objects and arrays together: what reads them takes a while for each
WIDEST_INT = 2**63  # no field's value is beyond it, and "1e308" is 309 digits long as an int

_TOO_DEEP = "nested deeper than the limit of {0}".format(MAX_DEPTH)
# All that decides how deep a text of JSON goes: brackets, quotes and what an escape takes with it.
_MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class InvalidJson(ValueError):
    """The text is not unambiguous JSON; its text has the fault and its place."""


def loads(text: str) -> Any:
    """Parse JSON text without duplicate keys, NaN, control characters or lone surrogates.

    Raises InvalidJson with a message for the sender.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidJson("larger than the limit of {0} bytes".format(MAX_BYTES))
    if is_too_deep(text):
        raise InvalidJson(_TOO_DEEP)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_float
        )
    except InvalidJson:
        raise
    except ValueError as exc:
        raise InvalidJson("not JSON: {0}".format(exc)) from None
    _check_number_of_values(value)
    _check(value, None, 0)
    return value


def is_too_deep(text: str) -> bool:
    """Tell whether an object or array lies deeper than the limit, in a text that may be no JSON.

    Each Python's json gives up at a depth of its own, so this is asked before it reads.
    """
    return any(depth > MAX_DEPTH + 1 for ignored, depth in brackets(text))


def brackets(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each bracket outside of quotes, with the depth that it leads to."""
    depth, quoted = 0, False
    for found in _MARKS.finditer(text):
        mark = found.group()
        if mark == '"':
            quoted = not quoted
        elif not quoted and mark[0] != "\\":
            depth += 1 if mark in "[{" else -1
            yield found, depth


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        counts = Counter(key for key, ignored in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise InvalidJson('the key "{0}" is there twice'.format(printable(twice, MAX_NAME_LENGTH)))
    return value


def _no_constant(name: str) -> NoReturn:
    raise InvalidJson("not JSON: {0} is not a number".format(name))


def _float(text: str) -> float | int:
    """Read a number; a whole number of 64 bits, however it is written, is an int."""
    value = float(text)
    if not isfinite(value):
        raise InvalidJson("the number {0} is too large".format(text[:20]))
    return int(value) if value.is_integer() and abs(value) < WIDEST_INT else value


def _check(value: Any, place: Place, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidJson(_TOO_DEEP)
    if isinstance(value, str):
        _check_text(value, lambda: path_of(place) or "the text")
    elif isinstance(value, dict):
        _check_names(value, place)
        for key, inner in value.items():
            _check(inner, (place, key), depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check(inner, (place, index), depth + 1)


def _check_number_of_values(value: Any) -> None:
    """Count the values before anything reads each of them."""
    count, inner = 0, [value]
    while inner:
        one = inner.pop()
        if isinstance(one, (dict, list)):
            count += len(one)
            if count > MAX_VALUES:
                raise InvalidJson("more than the limit of {0} values".format(MAX_VALUES))
            inner += one.values() if isinstance(one, dict) else one


def _check_names(value: dict[str, Any], place: Place) -> None:
    if len(value) > MAX_NAMES:
        where = path_of(place) or "the message"
        raise InvalidJson("{0} has more than the limit of {1} keys".format(where, MAX_NAMES))
    for key in value:
        _check_text(key, lambda: "a key in {0}".format(path_of(place) or "the message"))
        if len(key) > MAX_LENGTH_OF_NAME:
            raise InvalidJson(
                "a key in {0} is longer than the limit of {1} characters".format(
                    path_of(place) or "the message", MAX_LENGTH_OF_NAME
                )
            )


def _check_text(text: str, where: Callable[[], str]) -> None:
    found = FORBIDDEN.search(text)
    if found:
        code = "U+{0:04X}".format(ord(found.group()))
        raise InvalidJson("{0}: the character {1} is not allowed".format(where(), code))
