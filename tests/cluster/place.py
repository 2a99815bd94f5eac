"""A cluster's place: its programs and its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .binaries import Binaries
from .process import Process, Undo


@dataclass(frozen=True)
class Place:
    """The programs, the folder, and the memory of what has to be undone."""

    binaries: Binaries
    state: Path
    undo: Undo

    def process(
        self, program: str, flags: list[str], environment: dict[str, str] | None = None
    ) -> Process:
        """One of the programs as a process, with its log in the folder."""
        command = [str(self.binaries.path(program)), *flags]
        return Process(program, command, self.log(program), self.undo, environment)

    def log(self, name: str) -> Path:
        """The log file of that name."""
        logs = self.state / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        return logs / f"{name}.log"
