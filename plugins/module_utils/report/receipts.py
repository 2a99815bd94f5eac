# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Annotations of Jobs and records before and after callbacks are sent.

Each function returns patches, of which each is one object. What was accepted has an
annotation of its own per callback, so that two reporters never undo each other's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Optional

from ..common.statuses import JOB_STARTED, TERMINAL, status_of
from ..objects import keys, state
from . import writes
from .backoff import backoff_seconds
from .callbacks import unwritten

SLACK = 5.0  # seconds after a Job's creation in which its start time is set
GONE = 410  # HTTP status of an endpoint that is gone for good
GONE_TRIES = 3  # after which this is believed; a deployment may say it for a moment

Result = dict[str, Any]


def details(callbacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the patches that write details down before they are sent.

    A repeat has to be the same to the byte, and the pods it speaks of may be gone by then; why
    they wait or failed goes with it. Each patch of a detail holds for the object as it was read
    only: of two reporters one is first.
    """
    patches: dict[str, dict[str, Any]] = {}
    for one in callbacks:
        if one.get("reasons"):
            metadata = patches.setdefault(_uid(one), _patch(one["about"]))["metadata"]
            metadata["annotations"][keys.REASONS_ANNOTATION] = one["reasons"]
    for one in unwritten(callbacks):
        metadata = patches.setdefault(_uid(one), _patch(one["about"]))["metadata"]
        metadata["resourceVersion"] = one["resource_version"]
        detail = json.dumps(json.loads(one["body"])["detail"])
        metadata["annotations"][keys.DETAIL_PREFIX + one["key"]] = detail
    return list(patches.values())


def sendable(callbacks: list[dict[str, Any]], written: Optional[Result]) -> list[dict[str, Any]]:
    """Return the callbacks to send now, given what came of details and checks before them.

    Where details could not be written, the Job has changed meanwhile, and will be looked at
    again. Where nothing can be written, nothing is sent: it would be sent for ever.
    """
    nothing: dict[str, Any] = {}
    results = (written or nothing).get("patched") or []
    patches = details(callbacks)
    barred = writes.barred(results, len(patches))
    failed = {
        patch["metadata"]["uid"]
        for patch, result in zip_longest(patches, results[: len(patches)], fillvalue=nothing)
        if not result.get("ok")
    }
    unsent = {
        (one["about"]["metadata"]["uid"], one["key"])
        for one in unwritten(callbacks)
        if one["about"]["metadata"]["uid"] in failed
    }
    found, stopped = [], barred
    for one in callbacks:
        uid = one["about"]["metadata"]["uid"]
        if (uid, one["key"]) in unsent:
            stopped.add(uid)  # and with it the later ones, as they keep their order
        if uid not in stopped and not one.get("later"):
            found.append(one)
    return found


def receipts(
    results: list[Result], now: float, limits: dict[str, float], unkept: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the patches that record what came of callbacks; none where nothing did.

    C(limits) holds C(retry_backoff), C(retry_backoff_max), C(retry_max_age),
    C(deduplication_window) and C(start_timeout), all in seconds. What has expired and could not
    be kept, by the digests in C(unkept), has not expired yet.
    """
    now, limits = _numbers(now, limits)
    lasting = {**limits, "retry_max_age": math.inf}
    return [
        _receipt(chain, now, lasting if chain[0]["id_label"] in unkept else limits)
        for chain in _chains(results)
        if not _is_put_off(chain[0])
    ]


def failed_attempts(results: list[Result]) -> list[Result]:
    """Return the callbacks that were not accepted."""
    return [one for one in results if not one["accepted"]]


def expired(results: list[Result], now: float, limits: dict[str, float]) -> list[Result]:
    """Return the callbacks that were tried for as long as they may be, the last time now."""
    now, limits = _numbers(now, limits)
    failed = ((chain, _first_failed(chain)) for chain in _chains(results))
    return [one for chain, one in failed if one and _is_over(chain, one, now, limits)]


def undelivered_reason(thing: dict[str, Any]) -> Optional[str]:
    """Describe why a caller has not heard everything; None where it has."""
    if state.callbacks_complete(thing):
        return None
    tries = state.retry(thing)
    words = "the caller could not be told its status {status}: {error}; report.yml tries again"
    is_said = "status" in tries and "error" in tries
    return words.format(**tries) if is_said else "the caller has not been told everything yet"


def _receipt(chain: list[Result], now: float, limits: dict[str, float]) -> dict[str, Any]:
    patch = _patch(chain[0]["about"])
    told = patch["metadata"]["annotations"]
    settled = [one["key"] for one in chain if one["accepted"]]
    told.update({keys.REPORTED_PREFIX + key: state.format_time(now) for key in settled})
    failed = _first_failed(chain)
    tries = _tries(chain, failed, now, limits) if failed else None
    if failed and _is_over(chain, failed, now, limits):
        told[keys.EXPIRED_PREFIX + failed["key"]] = state.format_time(now)
        settled.append(failed["key"])
    told[keys.RETRY_ANNOTATION] = json.dumps(tries) if tries else None
    if any(status_of(key) in TERMINAL for key in settled):
        patch["metadata"]["labels"] = {keys.DONE_LABEL: "true"}
    told[keys.NEXT_ANNOTATION] = state.format_time(_next_look(chain, settled, tries, now, limits))
    return patch


def _next_look(
    chain: list[Result],
    settled: list[str],
    tries: Optional[dict[str, Any]],
    now: float,
    limits: dict[str, float],
) -> float:
    if any(status_of(key) in TERMINAL for key in settled):
        return now + limits["deduplication_window"]
    if tries:
        return float(tries["next"])
    if len(settled) < len(chain):
        return now  # the rest comes with the next report
    if settled[-1:] == [str(JOB_STARTED)]:
        return state.parse_time(chain[0]["created"]) + limits["start_timeout"] + SLACK
    return now + state.DAY


def _tries(
    chain: list[Result], failed: Result, now: float, limits: dict[str, float]
) -> dict[str, Any]:
    return {
        "status": failed["status"],
        "since": _since(chain, now),
        "tried": now,
        "tries": _count(chain, failed),
        "next": now + _seconds_to_next(chain, failed, now, limits),
        "error": failed["error"],
    }


def _seconds_to_next(
    chain: list[Result], failed: Result, now: float, limits: dict[str, float]
) -> float:
    """Return the pause before the next try: no less than its endpoint asks for, if it may be.

    What a silent endpoint was not asked waits for as long as it has waited already.
    """
    if _is_over(chain, failed, now, limits):
        return 0.0
    most = limits["retry_backoff_max"]
    if failed.get("postponed"):
        return min(most, max(limits["retry_backoff"], now - _since(chain, now)))
    asked = min(most, failed.get("retry_after") or 0.0)
    first, most = limits["retry_backoff"], limits["retry_backoff_max"]
    return max(
        asked,
        backoff_seconds(_count(chain, failed), failed["id_label"], first, most),
    )


def _count(chain: list[Result], failed: Result) -> int:
    before = 0 if chain[0]["accepted"] else int(failed["retry"].get("tries", 0))
    return before if failed.get("postponed") else before + 1


def _is_over(chain: list[Result], failed: Result, now: float, limits: dict[str, float]) -> bool:
    """Tell whether a callback has expired: not where others' silence prevented any attempt."""
    tries = _count(chain, failed)
    gone = failed.get("code") == GONE and tries >= GONE_TRIES
    return gone or (tries > 0 and now - _since(chain, now) >= limits["retry_max_age"])


def _since(chain: list[Result], now: float) -> float:
    """Return since when nothing was accepted; an expired callback does not start it anew."""
    return now if chain[0]["accepted"] else float(chain[0]["retry"].get("since", now))


def _first_failed(chain: list[Result]) -> Optional[Result]:
    first = next((one for one in chain if not one["accepted"]), None)
    return None if first is None or _is_put_off(first) else first


def _is_put_off(result: Result) -> bool:
    """Tell whether it was not tried, for no other reason than that there was no time for it."""
    return bool(result.get("postponed")) and not result.get("silent")


def _numbers(now: float, limits: dict[str, float]) -> tuple[float, dict[str, float]]:
    """Ansible before 2.19 gives numbers that come from a template as texts."""
    return float(now), {name: float(value) for name, value in limits.items()}


def _chains(results: list[Result]) -> list[list[Result]]:
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(one["about"]["metadata"]["uid"], []).append(one)
    return list(found.values())


def _uid(one: dict[str, Any]) -> str:
    return str(one["about"]["metadata"]["uid"])


def _patch(about: dict[str, Any]) -> dict[str, Any]:
    return {**about, "metadata": {**about["metadata"], "annotations": {}}}
