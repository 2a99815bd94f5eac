# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Tries of a callback that was not accepted: when the next one is, and when it has expired."""

from __future__ import annotations

from typing import Any, Optional

from .backoff import backoff_seconds, jittered
from .callback import Result
from .callbacks import owner_uid

GONE = 410  # HTTP status of an endpoint that is gone for good
UNTRIED_PART = 3  # of the longest pause: more is no wait of what was not tried
GONE_TRIES = 3  # after which this is believed; a deployment may say it for a moment


def expired(results: list[Result], now: float, limits: dict[str, float]) -> list[Result]:
    """Return the callbacks that were tried for as long as they may be, the last time now."""
    now, limits = numbers(now, limits)
    failed = ((chain, first_failed(chain)) for chain in chains(results))
    return [one for chain, one in failed if one and has_expired(chain, one, now, limits)]


def numbers(now: float, limits: dict[str, float]) -> tuple[float, dict[str, float]]:
    """Return numbers: Ansible before 2.19 gives those that come from a template as texts."""
    return float(now), {name: float(value) for name, value in limits.items()}


def chains(results: list[Result]) -> list[list[Result]]:
    """Return the results of each Job or record, in their order."""
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(owner_uid(one), []).append(one)
    return list(found.values())


def retry(
    chain: list[Result], failed: Result, now: float, limits: dict[str, float], is_over: bool
) -> dict[str, Any]:
    """Return what an object keeps of the tries of its first callback that failed.

    C(is_over) where it has expired: then there is no next try that would have to wait.
    """
    pause = 0.0 if is_over else _seconds_to_next(chain, failed, now, limits)
    return {
        "status": failed["status"],
        "since": _since(chain, now),
        "tried": now,
        "tries": _count(chain, failed),
        "next": now + pause,
        "error": failed["error"],
    }


def _seconds_to_next(
    chain: list[Result], failed: Result, now: float, limits: dict[str, float]
) -> float:
    """Return the pause before the next try: no less than its endpoint asks for, if it may be.

    What was not tried, as its endpoint is silent, waits for half as long as it has waited already
    at least, and a part of the longest pause at most: other callers' paths may be all that is slow.
    """
    first, most = limits["retry_backoff"], limits["retry_backoff_max"]
    if failed.get("postponed"):
        waited = now - _since(chain, now)
        pause = jittered(min(most / UNTRIED_PART, waited), failed["id_label"], int(waited))
        return max(first, pause)
    asked = min(most, failed.get("retry_after") or 0.0)
    return max(asked, backoff_seconds(_count(chain, failed), failed["id_label"], first, most))


def _count(chain: list[Result], failed: Result) -> int:
    before = 0 if chain[0]["accepted"] else int(failed["retry"].get("tries", 0))
    return before if failed.get("postponed") else before + 1


def has_expired(chain: list[Result], failed: Result, now: float, limits: dict[str, float]) -> bool:
    """Tell whether a callback has expired: not where others' silence prevented any attempt."""
    tries = _count(chain, failed)
    gone = failed.get("code") == GONE and tries >= GONE_TRIES
    return gone or (tries > 0 and now - _since(chain, now) >= limits["retry_max_age"])


def _since(chain: list[Result], now: float) -> float:
    """Return since when nothing was accepted; an expired callback does not start it anew."""
    return now if chain[0]["accepted"] else float(chain[0]["retry"].get("since", now))


def first_failed(chain: list[Result]) -> Optional[Result]:
    """Return the callback that keeps back those after it; None where it was not even tried."""
    first = next((one for one in chain if not one["accepted"]), None)
    return None if first is None or is_put_off(first) else first


def is_put_off(result: Result) -> bool:
    """Tell whether it was not tried, for no other reason than that there was no time for it."""
    return bool(result.get("postponed")) and not result.get("silent")
