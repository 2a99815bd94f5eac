"""Progress on stdout: lines that carry the seconds since the program started."""

from __future__ import annotations

import time
from collections.abc import Callable

_STARTED = time.monotonic()


def elapsed() -> float:
    """Return the seconds since the program started."""
    return time.monotonic() - _STARTED


def said_by(who: str) -> Callable[[str], None]:
    """Return what prints one line of a program."""

    def say(text: str) -> None:
        print(f"[{who} {elapsed():7.1f} s] {text}", flush=True)

    return say
