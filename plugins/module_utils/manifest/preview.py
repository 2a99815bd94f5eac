# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Preview of messages, as lines for the author of a template or the policy."""

from __future__ import annotations

from typing import Any

from ..cluster import create_result
from ..common.json_text import decode
from ..common.pyyaml import yaml
from ..message import ineffective
from ..message.entry import Entry


def lines(
    entries: list[Entry], rendered: list[dict[str, Any]], dry_run: dict[str, Any]
) -> list[str]:
    """Return each message's verdict, with the manifest of its Job, if any.

    C(dry_run) is what the API server said of the manifests, created for nobody to see.
    """
    said = create_result.results_by_label(rendered, dry_run)
    made = {one["id_label"]: one for one in rendered}
    found = []
    for entry in entries:
        one = made.pop(entry["id_label"], None)
        found.append("{0}: {1}".format(entry["key"], _verdict(entry, one, said)))
        found += ["  warning: {0}".format(words) for words in _warnings(entry)]
        found += _manifest(one) if one and one["manifest"] else []
    return found


def _verdict(entry: Entry, one: Any, said: dict[str, Any]) -> str:
    if not one or not one["manifest"]:
        return _without_manifest(entry, one)
    name = "{namespace}/{name}".format(**one)
    result = said.get(entry["id_label"])
    if result is None:
        return "{0}, which no API server was asked about".format(name)
    outcome, words = create_result.classify(result)
    if outcome == create_result.CREATED:
        return "{0} would be created".format(name)
    if outcome == create_result.TAKEN:
        return "{0} is there already: {1}".format(name, words)
    return "{0} would be refused by the API server: {1}".format(name, words)


def _without_manifest(entry: Entry, one: Any) -> str:
    error = entry["error"] or (one or {}).get("error")
    if error:
        return "99 {errorCode} {message}".format(**error)
    if one is None:
        return "another message has this id, so it makes no Job of its own"
    return "kept until its template is mended: {fault}".format(**one)


def _warnings(entry: Entry) -> list[str]:
    return [
        one if one in ineffective.WORDS else "unknown field {0}".format(one)
        for one in entry["warnings"]
    ]


def _manifest(one: dict[str, Any]) -> list[str]:
    manifest = decode(one["manifest"])
    del manifest["metadata"]["uid"]  # it only keeps an object that is there from being changed
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)
    return ["  " + line for line in text.splitlines()]
