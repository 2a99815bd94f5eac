# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The size of an object in etcd, which stores none of more than 1.5 MiB."""

from __future__ import annotations

import json
from typing import Any

# An eighth of a MiB less than etcd keeps: status and annotations of ours come to the object later,
# and what a cluster adds to its Pods. A message of 1 MiB fits, with names of its own.
MAX_BYTES = 1_441_792


def stored_bytes(thing: dict[str, Any]) -> int:
    """Return about how many bytes of etcd an object takes, no less than it does.

    The API server notes beside it which fields were set by whom (C(managedFields)).
    """
    return len(json.dumps(thing, ensure_ascii=False).encode("utf-8", "replace")) + _noted(thing)


def largest_field(thing: dict[str, Any]) -> str:
    """Return the path of the field with more than half of an object's bytes, if any."""
    path, value, size = "", thing, _length(thing)
    while isinstance(value, (dict, list)) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        key, largest = max(items, key=lambda item: _length(item[1]))
        if 2 * _length(largest) < size:
            break
        path += "[{0}]".format(key) if isinstance(value, list) else ".{0}".format(key)
        value = largest
    return path.lstrip(".")


def _length(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _noted(value: Any) -> int:
    """Return the bytes of what is noted of a value: a field's name, an item's in quotes twice."""
    if isinstance(value, dict):
        return sum(len(json.dumps(key)) + 6 + _noted(inner) for key, inner in value.items())
    if isinstance(value, list):
        return sum(_noted_item(one) for one in value if isinstance(one, dict))
    return 0


def _noted_item(item: dict[str, Any]) -> int:
    return len(json.dumps(json.dumps(item.get("name")))) + 24 + _noted(item)
