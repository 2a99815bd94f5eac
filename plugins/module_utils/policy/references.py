# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""References of a Pod to Secrets, ConfigMaps and claims, anywhere in its manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .manifest_nodes import ManifestNode, Pod

SECRET = "secret"
CONFIG_MAP = "configMap"
CLAIM = "claim"


class Reference(NamedTuple):
    """The kind and name of a referenced object, and the path of the reference."""

    kind: str
    name: str
    path: str


def references(pod: Pod) -> Iterator[Reference]:
    """Return all that the containers' variables and the pod's volumes refer to."""
    for container in pod.containers:
        for name in ("env", "envFrom"):
            for one in container.parts(name):
                yield from _within(one)
    for volume in pod.volumes:
        yield from _within(volume)


def _within(part: ManifestNode) -> Iterator[Reference]:
    """Return an object's references: those of its fields, and those of the objects in them.

    Volume plugins name Secrets in fields of their own, in C(volumeAttributes) too, so it is
    the fields' names that count, not where they are.
    """
    for field, value in part.fields.items():
        lowered = field.lower()
        if lowered == "secretname":
            yield Reference(SECRET, part.text(field), part.at(field))
        elif field == "claimName":
            yield Reference(CLAIM, part.text(field), part.at(field))
        elif isinstance(value, dict):
            yield from _named(lowered, part.part(field))
            yield from _within(part.part(field))
        elif isinstance(value, list):
            yield from _in_list(part, field, value)


def _in_list(part: ManifestNode, field: str, values: list[Any]) -> Iterator[Reference]:
    for index, value in enumerate(values):
        if isinstance(value, dict):
            yield from _within(ManifestNode(value, "{0}[{1}]".format(part.at(field), index)))


def _named(field: str, part: ManifestNode) -> Iterator[Reference]:
    """Return what an object under this field, in lower case, names as C(name)."""
    kind = None
    projected = field == "secret" and "name" in part.fields
    if projected or field.endswith(("secretref", "secretkeyref")):
        kind = SECRET
    elif field in ("configmap", "configmapref", "configmapkeyref"):
        kind = CONFIG_MAP
    elif field in ("datasource", "datasourceref") and part.get("kind") == "PersistentVolumeClaim":
        kind = CLAIM
    if kind:
        yield Reference(kind, part.text("name"), part.at("name"))
