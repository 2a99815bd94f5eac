# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""A template's text, read and checked as the manifest of its message's Job."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..common import sizes
from ..objects import containers, finalizers, keys
from . import strict_yaml

# The API server sets a new object's uid and refuses to change that of an old one:
# with this one, "present" can create a Job but never patch one that is there.
CREATE_ONLY_UID = "00000000-0000-0000-0000-000000000000"

# The annotation by which a template may say which container a person means, as kubectl heeds it.
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"

_SURROGATES = re.compile(r"(\\\\)|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


class InvalidManifest(ValueError):
    """The template's text is not the Job of its message; its text has the reason."""


def parse(text: str) -> dict[str, Any]:
    """Read a template's text as one YAML document with one object.

    C(to_json), with which a template quotes a text, writes a character beyond U+FFFF
    as two escapes. YAML knows one escape for it, so they are joined first.
    """
    try:
        manifest = strict_yaml.load(_SURROGATES.sub(_join, text))
    except strict_yaml.InvalidYaml as exc:
        raise InvalidManifest("the template's result is {0}".format(exc)) from exc
    if not isinstance(manifest, dict):
        raise InvalidManifest("the template's result is not one object")
    return manifest


def check(manifest: dict[str, Any], name: str, namespace: str) -> None:
    """Raise InvalidManifest unless this is the Job of that name and namespace, and fits etcd."""
    kind = "{0} {1}".format(manifest.get("apiVersion"), manifest.get("kind"))
    if kind != "batch/v1 Job":
        raise InvalidManifest("the template's result is {0}, not batch/v1 Job".format(kind))
    metadata = _part(manifest, "metadata")
    template = _part(_part(manifest, "spec"), "template")
    for part in (metadata, _part(template, "metadata")):
        _check_keys(_part(part, "labels"))
        _check_keys(_part(part, "annotations"))
    _check_finalizers(metadata.get("finalizers"))
    found = (metadata.get("namespace"), metadata.get("name"))
    if found != (namespace, name):
        raise InvalidManifest(
            "the template's Job is {0}/{1}, not {2}/{3}".format(*found, namespace, name)
        )
    size = sizes.stored_bytes(manifest)
    if size > sizes.MAX_BYTES:
        words = "the template's Job has {0} bytes, more than the {1} that a cluster has room for"
        raise InvalidManifest(words.format(size, sizes.MAX_BYTES))


def _part(owner: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object within an object, empty where the template gave none."""
    value = owner.get(name, {})
    if not isinstance(value, dict):
        raise InvalidManifest("{0} in the template's result is not an object".format(name))
    return value


def _check_keys(labelled: dict[str, Any]) -> None:
    for key in labelled:
        if key.startswith(keys.PREFIX + "/"):
            raise InvalidManifest("{0} in the template's result is not its own to set".format(key))


def _check_finalizers(given: Any) -> None:
    if given is None or (isinstance(given, list) and all(isinstance(one, str) for one in given)):
        return
    raise InvalidManifest("metadata.finalizers in the template's result is no list of names")


def _main_container(template: dict[str, Any]) -> str:
    """Return the name of the container that does the Job's work, as the template has it.

    Others may come to the pod on its way through the cluster, and before it.
    """
    named = (template["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER)
    spec = template.get("spec")
    listed = spec.get("containers") if isinstance(spec, dict) else None
    given = listed if isinstance(listed, list) else []
    known = [one.get("name") for one in given if isinstance(one, dict)]
    names = [name for name in known if isinstance(name, str)]
    if isinstance(named, str) and named in names:
        return named
    return containers.MAIN if containers.MAIN in names else next(iter(names), containers.MAIN)


def stamp(manifest: dict[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Write onto a Job's manifest whose it is: what finding and reporting it rests on.

    This is not the template's to say: one that forgot it would lose its callbacks.
    """
    metadata = manifest["metadata"]
    template = manifest.setdefault("spec", {}).setdefault("template", {})
    template_metadata = template.setdefault("metadata", {})
    metadata["uid"] = CREATE_ONLY_UID
    for owner in (metadata, template_metadata):
        owner["labels"] = {**(owner.get("labels") or {}), **keys.of_id(entry)}
    annotations = {
        keys.ID_ANNOTATION: entry["id"],
        keys.BODY_ANNOTATION: entry["body_sha256"],
        keys.DELIVERY_ANNOTATION: keys.DELIVERY_BY_UID,
        **keys.of_message(entry),
    }
    metadata["annotations"] = {**(metadata.get("annotations") or {}), **annotations}
    main = _main_container(template)
    if main != containers.MAIN:
        named = {keys.MAIN_ANNOTATION: main}
        template_metadata["annotations"] = {**(template_metadata.get("annotations") or {}), **named}
    if entry.get("traceparent"):
        for owner in (metadata, template_metadata):
            traced = {keys.TRACE_ANNOTATION: entry["traceparent"]}
            owner["annotations"] = {**(owner.get("annotations") or {}), **traced}
    return finalizers.add_finalizer(manifest)


def _join(match: re.Match[str]) -> str:
    if match.group(1):
        return match.group(1)
    high, low = int(match.group(2), 16), int(match.group(3), 16)
    return "\\U{0:08X}".format(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
