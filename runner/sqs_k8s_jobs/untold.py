"""Refused messages whose callers have not accepted their 99 yet: they are not deleted before."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from sqs_k8s_jobs.sqs import Message


@dataclass(frozen=True)
class Refused:
    """A refused message and the outcome that says why."""

    message: Message
    outcome: dict[str, Any]


class Untold:
    """Keeps refused messages by their ids until a report says what came of their 99."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Refused]] = {}
        self._lock = threading.Lock()

    def keep(self, refused: Refused) -> None:
        """Keep a message until its caller was asked to hear of it."""
        with self._lock:
            self._kept.setdefault(refused.outcome["id_label"], []).append(refused)

    def take(self, digest: str) -> list[Refused]:
        """Return what was kept for this id, and keep it no more."""
        with self._lock:
            return self._kept.pop(digest, [])

    def empty(self) -> list[Refused]:
        """Return all that was kept, and keep it no more."""
        with self._lock:
            kept, self._kept = self._kept, {}
            return [one for some in kept.values() for one in some]
