# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Receipts: annotations of Jobs and records that record what came of their callbacks.

What was accepted has an annotation of its own per callback, so that two reporters never undo each
other's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Optional

from ..common.statuses import JOB_STARTED, TERMINAL, status_of
from ..objects import keys, state
from . import retries
from .callback import Result
from .callbacks import annotation_patch

SLACK = 5.0  # seconds after a Job's creation in which its start time is set


def receipt_patches(
    results: list[Result], now: float, limits: dict[str, float], unkept: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the patches that record what came of callbacks; none where nothing did.

    C(limits) holds C(retry_backoff), C(retry_backoff_max), C(retry_max_age),
    C(deduplication_window) and C(start_timeout), all in seconds. What has expired and could not
    be kept, by the digests in C(unkept), has not expired yet.
    """
    now, limits = retries.numbers(now, limits)
    return [
        _receipt(chain, now, limits, chain[0]["id_label"] not in unkept)
        for chain in retries.chains(results)
        if not retries.is_put_off(chain[0])
    ]


def failed_attempts(results: list[Result]) -> list[Result]:
    """Return the callbacks that were not accepted."""
    return [one for one in results if not one["accepted"]]


def undelivered_reason(thing: dict[str, Any]) -> Optional[str]:
    """Describe why a caller has not heard everything; None where it has."""
    if state.callbacks_complete(thing):
        return None
    retry = state.retry(thing)
    words = "the caller has not accepted status {status}: {error}; report.yml tries again"
    is_said = "status" in retry and "error" in retry
    return words.format(**retry) if is_said else "the caller has not heard everything yet"


def _receipt(
    chain: list[Result], now: float, limits: dict[str, float], may_expire: bool
) -> dict[str, Any]:
    patch = annotation_patch(chain[0])
    annotations = patch["metadata"]["annotations"]
    completed = [one["key"] for one in chain if one["accepted"]]
    annotations.update({keys.REPORTED_PREFIX + key: state.format_time(now) for key in completed})
    failed = retries.first_failed(chain)
    retry = None
    if failed:
        is_over = may_expire and retries.has_expired(chain, failed, now, limits)
        retry = retries.retry(chain, failed, now, limits, is_over)
        if is_over:
            annotations[keys.EXPIRED_PREFIX + failed["key"]] = state.format_time(now)
            completed.append(failed["key"])
    annotations[keys.RETRY_ANNOTATION] = json.dumps(retry) if retry else None
    if any(status_of(key) in TERMINAL for key in completed):
        patch["metadata"]["labels"] = {keys.DONE_LABEL: "true"}
    next_look = _next_look(chain, completed, retry, now, limits)
    annotations[keys.NEXT_ANNOTATION] = state.format_time(next_look)
    return patch


def _next_look(
    chain: list[Result],
    completed: list[str],
    retry: Optional[dict[str, Any]],
    now: float,
    limits: dict[str, float],
) -> float:
    if any(status_of(key) in TERMINAL for key in completed):
        return now + limits["deduplication_window"]
    if retry:
        return float(retry["next"])
    if len(completed) < len(chain):
        # The rest comes with the next report, even if this clock is ahead of that one's.
        return state.parse_time(chain[0]["created"])
    if completed[-1:] == [str(JOB_STARTED)]:
        return state.parse_time(chain[0]["created"]) + limits["start_timeout"] + SLACK
    return now + state.DAY
