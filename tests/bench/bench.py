"""The common state of all cases: sizes, folders, and their results."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .sizes import Sizes


@dataclass
class Bench:
    """One run."""

    sizes: Sizes
    state: Path  # logs and data of the systems
    results: Path  # what was measured, for plots and for whoever wants to know more
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def folder(self, name: str) -> Path:
        """Return a folder for one system; it does not exist yet."""
        return self.state / f"{next(self._numbers):02d}-{name}"

    def keep(self, name: str, data: dict[str, Any]) -> None:
        """Write down what a case has measured."""
        self.results.mkdir(parents=True, exist_ok=True)
        (self.results / f"{name}.json").write_text(json.dumps(data, indent=1), "utf-8")
