"""Progress on stdout: lines that carry the seconds since the start, and how fast it goes."""

from __future__ import annotations

import time

from kit.progress import said_by

EVERY_SECONDS = 5.0

say = said_by("bench")


class Progress:
    """Says now and then how much of something is done."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._told = self._started = time.monotonic()
        self._first: int | None = None  # what was done before

    def at(self, done: int, more: str = "") -> None:
        """Say so, unless it was said a moment ago."""
        now = time.monotonic()
        self._first = done if self._first is None else self._first
        if now - self._told >= EVERY_SECONDS:
            self._told = now
            rate = (done - self._first) / (now - self._started)
            say(f"  {self._what}: {done}/{self._total}, {rate:.1f}/s{more}")
