# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Deliveries: what is written before callbacks are sent, and which of them are sent then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Optional

from ..common.json_text import decode
from . import receipts, writes


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
        "patches": receipts.details(callbacks) + checks,
        "callbacks": [json.dumps(one) for one in receipts.sendable(callbacks, written)],
    }
