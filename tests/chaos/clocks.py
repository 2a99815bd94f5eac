"""The time of day as each runner and its playbooks see it."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from .stepped import sitecustomize


class Clock:
    """A file that says how wrong a clock is, for every Python with this environment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.write_bytes(struct.pack(sitecustomize.FORMAT, 0.0))

    @property
    def environment(self) -> dict[str, str]:
        """Variables of a process that is to go by this clock."""
        folder = str(Path(sitecustomize.__file__).parent)
        others = os.environ.get("PYTHONPATH")
        path = os.pathsep.join([folder, *([others] if others else [])])
        return {sitecustomize.VARIABLE: str(self._path), "PYTHONPATH": path}

    def set(self, seconds: float) -> None:
        """Have it be so many seconds ahead, in the place where processes look."""
        with self._path.open("r+b", buffering=0) as file:
            file.write(struct.pack(sitecustomize.FORMAT, seconds))
