# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Workers that are with an endpoint or an address, and the time that all have spent there."""

from __future__ import annotations

from dataclasses import dataclass

UNUSED = (0.0, 0)


@dataclass(eq=False)
class Load:
    """Counts workers and their seconds; moments are of one monotonic clock."""

    running: int = 0
    _ends_less_begins: float = 0.0

    def begin(self, now: float) -> None:
        """Count a worker from now on."""
        self.running += 1
        self._ends_less_begins -= now

    def end(self, now: float) -> None:
        """Count a worker no longer."""
        self.running -= 1
        self._ends_less_begins += now

    def used(self, now: float) -> tuple[float, int]:
        """Return the seconds of all workers until now, and how many there are."""
        return self._ends_less_begins + self.running * now, self.running
