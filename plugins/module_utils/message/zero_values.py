# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Zero values: what is empty counts as not given, as a sender's language may have no other way.

That is so of fields that a schema names. Of others null alone counts as not given: nobody here
knows what an empty text means in them.
"""

from __future__ import annotations

from typing import Any

from .schema_parts import Part


def without(message: dict[str, Any], whole: Part) -> dict[str, Any]:
    """Return a message without what is empty, as its schemas describe the whole of it.

    An empty item of a list is taken out where the list's items are blocks, as variables are.
    An empty text is a value where a schema says C(minLength) 0 of it, as of a variable's value,
    and 0 is one where the field is required, or its least value is not above 0.
    """
    found: dict[str, Any] = _given(message, whole)
    return found


def is_empty(value: Any) -> bool:
    """Tell whether a value is empty: a block is where all of its values are."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    return value is None or value in ("", [])


def _given(value: Any, part: Part) -> Any:
    if isinstance(value, list):
        item = part.item()
        items = [_given(inner, item) for inner in value]
        return [one for one in items if not is_empty(one)] if _is_block(item) else items
    if not isinstance(value, dict):
        return value
    found = {}
    for name, inner in value.items():
        field = part.field(name)
        kept = _given(inner, field)
        if kept is not None and not _is_zero(kept, field, part.requires(name)):
            found[name] = kept
    return found


def _is_block(part: Part) -> bool:
    return any("properties" in schema for schema in part.schemas)


def _is_zero(value: Any, field: Part, required: bool) -> bool:
    if value == "":
        takes_it = any(schema.get("minLength") == 0 for schema in field.schemas)
        return bool(field.schemas) and not takes_it
    if isinstance(value, int) and value == 0 and value is not False:
        return not required and any(schema.get("minimum", 0) > 0 for schema in field.schemas)
    return bool(field.schemas) and is_empty(value)
