"""A clock that moves when a test says so, for parts that are given one."""

from __future__ import annotations


class Clock:
    """Shows the seconds that a test has set."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now
