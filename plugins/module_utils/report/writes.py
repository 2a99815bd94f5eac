# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Jobs and records that cannot be written, and what follows from it.

A callback whose acceptance cannot be recorded would be sent again and again. Where a write has
failed lately, something is written first: nothing is sent for what refuses that.
"""

from __future__ import annotations

from typing import Any

from ..cluster import create_result
from ..common.json_text import decode
from ..objects import keys, state
from .callback import Callback
from .callbacks import annotation_patch, owner_uid, without_detail

Result = dict[str, Any]


def checks(callbacks: list[Callback], namespaces: list[str], now: float) -> list[dict[str, Any]]:
    """Return the patches that try whether Jobs and records in these namespaces can be written.

    Not those of which details are to be written down: that tries it, too.
    """
    writing = {owner_uid(one) for one in without_detail(callbacks)}
    found: dict[str, dict[str, Any]] = {}
    for one in callbacks:
        uid, namespace = owner_uid(one), one["about"]["metadata"]["namespace"]
        if namespace in namespaces and uid not in writing:
            patch = found.setdefault(uid, annotation_patch(one))
            checked = state.format_time(float(now))
            patch["metadata"]["annotations"][keys.CHECKED_ANNOTATION] = checked
    return list(found.values())


def barred(written: list[Result], details: int) -> set[str]:
    """Return the uids of what cannot be written: of its callbacks none is sent.

    C(written) are results of as many patches for C(details), and of C(checks) after them.
    """
    failed = [one for one in written[:details] if one.get("fault")]
    failed += [one for one in written[details:] if not one["ok"]]
    return {one["uid"] for one in failed}


def of_k8s(registered: Result, definitions: list[dict[str, Any]]) -> Result:
    """Return C(kubernetes.core.k8s)'s results in the form of M(sqs_k8s.jobs.patch)."""
    results = create_result.results(registered)
    pairs = zip(definitions, results)  # noqa: B905 - none where none was asked
    return {"patched": [_of_k8s(definition, result) for definition, result in pairs]}


def unstored(records: list[dict[str, Any]], registered: Result) -> list[str]:
    """Return the digests of the ids of records that could not be stored."""
    failed = faults([of_k8s(registered, records)])
    return [str(state.id_label(one["thing"])) for one in failed]


def faults(writes: list[Result]) -> list[Result]:
    """Return the results that are for an operator to set right, of all that was written.

    Each is what M(sqs_k8s.jobs.patch) returned, or has the C(definitions) of objects and as
    C(result) what C(kubernetes.core.k8s) returned of these.
    """
    results = [
        of_k8s(write["result"], write["definitions"]) if "definitions" in write else write
        for write in writes
    ]
    return [one for write in results for one in write.get("patched") or [] if one.get("fault")]


def events(results: list[Result], things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events of failed results, about these objects or those of callbacks.

    A record that could not be made is none of them, and says itself what it is.
    """
    about = {one["metadata"]["uid"]: one for one in map(_subject, map(decode, things))}
    found = [(about.get(one["uid"]) or _subject(one["thing"]), one) for one in results]
    return [_unwritten(subject, one) for subject, one in found]


def _subject(thing: dict[str, Any]) -> dict[str, Any]:
    """Return a Job or record, or what a callback is about, with the labels that find it."""
    if "about" not in thing:
        return {**thing, "id_label": state.id_label(thing), "record": state.rejection(thing)}
    return {**thing["about"], "id_label": thing["id_label"], "record": thing.get("record")}


def _unwritten(subject: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    name = subject["metadata"]["name"]
    return {
        "event": "unwritten",
        "id_label": subject["id_label"],
        "record": subject["record"],
        "kind": subject["kind"],
        "namespace": subject["metadata"]["namespace"],
        "job": name,
        "error": create_result.without_name(str(result["error"]), name),
    }


def _of_k8s(definition: dict[str, Any], result: Result) -> Result:
    words = create_result.classify(result)[1] if result.get("error") else None
    said = {"ok": words is None, "error": words, "fault": words is not None}
    return {**said, "uid": definition["metadata"].get("uid"), "thing": definition}
