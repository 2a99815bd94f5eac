# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The backoff of a callback: the growing pause between two attempts."""

from __future__ import annotations

import hashlib


def doubled(tries: int, first: float, limit: float) -> float:
    """Return the longest pause after so many tries, in seconds: doubling, and bounded."""
    return min(limit, first * 2.0 ** min(max(tries - 1, 0), 30))


def backoff_seconds(tries: int, digest: str, first: float, limit: float) -> float:
    """Return the seconds to wait after so many tries: half of the longest pause at least.

    The jitter follows from the id's C(digest), so that what is due needs no memory and no dice.
    """
    return jittered(doubled(tries, first, limit), digest, tries)


def jittered(seconds: float, digest: str, number: int) -> float:
    """Return at least half of so many seconds, another part for each digest and number."""
    jitter = hashlib.sha256("{0}:{1}".format(digest, number).encode("utf-8")).digest()[0] / 255
    return seconds * (0.5 + jitter / 2)
