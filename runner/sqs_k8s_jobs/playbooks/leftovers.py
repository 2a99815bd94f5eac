"""Ending the processes that a run has left: Ansible's workers have sessions of their own."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

PROCESSES = Path("/proc")


def end(name: str, value: str) -> int:
    """Kill the processes that were started with this variable; return how many there were.

    Where the system does not show what processes were started with, there are none.
    """
    wanted = f"{name}={value}".encode()
    found = 0
    for environment in PROCESSES.glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            if wanted in environment.read_bytes().split(b"\0"):
                os.kill(int(environment.parent.name), signal.SIGKILL)
                found += 1
    return found
