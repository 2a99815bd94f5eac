# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The fields of a Job's manifest, which distinguish a template's from a sender's.

A careless template lets a text of a message break out of its line, and the text then adds
fields that no rule of the policy judges. The Jobs of the operator's own messages do not have them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

# The names on the way to a field. A text of each way would be as long as all of its names, and a
# Job has very many fields under a very long one if its sender likes.
Path = tuple[str, ...]

_POD = ("spec", "template", "spec")
_LABELS = (("metadata", "labels"), ("spec", "template", "metadata", "labels"))
# Lists whose items are identified by name; their fields count.
_CONTAINERS = ((*_POD, "containers"), (*_POD, "initContainers"))
_VOLUMES = (*_POD, "volumes")
# In these, a key without a value has an empty one: Kubernetes keeps it.
_TEXTS = ("labels", "annotations", "matchLabels")
# Maps whose keys and values have a rule of their own.
_JUDGED = ((*_POD, "nodeSelector"), (*_POD, "tolerations"))
_JUDGED_VOLUMES = {"name", "persistentVolumeClaim", "configMap", "secret", "emptyDir", "image"}
# Mounts, which are identified by their volume, and what limits the use of it.
_MOUNTS = "volumeMounts"
_LIMITING = ("readOnly", "recursiveReadOnly", "mountPropagation")
_ANY = "*"  # stands for an item without a name


class Field(NamedTuple):
    """A field's path, and the value where that counts: of an item that no rule judges."""

    path: Path
    value: str = ""


def fields(manifest: dict[str, Any], message: dict[str, Any]) -> list[Field]:
    """Return a manifest's fields, without the pod label that its message may choose."""
    fargate = message["job"].get("fargate")
    key = fargate.get("key") if isinstance(fargate, dict) else None
    own = {(*labels, key) for labels in _LABELS}
    return [one for one in _of_object(manifest, ()) if one.path not in own]


def written(path: Path) -> str:
    """Return a field's path as operators list it and senders read it."""
    return ".".join(path)


def _of_object(owner: dict[str, Any], path: Path) -> Iterator[Field]:
    for name, value in owner.items():
        if value is not None or (path and path[-1] in _TEXTS):  # else it counts as not given
            inner = (*path, name)
            yield Field(inner)
            yield from _within(value, inner)


def _within(value: Any, path: Path) -> Iterator[Field]:
    if path in _JUDGED:
        return
    if isinstance(value, dict):
        yield from _of_object(value, path)
    elif isinstance(value, list):
        seen: Counter[str] = Counter()
        for item in value:
            name = _name(item, path)
            seen[name] += 1
            again = name != _ANY and seen[name] > 1  # as a volume may be mounted twice
            yield from _of_item(item, path, "{0} ({1})".format(name, seen[name]) if again else name)


def _of_item(item: Any, path: Path, name: str) -> Iterator[Field]:
    """Return the fields of a list's item; the item as a whole where nothing else judges it."""
    inner = (*path, name)
    judged = any(path[: len(one)] == one for one in _CONTAINERS)
    if path == _VOLUMES and isinstance(item, dict):
        judged = _given(item) <= _JUDGED_VOLUMES
    if not judged:
        yield Field(inner, json.dumps(item, sort_keys=True))
        return
    yield Field(inner, _limits(item) if path[-1] == _MOUNTS else "")
    yield from _within(item, inner)


def _name(item: Any, path: Path) -> str:
    """Return the name of a list's item, where such items are told apart by name."""
    named = path in (*_CONTAINERS, _VOLUMES) or path[-1] == _MOUNTS
    return str((item.get("name") if named and isinstance(item, dict) else None) or _ANY)


def _limits(mount: Any) -> str:
    """Return how a mount limits what its container may do with a volume: less is another mount."""
    if not isinstance(mount, dict):
        return json.dumps(mount)
    return json.dumps([sorted(_given(mount)), *(mount.get(name) for name in _LIMITING)])


def _given(item: dict[str, Any]) -> set[str]:
    return {name for name, value in item.items() if value is not None}
