"""Calls that may wait: in a thread that a test outlives, so that none can hang it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

PATIENCE = 60.0  # seconds after which something is broken, not slow


def meanwhile(call: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """Start a call beside the test."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(call(*arguments))
        except BaseException as exc:
            future.set_exception(exc)

    threading.Thread(target=run, daemon=True).start()
    return future


def within_patience(call: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result of a call that need not wait."""
    return meanwhile(call, *arguments).result(PATIENCE)


class Pauses(threading.Event):
    """Keeps how long it was waited for, and does not wait; then it does what else is wanted."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.seconds: list[float | None] = []
        self._then = then

    def wait(self, timeout: float | None = None) -> bool:
        """Keep the pause."""
        self.seconds.append(timeout)
        self._then()
        return False
