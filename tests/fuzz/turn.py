"""The result of a target's turn."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Turn:
    """A target's turn, while it goes on and after it."""

    target: str
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    executions: int = 0
    covered_at_first: int | None = None
    coverage: int = 0
    corpus: int = 0
    findings: list[Path] = field(default_factory=list)
    failed: str = ""  # what the harness itself died of

    @property
    def gained(self) -> int:
        """The branches that no seed had reached."""
        return self.coverage - (self.covered_at_first or 0)
