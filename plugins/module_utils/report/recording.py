# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The results of attempts: receipts, and records of expired callbacks."""

from __future__ import annotations

from typing import Any, Optional

from ..common.json_text import decode
from ..objects import records
from . import retries, writes
from .receipts import failed_attempts, receipt_patches


def receipts(
    attempts: list[Any],
    now: float = 0.0,
    limits: Optional[dict[str, float]] = None,
    namespace: str = "",
    stored: Optional[dict[str, Any]] = None,
) -> dict[str, list[Any]]:
    """Return what follows from attempts, at C(now) in seconds since 1970.

    C(patches) record receipts on Jobs and records; C(records) store in C(namespace) the callbacks
    that have expired, and C(expired) are those callbacks. C(accepted) are the records of which each
    stored callback was accepted now, and C(failed) the attempts that were not. C(limits) are those
    of C(receipts.receipt_patches), all in seconds. C(stored) is what C(kubernetes.core.k8s)
    returned of the records: what it could not store has not expired yet.
    """
    results = [decode(one) for one in attempts]
    live = [one for one in results if "about" in one]
    over = retries.expired(live, now, limits or {})
    kept = records.expired_callback_records(over, namespace, now)
    unkept = writes.unstored(kept, stored) if stored else []
    return {
        "patches": receipt_patches(live, now, limits or {}, unkept),
        "records": kept,
        "expired": [one for one in over if one["id_label"] not in unkept],
        "accepted": records.emptied([one for one in results if "about" not in one]),
        "failed": failed_attempts(results),
    }
