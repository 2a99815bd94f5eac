"""Progress on stderr: short lines that carry the seconds since the start."""

from __future__ import annotations

import sys
import time

HEARTBEAT_SECONDS = 15.0  # between two lines of something that takes long
_STARTED = time.monotonic()


def say(text: str) -> None:
    """Print one line of progress; stdout stays free for the command that is run."""
    print(f"[cluster {time.monotonic() - _STARTED:6.1f} s] {text}", file=sys.stderr, flush=True)


class Stopwatch:
    """Seconds since it was made, for lines such as "ready after 2.4 s"."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s"
