"""Growing pauses between tries."""

from __future__ import annotations

import random

from sqs_k8s_jobs.settings import Settings

FAULT_BACKOFF_MAX = 60.0  # seconds between two tries of what the operator has to set right


def doubled(tries: int, first: float, limit: float) -> float:
    """Return the longest pause after so many failed tries, in seconds: doubling, and bounded."""
    return min(limit, first * 2.0 ** min(max(tries - 1, 0), 30))


def backoff_seconds(tries: int, first: float, limit: float) -> float:
    """Return the seconds to wait after so many failed tries: the longest pause, with jitter."""
    return jitter(doubled(tries, first, limit))


def jitter(seconds: float) -> float:
    """Return a time of at least half as long, so that what failed together comes again apart."""
    return seconds * random.uniform(0.5, 1.0)


def fault_backoff_seconds(tries: int, settings: Settings) -> float:
    """Return the same for what an operator may have to set right, which is tried more often."""
    limit = min(settings.retry_backoff_max, FAULT_BACKOFF_MAX)
    return backoff_seconds(tries, settings.retry_backoff, limit)
