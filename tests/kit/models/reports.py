"""One report after the other, as the role does them, of one Job or record in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import (
    callbacks,
    deliveries,
    receipts,
    retries,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import terminations

from kit.builders.objects import merged
from kit.builders.statuses import CREATED_AT, Thing

LIMITS = {
    "retry_backoff": 8.0,
    "retry_backoff_max": 100.0,
    "retry_max_age": 1000.0,
    "deduplication_window": 3600.0,
    "start_timeout": 600.0,
}
NOW = CREATED_AT + 60
ALL = 99  # more callbacks than there are
WRITTEN = {"patched": [{"ok": True, "error": None}]}
CONFLICT = {"patched": [{"ok": False, "error": "the object has been modified"}]}


def due(*things: Thing, pods: Sequence[Thing] = ()) -> list[Thing]:
    """The callbacks that are due of these a minute after they were created."""
    return callbacks.callbacks_due(list(things), list(pods), NOW)


def sent(thing: Thing, pods: list[Thing], now: float = CREATED_AT) -> list[Thing]:
    """The callbacks that a report sends, their details written down before."""
    found = callbacks.callbacks_due([thing], pods, now)
    return deliveries.sendable(
        found, WRITTEN if deliveries.detail_patches(found) else {"skipped": True}
    )


def answered(some: list[Thing], accepting: int = ALL) -> list[dict[str, Any]]:
    """So many of these callbacks are accepted, and none after them."""
    refused = {"accepted": False, "code": 500, "error": "HTTP status 500", "silent": False}
    accepted = {"accepted": True, "code": 200, "error": None, "silent": False}
    return [
        {**one, **(accepted if place < accepting else refused)} for place, one in enumerate(some)
    ]


class Reports:
    """Keeps a Job as reports leave it, and all that its caller was sent and has accepted."""

    def __init__(self, thing: Thing, limits: dict[str, float] = LIMITS) -> None:
        self.thing = thing
        self.bodies: list[tuple[str, str, str]] = []  # key, body and delivery id
        self.settled: list[str] = []  # the keys of what was accepted or has expired, in order
        self.expired: list[str] = []
        self._limits = limits

    def look(self, pods: list[Thing], accepting: int = ALL, now: float = CREATED_AT) -> None:
        """Decide, write down, send and record, as one report does."""
        self._patch(terminations.decided([self.thing], pods, [], now, self._limits))
        results = answered(sent(self.thing, pods, now), accepting)
        self._patch(deliveries.detail_patches(results))
        self.bodies += [(one["key"], one["body"], one["delivery_id"]) for one in results]
        over = [one["key"] for one in retries.expired(results, now, self._limits)]
        self.settled += [one["key"] for one in results if one["accepted"]] + over
        self.expired += over
        self._patch(receipts.receipt_patches(results, now, self._limits))

    def _patch(self, patches: list[Thing]) -> None:
        self.thing = merged(self.thing, *patches)
