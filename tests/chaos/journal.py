"""The journal of what was done to a run, as far as the checker goes by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class Journal:
    """One line for each fault that happened, with its moments on the clock that never steps."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, kind: str, began: float, ended: float, **more: Any) -> None:
        """Write down that a fault lasted from one moment to another."""
        entry = {"kind": kind, "from": began, "to": ended, **more}
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
