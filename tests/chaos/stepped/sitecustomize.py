"""The time of day in this process, shifted by what a file says at any moment.

With its folder in PYTHONPATH, each Python imports this at its start, before anything asks for the
time. No clock of the machine is touched. It is what Python code asks for: `time.time`,
`time.time_ns`, and `now` and `utcnow` of `datetime.datetime`. What else has a view of its own, such
as the API server, OpenSSL, and the times of files, keeps to the machine's clock.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import mmap
import os
import struct
import time
from collections.abc import Callable
from typing import Any

VARIABLE = "CHAOS_CLOCK"  # names the file with the seconds to add
FORMAT = "d"
SIZE = struct.calcsize(FORMAT)


def shift(seconds: Callable[[], float]) -> None:
    """Have this process see the time shifted by these seconds, as they are at each look."""
    real_time, real_time_ns = time.time, time.time_ns
    real_now, real_utcnow = datetime.datetime.now, datetime.datetime.utcnow

    def ours() -> datetime.timedelta:
        return datetime.timedelta(seconds=seconds())

    time.time = lambda: real_time() + seconds()
    time.time_ns = lambda: real_time_ns() + int(seconds() * 10**9)
    _replace("now", lambda _, tz=None: real_now(tz) + ours())
    _replace("utcnow", lambda _: real_utcnow() + ours())


def _replace(name: str, function: Callable[..., datetime.datetime]) -> None:
    """Put a class method into datetime.datetime, whose names cannot be set as others can.

    So it is the same class for all who compare classes, as Ansible does.
    """
    (names, *_) = gc.get_referents(datetime.datetime.__dict__)
    names[name] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


def shared(path: str) -> Callable[[], float]:
    """Return what reads the seconds that stand in a file; forked processes share it."""
    with open(path, "rb") as file:
        view = mmap.mmap(file.fileno(), SIZE, access=mmap.ACCESS_READ)

    def seconds() -> float:
        found: Any = struct.unpack_from(FORMAT, view)[0]
        return float(found)

    return seconds


if __name__ == "sitecustomize" and VARIABLE in os.environ:
    shift(shared(os.environ[VARIABLE]))
