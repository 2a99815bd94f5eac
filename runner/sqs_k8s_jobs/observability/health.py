"""Readiness of the runner: each operator fault is logged once, and again when it is over."""

from __future__ import annotations

import threading
from pathlib import Path

from sqs_k8s_jobs.observability import log


class Health:
    """The current operator faults. The ready file, if named, exists while there are none."""

    def __init__(self, ready_file: str = "") -> None:
        self._file = Path(ready_file) if ready_file else None
        self._faults: dict[str, str] = {}
        self._lock = threading.Lock()
        self._mark()

    @property
    def ready(self) -> bool:
        """True while messages are received and Jobs are reported."""
        return not self._faults

    @property
    def faults(self) -> dict[str, str]:
        """Why each part that cannot work cannot."""
        with self._lock:
            return dict(self._faults)

    def fault(self, part: str, reason: str) -> None:
        """Say what a part cannot do; once, for as long as it is the same."""
        with self._lock:
            known = self._faults.get(part)
            self._faults[part] = reason
            self._mark()
        if known != reason:
            log.error("fault raised", part=part, error=reason)

    def clear_fault(self, part: str) -> None:
        """Say that a part works."""
        with self._lock:
            known = self._faults.pop(part, None)
            self._mark()
        if known is not None:
            log.info("fault cleared", part=part, ready=self.ready)

    def end(self) -> None:
        """Say that the runner has stopped."""
        if self._file:
            self._file.unlink(missing_ok=True)

    def _mark(self) -> None:
        if self._file is None:
            return
        if self._faults:
            self._file.unlink(missing_ok=True)
        else:
            self._file.touch()
