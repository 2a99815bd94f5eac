"""Progress on stdout: lines that carry the seconds since the start."""

from __future__ import annotations

import time

STARTED = time.monotonic()


def elapsed() -> float:
    """Return the seconds since the program started."""
    return time.monotonic() - STARTED


def say(text: str) -> None:
    """Print one line."""
    print(f"[chaos {elapsed():7.1f} s] {text}", flush=True)
