# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Label selectors by which the Jobs and records of ids are found."""

from __future__ import annotations

from typing import Any, Optional

from ..message import sources
from ..message.naming import body_label, id_label
from . import keys, state


def id_selector(entries: list[dict[str, Any]]) -> list[str]:
    """Return the label selector that finds the Jobs and records of these messages' ids."""
    former = [label for entry in entries for label in entry.get("former_labels") or []]
    return digest_selector([*(entry["id_label"] for entry in entries), *former])


def by_hand_selectors(ids: list[str], queue: str = "", sender: str = "") -> list[str]:
    """Return label selectors that find these ids' objects, one after another; no id: every one.

    A person knows an id, and not whether it has a scope: of whatever queue or sender it is found,
    unless one of them is named.
    """
    if not ids:
        return [keys.ID_LABEL]
    scopes = {sources.scope(kind, queue, sender) for kind in sources.SCOPES} - {""}
    if scopes:
        return digest_selector([id_label(one, scope) for one in ids for scope in scopes])
    digests = ",".join(sorted(set(map(id_label, ids))))
    names = (keys.ID_LABEL, keys.UNSCOPED_LABEL)
    return ["{0} in ({1})".format(name, digests) for name in names]


def digest_selector(digests: list[str]) -> list[str]:
    """Return the label selector that finds these ids' objects; none: those of every id."""
    if not digests:
        return [keys.ID_LABEL]
    return ["{0} in ({1})".format(keys.ID_LABEL, ",".join(sorted(set(digests))))]


def rejection_selector(digests: list[str]) -> list[str]:
    """Return the label selector that finds the records with these digests of their own."""
    return ["{0} in ({1})".format(keys.REJECTION_LABEL, ",".join(sorted(set(digests))))]


def record_selector(
    selector: list[str], entries: Optional[list[dict[str, Any]]] = None
) -> list[str]:
    """Return the label selector that finds the records of refused messages among them.

    Where there are C(entries), it finds those of their bodies, and those that version 0.1.0 made: a
    sender may have had very many other bodies of an id refused.
    """
    if entries is None:
        return [*selector, keys.RECORD_LABEL]
    bodies = {body_label(entry["body_sha256"]) for entry in entries}
    values = ",".join([keys.REJECTED_RECORD, *sorted(bodies)])
    return [*selector, "{0} in ({1})".format(keys.RECORD_LABEL, values)]


def digests(things: list[dict[str, Any]]) -> list[str]:
    """Return the digests by which these are reported: of a record its own, else the id's."""
    labels = (state.rejection(thing) or state.id_label(thing) for thing in things)
    return sorted({label for label in labels if label})
