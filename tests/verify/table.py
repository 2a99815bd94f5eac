"""The table at the end: part, result, minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from .parts import Part

PASSED = "passed"


@dataclass(frozen=True)
class Result:
    """A part's result: `passed` or its exit code, and its duration."""

    part: Part
    exit_code: int
    seconds: float

    @property
    def passed(self) -> bool:
        return self.exit_code == 0

    @property
    def text(self) -> str:
        return PASSED if self.passed else f"failed (exit code {self.exit_code})"


def show(results: Sequence[Result], console: Console | None = None) -> None:
    """Print it."""
    table = Table("part", "shows", "result", "minutes")
    for one in results:
        color = "green" if one.passed else "red"
        table.add_row(
            one.part.name, one.part.shows, f"[{color}]{one.text}[/]", f"{one.seconds / 60:.1f}"
        )
    table.add_row("", "", "", f"{sum(one.seconds for one in results) / 60:.1f}")
    (console or Console()).print(table)
