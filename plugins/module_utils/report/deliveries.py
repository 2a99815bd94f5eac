# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Deliveries: what is written before callbacks are sent, and which of them are sent then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Optional

from ..common.json_text import decode
from ..objects import keys
from . import writes
from .callback import Callback
from .callbacks import annotation_patch, owner_uid, without_detail


def deliveries(
    due: list[Any],
    unwritable: Sequence[str],
    now: float,
    written: Optional[dict[str, Any]] = None,
) -> dict[str, list[Any]]:
    """Return C(patches) to apply first, and C(callbacks) to send after them, as texts of JSON.

    C(due) are callbacks, or texts of them. C(unwritable) are namespaces where a write has failed
    lately. C(written) is what M(sqs_k8s.jobs.patch) returned of the patches; before it is there,
    the callbacks are those that wait for no patch. C(now) is in seconds since 1970.
    """
    callbacks = [decode(one) for one in due]
    checks = writes.checks(callbacks, list(unwritable), now)
    return {
        "patches": detail_patches(callbacks) + checks,
        "callbacks": [json.dumps(one) for one in sendable(callbacks, written)],
    }


def detail_patches(callbacks: list[Callback]) -> list[dict[str, Any]]:
    """Return the patches that write details down before they are sent.

    A repeat has to be the same to the byte, and the pods it speaks of may be gone by then; why
    they wait or failed goes with it. Each patch of a detail holds for the object as it was read
    only: of two reporters one is first.
    """
    patches: dict[str, dict[str, Any]] = {}
    for one in callbacks:
        if one.get("reasons"):
            metadata = patches.setdefault(owner_uid(one), annotation_patch(one))["metadata"]
            metadata["annotations"][keys.REASONS_ANNOTATION] = one["reasons"]
    for one in without_detail(callbacks):
        metadata = patches.setdefault(owner_uid(one), annotation_patch(one))["metadata"]
        metadata["resourceVersion"] = one["resource_version"]
        detail = json.dumps(json.loads(one["body"])["detail"])
        metadata["annotations"][keys.DETAIL_PREFIX + one["key"]] = detail
    return list(patches.values())


def sendable(callbacks: list[Callback], written: Optional[dict[str, Any]]) -> list[Callback]:
    """Return the callbacks to send now, given what came of details and checks before them.

    Where details could not be written, the Job has changed meanwhile, and will be looked at
    again. Where nothing can be written, nothing is sent: it would be sent for ever.
    """
    nothing: dict[str, Any] = {}
    results = (written or nothing).get("patched") or []
    patches = detail_patches(callbacks)
    barred = writes.barred(results, len(patches))
    failed = {
        patch["metadata"]["uid"]
        for patch, result in zip_longest(patches, results[: len(patches)], fillvalue=nothing)
        if not result.get("ok")
    }
    unsent = {
        (owner_uid(one), one["key"])
        for one in without_detail(callbacks)
        if owner_uid(one) in failed
    }
    found, stopped = [], barred
    for one in callbacks:
        uid = owner_uid(one)
        if (uid, one["key"]) in unsent:
            stopped.add(uid)  # and with it the later ones, as they keep their order
        if uid not in stopped and not one.get("later"):
            found.append(one)
    return found
