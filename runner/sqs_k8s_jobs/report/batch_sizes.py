"""The number of Jobs in a report: fewer after a report that was cut short, more after others."""

from __future__ import annotations

from collections.abc import Sequence

from sqs_k8s_jobs.backoff import backoff_seconds
from sqs_k8s_jobs.workqueue.latest import Latest

FIRST_PAUSE, LONGEST_PAUSE = (
    5.0,
    300.0,
)  # seconds until a report that was cut short with one Job is tried anew
MAX_JOBS = 1000  # Jobs that are remembered
STEPS = 16  # in which a lane's size grows from nothing to the limit


class BatchSizes:
    """Each lane's size: what takes too much time or memory is in ever smaller reports, at last in
    one of its own. A lane's thread alone asks for it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sizes: dict[str, int] = {}
        self._alone: dict[str, Latest[int]] = {}  # how often an id was cut short alone, by lane

    def of(self, lane: str) -> int:
        """Return how many Jobs the next report of a lane may have."""
        return self._sizes.get(lane, self._limit)

    def cut_short(self, lane: str, digests: Sequence[str]) -> float:
        """Note that a report of these took too long, or was killed.

        Return in how many seconds they are worth another one: at once, but for one that was alone.
        """
        self._sizes[lane] = max(1, len(digests) // 2)
        if len(digests) > 1:
            return 0.0
        alone = self._alone.setdefault(lane, Latest(MAX_JOBS))
        times = alone.get(digests[0], 0) + 1
        alone[digests[0]] = times
        return backoff_seconds(times, FIRST_PAUSE, LONGEST_PAUSE)

    def ended(self, lane: str) -> None:
        """Note that a report came to its end: the next one may be a little larger."""
        self._sizes[lane] = min(self._limit, self.of(lane) + max(1, self._limit // STEPS))
