# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Fields of a message that no schema knows: each is a warning, and none is a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..common.printable import MAX_NAME_LENGTH, printable
from .schema_parts import Part

MAX_WARNINGS = 20


def unknown_fields(message: Any, whole: Part) -> list[str]:
    """Return the paths of fields that no schema knows, up to the reported number.

    Each field is looked at once, and only what none knows is put into words, so that a message
    takes as long as it is large.
    """
    found: dict[str, None] = {}
    for path in _unknown(message, whole, ""):
        found[path] = None
        if len(found) == MAX_WARNINGS:
            break
    return sorted(found)


def _unknown(value: Any, part: Part, path: str) -> Iterator[str]:
    if isinstance(value, list):
        item = part.item()
        for inner in value:
            yield from _unknown(inner, item, path + "[]")
    elif isinstance(value, dict) and part.lists_fields():
        above = path + "." if path else ""
        for name, inner in value.items():
            field = part.field(name)
            if field.schemas:
                yield from _unknown(inner, field, above + name)
            else:
                yield above + printable(name, MAX_NAME_LENGTH)
