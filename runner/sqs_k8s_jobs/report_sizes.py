"""How many Jobs a report may have: fewer after one that was cut short, more again after others."""

from __future__ import annotations


class ReportSizes:
    """Each lane's size: what takes too much time or memory is in ever smaller reports, at last in
    one of its own. A lane's thread alone asks for it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sizes: dict[str, int] = {}

    def of(self, lane: str) -> int:
        """Return how many Jobs the next report of a lane may have."""
        return self._sizes.get(lane, self._limit)

    def cut_short(self, lane: str, count: int) -> None:
        """Note that a report of so many took too long, or was killed."""
        self._sizes[lane] = max(1, count // 2)

    def ended(self, lane: str) -> None:
        """Note that a report came to its end."""
        self._sizes[lane] = min(self._limit, 2 * self.of(lane))
