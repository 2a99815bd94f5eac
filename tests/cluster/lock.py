"""A lock between processes, so that one of them builds and the others wait for it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .progress import HEARTBEAT_SECONDS, Stopwatch, say


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes respect and that the kernel drops with its holder."""
    with path.open("w") as file:
        if not taken(file.fileno()):
            say("another process is building; waiting for it")
            wait_for_lock(file.fileno())
        yield


def wait_for_lock(descriptor: int) -> None:
    """Wait for a lock, with a line now and then."""
    watch, told = Stopwatch(), 0.0
    while not taken(descriptor):
        if watch.seconds - told > HEARTBEAT_SECONDS:
            told = watch.seconds
            say(f"  still waiting for the other build, {told:.0f} s")
        time.sleep(0.2)


def taken(descriptor: int) -> bool:
    """Try the lock; tell whether it was taken."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
