# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The header C(Retry-After), by which an endpoint asks for time."""

from __future__ import annotations

import re
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Optional

ASKS_FOR_TIME = (429, 503)  # the statuses of which it is heeded

_SECONDS = re.compile(r"[0-9]{1,9}")


def seconds_of(text: Optional[str], now: float) -> Optional[float]:
    """Return the seconds that it asks for, of a number or a date; None for what is neither.

    C(now) is the time in seconds since 1970.
    """
    given = (text or "").strip()
    if _SECONDS.fullmatch(given):
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return max(0.0, aware.timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
