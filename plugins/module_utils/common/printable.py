# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Words about text that we do not know: short, and such that a terminal takes them as text."""

from __future__ import annotations

import re
from typing import Any, Optional

MAX_ERROR_LENGTH = 500  # characters of an error for the sender
MAX_NAME_LENGTH = 60  # characters of a name that the sender chose, in an error

# Letters, marks and symbols that nobody sees: joiners, fillers, blanks and selectors.
# Controls, and what turns the direction of a text, are not printable anyway.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U00016fe4\U0001bc9d\U0001d159\U0001da7f\U0001da80\U000e0100-\U000e01ef]"
)

# Where a value is within others: its owner's place and its own key or index. It is made for
# every value, so it is put into words only where there is something to say of one.
Place = Optional[tuple[Any, Any]]


def printable(text: str, limit: int = MAX_ERROR_LENGTH) -> str:
    """Return a text with escapes for what is not printable, cut to so many characters."""
    some = shown(text[: limit + 1])
    return some if len(some) <= limit else some[: limit - 1] + "…"


def shown(text: str) -> str:
    """Return a text with escapes for what a person would not see, or see in another order."""
    return "".join(one if _is_seen(one) else _escaped(one) for one in text)


def path_of(place: Place) -> str:
    """Return a path as C(job.env[0].name); empty for the root."""
    parts = []
    while place:
        place, key = place
        name = printable(key, MAX_NAME_LENGTH) if isinstance(key, str) else key
        parts.append("[{0}]".format(name) if isinstance(name, int) else ".{0}".format(name))
    return "".join(reversed(parts)).removeprefix(".")


def _is_seen(one: str) -> bool:
    return one.isascii() or not INVISIBLE.match(one) if one.isprintable() else False


def _escaped(one: str) -> str:
    code = ord(one)
    return "\\u{0:04x}".format(code) if code <= 0xFFFF else "\\U{0:08x}".format(code)
