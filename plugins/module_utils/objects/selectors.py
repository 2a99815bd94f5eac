# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Label selectors by which the Jobs and records of ids are found."""

from __future__ import annotations

from typing import Any, Optional

from ..message import sources
from ..message.naming import body_label, id_label
from . import keys, state


def selectors(wanted: list[Any]) -> dict[str, list[str]]:
    """Return the label selectors that find the objects of ids.

    C(wanted) are messages' entries, or digests as a label holds them. C(jobs) finds the Jobs, and
    the Pods, of these ids, C(records) the records of their rejected messages, C(rejections) the
    records with these digests of their own; with nothing wanted, those of every id. Entries'
    records are those of their bodies, and those that version 0.1.0 made: a sender may have had
    very many other bodies of an id rejected.
    """
    digests = [one for each in wanted for one in _digests(each)]
    jobs = _selector(keys.ID_LABEL, digests)
    return {
        "jobs": [jobs],
        "records": [jobs, _of_bodies(wanted)],
        "rejections": [_selector(keys.REJECTION_LABEL, digests)],
    }


def id_selectors(ids: list[str], queue: str = "", sender: str = "") -> list[str]:
    """Return label selectors of these ids' objects, in groups; of every id's without ids.

    A person knows an id, and not whether it has a scope: of whatever queue or sender it is found,
    unless one of them is named.
    """
    if not ids:
        return [keys.ID_LABEL]
    scopes = {sources.scope(kind, queue, sender) for kind in sources.SCOPES} - {""}
    if scopes:
        return [_selector(keys.ID_LABEL, [id_label(one, scope) for one in ids for scope in scopes])]
    digests = ",".join(sorted(set(map(id_label, ids))))
    names = (keys.ID_LABEL, keys.UNSCOPED_LABEL)
    return ["{0} in ({1})".format(name, digests) for name in names]


def id_digests(things: list[Any]) -> list[str]:
    """Return the digests of ids, and those by which objects are reported: of a record its own."""
    return sorted({label for label in map(_digest, things) if label})


def _digest(thing: Any) -> Optional[str]:
    if isinstance(thing, str):
        return id_label(thing)
    return state.rejection(thing) or state.id_label(thing)


def _digests(one: Any) -> list[str]:
    """Return the digests of an entry's id, in its scope and in the others; a digest is its own."""
    return [one] if isinstance(one, str) else [one["id_label"], *(one.get("former_labels") or [])]


def _of_bodies(wanted: list[Any]) -> str:
    bodies = {body_label(one["body_sha256"]) for one in wanted if not isinstance(one, str)}
    if not bodies:
        return keys.RECORD_LABEL
    return "{0} in ({1})".format(
        keys.RECORD_LABEL, ",".join([keys.REJECTED_RECORD, *sorted(bodies)])
    )


def _selector(label: str, digests: list[str]) -> str:
    """Return the selector of objects with one of these digests; without digests, with the label."""
    return "{0} in ({1})".format(label, ",".join(sorted(set(digests)))) if digests else label
