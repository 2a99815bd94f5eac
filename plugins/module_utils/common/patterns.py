# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Matching of every list of the policy: shell patterns, and C(!) before one that forbids."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any

MAX_LISTED = 5  # patterns of a list, in an error for the sender


class Patterns:
    """A list of patterns: an allowing pattern must match a text, and no forbidding pattern may."""

    def __init__(self, listed: list[str]) -> None:
        self.listed = tuple(listed)
        self._wanted = _matcher([one for one in listed if not one.startswith("!")])
        self._refused = _matcher([one[1:] for one in listed if one.startswith("!")])

    def allow(self, *forms: str) -> bool:
        """Tell whether a text is allowed that may be written in any of these forms."""
        return any(map(self._wanted, forms)) and not any(map(self._refused, forms))

    def __str__(self) -> str:
        more = ", …" if len(self.listed) > MAX_LISTED else ""
        return (", ".join(self.listed[:MAX_LISTED]) or "none") + more


def _matcher(patterns: list[str]) -> Callable[[str], Any]:
    nothing = "(?!)"
    return re.compile("|".join(map(translate, patterns)) or nothing).match


ANY = Patterns(["*"])
