"""A forked process as a program of its own: only where nothing of its server is in its way."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading

from sqs_k8s_jobs.fork_server.ansible_patches.patch import PYTHON, Patch
from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Mismatch, Requirement
from sqs_k8s_jobs.fork_server.cache import DiskCache

THREADS = "/proc/self/task"


def forget_exit_functions() -> None:
    """Drop the exit functions of the server that this process was forked from."""
    atexit._clear()


def run_exit_functions() -> None:
    """Run those of the program, as Python does at its end."""
    atexit._run_exitfuncs()


def _allow(_: DiskCache) -> None:
    """Refuse forks of a process with threads: a fork has their locks, and nobody to open them."""
    count = threading.active_count()
    with contextlib.suppress(OSError):
        count = len(os.listdir(THREADS))
    if count > 1:
        raise Mismatch(f"what was imported has started threads: there are {count}, not 1")


FORKED_PROGRAMS = Patch(
    "forked programs",
    PYTHON,
    (Requirement("atexit", "_clear"), Requirement("atexit", "_run_exitfuncs")),
    _allow,
    required=True,
)
