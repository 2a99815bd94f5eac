"""Waiting for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
PATIENCE = 600.0  # seconds after which something is broken, not slow


def until(question: Callable[[], Value], what: str, patience: float = PATIENCE) -> Value:
    """Return the question's first answer that is true; fail, saying what, where none comes."""
    deadline = time.monotonic() + patience
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain until {what}; last answer: {answer!r}")
        time.sleep(0.1)
    return answer
