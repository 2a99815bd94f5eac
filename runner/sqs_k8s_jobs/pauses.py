"""Growing pauses between tries."""

from __future__ import annotations

import random


def pause(tries: int, first: float, limit: float) -> float:
    """Return the seconds to wait after so many failed tries: doubling, with jitter, bounded."""
    whole = min(limit, first * 2.0 ** min(max(tries - 1, 0), 30))
    return jitter(whole)


def jitter(seconds: float) -> float:
    """Return a time of at least half as long, so that what failed together comes again apart."""
    return seconds * random.uniform(0.5, 1.0)
