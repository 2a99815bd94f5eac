# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The five statuses that a caller hears, and the keys of its callbacks.

A callback's key is its status; a pod that starts after the first one has the key
C(1.<uid>).
"""

from __future__ import annotations

JOB_STARTED = 0
POD_STARTED = 1
COMPLETE = 2
FAILED = 3
EXCEPTION = 99
TERMINAL = (COMPLETE, FAILED, EXCEPTION)
TITLES = {
    JOB_STARTED: "job started",
    POD_STARTED: "pod started",
    COMPLETE: "complete",
    FAILED: "failed",
    EXCEPTION: "exception",
}


def status_of(key: str) -> int:
    """Return the status that a callback's key stands for."""
    return int(key.partition(".")[0])


def is_fleeting(key: str) -> bool:
    """Tell whether a callback's detail rests on pods, which may be gone the next time."""
    return status_of(key) in (POD_STARTED, FAILED)
