"""Progress on stdout: lines that carry the seconds since the start."""

from __future__ import annotations

import time

_STARTED = time.monotonic()


def say(text: str) -> None:
    """Print one line."""
    print(f"[deployed {time.monotonic() - _STARTED:6.1f} s] {text}", flush=True)
